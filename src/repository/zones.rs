//! Zones in the database.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use geojson::Geometry;

use super::conflict::ConflictMeaning;
use super::ids_and_slugs::{ids_of_keys, split_keys};
use super::one_of::one_of;
use super::{Connection, border_claims, history, transitions};
use crate::error::{Error, Result};
use crate::models::{
    ActorRef, AgreementRef, Area, Day, Instant, Json, Key, Lifecycle, NewBorderClaim, Part, Party, Zone, ZoneFilter,
    ZoneId, ZoneKind, ZoneRef, ZoneStatus,
};
use crate::pagination::{PageRequest, Rows};
use crate::schema::{actors, agreement_parties, agreement_zones, agreements, zone_transitions, zones};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = zones, treat_none_as_null = true, treat_none_as_default_value = false)]
struct ZoneRow {
    id: ZoneId,
    slug: String,
    name: String,
    kind: ZoneKind,
    status: ZoneStatus,
    country: Option<String>,
    parent_id: Option<ZoneId>,
    description: Option<String>,
    proposed_on: Option<Day>,
    agreed_on: Option<Day>,
    in_force_on: Option<Day>,
    ended_on: Option<Day>,
    geometry: Option<Json<Geometry>>,
    geometry_precision: Option<String>,
    geometry_derivation: Option<String>,
    min_lon: Option<f64>,
    min_lat: Option<f64>,
    max_lon: Option<f64>,
    max_lat: Option<f64>,
    aliases: Json<Vec<String>>,
    terms: Json<Vec<String>>,
    wikidata: Option<String>,
    sources: Json<Vec<String>>,
    created_at: Instant,
    updated_at: Instant,
    version: i64,
    border_claims: Json<Vec<NewBorderClaim>>,
}

/// Where a zone lies, as far as an index knows it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = zones)]
struct BoundsRow {
    id: ZoneId,
    slug: String,
    min_lon: Option<f64>,
    min_lat: Option<f64>,
    max_lon: Option<f64>,
    max_lat: Option<f64>,
}

impl BoundsRow {
    fn bounds(&self) -> Option<[f64; 4]> {
        Some([self.min_lon?, self.min_lat?, self.max_lon?, self.max_lat?])
    }
}

/// What a [`ZoneFilter`] asks for in the terms of the database.
#[derive(Debug, Clone, Default)]
pub struct ZoneConditions {
    /// Meeting this.
    pub area: Area,
    /// Proposed by this day, and standing then as the filter says.
    pub valid_at: Option<Day>,
    /// There at some time of it: something happened to it then, or before, and that was not its end.
    pub period: Option<Period>,
}

/// A time from a day to another, open where there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// Its first day.
    pub from: Option<Day>,
    /// Its last day.
    pub to: Option<Day>,
}

/// A boxed query of zones, narrowed to a [`ZoneFilter`] and to what the database can tell of its [`ZoneConditions`].
macro_rules! filtered_zones {
    ($query:expr, $filter:expr, $conditions:expr) => {{
        let mut query = $query;
        if !$filter.kind.is_empty() {
            query = query.filter(zones::kind.eq_any(&$filter.kind));
        }
        match $conditions.valid_at {
            Some(day) => {
                let until_then = zone_transitions::table
                    .filter(zone_transitions::zone_id.eq(zones::id).and(zone_transitions::happened_on.le(day)));
                query = query.filter(diesel::dsl::exists(until_then));
                if !$filter.status.is_empty() {
                    let last = until_then.order(zone_transitions::position.desc()).limit(1);
                    let status = last.select(zone_transitions::status).single_value();
                    query = query.filter(status.eq_any(&$filter.status));
                }
            }
            None if !$filter.status.is_empty() => query = query.filter(zones::status.eq_any(&$filter.status)),
            None => {}
        }
        if let Some(period) = $conditions.period {
            let of_zone = zone_transitions::table.filter(zone_transitions::zone_id.eq(zones::id));
            let until = period.to.unwrap_or(Day::LAST);
            match period.from {
                None => {
                    query = query.filter(diesel::dsl::exists(of_zone.filter(zone_transitions::happened_on.le(until))));
                }
                Some(from) => {
                    let within = of_zone.filter(zone_transitions::happened_on.between(from, until));
                    let before = of_zone.filter(zone_transitions::happened_on.lt(from));
                    let last = before.order(zone_transitions::position.desc()).limit(1);
                    let status = last.select(zone_transitions::status).single_value();
                    query = query.filter(diesel::dsl::exists(within).or(status.ne(ZoneStatus::Ended)));
                }
            }
        }
        let meets = |[west, south, east, north]: [f64; 4]| {
            let across = zones::min_lon.le(east).and(zones::max_lon.ge(west));
            across.and(zones::min_lat.le(north).and(zones::max_lat.ge(south)))
        };
        match $conditions.area.bounds().as_slice() {
            [] => {}
            [one] => query = query.filter(meets(*one)),
            [one, other, ..] => query = query.filter(meets(*one).or(meets(*other))),
        }
        query
    }};
}

