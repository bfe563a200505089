//! `/v1/outlets`.

use actix_web::{HttpResponse, delete, get, patch, post, web};

use super::bodies::JsonBody;
use super::creating::Creating;
use super::found::Found;
use super::lists::{ListQuery, Listed, NoFilter};
use super::problem::{DeleteProblems, ListProblems, ReadProblems, ServerProblems, WriteProblems};
use super::reading::{AsOf, Reading};
use super::registry::Registry;
use super::{App, created, gone};
use crate::error::Result;
use crate::models::{Author, Edit, Key, NewOutlet, Outlet, OutletFilter, OutletPatch, Revision};
use crate::pagination::{Page, PageParameters};
use crate::services::{outlets, revisions};

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config
        .service(list_outlets)
        .service(create_outlet)
        .service(find_outlet)
        .service(update_outlet)
        .service(delete_outlet)
        .service(list_revisions_of_outlet);
}

/// Lists outlets.
///
/// By slug.
#[utoipa::path(
    tag = "outlets",
    operation_id = "list_outlets",
    params(OutletFilter, AsOf, PageParameters),
    responses((status = 200, description = "A page of outlets.", body = Page<Outlet>), ListProblems, ServerProblems)
)]
#[get("/outlets")]
async fn list_outlets(app: Reading, query: ListQuery<OutletFilter>) -> Result<Listed<Outlet>> {
    outlets::list_outlets(&app, &query.filter, &query.page()?).await.map(Listed)
}

/// Adds an outlet.
///
/// The extractor reckons with it from the next article on.
#[utoipa::path(
    tag = "outlets",
    operation_id = "create_outlet",
    request_body = NewOutlet,
    responses((status = 201, description = "The new outlet.", body = Outlet), WriteProblems, ServerProblems)
)]
#[post("/outlets")]
async fn create_outlet(app: Creating, author: Author, body: JsonBody<NewOutlet>) -> Result<HttpResponse> {
    let outlet = outlets::create_outlet(&app, body.0, &author).await?;
    Ok(created(&format!("/v1/outlets/{}", outlet.id), &outlet))
}

/// Reads an outlet.
#[utoipa::path(
    tag = "outlets",
    operation_id = "find_outlet",
    params(("key" = String, Path, description = "Id or slug.", example = "tass"), AsOf),
    responses((status = 200, description = "The outlet.", body = Outlet), ReadProblems, ServerProblems)
)]
#[get("/outlets/{key}")]
async fn find_outlet(app: Reading, key: web::Path<Key<Outlet>>) -> Result<Found<Outlet>> {
    outlets::find_outlet(&app, &key).await.map(Found)
}

/// Changes an outlet.
#[utoipa::path(
    tag = "outlets",
    operation_id = "update_outlet",
    params(("key" = String, Path, description = "Id or slug.", example = "tass")),
    request_body(content = OutletPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The outlet as it is now.", body = Outlet), ReadProblems, WriteProblems, ServerProblems)
)]
#[patch("/outlets/{key}")]
async fn update_outlet(
    app: App,
    edit: Edit,
    key: web::Path<Key<Outlet>>,
    patch: JsonBody<OutletPatch>,
) -> Result<Found<Outlet>> {
    outlets::update_outlet(&app, &key, &patch.0, &edit).await.map(Found)
}

/// Deletes an outlet.
///
/// Not while articles are of this outlet (409).
#[utoipa::path(
    tag = "outlets",
    operation_id = "delete_outlet",
    params(("key" = String, Path, description = "Id or slug.", example = "tass")),
    responses((status = 204, description = "It is gone."), DeleteProblems, ServerProblems)
)]
#[delete("/outlets/{key}")]
async fn delete_outlet(app: App, edit: Edit, key: web::Path<Key<Outlet>>) -> Result<HttpResponse> {
    outlets::delete_outlet(&app, &key, &edit).await?;
    Ok(gone())
}

/// Lists what an outlet was after each of its changes.
///
/// The newest first: who changed it, when and why, and how it read before and after. One that was deleted is found by its id.
#[utoipa::path(
    tag = "outlets",
    operation_id = "list_revisions_of_outlet",
    params(("key" = String, Path, description = "Id or slug.", example = "tass"), PageParameters),
    responses((status = 200, description = "A page of revisions.", body = Page<Revision>), ListProblems, ReadProblems, ServerProblems)
)]
#[get("/outlets/{key}/revisions")]
async fn list_revisions_of_outlet(
    app: App,
    key: web::Path<Key<Outlet>>,
    query: ListQuery<NoFilter>,
) -> Result<Listed<Revision>> {
    revisions::list_revisions_of_outlet(&app, &key, &query.page()?).await.map(Listed)
}
