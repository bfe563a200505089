//! `/v1/statements`.

use actix_web::http::header;
use actix_web::{HttpResponse, get, post, web};

use super::bodies::JsonBody;
use super::creating::Creating;
use super::entity_tag::ResourceVersion;
use super::lists::{ListQuery, Listed, Query};
use super::problem::{ListProblems, ReadProblems, ServerProblems, WriteProblems};
use super::reading::Reading;
use super::registry::Registry;
use super::resource_id;
use crate::error::Result;
use crate::models::{
    ComparedQuotes, Edit, NewJoin, NewPin, NewSplit, Statement, StatementComparison, StatementFilter,
    StatementWithReports,
};
use crate::pagination::{Page, PageParameters};
use crate::services::statements;

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config
        .service(list_statements)
        .service(find_statement)
        .service(compare_reports)
        .service(split_statement)
        .service(join_statements)
        .service(pin_quotes);
}

/// Lists statements.
///
/// Each is one utterance, whoever reports it; every quote whose speaker is known reports one. The newest first, by the
/// day under which the first report is listed. `reports_min=2` gives those that several quotes report. They are found
/// by a machine from what is known now, so there is no `as_of`.
#[utoipa::path(
    tag = "statements",
    operation_id = "list_statements",
    params(StatementFilter, PageParameters),
    responses((status = 200, description = "A page of statements.", body = Page<Statement>), ListProblems, ServerProblems)
)]
#[get("/statements")]
async fn list_statements(app: Reading, query: ListQuery<StatementFilter>) -> Result<Listed<Statement>> {
    statements::list_statements(&app, &query.filter, &query.page()?).await.map(Listed)
}

/// Reads a statement.
///
/// With its reports in order of appearance: by whom, in which words, which of them is most literal, why each belongs to
/// it (`score` and its `parts`), and whether it echoes an earlier one or was worded independently. And with what people
/// decided about it.
#[utoipa::path(
    tag = "statements",
    operation_id = "find_statement",
    params(("id" = uuid::Uuid, Path, description = "The statement's id.")),
    responses((status = 200, description = "The statement.", body = StatementWithReports), ReadProblems, ServerProblems)
)]
#[get("/statements/{id}")]
async fn find_statement(app: Reading, id: web::Path<String>) -> Result<HttpResponse> {
    let found = statements::find_statement(&app, resource_id("statement", &id)?).await?;
    Ok(versioned(&found))
}

/// Compares two wordings of a statement.
///
/// Word by word: what they share, what each has that the other left out, what they say in other words or at another
/// place. Offsets are into the text of each quote.
#[utoipa::path(
    tag = "statements",
    operation_id = "compare_reports",
    params(("id" = uuid::Uuid, Path, description = "The statement's id."), ComparedQuotes),
    responses((status = 200, description = "The two side by side.", body = StatementComparison), ListProblems, ReadProblems, ServerProblems)
)]
#[get("/statements/{id}/compare")]
async fn compare_reports(
    app: Reading,
    id: web::Path<String>,
    compared: Query<ComparedQuotes>,
) -> Result<web::Json<StatementComparison>> {
    statements::compare_reports(&app, resource_id("statement", &id)?, &compared.0).await.map(web::Json)
}

/// Splits a statement.
///
/// For quotes that report something else: they are a statement of their own from then on, and the machine never joins
/// one of them with one of the others again.
#[utoipa::path(
    tag = "statements",
    operation_id = "split_statement",
    security(("bearer" = ["review"])),
    params(("id" = uuid::Uuid, Path, description = "The statement's id.")),
    request_body = NewSplit,
    responses((status = 200, description = "The statement that the quotes report now; `Location` is its address.", body = StatementWithReports), ReadProblems, WriteProblems, ServerProblems)
)]
#[post("/statements/{id}/split")]
async fn split_statement(
    app: Creating,
    edit: Edit,
    id: web::Path<String>,
    body: JsonBody<NewSplit>,
) -> Result<HttpResponse> {
    let made = statements::split_statement(&app, resource_id("statement", &id)?, &body.0, &edit).await?;
    let mut answer = versioned(&made);
    let location = header::HeaderValue::from_str(&format!("/v1/statements/{}", made.statement.id));
    location.into_iter().for_each(|value| drop(answer.headers_mut().insert(header::LOCATION, value)));
    Ok(answer)
}

/// Joins two statements.
///
/// For one utterance that the machine took for two: the reports of the other become reports of this one, and stay with
/// it. The other is gone then. Both have one speaker.
#[utoipa::path(
    tag = "statements",
    operation_id = "join_statements",
    security(("bearer" = ["review"])),
    params(("id" = uuid::Uuid, Path, description = "The id of the statement that stays.")),
    request_body = NewJoin,
    responses((status = 200, description = "The statement as it is now.", body = StatementWithReports), ReadProblems, WriteProblems, ServerProblems)
)]
#[post("/statements/{id}/join")]
async fn join_statements(
    app: Creating,
    edit: Edit,
    id: web::Path<String>,
    body: JsonBody<NewJoin>,
) -> Result<HttpResponse> {
    let joined = statements::join_statements(&app, resource_id("statement", &id)?, &body.0, &edit).await?;
    Ok(versioned(&joined))
}

/// Pins quotes to a statement, or closes it.
///
/// A pinned quote belongs to it, whatever the machine finds. To a closed statement the machine adds nothing.
#[utoipa::path(
    tag = "statements",
    operation_id = "pin_quotes",
    security(("bearer" = ["review"])),
    params(("id" = uuid::Uuid, Path, description = "The statement's id.")),
    request_body = NewPin,
    responses((status = 200, description = "The statement as it is now.", body = StatementWithReports), ReadProblems, WriteProblems, ServerProblems)
)]
#[post("/statements/{id}/pin")]
async fn pin_quotes(app: Creating, edit: Edit, id: web::Path<String>, body: JsonBody<NewPin>) -> Result<HttpResponse> {
    let pinned = statements::pin_quotes(&app, resource_id("statement", &id)?, &body.0, &edit).await?;
    Ok(versioned(&pinned))
}

/// 200 with a statement, and the version that its tag names.
fn versioned(found: &StatementWithReports) -> HttpResponse {
    let mut answer = HttpResponse::Ok().json(found);
    answer.extensions_mut().insert(ResourceVersion(found.statement.version));
    answer
}
