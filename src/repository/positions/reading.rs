//! What positions are read from, and how they are written.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::PositionRow;
use crate::error::Result;
use crate::models::{
    ActorId, ActorKind, Author, DatePrecision, Day, Id, Instant, Json, Mention, PositionId, PositionReading,
    PositionReview, QuoteId, Review, Segment, ZoneId,
};
use crate::repository::Connection;
use crate::repository::mentions::{ROWS_A_STATEMENT, list_mentions_of_quotes};
use crate::repository::one_of::one_of;
use crate::schema::{actors, articles, position_reviews, positions, quote_zones, quotes};

/// A quote as positions are read from it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadQuote {
    /// Its id.
    pub id: QuoteId,
    /// Who speaks.
    pub actor: Option<ActorId>,
    /// The words.
    pub text: String,
    /// The characters of the article that they are.
    pub segments: Vec<Segment>,
    /// What they name.
    pub mentions: Vec<Mention>,
    /// The day of it, and how exactly that is known: when it was said, or else published.
    pub dated: Option<(Day, DatePrecision)>,
    /// The day under which it is listed.
    pub sort_on: Day,
    /// Whether a person has looked at it.
    pub review: Review,
}

type FoundQuote = (
    (QuoteId, Option<ActorId>, String, Json<Vec<Segment>>, Day, Review),
    (Option<Day>, Option<DatePrecision>, Option<Day>, Option<DatePrecision>),
);

/// Of these quotes those that name a zone.
///
/// # Errors
/// Only of the database.
pub async fn list_quotes_naming_zones(connection: &mut Connection, ids: &[QuoteId]) -> Result<Vec<ReadQuote>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<FoundQuote> = load_rows!(connection, {
            let naming = quote_zones::table.filter(one_of(quote_zones::quote_id, chunk.to_vec()));
            quotes::table
                .inner_join(articles::table)
                .filter(quotes::id.eq_any(naming.select(quote_zones::quote_id)))
                .select((
                    (quotes::id, quotes::actor_id, quotes::text, quotes::segments, quotes::sort_on, quotes::review),
                    (
                        quotes::said_on,
                        quotes::said_on_precision,
                        articles::published_on,
                        articles::published_on_precision,
                    ),
                ))
                .order(quotes::id)
        })?;
        let ids: Vec<QuoteId> = rows.iter().map(|((id, ..), _)| *id).collect();
        let mut named = list_mentions_of_quotes(connection, &ids).await?;
        found.extend(rows.into_iter().map(|row| {
            let ((id, actor, text, Json(segments), sort_on, review), (said, said_precision, published, precision)) =
                row;
            let dated = |day: Option<Day>, precision: Option<DatePrecision>| {
                day.map(|day| (day, precision.unwrap_or(DatePrecision::Day)))
            };
            let dated = dated(said, said_precision).or_else(|| dated(published, precision));
            ReadQuote {
                id,
                actor,
                text,
                segments,
                mentions: named.remove(&id).unwrap_or_default(),
                dated,
                sort_on,
                review,
            }
        }));
    }
    Ok(found)
}

/// Where an actor belongs.
#[derive(Debug, Clone, PartialEq, Queryable)]
pub struct Affiliation {
    /// The actor.
    pub id: ActorId,
    /// What kind of actor it is.
    pub kind: ActorKind,
    /// Whom it serves, or where it is at home.
    pub country: Option<String>,
    /// What it is a part of.
    pub parent: Option<ActorId>,
}

/// Where these actors belong, and what they are a part of.
///
/// # Errors
/// Only of the database.
pub async fn list_affiliations(
    connection: &mut Connection,
    ids: &HashSet<ActorId>,
) -> Result<HashMap<ActorId, Affiliation>> {
    let mut found: HashMap<ActorId, Affiliation> = HashMap::new();
    let mut wanted: Vec<ActorId> = ids.iter().copied().collect();
    while !wanted.is_empty() {
        let rows: Vec<Affiliation> = load_rows_of!(connection, wanted, |ids| {
            let columns = (actors::id, actors::kind, actors::country, actors::parent_id);
            actors::table.filter(one_of(actors::id, ids)).select(columns)
        });
        let parents: HashSet<ActorId> = rows.iter().filter_map(|row| row.parent).collect();
        found.extend(rows.into_iter().map(|row| (row.id, row)));
        wanted = parents.into_iter().filter(|parent| !found.contains_key(parent)).collect();
    }
    Ok(found)
}

/// The positions of these quotes as they stand.
///
/// # Errors
/// Only of the database.
pub async fn list_positions_of_quotes(connection: &mut Connection, ids: &[QuoteId]) -> Result<Vec<PositionRow>> {
    Ok(load_rows_of!(connection, ids, |ids| {
        positions::table.filter(one_of(positions::quote_id, ids)).select(PositionRow::as_select())
    }))
}

