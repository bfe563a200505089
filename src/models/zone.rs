//! Zones: areas with a negotiated status.

use diesel::prelude::{Queryable, Selectable};
use geojson::Geometry;
use jiff::ToSpan;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::area::check_geometry;
use super::border_claim::check_border_claims;
use super::transition::{check_transitions, first_days};
use super::validation::{check_country, check_name, check_names, check_order, check_slug, check_wikidata};
use super::{
    AgreementRef, BorderClaim, Day, FieldError, Instant, Key, NewBorderClaim, NewTransition, Party, Transition,
    Validate, ZoneId, ZoneIncluded, ZoneKey,
};

/// What kind of zone it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ZoneKind {
    /// Hostilities are to end there, watched by guarantors.
    DeEscalationZone,
    /// Civilians are to be safe there.
    SafeZone,
    /// A cease-fire holds there.
    CeasefireZone,
    /// Keeps two sides apart.
    BufferZone,
    /// No weapons, or no heavy ones.
    DemilitarisedZone,
}

/// Where a zone stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ZoneStatus {
    /// Somebody wants it.
    Proposed,
    /// It is talked about by those who would have to agree.
    Negotiated,
    /// It is agreed and not yet in force.
    Agreed,
    /// It is in force.
    InForce,
    /// It is in force for longer than was agreed at first.
    Extended,
    /// It is in force on paper only.
    Suspended,
    /// Who is bound by it does not keep to it.
    Breached,
    /// It is over.
    Ended,
}

/// A zone as another resource names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Queryable, Selectable)]
#[diesel(table_name = crate::schema::zones)]
pub struct ZoneRef {
    /// Its id.
    pub id: ZoneId,
    /// Its slug.
    #[schema(example = "idlib-de-escalation-zone")]
    pub slug: String,
    /// Its name.
    #[schema(example = "Idlib de-escalation zone")]
    pub name: String,
}

/// The days on which a zone first came to stand so: as they were written, or else the first that its transitions give.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Lifecycle {
    /// When it was first proposed.
    #[schema(required)]
    pub proposed_on: Option<Day>,
    /// When it was agreed.
    #[schema(required)]
    pub agreed_on: Option<Day>,
    /// When it came into force.
    #[schema(required)]
    pub in_force_on: Option<Day>,
    /// When it ended.
    #[schema(required)]
    pub ended_on: Option<Day>,
}

impl Lifecycle {
    /// The first day on which anybody can have talked of the zone.
    #[must_use]
    pub fn talked_of_from(&self) -> Option<Day> {
        self.proposed_on.or(self.agreed_on).or(self.in_force_on)
    }

    /// The last day on which a generic term, "safe zones", may mean the zone: its end, or a year for a mere proposal.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use onrecord::models::{Day, Lifecycle};
    ///
    /// let proposal = Lifecycle { proposed_on: Some(Day(date(2017, 1, 25))), ..Lifecycle::default() };
    /// assert_eq!(proposal.talked_of_until(), Some(Day(date(2018, 1, 25))));
    /// let agreed = Lifecycle { agreed_on: Some(Day(date(2017, 5, 4))), ..proposal };
    /// assert_eq!(agreed.talked_of_until(), None);
    /// ```
    #[must_use]
    pub fn talked_of_until(&self) -> Option<Day> {
        let merely_proposed = self.agreed_on.is_none() && self.in_force_on.is_none();
        let lapses_on = || {
            let proposed_on = self.proposed_on.filter(|_| merely_proposed)?;
            proposed_on.0.checked_add(1.year()).ok().map(Day)
        };
        self.ended_on.or_else(lapses_on)
    }
}

/// An area with a negotiated status: a safe zone, a de-escalation zone.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Zone {
    /// Its id.
    pub id: ZoneId,
    /// Its readable name in addresses.
    #[schema(example = "idlib-de-escalation-zone")]
    pub slug: String,
    /// Its name.
    #[schema(example = "Idlib de-escalation zone")]
    pub name: String,
    /// What kind of zone it is.
    pub kind: ZoneKind,
    /// Where it stands in its life.
    pub status: ZoneStatus,
    /// Where it lies, ISO 3166-1 alpha-2.
    #[schema(example = "SY", required)]
    pub country: Option<String>,
    /// The zone it is a part of.
    #[schema(required)]
    pub parent: Option<ZoneRef>,
    /// What it is, in a sentence or two.
    #[schema(required)]
    pub description: Option<String>,
    /// When its status changed: the first day of each.
    pub lifecycle: Lifecycle,
    /// Every change of its status with its evidence, the earliest first. Sources that contradict each other stand side by side.
    pub transitions: Vec<Transition>,
    /// Its area (GeoJSON, RFC 7946; longitude before latitude, WGS 84); null where it has no agreed borders.
    #[schema(value_type = Option<super::geometry::Geometry>, required)]
    pub geometry: Option<Geometry>,
    /// How exact the geometry is.
    #[schema(example = "approximate_polygon", required)]
    pub geometry_precision: Option<String>,
    /// How the geometry was made; also whether its rings were turned here.
    #[schema(required)]
    pub geometry_derivation: Option<String>,
    /// The geometry's bounds: west, south, east, north, in degrees.
    #[schema(value_type = Option<Vec<f64>>, required, example = json!([35.8, 35.2, 37.3, 36.4]))]
    pub bbox: Option<[f64; 4]>,
    /// Where others have its borders, each with who says so: sources that contradict each other stand side by side.
    pub border_claims: Vec<BorderClaim>,
    /// Its names as they stand in texts.
    pub aliases: Vec<String>,
    /// Common words that mean this zone where it is the one in question ("safe zones").
    pub terms: Vec<String>,
    /// The agreements that created or changed it.
    pub agreements: Vec<AgreementRef>,
    /// Who is bound by these agreements, and as what.
    pub parties: Vec<Party>,
    /// Its Wikidata item.
    #[schema(required)]
    pub wikidata: Option<String>,
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
    pub included: Option<Box<ZoneIncluded>>,
}

