//! `/v1/quotes`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};

use super::accept::choose;
use super::bodies::JsonBody;
use super::creating::Creating;
use super::found::{Found, linked, represented};
use super::including::QuoteIncludes;
use super::linked_data::{self, SCHEMA_ORG, WEB_ANNOTATION};
use super::lists::{ListQuery, Listed, NoFilter, Searchable};
use super::problem::{ListProblems, ReadProblems, ServerProblems, WriteProblems};
use super::reading::{AsOf, Reading};
use super::registry::Registry;
use super::{App, created, gone, resource_id};
use crate::error::Result;
use crate::models::{
    Author, Edit, NewQuote, Quote, QuoteFilter, QuotePatch, Revision, SearchParameters, SearchablePage,
};
use crate::pagination::{Page, PageParameters};
use crate::services::{quotes, revisions, search};

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config
        .service(list_quotes)
        .service(create_quote)
        .service(find_quote)
        .service(update_quote)
        .service(delete_quote)
        .service(list_revisions_of_quote);
}

/// Lists quotes.
///
/// The newest first: by the day they were said, or else published; with `q` the best match first. Filters combine with "and";
/// repeating one means "or".
#[utoipa::path(
    tag = "quotes",
    operation_id = "list_quotes",
    params(SearchParameters, QuoteFilter, AsOf, QuoteIncludes, PageParameters),
    responses(
        (status = 200, description = "A page of quotes.", body = SearchablePage<Quote>), ListProblems, ServerProblems
    )
)]
#[get("/quotes")]
async fn list_quotes(app: Reading, query: ListQuery<QuoteFilter>, include: QuoteIncludes) -> Result<Searchable<Quote>> {
    let (filter, searching) = (&query.filter, &query.searching);
    match &searching.q {
        Some(_) => search::search_quotes(&app, filter, searching, &query.page()?, &include).await,
        None => quotes::list_quotes(&app, filter, &searching.facets, &query.page()?, &include).await,
    }
    .map(Searchable)
}

/// Adds a quote that a person found.
///
/// Its segments must lie within the article's text.
#[utoipa::path(
    tag = "quotes",
    operation_id = "create_quote",
    request_body = NewQuote,
    responses((status = 201, description = "The new quote.", body = Quote), WriteProblems, ServerProblems)
)]
#[post("/quotes")]
async fn create_quote(app: Creating, author: Author, body: JsonBody<NewQuote>) -> Result<HttpResponse> {
    let quote = quotes::create_quote(&app, body.0, &author).await?;
    Ok(created(&format!("/v1/quotes/{}", quote.id), &quote))
}

/// Reads a quote.
///
/// With `Accept: application/ld+json` as linked data: a schema.org Quotation; with
/// `application/ld+json;profile="http://www.w3.org/ns/anno.jsonld"` a W3C Web Annotation of its article.
#[utoipa::path(
    tag = "quotes",
    operation_id = "find_quote",
    params(("id" = uuid::Uuid, Path, description = "The quote's id."), AsOf, QuoteIncludes),
    responses((status = 200, description = "The quote.", body = Quote), ReadProblems, ServerProblems)
)]
#[get("/quotes/{id}")]
async fn find_quote(
    app: Reading,
    id: web::Path<String>,
    include: QuoteIncludes,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let quote = quotes::find_quote(&app, resource_id("quote", &id)?, &include).await?;
    Ok(match choose(&request, &linked_data::offers(&[SCHEMA_ORG, WEB_ANNOTATION])) {
        Some(1) => {
            let speaker = quotes::find_speaker(&app, &quote).await?;
            linked(SCHEMA_ORG, &quote, &linked_data::quotation(&quote, speaker.as_ref()))
        }
        Some(2) => linked(WEB_ANNOTATION, &quote, &linked_data::annotation(&quote)),
        _ => represented(StatusCode::OK, &quote),
    })
}

/// Puts a quote right, or says that it is right or wrong.
///
/// What the machine read before is kept.
#[utoipa::path(
    tag = "quotes",
    operation_id = "update_quote",
    security(("bearer" = ["review"])),
    params(("id" = uuid::Uuid, Path, description = "The quote's id.")),
    request_body(content = QuotePatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The quote as it is now.", body = Quote), ReadProblems, WriteProblems, ServerProblems)
)]
#[patch("/quotes/{id}")]
async fn update_quote(
    app: App,
    edit: Edit,
    id: web::Path<String>,
    patch: JsonBody<QuotePatch>,
) -> Result<Found<Quote>> {
    quotes::update_quote(&app, resource_id("quote", &id)?, &patch.0, &edit).await.map(Found)
}

/// Deletes a quote.
///
/// To say that the machine was wrong, set `review` to `rejected` instead.
#[utoipa::path(
    tag = "quotes",
    operation_id = "delete_quote",
    params(("id" = uuid::Uuid, Path, description = "The quote's id.")),
    responses((status = 204, description = "It is gone."), ReadProblems, ServerProblems)
)]
#[delete("/quotes/{id}")]
async fn delete_quote(app: App, edit: Edit, id: web::Path<String>) -> Result<HttpResponse> {
    quotes::delete_quote(&app, resource_id("quote", &id)?, &edit).await?;
    Ok(gone())
}

/// Lists what a quote was after each of its changes.
///
/// The newest first: who changed it, when and why, and how it read before and after. One that came with its article begins with that.
#[utoipa::path(
    tag = "quotes",
    operation_id = "list_revisions_of_quote",
    params(("id" = uuid::Uuid, Path, description = "The quote's id."), PageParameters),
    responses((status = 200, description = "A page of revisions.", body = Page<Revision>), ListProblems, ReadProblems, ServerProblems)
)]
#[get("/quotes/{id}/revisions")]
async fn list_revisions_of_quote(
    app: App,
    id: web::Path<String>,
    query: ListQuery<NoFilter>,
) -> Result<Listed<Revision>> {
    revisions::list_revisions_of_quote(&app, resource_id("quote", &id)?, &query.page()?).await.map(Listed)
}
