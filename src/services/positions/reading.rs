//! Reads positions from quotes as they are written, in the transaction that writes them.
//!
//! What people said about a position comes before whatever the machine reads.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use crate::blocking;
use crate::error::{Error, Result};
use crate::models::{
    ActorId, ActorKind, Instant, Json, Mention, PositionId, PositionReading, QuoteId, Review, Segment, Span, TextSpan,
    ZoneId,
};
use crate::positions::read_position;
use crate::repository::Connection;
use crate::repository::positions::PositionRow;
use crate::repository::positions::reading::{self as rows, Affiliation, ReadQuote};

/// Reads the positions that quotes take, anew where they take some.
///
/// After they were written, with what they name, in the same transaction. Where a quote is deleted its positions go
/// with it.
pub(in crate::services) async fn read_positions(connection: &mut Connection, ids: &[QuoteId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let quotes = async |c: &mut Connection| rows::list_quotes_naming_zones(c, ids).await;
    let standing = async |c: &mut Connection| rows::list_positions_of_quotes(c, ids).await;
    let (quotes, standing) = connection.both(quotes, standing).await?;
    let read = read(connection, quotes).await?;
    write(connection, standing, read).await
}

/// What is read from quotes, before it is known what stands there.
async fn read(connection: &mut Connection, mut quotes: Vec<ReadQuote>) -> Result<Vec<PositionRow>> {
    // Whose quote it is not takes no position.
    quotes.retain(|quote| quote.actor.is_some() && quote.review != Review::Rejected);
    if quotes.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<QuoteId> = quotes.iter().map(|quote| quote.id).collect();
    let by_hand = rows::list_readings_by_hand(connection, &ids).await?;
    let named = quotes.iter().flat_map(|quote| &quote.mentions).filter_map(|mention| mention.actor.as_ref());
    let mut actors: HashSet<ActorId> = named.map(|actor| actor.id).collect();
    actors.extend(quotes.iter().filter_map(|quote| quote.actor));
    let affiliations = rows::list_affiliations(connection, &actors).await?;
    let now = Instant::now();
    let read = move || {
        let read = quotes.iter().flat_map(|quote| {
            let zones = zones_of(quote);
            zones.into_iter().filter_map(|zone| read_one(quote, zone, &by_hand, &affiliations, now)).collect::<Vec<_>>()
        });
        read.collect()
    };
    blocking::run(read).await.map_err(Error::internal)
}

/// The zones that a quote names, in reading order.
fn zones_of(quote: &ReadQuote) -> Vec<ZoneId> {
    let mut zones = Vec::new();
    for zone in quote.mentions.iter().filter_map(|mention| mention.zone.as_ref()) {
        if !zones.contains(&zone.id) {
            zones.push(zone.id);
        }
    }
    zones
}

fn read_one(
    quote: &ReadQuote,
    zone: ZoneId,
    by_hand: &HashMap<(QuoteId, ZoneId), (PositionReading, i64)>,
    affiliations: &HashMap<ActorId, Affiliation>,
    now: Instant,
) -> Option<PositionRow> {
    let actor = quote.actor?;
    let places = |is_meant: &dyn Fn(&Mention) -> bool| -> Vec<Span> {
        let meant = quote.mentions.iter().filter(|mention| is_meant(mention));
        meant.filter_map(|mention| in_text(&quote.segments, mention.start, mention.end)).collect()
    };
    let about = places(&|mention| mention.zone.as_ref().is_some_and(|named| named.id == zone));
    let others =
        places(&|mention| mention.actor.as_ref().is_some_and(|named| !stands_for(named.id, actor, affiliations)));
    let machine = read_position(&quote.text, &about, &others);
    let said = by_hand.get(&(quote.id, zone));
    // `machine` takes back what people said.
    let decided = said.map(|(reading, _)| reading).filter(|reading| reading.review != Review::Machine);
    let (stance, conditions, review) = match (decided, &machine) {
        (Some(reading), _) => (reading.stance, within(quote, &reading.conditions), reading.review),
        (None, Some(machine)) => {
            let spans: Vec<Span> =
                machine.conditions.iter().flat_map(|span| in_article(&quote.segments, *span)).collect();
            (machine.stance, within(quote, &spans), Review::Machine)
        }
        (None, None) => return None,
    };
    let (confidence, why) = match machine {
        Some(machine) => (rounded(machine.confidence), machine.why),
        // A person's word alone.
        None => (1.0, Vec::new()),
    };
    let (dated_on, dated_precision) = quote.dated.unzip();
    Some(PositionRow {
        id: id_of(quote.id, zone),
        quote_id: quote.id,
        actor_id: actor,
        zone_id: zone,
        stance,
        conditions: Json(conditions),
        dated_on,
        dated_precision,
        sort_on: quote.sort_on,
        confidence,
        why: Json(why),
        review,
        created_at: now,
        updated_at: now,
        // Of one that comes back with its quote nobody holds a tag that would still fit.
        version: 1 + said.map_or(0, |(_, times)| *times),
    })
}

/// The id of the position that a quote takes on a zone: a UUIDv7 of the same moment as that of the quote. So it is the
/// same wherever and however often the quote is read, and links to it stay.
fn id_of(quote: QuoteId, zone: ZoneId) -> PositionId {
    let digest = Sha256::digest(format!("position of {quote} on {zone}"));
    let mut low = [0; 8];
    low.copy_from_slice(&digest[..8]);
    // The two bits of the variant (RFC 9562, section 4.1).
    let low = (u64::from_be_bytes(low) & (u64::MAX >> 2)) | (1 << 63);
    PositionId::from_bits((quote.to_bits() & !u128::from(u64::MAX)) | u128::from(low))
}

/// Whether who is named stands for the speaker: itself, what the speaker is a part of or is a part of the speaker, and
/// the state that one of them serves.
fn stands_for(named: ActorId, speaker: ActorId, affiliations: &HashMap<ActorId, Affiliation>) -> bool {
    let is_part = |part: ActorId, whole: ActorId| {
        let mut seen = HashSet::new();
        let mut next = Some(part);
        while let Some(id) = next.filter(|id| seen.insert(*id)) {
            if id == whole {
                return true;
            }
            next = affiliations.get(&id).and_then(|affiliation| affiliation.parent);
        }
        false
    };
    let serves = |one: ActorId, state: ActorId| {
        let (Some(one), Some(state)) = (affiliations.get(&one), affiliations.get(&state)) else { return false };
        state.kind == ActorKind::State && state.country.is_some() && one.country == state.country
    };
    is_part(named, speaker) || is_part(speaker, named) || serves(speaker, named) || serves(named, speaker)
}

/// Where characters of the article stand in the text of a quote, which is its segments joined by a space.
fn in_text(segments: &[Segment], start: usize, end: usize) -> Option<Span> {
    let mut offset = 0;
    for segment in segments {
        if segment.start <= start && end <= segment.end {
            return Some(Span { start: offset + start - segment.start, end: offset + end - segment.start });
        }
        offset += segment.end - segment.start + 1;
    }
    None
}

/// Where characters of the text of a quote stand in the article: in as many pieces as segments.
fn in_article(segments: &[Segment], span: Span) -> Vec<Span> {
    let mut offset = 0;
    let mut pieces = Vec::new();
    for segment in segments {
        let length = segment.end - segment.start;
        let start = span.start.max(offset);
        let end = span.end.min(offset + length);
        if start < end {
            pieces.push(Span { start: segment.start + start - offset, end: segment.start + end - offset });
        }
        offset += length + 1;
    }
    pieces
}

/// The words of those spans that lie within a segment of a quote. It may have been put right since they were chosen.
fn within(quote: &ReadQuote, spans: &[Span]) -> Vec<TextSpan> {
    let word = |span: &Span| {
        let Span { start, end } = in_text(&quote.segments, span.start, span.end)?;
        let text = quote.text.chars().skip(start).take(end - start).collect();
        Some(TextSpan { text, start: span.start, end: span.end })
    };
    spans.iter().filter_map(word).collect()
}

/// Three decimals: more would claim a precision that is not there.
fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1000.0).round() / 1000.0
}

