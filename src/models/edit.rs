//! What comes with every change, beside the change itself.

use super::Author;

/// Who changes a resource and why, and which state of it they mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Who.
    pub author: Author,
    /// Why, in their words.
    pub reason: Option<String>,
    /// Which state.
    pub precondition: Precondition,
}

/// The state that a resource has to be in to be changed (`If-Match`, RFC 9110, section 13.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Precondition {
    /// The client did not say.
    Unsaid,
    /// Whichever it is in.
    Any,
    /// One of these versions.
    Versions(Vec<i64>),
}