/// The zones of one page by slug, and one more where there is a next page.
///
/// # Errors
/// Only of the database.
pub async fn list_zones(
    connection: &mut Connection,
    filter: &ZoneFilter,
    conditions: &ZoneConditions,
    page: &PageRequest<String>,
) -> Result<Rows<Zone>> {
    if !conditions.area.is_everywhere() {
        let Rows { rows: ids, total } = list_zones_in_area(connection, filter, conditions, page).await?;
        let mut rows: Vec<Zone> = find_zones_by_id(connection, &ids).await?.into_values().collect();
        rows.sort_by(|one, other| one.slug.cmp(&other.slug));
        return Ok(Rows { rows, total });
    }
    let (rows, total): (Vec<ZoneRow>, _) = on_backend!(connection, |c| {
        // The same conditions for the page and for the total.
        let filtered = || filtered_zones!(zones::table.into_boxed(), filter, conditions);
        let total = match page.count {
            true => Some(filtered().count().get_result(c).await?),
            false => None,
        };
        let mut query = filtered().select(ZoneRow::as_select());
        if let Some(slug) = &page.after {
            query = query.filter(zones::slug.gt(slug));
        }
        (query.order(zones::slug).limit(page.fetch()).load(c).await?, total)
    });
    Ok(Rows { rows: with_agreements(connection, rows).await?, total })
}

/// The fewest rows that are looked at in one go for an area: not all of them meet it.
const LEAST_LOOKED_AT: i64 = 100;
/// As many where all are looked at, to be counted.
const COUNTED: i64 = 1000;

/// The zones of a page that meet an area: the database finds those whose bounds do, and each of them is looked at.
async fn list_zones_in_area(
    connection: &mut Connection,
    filter: &ZoneFilter,
    conditions: &ZoneConditions,
    page: &PageRequest<String>,
) -> Result<Rows<ZoneId>> {
    let full = usize::try_from(page.fetch()).unwrap_or(usize::MAX);
    let looked_at = if page.count { COUNTED } else { LEAST_LOOKED_AT.max(2 * page.fetch()) };
    let (mut rows, mut total) = (Vec::new(), 0);
    // Whoever counts has to begin at the beginning.
    let mut after = page.after.clone().filter(|_| !page.count);
    loop {
        let batch: Vec<BoundsRow> = on_backend!(connection, |c| {
            let mut query = filtered_zones!(zones::table.into_boxed(), filter, conditions);
            if let Some(slug) = &after {
                query = query.filter(zones::slug.gt(slug));
            }
            query.select(BoundsRow::as_select()).order(zones::slug).limit(looked_at).load(c).await?
        });
        let is_last = i64::try_from(batch.len()).unwrap_or(i64::MAX) < looked_at;
        after = batch.last().map(|row| row.slug.clone());
        let outside = list_ids_outside(connection, &batch, &conditions.area).await?;
        for row in batch.iter().filter(|row| !outside.contains(&row.id)) {
            total += 1;
            if rows.len() < full && page.after.as_ref().is_none_or(|after| row.slug > *after) {
                rows.push(row.id);
            }
        }
        if is_last || (rows.len() == full && !page.count) {
            return Ok(Rows { rows, total: page.count.then_some(total) });
        }
    }
}

