//! A whole service on a fresh database, a request away.

use actix_web::body::MessageBody;
use actix_web::http::{Method, StatusCode, header};
use actix_web::test;
use actix_web::web::Bytes;
use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use diesel::{Connection, QueryableByName, RunQueryDsl};
use onrecord::app::{self, AppParts};
use onrecord::models::{ApiKey, ApiKeyId, Author, Instant, IssuedApiKey, KeyText, NewApiKey, Scope, name_of};
use onrecord::openapi::examples::{Examples, StatementExample};
use onrecord::services::{Services, changes, keys, positions, quotes, samples, statements};
use onrecord::settings::{Settings, Sources};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// Where the tests run on PostgreSQL: the URL of a server on which they may create databases.
pub const POSTGRES_VARIABLE: &str = "ONRECORD_TEST_DATABASE";

/// The service on a database of its own, which goes with it.
pub struct TestApp {
    pub services: Services,
    parts: AppParts,
    key: OnceCell<String>,
    database: Option<TestDatabase>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {}", String::from_utf8_lossy(&self.bytes)))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("a header in ASCII"))
    }

    /// The body, after a check of the status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        if self.bytes.is_empty() { Value::Null } else { self.json() }
    }

    /// The problem, after a check of status, media type and code.
    #[track_caller]
    pub fn expect_problem(&self, status: u16, code: &str) -> Value {
        let problem = self.expect(status);
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("/problems/{code}"));
        assert_eq!(problem["request_id"].as_str(), self.header("x-request-id"));
        problem
    }
}

