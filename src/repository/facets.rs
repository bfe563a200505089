//! How many quotes or articles of a list have which value, in SQL.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::Connection;
use super::article_filter::{ArticleConditions, filtered_articles};
use super::quote_filter::{QuoteConditions, filtered_quotes};
use super::statistics::joined::{their_articles, their_mentions};
use crate::error::Result;
use crate::models::{ArticleFilter, FacetName, QuoteFilter};
use crate::schema::{articles, mentions, quotes};

/// The values that most quotes of a list have, each with how many: ids as text, names of kinds, years.
///
/// # Errors
/// Only of the database.
pub async fn count_quotes(
    connection: &mut Connection,
    filter: &QuoteFilter,
    conditions: &QuoteConditions,
    facet: FacetName,
    limit: usize,
) -> Result<Vec<(String, u64)>> {
    let value = match facet {
        FacetName::Speaker => "CAST(quotes.actor_id AS text)",
        FacetName::Zone => "CAST(their_mentions.zone_id AS text)",
        FacetName::Outlet => "CAST(their_articles.outlet_id AS text)",
        FacetName::Kind => "quotes.kind",
        FacetName::Year => year_of(connection, "quotes"),
    };
    macro_rules! counts {
        ($c:expr, $from:expr) => {{
            let grouped = $from
                .group_by(sql::<Text>(value))
                .select((sql::<Text>(value), sql::<BigInt>("count(DISTINCT quotes.id)")));
            let having = filtered_quotes!(grouped.into_boxed(), filter, conditions)
                .filter(sql::<Nullable<Text>>(value).is_not_null());
            having
                .order(sql::<Text>(&format!("count(DISTINCT quotes.id) DESC, {value}")))
                .limit(at_most(limit))
                .load($c)
                .await?
        }};
    }
    let counts: Vec<(String, i64)> = on_backend!(connection, |c| match facet {
        FacetName::Speaker | FacetName::Kind | FacetName::Year => counts!(c, quotes::table),
        FacetName::Outlet => counts!(
            c,
            quotes::table.inner_join(their_articles.on(their_articles.field(articles::id).eq(quotes::article_id)))
        ),
        FacetName::Zone => counts!(
            c,
            quotes::table
                .inner_join(their_mentions.on(their_mentions.field(mentions::quote_id).eq(quotes::id.nullable())))
        ),
    });
    Ok(unsigned(counts))
}

/// The values that most articles of a list have, each with how many: ids as text, years. Speakers and kinds are of quotes.
///
/// # Errors
/// Only of the database.
pub async fn count_articles(
    connection: &mut Connection,
    filter: &ArticleFilter,
    conditions: &ArticleConditions,
    facet: FacetName,
    limit: usize,
) -> Result<Vec<(String, u64)>> {
    let value = match facet {
        FacetName::Speaker | FacetName::Kind => return Ok(Vec::new()),
        FacetName::Zone => "CAST(their_mentions.zone_id AS text)",
        FacetName::Outlet => "CAST(articles.outlet_id AS text)",
        FacetName::Year => year_of(connection, "articles"),
    };
    macro_rules! counts {
        ($c:expr, $from:expr) => {{
            let grouped = $from
                .group_by(sql::<Text>(value))
                .select((sql::<Text>(value), sql::<BigInt>("count(DISTINCT articles.id)")));
            let having = filtered_articles!(grouped.into_boxed(), filter, conditions)
                .filter(sql::<Nullable<Text>>(value).is_not_null());
            having
                .order(sql::<Text>(&format!("count(DISTINCT articles.id) DESC, {value}")))
                .limit(at_most(limit))
                .load($c)
                .await?
        }};
    }
    let counts: Vec<(String, i64)> = on_backend!(connection, |c| match facet {
        FacetName::Zone => counts!(
            c,
            articles::table.inner_join(their_mentions.on(their_mentions.field(mentions::article_id).eq(articles::id)))
        ),
        _ => counts!(c, articles::table),
    });
    Ok(unsigned(counts))
}

/// The year that something is listed under, as SQL.
fn year_of(connection: &Connection, table: &str) -> &'static str {
    match (connection, table) {
        (Connection::Postgres(_), "quotes") => "to_char(quotes.sort_on, 'YYYY')",
        (Connection::Postgres(_), _) => "to_char(articles.sort_on, 'YYYY')",
        (Connection::Sqlite(_), "quotes") => "substr(quotes.sort_on, 1, 4)",
        (Connection::Sqlite(_), _) => "substr(articles.sort_on, 1, 4)",
    }
}

fn at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn unsigned(counts: Vec<(String, i64)>) -> Vec<(String, u64)> {
    counts.into_iter().map(|(value, count)| (value, u64::try_from(count).unwrap_or_default())).collect()
}
