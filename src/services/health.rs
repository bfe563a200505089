//! Whether the service can do its work.

use super::{Services, gazetteer};
use crate::error::Result;
use crate::models::IndexProgress;

/// Whether requests can be answered: the database is there and migrated. And how far the search index is, which most can do without.
///
/// # Errors
/// [`Unavailable`](crate::error::Error::Unavailable) where the database cannot be reached.
pub async fn check_readiness(services: &Services) -> Result<IndexProgress> {
    gazetteer::find_version(services).await.map(|_| services.search.progress())
}
