//! Whether anything was written: one number for the state that the database is in.

use std::sync::atomic::{AtomicU64, Ordering};

use diesel::prelude::*;
use tokio::sync::Mutex;

use self::functions::{pg_current_snapshot, pg_is_in_recovery, text};
use super::{Connection, Database};
use crate::error::Result;

/// A state that the database was in. While it is the same, nothing was committed in between, by whatever process; what was read
/// under it can be read no other way.
///
/// Of this process only: another counts differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DataVersion(u64);

/// Tells the state that the database is in.
///
/// Many ask at once where there is much to do. One question to the database answers all who asked before it was put, and so
/// costs each of them little.
pub struct DataVersions {
    database: Database,
    /// How many have asked.
    asked: AtomicU64,
    last: Mutex<Last>,
}

/// The last question, and its answer.
struct Last {
    /// How many had asked before it was put: it is the answer to all of them.
    answers: u64,
    state: Option<State>,
    version: DataVersion,
    /// That of SQLite, which counts what others have written since it was opened.
    connection: Option<Connection>,
}

/// What changes with each commit.
#[derive(Debug, PartialEq, Eq)]
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
        let last = Last { answers: 0, state: None, version: DataVersion(0), connection: None };
        Self { database: database.clone(), asked: AtomicU64::new(0), last: Mutex::new(last) }
    }

    /// The state at some time after this was called; `None` where nobody can tell: a database that does not answer, or a standby of
    /// PostgreSQL, which does not say when what it repeats is done.
    pub async fn current(&self) -> Option<DataVersion> {
        let mine = self.asked.fetch_add(1, Ordering::SeqCst);
        let mut last = self.last.lock().await;
        if last.answers <= mine {
            last.answers = self.asked.load(Ordering::SeqCst);
            let state = last.ask(&self.database).await.unwrap_or_else(|error| {
                tracing::debug!(%error, "nobody can tell whether anything was written");
                None
            });
            // Between two that are not known anything may have happened.
            if state.is_none() || state != last.state {
                last.version = DataVersion(last.version.0 + 1);
            }
            last.state = state;
        }
        last.state.is_some().then_some(last.version)
    }
}

impl Last {
    async fn ask(&mut self, database: &Database) -> Result<Option<State>> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => database.connect_to_watch().await?,
        };
        match &mut connection {
            Connection::Sqlite(c) => {
                let count = pragma_data_version::table.select(pragma_data_version::data_version);
                let count = c.spawn_blocking(move |c| count.first(c)).await?;
                self.connection = Some(connection);
                Ok(Some(State::Sqlite(count)))
            }
            Connection::Postgres(c) => {
                let now = diesel::select((text(pg_current_snapshot()), pg_is_in_recovery()));
                let (snapshot, is_standby): (String, bool) = diesel_async::RunQueryDsl::get_result(now, c).await?;
                Ok((!is_standby).then_some(State::Postgres(snapshot)))
            }
        }
    }
}
