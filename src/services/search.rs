//! Full-text search over quotes and articles: the same answers whichever database.

pub(super) mod facets;
mod following;
mod hits;

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

pub use self::following::{build_anew, follow};

use super::included::{include_with_articles, include_with_quotes};
use super::{Services, quotes::check_confidence};
use crate::error::{Error, Result};
use crate::models::{
    ArticleFilter, ArticleInclude, ArticleSummary, FacetValues, FieldError, Id, IndexProgress, IndexState, IndexedUpTo,
    Instant, Quote, QuoteFilter, QuoteInclude, SearchFilter, SearchHit, SearchParameters, SearchablePage, SearchedType,
};
use crate::pagination::{Page, PageRequest, Rows};
use crate::repository::{self, Connection, actors, outlets, zones};
use crate::search::{Conditions, Hit, Index, Query, Search, Snapshot};
use crate::settings::Settings;

/// Where a hit stands: its score in ten-thousandths, and its id.
pub type SearchKeyset = (u32, Id<()>);

/// The index that is searched, and how far it is.
#[derive(Clone)]
pub struct SearchIndex {
    index: Option<Index>,
    progress: Arc<RwLock<IndexProgress>>,
}

impl SearchIndex {
    /// The index that the settings name. Nothing is opened yet.
    pub(super) fn new(settings: &Settings) -> Self {
        let index = settings.search_folder().map(Index::new);
        let state = if index.is_some() { IndexState::Starting } else { IndexState::Off };
        let progress = IndexProgress { state, done: None, total: None, caught_up_to: None };
        Self { index, progress: Arc::new(RwLock::new(progress)) }
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> IndexProgress {
        *self.progress.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its folder; `None` where none is set.
    #[must_use]
    pub fn folder(&self) -> Option<PathBuf> {
        self.index.as_ref().map(|index| index.folder().to_owned())
    }

    fn tell(&self, progress: IndexProgress) {
        *self.progress.write().unwrap_or_else(PoisonError::into_inner) = progress;
    }

    fn snapshot(&self) -> Result<Arc<Snapshot>> {
        let progress = self.progress();
        let detail = match (progress.state, progress.done, progress.total) {
            (IndexState::Off, ..) => {
                "there is no search index: whoever runs the service has to set search.folder".into()
            }
            (IndexState::Building, Some(done), Some(total)) => {
                format!("the search index is being made: {done} of {total} articles are in it")
            }
            _ => match self.index.as_ref().and_then(Index::snapshot) {
                Some(snapshot) if snapshot.position().building.is_none() => return Ok(snapshot),
                _ => "the search index is not there yet".into(),
            },
        };
        Err(Error::Unavailable(detail))
    }
}

/// A page of the quotes and articles that match best.
///
/// # Errors
/// [`InvalidQuery`](Error::InvalidQuery) for a query that cannot be understood, or a key that names nothing;
/// [`Unavailable`](Error::Unavailable) while there is no index.
pub async fn search(
    services: &Services,
    filter: &SearchFilter,
    parameters: &SearchParameters,
    page: &PageRequest<SearchKeyset>,
) -> Result<SearchablePage<SearchHit>> {
    let found = find(services, filter, parameters, page).await?;
    let mut connection = services.database.connect().await?;
    let hits = hits::whole_hits(&mut connection, &found.page.data, found.query.as_ref()).await?;
    Ok(found.list(hits))
}

/// A page of the quotes that match best.
///
/// # Errors
/// As [`search`], and [`InvalidQuery`](Error::InvalidQuery) where what was known before is to be read.
pub async fn search_quotes(
    services: &Services,
    filter: &QuoteFilter,
    parameters: &SearchParameters,
    page: &PageRequest<SearchKeyset>,
    include: &[QuoteInclude],
) -> Result<SearchablePage<Quote>> {
    refuse_as_of(services)?;
    let found = find(services, &filter.into(), parameters, page).await?;
    let mut connection = services.database.connect().await?;
    let hits = hits::whole_hits(&mut connection, &found.page.data, found.query.as_ref()).await?;
    let row = |hit: SearchHit| Some(Quote { highlights: Some(hit.highlights), ..hit.quote? });
    let mut rows: Vec<Quote> = hits.into_iter().filter_map(row).collect();
    include_with_quotes(&mut connection, include, &mut rows).await?;
    Ok(found.list(rows))
}

/// A page of the articles that match best.
///
/// # Errors
/// As [`search`], and [`InvalidQuery`](Error::InvalidQuery) where what was known before is to be read.
pub async fn search_articles(
    services: &Services,
    filter: &ArticleFilter,
    parameters: &SearchParameters,
    page: &PageRequest<SearchKeyset>,
    include: &[ArticleInclude],
) -> Result<SearchablePage<ArticleSummary>> {
    refuse_as_of(services)?;
    let found = find(services, &filter.into(), parameters, page).await?;
    let mut connection = services.database.connect().await?;
    let hits = hits::whole_hits(&mut connection, &found.page.data, found.query.as_ref()).await?;
    let row = |hit: SearchHit| Some(ArticleSummary { highlights: Some(hit.highlights), ..hit.article? });
    let mut rows: Vec<ArticleSummary> = hits.into_iter().filter_map(row).collect();
    include_with_articles(&mut connection, include, &mut rows).await?;
    Ok(found.list(rows))
}

fn refuse_as_of(services: &Services) -> Result<()> {
    let detail = "cannot stand beside q: only what is true now can be searched";
    match services.as_of {
        Some(_) => Err(Error::InvalidQuery(vec![FieldError::parameter("as_of", detail)])),
        None => Ok(()),
    }
}

/// What the index finds.
struct Found {
    query: Option<Query>,
    page: Page<Hit>,
    facets: Option<Vec<FacetValues>>,
    index: IndexedUpTo,
}

impl Found {
    fn list<T>(self, data: Vec<T>) -> SearchablePage<T> {
        let Page { next_cursor, total, .. } = self.page;
        SearchablePage { data, next_cursor, total, facets: self.facets, index: Some(self.index) }
    }
}

async fn find(
    services: &Services,
    filter: &SearchFilter,
    parameters: &SearchParameters,
    page: &PageRequest<SearchKeyset>,
) -> Result<Found> {
    let query = parameters.q.as_deref().map(parse).transpose()?;
    let types = searched_types(filter)?;
    let snapshot = services.search.snapshot()?;
    let conditions = conditions(&mut services.database.connect().await?, filter).await?;
    let (facets, limit) = (parameters.facets.clone(), usize::try_from(page.fetch()).unwrap_or(usize::MAX));
    let after = page.after.map(|(score, id)| (score, id.to_bits()));
    let (query, found) = tokio::task::spawn_blocking(move || {
        let query_ref = query.as_ref();
        let search = Search { types: &types, query: query_ref, conditions: &conditions, facets: &facets, limit, after };
        let found = snapshot.search(&search);
        found.map(|found| (query, found))
    })
    .await
    .map_err(Error::internal)??;
    let mut connection = services.database.connect().await?;
    let facets = facets::name_facets(&mut connection, &parameters.facets, &found.facets).await?;
    let index = indexed_up_to(&mut connection, found.position.cursor.position()).await?;
    let rows = Rows { rows: found.hits, total: i64::try_from(found.total).ok().filter(|_| page.count) };
    let page = page.page(rows, |hit| (hit.score, Id::from_bits(hit.id)));
    Ok(Found { query, page, facets, index })
}

fn parse(text: &str) -> Result<Query> {
    Query::parse(text).map_err(|error| Error::InvalidQuery(vec![FieldError::parameter("q", error.to_string())]))
}

/// What to search: what was asked for, without what has nothing of what is filtered by.
fn searched_types(filter: &SearchFilter) -> Result<Vec<SearchedType>> {
    let fits = |searched: &SearchedType| match searched {
        SearchedType::Quotes => !filter.is_for_articles(),
        SearchedType::Articles => !filter.is_for_quotes(),
    };
    let all = [SearchedType::Quotes, SearchedType::Articles];
    let asked = all.into_iter().filter(|searched| filter.types.is_empty() || filter.types.contains(searched));
    let types: Vec<SearchedType> = asked.filter(fits).collect();
    if types.is_empty() {
        let detail = "nothing of this type has all that is filtered by: actor and language are of articles; speaker, \
                      article, kind, review, said_from, said_to and min_confidence of quotes";
        return Err(Error::InvalidQuery(vec![FieldError::parameter("type", detail)]));
    }
    Ok(types)
}

async fn conditions(connection: &mut Connection, filter: &SearchFilter) -> Result<Conditions> {
    check_confidence(filter.min_confidence)?;
    Ok(Conditions {
        speakers: actors::find_actor_ids(connection, "speaker", &filter.speaker).await?,
        actors: actors::find_actor_ids(connection, "actor", &filter.actor).await?,
        zones: zones::find_zone_ids_with_parts(connection, &filter.zone).await?,
        outlets: outlets::find_outlet_ids(connection, &filter.outlet).await?,
        articles: filter.article.clone(),
        kinds: filter.kind.clone(),
        reviews: filter.review.clone(),
        min_confidence: filter.min_confidence,
        languages: filter.language.clone(),
        said: (filter.said_from, filter.said_to),
        published: (filter.published_from, filter.published_to),
    })
}

/// Asked after the search: what has come since then is waiting too.
async fn indexed_up_to(connection: &mut Connection, caught_up_to: i64) -> Result<IndexedUpTo> {
    let waiting = repository::search::find_time_of_change_after(connection, caught_up_to).await?;
    let behind_seconds = waiting.map_or(0.0, |since| Instant::now().seconds_since(since).max(0.001));
    Ok(IndexedUpTo { caught_up_to, behind_seconds })
}
