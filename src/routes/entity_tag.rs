//! Entity tags (RFC 9110, section 8.8.3): how they are made, and what they tell.

use sha2::{Digest, Sha256};

/// The version of the resource that an answer holds; left in the answer's extensions for whoever gives it its tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceVersion(pub i64);

/// The tag of an answer: `"{version}-{hash}"` of a single resource, `"{hash}"` of anything else.
///
/// ```
/// use onrecord::routes::entity_tag::{ResourceVersion, tag_of, version_of};
///
/// let tag = tag_of(Some(ResourceVersion(3)), b"{}");
/// assert_eq!(tag, "\"3-44136fa355b3678a\"");
/// assert_eq!(version_of(&tag), Some(3));
/// assert_eq!(tag_of(None, b"{}"), "\"44136fa355b3678a\"");
/// ```
#[must_use]
pub fn tag_of(version: Option<ResourceVersion>, body: &[u8]) -> String {
    let hash = base16ct::lower::encode_string(&Sha256::digest(body)[..8]);
    match version {
        Some(ResourceVersion(version)) => format!("\"{version}-{hash}\""),
        None => format!("\"{hash}\""),
    }
}

/// The version that a strong tag of a single resource names, whatever its content coding; `None` for any other tag.
///
/// ```
/// use onrecord::routes::entity_tag::version_of;
///
/// assert_eq!(version_of("\"3-44136fa355b3678a-br\""), Some(3));
/// assert_eq!(version_of("W/\"3-44136fa355b3678a\""), None);
/// assert_eq!(version_of("\"44136fa355b3678a\""), None);
/// ```
#[must_use]
pub fn version_of(tag: &str) -> Option<i64> {
    let (version, hash) = tag.strip_prefix('"')?.strip_suffix('"')?.split_once('-')?;
    let hash = hash.split('-').next().unwrap_or_default();
    let is_hash = hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    version.parse().ok().filter(|version| is_hash && *version >= 1)
}
