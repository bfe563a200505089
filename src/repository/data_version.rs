//! Whether anything was written: one number for the state that the database is in.

use diesel::prelude::*;
use tokio::sync::Mutex;

use self::functions::{pg_current_snapshot, pg_is_in_recovery, text};
use super::{Connection, Database};
use crate::coalesced::Coalesced;
use crate::error::Result;

/// A state that the database was in. While it is the same, nothing was committed in between, by whatever process; what was read
/// under it can be read no other way.
///
/// Of this process only: another counts differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DataVersion(u64);

/// Tells the state that the database is in. Many ask at once where there is much to do, and one question answers all of them.
pub struct DataVersions {
    database: Database,
    last: Coalesced<(Option<State>, DataVersion)>,
    /// That of SQLite, which counts what others have written since it was opened.
    connection: Mutex<Option<Connection>>,
}

/// What changes with each commit.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// SQLite's [`data_version`](https://www.sqlite.org/pragma.html#pragma_data_version).
    Sqlite(i32),
    /// The transactions that are done and those that are not, as PostgreSQL writes them down
    /// ([`pg_snapshot`](https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-INFO-SNAPSHOT)).
    Postgres(String),
}

diesel::table! {
    pragma_data_version (data_version) {
        data_version -> Integer,
    }
}

/// PostgreSQL's own.
mod functions {
    use diesel::sql_types::SqlType;

    /// PostgreSQL's type of that name.
    #[derive(SqlType)]
    pub struct PgSnapshot;

    diesel::define_sql_function! {
        fn pg_current_snapshot() -> PgSnapshot;
    }
    diesel::define_sql_function! {
        fn text(snapshot: PgSnapshot) -> Text;
    }
    diesel::define_sql_function! {
        fn pg_is_in_recovery() -> Bool;
    }
}

impl DataVersions {
    /// Of a database. Connects when it is first asked.
    #[must_use]
    pub fn new(database: &Database) -> Self {
        Self { database: database.clone(), last: Coalesced::default(), connection: Mutex::default() }
    }

    /// The state at some time after this was called; `None` where nobody can tell: a database that does not answer, or a standby of
    /// PostgreSQL, which does not say when what it repeats is done.
    pub async fn current(&self) -> Option<DataVersion> {
        let compare = async |last: Option<(Option<State>, DataVersion)>| {
            let (before, version) = last.unwrap_or((None, DataVersion(0)));
            let state = self.ask().await.unwrap_or_else(|error| {
                tracing::debug!(%error, "nobody can tell whether anything was written");
                None
            });
            // Between two that are not known anything may have happened.
            let is_same = state.is_some() && state == before;
            Ok((state, if is_same { version } else { DataVersion(version.0 + 1) }))
        };
        let (state, version) = self.last.ask(compare).await.ok()?;
        state.map(|_| version)
    }

    async fn ask(&self) -> Result<Option<State>> {
        let mut kept = self.connection.lock().await;
        let mut connection = match kept.take() {
            Some(connection) => connection,
            None => self.database.connect_to_watch().await?,
        };
        match &mut connection {
            Connection::Sqlite(c) => {
                let count = pragma_data_version::table.select(pragma_data_version::data_version);
                let count = c.spawn_blocking(move |c| count.first(c)).await?;
                *kept = Some(connection);
                Ok(Some(State::Sqlite(count)))
            }
            Connection::Postgres(c) => {
                let now = diesel::select((text(pg_current_snapshot()), pg_is_in_recovery()));
                let (snapshot, is_standby): (String, bool) =
                    diesel_async::RunQueryDsl::get_result(now, &mut c.shared()).await?;
                Ok((!is_standby).then_some(State::Postgres(snapshot)))
            }
        }
    }
}
