//! The document in the older OpenAPI 3.0.3, for generators that do not read 3.1.
//!
//! What 3.1 says with JSON Schema 2020-12 is said in the words of 3.0: `type: [string, "null"]` becomes `nullable`, `examples` one
//! `example`, `const` an `enum` of one, and what stands beside a `$ref` moves around it. Nothing is lost that a client can use.

use serde_json::{Map, Value, json};

/// Renders a 3.1 document as 3.0.3.
///
/// ```
/// use onrecord::openapi::version_3_0;
/// use serde_json::json;
///
/// let newer = json!({ "openapi": "3.1.0", "components": { "schemas": { "Day": { "type": ["string", "null"] } } } });
/// let older = version_3_0::render(newer);
/// assert_eq!(older["openapi"], "3.0.3");
/// assert_eq!(older["components"]["schemas"]["Day"], json!({ "type": "string", "nullable": true }));
/// ```
#[must_use]
pub fn render(mut document: Value) -> Value {
    document["openapi"] = json!("3.0.3");
    // An SPDX identifier of a licence came with 3.1.
    if let Some(license) = document.pointer_mut("/info/license").and_then(Value::as_object_mut) {
        license.remove("identifier");
    }
    if let Some(root) = document.as_object_mut() {
        root.remove("jsonSchemaDialect");
        root.remove("webhooks");
    }
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        schemas.values_mut().for_each(schema);
    }
    walk(&mut document, &mut |object| {
        if let Some(found) = object.get_mut("schema") {
            schema(found);
        }
        // 3.0 knows roles for OAuth alone; the description of the operation names the scope.
        let requirements = object.get_mut("security").and_then(Value::as_array_mut).into_iter().flatten();
        for requirement in requirements.filter_map(Value::as_object_mut) {
            requirement.values_mut().for_each(|roles| *roles = json!([]));
        }
    });
    document
}

/// Visits every object of the document that is no schema itself.
fn walk(value: &mut Value, visit: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            visit(object);
            object
                .iter_mut()
                .filter(|(name, _)| *name != "schema" && *name != "schemas")
                .for_each(|(_, value)| walk(value, visit));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, visit)),
        _ => {}
    }
}

/// Renders one schema and all inside it.
fn schema(value: &mut Value) {
    let Some(object) = value.as_object_mut() else {
        // `true` and `false` are schemas of 3.1 only.
        *value = json!({});
        return;
    };
    for name in ["properties", "patternProperties"] {
        if let Some(inner) = object.get_mut(name).and_then(Value::as_object_mut) {
            inner.values_mut().for_each(schema);
        }
    }
    for name in ["items", "not"] {
        if let Some(inner) = object.get_mut(name) {
            schema(inner);
        }
    }
    if let Some(inner) = object.get_mut("additionalProperties").filter(|inner| inner.is_object()) {
        schema(inner);
    }
    for name in ["oneOf", "anyOf", "allOf"] {
        if let Some(inner) = object.get_mut(name).and_then(Value::as_array_mut) {
            inner.iter_mut().filter(|inner| !is_null(inner)).for_each(schema);
        }
    }
    single_type(object);
    nullable_choice(object);
    exclusive_bound(object, "exclusiveMinimum", "minimum");
    exclusive_bound(object, "exclusiveMaximum", "maximum");
    tuple(object);
    if let Some(examples) = object.remove("examples")
        && let Some(first) = examples.get(0)
    {
        object.entry("example").or_insert_with(|| first.clone());
    }
    if let Some(only) = object.remove("const") {
        object.insert("enum".to_owned(), json!([only]));
    }
    for name in ["propertyNames", "patternProperties", "contentMediaType", "contentEncoding", "$schema"] {
        object.remove(name);
    }
    wrap_reference(object);
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
}

/// `type: [string, "null"]`
fn single_type(object: &mut Map<String, Value>) {
    let Some(types) = object.get("type").and_then(Value::as_array) else { return };
    let nullable = types.iter().any(|name| name == "null");
    let mut others: Vec<Value> = types.iter().filter(|name| *name != "null").cloned().collect();
    if others.len() == 1 {
        object.insert("type".to_owned(), others.remove(0));
    } else {
        object.remove("type");
        object.insert("anyOf".to_owned(), others.into_iter().map(|name| json!({ "type": name })).collect());
    }
    if nullable {
        object.insert("nullable".to_owned(), json!(true));
    }
    // An enum of a nullable type names null too, in both versions.
}

