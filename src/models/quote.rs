//! Quotes: attributions read from articles.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ActorKey, ActorRef, ArticleId, DatePrecision, Day, FieldError, Instant, Key, OutletKey, QuoteId, QuoteIncluded,
    QuoteKind, ResolvedBy, Review, Segment, Span, StatementId, TextSpan, Validate, ZoneKey, ZoneRef,
};

/// The name of the one selector there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub enum SelectorType {
    /// [W3C Web Annotation, TextQuoteSelector](https://www.w3.org/TR/annotation-model/#text-quote-selector).
    #[default]
    TextQuoteSelector,
}

/// The place of a quote in its article, told by the words there (W3C Web Annotation).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TextQuoteSelector {
    /// Always `TextQuoteSelector`.
    #[serde(rename = "type")]
    pub kind: SelectorType,
    /// The characters of the article from the start of the first segment to the end of the last.
    pub exact: String,
    /// The characters before it, 32 at most.
    pub prefix: String,
    /// The characters after it, 32 at most.
    pub suffix: String,
}

/// Who speaks: the words that name the speaker, and the actor they stand for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Speaker {
    /// The words that name the speaker; null where the quote only goes on from the one before.
    #[schema(required)]
    pub mention: Option<TextSpan>,
    /// The actor; null where the text does not tell.
    #[schema(required)]
    pub actor: Option<ActorRef>,
    /// The actor's role on the day the article was published.
    #[schema(example = "Minister of Foreign Affairs of Russia", required)]
    pub role: Option<String>,
    /// How the words were tied to the actor.
    #[schema(required)]
    pub resolved_by: Option<ResolvedBy>,
}

/// A known actor or zone named in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Mention {
    /// The words.
    #[schema(example = "the Security Council")]
    pub text: String,
    /// Offset of the first character in the article.
    pub start: usize,
    /// Offset after the last character.
    pub end: usize,
    /// The actor they name; null where they name a zone.
    #[schema(required)]
    pub actor: Option<ActorRef>,
    /// The zone they name; null where they name an actor.
    #[schema(required)]
    pub zone: Option<ZoneRef>,
}

/// One attribution read from an article: what was said, by whom, and the exact characters that say so.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Quote {
    /// Its id.
    pub id: QuoteId,
    /// The article it was read from.
    pub article_id: ArticleId,
    /// How the words are reported.
    pub kind: QuoteKind,
    /// The content: the segments, joined by a space.
    #[schema(example = "We will be ready for such a conversation at any moment")]
    pub text: String,
    /// The characters of the article that are the content.
    pub segments: Vec<Segment>,
    /// The same place, told by its words.
    pub selector: TextQuoteSelector,
    /// The word that reports the speech; null where there is none.
    #[schema(required)]
    pub cue: Option<TextSpan>,
    /// Who speaks; null where the text does not tell.
    #[schema(required)]
    pub speaker: Option<Speaker>,
    /// The event at which it was said: "in an interview with RBK"; null where the attribution tells none.
    ///
    /// Days are not part of it: those are `said_on`.
    #[schema(required)]
    pub occasion: Option<TextSpan>,
    /// The day it was said, as far as the text tells.
    #[schema(required)]
    pub said_on: Option<Day>,
    /// How exactly that is known.
    #[schema(required)]
    pub said_on_precision: Option<DatePrecision>,
    /// The zones that the quote names.
    pub zones: Vec<ZoneRef>,
    /// The known actors and zones that the quote names, in reading order.
    pub mentions: Vec<Mention>,
    /// The quote that this one is reported in.
    #[schema(required)]
    pub nested_in: Option<QuoteId>,
    /// The utterance it reports, of which there may be other reports. Null where nobody is known to speak, for a moment after an
    /// import, and where it is read as it was known at an instant (`as_of`).
    #[schema(value_type = Option<String>, format = "uuid", required)]
    pub statement_id: Option<StatementId>,
    /// How sure the extractor is that content and speaker are both right, from 0 to 1.
    #[schema(example = 0.97, minimum = 0, maximum = 1)]
    pub confidence: f64,
    /// The rules that led there.
    #[schema(example = json!(["closed_marks", "cue:said"]))]
    pub why: Vec<String>,
    /// Whether a person has looked at it.
    pub review: Review,
    /// The extractor and its version, or `hand`.
    #[schema(example = "onrecord/0.1.0")]
    pub extractor: String,
    /// When it was read.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Counts its changes, from 1.
    #[schema(example = 1, minimum = 1)]
    pub version: i64,
    /// Where the words of `q=` stand in the text, the first hundred; absent without `q`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub highlights: Option<Vec<TextSpan>>,
    /// What `include=` asked for; absent where it asked for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub included: Option<Box<QuoteIncluded>>,
}

/// A speaker as a client writes it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSpeaker {
    /// Where the article names the speaker.
    #[serde(default)]
    pub mention: Option<Span>,
    /// The actor: id or slug.
    #[serde(default)]
    #[schema(example = "sergey-lavrov")]
    pub actor: Option<ActorKey>,
}

