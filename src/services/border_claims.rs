//! Border claims of zones: what the keys in them stand for.

use super::actors;
use crate::error::Result;
use crate::models::{BorderClaim, NewBorderClaim, bounds, wound_with_note};
use crate::repository::Connection;

/// Claims as they are kept, in the order in which they were written.
///
/// # Errors
/// [`InvalidBody`](crate::error::Error::InvalidBody) for an actor that is not there.
pub(super) async fn border_claims(connection: &mut Connection, new: &[NewBorderClaim]) -> Result<Vec<BorderClaim>> {
    let mut all = Vec::with_capacity(new.len());
    for (index, new) in new.iter().enumerate() {
        let said_by = match &new.said_by {
            Some(key) => Some(actors::reference(connection, key, &format!("/border_claims/{index}/said_by")).await?),
            None => None,
        };
        let (geometry, geometry_derivation) = wound_with_note(new.geometry.clone(), new.geometry_derivation.clone());
        all.push(BorderClaim {
            bbox: bounds(&geometry),
            geometry,
            geometry_precision: new.geometry_precision.clone(),
            geometry_derivation,
            said_by,
            source: new.source.clone(),
            note: new.note.clone(),
        });
    }
    Ok(all)
}
