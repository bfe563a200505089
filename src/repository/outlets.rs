//! Outlets in the database.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::conflict::ConflictMeaning;
use super::ids_and_slugs::{ids_of_keys, split_keys};
use super::one_of::one_of;
use super::{Connection, history};
use crate::error::{Error, Result};
use crate::models::{ArticleId, Instant, Key, Outlet, OutletFilter, OutletId, OutletRef};
use crate::pagination::{PageRequest, Rows};
use crate::schema::{articles, outlets};

/// The outlets of one page by slug, and one more where there is a next page.
///
/// # Errors
/// Only of the database.
pub async fn list_outlets(
    connection: &mut Connection,
    filter: &OutletFilter,
    page: &PageRequest<String>,
) -> Result<Rows<Outlet>> {
    on_backend!(connection, |c| {
        // The same conditions for the page and for the total.
        let filtered = || {
            let mut query = outlets::table.into_boxed();
            if !filter.kind.is_empty() {
                query = query.filter(outlets::kind.eq_any(&filter.kind));
            }
            if !filter.country.is_empty() {
                query = query.filter(outlets::country.eq_any(&filter.country));
            }
            query
        };
        let total = match page.count {
            true => Some(filtered().count().get_result(c).await?),
            false => None,
        };
        let mut query = filtered().select(Outlet::as_select());
        if let Some(slug) = &page.after {
            query = query.filter(outlets::slug.gt(slug));
        }
        Ok(Rows { rows: query.order(outlets::slug).limit(page.fetch()).load(c).await?, total })
    })
}

/// Every outlet, by slug.
///
/// # Errors
/// Only of the database.
pub async fn all_outlets(connection: &mut Connection) -> Result<Vec<Outlet>> {
    on_backend!(connection, |c| Ok(outlets::table.select(Outlet::as_select()).order(outlets::slug).load(c).await?))
}

/// The outlet with this id or slug.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_outlet(connection: &mut Connection, key: &Key<Outlet>) -> Result<Outlet> {
    on_backend!(connection, |c| {
        let query = outlets::table.select(Outlet::as_select()).into_boxed();
        let query = match key {
            Key::Id(id) => query.filter(outlets::id.eq(id)),
            Key::Slug(slug) => query.filter(outlets::slug.eq(slug)),
        };
        query.first(c).await.optional()?
    })
    .ok_or_else(|| Error::NotFound { resource: "outlet", key: key.to_string() })
}

/// Who published these articles, as far as that is known.
///
/// # Errors
/// Only of the database.
pub async fn find_outlets_of_articles(
    connection: &mut Connection,
    ids: &[ArticleId],
) -> Result<HashMap<ArticleId, Outlet>> {
    on_backend!(connection, |c| {
        let of_articles = articles::table.inner_join(outlets::table).filter(one_of(articles::id, ids.to_vec()));
        let found: Vec<(ArticleId, Outlet)> = of_articles.select((articles::id, Outlet::as_select())).load(c).await?;
        Ok(found.into_iter().collect())
    })
}

/// The outlets with these ids or slugs, as others name them.
///
/// # Errors
/// Only of the database.
pub async fn find_outlet_refs(connection: &mut Connection, keys: &[Key<Outlet>]) -> Result<Vec<OutletRef>> {
    let mut found = Vec::with_capacity(keys.len());
    for keys in keys.chunks(1000) {
        let (ids, slugs) = split_keys(keys);
        let more: Vec<OutletRef> = on_backend!(connection, |c| {
            let named = one_of(outlets::id, ids.clone()).or(one_of(outlets::slug, slugs.clone()));
            outlets::table.filter(named).select(OutletRef::as_select()).load(c).await?
        });
        found.extend(more);
    }
    Ok(found)
}

/// The ids of the outlets that the query parameter `outlet` names.
///
/// # Errors
/// [`Error::InvalidQuery`] for a key that no outlet has.
pub async fn find_outlet_ids(connection: &mut Connection, keys: &[Key<Outlet>]) -> Result<Vec<OutletId>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let (ids, slugs) = split_keys(keys);
    let found = on_backend!(connection, |c| {
        let named = one_of(outlets::id, ids.clone()).or(one_of(outlets::slug, slugs.clone()));
        outlets::table.filter(named).select((outlets::id, outlets::slug)).load(c).await?
    });
    ids_of_keys(found, keys, "outlet", "outlet")
}

/// Adds an outlet.
///
/// # Errors
/// [`Error::Conflict`] where the slug is taken.
pub async fn create_outlet(connection: &mut Connection, outlet: &Outlet) -> Result<()> {
    on_backend!(connection, |c| diesel::insert_into(outlets::table).values(outlet).execute(c).await)
        .on_unique(|| format!("another outlet has the slug `{}`", outlet.slug))?;
    Ok(())
}

/// Writes an outlet as it is now, and keeps what was there.
///
/// # Errors
/// [`Error::Conflict`] where the slug is taken.
pub async fn update_outlet(connection: &mut Connection, outlet: &Outlet) -> Result<()> {
    history::keep(connection, "outlets", "id", &[outlet.id], outlet.updated_at).await?;
    on_backend!(connection, |c| diesel::update(outlets::table.find(outlet.id)).set(outlet).execute(c).await)
        .on_unique(|| format!("another outlet has the slug `{}`", outlet.slug))?;
    Ok(())
}

/// Deletes an outlet, and keeps what was there.
///
/// # Errors
/// [`Error::InUse`] where articles are of this outlet.
pub async fn delete_outlet(connection: &mut Connection, id: OutletId, at: Instant) -> Result<()> {
    history::keep(connection, "outlets", "id", &[id], at).await?;
    on_backend!(connection, |c| diesel::delete(outlets::table.find(id)).execute(c).await)
        .on_referenced(|| "articles are of this outlet".to_owned())?;
    Ok(())
}
