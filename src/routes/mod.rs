//! HTTP: paths, parameters, status codes. One file a resource; the table of its routes is its `configure`, and that
//! table is the source of the OpenAPI document.

pub mod accept;
pub mod actors;
pub mod agreements;
pub mod articles;
mod author;
pub mod bodies;
pub mod changes;
mod creating;
pub mod deletions;
mod edit;
pub mod entity_tag;
mod event_stream;
pub mod explore;
pub mod exports;
pub mod extractions;
pub mod feeds;
pub mod found;
pub mod health;
pub mod imports;
pub mod including;
pub mod keys;
pub mod linked_data;
mod lists;
pub mod ogc;
pub mod outlets;
pub mod positions;
pub mod problem;
pub mod problems;
mod public_url;
pub mod quotes;
pub mod quotes_of;
pub mod reading;
pub mod registry;
pub mod search;
pub mod statements;
pub mod statistics;
pub mod table;
pub mod timeline;
pub mod webhooks;
pub mod zones;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};

use self::found::{Resource, represented};
use self::registry::Registry;
use crate::error::{Error, Result};
use crate::models::Id;
use crate::services::Services;

/// The services, as a handler takes them.
pub type App = actix_web::web::Data<Services>;

/// Beside a request that was a HEAD before `app.rs` made a GET of it: a body without an end must not be begun.
#[derive(Debug, Clone, Copy)]
pub struct HeadOnly;

/// Every route under `/v1`.
pub fn configure(config: &mut impl Registry) {
    articles::configure(config);
    extractions::configure(config);
    quotes::configure(config);
    statements::configure(config);
    positions::configure(config);
    actors::configure(config);
    zones::configure(config);
    timeline::configure(config);
    quotes_of::configure(config);
    agreements::configure(config);
    outlets::configure(config);
    feeds::configure(config);
    statistics::configure(config);
    deletions::configure(config);
    changes::configure(config);
    webhooks::configure(config);
    imports::configure(config);
    exports::configure(config);
    search::configure(config);
    keys::configure(config);
}

/// The id that a path names; what is no id names no resource.
fn resource_id<T>(resource: &'static str, text: &str) -> Result<Id<T>> {
    text.parse().map_err(|_| Error::NotFound { resource, key: text.to_owned() })
}

/// 201 with the new resource and its address.
fn created(location: &str, resource: &impl Resource) -> HttpResponse {
    let mut answer = represented(StatusCode::CREATED, resource);
    let location = header::HeaderValue::from_str(location);
    location.into_iter().for_each(|value| drop(answer.headers_mut().insert(header::LOCATION, value)));
    answer
}

/// 204: it is gone.
fn gone() -> HttpResponse {
    HttpResponse::NoContent().finish()
}
