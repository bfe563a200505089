//! `/v1/keys`.

use actix_web::http::header;
use actix_web::{HttpResponse, get, post, web};

use super::bodies::JsonBody;
use super::lists::{ListQuery, Listed};
use super::problem::{DeleteProblems, ListProblems, ReadProblems, ServerProblems, WriteProblems};
use super::registry::Registry;
use super::{App, resource_id};
use crate::error::Result;
use crate::models::{ApiKey, ApiKeyFilter, Author, IssuedApiKey, NewApiKey};
use crate::pagination::{Page, PageParameters};
use crate::services::keys;

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config.service(list_keys).service(create_key).service(find_key).service(revoke_key);
}

/// Lists API keys.
///
/// The newest first. What a key reads is never shown: only how it begins.
#[utoipa::path(
    tag = "keys",
    operation_id = "list_keys",
    security(("bearer" = ["admin"])),
    params(ApiKeyFilter, PageParameters),
    responses((status = 200, description = "A page of keys.", body = Page<ApiKey>), ListProblems, ServerProblems)
)]
#[get("/keys")]
async fn list_keys(app: App, query: ListQuery<ApiKeyFilter>) -> Result<Listed<ApiKey>> {
    keys::list_keys(&app, &query.filter, &query.page()?).await.map(Listed)
}

/// Makes an API key.
///
/// The answer holds its text, this once: only a hash of it is kept.
#[utoipa::path(
    tag = "keys",
    operation_id = "create_key",
    security(("bearer" = ["admin"])),
    request_body = NewApiKey,
    responses((status = 201, description = "The new key, with its text.", body = IssuedApiKey), WriteProblems, ServerProblems)
)]
#[post("/keys")]
async fn create_key(app: App, author: Author, body: JsonBody<NewApiKey>) -> Result<HttpResponse> {
    let issued = keys::create_key(&app, body.0, &author).await?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/v1/keys/{}", issued.key.id)))
        .insert_header((header::CACHE_CONTROL, "no-store")) // nobody on the way may keep the text
        .json(&issued))
}

/// Reads an API key.
#[utoipa::path(
    tag = "keys",
    operation_id = "find_key",
    security(("bearer" = ["admin"])),
    params(("id" = uuid::Uuid, Path, description = "The key's id.")),
    responses((status = 200, description = "The key.", body = ApiKey), ReadProblems, ServerProblems)
)]
#[get("/keys/{id}")]
async fn find_key(app: App, id: web::Path<String>) -> Result<web::Json<ApiKey>> {
    keys::find_key(&app, resource_id("key", &id)?).await.map(web::Json)
}

/// Revokes an API key.
///
/// It is refused from now on, and stays in the list. A key cannot revoke itself (409).
#[utoipa::path(
    tag = "keys",
    operation_id = "revoke_key",
    security(("bearer" = ["admin"])),
    params(("id" = uuid::Uuid, Path, description = "The key's id.")),
    responses((status = 200, description = "The key as it is now.", body = ApiKey), DeleteProblems, ServerProblems)
)]
#[post("/keys/{id}/revoke")]
async fn revoke_key(app: App, author: Author, id: web::Path<String>) -> Result<web::Json<ApiKey>> {
    keys::revoke_key(&app, resource_id("key", &id)?, &author).await.map(web::Json)
}
