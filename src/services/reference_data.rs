//! The reference data that ships with the program: `data/`, embedded.
//!
//! Each TOML file holds what the API takes: an `[[actor]]` is a [`NewActor`], a `[[zone]]` a [`NewZone`] whose geometry
//! stands in a GeoJSON file of its own.

use rust_embed::RustEmbed;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::transitions::Evidence;
use super::{Services, actors, agreements, outlets, zones};
use crate::error::{Error, Result};
use crate::extraction::{Extractor, Gazetteer, GazetteerSource, KnownActor, KnownOutlet, KnownZone, Office};
use crate::models::{
    AgreementId, Author, ChangeKind, Edit, Instant, Json, Key, NewActor, NewAgreement, NewChange, NewOutlet, NewZone,
};
use crate::repository::{Connection, changes, gazetteer, instances};

#[derive(RustEmbed)]
#[folder = "data/"]
struct Data;

/// Fills a new database with the reference data; one that ever held any is left as it is.
///
/// # Errors
/// Data that breaks a rule, and what the database does.
pub async fn load_reference_data(services: &Services) -> Result<()> {
    services
        .database
        .transaction(async |c| {
            // Of two processes that start on one new database, the second waits here for the first.
            gazetteer::lock_gazetteer(c).await?;
            if gazetteer::find_gazetteer_version(c).await? == 0 { load_into(c).await } else { Ok(()) }
        })
        .await
}

/// Takes the reference data away where there is nothing else and nobody has changed it, so that what comes from another instance
/// keeps its ids. Where there is anything else, nothing happens.
pub(super) async fn make_room_for_instance(connection: &mut Connection, edit: &Edit) -> Result<()> {
    gazetteer::count_gazetteer_change(connection).await?;
    if !instances::holds_only_created_by(connection, &Author::program()).await? {
        return Ok(());
    }
    let gone = instances::delete_reference_data(connection).await?;
    let at = Instant::now();
    let change = |(resource, resource_id)| NewChange {
        at,
        resource,
        resource_id,
        version: 1,
        change: ChangeKind::Purged,
        author: Json(edit.author.clone()),
        reason: edit.reason.clone(),
        before: None,
        gone: true,
    };
    let rows: Vec<NewChange> = gone.into_iter().map(change).collect();
    changes::create_changes(connection, &rows).await
}

async fn load_into(connection: &mut Connection) -> Result<()> {
    let author = Author::program();
    for outlet in rows::<NewOutlet>("outlets.toml", "outlet")? {
        outlets::create_outlet_in(connection, outlet, &author).await?;
    }
    for actor in in_order_of_reference(actor_rows()?)? {
        actors::create_actor_in(connection, actor, &author).await?;
    }
    // Zones and agreements name each other: who comes first knows the other by its id.
    let agreements: Vec<(AgreementId, NewAgreement)> = rows::<NewAgreement>("agreements.toml", "agreement")?
        .into_iter()
        .map(|agreement| (AgreementId::generate(), agreement))
        .collect();
    let id_of =
        |slug: &str| agreements.iter().find(|(_, other)| other.slug.as_deref() == Some(slug)).map(|(id, _)| *id);
    for mut zone in zone_rows()? {
        for transition in &mut zone.transitions {
            if let Some(Key::Slug(slug)) = &transition.agreement {
                let id = id_of(slug).ok_or_else(|| Error::internal(format!("data/ has no agreement `{slug}`")))?;
                transition.agreement = Some(Key::Id(id));
            }
        }
        zones::create_zone_with(connection, zone, Evidence::MayCome, &author).await?;
    }
    for (id, agreement) in agreements {
        agreements::create_agreement_with(connection, id, agreement, &author).await?;
    }
    Ok(())
}

