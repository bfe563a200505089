//! Articles: taking them in, reading them, the rules.

pub(super) mod group_commit;
mod identity;

use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use self::group_commit::{Stored, store_with_others};
pub(super) use self::identity::{Identity, find_new};
use super::derived::derive_from_quotes;
use super::included::{include_with_articles, include_with_quotes};
use super::quotes::Strangers;
use super::search::facets;
use super::{Services, apply, changes, check, check_precondition, gazetteer, in_body, quotes, statements};
use crate::error::{Error, Result};
use crate::extraction::html::{HtmlArticle, article_from_html};
use crate::extraction::{self, Document, ExtractedQuote, Extraction, Extractor, Hints, SpeakerActor};
use crate::models::{
    ActorRef, Article, ArticleFilter, ArticleId, ArticleInclude, ArticleMetadata, ArticleSummary, ArticleWithQuotes,
    Author, DatePrecision, DateSource, Day, Edit, ExtractionState, FacetName, FieldError, Instant, Key, Mention,
    MergePatch, NewArticle, Outlet, OutletRef, Quote, QuoteId, QuoteInclude, SearchablePage, ZoneRef, is_url,
};
use crate::pagination::{Page, PageRequest};
use crate::repository::article_filter::ArticleConditions;
use crate::repository::articles::{ArticleKeyset, NewRow};
use crate::repository::{self, Connection, actors, articles, mentions, outlets, zones};

/// What became of an article that was sent.
pub enum Received {
    /// It is new.
    New(ArticleWithQuotes),
    /// Its text or its address was there already; this is the article that has it.
    Known(ArticleWithQuotes),
}

impl Received {
    /// Whether it is new.
    #[must_use]
    pub fn is_new(&self) -> bool {
        matches!(self, Self::New(_))
    }
}

/// A page of articles, the newest first.
///
/// # Errors
/// [`InvalidQuery`](Error::InvalidQuery) for a key that names nothing.
pub async fn list_articles(
    services: &Services,
    filter: &ArticleFilter,
    facets: &[FacetName],
    page: &PageRequest<ArticleKeyset>,
    include: &[ArticleInclude],
) -> Result<SearchablePage<ArticleSummary>> {
    services
        .read(async |c| {
            let conditions = find_conditions(c, filter).await?;
            let rows = articles::list_articles(c, filter, &conditions, page).await?;
            let Page { mut data, next_cursor, total } = page.page(rows, |article| (article.sort_on(), article.id));
            include_with_articles(c, include, data.iter_mut().collect()).await?;
            let facets = facets::count_articles(c, filter, &conditions, facets).await?;
            Ok(SearchablePage { data, next_cursor, total, facets, index: None })
        })
        .await
}

/// A filter with its keys turned into ids.
pub(super) async fn find_conditions(connection: &mut Connection, filter: &ArticleFilter) -> Result<ArticleConditions> {
    Ok(ArticleConditions {
        outlets: outlets::find_outlet_ids(connection, &filter.outlet).await?,
        actors: actors::find_actor_ids(connection, "actor", &filter.actor).await?,
        zones: zones::find_zone_ids_with_parts(connection, &filter.zone).await?,
    })
}

/// One article, with its text.
///
/// # Errors
/// [`NotFound`](Error::NotFound).
pub async fn find_article(services: &Services, id: ArticleId, include: &[ArticleInclude]) -> Result<Article> {
    services
        .read(async |c| {
            let mut article = find_article_in(c, id).await?;
            include_with_articles(c, include, vec![&mut article.summary]).await?;
            Ok(article)
        })
        .await
}

pub(super) async fn find_article_in(connection: &mut Connection, id: ArticleId) -> Result<Article> {
    let mut article = articles::find_article(connection, id).await?;
    article.mentions = mentions::list_mentions_of_article(connection, id).await?;
    Ok(article)
}

/// The quotes of an article in reading order.
///
/// # Errors
/// [`NotFound`](Error::NotFound).
pub async fn list_quotes_of_article(
    services: &Services,
    id: ArticleId,
    include: &[QuoteInclude],
) -> Result<Vec<Quote>> {
    services
        .read(async |c| {
            articles::find_article(c, id).await?;
            let mut quotes = repository::quotes::list_quotes_of_articles(c, &[id]).await?;
            include_with_quotes(c, include, &mut quotes).await?;
            Ok(quotes)
        })
        .await
}

