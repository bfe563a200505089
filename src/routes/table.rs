//! What the OpenAPI document says about each path: its methods, what they need, and their query parameters.

use std::collections::{BTreeSet, HashMap};

use actix_web::HttpRequest;
use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use serde_json::{Map, Value};

use super::accept::{self, Offer};
use crate::error::{Error, Result};
use crate::models::{FieldError, Scope};

/// The parameter that stands beside those of the document: see `openapi/http.rs`.
const FIELDS: &str = "fields";

/// Paths that people and tools use and that are no part of the document.
const UNDOCUMENTED: [&str; 10] = [
    "/",
    "/docs",
    "/openapi.json",
    "/docs/{_:.*}",
    "/explore",
    "/explore/",
    "/explore/{file}",
    "/problems",
    "/problems/{code}",
    "/ogc/",
];

/// What an operation asks of whoever calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// Nothing: it is for everybody, or nothing is there.
    Nothing,
    /// A key of this scope, unless the settings open it.
    Scope(Scope),
    /// Nobody knows: under `/v1`, and in no table.
    Unknown,
}

/// The paths that there are, what can be done there, and with which query parameters.
pub struct RouteTable {
    paths: Vec<KnownPath>,
    /// By path pattern and method.
    parameters: HashMap<(String, String), BTreeSet<String>>,
    /// The names that its parameter `fields` may hold, by path pattern and method.
    fields: HashMap<(String, String), BTreeSet<String>>,
    /// What its success comes as, by path pattern and method.
    produced: HashMap<(String, String), Vec<Offer>>,
}

struct KnownPath {
    pattern: ResourceDef,
    options: Options,
    /// By method.
    needed: HashMap<String, Needed>,
}

/// What can be done at a path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The methods, as the `Allow` header lists them.
    pub allow: String,
    /// The media type that `PATCH` takes, as the `Accept-Patch` header lists it (RFC 5789).
    pub accept_patch: Option<String>,
}

impl RouteTable {
    /// The table that a document describes.
    #[must_use]
    pub fn of(document: &Value) -> Self {
        let mut paths: Vec<KnownPath> = Vec::new();
        let (mut parameters, mut produced, mut fields) = (HashMap::new(), HashMap::new(), HashMap::new());
        let no_operations = Map::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            let operations = item.as_object().unwrap_or(&no_operations);
            let mut methods: Vec<String> = operations.keys().map(|method| method.to_ascii_uppercase()).collect();
            let mut needed = HashMap::new();
            for (method, operation) in methods.iter().zip(operations.values()) {
                needed.insert(method.clone(), scope_of(operation).map_or(Needed::Nothing, Needed::Scope));
                parameters.insert((path.clone(), method.clone()), query_parameters(operation));
                fields.insert((path.clone(), method.clone()), field_names(operation));
                produced.insert((path.clone(), method.clone()), offers(operation));
            }
            if methods.iter().any(|method| method == "GET") {
                methods.push("HEAD".to_owned());
            }
            methods.push("OPTIONS".to_owned());
            let patched = item["patch"]["requestBody"]["content"].as_object();
            let accept_patch = patched.map(|content| content.keys().cloned().collect::<Vec<_>>().join(", "));
            let options = Options { allow: methods.join(", "), accept_patch };
            paths.push(KnownPath { pattern: ResourceDef::new(path.as_str()), options, needed });
        }
        let read_only = |path| KnownPath {
            pattern: ResourceDef::new(path),
            options: Options { allow: "GET, HEAD, OPTIONS".to_owned(), accept_patch: None },
            needed: HashMap::from([("GET".to_owned(), Needed::Nothing)]),
        };
        paths.extend(UNDOCUMENTED.map(read_only));
        Self { paths, parameters, fields, produced }
    }

    /// What can be done at a path; `*` is the service as a whole.
    ///
    /// # Errors
    /// [`Error::RouteNotFound`].
    pub fn options(&self, path: &str) -> Result<Options> {
        if path == "*" {
            return Ok(Options { allow: "GET, HEAD, POST, PATCH, DELETE, OPTIONS".to_owned(), accept_patch: None });
        }
        let known = self.paths.iter().find(|known| known.pattern.is_match(path));
        known.map(|known| known.options.clone()).ok_or_else(|| Error::RouteNotFound { path: path.to_owned() })
    }

    /// Refuses a request whose answer would have no form that the client accepts.
    ///
    /// # Errors
    /// [`Error::NotAcceptable`] with the media types that there are.
    pub fn check_accept(&self, request: &HttpRequest) -> Result<()> {
        let Some(pattern) = request.match_pattern() else { return Ok(()) };
        let Some(offers) = self.produced.get(&(pattern, request.method().to_string())) else { return Ok(()) };
        if offers.is_empty() || accept::choose(request, offers).is_some() {
            return Ok(());
        }
        let offered: Vec<String> = offers.iter().map(ToString::to_string).collect();
        Err(Error::NotAcceptable { offered: offered.join(" or ") })
    }

    /// What a request asks of whoever sends it.
    ///
    /// Where several paths fit (`/v1/actors/{key}` and one with a word in that place), the largest scope counts: which of
    /// them the router takes makes no difference then.
    #[must_use]
    pub fn needed(&self, method: &Method, path: &str) -> Needed {
        let fitting = self.paths.iter().filter(|known| known.pattern.is_match(path));
        let of_method = fitting.filter_map(|known| known.needed.get(method.as_str()).copied());
        let largest = of_method.max_by_key(|needed| match needed {
            Needed::Scope(scope) => Some(*scope),
            Needed::Nothing | Needed::Unknown => None,
        });
        let is_api = path == "/v1" || path.starts_with("/v1/");
        let is_harmless = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) && !is_api;
        largest.unwrap_or(if is_harmless { Needed::Nothing } else { Needed::Unknown })
    }

    /// What an unmatched request means: no such path, or a path that knows other methods.
    #[must_use]
    pub fn nothing_here(&self, path: &str) -> Error {
        match self.options(path) {
            Ok(options) => Error::MethodNotAllowed { allow: options.allow },
            Err(error) => error,
        }
    }

    /// Refuses query parameters that the operation does not have: a misspelt filter must not pass for none.
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] with each of them named.
    pub fn check_query(&self, request: &HttpRequest) -> Result<()> {
        if request.query_string().is_empty() {
            return Ok(());
        }
        let Some(pattern) = request.match_pattern() else { return Ok(()) };
        let operation = (pattern, request.method().to_string());
        let Some(known) = self.parameters.get(&operation) else { return Ok(()) };
        if let Some(fields) = self.fields.get(&operation).filter(|fields| !fields.is_empty()) {
            check_fields(request.query_string(), fields)?;
        }
        let names: Vec<(String, String)> = serde_html_form::from_str(request.query_string()).unwrap_or_default();
        let unknown: BTreeSet<String> =
            names.into_iter().map(|(name, _)| name).filter(|name| !known.contains(name)).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let error = |name| FieldError::parameter(name, "is not a parameter of this operation");
        Err(Error::InvalidQuery(unknown.into_iter().map(error).collect()))
    }
}

