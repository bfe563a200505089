//! Areas: what a geometry must be like (RFC 7946), and whether it meets a box or holds a point.

use geo::coordinate_position::CoordPos;
use geo::dimensions::Dimensions;
use geo::indexed::PreparedGeometry;
use geo::line_intersection::{LineIntersection, line_intersection};
use geo::relate::Relate;
use geo::{Area as _, BoundingRect, ConvexHull, Coord, Intersects, Line, LineString, Polygon, Rect};
use geojson::{Geometry, GeometryValue, LineStringType, PolygonType, Position};

use super::FieldError;

/// More positions than this a geometry cannot have: whether its rings cross themselves is looked at in every write.
const MOST_POSITIONS: usize = 10_000;

/// Positions that are looked at, at most, to see whether parts overlap; and pairs of stretches, to see whether a ring meets itself.
/// Borders come nowhere near; what was made to take long is refused, and not looked at to its end.
const MOST_LOOKED_AT: usize = 500_000;
const MOST_PAIRS: usize = 1_000_000;

/// A part of the earth that a list is asked for: boxes and a point. Both have to be met where there are both, but of the boxes one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Area {
    /// West, south, east and north: one box, or two where it goes on beyond the antimeridian.
    pub boxes: Vec<[f64; 4]>,
    /// Longitude and latitude: one point, twice where it lies on the antimeridian, which has two names.
    pub points: Vec<[f64; 2]>,
}

impl Area {
    /// Whether it is the whole earth, so that nothing has to be looked at.
    #[must_use]
    pub fn is_everywhere(&self) -> bool {
        self.boxes.is_empty() && self.points.is_empty()
    }

    /// The boxes of which the bounds of a geometry have to meet one: west, south, east, north.
    #[must_use]
    pub fn bounds(&self) -> Vec<[f64; 4]> {
        if self.points.is_empty() {
            return self.boxes.clone();
        }
        self.points.iter().map(|[lon, lat]| [*lon, *lat, *lon, *lat]).collect()
    }

    /// Whether whatever has these bounds meets it.
    #[must_use]
    pub fn holds_all_of(&self, [west, south, east, north]: [f64; 4]) -> bool {
        let within = |[w, s, e, n]: &[f64; 4]| *w <= west && *s <= south && *e >= east && *n >= north;
        self.points.is_empty() && (self.boxes.is_empty() || self.boxes.iter().any(within))
    }

    /// Whether a geometry meets it: its border counts.
    ///
    /// ```
    /// use onrecord::models::Area;
    ///
    /// let triangle = r#"{ "type": "Polygon", "coordinates": [[[0, 0], [10, 0], [10, 10], [0, 0]]] }"#.parse()?;
    /// let corner = Area { boxes: vec![[0.0, 8.0, 2.0, 10.0]], points: Vec::new() };
    /// assert!(!corner.meets(&triangle), "within its bounds, and outside of it");
    /// let inside = Area { boxes: Vec::new(), points: vec![[8.0, 2.0]] };
    /// assert!(inside.meets(&triangle));
    /// # Ok::<(), geojson::Error>(())
    /// ```
    #[must_use]
    pub fn meets(&self, geometry: &Geometry) -> bool {
        let Ok(shape) = geo::Geometry::<f64>::try_from(geometry) else { return false };
        let meets_box = |[west, south, east, north]: &[f64; 4]| {
            shape.intersects(&Rect::new(Coord { x: *west, y: *south }, Coord { x: *east, y: *north }))
        };
        let holds = |[x, y]: &[f64; 2]| shape.intersects(&Coord { x: *x, y: *y });
        (self.boxes.is_empty() || self.boxes.iter().any(meets_box))
            && (self.points.is_empty() || self.points.iter().any(holds))
    }
}

