//! How an export is written.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// A JSON object a line, with the type of the resource: the interchange format.
    Ndjson,
    /// A table (RFC 4180) whose first line names the columns.
    Csv,
}
