//! Border claims as they stand in the row of their zone: who says so is an id there, and an actor again when it is read.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Connection, actors, merges};
use crate::error::Result;
use crate::models::{ActorId, ActorRef, BorderClaim, Json, Key, NewBorderClaim, ZoneId, bounds};
use crate::schema::zones;

/// The claims of each of these zones, in the order in which they were written.
///
/// # Errors
/// Only of the database.
pub(super) async fn read_claims(
    connection: &mut Connection,
    claimed: impl Iterator<Item = (ZoneId, &[NewBorderClaim])> + Clone,
) -> Result<HashMap<ZoneId, Vec<BorderClaim>>> {
    let ids = claimed.clone().flat_map(|(_, claims)| claims).filter_map(said_by);
    let tellers = find_tellers(connection, ids.collect()).await?;
    let claim = |claim: &NewBorderClaim| BorderClaim {
        bbox: bounds(&claim.geometry),
        geometry: claim.geometry.clone(),
        geometry_precision: claim.geometry_precision.clone(),
        geometry_derivation: claim.geometry_derivation.clone(),
        said_by: said_by(claim).and_then(|id| tellers.get(&id).cloned()),
        source: claim.source.clone(),
        note: claim.note.clone(),
    };
    Ok(claimed.map(|(zone, claims)| (zone, claims.iter().map(claim).collect())).collect())
}

/// Whether some borders are given by this actor, or by one that was merged into it.
///
/// # Errors
/// Only of the database.
pub async fn are_claimed_by(connection: &mut Connection, actor: ActorId) -> Result<bool> {
    let rows: Vec<(ZoneId, Json<Vec<NewBorderClaim>>)> =
        on_backend!(connection, |c| zones::table.select((zones::id, zones::border_claims)).load(c).await?);
    let claimed = rows.iter().map(|(zone, Json(claims))| (*zone, claims.as_slice()));
    let claims = read_claims(connection, claimed).await?;
    let is_named = |claim: &BorderClaim| claim.said_by.as_ref().is_some_and(|teller| teller.id == actor);
    Ok(claims.values().flatten().any(is_named))
}

fn said_by(claim: &NewBorderClaim) -> Option<ActorId> {
    match claim.said_by {
        Some(Key::Id(id)) => Some(id),
        _ => None,
    }
}

/// The actors with these ids; for who was merged into another, that one; nobody for who is gone.
async fn find_tellers(connection: &mut Connection, mut ids: Vec<ActorId>) -> Result<HashMap<ActorId, ActorRef>> {
    ids.sort_unstable();
    ids.dedup();
    let keys: Vec<Key<_>> = ids.iter().copied().map(Key::Id).collect();
    let found = actors::find_actor_refs_of_keys(connection, &keys).await?;
    let mut tellers: HashMap<ActorId, ActorRef> = found.into_iter().map(|actor| (actor.id, actor)).collect();
    for id in ids {
        if !tellers.contains_key(&id)
            && let Some(successor) = merges::find_successor(connection, &Key::Id(id)).await?
        {
            let successor = actors::find_actor_ref(connection, &Key::Id(successor)).await?;
            tellers.insert(id, successor);
        }
    }
    Ok(tellers)
}
