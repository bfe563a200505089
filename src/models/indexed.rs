//! What the search index is told about a quote or an article: what is searched, and what it can be filtered and counted by.

use super::{ActorId, ArticleId, Day, OutletId, QuoteId, QuoteKind, Review, ZoneId};

/// A quote as the search index takes it.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexedQuote {
    /// Its id.
    pub id: QuoteId,
    /// The article it was read from.
    pub article: ArticleId,
    /// What is searched.
    pub text: String,
    /// How the words are reported.
    pub kind: QuoteKind,
    /// Who speaks.
    pub speaker: Option<ActorId>,
    /// The zones that it names.
    pub zones: Vec<ZoneId>,
    /// Who published the article.
    pub outlet: Option<OutletId>,
    /// The day it was said.
    pub said_on: Option<Day>,
    /// The day the article was published.
    pub published_on: Option<Day>,
    /// The day it is listed under.
    pub sort_on: Day,
    /// Whether a person has looked at it.
    pub review: Review,
    /// How sure the extractor is.
    pub confidence: f64,
}

/// An article as the search index takes it, with its quotes.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexedArticle {
    /// Its id.
    pub id: ArticleId,
    /// Searched like the text.
    pub title: Option<String>,
    /// What is searched.
    pub text: String,
    /// Who published it.
    pub outlet: Option<OutletId>,
    /// The actors that it names or quotes.
    pub actors: Vec<ActorId>,
    /// The zones that it names.
    pub zones: Vec<ZoneId>,
    /// The day it was published.
    pub published_on: Option<Day>,
    /// The day it is listed under.
    pub sort_on: Day,
    /// Its language (ISO 639-1).
    pub language: Option<String>,
    /// Its quotes.
    pub quotes: Vec<IndexedQuote>,
}
