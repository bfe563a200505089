//! The extractor, with all that the database knows compiled into it.

use std::sync::Arc;

use super::{Services, reference_data};
use crate::blocking;
use crate::coalesced::Coalesced;
use crate::error::{Error, Result};
use crate::extraction::{Extractor, Gazetteer, GazetteerSource, KnownActor, KnownOutlet, KnownRole, KnownZone};
use crate::models::{Actor, Outlet, Role, Zone};
use crate::repository::{actors, gazetteer, outlets, zones};

/// The extractor that was compiled last.
pub(super) type LastExtractor = Arc<Coalesced<CompiledExtractor>>;

/// An extractor, and the state of the reference data that it was compiled from.
#[derive(Clone)]
pub(super) struct CompiledExtractor {
    /// The number of changes there had been to what the extractor knows.
    pub(super) version: i64,
    pub(super) extractor: Arc<Extractor>,
}

/// The number of changes there were to what the extractor knows.
pub(super) async fn find_version(services: &Services) -> Result<i64> {
    gazetteer::find_gazetteer_version(&mut services.database.connect().await?).await
}

/// The extractor that was compiled last, for those who ask in their transaction whether it still knows all; the current one where there
/// is none.
pub(super) async fn last_extractor(services: &Services) -> Result<CompiledExtractor> {
    match services.extractor.last().await {
        Some(last) => Ok(last),
        None => current_extractor(services).await,
    }
}

/// An extractor that knows the actors, zones and outlets as they are now.
///
/// Actors that only the machine has found are left out, so that one article's reading does not depend on which others
/// were read before it.
///
/// # Errors
/// Only of the database.
pub(super) async fn current_extractor(services: &Services) -> Result<CompiledExtractor> {
    let compile_anew = async |last: Option<CompiledExtractor>| {
        let mut connection = services.database.connect().await?;
        let version = gazetteer::find_gazetteer_version(&mut connection).await?;
        if let Some(last) = last.filter(|last| last.version == version) {
            return Ok(last);
        }
        let source = GazetteerSource {
            actors: actors::all_reviewed_actors(&mut connection).await?.iter().map(known_actor).collect(),
            zones: zones::all_zones(&mut connection).await?.iter().map(known_zone).collect(),
            outlets: outlets::all_outlets(&mut connection).await?.iter().map(known_outlet).collect(),
            offices: reference_data::offices()?,
        };
        drop(connection);
        let compile = move || Arc::new(Extractor::new(Gazetteer::new(source)));
        Ok(CompiledExtractor { version, extractor: blocking::run(compile).await.map_err(Error::internal)? })
    };
    services.extractor.ask(compile_anew).await
}

fn known_actor(actor: &Actor) -> KnownActor {
    KnownActor {
        slug: actor.slug.clone(),
        name: actor.name.clone(),
        kind: actor.kind,
        gender: actor.gender,
        country: actor.country.clone(),
        aliases: actor.aliases.clone(),
        demonyms: actor.demonyms.clone(),
        capital: actor.capital.clone(),
        parent: actor.parent.as_ref().map(|parent| parent.slug.clone()),
        roles: actor.roles.iter().map(known_role).collect(),
    }
}

fn known_role(role: &Role) -> KnownRole {
    KnownRole {
        title: role.title.clone(),
        office: role.office.clone(),
        country: role.country.clone(),
        organisation: role.organisation.as_ref().map(|body| body.slug.clone()),
        starts_on: role.starts_on.map(|day| day.0),
        ends_on: role.ends_on.map(|day| day.0),
    }
}

fn known_zone(zone: &Zone) -> KnownZone {
    let lifecycle = zone.lifecycle;
    KnownZone {
        slug: zone.slug.clone(),
        name: zone.name.clone(),
        aliases: zone.aliases.clone(),
        terms: zone.terms.clone(),
        country: zone.country.clone(),
        starts_on: lifecycle.talked_of_from().map(|day| day.0),
        ends_on: lifecycle.talked_of_until().map(|day| day.0),
    }
}

fn known_outlet(outlet: &Outlet) -> KnownOutlet {
    KnownOutlet {
        slug: outlet.slug.clone(),
        name: outlet.name.clone(),
        aliases: outlet.aliases.0.clone(),
        datelines: outlet.datelines.0.clone(),
        domains: outlet.domains.0.clone(),
        marks: outlet.marks.0.clone(),
    }
}
