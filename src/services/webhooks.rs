//! Webhooks: the rules.

mod matching;
mod sending;

use url::Url;

pub use self::sending::send_webhooks;
use super::{Services, apply, check, check_precondition, in_body};
use crate::error::{Error, Result};
use crate::models::{
    Author, DeliveryState, Edit, FieldError, Instant, IssuedWebhook, Json, MergePatch, NOT_A_URL, NewWebhook,
    NewWebhookFilter, Webhook, WebhookDelivery, WebhookDeliveryFilter, WebhookDeliveryId, WebhookFilter, WebhookId,
    WebhookSecret,
};
use crate::outgoing::refused_host;
use crate::pagination::{Page, PageRequest};
use crate::repository::webhooks::{self, deliveries};
use crate::repository::{Connection, changes, outlets, zones};

/// A page of webhooks, the newest first.
///
/// # Errors
/// Only of the database.
pub async fn list_webhooks(services: &Services, page: &PageRequest<WebhookId>) -> Result<Page<Webhook>> {
    let rows = webhooks::list_webhooks(&mut services.database.connect().await?, page).await?;
    Ok(page.page(rows, |webhook| webhook.id))
}

/// One webhook.
///
/// # Errors
/// [`NotFound`](Error::NotFound).
pub async fn find_webhook(services: &Services, id: WebhookId) -> Result<Webhook> {
    webhooks::find_webhook(&mut services.database.connect().await?, id).await
}

/// Makes a webhook that is told of what changes from now on.
///
/// # Errors
/// [`InvalidBody`](Error::InvalidBody), also for an address to which nothing may be sent.
pub async fn create_webhook(services: &Services, new: NewWebhook, author: &Author) -> Result<IssuedWebhook> {
    check(&new)?;
    check_target(services, &new.url)?;
    let secret = WebhookSecret::generate().map_err(Error::internal)?;
    // What was committed before has its place before what the webhook is told of.
    super::changes::place_changes(&mut services.database.connect().await?).await?;
    let webhook = services
        .database
        .transaction(async |c| {
            let now = Instant::now();
            let webhook = Webhook {
                id: WebhookId::generate(),
                filter: Json(filter_of(c, new.filter).await?),
                url: new.url,
                description: new.description,
                enabled: new.enabled,
                gone_at: None,
                retry_at: None,
                previous_secret_until: None,
                created_at: now,
                created_by: Json(author.clone()),
                updated_at: now,
                version: 1,
            };
            let end = changes::find_last_cursor(c).await?.position();
            webhooks::create_webhook(c, &webhook, &secret, end).await?;
            Ok(webhook)
        })
        .await?;
    tracing::info!(webhook = %webhook.id, url = %webhook.url, author = %author.name, "webhook made");
    Ok(IssuedWebhook { webhook, secret: secret.reveal().to_owned() })
}

/// Changes a webhook. A receiver that was gone, or that failed, is sent to again at once.
///
/// # Errors
/// As [`create_webhook`], and [`NotFound`](Error::NotFound).
pub async fn update_webhook(
    services: &Services,
    id: WebhookId,
    patch: &MergePatch<NewWebhook>,
    edit: &Edit,
) -> Result<Webhook> {
    services
        .database
        .transaction(async |c| {
            webhooks::lock_webhook(c, id).await?;
            let current = webhooks::find_webhook(c, id).await?;
            check_precondition(edit, current.version)?;
            let patched = apply(patch, &NewWebhook::from(&current))?;
            if patch.touches("url") {
                check_target(services, &patched.url)?;
            }
            // What it named before may be gone by now, which is not this patch's fault.
            let filter = match patch.touches("filter") {
                true => Json(filter_of(c, patched.filter).await?),
                false => current.filter.clone(),
            };
            let changed = Webhook {
                url: patched.url,
                description: patched.description,
                enabled: patched.enabled,
                filter,
                gone_at: current.gone_at.filter(|_| !patched.enabled),
                retry_at: None,
                updated_at: Instant::now_after(current.updated_at),
                version: current.version + 1,
                ..current
            };
            webhooks::update_webhook(c, &changed).await?;
            Ok(changed)
        })
        .await
}

/// Deletes a webhook with its deliveries.
///
/// # Errors
/// [`NotFound`](Error::NotFound).
pub async fn delete_webhook(services: &Services, id: WebhookId, edit: &Edit) -> Result<()> {
    services
        .database
        .transaction(async |c| {
            webhooks::lock_webhook(c, id).await?;
            let current = webhooks::find_webhook(c, id).await?;
            check_precondition(edit, current.version)?;
            webhooks::delete_webhook(c, id).await?;
            tracing::info!(webhook = %id, url = %current.url, author = %edit.author.name, "webhook deleted");
            Ok(())
        })
        .await
}

/// Gives a webhook a new secret. The one before signs too for a while, so that the receiver can change over.
///
/// # Errors
/// [`NotFound`](Error::NotFound).
pub async fn rotate_secret(services: &Services, id: WebhookId) -> Result<IssuedWebhook> {
    let secret = WebhookSecret::generate().map_err(Error::internal)?;
    let webhook = services
        .database
        .transaction(async |c| {
            webhooks::lock_webhook(c, id).await?;
            let current = webhooks::find_webhook(c, id).await?;
            let now = Instant::now_after(current.updated_at);
            let changed = Webhook {
                previous_secret_until: Some(now.plus_seconds(services.settings.webhooks.rotation_seconds)),
                updated_at: now,
                version: current.version + 1,
                ..current
            };
            webhooks::update_webhook(c, &changed).await?;
            webhooks::update_secret(c, id, &secret).await?;
            Ok(changed)
        })
        .await?;
    Ok(IssuedWebhook { webhook, secret: secret.reveal().to_owned() })
}

