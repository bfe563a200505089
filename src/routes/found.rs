//! Single resources over HTTP: one body, its version for the tag, its date where that is true.

use std::time::SystemTime;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentType, HttpDate};
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde_json::Value;

use super::entity_tag::{ResourceVersion, tag_of};
use crate::error::Error;
use crate::models::{
    Actor, Agreement, Article, ArticleWithQuotes, Instant, Outlet, Quote, StoredAnswer, Versioned, Zone,
};

/// What a single address gives.
pub trait Resource: Versioned {
    /// When its representation last changed; `None` where that is not known, because it shows the names of other
    /// resources, which change without it.
    fn last_modified(&self) -> Option<Instant> {
        None
    }

    /// The answer that holds it, and the tag that a read of its address gives, where this is more than that read.
    ///
    /// # Errors
    /// A resource that cannot be written as JSON: there is none.
    fn body(&self) -> serde_json::Result<(Vec<u8>, Option<String>)> {
        Ok((serde_json::to_vec(self)?, None))
    }
}

impl Resource for ArticleWithQuotes {
    /// What a read gives is the beginning of this, and written once: the quotes come last.
    fn body(&self) -> serde_json::Result<(Vec<u8>, Option<String>)> {
        let mut body = serde_json::to_vec(&self.article)?;
        let tag = tag_of(Some(ResourceVersion(self.version())), &body);
        body.pop();
        body.extend_from_slice(b",\"quotes\":");
        serde_json::to_writer(&mut body, &self.quotes)?;
        body.push(b'}');
        Ok((body, Some(tag)))
    }
}
impl Resource for Article {}
impl Resource for Quote {}
impl Resource for Actor {}
impl Resource for Zone {}
impl Resource for Agreement {}
impl Resource for Outlet {
    // The one resource that shows nothing but itself.
    fn last_modified(&self) -> Option<Instant> {
        Some(self.updated_at)
    }
}

/// 200 with a resource.
pub struct Found<T>(pub T);

impl<T: Resource> Responder for Found<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        represented(StatusCode::OK, &self.0)
    }
}

/// The answer that holds a resource as a read of its address gives it.
pub fn represented<T: Resource>(status: StatusCode, resource: &T) -> HttpResponse {
    let (body, tag_of_read) = match resource.body() {
        Ok(body) => body,
        Err(error) => return HttpResponse::from_error(Error::internal(error)),
    };
    let mut answer = HttpResponse::build(status).content_type(ContentType::json()).body(body);
    answer.extensions_mut().insert(ResourceVersion(resource.version()));
    if let Some(tag) = tag_of_read {
        let value = header::HeaderValue::from_str(&tag);
        value.into_iter().for_each(|value| drop(answer.headers_mut().insert(header::ETAG, value)));
    }
    if let Some(date) = resource.last_modified().and_then(settled_date) {
        let value = header::HeaderValue::from_str(&date.to_string());
        value.into_iter().for_each(|value| drop(answer.headers_mut().insert(header::LAST_MODIFIED, value)));
    }
    answer
}

/// The answer to a request that was answered before: what was kept, and what follows from it.
pub fn replayed(collection: &str, answer: StoredAnswer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    response.insert_header(("idempotent-replayed", "true"));
    let resource: Option<Value> = serde_json::from_str(&answer.body).ok();
    let id = resource.as_ref().and_then(|resource| resource["id"].as_str());
    if let Some(id) = id.filter(|_| status == StatusCode::CREATED) {
        response.insert_header((header::LOCATION, format!("{collection}/{id}")));
    }
    let version = resource.as_ref().and_then(|resource| resource["version"].as_i64()).map(ResourceVersion);
    // A new article comes with its quotes; a read of its address, whose tag this is to be, without them.
    if let Some(mut article) = resource
        && article.as_object_mut().is_some_and(|fields| fields.shift_remove("quotes").is_some())
        && let Ok(read) = serde_json::to_vec(&article)
    {
        response.insert_header((header::ETAG, tag_of(version, &read)));
    }
    let mut response = response.content_type("application/json").body(answer.body);
    if let Some(version) = version {
        response.extensions_mut().insert(version);
    }
    response
}

/// The answer that holds a resource as linked data.
pub fn linked<T: Resource>(media_type: &'static str, resource: &T, linked_data: &Value) -> HttpResponse {
    let mut answer = HttpResponse::Ok().content_type(media_type).body(linked_data.to_string());
    answer.extensions_mut().insert(ResourceVersion(resource.version()));
    answer
}

/// HTTP dates are exact to the second: within the second of a change another may follow, and the date would not tell.
fn settled_date(changed: Instant) -> Option<HttpDate> {
    let changed: SystemTime = changed.into();
    let age = SystemTime::now().duration_since(changed).ok()?;
    (age.as_secs() >= 2).then(|| changed.into())
}
