//! SQLite or PostgreSQL behind one type: connections, transactions.

use std::time::Duration;

use diesel::connection::AnsiTransactionManager;
use diesel::result::Error as DatabaseError;
use diesel::sqlite::SqliteConnection;
use diesel::{ConnectionError, QueryResult};
use diesel_async::pooled_connection::deadpool::{Object, Pool, PoolError};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection, TransactionManager};
use futures_util::future::{BoxFuture, try_join};
use futures_util::{FutureExt, TryFutureExt};

use super::postgres::PostgresConnection;
use super::{as_of, postgres};
use crate::blocking;
use crate::error::{Error, Result};
use crate::models::Instant;
use crate::settings::{DatabaseSettings, Synchronous};

type AsyncSqliteConnection = SyncConnectionWrapper<SqliteConnection, MayBlock>;

/// Where statements on SQLite run: where they hold nobody up.
pub struct MayBlock;

impl SpawnBlocking for MayBlock {
    fn spawn_blocking<'a, R: Send + 'static>(
        &mut self,
        statement: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, std::result::Result<R, Box<dyn std::error::Error + Send + Sync + 'static>>> {
        blocking::run(statement).map_err(Box::from).boxed()
    }

    fn get_runtime() -> Self {
        Self
    }
}

/// One connection to the database in use.
pub enum Connection {
    /// To PostgreSQL.
    Postgres(PostgresConnection),
    /// To SQLite.
    Sqlite(Object<AsyncSqliteConnection>),
}

/// Runs a query on whichever database is in use. The body is type-checked once for each, so SQL that is not portable does
/// not compile.
macro_rules! on_backend {
    ($connection:expr, |$c:ident| $body:expr) => {
        match $connection {
            $crate::repository::Connection::Postgres(c) => match &mut c.shared() {
                $c => $body,
            },
            $crate::repository::Connection::Sqlite($c) => $body,
        }
    };
}

/// Loads all rows of a query that owns its values, on whichever database is in use. On SQLite they are read on the thread that
/// runs the query: diesel-async's own way to load makes a copy of every value first.
macro_rules! load_rows {
    ($connection:expr, $query:expr) => {
        match $connection {
            $crate::repository::Connection::Postgres(c) => {
                diesel_async::RunQueryDsl::load($query, &mut c.shared()).await
            }
            $crate::repository::Connection::Sqlite(c) => {
                let query = $query;
                c.spawn_blocking(move |c| diesel::RunQueryDsl::load(query, c)).await
            }
        }
    };
}

/// Loads the rows of any number of ids: by as many statements as it takes for each to have no more of them than a database lets it.
macro_rules! load_rows_of {
    ($connection:expr, $ids:expr, |$chunk:ident| $query:expr) => {{
        let mut found = Vec::new();
        for chunk in $ids.chunks($crate::repository::mentions::ROWS_A_STATEMENT) {
            let $chunk = chunk.to_vec();
            found.append(&mut load_rows!($connection, $query)?);
        }
        found
    }};
}

/// Adds a `Vec` of rows to a table, on whichever database is in use. A statement for many rows on PostgreSQL; on SQLite, which takes
/// longer to prepare one of many rows than to run as many, a statement a row that stays prepared.
macro_rules! insert_rows {
    ($connection:expr, $table:expr, $rows:expr) => {
        match $connection {
            $crate::repository::Connection::Postgres(c) => {
                for chunk in $rows.chunks($crate::repository::mentions::ROWS_A_STATEMENT) {
                    let rows = diesel::insert_into($table).values(chunk);
                    diesel_async::RunQueryDsl::execute(rows, &mut c.shared()).await?;
                }
            }
            $crate::repository::Connection::Sqlite(c) => {
                let rows = $rows;
                c.spawn_blocking(move |c| {
                    rows.iter().try_for_each(|row| {
                        diesel::RunQueryDsl::execute(diesel::insert_into($table).values(row), c).map(drop)
                    })
                })
                .await?;
            }
        }
    };
}

#[derive(Clone)]
enum Connections {
    Postgres(Pool<AsyncPgConnection>),
    Sqlite(SqliteConnections),
}

/// SQLite takes one writer at a time, and a connection throws its pages away when another one has written. So all that is written
/// goes over the same connection, which keeps them. To wait for it is fair and costs nothing; to wait for SQLite's lock is a poll.
#[derive(Clone)]
struct SqliteConnections {
    readers: Pool<AsyncSqliteConnection>,
    /// One.
    writer: Pool<AsyncSqliteConnection>,
    /// One, of whoever watches whether others write.
    watcher: Pool<AsyncSqliteConnection>,
}

/// The database: a pool of connections, chosen by the URL's scheme.
#[derive(Clone)]
pub struct Database {
    connections: Connections,
    acquire_timeout: Duration,
}

/// What a connection is for.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Read,
    Write,
    Watch,
}

