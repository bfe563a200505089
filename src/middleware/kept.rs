//! Answers that are kept: whoever asks what was asked before, while nothing was written, gets the same bytes again.
//!
//! A kept answer is never older than a fresh one would be: the database is asked first whether anything was written
//! ([`Services::data_version`]), by whatever process, and where it was, all that is kept goes. So a client reads what it has
//! written, and nobody has to say for how long an answer holds.

use std::sync::Mutex;

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, web};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::routes::reading::OfDataAlone;
use crate::services::{DataVersion, Services};

/// What is kept. One for all workers.
pub struct KeptAnswers {
    answers: Cache<Box<[u8]>, KeptAnswer, Bytes>,
    /// What all that is kept is of.
    version: Mutex<Option<DataVersion>>,
}

#[derive(Clone)]
struct KeptAnswer {
    version: DataVersion,
    headers: std::sync::Arc<[(HeaderName, HeaderValue)]>,
    body: web::Bytes,
}

/// An answer weighs what it needs of the memory, as near as can be told.
#[derive(Clone)]
struct Bytes;

impl Weighter<Box<[u8]>, KeptAnswer> for Bytes {
    fn weight(&self, question: &Box<[u8]>, answer: &KeptAnswer) -> u64 {
        const OF_ONE: usize = 256;
        const OF_A_HEADER: usize = 128;
        let bytes = OF_ONE + question.len() + answer.headers.len() * OF_A_HEADER + answer.body.len();
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

/// How large answers are, for the cache to begin with.
const USUAL_BYTES: usize = 8 * 1024;

impl KeptAnswers {
    /// Nothing is kept yet, and never more than so many bytes.
    #[must_use]
    pub fn new(max_bytes: usize) -> Self {
        let capacity = u64::try_from(max_bytes).unwrap_or(u64::MAX);
        Self { answers: Cache::with_weighter(max_bytes / USUAL_BYTES, capacity, Bytes), version: Mutex::new(None) }
    }

    fn find(&self, question: &[u8], version: DataVersion) -> Option<KeptAnswer> {
        self.answers.get(question).filter(|answer| answer.version == version)
    }

    /// Keeps an answer, unless the data has gone on meanwhile: what is older goes first.
    fn keep(&self, question: Box<[u8]>, answer: KeptAnswer) {
        {
            let Ok(mut kept) = self.version.lock() else { return };
            match *kept {
                Some(version) if version > answer.version => return,
                Some(version) if version == answer.version => {}
                _ => {
                    self.answers.clear();
                    *kept = Some(answer.version);
                }
            }
        }
        self.answers.insert(question, answer);
    }
}

/// Answers with what is kept, or keeps what is answered.
///
/// Stands around compression, so that it is done once, and within what is different for each request: who may read, whether the
/// client has the answer already, the names of the request. An answer says in `Cache-Status` (RFC 9211) that it was kept.
///
/// # Errors
/// What the inner service fails with.
pub async fn keep_answers(
    kept: web::Data<KeptAnswers>,
    services: web::Data<Services>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if kept.answers.capacity() == 0 || request.method() != Method::GET || !request.path().starts_with("/v1/") {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    // Before anything is read: what is read then is of this version, or of one that is not the same any more when it is asked for.
    let Some(version) = services.data_version().await else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let question = question_of(&request);
    if let Some(answer) = kept.find(&question, version) {
        return Ok(request.into_response(again(answer)));
    }
    let answer = next.call(request).await?.map_into_boxed_body();
    if !may_be_kept(&answer) {
        return Ok(answer);
    }
    let (request, answer) = answer.into_parts();
    let (mut answer, body) = answer.into_parts();
    let body = to_bytes(body).await?;
    let headers = answer.headers().iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    // A copy, for the answer may have grown into twice the room that it needs.
    kept.keep(question, KeptAnswer { version, headers, body: web::Bytes::copy_from_slice(&body) });
    answer.headers_mut().insert(CACHE_STATUS, HeaderValue::from_static("onrecord; fwd=miss; stored"));
    Ok(ServiceResponse::new(request, answer.set_body(BoxBody::new(body))))
}

const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");

/// The question to which this is the answer: all of a request that an answer may depend on.
fn question_of(request: &ServiceRequest) -> Box<[u8]> {
    let mut question = Vec::with_capacity(256);
    question.extend_from_slice(request.uri().to_string().as_bytes());
    for name in [header::HOST, header::ACCEPT, header::ACCEPT_ENCODING] {
        question.push(b'\n');
        for value in request.headers().get_all(name) {
            question.extend_from_slice(value.as_bytes());
            question.push(b',');
        }
    }
    question.into_boxed_slice()
}

/// Whether it is a whole answer that follows from the data. One without an end has no tag.
fn may_be_kept(answer: &ServiceResponse<BoxBody>) -> bool {
    answer.status() == StatusCode::OK
        && answer.headers().contains_key(header::ETAG)
        && answer.request().extensions().contains::<OfDataAlone>()
}

fn again(answer: KeptAnswer) -> HttpResponse {
    let mut response = HttpResponse::with_body(StatusCode::OK, BoxBody::new(answer.body));
    let headers = response.headers_mut();
    for (name, value) in answer.headers.iter() {
        headers.append(name.clone(), value.clone());
    }
    headers.insert(CACHE_STATUS, HeaderValue::from_static("onrecord; hit"));
    response
}
