//! `/v1/articles/{id}/extractions`.

use actix_web::{HttpRequest, post, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::creating::Creating;
use super::lists::parse_query;
use super::problem::{DeleteProblems, ServerProblems};
use super::registry::Registry;
use super::resource_id;
use crate::error::Result;
use crate::models::{Edit, Reextraction};
use crate::services::extractions;

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config.service(reextract_article);
}

/// Reads an article again.
///
/// With the extractor as it is now, and all the actors and zones that it knows by now. Answers with the quotes that are
/// gained, lost and changed by it. A quote that reads the same keeps its id and version, one that reads differently its
/// id. What people have said stays: corrected and accepted quotes keep their reading, rejected ones stay rejected, deleted
/// ones do not come again, those made by hand stay, and so do the title, date, outlet and language of the article.
#[utoipa::path(
    tag = "articles",
    operation_id = "reextract_article",
    params(("id" = uuid::Uuid, Path, description = "The article's id."), ExtractionParameters),
    responses((status = 200, description = "What it came to.", body = Reextraction), DeleteProblems, ServerProblems)
)]
#[post("/articles/{id}/extractions")]
async fn reextract_article(
    app: Creating,
    edit: Edit,
    id: web::Path<String>,
    request: HttpRequest,
) -> Result<web::Json<Reextraction>> {
    let ExtractionParameters { dry_run, .. } = parse_query(request.query_string())?;
    extractions::reextract_article(&app, resource_id("article", &id)?, dry_run, &edit).await.map(web::Json)
}

/// How an article is read again.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ExtractionParameters {
    /// Only tell what it would come to, and write nothing.
    dry_run: bool,
    /// Why you do this, in your words. It is kept with the change.
    #[param(min_length = 1, max_length = 500, pattern = "[^\\s\\x85]")]
    reason: Option<String>,
}
