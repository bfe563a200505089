//! Reading an article: `&str` in, an [`Extraction`] out. No async, no database, no clock, no randomness.
//!
//! ```text
//! document   regions, title, dateline, outlet, dates, language        (what is the story, what is the page around it?)
//! tokens     words and punctuation with their character offsets
//! sentences  sentences and paragraphs of the story
//! marks      quotation marks, paired
//! cues       reporting verbs, nouns and phrases
//! quotes     content + cue + speaker mention
//!            view, phrases: one sentence and its noun phrases; attributions: a cue with its subject (subjects), what
//!            follows it (complements) or precedes it (placement); contents: where the reported words end
//!            nouns: "the claim that"; transcripts: speech without marks; nested: what a quotation reports in its turn
//! cast       one table of all who are named, which everything below looks into
//! names      fills it: known names (gazetteer, index), then what stands beside a name (descriptors)
//!            strangers: people whom the gazetteer lacks (first_names); bodies: organisations that it lacks (body_words)
//! answers    who speaks each quote, in reading order, with the subjects of all sentences in between
//! speakers   mention -> actor: the roads in the order in which they are tried
//!            named: by name, surname, apposition; joint: several at once; organisations: by name or noun; roles: by office;
//!            described: by what the article says somebody is (persons: what nouns say); relations: by age, people, party or
//!            kin; pronouns; focus: who is in the reader's mind
//! said       on which day; occasions: at which event
//! mentions   known actors and zones in the text
//! confidence why a quote was found, and how probable that makes it
//! reader     all steps in order
//! ```
//!
//! # Example
//!
//! ```
//! use onrecord::extraction::{Extractor, Gazetteer, Hints};
//! use onrecord::models::text::QuoteKind;
//!
//! let extractor = Extractor::new(Gazetteer::default());
//! let text = "\"The road will open tomorrow,\" mayor Anna Keller said.";
//! let extraction = extractor.extract(text, &Hints::default());
//! let quote = &extraction.quotes[0];
//! assert_eq!(quote.kind, QuoteKind::Direct);
//! assert_eq!(quote.cue.as_ref().map(|cue| cue.text.as_str()), Some("said"));
//! ```

use jiff::civil::Date;

use crate::models::text::{
    ActorKind, DatePrecision, DateSource, Dateline, QuoteKind, Region, ResolvedBy, Segment, Span, TextSpan,
};

mod answers;
mod attributions;
mod bodies;
mod body_words;
mod cast;
mod complements;
mod confidence;
mod contents;
mod cues;
mod dateline;
mod dates;
mod described;
mod descriptors;
mod document;
mod first_names;
mod focus;
mod gazetteer;
pub mod html;
mod index;
mod joint;
mod language;
mod lexicon;
mod marks;
mod mentions;
mod named;
mod names;
mod nested;
mod nouns;
mod occasions;
mod organisations;
mod persons;
mod phrases;
mod placement;
mod pronouns;
mod quotes;
mod reader;
mod regions;
mod relations;
mod roles;
mod said;
mod search;
mod sentences;
mod source;
mod speakers;
mod strangers;
mod subjects;
mod tokens;
mod transcripts;
mod view;

pub use document::DocumentReader;
pub use gazetteer::{Gazetteer, GazetteerSource, KnownActor, KnownOutlet, KnownRole, KnownZone, Office};

/// The version that every quote names as its extractor.
pub const VERSION: &str = concat!("onrecord/", env!("CARGO_PKG_VERSION"));

/// The compiled extractor: build it once, share it between threads.
#[derive(Debug)]
pub struct Extractor {
    gazetteer: Gazetteer,
    documents: DocumentReader,
}

impl Extractor {
    /// Compiles an extractor from what is known.
    #[must_use]
    pub fn new(gazetteer: Gazetteer) -> Self {
        let documents = DocumentReader::new(gazetteer.source());
        Self { gazetteer, documents }
    }

    /// What it knows.
    #[must_use]
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    /// The part that reads titles, datelines and dates, for those who need only that.
    #[must_use]
    pub fn documents(&self) -> &DocumentReader {
        &self.documents
    }

    /// Reads an article.
    ///
    /// Any string will do; the same string and hints give the same result. Time grows with the length of the text.
    #[must_use]
    pub fn extract(&self, text: &str, hints: &Hints) -> Extraction {
        let document = self.documents.read(text, hints);
        self.extract_from(text, document)
    }

    /// Reads the quotes and mentions of an article whose facts are known.
    #[must_use]
    pub fn extract_from(&self, text: &str, document: Document) -> Extraction {
        reader::read(&self.gazetteer, text, document)
    }
}

