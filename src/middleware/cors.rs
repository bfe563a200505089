//! Which web pages of other origins may call the API (Fetch standard, CORS).

use actix_cors::Cors;

use crate::settings::CorsSettings;

/// Headers of an answer that scripts of other origins may read; browsers hide all but a few.
const EXPOSED: [&str; 12] = [
    "etag",
    "link",
    "location",
    "allow",
    "accept-patch",
    "retry-after",
    "ratelimit",
    "ratelimit-policy",
    "deprecation",
    "x-request-id",
    "traceparent",
    "idempotent-replayed",
];
const PREFLIGHT_SECONDS: usize = 3600;

/// The leave that the settings give. No cookies are ever sent or taken, so that `*` gives no page more than its user has.
pub fn cors(settings: &CorsSettings) -> Cors {
    let cors = Cors::default()
        .allow_any_method()
        .allow_any_header()
        .expose_headers(EXPOSED)
        .max_age(PREFLIGHT_SECONDS)
        // A page without leave is answered like everybody else; its browser keeps the answer from it.
        .block_on_origin_mismatch(false);
    if settings.allowed_origins.iter().any(|origin| origin == "*") {
        return cors.allow_any_origin().send_wildcard();
    }
    settings.allowed_origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
