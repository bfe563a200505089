//! The OpenAPI document: checked in as it is, sound in itself, and true to what the service answers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::TestApp;

const COMMAND: &str = "cargo run -- openapi > openapi/openapi.json";

#[test]
fn the_checked_in_document_is_the_one_that_the_routes_make() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/openapi.json");
    let checked_in = std::fs::read_to_string(file).unwrap_or_default();
    if let Some(difference) = first_difference(&checked_in, &onrecord::openapi::text(&onrecord::openapi::document())) {
        panic!("openapi/openapi.json is not up to date.\n{difference}\nTo update it:\n\n    {COMMAND}\n");
    }
}

/// The first line in which two texts differ.
fn first_difference(old: &str, new: &str) -> Option<String> {
    if old == new {
        return None;
    }
    let shared = old.lines().zip(new.lines()).take_while(|(old, new)| old == new).count();
    let line = |text: &str| text.lines().nth(shared).unwrap_or("(the end)").to_owned();
    Some(format!("Line {}:\n  - {}\n  + {}", shared + 1, line(old), line(new)))
}

#[test]
fn the_first_difference_is_shown() {
    assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
    assert_eq!(first_difference("a\nb\n", "a\nc\n").unwrap(), "Line 2:\n  - b\n  + c");
    assert_eq!(first_difference("a\n", "a\nb\n").unwrap(), "Line 2:\n  - (the end)\n  + b");
    assert!(first_difference("a", "a\n").is_some());
}

/// Method and path, and the operation.
fn operations(document: &Value) -> BTreeMap<String, &Value> {
    let mut all = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.insert(format!("{method} {path}"), operation);
        }
    }
    all
}

#[test]
fn every_operation_has_a_name_of_its_own_one_tag_and_a_summary() {
    let document = onrecord::openapi::document();
    let known: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let (mut names, mut used) = (BTreeSet::new(), BTreeSet::new());
    for (place, operation) in operations(&document) {
        let name = operation["operationId"].as_str().unwrap_or_else(|| panic!("{place} has no operationId"));
        assert!(names.insert(name), "{name} twice");
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name}");
        let tags = operation["tags"].as_array().unwrap();
        assert_eq!(tags.len(), 1, "{place}");
        used.insert(tags[0].as_str().unwrap());
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(summary.ends_with('.') && !summary.contains('\n'), "{place}: {summary:?}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{place}: {parameter}");
        }
    }
    assert_eq!(used, known, "tags used and tags explained");
}

/// Every value in the document, with the JSON pointer to it.
fn walk<'a>(value: &'a Value, pointer: &str, visit: &mut impl FnMut(&str, &'a Value)) {
    visit(pointer, value);
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| walk(item, &format!("{pointer}/{index}"), visit));
        }
        Value::Object(fields) => fields.iter().for_each(|(key, item)| {
            let key = key.replace('~', "~0").replace('/', "~1");
            walk(item, &format!("{pointer}/{key}"), visit);
        }),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_used() {
    let document = onrecord::openapi::document();
    let mut used = BTreeSet::new();
    walk(&document, "", &mut |pointer, value| {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            let target = reference.strip_prefix('#').expect(reference);
            assert!(document.pointer(target).is_some(), "{pointer}: {reference}");
            used.insert(target.to_owned());
        }
    });
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(used.contains(&format!("/components/schemas/{name}")), "nothing refers to {name}");
    }
}

/// Where an object or enumeration stands written out that is a component.
fn inline_copies(document: &Value) -> Vec<String> {
    let shape = |schema: &Value| {
        let mut schema = schema.clone();
        let fields = schema.as_object_mut()?;
        fields.remove("description");
        (fields.contains_key("properties") || fields.contains_key("enum")).then_some(schema)
    };
    let components = document["components"]["schemas"].as_object().unwrap();
    let known: Vec<(&String, Value)> =
        components.iter().filter_map(|(name, schema)| Some((name, shape(schema)?))).collect();
    let mut copies = Vec::new();
    walk(document, "", &mut |pointer, value| {
        let is_component = pointer.strip_prefix("/components/schemas/").is_some_and(|name| !name.contains('/'));
        if let Some(found) = shape(value).filter(|_| !is_component)
            && let Some((name, _)) = known.iter().find(|(_, schema)| *schema == found)
        {
            copies.push(format!("{pointer} is a copy of {name}"));
        }
    });
    copies
}

