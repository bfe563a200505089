//! Agreements: texts that create or change zones.

use diesel::prelude::{Queryable, Selectable};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::validation::{check_name, check_names, check_order, check_slug, check_url};
use super::{
    ActorKey, ActorRef, AgreementId, AgreementIncluded, Day, FieldError, Instant, Key, Validate, ZoneKey, ZoneRef,
};

/// As what an actor is bound by an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Answers for its being kept.
    Guarantor,
    /// Has signed it.
    Signatory,
    /// Watches whether it is kept.
    Monitor,
    /// Is against it.
    Opposed,
}

/// An agreement as another resource names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Queryable, Selectable)]
#[diesel(table_name = crate::schema::agreements)]
pub struct AgreementRef {
    /// Its id.
    pub id: AgreementId,
    /// Its slug.
    #[schema(example = "astana-memorandum-2017")]
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// An actor bound by an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Party {
    /// Who.
    pub actor: ActorRef,
    /// As what.
    pub part: Part,
}

/// A text that creates or changes zones.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Agreement {
    /// Its id.
    pub id: AgreementId,
    /// Its readable name in addresses.
    #[schema(example = "astana-memorandum-2017")]
    pub slug: String,
    /// Its name.
    pub name: String,
    /// When it was signed.
    #[schema(required)]
    pub signed_on: Option<Day>,
    /// When it came into force.
    #[schema(required)]
    pub in_force_on: Option<Day>,
    /// Where it was made.
    #[schema(required)]
    pub place: Option<String>,
    /// Where its text can be read.
    #[schema(required)]
    pub url: Option<String>,
    /// Who is bound by it, and as what.
    pub parties: Vec<Party>,
    /// The zones it creates or changes.
    pub zones: Vec<ZoneRef>,
    /// Where these facts come from.
    pub sources: Vec<String>,
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
    pub included: Option<Box<AgreementIncluded>>,
}

/// A party as a client writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewParty {
    /// Who: id or slug of an actor.
    #[schema(example = "russia")]
    pub actor: ActorKey,
    /// As what.
    pub part: Part,
}

/// An agreement as a client writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAgreement {
    /// Its readable name in addresses; made from the name where it is left out.
    #[serde(default)]
    #[schema(example = "astana-memorandum-2017", max_length = 100, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    pub slug: Option<String>,
    /// Its name.
    #[schema(min_length = 1, max_length = 300, pattern = "[^\\s\\x85]")]
    pub name: String,
    /// When it was signed.
    #[serde(default)]
    pub signed_on: Option<Day>,
    /// When it came into force.
    #[serde(default)]
    pub in_force_on: Option<Day>,
    /// Where it was made.
    #[serde(default)]
    pub place: Option<String>,
    /// Where its text can be read.
    #[serde(default)]
    #[schema(max_length = 2000, pattern = "^https?://[^/\\s\\x00-\\x1f\\x7f-\\x9f][^\\s\\x00-\\x1f\\x7f-\\x9f]*$")]
    pub url: Option<String>,
    /// Who is bound by it, and as what.
    #[serde(default)]
    pub parties: Vec<NewParty>,
    /// The zones it creates or changes: ids or slugs.
    #[serde(default)]
    #[schema(example = json!(["idlib-de-escalation-zone"]))]
    pub zones: Vec<ZoneKey>,
    /// Where these facts come from.
    #[serde(default)]
    #[schema(value_type = Vec<super::Name>)]
    pub sources: Vec<String>,
}

impl Validate for NewAgreement {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if let Some(slug) = &self.slug {
            check_slug(&mut errors, "/slug", slug);
        }
        check_name(&mut errors, "/name", &self.name);
        check_names(&mut errors, "/sources", &self.sources);
        check_order(&mut errors, &[("signed_on", self.signed_on), ("in_force_on", self.in_force_on)]);
        check_url(&mut errors, "/url", self.url.as_deref());
        errors
    }
}

impl From<&Agreement> for NewAgreement {
    fn from(agreement: &Agreement) -> Self {
        let party = |party: &Party| NewParty { actor: Key::Id(party.actor.id), part: party.part };
        Self {
            slug: Some(agreement.slug.clone()),
            name: agreement.name.clone(),
            signed_on: agreement.signed_on,
            in_force_on: agreement.in_force_on,
            place: agreement.place.clone(),
            url: agreement.url.clone(),
            parties: agreement.parties.iter().map(party).collect(),
            zones: agreement.zones.iter().map(|zone| Key::Id(zone.id)).collect(),
            sources: agreement.sources.clone(),
        }
    }
}

/// Which agreements a list holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct AgreementFilter {
    /// Only agreements that bind one of these actors: ids or slugs. Repeat it for "or".
    #[param(value_type = Vec<String>, example = json!(["russia"]))]
    pub actor: Vec<ActorKey>,
    /// Only agreements about one of these zones: ids or slugs. Repeat it for "or".
    #[param(value_type = Vec<String>)]
    pub zone: Vec<ZoneKey>,
}
