//! Border claims: where somebody else has a zone's borders.

use geojson::Geometry;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::area::check_geometry;
use super::validation::{check_name, check_url};
use super::{ActorKey, ActorRef, FieldError, Key};

/// More claims than this a zone cannot have.
const MOST_CLAIMS: usize = 20;

/// The borders of a zone as somebody has them, beside those that the zone is given.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct BorderClaim {
    /// The area (GeoJSON, RFC 7946; longitude before latitude, WGS 84).
    #[schema(value_type = super::geometry::Geometry)]
    pub geometry: Geometry,
    /// The geometry's bounds: west, south, east, north, in degrees.
    #[schema(value_type = Option<Vec<f64>>, required, example = json!([35.8, 35.2, 37.3, 36.4]))]
    pub bbox: Option<[f64; 4]>,
    /// How exact the geometry is.
    #[schema(example = "approximate_polygon", required)]
    pub geometry_precision: Option<String>,
    /// How the geometry was made; also whether its rings were turned here.
    #[schema(required)]
    pub geometry_derivation: Option<String>,
    /// Who says so; null where nobody is named.
    #[schema(required)]
    pub said_by: Option<ActorRef>,
    /// Where it can be read.
    #[schema(example = "https://tass.com/politics/944911", required)]
    pub source: Option<String>,
    /// What is to be said about it.
    #[schema(required)]
    pub note: Option<String>,
}

/// The borders of a zone as somebody has them, as a client writes them. Either `said_by` or `source` must be there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBorderClaim {
    /// The area, as a zone's own `geometry` is written.
    #[schema(value_type = super::geometry::Geometry)]
    pub geometry: Geometry,
    /// How exact the geometry is.
    #[serde(default)]
    #[schema(example = "approximate_polygon")]
    pub geometry_precision: Option<String>,
    /// How the geometry was made.
    #[serde(default)]
    pub geometry_derivation: Option<String>,
    /// Who says so: id or slug of an actor.
    #[serde(default)]
    #[schema(example = "turkey")]
    pub said_by: Option<ActorKey>,
    /// Where it can be read.
    #[serde(default)]
    #[schema(max_length = 2000, pattern = "^https?://[^/\\s\\x00-\\x1f\\x7f-\\x9f][^\\s\\x00-\\x1f\\x7f-\\x9f]*$")]
    pub source: Option<String>,
    /// What is to be said about it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 300, pattern = "[^\\s\\x85]")]
    pub note: Option<String>,
}

impl From<&BorderClaim> for NewBorderClaim {
    fn from(claim: &BorderClaim) -> Self {
        Self {
            geometry: claim.geometry.clone(),
            geometry_precision: claim.geometry_precision.clone(),
            geometry_derivation: claim.geometry_derivation.clone(),
            said_by: claim.said_by.as_ref().map(|actor| Key::Id(actor.id)),
            source: claim.source.clone(),
            note: claim.note.clone(),
        }
    }
}

/// Refuses claims that cannot be, each at its place.
pub(super) fn check_border_claims(errors: &mut Vec<FieldError>, claims: &[NewBorderClaim]) {
    if claims.len() > MOST_CLAIMS {
        errors.push(FieldError::at("/border_claims", format!("must not be more than {MOST_CLAIMS}")));
    }
    for (index, claim) in claims.iter().enumerate() {
        let place = |field: &str| format!("/border_claims/{index}{field}");
        if claim.said_by.is_none() && claim.source.is_none() {
            errors.push(FieldError::at(place(""), "must name who says so (said_by), or where it can be read (source)"));
        }
        check_geometry(errors, &place("/geometry"), &claim.geometry);
        check_url(errors, &place("/source"), claim.source.as_deref());
        if let Some(note) = &claim.note {
            check_name(errors, &place("/note"), note);
        }
    }
}
