//! `/v1/zones`.

use actix_web::{HttpResponse, delete, get, patch, post, web};

use super::bodies::JsonBody;
use super::creating::Creating;
use super::found::Found;
use super::including::ZoneIncludes;
use super::lists::{ListQuery, Listed, NoFilter};
use super::problem::{DeleteProblems, ListProblems, ReadProblems, ServerProblems, WriteProblems};
use super::reading::{AsOf, Reading, ValidAt};
use super::registry::Registry;
use super::{App, created, gone};
use crate::error::Result;
use crate::models::{Author, Edit, Key, NewZone, Revision, Zone, ZoneFilter, ZonePatch};
use crate::pagination::{Page, PageParameters};
use crate::services::{revisions, zones};

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config
        .service(list_zones)
        .service(create_zone)
        .service(find_zone)
        .service(update_zone)
        .service(delete_zone)
        .service(list_revisions_of_zone);
}

/// Lists zones.
///
/// By slug.
#[utoipa::path(
    tag = "zones",
    operation_id = "list_zones",
    params(ZoneFilter, AsOf, ValidAt, ZoneIncludes, PageParameters),
    responses((status = 200, description = "A page of zones.", body = Page<Zone>), ListProblems, ServerProblems)
)]
#[get("/zones")]
async fn list_zones(
    app: Reading,
    query: ListQuery<ZoneFilter>,
    valid_at: ValidAt,
    include: ZoneIncludes,
) -> Result<Listed<Zone>> {
    zones::list_zones(&app, &query.filter, valid_at.0, &query.page()?, &include).await.map(Listed)
}

/// Adds a zone.
///
/// The extractor reckons with it from the next article on.
#[utoipa::path(
    tag = "zones",
    operation_id = "create_zone",
    request_body = NewZone,
    responses((status = 201, description = "The new zone.", body = Zone), WriteProblems, ServerProblems)
)]
#[post("/zones")]
async fn create_zone(app: Creating, author: Author, body: JsonBody<NewZone>) -> Result<HttpResponse> {
    let zone = zones::create_zone(&app, body.0, &author).await?;
    Ok(created(&format!("/v1/zones/{}", zone.id), &zone))
}

/// Reads a zone.
#[utoipa::path(
    tag = "zones",
    operation_id = "find_zone",
    params(
        ("key" = String, Path, description = "Id or slug.", example = "idlib-de-escalation-zone"),
        AsOf, ValidAt, ZoneIncludes
    ),
    responses((status = 200, description = "The zone.", body = Zone), ReadProblems, ServerProblems)
)]
#[get("/zones/{key}")]
async fn find_zone(
    app: Reading,
    key: web::Path<Key<Zone>>,
    valid_at: ValidAt,
    include: ZoneIncludes,
) -> Result<Found<Zone>> {
    zones::find_zone(&app, &key, valid_at.0, &include).await.map(Found)
}

/// Changes a zone.
#[utoipa::path(
    tag = "zones",
    operation_id = "update_zone",
    params(("key" = String, Path, description = "Id or slug.", example = "idlib-de-escalation-zone")),
    request_body(content = ZonePatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The zone as it is now.", body = Zone), ReadProblems, WriteProblems, ServerProblems)
)]
#[patch("/zones/{key}")]
async fn update_zone(
    app: App,
    edit: Edit,
    key: web::Path<Key<Zone>>,
    patch: JsonBody<ZonePatch>,
) -> Result<Found<Zone>> {
    zones::update_zone(&app, &key, &patch.0, &edit).await.map(Found)
}

/// Deletes a zone.
///
/// Not while mentions, agreements or other zones refer to it (409).
#[utoipa::path(
    tag = "zones",
    operation_id = "delete_zone",
    params(("key" = String, Path, description = "Id or slug.", example = "idlib-de-escalation-zone")),
    responses((status = 204, description = "It is gone."), DeleteProblems, ServerProblems)
)]
#[delete("/zones/{key}")]
async fn delete_zone(app: App, edit: Edit, key: web::Path<Key<Zone>>) -> Result<HttpResponse> {
    zones::delete_zone(&app, &key, &edit).await?;
    Ok(gone())
}

/// Lists what a zone was after each of its changes.
///
/// The newest first: who changed it, when and why, and how it read before and after. One that was deleted is found by its id.
#[utoipa::path(
    tag = "zones",
    operation_id = "list_revisions_of_zone",
    params(("key" = String, Path, description = "Id or slug.", example = "idlib-de-escalation-zone"), PageParameters),
    responses((status = 200, description = "A page of revisions.", body = Page<Revision>), ListProblems, ReadProblems, ServerProblems)
)]
#[get("/zones/{key}/revisions")]
async fn list_revisions_of_zone(
    app: App,
    key: web::Path<Key<Zone>>,
    query: ListQuery<NoFilter>,
) -> Result<Listed<Revision>> {
    revisions::list_revisions_of_zone(&app, &key, &query.page()?).await.map(Listed)
}
