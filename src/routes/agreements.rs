//! `/v1/agreements`.

use actix_web::{HttpResponse, delete, get, patch, post, web};

use super::bodies::JsonBody;
use super::creating::Creating;
use super::found::Found;
use super::including::AgreementIncludes;
use super::lists::{ListQuery, Listed, NoFilter};
use super::problem::{DeleteProblems, ListProblems, ReadProblems, ServerProblems, WriteProblems};
use super::reading::{AsOf, Reading};
use super::registry::Registry;
use super::{App, created, gone};
use crate::error::Result;
use crate::models::{Agreement, AgreementFilter, AgreementPatch, Author, Edit, Key, NewAgreement, Revision};
use crate::pagination::{Page, PageParameters};
use crate::services::{agreements, revisions};

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config
        .service(list_agreements)
        .service(create_agreement)
        .service(find_agreement)
        .service(update_agreement)
        .service(delete_agreement)
        .service(list_revisions_of_agreement);
}

/// Lists agreements.
///
/// By slug.
#[utoipa::path(
    tag = "agreements",
    operation_id = "list_agreements",
    params(AgreementFilter, AsOf, AgreementIncludes, PageParameters),
    responses((status = 200, description = "A page of agreements.", body = Page<Agreement>), ListProblems, ServerProblems)
)]
#[get("/agreements")]
async fn list_agreements(
    app: Reading,
    query: ListQuery<AgreementFilter>,
    include: AgreementIncludes,
) -> Result<Listed<Agreement>> {
    agreements::list_agreements(&app, &query.filter, &query.page()?, &include).await.map(Listed)
}

/// Adds an agreement.
///
/// Its parties and zones must be there already.
#[utoipa::path(
    tag = "agreements",
    operation_id = "create_agreement",
    request_body = NewAgreement,
    responses((status = 201, description = "The new agreement.", body = Agreement), WriteProblems, ServerProblems)
)]
#[post("/agreements")]
async fn create_agreement(app: Creating, author: Author, body: JsonBody<NewAgreement>) -> Result<HttpResponse> {
    let agreement = agreements::create_agreement(&app, body.0, &author).await?;
    Ok(created(&format!("/v1/agreements/{}", agreement.id), &agreement))
}

/// Reads an agreement.
#[utoipa::path(
    tag = "agreements",
    operation_id = "find_agreement",
    params(("key" = String, Path, description = "Id or slug.", example = "astana-memorandum-2017"), AsOf, AgreementIncludes),
    responses((status = 200, description = "The agreement.", body = Agreement), ReadProblems, ServerProblems)
)]
#[get("/agreements/{key}")]
async fn find_agreement(
    app: Reading,
    key: web::Path<Key<Agreement>>,
    include: AgreementIncludes,
) -> Result<Found<Agreement>> {
    agreements::find_agreement(&app, &key, &include).await.map(Found)
}

/// Changes an agreement.
#[utoipa::path(
    tag = "agreements",
    operation_id = "update_agreement",
    params(("key" = String, Path, description = "Id or slug.", example = "astana-memorandum-2017")),
    request_body(content = AgreementPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The agreement as it is now.", body = Agreement), ReadProblems, WriteProblems, ServerProblems)
)]
#[patch("/agreements/{key}")]
async fn update_agreement(
    app: App,
    edit: Edit,
    key: web::Path<Key<Agreement>>,
    patch: JsonBody<AgreementPatch>,
) -> Result<Found<Agreement>> {
    agreements::update_agreement(&app, &key, &patch.0, &edit).await.map(Found)
}

/// Deletes an agreement.
///
/// Its parties and zones stay.
#[utoipa::path(
    tag = "agreements",
    operation_id = "delete_agreement",
    params(("key" = String, Path, description = "Id or slug.", example = "astana-memorandum-2017")),
    responses((status = 204, description = "It is gone."), DeleteProblems, ServerProblems)
)]
#[delete("/agreements/{key}")]
async fn delete_agreement(app: App, edit: Edit, key: web::Path<Key<Agreement>>) -> Result<HttpResponse> {
    agreements::delete_agreement(&app, &key, &edit).await?;
    Ok(gone())
}

/// Lists what an agreement was after each of its changes.
///
/// The newest first: who changed it, when and why, and how it read before and after. One that was deleted is found by its id.
#[utoipa::path(
    tag = "agreements",
    operation_id = "list_revisions_of_agreement",
    params(("key" = String, Path, description = "Id or slug.", example = "astana-memorandum-2017"), PageParameters),
    responses((status = 200, description = "A page of revisions.", body = Page<Revision>), ListProblems, ReadProblems, ServerProblems)
)]
#[get("/agreements/{key}/revisions")]
async fn list_revisions_of_agreement(
    app: App,
    key: web::Path<Key<Agreement>>,
    query: ListQuery<NoFilter>,
) -> Result<Listed<Revision>> {
    revisions::list_revisions_of_agreement(&app, &key, &query.page()?).await.map(Listed)
}