/// A zone as a client writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewZone {
    /// Its readable name in addresses; made from the name where it is left out.
    #[serde(default)]
    #[schema(example = "idlib-de-escalation-zone", max_length = 100, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    pub slug: Option<String>,
    /// Its name.
    #[schema(example = "Idlib de-escalation zone", min_length = 1, max_length = 300, pattern = "[^\\s\\x85]")]
    pub name: String,
    /// What kind of zone it is.
    pub kind: ZoneKind,
    /// Where it stands in its life.
    pub status: ZoneStatus,
    /// Where it lies, ISO 3166-1 alpha-2.
    #[serde(default)]
    #[schema(example = "SY", pattern = "^[A-Z]{2}$")]
    pub country: Option<String>,
    /// The zone it is a part of: id or slug.
    #[serde(default)]
    pub parent: Option<ZoneKey>,
    /// What it is, in a sentence or two.
    #[serde(default)]
    pub description: Option<String>,
    /// When it was first proposed: the first day that `transitions` give, which it may be left out for. So are the next three.
    #[serde(default)]
    pub proposed_on: Option<Day>,
    /// When it was first agreed.
    #[serde(default)]
    pub agreed_on: Option<Day>,
    /// When it first came into force.
    #[serde(default)]
    pub in_force_on: Option<Day>,
    /// When it first ended.
    #[serde(default)]
    pub ended_on: Option<Day>,
    /// Every change of its status, in any order. Where sources contradict each other, each has its own.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub transitions: Vec<NewTransition>,
    /// Its area: a GeoJSON geometry (RFC 7946), longitude before latitude, of at most 10,000 positions. Rings must not meet
    /// themselves or each other, and what crosses the antimeridian is cut there; rings wound the wrong way are turned.
    #[serde(default)]
    #[schema(value_type = Option<super::geometry::Geometry>)]
    pub geometry: Option<Geometry>,
    /// How exact the geometry is.
    #[serde(default)]
    #[schema(example = "approximate_polygon")]
    pub geometry_precision: Option<String>,
    /// How the geometry was made.
    #[serde(default)]
    pub geometry_derivation: Option<String>,
    /// Where others have its borders. Where sources contradict each other, each has its own.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub border_claims: Vec<NewBorderClaim>,
    /// Its names as they stand in texts.
    #[serde(default)]
    #[schema(value_type = Vec<super::Name>)]
    pub aliases: Vec<String>,
    /// Common words that mean this zone where it is the one in question.
    #[serde(default)]
    #[schema(value_type = Vec<super::Name>)]
    pub terms: Vec<String>,
    /// Its Wikidata item.
    #[serde(default)]
    #[schema(pattern = "^Q[0-9]{1,12}$")]
    pub wikidata: Option<String>,
    /// Where these facts come from.
    #[serde(default)]
    pub sources: Vec<String>,
}

impl NewZone {
    /// The days on which it first came to stand so: those written, or else the first of its transitions.
    #[must_use]
    pub fn lifecycle(&self) -> Lifecycle {
        let first = self.first_days();
        Lifecycle {
            proposed_on: self.proposed_on.or(first.proposed_on),
            agreed_on: self.agreed_on.or(first.agreed_on),
            in_force_on: self.in_force_on.or(first.in_force_on),
            ended_on: self.ended_on.or(first.ended_on),
        }
    }

    fn first_days(&self) -> Lifecycle {
        first_days(self.transitions.iter().map(|transition| (transition.status, transition.on)))
    }

