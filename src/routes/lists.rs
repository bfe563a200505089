//! Lists over HTTP: filters, pages, `Link` headers.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, Responder};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::future::{Ready, ready};
use utoipa::IntoParams;

use super::including::INCLUDE;
use super::reading::{AS_OF, OfDataAlone, VALID_AT, as_of, valid_at};
use crate::error::{Error, Result};
use crate::models::{Day, FieldError, Instant, SearchParameters, SearchablePage};
use crate::pagination::{CountParameter, Page, PageParameters, PageRequest};
use crate::services::Services;

/// What others look at: `middleware/sparse.rs`, `including.rs` and `reading.rs`.
const OF_OTHERS: [&str; 4] = ["fields", INCLUDE, AS_OF, VALID_AT];
const PAGE_PARAMETERS: [&str; 3] = ["limit", "cursor", "count"];
const SEARCH_PARAMETERS: [&str; 2] = ["q", "facets"];

/// The query of a list: its filter, what is searched and counted in it, and which page is asked for.
pub struct ListQuery<F> {
    /// The filter.
    pub filter: F,
    /// Of lists that can be searched; others refuse these parameters before they come here, as all that they do not name.
    pub searching: SearchParameters,
    parameters: PageParameters,
    as_of: Option<Instant>,
    valid_at: Option<Day>,
    limits: (i64, i64),
}

impl<F> ListQuery<F> {
    /// How many rows are asked for at most.
    ///
    /// # Errors
    /// A limit out of bounds.
    pub fn limit(&self) -> Result<i64> {
        let (default, max) = self.limits;
        let limit = self.parameters.limit.unwrap_or(default);
        if !(1..=max).contains(&limit) {
            let detail = format!("must be 1 to {max}");
            return Err(Error::InvalidQuery(vec![FieldError::parameter("limit", detail)]));
        }
        Ok(limit)
    }

    /// The same with a filter that what stands elsewhere in the request has changed.
    ///
    /// # Errors
    /// Those of the change.
    pub fn narrowed(mut self, change: impl FnOnce(&mut F) -> Result<()>) -> Result<Self> {
        change(&mut self.filter)?;
        Ok(self)
    }
}

impl<F: Serialize> ListQuery<F> {
    /// The page asked for.
    ///
    /// # Errors
    /// A limit out of bounds, or a cursor of another list.
    pub fn page<K: Serialize + DeserializeOwned>(&self) -> Result<PageRequest<K>> {
        let limit = self.limit()?;
        let cursor = self.parameters.cursor.as_deref();
        let page = match (&self.searching.q, self.as_of, self.valid_at) {
            (None, None, None) => PageRequest::new(limit, cursor, &self.filter)?,
            // What was known then is another list, and so are what was then and what is found.
            (None, Some(instant), None) => PageRequest::new(limit, cursor, &(instant, &self.filter))?,
            (None, instant, Some(day)) => PageRequest::new(limit, cursor, &(instant, day, &self.filter))?,
            (Some(q), ..) => PageRequest::new(limit, cursor, &(q, &self.filter))?,
        };
        Ok(page.counting(self.parameters.count.unwrap_or_default()))
    }
}

impl<F: DeserializeOwned> FromRequest for ListQuery<F> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let limits = request
            .app_data::<actix_web::web::Data<Services>>()
            .map_or((50, 200), |services| (services.settings.lists.default_limit, services.settings.lists.max_limit));
        let query = request.query_string();
        let read = parse_list_query(query).and_then(|(filter, searching, parameters)| {
            let (as_of, valid_at) = (as_of(query)?, valid_at(query)?);
            Ok(Self { filter, searching, parameters, as_of, valid_at, limits })
        });
        ready(read)
    }
}

/// The query of what is made of a whole list: its filter, and parameters of another kind.
pub struct FilteredQuery<F, P> {
    /// The filter.
    pub filter: F,
    /// What is to be made of it.
    pub parameters: P,
}

impl<F: DeserializeOwned, P: DeserializeOwned + IntoParams> FromRequest for FilteredQuery<F, P> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let names: Vec<String> = P::into_params(|| None).into_iter().map(|parameter| parameter.name).collect();
        let read = parse_parts(request.query_string(), |name| names.iter().any(|known| known == name));
        ready(read.map(|(filter, parameters)| Self { filter, parameters }))
    }
}

/// The query of an operation that is no list.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse_query(&own_pairs(request.query_string()).collect::<Vec<_>>().join("&")).map(Self))
    }
}

/// The filter of a list that has none.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFilter {}

