//! The latest quotes, for feeds.

use super::included::include_with_quotes;
use super::{Services, quotes as quote_rules};
use crate::error::{Error, Result};
use crate::models::{FieldError, Quote, QuoteFilter, QuoteInclude};
use crate::repository::quotes;

/// The quotes that came in last, the last one first, each with its article.
///
/// # Errors
/// [`InvalidQuery`](Error::InvalidQuery) for a key that names nothing, and for a limit out of bounds.
pub async fn list_latest_quotes(services: &Services, filter: &QuoteFilter, limit: Option<i64>) -> Result<Vec<Quote>> {
    let (default, max) = (services.settings.lists.default_limit, services.settings.lists.max_limit);
    let limit = limit.unwrap_or(default);
    if !(1..=max).contains(&limit) {
        return Err(Error::InvalidQuery(vec![FieldError::parameter("limit", format!("must be 1 to {max}"))]));
    }
    services
        .read(async |c| {
            let conditions = quote_rules::find_conditions(c, filter).await?;
            let mut found = quotes::list_latest_quotes(c, filter, &conditions, limit).await?;
            include_with_quotes(c, &[QuoteInclude::Article], &mut found).await?;
            Ok(found)
        })
        .await
}
