//! How the API documents a GeoJSON geometry; `geojson::Geometry` carries it.

use utoipa::ToSchema;

/// A position: longitude and latitude in degrees (WGS 84), then perhaps metres above the ellipsoid.
#[derive(ToSchema)]
#[schema(min_items = 2, max_items = 3, example = json!([36.63, 35.93]))]
#[expect(dead_code, reason = "it documents the shape of what geojson reads and writes")]
pub struct GeoPosition(Vec<f64>);

/// The corners of a line.
#[derive(ToSchema)]
#[schema(min_items = 2)]
#[expect(dead_code, reason = "it documents the shape of what geojson reads and writes")]
pub struct Line(Vec<GeoPosition>);

/// The corners of an area or of a hole in one: at least four positions, the last of them the first again.
#[derive(ToSchema)]
#[schema(min_items = 4)]
#[expect(dead_code, reason = "it documents the shape of what geojson reads and writes")]
pub struct Ring(Vec<GeoPosition>);

/// An area: its outer ring, then its holes.
#[derive(ToSchema)]
#[schema(min_items = 1)]
#[expect(dead_code, reason = "it documents the shape of what geojson reads and writes")]
pub struct Rings(Vec<Ring>);

/// A geometry (GeoJSON, RFC 7946): what its `coordinates` hold depends on its `type`.
#[derive(ToSchema)]
#[serde(tag = "type")]
#[schema(example = json!({ "type": "Point", "coordinates": [36.63, 35.93] }))]
pub enum Geometry {
    /// One position.
    #[schema(title = "Point")]
    Point {
        /// Where it is.
        coordinates: GeoPosition,
    },
    /// Several positions.
    #[schema(title = "MultiPoint")]
    MultiPoint {
        /// Where they are.
        #[schema(min_items = 1)]
        coordinates: Vec<GeoPosition>,
    },
    /// A line through two positions or more.
    #[schema(title = "LineString")]
    LineString {
        /// The line's corners.
        coordinates: Line,
    },
    /// Several lines.
    #[schema(title = "MultiLineString")]
    MultiLineString {
        /// The corners of each.
        #[schema(min_items = 1)]
        coordinates: Vec<Line>,
    },
    /// An area: its outer ring, then its holes. A ring has at least four positions, the last of them the first again.
    #[schema(title = "Polygon")]
    Polygon {
        /// The rings.
        coordinates: Rings,
    },
    /// Several areas.
    #[schema(title = "MultiPolygon")]
    MultiPolygon {
        /// The rings of each.
        #[schema(min_items = 1)]
        coordinates: Vec<Rings>,
    },
    /// Geometries of any type.
    #[schema(title = "GeometryCollection")]
    GeometryCollection {
        /// The geometries.
        #[schema(no_recursion, min_items = 1)]
        geometries: Vec<Geometry>,
    },
}
