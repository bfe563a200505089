//! Readings of an article that was read before: what is new, what is gone, what reads differently.

use serde::Serialize;
use utoipa::ToSchema;

use super::{ArticleId, Day, Instant, Mention, OutletKey, Quote};

/// Which articles to read again.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticlesToRead {
    /// Only articles of these outlets. Empty means any.
    pub outlet: Vec<OutletKey>,
    /// Only these articles. Empty means any.
    pub article: Vec<ArticleId>,
    /// Only articles published on this day or later.
    pub published_from: Option<Day>,
    /// Only articles published on this day or earlier.
    pub published_to: Option<Day>,
    /// Only articles that another version of the extractor has read.
    pub outdated: bool,
    /// Only articles that were last read before this moment.
    pub read_before: Instant,
}

/// A quote that reads differently now.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct QuoteChange {
    /// As it was.
    pub before: Quote,
    /// As it is now.
    pub after: Quote,
}

/// What it came to that an article was read again.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Reextraction {
    /// The article.
    pub article_id: ArticleId,
    /// The extractor that read it, and its version.
    #[schema(example = "onrecord/0.1.0")]
    pub extractor: String,
    /// Whether it was only tried: nothing was written then, and the ids of what is gained are not kept.
    pub dry_run: bool,
    /// The quotes that are new, in reading order.
    pub gained: Vec<Quote>,
    /// The quotes that are gone, as they were.
    pub lost: Vec<Quote>,
    /// The quotes that read differently, in reading order. What a person has said about one stays; what it names is read anew.
    pub changed: Vec<QuoteChange>,
    /// How many quotes stand as they were.
    #[schema(example = 12)]
    pub kept: usize,
    /// Quotes that a person has looked at and the extractor no longer finds. They stay.
    pub not_found: Vec<Quote>,
    /// The actors and zones that the story is now known to name.
    pub mentions_gained: Vec<Mention>,
    /// What the story was said to name before and is not any more.
    pub mentions_lost: Vec<Mention>,
}

impl Reextraction {
    /// Whether the article reads as it did before.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let no_quotes = self.gained.is_empty() && self.lost.is_empty() && self.changed.is_empty();
        no_quotes && self.mentions_gained.is_empty() && self.mentions_lost.is_empty()
    }
}
