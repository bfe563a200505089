//! The latest quotes, for feeds.

use super::included::include_with_quotes;
use super::{Services, quotes as quote_rules};
use crate::error::Result;
use crate::models::{Quote, QuoteFilter, QuoteInclude};
use crate::repository::quotes;

/// The quotes that came in last, the last one first, each with its article.
///
/// # Errors
/// [`InvalidQuery`](crate::error::Error::InvalidQuery) for a key that names nothing.
pub async fn list_latest_quotes(services: &Services, filter: &QuoteFilter, limit: i64) -> Result<Vec<Quote>> {
    services
        .read(async |c| {
            let conditions = quote_rules::find_conditions(c, filter).await?;
            let mut found = quotes::list_latest_quotes(c, filter, &conditions, limit).await?;
            include_with_quotes(c, &[QuoteInclude::Article], &mut found).await?;
            Ok(found)
        })
        .await
}