/// Takes an article in: reads its facts and its quotes, ties them to actors and zones, keeps it all in one transaction.
///
/// # Errors
/// [`InvalidBody`](Error::InvalidBody).
pub async fn create_article(services: &Services, new: NewArticle, author: &Author) -> Result<Received> {
    let read = match read_article(services, new).await? {
        Reading::Known(id) => {
            let mut connection = services.database.connect().await?;
            return find_with_quotes(&mut connection, id).await.map(Received::Known);
        }
        Reading::New(read) => read,
    };
    let read = match store_with_others(services, read, author).await? {
        Stored::New(article) => return Ok(Received::New(*article)),
        Stored::Not(read) => read,
    };
    // Somebody sent the same article at the same moment, or what failed is not this one's.
    if let Some(known) = find_same(services, &read).await? {
        return Ok(Received::Known(known));
    }
    match services.create(async |c| store_article(c, &read, author).await).await {
        Err(Error::Conflict(why)) => {
            let known = find_same(services, &read).await?;
            known.map(Received::Known).ok_or(Error::Conflict(why))
        }
        stored => stored.map(Received::New),
    }
}

/// What was read from an article that was sent.
pub(super) enum Reading {
    /// Its text or its address is there already.
    Known(ArticleId),
    /// It is new, and can be stored.
    New(Box<ReadArticle>),
}

/// An article that was read and is not stored yet.
pub(super) struct ReadArticle {
    extraction: Extraction,
    said: Said,
    text: String,
    text_sha256: String,
}

/// The bytes of a text that is read right where it came in: that takes less than a millisecond.
const SHORT: usize = 16 * 1024;

/// Reads an article that was sent, where it is not known to be there already. That of a short one is not asked: it is read as soon as
/// it would be looked up, and whoever stores it looks.
pub(super) async fn read_article(services: &Services, new: NewArticle) -> Result<Reading> {
    check(&new)?;
    let html = read_html(services, &new).await?;
    let text = html.as_ref().map(|html| html.text.clone()).or_else(|| new.text.clone()).unwrap_or_default();
    check_text(services.settings.ingest.max_text_chars, &text)?;
    let text_sha256 = sha256(&text);
    let extractor = gazetteer::current_extractor(services).await?;
    let names_no_other = match &new.outlet {
        None => true,
        Some(Key::Slug(slug)) => extractor.documents().has_outlet(slug),
        Some(Key::Id(_)) => false,
    };
    let said = if html.is_none() && text.len() <= SHORT && names_no_other {
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
    Ok(Reading::New(Box::new(ReadArticle { extraction, said, text, text_sha256 })))
}

impl ReadArticle {
    /// What it is known by, before it has an id.
    pub(super) fn identity(&self) -> Identity<'_> {
        Identity { id: None, text_sha256: &self.text_sha256, url: self.said.url.as_deref() }
    }

    fn article(&self, named: &Named) -> Article {
        let Self { extraction, said, text, text_sha256 } = self;
        let document = &extraction.document;
        let outlet = document.outlet.as_ref().and_then(|slug| named.outlets.get(slug).cloned());
        Article {
            summary: summary(document, outlet, said, text_sha256),
            text: text.clone(),
            regions: document.regions.clone(),
            mentions: extraction.mentions.iter().filter_map(|mention| named.mention(mention)).collect(),
        }
    }
}

/// The article that has the text or the address of one that was read.
async fn find_same(services: &Services, read: &ReadArticle) -> Result<Option<ArticleWithQuotes>> {
    let mut connection = services.database.connect().await?;
    let Identity { text_sha256, url, .. } = read.identity();
    match articles::find_same_article(&mut connection, text_sha256, url).await? {
        Some(id) => find_with_quotes(&mut connection, id).await.map(Some),
        None => Ok(None),
    }
}

