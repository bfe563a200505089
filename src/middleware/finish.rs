//! The last hand on every answer: failures become problems, and the headers that all answers have.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, web};

use super::{Surroundings, is_probe};
use crate::error::Error;
use crate::routes::problem::{MEDIA_TYPE, problem_response, request_identity};
use crate::routes::table::RouteTable;
use crate::telemetry::RequestIdentity;

/// Nothing of an API answer is to be run or framed.
const POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Swagger UI runs its own scripts, styles elements in place, and calls this service.
const POLICY_OF_DOCS: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page at `/explore` has its own scripts and style sheet, and calls this service. It makes no HTML out of text.
const POLICY_OF_EXPLORE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/// Turns what failed, in a handler or in actix itself, into a problem, and puts the headers on that every answer has.
///
/// # Errors
/// Where the request itself is gone, the problem comes as an error that answers with it.
pub async fn finish(
    surroundings: web::Data<Surroundings>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let context = Context::of(&surroundings, &request);
    match next.call(request).await {
        Ok(answer) => {
            let mut answer = explain_failure(&surroundings.routes, answer.map_into_boxed_body());
            context.put_headers_on(answer.response_mut().head_mut().status, answer.headers_mut());
            Ok(answer)
        }
        Err(error) => {
            let meaning = match error.as_error::<Error>() {
                Some(Error::TimedOut { limit_ms }) => Error::TimedOut { limit_ms: *limit_ms },
                _ => Error::internal(error.to_string()),
            };
            let mut answer = problem_response(&meaning, &context.identity);
            context.put_headers_on(answer.status(), answer.headers_mut());
            Err(InternalError::from_response(meaning, answer).into())
        }
    }
}

/// What has to be known of a request when it is gone.
struct Context {
    identity: RequestIdentity,
    is_read: bool,
    is_probe: bool,
    policy: &'static str,
    hsts_max_age: u64,
}

impl Context {
    fn of(surroundings: &Surroundings, request: &ServiceRequest) -> Self {
        Self {
            identity: request_identity(request.request()),
            is_read: request.method() == Method::GET,
            is_probe: is_probe(request.path()),
            policy: policy_of(request.path()),
            hsts_max_age: surroundings.settings.server.hsts_max_age,
        }
    }

    fn put_headers_on(&self, status: StatusCode, headers: &mut HeaderMap) {
        let mut put = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        put(HeaderName::from_static("x-request-id"), &self.identity.request_id);
        put(HeaderName::from_static("traceparent"), &self.identity.traceparent());
        put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        put(header::REFERRER_POLICY, "no-referrer");
        put(header::CONTENT_SECURITY_POLICY, self.policy);
        if self.hsts_max_age > 0 {
            put(header::STRICT_TRANSPORT_SECURITY, &format!("max-age={}; includeSubDomains", self.hsts_max_age));
        }
        if !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, self.cache_control(status));
        }
        vary(headers);
    }

    /// A read may be kept and must be asked for again before it is used, which a tag makes cheap; all else is of the moment.
    fn cache_control(&self, status: StatusCode) -> HeaderValue {
        let is_kept = self.is_read
            && !self.is_probe
            && (status == StatusCode::OK || status == StatusCode::NOT_MODIFIED || status.is_redirection());
        HeaderValue::from_static(if is_kept { "no-cache" } else { "no-store" })
    }
}

/// What a browser may do with what it gets from a path.
fn policy_of(path: &str) -> &'static str {
    if path.starts_with("/docs") {
        POLICY_OF_DOCS
    } else if path == "/explore" || path.starts_with("/explore/") {
        POLICY_OF_EXPLORE
    } else {
        POLICY
    }
}

/// An answer depends on what the client accepts; what it depends on beside that was said before.
fn vary(headers: &mut HeaderMap) {
    let said = headers.get_all(header::VARY).filter_map(|value| value.to_str().ok());
    let mut names: Vec<String> = said.flat_map(|value| value.split(',')).map(|name| name.trim().to_owned()).collect();
    for name in ["accept", "accept-encoding"] {
        if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name.to_owned());
        }
    }
    if let Ok(value) = HeaderValue::from_str(&names.join(", ").to_ascii_lowercase()) {
        headers.insert(header::VARY, value);
    }
}

/// A failure without a problem gets one; headers that were put on it stay.
fn explain_failure(routes: &RouteTable, answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let request = answer.request();
    let is_explained = answer.headers().get(header::CONTENT_TYPE).is_some_and(|value| value == MEDIA_TYPE);
    let identity = request_identity(request);
    let problem = match (answer.response().error(), answer.status()) {
        _ if is_explained => return answer,
        (Some(error), _) => match error.as_error::<Error>() {
            Some(error) => problem_response(error, &identity),
            None => problem_response(&actix_failure(request, error), &identity),
        },
        // What serves `/docs` and `/openapi.json` refuses with an empty answer.
        (None, StatusCode::METHOD_NOT_ALLOWED) => problem_response(&routes.nothing_here(request.path()), &identity),
        (None, StatusCode::NOT_FOUND) => {
            problem_response(&Error::RouteNotFound { path: request.path().to_owned() }, &identity)
        }
        // Compression, where not even `identity` will do.
        (None, StatusCode::NOT_ACCEPTABLE) => {
            problem_response(&Error::NotAcceptable { offered: "identity, br, gzip or zstd".to_owned() }, &identity)
        }
        (None, _) => return answer,
    };
    let headers = answer.headers().clone();
    let mut answer = answer.into_response(problem);
    for (name, value) in headers {
        let is_of_the_body = [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING].contains(&name);
        if !is_of_the_body && !answer.headers().contains_key(&name) {
            answer.headers_mut().append(name, value);
        }
    }
    answer
}

/// What a refusal by actix itself means: a path or a body that it cannot read.
fn actix_failure(request: &HttpRequest, error: &actix_web::Error) -> Error {
    let status = error.as_response_error().status_code();
    if status == StatusCode::NOT_FOUND {
        Error::RouteNotFound { path: request.path().to_owned() }
    } else if status.is_client_error() {
        Error::MalformedBody(error.to_string())
    } else {
        Error::internal(error.to_string())
    }
}
