//! Revisions: what a resource was after each of its changes, for as long as that is kept.

use serde::Serialize;
use serde_json::Value;

use super::{Services, articles};
use crate::error::{Error, Result};
use crate::models::{
    Actor, Agreement, ArticleId, Change, ChangeKind, Id, Instant, Key, Outlet, QuoteId, ResourceKind, Revision,
    Versioned, Zone,
};
use crate::pagination::{Page, PageRequest, Rows};
use crate::repository::{self, Connection, changes};

/// The revisions of an article, the newest first.
///
/// # Errors
/// [`NotFound`](Error::NotFound) where there never was such an article, or nothing was kept of it.
pub async fn list_revisions_of_article(
    services: &Services,
    id: ArticleId,
    page: &PageRequest<i64>,
) -> Result<Page<Revision>> {
    let connection = &mut services.database.connect().await?;
    let current = articles::find_article_in(connection, id).await;
    list_revisions(connection, &Key::Id(id), current, page).await
}

/// The revisions of a quote, the newest first.
///
/// # Errors
/// As [`list_revisions_of_article`].
pub async fn list_revisions_of_quote(
    services: &Services,
    id: QuoteId,
    page: &PageRequest<i64>,
) -> Result<Page<Revision>> {
    let connection = &mut services.database.connect().await?;
    let current = repository::quotes::find_quote(connection, id).await;
    list_revisions(connection, &Key::Id(id), current, page).await
}

/// The revisions of an actor, the newest first. What was deleted is found by its id alone.
///
/// # Errors
/// As [`list_revisions_of_article`].
pub async fn list_revisions_of_actor(
    services: &Services,
    key: &Key<Actor>,
    page: &PageRequest<i64>,
) -> Result<Page<Revision>> {
    let connection = &mut services.database.connect().await?;
    let current = repository::actors::find_actor(connection, key).await;
    list_revisions(connection, key, current, page).await
}

/// The revisions of a zone, the newest first. What was deleted is found by its id alone.
///
/// # Errors
/// As [`list_revisions_of_article`].
pub async fn list_revisions_of_zone(
    services: &Services,
    key: &Key<Zone>,
    page: &PageRequest<i64>,
) -> Result<Page<Revision>> {
    let connection = &mut services.database.connect().await?;
    let current = repository::zones::find_zone(connection, key).await;
    list_revisions(connection, key, current, page).await
}

/// The revisions of an agreement, the newest first. What was deleted is found by its id alone.
///
/// # Errors
/// As [`list_revisions_of_article`].
pub async fn list_revisions_of_agreement(
    services: &Services,
    key: &Key<Agreement>,
    page: &PageRequest<i64>,
) -> Result<Page<Revision>> {
    let connection = &mut services.database.connect().await?;
    let current = repository::agreements::find_agreement(connection, key).await;
    list_revisions(connection, key, current, page).await
}

/// The revisions of an outlet, the newest first. What was deleted is found by its id alone.
///
/// # Errors
/// As [`list_revisions_of_article`].
pub async fn list_revisions_of_outlet(
    services: &Services,
    key: &Key<Outlet>,
    page: &PageRequest<i64>,
) -> Result<Page<Revision>> {
    let connection = &mut services.database.connect().await?;
    let current = repository::outlets::find_outlet(connection, key).await;
    list_revisions(connection, key, current, page).await
}

/// The place of what was not written down by itself: a quote that came with its article.
const WITH_ITS_ARTICLE: i64 = 0;

async fn list_revisions<T: Versioned>(
    connection: &mut Connection,
    key: &Key<T>,
    current: Result<T>,
    page: &PageRequest<i64>,
) -> Result<Page<Revision>> {
    let (id, current) = match (key, current) {
        (_, Ok(current)) => (current.id(), Some(current)),
        (Key::Id(id), Err(Error::NotFound { resource, key })) => {
            let last = changes::find_last_change(connection, T::KIND, id.untyped()).await?;
            // Nothing is said about what was purged, not even that it was there.
            if last.is_none_or(|last| last.change == ChangeKind::Purged) {
                return Err(Error::NotFound { resource, key });
            }
            (id.untyped(), None)
        }
        (_, Err(error)) => return Err(error),
    };
    let current = document(current.as_ref())?;
    let newer = match page.after {
        Some(seq) => changes::find_change(connection, seq).await?.map(|change| before(&change)).transpose()?,
        None => None,
    };
    let Rows { rows, mut total } = changes::list_changes_of(connection, T::KIND, id, page).await?;
    if let Some(total) = &mut total
        && T::KIND == ResourceKind::Quote
    {
        let first = changes::find_first_change(connection, T::KIND, id).await?;
        let earliest = first.as_ref().map_or_else(|| Ok(current.clone()), before)?;
        *total += i64::from(match earliest {
            Some(quote) => made_with_article(connection, quote).await?.is_some(),
            None => false,
        });
    }
    let is_last_page = i64::try_from(rows.len()).unwrap_or(i64::MAX) < page.fetch();
    let mut after = newer.unwrap_or(current);
    let mut revisions: Vec<(i64, Revision)> = Vec::with_capacity(rows.len() + 1);
    for row in rows {
        let before = before(&row)?;
        let (seq, revision) = (row.seq, revision(row, before.clone(), after));
        revisions.push((seq, revision));
        after = before;
    }
    if is_last_page
        && T::KIND == ResourceKind::Quote
        && let Some(quote) = after
    {
        revisions.extend(made_with_article(connection, quote).await?.map(|revision| (WITH_ITS_ARTICLE, revision)));
    }
    Ok(page.page(Rows { rows: revisions, total }, |(seq, _)| *seq).map(|(_, revision)| revision))
}

/// How a quote came about that was read from its article: by the change of the article at that moment.
async fn made_with_article(connection: &mut Connection, quote: Value) -> Result<Option<Revision>> {
    let article: Id<()> = serde_json::from_value(quote["article_id"].clone()).map_err(Error::internal)?;
    let at: Instant = serde_json::from_value(quote["created_at"].clone()).map_err(Error::internal)?;
    let change = changes::find_change_at(connection, ResourceKind::Article, article, at).await?;
    Ok(change.map(|change| Revision { version: 1, ..revision(change, None, Some(quote)) }))
}

fn revision(change: Change, before: Option<Value>, after: Option<Value>) -> Revision {
    Revision {
        version: change.version,
        at: change.at,
        change: change.change,
        author: change.author.0,
        reason: change.reason,
        before,
        after,
    }
}

fn before(change: &Change) -> Result<Option<Value>> {
    change.before.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)
}

fn document(resource: Option<&impl Serialize>) -> Result<Option<Value>> {
    resource.map(serde_json::to_value).transpose().map_err(Error::internal)
}
