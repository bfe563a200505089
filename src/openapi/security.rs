//! What every operation says about keys: which scope it needs, and how a key is sent.

use serde_json::{Map, Value, json};

use super::Reading;
use super::http::add_problem;
use crate::models::{Scope, name_of};

/// Says of every operation which key it needs, and of every answer what that can lead to.
///
/// What an operation says about itself stands: `security(("bearer" = ["review"]))`, or `security(())` where it is for all.
/// Where it says nothing, GET needs the scope `read` and any other method `write`: who forgets it opens nothing.
pub(super) fn name_scopes(document: &mut Value, reading: Reading) {
    for item in document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let default = if method == "get" { Scope::Read } else { Scope::Write };
            let Some(scope) = declared_scope(operation, default) else {
                operation["security"] = json!([]);
                continue;
            };
            add_problem(operation, "401", "The API key is not valid, expired or revoked; or one is needed.");
            add_problem(operation, "429", "Too many requests; try again after `Retry-After` seconds.");
            if scope == Scope::Read && reading == Reading::Open {
                operation["security"] = json!([]);
                continue;
            }
            let name = name_of(&scope);
            operation["security"] = json!([{ "bearer": [name] }, { "api_key": [name] }]);
            if scope > Scope::Read {
                add_problem(operation, "403", "The key is of too small a scope.");
            }
            let said = operation["description"].as_str().unwrap_or_default();
            let separator = if said.is_empty() { "" } else { "\n\n" };
            operation["description"] = Value::String(format!("{said}{separator}Needs a key of the scope `{name}`."));
        }
    }
    document["components"]["securitySchemes"] = json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key: `Authorization: Bearer onr_…`. Its scope is `read`, `review`, `write` or `admin`; each includes those before it. `onrecord keys create` makes one."
        },
        "api_key": {
            "type": "apiKey",
            "in": "header",
            "name": "X-API-Key",
            "description": "The same key, for clients that cannot set `Authorization`."
        }
    });
}

/// The scope that an operation names, or else the default; `None` where it says that it is for all.
fn declared_scope(operation: &Value, default: Scope) -> Option<Scope> {
    let Some(requirement) = operation.get("security").map(|security| &security[0]) else { return Some(default) };
    // A role that is no scope must not open anything.
    let role = |roles: &Value| roles[0].as_str().and_then(|role| role.parse().ok()).unwrap_or(Scope::Admin);
    requirement.as_object()?.values().next().map(role)
}
