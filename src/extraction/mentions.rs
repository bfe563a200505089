//! Known actors and zones anywhere in the story.

use std::collections::HashSet;

use super::cast::{Cast, Named};
use super::gazetteer::Gazetteer;
use super::index::NameKind;
use super::lexicon::{LEXICON, class};
use super::names;
use super::source::Source;
use super::tokens::Token;
use super::{Document, Mention, MentionTarget};
use crate::models::text::{ActorKind, RegionKind};

/// Regions that tell the story; what stands elsewhere belongs to the page.
const STORY: [RegionKind; 6] = [
    RegionKind::Title,
    RegionKind::Subtitle,
    RegionKind::Body,
    RegionKind::Heading,
    RegionKind::Caption,
    RegionKind::Dateline,
];

/// Finds them, sorted by where they stand.
pub fn find(
    gazetteer: &Gazetteer,
    source: &Source,
    document: &Document,
    cast: &Cast,
    tokens: &[Token],
) -> Vec<Mention> {
    let mut out = actors(gazetteer, source, cast);
    out.extend(surnames(gazetteer, source, cast, tokens));
    let zones = zones(gazetteer, source, document, cast);
    // "Idlib de-escalation zone" is the zone, not also something inside its name.
    out.retain(|mention| {
        let next = zones.partition_point(|zone| zone.end <= mention.start);
        zones.get(next).is_none_or(|zone| mention.end <= zone.start)
    });
    out.extend(zones);
    let story = |mention: &Mention| {
        let at = document.regions.partition_point(|region| region.end <= mention.start);
        document.regions.get(at).is_some_and(|region| {
            region.start <= mention.start && mention.end <= region.end && STORY.contains(&region.kind)
        })
    };
    out.retain(story);
    out.sort_by(|a, b| (a.start, a.end, &a.target).cmp(&(b.start, b.end, &b.target)));
    out.dedup();
    out
}

fn mention(source: &Source, target: MentionTarget, start: usize, end: usize) -> Mention {
    Mention { target, text: source.slice(start, end).to_owned(), start, end }
}

fn actors(gazetteer: &Gazetteer, source: &Source, cast: &Cast) -> Vec<Mention> {
    let mut out = Vec::new();
    for hit in &cast.hits {
        let Some(names) = gazetteer.index().name_of.get(hit.pattern) else { continue };
        // A name that several bear means the one of them who is otherwise in the article, or nobody.
        let mut fitting = names.iter().filter(|name| match name.kind {
            NameKind::Demonym => governs(source, hit.end),
            NameKind::Capital => stands_for_government(source, hit.start) && !names_event(source, hit.end),
            NameKind::Name | NameKind::Alias => true,
        });
        if let (Some(name), None) = (fitting.next(), fitting.next()) {
            let slug = gazetteer.actors()[name.actor].slug.clone();
            out.push(mention(source, MentionTarget::Actor(slug), hit.start, hit.end));
        }
    }
    out
}

/// "Syrian government"
fn governs(source: &Source, end: usize) -> bool {
    let after: String = (end..end + 12).map(|at| source.at(at)).collect();
    [" government", " authoritie"].iter().any(|word| after.starts_with(word))
}

/// A capital stands for its government where it is no place: not "in Moscow".
fn stands_for_government(source: &Source, start: usize) -> bool {
    let before: String = (start.saturating_sub(14)..start).map(|at| source.at(at)).collect();
    let word = before.trim_end().rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    let place = [
        "in", "at", "from", "to", "near", "outside", "around", "into", "via", "through", "of", "leave", "left",
        "visit", "visited", "reach", "reached",
    ];
    // A dateline or a list of places begins with it.
    !place.contains(&word.as_str()) && source.at(start + 1).is_lowercase()
}

/// "Astana talks", "Geneva process": a place that tells one event from another.
fn names_event(source: &Source, end: usize) -> bool {
    let word: String = (end + 1..end + 24).map(|at| source.at(at)).take_while(|c| c.is_alphanumeric()).collect();
    let of_events = class::OCCASION_NOUN | class::DOCUMENT_NOUN;
    let is_noun = LEXICON.look_up(&word).is_some_and(|entry| entry.classes & of_events != 0 && entry.cues.is_empty());
    source.at(end) == ' '
        && (is_noun
            || [
                "talks",
                "process",
                "format",
                "accords",
                "accord",
                "negotiations",
                "consultations",
                "deal",
                "track",
                "peace",
                "truce",
            ]
            .contains(&word.as_str()))
}

/// Surnames of known persons whom the article names in full.
fn surnames(gazetteer: &Gazetteer, source: &Source, cast: &Cast, tokens: &[Token]) -> Vec<Mention> {
    let alone = cast.occurrences.iter().filter(|occurrence| !occurrence.full);
    alone
        .filter_map(|occurrence| {
            let Named::Known(actor) = occurrence.who else { return None };
            let target = MentionTarget::Actor(gazetteer.actors()[actor].slug.clone());
            Some(mention(source, target, tokens[occurrence.first].start, tokens[occurrence.last - 1].end))
        })
        .collect()
}

fn zones(gazetteer: &Gazetteer, source: &Source, document: &Document, cast: &Cast) -> Vec<Mention> {
    let Some(automaton) = &gazetteer.index().zones else { return Vec::new() };
    let countries: HashSet<&str> = cast
        .hits
        .iter()
        .filter_map(|hit| gazetteer.index().name_of.get(hit.pattern))
        .flatten()
        .map(|name| &gazetteer.actors()[name.actor])
        .filter(|actor| actor.kind == ActorKind::State)
        .filter_map(|actor| actor.country.as_deref())
        .collect();
    let published = document.published.map(|published| published.date);
    let mut out = Vec::new();
    for (pattern, start, end) in names::find(source, automaton, |pattern, start, end| (pattern, start, end)) {
        let Some(name) = gazetteer.index().zone_of.get(pattern) else { continue };
        let zone = if name.named.is_empty() {
            // A generic term means the zone in its own time and country; of several the one that was new.
            let mut fitting: Vec<usize> = name
                .meant
                .iter()
                .copied()
                .filter(|&zone| {
                    let zone = &gazetteer.zones()[zone];
                    let in_time = published.is_none_or(|date| {
                        zone.starts_on.is_none_or(|start| start <= date) && zone.ends_on.is_none_or(|end| date <= end)
                    });
                    in_time && zone.country.as_deref().is_none_or(|country| countries.contains(country))
                })
                .collect();
            fitting.sort_by_key(|&zone| std::cmp::Reverse(gazetteer.zones()[zone].starts_on));
            fitting.first().copied()
        } else {
            name.named.first().copied()
        };
        if let Some(zone) = zone {
            out.push(mention(source, MentionTarget::Zone(gazetteer.zones()[zone].slug.clone()), start, end));
        }
    }
    out
}
