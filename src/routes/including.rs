//! `include=`: which resources a read brings along.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ArrayBuilder, Ref, Required};
use utoipa::{IntoParams, ToSchema};

use crate::error::{Error, Result};
use crate::models::{ActorInclude, AgreementInclude, ArticleInclude, FieldError, QuoteInclude, ZoneInclude};

/// The name of the parameter.
pub const INCLUDE: &str = "include";

/// The member in which it comes.
pub const INCLUDED: &str = "included";

/// What a read of quotes brings along.
pub type QuoteIncludes = Including<QuoteInclude>;
/// What a read of articles brings along.
pub type ArticleIncludes = Including<ArticleInclude>;
/// What a read of actors brings along.
pub type ActorIncludes = Including<ActorInclude>;
/// What a read of zones brings along.
pub type ZoneIncludes = Including<ZoneInclude>;
/// What a read of agreements brings along.
pub type AgreementIncludes = Including<AgreementInclude>;

/// What `include=` asks for: names from an enumeration, repeated or with commas between them.
pub struct Including<I>(Vec<I>);

impl<I> Deref for Including<I> {
    type Target = [I];

    fn deref(&self) -> &[I] {
        &self.0
    }
}

impl<I: DeserializeOwned + ToSchema> FromRequest for Including<I> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse_include(request.query_string()).map(Self))
    }
}

fn parse_include<I: DeserializeOwned + ToSchema>(query: &str) -> Result<Vec<I>> {
    let pairs: Vec<(String, String)> = serde_html_form::from_str(query).unwrap_or_default();
    let values = pairs.iter().filter(|(name, _)| name == INCLUDE).map(|(_, value)| value);
    let names = values.flat_map(|value| value.split(',').map(str::trim));
    names.map(|name| serde_json::from_value(Value::from(name)).map_err(|_| unknown::<I>(name))).collect()
}

fn unknown<I: ToSchema>(name: &str) -> Error {
    let schema = serde_json::to_value(I::schema()).unwrap_or_default();
    // A variant with a description is a choice of its own.
    let choices = schema["oneOf"].as_array().into_iter().flatten().map(|choice| &choice["enum"]);
    let names = choices.chain([&schema["enum"]]).filter_map(Value::as_array).flatten().filter_map(Value::as_str);
    let known = names.collect::<Vec<_>>().join(", ");
    let detail = format!("names nothing that can be included: there is no `{name}`, but {known}");
    Error::InvalidQuery(vec![FieldError::parameter(INCLUDE, detail)])
}

impl<I: ToSchema> IntoParams for Including<I> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about =
            "Whole resources to bring along, in `included` of each resource of the answer. Repeat it for several.";
        let names = ArrayBuilder::new().items(Ref::from_schema_name(I::name()));
        let parameter = ParameterBuilder::new().name(INCLUDE).parameter_in(ParameterIn::Query);
        vec![parameter.description(Some(about)).required(Required::False).schema(Some(names)).build()]
    }
}
