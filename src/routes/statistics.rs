//! `/v1/stats`.

use actix_web::{HttpResponse, get};

use super::lists::FilteredQuery;
use super::problem::{ListProblems, ServerProblems};
use super::reading::{AsOf, Reading};
use super::registry::Registry;
use crate::error::Result;
use crate::models::{QuoteFilter, QuoteStatistics, StatisticsParameters};
use crate::services::statistics;

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config.service(count_quotes);
}

/// Counts quotes, for charts.
///
/// By day, week, month or year, by speaker, zone, outlet or kind, or by both; with every filter of the list of quotes. Periods without
/// quotes are there, with zeroes.
#[utoipa::path(
    tag = "statistics",
    operation_id = "count_quotes",
    params(StatisticsParameters, QuoteFilter, AsOf),
    responses((status = 200, description = "How many there are.", body = QuoteStatistics), ListProblems, ServerProblems)
)]
#[get("/stats/quotes")]
async fn count_quotes(app: Reading, query: FilteredQuery<QuoteFilter, StatisticsParameters>) -> Result<HttpResponse> {
    let counted = statistics::count_quotes(&app, &query.filter, &query.parameters).await?;
    Ok(HttpResponse::Ok().json(counted))
}
