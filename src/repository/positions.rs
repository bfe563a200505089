//! Positions in the database, as they are read. How they get there: `positions/reading.rs`.

pub mod reading;

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl;

use super::one_of::one_of;
use super::{Connection, quotes as quote_rows};
use crate::error::{Error, Result};
use crate::models::{
    ActorId, ActorRef, DatePrecision, Day, Instant, Json, Position, PositionFilter, PositionId, Quote, QuoteId, Review,
    Stance, TextSpan, TimelineFilter, ZoneId, ZoneRef, sql_types,
};
use crate::pagination::{PageRequest, Rows};
use crate::repository::timeline::{POSITIONS, TimelinePlace};
use crate::schema::{actors, positions, quotes, zones};

/// Where a position stands in the list: the day it is listed under, and its id.
pub type PositionKeyset = (Day, PositionId);

/// The filter of a list, its keys turned into ids. An empty list means any.
#[derive(Debug, Clone, Default)]
pub struct PositionConditions {
    /// Taken by one of these actors.
    pub actors: Vec<ActorId>,
    /// On one of these zones.
    pub zones: Vec<ZoneId>,
}

/// A position as its row has it.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = positions, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct PositionRow {
    /// Its id.
    pub id: PositionId,
    /// The quote that takes it.
    pub quote_id: QuoteId,
    /// Who takes it.
    pub actor_id: ActorId,
    /// The zone that it is about.
    pub zone_id: ZoneId,
    /// The stance.
    pub stance: Stance,
    /// The terms.
    pub conditions: Json<Vec<TextSpan>>,
    /// The day of it.
    pub dated_on: Option<Day>,
    /// How exactly that is known.
    pub dated_precision: Option<DatePrecision>,
    /// The day under which it is listed.
    pub sort_on: Day,
    /// How sure the machine is.
    pub confidence: f64,
    /// The rules that led it there.
    pub why: Json<Vec<String>>,
    /// Whether a person has looked at it.
    pub review: Review,
    /// When it was first read.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Counts its changes.
    pub version: i64,
}

type FoundPosition = (PositionRow, ActorRef, ZoneRef);

/// A boxed query of positions, narrowed to a filter: whatever else it joins or selects, which is why it is a macro.
macro_rules! filtered_positions {
    ($query:expr, $filter:expr, $conditions:expr, $shift:expr) => {{
        let mut query = $query;
        if !$conditions.actors.is_empty() {
            query = query.filter(one_of(positions::actor_id, $conditions.actors.clone()));
        }
        if !$conditions.zones.is_empty() {
            query = query.filter(one_of(positions::zone_id, $conditions.zones.clone()));
        }
        if !$filter.stance.is_empty() {
            query = query.filter(one_of(positions::stance, $filter.stance.clone()));
        }
        if !$filter.quote.is_empty() {
            query = query.filter(one_of(positions::quote_id, $filter.quote.clone()));
        }
        if !$filter.article.is_empty() {
            let within = quotes::table.filter(one_of(quotes::article_id, $filter.article.clone()));
            query = query.filter(positions::quote_id.eq_any(within.select(quotes::id)));
        }
        if let Some(day) = $filter.from {
            query = query.filter(positions::sort_on.ge(day));
        }
        if let Some(day) = $filter.to {
            query = query.filter(positions::sort_on.le(day));
        }
        if !$filter.review.is_empty() {
            query = query.filter(one_of(positions::review, $filter.review.clone()));
        }
        if let Some(least) = $filter.min_confidence {
            query = query.filter(positions::confidence.ge(least));
        }
        if let Some(is_shift) = $shift {
            query = query.filter(sql::<Bool>(is_shift));
        }
        query
    }};
}