impl TestApp {
    /// A service with the reference data and no articles.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with some settings changed.
    pub async fn start_with(flags: &[(&'static str, &str)]) -> Self {
        let database = TestDatabase::create().await;
        let services = Services::start(database.settings(flags)).await.expect("the service starts");
        let app = Self { database: Some(database), ..Self::on(services) };
        app.key().await; // now, and not where a test holds the only connection
        app
    }

    /// One on a database that the test keeps.
    pub fn on(services: Services) -> Self {
        Self { parts: AppParts::new(services.clone()), services, key: OnceCell::new(), database: None }
    }

    /// The same service with the sample articles in it, and their ids as examples in its document, as `serve --sample` has it.
    pub async fn with_samples(self) -> Self {
        samples::import_samples(&self.services).await.expect("the samples are taken in");
        let newest = quotes::find_newest_quote(&self.services).await.expect("a list").expect("a quote");
        let shared = statements::find_shared_statement(&self.services).await.expect("the database answers");
        let shared = shared.and_then(|(statement, other)| StatementExample::of(&statement, other));
        let position = positions::find_newest_position(&self.services).await.expect("the database answers");
        let examples = Examples::from(&newest).with_statement(shared).with_position(position);
        Self { parts: self.parts.clone().with_examples(&examples), ..self }
    }

    /// The same service, but whoever is on its machine writes without a key.
    pub fn with_open_writing(self) -> Self {
        Self { parts: self.parts.clone().with_open_writing(), ..self }
    }

    /// A key that may do everything; requests come with it unless they say otherwise.
    pub async fn key(&self) -> &str {
        self.key.get_or_init(async || self.new_key(Scope::Admin).await.text).await
    }

    /// A new key.
    pub async fn new_key(&self, scope: Scope) -> IssuedApiKey {
        let new = NewApiKey { name: format!("a test with {}", name_of(&scope)), scope, expires_in_days: None };
        keys::create_key(&self.services, new, &Author::command_line()).await.expect("a key")
    }

    /// The text of a key that has expired a moment ago.
    pub async fn expired_key(&self) -> String {
        let text = KeyText::generate().expect("randomness");
        let key = ApiKey {
            prefix: text.prefix().to_owned(),
            id: ApiKeyId::generate(),
            expires_at: Some(Instant::now()),
            ..self.new_key(Scope::Admin).await.key
        };
        let mut connection = self.services.database.connect().await.expect("a connection");
        onrecord::repository::keys::create_key(&mut connection, &key, &text.hash()).await.expect("a key");
        text.reveal().to_owned()
    }

    /// The text of a key that was revoked.
    pub async fn revoked_key(&self) -> String {
        let issued = self.new_key(Scope::Admin).await;
        keys::revoke_key(&self.services, issued.key.id, &Author::command_line()).await.expect("it is there");
        issued.text
    }

    /// The database beside the service, for what no request shows.
    pub fn database(&self) -> &TestDatabase {
        self.database.as_ref().expect("a database that goes with the app")
    }

    /// Sends a request with a body of some media type.
    pub async fn send(&self, method: Method, path: &str, media_type: &str, body: impl Into<Vec<u8>>) -> Answer {
        let content_type = [("content-type", media_type)];
        let headers = if media_type.is_empty() { &[][..] } else { &content_type[..] };
        self.send_with(method, path, headers, body).await
    }

    /// Sends a request with these headers, and the key that may do everything where they hold none.
    pub async fn send_with(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Answer {
        let has_key = headers.iter().any(|(name, _)| ["authorization", "x-api-key"].contains(name));
        let bearer = if has_key { String::new() } else { format!("Bearer {}", self.key().await) };
        let own = if has_key { None } else { Some(("authorization", bearer.as_str())) };
        let headers: Vec<(&str, &str)> = headers.iter().copied().chain(own).collect();
        self.send_from(None, method, path, &headers, body).await
    }

    /// Sends a request with these headers alone, over a connection from this address.
    pub async fn send_from(
        &self,
        address: Option<&str>,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Answer {
        let app = test::init_service(app::build(&self.parts)).await;
        let mut request = test::TestRequest::default().method(method).uri(path).set_payload(body.into());
        for header in headers {
            request = request.append_header(*header);
        }
        if let Some(address) = address {
            request = request.peer_addr(address.parse().expect("an address with a port"));
        }
        let response = match test::try_call_service(&app, request.to_request()).await {
            Ok(response) => response.into_parts().1.map_into_boxed_body(),
            // As the server does where the request is gone: it has run out of time.
            Err(error) => error.error_response(),
        };
        let status = response.status();
        let headers = response.headers().clone();
        let is_stream = headers.get("content-type").is_some_and(|value| value == "text/event-stream");
        let bytes = match is_stream {
            // It has no end.
            true => first_piece(response.into_body()).await,
            false => actix_web::body::to_bytes(response.into_body()).await.expect("the whole body"),
        };
        let bytes = bytes.to_vec();
        Answer { status, headers, bytes }
    }

    /// Reads with these headers.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send_with(Method::GET, path, headers, "").await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, "", "").await
    }

    /// Deletes what stands there now.
    pub async fn delete(&self, path: &str) -> Answer {
        self.change(Method::DELETE, path, &[], String::new()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, "application/json", body.to_string()).await
    }

    /// Changes what stands there now.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        let media_type = ("content-type", "application/merge-patch+json");
        self.change(Method::PATCH, path, &[media_type], body.to_string()).await
    }

    /// Changes what is in the state that this value of `If-Match` names.
    pub async fn patch_if(&self, if_match: &str, path: &str, body: Value) -> Answer {
        let headers = [("content-type", "application/merge-patch+json"), ("if-match", if_match)];
        self.send_with(Method::PATCH, path, &headers, body.to_string()).await
    }

    /// Sends a change with the tag of what stands there now, as a client does that has read it.
    pub async fn change(&self, method: Method, path: &str, headers: &[(&str, &str)], body: String) -> Answer {
        let read = self.get(path.split('?').next().unwrap_or(path)).await;
        let tag = read.header("etag").map(|tag| ("if-match", tag));
        let headers: Vec<(&str, &str)> = headers.iter().copied().chain(tag).collect();
        self.send_with(method, path, &headers, body).await
    }

    /// Posts a raw text; the article that came of it.
    pub async fn post_text(&self, text: &str) -> Value {
        self.send(Method::POST, "/v1/articles", "text/plain", text).await.expect(201)
    }

    /// All rows of a list, page by page.
    pub async fn all_pages(&self, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path_of_page) = next {
            let page = self.get(&path_of_page).await.expect(200);
            rows.extend(page["data"].as_array().expect("rows").iter().cloned());
            let separator = if path.contains('?') { '&' } else { '?' };
            next = page["next_cursor"].as_str().map(|cursor| format!("{path}{separator}cursor={cursor}"));
        }
        rows
    }
}

async fn first_piece(body: impl MessageBody) -> Bytes {
    let mut body = std::pin::pin!(body);
    match std::future::poll_fn(|context| body.as_mut().poll_next(context)).await {
        Some(Ok(bytes)) => bytes,
        _ => panic!("the stream has nothing to begin with"),
    }
}

/// A database that nobody else uses.
pub struct TestDatabase {
    pub url: String,
    kind: Kind,
}

enum Kind {
    Sqlite { _folder: TempDir },
    Postgres { server: String, name: String },
}

/// Migrated and filled once a test run; every test gets a copy.
static TEMPLATE: OnceCell<TestDatabase> = OnceCell::const_new();

impl TestDatabase {
    /// One with the schema and the reference data.
    pub async fn create() -> Self {
        let template = TEMPLATE
            .get_or_init(async || {
                let template = Self::create_empty().await;
                drop(Services::start(template.settings(&[])).await.expect("the service starts"));
                template
            })
            .await;
        match &template.kind {
            Kind::Sqlite { _folder } => {
                let copy = Self::create_empty().await;
                std::fs::copy(template.path(), copy.path()).expect("the database is copied");
                copy
            }
            Kind::Postgres { server, name } => Self::create_in_postgres(server, &format!("TEMPLATE {name}")).await,
        }
    }

