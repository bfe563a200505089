//! Requests that may come again: the `Idempotency-Key` header.

use super::Id;

/// One attempt at a request that its client may repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// Who sent it, hashed: two clients may choose the same key.
    pub scope: String,
    /// The key.
    pub key: String,
    /// This attempt: another may take the request over when this one is given up.
    pub attempt: Id<Self>,
}

/// An answer, as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// Its status.
    pub status: u16,
    /// Its body, JSON.
    pub body: String,
}
