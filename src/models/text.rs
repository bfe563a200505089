//! What a text is made of: spans, regions, quotations and dates, as read by the extractor and as given by the API.
//!
//! **The unit of every offset is the Unicode scalar value** (Rust's `char`, a Python `str` index) into the article's
//! `text`: not bytes, not UTF-16 code units. `end` is exclusive.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::json::whole_number;

// The maximum of an offset is 2^53 - 1: numbers up to there mean the same to every reader of JSON (RFC 8259, section 6).

/// A run of characters: `start` inclusive, `end` exclusive, in Unicode scalar values of the article's `text`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub struct Span {
    /// Offset of the first character.
    #[schema(example = 2310, maximum = 9_007_199_254_740_991_i64)]
    #[serde(deserialize_with = "whole_number")]
    pub start: usize,
    /// Offset after the last character.
    #[schema(example = 2437, maximum = 9_007_199_254_740_991_i64)]
    #[serde(deserialize_with = "whole_number")]
    pub end: usize,
}

/// A span together with the words it covers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct TextSpan {
    /// The characters of the article between `start` and `end`.
    #[schema(example = "said")]
    pub text: String,
    /// Offset of the first character.
    pub start: usize,
    /// Offset after the last character.
    pub end: usize,
}

/// One uninterrupted piece of a quote's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Segment {
    /// Offset of the first character.
    #[schema(example = 2310, maximum = 9_007_199_254_740_991_i64)]
    #[serde(deserialize_with = "whole_number")]
    pub start: usize,
    /// Offset after the last character.
    #[schema(example = 2437, maximum = 9_007_199_254_740_991_i64)]
    #[serde(deserialize_with = "whole_number")]
    pub end: usize,
    /// Whether the words stand in quotation marks, so that the outlet vouches for them literally.
    pub verbatim: bool,
}

/// How the words of a quote are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuoteKind {
    /// In quotation marks, word for word.
    Direct,
    /// In the reporter's words.
    Indirect,
    /// A reported clause that stands partly in quotation marks.
    Mixed,
}

/// What somebody thinks of a zone, or of the proposal for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// For it.
    Supports,
    /// For it, on terms.
    SupportsWithConditions,
    /// Against it.
    Opposes,
    /// Says that they take no side.
    Neutral,
    /// Wants to know more before they say.
    SeeksClarification,
}

/// What a stretch of the received text is, where it is not the story itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegionKind {
    /// The headline.
    Title,
    /// The line under the headline.
    Subtitle,
    /// Place, date and agency that open the story: `MOSCOW, January 30. /TASS/.`
    Dateline,
    /// Who wrote it, and when the page says it was published.
    Byline,
    /// The story. Quotes are read from here (and from the subtitle).
    Body,
    /// A heading inside the story.
    Heading,
    /// The text under a picture or video.
    Caption,
    /// Whose picture it is: `© AP Photo/Hassan Ammar`.
    Credit,
    /// What belongs to the page: menus, "Accessibility links", "Get short URL", share widgets.
    Navigation,
    /// Links to other stories: "Read more", lists of headlines, tags.
    Related,
    /// Standing text about the outlet: legal notices, "With reporting by …", comment rules.
    Boilerplate,
}

/// A stretch of the received text and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Region {
    /// What the stretch is.
    pub kind: RegionKind,
    /// Offset of the first character.
    pub start: usize,
    /// Offset after the last character.
    pub end: usize,
}

/// How exactly a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DatePrecision {
    /// The day is known.
    Day,
    /// Only the month is known; the date is its first day.
    Month,
    /// Only the year is known; the date is its first day.
    Year,
}

/// Where the publication date of an article comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DateSource {
    /// The client said so when it posted the article.
    Request,
    /// The page's own metadata (`article:published_time`, JSON-LD `datePublished`).
    Metadata,
    /// The address of the article holds the date.
    Url,
    /// The dateline names the day; the year comes from elsewhere in the text or address.
    Dateline,
    /// A line of its own near the headline gives the date.
    Byline,
    /// Dates in the story fix it: "on February 22" next to a year or a known weekday.
    Text,
}

/// Place, date and agency that open a wire story.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Dateline {
    /// The dateline as printed.
    #[schema(example = "MOSCOW, January 30. /TASS/.")]
    pub text: String,
    /// Offset of its first character.
    pub start: usize,
    /// Offset after its last character.
    pub end: usize,
    /// The place, as printed.
    #[schema(example = "MOSCOW", required)]
    pub place: Option<String>,
    /// The date, as printed; it may lack a year.
    #[schema(example = "January 30", required)]
    pub date: Option<String>,
    /// The agency, as printed between its slashes or brackets.
    #[schema(example = "TASS", required)]
    pub agency: Option<String>,
}

/// How a speaker mention was tied to an actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResolvedBy {
    /// The full name of the actor stands there.
    Name,
    /// Another known name or spelling of the actor stands there.
    Alias,
    /// The surname of somebody whom the article names in full.
    Surname,
    /// A role: "the Russian foreign minister", "Russia's top diplomat", "the minister".
    Descriptor,
    /// A pronoun, or "his ministry".
    Pronoun,
    /// No words name the speaker: the quote goes on from the quote before it.
    Continuation,
    /// A person said so.
    Review,
}

/// What kind of actor somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A human being.
    Person,
    /// A ministry, an office, an agency, a court, a party, an international body.
    Organisation,
    /// A state, as represented by its government; its capital and its people's name stand for it.
    State,
    /// A group that fights and is not a state's army.
    ArmedGroup,
}

/// Which pronoun stands for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// She.
    Female,
    /// He.
    Male,
}
