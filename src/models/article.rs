//! Articles: published texts.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::validation::{check_name, check_url, is_blank};
use super::{
    ActorKey, ArticleId, ArticleIncluded, DatePrecision, DateSource, Dateline, Day, FieldError, Instant, Key, Mention,
    OutletKey, OutletRef, Quote, Region, TextSpan, Validate, ZoneKey,
};

/// What became of the reading of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtractionState {
    /// Its quotes were read.
    Done,
    /// It is kept, and not read: the extractor does not know its language.
    UnsupportedLanguage,
}

/// An article in a list: all but its text.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ArticleSummary {
    /// Its id.
    pub id: ArticleId,
    /// Who published it; null where neither the client nor the text says.
    #[schema(required)]
    pub outlet: Option<OutletRef>,
    /// Where it was published.
    #[schema(example = "https://example.org/2017/05/04/zones", required)]
    pub url: Option<String>,
    /// Its headline.
    #[schema(required)]
    pub title: Option<String>,
    /// The line under its headline.
    #[schema(required)]
    pub subtitle: Option<String>,
    /// Place, date and agency that open it.
    #[schema(required)]
    pub dateline: Option<Dateline>,
    /// When it was published. The day it was crawled is not meant.
    #[schema(required)]
    pub published_on: Option<Day>,
    /// How exactly that is known.
    #[schema(required)]
    pub published_on_precision: Option<DatePrecision>,
    /// Where that comes from.
    #[schema(required)]
    pub published_on_source: Option<DateSource>,
    /// Its language (ISO 639-1); null where the text is too short to tell.
    #[schema(example = "en", required)]
    pub language: Option<String>,
    /// What became of its reading.
    pub extraction: ExtractionState,
    /// The extractor and its version.
    #[schema(example = "onrecord/0.1.0")]
    pub extractor: String,
    /// SHA-256 of its text in UTF-8, in hexadecimal.
    pub text_sha256: String,
    /// When it was received.
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
    pub included: Option<Box<ArticleIncluded>>,
}

/// One published text, as received, with what was read from it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Article {
    /// All but the text.
    #[serde(flatten)]
    pub summary: ArticleSummary,
    /// The text as received. It never changes: every offset counts its characters (Unicode scalar values).
    pub text: String,
    /// What the stretches of the text are: headline, story, caption, menu. In order, without overlap.
    pub regions: Vec<Region>,
    /// The known actors and zones that the story names, in reading order.
    pub mentions: Vec<Mention>,
}

impl ArticleSummary {
    /// The day an article is listed under: when it was published, or received where that is not known.
    #[must_use]
    pub fn sort_on(&self) -> Day {
        self.published_on.unwrap_or_else(|| self.created_at.day())
    }
}

/// An article and its quotes in reading order.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ArticleWithQuotes {
    /// The article.
    #[serde(flatten)]
    pub article: Article,
    /// Its quotes in reading order.
    pub quotes: Vec<Quote>,
}

/// An article as a client sends it: its text or its HTML, and what the client knows about it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewArticle {
    /// The text, as received. Either this or `html`.
    #[serde(default)]
    #[schema(
        example = "MOSCOW, May 4. /TASS/. Four zones will be set up, the minister said on Thursday.",
        min_length = 1,
        pattern = "[^\\s\\x85]"
    )]
    pub text: Option<String>,
    /// The page; the article is taken out of it. Either this or `text`.
    #[serde(default)]
    #[schema(min_length = 1, pattern = "[^\\s\\x85]")]
    pub html: Option<String>,
    /// Where it was published.
    #[serde(default)]
    #[schema(
        example = "https://example.org/2017/05/04/zones",
        max_length = 2000,
        pattern = "^https?://[^/\\s\\x00-\\x1f\\x7f-\\x9f][^\\s\\x00-\\x1f\\x7f-\\x9f]*$"
    )]
    pub url: Option<String>,
    /// Who published it: id or slug of an outlet.
    #[serde(default)]
    #[schema(example = "tass")]
    pub outlet: Option<OutletKey>,
    /// Its headline, where the text does not hold it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 300, pattern = "[^\\s\\x85]")]
    pub title: Option<String>,
    /// When it was published.
    #[serde(default)]
    pub published_on: Option<Day>,
    /// Its language (ISO 639-1).
    #[serde(default)]
    #[schema(example = "en", pattern = "^[a-z]{2}$")]
    pub language: Option<String>,
}

