//! What a written resource must be like, beyond its JSON type.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use url::Url;
use utoipa::ToSchema;

use super::Day;

/// One thing that is wrong with a request, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// Where in the body: a JSON pointer (RFC 6901).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "/segments/0/end")]
    pub pointer: Option<String>,
    /// Which query parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "speaker")]
    pub parameter: Option<String>,
    /// What is wrong, as a sentence.
    #[schema(example = "is past the end of the article's text (2812 characters)")]
    pub detail: String,
}

impl FieldError {
    /// An error in the body, at a JSON pointer.
    pub fn at(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: Some(pointer.into()), parameter: None, detail: detail.into() }
    }

    /// An error in a query parameter.
    pub fn parameter(parameter: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: None, parameter: Some(parameter.into()), detail: detail.into() }
    }
}

/// How the API documents a name in a list of names.
#[derive(ToSchema)]
#[schema(min_length = 1, max_length = 300, pattern = r"[^\s\x85]", example = "Sergei Lavrov")]
#[expect(dead_code, reason = "it documents what `check_names` asks for")]
pub struct Name(String);

/// Rules of a writable shape that its types cannot say.
pub trait Validate {
    /// Everything that is wrong; empty when the value may be written.
    fn validate(&self) -> Vec<FieldError>;
}

/// Whether a text shows nothing: white space as Unicode has it or as regular expressions of ECMAScript do, for which the byte order mark
/// is some. In the document of the API that is what `[^\s\x85]` does not match.
///
/// ```
/// use onrecord::models::is_blank;
///
/// assert!(is_blank(" \u{85}\u{feff}") && !is_blank(" a "));
/// ```
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|character| character.is_whitespace() || character == '\u{feff}')
}

/// Refuses an empty name or one of more than 300 characters.
pub(super) fn check_name(errors: &mut Vec<FieldError>, pointer: &str, name: &str) {
    if is_blank(name) {
        errors.push(FieldError::at(pointer, "must not be empty"));
    } else if name.chars().count() > 300 {
        errors.push(FieldError::at(pointer, "must not be longer than 300 characters"));
    }
}

/// Refuses what is not lower-case ASCII words joined by hyphens, or reads as an id.
pub(super) fn check_slug(errors: &mut Vec<FieldError>, pointer: &str, slug: &str) {
    let well_formed = slug.len() <= 100
        && slug
            .split('-')
            .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
    if !well_formed {
        errors.push(FieldError::at(
            pointer,
            "must be lower-case letters a-z and digits in words joined by hyphens, at most 100 characters",
        ));
    } else if slug.parse::<uuid::Uuid>().is_ok() {
        errors.push(FieldError::at(pointer, "must not have the form of an id"));
    }
}

/// Refuses what is not a two-letter country code in capitals (ISO 3166-1 alpha-2).
pub(super) fn check_country(errors: &mut Vec<FieldError>, pointer: &str, country: Option<&str>) {
    if country.is_some_and(|code| code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase())) {
        errors.push(FieldError::at(pointer, "must be a country code of two capital letters (ISO 3166-1 alpha-2)"));
    }
}

/// What is said of an address that is refused.
pub const NOT_A_URL: &str = "must be an absolute http or https address of at most 2000 bytes";

/// Refuses what is not an absolute http or https address.
pub(super) fn check_url(errors: &mut Vec<FieldError>, pointer: &str, url: Option<&str>) {
    if url.is_some_and(|url| !is_url(url)) {
        errors.push(FieldError::at(pointer, NOT_A_URL));
    }
}

/// Whether a text is an absolute http or https address of a length that can be kept.
///
/// Whoever follows it must be led to the same host, so it has to be an address by RFC 3986 as well as by the URL Standard: browsers
/// mend what other readers refuse, or read otherwise.
///
/// ```
/// use onrecord::models::is_url;
///
/// assert!(is_url("https://президент.рф/news?id=1"));
/// assert!(is_url("http://[2001:db8::1]:8080/"));
/// assert!(!is_url("http://[news"));
/// assert!(!is_url("http://news.example\\@else.example/"));
/// assert!(!is_url("/news/1"));
/// ```
#[must_use]
pub fn is_url(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    !authority.is_empty()
        && !authority.contains('\\')
        && user.bytes().all(|b| b.is_ascii() && !matches!(b, b'[' | b']'))
        && !url.contains(|c: char| c.is_whitespace() || c.is_control())
        && url.len() <= 2_000
        && Url::parse(url).is_ok()
}

/// Refuses what does not look like a Wikidata item (`Q159`).
pub(super) fn check_wikidata(errors: &mut Vec<FieldError>, pointer: &str, item: Option<&str>) {
    let looks_right = |item: &str| {
        item.strip_prefix('Q').is_some_and(|digits| {
            !digits.is_empty() && digits.len() <= 12 && digits.bytes().all(|b| b.is_ascii_digit())
        })
    };
    if item.is_some_and(|item| !looks_right(item)) {
        errors.push(FieldError::at(pointer, "must be a Wikidata item such as Q159"));
    }
}

/// Refuses a later stage that begins before an earlier one; days that are not known say nothing.
pub(super) fn check_order(errors: &mut Vec<FieldError>, stages: &[(&str, Option<Day>)]) {
    let mut last: Option<(&str, Day)> = None;
    for (name, day) in stages.iter().filter_map(|(name, day)| day.map(|day| (*name, day))) {
        if let Some((before, earliest)) = last.filter(|(_, earliest)| day < *earliest) {
            errors.push(FieldError::at(format!("/{name}"), format!("must not be before {before} ({earliest})")));
        }
        last = Some((name, day));
    }
}

/// Checks each name of a list.
pub(super) fn check_names(errors: &mut Vec<FieldError>, pointer: &str, names: &[String]) {
    for (index, name) in names.iter().enumerate() {
        check_name(errors, &format!("{pointer}/{index}"), name);
    }
}

/// A name without case and accents, for look-ups that should not depend on either.
///
/// ```
/// assert_eq!(onrecord::models::fold("Mevlüt Çavuşoğlu"), "mevlut cavusoglu");
/// ```
#[must_use]
pub fn fold(name: &str) -> String {
    let lower = name.to_lowercase();
    let mut folded = String::with_capacity(lower.len());
    for c in lower.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            // Letters that Unicode does not decompose, and the marks that stand for ʿayn and hamza.
            'ı' => folded.push('i'),
            'ł' => folded.push('l'),
            'ø' => folded.push('o'),
            'đ' => folded.push('d'),
            '’' | '‘' | 'ʼ' | 'ʿ' | 'ʾ' | '`' => folded.push('\''),
            c => folded.push(c),
        }
    }
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The slug made from a name; empty where the name has no letter or digit that ASCII can write.
///
/// ```
/// assert_eq!(onrecord::models::slug_of("Bashar al-Ja'afari"), "bashar-al-jaafari");
/// ```
#[must_use]
pub fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for c in fold(name).chars().filter(|c| !matches!(c, '\'' | '.')) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(90);
    slug.trim_end_matches('-').to_owned()
}
