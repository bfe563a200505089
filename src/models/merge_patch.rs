//! JSON Merge Patch (RFC 7396) over the writable shape of a resource.

use std::borrow::Cow;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::openapi::{Object, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{FieldError, OfObjects, Validate};

/// A merge patch for a `T`: fields that are absent stay, `null` clears, anything else replaces.
///
/// ```
/// use onrecord::models::{MergePatch, NewOutlet};
///
/// let outlet: NewOutlet = serde_json::from_value(serde_json::json!({
///     "name": "TASS", "kind": "news_agency", "country": "RU"
/// }))?;
/// let patch: MergePatch<NewOutlet> = serde_json::from_value(serde_json::json!({ "country": null }))?;
/// assert_eq!(patch.apply(&outlet).unwrap().country, None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct MergePatch<T> {
    patch: Value,
    target: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned + Validate> MergePatch<T> {
    /// The resource as it is after the patch.
    ///
    /// # Errors
    /// What the patch would leave wrong, with JSON pointers into the patched resource.
    pub fn apply(&self, current: &T) -> Result<T, Vec<FieldError>> {
        let mut value = serde_json::to_value(current).map_err(|error| vec![FieldError::at("", error.to_string())])?;
        json_patch::merge(&mut value, &self.patch);
        let patched: T = serde_path_to_error::deserialize(OfObjects(&value))
            .map_err(|error| vec![FieldError::at(json_pointer(error.path()), error.inner().to_string())])?;
        // What was wrong before and is not touched is not this patch's fault: a headline of the page may be too long.
        let before = current.validate();
        let is_new = |error: &FieldError| {
            let field = error.pointer.as_deref().and_then(|pointer| pointer.split('/').nth(1)).unwrap_or_default();
            !before.contains(error) || self.touches(field)
        };
        let errors: Vec<FieldError> = patched.validate().into_iter().filter(is_new).collect();
        if errors.is_empty() { Ok(patched) } else { Err(errors) }
    }

    /// Whether the patch has something to say about a field.
    #[must_use]
    pub fn touches(&self, field: &str) -> bool {
        self.patch.get(field).is_some()
    }
}

/// A JSON pointer (RFC 6901) from the path that serde was on.
pub(crate) fn json_pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

impl<'de, T> Deserialize<'de> for MergePatch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A patch that is not an object would replace the whole resource, which no client means.
        let fields = serde_json::Map::deserialize(deserializer)?;
        Ok(Self { patch: Value::Object(fields), target: PhantomData })
    }
}

// In OpenAPI: the writable shape with nothing required, called `OutletPatch` for `NewOutlet`, `QuotePatch` for
// `QuoteReading`.
impl<T: ToSchema> PartialSchema for MergePatch<T> {
    fn schema() -> RefOr<Schema> {
        let mut schema = T::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            nullable_where_absent(object);
            object.required.clear();
            object.description =
                Some("A JSON Merge Patch (RFC 7396): absent fields stay, null clears, anything else replaces.".into());
        }
        schema
    }
}
/// A patch may take away what a new resource may leave out: `null` sets it back.
fn nullable_where_absent(object: &mut Object) {
    let required = object.required.clone();
    for (_, schema) in object.properties.iter_mut().filter(|(name, _)| !required.contains(name)) {
        let Ok(mut value) = serde_json::to_value(&*schema) else { continue };
        if let Some(kind) = value["type"].as_str() {
            value["type"] = serde_json::json!([kind, "null"]);
        } else if value.get("$ref").is_some() {
            let description = value.as_object_mut().and_then(|fields| fields.shift_remove("description"));
            value = serde_json::json!({ "oneOf": [value, { "type": "null" }] });
            value["description"] = description.unwrap_or_default();
        }
        if let Ok(nullable) = serde_json::from_value(value) {
            *schema = nullable;
        }
    }
}

impl<T: ToSchema> ToSchema for MergePatch<T> {
    fn name() -> Cow<'static, str> {
        let name = T::name();
        let name = name.strip_prefix("New").unwrap_or(&name);
        let resource = name.trim_end_matches("Metadata").trim_end_matches("Reading");
        format!("{resource}Patch").into()
    }
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}
