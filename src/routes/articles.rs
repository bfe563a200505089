//! `/v1/articles`.

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest, HttpResponse, delete, get, patch, post, web};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::accept::choose;
use super::bodies::{JsonBody, MediaType, parse_json, read_body, text_of};
use super::creating::Creating;
use super::found::{Found, linked, represented};
use super::including::{ArticleIncludes, QuoteIncludes};
use super::linked_data::{self, SCHEMA_ORG};
use super::lists::{ListQuery, Listed, NoFilter, Searchable, parse_query};
use super::problem::{ListProblems, ReadProblems, ServerProblems, WriteProblems};
use super::reading::{AsOf, Reading};
use super::registry::Registry;
use super::{App, created, gone, resource_id};
use crate::error::{Error, Result};
use crate::models::{
    Article, ArticleFilter, ArticlePatch, ArticleSummary, ArticleWithQuotes, Author, Day, Edit, FieldError, Key,
    NOT_A_URL, NewArticle, Outlet, Quote, Revision, SearchParameters, SearchablePage, is_url,
};
use crate::pagination::{CountParameter, Page, PageParameters};
use crate::services::articles::{self, Received};
use crate::services::{revisions, search};

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config
        .service(list_articles)
        .service(create_article)
        .service(find_article)
        .service(update_article)
        .service(delete_article)
        .service(list_quotes_of_article)
        .service(list_revisions_of_article);
}

/// Lists articles, without their texts.
///
/// The newest first: by the day they were published, or else received; with `q` the best match first. Filters combine with
/// "and"; repeating one means "or".
#[utoipa::path(
    tag = "articles",
    operation_id = "list_articles",
    params(SearchParameters, ArticleFilter, AsOf, ArticleIncludes, PageParameters),
    responses(
        (status = 200, description = "A page of articles.", body = SearchablePage<ArticleSummary>),
        ListProblems,
        ServerProblems
    )
)]
#[get("/articles")]
async fn list_articles(
    app: Reading,
    query: ListQuery<ArticleFilter>,
    include: ArticleIncludes,
) -> Result<Searchable<ArticleSummary>> {
    let (filter, searching) = (&query.filter, &query.searching);
    match &searching.q {
        Some(_) => search::search_articles(&app, filter, searching, &query.page()?, &include).await,
        None => articles::list_articles(&app, filter, &searching.facets, &query.page()?, &include).await,
    }
    .map(Searchable)
}

/// Takes an article in and reads its quotes.
///
/// As JSON; or the raw text or page as the body, with what is known about it as parameters. What is not given is read
/// from the text. The same text or address again answers 200 with the article that is there.
#[utoipa::path(
    tag = "articles",
    operation_id = "create_article",
    params(SentBeside),
    request_body(content(
        (NewArticle = "application/json"),
        (RawText = "text/plain", example = "MOSCOW, May 4. /TASS/. Four zones will be set up in Syria, the minister said on Thursday."),
        (RawText = "text/html"),
    )),
    responses(
        (status = 201, description = "The new article and its quotes.", body = ArticleWithQuotes),
        (status = 200, description = "The article was there already; this is it.", body = ArticleWithQuotes),
        WriteProblems,
        ServerProblems
    )
)]
#[post("/articles")]
async fn create_article(app: Creating, author: Author, sent: SentArticle) -> Result<HttpResponse> {
    let received = articles::create_article(&app, sent.0, &author).await?;
    Ok(match &received {
        Received::New(article) => created(&format!("/v1/articles/{}", article.article.summary.id), article),
        Received::Known(article) => represented(StatusCode::OK, article),
    })
}

/// Reads an article, with its text.
///
/// With `Accept: application/ld+json` as linked data: a schema.org NewsArticle.
#[utoipa::path(
    tag = "articles",
    operation_id = "find_article",
    params(("id" = uuid::Uuid, Path, description = "The article's id."), AsOf, ArticleIncludes),
    responses((status = 200, description = "The article.", body = Article), ReadProblems, ServerProblems)
)]
#[get("/articles/{id}")]
async fn find_article(
    app: Reading,
    id: web::Path<String>,
    include: ArticleIncludes,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let article = articles::find_article(&app, resource_id("article", &id)?, &include).await?;
    Ok(match choose(&request, &linked_data::offers(&[SCHEMA_ORG])) {
        Some(1) => linked(SCHEMA_ORG, &article, &linked_data::news_article(&article)),
        _ => represented(StatusCode::OK, &article),
    })
}

/// Changes what is known about an article.
///
/// Its text never changes.
#[utoipa::path(
    tag = "articles",
    operation_id = "update_article",
    params(("id" = uuid::Uuid, Path, description = "The article's id.")),
    request_body(content = ArticlePatch, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The article as it is now.", body = Article), ReadProblems, WriteProblems, ServerProblems)
)]
#[patch("/articles/{id}")]
async fn update_article(
    app: App,
    edit: Edit,
    id: web::Path<String>,
    patch: JsonBody<ArticlePatch>,
) -> Result<Found<Article>> {
    articles::update_article(&app, resource_id("article", &id)?, &patch.0, &edit).await.map(Found)
}

