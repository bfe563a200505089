//! Merges: one actor that stood there under two names.

use diesel::prelude::{Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ActorId, ActorKey, Author, Instant, Json};

/// Which actor another one turns out to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMerge {
    /// The actor that stays: id or slug.
    #[schema(example = "sergey-lavrov")]
    pub into: ActorKey,
}

/// An actor that was merged into another and is found there.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = crate::schema::actor_merges, treat_none_as_default_value = false)]
pub struct ActorMerge {
    /// The id that it had.
    pub actor_id: ActorId,
    /// The slug that it had.
    pub slug: String,
    /// The actor that it was merged into.
    pub into_id: ActorId,
    /// When.
    pub merged_at: Instant,
    /// By whom.
    pub merged_by: Json<Author>,
    /// Why, in their words.
    pub reason: Option<String>,
    /// The names that the other got by it.
    pub aliases: Json<Vec<String>>,
}
