//! What a database's refusal means, said at the call.

use diesel::result::{DatabaseErrorKind, Error as DatabaseError};

use crate::error::{Error, Result};

/// Gives a meaning to a refused write. SQLite does not name the constraint, so only the call can tell what it was about.
pub(super) trait ConflictMeaning<T> {
    /// A unique key is taken: what that means here.
    fn on_unique(self, meaning: impl FnOnce() -> String) -> Result<T>;

    /// Another row refers to this one: what that means here.
    fn on_referenced(self, meaning: impl FnOnce() -> String) -> Result<T>;
}

impl<T> ConflictMeaning<T> for diesel::QueryResult<T> {
    fn on_unique(self, meaning: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| match error {
            DatabaseError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Error::Conflict(meaning()),
            error => error.into(),
        })
    }

    fn on_referenced(self, meaning: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| match error {
            DatabaseError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => Error::InUse(meaning()),
            error => error.into(),
        })
    }
}
