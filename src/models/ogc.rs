//! Zones as OGC API – Features gives them: GeoJSON features (RFC 7946) with flat properties, and links.

use geojson::Geometry;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Day, Zone, ZoneKind, ZoneStatus};

/// A link to another address (RFC 8288).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FeatureLink {
    /// The address.
    pub href: String,
    /// What it is to what has the link.
    #[schema(example = "next")]
    pub rel: &'static str,
    /// The media type of what is there.
    #[serde(rename = "type")]
    #[schema(example = "application/geo+json")]
    pub media_type: &'static str,
    /// What is there, in words.
    pub title: &'static str,
}

/// The way into `/ogc`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Landing)]
pub struct LandingPage {
    /// What it is.
    pub title: &'static str,
    /// What it is, in a sentence.
    pub description: &'static str,
    /// What there is.
    pub links: Vec<FeatureLink>,
}

/// The classes of the standard that are served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conformance {
    /// Their addresses.
    pub conforms_to: Vec<&'static str>,
}

/// Where the features of a collection lie.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SpatialExtent {
    /// West, south, east and north in degrees.
    #[schema(value_type = Vec<Vec<f64>>)]
    pub bbox: Vec<[f64; 4]>,
    /// The reference system of these.
    pub crs: &'static str,
}

/// When the features of a collection were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TemporalExtent {
    /// From when to when; null where it is open.
    #[schema(value_type = Vec<Vec<Option<String>>>)]
    pub interval: Vec<[Option<String>; 2]>,
    /// The calendar of these.
    pub trs: &'static str,
}

/// Where and when the features of a collection were; what is not known is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct Extent {
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub spatial: Option<SpatialExtent>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub temporal: Option<TemporalExtent>,
}

/// A collection of features.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Collection {
    /// Its name in addresses.
    #[schema(example = "zones")]
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// What it is, in a sentence.
    pub description: &'static str,
    /// Where and when its features were.
    pub extent: Extent,
    /// What its items are.
    pub item_type: &'static str,
    /// The reference systems that its geometries can have.
    pub crs: Vec<&'static str>,
    /// Where its features are.
    pub links: Vec<FeatureLink>,
}

/// The collections that there are.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = CollectionList)]
pub struct Collections {
    /// Where this is.
    pub links: Vec<FeatureLink>,
    /// The collections.
    pub collections: Vec<Collection>,
}

/// What is known of a zone, flat, as a table of a GIS has it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ZoneProperties {
    /// Its name.
    pub name: String,
    /// What kind of zone it is.
    pub kind: ZoneKind,
    /// Where it stands in its life.
    pub status: ZoneStatus,
    /// Where it lies, ISO 3166-1 alpha-2.
    #[schema(required)]
    pub country: Option<String>,
    /// The zone it is a part of: its slug.
    #[schema(required)]
    pub parent: Option<String>,
    /// What it is, in a sentence or two.
    #[schema(required)]
    pub description: Option<String>,
    /// When it was first proposed.
    #[schema(required)]
    pub proposed_on: Option<Day>,
    /// When it was first agreed.
    #[schema(required)]
    pub agreed_on: Option<Day>,
    /// When it first came into force.
    #[schema(required)]
    pub in_force_on: Option<Day>,
    /// When it first ended.
    #[schema(required)]
    pub ended_on: Option<Day>,
    /// How exact the geometry is.
    #[schema(required)]
    pub geometry_precision: Option<String>,
    /// How the geometry was made.
    #[schema(required)]
    pub geometry_derivation: Option<String>,
}

/// A zone as a GeoJSON feature.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ZoneFeature {
    /// Always `Feature`.
    #[serde(rename = "type")]
    #[schema(example = "Feature")]
    pub kind: &'static str,
    /// Its slug.
    #[schema(example = "idlib-de-escalation-zone")]
    pub id: String,
    /// Its area; null where it has no agreed borders.
    #[schema(value_type = Option<super::geometry::Geometry>, required)]
    pub geometry: Option<Geometry>,
    /// What is known of it.
    pub properties: ZoneProperties,
    /// Its address, and that of the zone with all that is known of it.
    pub links: Vec<FeatureLink>,
}

/// Zones as a GeoJSON collection of features.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ZoneFeatures {
    /// Always `FeatureCollection`.
    #[serde(rename = "type")]
    #[schema(example = "FeatureCollection")]
    pub kind: &'static str,
    /// The features.
    pub features: Vec<ZoneFeature>,
    /// To this page and the next one.
    pub links: Vec<FeatureLink>,
    /// How many features fit what was asked for.
    pub number_matched: i64,
    /// How many of them are here.
    pub number_returned: usize,
}

/// Which features are asked for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct FeatureFilter {
    /// Only features that meet this box: west,south,east,north in degrees (CRS84), or the same with heights, which are not looked at.
    /// Where west is more than east, it goes over the antimeridian. What has no geometry meets none.
    #[param(pattern = r"^-?\d+(\.\d+)?((,-?\d+(\.\d+)?){3}|(,-?\d+(\.\d+)?){5})$", example = "35.5,35.0,37.5,36.5")]
    pub bbox: Option<String>,
    /// Only features that were there at this time (RFC 3339) or in this interval: `2017-05-07`, `2017-05-07T00:00:00Z`,
    /// `2017-05-01/2017-06-01`, `2017-05-01/..`, `../2017-05-01`.
    #[param(pattern = "^[0-9TtZz:.+/-]+$", example = "2017-05-07")]
    pub datetime: Option<String>,
    /// Only features of these kinds. Repeat it for "or".
    pub kind: Vec<ZoneKind>,
    /// Only features that stand so. Repeat it for "or".
    pub status: Vec<ZoneStatus>,
}

impl From<Zone> for ZoneProperties {
    fn from(zone: Zone) -> Self {
        Self {
            name: zone.name,
            kind: zone.kind,
            status: zone.status,
            country: zone.country,
            parent: zone.parent.map(|parent| parent.slug),
            description: zone.description,
            proposed_on: zone.lifecycle.proposed_on,
            agreed_on: zone.lifecycle.agreed_on,
            in_force_on: zone.lifecycle.in_force_on,
            ended_on: zone.lifecycle.ended_on,
            geometry_precision: zone.geometry_precision,
            geometry_derivation: zone.geometry_derivation,
        }
    }
}
