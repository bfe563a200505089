//! Answers that are server-sent events.

use std::convert::Infallible;

use actix_web::http::header::{self, ContentEncoding};
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use futures_util::{Stream, stream};

use super::HeadOnly;

/// 200 with events as they come; to a HEAD with the same headers, and none of them.
pub fn stream_events(request: &HttpRequest, events: impl Stream<Item = Bytes> + 'static) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer
        .content_type("text/event-stream")
        // Compression would keep an event until others have come to fill its block, and so would a proxy.
        .insert_header(ContentEncoding::Identity)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("x-accel-buffering", "no"));
    if request.extensions().contains::<HeadOnly>() {
        return answer.streaming(stream::empty::<Result<Bytes, Infallible>>());
    }
    answer.streaming(futures_util::StreamExt::map(events, Ok::<_, Infallible>))
}
