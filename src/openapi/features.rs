//! The document of `/ogc` alone, as its clients read it: in OpenAPI 3.0, and with the paths that the standard has.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::version_3_0;

/// What `/ogc/api` gives: the part of a document that describes `/ogc`, with its paths below that address.
///
/// ```
/// use onrecord::openapi;
///
/// let document = openapi::features::render(&openapi::document());
/// assert!(document["paths"]["/collections/{collectionId}/items"]["get"].is_object());
/// assert_eq!(document["servers"][0]["url"], "/ogc");
/// ```
#[must_use]
pub fn render(document: &Value) -> Value {
    let paths = document["paths"].as_object().into_iter().flatten();
    let below = paths.filter_map(|(path, item)| match path.strip_prefix("/ogc")? {
        "" => Some(("/".to_owned(), item.clone())),
        rest => rest.starts_with('/').then(|| (rest.to_owned(), item.clone())),
    });
    let mut paths: Map<String, Value> = below.collect();
    let parameters = paths.values_mut().filter_map(|item| item["get"]["parameters"].as_array_mut()).flatten();
    parameters.filter(|parameter| parameter["name"] == "bbox").for_each(describe_box);
    let schemas = &document["components"]["schemas"];
    let mut names = BTreeSet::new();
    paths.values().for_each(|item| collect_names(item, schemas, &mut names));
    let needed: Map<String, Value> = names.into_iter().map(|name| (name.clone(), schemas[&name].clone())).collect();
    let mut components = document["components"].clone();
    components["schemas"] = Value::Object(needed);
    let mut info = document["info"].clone();
    info["description"] = json!("Zones with a negotiated status, as OGC API – Features.");
    let tags = document["tags"].as_array().into_iter().flatten();
    version_3_0::render(json!({
        "openapi": document["openapi"],
        "info": info,
        "servers": [{ "url": "/ogc" }],
        "tags": tags.filter(|tag| tag["name"] == "ogc").collect::<Vec<_>>(),
        "paths": paths,
        "components": components,
    }))
}

/// On the wire it is the text that the other document describes; the standard wants it said so (17-069r4, 7.15.3).
fn describe_box(parameter: &mut Value) {
    let lengths = [4, 6].map(|length| json!({ "minItems": length, "maxItems": length }));
    parameter["schema"] = json!({ "type": "array", "oneOf": lengths, "items": { "type": "number" } });
    parameter["style"] = json!("form");
    parameter["explode"] = json!(false);
    if let Some(members) = parameter.as_object_mut() {
        members.remove("example");
    }
}

/// The names of the schemas that a value refers to, and of those that these refer to.
fn collect_names(value: &Value, schemas: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            let name = text.strip_prefix("#/components/schemas/");
            if let Some(name) = name.filter(|name| names.insert((*name).to_owned())) {
                collect_names(&schemas[name], schemas, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_names(item, schemas, names)),
        Value::Object(fields) => fields.values().for_each(|item| collect_names(item, schemas, names)),
        _ => {}
    }
}
