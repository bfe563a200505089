//! `/v1/imports`.

use std::time::Duration;

use actix_web::dev::Decompress;
use actix_web::http::header;
use actix_web::web::{Bytes, Json, Path, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, get, post};
use futures_util::{Stream, StreamExt, stream};
use utoipa::ToSchema;

use super::bodies::MediaType;
use super::creating::Creating;
use super::event_stream::stream_events;
use super::lists::{ListQuery, Listed, NoFilter};
use super::problem::{ConflictProblems, ListProblems, ReadProblems, ServerProblems, UploadProblems};
use super::registry::Registry;
use super::{App, HeadOnly, resource_id};
use crate::error::{Error, Result};
use crate::models::{Author, ImportFilter, ImportJob};
use crate::pagination::{Page, PageParameters};
use crate::services::imports;

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config
        .service(list_imports)
        .service(create_import)
        .service(find_import)
        .service(stream_import)
        .service(list_errors_of_import)
        .service(cancel_import);
}

/// Lists imports.
///
/// The newest first.
#[utoipa::path(
    tag = "imports",
    operation_id = "list_imports",
    security(("bearer" = ["write"])),
    params(ImportFilter, PageParameters),
    responses((status = 200, description = "A page of imports.", body = Page<ImportJob>), ListProblems, ServerProblems)
)]
#[get("/imports")]
async fn list_imports(app: App, query: ListQuery<ImportFilter>) -> Result<Listed<ImportJob>> {
    imports::list_imports(&app, &query.filter, &query.page()?).await.map(Listed)
}

/// A file of records, a JSON object a line.
#[derive(ToSchema)]
#[schema(format = Binary, example = "{\"type\": \"article\", \"text\": \"The gate is open, Sergey Lavrov said.\"}\n")]
#[expect(dead_code, reason = "describes the body")]
pub(super) struct Records(String);

/// Imports a file of records.
///
/// In the interchange format: a JSON object a line, whose `type` is `outlet`, `actor`, `zone`, `agreement` or `article`; an article
/// with its quotes, or with its text alone, which is read then. Of any size: it goes to disk as it comes, and is taken in after the
/// answer. It only adds: what is here already, by id, slug, text or address, stays as it is, and a line that is sent twice is there
/// once. Lines that cannot be taken in are refused one by one, with their errors under `errors.ndjson`.
#[utoipa::path(
    tag = "imports",
    operation_id = "create_import",
    request_body(content = Records, content_type = "application/x-ndjson"),
    responses((status = 201, description = "The import, which waits to be taken in.", body = ImportJob), UploadProblems, ServerProblems)
)]
#[post("/imports")]
async fn create_import(app: App, author: Author, request: HttpRequest, body: Payload) -> Result<HttpResponse> {
    if MediaType::of(&request) != MediaType::Ndjson {
        return Err(Error::UnsupportedMediaType { expected: "application/x-ndjson" });
    }
    let limit_ms = app.settings.server.client_timeout_ms;
    let body = Decompress::from_headers(body.into_inner(), request.headers());
    let import = imports::create_import(&app, in_time(body, limit_ms), &author).await?;
    let location = format!("/v1/imports/{}", import.id);
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(import))
}

/// The pieces of a body, each of which has to come in time.
fn in_time<E: std::fmt::Display>(
    body: impl Stream<Item = std::result::Result<Bytes, E>>,
    limit_ms: u64,
) -> impl Stream<Item = Result<Bytes>> {
    stream::unfold(Some(Box::pin(body)), move |body| async move {
        let mut body = body?;
        match tokio::time::timeout(Duration::from_millis(limit_ms), body.next()).await {
            Ok(None) => None,
            Ok(Some(Ok(piece))) => Some((Ok(piece), Some(body))),
            Ok(Some(Err(error))) => {
                Some((Err(Error::MalformedBody(format!("the body did not arrive whole: {error}"))), None))
            }
            Err(_) => Some((Err(Error::RequestTimeout { limit_ms }), None)),
        }
    })
}

