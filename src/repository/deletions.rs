//! What was deleted and can be restored, in the database.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Connection;
use crate::error::{Error, Result};
use crate::models::{Deletion, DeletionFilter, DeletionId, Id};
use crate::pagination::{PageRequest, Rows};
use crate::schema::deletions;

/// The deletions of one page, the newest first, and one more where there is a next page.
///
/// # Errors
/// Only of the database.
pub async fn list_deletions(
    connection: &mut Connection,
    filter: &DeletionFilter,
    page: &PageRequest<DeletionId>,
) -> Result<Rows<Deletion>> {
    on_backend!(connection, |c| {
        // The same conditions for the page and for the total.
        let filtered = || {
            let query = deletions::table.into_boxed();
            match filter.resource.is_empty() {
                true => query,
                false => query.filter(deletions::resource.eq_any(&filter.resource)),
            }
        };
        let total = match page.count {
            true => Some(filtered().count().get_result(c).await?),
            false => None,
        };
        let mut query = filtered().select(Deletion::as_select());
        if let Some(id) = page.after {
            query = query.filter(deletions::id.lt(id));
        }
        Ok(Rows { rows: query.order(deletions::id.desc()).limit(page.fetch()).load(c).await?, total })
    })
}

/// The deletion with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_deletion(connection: &mut Connection, id: DeletionId) -> Result<Deletion> {
    on_backend!(connection, |c| { deletions::table.find(id).select(Deletion::as_select()).first(c).await.optional()? })
        .ok_or_else(|| Error::NotFound { resource: "deletion", key: id.to_string() })
}

/// Writes down what can be restored.
///
/// # Errors
/// Only of the database.
pub async fn create_deletion(connection: &mut Connection, deletion: &Deletion) -> Result<()> {
    on_backend!(connection, |c| diesel::insert_into(deletions::table).values(deletion).execute(c).await)?;
    Ok(())
}

/// Takes a deletion off the list. Of two who want it at the same moment the second finds nothing.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn delete_deletion(connection: &mut Connection, id: DeletionId) -> Result<()> {
    match on_backend!(connection, |c| diesel::delete(deletions::table.find(id)).execute(c).await)? {
        0 => Err(Error::NotFound { resource: "deletion", key: id.to_string() }),
        _ => Ok(()),
    }
}

/// Takes the deletions of these resources off the list.
///
/// # Errors
/// Only of the database.
pub async fn delete_deletions_of(connection: &mut Connection, resources: &[Id<()>]) -> Result<()> {
    let rows = deletions::table.filter(deletions::resource_id.eq_any(resources));
    on_backend!(connection, |c| diesel::delete(rows).execute(c).await)?;
    Ok(())
}
