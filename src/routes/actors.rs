//! `/v1/actors`.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, delete, get, patch, post, web};

use super::bodies::JsonBody;
use super::creating::Creating;
use super::found::{Found, represented};
use super::including::ActorIncludes;
use super::lists::{ListQuery, Listed, NoFilter};
use super::problem::{DeleteProblems, ListProblems, ReadProblems, RestoreProblems, ServerProblems, WriteProblems};
use super::reading::{AsOf, Reading};
use super::registry::Registry;
use super::{App, created, gone};
use crate::error::Result;
use crate::models::{Actor, ActorFilter, ActorPatch, Author, Edit, Key, NewActor, NewMerge, Revision};
use crate::pagination::{Page, PageParameters};
use crate::services::{actors, merges, revisions};

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config
        .service(list_actors)
        .service(create_actor)
        .service(find_actor)
        .service(update_actor)
        .service(delete_actor)
        .service(list_revisions_of_actor)
        .service(merge_actor)
        .service(unmerge_actor);
}

/// Lists actors.
///
/// By slug.
#[utoipa::path(
    tag = "actors",
    operation_id = "list_actors",
    params(ActorFilter, AsOf, ActorIncludes, PageParameters),
    responses((status = 200, description = "A page of actors.", body = Page<Actor>), ListProblems, ServerProblems)
)]
#[get("/actors")]
async fn list_actors(app: Reading, query: ListQuery<ActorFilter>, include: ActorIncludes) -> Result<Listed<Actor>> {
    actors::list_actors(&app, &query.filter, &query.page()?, &include).await.map(Listed)
}

/// Adds an actor.
///
/// The extractor reckons with it from the next article on.
#[utoipa::path(
    tag = "actors",
    operation_id = "create_actor",
    request_body = NewActor,
    responses((status = 201, description = "The new actor.", body = Actor), WriteProblems, ServerProblems)
)]
#[post("/actors")]
async fn create_actor(app: Creating, author: Author, body: JsonBody<NewActor>) -> Result<HttpResponse> {
    let actor = actors::create_actor(&app, body.0, &author).await?;
    Ok(created(&format!("/v1/actors/{}", actor.id), &actor))
}

/// Reads an actor.
#[utoipa::path(
    tag = "actors",
    operation_id = "find_actor",
    params(("key" = String, Path, description = "Id or slug.", example = "sergey-lavrov"), AsOf, ActorIncludes),
    responses((status = 200, description = "The actor.", body = Actor), ReadProblems, ServerProblems)
)]
#[get("/actors/{key}")]
async fn find_actor(app: Reading, key: web::Path<Key<Actor>>, include: ActorIncludes) -> Result<Found<Actor>> {
    actors::find_actor(&app, &key, &include).await.map(Found)
}

/// Changes an actor.
#[utoipa::path(
    tag = "actors",
    operation_id = "update_actor",
    params(("key" = String, Path, description = "Id or slug.", example = "sergey-lavrov")),
    request_body(content = ActorPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The actor as it is now.", body = Actor), ReadProblems, WriteProblems, ServerProblems)
)]
#[patch("/actors/{key}")]
async fn update_actor(
    app: App,
    edit: Edit,
    key: web::Path<Key<Actor>>,
    patch: JsonBody<ActorPatch>,
) -> Result<Found<Actor>> {
    actors::update_actor(&app, &key, &patch.0, &edit).await.map(Found)
}

/// Deletes an actor.
///
/// Not while quotes, mentions, agreements or other actors refer to it (409).
#[utoipa::path(
    tag = "actors",
    operation_id = "delete_actor",
    params(("key" = String, Path, description = "Id or slug.", example = "sergey-lavrov")),
    responses((status = 204, description = "It is gone."), DeleteProblems, ServerProblems)
)]
#[delete("/actors/{key}")]
async fn delete_actor(app: App, edit: Edit, key: web::Path<Key<Actor>>) -> Result<HttpResponse> {
    actors::delete_actor(&app, &key, &edit).await?;
    Ok(gone())
}

/// Lists what an actor was after each of its changes.
///
/// The newest first: who changed it, when and why, and how it read before and after. One that was deleted is found by its id.
#[utoipa::path(
    tag = "actors",
    operation_id = "list_revisions_of_actor",
    params(("key" = String, Path, description = "Id or slug.", example = "sergey-lavrov"), PageParameters),
    responses((status = 200, description = "A page of revisions.", body = Page<Revision>), ListProblems, ReadProblems, ServerProblems)
)]
#[get("/actors/{key}/revisions")]
async fn list_revisions_of_actor(
    app: App,
    key: web::Path<Key<Actor>>,
    query: ListQuery<NoFilter>,
) -> Result<Listed<Revision>> {
    revisions::list_revisions_of_actor(&app, &key, &query.page()?).await.map(Listed)
}

/// Merges an actor into another.
///
/// For somebody who stands there twice. Its quotes, its mentions, what is a part of it or serves it, and its places in agreements
/// go to the other, which gets its names, too. Its own address answers 308 with that of the other from then on. To be undone.
#[utoipa::path(
    tag = "actors",
    operation_id = "merge_actor",
    params(("key" = String, Path, description = "Id or slug of the actor that goes.", example = "russian-mission-to-un")),
    request_body = NewMerge,
    responses((status = 200, description = "The actor that stays, as it is now.", body = Actor), ReadProblems, WriteProblems, ServerProblems)
)]
#[post("/actors/{key}/merge")]
async fn merge_actor(
    app: Creating,
    edit: Edit,
    key: web::Path<Key<Actor>>,
    body: JsonBody<NewMerge>,
) -> Result<Found<Actor>> {
    merges::merge_actor(&app, &key, &body.0, &edit).await.map(Found)
}

/// Undoes a merge.
///
/// The actor is there again under its id and slug, and has back what the merge moved, unless that was changed since: who gave
/// a quote another speaker is right.
#[utoipa::path(
    tag = "actors",
    operation_id = "unmerge_actor",
    params(
        ("key" = String, Path, description = "Id or slug that the actor had.", example = "russian-mission-to-un"),
        ("reason" = Option<String>, Query, description = "Why you do this, in your words. It is kept with the change.", min_length = 1, max_length = 500, pattern = "[^\\s\\x85]")
    ),
    responses((status = 200, description = "The actor that is there again; `Location` is its address.", body = Actor), ReadProblems, RestoreProblems, ServerProblems)
)]
#[post("/actors/{key}/unmerge")]
async fn unmerge_actor(app: Creating, edit: Edit, key: web::Path<Key<Actor>>) -> Result<HttpResponse> {
    let actor = merges::unmerge_actor(&app, &key, &edit).await?;
    let mut answer = represented(StatusCode::OK, &actor);
    let location = header::HeaderValue::from_str(&format!("/v1/actors/{}", actor.id));
    location.into_iter().for_each(|value| drop(answer.headers_mut().insert(header::LOCATION, value)));
    Ok(answer)
}