/// An extractor that knows the reference data, for work without a database.
///
/// # Errors
/// Data that cannot be read.
pub fn embedded_extractor() -> Result<Extractor> {
    let mut actors: Vec<KnownActor> = Vec::new();
    for file in actor_files() {
        actors.extend(rows(&file, "actor")?);
    }
    let zone = |zone: NewZone| {
        let lifecycle = zone.lifecycle();
        KnownZone {
            slug: zone.slug.unwrap_or_default(),
            name: zone.name,
            aliases: zone.aliases,
            terms: zone.terms,
            country: zone.country,
            starts_on: lifecycle.talked_of_from().map(|day| day.0),
            ends_on: lifecycle.talked_of_until().map(|day| day.0),
        }
    };
    let source = GazetteerSource {
        actors,
        zones: zone_rows()?.into_iter().map(zone).collect(),
        outlets: rows::<KnownOutlet>("outlets.toml", "outlet")?,
        offices: offices()?,
    };
    Ok(Extractor::new(Gazetteer::new(source)))
}

/// The kinds of office, with the nouns that name whoever holds one.
///
/// # Errors
/// Data that cannot be read.
pub fn offices() -> Result<Vec<Office>> {
    rows("lexicon/offices.toml", "office")
}

/// A file under `data/`.
pub(super) fn file(path: &str) -> Result<String> {
    let file = Data::get(path).ok_or_else(|| Error::internal(format!("data/{path} is not embedded")))?;
    String::from_utf8(file.data.into_owned()).map_err(Error::internal)
}

/// The rows `[[name]]` of a TOML file under `data/`.
pub(super) fn rows<T: DeserializeOwned>(path: &str, name: &str) -> Result<Vec<T>> {
    values(path, name)?.into_iter().map(|row| read(path, row)).collect()
}

fn values(path: &str, name: &str) -> Result<Vec<Value>> {
    let mut table: Value =
        toml::from_str(&file(path)?).map_err(|error| Error::internal(format!("data/{path}: {error}")))?;
    match table.get_mut(name).map(Value::take) {
        Some(Value::Array(rows)) => Ok(rows),
        _ => Err(Error::internal(format!("data/{path} has no [[{name}]]"))),
    }
}

fn read<T: DeserializeOwned>(path: &str, row: Value) -> Result<T> {
    let name = row.get("slug").or_else(|| row.get("key")).cloned().unwrap_or_default();
    serde_path_to_error::deserialize(row).map_err(|error| Error::internal(format!("data/{path}: {name}: {error}")))
}

fn actor_files() -> Vec<String> {
    let mut files: Vec<String> =
        Data::iter().filter(|path| path.starts_with("actors/")).map(|path| path.into()).collect();
    files.sort();
    files
}

fn actor_rows() -> Result<Vec<NewActor>> {
    let mut actors = Vec::new();
    for file in actor_files() {
        actors.extend(rows::<NewActor>(&file, "actor")?);
    }
    Ok(actors)
}

fn zone_rows() -> Result<Vec<NewZone>> {
    let with_geometry = |mut row: Value| {
        if let Some(path) = row.get("geometry").and_then(Value::as_str) {
            let feature: Value = serde_json::from_str(&file(path)?).map_err(Error::internal)?;
            row["geometry"] = feature["geometry"].clone();
        }
        read("zones.toml", row)
    };
    values("zones.toml", "zone")?.into_iter().map(with_geometry).collect()
}

/// Those that others refer to first.
fn in_order_of_reference(actors: Vec<NewActor>) -> Result<Vec<NewActor>> {
    let mut ordered: Vec<NewActor> = Vec::with_capacity(actors.len());
    let mut waiting = actors;
    while !waiting.is_empty() {
        let slugs: Vec<String> = waiting.iter().filter_map(|actor| actor.slug.clone()).collect();
        let is_waiting = |key: &Key<_>| matches!(key, Key::Slug(slug) if slugs.contains(slug));
        let (blocked, ready): (Vec<NewActor>, Vec<NewActor>) = waiting.into_iter().partition(|actor| {
            let organisations = actor.roles.iter().filter_map(|role| role.organisation.as_ref());
            actor.parent.iter().chain(organisations).any(is_waiting)
        });
        if ready.is_empty() {
            return Err(Error::internal(format!("actors refer to each other in a circle: {}", slugs.join(", "))));
        }
        ordered.extend(ready);
        waiting = blocked;
    }
    Ok(ordered)
}
