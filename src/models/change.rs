//! Changes: who changed what, when and why, and what was there before.

use diesel::prelude::{Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Actor, Agreement, Article, ArticleWithQuotes, Author, Id, Instant, Json, Outlet, Quote, Zone};

/// A kind of resource whose changes are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResourceKind {
    /// An [`Article`].
    Article,
    /// A [`Quote`].
    Quote,
    /// An [`Actor`].
    Actor,
    /// A [`Zone`].
    Zone,
    /// An [`Agreement`].
    Agreement,
    /// An [`Outlet`].
    Outlet,
}

impl ResourceKind {
    /// What all of the kind are called together: in addresses, and in the database.
    ///
    /// ```
    /// use onrecord::models::ResourceKind;
    ///
    /// assert_eq!(ResourceKind::Quote.collection(), "quotes");
    /// ```
    #[must_use]
    pub fn collection(self) -> &'static str {
        match self {
            Self::Article => "articles",
            Self::Quote => "quotes",
            Self::Actor => "actors",
            Self::Zone => "zones",
            Self::Agreement => "agreements",
            Self::Outlet => "outlets",
        }
    }
}

/// What happened to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It is new. Quotes come with their article.
    Created,
    /// Somebody changed it, or what it depends on went.
    Updated,
    /// The extractor read its article anew.
    Extracted,
    /// It was deleted.
    Deleted,
    /// It was deleted, and is there again.
    Restored,
    /// It was deleted, and what was kept of it, too.
    Purged,
    /// An actor that it names was merged into another; or it is that actor.
    Merged,
    /// Such a merge was undone.
    Unmerged,
}

/// A resource whose versions are counted and whose changes are kept.
pub trait Versioned: Serialize {
    /// What kind of resource it is.
    const KIND: ResourceKind;

    /// Its id.
    fn id(&self) -> Id<()>;

    /// Counts its changes, from 1.
    fn version(&self) -> i64;

    /// When it was last changed.
    fn updated_at(&self) -> Instant;

    /// How a person would tell it from others.
    fn label(&self) -> &str;
}

/// Where in a resource the columns stand that all have, and what a person would tell it by.
macro_rules! versioned {
    ($resource:ident, $kind:ident, |$of:ident| $row:expr, $label:expr) => {
        impl Versioned for $resource {
            const KIND: ResourceKind = ResourceKind::$kind;

            fn id(&self) -> Id<()> {
                let $of = self;
                $row.id.untyped()
            }

            fn version(&self) -> i64 {
                let $of = self;
                $row.version
            }

            fn updated_at(&self) -> Instant {
                let $of = self;
                $row.updated_at
            }

            fn label(&self) -> &str {
                let $of = self;
                $label
            }
        }
    };
}

versioned!(Article, Article, |it| it.summary, it.summary.title.as_deref().unwrap_or(&it.text));
versioned!(ArticleWithQuotes, Article, |it| it.article.summary, it.article.label());
versioned!(Quote, Quote, |it| it, &it.text);
versioned!(Actor, Actor, |it| it, &it.name);
versioned!(Zone, Zone, |it| it, &it.name);
versioned!(Agreement, Agreement, |it| it, &it.name);
versioned!(Outlet, Outlet, |it| it, &it.name);

/// A change as it is written down.
#[derive(Debug, Clone, PartialEq, Insertable)]
#[diesel(table_name = crate::schema::changes, treat_none_as_default_value = false)]
pub struct NewChange {
    /// When.
    pub at: Instant,
    /// What kind of resource was changed.
    pub resource: ResourceKind,
    /// Which one.
    pub resource_id: Id<()>,
    /// Its version after the change; its last one where it is gone.
    pub version: i64,
    /// What happened.
    pub change: ChangeKind,
    /// Who did it.
    pub author: Json<Author>,
    /// Why, in their words.
    pub reason: Option<String>,
    /// What the API gave before, as JSON.
    pub before: Option<String>,
    /// Whether the resource is not there any more.
    pub gone: bool,
}

/// A change as it stands in the database.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = crate::schema::changes)]
pub struct Change {
    /// Its place in the row of all changes.
    pub seq: i64,
    /// When.
    pub at: Instant,
    /// The version of the resource after the change.
    pub version: i64,
    /// What happened.
    pub change: ChangeKind,
    /// Who did it.
    pub author: Json<Author>,
    /// Why, in their words.
    pub reason: Option<String>,
    /// What the API gave before, as JSON.
    pub before: Option<String>,
}

/// A resource as it was read: an article, a quote, an actor, as the path says.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object)]
pub struct Representation(pub Value);

/// A change of a resource, with what was there before and after it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Revision {
    /// The version of the resource after the change; its last one where it is gone.
    #[schema(example = 2, minimum = 1)]
    pub version: i64,
    /// When.
    pub at: Instant,
    /// What happened.
    pub change: ChangeKind,
    /// Who did it.
    pub author: Author,
    /// Why, in their words.
    #[schema(example = "The transcript names the deputy.", required)]
    pub reason: Option<String>,
    /// The resource as it was read before the change; null where it was not there.
    #[schema(value_type = Option<Representation>, required)]
    pub before: Option<Value>,
    /// The resource as it was read after the change; null where it was gone.
    #[schema(value_type = Option<Representation>, required)]
    pub after: Option<Value>,
}
