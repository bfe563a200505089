//! `/v1/exports`: all that a list holds, and the whole instance, as a stream.

use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, get};
use futures_util::stream;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as ValueError;

use super::imports::Records;
use super::lists::{ListQuery, NoFilter};
use super::problem::{ListProblems, ReadProblems, ServerProblems};
use super::reading::{AsOf, Reading};
use super::registry::Registry;
use super::{App, HeadOnly};
use crate::error::{Error, Result};
use crate::models::{
    ActorFilter, AgreementFilter, ArticleFilter, ExportFormat, OutletFilter, QuoteFilter, ZoneFilter, name_of,
};
use crate::services::Services;
use crate::services::exports::{self, Exported};

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config
        .service(export_everything)
        .service(export_quotes)
        .service(export_articles)
        .service(export_actors)
        .service(export_zones)
        .service(export_agreements)
        .service(export_outlets);
}

/// Exports the whole instance.
///
/// In the interchange format, a record a line: outlets, actors, zones, agreements, and articles with their texts and quotes. `POST
/// /v1/imports` and `onrecord import` read it, on either database. It shows one state, whatever is written meanwhile. What is not in
/// it: revisions, deletions, the log of changes, and keys. Few exports run at one time; one more is answered 503.
#[utoipa::path(
    tag = "exports",
    operation_id = "export_everything",
    responses(
        (status = 200, description = "The records, a line each.", body = Records, content_type = "application/x-ndjson"),
        ServerProblems
    )
)]
#[get("/exports/all.ndjson")]
async fn export_everything(app: App, _: ListQuery<NoFilter>, request: HttpRequest) -> Result<HttpResponse> {
    export(&app, Exported::Everything, "all", ExportFormat::Ndjson, &request).await
}

/// Exports quotes.
///
/// All that the list of quotes holds with the same filters, in its order. As `ndjson` a quote a line, as it is read by itself; as
/// `csv` a table, with what is known of the article. A cell that begins like a formula has an apostrophe before it.
#[utoipa::path(
    tag = "exports",
    operation_id = "export_quotes",
    params(("format" = ExportFormat, Path, description = "How it is written.", example = "ndjson"), QuoteFilter, AsOf),
    responses(
        (status = 200, description = "The quotes, a line each.", content((Records = "application/x-ndjson"), (Records = "text/csv"))),
        ListProblems, ReadProblems, ServerProblems
    )
)]
#[get("/exports/quotes.{format}")]
async fn export_quotes(
    app: Reading,
    format: Path<String>,
    query: ListQuery<QuoteFilter>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    export(&app, Exported::Quotes(query.filter), "quotes", format_of(&format)?, &request).await
}

/// Exports articles, with their texts.
///
/// All that the list of articles holds with the same filters, in its order. As `ndjson` a record of the interchange format a line,
/// with the quotes; as `csv` a table without them.
#[utoipa::path(
    tag = "exports",
    operation_id = "export_articles",
    params(("format" = ExportFormat, Path, description = "How it is written.", example = "ndjson"), ArticleFilter, AsOf),
    responses(
        (status = 200, description = "The articles, a line each.", content((Records = "application/x-ndjson"), (Records = "text/csv"))),
        ListProblems, ReadProblems, ServerProblems
    )
)]
#[get("/exports/articles.{format}")]
async fn export_articles(
    app: Reading,
    format: Path<String>,
    query: ListQuery<ArticleFilter>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    export(&app, Exported::Articles(query.filter), "articles", format_of(&format)?, &request).await
}

/// Exports actors.
///
/// All that the list of actors holds with the same filters, in its order. As `ndjson` a record of the interchange format a line, as
/// `csv` a table.
#[utoipa::path(
    tag = "exports",
    operation_id = "export_actors",
    params(("format" = ExportFormat, Path, description = "How it is written.", example = "ndjson"), ActorFilter, AsOf),
    responses(
        (status = 200, description = "The actors, a line each.", content((Records = "application/x-ndjson"), (Records = "text/csv"))),
        ListProblems, ReadProblems, ServerProblems
    )
)]
#[get("/exports/actors.{format}")]
async fn export_actors(
    app: Reading,
    format: Path<String>,
    query: ListQuery<ActorFilter>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    export(&app, Exported::Actors(query.filter), "actors", format_of(&format)?, &request).await
}