/// What a person may say about a quote: how it reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuoteReading {
    /// How the words are reported.
    pub kind: QuoteKind,
    /// The characters of the article that are the content; in order, without overlap, within the text.
    #[schema(min_items = 1)]
    pub segments: Vec<Segment>,
    /// Where the word stands that reports the speech.
    #[serde(default)]
    pub cue: Option<Span>,
    /// Where the event stands at which it was said: "in an interview with RBK".
    #[serde(default)]
    pub occasion: Option<Span>,
    /// Who speaks.
    #[serde(default)]
    pub speaker: Option<NewSpeaker>,
    /// The day it was said.
    #[serde(default)]
    pub said_on: Option<Day>,
    /// How exactly that is known; a day where it is left out.
    #[serde(default)]
    pub said_on_precision: Option<DatePrecision>,
    /// Whether a person has looked at it. A patch that changes the reading and not this makes it `corrected`.
    pub review: Review,
}

/// A quote that a person found: where, and how it reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQuote {
    /// The article it stands in.
    pub article_id: ArticleId,
    /// How the words are reported.
    pub kind: QuoteKind,
    /// The characters of the article that are the content; in order, without overlap, within the text.
    #[schema(min_items = 1)]
    pub segments: Vec<Segment>,
    /// Where the word stands that reports the speech.
    #[serde(default)]
    pub cue: Option<Span>,
    /// Where the event stands at which it was said: "in an interview with RBK".
    #[serde(default)]
    pub occasion: Option<Span>,
    /// Who speaks.
    #[serde(default)]
    pub speaker: Option<NewSpeaker>,
    /// The day it was said.
    #[serde(default)]
    pub said_on: Option<Day>,
    /// How exactly that is known; a day where it is left out.
    #[serde(default)]
    pub said_on_precision: Option<DatePrecision>,
}

impl NewQuote {
    /// How it reads.
    #[must_use]
    pub fn reading(&self) -> QuoteReading {
        QuoteReading {
            kind: self.kind,
            segments: self.segments.clone(),
            cue: self.cue,
            occasion: self.occasion,
            speaker: self.speaker.clone(),
            said_on: self.said_on,
            said_on_precision: self.said_on_precision,
            review: Review::Accepted,
        }
    }
}

impl Validate for QuoteReading {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if self.segments.is_empty() {
            errors.push(FieldError::at("/segments", "must hold at least one segment"));
        }
        let mut last_end = 0;
        for (index, segment) in self.segments.iter().enumerate() {
            if segment.start >= segment.end {
                errors.push(FieldError::at(format!("/segments/{index}/end"), "must be greater than start"));
            }
            if segment.start < last_end {
                let detail = "must not be before the end of the segment before";
                errors.push(FieldError::at(format!("/segments/{index}/start"), detail));
            }
            last_end = segment.end;
        }
        let mention = self.speaker.as_ref().and_then(|speaker| speaker.mention);
        for (pointer, span) in
            [("/cue/end", self.cue), ("/occasion/end", self.occasion), ("/speaker/mention/end", mention)]
        {
            if span.is_some_and(|span| span.start >= span.end) {
                errors.push(FieldError::at(pointer, "must be greater than start"));
            }
        }
        errors
    }
}

impl Validate for NewQuote {
    fn validate(&self) -> Vec<FieldError> {
        self.reading().validate()
    }
}

impl From<&Quote> for QuoteReading {
    fn from(quote: &Quote) -> Self {
        let span = |span: &TextSpan| Span { start: span.start, end: span.end };
        Self {
            kind: quote.kind,
            segments: quote.segments.clone(),
            cue: quote.cue.as_ref().map(span),
            occasion: quote.occasion.as_ref().map(span),
            speaker: quote.speaker.as_ref().map(|speaker| NewSpeaker {
                mention: speaker.mention.as_ref().map(span),
                actor: speaker.actor.as_ref().map(|actor| Key::Id(actor.id)),
            }),
            said_on: quote.said_on,
            said_on_precision: quote.said_on_precision,
            review: quote.review,
        }
    }
}

/// Which quotes a list holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct QuoteFilter {
    /// Only quotes of these actors: ids or slugs. Repeat it for "or".
    #[param(value_type = Vec<String>, example = json!(["sergey-lavrov"]))]
    pub speaker: Vec<ActorKey>,
    /// Only quotes that name one of these zones, or a part of one: ids or slugs. Repeat it for "or".
    #[param(value_type = Vec<String>)]
    pub zone: Vec<ZoneKey>,
    /// Only quotes reported by these outlets: ids or slugs. Repeat it for "or".
    #[param(value_type = Vec<String>)]
    pub outlet: Vec<OutletKey>,
    /// Only quotes from these articles. Repeat it for "or".
    #[param(value_type = Vec<String>, format = "uuid")]
    pub article: Vec<ArticleId>,
    /// Only quotes reported so. Repeat it for "or".
    pub kind: Vec<QuoteKind>,
    /// Only quotes said on this day or later.
    pub said_from: Option<Day>,
    /// Only quotes said on this day or earlier.
    pub said_to: Option<Day>,
    /// Only quotes from articles published on this day or later.
    pub published_from: Option<Day>,
    /// Only quotes from articles published on this day or earlier.
    pub published_to: Option<Day>,
    /// Only quotes in these states of review. Repeat it for "or".
    pub review: Vec<Review>,
    /// Only quotes of which the extractor is at least this sure, from 0 to 1.
    #[param(minimum = 0, maximum = 1)]
    pub min_confidence: Option<f64>,
}

impl QuoteFilter {
    /// The first and the last day on which a quote may have been said; `None` where any will do.
    #[must_use]
    pub fn days_said(&self) -> Option<(Day, Day)> {
        let is_any = self.said_from.is_none() && self.said_to.is_none();
        (!is_any).then(|| (self.said_from.unwrap_or(Day::FIRST), self.said_to.unwrap_or(Day::LAST)))
    }
}
