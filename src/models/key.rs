//! API keys: who may do what.

use std::fmt;
use std::str::FromStr;

use diesel::prelude::{Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use super::json::whole_number_or_null;
use super::validation::check_name;
use super::{ApiKeyId, Author, FieldError, Instant, Json, Validate, name_of};

/// What a key may do. Each scope includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Read everything but keys.
    Read,
    /// Also put quotes right: accept, reject and correct them.
    Review,
    /// Also add, change and delete everything but keys.
    Write,
    /// Also make, list and revoke keys, and have changes sent to webhooks.
    Admin,
}

impl Scope {
    /// Every scope, the smallest first.
    pub const ALL: [Self; 4] = [Self::Read, Self::Review, Self::Write, Self::Admin];

    /// Whether whoever has this scope may do what needs that one.
    ///
    /// ```
    /// use onrecord::models::Scope;
    ///
    /// assert!(Scope::Write.includes(Scope::Review));
    /// assert!(!Scope::Review.includes(Scope::Write));
    /// ```
    #[must_use]
    pub fn includes(self, needed: Self) -> bool {
        self >= needed
    }
}

/// A text that names no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no scope: read, review, write or admin")]
pub struct NotAScope(String);

impl FromStr for Scope {
    type Err = NotAScope;
    fn from_str(name: &str) -> Result<Self, NotAScope> {
        Self::ALL.into_iter().find(|scope| name_of(scope) == name).ok_or_else(|| NotAScope(name.to_owned()))
    }
}

/// An API key. Its text is shown when it is made, and never again.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::schema::keys, treat_none_as_default_value = false)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is for, or who has it.
    #[schema(example = "newsroom")]
    pub name: String,
    /// How its text begins, to tell keys apart.
    #[schema(example = "onr_1f0c4b7a")]
    pub prefix: String,
    /// What it may do.
    pub scope: Scope,
    /// When it was made.
    pub created_at: Instant,
    /// Who made it.
    #[schema(value_type = Author)]
    pub created_by: Json<Author>,
    /// From when on it is refused; null where it never expires.
    #[schema(required)]
    pub expires_at: Option<Instant>,
    /// Since when it is refused; null where nobody revoked it.
    #[schema(required)]
    pub revoked_at: Option<Instant>,
    /// Who revoked it.
    #[schema(required, value_type = Option<Author>)]
    pub revoked_by: Option<Json<Author>>,
    /// When it was last used, to the minute or so; null where it never was.
    #[schema(required)]
    pub last_used_at: Option<Instant>,
}

/// An API key as it is made, with its text.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IssuedApiKey {
    /// The key.
    #[serde(flatten)]
    pub key: ApiKey,
    /// What to send: `Authorization: Bearer onr_…`. It is shown this once; only its hash is kept.
    #[schema(example = "onr_1f0c4b7a5d2e…")]
    pub text: String,
}

/// An API key as an admin asks for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApiKey {
    /// What it is for, or who has it.
    #[schema(example = "newsroom", min_length = 1, max_length = 300, pattern = "[^\\s\\x85]")]
    pub name: String,
    /// What it may do.
    pub scope: Scope,
    /// After how many days it expires; never where this is left out.
    #[serde(default, deserialize_with = "whole_number_or_null")]
    #[schema(example = 90, minimum = 1, maximum = 3650)]
    pub expires_in_days: Option<u32>,
}

impl NewApiKey {
    /// The longest that a key with an end may last, in days.
    pub const LONGEST_DAYS: u32 = 3650;
}

impl Validate for NewApiKey {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        check_name(&mut errors, "/name", &self.name);
        if self.expires_in_days.is_some_and(|days| !(1..=Self::LONGEST_DAYS).contains(&days)) {
            errors.push(FieldError::at("/expires_in_days", format!("must be 1 to {}", Self::LONGEST_DAYS)));
        }
        errors
    }
}

/// Which keys a list holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ApiKeyFilter {
    /// Only keys of these scopes. Repeat it for "or".
    pub scope: Vec<Scope>,
    /// Only keys that can be used now (`true`), or that are expired or revoked (`false`).
    pub active: Option<bool>,
}

const MARK: &str = "onr_";
const SECRET_DIGITS: usize = 64;
const CHECK_DIGITS: usize = 8;
/// Eight of the 64 digits of the secret: enough to tell keys apart, and 224 bits stay unknown.
const SHOWN_DIGITS: usize = 8;

/// The text of an API key: `onr_`, 256 random bits, and a checksum, in hexadecimal.
///
/// The mark lets secret scanners find keys in code and logs. The checksum tells a mistyped or cut key from an unknown one
/// without asking the database.
///
/// ```
/// use onrecord::models::KeyText;
///
/// let text = KeyText::generate()?;
/// assert_eq!(text.reveal().parse(), Ok(text.clone()));
/// assert!(text.reveal().starts_with(text.prefix()) && text.prefix().starts_with("onr_"));
/// assert_eq!(format!("{text:?}"), format!("KeyText({}…)", text.prefix()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct KeyText(String);

/// A text that cannot be a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAKey {
    /// It does not have the form.
    #[error("a key is onr_ and 72 hexadecimal digits")]
    Form,
    /// It has the form, and its last digits do not fit the others.
    #[error("the key is mistyped or cut: its checksum does not fit")]
    Checksum,
}

impl KeyText {
    /// A new key, from the randomness of the operating system.
    ///
    /// # Errors
    /// An operating system that has none.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut secret = [0; SECRET_DIGITS / 2];
        getrandom::fill(&mut secret)?;
        let secret = base16ct::lower::encode_string(&secret);
        let check = checksum(&secret);
        Ok(Self(format!("{MARK}{secret}{check}")))
    }

    /// How it begins, to tell keys apart; no secret.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.0[..MARK.len() + SHOWN_DIGITS]
    }

    /// What is kept of it. No salt and no slow hash: nobody guesses 256 random bits.
    #[must_use]
    pub fn hash(&self) -> String {
        base16ct::lower::encode_string(&Sha256::digest(&self.0))
    }

    /// The text itself, for whoever asked for the key.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyText {
    type Err = NotAKey;
    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let digits = text.strip_prefix(MARK).ok_or(NotAKey::Form)?;
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if digits.len() != SECRET_DIGITS + CHECK_DIGITS || !digits.bytes().all(is_digit) {
            return Err(NotAKey::Form);
        }
        let (secret, check) = digits.split_at(SECRET_DIGITS);
        if check == checksum(secret) { Ok(Self(text.to_owned())) } else { Err(NotAKey::Checksum) }
    }
}

/// Only how it begins: a key must not get into a log.
impl fmt::Debug for KeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyText({}…)", self.prefix())
    }
}

fn checksum(secret: &str) -> String {
    let mut digits = base16ct::lower::encode_string(&Sha256::digest(secret));
    digits.truncate(CHECK_DIGITS);
    digits
}