/// The positions of one page, the newest first, and one more where there is a next page.
///
/// # Errors
/// Only of the database.
pub async fn list_positions(
    connection: &mut Connection,
    filter: &PositionFilter,
    conditions: &PositionConditions,
    page: &PageRequest<PositionKeyset>,
) -> Result<Rows<Position>> {
    let shift = filter.shifts_within().map(|days| is_shift(connection, days));
    let total = match page.count {
        true => on_backend!(connection, |c| {
            let query = filtered_positions!(positions::table.into_boxed(), filter, conditions, shift.as_deref());
            Some(query.count().get_result(c).await?)
        }),
        false => None,
    };
    let rows: Vec<FoundPosition> = load_rows!(connection, {
        let query = positions::table
            .inner_join(actors::table)
            .inner_join(zones::table)
            .select((PositionRow::as_select(), ActorRef::as_select(), ZoneRef::as_select()))
            .into_boxed();
        let mut query = filtered_positions!(query, filter, conditions, shift.as_deref());
        if let Some((day, id)) = page.after {
            let later = positions::sort_on.lt(day).or(positions::sort_on.eq(day).and(positions::id.lt(id)));
            query = query.filter(positions::sort_on.le(day).and(later));
        }
        query.order((positions::sort_on.desc(), positions::id.desc())).limit(page.fetch())
    })?;
    let rows = match shift {
        Some(_) => with_stances_before(connection, rows).await?,
        None => with_quotes(connection, rows).await?,
    };
    Ok(Rows { rows, total })
}

/// The position with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_position(connection: &mut Connection, id: PositionId) -> Result<Position> {
    let found = find_positions(connection, &[id]).await?.pop();
    found.ok_or_else(|| Error::NotFound { resource: "position", key: id.to_string() })
}

/// The positions with these ids, of those that there are.
///
/// # Errors
/// Only of the database.
pub async fn find_positions(connection: &mut Connection, ids: &[PositionId]) -> Result<Vec<Position>> {
    let rows = find_rows(connection, ids).await?;
    with_quotes(connection, rows).await
}

async fn find_rows(connection: &mut Connection, ids: &[PositionId]) -> Result<Vec<FoundPosition>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(load_rows!(
        connection,
        positions::table
            .inner_join(actors::table)
            .inner_join(zones::table)
            .filter(one_of(positions::id, ids.to_vec()))
            .select((PositionRow::as_select(), ActorRef::as_select(), ZoneRef::as_select()))
            .order(positions::id)
    )?)
}

/// The positions on these zones that are not rejected and of a known day, behind the page before, the earliest first,
/// and how many there are in all where that is asked for.
///
/// # Errors
/// Only of the database.
pub async fn list_dated_positions(
    connection: &mut Connection,
    zones: &[ZoneId],
    filter: &TimelineFilter,
    page: &PageRequest<TimelinePlace>,
) -> Result<Rows<TimelinePlace>> {
    let (rows, total): (Vec<(PositionId, Option<Day>)>, _) = on_backend!(connection, |c| {
        // The same conditions for the page and for the total.
        let dated = || {
            let mut query = positions::table
                .filter(one_of(positions::zone_id, zones.to_vec()))
                .filter(positions::review.ne(Review::Rejected).and(positions::dated_on.is_not_null()))
                .into_boxed();
            if let Some(from) = filter.from {
                query = query.filter(positions::dated_on.ge(from));
            }
            if let Some(to) = filter.to {
                query = query.filter(positions::dated_on.le(to));
            }
            query
        };
        let total = match page.count {
            true => Some(dated().count().get_result(c).await?),
            false => None,
        };
        let mut query = dated().select((positions::id, positions::dated_on));
        match &page.after {
            Some(after) if after.kind > POSITIONS => query = query.filter(positions::dated_on.gt(after.on)),
            Some(after) => match after.key.parse::<PositionId>() {
                Ok(id) if after.kind == POSITIONS => {
                    let same_day = positions::dated_on.eq(after.on).and(positions::id.gt(id).nullable());
                    query = query.filter(positions::dated_on.gt(after.on).or(same_day));
                }
                _ => query = query.filter(positions::dated_on.ge(after.on)),
            },
            None => {}
        }
        (query.order((positions::dated_on, positions::id)).limit(page.fetch()).load(c).await?, total)
    });
    let place =
        |(id, day): (PositionId, Option<Day>)| day.map(|on| TimelinePlace { on, kind: POSITIONS, key: id.to_string() });
    Ok(Rows { rows: rows.into_iter().filter_map(place).collect(), total })
}

