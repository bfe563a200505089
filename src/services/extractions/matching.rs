//! The quotes that stand and those read now: which are the same, and what follows for each. Nothing here asks a database.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use crate::models::{Instant, Mention, Quote, QuoteChange, QuoteId, QuoteReading, Review, Segment, TextSpan, ZoneRef};

/// A quote that stands, and the machine's reading of it where a person has corrected it.
pub struct Standing {
    pub quote: Quote,
    pub as_extracted: Option<QuoteReading>,
}

/// A quote of the machine's that a person has deleted: it is not gained anew.
#[derive(Debug, Clone, Deserialize)]
pub struct Deleted {
    pub segments: Vec<Segment>,
    pub cue: Option<TextSpan>,
}

/// What becomes of the quotes of an article that was read again.
#[derive(Debug, Default, PartialEq)]
pub struct Outcome {
    pub gained: Vec<Quote>,
    pub lost: Vec<Quote>,
    pub changed: Vec<QuoteChange>,
    pub kept: usize,
    /// Quotes that a person has looked at and the machine no longer finds.
    pub not_found: Vec<Quote>,
    /// How the machine now reads quotes that a person has looked at, where it reads them differently.
    pub as_extracted: Vec<(QuoteId, QuoteReading)>,
}

/// Two quotes whose characters overlap so much are the same one, read differently.
const SAME: f64 = 0.5;

impl Standing {
    /// Whether its reading is a person's, which no machine changes.
    fn is_reviewed(&self) -> bool {
        self.quote.review != Review::Machine || self.is_by_hand()
    }

    fn is_by_hand(&self) -> bool {
        self.quote.extractor == crate::services::quotes::BY_HAND
    }

    fn anchor(&self) -> Anchor<'_> {
        let corrected = self.as_extracted.as_ref().filter(|reading| reading.segments != self.quote.segments);
        let places = std::iter::once(&self.quote.segments).chain(corrected.map(|reading| &reading.segments));
        Anchor { places: places.map(Vec::as_slice).collect(), cue: self.quote.cue.as_ref() }
    }
}

/// By what a quote is found again.
struct Anchor<'a> {
    /// Where it stands, and where it stood before it was corrected.
    places: Vec<&'a [Segment]>,
    cue: Option<&'a TextSpan>,
}

/// Compares the quotes that stand with those read now, both in reading order; `mentions` is what the article names now.
pub fn compare(
    standing: &[Standing],
    deleted: &[Deleted],
    read: &[Quote],
    mentions: &[Mention],
    now: Instant,
) -> Outcome {
    let of_deleted = deleted.iter().map(|quote| Anchor { places: vec![&quote.segments], cue: quote.cue.as_ref() });
    // Those that stand come first: where they are as near, they are meant.
    let anchors: Vec<Anchor<'_>> = standing.iter().map(Standing::anchor).chain(of_deleted).collect();
    let same = match_quotes(&anchors, read);
    // Which id a quote read now has in the end.
    let mut ids: HashMap<QuoteId, QuoteId> = HashMap::new();
    let mut matches: Vec<Option<&Quote>> = vec![None; standing.len()];
    for (quote, same) in read.iter().zip(&same) {
        match *same {
            None => drop(ids.insert(quote.id, quote.id)),
            Some(at) if at < standing.len() => {
                ids.insert(quote.id, standing[at].quote.id);
                matches[at] = Some(quote);
            }
            Some(_) => {} // deleted: nothing is reported in it
        }
    }
    let nested_in = |quote: &Quote| quote.nested_in.and_then(|outer| ids.get(&outer).copied());
    let is_lost = |(standing, found): (&Standing, &Option<&Quote>)| found.is_none() && !standing.is_reviewed();
    let lost: HashSet<QuoteId> =
        standing.iter().zip(&matches).filter(|pair| is_lost(*pair)).map(|(standing, _)| standing.quote.id).collect();

    let mut outcome = Outcome::default();
    for (quote, _) in read.iter().zip(&same).filter(|(_, same)| same.is_none()) {
        outcome.gained.push(Quote { nested_in: nested_in(quote), ..quote.clone() });
    }
    for (standing, found) in standing.iter().zip(&matches) {
        let before = &standing.quote;
        if lost.contains(&before.id) {
            outcome.lost.push(before.clone());
            continue;
        }
        let outer = found.map_or_else(|| before.nested_in.filter(|outer| !lost.contains(outer)), nested_in);
        let mut after = match found {
            Some(found) if !standing.is_reviewed() => as_read(before, found),
            _ => before.clone(),
        };
        after.nested_in = outer;
        if standing.is_reviewed() {
            after.name_mentions(mentions);
            note_reading(&mut outcome, standing, *found);
        }
        if reads_the_same(before, &after) {
            outcome.kept += 1;
        } else {
            after.updated_at = now;
            after.version += 1;
            outcome.changed.push(QuoteChange { before: before.clone(), after });
        }
    }
    outcome
}

