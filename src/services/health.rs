//! Whether the service can do its work.

use super::{Services, gazetteer};
use crate::error::Result;

/// Whether requests can be answered: the database is there and migrated.
///
/// # Errors
/// [`Unavailable`](crate::error::Error::Unavailable) where the database cannot be reached.
pub async fn check_readiness(services: &Services) -> Result<()> {
    gazetteer::find_version(services).await.map(drop)
}
