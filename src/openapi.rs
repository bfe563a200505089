//! The OpenAPI 3.1 document, made from the routes.

pub mod examples;
pub mod features;
mod http;
mod security;

use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use utoipa_actix_web::{AppExt, scope};

use crate::error::ErrorCode;
use crate::models::{
    ActorInclude, AgreementInclude, ArticleInclude, ExportFormat, FieldError, QuoteInclude, WebhookEvent,
    WebhookEventData, ZoneInclude,
};
use crate::routes::{self, problem::Problem};

pub mod version_3_0;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Onrecord",
        description = include_str!("openapi/guide.md"),
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
        contact(name = "Onrecord")
    ),
    // utoipa does not collect what the problems of `IntoResponses` and the parameters of `Including` refer to.
    components(schemas(
        Problem, ErrorCode, FieldError, ExportFormat,
        QuoteInclude, ArticleInclude, ActorInclude, ZoneInclude, AgreementInclude,
        // What is sent, and not answered.
        WebhookEvent, WebhookEventData,
    )),
    servers((url = "/", description = "This service")),
    tags(
        // In the order of the question that the service answers: who said what, about which zone, and who reported it.
        (name = "quotes", description = "Attributions: what was said, by whom, and the exact characters that say so."),
        (name = "statements", description = "Utterances across outlets: who reports them, in which words, and how these differ."),
        (name = "positions", description = "What actors think of zones, with the quotes that say so, and where that shifted."),
        (name = "actors", description = "Who speaks or is spoken of, with their roles over time."),
        (name = "zones", description = "Areas with a negotiated status."),
        (name = "ogc", description = "Zones as OGC API – Features, for GIS clients."),
        (name = "agreements", description = "Texts that create or change zones."),
        (name = "articles", description = "Published texts, as received, and what was read from them."),
        (name = "outlets", description = "Who publishes."),
        (name = "statistics", description = "Counts over time, for charts."),
        (name = "deletions", description = "What was deleted, to be restored or to go for good."),
        (name = "changes", description = "What was changed, in order, to be followed: as a list and as a stream."),
        (name = "webhooks", description = "Receivers that are told of changes, for admins."),
        (name = "imports", description = "Files of records, to be taken in: other corpora, other instances."),
        (name = "exports", description = "All that a list holds, and the whole instance, to be taken elsewhere."),
        (name = "search", description = "Full text over quotes and articles."),
        (name = "keys", description = "API keys, for admins."),
        (name = "health", description = "Probes.")
    )
)]
struct Base;

/// The document as `openapi/openapi.json` holds it: that of a service on which anybody may read.
#[must_use]
pub fn document() -> Value {
    document_where(Reading::Open)
}

/// Whether reading needs a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Anybody may read.
    Open,
    /// It does.
    NeedsKey,
}

/// The document of a service on which reading is open, or not.
#[must_use]
pub fn document_where(reading: Reading) -> Value {
    let (_, api) = actix_web::App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .service(scope::scope("/v1").configure(|config| routes::configure(config)))
        .configure(|config| routes::ogc::configure(config))
        .configure(|config| routes::health::configure(config))
        .split_for_parts();
    let mut document = serde_json::to_value(api).unwrap_or_default();
    name_components(&mut document);
    refer_to_components(&mut document);
    name_variants(&mut document);
    security::name_scopes(&mut document, reading);
    refuse_unknown_parameters(&mut document);
    describe_nullable_members(&mut document);
    http::describe_http(&mut document);
    examples::show_bodies(&mut document);
    document["webhooks"] = webhooks();
    document
}

/// What the service sends to the receivers of webhooks.
fn webhooks() -> Value {
    let header = |name: &str, description: &str, example: &str| {
        json!({
            "name": name,
            "in": "header",
            "required": true,
            "description": description,
            "schema": { "type": "string" },
            "example": example
        })
    };
    json!({
        "change": {
            "post": {
                "tags": ["webhooks"],
                "summary": "Tells of a change.",
                "description": "Sent to every webhook whose filter the change fits, and as `webhook.test` where a test is asked for. \
                    It is signed as Standard Webhooks has it.",
                "operationId": "receive_change",
                "parameters": [
                    header(
                        "webhook-id",
                        "The delivery. The same with every try: whoever keeps it knows what came before.",
                        "01970000-0000-7000-8000-000000000001"
                    ),
                    header(
                        "webhook-timestamp",
                        "When it is sent, in seconds since 1970. Refuse what is older than some minutes.",
                        "1788253200"
                    ),
                    header(
                        "webhook-signature",
                        "`v1,` and the HMAC-SHA256 in Base64 of id, timestamp and body with points between them; two of them, with a \
                         space between, for a while after the secret was rotated.",
                        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
                    )
                ],
                "requestBody": {
                    "required": true,
                    "content": { "application/json": { "schema": { "$ref": "#/components/schemas/WebhookEvent" } } }
                },
                "responses": {
                    "2XX": { "description": "The receiver has it. Anything else, but 410, is tried again." },
                    "410": { "description": "The receiver is gone: the webhook is disabled." }
                },
                "security": []
            }
        }
    })
}

