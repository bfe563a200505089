//! The log of changes: every committed change in one order, and places in it to go on from.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use super::{Author, ChangeKind, Id, Instant, ResourceKind};

/// A place in the log of changes: after one of them, or before all.
///
/// It holds where that change stands, and eight digits that tell it from what stands there in any other log. So whoever goes
/// on from a cursor of another database, or of a later state than a backup that was put back, is told, and does not miss what
/// came instead.
///
/// ```
/// use onrecord::models::ChangeCursor;
///
/// let cursor: ChangeCursor = "4711-0f1e2d3c".parse()?;
/// assert_eq!((cursor.position(), cursor.to_string().as_str()), (4711, "4711-0f1e2d3c"));
/// assert_eq!("0".parse(), Ok(ChangeCursor::START));
/// assert!("4711".parse::<ChangeCursor>().is_err() && "-1-0f1e2d3c".parse::<ChangeCursor>().is_err());
/// # Ok::<(), onrecord::models::NotACursor>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeCursor {
    position: i64,
    check: u32,
}

impl ChangeCursor {
    /// Before all changes.
    pub const START: Self = Self { position: 0, check: 0 };

    /// After the change that has this position, and these other marks that never change.
    #[must_use]
    pub fn after(position: i64, resource_id: Id<()>, version: i64, at: Instant) -> Self {
        let digest = Sha256::digest(format!("{resource_id} {version} {}", at.as_microseconds()));
        Self { position, check: u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]) }
    }

    /// The position of the change that it stands after; 0 before all.
    #[must_use]
    pub fn position(self) -> i64 {
        self.position
    }
}

/// A text that is no cursor of the log of changes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no cursor: use one as it was given, such as 4711-0f1e2d3c")]
pub struct NotACursor(String);

impl FromStr for ChangeCursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        if text == "0" {
            return Ok(Self::START);
        }
        let read = || {
            let (position, check) = text.split_once('-')?;
            let is_number = position.bytes().all(|byte| byte.is_ascii_digit()) && !position.starts_with('0');
            let is_check = check.len() == 8 && check.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            let position = position.parse().ok().filter(|_| is_number)?;
            let check = u32::from_str_radix(check, 16).ok().filter(|_| is_check)?;
            Some(Self { position, check })
        };
        read().ok_or_else(|| NotACursor(text.to_owned()))
    }
}

impl fmt::Display for ChangeCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            0 => f.write_str("0"),
            position => write!(f, "{position}-{:08x}", self.check),
        }
    }
}

impl Serialize for ChangeCursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ChangeCursor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// From where on changes are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// From here on.
    After(ChangeCursor),
    /// From the end of the log on.
    Now,
}

impl Default for Since {
    fn default() -> Self {
        Self::After(ChangeCursor::START)
    }
}

impl FromStr for Since {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        if text == "now" { Ok(Self::Now) } else { text.parse().map(Self::After) }
    }
}

impl<'de> Deserialize<'de> for Since {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// One change in the log.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LoggedChange {
    /// Where it stands among all changes, from 1, without a gap.
    #[schema(example = 4711, minimum = 1)]
    pub position: i64,
    /// When it was made. Of two changes at about the same time, the later one may stand first.
    pub at: Instant,
    /// What kind of resource was changed.
    pub resource: ResourceKind,
    /// Which one.
    #[schema(value_type = String, format = "uuid")]
    pub resource_id: Id<()>,
    /// The address of the resource, whether it is there or not.
    #[schema(format = "uri-reference", example = "/v1/articles/01970000-0000-7000-8000-000000000001")]
    pub href: String,
    /// The version of the resource after the change; its last one where it is gone.
    #[schema(example = 2, minimum = 1)]
    pub version: i64,
    /// What happened.
    pub change: ChangeKind,
    /// Whether the resource is not there any more: what you keep of it should go, too.
    pub gone: bool,
    /// Who did it.
    pub author: Author,
    /// Why, in their words.
    #[schema(example = "The transcript names the deputy.", required)]
    pub reason: Option<String>,
}

impl LoggedChange {
    /// The place after it.
    #[must_use]
    pub fn cursor(&self) -> ChangeCursor {
        ChangeCursor::after(self.position, self.resource_id, self.version, self.at)
    }
}

/// A stretch of the log of changes.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ChangeLog {
    /// The changes, in their order.
    pub data: Vec<LoggedChange>,
    /// Pass it as `since` to go on from here, now or whenever you like. It is there at the end of the log, too.
    #[schema(value_type = String, pattern = "^(0|[1-9][0-9]{0,18}-[0-9a-f]{8})$", example = "4711-0f1e2d3c")]
    pub cursor: ChangeCursor,
    /// Whether to go on at once: more of the log is there already. Where not, ask again later.
    pub has_more: bool,
}

/// Which changes are asked for.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ChangeFilter {
    /// Only changes after this place: the `cursor` of an answer before, or the `id` of an event of the stream. `0` is before
    /// all changes, `now` after all that there are.
    #[param(value_type = String, pattern = "^(now|0|[1-9][0-9]{0,18}-[0-9a-f]{8})$", default = "0")]
    pub since: Since,
    /// Only changes of these kinds of resource. Repeat it for "or".
    pub resource: Vec<ResourceKind>,
    /// Only changes of these kinds. Repeat it for "or".
    pub change: Vec<ChangeKind>,
}

impl ChangeFilter {
    /// Whether it leaves changes out.
    #[must_use]
    pub fn is_selective(&self) -> bool {
        !self.resource.is_empty() || !self.change.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_kept_for_ever_so_its_form_never_changes() {
        let id = "01970000-0000-7000-8000-000000000001".parse().unwrap();
        let at = "2026-03-01T09:30:00.123456Z".parse().unwrap();
        let cursor = ChangeCursor::after(4711, id, 2, at);
        assert_eq!(cursor.to_string(), "4711-1d30eed9");
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        assert_ne!(ChangeCursor::after(4711, id, 3, at), cursor);
    }

    #[test]
    fn what_is_written_differently_is_no_cursor() {
        for text in
            ["", "-", "1", "1-", "-0f1e2d3c", "+1-0f1e2d3c", "01-0f1e2d3c", "1-0F1E2D3C", "1-0f1e2d3", "00", "NOW"]
        {
            assert!(text.parse::<Since>().is_err(), "{text}");
        }
        assert!("9223372036854775808-0f1e2d3c".parse::<ChangeCursor>().is_err());
    }
}
