//! `Idempotency-Key` on requests that create or start something (draft-ietf-httpapi-idempotency-key-header-07).

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, web};
use futures_util::stream;
use sha2::{Digest, Sha256};

use super::address::client_address;
use crate::error::{Error, Result};
use crate::models::{Author, Idempotency, StoredAnswer};
use crate::routes::App;
use crate::routes::bodies::read_body;
use crate::routes::found::replayed;
use crate::services::Services;
use crate::services::idempotency::{self, Begun};

const LONGEST_KEY: usize = 255;
const KEY: &str = "idempotency-key";
/// The answer shows an API key or a secret, which must not be kept; or the body is a file that goes to disk, and what it holds is taken
/// in once, however often it is sent.
const UNKEPT: [&str; 4] = ["/v1/keys", "/v1/webhooks", "/v1/webhooks/{id}/rotate", "/v1/imports"];

/// Does a request with a key once, and answers its repetitions as the first time. Other methods than POST ignore the key:
/// they come to the same however often they are done, or have `If-Match`.
///
/// # Errors
/// What the inner service fails with.
pub async fn answer_once(
    services: App,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let is_repeatable = request.method() == Method::POST && request.headers().contains_key(KEY);
    let pattern = request.match_pattern();
    if !is_repeatable || pattern.is_none_or(|pattern| UNKEPT.contains(&pattern.as_str())) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let begun = match begin(&services, &mut request).await {
        Ok(begun) => begun,
        Err(error) => return Ok(request.error_response(error)),
    };
    let attempt = match begun {
        Begun::Again(answer) => {
            let answer = replayed(request.path(), answer);
            return Ok(request.into_response(answer));
        }
        Begun::First(attempt) => attempt,
    };
    request.extensions_mut().insert(attempt.clone());
    let mut running = Running { services, attempt: Some(attempt) };
    let (head, body) = next.call(request).await?.map_into_boxed_body().into_parts();
    let (response, body) = body.into_parts();
    let kept = if response.status().is_success() { answer_of(response.status(), body) } else { Err(body) };
    let (answer, body) = match kept {
        Ok((answer, bytes)) => (Some(answer), BoxBody::new(bytes)),
        Err(body) => (None, body),
    };
    running.end(answer).await;
    Ok(ServiceResponse::new(head, response.set_body(body)))
}

/// A request that is being done. Where that is broken off, its key is given back.
struct Running {
    services: App,
    attempt: Option<Idempotency>,
}

impl Running {
    async fn end(&mut self, answer: Option<StoredAnswer>) {
        let Some(attempt) = self.attempt.clone() else { return };
        end(&self.services, &attempt, answer.as_ref()).await;
        self.attempt = None;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(attempt) = self.attempt.take() {
            let services = self.services.clone();
            actix_web::rt::spawn(async move { end(&services, &attempt, None).await });
        }
    }
}

/// The request itself is done: where only this fails, a repetition finds the answer of its transaction, or waits for the lease.
async fn end(services: &Services, attempt: &Idempotency, answer: Option<&StoredAnswer>) {
    if let Err(error) = idempotency::end(services, attempt, answer).await {
        tracing::warn!(%error, "an idempotency key could not be ended");
    }
}

fn answer_of(status: StatusCode, body: BoxBody) -> std::result::Result<(StoredAnswer, web::Bytes), BoxBody> {
    let bytes = body.try_into_bytes()?;
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok((StoredAnswer { status: status.as_u16(), body: text.to_owned() }, bytes)),
        Err(_) => Err(BoxBody::new(bytes)),
    }
}

async fn begin(services: &Services, request: &mut ServiceRequest) -> Result<Begun> {
    let key = key_of(request.request())?;
    let scope = scope_of(request.request(), services);
    let body = {
        let (http, payload) = request.parts_mut();
        read_body(http, payload)
    }
    .await?;
    let fingerprint = fingerprint_of(request.request(), &body);
    // The body was decoded while it was read, and is read once more by the handler.
    request.headers_mut().remove(header::CONTENT_ENCODING);
    request.headers_mut().insert(header::CONTENT_LENGTH, body.len().into());
    request.set_payload(Payload::Stream { payload: Box::pin(stream::once(async move { Ok(body) })) });
    idempotency::begin(services, scope, key, &fingerprint).await
}

/// The key: a structured field of type string, `"8e03978e-40d5-43dd-bc93-6894a57f9324"`; without the marks it is taken, too.
fn key_of(request: &HttpRequest) -> Result<String> {
    let mut values = request.headers().get_all(KEY);
    let text = values.next().and_then(|value| value.to_str().ok()).unwrap_or_default().trim();
    let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let is_key = (1..=LONGEST_KEY).contains(&bare.len())
        && bare.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\'));
    if !is_key || values.next().is_some() {
        let detail = format!("must be one text of 1 to {LONGEST_KEY} visible characters, best a UUID");
        return Err(Error::InvalidHeader { name: "Idempotency-Key", detail });
    }
    Ok(bare.to_owned())
}

/// Whose key it is: those of an API key are its own, and those of nobody in particular belong to their address.
fn scope_of(request: &HttpRequest, services: &Services) -> String {
    let author = request.extensions().get::<Author>().and_then(|author| author.key);
    let address = || format!("address {}", client_address(request, &services.settings.server));
    let text = author.map_or_else(address, |key| format!("key {key}"));
    base16ct::lower::encode_string(&Sha256::digest(text))
}

fn fingerprint_of(request: &HttpRequest, body: &[u8]) -> String {
    let media_type = request.headers().get(header::CONTENT_TYPE).map(header::HeaderValue::as_bytes).unwrap_or_default();
    let mut hash = Sha256::new();
    for part in [request.method().as_str().as_bytes(), request.uri().to_string().as_bytes(), media_type, body] {
        // With its length before it, so that no part runs into the next.
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    base16ct::lower::encode_string(&hash.finalize())
}
