//! What the timeline of a zone takes out of the database that nothing else does.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};

use super::Connection;
use super::one_of::one_of;
use crate::error::Result;
use crate::models::{Day, QuoteId, QuoteKind, Review, TimelineFilter, ZoneId};
use crate::pagination::{PageRequest, Rows};
use crate::schema::{mentions, positions, quotes};

/// Positions come before other quotes on their day.
pub const POSITIONS: u8 = 5;
/// Quotes come last on their day.
pub const QUOTES: u8 = 9;

/// Where an entry stands in a timeline.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TimelinePlace {
    /// Its day.
    pub on: Day,
    /// The place of its kind on that day.
    pub kind: u8,
    /// What tells it from others of its kind on that day, in their order.
    pub key: String,
}

/// The notable quotes on one of these zones, behind the page before, the earliest first, and how many there are in all where that
/// is asked for: of somebody known, word for word in whole or in part, of a known day, not reported in another quote,
/// not rejected, and not there as a position.
///
/// # Errors
/// Only of the database.
pub async fn list_notable_quotes(
    connection: &mut Connection,
    zones: &[ZoneId],
    filter: &TimelineFilter,
    page: &PageRequest<TimelinePlace>,
) -> Result<Rows<TimelinePlace>> {
    let (rows, total): (Vec<(QuoteId, Option<Day>)>, _) = on_backend!(connection, |c| {
        // The same conditions for the page and for the total.
        let notable = || {
            let naming = mentions::table.filter(one_of(mentions::zone_id, zones.to_vec()));
            let naming = naming.filter(mentions::quote_id.is_not_null()).select(mentions::quote_id.assume_not_null());
            // Those stand there as positions.
            let taking = positions::table.filter(one_of(positions::zone_id, zones.to_vec()));
            let taking = taking.filter(positions::review.ne(Review::Rejected).and(positions::dated_on.is_not_null()));
            let mut query = quotes::table
                .filter(quotes::id.eq_any(naming))
                .filter(quotes::kind.ne(QuoteKind::Indirect).and(quotes::review.ne(Review::Rejected)))
                .filter(quotes::actor_id.is_not_null().and(quotes::nested_in.is_null()))
                .filter(quotes::said_on.is_not_null())
                .filter(diesel::dsl::not(quotes::id.eq_any(taking.select(positions::quote_id))))
                .into_boxed();
            if let Some(from) = filter.from {
                query = query.filter(quotes::said_on.ge(from));
            }
            if let Some(to) = filter.to {
                query = query.filter(quotes::said_on.le(to));
            }
            query
        };
        let total = match page.count {
            true => Some(notable().count().get_result(c).await?),
            false => None,
        };
        let mut query = notable().select((quotes::id, quotes::said_on));
        match &page.after {
            Some(after) if after.kind > QUOTES => query = query.filter(quotes::said_on.gt(after.on)),
            Some(after) => match after.key.parse::<QuoteId>() {
                Ok(id) if after.kind == QUOTES => {
                    let same_day = quotes::said_on.eq(after.on).and(quotes::id.gt(id).nullable());
                    query = query.filter(quotes::said_on.gt(after.on).or(same_day));
                }
                _ => query = query.filter(quotes::said_on.ge(after.on)),
            },
            None => {}
        }
        (query.order((quotes::said_on, quotes::id)).limit(page.fetch()).load(c).await?, total)
    });
    let place =
        |(id, day): (QuoteId, Option<Day>)| day.map(|on| TimelinePlace { on, kind: QUOTES, key: id.to_string() });
    Ok(Rows { rows: rows.into_iter().filter_map(place).collect(), total })
}