#[test]
fn no_component_is_written_out_a_second_time() {
    let mut document = onrecord::openapi::document();
    assert_eq!(inline_copies(&document), Vec::<String>::new());
    document["paths"]["/healthz"]["get"]["copy"] = document["components"]["schemas"]["Health"].clone();
    assert_eq!(inline_copies(&document), ["/paths/~1healthz/get/copy is a copy of Health"]);
}

/// Whether what stands here is not a schema but the members of one, of which one may be called `properties`, as in GeoJSON.
fn are_members(pointer: &str) -> bool {
    pointer.rsplit('/').take_while(|name| *name == "properties").count() % 2 == 1
}

/// Where an object or an enumeration stands that has no name: generators would have to think of one.
fn unnamed_types(document: &Value) -> Vec<String> {
    let mut unnamed = Vec::new();
    walk(document, "", &mut |pointer, value| {
        let is_object =
            value["type"] == "object" || value["type"].as_array().is_some_and(|types| types.contains(&json!("object")));
        let is_schema =
            is_object || value.get("properties").is_some_and(Value::is_object) || value.get("enum").is_some();
        // A component; or what it has beside those that it is made of.
        let inner = pointer.strip_prefix("/components/schemas/").map(|name| name.split('/').collect::<Vec<_>>());
        let is_named = inner.is_some_and(|inner| matches!(inner[..], [_] | [_, "allOf", _]));
        if is_schema && !are_members(pointer) && !is_named {
            unnamed.push(pointer.to_owned());
        }
    });
    unnamed
}

#[test]
fn every_object_and_enumeration_has_a_name() {
    let mut document = onrecord::openapi::document();
    assert_eq!(unnamed_types(&document), Vec::<String>::new());
    document["components"]["schemas"]["Segment"]["properties"]["note"] = json!({ "enum": ["a", "b"] });
    document["components"]["schemas"]["Segment"]["properties"]["other"] = json!({ "type": ["object", "null"] });
    let unnamed = ["note", "other"].map(|name| format!("/components/schemas/Segment/properties/{name}"));
    assert_eq!(unnamed_types(&document), unnamed);
}

#[test]
fn every_failure_is_a_problem_and_every_operation_says_how_it_may_fail() {
    let document = onrecord::openapi::document();
    for (place, operation) in operations(&document) {
        let responses = operation["responses"].as_object().unwrap();
        for (status, response) in responses {
            assert!(!response["description"].as_str().unwrap_or_default().is_empty(), "{place} {status}");
            if status.starts_with(['4', '5']) {
                let expected =
                    json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } });
                assert_eq!(response["content"], expected, "{place} {status}");
            }
        }
        if place.contains("/v1/") {
            assert!(responses.contains_key("500") && responses.contains_key("503"), "{place}");
        }
        let expected: &[&str] = match place.split(' ').next().unwrap() {
            "post" if place.contains('{') => &["200", "404", "409"],
            // What is wrong with a file of records is told by line, once it is read.
            "post" if place.ends_with("/v1/imports") => &["201", "400", "413", "415"],
            "post" => &["201", "400", "409", "413", "415", "422"],
            "patch" => &["200", "400", "404", "409", "412", "413", "415", "422", "428"],
            "delete" if place.contains("/deletions/") => &["204", "404"],
            "delete" => &["204", "404", "412", "428"],
            _ if place.contains('{') => &["200", "404"],
            _ => &["200"],
        };
        for status in expected {
            assert!(responses.contains_key(*status), "{place} has no {status}");
        }
    }
}

/// The components that an answer with a 2xx status is made of.
fn answered_components(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<&Value> = Vec::new();
    for operation in operations(document).values() {
        let responses = operation["responses"].as_object().unwrap();
        waiting.extend(responses.iter().filter(|(status, _)| status.starts_with('2')).map(|(_, response)| response));
    }
    while let Some(value) = waiting.pop() {
        walk(value, "", &mut |_, value| {
            let name =
                value.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix("#/components/schemas/"));
            if let Some(name) = name
                && found.insert(name.to_owned())
            {
                waiting.push(&document["components"]["schemas"][name]);
            }
        });
    }
    found
}

