//! `/v1/webhooks`.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, delete, get, patch, post, web};
use serde::Serialize;

use super::bodies::JsonBody;
use super::creating::Creating;
use super::entity_tag::ResourceVersion;
use super::lists::{ListQuery, Listed, NoFilter};
use super::problem::{DeleteProblems, ListProblems, ReadProblems, ServerProblems, WriteProblems};
use super::registry::Registry;
use super::{App, gone, resource_id};
use crate::error::Result;
use crate::models::{
    Author, Edit, IssuedWebhook, NewWebhook, Webhook, WebhookDelivery, WebhookDeliveryFilter, WebhookPatch,
};
use crate::pagination::{Page, PageParameters};
use crate::services::webhooks;

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config
        .service(list_webhooks)
        .service(create_webhook)
        .service(find_webhook)
        .service(update_webhook)
        .service(delete_webhook)
        .service(rotate_webhook_secret)
        .service(test_webhook)
        .service(list_webhook_deliveries)
        .service(redeliver_webhook_delivery);
}

/// Lists webhooks.
///
/// The newest first. Their secrets are never shown.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "list_webhooks",
    security(("bearer" = ["admin"])),
    params(PageParameters),
    responses((status = 200, description = "A page of webhooks.", body = Page<Webhook>), ListProblems, ServerProblems)
)]
#[get("/webhooks")]
async fn list_webhooks(app: App, query: ListQuery<NoFilter>) -> Result<Listed<Webhook>> {
    webhooks::list_webhooks(&app, &query.page()?).await.map(Listed)
}

/// Makes a webhook: a receiver that is told of changes.
///
/// Of those from now on that fit its filter, each in a request of its own: a POST with a `WebhookEvent`, signed as [Standard
/// Webhooks](https://www.standardwebhooks.com) has it. The answer holds the secret for it, this once. Any 2xx takes an event.
/// - The order is that of `/v1/changes`, one request at a time. One that is not taken is tried again, after longer and longer waits,
///   and those after it wait with it. After the last try it is `dead`, and the next one's turn comes.
/// - Each event comes at least once, whatever fails or is restarted. One may come twice, with the same `webhook-id`.
/// - 410 says that the receiver is gone: the webhook is disabled. Redirects are not followed.
/// - Quotes that come with their article have an event of their own here, `quote.created`.
/// - A filter of speakers, zones, outlets or kinds takes the changes of quotes that fit it before the change or after it.
/// - Nothing is sent to private, local or reserved addresses, whatever a name resolves to, unless the settings allow it.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "create_webhook",
    security(("bearer" = ["admin"])),
    request_body = NewWebhook,
    responses((status = 201, description = "The new webhook, with its secret.", body = IssuedWebhook), WriteProblems, ServerProblems)
)]
#[post("/webhooks")]
async fn create_webhook(app: App, author: Author, body: JsonBody<NewWebhook>) -> Result<HttpResponse> {
    let issued = webhooks::create_webhook(&app, body.0, &author).await?;
    let mut answer = secret_answer(StatusCode::CREATED, &issued);
    let location = header::HeaderValue::from_str(&format!("/v1/webhooks/{}", issued.webhook.id));
    location.into_iter().for_each(|value| drop(answer.headers_mut().insert(header::LOCATION, value)));
    Ok(answer)
}

/// Reads a webhook.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "find_webhook",
    security(("bearer" = ["admin"])),
    params(("id" = uuid::Uuid, Path, description = "The webhook's id.")),
    responses((status = 200, description = "The webhook.", body = Webhook), ReadProblems, ServerProblems)
)]
#[get("/webhooks/{id}")]
async fn find_webhook(app: App, id: web::Path<String>) -> Result<HttpResponse> {
    let webhook = webhooks::find_webhook(&app, resource_id("webhook", &id)?).await?;
    Ok(versioned(StatusCode::OK, &webhook, webhook.version))
}

/// Changes a webhook.
///
/// Where to it is sent, what of, and whether. What waits already is sent as it is to the new address. A webhook that is enabled
/// again goes on where it was: it is told of what changed meanwhile.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "update_webhook",
    security(("bearer" = ["admin"])),
    params(("id" = uuid::Uuid, Path, description = "The webhook's id.")),
    request_body(content = WebhookPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The webhook as it is now.", body = Webhook), ReadProblems, WriteProblems, ServerProblems)
)]
#[patch("/webhooks/{id}")]
async fn update_webhook(
    app: App,
    edit: Edit,
    id: web::Path<String>,
    patch: JsonBody<WebhookPatch>,
) -> Result<HttpResponse> {
    let webhook = webhooks::update_webhook(&app, resource_id("webhook", &id)?, &patch.0, &edit).await?;
    Ok(versioned(StatusCode::OK, &webhook, webhook.version))
}

