//! The timeline of a zone: what is known from several places, put into one order.

use std::collections::HashMap;

use super::Services;
use crate::error::Result;
use crate::models::{
    Agreement, AgreementEvent, AgreementId, DatePrecision, Key, PositionId, Quote, QuoteId, TimelineEntry,
    TimelineFilter, Transition, Zone, ZoneId, name_of,
};
use crate::pagination::{Page, PageRequest, Rows};
use crate::repository::timeline::{QUOTES, TimelinePlace};
use crate::repository::{Connection, agreements, positions, quotes, timeline, transitions, zones};

/// The places of the other kinds of entry on one day: before [`QUOTES`].
const TRANSITIONS: u8 = 0;
const AGREEMENTS: u8 = 1;

/// A page of a zone's timeline, the earliest first.
///
/// # Errors
/// [`NotFound`](crate::error::Error::NotFound).
pub async fn list_timeline_of_zone(
    services: &Services,
    key: &Key<Zone>,
    filter: &TimelineFilter,
    page: &PageRequest<TimelinePlace>,
) -> Result<Page<TimelineEntry>> {
    let rows = services
        .read(async |c| {
            let zone = zones::find_zone(c, key).await?;
            let mut entries = list_events(c, &zone).await?;
            entries.retain(|(place, _)| {
                filter.from.is_none_or(|from| place.on >= from) && filter.to.is_none_or(|to| place.on <= to)
            });
            let events = i64::try_from(entries.len()).unwrap_or(i64::MAX);
            entries.retain(|(place, _)| page.after.as_ref().is_none_or(|after| place > after));
            let of_zones = zones::find_parts(c, vec![zone.id]).await?;
            let said = timeline::list_notable_quotes(c, &of_zones, filter, page).await?;
            entries.extend(with_quotes(c, said.rows).await?);
            let taken = positions::list_dated_positions(c, &of_zones, filter, page).await?;
            entries.extend(with_positions(c, taken.rows).await?);
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            entries.truncate(usize::try_from(page.fetch()).unwrap_or(usize::MAX));
            let total = said.total.zip(taken.total).map(|(quotes, positions)| quotes + positions + events);
            Ok(Rows { rows: entries, total })
        })
        .await?;
    Ok(page.page(rows, |(place, _)| place.clone()).map(|(_, entry)| entry))
}

type Entry = (TimelinePlace, TimelineEntry);

/// Changes of its status, and what happened to its agreements.
async fn list_events(connection: &mut Connection, zone: &Zone) -> Result<Vec<Entry>> {
    let ids: [ZoneId; 1] = [zone.id];
    let changes = transitions::list_transitions(connection, &ids, true).await?.remove(&zone.id).unwrap_or_default();
    let mut entries: Vec<Entry> = changes.into_iter().enumerate().map(of_transition).collect();
    let ids: Vec<AgreementId> = zone.agreements.iter().map(|agreement| agreement.id).collect();
    let found: HashMap<AgreementId, Agreement> = agreements::find_agreements_by_id(connection, &ids).await?;
    for agreement in found.into_values() {
        let days = [(AgreementEvent::Signed, agreement.signed_on), (AgreementEvent::InForce, agreement.in_force_on)];
        for (event, day) in days {
            let Some(on) = day else { continue };
            let key = format!("{} {}", name_of(&event), agreement.slug);
            let agreement = Box::new(agreement.clone());
            let entry = TimelineEntry::Agreement { on, precision: DatePrecision::Day, event, agreement };
            entries.push((TimelinePlace { on, kind: AGREEMENTS, key }, entry));
        }
    }
    Ok(entries)
}

fn of_transition((index, transition): (usize, Transition)) -> Entry {
    let Transition { on, status, precision, .. } = transition;
    let key = format!("{}{index:03}", status as u8);
    (TimelinePlace { on, kind: TRANSITIONS, key }, TimelineEntry::Transition { on, precision, transition })
}

async fn with_quotes(connection: &mut Connection, places: Vec<TimelinePlace>) -> Result<Vec<Entry>> {
    let ids: Vec<QuoteId> = places.iter().filter_map(|place| place.key.parse().ok()).collect();
    let found = quotes::find_quotes(connection, &ids).await?;
    let mut by_id: HashMap<String, Quote> = found.into_iter().map(|quote| (quote.id.to_string(), quote)).collect();
    let entry = |place: TimelinePlace| {
        debug_assert_eq!(place.kind, QUOTES);
        let quote = by_id.remove(&place.key)?;
        let precision = quote.said_on_precision.unwrap_or(DatePrecision::Day);
        let entry = TimelineEntry::Quote { on: place.on, precision, quote: Box::new(quote) };
        Some((place, entry))
    };
    Ok(places.into_iter().filter_map(entry).collect())
}

async fn with_positions(connection: &mut Connection, places: Vec<TimelinePlace>) -> Result<Vec<Entry>> {
    let ids: Vec<PositionId> = places.iter().filter_map(|place| place.key.parse().ok()).collect();
    let found = positions::find_positions(connection, &ids).await?;
    let mut by_id: HashMap<String, _> = found.into_iter().map(|position| (position.id.to_string(), position)).collect();
    let entry = |place: TimelinePlace| {
        let position = by_id.remove(&place.key)?;
        let precision = position.precision.unwrap_or(DatePrecision::Day);
        let entry = TimelineEntry::Position { on: place.on, precision, position: Box::new(position) };
        Some((place, entry))
    };
    Ok(places.into_iter().filter_map(entry).collect())
}