/// Refuses a geometry that is none, each fault at its place.
pub(super) fn check_geometry(errors: &mut Vec<FieldError>, pointer: &str, geometry: &Geometry) {
    if positions(geometry) > MOST_POSITIONS {
        errors.push(FieldError::at(pointer, format!("must not have more than {MOST_POSITIONS} positions")));
        return;
    }
    let at = format!("{pointer}/coordinates");
    match &geometry.value {
        GeometryValue::Point { coordinates } => check_position(errors, &at, coordinates),
        GeometryValue::MultiPoint { coordinates } => {
            check_not_empty(errors, &at, coordinates.len());
            each(errors, &at, coordinates, check_position);
        }
        GeometryValue::LineString { coordinates } => check_line(errors, &at, coordinates),
        GeometryValue::MultiLineString { coordinates } => {
            check_not_empty(errors, &at, coordinates.len());
            each(errors, &at, coordinates, check_line);
        }
        GeometryValue::Polygon { coordinates } => drop(check_polygon(errors, &at, coordinates)),
        GeometryValue::MultiPolygon { coordinates } => {
            check_not_empty(errors, &at, coordinates.len());
            let mut shapes: Vec<(usize, Polygon)> = Vec::new();
            for (index, rings) in coordinates.iter().enumerate() {
                let shape = check_polygon(errors, &format!("{at}/{index}"), rings);
                shapes.extend(shape.map(|shape| (index, shape)));
            }
            check_apart(errors, &at, &shapes);
        }
        GeometryValue::GeometryCollection { geometries } => {
            let at = format!("{pointer}/geometries");
            check_not_empty(errors, &at, geometries.len());
            for (index, geometry) in geometries.iter().enumerate() {
                check_geometry(errors, &format!("{at}/{index}"), geometry);
            }
        }
    }
}

/// What is said of a geometry that was put right.
const TURNED: &str = "Rings that were wound the other way were turned as RFC 7946, 3.1.6 has them.";

/// A geometry with its rings wound as they should be, and how it was made: also that they had to be turned.
#[must_use]
pub(crate) fn wound_with_note(geometry: Geometry, derivation: Option<String>) -> (Geometry, Option<String>) {
    let (geometry, turned) = wound(geometry);
    let derivation = match derivation {
        derivation if !turned => derivation,
        Some(derivation) if derivation.ends_with(TURNED) => Some(derivation),
        Some(derivation) => Some(format!("{derivation} {TURNED}")),
        None => Some(TURNED.to_owned()),
    };
    (geometry, derivation)
}

/// The same geometry with its rings wound as RFC 7946, 3.1.6 has them, outer ones counter-clockwise and holes clockwise, and whether
/// any had to be turned.
#[must_use]
fn wound(mut geometry: Geometry) -> (Geometry, bool) {
    let turned = match &mut geometry.value {
        GeometryValue::Polygon { coordinates } => wind(coordinates),
        // Not `any`: all of them have to be turned.
        GeometryValue::MultiPolygon { coordinates } => {
            coordinates.iter_mut().fold(false, |turned, rings| wind(rings) | turned)
        }
        GeometryValue::GeometryCollection { geometries } => {
            let mut any = false;
            for member in geometries.iter_mut() {
                let (right, turned) = wound(member.clone());
                *member = right;
                any |= turned;
            }
            any
        }
        _ => false,
    };
    (geometry, turned)
}

fn wind(rings: &mut PolygonType) -> bool {
    let mut turned = false;
    for (index, ring) in rings.iter_mut().enumerate() {
        let area = Polygon::new(line_of(ring), Vec::new()).signed_area();
        if (index == 0 && area < 0.0) || (index > 0 && area > 0.0) {
            ring.reverse();
            turned = true;
        }
    }
    turned
}

fn positions(geometry: &Geometry) -> usize {
    match &geometry.value {
        GeometryValue::Point { .. } => 1,
        GeometryValue::MultiPoint { coordinates } | GeometryValue::LineString { coordinates } => coordinates.len(),
        GeometryValue::MultiLineString { coordinates } | GeometryValue::Polygon { coordinates } => {
            coordinates.iter().map(Vec::len).sum()
        }
        GeometryValue::MultiPolygon { coordinates } => coordinates.iter().flatten().map(Vec::len).sum(),
        GeometryValue::GeometryCollection { geometries } => geometries.iter().map(positions).sum(),
    }
}

fn each<T>(errors: &mut Vec<FieldError>, at: &str, parts: &[T], check: fn(&mut Vec<FieldError>, &str, &T)) {
    for (index, part) in parts.iter().enumerate() {
        check(errors, &format!("{at}/{index}"), part);
    }
}

