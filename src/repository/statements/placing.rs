//! How quotes are put into statements: candidates by speaker and day, and what comes of them.

use std::collections::HashMap;

use diesel::dsl::{count_star, min};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::future::try_join_all;

use super::super::Connection;
use super::super::mentions::ROWS_A_STATEMENT;
use super::super::one_of::one_of;
use crate::error::Result;
use crate::models::{
    ActorId, ArticleId, DatePrecision, Day, Instant, Json, OutletId, PlacedQuote, QuoteId, QuoteKind, ReportReason,
    Segment, StatementId, StatementScorePart, ZoneId,
};
use crate::schema::{articles, mentions, quotes, statement_reports, statements};

/// A report as a row.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = statement_reports, treat_none_as_default_value = false)]
pub struct NewReport {
    /// The quote.
    pub quote_id: QuoteId,
    /// What it reports.
    pub statement_id: StatementId,
    /// Who speaks.
    pub actor_id: ActorId,
    /// The first day on which it can have been said.
    pub first_on: Option<Day>,
    /// The last day.
    pub last_on: Option<Day>,
    /// How much content it has.
    pub content: f64,
    /// What it is found by.
    pub keys: String,
    /// Why it belongs there.
    pub reason: ReportReason,
    /// The report that it is most like.
    pub like_id: Option<QuoteId>,
    /// How like.
    pub score: Option<f64>,
    /// What the score comes from.
    pub parts: Option<Json<Vec<StatementScorePart>>>,
}

/// A statement as a row, without what it is made of.
#[derive(Debug, Clone, PartialEq, Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = statements)]
pub struct StatementState {
    /// Its id.
    pub id: StatementId,
    /// Who speaks.
    pub actor_id: ActorId,
    /// The quote that shows what was said.
    pub lead_id: QuoteId,
    /// The day under which its first report is listed.
    pub sort_on: Day,
    /// How many reports it has.
    pub reports: i64,
    /// Whether it has two or more.
    pub is_shared: bool,
    /// Whether the machine adds nothing to it.
    pub is_closed: bool,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Counts its changes.
    pub version: i64,
}

type FoundQuote = (
    (QuoteId, ArticleId, Option<ActorId>, QuoteKind, String, Json<Vec<Segment>>),
    (Option<Day>, Option<DatePrecision>, Day),
    (Option<OutletId>, Option<Day>, Option<DatePrecision>, Day),
);

/// Quotes as they are put into statements, by article and in reading order.
///
/// # Errors
/// Only of the database.
pub async fn list_placed_quotes(connection: &mut Connection, ids: &[QuoteId]) -> Result<Vec<PlacedQuote>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        let rows = async |c: &mut Connection| -> Result<Vec<FoundQuote>> {
            let found = quotes::table.inner_join(articles::table).filter(one_of(quotes::id, chunk.to_vec()));
            let in_order = found.order((quotes::article_id, quotes::position, quotes::id)).select((
                (quotes::id, quotes::article_id, quotes::actor_id, quotes::kind, quotes::text, quotes::segments),
                (quotes::said_on, quotes::said_on_precision, quotes::sort_on),
                (articles::outlet_id, articles::published_on, articles::published_on_precision, articles::sort_on),
            ));
            Ok(load_rows!(c, in_order)?)
        };
        let named = async |c: &mut Connection| -> Result<Vec<(Option<QuoteId>, Option<ZoneId>)>> {
            let named = mentions::table.filter(one_of(mentions::quote_id, chunk.to_vec()));
            let zones = named.filter(mentions::zone_id.is_not_null()).select((mentions::quote_id, mentions::zone_id));
            Ok(load_rows!(c, zones.order((mentions::quote_id, mentions::start_offset, mentions::id)))?)
        };
        let (rows, named) = connection.both(rows, named).await?;
        let mut zones: HashMap<QuoteId, Vec<ZoneId>> = HashMap::new();
        for (quote, zone) in named {
            if let (Some(quote), Some(zone)) = (quote, zone) {
                let zones = zones.entry(quote).or_default();
                if !zones.contains(&zone) {
                    zones.push(zone);
                }
            }
        }
        found.extend(rows.into_iter().map(|row| placed(row, &mut zones)));
    }
    Ok(found)
}

fn placed(row: FoundQuote, zones: &mut HashMap<QuoteId, Vec<ZoneId>>) -> PlacedQuote {
    let ((id, article_id, actor, kind, text, Json(segments)), (said_on, said_precision, sort_on), article) = row;
    let (outlet, published_on, precision, article_day) = article;
    let dated = |day: Option<Day>, precision: Option<DatePrecision>| {
        day.map(|day| (day, precision.unwrap_or(DatePrecision::Day)))
    };
    PlacedQuote {
        id,
        article_id,
        outlet,
        actor,
        kind,
        text,
        segments,
        said: dated(said_on, said_precision),
        published: dated(published_on, precision),
        sort_on,
        article_day,
        zones: zones.remove(&id).unwrap_or_default(),
    }
}

