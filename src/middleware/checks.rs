//! What is refused before a handler sees it, and `OPTIONS`, which no handler has to answer.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, web};

use super::Surroundings;
use crate::error::Error;

/// Refuses an address that is too long, query parameters that the operation does not have, and an `Accept` that it cannot
/// meet: before a write, not after it.
///
/// # Errors
/// What the inner service fails with.
pub async fn check_request(
    surroundings: web::Data<Surroundings>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let limit = surroundings.settings.server.max_uri_bytes;
    if request.uri().path_and_query().is_some_and(|address| address.as_str().len() > limit) {
        return Ok(request.error_response(Error::UriTooLong { limit }));
    }
    let routes = &surroundings.routes;
    if request.method() == Method::OPTIONS {
        return Ok(match routes.options(request.path()) {
            Ok(options) => {
                let mut answer = HttpResponse::NoContent();
                answer.insert_header((header::ALLOW, options.allow));
                if let Some(media_type) = options.accept_patch {
                    answer.insert_header(("accept-patch", media_type));
                }
                request.into_response(answer.finish())
            }
            Err(error) => request.error_response(error),
        });
    }
    if let Err(error) = routes.check_query(request.request()).and_then(|()| routes.check_accept(request.request())) {
        return Ok(request.error_response(error));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}