/// What is absent unless a parameter asks for it: `include=`, `count=true`, `facets=`, `q=`.
const ASKED_FOR: [&str; 6] = ["included", "total", "facets", "highlights", "index", "changed_from"];

#[test]
fn every_field_of_an_answer_is_always_there() {
    let document = onrecord::openapi::document();
    let answered = answered_components(&document);
    assert!(answered.contains("Quote") && answered.contains("Role"), "{answered:?}");
    for name in answered {
        walk(&document["components"]["schemas"][&name], &name, &mut |place, schema| {
            if are_members(place) {
                return;
            }
            let required: Vec<&str> =
                schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            for field in
                schema.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(field, _)| field)
            {
                // JSON Feed has no null, nor has the extent of a collection (OGC 17-069r4, 7.13).
                let is_foreign = (name == "JsonFeedItem" && field == "external_url") || name == "Extent";
                // A hit is there because it was asked for; the index counts its articles whoever asks.
                let is_of_search = matches!(name.as_str(), "SearchHit" | "IndexProgress");
                let is_asked_for = ASKED_FOR.contains(&field.as_str()) && !is_of_search;
                if is_foreign || is_asked_for || name.ends_with("Included") {
                    assert!(
                        !required.contains(&field.as_str()),
                        "{place}: {field} is there only where it is asked for"
                    );
                    continue;
                }
                assert!(required.contains(&field.as_str()), "{place}: {field} may be null, never absent: required");
            }
        });
    }
}

/// The properties and required fields of an object schema, with those of `allOf`.
fn fields_of<'a>(document: &'a Value, schema: &'a Value) -> (BTreeMap<&'a str, &'a Value>, BTreeSet<&'a str>) {
    let (mut properties, mut required) = (BTreeMap::new(), BTreeSet::new());
    let schema = referred(document, schema);
    for part in schema["allOf"].as_array().into_iter().flatten() {
        let (of_part, required_of_part) = fields_of(document, part);
        properties.extend(of_part);
        required.extend(required_of_part);
    }
    properties
        .extend(schema["properties"].as_object().into_iter().flatten().map(|(name, schema)| (name.as_str(), schema)));
    required.extend(schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str));
    (properties, required)
}

fn referred<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => referred(document, document.pointer(&reference[1..]).expect(reference)),
        None => schema,
    }
}

/// What about a value its schema does not say: the part of JSON Schema that the document uses.
pub fn departures(document: &Value, schema: &Value, value: &Value, place: &str) -> Vec<String> {
    let schema = referred(document, schema);
    for choice in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[choice].as_array() {
            let fits = choices.iter().any(|schema| departures(document, schema, value, place).is_empty());
            return if fits { Vec::new() } else { vec![format!("{place}: {value} is none of {choice}")] };
        }
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let fits = kinds.contains(&kind) || (kind == "integer" && kinds.contains(&"number"));
    if !kinds.is_empty() && !fits {
        return vec![format!("{place} is {kind}, not {kinds:?}")];
    }
    let mut found = Vec::new();
    if let Some(names) = schema["enum"].as_array()
        && !names.contains(value)
    {
        found.push(format!("{place}: {value} is not one of {names:?}"));
    }
    if let Value::Array(items) = value {
        for (index, item) in items.iter().enumerate() {
            found.extend(departures(document, &schema["items"], item, &format!("{place}/{index}")));
        }
    }
    if let Value::Object(fields) = value {
        let (properties, required) = fields_of(document, schema);
        for name in required.iter().filter(|name| !fields.contains_key(**name)) {
            found.push(format!("{place}/{name} is not there"));
        }
        // An object without properties is a free one: a GeoJSON geometry.
        for (name, item) in fields.iter().filter(|_| !properties.is_empty()) {
            match properties.get(name.as_str()) {
                Some(schema) => found.extend(departures(document, schema, item, &format!("{place}/{name}"))),
                None => found.push(format!("{place}/{name} is unknown")),
            }
        }
    }
    found
}

