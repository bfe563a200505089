//! The names of a request, given once at the door: they stand in every line that the log has of it.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::AsHeaderName;
use actix_web::{Error, HttpMessage};
use tracing::Span;
use tracing::field::Empty;
use tracing_actix_web::RootSpanBuilder;

use crate::telemetry::RequestIdentity;

/// The span of a request: every line of the log within it has these fields.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let identity = RequestIdentity::of(header(request, "x-request-id"), header(request, "traceparent"));
        let span = tracing::info_span!(
            "request",
            method = %request.method(),
            path = request.path(),
            request_id = identity.request_id,
            trace_id = identity.trace_id,
            span_id = identity.span_id,
            status = Empty,
        );
        request.extensions_mut().insert(identity);
        span
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        if let Ok(answer) = outcome {
            span.record("status", answer.status().as_u16());
        }
        tracing::debug!("request answered");
    }
}

/// A header that stands once; of two nobody can tell which is meant.
fn header(request: &ServiceRequest, name: impl AsHeaderName + Copy) -> Option<&str> {
    let mut values = request.headers().get_all(name);
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}
