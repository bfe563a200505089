//! Addresses of actors that were merged into another: they lead there.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{FromRequest as _, HttpResponse};

use crate::error::Error;
use crate::models::{Actor, Key};
use crate::routes::reading::Reading;
use crate::services::merges;

/// The addresses of an actor and of what is under it.
const OF_ACTOR: &str = "/v1/actors/{key}";

/// Answers 308 with the address of the other where an actor is not there because it was merged: whatever the method, and with
/// the rest of the address as it was.
///
/// # Errors
/// What the inner service fails with.
pub async fn follow_merges(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let answer = next.call(request).await?.map_into_boxed_body();
    let error = answer.response().error().and_then(|error| error.as_error::<Error>());
    if !matches!(error, Some(Error::NotFound { resource: "actor", .. })) {
        return Ok(answer);
    }
    let request = answer.request();
    let pattern = request.match_pattern().filter(|pattern| pattern.starts_with(OF_ACTOR));
    let key = request.match_info().get("key").map(|key| key.parse::<Key<Actor>>());
    let (Some(pattern), Some(Ok(key))) = (pattern, key) else { return Ok(answer) };
    // A merge leads only to what was known at the same instant.
    let successor = match Reading::extract(request).await {
        Ok(services) => merges::find_successor(&services, &key).await,
        Err(error) => Err(error),
    };
    let location = match successor {
        Ok(Some(successor)) => {
            let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
            format!("{}{query}", pattern.replace("{key}", &successor.to_string()))
        }
        Ok(None) => return Ok(answer),
        Err(error) => return Ok(answer.error_response(error)),
    };
    Ok(answer.into_response(HttpResponse::PermanentRedirect().insert_header((header::LOCATION, location)).finish()))
}