/// Those that do not meet an area although their bounds do. Only geometries that may are read: most lie all within it.
async fn list_ids_outside(connection: &mut Connection, rows: &[BoundsRow], area: &Area) -> Result<HashSet<ZoneId>> {
    let is_certain = |row: &&BoundsRow| row.bounds().is_some_and(|bounds| area.holds_all_of(bounds));
    let doubtful: Vec<ZoneId> = rows.iter().filter(|row| !is_certain(row)).map(|row| row.id).collect();
    if doubtful.is_empty() {
        return Ok(HashSet::new());
    }
    let geometries: Vec<(ZoneId, Option<Json<Geometry>>)> = on_backend!(connection, |c| {
        zones::table.filter(one_of(zones::id, doubtful.clone())).select((zones::id, zones::geometry)).load(c).await?
    });
    let meets = |geometry: &Option<Json<Geometry>>| geometry.as_ref().is_some_and(|Json(shape)| area.meets(shape));
    Ok(geometries.into_iter().filter(|(_, geometry)| !meets(geometry)).map(|(id, _)| id).collect())
}

/// The zone with this id or slug.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_zone(connection: &mut Connection, key: &Key<Zone>) -> Result<Zone> {
    let row: Option<ZoneRow> = on_backend!(connection, |c| {
        let query = zones::table.select(ZoneRow::as_select()).into_boxed();
        let query = match key {
            Key::Id(id) => query.filter(zones::id.eq(id)),
            Key::Slug(slug) => query.filter(zones::slug.eq(slug)),
        };
        query.first(c).await.optional()?
    });
    let rows = row.into_iter().collect();
    let found = with_agreements(connection, rows).await?.pop();
    found.ok_or_else(|| Error::NotFound { resource: "zone", key: key.to_string() })
}

/// The zones with these ids.
///
/// # Errors
/// Only of the database.
pub async fn find_zones_by_id(connection: &mut Connection, ids: &[ZoneId]) -> Result<HashMap<ZoneId, Zone>> {
    let rows: Vec<ZoneRow> = on_backend!(connection, |c| {
        zones::table.filter(one_of(zones::id, ids.to_vec())).select(ZoneRow::as_select()).load(c).await?
    });
    let found = with_agreements(connection, rows).await?;
    Ok(found.into_iter().map(|zone| (zone.id, zone)).collect())
}

/// The zone with this id or slug, as others name it.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_zone_ref(connection: &mut Connection, key: &Key<Zone>) -> Result<ZoneRef> {
    on_backend!(connection, |c| {
        let query = zones::table.select(ZoneRef::as_select()).into_boxed();
        let query = match key {
            Key::Id(id) => query.filter(zones::id.eq(id)),
            Key::Slug(slug) => query.filter(zones::slug.eq(slug)),
        };
        query.first(c).await.optional()?
    })
    .ok_or_else(|| Error::NotFound { resource: "zone", key: key.to_string() })
}

/// Every zone, by slug.
///
/// # Errors
/// Only of the database.
pub async fn all_zones(connection: &mut Connection) -> Result<Vec<Zone>> {
    let rows: Vec<ZoneRow> =
        on_backend!(connection, |c| zones::table.select(ZoneRow::as_select()).order(zones::slug).load(c).await?);
    with_agreements(connection, rows).await
}

/// The ids of the zones that the query parameter `zone` names, and of the zones that are parts of these.
///
/// # Errors
/// [`Error::InvalidQuery`] for a key that no zone has.
pub async fn find_zone_ids_with_parts(connection: &mut Connection, keys: &[Key<Zone>]) -> Result<Vec<ZoneId>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let (ids, slugs) = split_keys(keys);
    let found = on_backend!(connection, |c| {
        let named = one_of(zones::id, ids.clone()).or(one_of(zones::slug, slugs.clone()));
        zones::table.filter(named).select((zones::id, zones::slug)).load(c).await?
    });
    find_parts(connection, ids_of_keys(found, keys, "zone", "zone")?).await
}