fn check_not_empty(errors: &mut Vec<FieldError>, at: &str, parts: usize) {
    if parts == 0 {
        errors.push(FieldError::at(at, "must not be empty"));
    }
}

fn check_position(errors: &mut Vec<FieldError>, at: &str, position: &Position) {
    let numbers = position.as_slice();
    let [lon, lat, rest @ ..] = numbers else {
        errors.push(FieldError::at(at, "must be two or three numbers: longitude, latitude and maybe height"));
        return;
    };
    if rest.len() > 1 {
        errors.push(FieldError::at(at, "must be two or three numbers: longitude, latitude and maybe height"));
    } else if !(-180.0..=180.0).contains(lon) || !(-90.0..=90.0).contains(lat) {
        errors.push(FieldError::at(at, "must be degrees, longitude (-180 to 180) before latitude (-90 to 90)"));
    }
}

fn check_line(errors: &mut Vec<FieldError>, at: &str, line: &LineStringType) {
    let before = errors.len();
    each(errors, at, line, check_position);
    if line.len() < 2 {
        errors.push(FieldError::at(at, "must be at least two positions"));
    }
    if errors.len() == before {
        check_antimeridian(errors, at, &line_of(line));
    }
}

/// Refuses what goes more than half around the earth at once: it may mean the shorter way, which RFC 7946, 3.1.9 has cut.
fn check_antimeridian(errors: &mut Vec<FieldError>, at: &str, line: &LineString) {
    let crosses = |line: &Line| {
        let width = (line.start.x - line.end.x).abs();
        width > 180.0 && width < 360.0
    };
    if let Some(index) = line.lines().position(|line| crosses(&line)) {
        let detail = "is more than 180 degrees from the position before: what crosses the antimeridian is cut there into a Multi \
                      geometry, with 180 in one part and -180 in the other (RFC 7946, 3.1.9); what does not has positions between";
        errors.push(FieldError::at(format!("{at}/{}", index + 1), detail));
    }
}

/// The polygon, where nothing is wrong with it.
fn check_polygon(errors: &mut Vec<FieldError>, at: &str, rings: &PolygonType) -> Option<Polygon> {
    let before = errors.len();
    check_not_empty(errors, at, rings.len());
    each(errors, at, rings, check_ring);
    if errors.len() > before {
        return None;
    }
    let mut lines = rings.iter().map(line_of);
    let outer = Polygon::new(lines.next()?, Vec::new());
    let holes: Vec<Polygon> = lines.map(|hole| Polygon::new(hole, Vec::new())).collect();
    let around = PreparedGeometry::from(&outer);
    for (index, hole) in holes.iter().enumerate() {
        if !around.relate(hole).is_covers() {
            errors.push(FieldError::at(format!("{at}/{}", index + 1), "must be a hole within the outer ring"));
        }
    }
    let numbered: Vec<(usize, Polygon)> = holes.iter().cloned().enumerate().map(|(at, hole)| (at + 1, hole)).collect();
    check_apart(errors, at, &numbered);
    let holes = holes.into_iter().map(|hole| hole.into_inner().0).collect();
    (errors.len() == before).then(|| Polygon::new(outer.into_inner().0, holes))
}

