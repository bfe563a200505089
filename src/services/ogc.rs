//! Zones as features: which of them fit a box and a time.

use std::str::FromStr;

use super::Services;
use super::zones::parse_bbox;
use crate::error::{Error, Result};
use crate::models::{
    Area, Day, Extent, FeatureFilter, FieldError, Instant, Key, SpatialExtent, TemporalExtent, Zone, ZoneFilter,
};
use crate::pagination::{Page, PageRequest};
use crate::repository::ogc;
use crate::repository::zones::{self, Period, ZoneConditions};

/// Longitude before latitude, WGS 84: what GeoJSON has.
pub const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

const GREGORIAN: &str = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian";

/// A page of the zones that fit, by slug.
///
/// # Errors
/// [`InvalidQuery`](Error::InvalidQuery) for a box or a time that is none.
pub async fn list_features(
    services: &Services,
    filter: &FeatureFilter,
    page: &PageRequest<String>,
) -> Result<Page<Zone>> {
    let boxes = filter.bbox.as_deref().map(box_on_the_ground).transpose()?.unwrap_or_default();
    let period = filter.datetime.as_deref().map(parse_period).transpose()?;
    let conditions = ZoneConditions { area: Area { boxes, points: Vec::new() }, period, ..ZoneConditions::default() };
    let of_zone = ZoneFilter { kind: filter.kind.clone(), status: filter.status.clone(), ..ZoneFilter::default() };
    services
        .read(async |c| {
            let rows = zones::list_zones(c, &of_zone, &conditions, page).await?;
            Ok(page.page(rows, |zone| zone.slug.clone()))
        })
        .await
}

/// One zone.
///
/// # Errors
/// [`NotFound`](Error::NotFound).
pub async fn find_feature(services: &Services, key: &Key<Zone>) -> Result<Zone> {
    services.read(async |c| zones::find_zone(c, key).await).await
}

/// Where and when all of them were.
///
/// # Errors
/// Only of the database.
pub async fn find_extent(services: &Services) -> Result<Extent> {
    let (bounds, first) = services.read(async |c| ogc::find_extent(c).await).await?;
    Ok(Extent {
        spatial: bounds.map(|bounds| SpatialExtent { bbox: vec![bounds], crs: CRS84 }),
        temporal: first
            .map(|first| TemporalExtent { interval: vec![[Some(format!("{first}T00:00:00Z")), None]], trs: GREGORIAN }),
    })
}

/// The boxes of four numbers, or of six, whose heights say nothing of an area.
fn box_on_the_ground(text: &str) -> Result<Vec<[f64; 4]>> {
    let numbers: Vec<&str> = text.split(',').collect();
    match numbers.as_slice() {
        [west, south, low, east, north, high] => {
            let heights: Vec<f64> = [low, high].iter().filter_map(|height| height.parse().ok()).collect();
            if heights.len() < 2 || !heights.iter().all(|height| height.is_finite()) {
                return Err(Error::InvalidQuery(vec![FieldError::parameter("bbox", "must have numbers as heights")]));
            }
            parse_bbox(&[*west, *south, *east, *north].join(","))
        }
        _ => parse_bbox(text),
    }
}

/// The days from one to another; open at an end that is `..` or empty.
fn parse_period(text: &str) -> Result<Period> {
    let refuse = |detail: String| Error::InvalidQuery(vec![FieldError::parameter("datetime", detail)]);
    let end = |text: &str| match text {
        "" | ".." => Ok(None),
        text => {
            day_of(text).map(Some).ok_or_else(|| refuse(format!("`{text}` is neither a day nor an instant (RFC 3339)")))
        }
    };
    let (from, to) = match text.split_once('/') {
        Some((from, to)) => (end(from)?, end(to)?),
        None => match end(text)? {
            Some(day) => (Some(day), Some(day)),
            None => return Err(refuse("must be a day, an instant or an interval of them".to_owned())),
        },
    };
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(refuse("must begin before it ends".to_owned()));
    }
    Ok(Period { from, to })
}

fn day_of(text: &str) -> Option<Day> {
    let of_instant = || Instant::from_str(text).ok().map(|instant| instant.day());
    Day::from_str(text).ok().or_else(of_instant)
}
