//! What people decide about statements: a split, a join, a pin. It is kept with who, when and why, and the machine
//! keeps to it.

use std::collections::{BTreeMap, HashSet};

use super::find_statement_in;
use super::placing::{Work, new_state};
use crate::error::{Error, Result};
use crate::models::{
    DecisionKind, Edit, FieldError, Instant, NewJoin, NewPin, NewSplit, PlacedQuote, QuoteId, ReportReason,
    StatementDecision, StatementId, StatementWithReports,
};
use crate::repository::Connection;
use crate::repository::statements::placing::{self, StatementState};
use crate::repository::statements::{self, decisions};
use crate::services::{Services, check, check_is_conditional, check_precondition, in_body};

/// How many pairs of quotes one split keeps apart at most.
const MOST_PAIRS: usize = 10_000;

/// Takes quotes out of a statement, which are a statement of their own from then on; that one.
///
/// # Errors
/// [`NotFound`](Error::NotFound); [`InvalidBody`](Error::InvalidBody) for a quote that does not report it, or where
/// none would be left.
pub async fn split_statement(
    services: &Services,
    id: StatementId,
    new: &NewSplit,
    edit: &Edit,
) -> Result<StatementWithReports> {
    check(new)?;
    check_is_conditional(edit)?;
    services
        .act(async |c| {
            let state = lock_statement(c, id, edit, &[]).await?;
            let all: Vec<QuoteId> = reports_of(c, id).await?;
            let taken: HashSet<QuoteId> = new.quotes.iter().copied().collect();
            refuse_others(&new.quotes, &all)?;
            let (taken, left): (Vec<QuoteId>, Vec<QuoteId>) = all.into_iter().partition(|quote| taken.contains(quote));
            if left.is_empty() {
                let detail = "must leave at least one report to the statement";
                return Err(Error::InvalidBody(vec![FieldError::at("/quotes", detail)]));
            }
            if taken.len() * left.len() > MOST_PAIRS {
                let detail = format!("must not part more than {MOST_PAIRS} pairs of quotes: take fewer at one time");
                return Err(Error::InvalidBody(vec![FieldError::at("/quotes", detail)]));
            }
            decisions::delete_decisions_between(c, DecisionKind::Together, &taken, &left).await?;
            decisions::delete_pins(c, &taken).await?;
            let pairs = taken.iter().flat_map(|quote| left.iter().map(|other| (*quote, *other)));
            let apart = pairs.map(|(quote, other)| StatementDecision {
                quote_id: Some(quote),
                other_id: Some(other),
                ..decision(DecisionKind::Apart, edit)
            });
            decisions::create_decisions(c, &apart.collect::<Vec<_>>()).await?;
            let of_its_own = StatementId::generate();
            let made = new_state(of_its_own, state.actor_id, taken[0], state.sort_on, Instant::now());
            placing::create_statements(c, std::slice::from_ref(&made)).await?;
            placing::move_quotes(c, &taken, of_its_own).await?;
            Work::of([state, made]).finish(c).await?;
            find_statement_in(c, of_its_own).await
        })
        .await
}

/// Makes another statement one with this; this one as it is then.
///
/// # Errors
/// [`NotFound`](Error::NotFound); [`Conflict`](Error::Conflict) where it is the same statement, or one of another
/// speaker.
pub async fn join_statements(
    services: &Services,
    id: StatementId,
    new: &NewJoin,
    edit: &Edit,
) -> Result<StatementWithReports> {
    check_is_conditional(edit)?;
    services
        .act(async |c| {
            let state = lock_statement(c, id, edit, &[]).await?;
            let other = in_body(statements::find_statement(c, new.statement).await, "/statement")?;
            if other.id == id {
                return Err(Error::Conflict("a statement cannot be joined with itself".to_owned()));
            }
            if other.speaker.id != state.actor_id {
                let detail = format!("`{}` said the other one: a statement has one speaker", other.speaker.slug);
                return Err(Error::Conflict(detail));
            }
            let (ours, theirs) = (reports_of(c, id).await?, reports_of(c, other.id).await?);
            let Some(anchor) = ours.first().copied() else {
                return Err(Error::internal("a statement without reports"));
            };
            decisions::delete_decisions_between(c, DecisionKind::Apart, &ours, &theirs).await?;
            let together = theirs.iter().map(|quote| StatementDecision {
                quote_id: Some(*quote),
                other_id: Some(anchor),
                ..decision(DecisionKind::Together, edit)
            });
            decisions::create_decisions(c, &together.collect::<Vec<_>>()).await?;
            placing::move_reports(c, other.id, id).await?;
            decisions::move_pins(c, other.id, id).await?;
            if let Some(first) = theirs.first() {
                placing::update_reason(c, *first, ReportReason::Together, Some(anchor), None).await?;
            }
            placing::delete_statements(c, &[other.id]).await?;
            Work::of([state]).finish(c).await?;
            find_statement_in(c, id).await
        })
        .await
}

