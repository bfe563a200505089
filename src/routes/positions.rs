//! `/v1/positions`, and the same list narrowed by its address: `/v1/actors/{key}/positions`,
//! `/v1/zones/{key}/positions`.

use actix_web::{HttpResponse, get, patch, web};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::bodies::JsonBody;
use super::entity_tag::ResourceVersion;
use super::lists::{ListQuery, Listed};
use super::problem::{ListProblems, ReadProblems, ServerProblems, WriteProblems};
use super::quotes_of::{narrow, parameters_without};
use super::reading::Reading;
use super::registry::Registry;
use super::{App, resource_id};
use crate::error::Result;
use crate::models::{Actor, Edit, Key, Position, PositionFilter, PositionPatch, PositionWithReviews, Zone};
use crate::pagination::{Page, PageParameters};
use crate::services::positions;

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config
        .service(list_positions)
        .service(find_position)
        .service(update_position)
        .service(list_positions_of_actor)
        .service(list_positions_of_zone);
}

/// Lists positions.
///
/// What actors think of zones, each with the quote that says so; the newest first, by the day of the quote. A quote
/// whose words tell no stance takes none. `changed=true` lists shifts: the first position of another stance than the
/// same actor took on the same zone before, both of a known day, with that one as `changed_from`; rejected ones count
/// neither way. They are read by a machine from what is known now, so there is no `as_of`.
#[utoipa::path(
    tag = "positions",
    operation_id = "list_positions",
    params(PositionFilter, PageParameters),
    responses((status = 200, description = "A page of positions.", body = Page<Position>), ListProblems, ServerProblems)
)]
#[get("/positions")]
async fn list_positions(app: Reading, query: ListQuery<PositionFilter>) -> Result<Listed<Position>> {
    positions::list_positions(&app, &query.filter, &query.page()?).await.map(Listed)
}

/// Reads a position.
///
/// With what people said about it: who, when and why, and how it read before and after.
#[utoipa::path(
    tag = "positions",
    operation_id = "find_position",
    params(("id" = uuid::Uuid, Path, description = "The position's id.")),
    responses((status = 200, description = "The position.", body = PositionWithReviews), ReadProblems, ServerProblems)
)]
#[get("/positions/{id}")]
async fn find_position(app: Reading, id: web::Path<String>) -> Result<HttpResponse> {
    let found = positions::find_position(&app, resource_id("position", &id)?).await?;
    Ok(versioned(&found))
}

/// Puts a position right, or says that it is right or wrong.
///
/// The machine keeps to it, also where it reads the article anew; `review: "machine"` takes it back.
#[utoipa::path(
    tag = "positions",
    operation_id = "update_position",
    security(("bearer" = ["review"])),
    params(("id" = uuid::Uuid, Path, description = "The position's id.")),
    request_body(content = PositionPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The position as it is now.", body = PositionWithReviews),
        ReadProblems, WriteProblems, ServerProblems
    )
)]
#[patch("/positions/{id}")]
async fn update_position(
    app: App,
    edit: Edit,
    id: web::Path<String>,
    patch: JsonBody<PositionPatch>,
) -> Result<HttpResponse> {
    let changed = positions::update_position(&app, resource_id("position", &id)?, &patch.0, &edit).await?;
    Ok(versioned(&changed))
}

/// Lists the positions of an actor.
///
/// The newest first, as `/v1/positions?actor=` lists them, with its other filters but `quote`.
#[utoipa::path(
    tag = "actors",
    operation_id = "list_positions_of_actor",
    params(("key" = String, Path, description = "Id or slug.", example = "sergey-lavrov"), BesideActor, PageParameters),
    responses(
        (status = 200, description = "A page of positions.", body = Page<Position>),
        ListProblems, ReadProblems, ServerProblems
    )
)]
#[get("/actors/{key}/positions")]
async fn list_positions_of_actor(
    app: Reading,
    key: web::Path<Key<Actor>>,
    query: ListQuery<PositionFilter>,
) -> Result<Listed<Position>> {
    let key = key.into_inner();
    let query = query.narrowed(|filter| narrow(&mut filter.actor, "actor", &key))?;
    positions::list_positions_of_actor(&app, &key, &query.filter, &query.page()?).await.map(Listed)
}

/// Lists the positions on a zone.
///
/// Or on a part of it; the newest first, as `/v1/positions?zone=` lists them, with its other filters but `quote`.
#[utoipa::path(
    tag = "zones",
    operation_id = "list_positions_of_zone",
    params(
        ("key" = String, Path, description = "Id or slug.", example = "us-safe-zones-proposal"), BesideZone, PageParameters
    ),
    responses(
        (status = 200, description = "A page of positions.", body = Page<Position>),
        ListProblems, ReadProblems, ServerProblems
    )
)]
#[get("/zones/{key}/positions")]
async fn list_positions_of_zone(
    app: Reading,
    key: web::Path<Key<Zone>>,
    query: ListQuery<PositionFilter>,
) -> Result<Listed<Position>> {
    let key = key.into_inner();
    let query = query.narrowed(|filter| narrow(&mut filter.zone, "zone", &key))?;
    positions::list_positions_of_zone(&app, &key, &query.filter, &query.page()?).await.map(Listed)
}

/// 200 with a position, and the version that its tag names.
fn versioned(found: &PositionWithReviews) -> HttpResponse {
    let mut answer = HttpResponse::Ok().json(found);
    answer.extensions_mut().insert(ResourceVersion(found.position.version));
    answer
}

/// The filter of positions without what the path says, and without `quote`: in generated Python clients that is the
/// function which writes the key into the path.
struct BesideActor;

impl IntoParams for BesideActor {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        parameters_without::<PositionFilter>(&["actor", "quote"], parameter_in)
    }
}

/// The same for a zone.
struct BesideZone;

impl IntoParams for BesideZone {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        parameters_without::<PositionFilter>(&["zone", "quote"], parameter_in)
    }
}
