//! API keys: the rules.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant as Moment};

use subtle::ConstantTimeEq;

use super::{Services, check};
use crate::error::{Error, Result};
use crate::models::{ApiKey, ApiKeyFilter, ApiKeyId, Author, Instant, IssuedApiKey, Json, KeyText, NewApiKey, Scope};
use crate::pagination::{Page, PageRequest};
use crate::repository::keys;

/// A page of keys, the newest first.
///
/// # Errors
/// Only of the database.
pub async fn list_keys(
    services: &Services,
    filter: &ApiKeyFilter,
    page: &PageRequest<ApiKeyId>,
) -> Result<Page<ApiKey>> {
    let mut connection = services.database.connect().await?;
    let rows = keys::list_keys(&mut connection, filter, Instant::now(), page).await?;
    Ok(page.page(rows, |key| key.id))
}

/// One key.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_key(services: &Services, id: ApiKeyId) -> Result<ApiKey> {
    keys::find_key(&mut services.database.connect().await?, id).await
}

/// The one key that begins like this.
///
/// # Errors
/// [`Error::NotFound`], or [`Error::Conflict`] where several do.
pub async fn find_key_by_prefix(services: &Services, prefix: &str) -> Result<ApiKey> {
    let mut found = keys::find_keys_by_prefix(&mut services.database.connect().await?, prefix).await?;
    if found.len() > 1 {
        return Err(Error::Conflict(format!("several keys begin with `{prefix}`: give the id")));
    }
    let key = found.pop().map(|(key, _)| key);
    key.ok_or_else(|| Error::NotFound { resource: "key", key: prefix.to_owned() })
}

/// Makes a key. Its text is in the answer and nowhere else.
///
/// # Errors
/// [`Error::InvalidBody`].
pub async fn create_key(services: &Services, new: NewApiKey, author: &Author) -> Result<IssuedApiKey> {
    check(&new)?;
    let text = KeyText::generate().map_err(Error::internal)?;
    let now = Instant::now();
    let key = ApiKey {
        id: ApiKeyId::generate(),
        name: new.name,
        prefix: text.prefix().to_owned(),
        scope: new.scope,
        created_at: now,
        created_by: Json(author.clone()),
        expires_at: new.expires_in_days.map(|days| now.plus_days(days)),
        revoked_at: None,
        revoked_by: None,
        last_used_at: None,
    };
    services.database.transaction(async |c| keys::create_key(c, &key, &text.hash()).await).await?;
    Ok(IssuedApiKey { key, text: text.reveal().to_owned() })
}

/// Revokes a key, from this moment on and for good. Revoking it again changes nothing.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] where a key is to revoke itself: an admin who mistakes one key for another would
/// be locked out.
pub async fn revoke_key(services: &Services, id: ApiKeyId, author: &Author) -> Result<ApiKey> {
    if author.key == Some(id) {
        let detail = "a key cannot revoke itself: use another one, or the command line (onrecord keys revoke)";
        return Err(Error::Conflict(detail.to_owned()));
    }
    services
        .database
        .transaction(async |c| {
            keys::revoke_key(c, id, Instant::now(), author).await?;
            keys::find_key(c, id).await
        })
        .await
}

/// Whether anybody has a key to write with.
///
/// # Errors
/// Only of the database.
pub async fn can_anybody_write(services: &Services) -> Result<bool> {
    let scopes: Vec<Scope> = Scope::ALL.into_iter().filter(|scope| scope.includes(Scope::Write)).collect();
    keys::has_active_key(&mut services.database.connect().await?, &scopes, Instant::now()).await
}

/// Whether a key can be used: neither revoked nor past its end.
///
/// # Errors
/// Only of the database.
pub async fn is_active_key(services: &Services, id: ApiKeyId) -> Result<bool> {
    let now = Instant::now();
    match find_key(services, id).await {
        Ok(key) => Ok(key.revoked_at.is_none() && key.expires_at.is_none_or(|at| at > now)),
        Err(Error::NotFound { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The key with this text, and notes that it was used.
///
/// # Errors
/// [`Error::InvalidKey`], [`Error::ExpiredKey`], [`Error::RevokedKey`].
pub async fn authenticate(services: &Services, text: &KeyText) -> Result<ApiKey> {
    let find = async || keys::find_keys_by_prefix(&mut services.database.connect().await?, text.prefix()).await;
    let candidates = services.keys_asked_for.ask(text.prefix(), find).await?;
    // The database looks for the prefix, which is no secret. The rest is compared here, and in constant time: how long a
    // refusal takes must not tell how much of a guess was right, not even of a hash.
    let hash = text.hash();
    let mut found = None;
    for (key, its_hash) in candidates {
        if bool::from(its_hash.as_bytes().ct_eq(hash.as_bytes())) {
            found = Some(key);
        }
    }
    let key = found.ok_or_else(|| Error::InvalidKey("no key reads like this one".to_owned()))?;
    let now = Instant::now();
    if let Some(at) = key.revoked_at {
        return Err(Error::RevokedKey { at });
    }
    if let Some(at) = key.expires_at.filter(|at| *at <= now) {
        return Err(Error::ExpiredKey { at });
    }
    if services.key_uses.is_worth_noting(key.id) {
        let (services, id) = (services.clone(), key.id);
        // Beside the request: on SQLite it may have to wait for whoever else writes, and nothing depends on it.
        tokio::spawn(async move {
            let noted = services.database.transaction(async |c| keys::note_use(c, id, now).await).await;
            if let Err(error) = noted {
                tracing::warn!(key = %id, %error, "the use of a key was not noted");
            }
        });
    }
    Ok(key)
}

/// How exactly the last use of a key is kept: a busy key must not cost a write a request.
const GRAIN: Duration = Duration::from_secs(60);

/// When this process last noted the use of each key.
#[derive(Debug, Clone, Default)]
pub(super) struct KeyUses(Arc<Mutex<HashMap<ApiKeyId, Moment>>>);

impl KeyUses {
    /// Whether the last note is older than a minute; if so, this use counts as noted.
    fn is_worth_noting(&self, id: ApiKeyId) -> bool {
        let now = Moment::now();
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.get(&id).is_some_and(|last| now.duration_since(*last) < GRAIN) {
            return false;
        }
        noted.insert(id, now);
        true
    }
}