impl Database {
    /// A pool for the database that the settings name. Connects on first use.
    ///
    /// # Errors
    /// A URL that cannot be read.
    pub fn new(settings: &DatabaseSettings) -> Result<Self> {
        let connections = match settings.url.strip_prefix("sqlite://") {
            Some(path) => Connections::Sqlite(SqliteConnections {
                readers: sqlite_pool(path, settings, settings.max_connections, "")?,
                writer: sqlite_pool(path, settings, 1, WRITER_PRAGMAS)?,
                watcher: sqlite_pool(path, settings, 1, "")?,
            }),
            None => Connections::Postgres(postgres::pool(settings)?),
        };
        Ok(Self { connections, acquire_timeout: Duration::from_millis(settings.acquire_timeout_ms) })
    }

    /// A connection from the pool, to read by.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where none is free in time or the database cannot be reached.
    pub async fn connect(&self) -> Result<Connection> {
        self.connect_to(Purpose::Read).await
    }

    /// A connection for [`DataVersions`](super::DataVersions), which on SQLite keeps it.
    pub(super) async fn connect_to_watch(&self) -> Result<Connection> {
        self.connect_to(Purpose::Watch).await
    }

    async fn connect_to(&self, purpose: Purpose) -> Result<Connection> {
        let connection = async {
            Ok(match (&self.connections, purpose) {
                (Connections::Postgres(pool), _) => Connection::Postgres(PostgresConnection::new(pool.get().await?)),
                (Connections::Sqlite(pools), Purpose::Read) => Connection::Sqlite(pools.readers.get().await?),
                (Connections::Sqlite(pools), Purpose::Write) => Connection::Sqlite(pools.writer.get().await?),
                (Connections::Sqlite(pools), Purpose::Watch) => Connection::Sqlite(pools.watcher.get().await?),
            })
        };
        match tokio::time::timeout(self.acquire_timeout, connection).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(unavailable(&error)),
            Err(_) => Err(Error::Unavailable(match (&self.connections, purpose) {
                (Connections::Sqlite(_), Purpose::Write) => "other writes did not finish in time".to_owned(),
                _ => "no database connection was free in time".to_owned(),
            })),
        }
    }

    /// Runs `work` in one transaction: committed where it returns `Ok`, rolled back where it fails or is cancelled.
    ///
    /// # Errors
    /// What `work` returns, and what [`Database::connect`] does.
    pub async fn transaction<T>(&self, work: impl AsyncFnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        let mut transaction = Transaction { connection: Some(self.connect_to(Purpose::Write).await?) };
        let Some(connection) = &mut transaction.connection else { return Err(Error::internal("no connection")) };
        connection.begin().await?;
        let result = work(connection).await;
        match &result {
            Ok(_) => connection.commit().await?,
            Err(_) => connection.rollback().await?,
        }
        transaction.end();
        result
    }

    /// Starts work that asks this database many questions one after the other, as a task that ends for itself. On SQLite it has one
    /// thread from its beginning to its end: to hand each question to another one would take longer than many of them do.
    pub fn spawn<F>(&self, work: impl FnOnce() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        match &self.connections {
            Connections::Postgres(_) => drop(tokio::spawn(work())),
            Connections::Sqlite(_) => drop(blocking::on_one_thread(work)),
        }
    }

    /// Runs `work` on a connection that reads: what was known at `as_of`, or what is true now.
    ///
    /// # Errors
    /// What `work` returns, and what [`Database::connect`] does.
    pub async fn read<T>(
        &self,
        as_of: Option<Instant>,
        work: impl AsyncFnOnce(&mut Connection) -> Result<T>,
    ) -> Result<T> {
        let mut connection = self.connect().await?;
        let Some(instant) = as_of else { return work(&mut connection).await };
        let mut transaction = Transaction { connection: Some(connection) };
        let Some(connection) = &mut transaction.connection else { return Err(Error::internal("no connection")) };
        as_of::begin_reading(connection, instant).await?;
        let result = work(connection).await;
        connection.rollback().await?;
        transaction.end();
        result
    }

    /// Runs `work` on a connection that reads one state of the database, however long it takes and whatever is written
    /// meanwhile: what was known at `as_of`, or what is true when it begins.
    ///
    /// # Errors
    /// What `work` returns, and what [`Database::connect`] does.
    pub async fn read_snapshot<T>(
        &self,
        as_of: Option<Instant>,
        work: impl AsyncFnOnce(&mut Connection) -> Result<T>,
    ) -> Result<T> {
        if as_of.is_some() {
            return self.read(as_of, work).await;
        }
        let mut transaction = Transaction { connection: Some(self.connect().await?) };
        let Some(connection) = &mut transaction.connection else { return Err(Error::internal("no connection")) };
        connection.begin_snapshot().await?;
        let result = work(connection).await;
        connection.rollback().await?;
        transaction.end();
        result
    }
}

/// A connection whose transaction has not ended.
///
/// A client that hangs up drops the work half-way, and this with it. The connection must not go back to the pool then, for
/// it would keep its locks until somebody else happens to take it, or read what was known at another time: it is closed,
/// which rolls back.
struct Transaction {
    connection: Option<Connection>,
}

