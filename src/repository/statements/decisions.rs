//! What people decided about statements.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::Connection;
use super::super::one_of::one_of;
use crate::error::Result;
use crate::models::{Author, DecisionKind, Id, Instant, Json, QuoteId, StatementDecision, StatementId};
use crate::schema::statement_decisions;

#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = statement_decisions, treat_none_as_default_value = false)]
struct Row {
    id: Id<StatementDecision>,
    kind: DecisionKind,
    quote_id: Option<QuoteId>,
    other_id: Option<QuoteId>,
    statement_id: Option<StatementId>,
    made_at: Instant,
    made_by: Json<Author>,
    reason: Option<String>,
}

impl From<Row> for StatementDecision {
    fn from(row: Row) -> Self {
        let Row { kind, quote_id, other_id, statement_id, made_at, made_by, reason, .. } = row;
        Self { kind, quote_id, other_id, statement_id, made_at, made_by: made_by.0, reason }
    }
}

/// Writes decisions down.
///
/// # Errors
/// Only of the database.
pub async fn create_decisions(connection: &mut Connection, decisions: &[StatementDecision]) -> Result<()> {
    let row = |decision: &StatementDecision| Row {
        id: Id::generate(),
        kind: decision.kind,
        quote_id: decision.quote_id,
        other_id: decision.other_id,
        statement_id: decision.statement_id,
        made_at: decision.made_at,
        made_by: Json(decision.made_by.clone()),
        reason: decision.reason.clone(),
    };
    let rows: Vec<Row> = decisions.iter().map(row).collect();
    insert_rows!(connection, statement_decisions::table, rows);
    Ok(())
}

/// Whether anybody has decided anything: mostly not.
///
/// # Errors
/// Only of the database.
pub async fn have_people_decided(connection: &mut Connection) -> Result<bool> {
    on_backend!(connection, |c| {
        let first: Option<DecisionKind> =
            statement_decisions::table.select(statement_decisions::kind).limit(1).first(c).await.optional()?;
        Ok(first.is_some())
    })
}

/// What was decided about these quotes, the newest first.
///
/// # Errors
/// Only of the database.
pub async fn list_decisions_about(connection: &mut Connection, quotes: &[QuoteId]) -> Result<Vec<StatementDecision>> {
    if quotes.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows: Vec<Row> = load_rows!(
        connection,
        statement_decisions::table
            .filter(one_of(statement_decisions::quote_id, quotes.to_vec()))
            .select(Row::as_select())
    )?;
    let others: Vec<Row> = load_rows!(
        connection,
        statement_decisions::table
            .filter(one_of(statement_decisions::other_id, quotes.to_vec()))
            .select(Row::as_select())
    )?;
    rows.extend(others);
    rows.sort_by_key(|row| std::cmp::Reverse(row.id));
    rows.dedup_by_key(|row| row.id);
    Ok(rows.into_iter().map(StatementDecision::from).collect())
}

/// What was decided about a statement as such, the newest first.
///
/// # Errors
/// Only of the database.
pub async fn list_decisions_of_statement(
    connection: &mut Connection,
    id: StatementId,
) -> Result<Vec<StatementDecision>> {
    let rows: Vec<Row> = load_rows!(
        connection,
        statement_decisions::table
            .filter(statement_decisions::statement_id.eq(id))
            .select(Row::as_select())
            .order(statement_decisions::id.desc())
    )?;
    Ok(rows.into_iter().map(StatementDecision::from).collect())
}

/// Takes decisions of one kind back that are about one quote of each list.
///
/// # Errors
/// Only of the database.
pub async fn delete_decisions_between(
    connection: &mut Connection,
    kind: DecisionKind,
    some: &[QuoteId],
    others: &[QuoteId],
) -> Result<()> {
    on_backend!(connection, |c| {
        for (quotes, others) in [(some, others), (others, some)] {
            let between = statement_decisions::table
                .filter(statement_decisions::kind.eq(kind))
                .filter(one_of(statement_decisions::quote_id, quotes.to_vec()))
                .filter(one_of(statement_decisions::other_id, others.to_vec()));
            diesel::delete(between).execute(c).await?;
        }
        Ok(())
    })
}

/// Takes back that quotes are pinned.
///
/// # Errors
/// Only of the database.
pub async fn delete_pins(connection: &mut Connection, quotes: &[QuoteId]) -> Result<()> {
    on_backend!(connection, |c| {
        let pins = statement_decisions::table
            .filter(statement_decisions::kind.eq(DecisionKind::Pinned))
            .filter(one_of(statement_decisions::quote_id, quotes.to_vec()));
        diesel::delete(pins).execute(c).await
    })?;
    Ok(())
}

/// Makes what was decided about one statement hold for another: those that are pinned to it are pinned to that.
///
/// # Errors
/// Only of the database.
pub async fn move_pins(connection: &mut Connection, from: StatementId, to: StatementId) -> Result<()> {
    on_backend!(connection, |c| {
        let pins = statement_decisions::table
            .filter(statement_decisions::statement_id.eq(from))
            .filter(statement_decisions::kind.eq(DecisionKind::Pinned));
        diesel::update(pins).set(statement_decisions::statement_id.eq(to)).execute(c).await
    })?;
    Ok(())
}

/// Takes back that a statement is closed.
///
/// # Errors
/// Only of the database.
pub async fn delete_closing(connection: &mut Connection, id: StatementId) -> Result<()> {
    on_backend!(connection, |c| {
        let closing = statement_decisions::table
            .filter(statement_decisions::statement_id.eq(id))
            .filter(statement_decisions::kind.eq(DecisionKind::Closed));
        diesel::delete(closing).execute(c).await
    })?;
    Ok(())
}