fn parse_list_query<F: DeserializeOwned>(query: &str) -> Result<(F, SearchParameters, PageParameters)> {
    let is_of_search = |pair: &&str| SEARCH_PARAMETERS.contains(&name_in(pair));
    let (of_search, others): (Vec<&str>, Vec<&str>) = own_pairs(query).partition(is_of_search);
    let (filter, page) = parse_parts(&others.join("&"), |name| PAGE_PARAMETERS.contains(&name))?;
    Ok((filter, parse_query(&of_search.join("&"))?, page))
}

/// The filter in a query, and what is there beside it.
fn parse_parts<F: DeserializeOwned, P: DeserializeOwned>(
    query: &str,
    is_beside: impl Fn(&str) -> bool,
) -> Result<(F, P)> {
    let (beside, of_filter): (Vec<&str>, Vec<&str>) = own_pairs(query).partition(|pair| is_beside(name_in(pair)));
    Ok((parse_query(&of_filter.join("&"))?, parse_query(&beside.join("&"))?))
}

impl FromRequest for CountParameter {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse_query(&own_pairs(request.query_string()).collect::<Vec<_>>().join("&")))
    }
}

fn own_pairs(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').filter(|pair| !pair.is_empty() && !OF_OTHERS.contains(&name_in(pair)))
}

fn name_in(pair: &str) -> &str {
    pair.split('=').next().unwrap_or_default()
}

fn value_in(pair: &str) -> &str {
    pair.split_once('=').map(|(_, value)| value).unwrap_or_default()
}

/// A query string; a repeated parameter is a list, an unknown one a mistake.
///
/// # Errors
/// [`Error::InvalidQuery`] with the parameter named.
pub fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T> {
    if let Some(pair) = query.split('&').find(|pair| pair.contains("%00")) {
        return Err(Error::InvalidQuery(vec![FieldError::parameter(name_in(pair), "must not hold U+0000")]));
    }
    // It would be taken for one that is not there.
    if let Some(pair) = query.split('&').find(|pair| !pair.is_empty() && value_in(pair).is_empty()) {
        return Err(Error::InvalidQuery(vec![FieldError::parameter(name_in(pair), "must have a value")]));
    }
    let deserializer = serde_html_form::Deserializer::from_bytes(query.as_bytes());
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let detail = error.inner().to_string();
        // serde names a field that is unknown or doubled in its message, and gives the path of a wrong value.
        let named = |start: &str| detail.strip_prefix(start).and_then(|rest| rest.split('`').next());
        let (parameter, detail) = if let Some(name) = named("unknown field `") {
            (name.to_owned(), "is not a parameter of this operation".to_owned())
        } else if let Some(name) = named("missing field `") {
            (name.to_owned(), "must be given".to_owned())
        } else if let Some(name) = named("duplicate field `") {
            (name.to_owned(), "must be given once".to_owned())
        } else {
            (error.path().to_string().split(['[', '.']).next().unwrap_or_default().to_owned(), detail)
        };
        Error::InvalidQuery(vec![FieldError::parameter(parameter, detail)])
    })
}

/// 200 with a page, and `Link`s to the first and the next one (RFC 8288).
pub struct Listed<T>(pub Page<T>);

impl<T: Serialize> Responder for Listed<T> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        listed(request, self.0.next_cursor.as_deref(), &self.0)
    }
}

/// The same of a list that can be searched.
pub struct Searchable<T>(pub SearchablePage<T>);

impl<T: Serialize> Responder for Searchable<T> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        // The index follows the data by itself: what it finds while it is behind will be another answer without a change.
        if self.0.index.as_ref().is_some_and(|index| index.behind_seconds > 0.0) {
            request.extensions_mut().remove::<OfDataAlone>();
        }
        listed(request, self.0.next_cursor.as_deref(), &self.0)
    }
}

fn listed(request: &HttpRequest, next_cursor: Option<&str>, page: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::LINK, links(request, next_cursor))).json(page)
}

/// The address of another page of the same list; of the first one without a cursor.
pub(super) fn address_of_page(request: &HttpRequest, cursor: Option<&str>) -> String {
    let others = request.query_string().split('&');
    let others = others.filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let cursor = cursor.map(|cursor| format!("cursor={cursor}"));
    let query: Vec<String> = others.map(str::to_owned).chain(cursor).collect();
    if query.is_empty() { request.path().to_owned() } else { format!("{}?{}", request.path(), query.join("&")) }
}

/// To the first page and the next one.
fn links(request: &HttpRequest, next_cursor: Option<&str>) -> String {
    let first = format!("<{}>; rel=\"first\"", address_of_page(request, None));
    let next = next_cursor.map(|cursor| format!("<{}>; rel=\"next\"", address_of_page(request, Some(cursor))));
    // No `prev`: a keyset leads on from a row and not back to it, and rows may have come between.
    let links: Vec<String> = std::iter::once(first).chain(next).collect();
    links.join(", ")
}
