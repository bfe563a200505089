//! What holds for every operation alike, written into the document at one place: headers, conditional reads, refusals.

use serde_json::{Map, Value, json};

use crate::routes::including::INCLUDED;
use crate::routes::linked_data::{SCHEMA_ORG, WEB_ANNOTATION};

/// Completes every operation under `/v1` and `/ogc`.
pub(super) fn describe_http(document: &mut Value) {
    name_headers(document);
    describe_fields(document);
    let is_resource = |path: &str| ["/v1/", "/ogc"].iter().any(|start| path.starts_with(start));
    let paths = document["paths"].as_object_mut().into_iter().flatten().filter(|(path, _)| is_resource(path));
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if path.starts_with("/v1/actors/{key}") && !path.ends_with("merge") {
                describe_merged(operation);
            }
            describe_linked_data(operation);
            describe_refusals(operation);
            if method == "post" {
                describe_repetition(operation);
            }
            if method == "get" && !is_stream(operation) {
                describe_conditional_read(operation);
            }
            let is_purge = operation["operationId"] == "purge_deletion";
            let is_change = ["merge_actor", "split_statement", "join_statements", "pin_quotes"]
                .iter()
                .any(|change| operation["operationId"] == *change);
            if method == "patch" || (method == "delete" && !is_purge) || is_change {
                describe_conditional_write(operation);
            }
            describe_answers(operation);
            if let Some(responses) = operation["responses"].as_object_mut() {
                responses.sort_keys();
            }
        }
    }
}

/// `fields=` chooses among the top-level fields of a resource. It stands beside the parameters and not among them: an answer
/// without the fields that its schema requires would not be what generated clients promise their users.
fn describe_fields(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    let paths = document["paths"].as_object_mut().into_iter().flatten().filter(|(path, _)| path.starts_with("/v1/"));
    for operation in paths.filter_map(|(_, item)| item.get_mut("get")) {
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        let mut names = field_names(&schemas, schema);
        if names.iter().any(|name| name == "data") {
            let page = referred(&schemas, schema);
            names = field_names(&schemas, &page["properties"]["data"]["items"]);
        }
        if names.is_empty() {
            continue;
        }
        let description = operation["description"].as_str().unwrap_or_default();
        let about = format!("With `fields=` only these of its fields: {}.", names.join(", "));
        operation["description"] = json!(format!("{description}\n\n{about}").trim());
        operation["x-fields"] = json!(names);
    }
}

fn referred<'a>(schemas: &'a Value, schema: &'a Value) -> &'a Value {
    let name = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    name.map_or(schema, |name| &schemas[name])
}

fn field_names(schemas: &Value, schema: &Value) -> Vec<String> {
    let schema = referred(schemas, schema);
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let mut names: Vec<String> = parts.flat_map(|part| field_names(schemas, part)).collect();
    let own = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
    // What `include=` brings along is there because it was asked for, whatever `fields=` says.
    names.extend(own.filter(|name| name != INCLUDED));
    names
}

/// The forms of an answer beside JSON. They stand beside the responses and not among them: with a second media type there,
/// the clients that generators make no longer know what they get.
fn describe_linked_data(operation: &mut Value) {
    match operation["operationId"].as_str() {
        Some("find_article") => operation["x-linked-data"] = json!([SCHEMA_ORG]),
        Some("find_quote") => operation["x-linked-data"] = json!([SCHEMA_ORG, WEB_ANNOTATION]),
        _ => {}
    }
}

/// Whether it answers bit by bit, perhaps without an end: there is nothing to compare such an answer by.
fn is_stream(operation: &Value) -> bool {
    let streamed = ["text/event-stream", "application/x-ndjson"];
    successes(operation).any(|response| streamed.iter().any(|name| response["content"].get(name).is_some()))
}

/// Refusals that no handler has to think of.
fn describe_refusals(operation: &mut Value) {
    let has_body = operation.get("requestBody").is_some();
    let answers_with_body = successes(operation).any(|response| response.get("content").is_some());
    if answers_with_body {
        add_problem(operation, "406", "The answer has no form that `Accept` allows.");
    }
    if has_body {
        add_problem(operation, "408", "The body did not arrive in time.");
    }
    add_problem(operation, "414", "The address is too long.");
}

fn successes(operation: &Value) -> impl Iterator<Item = &Value> {
    let responses = operation["responses"].as_object().into_iter().flatten();
    responses.filter(|(status, _)| status.starts_with('2')).map(|(_, response)| response)
}

pub(super) fn add_problem(operation: &mut Value, status: &str, description: &str) {
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    responses.entry(status).or_insert_with(|| {
        json!({
            "description": description,
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
        })
    });
    responses.sort_keys();
}

fn describe_repetition(operation: &mut Value) {
    // Their answers show a key or a secret, and are kept nowhere; what an import takes in, it takes in once.
    let unkept = ["create_key", "create_webhook", "rotate_webhook_secret", "create_import"];
    if operation["operationId"].as_str().is_some_and(|name| unkept.contains(&name)) {
        return;
    }
    add_parameter(
        operation,
        json!({
            "name": "Idempotency-Key",
            "in": "header",
            "description": "A text of your choice, best a UUID, that makes this request safe to repeat: the same key with the same request is done once and answered as the first time.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!#-\\[\\]-~]+$" }
        }),
    );
    add_problem(operation, "409", "A request with this `Idempotency-Key` is being done.");
    add_problem(operation, "422", "The `Idempotency-Key` belongs to another request.");
}

