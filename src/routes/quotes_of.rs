//! `/v1/actors/{key}/quotes` and `/v1/zones/{key}/quotes`: the list of quotes, narrowed by its address.

use actix_web::{get, web};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::including::QuoteIncludes;
use super::lists::{ListQuery, Listed};
use super::problem::{ListProblems, ReadProblems, ServerProblems};
use super::reading::{AsOf, Reading};
use super::registry::Registry;
use crate::error::{Error, Result};
use crate::models::{Actor, FieldError, Key, Quote, QuoteFilter, Zone};
use crate::pagination::{Page, PageParameters};
use crate::services::quotes;

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config.service(list_quotes_of_actor).service(list_quotes_of_zone);
}

/// Lists the quotes of an actor.
///
/// The newest first, as `/v1/quotes?speaker=` lists them, with its other filters.
#[utoipa::path(
    tag = "actors",
    operation_id = "list_quotes_of_actor",
    params(
        ("key" = String, Path, description = "Id or slug.", example = "sergey-lavrov"),
        BesideSpeaker, AsOf, QuoteIncludes, PageParameters
    ),
    responses((status = 200, description = "A page of quotes.", body = Page<Quote>), ListProblems, ReadProblems, ServerProblems)
)]
#[get("/actors/{key}/quotes")]
async fn list_quotes_of_actor(
    app: Reading,
    key: web::Path<Key<Actor>>,
    query: ListQuery<QuoteFilter>,
    include: QuoteIncludes,
) -> Result<Listed<Quote>> {
    let key = key.into_inner();
    let query = query.narrowed(|filter| narrow(&mut filter.speaker, "speaker", &key))?;
    quotes::list_quotes_of_actor(&app, &key, &query.filter, &query.page()?, &include).await.map(Listed)
}

/// Lists the quotes that name a zone.
///
/// Or a part of it; the newest first, as `/v1/quotes?zone=` lists them, with its other filters.
#[utoipa::path(
    tag = "zones",
    operation_id = "list_quotes_of_zone",
    params(
        ("key" = String, Path, description = "Id or slug.", example = "us-safe-zones-proposal"),
        BesideZone, AsOf, QuoteIncludes, PageParameters
    ),
    responses((status = 200, description = "A page of quotes.", body = Page<Quote>), ListProblems, ReadProblems, ServerProblems)
)]
#[get("/zones/{key}/quotes")]
async fn list_quotes_of_zone(
    app: Reading,
    key: web::Path<Key<Zone>>,
    query: ListQuery<QuoteFilter>,
    include: QuoteIncludes,
) -> Result<Listed<Quote>> {
    let key = key.into_inner();
    let query = query.narrowed(|filter| narrow(&mut filter.zone, "zone", &key))?;
    quotes::list_quotes_of_zone(&app, &key, &query.filter, &query.page()?, &include).await.map(Listed)
}

/// Takes into a filter what the address says, and nothing else of the kind beside it.
pub(super) fn narrow<T>(keys: &mut Vec<Key<T>>, parameter: &str, key: &Key<T>) -> Result<()> {
    if !keys.is_empty() {
        let detail = "is not a parameter of this operation: it stands in the path";
        return Err(Error::InvalidQuery(vec![FieldError::parameter(parameter, detail)]));
    }
    keys.push(key.clone());
    Ok(())
}

/// The parameters of a filter but these.
pub(super) fn parameters_without<F: IntoParams>(
    names: &[&str],
    parameter_in: impl Fn() -> Option<ParameterIn>,
) -> Vec<Parameter> {
    let mut parameters = F::into_params(parameter_in);
    parameters.retain(|parameter| !names.contains(&parameter.name.as_str()));
    parameters
}

/// The filter of quotes without what the path says.
struct BesideSpeaker;

impl IntoParams for BesideSpeaker {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        parameters_without::<QuoteFilter>(&["speaker"], parameter_in)
    }
}

/// The same for a zone.
struct BesideZone;

impl IntoParams for BesideZone {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        parameters_without::<QuoteFilter>(&["zone"], parameter_in)
    }
}