/// `oneOf: [{$ref}, {type: "null"}]`
fn nullable_choice(object: &mut Map<String, Value>) {
    for name in ["oneOf", "anyOf"] {
        let Some(choices) = object.get_mut(name).and_then(Value::as_array_mut) else { continue };
        let before = choices.len();
        choices.retain(|choice| !is_null(choice));
        if choices.len() == before {
            continue;
        }
        if let [only] = choices.as_slice() {
            let only = only.clone();
            object.remove(name);
            // A reference may have no neighbours in 3.0: it is wrapped.
            if only.get("$ref").is_some() {
                object.insert("allOf".to_owned(), json!([only]));
            } else if let Value::Object(members) = only {
                for (member, value) in members {
                    object.entry(member).or_insert(value);
                }
            }
        }
        object.insert("nullable".to_owned(), json!(true));
    }
}

/// The bound is a number in 3.1, and a mark upon `minimum` in 3.0.
fn exclusive_bound(object: &mut Map<String, Value>, exclusive: &str, bound: &str) {
    if let Some(limit) = object.get(exclusive).filter(|limit| limit.is_number()).cloned() {
        object.insert(bound.to_owned(), limit);
        object.insert(exclusive.to_owned(), json!(true));
    }
}

/// An array whose places have schemas of their own: 3.0 has one for all.
fn tuple(object: &mut Map<String, Value>) {
    if let Some(places) = object.remove("prefixItems").and_then(|places| places.as_array().cloned()) {
        let mut places = places;
        places.iter_mut().for_each(schema);
        object.insert("items".to_owned(), json!({ "anyOf": places }));
    }
}

/// What stands beside a `$ref` counts in 3.1 and is ignored in 3.0: the reference moves into `allOf`.
fn wrap_reference(object: &mut Map<String, Value>) {
    if object.len() > 1
        && let Some(reference) = object.remove("$ref")
    {
        object.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_becomes_a_mark() {
        let newer = json!({ "description": "Who.", "oneOf": [{ "$ref": "#/a" }, { "type": "null" }] });
        let older = json!({ "description": "Who.", "allOf": [{ "$ref": "#/a" }], "nullable": true });
        assert_eq!(rendered(newer), older);
    }

    #[test]
    fn a_reference_keeps_its_description() {
        let newer = json!({ "$ref": "#/a", "description": "Where." });
        assert_eq!(rendered(newer), json!({ "description": "Where.", "allOf": [{ "$ref": "#/a" }] }));
    }

    #[test]
    fn bounds_and_constants_take_their_old_form() {
        let newer = json!({ "type": "integer", "exclusiveMinimum": 0, "examples": [3, 4] });
        let older = json!({ "type": "integer", "exclusiveMinimum": true, "minimum": 0, "example": 3 });
        assert_eq!(rendered(newer), older);
        assert_eq!(rendered(json!({ "const": "a" })), json!({ "enum": ["a"] }));
    }

    /// Nothing that 3.0 does not know is left in the document of the service.
    #[test]
    fn the_whole_document_is_in_the_old_form() {
        fn check(value: &Value, path: &str) {
            match value {
                Value::Object(object) => {
                    for (name, value) in object {
                        // A property may have any name.
                        if !path.ends_with("/properties") {
                            let newer = ["const", "examples", "prefixItems", "propertyNames", "identifier"];
                            assert!(!newer.contains(&name.as_str()), "{path} has {name}");
                            assert!(name != "type" || !value.is_array(), "{path} has several types");
                            assert!(name != "$ref" || object.len() == 1, "{path} has neighbours of $ref");
                        }
                        check(value, &format!("{path}/{name}"));
                    }
                }
                Value::Array(items) => items.iter().for_each(|item| check(item, path)),
                _ => assert_ne!(value, "null", "{path}"),
            }
        }
        let document = render(crate::openapi::document());
        check(&document["components"]["schemas"], "");
        let shown = document.pointer("/components/schemas/Quote/properties/said_on/nullable");
        assert_eq!(shown, Some(&json!(true)));
    }

    fn rendered(mut value: Value) -> Value {
        schema(&mut value);
        value
    }
}
