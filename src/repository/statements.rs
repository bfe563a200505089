//! Statements in the database, as they are read. How quotes get into them: `statements/placing.rs`.

pub mod decisions;
pub mod placing;
pub mod queue;

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl;

use super::Connection;
use super::one_of::one_of;
use crate::error::{Error, Result};
use crate::models::{
    ActorId, ActorRef, ArticleId, Day, Instant, Json, OutletId, OutletRef, QuoteId, QuoteKind, ReportReason, Segment,
    Statement, StatementFilter, StatementId, StatementScorePart, ZoneId, ZoneRef, sql_types,
};
use crate::pagination::{PageRequest, Rows};
use crate::schema::{actors, articles, mentions, outlets, quotes, statement_reports, statements, zones};

/// Where a statement stands in the list: the day it is listed under, and its id.
pub type StatementKeyset = (Day, StatementId);

/// The filter of a list, its keys turned into ids. An empty list means any.
#[derive(Debug, Clone, Default)]
pub struct StatementConditions {
    /// Said by one of these actors.
    pub speakers: Vec<ActorId>,
    /// Naming one of these zones.
    pub zones: Vec<ZoneId>,
    /// Reported by one of these outlets.
    pub outlets: Vec<OutletId>,
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = statements)]
struct StatementRow {
    id: StatementId,
    lead_id: QuoteId,
    sort_on: Day,
    reports: i64,
    is_closed: bool,
    created_at: Instant,
    updated_at: Instant,
    version: i64,
}

/// A boxed query of statements, narrowed to a filter: whatever else it joins or selects, which is why it is a macro.
macro_rules! filtered_statements {
    ($query:expr, $filter:expr, $conditions:expr) => {{
        let mut query = $query;
        if !$conditions.speakers.is_empty() {
            query = query.filter(one_of(statements::actor_id, $conditions.speakers.clone()));
        }
        if !$conditions.zones.is_empty() {
            let naming = mentions::table.filter(one_of(mentions::zone_id, $conditions.zones.clone()));
            let naming = naming.filter(mentions::quote_id.is_not_null()).select(mentions::quote_id.assume_not_null());
            let reporting = statement_reports::table.filter(statement_reports::quote_id.eq_any(naming));
            query = query.filter(statements::id.eq_any(reporting.select(statement_reports::statement_id)));
        }
        if !$conditions.outlets.is_empty() {
            let published = articles::table.filter(one_of(articles::outlet_id, $conditions.outlets.clone()));
            let reported = quotes::table.filter(quotes::article_id.eq_any(published.select(articles::id)));
            let reporting =
                statement_reports::table.filter(statement_reports::quote_id.eq_any(reported.select(quotes::id)));
            query = query.filter(statements::id.eq_any(reporting.select(statement_reports::statement_id)));
        }
        if let Some(day) = $filter.from {
            query = query.filter(statements::sort_on.ge(day));
        }
        if let Some(day) = $filter.to {
            query = query.filter(statements::sort_on.le(day));
        }
        if let Some(least) = $filter.reports_min.filter(|least| *least > 1) {
            // By the first an index finds them, however few they are.
            query = query.filter(statements::is_shared.eq(true));
            if least > 2 {
                query = query.filter(statements::reports.ge(least));
            }
        }
        query
    }};
}

/// The statements of one page, the newest first, and one more where there is a next page.
///
/// # Errors
/// Only of the database.
pub async fn list_statements(
    connection: &mut Connection,
    filter: &StatementFilter,
    conditions: &StatementConditions,
    page: &PageRequest<StatementKeyset>,
) -> Result<Rows<Statement>> {
    let total = match page.count {
        true => on_backend!(connection, |c| {
            let query = filtered_statements!(statements::table.into_boxed(), filter, conditions);
            Some(query.count().get_result(c).await?)
        }),
        false => None,
    };
    let rows: Vec<(StatementRow, ActorRef)> = load_rows!(connection, {
        let query = statements::table
            .inner_join(actors::table)
            .select((StatementRow::as_select(), ActorRef::as_select()))
            .into_boxed();
        let mut query = filtered_statements!(query, filter, conditions);
        if let Some((day, id)) = page.after {
            let later = statements::sort_on.lt(day).or(statements::sort_on.eq(day).and(statements::id.lt(id)));
            query = query.filter(statements::sort_on.le(day).and(later));
        }
        query.order((statements::sort_on.desc(), statements::id.desc())).limit(page.fetch())
    })?;
    Ok(Rows { rows: with_reports(connection, rows).await?, total })
}