/// Has a test event sent to a receiver, after what it is to be told already.
///
/// # Errors
/// [`NotFound`](Error::NotFound); [`Conflict`](Error::Conflict) where the webhook is disabled.
pub async fn test_webhook(services: &Services, id: WebhookId) -> Result<WebhookDelivery> {
    services
        .act(async |c| {
            webhooks::lock_webhook(c, id).await?;
            if !webhooks::find_webhook(c, id).await?.enabled {
                return Err(Error::Conflict("the webhook is disabled: nothing is sent".to_owned()));
            }
            let position = webhooks::find_position(c, id).await?;
            let delivery = waiting_delivery(id, "webhook.test".to_owned(), position);
            deliveries::create_deliveries(c, std::slice::from_ref(&delivery)).await?;
            Ok(delivery)
        })
        .await
}

/// A delivery that waits for its first try.
fn waiting_delivery(webhook_id: WebhookId, event: String, position: i64) -> WebhookDelivery {
    WebhookDelivery {
        id: WebhookDeliveryId::generate(),
        webhook_id,
        event,
        position,
        resource: None,
        resource_id: None,
        state: DeliveryState::Pending,
        attempts: 0,
        last_attempt_at: None,
        last_status: None,
        last_error: None,
        created_at: Instant::now(),
    }
}

/// A page of what a receiver is told, was told, and could not be told; the newest first.
///
/// # Errors
/// [`NotFound`](Error::NotFound).
pub async fn list_deliveries(
    services: &Services,
    id: WebhookId,
    filter: &WebhookDeliveryFilter,
    page: &PageRequest<WebhookDeliveryId>,
) -> Result<Page<WebhookDelivery>> {
    let connection = &mut services.database.connect().await?;
    webhooks::find_webhook(connection, id).await?;
    let rows = deliveries::list_deliveries(connection, id, filter, page).await?;
    Ok(page.page(rows, |delivery| delivery.id))
}

/// Has a delivery that is dead sent again, before all others, with as many tries as a new one.
///
/// # Errors
/// [`NotFound`](Error::NotFound); [`Conflict`](Error::Conflict) where it is not dead, or nothing is sent.
pub async fn redeliver(services: &Services, webhook: WebhookId, id: WebhookDeliveryId) -> Result<WebhookDelivery> {
    services
        .act(async |c| {
            webhooks::lock_webhook(c, webhook).await?;
            let enabled = webhooks::find_webhook(c, webhook).await?.enabled;
            let delivery = deliveries::find_delivery(c, webhook, id).await?;
            if delivery.state != DeliveryState::Dead {
                return Err(Error::Conflict("the delivery is not dead: it was taken, or is tried still".to_owned()));
            }
            if !enabled {
                return Err(Error::Conflict("the webhook is disabled: nothing is sent".to_owned()));
            }
            let waiting = WebhookDelivery { state: DeliveryState::Pending, attempts: 0, ..delivery };
            deliveries::update_delivery(c, &waiting).await?;
            webhooks::update_retry_at(c, webhook, None).await?;
            Ok(waiting)
        })
        .await
}

/// Forgets the deliveries that are older than the settings keep them.
///
/// # Errors
/// Only of the database.
pub async fn forget_old_deliveries(services: &Services) -> Result<()> {
    let settings = &services.settings.webhooks;
    let now = Instant::now();
    for (state, seconds) in [
        (DeliveryState::Delivered, settings.delivered_retention_seconds),
        (DeliveryState::Dead, settings.dead_retention_seconds),
    ] {
        let before = now.minus_seconds(seconds);
        services.database.transaction(async |c| deliveries::forget_deliveries(c, state, before).await).await?;
    }
    Ok(())
}

/// Refuses an address to which nothing can or may be sent, as far as it tells by itself. What its name resolves to is looked at
/// with every request.
fn check_target(services: &Services, url: &str) -> Result<()> {
    let refuse = |detail: String| Err(Error::InvalidBody(vec![FieldError::at("/url", detail)]));
    let Ok(url) = Url::parse(url) else { return refuse(NOT_A_URL.to_owned()) };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("must not hold a user name or a password".to_owned());
    }
    match refused_host(&url).filter(|_| !services.settings.webhooks.allow_private_addresses) {
        Some(host) => refuse(format!("must not lead to a private, local or reserved address, as `{host}` is")),
        None => Ok(()),
    }
}

/// A filter with its keys turned into ids.
async fn filter_of(connection: &mut Connection, new: NewWebhookFilter) -> Result<WebhookFilter> {
    let mut filter = WebhookFilter { resource: new.resource, change: new.change, kind: new.kind, ..Default::default() };
    for (index, key) in new.speaker.iter().enumerate() {
        let pointer = format!("/filter/speaker/{index}");
        filter.speaker.push(super::actors::reference(connection, key, &pointer).await?.id);
    }
    for (index, key) in new.zone.iter().enumerate() {
        let found = zones::find_zone(connection, key).await;
        filter.zone.push(in_body(found, format!("/filter/zone/{index}"))?.id);
    }
    for (index, key) in new.outlet.iter().enumerate() {
        let found = outlets::find_outlet(connection, key).await;
        filter.outlet.push(in_body(found, format!("/filter/outlet/{index}"))?.id);
    }
    Ok(filter)
}
