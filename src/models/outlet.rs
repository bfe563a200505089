//! Outlets: who publishes.

use diesel::prelude::{AsChangeset, Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::validation::{check_country, check_name, check_names, check_slug, check_url, check_wikidata};
use super::{FieldError, Instant, Json, OutletId, Validate};

/// What kind of publisher an outlet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutletKind {
    /// Sells its reports to other outlets.
    NewsAgency,
    /// Radio or television.
    Broadcaster,
    /// A daily or weekly paper.
    Newspaper,
    /// Lives on the web alone.
    Website,
    /// An office of a government or an international body.
    Government,
}

/// An outlet as another resource names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Queryable, Selectable)]
#[diesel(table_name = crate::schema::outlets)]
pub struct OutletRef {
    /// Its id.
    pub id: OutletId,
    /// Its slug.
    #[schema(example = "tass")]
    pub slug: String,
    /// Its name.
    #[schema(example = "TASS")]
    pub name: String,
}

/// Who publishes articles: an agency, a broadcaster, a paper.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = crate::schema::outlets, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct Outlet {
    /// Its id.
    pub id: OutletId,
    /// Its readable name in addresses.
    #[schema(example = "tass")]
    pub slug: String,
    /// Its name.
    #[schema(example = "TASS")]
    pub name: String,
    /// What kind of publisher it is.
    pub kind: OutletKind,
    /// Where it is at home, ISO 3166-1 alpha-2.
    #[schema(example = "RU", required)]
    pub country: Option<String>,
    /// Its home page.
    #[schema(example = "https://tass.com", required)]
    pub homepage: Option<String>,
    /// Its names as they stand in texts.
    #[schema(value_type = Vec<String>, example = json!(["ITAR-TASS"]))]
    pub aliases: Json<Vec<String>>,
    /// How it signs a dateline, as printed.
    #[schema(value_type = Vec<String>, example = json!(["/TASS/"]))]
    pub datelines: Json<Vec<String>>,
    /// The hosts of its addresses.
    #[schema(value_type = Vec<String>, example = json!(["tass.com"]))]
    pub domains: Json<Vec<String>>,
    /// Words of its pages, outside the story, that give it away.
    #[schema(value_type = Vec<String>)]
    pub marks: Json<Vec<String>>,
    /// Its Wikidata item.
    #[schema(required)]
    pub wikidata: Option<String>,
    /// Where these facts come from.
    #[schema(required)]
    pub source: Option<String>,
    /// When it was added.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Counts its changes, from 1.
    #[schema(example = 1, minimum = 1)]
    pub version: i64,
}

/// An outlet as a client writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOutlet {
    /// Its readable name in addresses; made from the name where it is left out.
    #[serde(default)]
    #[schema(example = "tass", max_length = 100, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    pub slug: Option<String>,
    /// Its name.
    #[schema(example = "TASS", min_length = 1, max_length = 300, pattern = "[^\\s\\x85]")]
    pub name: String,
    /// What kind of publisher it is.
    pub kind: OutletKind,
    /// Where it is at home, ISO 3166-1 alpha-2.
    #[serde(default)]
    #[schema(example = "RU", pattern = "^[A-Z]{2}$")]
    pub country: Option<String>,
    /// Its home page.
    #[serde(default)]
    #[schema(
        example = "https://tass.com",
        max_length = 2000,
        pattern = "^https?://[^/\\s\\x00-\\x1f\\x7f-\\x9f][^\\s\\x00-\\x1f\\x7f-\\x9f]*$"
    )]
    pub homepage: Option<String>,
    /// Its names as they stand in texts.
    #[serde(default)]
    #[schema(value_type = Vec<super::Name>)]
    pub aliases: Vec<String>,
    /// How it signs a dateline, as printed.
    #[serde(default)]
    #[schema(example = json!(["/TASS/"]), value_type = Vec<super::Name>)]
    pub datelines: Vec<String>,
    /// The hosts of its addresses.
    #[serde(default)]
    #[schema(example = json!(["tass.com"]), value_type = Vec<super::Name>)]
    pub domains: Vec<String>,
    /// Words of its pages, outside the story, that give it away.
    #[serde(default)]
    #[schema(value_type = Vec<super::Name>)]
    pub marks: Vec<String>,
    /// Its Wikidata item.
    #[serde(default)]
    #[schema(pattern = "^Q[0-9]{1,12}$")]
    pub wikidata: Option<String>,
    /// Where these facts come from.
    #[serde(default)]
    pub source: Option<String>,
}

impl Validate for NewOutlet {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if let Some(slug) = &self.slug {
            check_slug(&mut errors, "/slug", slug);
        }
        check_name(&mut errors, "/name", &self.name);
        check_country(&mut errors, "/country", self.country.as_deref());
        check_url(&mut errors, "/homepage", self.homepage.as_deref());
        check_wikidata(&mut errors, "/wikidata", self.wikidata.as_deref());
        check_names(&mut errors, "/aliases", &self.aliases);
        check_names(&mut errors, "/datelines", &self.datelines);
        check_names(&mut errors, "/domains", &self.domains);
        check_names(&mut errors, "/marks", &self.marks);
        errors
    }
}

impl From<&Outlet> for NewOutlet {
    fn from(outlet: &Outlet) -> Self {
        Self {
            slug: Some(outlet.slug.clone()),
            name: outlet.name.clone(),
            kind: outlet.kind,
            country: outlet.country.clone(),
            homepage: outlet.homepage.clone(),
            aliases: outlet.aliases.0.clone(),
            datelines: outlet.datelines.0.clone(),
            domains: outlet.domains.0.clone(),
            marks: outlet.marks.0.clone(),
            wikidata: outlet.wikidata.clone(),
            source: outlet.source.clone(),
        }
    }
}

/// Which outlets a list holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct OutletFilter {
    /// Only outlets of these kinds. Repeat it for "or".
    pub kind: Vec<OutletKind>,
    /// Only outlets at home in these countries (ISO 3166-1 alpha-2). Repeat it for "or".
    #[param(example = json!(["RU"]))]
    pub country: Vec<String>,
}
