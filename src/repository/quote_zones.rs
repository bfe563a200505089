//! Which quotes name a zone, in the order of lists: made from mentions and quotes, and written with them.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Connection;
use super::mentions::ROWS_A_STATEMENT;
use super::one_of::one_of;
use super::quotes::QuoteKeyset;
use crate::error::Result;
use crate::models::{ArticleId, Day, Id, Mention, QuoteFilter, QuoteId, ZoneId, sql_types};
use crate::pagination::PageRequest;
use crate::schema::{mentions, quote_zones, quotes};

diesel::define_sql_function! {
    fn coalesce(day: sql_types::Day, otherwise: sql_types::Day) -> sql_types::Day;
}

/// The newest quotes that name a zone, after the page's keyset and said on the filter's days: their ids, and one more where there is
/// a next page.
///
/// # Errors
/// Only of the database.
pub(super) async fn list_newest(
    connection: &mut Connection,
    zone: ZoneId,
    filter: &QuoteFilter,
    page: &PageRequest<QuoteKeyset>,
) -> Result<Vec<QuoteId>> {
    let (day, id) = page.after.unwrap_or((Day::LAST, Id::from_bits(u128::MAX)));
    let later = quote_zones::sort_on.lt(day).or(quote_zones::sort_on.eq(day).and(quote_zones::quote_id.lt(id)));
    let naming = quote_zones::table.filter(quote_zones::zone_id.eq(zone)).filter(later).select(quote_zones::quote_id);
    match filter.days_said() {
        Some((from, to)) => load_rows!(connection, {
            let said = naming.filter(quote_zones::said_on.ge(from).and(quote_zones::said_on.le(to)));
            // Not the column alone: SQLite would go through all that name the zone in its order, to save itself the sorting
            // of the few that were said on these days.
            let day = coalesce(quote_zones::sort_on, quote_zones::sort_on);
            said.order((day.desc(), quote_zones::quote_id.desc())).limit(page.fetch())
        }),
        None => load_rows!(connection, {
            let up_to = naming.filter(quote_zones::sort_on.le(day));
            up_to.order((quote_zones::sort_on.desc(), quote_zones::quote_id.desc())).limit(page.fetch())
        }),
    }
    .map_err(Into::into)
}

/// Writes down which zones the quotes name in which these new mentions stand, and that had none before.
///
/// # Errors
/// Only of the database.
pub(super) async fn create_zones_of_mentions<'a>(
    connection: &mut Connection,
    new: impl Iterator<Item = (Option<QuoteId>, &'a Mention)>,
) -> Result<()> {
    let mut quotes: Vec<QuoteId> =
        new.filter(|(_, mention)| mention.zone.is_some()).filter_map(|(quote, _)| quote).collect();
    quotes.sort();
    quotes.dedup();
    create_zones_of_quotes(connection, &quotes).await
}

/// Writes down which zones quotes name of which nothing is written down yet.
///
/// # Errors
/// Only of the database.
pub(super) async fn create_zones_of_quotes(connection: &mut Connection, new: &[QuoteId]) -> Result<()> {
    for chunk in new.chunks(ROWS_A_STATEMENT) {
        let named = mentions::table
            .inner_join(quotes::table.on(mentions::quote_id.eq(quotes::id.nullable())))
            .filter(one_of(mentions::quote_id, chunk.to_vec()).and(mentions::zone_id.is_not_null()))
            .select((mentions::zone_id.assume_not_null(), quotes::sort_on, quotes::id, quotes::said_on))
            .distinct();
        on_backend!(connection, |c| diesel::insert_into(quote_zones::table)
            .values(named)
            .into_columns((quote_zones::zone_id, quote_zones::sort_on, quote_zones::quote_id, quote_zones::said_on))
            .execute(c)
            .await)?;
    }
    Ok(())
}

/// Forgets which zones quotes name.
///
/// # Errors
/// Only of the database.
pub(super) async fn delete_zones_of_quotes(connection: &mut Connection, old: &[QuoteId]) -> Result<()> {
    for chunk in old.chunks(ROWS_A_STATEMENT) {
        let named = quote_zones::table.filter(one_of(quote_zones::quote_id, chunk.to_vec()));
        on_backend!(connection, |c| diesel::delete(named).execute(c).await)?;
    }
    Ok(())
}

/// Puts a quote that names zones where it stands now.
///
/// # Errors
/// Only of the database.
pub(super) async fn update_days_of_quote(
    connection: &mut Connection,
    quote: QuoteId,
    sort_on: Day,
    said_on: Option<Day>,
) -> Result<()> {
    let named = quote_zones::table.filter(quote_zones::quote_id.eq(quote));
    let days = (quote_zones::sort_on.eq(sort_on), quote_zones::said_on.eq(said_on));
    on_backend!(connection, |c| diesel::update(named).set(days).execute(c).await)?;
    Ok(())
}

/// Puts the quotes of an article that stand under its day where they stand now.
///
/// # Errors
/// Only of the database.
pub(super) async fn update_days_of_article(
    connection: &mut Connection,
    article: ArticleId,
    sort_on: Day,
) -> Result<()> {
    let under_its_day = quotes::table.filter(quotes::article_id.eq(article).and(quotes::sort_on.eq(sort_on)));
    let named = quote_zones::table.filter(quote_zones::quote_id.eq_any(under_its_day.select(quotes::id)));
    on_backend!(connection, |c| diesel::update(named).set(quote_zones::sort_on.eq(sort_on)).execute(c).await)?;
    Ok(())
}