/// The scope that an operation's `security` names; `None` where it needs no key.
fn scope_of(operation: &Value) -> Option<Scope> {
    let scheme = operation["security"].as_array()?.first()?.as_object()?.values().next()?;
    // A scheme without a known role must not pass for none.
    Some(scheme[0].as_str().and_then(|role| role.parse().ok()).unwrap_or(Scope::Admin))
}

/// The names in the parameter `fields`: repeated, or with commas between them.
pub fn asked_fields(query: &str) -> impl Iterator<Item = String> {
    let pairs: Vec<(String, String)> = serde_html_form::from_str(query).unwrap_or_default();
    let values = pairs.into_iter().filter(|(name, _)| name == FIELDS).map(|(_, value)| value);
    values.flat_map(|value| value.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>())
}

fn check_fields(query: &str, known: &BTreeSet<String>) -> Result<()> {
    let Some(unknown) = asked_fields(query).find(|name| !known.contains(name)) else { return Ok(()) };
    let known = known.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let detail = format!("names no field: there is no `{unknown}`, but {known}");
    Err(Error::InvalidQuery(vec![FieldError::parameter(FIELDS, detail)]))
}

/// The fields of what an operation reads, as the document names them under `x-fields`.
fn field_names(operation: &Value) -> BTreeSet<String> {
    operation["x-fields"].as_array().into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

fn query_parameters(operation: &Value) -> BTreeSet<String> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let of_query = parameters.filter(|parameter| parameter["in"] == "query");
    let named = of_query.filter_map(|parameter| parameter["name"].as_str().map(str::to_owned));
    named.chain(operation.get("x-fields").map(|_| FIELDS.to_owned())).collect()
}

/// What a success comes as: the media types of its answers, and the other forms that the document names under
/// `x-linked-data`.
fn offers(operation: &Value) -> Vec<Offer> {
    let responses = operation["responses"].as_object().into_iter().flatten();
    let successes = responses.filter(|(status, _)| status.starts_with('2'));
    let contents = successes.filter_map(|(_, response)| response["content"].as_object());
    let media_types = contents.flat_map(|content| content.keys().map(String::as_str));
    let linked = operation["x-linked-data"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut offers: Vec<Offer> = Vec::new();
    for offer in media_types.chain(linked).map(Offer::of) {
        if !offers.contains(&offer) {
            offers.push(offer);
        }
    }
    offers
}
