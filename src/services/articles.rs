//! Articles: taking them in, reading them, the rules.

pub(super) mod group_commit;
mod identity;
mod reading;
mod storing;

use self::group_commit::{Stored, store_with_others};
pub(super) use self::identity::{Identity, find_new};
pub(super) use self::reading::{ReadArticle, Reading, check_text, is_readable, read_article, sha256};
use self::storing::store_article;
pub(super) use self::storing::{Named, find_named, store_articles};
use super::derived::derive_from_quotes;
use super::included::{find_included_with_articles, include_with_articles, include_with_quotes};
use super::search::facets;
use super::{Services, apply, changes, check_precondition, gazetteer, in_body, statements};
use crate::error::{Error, Result};
use crate::models::{
    Article, ArticleFilter, ArticleId, ArticleInclude, ArticleMetadata, ArticleSummary, ArticleWithQuotes, Author,
    DatePrecision, DateSource, Edit, FacetName, Instant, MergePatch, NewArticle, OutletRef, Quote, QuoteInclude,
    SearchablePage,
};
use crate::pagination::{Page, PageRequest};
use crate::repository::article_filter::ArticleConditions;
use crate::repository::articles::ArticleKeyset;
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
            include_with_articles(c, include, &mut data).await?;
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
            let included = async |c: &mut Connection| find_included_with_articles(c, include, &[id]).await;
            let (mut article, mut included) = c.both(async |c| find_article_in(c, id).await, included).await?;
            article.summary.included = included.remove(&id);
            Ok(article)
        })
        .await
}

pub(super) async fn find_article_in(connection: &mut Connection, id: ArticleId) -> Result<Article> {
    let mentions = async |c: &mut Connection| mentions::list_mentions_of_article(c, id).await;
    let (mut article, mentions) = connection.both(async |c| articles::find_article(c, id).await, mentions).await?;
    article.mentions = mentions;
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
            let quotes = async |c: &mut Connection| repository::quotes::list_quotes_of_articles(c, &[id]).await;
            let (_, mut quotes) = c.both(async |c| articles::find_article(c, id).await, quotes).await?;
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
    // Whether it is the current one is seen as the article is stored.
    let extractor = gazetteer::last_extractor(services).await?;
    let read = match read_article(services, new, extractor).await? {
        Reading::Known(id) => return find_known(services, id).await,
        Reading::New(read) => read,
    };
    let read = match store_with_others(services, read, author).await? {
        Stored::New(article) => return Ok(Received::New(*article)),
        Stored::Not(read) => read,
    };
    // Somebody sent the same article at the same moment, the reference data is another by now, or what failed is not this one's.
    if let Some(known) = find_same(services, &read).await? {
        return Ok(Received::Known(known));
    }
    let extractor = gazetteer::current_extractor(services).await?;
    let read = match read_article(services, read.into_sent(), extractor).await? {
        Reading::Known(id) => return find_known(services, id).await,
        Reading::New(read) => read,
    };
    match services.create(async |c| store_article(c, &read, author).await).await {
        Err(Error::Conflict(why)) => {
            let known = find_same(services, &read).await?;
            known.map(Received::Known).ok_or(Error::Conflict(why))
        }
        stored => stored.map(Received::New),
    }
}

async fn find_known(services: &Services, id: ArticleId) -> Result<Received> {
    find_with_quotes(&mut services.database.connect().await?, id).await.map(Received::Known)
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
    let quotes = async |c: &mut Connection| repository::quotes::list_quotes_of_articles(c, &[id]).await;
    let (article, quotes) = connection.both(async |c| find_article_in(c, id).await, quotes).await?;
    Ok(ArticleWithQuotes { article, quotes })
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
