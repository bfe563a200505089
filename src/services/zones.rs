//! Zones: the rules.

use super::actors::Lifetime;
use super::border_claims::border_claims;
use super::included::include_with_zones;
use super::transitions::{Evidence, transitions};
use super::{Services, apply, changes, check, check_precondition, in_body, slug_or_from_name};
use crate::error::{Error, Result};
use crate::models::{
    Area, Author, BorderClaim, Day, Edit, FieldError, Instant, Key, MergePatch, NewZone, Transition, Zone, ZoneFilter,
    ZoneId, ZoneInclude, ZoneRef, bounds, wound_with_note,
};
use crate::pagination::{Page, PageRequest};
use crate::repository::zones::ZoneConditions;
use crate::repository::{self, Connection, gazetteer, zones};

/// A page of zones, by slug; with `valid_at` those that there were on that day, as they stood then.
///
/// # Errors
/// [`InvalidQuery`](Error::InvalidQuery) for a `bbox` that is none.
pub async fn list_zones(
    services: &Services,
    filter: &ZoneFilter,
    valid_at: Option<Day>,
    page: &PageRequest<String>,
    include: &[ZoneInclude],
) -> Result<Page<Zone>> {
    let conditions = conditions(filter, valid_at)?;
    services
        .read(async |c| {
            let mut rows = zones::list_zones(c, filter, &conditions, page).await?;
            if let Some(day) = valid_at {
                stand_as_on(c, &mut rows.rows, day).await?;
            }
            let mut found = page.page(rows, |zone| zone.slug.clone());
            include_with_zones(c, include, &mut found.data).await?;
            Ok(found)
        })
        .await
}

/// What a filter asks for in the terms of the database.
pub(super) fn conditions(filter: &ZoneFilter, valid_at: Option<Day>) -> Result<ZoneConditions> {
    let boxes = filter.bbox.as_deref().map(parse_bbox).transpose()?.unwrap_or_default();
    let points = filter.point.as_deref().map(parse_point).transpose()?.unwrap_or_default();
    Ok(ZoneConditions { area: Area { boxes, points }, valid_at, period: None })
}

/// Gives zones the status that they had on a day; leaves out those that had not even been proposed.
async fn stand_as_on(connection: &mut Connection, zones: &mut Vec<Zone>, day: Day) -> Result<()> {
    let ids: Vec<ZoneId> = zones.iter().map(|zone| zone.id).collect();
    let statuses = repository::transitions::list_statuses_on(connection, &ids, day).await?;
    zones.retain_mut(|zone| match statuses.get(&zone.id) {
        Some(status) => {
            zone.status = *status;
            true
        }
        None => false,
    });
    Ok(())
}

/// The boxes that a text means: two where it goes on beyond the antimeridian.
pub(super) fn parse_bbox(text: &str) -> Result<Vec<[f64; 4]>> {
    let refuse = |detail: &str| Err(Error::InvalidQuery(vec![FieldError::parameter("bbox", detail)]));
    let Some([west, south, east, north]) = parse_numbers(text) else {
        return refuse("must be four numbers: west,south,east,north in degrees");
    };
    if south > north {
        return refuse("must have south before north");
    }
    // 170 to -170 is 170 to 190, and what lies there is called -190 to -170, too.
    let east = if west > east { east + 360.0 } else { east };
    let mut boxes = vec![[west, south, east, north]];
    if east > 180.0 {
        boxes.push([west - 360.0, south, east - 360.0, north]);
    } else if west < -180.0 {
        boxes.push([west + 360.0, south, east + 360.0, north]);
    }
    Ok(boxes)
}

/// The names of the point that a text means: the antimeridian has two.
fn parse_point(text: &str) -> Result<Vec<[f64; 2]>> {
    let refuse = |detail: &str| Err(Error::InvalidQuery(vec![FieldError::parameter("point", detail)]));
    let Some([lon, lat]) = parse_numbers(text) else {
        return refuse("must be two numbers: longitude,latitude in degrees");
    };
    if lon.abs() > 180.0 || lat.abs() > 90.0 {
        return refuse("must be degrees, longitude (-180 to 180) before latitude (-90 to 90)");
    }
    Ok(if lon.abs() == 180.0 { vec![[lon, lat], [-lon, lat]] } else { vec![[lon, lat]] })
}

fn parse_numbers<const N: usize>(text: &str) -> Option<[f64; N]> {
    let numbers: Option<Vec<f64>> = text.split(',').map(|number| number.trim().parse().ok()).collect();
    let numbers: [f64; N] = numbers?.try_into().ok()?;
    numbers.iter().all(|number| number.is_finite()).then_some(numbers)
}

/// One zone; with `valid_at` as it stood on that day.
///
/// # Errors
/// [`NotFound`](Error::NotFound), also where it had not even been proposed by that day.
pub async fn find_zone(
    services: &Services,
    key: &Key<Zone>,
    valid_at: Option<Day>,
    include: &[ZoneInclude],
) -> Result<Zone> {
    services
        .read(async |c| {
            let mut found = zones::find_zone(c, key).await?;
            if let Some(day) = valid_at {
                let mut then = vec![found];
                stand_as_on(c, &mut then, day).await?;
                let missing = || Error::NotFound { resource: "zone on that day", key: key.to_string() };
                found = then.pop().ok_or_else(missing)?;
            }
            include_with_zones(c, include, std::slice::from_mut(&mut found)).await?;
            Ok(found)
        })
        .await
}