/// Says which quotes belong to a statement whatever comes, and whether the machine may add others; the statement as it
/// is then.
///
/// # Errors
/// [`NotFound`](Error::NotFound); [`InvalidBody`](Error::InvalidBody) for a quote that there is not, or of another
/// speaker.
pub async fn pin_quotes(
    services: &Services,
    id: StatementId,
    new: &NewPin,
    edit: &Edit,
) -> Result<StatementWithReports> {
    check(new)?;
    check_is_conditional(edit)?;
    services
        .act(async |c| {
            let mut state = lock_statement(c, id, edit, &new.quotes).await?;
            let quotes = placing::list_placed_quotes(c, &new.quotes).await?;
            refuse_of_others(&new.quotes, &quotes, &state)?;
            decisions::delete_pins(c, &new.quotes).await?;
            let mut touched: BTreeMap<StatementId, StatementState> = BTreeMap::new();
            if new.pinned && !new.quotes.is_empty() {
                let pins = new.quotes.iter().map(|quote| StatementDecision {
                    quote_id: Some(*quote),
                    statement_id: Some(id),
                    ..decision(DecisionKind::Pinned, edit)
                });
                decisions::create_decisions(c, &pins.collect::<Vec<_>>()).await?;
                let members = reports_of(c, id).await?;
                decisions::delete_decisions_between(c, DecisionKind::Apart, &new.quotes, &members).await?;
                let homes = statements::list_statements_of_quotes(c, &new.quotes).await?;
                let others: Vec<StatementId> = homes.values().copied().filter(|home| *home != id).collect();
                for other in placing::list_states(c, &others).await? {
                    touched.insert(other.id, other);
                }
                let moved: Vec<QuoteId> = new.quotes.iter().copied().filter(|quote| !members.contains(quote)).collect();
                placing::move_quotes(c, &moved, id).await?;
                for quote in moved {
                    placing::update_reason(c, quote, ReportReason::Pinned, None, None).await?;
                }
            }
            if let Some(closed) = new.closed {
                decisions::delete_closing(c, id).await?;
                if closed {
                    let closing = StatementDecision { statement_id: Some(id), ..decision(DecisionKind::Closed, edit) };
                    decisions::create_decisions(c, &[closing]).await?;
                }
                state.is_closed = closed;
            }
            Work::of(touched.into_values().chain([state])).finish(c).await?;
            find_statement_in(c, id).await
        })
        .await
}

/// The statement that a decision is about, kept from being changed by others, in the state that it is meant for.
async fn lock_statement(
    connection: &mut Connection,
    id: StatementId,
    edit: &Edit,
    quotes: &[QuoteId],
) -> Result<StatementState> {
    let missing = || Error::NotFound { resource: "statement", key: id.to_string() };
    let seen = placing::list_states(connection, &[id]).await?.pop().ok_or_else(missing)?;
    let mut speakers = vec![seen.actor_id];
    speakers.extend(placing::list_placed_quotes(connection, quotes).await?.iter().filter_map(|quote| quote.actor));
    placing::lock_speakers(connection, &speakers).await?;
    let state = placing::list_states(connection, &[id]).await?.pop().ok_or_else(missing)?;
    check_precondition(edit, state.version)?;
    Ok(state)
}

/// The quotes that report a statement, in order of appearance.
async fn reports_of(connection: &mut Connection, id: StatementId) -> Result<Vec<QuoteId>> {
    let rows = placing::list_reports_of_statements(connection, &[id]).await?;
    Ok(rows.into_iter().map(|row| row.quote_id).collect())
}

/// Refuses quotes that do not report the statement.
fn refuse_others(quotes: &[QuoteId], reports: &[QuoteId]) -> Result<()> {
    let others = quotes.iter().enumerate().filter(|(_, quote)| !reports.contains(quote));
    let error = |(at, _): (usize, &QuoteId)| FieldError::at(format!("/quotes/{at}"), "does not report the statement");
    let errors: Vec<FieldError> = others.map(error).collect();
    if errors.is_empty() { Ok(()) } else { Err(Error::InvalidBody(errors)) }
}

/// Refuses quotes that are not there, and those that somebody else said.
fn refuse_of_others(ids: &[QuoteId], quotes: &[PlacedQuote], state: &StatementState) -> Result<()> {
    let mut errors = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        let detail = match quotes.iter().find(|quote| quote.id == *id) {
            None => format!("names no quote: none has the id `{id}`"),
            Some(quote) if quote.actor != Some(state.actor_id) => {
                "is not said by the speaker of the statement".to_owned()
            }
            Some(_) => continue,
        };
        errors.push(FieldError::at(format!("/quotes/{at}"), detail));
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::InvalidBody(errors)) }
}

fn decision(kind: DecisionKind, edit: &Edit) -> StatementDecision {
    StatementDecision {
        kind,
        quote_id: None,
        other_id: None,
        statement_id: None,
        made_at: Instant::now(),
        made_by: edit.author.clone(),
        reason: edit.reason.clone(),
    }
}