/// These zones, and all that are parts of them.
///
/// # Errors
/// Only of the database.
pub async fn find_parts(connection: &mut Connection, zones: Vec<ZoneId>) -> Result<Vec<ZoneId>> {
    let mut all = zones;
    let mut newest = all.clone();
    while !newest.is_empty() {
        let parts: Vec<ZoneId> = on_backend!(connection, |c| {
            zones::table.filter(one_of(zones::parent_id, newest.clone())).select(zones::id).load(c).await?
        });
        newest = parts.into_iter().filter(|part| !all.contains(part)).collect();
        all.extend(&newest);
    }
    Ok(all)
}

/// The zones with these slugs, as others name them.
///
/// # Errors
/// Only of the database.
pub async fn find_zone_refs(connection: &mut Connection, slugs: &[String]) -> Result<Vec<ZoneRef>> {
    if slugs.is_empty() {
        return Ok(Vec::new());
    }
    on_backend!(connection, |c| {
        Ok(zones::table.filter(one_of(zones::slug, slugs.to_vec())).select(ZoneRef::as_select()).load(c).await?)
    })
}

/// The zones with these ids or slugs, as others name them.
///
/// # Errors
/// Only of the database.
pub async fn find_zone_refs_of_keys(connection: &mut Connection, keys: &[Key<Zone>]) -> Result<Vec<ZoneRef>> {
    let mut found = Vec::with_capacity(keys.len());
    for keys in keys.chunks(1000) {
        let (ids, slugs) = split_keys(keys);
        let more: Vec<ZoneRef> = on_backend!(connection, |c| {
            let named = one_of(zones::id, ids.clone()).or(one_of(zones::slug, slugs.clone()));
            zones::table.filter(named).select(ZoneRef::as_select()).load(c).await?
        });
        found.extend(more);
    }
    Ok(found)
}

/// Adds a zone with its transitions.
///
/// # Errors
/// [`Error::Conflict`] where the slug is taken.
pub async fn create_zone(connection: &mut Connection, zone: &Zone) -> Result<()> {
    let row = ZoneRow::of(zone);
    on_backend!(connection, |c| diesel::insert_into(zones::table).values(&row).execute(c).await)
        .on_unique(|| format!("another zone has the slug `{}`", zone.slug))?;
    transitions::create_transitions(connection, zone).await
}

/// Writes a zone as it is now, with its transitions, and keeps what was there.
///
/// # Errors
/// [`Error::Conflict`] where the slug is taken.
pub async fn update_zone(connection: &mut Connection, zone: &Zone) -> Result<()> {
    history::keep(connection, "zones", "id", &[zone.id], zone.updated_at).await?;
    let row = ZoneRow::of(zone);
    on_backend!(connection, |c| diesel::update(zones::table.find(zone.id)).set(&row).execute(c).await)
        .on_unique(|| format!("another zone has the slug `{}`", zone.slug))?;
    transitions::delete_transitions(connection, zone.id).await?;
    transitions::create_transitions(connection, zone).await
}

/// Deletes a zone with its transitions, and keeps what was there.
///
/// # Errors
/// [`Error::InUse`] where mentions, agreements or other zones refer to it.
pub async fn delete_zone(connection: &mut Connection, id: ZoneId, at: Instant) -> Result<()> {
    history::keep(connection, "zones", "id", &[id], at).await?;
    on_backend!(connection, |c| diesel::delete(zones::table.find(id)).execute(c).await)
        .on_referenced(|| "mentions, agreements or other zones refer to this zone".to_owned())?;
    Ok(())
}

impl ZoneRow {
    fn of(zone: &Zone) -> Self {
        Self {
            id: zone.id,
            slug: zone.slug.clone(),
            name: zone.name.clone(),
            kind: zone.kind,
            status: zone.status,
            country: zone.country.clone(),
            parent_id: zone.parent.as_ref().map(|parent| parent.id),
            description: zone.description.clone(),
            proposed_on: zone.lifecycle.proposed_on,
            agreed_on: zone.lifecycle.agreed_on,
            in_force_on: zone.lifecycle.in_force_on,
            ended_on: zone.lifecycle.ended_on,
            geometry: zone.geometry.clone().map(Json),
            geometry_precision: zone.geometry_precision.clone(),
            geometry_derivation: zone.geometry_derivation.clone(),
            min_lon: zone.bbox.map(|[west, ..]| west),
            min_lat: zone.bbox.map(|[_, south, ..]| south),
            max_lon: zone.bbox.map(|[_, _, east, _]| east),
            max_lat: zone.bbox.map(|[.., north]| north),
            aliases: Json(zone.aliases.clone()),
            terms: Json(zone.terms.clone()),
            wikidata: zone.wikidata.clone(),
            sources: Json(zone.sources.clone()),
            created_at: zone.created_at,
            updated_at: zone.updated_at,
            version: zone.version,
            border_claims: Json(zone.border_claims.iter().map(NewBorderClaim::from).collect()),
        }
    }

