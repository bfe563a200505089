//! Brings a database to the schema that this version needs.

use diesel::Connection as _;
use diesel::sqlite::SqliteConnection;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::as_of;
use super::postgres::connect;
use crate::error::{Error, Result};
use crate::settings::DatabaseSettings;

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Runs the migrations that the database has not had yet.
///
/// # Errors
/// A database that cannot be reached or migrated.
pub async fn migrate(settings: &DatabaseSettings) -> Result<()> {
    apply(settings, Direction::Up).await
}

/// Takes all migrations back, and with them all data.
///
/// # Errors
/// A database that cannot be reached or migrated.
pub async fn revert_all(settings: &DatabaseSettings) -> Result<()> {
    apply(settings, Direction::Down).await
}

#[derive(Clone, Copy)]
enum Direction {
    Up,
    Down,
}

// On a thread of its own: the migration harness is synchronous, and diesel-async's own one panics on the single-threaded
// runtime that actix gives each worker.
async fn apply(settings: &DatabaseSettings, direction: Direction) -> Result<()> {
    let url = settings.url.clone();
    let busy_timeout = settings.sqlite_busy_timeout_ms;
    tokio::task::spawn_blocking(move || {
        if let Some(path) = url.strip_prefix("sqlite://") {
            let mut connection = SqliteConnection::establish(path).map_err(Error::internal)?;
            let busy_timeout = format!("PRAGMA busy_timeout = {busy_timeout};");
            diesel::connection::SimpleConnection::batch_execute(&mut connection, &busy_timeout)?;
            // Two processes that start at once take turns: the second finds nothing left to do.
            connection.exclusive_transaction(|connection| run(connection, SQLITE, direction))
        } else {
            let connection = tokio::runtime::Handle::current().block_on(connect(&url));
            let mut connection: AsyncConnectionWrapper<AsyncPgConnection> = connection.map_err(Error::internal)?.into();
            // The same here; the lock goes with the connection.
            diesel::connection::SimpleConnection::batch_execute(&mut connection, "SELECT pg_advisory_lock(7311967)")?;
            let is_done = matches!(direction, Direction::Up)
                && !connection.has_pending_migration(POSTGRES).map_err(Error::internal)?;
            if !is_done {
                // Tables do not change under their views.
                as_of::drop_views(&mut connection)?;
            }
            run(&mut connection, POSTGRES, direction)?;
            match direction {
                Direction::Up => Ok(as_of::create_views(&mut connection)?),
                Direction::Down => Ok(()),
            }
        }
    })
    .await
    .map_err(Error::internal)?
}

fn run<DB: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<DB>,
    migrations: EmbeddedMigrations,
    direction: Direction,
) -> Result<()> {
    match direction {
        Direction::Up => connection.run_pending_migrations(migrations).map(drop),
        Direction::Down => connection.revert_all_migrations(migrations).map(drop),
    }
    .map_err(Error::internal)
}
