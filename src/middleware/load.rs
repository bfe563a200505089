//! Bounds on the work that the service takes on: how much at one time, and for how long a client waits for it.

use std::sync::Arc;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::web;
use tracing::Instrument;

use super::{Surroundings, is_probe};
use crate::error::Error;

/// Answers 503 at once where too much is in flight, and 503 where an answer takes too long.
///
/// Waiting for a place would only move the queue into memory: who is told to come back costs nothing.
///
/// Work that was begun is never cut off, neither by the clock nor by a client that hangs up: it is a task of its own, which
/// keeps its place until it ends. A call to SQLite that is dropped half-way holds its thread up until it ends, and a write that ends
/// either way is easier to reason about than one that may stop anywhere.
///
/// # Errors
/// What the inner service fails with.
pub async fn bound_load(
    surroundings: web::Data<Surroundings>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    // Whoever asks whether the process lives must not be told that it is busy.
    if is_probe(request.path()) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let Ok(place) = Arc::clone(&surroundings.in_flight).try_acquire_owned() else {
        let limit = surroundings.settings.server.max_in_flight;
        let detail = format!("{limit} requests are being answered already");
        return Ok(request.error_response(Error::Unavailable(detail)));
    };
    let is_upload = is_upload(&request);
    let Ok(room) = Arc::clone(&surroundings.bodies).try_acquire_many_owned(room_for(&surroundings, &request)) else {
        let detail = "the bodies of other requests are being taken in already".to_owned();
        return Ok(request.error_response(Error::Unavailable(detail)));
    };
    let work = async move {
        let answer = next.call(request).await;
        drop((place, room));
        answer
    };
    // A file takes as long as it takes: each of its pieces has to come in time.
    let limit_ms = if is_upload { u64::MAX } else { surroundings.settings.server.request_timeout_ms };
    let task = actix_web::rt::spawn(work.in_current_span());
    match tokio::time::timeout(Duration::from_millis(limit_ms), task).await {
        Ok(Ok(answer)) => Ok(answer?.map_into_boxed_body()),
        Ok(Err(panicked)) => Err(Error::internal(panicked).into()),
        // The request is with the work on it: `finish` answers without it.
        Err(_) => Err(Error::TimedOut { limit_ms }.into()),
    }
}

/// Whether the body is a file that goes to disk piece by piece, and needs neither room in memory nor to be short.
fn is_upload(request: &ServiceRequest) -> bool {
    request.method() == Method::POST && request.path() == "/v1/imports"
}

/// How many KiB the body of a request may need. One that is longer than it says is cut off by actix.
fn room_for(surroundings: &Surroundings, request: &ServiceRequest) -> u32 {
    if is_upload(request) {
        return 0;
    }
    let largest = surroundings.settings.server.max_body_bytes;
    let headers = request.headers();
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let is_compressed = headers.contains_key(header::CONTENT_ENCODING);
    let bytes = match length {
        // Refused with 413 before it is read.
        Some(length) if length > largest => 0,
        Some(length) if !is_compressed || length == 0 => length,
        None if !headers.contains_key(header::TRANSFER_ENCODING) => 0,
        _ => largest,
    };
    u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX)
}