    fn bbox(&self) -> Option<[f64; 4]> {
        Some([self.min_lon?, self.min_lat?, self.max_lon?, self.max_lat?])
    }
}

/// Four queries, however many rows: parents, transitions, agreements, parties; and one where there are claims, for who says so.
async fn with_agreements(connection: &mut Connection, rows: Vec<ZoneRow>) -> Result<Vec<Zone>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<ZoneId> = rows.iter().map(|row| row.id).collect();
    let parents: Vec<ZoneId> = rows.iter().filter_map(|row| row.parent_id).collect();
    let parents: Vec<ZoneRef> = on_backend!(connection, |c| {
        zones::table.filter(one_of(zones::id, parents.clone())).select(ZoneRef::as_select()).load(c).await?
    });
    let mut transitions = transitions::list_transitions(connection, &ids, false).await?;
    let links: Vec<(ZoneId, AgreementRef)> = on_backend!(connection, |c| {
        agreement_zones::table
            .inner_join(agreements::table)
            .filter(one_of(agreement_zones::zone_id, ids.clone()))
            .select((agreement_zones::zone_id, AgreementRef::as_select()))
            .order((agreements::signed_on.is_null(), agreements::signed_on, agreements::slug))
            .load(c)
            .await?
    });
    let mut bound: Vec<(ZoneId, Part, ActorRef)> = on_backend!(connection, |c| {
        agreement_zones::table
            .inner_join(agreements::table.inner_join(agreement_parties::table.inner_join(actors::table)))
            .filter(one_of(agreement_zones::zone_id, ids.clone()))
            .select((agreement_zones::zone_id, agreement_parties::part, ActorRef::as_select()))
            .order(actors::slug)
            .load(c)
            .await?
    });
    bound.sort_by_key(|(_, part, _)| *part); // by weight, not by the alphabet of the stored names
    let mut agreements: HashMap<ZoneId, Vec<AgreementRef>> = HashMap::new();
    for (zone, agreement) in links {
        agreements.entry(zone).or_default().push(agreement);
    }
    let mut parties: HashMap<ZoneId, Vec<Party>> = HashMap::new();
    for (zone, part, actor) in bound {
        let party = Party { actor, part };
        let of_zone = parties.entry(zone).or_default();
        if !of_zone.contains(&party) {
            of_zone.push(party);
        }
    }
    let claimed = rows.iter().map(|row| (row.id, row.border_claims.0.as_slice()));
    let mut border_claims = border_claims::read_claims(connection, claimed).await?;
    let zone = |row: ZoneRow| Zone {
        bbox: row.bbox(),
        parent: parents.iter().find(|parent| Some(parent.id) == row.parent_id).cloned(),
        transitions: transitions.remove(&row.id).unwrap_or_default(),
        agreements: agreements.remove(&row.id).unwrap_or_default(),
        parties: parties.remove(&row.id).unwrap_or_default(),
        lifecycle: Lifecycle {
            proposed_on: row.proposed_on,
            agreed_on: row.agreed_on,
            in_force_on: row.in_force_on,
            ended_on: row.ended_on,
        },
        id: row.id,
        slug: row.slug,
        name: row.name,
        kind: row.kind,
        status: row.status,
        country: row.country,
        description: row.description,
        geometry: row.geometry.map(|Json(geometry)| geometry),
        geometry_precision: row.geometry_precision,
        geometry_derivation: row.geometry_derivation,
        border_claims: border_claims.remove(&row.id).unwrap_or_default(),
        aliases: row.aliases.0,
        terms: row.terms.0,
        wikidata: row.wikidata,
        sources: row.sources.0,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
        included: None,
    };
    Ok(rows.into_iter().map(zone).collect())
}
