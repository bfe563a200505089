//! Deletions: what was deleted and can be restored.

use diesel::prelude::{Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Author, DeletionId, Id, Instant, Json, ResourceKind};

/// Something that was deleted and can be restored.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::schema::deletions, treat_none_as_default_value = false)]
pub struct Deletion {
    /// Its id.
    pub id: DeletionId,
    /// What kind of resource was deleted.
    pub resource: ResourceKind,
    /// The id that the resource had, and has again once it is restored.
    #[schema(value_type = String, format = "uuid")]
    pub resource_id: Id<()>,
    /// What it was: its name or title, or how it begins.
    #[schema(example = "The Harbour Post")]
    pub label: String,
    /// When.
    pub deleted_at: Instant,
    /// Who deleted it.
    #[schema(value_type = Author)]
    pub deleted_by: Json<Author>,
    /// Why, in their words.
    #[schema(example = "Twice there", required)]
    pub reason: Option<String>,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Restored {
    /// What kind of resource.
    pub resource: ResourceKind,
    /// Its id, which is the one it had.
    #[schema(value_type = String, format = "uuid")]
    pub resource_id: Id<()>,
}

/// Which deletions a list holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct DeletionFilter {
    /// Only deletions of these kinds of resource. Repeat it for "or".
    pub resource: Vec<ResourceKind>,
}
