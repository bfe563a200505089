//! `/v1/deletions`.

use actix_web::http::header;
use actix_web::{HttpResponse, delete, get, post, web};

use super::creating::Creating;
use super::lists::{ListQuery, Listed};
use super::problem::{ListProblems, ReadProblems, RestoreProblems, ServerProblems};
use super::registry::Registry;
use super::{App, gone, resource_id};
use crate::error::Result;
use crate::models::{Deletion, DeletionFilter, Edit, Restored};
use crate::pagination::{Page, PageParameters};
use crate::services::deletions;

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config.service(list_deletions).service(restore_deletion).service(purge_deletion);
}

/// Lists what was deleted.
///
/// The newest first. What was restored or purged is not there any more. Quotes that went with their article come back with it.
#[utoipa::path(
    tag = "deletions",
    operation_id = "list_deletions",
    security(("bearer" = ["write"])),
    params(DeletionFilter, PageParameters),
    responses((status = 200, description = "A page of deletions.", body = Page<Deletion>), ListProblems, ServerProblems)
)]
#[get("/deletions")]
async fn list_deletions(app: App, query: ListQuery<DeletionFilter>) -> Result<Listed<Deletion>> {
    deletions::list_deletions(&app, &query.filter, &query.page()?).await.map(Listed)
}

/// Restores what was deleted.
///
/// As it was, with all that went with it, under the ids that it had. Not where something else has its slug, text or address by
/// now, or where what it refers to is gone (409).
#[utoipa::path(
    tag = "deletions",
    operation_id = "restore_deletion",
    params(
        ("id" = uuid::Uuid, Path, description = "The deletion's id."),
        ("reason" = Option<String>, Query, description = "Why you do this, in your words. It is kept with the change.", min_length = 1, max_length = 500, pattern = "[^\\s\\x85]")
    ),
    responses((status = 200, description = "It is there again; `Location` is its address.", body = Restored), ReadProblems, RestoreProblems, ServerProblems)
)]
#[post("/deletions/{id}/restore")]
async fn restore_deletion(app: Creating, edit: Edit, id: web::Path<String>) -> Result<HttpResponse> {
    let restored = deletions::restore_deletion(&app, resource_id("deletion", &id)?, &edit).await?;
    let location = format!("/v1/{}/{}", restored.resource.collection(), restored.resource_id);
    Ok(HttpResponse::Ok().insert_header((header::LOCATION, location)).json(restored))
}

/// Deletes for good what was deleted.
///
/// With its revisions, and with all that went with it. That it was there, and who changed it when, stays written down.
#[utoipa::path(
    tag = "deletions",
    operation_id = "purge_deletion",
    security(("bearer" = ["admin"])),
    params(
        ("id" = uuid::Uuid, Path, description = "The deletion's id."),
        ("reason" = Option<String>, Query, description = "Why you do this, in your words. It is kept with the change.", min_length = 1, max_length = 500, pattern = "[^\\s\\x85]")
    ),
    responses((status = 204, description = "It is gone for good."), ReadProblems, ServerProblems)
)]
#[delete("/deletions/{id}")]
async fn purge_deletion(app: App, edit: Edit, id: web::Path<String>) -> Result<HttpResponse> {
    deletions::purge_deletion(&app, resource_id("deletion", &id)?, &edit).await?;
    Ok(gone())
}
