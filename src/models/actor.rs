//! Actors: who speaks or is spoken of.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use diesel::prelude::{Queryable, Selectable};

use super::validation::{check_country, check_name, check_names, check_slug, check_wikidata};
use super::{
    ActorId, ActorIncluded, ActorKey, ActorKind, DatePrecision, Day, FieldError, Gender, Instant, Key, Validate,
};

/// Whether a person has looked at what stands here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// The machine found it; nobody has looked at it yet.
    #[default]
    Machine,
    /// A person says that it is right, or it ships with the reference data.
    Accepted,
    /// A person has put it right.
    Corrected,
    /// A person says that it is wrong.
    Rejected,
}

/// An actor as another resource names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Queryable, Selectable)]
#[diesel(table_name = crate::schema::actors)]
pub struct ActorRef {
    /// Its id.
    pub id: ActorId,
    /// Its slug.
    #[schema(example = "sergey-lavrov")]
    pub slug: String,
    /// Its name.
    #[schema(example = "Sergey Lavrov")]
    pub name: String,
}

/// What an actor was, from when to when.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Role {
    /// The role, in words.
    #[schema(example = "Minister of Foreign Affairs of Russia")]
    pub title: String,
    /// The kind of office, which says what texts call its holder ("foreign minister", "top diplomat").
    #[schema(example = "foreign_minister", required)]
    pub office: Option<String>,
    /// The country served, ISO 3166-1 alpha-2.
    #[schema(example = "RU", required)]
    pub country: Option<String>,
    /// The body served.
    #[schema(required)]
    pub organisation: Option<ActorRef>,
    /// The first day.
    #[schema(required)]
    pub starts_on: Option<Day>,
    /// The last day; null while it lasts, or where that is not known.
    #[schema(required)]
    pub ends_on: Option<Day>,
    /// How exactly the two days are known.
    pub precision: DatePrecision,
    /// Where this comes from.
    #[schema(required)]
    pub source: Option<String>,
}

/// Who speaks or is spoken of: a person, an organisation, a state, an armed group.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Actor {
    /// Its id.
    pub id: ActorId,
    /// Its readable name in addresses.
    #[schema(example = "sergey-lavrov")]
    pub slug: String,
    /// Its name.
    #[schema(example = "Sergey Lavrov")]
    pub name: String,
    /// What kind of actor it is.
    pub kind: ActorKind,
    /// Which pronoun stands for a person.
    #[schema(required)]
    pub gender: Option<Gender>,
    /// Whom a person serves, or where a body is at home; ISO 3166-1 alpha-2.
    #[schema(example = "RU", required)]
    pub country: Option<String>,
    /// What it is a part of.
    #[schema(required)]
    pub parent: Option<ActorRef>,
    /// Other names and spellings.
    #[schema(example = json!(["Sergei Lavrov"]))]
    pub aliases: Vec<String>,
    /// Of a state: what its people and things are called.
    #[schema(example = json!(["Russian"]))]
    pub demonyms: Vec<String>,
    /// Of a state: the city that stands for its government.
    #[schema(example = "Moscow", required)]
    pub capital: Option<String>,
    /// What it was, from when to when; the earliest first.
    pub roles: Vec<Role>,
    /// Its Wikidata item.
    #[schema(example = "Q159", required)]
    pub wikidata: Option<String>,
    /// Where these facts come from.
    #[schema(required)]
    pub source: Option<String>,
    /// Whether a person has looked at it.
    pub review: Review,
    /// When it was added.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Counts its changes, from 1.
    #[schema(example = 1, minimum = 1)]
    pub version: i64,
    /// What `include=` asked for; absent where it asked for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub included: Option<Box<ActorIncluded>>,
}

impl Actor {
    /// The role that the actor had on a day; the latest begun where there are several.
    #[must_use]
    pub fn role_on(&self, day: Day) -> Option<String> {
        let holds =
            |role: &&Role| role.starts_on.is_none_or(|start| start <= day) && role.ends_on.is_none_or(|end| day <= end);
        self.roles.iter().filter(holds).max_by_key(|role| role.starts_on).map(|role| role.title.clone())
    }
}

/// A role as a client writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// The role, in words.
    #[schema(
        example = "Minister of Foreign Affairs of Russia",
        min_length = 1,
        max_length = 300,
        pattern = "[^\\s\\x85]"
    )]
    pub title: String,
    /// The kind of office; one of the keys that `data/lexicon/offices.toml` explains, or none.
    #[serde(default)]
    #[schema(example = "foreign_minister")]
    pub office: Option<String>,
    /// The country served, ISO 3166-1 alpha-2.
    #[serde(default)]
    #[schema(example = "RU", pattern = "^[A-Z]{2}$")]
    pub country: Option<String>,
    /// The body served: id or slug of an actor.
    #[serde(default)]
    #[schema(example = "russian-foreign-ministry")]
    pub organisation: Option<ActorKey>,
    /// The first day.
    #[serde(default)]
    pub starts_on: Option<Day>,
    /// The last day; null while it lasts, or where that is not known.
    #[serde(default)]
    pub ends_on: Option<Day>,
    /// How exactly the two days are known.
    #[serde(default = "day_precision")]
    #[schema(default = "day")]
    pub precision: DatePrecision,
    /// Where this comes from.
    #[serde(default)]
    pub source: Option<String>,
}