/// Deletes a webhook.
///
/// With its deliveries, for good.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "delete_webhook",
    security(("bearer" = ["admin"])),
    params(("id" = uuid::Uuid, Path, description = "The webhook's id.")),
    responses((status = 204, description = "It is gone."), DeleteProblems, ServerProblems)
)]
#[delete("/webhooks/{id}")]
async fn delete_webhook(app: App, edit: Edit, id: web::Path<String>) -> Result<HttpResponse> {
    webhooks::delete_webhook(&app, resource_id("webhook", &id)?, &edit).await?;
    Ok(gone())
}

/// Gives a webhook a new secret.
///
/// The answer holds it, this once. The one before signs too until `previous_secret_until`, so that the receiver can change over.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "rotate_webhook_secret",
    security(("bearer" = ["admin"])),
    params(("id" = uuid::Uuid, Path, description = "The webhook's id.")),
    responses((status = 200, description = "The webhook, with its new secret.", body = IssuedWebhook), DeleteProblems, ServerProblems)
)]
#[post("/webhooks/{id}/rotate")]
async fn rotate_webhook_secret(app: App, id: web::Path<String>) -> Result<HttpResponse> {
    let issued = webhooks::rotate_secret(&app, resource_id("webhook", &id)?).await?;
    Ok(secret_answer(StatusCode::OK, &issued))
}

/// Sends a test event.
///
/// `webhook.test`, after what the receiver is to be told already. What becomes of it is seen in the list of deliveries. Not while
/// the webhook is disabled (409).
#[utoipa::path(
    tag = "webhooks",
    operation_id = "test_webhook",
    security(("bearer" = ["admin"])),
    params(("id" = uuid::Uuid, Path, description = "The webhook's id.")),
    responses((status = 200, description = "The delivery that waits to be sent.", body = WebhookDelivery), DeleteProblems, ServerProblems)
)]
#[post("/webhooks/{id}/test")]
async fn test_webhook(app: Creating, id: web::Path<String>) -> Result<web::Json<WebhookDelivery>> {
    webhooks::test_webhook(&app, resource_id("webhook", &id)?).await.map(web::Json)
}

/// Lists what a receiver is told.
///
/// The newest first: what waits, what arrived, and with `state=dead` what did not arrive with the last try. What arrived is kept
/// for a day and what is dead for a month, unless the settings say otherwise. What is further on in the log is not looked at yet.
#[utoipa::path(
    tag = "webhooks",
    operation_id = "list_webhook_deliveries",
    security(("bearer" = ["admin"])),
    params(("id" = uuid::Uuid, Path, description = "The webhook's id."), WebhookDeliveryFilter, PageParameters),
    responses((status = 200, description = "A page of deliveries.", body = Page<WebhookDelivery>), ListProblems, ReadProblems, ServerProblems)
)]
#[get("/webhooks/{id}/deliveries")]
async fn list_webhook_deliveries(
    app: App,
    id: web::Path<String>,
    query: ListQuery<WebhookDeliveryFilter>,
) -> Result<Listed<WebhookDelivery>> {
    webhooks::list_deliveries(&app, resource_id("webhook", &id)?, &query.filter, &query.page()?).await.map(Listed)
}

/// Sends a dead delivery again.
///
/// Before all others, under the same `webhook-id`, and with as many tries as a new one. Not one that is no longer dead, and not
/// while the webhook is disabled (409).
#[utoipa::path(
    tag = "webhooks",
    operation_id = "redeliver_webhook_delivery",
    security(("bearer" = ["admin"])),
    params(
        ("id" = uuid::Uuid, Path, description = "The webhook's id."),
        ("delivery_id" = uuid::Uuid, Path, description = "The delivery's id.")
    ),
    responses((status = 200, description = "The delivery, which waits again.", body = WebhookDelivery), DeleteProblems, ServerProblems)
)]
#[post("/webhooks/{id}/deliveries/{delivery_id}/redeliver")]
async fn redeliver_webhook_delivery(
    app: Creating,
    ids: web::Path<(String, String)>,
) -> Result<web::Json<WebhookDelivery>> {
    let (webhook, delivery) = (resource_id("webhook", &ids.0)?, resource_id("delivery", &ids.1)?);
    webhooks::redeliver(&app, webhook, delivery).await.map(web::Json)
}

/// An answer with the version that its tag names.
fn versioned(status: StatusCode, body: &impl Serialize, version: i64) -> HttpResponse {
    let mut answer = HttpResponse::build(status).json(body);
    answer.extensions_mut().insert(ResourceVersion(version));
    answer
}

/// An answer with a secret, which nobody on the way may keep.
fn secret_answer(status: StatusCode, issued: &IssuedWebhook) -> HttpResponse {
    let mut answer = versioned(status, issued, issued.webhook.version);
    answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    answer
}
