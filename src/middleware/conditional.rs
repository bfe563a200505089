//! Entity tags and conditional reads (RFC 9110, sections 8.8 and 13).
//!
//! A tag is `"{hash}"`, or `"{version}-{hash}"` for a single resource: 16 hexadecimal digits of the SHA-256 of the answer as it
//! is before compression. The version alone would not do, because a resource shows the names of others, which change
//! without it. Gzip and plain text are two representations, so that a strong tag has to tell them apart (section 8.8.3.3):
//! a compressed answer has the coding behind its hash, `"3-0f1e2d3c4b5a6978-br"`.

use std::time::SystemTime;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    self, ContentEncoding, EntityTag, Header, HeaderName, HeaderValue, HttpDate, IfModifiedSince, IfNoneMatch,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web;

use super::{Surroundings, is_probe};
use crate::routes::entity_tag::{ResourceVersion, tag_of};

/// Gives the tag of an answer that is whole: every read, and a write that answers with the resource as a read would.
///
/// Stands within compression, and tells it to leave small answers alone.
///
/// # Errors
/// What the inner service fails with.
pub async fn tag(
    surroundings: web::Data<Surroundings>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let is_read = request.method() == Method::GET && !is_probe(request.path());
    let answer = next.call(request).await?;
    let version = answer.response().extensions().get::<ResourceVersion>().copied();
    let is_tagged = answer.status().is_success()
        && !answer.headers().contains_key(header::ETAG)
        && (version.is_some() || (is_read && answer.status() == StatusCode::OK));
    Ok(answer.map_body(|head, body| {
        // A stream (events, exports) has no tag: it would have to be read to its end first.
        let bytes = match body.try_into_bytes() {
            Ok(bytes) => bytes,
            Err(stream) => return stream.boxed(),
        };
        if is_tagged && let Ok(value) = HeaderValue::from_str(&tag_of(version, &bytes)) {
            head.headers_mut().insert(header::ETAG, value);
        }
        let is_small = bytes.len() < surroundings.settings.server.compression_min_bytes;
        if is_small && !head.headers().contains_key(header::CONTENT_ENCODING) {
            // actix's compression passes by what is encoded already; `answer_conditionally` takes the mark off again.
            head.headers_mut().insert(header::CONTENT_ENCODING, identity());
        }
        BoxBody::new(bytes)
    }))
}

/// Names the coding in the tag, and answers 304 to a reader who has the answer already.
///
/// Stands around compression: only there is it known which coding the answer has.
///
/// # Errors
/// What the inner service fails with.
pub async fn answer_conditionally(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let is_read = request.method() == Method::GET;
    let if_none_match = request.headers().contains_key(header::IF_NONE_MATCH).then(|| IfNoneMatch::parse(&request));
    let if_modified_since = IfModifiedSince::parse(&request).ok();
    let mut answer = next.call(request).await?.map_into_boxed_body();
    if answer.headers().get(header::CONTENT_ENCODING) == Some(&identity()) {
        answer.headers_mut().remove(header::CONTENT_ENCODING);
    }
    name_coding_in_tag(&mut answer);
    if !is_read || answer.status() != StatusCode::OK {
        return Ok(answer);
    }
    let has_it = match if_none_match {
        Some(Ok(IfNoneMatch::Any)) => true,
        Some(Ok(IfNoneMatch::Items(tags))) => {
            tag_of_answer(&answer).is_some_and(|current| tags.iter().any(|tag| tag.weak_eq(&current)))
        }
        // Unreadable tags are no tags, and If-Modified-Since does not count beside them (section 13.2.2).
        Some(Err(_)) => false,
        None => if_modified_since.is_some_and(|IfModifiedSince(since)| is_not_modified(&answer, since)),
    };
    Ok(if has_it { not_modified(answer) } else { answer })
}

fn identity() -> HeaderValue {
    HeaderValue::from_static(ContentEncoding::Identity.as_str())
}

fn tag_of_answer(answer: &ServiceResponse<BoxBody>) -> Option<EntityTag> {
    answer.headers().get(header::ETAG)?.to_str().ok()?.parse().ok()
}

fn name_coding_in_tag(answer: &mut ServiceResponse<BoxBody>) {
    let coding = answer.headers().get(header::CONTENT_ENCODING).and_then(|coding| coding.to_str().ok());
    let tag = answer.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok());
    let (Some(coding), Some(tag)) = (coding, tag) else { return };
    let with_coding = format!("{}-{coding}\"", tag.trim_end_matches('"'));
    if let Ok(value) = HeaderValue::from_str(&with_coding) {
        answer.headers_mut().insert(header::ETAG, value);
    }
}

fn is_not_modified(answer: &ServiceResponse<BoxBody>, since: HttpDate) -> bool {
    let last_modified = answer.headers().get(header::LAST_MODIFIED).and_then(|date| date.to_str().ok());
    let last_modified: Option<HttpDate> = last_modified.and_then(|date| date.parse().ok());
    last_modified.is_some_and(|last_modified| SystemTime::from(last_modified) <= SystemTime::from(since))
}

/// What a 304 leaves out: the body, and what describes it.
const OF_THE_BODY: [HeaderName; 3] = [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING];

fn not_modified(mut answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    *answer.response_mut().status_mut() = StatusCode::NOT_MODIFIED;
    for name in OF_THE_BODY {
        answer.headers_mut().remove(name);
    }
    // `None` and not an empty body, which would claim a Content-Length of 0.
    answer.map_body(|_, _| BoxBody::new(actix_web::body::None::new()))
}
