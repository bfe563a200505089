//! Connections to PostgreSQL.

use std::sync::Arc;

use diesel::ConnectionError;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};

use crate::error::{Error, Result};
use crate::settings::DatabaseSettings;

/// A connection to PostgreSQL, of a pool: one at a time has it, who may put several questions at once.
///
/// They go to the server together and are answered one after the other, so that nobody waits there and back for each
/// ([pipelining](https://www.postgresql.org/docs/15/libpq-pipeline-mode.html)).
pub struct PostgresConnection(Arc<Object<AsyncPgConnection>>);

impl PostgresConnection {
    pub(super) fn new(connection: Object<AsyncPgConnection>) -> Self {
        Self(Arc::new(connection))
    }

    /// To put a question by, beside others.
    pub(super) fn shared(&self) -> &AsyncPgConnection {
        &self.0
    }

    /// The same connection, for another question at the same time. It must not outlive that.
    pub(super) fn fork(&self) -> Self {
        Self(Arc::clone(&self.0))
    }

    /// To begin and end a transaction by.
    ///
    /// # Errors
    /// Of the program: a question is being asked.
    pub fn exclusive(&mut self) -> Result<&mut AsyncPgConnection> {
        match Arc::get_mut(&mut self.0) {
            Some(connection) => Ok(connection),
            None => Err(Error::internal("a question is being asked over the same connection")),
        }
    }

    /// Closes it, instead of giving it back to the pool.
    pub(super) fn close(self) {
        if let Some(connection) = Arc::into_inner(self.0) {
            drop(Object::take(connection));
        }
    }
}

/// A pool of connections that have what the settings say. Connects on first use.
pub(super) fn pool(settings: &DatabaseSettings) -> Result<Pool<AsyncPgConnection>> {
    let mut config = ManagerConfig::default();
    // Whether it is still open the connection knows by itself: no question to the server before each request.
    config.recycling_method = RecyclingMethod::Fast;
    let random_page_cost = settings.postgres_random_page_cost;
    config.custom_setup = Box::new(move |url| {
        Box::pin(async move {
            let mut connection = connect(url).await?;
            set_up(&mut connection, random_page_cost).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
            Ok(connection)
        })
    });
    let manager = AsyncDieselConnectionManager::new_with_config(&settings.url, config);
    Pool::builder(manager).max_size(settings.max_connections).build().map_err(Error::internal)
}

async fn set_up(connection: &mut AsyncPgConnection, random_page_cost: f64) -> diesel::QueryResult<()> {
    // Long texts are packed by LZ4 rather than by PostgreSQL's own method: COPY took 5,000 articles of 4 KB in in 0.23 s and not in
    // 0.58 s, in one hundredth more room. A server that was built without it stays with its own.
    if let Err(error) = connection.batch_execute("SET default_toast_compression = lz4").await {
        tracing::debug!(%error, "long texts are not packed by LZ4");
    }
    if random_page_cost > 0.0 {
        connection.batch_execute(&format!("SET random_page_cost = {random_page_cost}")).await?;
    }
    Ok(())
}

/// TLS by rustls, as the URL's `sslmode` says; certificates are checked against the system's roots.
pub(super) async fn connect(url: &str) -> diesel::ConnectionResult<AsyncPgConnection> {
    let bad = |error: &dyn std::fmt::Display| ConnectionError::BadConnection(error.to_string());
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| bad(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let tls = tokio_postgres_rustls::MakeRustlsConnect::new(tls);
    let (client, connection) = tokio_postgres::connect(url, tls).await.map_err(|error| bad(&error))?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}
