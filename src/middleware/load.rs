//! Bounds on the work that the service takes on: how much at one time, and for how long.

use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web;
use tokio::sync::TryAcquireError;

use super::{Surroundings, is_probe};
use crate::error::Error;

/// Answers 503 at once where too much is in flight, and 503 to what takes too long, which is dropped: a transaction that it
/// had open is rolled back.
///
/// Waiting for a place would only move the queue into memory: who is told to come back costs nothing.
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
    let _place = match surroundings.in_flight.try_acquire() {
        Ok(place) => place,
        Err(TryAcquireError::NoPermits | TryAcquireError::Closed) => {
            let limit = surroundings.settings.server.max_in_flight;
            let detail = format!("{limit} requests are being answered already");
            return Ok(request.error_response(Error::Unavailable(detail)));
        }
    };
    let limit_ms = surroundings.settings.server.request_timeout_ms;
    match tokio::time::timeout(Duration::from_millis(limit_ms), next.call(request)).await {
        Ok(answer) => Ok(answer?.map_into_boxed_body()),
        // The request went with the work on it: `finish` answers without it.
        Err(_) => Err(Error::TimedOut { limit_ms }.into()),
    }
}