/// The statement with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_statement(connection: &mut Connection, id: StatementId) -> Result<Statement> {
    let row: Option<(StatementRow, ActorRef)> = on_backend!(connection, |c| {
        statements::table
            .inner_join(actors::table)
            .filter(statements::id.eq(id))
            .select((StatementRow::as_select(), ActorRef::as_select()))
            .first(c)
            .await
            .optional()?
    });
    let found = with_reports(connection, row.into_iter().collect()).await?.pop();
    found.ok_or_else(|| Error::NotFound { resource: "statement", key: id.to_string() })
}

/// Three queries, however many rows: their words, who reports them, and what zones they name.
async fn with_reports(connection: &mut Connection, rows: Vec<(StatementRow, ActorRef)>) -> Result<Vec<Statement>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<StatementId> = rows.iter().map(|(row, _)| row.id).collect();
    let by_outlets: Vec<(StatementId, OutletRef)> = load_rows!(
        connection,
        statement_reports::table
            .inner_join(quotes::table.inner_join(articles::table.inner_join(outlets::table)))
            .filter(one_of(statement_reports::statement_id, ids.clone()))
            .select((statement_reports::statement_id, OutletRef::as_select()))
            .order((articles::sort_on, quotes::id))
    )?;
    let naming: Vec<(StatementId, ZoneRef)> = load_rows!(
        connection,
        mentions::table
            .inner_join(zones::table)
            .inner_join(statement_reports::table.on(mentions::quote_id.eq(statement_reports::quote_id.nullable())),)
            .filter(one_of(statement_reports::statement_id, ids.clone()))
            .select((statement_reports::statement_id, ZoneRef::as_select()))
            .order((zones::slug, zones::id))
    )?;
    let mut outlets = distinct(by_outlets);
    let mut zones = distinct(naming);
    let leads: Vec<QuoteId> = rows.iter().map(|(row, _)| row.lead_id).collect();
    let texts: Vec<(QuoteId, String)> =
        load_rows!(connection, quotes::table.filter(one_of(quotes::id, leads)).select((quotes::id, quotes::text)))?;
    let mut texts: HashMap<QuoteId, String> = texts.into_iter().collect();
    let statement = |(row, speaker): (StatementRow, ActorRef)| Statement {
        id: row.id,
        speaker,
        text: texts.remove(&row.lead_id).unwrap_or_default(),
        quote_id: row.lead_id,
        reported_on: row.sort_on,
        report_count: row.reports,
        outlets: outlets.remove(&row.id).unwrap_or_default(),
        zones: zones.remove(&row.id).unwrap_or_default(),
        closed: row.is_closed,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    };
    Ok(rows.into_iter().map(statement).collect())
}

fn distinct<T: PartialEq>(rows: Vec<(StatementId, T)>) -> HashMap<StatementId, Vec<T>> {
    let mut all: HashMap<StatementId, Vec<T>> = HashMap::new();
    for (statement, value) in rows {
        let values = all.entry(statement).or_default();
        if !values.contains(&value) {
            values.push(value);
        }
    }
    all
}

/// A report of a statement, as its row and those it belongs to say.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportRow {
    /// The quote.
    pub quote_id: QuoteId,
    /// Its article.
    pub article_id: ArticleId,
    /// Who published that.
    pub outlet: Option<OutletRef>,
    /// When.
    pub published_on: Option<Day>,
    /// How the words are reported.
    pub kind: QuoteKind,
    /// The words.
    pub text: String,
    /// The characters of the article that they are.
    pub segments: Vec<Segment>,
    /// Why it belongs to the statement.
    pub reason: ReportReason,
    /// The report that it is most like.
    pub like_id: Option<QuoteId>,
    /// How like.
    pub score: Option<f64>,
    /// What the score comes from.
    pub parts: Vec<StatementScorePart>,
}