/// Adds positions.
///
/// # Errors
/// Only of the database.
pub async fn create_positions(connection: &mut Connection, new: &[PositionRow]) -> Result<()> {
    insert_rows!(connection, positions::table, new.to_vec());
    Ok(())
}

/// Writes a position as it is now.
///
/// # Errors
/// Only of the database.
pub async fn update_position(connection: &mut Connection, row: &PositionRow) -> Result<()> {
    on_backend!(connection, |c| diesel::update(positions::table.find(row.id)).set(row).execute(c).await)?;
    Ok(())
}

/// Deletes positions that no quote takes any more.
///
/// # Errors
/// Only of the database.
pub async fn delete_positions(connection: &mut Connection, ids: &[PositionId]) -> Result<()> {
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        on_backend!(connection, |c| {
            diesel::delete(positions::table.filter(one_of(positions::id, chunk.to_vec()))).execute(c).await
        })?;
    }
    Ok(())
}

/// Makes the positions of one actor those of another, until their quotes are read anew.
///
/// # Errors
/// Only of the database.
pub async fn move_positions(connection: &mut Connection, from: ActorId, to: ActorId) -> Result<()> {
    on_backend!(connection, |c| {
        diesel::update(positions::table.filter(positions::actor_id.eq(from)))
            .set(positions::actor_id.eq(to))
            .execute(c)
            .await
    })?;
    Ok(())
}

#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = position_reviews, treat_none_as_default_value = false)]
struct ReviewRow {
    id: Id<PositionReview>,
    quote_id: QuoteId,
    zone_id: ZoneId,
    made_at: Instant,
    made_by: Json<Author>,
    reason: Option<String>,
    before: Json<PositionReading>,
    after: Json<PositionReading>,
}

impl From<ReviewRow> for PositionReview {
    fn from(row: ReviewRow) -> Self {
        let ReviewRow { made_at, made_by, reason, before, after, .. } = row;
        Self { made_at, made_by: made_by.0, reason, before: before.0, after: after.0 }
    }
}

/// Writes down what a person said about the position of a quote on a zone.
///
/// # Errors
/// Only of the database.
pub async fn create_review(
    connection: &mut Connection,
    (quote_id, zone_id): (QuoteId, ZoneId),
    review: &PositionReview,
) -> Result<()> {
    let row = ReviewRow {
        id: Id::generate(),
        quote_id,
        zone_id,
        made_at: review.made_at,
        made_by: Json(review.made_by.clone()),
        reason: review.reason.clone(),
        before: Json(review.before.clone()),
        after: Json(review.after.clone()),
    };
    on_backend!(connection, |c| diesel::insert_into(position_reviews::table).values(&row).execute(c).await)?;
    Ok(())
}

/// What people said last about the position of a quote on a zone, the newest first.
///
/// # Errors
/// Only of the database.
pub async fn list_reviews(
    connection: &mut Connection,
    (quote, zone): (QuoteId, ZoneId),
    limit: i64,
) -> Result<Vec<PositionReview>> {
    let rows: Vec<ReviewRow> = load_rows!(
        connection,
        position_reviews::table
            .filter(position_reviews::quote_id.eq(quote).and(position_reviews::zone_id.eq(zone)))
            .select(ReviewRow::as_select())
            .order((position_reviews::made_at.desc(), position_reviews::id.desc()))
            .limit(limit)
    )?;
    Ok(rows.into_iter().map(PositionReview::from).collect())
}

/// What people said last about the positions of these quotes, and how often they said something.
///
/// # Errors
/// Only of the database.
pub async fn list_readings_by_hand(
    connection: &mut Connection,
    quotes: &[QuoteId],
) -> Result<HashMap<(QuoteId, ZoneId), (PositionReading, i64)>> {
    let mut last: HashMap<(QuoteId, ZoneId), (PositionReading, i64)> = HashMap::new();
    let rows: Vec<(QuoteId, ZoneId, Json<PositionReading>)> = load_rows_of!(connection, quotes, |quotes| {
        position_reviews::table
            .filter(one_of(position_reviews::quote_id, quotes))
            .select((position_reviews::quote_id, position_reviews::zone_id, position_reviews::after))
            .order((position_reviews::made_at, position_reviews::id))
    });
    for (quote, zone, Json(reading)) in rows {
        let times = last.get(&(quote, zone)).map_or(0, |(_, times)| *times);
        last.insert((quote, zone), (reading, times + 1));
    }
    Ok(last)
}
