//! Request bodies: JSON with places named, and texts as they are.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::models::{FieldError, OfObjects, json_pointer};
use crate::services::Services;

/// A JSON body. Mistakes are named with a JSON pointer.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for JsonBody<T> {
    type Error = Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media_type = MediaType::of(request);
        let bytes = read_body(request, payload);
        Box::pin(async move {
            match media_type {
                MediaType::Json | MediaType::MergePatch => parse_json(&bytes.await?).map(JsonBody),
                _ => Err(Error::UnsupportedMediaType { expected: "application/json" }),
            }
        })
    }
}

/// The media types that some operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// `application/json`.
    Json,
    /// `application/merge-patch+json`.
    MergePatch,
    /// `text/plain`.
    Text,
    /// `text/html`.
    Html,
    /// `application/x-ndjson`.
    Ndjson,
    /// Any other, or none.
    Other,
}

impl MediaType {
    /// What the request says that its body is.
    pub fn of(request: &HttpRequest) -> Self {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence =
            content_type.and_then(|value| value.split(';').next()).map(|essence| essence.trim().to_ascii_lowercase());
        match essence.as_deref() {
            Some("application/json") => Self::Json,
            Some("application/merge-patch+json") => Self::MergePatch,
            Some("text/plain") => Self::Text,
            Some("application/x-ndjson" | "application/ndjson" | "application/jsonl") => Self::Ndjson,
            Some("text/html" | "application/xhtml+xml") => Self::Html,
            _ => Self::Other,
        }
    }
}

/// The whole body, within the limit.
///
/// # Errors
/// [`Error::PayloadTooLarge`], [`Error::RequestTimeout`], and [`Error::MalformedBody`] where the client breaks off.
pub fn read_body(request: &HttpRequest, payload: &mut Payload) -> impl Future<Output = Result<web::Bytes>> + 'static {
    let settings = request.app_data::<web::Data<Services>>().map(|services| &services.settings.server);
    let (limit, limit_ms) = settings.map_or((0, 0), |settings| (settings.max_body_bytes, settings.client_timeout_ms));
    // actix's own collector holds the body to the limit of the `PayloadConfig` that `app.rs` sets from the same setting.
    let body = web::Bytes::from_request(request, payload);
    async move {
        let arrived = tokio::time::timeout(Duration::from_millis(limit_ms), body).await;
        arrived.map_err(|_| Error::RequestTimeout { limit_ms })?.map_err(|error| {
            if error.as_response_error().status_code() == actix_web::http::StatusCode::PAYLOAD_TOO_LARGE {
                Error::PayloadTooLarge { limit }
            } else {
                Error::MalformedBody(format!("the body did not arrive whole: {error}"))
            }
        })
    }
}

/// The whole body as text.
///
/// # Errors
/// As [`read_body`], and [`Error::MalformedBody`] for what is not UTF-8, or holds NUL, which PostgreSQL cannot keep.
pub fn text_of(bytes: &[u8]) -> Result<String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Error::MalformedBody(format!("the text is not UTF-8 at byte {}", error.valid_up_to())))?;
    match text.find('\0') {
        Some(at) => Err(Error::MalformedBody(format!("the text holds U+0000 at byte {at}"))),
        None => Ok(text.to_owned()),
    }
}

/// A value out of a JSON text.
///
/// # Errors
/// [`Error::MalformedBody`] for what is not JSON, [`Error::InvalidBody`] for JSON of another shape.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value: T =
        serde_path_to_error::deserialize(OfObjects(&mut deserializer)).map_err(|error| json_error(&error))?;
    deserializer.end().map_err(|error| Error::MalformedBody(format!("the body is not JSON: {error}")))?;
    refuse_nul(bytes)?;
    Ok(value)
}

/// What a failed reading of JSON means.
fn json_error(error: &serde_path_to_error::Error<serde_json::Error>) -> Error {
    let inner = error.inner();
    match inner.classify() {
        serde_json::error::Category::Data => {
            Error::InvalidBody(vec![FieldError::at(json_pointer(error.path()), inner.to_string())])
        }
        _ => Error::MalformedBody(format!("the body is not JSON: {inner}")),
    }
}

/// PostgreSQL keeps no NUL, SQLite does: neither gets one.
fn refuse_nul(json: &[u8]) -> Result<()> {
    fn find(value: &Value, pointer: &str) -> Option<String> {
        match value {
            Value::String(text) => text.contains('\0').then(|| pointer.to_owned()),
            Value::Array(items) => {
                items.iter().enumerate().find_map(|(index, item)| find(item, &format!("{pointer}/{index}")))
            }
            Value::Object(fields) => fields.iter().find_map(|(key, item)| {
                let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                if key.contains('\0') { Some(pointer) } else { find(item, &pointer) }
            }),
            _ => None,
        }
    }
    // In JSON a NUL can only stand escaped; without the escape there is nothing to look for.
    let escape = b"\\u0000";
    if !json.windows(escape.len()).any(|window| window == escape) {
        return Ok(());
    }
    let value: Value = serde_json::from_slice(json).map_err(|error| Error::MalformedBody(error.to_string()))?;
    match find(&value, "") {
        Some(pointer) => Err(Error::InvalidBody(vec![FieldError::at(pointer, "must not hold U+0000")])),
        None => Ok(()),
    }
}