async fn find_with_quotes(connection: &mut Connection, id: ArticleId) -> Result<ArticleWithQuotes> {
    let article = find_article_in(connection, id).await?;
    let quotes = repository::quotes::list_quotes_of_articles(connection, &[id]).await?;
    Ok(ArticleWithQuotes { article, quotes })
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
pub(super) fn check_text(limit: usize, text: &str) -> Result<()> {
    let length = text.chars().count();
    if length > limit {
        let detail = format!("must not be longer than {limit} characters; it has {length}");
        return Err(Error::InvalidBody(vec![FieldError::at("/text", detail)]));
    }
    Ok(())
}

/// What a text is known by.
pub(super) fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
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

/// Stores an article that was read, with its quotes and the speakers it met for the first time.
pub(super) async fn store_article(
    connection: &mut Connection,
    read: &ReadArticle,
    author: &Author,
) -> Result<ArticleWithQuotes> {
    let stored = store_articles(connection, &[(read, author)]).await?;
    stored.into_iter().next().ok_or_else(|| Error::internal("an article that was stored is not there"))
}

/// Stores articles that were read, each with another text and address than the others, for those who sent them.
pub(super) async fn store_articles(
    connection: &mut Connection,
    all: &[(&ReadArticle, &Author)],
) -> Result<Vec<ArticleWithQuotes>> {
    let extractions = || all.iter().map(|(read, _)| &read.extraction);
    let is_stranger = |quote: &ExtractedQuote| {
        let actor = quote.speaker.as_ref().and_then(|speaker| speaker.actor.as_ref());
        matches!(actor, Some(SpeakerActor::New { .. }))
    };
    // Two articles that name the same stranger at the same moment must make one actor of it.
    if extractions().flat_map(|extraction| &extraction.quotes).any(is_stranger) {
        repository::gazetteer::lock_gazetteer(connection).await?;
    }
    let named = find_named(connection, extractions()).await?;
    let articles: Vec<Article> = all.iter().map(|(read, _)| read.article(&named)).collect();
    let rows = all.iter().zip(&articles).map(|((read, _), article)| NewRow {
        article,
        read_at: Some(article.summary.created_at),
        source: read.said.new.html.as_deref().map(|html| ("text/html", html)),
    });
    articles::create_articles(connection, &rows.collect::<Vec<_>>()).await?;
    let authors = all.iter().map(|(_, author)| *author);
    changes::record_creations(connection, articles.iter().zip(authors)).await?;
    let mut stored = Vec::with_capacity(all.len());
    for ((read, author), article) in all.iter().zip(articles) {
        let strangers = &mut Strangers::Create(author);
        let quotes = quotes::extracted_quotes(connection, &article, &read.extraction, &named, strangers).await?;
        stored.push(ArticleWithQuotes { article, quotes });
    }
    let of_articles = stored.iter().map(|stored| (&stored.article, stored.quotes.as_slice()));
    quotes::create_with_outer_first(connection, of_articles).await?;
    let quotes = || stored.iter().flat_map(|stored| &stored.quotes);
    let of_stories = stored.iter().flat_map(|stored| mentions::mentions_of_story(&stored.article));
    let all_mentions: Vec<_> = of_stories.chain(mentions::mentions_of_quotes(quotes())).collect();
    mentions::create_mentions(connection, &all_mentions).await?;
    let ids: Vec<QuoteId> = quotes().map(|quote| quote.id).collect();
    let placed = derive_from_quotes(connection, &ids).await?;
    stored.iter_mut().for_each(|stored| statements::name_statements(&mut stored.quotes, &placed));
    Ok(stored)
}

/// The known actors, zones and outlets that articles name, by slug.
pub(super) struct Named {
    actors: HashMap<String, ActorRef>,
    zones: HashMap<String, ZoneRef>,
    outlets: HashMap<String, OutletRef>,
}

impl Named {
    pub(super) fn actor(&self, slug: &str) -> Option<&ActorRef> {
        self.actors.get(slug)
    }

    /// `None` for what was deleted since the extractor was compiled.
    pub(super) fn mention(&self, mention: &extraction::Mention) -> Option<Mention> {
        let (actor, zone) = match &mention.target {
            extraction::MentionTarget::Actor(slug) => (Some(self.actors.get(slug)?.clone()), None),
            extraction::MentionTarget::Zone(slug) => (None, Some(self.zones.get(slug)?.clone())),
        };
        Some(Mention { text: mention.text.clone(), start: mention.start, end: mention.end, actor, zone })
    }
}

/// Finds them.
pub(super) async fn find_named(
    connection: &mut Connection,
    extractions: impl Iterator<Item = &Extraction>,
) -> Result<Named> {
    let (mut actor_slugs, mut zone_slugs, mut outlet_slugs) = (Vec::new(), Vec::new(), Vec::new());
    for extraction in extractions {
        for mention in &extraction.mentions {
            match &mention.target {
                extraction::MentionTarget::Actor(slug) => actor_slugs.push(slug.clone()),
                extraction::MentionTarget::Zone(slug) => zone_slugs.push(slug.clone()),
            }
        }
        for quote in &extraction.quotes {
            let actor = quote.speaker.as_ref().and_then(|speaker| speaker.actor.as_ref());
            if let Some(extraction::SpeakerActor::Known { slug, .. }) = actor {
                actor_slugs.push(slug.clone());
            }
        }
        outlet_slugs.extend(extraction.document.outlet.clone());
    }
    for slugs in [&mut actor_slugs, &mut zone_slugs, &mut outlet_slugs] {
        slugs.sort();
        slugs.dedup();
    }
    let outlet_keys: Vec<Key<Outlet>> = outlet_slugs.into_iter().map(Key::Slug).collect();
    let actors = actors::find_actor_refs(connection, &actor_slugs).await?;
    let zones = zones::find_zone_refs(connection, &zone_slugs).await?;
    let outlets = outlets::find_outlet_refs(connection, &outlet_keys).await?;
    Ok(Named {
        actors: actors.into_iter().map(|actor| (actor.slug.clone(), actor)).collect(),
        zones: zones.into_iter().map(|zone| (zone.slug.clone(), zone)).collect(),
        outlets: outlets.into_iter().map(|outlet| (outlet.slug.clone(), outlet)).collect(),
    })
}

/// Whether the extractor knows the language. A text that is too short to tell is read.
pub(super) fn is_readable(language: Option<&str>) -> bool {
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

/// Changes what is known about an article; its text stays.
///
/// # Errors
/// [`NotFound`](Error::NotFound), [`InvalidBody`](Error::InvalidBody), [`Conflict`](Error::Conflict) where another has the address.
pub async fn update_article(
    services: &Services,
    id: ArticleId,
    patch: &MergePatch<ArticleMetadata>,
    edit: &Edit,
) -> Result<Article> {
    services
        .database
        .transaction(async |c| {
            articles::lock_article(c, id).await?;
            let before = find_article_in(c, id).await?;
            check_precondition(edit, before.summary.version)?;
            let mut article = before.clone();
            let current = ArticleMetadata::from(&article.summary);
            let patched = apply(patch, &current)?;
            let outlet = match &patched.outlet {
                Some(key) => Some(in_body(outlets::find_outlet(c, key).await, "/outlet")?),
                None => None,
            };
            let summary = &mut article.summary;
            if patched.published_on != current.published_on {
                summary.published_on_source = patched.published_on.map(|_| DateSource::Request);
            }
            let same_day = patched.published_on == current.published_on;
            let known_precision =
                if same_day || patch.touches("published_on_precision") { patched.published_on_precision } else { None };
            summary.published_on_precision =
                patched.published_on.map(|_| known_precision.unwrap_or(DatePrecision::Day));
            summary.published_on = patched.published_on;
            summary.outlet = outlet.map(|outlet| OutletRef { id: outlet.id, slug: outlet.slug, name: outlet.name });
            summary.url = patched.url;
            summary.title = patched.title;
            summary.subtitle = patched.subtitle;
            summary.language = patched.language;
            summary.updated_at = Instant::now_after(summary.updated_at);
            summary.version += 1;
            articles::update_article(c, summary).await?;
            let when = |of: &Article| (of.summary.published_on, of.summary.published_on_precision);
            if when(&before) != when(&article) {
                let quotes = repository::statements::placing::list_quotes_to_place(c, &[id]).await?;
                derive_from_quotes(c, &quotes).await?;
            }
            changes::record_update(c, &before, &article, edit).await?;
            Ok(article)
        })
        .await
}

/// Deletes an article with its quotes.
///
/// # Errors
/// [`NotFound`](Error::NotFound).
pub async fn delete_article(services: &Services, id: ArticleId, edit: &Edit) -> Result<()> {
    services
        .database
        .transaction(async |c| {
            // Before all else: whoever has it there now takes locks of its own.
            repository::statements::queue::delete_queued_articles(c, &[id]).await?;
            articles::lock_article(c, id).await?;
            let article = find_article_in(c, id).await?;
            check_precondition(edit, article.summary.version)?;
            articles::lock_quotes_of_article(c, id).await?;
            let quotes = repository::quotes::list_quotes_of_articles(c, &[id]).await?;
            let latest = quotes.iter().map(|quote| quote.updated_at).fold(article.summary.updated_at, Instant::max);
            let at = Instant::now_after(latest);
            statements::withdraw_quotes(c, &quotes.iter().map(|quote| quote.id).collect::<Vec<_>>()).await?;
            articles::delete_article(c, id, at).await?;
            changes::record_deletion_of_quotes(c, &quotes, at, edit).await?;
            changes::record_deletion(c, &article, at, edit).await
        })
        .await
}