/// What the client said about an article; it wins over what the text says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hints<'a> {
    /// The address of the article.
    pub url: Option<&'a str>,
    /// The slug of the outlet.
    pub outlet: Option<&'a str>,
    /// The headline.
    pub title: Option<&'a str>,
    /// The day of publication.
    pub published_on: Option<Date>,
    /// Where that day comes from; [`DateSource::Request`] unless it is said.
    pub published_source: Option<DateSource>,
    /// The language as an ISO 639-1 code.
    pub language: Option<&'a str>,
}

/// Everything that was read from one article.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extraction {
    /// The facts about the article and its regions.
    pub document: Document,
    /// The quotes in reading order.
    pub quotes: Vec<ExtractedQuote>,
    /// Known actors and zones of the whole story, sorted by where they stand.
    pub mentions: Vec<Mention>,
}

/// The facts about an article that its text tells, and what each stretch of the text is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// The headline.
    pub title: Option<String>,
    /// Where the headline stands; `None` when the client gave it and the text lacks it.
    pub title_span: Option<Span>,
    /// The line under the headline.
    pub subtitle: Option<String>,
    /// Where the subtitle stands.
    pub subtitle_span: Option<Span>,
    /// Place, date and agency that open the story.
    pub dateline: Option<Dateline>,
    /// The slug of the outlet.
    pub outlet: Option<String>,
    /// When it was published, as far as is known.
    pub published: Option<PublishedOn>,
    /// The language as an ISO 639-1 code.
    pub language: Option<String>,
    /// What each stretch of the text is: sorted, not overlapping; white space between may be uncovered.
    pub regions: Vec<Region>,
}

/// A publication date, how exactly it is known, and from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublishedOn {
    /// The day, or the first day of the month or year.
    pub date: Date,
    /// How exactly it is known.
    pub precision: DatePrecision,
    /// Where it comes from.
    pub source: DateSource,
}

/// One attribution: somebody's words, the cue that reports them, and who said them.
#[derive(Debug, Clone, PartialEq)]
pub struct ExtractedQuote {
    /// Direct, indirect or mixed.
    pub kind: QuoteKind,
    /// The pieces of the content, in order, not overlapping; never empty.
    pub segments: Vec<Segment>,
    /// The words that report: "said", "according to".
    pub cue: Option<TextSpan>,
    /// Who speaks; `None` when nothing in the text tells.
    pub speaker: Option<ExtractedSpeaker>,
    /// The day on which it was said, where the attribution tells it.
    pub said_on: Option<(Date, DatePrecision)>,
    /// The event at which it was said, where the attribution tells it: "after talks with Berg", "on Twitter".
    pub occasion: Option<TextSpan>,
    /// The estimated probability that content and speaker are both right.
    pub confidence: f32,
    /// The rules that found it and what else makes it likely or doubtful.
    pub why: Vec<String>,
    /// The index of the quote inside which this one stands: a speaker who reports another speaker.
    pub nested_in: Option<usize>,
}

/// Who speaks, as far as the text tells.
#[derive(Debug, Clone, PartialEq)]
pub struct ExtractedSpeaker {
    /// The words that name the speaker; `None` where the quote goes on from the one before.
    pub mention: Option<TextSpan>,
    /// Who that is; `None` rather than a guess.
    pub actor: Option<SpeakerActor>,
    /// By which road the mention led to the actor.
    pub resolved_by: Option<ResolvedBy>,
    /// The role of the actor on the day of the article: "Minister of Foreign Affairs of Russia".
    pub role: Option<String>,
}

/// An actor who speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpeakerActor {
    /// One whom the gazetteer knows.
    Known {
        /// The slug of the actor.
        slug: String,
        /// The name of the actor.
        name: String,
    },
    /// A proper name that the gazetteer lacks.
    New {
        /// The fullest form of the name in the article.
        name: String,
        /// What kind of actor it seems to be.
        kind: ActorKind,
    },
}

impl SpeakerActor {
    /// The name of the actor, known or new.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Known { name, .. } | Self::New { name, .. } => name,
        }
    }
}

/// A known actor or zone that the text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Who or what is named.
    pub target: MentionTarget,
    /// The characters of the article between `start` and `end`.
    pub text: String,
    /// Offset of the first character.
    pub start: usize,
    /// Offset after the last character.
    pub end: usize,
}

/// What a mention names, by slug.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MentionTarget {
    /// An actor.
    Actor(String),
    /// A zone.
    Zone(String),
}
