//! `/v1/changes`.

use actix_web::web::{Bytes, Json};
use actix_web::{HttpRequest, HttpResponse, get};
use futures_util::stream;
use utoipa::IntoParams;

use super::App;
use super::event_stream::stream_events;
use super::lists::ListQuery;
use super::problem::{ListProblems, ServerProblems};
use super::registry::Registry;
use crate::error::{Error, Result};
use crate::models::{Author, ChangeCursor, ChangeFilter, ChangeLog, LoggedChange, Since};
use crate::services::changes::{self, Told};

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config.service(list_changes).service(stream_changes);
}

/// How much of the log is asked for.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the parameter; `ListQuery` reads it")]
struct Limit {
    /// How many changes at most, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<i64>,
}

/// Lists what was changed since a place in the log.
///
/// In one order that never changes, each change once. Keep `cursor` and go on with it whenever you like: nothing is missing and
/// nothing comes twice, whatever is written meanwhile and however often the service is restarted. There is always one, at the
/// end of the log too. Where the filter leaves changes out, `data` may be short or empty and `has_more` true: go on. A cursor
/// that is not of this log is refused (`invalid_cursor`); that happens where a backup was put back. Begin anew then.
///
/// A change says that something is different, not what: read it at `href`. Of what is `gone`, a copy should go too.
/// - Quotes that come with their article have no change of their own: `created` of the article stands for them. Those that
///   are added, changed or deleted later have, and so have those that are deleted or restored with their article.
/// - `extracted` of an article stands beside one of each quote that was gained, changed or lost (`gone`) by it.
/// - `merged` of an actor that is `gone` says that its `href` leads to another by now. That one, and whatever referred to
///   the first, has a change `merged` too; `unmerged` the same way back.
/// - `purged` comes after `deleted`: what was kept to restore it is gone as well. Reasons given before are forgotten with it.
/// - Actors and zones that ship with the service are among the changes.
#[utoipa::path(
    tag = "changes",
    operation_id = "list_changes",
    params(ChangeFilter, Limit),
    responses((status = 200, description = "The next changes.", body = ChangeLog), ListProblems, ServerProblems)
)]
#[get("/changes")]
async fn list_changes(app: App, query: ListQuery<ChangeFilter>) -> Result<Json<ChangeLog>> {
    changes::list_changes(&app, &query.filter, query.limit()?).await.map(Json)
}

/// Streams what is changed, as it comes.
///
/// Server-sent events, as `EventSource` of a browser reads them. The `data` of each is one change as JSON, a `LoggedChange` as in
/// the list, and its `id` the cursor after it. It begins after `since` with what is there already, and a change comes within
/// a second after it was committed, whichever process wrote it. Whoever connects again with `Last-Event-ID` goes on without a
/// gap and without doubles; `EventSource` does that by itself. While nothing comes, there is a comment now and then, with the
/// cursor up to which nothing came. The stream ends when the service stops, and when the key it was opened with is revoked. Too
/// many at one time are refused with 503.
#[utoipa::path(
    tag = "changes",
    operation_id = "stream_changes",
    params(
        ChangeFilter,
        (
            "Last-Event-ID" = Option<String>, Header,
            description = "The `id` of the last event that you have, to go on from there; it counts before `since`."
        )
    ),
    responses(
        (status = 200, description = "Events without an end.", body = String, content_type = "text/event-stream"),
        ListProblems,
        ServerProblems
    )
)]
#[get("/changes/stream")]
async fn stream_changes(
    app: App,
    author: Author,
    query: ListQuery<ChangeFilter>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let since = last_event(&request)?.map_or(query.filter.since, Since::After);
    let stream = changes::open_stream(&app, ChangeFilter { since, ..query.filter }, &author).await?;
    let events = stream::unfold((stream, true), async |(mut stream, is_first)| {
        let told = stream.next().await?;
        Some((events(&told, is_first), (stream, false)))
    });
    Ok(stream_events(&request, events))
}

/// Milliseconds after which a client whose connection broke comes back.
const RETRY_MS: u32 = 2000;

/// What is told, as it goes over the wire. A block without `data` is no event for the client, which keeps its `id` though.
fn events(told: &Told, is_first: bool) -> Bytes {
    let mut text = if is_first { format!("retry: {RETRY_MS}\n\n") } else { String::new() };
    match told {
        Told::Nothing(cursor) => text.push_str(&format!(": nothing new\nid: {cursor}\n\n")),
        Told::Changes(log) => {
            text.extend(log.data.iter().map(event));
            if log.data.last().is_none_or(|last| last.cursor() != log.cursor) {
                text.push_str(&format!("id: {}\n\n", log.cursor));
            }
        }
    }
    text.into()
}

fn event(change: &LoggedChange) -> String {
    // One line: JSON writes a line break in a text as `\n`.
    let data = serde_json::to_string(change).unwrap_or_default();
    format!("id: {}\ndata: {data}\n\n", change.cursor())
}

/// The event that the client had last.
fn last_event(request: &HttpRequest) -> Result<Option<ChangeCursor>> {
    let Some(value) = request.headers().get("last-event-id").filter(|value| !value.is_empty()) else { return Ok(None) };
    let text = String::from_utf8_lossy(value.as_bytes());
    let cursor =
        text.parse().map_err(|error| Error::InvalidHeader { name: "Last-Event-ID", detail: format!("{error}") });
    cursor.map(Some)
}
