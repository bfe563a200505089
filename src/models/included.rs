//! What a read brings along where `include=` asks for it: whole resources in place of a second request.
//!
//! Each resource has a member `included`, absent unless something is asked for. In it stands what was asked for and is there:
//! a quote without a known speaker has no `speaker` in it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Actor, Agreement, ArticleSummary, Outlet, Quote, Zone};

/// What a read of quotes can bring along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuoteInclude {
    /// The actor who speaks, with roles and names.
    Speaker,
    /// The article it stands in, without the text.
    Article,
    /// Who published that article.
    Outlet,
}

/// What a read of a quote brings along.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct QuoteIncluded {
    /// The actor who speaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, no_recursion)]
    pub speaker: Option<Actor>,
    /// The article it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, no_recursion)]
    pub article: Option<ArticleSummary>,
    /// Who published that article.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, no_recursion)]
    pub outlet: Option<Outlet>,
}

/// What a read of articles can bring along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ArticleInclude {
    /// Who published it.
    Outlet,
    /// Its quotes in reading order.
    Quotes,
}

/// What a read of an article brings along.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct ArticleIncluded {
    /// Who published it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, no_recursion)]
    pub outlet: Option<Outlet>,
    /// Its quotes in reading order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, no_recursion)]
    pub quotes: Option<Vec<Quote>>,
}

/// What a read of actors can bring along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorInclude {
    /// What it is a part of.
    Parent,
    /// The bodies that it served in its roles.
    Organisations,
}

/// What a read of an actor brings along.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct ActorIncluded {
    /// What it is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, no_recursion)]
    pub parent: Option<Box<Actor>>,
    /// The bodies that it served in its roles, each once, in the order of the roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, no_recursion)]
    pub organisations: Option<Vec<Actor>>,
}

/// What a read of zones can bring along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ZoneInclude {
    /// The zone it is a part of.
    Parent,
    /// The agreements that created or changed it.
    Agreements,
}

/// What a read of a zone brings along.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct ZoneIncluded {
    /// The zone it is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, no_recursion)]
    pub parent: Option<Box<Zone>>,
    /// The agreements that created or changed it, as `agreements` orders them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, no_recursion)]
    pub agreements: Option<Vec<Agreement>>,
}

/// What a read of agreements can bring along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgreementInclude {
    /// The zones it creates or changes.
    Zones,
    /// The actors bound by it.
    Parties,
}

/// What a read of an agreement brings along.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct AgreementIncluded {
    /// The zones it creates or changes, as `zones` orders them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, no_recursion)]
    pub zones: Option<Vec<Zone>>,
    /// The actors bound by it, each once, as `parties` orders them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, no_recursion)]
    pub parties: Option<Vec<Actor>>,
}