/// The condition that a position is a shift: none of its stance was taken on the last day before on which the actor
/// took one on the zone, nor earlier on its own day; and that day is not longer ago than so many days.
///
/// Its queries are read off the index `positions_before`: the day before, and the positions from there on.
fn is_shift(connection: &Connection, within_days: i64) -> String {
    let earliest = match connection {
        Connection::Postgres(_) => format!("positions.sort_on - {within_days}"),
        Connection::Sqlite(_) => format!("date(positions.sort_on, '-{within_days} days')"),
    };
    let of_the_pair = |name: &str| {
        format!(
            "{name}.actor_id = positions.actor_id AND {name}.zone_id = positions.zone_id
             AND {name}.dated_precision = 'day' AND {name}.review <> 'rejected'"
        )
    };
    let day_before = format!(
        "(SELECT e.sort_on FROM positions e WHERE {} AND e.sort_on < positions.sort_on
          ORDER BY e.sort_on DESC LIMIT 1)",
        of_the_pair("e")
    );
    format!(
        "positions.dated_precision = 'day' AND positions.review <> 'rejected' AND {day_before} >= {earliest}
         AND NOT EXISTS (
             SELECT 1 FROM positions s WHERE {} AND s.stance = positions.stance AND s.sort_on >= {day_before}
             AND s.sort_on <= positions.sort_on
             AND (s.sort_on < positions.sort_on OR (s.sort_on = positions.sort_on AND s.id < positions.id))
         )",
        of_the_pair("s")
    )
}

#[derive(QueryableByName)]
struct Before {
    #[diesel(sql_type = sql_types::Id)]
    id: PositionId,
    #[diesel(sql_type = Nullable<sql_types::Id>)]
    before: Option<PositionId>,
}

/// Shifts, each with what the actor thought of the zone last before.
async fn with_stances_before(connection: &mut Connection, rows: Vec<FoundPosition>) -> Result<Vec<Position>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    // What is put in as text are ids, which cannot hold anything else.
    let ids: Vec<String> = rows.iter().map(|(row, ..)| format!("'{}'", row.id)).collect();
    let query = format!(
        "SELECT p.id, (
             SELECT e.id FROM positions e
             WHERE e.actor_id = p.actor_id AND e.zone_id = p.zone_id
                 AND e.dated_precision = 'day' AND e.review <> 'rejected' AND e.sort_on < p.sort_on ORDER BY e.sort_on DESC, e.id DESC LIMIT 1
         ) AS \"before\" FROM positions p WHERE p.id IN ({})",
        ids.join(", ")
    );
    let found: Vec<Before> = on_backend!(connection, |c| sql_query(query).load(c).await)?;
    let before: HashMap<PositionId, PositionId> =
        found.into_iter().filter_map(|row| row.before.map(|before| (row.id, before))).collect();
    let mut earlier: Vec<PositionId> = before.values().copied().collect();
    earlier.sort();
    earlier.dedup();
    let count = rows.len();
    let mut all = rows;
    all.extend(find_rows(connection, &earlier).await?);
    let mut shown = with_quotes(connection, all).await?;
    let earlier: HashMap<PositionId, Position> =
        shown.split_off(count).into_iter().map(|position| (position.id, position)).collect();
    for position in &mut shown {
        let before = before.get(&position.id).and_then(|before| earlier.get(before));
        position.changed_from = before.cloned().map(Box::new);
    }
    Ok(shown)
}

/// As many queries as quotes need, however many rows.
async fn with_quotes(connection: &mut Connection, rows: Vec<FoundPosition>) -> Result<Vec<Position>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut ids: Vec<QuoteId> = rows.iter().map(|(row, ..)| row.quote_id).collect();
    ids.sort();
    ids.dedup();
    let found = quote_rows::find_quotes(connection, &ids).await?;
    let quotes: HashMap<QuoteId, Quote> = found.into_iter().map(|quote| (quote.id, quote)).collect();
    let shown = rows.into_iter().map(|(row, actor, zone)| {
        let quote = quotes.get(&row.quote_id).cloned();
        let quote = quote.ok_or_else(|| Error::internal("a position without its quote"))?;
        Ok(Position {
            id: row.id,
            actor,
            zone,
            stance: row.stance,
            conditions: row.conditions.0,
            on: row.dated_on,
            precision: row.dated_precision,
            listed_on: row.sort_on,
            quote,
            confidence: row.confidence,
            why: row.why.0,
            review: row.review,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
            changed_from: None,
        })
    });
    shown.collect()
}
