//! Articles with what was read from them, as records.

use serde::{Deserialize, Serialize};

use crate::models::{
    ActorKey, ActorKind, Article, ArticleId, DatePrecision, DateSource, Dateline, Day, ExtractionState, Instant, Key,
    Mention, OutletKey, Quote, QuoteId, QuoteKind, QuoteReading, Region, ResolvedBy, Review, Segment, Span, TextSpan,
    ZoneKey,
};

/// The type of an [`ArticleRecord`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArticleTag {
    /// The only one.
    #[default]
    Article,
}

/// The document that an article was taken out of, as received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceRecord {
    /// Its media type.
    pub media_type: String,
    /// It.
    pub content: String,
}

/// An article with what was read from it, or to be read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArticleRecord {
    /// That it is one.
    #[serde(rename = "type")]
    pub kind: ArticleTag,
    /// The id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ArticleId>,
    /// When it was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Instant>,
    /// When it was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Instant>,
    /// Counts its changes, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// When the extractor last read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Instant>,
    /// Who published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<OutletKey>,
    /// Where it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The line under its headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// Place, date and agency that open it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dateline: Option<Dateline>,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on: Option<Day>,
    /// How exactly that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on_precision: Option<DatePrecision>,
    /// Where that comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on_source: Option<DateSource>,
    /// Its language (ISO 639-1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What became of its reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extraction: Option<ExtractionState>,
    /// The extractor and its version, or who else read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extractor: Option<String>,
    /// The text as received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The page that the text is to be taken out of, where its quotes are to be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// The document that the text was taken out of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceRecord>,
    /// What the stretches of the text are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regions: Option<Vec<Region>>,
    /// The known actors and zones that the story names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<MentionRecord>,
    /// Its quotes in reading order. Where they are left out, the extractor reads them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quotes: Option<Vec<QuoteRecord>>,
}

/// A known actor or zone named in a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MentionRecord {
    /// Offset of the first character.
    pub start: usize,
    /// Offset after the last character.
    pub end: usize,
    /// The actor that the words name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<ActorKey>,
    /// The zone that the words name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<ZoneKey>,
}

/// Who speaks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpeakerRecord {
    /// Where the article names the speaker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mention: Option<Span>,
    /// The actor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<ActorKey>,
    /// The speaker's name, where the corpus knows no more: the actor of that name, or a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What kind of actor has that name; a person where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ActorKind>,
    /// The actor's role on the day the article was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// How the words were tied to the actor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_by: Option<ResolvedBy>,
}

/// One attribution read from an article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuoteRecord {
    /// The id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<QuoteId>,
    /// When it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Instant>,
    /// When it was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Instant>,
    /// Counts its changes, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// How the words are reported.
    #[serde(default = "direct")]
    pub kind: QuoteKind,
    /// The characters of the article that are the content; in order, without overlap.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<Segment>,
    /// The content, where the corpus has no offsets: words that stand in the article's text as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Where the word stands that reports the speech.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cue: Option<Span>,
    /// Where the event stands at which it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occasion: Option<Span>,
    /// Who speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<SpeakerRecord>,
    /// The day it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_on: Option<Day>,
    /// How exactly that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said_on_precision: Option<DatePrecision>,
    /// The quote that this one is reported in: its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nested_in: Option<QuoteId>,
    /// The known actors and zones that the quote names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<MentionRecord>,
    /// The zones that the quote is about, where the corpus does not tell by which words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<ZoneKey>,
    /// How sure whoever read it is, from 0 to 1.
    #[serde(default = "certain")]
    pub confidence: f64,
    /// The rules that led there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub why: Vec<String>,
    /// Whether a person has looked at it.
    #[serde(default = "accepted")]
    pub review: Review,
    /// Who or what read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extractor: Option<String>,
    /// The machine's reading, where a person has put it right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_extracted: Option<QuoteReading>,
}

fn direct() -> QuoteKind {
    QuoteKind::Direct
}

fn certain() -> f64 {
    1.0
}

/// A corpus holds what its makers think is right.
fn accepted() -> Review {
    Review::Accepted
}

impl ArticleRecord {
    /// The record of an article with these quotes.
    #[must_use]
    pub fn of(
        article: Article,
        read_at: Option<Instant>,
        source: Option<SourceRecord>,
        quotes: Vec<QuoteRecord>,
    ) -> Self {
        let summary = article.summary;
        Self {
            kind: ArticleTag::Article,
            id: Some(summary.id),
            created_at: Some(summary.created_at),
            updated_at: Some(summary.updated_at),
            version: Some(summary.version),
            read_at,
            outlet: summary.outlet.map(|outlet| Key::Slug(outlet.slug)),
            url: summary.url,
            title: summary.title,
            subtitle: summary.subtitle,
            dateline: summary.dateline,
            published_on: summary.published_on,
            published_on_precision: summary.published_on_precision,
            published_on_source: summary.published_on_source,
            language: summary.language,
            extraction: Some(summary.extraction),
            extractor: Some(summary.extractor),
            text: Some(article.text),
            html: None,
            source,
            regions: Some(article.regions),
            mentions: article.mentions.into_iter().map(MentionRecord::from).collect(),
            quotes: Some(quotes),
        }
    }
}

impl From<Mention> for MentionRecord {
    fn from(mention: Mention) -> Self {
        Self {
            start: mention.start,
            end: mention.end,
            actor: mention.actor.map(|actor| Key::Slug(actor.slug)),
            zone: mention.zone.map(|zone| Key::Slug(zone.slug)),
        }
    }
}

impl QuoteRecord {
    /// The record of a quote, and of the machine's reading where a person has put it right.
    #[must_use]
    pub fn of(quote: Quote, as_extracted: Option<QuoteReading>) -> Self {
        let span = |span: TextSpan| Span { start: span.start, end: span.end };
        Self {
            id: Some(quote.id),
            created_at: Some(quote.created_at),
            updated_at: Some(quote.updated_at),
            version: Some(quote.version),
            kind: quote.kind,
            segments: quote.segments,
            text: None,
            cue: quote.cue.map(span),
            occasion: quote.occasion.map(span),
            speaker: quote.speaker.map(|speaker| SpeakerRecord {
                mention: speaker.mention.map(span),
                actor: speaker.actor.map(|actor| Key::Slug(actor.slug)),
                name: None,
                kind: None,
                role: speaker.role,
                resolved_by: speaker.resolved_by,
            }),
            said_on: quote.said_on,
            said_on_precision: quote.said_on_precision,
            nested_in: quote.nested_in,
            mentions: quote.mentions.into_iter().map(MentionRecord::from).collect(),
            zones: Vec::new(),
            confidence: quote.confidence,
            why: quote.why,
            review: quote.review,
            extractor: Some(quote.extractor),
            as_extracted,
        }
    }
}
