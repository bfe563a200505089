//! Who may do what: what stands between a request and its handler.
//!
//! What an operation needs is said where the operation is: by its `security` in `#[utoipa::path]`, or else by its method,
//! reading or writing. `routes/table.rs` has it. An operation that is not in that table is never reached.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, uri};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, web};

use super::address::{client_address, is_forwarded};
use super::limits::{Limits, RateLimitFields};
use super::{Surroundings, is_probe};
use crate::error::{Error, Result};
use crate::models::{ApiKey, Author, KeyText, Scope};
use crate::routes::table::Needed;
use crate::services::{Services, keys};
use crate::settings::LimitSettings;

/// The name of the header for clients that cannot set `Authorization`.
const KEY_HEADER: &str = "x-api-key";

/// What is kept from request to request to decide who may do what. One for all workers.
pub struct Access {
    limits: Limits,
    open_writing: bool,
}

impl Access {
    /// Nobody has asked for anything yet. With `open_writing`, whoever is on this machine writes without a key.
    #[must_use]
    pub fn new(limits: &LimitSettings, open_writing: bool) -> Self {
        Self { limits: Limits::new(limits), open_writing }
    }
}

/// Lets a request go on to its handler, with its [`Author`] beside it, or refuses it.
///
/// # Errors
/// What the inner service fails with.
pub async fn check_access(
    access: web::Data<Access>,
    surroundings: web::Data<Surroundings>,
    services: web::Data<Services>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> std::result::Result<ServiceResponse<BoxBody>, actix_web::Error> {
    // Probes come often and from machines; OPTIONS does nothing, and a browser asks it without a key.
    if is_probe(request.path()) || request.method() == Method::OPTIONS {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let admission = Admission { access: &access, surroundings: &surroundings, services: &services };
    let (fields, admitted) = admission.admit(request.request(), request.match_info().as_str()).await;
    let mut answer = match admitted {
        Ok(admitted) => {
            request.extensions_mut().insert(admitted.author);
            let is_read = request.method() == Method::GET;
            let mut answer = next.call(request).await?.map_into_boxed_body();
            // A cache on the way does not know that `X-API-Key` makes a difference.
            let is_kept = is_read && !answer.status().is_client_error() && !answer.status().is_server_error();
            if admitted.is_private && is_kept {
                let private = HeaderValue::from_static("private, no-cache");
                answer.headers_mut().insert(header::CACHE_CONTROL, private);
            }
            answer
        }
        Err(error) => request.error_response(error),
    };
    if let Some(fields) = fields {
        fields.add_to(answer.headers_mut());
    }
    Ok(answer)
}

/// Who may go on, and under whose name.
struct Admitted {
    author: Author,
    /// Whether the answer is only for those with a key.
    is_private: bool,
}

struct Admission<'a> {
    access: &'a Access,
    surroundings: &'a Surroundings,
    services: &'a Services,
}

impl Admission<'_> {
    /// Counts the request, and says whether it may go on. `path` is as the router reads it: `/v1/%71uotes` is `/v1/quotes`,
    /// and must not get past because it is written differently.
    async fn admit(&self, request: &HttpRequest, path: &str) -> (Option<RateLimitFields>, Result<Admitted>) {
        let key = self.identify(request).await;
        let id = key.as_ref().ok().and_then(|key| key.as_ref().map(|key| key.id));
        let address = client_address(request, &self.surroundings.settings.server);
        let (fields, counted) = self.access.limits.count(id, address);
        // Before anything is said about the key: guessing is limited too.
        let admitted = counted.and(key).and_then(|key| self.authorize(request, path, key));
        (fields, admitted)
    }

    /// The key that the request came with, if it came with one.
    async fn identify(&self, request: &HttpRequest) -> Result<Option<ApiKey>> {
        match sent_key(request)? {
            Some(text) => keys::authenticate(self.services, &text).await.map(Some),
            None => Ok(None),
        }
    }

    fn authorize(&self, request: &HttpRequest, path: &str, key: Option<ApiKey>) -> Result<Admitted> {
        let routes = &self.surroundings.routes;
        let is_private = match routes.needed(request.method(), path) {
            Needed::Nothing => false,
            Needed::Scope(Scope::Read) if self.surroundings.settings.access.public_read => false,
            Needed::Scope(needed) => {
                self.check_scope(request, key.as_ref(), needed)?;
                true
            }
            Needed::Unknown => return Err(routes.nothing_here(path)),
        };
        let author = key.map_or_else(Author::anonymous, |key| Author { key: Some(key.id), name: key.name });
        Ok(Admitted { author, is_private })
    }

    fn check_scope(&self, request: &HttpRequest, key: Option<&ApiKey>, needed: Scope) -> Result<()> {
        match key {
            Some(key) if key.scope.includes(needed) => Ok(()),
            Some(key) => Err(Error::InsufficientScope { needed, has: key.scope }),
            None if self.access.open_writing && Scope::Write.includes(needed) => match not_from_here(request) {
                None => Ok(()),
                because => Err(Error::KeyRequired { needed, because }),
            },
            None => Err(Error::KeyRequired { needed, because: None }),
        }
    }
}