diesel::define_sql_function! {
    /// PostgreSQL's own; what it returns is nothing.
    fn pg_advisory_xact_lock(key: diesel::sql_types::BigInt) -> diesel::sql_types::Text;
}

/// Keeps others from putting quotes of these speakers into statements until the transaction ends: of two reports that
/// come at the same moment the second finds the first.
///
/// # Errors
/// Only of the database.
pub async fn lock_speakers(connection: &mut Connection, actors: &[ActorId]) -> Result<()> {
    // A transaction on SQLite has the only write lock from its start.
    let Connection::Postgres(c) = connection else { return Ok(()) };
    // No rows: those who write an actor, or refer to it, must not wait for this. In one order, so that nobody waits for
    // each other.
    let mut actors = actors.to_vec();
    actors.sort();
    actors.dedup();
    for actor in actors {
        // The half that is random (UUIDv7).
        let key = actor.to_bits() as i64;
        diesel::select(pg_advisory_xact_lock(key)).execute(&mut c.shared()).await?;
    }
    Ok(())
}

/// A report by which it is found: which quote, of which statement, and its keys.
pub type FoundReport = (QuoteId, StatementId, String);

/// For each speaker and days the reports of that speaker whose first possible day lies in between, the latest first.
///
/// # Errors
/// Only of the database.
pub async fn list_reports_between(
    connection: &mut Connection,
    asked: Vec<(ActorId, (Day, Day))>,
    limit: i64,
) -> Result<Vec<Vec<FoundReport>>> {
    let reports = move |(actor, (first, last)): (ActorId, (Day, Day))| {
        statement_reports::table
            .filter(statement_reports::actor_id.eq(actor))
            .filter(statement_reports::first_on.ge(first).and(statement_reports::first_on.le(last)))
            .select((statement_reports::quote_id, statement_reports::statement_id, statement_reports::keys))
            .order((statement_reports::first_on.desc(), statement_reports::quote_id.desc()))
            .limit(limit)
    };
    match connection {
        Connection::Postgres(c) => {
            let load = async |one| reports(one).load(&mut c.shared()).await;
            Ok(try_join_all(asked.into_iter().map(load)).await?)
        }
        // To hand each to the thread that runs it would take longer than to run it.
        Connection::Sqlite(c) => {
            let load = move |c: &mut SqliteConnection| {
                asked.into_iter().map(|one| diesel::RunQueryDsl::load(reports(one), c)).collect()
            };
            let found: QueryResult<Vec<Vec<FoundReport>>> = c.spawn_blocking(load).await;
            Ok(found?)
        }
    }
}

/// A report of a statement: how much content it has, and its place.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub struct ReportOfStatement {
    /// The quote.
    pub quote_id: QuoteId,
    /// What it reports.
    pub statement_id: StatementId,
    /// How much content it has.
    pub content: f64,
}

/// The reports of these statements, those of each in order of appearance.
///
/// # Errors
/// Only of the database.
pub async fn list_reports_of_statements(
    connection: &mut Connection,
    ids: &[StatementId],
) -> Result<Vec<ReportOfStatement>> {
    Ok(load_rows_of!(connection, ids, |ids| {
        statement_reports::table
            .filter(one_of(statement_reports::statement_id, ids))
            .select((statement_reports::quote_id, statement_reports::statement_id, statement_reports::content))
            .order((statement_reports::first_on, statement_reports::quote_id))
    }))
}

/// The rows of these statements, of those that there are.
///
/// # Errors
/// Only of the database.
pub async fn list_states(connection: &mut Connection, ids: &[StatementId]) -> Result<Vec<StatementState>> {
    Ok(load_rows_of!(connection, ids, |ids| {
        statements::table.filter(one_of(statements::id, ids)).select(StatementState::as_select())
    }))
}

/// What is known of the quote that shows what was said.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Lead {
    /// How it reports the words.
    pub kind: QuoteKind,
    /// The day under which its article is listed.
    pub article_day: Day,
}

/// What is known of these quotes that show what was said.
///
/// # Errors
/// Only of the database.
pub async fn find_leads(connection: &mut Connection, ids: &[QuoteId]) -> Result<HashMap<QuoteId, Lead>> {
    let rows: Vec<(QuoteId, Lead)> = load_rows_of!(connection, ids, |ids| {
        quotes::table
            .inner_join(articles::table)
            .filter(one_of(quotes::id, ids))
            .select((quotes::id, (quotes::kind, articles::sort_on)))
    });
    Ok(rows.into_iter().collect())
}

/// How many reports statements have, and the day under which the first of them is listed; without those that have none.
///
/// # Errors
/// Only of the database.
pub async fn count_reports(
    connection: &mut Connection,
    ids: &[StatementId],
) -> Result<HashMap<StatementId, (i64, Day)>> {
    let rows: Vec<(StatementId, i64, Option<Day>)> = load_rows_of!(connection, ids, |ids| {
        statement_reports::table
            .inner_join(quotes::table)
            .filter(one_of(statement_reports::statement_id, ids))
            .group_by(statement_reports::statement_id)
            .select((statement_reports::statement_id, count_star(), min(quotes::sort_on)))
    });
    Ok(rows.into_iter().filter_map(|(id, count, first)| Some((id, (count, first?)))).collect())
}

