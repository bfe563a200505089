//! `/v1/search`.

use actix_web::get;

use super::lists::{ListQuery, Searchable};
use super::problem::{ListProblems, ServerProblems};
use super::reading::Reading;
use super::registry::Registry;
use crate::error::Result;
use crate::models::{SearchFilter, SearchHit, SearchParameters, SearchablePage};
use crate::pagination::PageParameters;
use crate::services::search;

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config.service(search_texts);
}

/// Searches the words of quotes, and the titles and texts of articles.
///
/// The best match first (BM25). A query that cannot be understood is answered 400 with what is wrong and at which character,
/// counted from 1. The index follows the database within a second; `index` says how far it is. Pages are cut by score: what is
/// written between two of them may move a hit from one to the other. 503 while the index is being made.
#[utoipa::path(
    tag = "search",
    operation_id = "search",
    params(SearchParameters, SearchFilter, PageParameters),
    responses(
        (status = 200, description = "A page of what was found.", body = SearchablePage<SearchHit>),
        ListProblems,
        ServerProblems
    )
)]
#[get("/search")]
async fn search_texts(app: Reading, query: ListQuery<SearchFilter>) -> Result<Searchable<SearchHit>> {
    search::search(&app, &query.filter, &query.searching, &query.page()?).await.map(Searchable)
}
