//! `/v1/zones/{key}/timeline`.

use actix_web::{get, web};

use super::lists::{ListQuery, Listed};
use super::problem::{ListProblems, ReadProblems, ServerProblems};
use super::reading::{AsOf, Reading};
use super::registry::Registry;
use crate::error::Result;
use crate::models::{Key, TimelineEntry, TimelineFilter, Zone};
use crate::pagination::{Page, PageParameters};
use crate::services::timeline;

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config.service(list_timeline_of_zone);
}

/// Lists what happened to a zone and what was said of it.
///
/// The earliest first: the changes of its status, its agreements (signed, in force) with their parties, the positions
/// that actors took on it or a part of it, and other notable quotes on it: those of somebody known, word for word in
/// whole or in part, of a known day, and not rejected. Positions are read from what is known now: with `as_of` there
/// are none, and such quotes stand as quotes.
#[utoipa::path(
    tag = "zones",
    operation_id = "list_timeline_of_zone",
    params(
        ("key" = String, Path, description = "Id or slug.", example = "idlib-de-escalation-zone"),
        TimelineFilter, AsOf, PageParameters
    ),
    responses(
        (status = 200, description = "A page of entries.", body = Page<TimelineEntry>), ListProblems, ReadProblems, ServerProblems
    )
)]
#[get("/zones/{key}/timeline")]
async fn list_timeline_of_zone(
    app: Reading,
    key: web::Path<Key<Zone>>,
    query: ListQuery<TimelineFilter>,
) -> Result<Listed<TimelineEntry>> {
    timeline::list_timeline_of_zone(&app, &key, &query.filter, &query.page()?).await.map(Listed)
}
