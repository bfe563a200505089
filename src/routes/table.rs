//! What the OpenAPI document says about each path: its methods and their query parameters.

use std::collections::{BTreeSet, HashMap};

use actix_web::HttpRequest;
use actix_web::dev::ResourceDef;
use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::models::FieldError;

/// Paths that people and tools use and that are no part of the document.
const UNDOCUMENTED: [&str; 3] = ["/openapi.json", "/docs/{_:.*}", "/problems/{code}"];

/// The paths that there are, what can be done there, and with which query parameters.
pub struct RouteTable {
    paths: Vec<KnownPath>,
    /// By path pattern and method.
    parameters: HashMap<(String, String), BTreeSet<String>>,
}

struct KnownPath {
    pattern: ResourceDef,
    allow: String,
}

impl RouteTable {
    /// The table that a document describes.
    #[must_use]
    pub fn of(document: &Value) -> Self {
        let mut paths: Vec<KnownPath> = Vec::new();
        let mut parameters = HashMap::new();
        let no_operations = Map::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            let operations = item.as_object().unwrap_or(&no_operations);
            let mut methods: Vec<String> = operations.keys().map(|method| method.to_ascii_uppercase()).collect();
            for (method, operation) in methods.iter().zip(operations.values()) {
                parameters.insert((path.clone(), method.clone()), query_parameters(operation));
            }
            if methods.iter().any(|method| method == "GET") {
                methods.push("HEAD".to_owned());
            }
            paths.push(KnownPath { pattern: ResourceDef::new(path.as_str()), allow: methods.join(", ") });
        }
        let read_only = |path| KnownPath { pattern: ResourceDef::new(path), allow: "GET, HEAD".to_owned() };
        paths.extend(UNDOCUMENTED.map(read_only));
        Self { paths, parameters }
    }

    /// What an unmatched request means: no such path, or a path that knows other methods.
    #[must_use]
    pub fn nothing_here(&self, path: &str) -> Error {
        match self.paths.iter().find(|known| known.pattern.is_match(path)) {
            Some(known) => Error::MethodNotAllowed { allow: known.allow.clone() },
            None => Error::RouteNotFound { path: path.to_owned() },
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
        let Some(known) = self.parameters.get(&(pattern, request.method().to_string())) else { return Ok(()) };
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

fn query_parameters(operation: &Value) -> BTreeSet<String> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let of_query = parameters.filter(|parameter| parameter["in"] == "query");
    of_query.filter_map(|parameter| parameter["name"].as_str().map(str::to_owned)).collect()
}