    /// One without any table.
    pub async fn create_empty() -> Self {
        match std::env::var(POSTGRES_VARIABLE) {
            Ok(server) => Self::create_in_postgres(&server, "").await,
            Err(_) => Self::create_file(),
        }
    }

    /// One on SQLite with the reference data, wherever the others are.
    pub async fn create_on_sqlite() -> Self {
        let database = Self::create_file();
        drop(Services::start(database.settings(&[])).await.expect("the service starts"));
        database
    }

    fn create_file() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the database");
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        Self { url, kind: Kind::Sqlite { _folder: folder } }
    }

    async fn create_in_postgres(server: &str, how: &str) -> Self {
        let name = format!("onrecord_test_{}", uuid::Uuid::now_v7().simple());
        execute(server, &format!("CREATE DATABASE {name} {how}")).await;
        let (address, _) =
            server.split_once("://").and_then(|(_, rest)| rest.split_once('/')).expect("a database name");
        let parameters = server.split_once('?').map_or("", |(_, parameters)| parameters);
        let url = format!("postgres://{address}/{name}?{parameters}");
        Self { url, kind: Kind::Postgres { server: server.to_owned(), name } }
    }

    /// The file of a SQLite database.
    fn path(&self) -> &str {
        self.url.strip_prefix("sqlite://").expect("a file")
    }

    /// Runs statements that no application code has, beside the service.
    pub async fn execute(&self, statements: &str) {
        match &self.kind {
            Kind::Postgres { .. } => execute(&self.url, statements).await,
            Kind::Sqlite { .. } => {
                let (path, statements) = (self.path().to_owned(), statements.to_owned());
                // The service may be writing, that a key was used, say; and it needs this thread to come to an end with it.
                let run = move || {
                    let mut connection = SqliteConnection::establish(&path).expect("SQLite opens the file");
                    connection.batch_execute("PRAGMA busy_timeout = 10000").expect("SQLite waits");
                    connection.batch_execute(&statements).expect("the statements run");
                };
                tokio::task::spawn_blocking(run).await.expect("they do not panic");
            }
        }
    }