type FoundReport = (
    (QuoteId, ArticleId, Option<Day>, QuoteKind, String, Json<Vec<Segment>>),
    (ReportReason, Option<QuoteId>, Option<f64>, Option<Json<Vec<StatementScorePart>>>),
    Option<OutletRef>,
);

/// The first reports of a statement in order of appearance: by the day that their article is listed under, then as they
/// came in.
///
/// # Errors
/// Only of the database.
pub async fn list_reports(connection: &mut Connection, id: StatementId, limit: i64) -> Result<Vec<ReportRow>> {
    let rows: Vec<FoundReport> = load_rows!(
        connection,
        statement_reports::table
            .inner_join(quotes::table.inner_join(articles::table.left_join(outlets::table)))
            .filter(statement_reports::statement_id.eq(id))
            .select((
                (quotes::id, articles::id, articles::published_on, quotes::kind, quotes::text, quotes::segments),
                (
                    statement_reports::reason,
                    statement_reports::like_id,
                    statement_reports::score,
                    statement_reports::parts,
                ),
                Option::<OutletRef>::as_select(),
            ))
            .order((articles::sort_on, quotes::id))
            .limit(limit)
    )?;
    let row = |(quote, why, outlet): FoundReport| {
        let (quote_id, article_id, published_on, kind, text, Json(segments)) = quote;
        let (reason, like_id, score, parts) = why;
        let parts = parts.map(|Json(parts)| parts).unwrap_or_default();
        ReportRow { quote_id, article_id, outlet, published_on, kind, text, segments, reason, like_id, score, parts }
    };
    Ok(rows.into_iter().map(row).collect())
}

#[derive(QueryableByName)]
struct Surroundings {
    #[diesel(sql_type = sql_types::Id)]
    id: QuoteId,
    #[diesel(sql_type = Text)]
    before: String,
    #[diesel(sql_type = Text)]
    after: String,
}

/// Characters that are read before a quote and after it.
const AROUND: usize = 160;

/// What stands in their articles before these quotes and after them.
///
/// # Errors
/// Only of the database.
pub async fn list_surroundings(
    connection: &mut Connection,
    ids: &[QuoteId],
) -> Result<HashMap<QuoteId, (String, String)>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    // What is put in as text are ids, which cannot hold anything else.
    let ids: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
    let query = format!(
        "SELECT q.id, \
         substr(a.text, CAST(CASE WHEN q.position > {AROUND} THEN q.position - {AROUND} + 1 ELSE 1 END AS integer), \
             CAST(CASE WHEN q.position > {AROUND} THEN {AROUND} ELSE q.position END AS integer)) AS \"before\", \
         substr(a.text, CAST(q.position + length(q.exact) + 1 AS integer), {AROUND}) AS \"after\" \
         FROM quotes q JOIN articles a ON a.id = q.article_id WHERE q.id IN ({})",
        ids.join(", ")
    );
    let rows: Vec<Surroundings> = on_backend!(connection, |c| sql_query(query).load(c).await)?;
    Ok(rows.into_iter().map(|row| (row.id, (row.before, row.after))).collect())
}

/// The statements that these quotes report, where they report one.
///
/// # Errors
/// Only of the database.
pub async fn list_statements_of_quotes(
    connection: &mut Connection,
    ids: &[QuoteId],
) -> Result<HashMap<QuoteId, StatementId>> {
    let rows: Vec<(QuoteId, StatementId)> = load_rows_of!(connection, ids, |ids| {
        statement_reports::table
            .filter(one_of(statement_reports::quote_id, ids))
            .select((statement_reports::quote_id, statement_reports::statement_id))
    });
    Ok(rows.into_iter().collect())
}
