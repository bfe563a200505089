//! Imports: files of records that are taken in, and how far that has come.

use diesel::prelude::{Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Author, FieldError, ImportId, Instant, Json};

/// What has become of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportStatus {
    /// It has not begun.
    Waiting,
    /// It is being taken in. Where the process that did is gone, another one goes on soon.
    Running,
    /// Every line was read: it was taken in, was there already, or is among the errors.
    Done,
    /// It broke off; `detail` says why. What was taken in by then stays.
    Failed,
    /// Somebody broke it off. What was taken in by then stays.
    Cancelled,
}

impl ImportStatus {
    /// Whether nothing will come after it.
    #[must_use]
    pub fn is_end(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// How many of each kind are new.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportCounts {
    /// Outlets.
    pub outlets: i64,
    /// Actors, without those that were only met as speakers.
    pub actors: i64,
    /// Actors that are found under another one.
    pub merges: i64,
    /// Zones.
    pub zones: i64,
    /// Agreements.
    pub agreements: i64,
    /// Articles.
    pub articles: i64,
    /// Quotes of these articles.
    pub quotes: i64,
}

/// A file of records that is taken in, in the interchange format.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::schema::imports, treat_none_as_default_value = false)]
pub struct ImportJob {
    /// Its id.
    pub id: ImportId,
    /// What has become of it.
    pub status: ImportStatus,
    /// When the file was received.
    pub created_at: Instant,
    /// Who sent it, and writes what is in it.
    #[schema(value_type = Author)]
    pub created_by: Json<Author>,
    /// When it was begun.
    #[schema(required)]
    pub started_at: Option<Instant>,
    /// When it was done, failed or was broken off.
    #[schema(required)]
    pub ended_at: Option<Instant>,
    /// When it last came further.
    pub updated_at: Instant,
    /// How large the file is.
    #[schema(minimum = 0)]
    pub bytes: i64,
    /// How much of it was read, and what came of it is committed.
    #[schema(minimum = 0)]
    pub bytes_read: i64,
    /// How many lines of it were read.
    #[schema(minimum = 0)]
    pub lines_read: i64,
    /// What is new.
    #[schema(value_type = ImportCounts)]
    pub added: Json<ImportCounts>,
    /// How many lines tell of what was there already.
    #[schema(minimum = 0)]
    pub known: i64,
    /// How many lines were refused: `errors` tells why.
    #[schema(minimum = 0)]
    pub refused: i64,
    /// Whether somebody has asked to break it off.
    pub cancel_requested: bool,
    /// Why it failed.
    #[schema(required)]
    pub detail: Option<String>,
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportProgress {
    /// Bytes that were read.
    pub bytes_read: i64,
    /// Lines that were read.
    pub lines_read: i64,
    /// What is new.
    pub added: ImportCounts,
    /// Lines that tell of what was there already.
    pub known: i64,
    /// Lines that were refused.
    pub refused: i64,
}

impl ImportJob {
    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> ImportProgress {
        ImportProgress {
            bytes_read: self.bytes_read,
            lines_read: self.lines_read,
            added: self.added.0,
            known: self.known,
            refused: self.refused,
        }
    }
}

/// Why a line was refused.
#[derive(Debug, Clone, PartialEq, Serialize, Queryable, Selectable)]
#[diesel(table_name = crate::schema::import_errors)]
pub struct ImportError {
    /// Which line of the file, from 1.
    pub line: i64,
    /// What is wrong with it.
    pub errors: Json<Vec<FieldError>>,
}

/// Which imports a list holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ImportFilter {
    /// Only imports of which this has become. Repeat it for "or".
    pub status: Vec<ImportStatus>,
}
