//! What can go wrong, by meaning, and the one table that says what each means over HTTP.
//!
//! Services and repositories return an [`Error`]; `routes/problem.rs` turns it into an RFC 9457 problem at the edge. What an
//! [`Error::Internal`] was caused by goes to the log and never to a client.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::models::{FieldError, Instant, Scope, name_of};

/// The result of everything that can fail here.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong, by meaning.
#[derive(Debug)]
pub enum Error {
    /// There is no such resource.
    NotFound {
        /// What was looked for: "actor".
        resource: &'static str,
        /// By which id or slug.
        key: String,
    },
    /// No route has this path.
    RouteNotFound {
        /// The path.
        path: String,
    },
    /// The route does not know this method.
    MethodNotAllowed {
        /// The methods it knows, as the `Allow` header lists them.
        allow: String,
    },
    /// Nobody may do this without an API key.
    KeyRequired {
        /// What the key must be good for.
        needed: Scope,
        /// Why this request cannot do without, where others could.
        because: Option<&'static str>,
    },
    /// What was sent as an API key is none.
    InvalidKey(String),
    /// The API key is past its end.
    ExpiredKey {
        /// Since when.
        at: Instant,
    },
    /// The API key was revoked.
    RevokedKey {
        /// Since when.
        at: Instant,
    },
    /// The API key is not good for this.
    InsufficientScope {
        /// What it would have to be good for.
        needed: Scope,
        /// What it is good for.
        has: Scope,
    },
    /// Too many requests came with this key, or from this address.
    TooManyRequests {
        /// After how many seconds the next one is let through.
        retry_after: u64,
    },
    /// The query has a mistake.
    InvalidQuery(Vec<FieldError>),
    /// The cursor was not made by this list with these filters.
    InvalidCursor,
    /// The body is not what its media type says.
    MalformedBody(String),
    /// The body reads well and breaks a rule.
    InvalidBody(Vec<FieldError>),
    /// The body is larger than the service takes.
    PayloadTooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The body is of a media type that the route does not take.
    UnsupportedMediaType {
        /// What the route takes.
        expected: &'static str,
    },
    /// A header has a mistake.
    InvalidHeader {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        detail: String,
    },
    /// The `Idempotency-Key` belongs to another request.
    IdempotencyKeyReused {
        /// The key.
        key: String,
    },
    /// The request with this `Idempotency-Key` is being done.
    IdempotencyInProgress {
        /// The key.
        key: String,
    },
    /// The answer cannot be given in any form that the client accepts.
    NotAcceptable {
        /// What it can be given as.
        offered: String,
    },
    /// The address is longer than the service reads.
    UriTooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The body did not arrive in time.
    RequestTimeout {
        /// The limit, in milliseconds.
        limit_ms: u64,
    },
    /// A change does not say which version of the resource it is made to.
    PreconditionRequired,
    /// The resource is no longer as the client thinks.
    PreconditionFailed {
        /// The version that stands there.
        version: i64,
    },
    /// Another resource stands in the way.
    Conflict(String),
    /// Others still refer to the resource, so that it cannot be deleted.
    InUse(String),
    /// The service is too busy to answer now.
    Unavailable(String),
    /// The answer was not ready in time.
    TimedOut {
        /// The limit, in milliseconds.
        limit_ms: u64,
    },
    /// The service's own fault.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

/// A stable name for what went wrong, for programs to act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// There is no such resource.
    NotFound,
    /// No route has this path.
    RouteNotFound,
    /// The route does not know this method.
    MethodNotAllowed,
    /// Nobody may do this without an API key.
    KeyRequired,
    /// What was sent as an API key is none.
    InvalidKey,
    /// The API key is past its end.
    ExpiredKey,
    /// The API key was revoked.
    RevokedKey,
    /// The API key is not good for this.
    InsufficientScope,
    /// Too many requests came with this key, or from this address.
    TooManyRequests,
    /// The query has a mistake.
    InvalidQuery,
    /// The cursor was not made by this list with these filters.
    InvalidCursor,
    /// The body is not what its media type says.
    MalformedBody,
    /// The body reads well and breaks a rule.
    InvalidBody,
    /// The body is larger than the service takes.
    PayloadTooLarge,
    /// The body is of a media type that the route does not take.
    UnsupportedMediaType,
    /// A header has a mistake.
    InvalidHeader,
    /// The `Idempotency-Key` belongs to another request.
    IdempotencyKeyReused,
    /// The request with this `Idempotency-Key` is being done.
    IdempotencyInProgress,
    /// The answer cannot be given in any form that the client accepts.
    NotAcceptable,
    /// The address is longer than the service reads.
    UriTooLong,
    /// The body did not arrive in time.
    RequestTimeout,
    /// A change does not say which version of the resource it is made to.
    PreconditionRequired,
    /// The resource is no longer as the client thinks.
    PreconditionFailed,
    /// Another resource stands in the way.
    Conflict,
    /// Others still refer to the resource.
    InUse,
    /// The service is too busy to answer now.
    Unavailable,
    /// The answer was not ready in time.
    TimedOut,
    /// The service's own fault.
    Internal,
}

