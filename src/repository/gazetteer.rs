//! Which state of the reference data a gazetteer was compiled from.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Connection;
use crate::error::Result;
use crate::schema::gazetteer_version;

/// The number of changes there were to what the extractor knows.
///
/// # Errors
/// Only of the database.
pub async fn find_gazetteer_version(connection: &mut Connection) -> Result<i64> {
    on_backend!(connection, |c| Ok(gazetteer_version::table.select(gazetteer_version::version).first(c).await?))
}

/// Takes turns with everybody else who writes actors, zones or outlets, until the transaction ends.
///
/// # Errors
/// Only of the database.
pub async fn lock_gazetteer(connection: &mut Connection) -> Result<()> {
    match connection {
        Connection::Postgres(c) => {
            gazetteer_version::table.select(gazetteer_version::id).for_update().first::<i32>(&mut c.shared()).await?;
        }
        // A transaction on SQLite has the only write lock from its start.
        Connection::Sqlite(_) => {}
    }
    Ok(())
}

/// Counts one more change, so that every process compiles its gazetteer anew; and locks as [`lock_gazetteer`] does.
///
/// # Errors
/// Only of the database.
pub async fn count_gazetteer_change(connection: &mut Connection) -> Result<()> {
    on_backend!(connection, |c| {
        diesel::update(gazetteer_version::table)
            .set(gazetteer_version::version.eq(gazetteer_version::version + 1))
            .execute(c)
            .await
    })?;
    Ok(())
}
