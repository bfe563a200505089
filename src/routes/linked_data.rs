//! Articles and quotes as linked data (JSON-LD 1.1): schema.org, and the W3C Web Annotation Data Model.
//!
//! Addresses are relative, and are read against the address of the document. Offsets of a `TextPositionSelector` count
//! characters of the article's `text`, as the model asks, which are Unicode scalar values here as everywhere.

use serde_json::{Value, json};

use super::accept::Offer;
use crate::models::{Actor, ActorKind, ActorRef, Article, DatePrecision, Day, Mention, OutletRef, Quote};

/// schema.org's own vocabulary.
pub const SCHEMA_ORG: &str = "application/ld+json";
/// W3C Web Annotation.
pub const WEB_ANNOTATION: &str = "application/ld+json;profile=\"http://www.w3.org/ns/anno.jsonld\"";

const ANNOTATION_CONTEXT: &str = "http://www.w3.org/ns/anno.jsonld";
const SCHEMA_CONTEXT: &str = "https://schema.org";

/// An article as a [schema.org NewsArticle](https://schema.org/NewsArticle).
#[must_use]
pub fn news_article(article: &Article) -> Value {
    let it = &article.summary;
    let published = it.published_on.map(|day| date(day, it.published_on_precision));
    without_nulls(json!({
        "@context": SCHEMA_CONTEXT,
        "@type": "NewsArticle",
        "@id": article_address(it.id),
        "url": it.url,
        "headline": it.title,
        "alternativeHeadline": it.subtitle,
        "dateline": it.dateline.as_ref().map(|dateline| &dateline.text),
        "datePublished": published,
        "dateCreated": it.created_at,
        "dateModified": it.updated_at,
        "inLanguage": it.language,
        "publisher": it.outlet.as_ref().map(publisher),
        "mentions": mentioned(&article.mentions),
        "articleBody": article.text,
    }))
}

/// A quote as a [schema.org Quotation](https://schema.org/Quotation); `actor` is its speaker.
#[must_use]
pub fn quotation(quote: &Quote, actor: Option<&Actor>) -> Value {
    // Where nobody is known, the article's own words still name somebody.
    let named = quote.speaker.as_ref().and_then(|speaker| speaker.mention.as_ref());
    let speaker = actor.map(speaker).or_else(|| named.map(|mention| json!({ "@type": "Thing", "name": mention.text })));
    without_nulls(json!({
        "@context": SCHEMA_CONTEXT,
        "@type": "Quotation",
        "@id": quote_address(quote),
        "text": quote.text,
        "creator": speaker,
        "spokenByCharacter": speaker,
        "dateCreated": quote.said_on.map(|day| date(day, quote.said_on_precision)),
        "isPartOf": { "@type": "NewsArticle", "@id": article_address(quote.article_id) },
        "mentions": mentioned(&quote.mentions),
        "dateModified": quote.updated_at,
    }))
}

/// A quote as a [W3C Web Annotation](https://www.w3.org/TR/annotation-model/) of its article.
///
/// The target is the whole stretch from the first segment to the last, by position and by words; where the quote is
/// interrupted, each segment is a target of its own after it.
#[must_use]
pub fn annotation(quote: &Quote) -> Value {
    let source = article_address(quote.article_id);
    let position = |start: usize, end: usize| json!({ "type": "TextPositionSelector", "start": start, "end": end });
    let (start, end) = quote.segments.first().zip(quote.segments.last()).map_or((0, 0), |(a, b)| (a.start, b.end));
    let whole = json!({
        "type": "SpecificResource",
        "source": source,
        "selector": [
            position(start, end),
            {
                "type": "TextQuoteSelector",
                "exact": quote.selector.exact,
                "prefix": quote.selector.prefix,
                "suffix": quote.selector.suffix,
            },
        ],
    });
    let parts = quote.segments.iter().filter(|_| quote.segments.len() > 1);
    let parts = parts.map(|segment| {
        json!({ "type": "SpecificResource", "source": source, "selector": [position(segment.start, segment.end)] })
    });
    let mut targets: Vec<Value> = vec![whole];
    targets.extend(parts);
    let actor = quote.speaker.as_ref().and_then(|speaker| speaker.actor.as_ref());
    let described =
        json!({ "type": "TextualBody", "value": quote.text, "format": "text/plain", "purpose": "describing" });
    let identified = actor
        .map(|actor| json!({ "type": "SpecificResource", "source": actor_address(actor), "purpose": "identifying" }));
    json!({
        "@context": ANNOTATION_CONTEXT,
        "id": quote_address(quote),
        "type": "Annotation",
        "motivation": ["identifying", "describing"],
        "created": quote.created_at,
        "modified": quote.updated_at,
        "generator": { "type": "Software", "name": quote.extractor },
        "body": std::iter::once(described).chain(identified).collect::<Vec<Value>>(),
        "target": targets,
    })
}

/// The forms of an article beside JSON, the one wanted least first to be given up.
#[must_use]
pub fn offers(forms: &[&str]) -> Vec<Offer> {
    std::iter::once("application/json").chain(forms.iter().copied()).map(Offer::of).collect()
}

fn article_address(id: impl std::fmt::Display) -> String {
    format!("/v1/articles/{id}")
}

fn quote_address(quote: &Quote) -> String {
    format!("/v1/quotes/{}", quote.id)
}

fn actor_address(actor: &ActorRef) -> String {
    format!("/v1/actors/{}", actor.id)
}

fn speaker(actor: &Actor) -> Value {
    let kind = match actor.kind {
        ActorKind::Person => "Person",
        // The government speaks, not the land.
        ActorKind::State => "GovernmentOrganization",
        ActorKind::Organisation | ActorKind::ArmedGroup => "Organization",
    };
    let same_as = actor.wikidata.as_ref().map(|id| format!("https://www.wikidata.org/entity/{id}"));
    without_nulls(json!({
        "@type": kind,
        "@id": format!("/v1/actors/{}", actor.id),
        "name": actor.name,
        "sameAs": same_as,
    }))
}

fn publisher(outlet: &OutletRef) -> Value {
    json!({ "@type": "NewsMediaOrganization", "@id": format!("/v1/outlets/{}", outlet.id), "name": outlet.name })
}

/// Each actor and zone once, in reading order.
fn mentioned(mentions: &[Mention]) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    for mention in mentions {
        let actor = mention
            .actor
            .as_ref()
            .map(|actor| json!({ "@type": "Thing", "@id": actor_address(actor), "name": actor.name }));
        let zone = mention
            .zone
            .as_ref()
            .map(|zone| json!({ "@type": "Place", "@id": format!("/v1/zones/{}", zone.id), "name": zone.name }));
        found.extend(actor.or(zone).filter(|thing| !found.contains(thing)));
    }
    found
}

/// A date as exactly as it is known: `2017-05-04`, `2017-05` or `2017` (ISO 8601).
fn date(day: Day, precision: Option<DatePrecision>) -> String {
    let length = match precision {
        Some(DatePrecision::Year) => 4,
        Some(DatePrecision::Month) => 7,
        Some(DatePrecision::Day) | None => 10,
    };
    day.to_string().chars().take(length).collect()
}

/// What is not known is left out: `null` says nothing in JSON-LD.
fn without_nulls(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, field| !field.is_null());
    }
    value
}