impl Validate for NewArticle {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        match (&self.text, &self.html) {
            (None, None) => errors.push(FieldError::at("/text", "either text or html must be there")),
            (Some(_), Some(_)) => errors.push(FieldError::at("/html", "must not stand beside text")),
            (Some(text), None) if is_blank(text) => errors.push(FieldError::at("/text", "must not be empty")),
            (None, Some(html)) if is_blank(html) => errors.push(FieldError::at("/html", "must not be empty")),
            _ => {}
        }
        for (pointer, text) in [("/text", &self.text), ("/html", &self.html), ("/title", &self.title)] {
            if text.as_ref().is_some_and(|text| text.contains('\0')) {
                errors.push(FieldError::at(pointer, "must not hold U+0000"));
            }
        }
        check_url(&mut errors, "/url", self.url.as_deref());
        check_language(&mut errors, self.language.as_deref());
        if let Some(title) = &self.title {
            check_name(&mut errors, "/title", title);
        }
        errors
    }
}

fn check_language(errors: &mut Vec<FieldError>, language: Option<&str>) {
    if language.is_some_and(|code| code.len() != 2 || !code.bytes().all(|b| b.is_ascii_lowercase())) {
        errors.push(FieldError::at("/language", "must be a language code of two small letters (ISO 639-1)"));
    }
}

/// What may be changed about an article: all but its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleMetadata {
    /// Who published it: id or slug of an outlet.
    #[serde(default)]
    #[schema(example = "tass")]
    pub outlet: Option<OutletKey>,
    /// Where it was published.
    #[serde(default)]
    #[schema(max_length = 2000, pattern = "^https?://[^/\\s\\x00-\\x1f\\x7f-\\x9f][^\\s\\x00-\\x1f\\x7f-\\x9f]*$")]
    pub url: Option<String>,
    /// Its headline.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 300, pattern = "[^\\s\\x85]")]
    pub title: Option<String>,
    /// The line under its headline.
    #[serde(default)]
    pub subtitle: Option<String>,
    /// When it was published.
    #[serde(default)]
    pub published_on: Option<Day>,
    /// How exactly that is known; a day where it is left out.
    #[serde(default)]
    pub published_on_precision: Option<DatePrecision>,
    /// Its language (ISO 639-1).
    #[serde(default)]
    #[schema(example = "en", pattern = "^[a-z]{2}$")]
    pub language: Option<String>,
}

impl Validate for ArticleMetadata {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        check_url(&mut errors, "/url", self.url.as_deref());
        check_language(&mut errors, self.language.as_deref());
        if let Some(title) = &self.title {
            check_name(&mut errors, "/title", title);
        }
        errors
    }
}

impl From<&ArticleSummary> for ArticleMetadata {
    fn from(article: &ArticleSummary) -> Self {
        Self {
            outlet: article.outlet.as_ref().map(|outlet| Key::Id(outlet.id)),
            url: article.url.clone(),
            title: article.title.clone(),
            subtitle: article.subtitle.clone(),
            published_on: article.published_on,
            published_on_precision: article.published_on_precision,
            language: article.language.clone(),
        }
    }
}

/// Which articles a list holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ArticleFilter {
    /// Only articles of these outlets: ids or slugs. Repeat it for "or".
    #[param(value_type = Vec<String>, example = json!(["tass"]))]
    pub outlet: Vec<OutletKey>,
    /// Only articles that name or quote one of these actors: ids or slugs. Repeat it for "or".
    #[param(value_type = Vec<String>)]
    pub actor: Vec<ActorKey>,
    /// Only articles that name one of these zones, or a part of one: ids or slugs. Repeat it for "or".
    #[param(value_type = Vec<String>)]
    pub zone: Vec<ZoneKey>,
    /// Only articles published on this day or later.
    pub published_from: Option<Day>,
    /// Only articles published on this day or earlier.
    pub published_to: Option<Day>,
    /// Only articles in these languages (ISO 639-1). Repeat it for "or".
    #[param(example = json!(["en"]))]
    pub language: Vec<String>,
}
