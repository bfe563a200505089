//! Search: what is asked for, and what is found.

use serde::de::value::{Error as ValueError, StrDeserializer};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ActorKey, ArticleFilter, ArticleId, ArticleSummary, Day, OutletKey, Quote, QuoteFilter, QuoteKind, Review,
    TextSpan, ZoneKey,
};

/// What is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchedType {
    /// The words of quotes.
    Quotes,
    /// The titles and texts of articles.
    Articles,
}

/// What hits can be counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FacetName {
    /// Who speaks. Articles have none.
    Speaker,
    /// The zones that are named.
    Zone,
    /// Who published it.
    Outlet,
    /// How the words of a quote are reported. Articles have none.
    Kind,
    /// The year in which it was said or published, or else received.
    Year,
}

/// The words to look for, and what to count.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct SearchParameters {
    /// The words to look for: all of them, in any order. `"no fly zone"` is a phrase, `-turkey` must not be there, `negotiat*` is
    /// the beginning of a word. Case, accents and the endings of English words do not matter. The best match comes first (BM25);
    /// without it all that the filters leave, the newest first.
    #[param(min_length = 1, max_length = 1000, example = "\"safe zones\" -turkey")]
    pub q: Option<String>,
    /// What to count all that is found by, whatever the page; separated by commas.
    #[serde(deserialize_with = "separated_by_commas")]
    #[param(style = Form, explode = false)]
    pub facets: Vec<FacetName>,
}

/// Where to look. Filters combine with "and"; repeating one means "or".
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct SearchFilter {
    /// What to search, separated by commas. Both where it is left out, as far as they have what is filtered by.
    #[serde(rename = "type", deserialize_with = "separated_by_commas")]
    #[param(rename = "type", style = Form, explode = false)]
    pub types: Vec<SearchedType>,
    /// Only quotes of these actors: ids or slugs. Repeat it for "or".
    #[param(value_type = Vec<String>, example = json!(["sergey-lavrov"]))]
    pub speaker: Vec<ActorKey>,
    /// Only articles that name or quote one of these actors: ids or slugs. Repeat it for "or".
    #[param(value_type = Vec<String>)]
    pub actor: Vec<ActorKey>,
    /// Only what names one of these zones, or a part of one: ids or slugs. Repeat it for "or".
    #[param(value_type = Vec<String>)]
    pub zone: Vec<ZoneKey>,
    /// Only what these outlets published: ids or slugs. Repeat it for "or".
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
    /// Only what was published on this day or later.
    pub published_from: Option<Day>,
    /// Only what was published on this day or earlier.
    pub published_to: Option<Day>,
    /// Only quotes in these states of review. Repeat it for "or".
    pub review: Vec<Review>,
    /// Only quotes of which the extractor is at least this sure, from 0 to 1.
    #[param(minimum = 0, maximum = 1)]
    pub min_confidence: Option<f64>,
    /// Only articles in these languages (ISO 639-1). Repeat it for "or".
    pub language: Vec<String>,
}

impl SearchFilter {
    /// Whether it asks for something that only quotes have.
    #[must_use]
    pub fn is_for_quotes(&self) -> bool {
        !(self.speaker.is_empty() && self.article.is_empty() && self.kind.is_empty() && self.review.is_empty())
            || self.said_from.is_some()
            || self.said_to.is_some()
            || self.min_confidence.is_some()
    }

    /// Whether it asks for something that only articles have.
    #[must_use]
    pub fn is_for_articles(&self) -> bool {
        !(self.actor.is_empty() && self.language.is_empty())
    }
}

impl From<&QuoteFilter> for SearchFilter {
    fn from(filter: &QuoteFilter) -> Self {
        let filter = filter.clone();
        Self {
            types: vec![SearchedType::Quotes],
            speaker: filter.speaker,
            actor: Vec::new(),
            zone: filter.zone,
            outlet: filter.outlet,
            article: filter.article,
            kind: filter.kind,
            said_from: filter.said_from,
            said_to: filter.said_to,
            published_from: filter.published_from,
            published_to: filter.published_to,
            review: filter.review,
            min_confidence: filter.min_confidence,
            language: Vec::new(),
        }
    }
}