#[test]
fn an_answer_that_departs_from_its_schema_is_seen() {
    let document = onrecord::openapi::document();
    let schema = json!({ "$ref": "#/components/schemas/TextSpan" });
    let departures = |value: Value| departures(&document, &schema, &value, "");
    assert_eq!(departures(json!({ "text": "said", "start": 1, "end": 5 })), Vec::<String>::new());
    assert_eq!(departures(json!({ "text": "said", "start": 1 })), ["/end is not there"]);
    assert_eq!(departures(json!({ "text": 7, "start": 1, "end": 5 })), [r#"/text is integer, not ["string"]"#]);
    assert_eq!(departures(json!({ "text": "said", "start": 1, "end": 5, "x": 1 })), ["/x is unknown"]);
}

const ARTICLE: &str = "Guarantors count the posts\n\nMOSCOW, September 18, 2017. /TASS/. Russia will open posts around the \
    Idlib de-escalation zone, Russian Foreign Minister Sergey Lavrov said on Monday.\n\n\"The first of them stand,\" he said. \
    \"The others will follow.\"\n\nQuillon Barstow of the Harbour Council called the plan \"useful\".";

#[actix_web::test]
async fn what_the_service_answers_is_what_the_document_says() {
    let app = TestApp::start().await;
    let document = onrecord::openapi::document();
    let check = |operation: &str, answer: &crate::support::Answer| {
        let (method, path) = operation.split_once(' ').unwrap();
        let response = &document["paths"][path][method]["responses"][answer.status.as_str()];
        let media_type = answer.header("content-type").unwrap_or_default();
        let schema = &response["content"][media_type]["schema"];
        assert!(schema.is_object(), "{operation} does not announce {} as {media_type}", answer.status);
        let found = departures(&document, schema, &answer.json(), "");
        assert!(found.is_empty(), "{operation}: {found:#?}");
    };

    let created = app.post("/v1/articles", json!({ "text": ARTICLE, "url": "https://example.org/posts" })).await;
    check("post /v1/articles", &created);
    let article = created.expect(201);
    assert!(article["quotes"].as_array().unwrap().len() >= 2, "{article}");
    let id = article["id"].as_str().unwrap();
    check("post /v1/articles", &app.post("/v1/articles", json!({ "text": ARTICLE })).await);
    check("get /v1/articles/{id}", &app.get(&format!("/v1/articles/{id}")).await);
    check("get /v1/articles/{id}/quotes", &app.get(&format!("/v1/articles/{id}/quotes")).await);
    check("patch /v1/articles/{id}", &app.patch(&format!("/v1/articles/{id}"), json!({ "outlet": "rt" })).await);
    let quote = format!("/v1/quotes/{}", article["quotes"][0]["id"].as_str().unwrap());
    check("get /v1/quotes/{id}", &app.get(&quote).await);
    check("patch /v1/quotes/{id}", &app.patch(&quote, json!({ "review": "accepted" })).await);
    let new =
        json!({ "article_id": id, "kind": "indirect", "segments": [{ "start": 0, "end": 9, "verbatim": false }] });
    check("post /v1/quotes", &app.post("/v1/quotes", new).await);

    for (resource, key) in [
        ("actors", "sergey-lavrov"),
        ("actors", "russia"),
        ("zones", "idlib-de-escalation-zone"),
        ("zones", "us-safe-zones-proposal"),
        ("agreements", "astana-memorandum-2017"),
        ("outlets", "tass"),
    ] {
        check(&format!("get /v1/{resource}/{{key}}"), &app.get(&format!("/v1/{resource}/{key}")).await);
        check(&format!("patch /v1/{resource}/{{key}}"), &app.patch(&format!("/v1/{resource}/{key}"), json!({})).await);
        check(&format!("get /v1/{resource}/{{key}}"), &app.get(&format!("/v1/{resource}/nothing")).await);
    }
    for resource in ["articles", "quotes", "actors", "zones", "agreements", "outlets"] {
        check(&format!("get /v1/{resource}"), &app.get(&format!("/v1/{resource}?limit=200")).await);
        check(&format!("get /v1/{resource}"), &app.get(&format!("/v1/{resource}?colour=red")).await);
        check(&format!("post /v1/{resource}"), &app.post(&format!("/v1/{resource}"), json!({ "colour": "red" })).await);
    }
    for list in [
        "/v1/articles?include=outlet,quotes&count=true",
        "/v1/quotes?include=speaker,article,outlet&count=true&facets=speaker,zone,outlet,kind,year",
        "/v1/quotes?q=zone",
        "/v1/search?q=%22zone",
        "/v1/actors?include=parent,organisations&count=true",
        "/v1/zones?include=parent,agreements&count=true",
        "/v1/agreements?include=zones,parties&count=true",
        "/v1/stats/quotes?group_by=month,speaker",
        "/v1/stats/quotes?group_by=kind",
        "/v1/feeds/quotes.json?kind=direct",
        "/v1/feeds/quotes.atom?limit=0",
    ] {
        check(&format!("get {}", list.split('?').next().unwrap()), &app.get(list).await);
    }
    let made =
        app.post("/v1/webhooks", json!({ "url": "https://example.org/", "filter": { "kind": ["direct"] } })).await;
    check("post /v1/webhooks", &made);
    let webhook = format!("/v1/webhooks/{}", made.expect(201)["id"].as_str().unwrap());
    check("post /v1/webhooks", &app.post("/v1/webhooks", json!({ "url": "http://[::1]/" })).await);
    check("get /v1/webhooks", &app.get("/v1/webhooks?count=true").await);
    check("get /v1/webhooks/{id}", &app.get(&webhook).await);
    check("patch /v1/webhooks/{id}", &app.patch(&webhook, json!({ "description": "Desk" })).await);
    for action in ["rotate", "test"] {
        let answer = app.send(Method::POST, &format!("{webhook}/{action}"), "", "").await;
        check(&format!("post /v1/webhooks/{{id}}/{action}"), &answer);
    }
    let deliveries = app.get(&format!("{webhook}/deliveries")).await;
    check("get /v1/webhooks/{id}/deliveries", &deliveries);
    let delivery = format!("{webhook}/deliveries/{}/redeliver", deliveries.json()["data"][0]["id"].as_str().unwrap());
    let answer = app.send(Method::POST, &delivery, "", "").await;
    assert_eq!(answer.status, 409, "it waits still");
    check("post /v1/webhooks/{id}/deliveries/{delivery_id}/redeliver", &answer);
    check("get /v1/changes", &app.get("/v1/changes?limit=200").await);
    check("get /v1/changes", &app.get("/v1/changes?since=now").await);
    check("get /v1/changes", &app.get("/v1/changes?since=then").await);
    check("get /v1/changes/stream", &app.get("/v1/changes/stream?since=then").await);
    for path in ["/ogc", "/ogc/conformance", "/ogc/collections"] {
        check(&format!("get {path}"), &app.get(path).await);
    }
    for (path, key) in [("", "zones"), ("/items", "zones"), ("/items", "lakes"), ("/items", "zones?limit=0")] {
        let (collection, query) = key.split_once('?').unwrap_or((key, ""));
        let answer = app.get(&format!("/ogc/collections/{collection}{path}?{query}")).await;
        check(&format!("get /ogc/collections/{{collectionId}}{path}"), &answer);
    }
    let feature = app.get("/ogc/collections/zones/items/idlib-de-escalation-zone").await;
    check("get /ogc/collections/{collectionId}/items/{featureId}", &feature);
    for path in ["/healthz", "/readyz"] {
        check(&format!("get {path}"), &app.get(path).await);
    }
}

#[actix_web::test]
async fn the_service_gives_the_document_and_pages_that_need_no_network() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/openapi.json").await.expect(200), onrecord::openapi::document());
    for path in ["/", "/docs"] {
        let answer = app.get(path).await;
        assert!(answer.status.is_redirection() && answer.header("location") == Some("/docs/"), "{path}");
    }
    let page = app.get("/docs/").await;
    assert_eq!(page.status, 200);
    let page = String::from_utf8(page.bytes).unwrap();
    assert!(page.contains("swagger-ui"));
    assert!(!page.contains("src=\"http") && !page.contains("href=\"http"), "{page}");
    let start = app.get("/docs/swagger-initializer.js").await;
    assert!(String::from_utf8(start.bytes).unwrap().contains("/openapi.json"));
}