/// One row of the table: code, status, title, and what to do about it.
#[derive(Debug)]
pub struct CodeInfo {
    /// The code.
    pub code: ErrorCode,
    /// The HTTP status it has.
    pub status: u16,
    /// What happened, in a few words; the same for every occurrence.
    pub title: &'static str,
    /// What the client can do about it.
    pub advice: &'static str,
}

/// Every code there is. The status of an answer, the OpenAPI document and the pages under `/problems` come from here.
pub const CODES: &[CodeInfo] = &[
    CodeInfo {
        code: ErrorCode::MalformedBody,
        status: 400,
        title: "The body cannot be read",
        advice: "Send a body of the media type that Content-Type names, in UTF-8.",
    },
    CodeInfo {
        code: ErrorCode::InvalidQuery,
        status: 400,
        title: "The query has a mistake",
        advice: "Look at errors: each names the parameter and what is wrong with it. Unknown parameters are refused.",
    },
    CodeInfo {
        code: ErrorCode::InvalidCursor,
        status: 400,
        title: "The cursor does not belong to this list",
        advice: "Use next_cursor as it was given, with the same filters; or start again without a cursor.",
    },
    CodeInfo {
        code: ErrorCode::KeyRequired,
        status: 401,
        title: "An API key is needed",
        advice: "Send one as Authorization: Bearer onr_…, or as X-API-Key. Whoever runs the service makes it: onrecord keys create.",
    },
    CodeInfo {
        code: ErrorCode::InvalidKey,
        status: 401,
        title: "The API key is not valid",
        advice: "Send the whole key as it was shown when it was made: onr_ and 72 hexadecimal digits.",
    },
    CodeInfo {
        code: ErrorCode::ExpiredKey,
        status: 401,
        title: "The API key has expired",
        advice: "Ask whoever runs the service for a new one.",
    },
    CodeInfo {
        code: ErrorCode::RevokedKey,
        status: 401,
        title: "The API key was revoked",
        advice: "Ask whoever runs the service for a new one.",
    },
    CodeInfo {
        code: ErrorCode::InsufficientScope,
        status: 403,
        title: "The API key is not good for this",
        advice: "Use a key of the scope that the detail names, or a larger one: read, review, write, admin.",
    },
    CodeInfo {
        code: ErrorCode::InvalidHeader,
        status: 400,
        title: "A header has a mistake",
        advice: "Look at detail: it names the header and says what it must be.",
    },
    CodeInfo {
        code: ErrorCode::NotFound,
        status: 404,
        title: "There is no such resource",
        advice: "Check the id or slug; it may have been deleted.",
    },
    CodeInfo {
        code: ErrorCode::RouteNotFound,
        status: 404,
        title: "There is nothing at this address",
        advice: "The document at /openapi.json lists every path.",
    },
    CodeInfo {
        code: ErrorCode::MethodNotAllowed,
        status: 405,
        title: "The method is not known here",
        advice: "The Allow header lists the methods that are.",
    },
    CodeInfo {
        code: ErrorCode::NotAcceptable,
        status: 406,
        title: "The answer has no form that the client accepts",
        advice: "Leave Accept out, or name one of the media types in detail. Errors always come as application/problem+json.",
    },
    CodeInfo {
        code: ErrorCode::RequestTimeout,
        status: 408,
        title: "The body did not arrive in time",
        advice: "Send it again, over a faster line or in smaller parts.",
    },
    CodeInfo {
        code: ErrorCode::Conflict,
        status: 409,
        title: "Another resource stands in the way",
        advice: "Choose another slug or address, or change the resource that has it.",
    },
    CodeInfo {
        code: ErrorCode::InUse,
        status: 409,
        title: "Others still refer to the resource",
        advice: "Delete or change those that refer to it first.",
    },
    CodeInfo {
        code: ErrorCode::IdempotencyInProgress,
        status: 409,
        title: "The same request is being done",
        advice: "Wait for the seconds that Retry-After says and send it again: its answer will be there.",
    },
    CodeInfo {
        code: ErrorCode::PreconditionFailed,
        status: 412,
        title: "The resource has changed",
        advice: "Read it again, see whether your change still holds, and send it with the new ETag in If-Match.",
    },
    CodeInfo {
        code: ErrorCode::PayloadTooLarge,
        status: 413,
        title: "The body is too large",
        advice: "Send less, or raise the limit in the settings.",
    },
    CodeInfo {
        code: ErrorCode::UriTooLong,
        status: 414,
        title: "The address is too long",
        advice: "Ask with fewer or shorter parameters, in several requests.",
    },
    CodeInfo {
        code: ErrorCode::UnsupportedMediaType,
        status: 415,
        title: "The media type is not known here",
        advice: "Send one of the media types that the document lists for this operation.",
    },
    CodeInfo {
        code: ErrorCode::InvalidBody,
        status: 422,
        title: "The body breaks a rule",
        advice: "Look at errors: each has a JSON pointer to the place and says what is wrong there.",
    },
    CodeInfo {
        code: ErrorCode::PreconditionRequired,
        status: 428,
        title: "The change does not say what it is made to",
        advice: "Send the ETag of what you read as If-Match, so that no other change is lost; or If-Match: * to change whatever stands there.",
    },
    CodeInfo {
        code: ErrorCode::TooManyRequests,
        status: 429,
        title: "Too many requests",
        advice: "Wait the seconds that Retry-After says. RateLimit tells how many requests are left. With a key there are more.",
    },
    CodeInfo {
        code: ErrorCode::IdempotencyKeyReused,
        status: 422,
        title: "The Idempotency-Key belongs to another request",
        advice: "Use a new key for every new request, and the same one only to repeat a request as it was.",
    },
    CodeInfo {
        code: ErrorCode::Internal,
        status: 500,
        title: "The service failed",
        advice: "It is not your fault. Tell the operator the request_id.",
    },
    CodeInfo {
        code: ErrorCode::Unavailable,
        status: 503,
        title: "The service is too busy",
        advice: "Try again after the seconds that Retry-After says.",
    },
    CodeInfo {
        code: ErrorCode::TimedOut,
        status: 503,
        title: "The answer was not ready in time",
        advice: "Try again after the seconds that Retry-After says, or ask for less. A write may have been done: repeat it with its Idempotency-Key.",
    },
];