/// What the machine reads now where a person has the word.
fn note_reading(outcome: &mut Outcome, standing: &Standing, found: Option<&Quote>) {
    if standing.is_by_hand() {
        return;
    }
    let Some(found) = found else {
        outcome.not_found.push(standing.quote.clone());
        return;
    };
    let reading = QuoteReading::from(found);
    let before = standing.as_extracted.clone().unwrap_or_else(|| QuoteReading::from(&standing.quote));
    if (QuoteReading { review: reading.review, ..before }) != reading {
        outcome.as_extracted.push((standing.quote.id, reading));
    }
}

/// A machine's quote with what it reads now in the place of what it read.
fn as_read(before: &Quote, found: &Quote) -> Quote {
    Quote {
        id: before.id,
        statement_id: before.statement_id,
        created_at: before.created_at,
        updated_at: before.updated_at,
        version: before.version,
        ..found.clone()
    }
}

/// Whether a reader sees no difference, but for the name of the extractor: a quote names the one that first read it so.
fn reads_the_same(before: &Quote, after: &Quote) -> bool {
    let plain = |quote: &Quote| {
        let mut quote = Quote { extractor: String::new(), ..quote.clone() };
        // Two names at one place have no order of their own.
        quote.mentions.sort_by_cached_key(mention_key);
        quote.zones.sort_by_key(|zone: &ZoneRef| zone.id);
        quote
    };
    plain(before) == plain(after)
}

/// What tells mentions apart.
pub fn mention_key(mention: &Mention) -> (usize, usize, Option<String>, Option<String>) {
    let actor = mention.actor.as_ref().map(|actor| actor.id.to_string());
    let zone = mention.zone.as_ref().map(|zone| zone.id.to_string());
    (mention.start, mention.end, actor, zone)
}

/// A quote that was there and one read now that may be the same.
struct Candidate {
    anchor: usize,
    read: usize,
    overlap: f64,
    same_cue: bool,
}

/// For each quote read now the one that was there and is the same; each is the same as one at most.
///
/// Those that cover the same characters go together first, then those that overlap most. Beyond that a common cue tells:
/// it is the same act of saying, however much of it was read.
fn match_quotes(anchors: &[Anchor<'_>], read: &[Quote]) -> Vec<Option<usize>> {
    // How far the quotes up to each one reach: where it is before a place, so are all before it.
    let reach: Vec<usize> = read
        .iter()
        .scan(0, |furthest, quote| {
            *furthest = (*furthest).max(extent(&quote.segments).1);
            Some(*furthest)
        })
        .collect();
    let mut candidates: Vec<Candidate> = Vec::new();
    for (at, anchor) in anchors.iter().enumerate() {
        for &place in &anchor.places {
            let (start, end) = extent(place);
            let first = reach.partition_point(|reach| *reach <= start);
            let near = read.iter().enumerate().skip(first).take_while(|(_, quote)| extent(&quote.segments).0 < end);
            for (index, quote) in near {
                let overlap = overlap(place, &quote.segments);
                let same_cue = is_same_cue(anchor.cue, quote.cue.as_ref());
                if overlap >= SAME || (overlap > 0.0 && same_cue) {
                    candidates.push(Candidate { anchor: at, read: index, overlap, same_cue });
                }
            }
        }
    }
    // Sorting keeps the reading order of what is as near.
    candidates.sort_by(|a, b| b.overlap.total_cmp(&a.overlap).then(b.same_cue.cmp(&a.same_cue)));
    let mut same: Vec<Option<usize>> = vec![None; read.len()];
    let mut taken = vec![false; anchors.len()];
    for candidate in candidates {
        if same[candidate.read].is_none() && !taken[candidate.anchor] {
            same[candidate.read] = Some(candidate.anchor);
            taken[candidate.anchor] = true;
        }
    }
    same
}

fn is_same_cue(one: Option<&TextSpan>, other: Option<&TextSpan>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one.start == other.start && one.end == other.end)
}