/// Reads an import: how far it has come.
#[utoipa::path(
    tag = "imports",
    operation_id = "find_import",
    security(("bearer" = ["write"])),
    params(("id" = uuid::Uuid, Path, description = "The import's id.")),
    responses((status = 200, description = "The import.", body = ImportJob), ReadProblems, ServerProblems)
)]
#[get("/imports/{id}")]
async fn find_import(app: App, id: Path<String>) -> Result<Json<ImportJob>> {
    imports::find_import(&app, resource_id("import", &id)?).await.map(Json)
}

/// Streams how far an import comes.
///
/// Server-sent events: the `data` of each is the import as JSON, at first as it is and then whenever it has come further. The last one
/// says that it has ended; close the stream then, or your browser opens it again.
#[utoipa::path(
    tag = "imports",
    operation_id = "stream_import",
    security(("bearer" = ["write"])),
    params(("id" = uuid::Uuid, Path, description = "The import's id.")),
    responses(
        (status = 200, description = "Events up to the end of the import.", body = String, content_type = "text/event-stream"),
        ReadProblems,
        ServerProblems
    )
)]
#[get("/imports/{id}/events")]
async fn stream_import(app: App, id: Path<String>, request: HttpRequest) -> Result<HttpResponse> {
    let id = resource_id("import", &id)?;
    let events = imports::open_events(&app, id).await?;
    let events = stream::unfold(events, async |mut events| {
        let event = match events.next().await? {
            Some(import) => format!("data: {}\n\n", serde_json::to_string(&import).unwrap_or_default()),
            None => ": nothing new\n\n".to_owned(),
        };
        Some((Bytes::from(event), events))
    });
    Ok(stream_events(&request, events))
}

/// Reads what is wrong with the lines that an import refused.
///
/// A JSON object a line: `line` is the number of the line in the file, from 1, and `errors` says where in it what is wrong, as the
/// `errors` of a problem do: `{"line": 7, "errors": [{"pointer": "/outlet", "detail": "names no outlet: …"}]}`. The first 10,000 are kept.
#[utoipa::path(
    tag = "imports",
    operation_id = "list_errors_of_import",
    security(("bearer" = ["write"])),
    params(("id" = uuid::Uuid, Path, description = "The import's id.")),
    responses(
        (status = 200, description = "The errors, a line each.", body = Records, content_type = "application/x-ndjson"),
        ReadProblems,
        ServerProblems
    )
)]
#[get("/imports/{id}/errors.ndjson")]
async fn list_errors_of_import(app: App, id: Path<String>, request: HttpRequest) -> Result<HttpResponse> {
    let (run, pieces) = imports::prepare_errors(&app, resource_id("import", &id)?).await?;
    let mut answer = HttpResponse::Ok();
    answer.content_type("application/x-ndjson");
    if request.extensions().contains::<HeadOnly>() {
        return Ok(answer.streaming(stream::empty::<Result<Bytes>>()));
    }
    // On its own: a reader that hangs up must not cut off a query.
    actix_web::rt::spawn(run);
    let pieces = stream::unfold(pieces, async |mut pieces| {
        let piece = pieces.recv().await?;
        Some((piece.map(Bytes::from), pieces))
    });
    Ok(answer.streaming(pieces))
}

/// Breaks an import off.
///
/// What was taken in by then stays. One that waits is broken off at once; one that runs after the batch of lines it is at: read it
/// again to see.
#[utoipa::path(
    tag = "imports",
    operation_id = "cancel_import",
    params(("id" = uuid::Uuid, Path, description = "The import's id.")),
    responses((status = 200, description = "The import as it is now.", body = ImportJob), ReadProblems, ConflictProblems, ServerProblems)
)]
#[post("/imports/{id}/cancel")]
async fn cancel_import(app: Creating, id: Path<String>, _: ListQuery<NoFilter>) -> Result<Json<ImportJob>> {
    imports::cancel_import(&app, resource_id("import", &id)?).await.map(Json)
}