/// Adds statements.
///
/// # Errors
/// Only of the database.
pub async fn create_statements(connection: &mut Connection, new: &[StatementState]) -> Result<()> {
    insert_rows!(connection, statements::table, new.to_vec());
    Ok(())
}

/// Writes statements as they are now.
///
/// # Errors
/// Only of the database.
pub async fn update_statements(connection: &mut Connection, states: Vec<StatementState>) -> Result<()> {
    match connection {
        Connection::Postgres(c) => {
            let update = async |state: &StatementState| {
                diesel::update(statements::table.find(state.id)).set(state).execute(&mut c.shared()).await
            };
            try_join_all(states.iter().map(update)).await?;
        }
        // To hand each to the thread that runs it would take longer than to run it.
        Connection::Sqlite(c) => {
            c.spawn_blocking(move |c| {
                states.iter().try_for_each(|state| {
                    let update = diesel::update(statements::table.find(state.id)).set(state);
                    diesel::RunQueryDsl::execute(update, c).map(drop)
                })
            })
            .await?;
        }
    }
    Ok(())
}

/// Deletes statements that have no reports.
///
/// # Errors
/// Only of the database.
pub async fn delete_statements(connection: &mut Connection, ids: &[StatementId]) -> Result<()> {
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        on_backend!(connection, |c| {
            diesel::delete(statements::table.filter(one_of(statements::id, chunk.to_vec()))).execute(c).await
        })?;
    }
    Ok(())
}

/// Adds reports.
///
/// # Errors
/// Only of the database.
pub async fn create_reports(connection: &mut Connection, new: &[NewReport]) -> Result<()> {
    insert_rows!(connection, statement_reports::table, new.to_vec());
    Ok(())
}

/// Takes quotes out of their statements.
///
/// # Errors
/// Only of the database.
pub async fn delete_reports(connection: &mut Connection, quotes: &[QuoteId]) -> Result<()> {
    for chunk in quotes.chunks(ROWS_A_STATEMENT) {
        on_backend!(connection, |c| {
            let reports = statement_reports::table.filter(one_of(statement_reports::quote_id, chunk.to_vec()));
            diesel::delete(reports).execute(c).await
        })?;
    }
    Ok(())
}

/// Makes all reports of one statement reports of another.
///
/// # Errors
/// Only of the database.
pub async fn move_reports(connection: &mut Connection, from: StatementId, to: StatementId) -> Result<()> {
    on_backend!(connection, |c| {
        diesel::update(statement_reports::table.filter(statement_reports::statement_id.eq(from)))
            .set(statement_reports::statement_id.eq(to))
            .execute(c)
            .await
    })?;
    Ok(())
}

/// Makes quotes reports of another statement.
///
/// # Errors
/// Only of the database.
pub async fn move_quotes(connection: &mut Connection, quotes: &[QuoteId], to: StatementId) -> Result<()> {
    on_backend!(connection, |c| {
        diesel::update(statement_reports::table.filter(one_of(statement_reports::quote_id, quotes.to_vec())))
            .set(statement_reports::statement_id.eq(to))
            .execute(c)
            .await
    })?;
    Ok(())
}

/// Writes why a quote belongs to its statement.
///
/// # Errors
/// Only of the database.
pub async fn update_reason(
    connection: &mut Connection,
    quote: QuoteId,
    reason: ReportReason,
    like: Option<QuoteId>,
    score: Option<(f64, Vec<StatementScorePart>)>,
) -> Result<()> {
    let (score, parts) = score.map_or((None, None), |(score, parts)| (Some(score), Some(Json(parts))));
    let values = (
        statement_reports::reason.eq(reason),
        statement_reports::like_id.eq(like),
        statement_reports::score.eq(score),
        statement_reports::parts.eq(parts),
    );
    on_backend!(connection, |c| diesel::update(statement_reports::table.find(quote)).set(values).execute(c).await)?;
    Ok(())
}

/// Makes what one actor said statements of another, until its quotes are put into statements anew.
///
/// # Errors
/// Only of the database.
pub async fn move_statements(connection: &mut Connection, from: ActorId, to: ActorId) -> Result<()> {
    on_backend!(connection, |c| {
        diesel::update(statements::table.filter(statements::actor_id.eq(from)))
            .set(statements::actor_id.eq(to))
            .execute(c)
            .await?;
        diesel::update(statement_reports::table.filter(statement_reports::actor_id.eq(from)))
            .set(statement_reports::actor_id.eq(to))
            .execute(c)
            .await
    })?;
    Ok(())
}

/// The quotes of these articles, in reading order.
///
/// # Errors
/// Only of the database.
pub async fn list_quotes_to_place(connection: &mut Connection, articles: &[ArticleId]) -> Result<Vec<QuoteId>> {
    Ok(load_rows!(
        connection,
        quotes::table.filter(one_of(quotes::article_id, articles.to_vec())).select(quotes::id).order((
            quotes::article_id,
            quotes::position,
            quotes::id
        ))
    )?)
}