/// Deletes an article with its quotes.
#[utoipa::path(
    tag = "articles",
    operation_id = "delete_article",
    params(("id" = uuid::Uuid, Path, description = "The article's id.")),
    responses((status = 204, description = "It is gone."), ReadProblems, ServerProblems)
)]
#[delete("/articles/{id}")]
async fn delete_article(app: App, edit: Edit, id: web::Path<String>) -> Result<HttpResponse> {
    articles::delete_article(&app, resource_id("article", &id)?, &edit).await?;
    Ok(gone())
}

/// Lists the quotes of an article in reading order.
///
/// All on one page: an article has no more quotes than it has words.
#[utoipa::path(
    tag = "articles",
    operation_id = "list_quotes_of_article",
    params(("id" = uuid::Uuid, Path, description = "The article's id."), AsOf, QuoteIncludes, CountParameter),
    responses((status = 200, description = "Its quotes.", body = Page<Quote>), ListProblems, ReadProblems, ServerProblems)
)]
#[get("/articles/{id}/quotes")]
async fn list_quotes_of_article(
    app: Reading,
    id: web::Path<String>,
    include: QuoteIncludes,
    counting: CountParameter,
) -> Result<Listed<Quote>> {
    let data = articles::list_quotes_of_article(&app, resource_id("article", &id)?, &include).await?;
    let total = counting.count.unwrap_or_default().then(|| i64::try_from(data.len()).unwrap_or(i64::MAX));
    Ok(Listed(Page { data, next_cursor: None, total }))
}

/// Lists what an article was after each of its changes.
///
/// The newest first: who changed it, when and why, and how it read before and after.
#[utoipa::path(
    tag = "articles",
    operation_id = "list_revisions_of_article",
    params(("id" = uuid::Uuid, Path, description = "The article's id."), PageParameters),
    responses((status = 200, description = "A page of revisions.", body = Page<Revision>), ListProblems, ReadProblems, ServerProblems)
)]
#[get("/articles/{id}/revisions")]
async fn list_revisions_of_article(
    app: App,
    id: web::Path<String>,
    query: ListQuery<NoFilter>,
) -> Result<Listed<Revision>> {
    revisions::list_revisions_of_article(&app, resource_id("article", &id)?, &query.page()?).await.map(Listed)
}

/// What is known about an article that is sent as a raw text or page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct SentBeside {
    /// Beside a raw body: where the article was published.
    #[param(max_length = 2000, pattern = "^https?://[^/\\s\\x00-\\x1f\\x7f-\\x9f][^\\s\\x00-\\x1f\\x7f-\\x9f]*$")]
    url: Option<String>,
    /// Beside a raw body: who published it; id or slug of an outlet.
    #[param(value_type = Option<String>)]
    outlet: Option<Key<Outlet>>,
    /// Beside a raw body: when it was published.
    published_on: Option<Day>,
}

impl SentBeside {
    fn check(self) -> Result<Self> {
        if self.url.as_deref().is_some_and(|url| !is_url(url)) {
            return Err(Error::InvalidQuery(vec![FieldError::parameter("url", NOT_A_URL)]));
        }
        Ok(self)
    }
}

/// A raw text or page: not only white space, and without U+0000.
#[derive(ToSchema)]
#[schema(min_length = 1, pattern = r"^[^\x00]*[^\s\x00][^\x00]*$")]
#[expect(dead_code, reason = "describes the body; `SentArticle` reads it")]
struct RawText(String);

/// An article in any of the forms in which it may be sent.
struct SentArticle(NewArticle);

impl FromRequest for SentArticle {
    type Error = Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media_type = MediaType::of(request);
        let beside = parse_query::<SentBeside>(request.query_string()).and_then(SentBeside::check);
        let body = read_body(request, payload);
        Box::pin(async move {
            let SentBeside { url, outlet, published_on } = beside?;
            let raw = NewArticle { url, outlet, published_on, ..NewArticle::default() };
            match media_type {
                MediaType::Json if raw == NewArticle::default() => parse_json(&body.await?).map(Self),
                MediaType::Json => {
                    let given = [
                        ("url", raw.url.is_some()),
                        ("outlet", raw.outlet.is_some()),
                        ("published_on", raw.published_on.is_some()),
                    ];
                    let detail = "stands in the body where the body is JSON, not beside it";
                    let errors = given.into_iter().filter(|(_, given)| *given);
                    Err(Error::InvalidQuery(errors.map(|(name, _)| FieldError::parameter(name, detail)).collect()))
                }
                MediaType::Text => Ok(Self(NewArticle { text: Some(text_of(&body.await?)?), ..raw })),
                MediaType::Html => Ok(Self(NewArticle { html: Some(text_of(&body.await?)?), ..raw })),
                MediaType::MergePatch | MediaType::Ndjson | MediaType::Other => {
                    Err(Error::UnsupportedMediaType { expected: "application/json, text/plain or text/html" })
                }
            }
        })
    }
}
