//! HTTP: paths, parameters, status codes. One file a resource; the table of its routes is its `configure`, and that
//! table is the source of the OpenAPI document.

pub mod actors;
pub mod agreements;
pub mod articles;
mod author;
mod bodies;
pub mod health;
mod lists;
pub mod outlets;
pub mod problem;
pub mod problems;
pub mod quotes;
pub mod table;
pub mod zones;

use actix_web::HttpResponse;
use actix_web::http::header;
use serde::Serialize;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::error::{Error, Result};
use crate::models::Id;
use crate::services::Services;

/// The services, as a handler takes them.
pub type App = actix_web::web::Data<Services>;

/// Every route under `/v1`.
pub fn configure(config: &mut ServiceConfig) {
    articles::configure(config);
    quotes::configure(config);
    actors::configure(config);
    zones::configure(config);
    agreements::configure(config);
    outlets::configure(config);
}

/// The id that a path names; what is no id names no resource.
fn resource_id<T>(resource: &'static str, text: &str) -> Result<Id<T>> {
    text.parse().map_err(|_| Error::NotFound { resource, key: text.to_owned() })
}

/// 201 with the new resource and its address.
fn created(location: String, body: &impl Serialize) -> HttpResponse {
    HttpResponse::Created().insert_header((header::LOCATION, location)).json(body)
}

/// 204: it is gone.
fn gone() -> HttpResponse {
    HttpResponse::NoContent().finish()
}
