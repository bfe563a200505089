//! API keys in the database.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Connection;
use crate::error::{Error, Result};
use crate::models::{ApiKey, ApiKeyFilter, ApiKeyId, Author, Instant, Json, Scope};
use crate::pagination::{PageRequest, Rows};
use crate::schema::keys;

/// The keys of one page, the newest first, and one more where there is a next page.
///
/// # Errors
/// Only of the database.
pub async fn list_keys(
    connection: &mut Connection,
    filter: &ApiKeyFilter,
    now: Instant,
    page: &PageRequest<ApiKeyId>,
) -> Result<Rows<ApiKey>> {
    on_backend!(connection, |c| {
        // The same conditions for the page and for the total.
        let filtered = || {
            let mut query = keys::table.into_boxed();
            if !filter.scope.is_empty() {
                query = query.filter(keys::scope.eq_any(&filter.scope));
            }
            let is_active = keys::revoked_at.is_null().and(keys::expires_at.is_null().or(keys::expires_at.gt(now)));
            match filter.active {
                Some(true) => query = query.filter(is_active),
                Some(false) => query = query.filter(keys::revoked_at.is_not_null().or(keys::expires_at.le(now))),
                None => {}
            }
            query
        };
        let total = match page.count {
            true => Some(filtered().count().get_result(c).await?),
            false => None,
        };
        let mut query = filtered().select(ApiKey::as_select());
        if let Some(id) = page.after {
            query = query.filter(keys::id.lt(id));
        }
        Ok(Rows { rows: query.order(keys::id.desc()).limit(page.fetch()).load(c).await?, total })
    })
}

/// The key with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_key(connection: &mut Connection, id: ApiKeyId) -> Result<ApiKey> {
    on_backend!(connection, |c| keys::table.find(id).select(ApiKey::as_select()).first(c).await.optional()?)
        .ok_or_else(|| Error::NotFound { resource: "key", key: id.to_string() })
}

/// The keys that begin like this, with the hash of each; two at most happen by chance.
///
/// # Errors
/// Only of the database.
pub async fn find_keys_by_prefix(connection: &mut Connection, prefix: &str) -> Result<Vec<(ApiKey, String)>> {
    on_backend!(connection, |c| {
        let named = keys::table.filter(keys::prefix.eq(prefix));
        Ok(named.select((ApiKey::as_select(), keys::hash)).order(keys::id).load(c).await?)
    })
}

/// Whether there is a key of one of these scopes that can be used.
///
/// # Errors
/// Only of the database.
pub async fn has_active_key(connection: &mut Connection, scopes: &[Scope], now: Instant) -> Result<bool> {
    on_backend!(connection, |c| {
        let active = keys::table
            .filter(keys::scope.eq_any(scopes))
            .filter(keys::revoked_at.is_null())
            .filter(keys::expires_at.is_null().or(keys::expires_at.gt(now)));
        let found: Option<ApiKeyId> = active.select(keys::id).first(c).await.optional()?;
        Ok(found.is_some())
    })
}

/// Adds a key.
///
/// # Errors
/// Only of the database.
pub async fn create_key(connection: &mut Connection, key: &ApiKey, hash: &str) -> Result<()> {
    on_backend!(connection, |c| {
        diesel::insert_into(keys::table).values((key, keys::hash.eq(hash))).execute(c).await
    })?;
    Ok(())
}

/// Revokes a key; one that is revoked already stays as it is.
///
/// # Errors
/// Only of the database.
pub async fn revoke_key(connection: &mut Connection, id: ApiKeyId, now: Instant, author: &Author) -> Result<()> {
    let by = Json(author.clone());
    on_backend!(connection, |c| {
        diesel::update(keys::table.find(id).filter(keys::revoked_at.is_null()))
            .set((keys::revoked_at.eq(now), keys::revoked_by.eq(&by)))
            .execute(c)
            .await
    })?;
    Ok(())
}

/// Notes that a key was used, unless a later use is noted already.
///
/// # Errors
/// Only of the database.
pub async fn note_use(connection: &mut Connection, id: ApiKeyId, at: Instant) -> Result<()> {
    on_backend!(connection, |c| {
        let earlier = keys::last_used_at.is_null().or(keys::last_used_at.lt(at));
        diesel::update(keys::table.find(id).filter(earlier)).set(keys::last_used_at.eq(at)).execute(c).await
    })?;
    Ok(())
}