impl From<&ArticleFilter> for SearchFilter {
    fn from(filter: &ArticleFilter) -> Self {
        let filter = filter.clone();
        Self {
            types: vec![SearchedType::Articles],
            actor: filter.actor,
            zone: filter.zone,
            outlet: filter.outlet,
            published_from: filter.published_from,
            published_to: filter.published_to,
            language: filter.language,
            ..Self::default()
        }
    }
}

fn separated_by_commas<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let lists = Vec::<String>::deserialize(deserializer)?;
    let names = lists.iter().flat_map(|list| list.split(','));
    names.map(|name| T::deserialize(StrDeserializer::<ValueError>::new(name)).map_err(D::Error::custom)).collect()
}

/// A quote or an article that was found.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SearchHit {
    /// What it is.
    #[serde(rename = "type")]
    pub searched: SearchedType,
    /// How well it matches (BM25, over all quotes or all articles): the words that count are those that are rare, and come often in
    /// few words.
    #[schema(example = 7.4139)]
    pub score: f64,
    /// Where the words stand in the text of the quote or article, the first hundred.
    pub highlights: Vec<TextSpan>,
    /// The piece of the article's text with most of them; null for a quote.
    #[schema(required)]
    pub excerpt: Option<TextSpan>,
    /// The quote; null where it is an article.
    #[schema(required)]
    pub quote: Option<Quote>,
    /// The article; null where it is a quote.
    #[schema(required)]
    pub article: Option<ArticleSummary>,
}

/// A value, and how many hits have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FacetValue {
    /// As the filter of the same name takes it; of a year the year.
    #[schema(example = "sergey-lavrov")]
    pub value: String,
    /// As people read it.
    #[schema(example = "Sergey Lavrov")]
    pub label: String,
    /// How many hits have it.
    #[schema(example = 12, minimum = 1)]
    pub count: u64,
}

/// What the hits were counted by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FacetValues {
    /// By what.
    pub name: FacetName,
    /// The most frequent values first, fifty at most.
    pub values: Vec<FacetValue>,
}

/// How much of the database the search index knew.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct IndexedUpTo {
    /// The `position` (`/v1/changes`) of the last change that is in it, with all before.
    #[schema(example = 4711, minimum = 0)]
    pub caught_up_to: i64,
    /// For how many seconds the first change that is not in it has been waiting; 0 where there is none.
    #[schema(example = 0.0, minimum = 0)]
    pub behind_seconds: f64,
}

/// One page of a list that can be searched, and counted by facets.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SearchablePage<T> {
    /// The rows: with `q=` the best match first; of two that match as well the one received later.
    pub data: Vec<T>,
    /// Pass it as `cursor` to get the rows after these; null on the last page.
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// How many rows the whole list has; absent unless `count=true` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub total: Option<i64>,
    /// What `facets=` asked to be counted, over the whole list; absent where it asked for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub facets: Option<Vec<FacetValues>>,
    /// How much of the database the search index knew; absent where nothing was read from it: in lists
    /// without `q=`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub index: Option<IndexedUpTo>,
}

/// What the search index is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IndexState {
    /// There is none: no folder is set for it.
    Off,
    /// It is being opened.
    Starting,
    /// It is being made; nothing can be searched until it is there.
    Building,
    /// It follows the database.
    Ready,
    /// It cannot be used; the log says why. It is tried again.
    Failing,
}

/// How far the search index is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct IndexProgress {
    /// What it is doing.
    pub state: IndexState,
    /// The articles that are in it, while it is being made.
    #[schema(required)]
    pub done: Option<u64>,
    /// The articles that there are, while it is being made.
    #[schema(required)]
    pub total: Option<u64>,
    /// The `position` (`/v1/changes`) of the last change that is in it.
    #[schema(required)]
    pub caught_up_to: Option<i64>,
}