/// Exports zones.
///
/// All that the list of zones holds with the same filters, in its order. As `ndjson` a record of the interchange format a line, as
/// `csv` a table with the bounds of the outlines.
#[utoipa::path(
    tag = "exports",
    operation_id = "export_zones",
    params(("format" = ExportFormat, Path, description = "How it is written.", example = "ndjson"), ZoneFilter, AsOf),
    responses(
        (status = 200, description = "The zones, a line each.", content((Records = "application/x-ndjson"), (Records = "text/csv"))),
        ListProblems, ReadProblems, ServerProblems
    )
)]
#[get("/exports/zones.{format}")]
async fn export_zones(
    app: Reading,
    format: Path<String>,
    query: ListQuery<ZoneFilter>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    export(&app, Exported::Zones(query.filter), "zones", format_of(&format)?, &request).await
}

/// Exports agreements.
///
/// All that the list of agreements holds with the same filters, in its order. As `ndjson` a record of the interchange format a line,
/// as `csv` a table.
#[utoipa::path(
    tag = "exports",
    operation_id = "export_agreements",
    params(("format" = ExportFormat, Path, description = "How it is written.", example = "ndjson"), AgreementFilter, AsOf),
    responses(
        (status = 200, description = "The agreements, a line each.", content((Records = "application/x-ndjson"), (Records = "text/csv"))),
        ListProblems, ReadProblems, ServerProblems
    )
)]
#[get("/exports/agreements.{format}")]
async fn export_agreements(
    app: Reading,
    format: Path<String>,
    query: ListQuery<AgreementFilter>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    export(&app, Exported::Agreements(query.filter), "agreements", format_of(&format)?, &request).await
}

/// Exports outlets.
///
/// All that the list of outlets holds with the same filters, in its order. As `ndjson` a record of the interchange format a line, as
/// `csv` a table.
#[utoipa::path(
    tag = "exports",
    operation_id = "export_outlets",
    params(("format" = ExportFormat, Path, description = "How it is written.", example = "ndjson"), OutletFilter, AsOf),
    responses(
        (status = 200, description = "The outlets, a line each.", content((Records = "application/x-ndjson"), (Records = "text/csv"))),
        ListProblems, ReadProblems, ServerProblems
    )
)]
#[get("/exports/outlets.{format}")]
async fn export_outlets(
    app: Reading,
    format: Path<String>,
    query: ListQuery<OutletFilter>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    export(&app, Exported::Outlets(query.filter), "outlets", format_of(&format)?, &request).await
}

/// The format that a path names; another one is the address of nothing.
fn format_of(name: &str) -> Result<ExportFormat> {
    let format = ExportFormat::deserialize(IntoDeserializer::<ValueError>::into_deserializer(name));
    format.map_err(|_| Error::NotFound { resource: "format of exports", key: name.to_owned() })
}

/// The export as a stream, once its first piece is there: what is wrong with a filter is answered as it is for a list.
async fn export(
    services: &Services,
    what: Exported,
    name: &str,
    format: ExportFormat,
    request: &HttpRequest,
) -> Result<HttpResponse> {
    let media_type = match format {
        ExportFormat::Ndjson => "application/x-ndjson",
        ExportFormat::Csv => "text/csv; charset=utf-8; header=present",
    };
    let file = DispositionParam::Filename(format!("{name}.{}", name_of(&format)));
    let disposition = ContentDisposition { disposition: DispositionType::Attachment, parameters: vec![file] };
    let mut answer = HttpResponse::Ok();
    answer.content_type(media_type).insert_header((header::CONTENT_DISPOSITION, disposition));
    if request.extensions().contains::<HeadOnly>() {
        return Ok(answer.streaming(stream::empty::<Result<Bytes>>()));
    }
    let place = exports::take_place(services)?;
    let (export, mut pieces) = exports::prepare_export(services, what, format);
    // On its own: a reader that hangs up must not cut off a query.
    actix_web::rt::spawn(export.run());
    let first = pieces.recv().await.transpose()?;
    let rest = stream::unfold((first, pieces, place), async |(first, mut pieces, place)| {
        let piece = match first {
            Some(first) => Ok(first),
            None => pieces.recv().await?,
        };
        Some((piece.map(Bytes::from), (None, pieces, place)))
    });
    Ok(answer.streaming(rest))
}