    /// Refuses days out of order, and those that the transitions contradict.
    fn check_days(&self, errors: &mut Vec<FieldError>) {
        let stages = |days: &Lifecycle| {
            [
                ("proposed_on", days.proposed_on),
                ("agreed_on", days.agreed_on),
                ("in_force_on", days.in_force_on),
                ("ended_on", days.ended_on),
            ]
        };
        // A transition that is wrong by itself comes before what follows from it.
        check_transitions(errors, &self.transitions);
        let lifecycle = self.lifecycle();
        let first = stages(&self.first_days());
        for ((name, day), (_, first)) in stages(&lifecycle).into_iter().zip(first) {
            if let Some(first) = first.filter(|first| day != Some(*first)) {
                let detail = format!("must be the first day that the transitions give ({first}), or left out");
                errors.push(FieldError::at(format!("/{name}"), detail));
            }
        }
        let before = errors.len();
        check_order(errors, &stages(&lifecycle));
        // What is not written was taken from the transitions.
        for error in &mut errors[before..] {
            let is_written = match error.pointer.as_deref() {
                Some("/proposed_on") => self.proposed_on.is_some(),
                Some("/agreed_on") => self.agreed_on.is_some(),
                Some("/in_force_on") => self.in_force_on.is_some(),
                _ => self.ended_on.is_some(),
            };
            if !is_written {
                let name = error.pointer.take().unwrap_or_default();
                error.detail =
                    format!("{}, the first day of that status, {}", name.trim_start_matches('/'), error.detail);
                error.pointer = Some("/transitions".to_owned());
            }
        }
    }
}

impl Validate for NewZone {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if let Some(slug) = &self.slug {
            check_slug(&mut errors, "/slug", slug);
        }
        check_name(&mut errors, "/name", &self.name);
        check_country(&mut errors, "/country", self.country.as_deref());
        check_names(&mut errors, "/aliases", &self.aliases);
        check_names(&mut errors, "/terms", &self.terms);
        check_wikidata(&mut errors, "/wikidata", self.wikidata.as_deref());
        self.check_days(&mut errors);
        if let Some(geometry) = &self.geometry {
            check_geometry(&mut errors, "/geometry", geometry);
        }
        check_border_claims(&mut errors, &self.border_claims);
        errors
    }
}

/// West, south, east and north of a geometry; `None` where it has no position.
#[must_use]
pub(crate) fn bounds(geometry: &Geometry) -> Option<[f64; 4]> {
    fn widen(bounds: &mut Option<[f64; 4]>, value: &serde_json::Value) {
        let Some(items) = value.as_array() else { return };
        if let [Some(lon), Some(lat)] = [0, 1].map(|i| items.get(i).and_then(serde_json::Value::as_f64)) {
            let [west, south, east, north] = bounds.unwrap_or([lon, lat, lon, lat]);
            *bounds = Some([west.min(lon), south.min(lat), east.max(lon), north.max(lat)]);
        } else {
            items.iter().for_each(|item| widen(bounds, item));
        }
    }
    fn walk(bounds: &mut Option<[f64; 4]>, geometry: &serde_json::Value) {
        if let Some(coordinates) = geometry.get("coordinates") {
            widen(bounds, coordinates);
        }
        for member in geometry.get("geometries").and_then(serde_json::Value::as_array).into_iter().flatten() {
            walk(bounds, member);
        }
    }
    let mut found = None;
    walk(&mut found, &serde_json::to_value(geometry).ok()?);
    found
}

impl From<&Zone> for NewZone {
    fn from(zone: &Zone) -> Self {
        // A day that the transitions give is not written beside them: it changes with them.
        let first = first_days(zone.transitions.iter().map(|transition| (transition.status, transition.on)));
        let written = |day: Option<Day>, first: Option<Day>| day.filter(|_| first.is_none());
        Self {
            slug: Some(zone.slug.clone()),
            name: zone.name.clone(),
            kind: zone.kind,
            status: zone.status,
            country: zone.country.clone(),
            parent: zone.parent.as_ref().map(|parent| Key::Id(parent.id)),
            description: zone.description.clone(),
            proposed_on: written(zone.lifecycle.proposed_on, first.proposed_on),
            agreed_on: written(zone.lifecycle.agreed_on, first.agreed_on),
            in_force_on: written(zone.lifecycle.in_force_on, first.in_force_on),
            ended_on: written(zone.lifecycle.ended_on, first.ended_on),
            transitions: zone.transitions.iter().map(NewTransition::from).collect(),
            geometry: zone.geometry.clone(),
            geometry_precision: zone.geometry_precision.clone(),
            geometry_derivation: zone.geometry_derivation.clone(),
            border_claims: zone.border_claims.iter().map(NewBorderClaim::from).collect(),
            aliases: zone.aliases.clone(),
            terms: zone.terms.clone(),
            wikidata: zone.wikidata.clone(),
            sources: zone.sources.clone(),
        }
    }
}

/// Which zones a list holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ZoneFilter {
    /// Only zones of these kinds. Repeat it for "or".
    pub kind: Vec<ZoneKind>,
    /// Only zones that stand so. Repeat it for "or".
    pub status: Vec<ZoneStatus>,
    /// Only zones whose `geometry` meets this box: west,south,east,north in degrees. Where west is more than east, it goes over
    /// the antimeridian.
    #[param(pattern = r"^-?\d+(\.\d+)?(,-?\d+(\.\d+)?){3}$", example = "35.5,35.0,37.5,36.5")]
    pub bbox: Option<String>,
    /// Only zones whose `geometry` holds this point: longitude,latitude in degrees. A border belongs to its zone.
    #[param(pattern = r"^-?\d+(\.\d+)?,-?\d+(\.\d+)?$", example = "36.63,35.93")]
    pub point: Option<String>,
}
