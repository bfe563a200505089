//! Deliveries of webhooks in the database: what a receiver is to be told, and what became of it.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::error::{Error, Result};
use crate::models::{DeliveryState, Instant, WebhookDelivery, WebhookDeliveryFilter, WebhookDeliveryId, WebhookId};
use crate::pagination::{PageRequest, Rows};
use crate::repository::Connection;
use crate::schema::webhook_deliveries;

/// The deliveries of a webhook on one page, the newest first, and one more where there is a next page.
///
/// # Errors
/// Only of the database.
pub async fn list_deliveries(
    connection: &mut Connection,
    webhook: WebhookId,
    filter: &WebhookDeliveryFilter,
    page: &PageRequest<WebhookDeliveryId>,
) -> Result<Rows<WebhookDelivery>> {
    on_backend!(connection, |c| {
        // The same conditions for the page and for the total.
        let filtered = || {
            let mut query = webhook_deliveries::table.filter(webhook_deliveries::webhook_id.eq(webhook)).into_boxed();
            if !filter.state.is_empty() {
                query = query.filter(webhook_deliveries::state.eq_any(&filter.state));
            }
            query
        };
        let total = match page.count {
            true => Some(filtered().count().get_result(c).await?),
            false => None,
        };
        let mut query = filtered().select(WebhookDelivery::as_select());
        if let Some(id) = page.after {
            query = query.filter(webhook_deliveries::id.lt(id));
        }
        Ok(Rows { rows: query.order(webhook_deliveries::id.desc()).limit(page.fetch()).load(c).await?, total })
    })
}

/// A delivery of a webhook.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_delivery(
    connection: &mut Connection,
    webhook: WebhookId,
    id: WebhookDeliveryId,
) -> Result<WebhookDelivery> {
    on_backend!(connection, |c| {
        let of_webhook = webhook_deliveries::table.find(id).filter(webhook_deliveries::webhook_id.eq(webhook));
        of_webhook.select(WebhookDelivery::as_select()).first(c).await.optional()?
    })
    .ok_or_else(|| Error::NotFound { resource: "delivery", key: id.to_string() })
}

/// Adds deliveries.
///
/// # Errors
/// Only of the database.
pub async fn create_deliveries(connection: &mut Connection, new: &[WebhookDelivery]) -> Result<()> {
    insert_rows!(connection, webhook_deliveries::table, new.to_vec());
    Ok(())
}

/// The first delivery of a webhook that waits.
///
/// # Errors
/// Only of the database.
pub async fn find_next_delivery(connection: &mut Connection, webhook: WebhookId) -> Result<Option<WebhookDelivery>> {
    on_backend!(connection, |c| {
        let waiting = webhook_deliveries::table
            .filter(webhook_deliveries::webhook_id.eq(webhook))
            .filter(webhook_deliveries::state.eq(DeliveryState::Pending))
            .order((webhook_deliveries::position, webhook_deliveries::id));
        Ok(waiting.select(WebhookDelivery::as_select()).first(c).await.optional()?)
    })
}

/// Writes down what became of a delivery.
///
/// # Errors
/// Only of the database.
pub async fn update_delivery(connection: &mut Connection, delivery: &WebhookDelivery) -> Result<()> {
    let values = (
        webhook_deliveries::state.eq(delivery.state),
        webhook_deliveries::attempts.eq(delivery.attempts),
        webhook_deliveries::last_attempt_at.eq(delivery.last_attempt_at),
        webhook_deliveries::last_status.eq(delivery.last_status),
        webhook_deliveries::last_error.eq(delivery.last_error.as_deref()),
    );
    let row = webhook_deliveries::table.find(delivery.id);
    on_backend!(connection, |c| diesel::update(row).set(values).execute(c).await)?;
    Ok(())
}

/// Forgets the deliveries in a state that were last tried before a moment; how many there were.
///
/// # Errors
/// Only of the database.
pub async fn forget_deliveries(connection: &mut Connection, state: DeliveryState, before: Instant) -> Result<usize> {
    let old = webhook_deliveries::table
        .filter(webhook_deliveries::state.eq(state).and(webhook_deliveries::last_attempt_at.lt(before)));
    on_backend!(connection, |c| Ok(diesel::delete(old).execute(c).await?))
}