fn extent(segments: &[Segment]) -> (usize, usize) {
    let start = segments.first().map_or(0, |segment| segment.start);
    (start, segments.last().map_or(start, |segment| segment.end))
}

/// The characters that two quotes share, as a share of all that either covers.
fn overlap(one: &[Segment], other: &[Segment]) -> f64 {
    let length = |segments: &[Segment]| segments.iter().map(|segment| segment.end - segment.start).sum::<usize>();
    let (mut shared, mut i, mut j) = (0, 0, 0);
    while let (Some(a), Some(b)) = (one.get(i), other.get(j)) {
        shared += a.end.min(b.end).saturating_sub(a.start.max(b.start));
        if a.end <= b.end {
            i += 1;
        } else {
            j += 1;
        }
    }
    let all = length(one) + length(other) - shared;
    if all == 0 { 0.0 } else { shared as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::{QuoteKind, SelectorType, TextQuoteSelector};

    fn segments(places: &[(usize, usize)]) -> Vec<Segment> {
        places.iter().map(|&(start, end)| Segment { start, end, verbatim: true }).collect()
    }

    fn quote(places: &[(usize, usize)], cue: Option<usize>) -> Quote {
        let now = Instant::now();
        let nothing = String::new;
        Quote {
            id: QuoteId::generate(),
            article_id: "01970000-0000-7000-8000-000000000001".parse().unwrap(),
            kind: QuoteKind::Direct,
            text: format!("{places:?}"),
            segments: segments(places),
            selector: TextQuoteSelector {
                kind: SelectorType::TextQuoteSelector,
                exact: nothing(),
                prefix: nothing(),
                suffix: nothing(),
            },
            cue: cue.map(|start| TextSpan { text: "said".to_owned(), start, end: start + 4 }),
            speaker: None,
            occasion: None,
            said_on: None,
            said_on_precision: None,
            zones: Vec::new(),
            mentions: Vec::new(),
            nested_in: None,
            statement_id: None,
            confidence: 0.9,
            why: Vec::new(),
            review: Review::Machine,
            extractor: "onrecord/0".to_owned(),
            created_at: now,
            updated_at: now,
            version: 1,
            highlights: None,
            included: None,
        }
    }

    fn standing(quote: Quote) -> Standing {
        Standing { quote, as_extracted: None }
    }

    fn matched(standing_quotes: &[Quote], read: &[Quote]) -> Vec<Option<usize>> {
        let standing: Vec<Standing> = standing_quotes.iter().cloned().map(standing).collect();
        match_quotes(&standing.iter().map(Standing::anchor).collect::<Vec<_>>(), read)
    }

    #[test]
    fn the_same_characters_are_the_same_quote() {
        let old = [quote(&[(0, 50)], None), quote(&[(10, 30)], None), quote(&[(60, 80), (90, 95)], None)];
        let new = [quote(&[(0, 50)], None), quote(&[(10, 30)], None), quote(&[(60, 80), (90, 95)], None)];
        assert_eq!(matched(&old, &new), [Some(0), Some(1), Some(2)]);
        // The outer one is gone: the nested one is not mistaken for it, though it lies within.
        assert_eq!(matched(&old, &new[1..]), [Some(1), Some(2)]);
        assert_eq!(matched(&old[1..], &new), [None, Some(0), Some(1)]);
    }

    #[test]
    fn much_overlap_or_a_common_cue_makes_it_the_same_quote() {
        let old = [quote(&[(0, 40)], Some(42))];
        assert_eq!(matched(&old, &[quote(&[(0, 30)], None)]), [Some(0)]);
        assert_eq!(matched(&old, &[quote(&[(0, 15)], None)]), [None]);
        assert_eq!(matched(&old, &[quote(&[(0, 15)], Some(42))]), [Some(0)]);
        assert_eq!(matched(&old, &[quote(&[(50, 60)], Some(42))]), [None], "not a character in common");
        // Cut in two: the larger half is it.
        let halves = [quote(&[(0, 12)], Some(42)), quote(&[(13, 40)], Some(42))];
        assert_eq!(matched(&old, &halves), [None, Some(0)]);
    }

    #[test]
    fn each_outcome_is_told() {
        let nested = |outer: &Quote, place| Quote { nested_in: Some(outer.id), ..quote(&[place], None) };
        let kept = quote(&[(0, 10)], None);
        let changed = quote(&[(20, 40)], None);
        let lost = quote(&[(100, 190)], None);
        let inner = nested(&lost, (110, 120));
        let rejected = Quote { review: Review::Rejected, ..quote(&[(200, 210)], None) };
        let missed = Quote { review: Review::Corrected, ..quote(&[(220, 230)], None) };
        let by_hand = Quote {
            review: Review::Accepted,
            extractor: crate::services::quotes::BY_HAND.to_owned(),
            ..quote(&[(240, 250)], None)
        };
        let old = [&kept, &changed, &lost, &inner, &rejected, &missed, &by_hand];
        let now_changed = quote(&[(20, 45)], None);
        let gained_outer = quote(&[(300, 400)], None);
        let gained_inner = nested(&gained_outer, (310, 320));
        let read = vec![
            Quote { extractor: "onrecord/1".to_owned(), ..quote(&[(0, 10)], None) },
            now_changed.clone(),
            quote(&[(110, 120)], None),
            quote(&[(200, 210)], None),
            gained_outer.clone(),
            gained_inner.clone(),
        ];
        let later = Instant::now().plus_seconds(1);
        let outcome = compare(&old.map(|quote| standing(quote.clone())), &[], &read, &[], later);
        assert_eq!(outcome.gained, [gained_outer, gained_inner]);
        assert_eq!(outcome.lost, [lost]);
        assert_eq!(outcome.kept, 4, "the one that reads the same, the rejected, the missed and that by hand");
        assert_eq!(outcome.not_found, [missed]);
        let [first, second] = outcome.changed.as_slice() else { panic!("{:#?}", outcome.changed) };
        let text = now_changed.text.clone();
        let after =
            Quote { id: changed.id, created_at: changed.created_at, updated_at: later, version: 2, ..now_changed };
        assert_eq!((&first.before, &first.after), (&changed, &after));
        assert_eq!(first.after.text, text);
        assert_eq!(second.before, inner);
        assert_eq!((second.after.id, second.after.nested_in, second.after.version), (inner.id, None, 2));
        assert_eq!(outcome.as_extracted, []);
    }

    #[test]
    fn what_a_person_corrected_is_found_where_it_stood_and_where_it_stands() {
        let corrected = Quote { review: Review::Corrected, ..quote(&[(0, 10)], None) };
        let machine = quote(&[(0, 50)], None);
        let corrected = || Standing { quote: corrected.clone(), as_extracted: Some(QuoteReading::from(&machine)) };
        for place in [(0, 50), (0, 10), (0, 12)] {
            let outcome = compare(&[corrected()], &[], &[quote(&[place], None)], &[], Instant::now());
            assert_eq!((outcome.kept, outcome.gained.len(), outcome.not_found.len()), (1, 0, 0), "{place:?}");
            let reading = outcome.as_extracted.first().map(|(_, reading)| reading.segments.clone());
            assert_eq!(reading, (place != (0, 50)).then(|| segments(&[place])));
        }
    }

    #[test]
    fn what_a_person_deleted_is_not_gained_anew() {
        let deleted = [Deleted { segments: segments(&[(0, 50)]), cue: None }];
        let outer = quote(&[(0, 48)], None);
        let nested = Quote { nested_in: Some(outer.id), ..quote(&[(10, 20)], None) };
        let outcome = compare(&[], &deleted, &[outer.clone(), nested.clone()], &[], Instant::now());
        assert_eq!(outcome.gained, [Quote { nested_in: None, ..nested }]);
        // Unless somebody has added it again.
        let by_hand = Quote { review: Review::Accepted, ..quote(&[(0, 50)], None) };
        let outcome = compare(&[standing(by_hand)], &deleted, &[outer], &[], Instant::now());
        assert_eq!((outcome.kept, outcome.gained.len(), outcome.not_found.len()), (1, 0, 0));
    }

    #[test]
    fn many_quotes_are_matched_in_no_time() {
        let all: Vec<Quote> = (0..20_000).map(|number| quote(&[(number * 10, number * 10 + 8)], None)).collect();
        let expected: Vec<Option<usize>> = (0..all.len()).map(Some).collect();
        assert_eq!(matched(&all, &all), expected);
    }
}
