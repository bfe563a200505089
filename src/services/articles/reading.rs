//! Reads an article that was sent: its text out of its page, the facts about it, its quotes. Nothing is written.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::{Identity, Named};
use crate::error::{Error, Result};
use crate::extraction::html::{HtmlArticle, article_from_html};
use crate::extraction::{self, Document, Extraction, Extractor, Hints};
use crate::models::{
    Article, ArticleId, ArticleSummary, DateSource, Day, ExtractionState, FieldError, Instant, Key, NewArticle,
    OutletRef, is_url,
};
use crate::repository::{Connection, articles, outlets};
use crate::services::gazetteer::CompiledExtractor;
use crate::services::{Services, check, in_body};

/// What was read from an article that was sent.
pub(in crate::services) enum Reading {
    /// Its text or its address is there already.
    Known(ArticleId),
    /// It was read. Whether it is new is seen for certain as it is stored.
    New(Box<ReadArticle>),
}

/// An article that was read and is not stored yet.
pub(in crate::services) struct ReadArticle {
    pub(super) extraction: Extraction,
    said: Said,
    pub(super) text: String,
    text_sha256: String,
    /// Which reference data it was read with.
    gazetteer_version: i64,
}

/// The bytes of a text that is read right where it came in: that takes a millisecond at most, but for one made to be slow.
const SHORT: usize = 16 * 1024;

/// Reads an article that was sent, where it is not there already. A short one is not looked up before: it is read as soon as it would
/// be, and whoever stores it looks.
pub(in crate::services) async fn read_article(
    services: &Services,
    new: NewArticle,
    with: CompiledExtractor,
) -> Result<Reading> {
    check(&new)?;
    let html = read_html(services, &new).await?;
    let text = html.as_ref().map(|html| html.text.clone()).or_else(|| new.text.clone()).unwrap_or_default();
    check_text(services.settings.ingest.max_text_chars, &text)?;
    let text_sha256 = sha256(&text);
    let CompiledExtractor { version: gazetteer_version, extractor } = with;
    let names_known_outlet = match &new.outlet {
        None => true,
        Some(Key::Slug(slug)) => extractor.documents().has_outlet(slug),
        Some(Key::Id(_)) => false,
    };
    let said = if html.is_none() && text.len() <= SHORT && names_known_outlet {
        let outlet = new.outlet.as_ref().map(ToString::to_string);
        Said { url: new.url.clone(), outlet, new, html }
    } else {
        let mut connection = services.database.connect().await?;
        let mut url = new.url.clone();
        if let Some(id) = articles::find_same_article(&mut connection, &text_sha256, url.as_deref()).await? {
            return Ok(Reading::Known(id));
        }
        if url.is_none() {
            url = free_address_of_page(&mut connection, html.as_ref()).await?;
        }
        let outlet = match &new.outlet {
            Some(key) => Some(in_body(outlets::find_outlet(&mut connection, key).await, "/outlet")?.slug),
            None => None,
        };
        Said { url, outlet, new, html }
    };
    let (extraction, said, text) = read(services, extractor, said, text).await?;
    Ok(Reading::New(Box::new(ReadArticle { extraction, said, text, text_sha256, gazetteer_version })))
}

impl ReadArticle {
    /// What it is known by, before it has an id.
    pub(in crate::services) fn identity(&self) -> Identity<'_> {
        Identity { id: None, text_sha256: &self.text_sha256, url: self.said.url.as_deref() }
    }

    /// Whether it was read with this state of the reference data.
    pub(super) fn was_read_with(&self, gazetteer_version: i64) -> bool {
        self.gazetteer_version == gazetteer_version
    }

    /// The article as it was sent.
    pub(super) fn into_sent(self) -> NewArticle {
        self.said.new
    }

    /// The page that the text was taken out of, where it came in one.
    pub(super) fn page(&self) -> Option<&str> {
        self.said.new.html.as_deref()
    }

    /// The article as it is stored, with what it names.
    pub(super) fn article(&self, named: &Named) -> Article {
        let Self { extraction, said, text, text_sha256, .. } = self;
        let document = &extraction.document;
        let outlet = document.outlet.as_ref().and_then(|slug| named.outlet(slug).cloned());
        Article {
            summary: summary(document, outlet, said, text_sha256),
            text: text.clone(),
            regions: document.regions.clone(),
            mentions: extraction.mentions.iter().filter_map(|mention| named.mention(mention)).collect(),
        }
    }
}

