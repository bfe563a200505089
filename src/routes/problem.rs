//! Errors over HTTP: RFC 9457 problems. The only place where an [`Error`] becomes a status.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use crate::error::{Error, ErrorCode};
use crate::models::{FieldError, name_of};
use crate::telemetry::RequestIdentity;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";
const RETRY_AFTER_SECONDS: &str = "1";

/// What went wrong (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// The page that explains the code: `/problems/{code}`.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference", example = "/problems/invalid_query")]
    pub kind: String,
    /// What happened, in a few words; the same for every occurrence of the code.
    #[schema(example = "The query has a mistake")]
    pub title: &'static str,
    /// The HTTP status.
    #[schema(example = 400)]
    pub status: u16,
    /// What happened this time.
    #[schema(example = "speaker names no actor: none has the id or slug `sergei-lavrov`")]
    pub detail: String,
    /// A stable name for what happened, for programs to act on.
    pub code: ErrorCode,
    /// The request, as the log names it.
    #[schema(example = "01970000-0000-7000-8000-000000000001")]
    pub request_id: String,
    /// The trace that the request belongs to (W3C Trace Context), as the log names it.
    #[schema(example = "4bf92f3577b34da6a3ce929d0e0e4736")]
    pub trace_id: String,
    /// Every single mistake and its place, for a body or a query.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldError>,
}

impl Problem {
    fn of(error: &Error, identity: &RequestIdentity) -> Self {
        let info = error.code().info();
        Self {
            kind: format!("/problems/{}", name_of(&info.code)),
            title: info.title,
            status: info.status,
            detail: error.to_string(),
            code: info.code,
            request_id: identity.request_id.clone(),
            trace_id: identity.trace_id.clone(),
            errors: error.fields().to_vec(),
        }
    }
}

/// The names under which the log knows a request.
pub fn request_identity(request: &HttpRequest) -> RequestIdentity {
    request.extensions().get::<RequestIdentity>().cloned().unwrap_or_else(|| RequestIdentity::of(None, None))
}

/// The answer to a failed request; the cause of an internal error goes to the log.
pub fn problem_response(error: &Error, identity: &RequestIdentity) -> HttpResponse {
    if let Error::Internal(cause) = error {
        let RequestIdentity { request_id, trace_id, .. } = identity;
        tracing::error!(%request_id, %trace_id, cause = %Causes(cause.as_ref()), "request failed");
    }
    let problem = Problem::of(error, identity);
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    match error {
        Error::Unavailable(_) | Error::TimedOut { .. } | Error::IdempotencyInProgress { .. } => {
            response.insert_header((header::RETRY_AFTER, RETRY_AFTER_SECONDS));
        }
        Error::TooManyRequests { retry_after } => {
            response.insert_header((header::RETRY_AFTER, retry_after.to_string()));
        }
        Error::MethodNotAllowed { allow } => {
            response.insert_header((header::ALLOW, allow.as_str()));
        }
        _ => {}
    }
    if let Some(challenge) = challenge(error) {
        response.insert_header((header::WWW_AUTHENTICATE, challenge));
    }
    response.content_type(MEDIA_TYPE).json(problem)
}

/// What a client is told about how to prove who it is (RFC 6750).
fn challenge(error: &Error) -> Option<String> {
    let reason = match error {
        Error::KeyRequired { needed, .. } => format!("scope=\"{}\"", name_of(needed)),
        Error::InvalidKey(_) | Error::ExpiredKey { .. } | Error::RevokedKey { .. } => {
            format!("error=\"invalid_token\", error_description=\"{error}\"")
        }
        Error::InsufficientScope { needed, .. } => {
            format!("error=\"insufficient_scope\", scope=\"{}\"", name_of(needed))
        }
        _ => return None,
    };
    Some(format!("Bearer realm=\"onrecord\", {reason}"))
}

/// An error with all that caused it, on one line.
struct Causes<'a>(&'a (dyn std::error::Error + 'static));

impl std::fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

// Handlers return `Result<_, Error>`. actix asks for a response without the request at hand: this empty one carries the
// error to `middleware/finish.rs`, which answers with `problem_response`.
impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code().info().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// What any operation may answer when the service itself cannot.
#[derive(IntoResponses)]
pub enum ServerProblems {
    /// The service failed; the log has the cause under `request_id`.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(Problem),
    /// The service is too busy; try again after `Retry-After` seconds.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
}

/// What a list may answer to a wrong query.
#[derive(IntoResponses)]
pub enum ListProblems {
    /// A parameter is unknown or wrong, or the cursor does not belong here.
    #[response(status = 400, content_type = "application/problem+json")]
    InvalidQuery(Problem),
}

/// What a read may answer.
#[derive(IntoResponses)]
pub enum ReadProblems {
    /// There is no such resource.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
}

/// What a deletion may answer.
#[derive(IntoResponses)]
pub enum DeleteProblems {
    /// There is no such resource.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
    /// Others refer to it.
    #[response(status = 409, content_type = "application/problem+json")]
    InUse(Problem),
}

/// What a restoration may answer.
#[derive(IntoResponses)]
pub enum RestoreProblems {
    /// Something else has its slug, text or address by now, or what it refers to is gone.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
}

/// What an action may answer to a resource that is not in the state for it.
#[derive(IntoResponses)]
pub enum ConflictProblems {
    /// It has ended.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
}

/// What may be answered to a file that goes to disk as it comes.
#[derive(IntoResponses)]
pub enum UploadProblems {
    /// The body did not arrive whole.
    #[response(status = 400, content_type = "application/problem+json")]
    MalformedBody(Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    PayloadTooLarge(Problem),
    /// The media type is not known here.
    #[response(status = 415, content_type = "application/problem+json")]
    UnsupportedMediaType(Problem),
}

/// What a write may answer to a wrong body.
#[derive(IntoResponses)]
pub enum WriteProblems {
    /// The body cannot be read.
    #[response(status = 400, content_type = "application/problem+json")]
    MalformedBody(Problem),
    /// Another resource has the slug or address.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    PayloadTooLarge(Problem),
    /// The media type is not known here.
    #[response(status = 415, content_type = "application/problem+json")]
    UnsupportedMediaType(Problem),
    /// The body breaks a rule; `errors` says where.
    #[response(status = 422, content_type = "application/problem+json")]
    InvalidBody(Problem),
}