/// The key in the header fields of a request.
///
/// Another scheme of `Authorization` than `Bearer` is none of ours: it may be meant for a proxy.
fn sent_key(request: &HttpRequest) -> Result<Option<KeyText>> {
    let invalid = |detail: &str| Err(Error::InvalidKey(detail.to_owned()));
    let headers = request.headers();
    let mut sent = Vec::new();
    for value in headers.get_all(header::AUTHORIZATION) {
        let (scheme, rest) = value.to_str().unwrap_or_default().split_once(' ').unwrap_or_default();
        if scheme.eq_ignore_ascii_case("bearer") {
            sent.push(rest.trim());
        }
    }
    for value in headers.get_all(KEY_HEADER) {
        sent.push(value.to_str().unwrap_or_default().trim());
    }
    let Some((first, others)) = sent.split_first() else { return Ok(None) };
    if others.iter().any(|other| other != first) {
        return invalid("two different keys were sent");
    }
    match first.parse() {
        Ok(text) => Ok(Some(text)),
        Err(error) => invalid(&format!("{error}")),
    }
}

/// Why a request without a key is not, or may not be, one of a person at this machine.
///
/// A page of some other site, open in a browser here, reaches a loopback address too. It is told by `Origin`, and by `Host`
/// where its name was made to point here. And a proxy on this machine speaks for the whole world.
fn not_from_here(request: &HttpRequest) -> Option<&'static str> {
    let headers = request.headers();
    let host = headers.get(header::HOST).map(|value| value.to_str().unwrap_or_default());
    let origin = headers.get(header::ORIGIN).map(|value| value.to_str().unwrap_or_default());
    let is_loopback_origin = |origin: &str| {
        let address = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        address.is_some_and(is_loopback)
    };
    if is_forwarded(request) {
        Some("it came through a proxy, and only this machine itself may do without")
    } else if request.peer_addr().is_some_and(|peer| !peer.ip().to_canonical().is_loopback()) {
        Some("it came from another machine")
    } else if host.is_some_and(|host| !is_loopback(host)) {
        Some("it names another host than this machine")
    } else if origin.is_some_and(|origin| !is_loopback_origin(origin)) {
        Some("a page of another site sent it")
    } else {
        None
    }
}

/// Whether `localhost:8080`, `127.0.0.1` or `[::1]:8080` is meant.
fn is_loopback(authority: &str) -> bool {
    let Ok(authority) = authority.parse::<uri::Authority>() else { return false };
    let host = authority.host().trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        for authority in ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.9.9.9:1", "[::1]:8080", "[::1]"] {
            assert!(is_loopback(authority), "{authority}");
        }
        for authority in [
            "",
            "example.org",
            "localhost.example.org",
            "127.0.0.1.nip.io",
            "192.0.2.1:8080",
            "0.0.0.0",
            "[::]",
            "null",
        ] {
            assert!(!is_loopback(authority), "{authority}");
        }
    }
}