/// Adds a zone; the extractor knows it from then on.
///
/// # Errors
/// [`InvalidBody`](Error::InvalidBody), or [`Conflict`](Error::Conflict) where the slug is taken.
pub async fn create_zone(services: &Services, new: NewZone, author: &Author) -> Result<Zone> {
    services.create(async |c| create_zone_in(c, new, author).await).await
}

async fn create_zone_in(connection: &mut Connection, new: NewZone, author: &Author) -> Result<Zone> {
    create_zone_with(connection, new, Evidence::IsHere, author).await
}

pub(super) async fn create_zone_with(
    connection: &mut Connection,
    new: NewZone,
    evidence: Evidence,
    author: &Author,
) -> Result<Zone> {
    check(&new)?;
    gazetteer::count_gazetteer_change(connection).await?;
    let now = Instant::now();
    let id = ZoneId::generate();
    let parent = parent(connection, id, new.parent.as_ref()).await?;
    let transitions = transitions(connection, &new.transitions, evidence).await?;
    let border_claims = border_claims(connection, &new.border_claims).await?;
    let lifetime = Lifetime { created_at: now, updated_at: now, version: 1 };
    let zone = zone(id, new, parent, transitions, border_claims, lifetime)?;
    zones::create_zone(connection, &zone).await?;
    changes::record_creation(connection, &zone, author).await?;
    Ok(zone)
}

/// Changes a zone.
///
/// # Errors
/// As [`create_zone`], and [`NotFound`](Error::NotFound).
pub async fn update_zone(
    services: &Services,
    key: &Key<Zone>,
    patch: &MergePatch<NewZone>,
    edit: &Edit,
) -> Result<Zone> {
    services
        .database
        .transaction(async |c| {
            gazetteer::count_gazetteer_change(c).await?;
            let current = zones::find_zone(c, key).await?;
            check_precondition(edit, current.version)?;
            let patched = apply(patch, &NewZone::from(&current))?;
            let parent = parent(c, current.id, patched.parent.as_ref()).await?;
            // What is named by its id already may be gone: a quote goes with its article.
            let evidence = if patch.touches("transitions") { Evidence::IsHere } else { Evidence::MayCome };
            let transitions = transitions(c, &patched.transitions, evidence).await?;
            let border_claims = border_claims(c, &patched.border_claims).await?;
            let lifetime = Lifetime {
                created_at: current.created_at,
                updated_at: Instant::now_after(current.updated_at),
                version: current.version + 1,
            };
            let changed = zone(current.id, patched, parent, transitions, border_claims, lifetime)?;
            zones::update_zone(c, &changed).await?;
            let changed = zones::find_zone(c, &Key::Id(current.id)).await?;
            changes::record_update(c, &current, &changed, edit).await?;
            Ok(changed)
        })
        .await
}

/// Deletes a zone that nothing refers to.
///
/// # Errors
/// [`NotFound`](Error::NotFound), [`InUse`](Error::InUse).
pub async fn delete_zone(services: &Services, key: &Key<Zone>, edit: &Edit) -> Result<()> {
    services
        .database
        .transaction(async |c| {
            gazetteer::count_gazetteer_change(c).await?;
            let current = zones::find_zone(c, key).await?;
            check_precondition(edit, current.version)?;
            let at = Instant::now_after(current.updated_at);
            zones::delete_zone(c, current.id, at).await?;
            changes::record_deletion(c, &current, at, edit).await
        })
        .await
}

/// The parent that a body names; it must not be the zone itself or one of its parts.
pub(super) async fn parent(
    connection: &mut Connection,
    id: ZoneId,
    key: Option<&Key<Zone>>,
) -> Result<Option<ZoneRef>> {
    let Some(key) = key else { return Ok(None) };
    let parent = in_body(zones::find_zone_ref(connection, key).await, "/parent")?;
    let parts = zones::find_parts(connection, vec![id]).await?;
    if parts.contains(&parent.id) {
        return Err(Error::InvalidBody(vec![FieldError::at("/parent", "must not be the zone itself or a part of it")]));
    }
    Ok(Some(parent))
}

pub(super) fn zone(
    id: ZoneId,
    new: NewZone,
    parent: Option<ZoneRef>,
    transitions: Vec<Transition>,
    border_claims: Vec<BorderClaim>,
    lifetime: Lifetime,
) -> Result<Zone> {
    let lifecycle = new.lifecycle();
    let (geometry, geometry_derivation) = match new.geometry {
        Some(geometry) => {
            let (geometry, derivation) = wound_with_note(geometry, new.geometry_derivation);
            (Some(geometry), derivation)
        }
        None => (None, new.geometry_derivation),
    };
    Ok(Zone {
        id,
        slug: slug_or_from_name(new.slug.as_deref(), &new.name)?,
        name: new.name,
        kind: new.kind,
        status: new.status,
        country: new.country,
        parent,
        description: new.description,
        lifecycle,
        transitions,
        bbox: geometry.as_ref().and_then(bounds),
        geometry,
        geometry_precision: new.geometry_precision,
        geometry_derivation,
        border_claims,
        aliases: new.aliases,
        terms: new.terms,
        agreements: Vec::new(),
        parties: Vec::new(),
        wikidata: new.wikidata,
        sources: new.sources,
        created_at: lifetime.created_at,
        updated_at: lifetime.updated_at,
        version: lifetime.version,
        included: None,
    })
}