fn day_precision() -> DatePrecision {
    DatePrecision::Day
}

fn accepted() -> Review {
    Review::Accepted
}

/// An actor as a client writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewActor {
    /// Its readable name in addresses; made from the name where it is left out.
    #[serde(default)]
    #[schema(example = "sergey-lavrov", max_length = 100, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    pub slug: Option<String>,
    /// Its name.
    #[schema(example = "Sergey Lavrov", min_length = 1, max_length = 300, pattern = "[^\\s\\x85]")]
    pub name: String,
    /// What kind of actor it is.
    pub kind: ActorKind,
    /// Which pronoun stands for a person.
    #[serde(default)]
    pub gender: Option<Gender>,
    /// Whom a person serves, or where a body is at home; ISO 3166-1 alpha-2.
    #[serde(default)]
    #[schema(example = "RU", pattern = "^[A-Z]{2}$")]
    pub country: Option<String>,
    /// What it is a part of: id or slug of an actor.
    #[serde(default)]
    pub parent: Option<ActorKey>,
    /// Other names and spellings.
    #[serde(default)]
    #[schema(example = json!(["Sergei Lavrov"]), value_type = Vec<super::Name>)]
    pub aliases: Vec<String>,
    /// Of a state: what its people and things are called.
    #[serde(default)]
    #[schema(value_type = Vec<super::Name>)]
    pub demonyms: Vec<String>,
    /// Of a state: the city that stands for its government.
    #[serde(default)]
    pub capital: Option<String>,
    /// What it was, from when to when.
    #[serde(default)]
    pub roles: Vec<NewRole>,
    /// Its Wikidata item.
    #[serde(default)]
    #[schema(example = "Q159", pattern = "^Q[0-9]{1,12}$")]
    pub wikidata: Option<String>,
    /// Where these facts come from.
    #[serde(default)]
    pub source: Option<String>,
    /// Whether a person has looked at it: who writes it by hand has.
    #[serde(default = "accepted")]
    #[schema(default = "accepted")]
    pub review: Review,
}

impl Validate for NewActor {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if let Some(slug) = &self.slug {
            check_slug(&mut errors, "/slug", slug);
        }
        check_name(&mut errors, "/name", &self.name);
        check_country(&mut errors, "/country", self.country.as_deref());
        check_names(&mut errors, "/aliases", &self.aliases);
        check_names(&mut errors, "/demonyms", &self.demonyms);
        check_wikidata(&mut errors, "/wikidata", self.wikidata.as_deref());
        if self.gender.is_some() && self.kind != ActorKind::Person {
            errors.push(FieldError::at("/gender", "is for persons only"));
        }
        for (index, role) in self.roles.iter().enumerate() {
            check_name(&mut errors, &format!("/roles/{index}/title"), &role.title);
            check_country(&mut errors, &format!("/roles/{index}/country"), role.country.as_deref());
            if let (Some(start), Some(end)) = (role.starts_on, role.ends_on)
                && end < start
            {
                errors.push(FieldError::at(format!("/roles/{index}/ends_on"), format!("must not be before {start}")));
            }
        }
        errors
    }
}

impl From<&Actor> for NewActor {
    fn from(actor: &Actor) -> Self {
        let role = |role: &Role| NewRole {
            title: role.title.clone(),
            office: role.office.clone(),
            country: role.country.clone(),
            organisation: role.organisation.as_ref().map(|body| Key::Id(body.id)),
            starts_on: role.starts_on,
            ends_on: role.ends_on,
            precision: role.precision,
            source: role.source.clone(),
        };
        Self {
            slug: Some(actor.slug.clone()),
            name: actor.name.clone(),
            kind: actor.kind,
            gender: actor.gender,
            country: actor.country.clone(),
            parent: actor.parent.as_ref().map(|parent| Key::Id(parent.id)),
            aliases: actor.aliases.clone(),
            demonyms: actor.demonyms.clone(),
            capital: actor.capital.clone(),
            roles: actor.roles.iter().map(role).collect(),
            wikidata: actor.wikidata.clone(),
            source: actor.source.clone(),
            review: actor.review,
        }
    }
}

/// Which actors a list holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ActorFilter {
    /// Only actors of these kinds. Repeat it for "or".
    pub kind: Vec<ActorKind>,
    /// Only actors one of whose names, or a word of one, starts with this; case and accents do not matter.
    #[param(example = "lavr")]
    pub name: Option<String>,
    /// Only actors of these countries (ISO 3166-1 alpha-2). Repeat it for "or".
    #[param(example = json!(["RU"]))]
    pub country: Vec<String>,
    /// Only actors in these states of review. Repeat it for "or".
    pub review: Vec<Review>,
}