/// A document as text, the way it is checked in: indented, with a line end.
#[must_use]
pub fn text(document: &Value) -> String {
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

/// Names for SDKs: `QuotePage` for the `Page<Quote>` that utoipa calls `Page_Quote`; and `QuoteInput` for `NewQuote`, which in
/// Go is what makes a `Quote`.
fn name_components(document: &mut Value) {
    fn rename(name: &str) -> Option<String> {
        let page = name.strip_prefix("Page_").map(|item| format!("{item}Page"));
        let searchable = || name.strip_prefix("SearchablePage_").map(|item| format!("Searchable{item}Page"));
        page.or_else(searchable).or_else(|| name.strip_prefix("New").map(|item| format!("{item}Input")))
    }
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        let renamed = std::mem::take(schemas).into_iter().map(|(name, schema)| (rename(&name).unwrap_or(name), schema));
        *schemas = renamed.collect();
    }
    walk(document, &mut |value| {
        let name = value.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix("#/components/schemas/"));
        if let Some(new) = name.and_then(rename) {
            value["$ref"] = Value::String(format!("#/components/schemas/{new}"));
        }
    });
}

/// utoipa writes the variants of a tagged enum in place: each becomes a component by its title, or generators that meet a
/// recursive one (a collection of geometries) drop it and all operations that use it.
fn name_variants(document: &mut Value) {
    let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else { return };
    let mut variants = Map::new();
    for schema in schemas.values_mut() {
        let titles =
            |choices: &Vec<Value>| choices.iter().map(|one| one["title"].as_str().map(str::to_owned)).collect();
        let titles: Option<Vec<String>> = schema["oneOf"].as_array().and_then(titles);
        let Some(titles) = titles else { continue };
        let reference = |title: &String| format!("#/components/schemas/{title}");
        let references = titles.iter().map(|title| json!({ "$ref": reference(title) })).collect();
        let choices = std::mem::replace(&mut schema["oneOf"], references);
        // A variant may be called otherwise than its tag: `transition` is told by a `TransitionEntry`.
        let tag = |choice: &Value| choice.pointer("/properties/type/enum/0").and_then(Value::as_str).map(str::to_owned);
        let tags: Vec<Option<String>> = choices.as_array().into_iter().flatten().map(tag).collect();
        let mapped = |(title, tag): (&String, Option<String>)| (tag.unwrap_or(title.clone()), json!(reference(title)));
        let mapping: Map<String, Value> = titles.iter().zip(tags).map(mapped).collect();
        schema["discriminator"] = json!({ "propertyName": "type", "mapping": mapping });
        let mut choices = choices.as_array().cloned().unwrap_or_default();
        choices.iter_mut().for_each(name_the_only_tag);
        variants.extend(titles.into_iter().zip(choices));
    }
    schemas.append(&mut variants);
    schemas.sort_keys();
}

/// The tag of a variant is one text: as an enumeration of one, generators would make a `PointType` of it that nobody named.
fn name_the_only_tag(variant: &mut Value) {
    let Some(tag) = variant.pointer_mut("/properties/type").and_then(Value::as_object_mut) else { return };
    if let Some([only]) = tag.get("enum").and_then(Value::as_array).map(Vec::as_slice) {
        let only = only.clone();
        tag.shift_remove("enum");
        tag.insert("const".to_owned(), only);
    }
}

/// utoipa writes the item of a generic page out in full: an inline copy of a component becomes a reference to it, or SDKs
/// would get a `QuotePageItemsItem` beside `Quote`.
fn refer_to_components(document: &mut Value) {
    let components: Vec<(String, Value)> = document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    walk(document, &mut |value| {
        let Some(items) = value.pointer_mut("/properties/data/items") else { return };
        if let Some((name, _)) = components.iter().find(|(_, schema)| schema == items) {
            *items = json!({ "$ref": format!("#/components/schemas/{name}") });
        }
    });
}

/// Every operation refuses query parameters that it does not have.
fn refuse_unknown_parameters(document: &mut Value) {
    for item in document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        for operation in item.as_object_mut().into_iter().flat_map(Map::values_mut) {
            http::add_problem(operation, "400", "A query parameter is unknown.");
        }
    }
}

/// utoipa writes what a nullable member is into one of its choices, where generators overlook it.
fn describe_nullable_members(document: &mut Value) {
    walk(document, &mut |value| {
        let nullable = value["oneOf"].as_array().is_some_and(|choices| choices.iter().any(|one| one["type"] == "null"));
        if !nullable || value.get("description").is_some() {
            return;
        }
        let choices = value["oneOf"].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut);
        let description =
            choices.filter(|one| one.contains_key("$ref")).find_map(|one| one.shift_remove("description"));
        if let (Some(description), Some(member)) = (description, value.as_object_mut()) {
            member.shift_insert(0, "description".to_owned(), description);
        }
    });
}

fn walk(value: &mut Value, visit: &mut impl FnMut(&mut Value)) {
    visit(value);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, visit)),
        Value::Object(fields) => fields.values_mut().for_each(|item| walk(item, visit)),
        _ => {}
    }
}