/// Refuses polygons that overlap.
fn check_apart(errors: &mut Vec<FieldError>, at: &str, shapes: &[(usize, Polygon)]) {
    let mut parts: Vec<(usize, Rect, PreparedGeometry<'_, &Polygon>)> = shapes
        .iter()
        .filter_map(|(index, shape)| Some((*index, shape.bounding_rect()?, PreparedGeometry::from(shape))))
        .collect();
    parts.sort_by(|(_, one, _), (_, other, _)| one.min().x.total_cmp(&other.min().x));
    let mut looked_at = 0;
    for (place, (index, bounds, shape)) in parts.iter().enumerate() {
        let beside = parts[place + 1..].iter().take_while(|(_, other, _)| other.min().x <= bounds.max().x);
        for (other_index, other_bounds, other) in beside {
            if !bounds.intersects(other_bounds) {
                continue;
            }
            looked_at += shape.geometry().exterior().0.len() + other.geometry().exterior().0.len();
            if looked_at > MOST_LOOKED_AT {
                errors.push(FieldError::at(at, "has too many parts within the bounds of others to be checked"));
                return;
            }
            if shape.relate(other).get(CoordPos::Inside, CoordPos::Inside) != Dimensions::Empty {
                let (first, second) = (index.min(other_index), index.max(other_index));
                let detail = format!("must not overlap with part {first}");
                errors.push(FieldError::at(format!("{at}/{second}"), detail));
                return;
            }
        }
    }
}

fn check_ring(errors: &mut Vec<FieldError>, at: &str, ring: &LineStringType) {
    let before = errors.len();
    each(errors, at, ring, check_position);
    if ring.len() < 4 || ring.first() != ring.last() {
        let detail = "must have rings of at least four positions, the last of them the first again";
        errors.push(FieldError::at(at, detail));
    }
    if errors.len() > before {
        return;
    }
    let line = line_of(ring);
    check_antimeridian(errors, at, &line);
    if errors.len() > before {
        return;
    }
    // Whatever lies on one line meets itself everywhere; a bow tie may add up to nothing and is wide all the same.
    let is_flat = line.convex_hull().unsigned_area() == 0.0;
    match find_crossing(&line) {
        _ if is_flat => errors.push(FieldError::at(at, "must enclose an area")),
        Err(TooTangled) => {
            errors.push(FieldError::at(at, "has too many stretches within the bounds of others to be checked"));
        }
        Ok(Some((index, Coord { x, y }))) => {
            let detail = format!("must not meet itself, as it does at [{x}, {y}]");
            errors.push(FieldError::at(format!("{at}/{index}"), detail));
        }
        Ok(None) if Polygon::new(line, Vec::new()).unsigned_area() == 0.0 => {
            errors.push(FieldError::at(at, "must enclose an area"));
        }
        Ok(None) => {}
    }
}

/// More pairs of stretches would have to be looked at than [`MOST_PAIRS`].
struct TooTangled;

/// Where a ring meets itself: the position with which the later one of the two stretches begins.
fn find_crossing(ring: &LineString) -> Result<Option<(usize, Coord)>, TooTangled> {
    // A position that stands there twice running is no stretch.
    let stretches: Vec<(usize, Line)> = ring.lines().enumerate().filter(|(_, line)| line.start != line.end).collect();
    let count = stretches.len();
    let west = |line: &Line| line.start.x.min(line.end.x);
    let east = |line: &Line| line.start.x.max(line.end.x);
    let are_apart = |one: &Line, other: &Line| {
        one.start.y.max(one.end.y) < other.start.y.min(other.end.y)
            || other.start.y.max(other.end.y) < one.start.y.min(one.end.y)
    };
    let mut by_west: Vec<usize> = (0..count).collect();
    by_west.sort_by(|a, b| west(&stretches[*a].1).total_cmp(&west(&stretches[*b].1)));
    // The first along the ring, not the first that is found.
    let mut earliest: Option<(usize, Coord)> = None;
    let mut pairs = 0;
    for (at, one) in by_west.iter().enumerate() {
        let line = stretches[*one].1;
        for other in by_west[at + 1..].iter().take_while(|other| west(&stretches[**other].1) <= east(&line)) {
            let (first, second) = (*one.min(other), *one.max(other));
            let (begins, ends) = (stretches[first].1, stretches[second].1);
            if earliest.is_some_and(|(index, _)| index <= stretches[second].0) || are_apart(&begins, &ends) {
                continue;
            }
            pairs += 1;
            if pairs > MOST_PAIRS {
                return earliest.map(Some).ok_or(TooTangled);
            }
            let met = match line_intersection(begins, ends) {
                None => continue,
                Some(LineIntersection::SinglePoint { intersection, .. }) => {
                    let goes_on = second == first + 1 && intersection == begins.end;
                    let closes = first == 0 && second == count - 1 && intersection == begins.start;
                    if goes_on || closes {
                        continue;
                    }
                    intersection
                }
                Some(LineIntersection::Collinear { intersection }) => intersection.start,
            };
            earliest = Some((stretches[second].0, met));
        }
    }
    Ok(earliest)
}

fn line_of(positions: &LineStringType) -> LineString {
    positions
        .iter()
        .filter_map(|position| match position.as_slice() {
            [x, y, ..] => Some(Coord { x: *x, y: *y }),
            _ => None,
        })
        .collect()
}
