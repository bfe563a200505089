//! Webhooks in the database: who is told, and which process tells them.

pub mod deliveries;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Connection;
use crate::error::{Error, Result};
use crate::models::{DeliveryState, Id, Instant, Json, Webhook, WebhookFilter, WebhookId, WebhookSecret};
use crate::pagination::{PageRequest, Rows};
use crate::schema::{webhook_deliveries, webhooks};

/// The webhooks of one page, the newest first, and one more where there is a next page.
///
/// # Errors
/// Only of the database.
pub async fn list_webhooks(connection: &mut Connection, page: &PageRequest<WebhookId>) -> Result<Rows<Webhook>> {
    on_backend!(connection, |c| {
        let total = match page.count {
            true => Some(webhooks::table.count().get_result(c).await?),
            false => None,
        };
        let mut query = webhooks::table.select(Webhook::as_select()).into_boxed();
        if let Some(id) = page.after {
            query = query.filter(webhooks::id.lt(id));
        }
        Ok(Rows { rows: query.order(webhooks::id.desc()).limit(page.fetch()).load(c).await?, total })
    })
}

/// The webhook with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_webhook(connection: &mut Connection, id: WebhookId) -> Result<Webhook> {
    on_backend!(connection, |c| webhooks::table.find(id).select(Webhook::as_select()).first(c).await.optional()?)
        .ok_or_else(|| Error::NotFound { resource: "webhook", key: id.to_string() })
}

/// Keeps a webhook from being changed by others until the transaction ends.
///
/// # Errors
/// Only of the database.
pub async fn lock_webhook(connection: &mut Connection, id: WebhookId) -> Result<()> {
    match connection {
        Connection::Postgres(c) => {
            let row = webhooks::table.find(id).select(webhooks::id).for_update();
            row.first::<WebhookId>(&mut c.shared()).await.optional()?;
        }
        // A transaction on SQLite has the only write lock from its start.
        Connection::Sqlite(_) => {}
    }
    Ok(())
}

/// Adds a webhook that is told of the changes after a position.
///
/// # Errors
/// Only of the database.
pub async fn create_webhook(
    connection: &mut Connection,
    webhook: &Webhook,
    secret: &WebhookSecret,
    position: i64,
) -> Result<()> {
    let values = (webhook, webhooks::secret.eq(secret.reveal()), webhooks::position.eq(position));
    on_backend!(connection, |c| diesel::insert_into(webhooks::table).values(values).execute(c).await)?;
    Ok(())
}

/// Writes a webhook as it is now.
///
/// # Errors
/// Only of the database.
pub async fn update_webhook(connection: &mut Connection, webhook: &Webhook) -> Result<()> {
    on_backend!(connection, |c| diesel::update(webhooks::table.find(webhook.id)).set(webhook).execute(c).await)?;
    Ok(())
}

/// Gives a webhook another secret; the one before signs too until the webhook's `previous_secret_until`.
///
/// # Errors
/// Only of the database.
pub async fn update_secret(connection: &mut Connection, id: WebhookId, secret: &WebhookSecret) -> Result<()> {
    let before = webhooks::previous_secret.eq(webhooks::secret.nullable());
    let values = (before, webhooks::secret.eq(secret.reveal()));
    on_backend!(connection, |c| diesel::update(webhooks::table.find(id)).set(values).execute(c).await)?;
    Ok(())
}

/// Deletes a webhook and all its deliveries.
///
/// # Errors
/// Only of the database.
pub async fn delete_webhook(connection: &mut Connection, id: WebhookId) -> Result<()> {
    on_backend!(connection, |c| diesel::delete(webhooks::table.find(id)).execute(c).await)?;
    Ok(())
}

/// A process that sends, as a lease names it.
pub type Sender = Id<()>;

/// What the process that sends to a receiver goes by.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = webhooks)]
pub struct LeasedWebhook {
    /// Its id.
    pub id: WebhookId,
    /// Where to send.
    pub url: String,
    /// Whether to send.
    pub enabled: bool,
    /// Of which changes it is told.
    pub filter: Json<WebhookFilter>,
    /// Before when nothing is sent.
    pub retry_at: Option<Instant>,
    /// How far in the log of changes this one was looked for what to tell.
    pub position: i64,
    secret: String,
    previous_secret: Option<String>,
    previous_secret_until: Option<Instant>,
}

impl LeasedWebhook {
    /// What signs a request at this moment.
    #[must_use]
    pub fn secrets(&self, now: Instant) -> Vec<WebhookSecret> {
        let is_good = self.previous_secret_until.is_some_and(|until| until > now);
        let previous = self.previous_secret.clone().filter(|_| is_good);
        std::iter::once(self.secret.clone()).chain(previous).map(WebhookSecret::from_text).collect()
    }
}

