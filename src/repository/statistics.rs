//! Counts of quotes in the database.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::Connection;
use super::quote_filter::{QuoteConditions, filtered_quotes};
use crate::error::Result;
use crate::models::{Day, Id, Period, QuoteCategory, QuoteFilter, sql_types};
use crate::schema::{actors, articles, mentions, outlets, quotes, zones};
use joined::{their_articles, their_mentions};

/// What quotes are joined with to be counted, under other names than in the conditions of a filter.
pub(super) mod joined {
    use crate::schema::{articles, mentions};

    diesel::alias!(articles as their_articles: TheirArticles, mentions as their_mentions: TheirMentions);
}

/// What stands for all categories that have no name of their own.
pub const OTHERS: &str = "";

/// The categories with the most quotes, each by its id as text, or by the name of the kind.
///
/// # Errors
/// Only of the database.
pub async fn list_largest_categories(
    connection: &mut Connection,
    filter: &QuoteFilter,
    conditions: &QuoteConditions,
    category: QuoteCategory,
    limit: i64,
) -> Result<Vec<String>> {
    let name = name_of(category);
    macro_rules! largest {
        ($c:expr, $from:expr) => {{
            let grouped = $from.group_by(sql::<Text>(name)).select(sql::<Text>(name));
            let named = filtered_quotes!(grouped.into_boxed(), filter, conditions)
                .filter(sql::<Nullable<Text>>(name).is_not_null());
            named.order(sql::<Text>(&format!("count(DISTINCT quotes.id) DESC, {name}"))).limit(limit).load($c).await?
        }};
    }
    on_backend!(connection, |c| Ok(match category {
        QuoteCategory::Speaker | QuoteCategory::Kind => largest!(c, quotes::table),
        QuoteCategory::Outlet => largest!(
            c,
            quotes::table.inner_join(their_articles.on(their_articles.field(articles::id).eq(quotes::article_id)))
        ),
        QuoteCategory::Zone => largest!(
            c,
            quotes::table
                .inner_join(their_mentions.on(their_mentions.field(mentions::quote_id).eq(quotes::id.nullable())))
        ),
    }))
}

/// How many quotes there are in each period; `None` counts all time as one, on no day.
///
/// # Errors
/// Only of the database.
pub async fn count_quotes(
    connection: &mut Connection,
    filter: &QuoteFilter,
    conditions: &QuoteConditions,
    period: Option<Period>,
) -> Result<Vec<(Option<Day>, i64)>> {
    let day = first_day_of(connection, period);
    on_backend!(connection, |c| {
        let grouped = quotes::table
            .group_by(sql::<Nullable<sql_types::Day>>(day))
            .select((sql::<Nullable<sql_types::Day>>(day), sql::<BigInt>("count(*)")));
        Ok(filtered_quotes!(grouped.into_boxed(), filter, conditions).load(c).await?)
    })
}

/// How many quotes there are in each period of each of some categories, and of all others as [`OTHERS`].
///
/// # Errors
/// Only of the database.
pub async fn count_quotes_of_categories(
    connection: &mut Connection,
    filter: &QuoteFilter,
    conditions: &QuoteConditions,
    period: Option<Period>,
    category: QuoteCategory,
    categories: &[String],
) -> Result<Vec<(Option<Day>, String, i64)>> {
    let day = first_day_of(connection, period);
    // Ids and names of kinds: nothing that could end a literal.
    let known = categories.iter().map(|category| format!("'{category}'")).collect::<Vec<_>>().join(", ");
    let name = name_of(category);
    let name = match categories {
        // PostgreSQL takes a bare text in `GROUP BY` for a mistake.
        [] => format!("CAST('{OTHERS}' AS text)"),
        _ => format!("CASE WHEN {name} IN ({known}) THEN {name} ELSE '{OTHERS}' END"),
    };
    macro_rules! counts {
        ($c:expr, $from:expr) => {{
            let grouped = $from.group_by((sql::<Nullable<sql_types::Day>>(day), sql::<Text>(&name))).select((
                sql::<Nullable<sql_types::Day>>(day),
                sql::<Text>(&name),
                sql::<BigInt>("count(DISTINCT quotes.id)"),
            ));
            filtered_quotes!(grouped.into_boxed(), filter, conditions).load($c).await?
        }};
    }
    on_backend!(connection, |c| Ok(match category {
        QuoteCategory::Speaker | QuoteCategory::Kind => counts!(c, quotes::table),
        QuoteCategory::Outlet => counts!(
            c,
            quotes::table.inner_join(their_articles.on(their_articles.field(articles::id).eq(quotes::article_id)))
        ),
        QuoteCategory::Zone => {
            let of_quote = their_mentions.field(mentions::quote_id).eq(quotes::id.nullable());
            let naming_a_zone = of_quote.and(their_mentions.field(mentions::zone_id).is_not_null());
            counts!(c, quotes::table.inner_join(their_mentions.on(naming_a_zone)))
        }
    }))
}

/// The slugs and names of actors, zones or outlets; of kinds there are none.
///
/// # Errors
/// Only of the database.
pub async fn list_names(
    connection: &mut Connection,
    category: QuoteCategory,
    ids: &[Id<()>],
) -> Result<Vec<(Id<()>, String, String)>> {
    macro_rules! names {
        ($c:expr, $table:ident) => {
            $table::table
                .filter($table::id.eq_any(ids))
                .select(($table::id, $table::slug, $table::name))
                .load($c)
                .await?
        };
    }
    on_backend!(connection, |c| Ok(match category {
        QuoteCategory::Speaker => names!(c, actors),
        QuoteCategory::Zone => names!(c, zones),
        QuoteCategory::Outlet => names!(c, outlets),
        QuoteCategory::Kind => Vec::new(),
    }))
}

/// What tells categories apart, as SQL.
fn name_of(category: QuoteCategory) -> &'static str {
    match category {
        QuoteCategory::Speaker => "CAST(quotes.actor_id AS text)",
        QuoteCategory::Zone => "CAST(their_mentions.zone_id AS text)",
        QuoteCategory::Outlet => "CAST(their_articles.outlet_id AS text)",
        QuoteCategory::Kind => "quotes.kind",
    }
}

/// The first day of the period that a quote counts in, as SQL.
fn first_day_of(connection: &Connection, period: Option<Period>) -> &'static str {
    let is_postgres = matches!(connection, Connection::Postgres(_));
    match (period, is_postgres) {
        (None, true) => "CAST(NULL AS date)",
        (None, false) => "NULL",
        (Some(Period::Day), _) => "quotes.sort_on",
        (Some(Period::Week), true) => "CAST(date_trunc('week', quotes.sort_on) AS date)",
        (Some(Period::Month), true) => "CAST(date_trunc('month', quotes.sort_on) AS date)",
        (Some(Period::Year), true) => "CAST(date_trunc('year', quotes.sort_on) AS date)",
        // The Sunday that is or comes, and six days back.
        (Some(Period::Week), false) => "date(quotes.sort_on, 'weekday 0', '-6 days')",
        (Some(Period::Month), false) => "substr(quotes.sort_on, 1, 7) || '-01'",
        (Some(Period::Year), false) => "substr(quotes.sort_on, 1, 4) || '-01-01'",
    }
}