    /// What a query answers that has one column, `line`.
    pub async fn lines(&self, query: &str) -> Vec<String> {
        if let Kind::Sqlite { .. } = &self.kind {
            let mut connection = SqliteConnection::establish(self.path()).expect("SQLite opens the file");
            let lines: Vec<Line> = diesel::sql_query(query).load(&mut connection).expect("the query runs");
            return lines.into_iter().map(|Line { line }| line).collect();
        }
        let (client, connection) =
            tokio_postgres::connect(&self.url, tokio_postgres::NoTls).await.expect("PostgreSQL answers");
        let connection = tokio::spawn(connection);
        let rows = client.query(query, &[]).await.expect("the query runs");
        drop(client);
        connection.await.expect("the connection ends").expect("in peace");
        rows.iter().map(|row| row.get("line")).collect()
    }

    /// Where files wait to be imported.
    fn imports_folder(&self) -> std::path::PathBuf {
        match &self.kind {
            Kind::Sqlite { _folder } => _folder.path().join("imports"),
            Kind::Postgres { name, .. } => std::env::temp_dir().join(format!("{name}-imports")),
        }
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.kind, Kind::Postgres { .. })
    }

    pub fn settings(&self, flags: &[(&'static str, &str)]) -> Settings {
        let mut all = vec![("database.url", self.url.clone()), ("database.max_connections", "4".to_owned())];
        all.push(("imports.folder", self.imports_folder().display().to_string()));
        all.extend(flags.iter().map(|(key, value)| (*key, (*value).to_owned())));
        Settings::load(&Sources { flags: all, ..Sources::default() }).expect("the settings hold")
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Kind::Postgres { server, name } = &self.kind {
            drop(std::fs::remove_dir_all(self.imports_folder()));
            let (server, drop) = (server.clone(), format!("DROP DATABASE {name} WITH (FORCE)"));
            let dropped = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.expect("a runtime").block_on(execute(&server, &drop));
            });
            dropped.join().expect("the database is dropped");
        }
    }
}

/// Runs a statement that no application code has.
pub async fn execute(postgres: &str, statement: &str) {
    let (client, connection) =
        tokio_postgres::connect(postgres, tokio_postgres::NoTls).await.expect("PostgreSQL answers");
    let connection = tokio::spawn(connection);
    client.batch_execute(statement).await.expect("the statement runs");
    drop(client);
    connection.await.expect("the connection ends").expect("in peace");
}

/// A service that listens on a port, for what only shows on the wire.
pub struct RunningServer {
    pub address: std::net::SocketAddr,
    handle: actix_web::dev::ServerHandle,
    follower: actix_web::rt::task::JoinHandle<()>,
}

impl RunningServer {
    pub async fn start(services: Services) -> Self {
        let follower = actix_web::rt::spawn(changes::follow_changes(services.clone()));
        let parts = AppParts::new(services);
        let server = actix_web::HttpServer::new(move || app::build(&parts)).workers(1).disable_signals();
        let server = server.bind("127.0.0.1:0").expect("a free port");
        let address = server.addrs()[0];
        let server = server.run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { address, handle, follower }
    }

    /// Sends these bytes and reads until the head and the body that it announces are there.
    pub async fn exchange(&self, request: &str) -> Answer {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut stream = tokio::net::TcpStream::connect(self.address).await.expect("the server listens");
        stream.write_all(request.as_bytes()).await.expect("the request is sent");
        let mut bytes = Vec::new();
        loop {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let mut lines = head.lines();
                let status = lines.next().expect("a status line").split(' ').nth(1).expect("a status");
                let mut headers = header::HeaderMap::new();
                for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
                    headers.append(name.parse().expect("a name"), value.parse().expect("a value"));
                }
                let length =
                    headers.get("content-length").map_or(0, |length| length.to_str().unwrap().parse().unwrap());
                if body.len() >= length {
                    return Answer { status: status.parse().expect("a status"), headers, bytes: body.into() };
                }
            }
            let mut buffer = [0; 4096];
            match stream.read(&mut buffer).await.expect("the answer arrives") {
                0 => panic!("the connection ended: {text}"),
                count => bytes.extend_from_slice(&buffer[..count]),
            }
        }
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.follower.abort();
        drop(self.handle.stop(false));
    }
}
