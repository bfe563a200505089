//! Agreements with their parties and zones in the database.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::conflict::ConflictMeaning;
use super::one_of::one_of;
use super::{Connection, history};
use crate::error::{Error, Result};
use crate::models::{
    ActorId, ActorRef, Agreement, AgreementId, AgreementRef, Day, Instant, Json, Key, Part, Party, ZoneId, ZoneRef,
};
use crate::pagination::{PageRequest, Rows};
use crate::schema::{actors, agreement_parties, agreement_zones, agreements, zones};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = agreements, treat_none_as_null = true, treat_none_as_default_value = false)]
struct AgreementRow {
    id: AgreementId,
    slug: String,
    name: String,
    signed_on: Option<Day>,
    in_force_on: Option<Day>,
    place: Option<String>,
    url: Option<String>,
    sources: Json<Vec<String>>,
    created_at: Instant,
    updated_at: Instant,
    version: i64,
}

/// The agreements of one page by slug that bind one of `actors` and are about one of `zones` (an empty list means any), and
/// one more where there is a next page.
///
/// # Errors
/// Only of the database.
pub async fn list_agreements(
    connection: &mut Connection,
    actor_ids: &[ActorId],
    zone_ids: &[ZoneId],
    page: &PageRequest<String>,
) -> Result<Rows<Agreement>> {
    let (rows, total): (Vec<AgreementRow>, _) = on_backend!(connection, |c| {
        // The same conditions for the page and for the total.
        let filtered = || {
            let mut query = agreements::table.into_boxed();
            if !actor_ids.is_empty() {
                let bound = agreement_parties::table.filter(one_of(agreement_parties::actor_id, actor_ids.to_vec()));
                query = query.filter(agreements::id.eq_any(bound.select(agreement_parties::agreement_id)));
            }
            if !zone_ids.is_empty() {
                let about = agreement_zones::table.filter(one_of(agreement_zones::zone_id, zone_ids.to_vec()));
                query = query.filter(agreements::id.eq_any(about.select(agreement_zones::agreement_id)));
            }
            query
        };
        let total = match page.count {
            true => Some(filtered().count().get_result(c).await?),
            false => None,
        };
        let mut query = filtered().select(AgreementRow::as_select());
        if let Some(slug) = &page.after {
            query = query.filter(agreements::slug.gt(slug));
        }
        (query.order(agreements::slug).limit(page.fetch()).load(c).await?, total)
    });
    Ok(Rows { rows: with_parties_and_zones(connection, rows).await?, total })
}

/// The agreement with this id or slug.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_agreement(connection: &mut Connection, key: &Key<Agreement>) -> Result<Agreement> {
    let row: Option<AgreementRow> = on_backend!(connection, |c| {
        let query = agreements::table.select(AgreementRow::as_select()).into_boxed();
        let query = match key {
            Key::Id(id) => query.filter(agreements::id.eq(id)),
            Key::Slug(slug) => query.filter(agreements::slug.eq(slug)),
        };
        query.first(c).await.optional()?
    });
    let rows = row.into_iter().collect();
    let found = with_parties_and_zones(connection, rows).await?.pop();
    found.ok_or_else(|| Error::NotFound { resource: "agreement", key: key.to_string() })
}

/// The agreements with these ids.
///
/// # Errors
/// Only of the database.
pub async fn find_agreements_by_id(
    connection: &mut Connection,
    ids: &[AgreementId],
) -> Result<HashMap<AgreementId, Agreement>> {
    let rows: Vec<AgreementRow> = on_backend!(connection, |c| {
        agreements::table.filter(one_of(agreements::id, ids.to_vec())).select(AgreementRow::as_select()).load(c).await?
    });
    let found = with_parties_and_zones(connection, rows).await?;
    Ok(found.into_iter().map(|agreement| (agreement.id, agreement)).collect())
}

/// Adds an agreement with its parties and zones.
///
/// # Errors
/// [`Error::Conflict`] where the slug is taken.
pub async fn create_agreement(connection: &mut Connection, agreement: &Agreement) -> Result<()> {
    let row = AgreementRow::of(agreement);
    on_backend!(connection, |c| diesel::insert_into(agreements::table).values(&row).execute(c).await)
        .on_unique(|| format!("another agreement has the slug `{}`", agreement.slug))?;
    create_parties_and_zones(connection, agreement).await
}

/// Writes an agreement as it is now, with its parties and zones, and keeps what was there.
///
/// # Errors
/// [`Error::Conflict`] where the slug is taken.
pub async fn update_agreement(connection: &mut Connection, agreement: &Agreement) -> Result<()> {
    history::keep(connection, "agreements", "id", &[agreement.id], agreement.updated_at).await?;
    let row = AgreementRow::of(agreement);
    on_backend!(connection, |c| diesel::update(agreements::table.find(agreement.id)).set(&row).execute(c).await)
        .on_unique(|| format!("another agreement has the slug `{}`", agreement.slug))?;
    let parties = agreement_parties::table.filter(agreement_parties::agreement_id.eq(agreement.id));
    on_backend!(connection, |c| diesel::delete(parties).execute(c).await)?;
    let zones = agreement_zones::table.filter(agreement_zones::agreement_id.eq(agreement.id));
    on_backend!(connection, |c| diesel::delete(zones).execute(c).await)?;
    create_parties_and_zones(connection, agreement).await
}