impl ErrorCode {
    /// The row of the table.
    #[must_use]
    pub fn info(self) -> &'static CodeInfo {
        // The last row stands in for a code that the table lacks; a test holds that none does.
        CODES.iter().find(|info| info.code == self).unwrap_or(&CODES[CODES.len() - 1])
    }
}

impl Error {
    /// Something unexpected, kept for the log.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// Its stable code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound { .. } => ErrorCode::NotFound,
            Self::RouteNotFound { .. } => ErrorCode::RouteNotFound,
            Self::MethodNotAllowed { .. } => ErrorCode::MethodNotAllowed,
            Self::KeyRequired { .. } => ErrorCode::KeyRequired,
            Self::InvalidKey(_) => ErrorCode::InvalidKey,
            Self::ExpiredKey { .. } => ErrorCode::ExpiredKey,
            Self::RevokedKey { .. } => ErrorCode::RevokedKey,
            Self::InsufficientScope { .. } => ErrorCode::InsufficientScope,
            Self::TooManyRequests { .. } => ErrorCode::TooManyRequests,
            Self::InvalidQuery(_) => ErrorCode::InvalidQuery,
            Self::InvalidCursor => ErrorCode::InvalidCursor,
            Self::MalformedBody(_) => ErrorCode::MalformedBody,
            Self::InvalidBody(_) => ErrorCode::InvalidBody,
            Self::PayloadTooLarge { .. } => ErrorCode::PayloadTooLarge,
            Self::UnsupportedMediaType { .. } => ErrorCode::UnsupportedMediaType,
            Self::InvalidHeader { .. } => ErrorCode::InvalidHeader,
            Self::IdempotencyKeyReused { .. } => ErrorCode::IdempotencyKeyReused,
            Self::IdempotencyInProgress { .. } => ErrorCode::IdempotencyInProgress,
            Self::NotAcceptable { .. } => ErrorCode::NotAcceptable,
            Self::UriTooLong { .. } => ErrorCode::UriTooLong,
            Self::RequestTimeout { .. } => ErrorCode::RequestTimeout,
            Self::PreconditionRequired => ErrorCode::PreconditionRequired,
            Self::PreconditionFailed { .. } => ErrorCode::PreconditionFailed,
            Self::Conflict(_) => ErrorCode::Conflict,
            Self::InUse(_) => ErrorCode::InUse,
            Self::Unavailable(_) => ErrorCode::Unavailable,
            Self::TimedOut { .. } => ErrorCode::TimedOut,
            Self::Internal(_) => ErrorCode::Internal,
        }
    }

    /// Every single thing that is wrong with the request, where the error knows.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::InvalidQuery(fields) | Self::InvalidBody(fields) => fields,
            _ => &[],
        }
    }
}