/// Takes the article out of a page, on a thread where a large page holds nobody up.
async fn read_html(services: &Services, new: &NewArticle) -> Result<Option<HtmlArticle>> {
    let Some(html) = new.html.clone() else { return Ok(None) };
    let url = new.url.clone();
    let read = services.on_reader(move || article_from_html(&html, url.as_deref())).await?;
    let refuse = |error| Error::InvalidBody(vec![FieldError::at("/html", format!("holds no article: {error}"))]);
    read.map(Some).map_err(refuse)
}

/// The address that a page gives itself, unless another article has it or it is only that of the site: many pages name
/// their site's front page there, so that it must not decide which article is the same as another.
async fn free_address_of_page(connection: &mut Connection, html: Option<&HtmlArticle>) -> Result<Option<String>> {
    let Some(url) = html.and_then(|html| html.canonical_url.as_deref()) else { return Ok(None) };
    let has_path = url.splitn(4, '/').nth(3).is_some_and(|path| !path.is_empty());
    if !has_path || !is_url(url) || articles::find_article_at(connection, url).await?.is_some() {
        return Ok(None);
    }
    Ok(Some(url.to_owned()))
}

/// Refuses a text of more than `limit` characters.
pub(in crate::services) fn check_text(limit: usize, text: &str) -> Result<()> {
    let length = text.chars().count();
    if length > limit {
        let detail = format!("must not be longer than {limit} characters; it has {length}");
        return Err(Error::InvalidBody(vec![FieldError::at("/text", detail)]));
    }
    Ok(())
}

/// What a text is known by.
pub(in crate::services) fn sha256(text: &str) -> String {
    base16ct::lower::encode_string(&Sha256::digest(text))
}

/// What client and page said about an article, beside its text.
struct Said {
    url: Option<String>,
    /// The slug of an outlet that there is.
    outlet: Option<String>,
    new: NewArticle,
    html: Option<HtmlArticle>,
}

/// Reads the text: a long one on a thread where it holds nobody up.
async fn read(
    services: &Services,
    extractor: Arc<Extractor>,
    said: Said,
    text: String,
) -> Result<(Extraction, Said, String)> {
    let is_short = text.len() <= SHORT;
    let read = move || {
        let html = said.html.as_ref();
        let site_name = html.and_then(|html| html.site_name.as_deref());
        let named_by_page = site_name.and_then(|name| extractor.documents().outlet_named(name));
        let page_date = html.and_then(|html| html.published_on).filter(|_| said.new.published_on.is_none());
        let hints = Hints {
            url: said.url.as_deref(),
            outlet: said.outlet.as_deref().or(named_by_page),
            title: said.new.title.as_deref().or_else(|| html.and_then(|html| html.title.as_deref())),
            published_on: said.new.published_on.map(|day| day.0).or(page_date),
            published_source: page_date.map(|_| DateSource::Metadata),
            language: said.new.language.as_deref(),
        };
        let mut extraction = extractor.extract(&text, &hints);
        if !is_readable(extraction.document.language.as_deref()) {
            extraction.quotes.clear();
        }
        (extraction, said, text)
    };
    if is_short { Ok(read()) } else { services.on_reader(read).await }
}

/// Whether the extractor knows the language. A text that is too short to tell is read.
pub(in crate::services) fn is_readable(language: Option<&str>) -> bool {
    language.is_none_or(|language| language == "en")
}

fn summary(document: &Document, outlet: Option<OutletRef>, said: &Said, text_sha256: &str) -> ArticleSummary {
    let now = Instant::now();
    let published = document.published;
    let readable = is_readable(document.language.as_deref());
    ArticleSummary {
        id: ArticleId::generate(),
        outlet,
        url: said.url.clone(),
        title: document.title.clone(),
        subtitle: document.subtitle.clone(),
        dateline: document.dateline.clone(),
        published_on: published.map(|published| Day(published.date)),
        published_on_precision: published.map(|published| published.precision),
        published_on_source: published.map(|published| published.source),
        language: document.language.clone(),
        extraction: if readable { ExtractionState::Done } else { ExtractionState::UnsupportedLanguage },
        extractor: extraction::VERSION.to_owned(),
        text_sha256: text_sha256.to_owned(),
        created_at: now,
        updated_at: now,
        version: 1,
        highlights: None,
        included: None,
    }
}