/// The webhooks that have something to be done and that no process sends to, those that are furthest behind first.
///
/// `end` is the position of the last change.
///
/// # Errors
/// Only of the database.
pub async fn list_webhooks_to_serve(
    connection: &mut Connection,
    end: i64,
    now: Instant,
    limit: i64,
) -> Result<Vec<WebhookId>> {
    on_backend!(connection, |c| {
        let waiting = webhook_deliveries::table
            .filter(webhook_deliveries::webhook_id.eq(webhooks::id))
            .filter(webhook_deliveries::state.eq(DeliveryState::Pending));
        let query = webhooks::table
            .filter(webhooks::enabled.eq(true))
            .filter(webhooks::lease_until.is_null().or(webhooks::lease_until.le(now)))
            .filter(webhooks::retry_at.is_null().or(webhooks::retry_at.le(now)))
            .filter(webhooks::position.lt(end).or(diesel::dsl::exists(waiting)));
        Ok(query.select(webhooks::id).order((webhooks::position, webhooks::id)).limit(limit).load(c).await?)
    })
}

/// Takes a webhook for a process, unless another one has it.
///
/// # Errors
/// Only of the database.
pub async fn take_lease(
    connection: &mut Connection,
    id: WebhookId,
    sender: Sender,
    now: Instant,
    until: Instant,
) -> Result<bool> {
    let free = webhooks::table
        .filter(webhooks::id.eq(id))
        .filter(webhooks::lease_until.is_null().or(webhooks::lease_until.le(now)));
    let lease = (webhooks::lease_owner.eq(sender), webhooks::lease_until.eq(until));
    let taken = on_backend!(connection, |c| diesel::update(free).set(lease).execute(c).await)?;
    Ok(taken == 1)
}

/// The webhook that a process has, for longer from now on; `None` where another one has it, or it is gone.
///
/// In a transaction: until its end nobody else takes the webhook or changes it.
///
/// # Errors
/// Only of the database.
pub async fn hold_lease(
    connection: &mut Connection,
    id: WebhookId,
    sender: Sender,
    until: Instant,
) -> Result<Option<LeasedWebhook>> {
    let own = webhooks::table.filter(webhooks::id.eq(id).and(webhooks::lease_owner.eq(sender)));
    on_backend!(connection, |c| {
        let held = diesel::update(own).set(webhooks::lease_until.eq(until)).execute(c).await?;
        if held == 0 {
            return Ok(None);
        }
        Ok(webhooks::table.find(id).select(LeasedWebhook::as_select()).first(c).await.optional()?)
    })
}

/// Gives a webhook back, where the process still has it.
///
/// # Errors
/// Only of the database.
pub async fn release_lease(connection: &mut Connection, id: WebhookId, sender: Sender) -> Result<()> {
    let own = webhooks::table.filter(webhooks::id.eq(id).and(webhooks::lease_owner.eq(sender)));
    let nobody = (webhooks::lease_owner.eq(None::<Sender>), webhooks::lease_until.eq(None::<Instant>));
    on_backend!(connection, |c| diesel::update(own).set(nobody).execute(c).await)?;
    Ok(())
}

/// How far the log was looked through for a webhook.
///
/// # Errors
/// Only of the database.
pub async fn find_position(connection: &mut Connection, id: WebhookId) -> Result<i64> {
    on_backend!(connection, |c| Ok(webhooks::table.find(id).select(webhooks::position).first(c).await?))
}

/// Writes down how far the log was looked through for a webhook.
///
/// # Errors
/// Only of the database.
pub async fn update_position(connection: &mut Connection, id: WebhookId, position: i64) -> Result<()> {
    let moved = webhooks::position.eq(position);
    on_backend!(connection, |c| diesel::update(webhooks::table.find(id)).set(moved).execute(c).await)?;
    Ok(())
}

/// Writes down before when nothing is sent.
///
/// # Errors
/// Only of the database.
pub async fn update_retry_at(connection: &mut Connection, id: WebhookId, retry_at: Option<Instant>) -> Result<()> {
    let next = webhooks::retry_at.eq(retry_at);
    on_backend!(connection, |c| diesel::update(webhooks::table.find(id)).set(next).execute(c).await)?;
    Ok(())
}

/// Disables a webhook whose receiver is gone, unless it has another address by now.
///
/// # Errors
/// Only of the database.
pub async fn disable_gone_webhook(connection: &mut Connection, id: WebhookId, url: &str, at: Instant) -> Result<()> {
    let at_this_address = webhooks::table.filter(webhooks::id.eq(id).and(webhooks::url.eq(url)));
    let values = (
        webhooks::enabled.eq(false),
        webhooks::gone_at.eq(at),
        webhooks::updated_at.eq(at),
        webhooks::version.eq(webhooks::version + 1),
    );
    on_backend!(connection, |c| diesel::update(at_this_address).set(values).execute(c).await)?;
    Ok(())
}