fn describe_conditional_read(operation: &mut Value) {
    add_parameter(
        operation,
        json!({
            "name": "If-None-Match",
            "in": "header",
            "description": "The `ETag` of an answer that you have: 304 where it is still good.",
            "schema": { "type": "string" }
        }),
    );
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    responses.entry("304").or_insert_with(|| json!({ "description": "What you have is still good." }));
}

fn describe_merged(operation: &mut Value) {
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    let description = "The actor was merged into another; `Location` is the address there.";
    responses.insert("308".to_owned(), json!({ "description": description }));
}

/// A change has to name the state that it is made to: two people who correct the same thing must not undo each other.
fn describe_conditional_write(operation: &mut Value) {
    add_parameter(
        operation,
        json!({
            "name": "If-Match",
            "in": "header",
            "required": true,
            "description": "The `ETag` of what you read, so that no other change is lost; or `*` for whatever stands there now.",
            "schema": { "type": "string", "pattern": entity_tags() },
            "example": "*"
        }),
    );
    // Changes of webhooks are not in the log of changes, which would keep it.
    let is_kept = operation["tags"][0] != "webhooks";
    if is_kept {
        add_parameter(
            operation,
            json!({
                "name": "reason",
                "in": "query",
                "description": "Why you do this, in your words. It is kept with the change.",
                "schema": { "type": "string", "minLength": 1, "maxLength": 500, "pattern": "[^\\s\\x85]" },
                "example": "The transcript names the deputy."
            }),
        );
    }
    add_problem(operation, "412", "It was changed since: `If-Match` names another version than the one that is here.");
    add_problem(operation, "428", "`If-Match` is missing.");
}

/// `*` or a list of entity tags (RFC 9110, sections 5.6.1 and 8.8.3), as a regular expression.
fn entity_tags() -> String {
    let tag = r#"(W/)?"[!#-~]*""#;
    format!(r"^(\*|{tag}([ \t]*,[, \t]*{tag})*([ \t]*,[, \t]*)?)$")
}

fn add_parameter(operation: &mut Value, parameter: Value) {
    let Some(operation) = operation.as_object_mut() else { return };
    if let Some(parameters) = operation.entry("parameters").or_insert_with(|| json!([])).as_array_mut() {
        parameters.push(parameter);
    }
}

/// The headers that answers have, by the name of their component.
const HEADERS: [(&str, &str); 9] = [
    ("ETag", "Names what you got, for `If-None-Match`, and for `If-Match` where you change it."),
    ("Last-Modified", "When it last changed, where that is known for certain."),
    ("Link", "Addresses of other pages of the list (RFC 8288)."),
    ("Location", "The address of the resource."),
    ("RateLimit", "How many requests are left (`r`), and in how many seconds all are again (`t`)."),
    ("RateLimit-Policy", "How many requests (`q`) may come in how many seconds (`w`), by key or by address."),
    ("Retry-After", "Seconds after which to try again."),
    ("WWW-Authenticate", "How to prove who you are, and what was wrong with the key (RFC 6750)."),
    ("X-Request-Id", "The request, as the log names it: yours, where you sent one."),
];

fn name_headers(document: &mut Value) {
    let named = HEADERS.map(|(name, description)| {
        (name.to_owned(), json!({ "description": description, "schema": { "type": "string" } }))
    });
    document["components"]["headers"] = Value::Object(Map::from_iter(named));
}

fn describe_answers(operation: &mut Value) {
    let is_list = successes(operation).any(|response| {
        let schema = response.pointer("/content/application~1json/schema/$ref").and_then(Value::as_str);
        schema.is_some_and(|name| name.ends_with("Page"))
    });
    let is_outlet = operation["operationId"] == "find_outlet";
    let is_stream = is_stream(operation);
    let Some(responses) = operation["responses"].as_object_mut() else { return };
    for (status, response) in responses.iter_mut() {
        let has_body = response.get("content").is_some();
        let is_success = status.starts_with('2');
        add_header(response, "ETag", (is_success && has_body && !is_stream) || status == "304");
        add_header(response, "Last-Modified", is_success && is_outlet);
        add_header(response, "Link", is_success && is_list);
        add_header(response, "Location", status == "201" || status == "308");
        add_header(response, "Retry-After", matches!(status.as_str(), "409" | "429" | "503"));
        add_header(response, "RateLimit", is_success || status == "429");
        add_header(response, "RateLimit-Policy", is_success || status == "429");
        add_header(response, "WWW-Authenticate", status == "401" || status == "403");
        add_header(response, "X-Request-Id", is_success);
    }
}

fn add_header(response: &mut Value, name: &str, is_there: bool) {
    let Some(response) = response.as_object_mut().filter(|_| is_there) else { return };
    if let Some(headers) = response.entry("headers").or_insert_with(|| json!({})).as_object_mut() {
        headers.entry(name).or_insert_with(|| json!({ "$ref": format!("#/components/headers/{name}") }));
    }
}
