//! Whether the service can do its work.

use super::{Services, gazetteer, statements};
use crate::error::Result;
use crate::models::IndexProgress;

/// Whether requests can be answered: the database is there and migrated. And how far the search index is, which most
/// can do without; and how many articles have quotes that are in no statement yet, and no position of which was read.
///
/// # Errors
/// [`Unavailable`](crate::error::Error::Unavailable) where the database cannot be reached.
pub async fn check_readiness(services: &Services) -> Result<(IndexProgress, i64)> {
    gazetteer::find_version(services).await?;
    Ok((services.search.progress(), statements::count_waiting_articles(services).await?))
}