/// Brings what stands to what was read. What is as it was stays as it is.
async fn write(connection: &mut Connection, standing: Vec<PositionRow>, read: Vec<PositionRow>) -> Result<()> {
    let mut standing: HashMap<PositionId, PositionRow> = standing.into_iter().map(|row| (row.id, row)).collect();
    let mut new = Vec::new();
    for row in read {
        let Some(before) = standing.remove(&row.id) else {
            new.push(row);
            continue;
        };
        let after = PositionRow {
            created_at: before.created_at,
            updated_at: before.updated_at,
            version: before.version,
            ..row
        };
        if after != before {
            let updated_at = Instant::now_after(before.updated_at);
            rows::update_position(connection, &PositionRow { updated_at, version: before.version + 1, ..after })
                .await?;
        }
    }
    let gone: Vec<PositionId> = standing.into_keys().collect();
    rows::delete_positions(connection, &gone).await?;
    rows::create_positions(connection, &new).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments() -> Vec<Segment> {
        vec![Segment { start: 10, end: 15, verbatim: true }, Segment { start: 20, end: 30, verbatim: true }]
    }

    #[test]
    fn a_span_is_found_in_the_text_and_back_in_the_article() {
        let segments = segments();
        assert_eq!(in_text(&segments, 21, 24), Some(Span { start: 7, end: 10 }));
        assert_eq!(in_article(&segments, Span { start: 7, end: 10 }), [Span { start: 21, end: 24 }]);
        assert_eq!(in_text(&segments, 14, 21), None, "the attribution between is not of the quote");
    }

    #[test]
    fn one_that_an_attribution_interrupts_is_two() {
        let pieces = in_article(&segments(), Span { start: 3, end: 9 });
        assert_eq!(pieces, [Span { start: 13, end: 15 }, Span { start: 20, end: 23 }]);
    }

    #[test]
    fn an_id_is_a_uuid_of_the_seventh_kind_and_always_the_same() {
        let (quote, zone) = (QuoteId::generate(), ZoneId::generate());
        let id = id_of(quote, zone);
        assert_eq!(id, id_of(quote, zone));
        assert_ne!(id, id_of(quote, ZoneId::generate()));
        let text = id.to_string();
        assert_eq!(text[..23].get(..18), quote.to_string().get(..18));
        assert!(text.as_bytes()[14] == b'7' && matches!(text.as_bytes()[19], b'8' | b'9' | b'a' | b'b'), "{text}");
    }
}