/// The agreement with this id or slug, as others name it.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_agreement_ref(connection: &mut Connection, key: &Key<Agreement>) -> Result<AgreementRef> {
    on_backend!(connection, |c| {
        let query = agreements::table.select(AgreementRef::as_select()).into_boxed();
        let query = match key {
            Key::Id(id) => query.filter(agreements::id.eq(id)),
            Key::Slug(slug) => query.filter(agreements::slug.eq(slug)),
        };
        query.first(c).await.optional()?
    })
    .ok_or_else(|| Error::NotFound { resource: "agreement", key: key.to_string() })
}

/// Deletes an agreement with its parties and its ties to zones, and keeps what was there.
///
/// # Errors
/// Only of the database.
pub async fn delete_agreement(connection: &mut Connection, id: AgreementId, at: Instant) -> Result<()> {
    history::keep(connection, "agreements", "id", &[id], at).await?;
    on_backend!(connection, |c| diesel::delete(agreements::table.find(id)).execute(c).await)?;
    Ok(())
}

impl AgreementRow {
    fn of(agreement: &Agreement) -> Self {
        Self {
            id: agreement.id,
            slug: agreement.slug.clone(),
            name: agreement.name.clone(),
            signed_on: agreement.signed_on,
            in_force_on: agreement.in_force_on,
            place: agreement.place.clone(),
            url: agreement.url.clone(),
            sources: Json(agreement.sources.clone()),
            created_at: agreement.created_at,
            updated_at: agreement.updated_at,
            version: agreement.version,
        }
    }
}

async fn create_parties_and_zones(connection: &mut Connection, agreement: &Agreement) -> Result<()> {
    for party in &agreement.parties {
        let row = (
            agreement_parties::agreement_id.eq(agreement.id),
            agreement_parties::actor_id.eq(party.actor.id),
            agreement_parties::part.eq(party.part),
        );
        on_backend!(connection, |c| {
            diesel::insert_into(agreement_parties::table).values(row).on_conflict_do_nothing().execute(c).await
        })?;
    }
    for zone in &agreement.zones {
        let row = (agreement_zones::agreement_id.eq(agreement.id), agreement_zones::zone_id.eq(zone.id));
        on_backend!(connection, |c| {
            diesel::insert_into(agreement_zones::table).values(row).on_conflict_do_nothing().execute(c).await
        })?;
    }
    Ok(())
}

/// Two queries, however many rows: parties and zones.
async fn with_parties_and_zones(connection: &mut Connection, rows: Vec<AgreementRow>) -> Result<Vec<Agreement>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<AgreementId> = rows.iter().map(|row| row.id).collect();
    let mut bound: Vec<(AgreementId, Part, ActorRef)> = on_backend!(connection, |c| {
        agreement_parties::table
            .inner_join(actors::table)
            .filter(one_of(agreement_parties::agreement_id, ids.clone()))
            .select((agreement_parties::agreement_id, agreement_parties::part, ActorRef::as_select()))
            .order(actors::slug)
            .load(c)
            .await?
    });
    bound.sort_by_key(|(_, part, _)| *part); // by weight, not by the alphabet of the stored names
    let about: Vec<(AgreementId, ZoneRef)> = on_backend!(connection, |c| {
        agreement_zones::table
            .inner_join(zones::table)
            .filter(one_of(agreement_zones::agreement_id, ids.clone()))
            .select((agreement_zones::agreement_id, ZoneRef::as_select()))
            .order(zones::slug)
            .load(c)
            .await?
    });
    let mut parties: HashMap<AgreementId, Vec<Party>> = HashMap::new();
    for (agreement, part, actor) in bound {
        parties.entry(agreement).or_default().push(Party { actor, part });
    }
    let mut zones: HashMap<AgreementId, Vec<ZoneRef>> = HashMap::new();
    for (agreement, zone) in about {
        zones.entry(agreement).or_default().push(zone);
    }
    let agreement = |row: AgreementRow| Agreement {
        parties: parties.remove(&row.id).unwrap_or_default(),
        zones: zones.remove(&row.id).unwrap_or_default(),
        id: row.id,
        slug: row.slug,
        name: row.name,
        signed_on: row.signed_on,
        in_force_on: row.in_force_on,
        place: row.place,
        url: row.url,
        sources: row.sources.0,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
        included: None,
    };
    Ok(rows.into_iter().map(agreement).collect())
}