/// What a client may read: never the inner error of [`Error::Internal`].
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { resource, key } => write!(f, "there is no {resource} `{key}`"),
            Self::RouteNotFound { path } => write!(f, "there is nothing at `{path}`"),
            Self::MethodNotAllowed { allow } => write!(f, "only {allow} can be used here"),
            Self::InvalidCursor => f.write_str("the cursor was not made by this list with these filters"),
            Self::KeyRequired { needed, because } => {
                write!(f, "this needs an API key of the scope {}", name_of(needed))?;
                because.map_or(Ok(()), |because| write!(f, ": {because}"))
            }
            Self::ExpiredKey { at } => write!(f, "the key expired at {at}"),
            Self::RevokedKey { at } => write!(f, "the key was revoked at {at}"),
            Self::InsufficientScope { needed, has } => {
                write!(f, "this needs a key of the scope {}, and this one has {}", name_of(needed), name_of(has))
            }
            Self::TooManyRequests { retry_after } => write!(f, "the next request is let through in {retry_after} s"),
            Self::InvalidKey(detail)
            | Self::MalformedBody(detail)
            | Self::Conflict(detail)
            | Self::InUse(detail)
            | Self::Unavailable(detail) => f.write_str(detail),
            Self::InvalidQuery(fields) | Self::InvalidBody(fields) => {
                for (index, field) in fields.iter().enumerate() {
                    let place = field.pointer.as_deref().or(field.parameter.as_deref()).unwrap_or_default();
                    let separator = if index == 0 { "" } else { "; " };
                    write!(f, "{separator}{place} {}", field.detail)?;
                }
                Ok(())
            }
            Self::PayloadTooLarge { limit } => write!(f, "the body may hold {limit} bytes at most"),
            Self::UnsupportedMediaType { expected } => write!(f, "send {expected}"),
            Self::InvalidHeader { name, detail } => write!(f, "{name} {detail}"),
            Self::IdempotencyKeyReused { key } => write!(f, "another request came with the Idempotency-Key `{key}`"),
            Self::IdempotencyInProgress { key } => {
                write!(f, "the request with the Idempotency-Key `{key}` has not been answered yet")
            }
            Self::PreconditionRequired => f.write_str("If-Match is missing: send the ETag of what you want to change"),
            Self::PreconditionFailed { version } => {
                write!(f, "If-Match does not name version {version}, which is here now")
            }
            Self::NotAcceptable { offered } => write!(f, "the answer can be given as {offered}"),
            Self::UriTooLong { limit } => write!(f, "the address may hold {limit} bytes at most"),
            Self::RequestTimeout { limit_ms } => write!(f, "the body did not arrive within {limit_ms} ms"),
            Self::TimedOut { limit_ms } => write!(f, "the answer was not ready within {limit_ms} ms"),
            Self::Internal(_) => f.write_str("something went wrong on our side"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Internal(cause) => Some(cause.as_ref()),
            _ => None,
        }
    }
}

/// A database error that nobody gave a meaning to where it happened.
impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::DatabaseErrorKind::{ClosedConnection, UnableToSendCommand};
        match error {
            // The server went away, or the worker that the connection was opened on has ended: the next one will do.
            diesel::result::Error::DatabaseError(ClosedConnection | UnableToSendCommand, info) => {
                tracing::warn!(error = info.message(), "a database connection was lost");
                Self::Unavailable("the connection to the database was lost".to_owned())
            }
            error => Self::internal(error),
        }
    }
}