impl Transaction {
    /// Committed or rolled back: the connection goes back to the pool.
    fn end(mut self) {
        self.connection = None;
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        match self.connection.take() {
            Some(Connection::Postgres(connection)) => connection.close(),
            Some(Connection::Sqlite(connection)) => drop(Object::take(connection)),
            None => {}
        }
    }
}

fn unavailable(error: &PoolError) -> Error {
    tracing::warn!(%error, "no database connection");
    Error::Unavailable("the database cannot be reached".to_owned())
}

impl Connection {
    async fn begin(&mut self) -> Result<()> {
        match self {
            Self::Postgres(c) => Ok(begin(c.exclusive()?).await?),
            // A write transaction takes the lock up front, so that it cannot fail half-way with SQLITE_BUSY.
            Self::Sqlite(c) => {
                let begun = c.spawn_blocking(|c| AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"));
                begun.await.map_err(|error| match error {
                    DatabaseError::DatabaseError(_, info) if info.message() == "database is locked" => {
                        Error::Unavailable("another process did not finish writing in time".to_owned())
                    }
                    error => error.into(),
                })
            }
        }
    }

    async fn commit(&mut self) -> Result<()> {
        match self {
            Self::Postgres(c) => Ok(commit(c.exclusive()?).await?),
            Self::Sqlite(c) => Ok(commit(&mut **c).await?),
        }
    }

    async fn rollback(&mut self) -> Result<()> {
        match self {
            Self::Postgres(c) => Ok(rollback(c.exclusive()?).await?),
            Self::Sqlite(c) => Ok(rollback(&mut **c).await?),
        }
    }

    async fn begin_snapshot(&mut self) -> Result<()> {
        match self {
            Self::Postgres(c) => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                diesel_async::AnsiTransactionManager::begin_transaction_sql(c.exclusive()?, begin).await?;
            }
            // With the write-ahead log, a reader sees the state at its first read until it ends.
            Self::Sqlite(c) => {
                c.spawn_blocking(|c| AnsiTransactionManager::begin_transaction_sql(c, "BEGIN")).await?;
            }
        }
        Ok(())
    }

    /// Does two things that do not depend on each other: PostgreSQL is sent both at once, SQLite one after the other.
    ///
    /// ```ignore
    /// let (article, mentions) = connection
    ///     .both(async |c| articles::find_article(c, id).await, async |c| mentions::list_mentions_of_article(c, id).await)
    ///     .await?;
    /// ```
    ///
    /// # Errors
    /// The first error of either.
    pub async fn both<A, B>(
        &mut self,
        one: impl AsyncFnOnce(&mut Self) -> Result<A>,
        other: impl AsyncFnOnce(&mut Self) -> Result<B>,
    ) -> Result<(A, B)> {
        match self {
            Self::Postgres(c) => {
                let (mut first, mut second) = (Self::Postgres(c.fork()), Self::Postgres(c.fork()));
                // In this order: where one of them breaks the transaction, its error is told, and not that of the one after it.
                try_join(one(&mut first), other(&mut second)).await
            }
            Self::Sqlite(_) => Ok((one(self).await?, other(self).await?)),
        }
    }
}

async fn begin<C: AsyncConnection>(connection: &mut C) -> QueryResult<()> {
    C::TransactionManager::begin_transaction(connection).await
}

async fn commit<C: AsyncConnection>(connection: &mut C) -> QueryResult<()> {
    C::TransactionManager::commit_transaction(connection).await
}

async fn rollback<C: AsyncConnection>(connection: &mut C) -> QueryResult<()> {
    C::TransactionManager::rollback_transaction(connection).await
}

/// Indexes are written here and there: with 16 MiB of pages at hand, most of what a transaction touches need not be read again. And
/// pages that many transactions change go to the file once, not with each.
const WRITER_PRAGMAS: &str = "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 16000;";

fn sqlite_pool(
    path: &str,
    settings: &DatabaseSettings,
    connections: usize,
    more: &str,
) -> Result<Pool<AsyncSqliteConnection>> {
    let synchronous = match settings.sqlite_synchronous {
        Synchronous::Normal => "NORMAL",
        Synchronous::Full => "FULL",
    };
    let pragmas = format!(
        "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; PRAGMA foreign_keys = ON; {more}",
        settings.sqlite_busy_timeout_ms
    );
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |path| {
        let pragmas = pragmas.clone();
        Box::pin(async move {
            let mut connection = AsyncSqliteConnection::establish(path).await?;
            connection.batch_execute(&pragmas).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
            Ok(connection)
        })
    });
    let manager = AsyncDieselConnectionManager::new_with_config(path, config);
    Pool::builder(manager).max_size(connections).build().map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;
    use diesel::sql_types::Bool;

    /// It says so in `.cargo/config.toml`, which a build elsewhere may not read.
    #[test]
    fn the_sqlite_that_is_built_in_keeps_statements_prepared() {
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        let used = diesel::dsl::sql::<Bool>("SELECT sqlite_compileoption_used('ENABLE_QPSG')");
        assert_eq!(used.get_result::<bool>(&mut connection), Ok(true));
    }
}
