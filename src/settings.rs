//! Typed settings, where they come from, and what they must be.
//!
//! Precedence, the later wins: `settings.default.toml` (embedded) → `onrecord.toml` → `ONRECORD__SECTION__KEY`
//! variables → command-line flags. Unknown keys are refused by name, and everything is checked before anything starts.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use config::{Config, File, FileFormat, Source};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

const DEFAULTS: &str = include_str!("settings.default.toml");
const PREFIX: &str = "ONRECORD";

/// All settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How the service listens.
    pub server: ServerSettings,
    /// Who may do what.
    pub access: AccessSettings,
    /// How much one client may ask for.
    pub limits: LimitSettings,
    /// Which web pages may call the API.
    pub cors: CorsSettings,
    /// Where the data lives.
    pub database: DatabaseSettings,
    /// How lists are paged.
    pub lists: ListSettings,
    /// What is counted at most.
    pub statistics: StatisticsSettings,
    /// What articles may be like.
    pub ingest: IngestSettings,
    /// How changes are told as they come.
    pub changes: ChangeSettings,
    /// How receivers are told of changes.
    pub webhooks: WebhookSettings,
    /// What is taken in in bulk.
    pub imports: ImportSettings,
    /// What is handed out in bulk.
    pub exports: ExportSettings,
    /// Where the search index lies.
    pub search: SearchSettings,
    /// How repeated requests are known.
    pub idempotency: IdempotencySettings,
    /// What is logged, and how.
    pub log: LogSettings,
}

/// How the service listens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    /// Address and port.
    pub bind: SocketAddr,
    /// Worker threads; 0 means one for each core.
    pub workers: usize,
    /// Seconds that requests in flight get to finish.
    pub shutdown_timeout: u64,
    /// Largest body of a request, in bytes.
    pub max_body_bytes: usize,
    /// Longest address of a request, in bytes.
    pub max_uri_bytes: usize,
    /// Requests answered at one time.
    pub max_in_flight: usize,
    /// Bytes of bodies being taken in at one time.
    pub max_body_bytes_in_flight: usize,
    /// Milliseconds that an answer may take.
    pub request_timeout_ms: u64,
    /// Milliseconds that head and body of a request may each take to arrive.
    pub client_timeout_ms: u64,
    /// Answers below this size are not compressed.
    pub compression_min_bytes: usize,
    /// Bytes of answers kept for who asks the same while nothing is written; 0 keeps none.
    pub max_kept_bytes: usize,
    /// Seconds for which browsers keep to HTTPS; 0 says nothing of it.
    pub hsts_max_age: u64,
    /// Who may say in whose name a request comes.
    pub trusted_proxies: Networks,
    /// Where they say it.
    pub forwarded_header: ForwardedHeader,
    /// Where clients reach the service; empty where each request says it.
    pub public_url: String,
}

/// The header in which a proxy names the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl ForwardedHeader {
    /// Its name in a request.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }
}

/// Networks of addresses, written with commas between them.
///
/// ```
/// use onrecord::settings::Networks;
///
/// let networks: Networks = "127.0.0.1, 10.0.0.0/8".parse()?;
/// assert!(networks.contains("10.1.2.3".parse()?) && !networks.contains("11.1.2.3".parse()?));
/// assert!(!networks.contains("127.0.0.2".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Whether an address is in one of them.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl std::fmt::Display for Networks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let networks: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&networks.join(", "))
    }
}

/// A text that is neither an address nor a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither an address (10.0.0.1) nor a network (10.0.0.0/8)")]
pub struct NotANetwork(String);

impl std::str::FromStr for Networks {
    type Err = NotANetwork;
    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        let network = |word: &str| {
            let network = word.parse().or_else(|_| word.parse().map(|address: IpAddr| address.into()));
            network.map_err(|_| NotANetwork(word.to_owned()))
        };
        words.map(network).collect::<Result<_, _>>().map(Self)
    }
}

impl Serialize for Networks {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Networks {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Which web pages may call the API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorsSettings {
    /// Their origins, or `*`.
    #[serde(deserialize_with = "list_or_text")]
    pub allowed_origins: Vec<String>,
}

/// A list, or a text with commas between the items, as an environment variable gives it.
fn list_or_text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum ListOrText {
        List(Vec<String>),
        Text(String),
    }
    Ok(match ListOrText::deserialize(deserializer)? {
        ListOrText::List(items) => items,
        ListOrText::Text(text) => {
            text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
        }
    })
}

/// Who may do what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessSettings {
    /// Whether reading needs no key.
    pub public_read: bool,
}

/// How much one client may ask for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitSettings {
    /// Requests a minute with one API key; 0 means no limit.
    pub requests_per_minute_per_key: u32,
    /// Requests a minute from one address without a key; 0 means no limit.
    pub requests_per_minute_per_address: u32,
    /// Keys, and addresses, counted at the same time.
    pub max_clients: usize,
}

/// Where the data lives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// `sqlite://…` or `postgres://…`.
    pub url: String,
    /// Connections kept at most.
    pub max_connections: usize,
    /// Milliseconds to wait for a free connection.
    pub acquire_timeout_ms: u64,
    /// Milliseconds that a SQLite writer waits for another process's lock.
    pub sqlite_busy_timeout_ms: u64,
    /// SQLite's `synchronous`.
    pub sqlite_synchronous: Synchronous,
    /// PostgreSQL's `random_page_cost`; 0: that of the server.
    pub postgres_random_page_cost: f64,
}

/// How carefully SQLite writes to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Synchronous {
    /// Survives a killed process.
    Normal,
    /// Survives a power cut too.
    Full,
}

/// How lists are paged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListSettings {
    /// Rows of a page where the request does not say.
    pub default_limit: i64,
    /// Rows of a page at most.
    pub max_limit: i64,
}

/// What is counted at most.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatisticsSettings {
    /// Periods of one answer at most.
    pub max_periods: usize,
}

/// What articles may be like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IngestSettings {
    /// Longest text, in characters.
    pub max_text_chars: usize,
    /// Texts read by the extractor at one time; 0 means one for each core.
    pub max_readers: usize,
    /// Longest line of an imported file, in bytes.
    pub max_line_bytes: usize,
}

/// How changes are told as they come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeSettings {
    /// Milliseconds between two looks at the log.
    pub poll_interval_ms: u64,
    /// Milliseconds after which a stream says that nothing comes.
    pub heartbeat_ms: u64,
    /// Streams open at one time.
    pub max_streams: usize,
}

/// How receivers are told of changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSettings {
    /// Receivers that are sent to at one time.
    pub max_in_flight: usize,
    /// Milliseconds that one request may take.
    pub timeout_ms: u64,
    /// Tries of one delivery.
    pub max_attempts: u32,
    /// Milliseconds before the second try.
    pub retry_min_ms: u64,
    /// Milliseconds between two tries at most.
    pub retry_max_ms: u64,
    /// Seconds after which another process takes over from one that died.
    pub lease_seconds: u32,
    /// Whether anything is sent to addresses that are not public.
    pub allow_private_addresses: bool,
    /// Seconds for which the secret before a rotation signs too.
    pub rotation_seconds: u32,
    /// Seconds for which deliveries that arrived are kept.
    pub delivered_retention_seconds: u32,
    /// Seconds for which dead deliveries are kept.
    pub dead_retention_seconds: u32,
}

/// What is taken in in bulk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportSettings {
    /// Where files are kept until they are taken in.
    pub folder: String,
    /// Largest file, in bytes.
    pub max_bytes: u64,
    /// Seconds after which an import of a process that is gone is taken over.
    pub lease_seconds: u32,
}

/// What is handed out in bulk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportSettings {
    /// Exports running at one time.
    pub max_exports: usize,
}

/// How repeated requests are known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdempotencySettings {
    /// Seconds for which a key is remembered with its answer.
    pub retention_seconds: u32,
    /// Seconds after which the request of a key that never ended may be taken over.
    pub lease_seconds: u32,
}

/// Where the search index lies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchSettings {
    /// A folder of its own; empty for one beside the file of SQLite.
    pub folder: String,
}

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    /// tracing's filter syntax.
    pub filter: String,
    /// For people or for machines.
    pub format: LogFormat,
}

/// For whom the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// What is wrong with the settings, with the key and its source named.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A source cannot be read or a key cannot be used.
    #[error("{0}")]
    Unusable(#[from] config::ConfigError),
    /// A value is out of bounds.
    #[error("{key} = {value}: {problem}")]
    OutOfBounds {
        /// The setting.
        key: &'static str,
        /// What it is set to.
        value: String,
        /// What it must be.
        problem: &'static str,
    },
}

/// One effective setting, for people to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EffectiveSetting {
    /// Its key: `server.bind`.
    pub key: String,
    /// Its value, secrets hidden.
    pub value: String,
    /// Where it came from.
    pub source: String,
}

/// Where settings come from.
#[derive(Debug, Default, Clone)]
pub struct Sources {
    /// A settings file; `onrecord.toml` in the working folder, if there is one, where this is `None`.
    pub file: Option<PathBuf>,
    /// Environment variables.
    pub environment: Vec<(String, String)>,
    /// Keys set by command-line flags, with their values.
    pub flags: Vec<(&'static str, String)>,
}

impl Sources {
    /// The variables of this process, and these flags.
    #[must_use]
    pub fn of_process(file: Option<PathBuf>, flags: Vec<(&'static str, String)>) -> Self {
        Self { file, environment: std::env::vars().collect(), flags }
    }

    fn layers(&self) -> Result<Vec<(String, Config)>, SettingsError> {
        let defaults = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml)).build()?;
        let mut layers = vec![("default".to_owned(), defaults)];
        let usual = Path::new("onrecord.toml");
        let file = self.file.clone().or_else(|| usual.exists().then(|| usual.to_owned()));
        if let Some(path) = file {
            let source = File::from(path.clone()).format(FileFormat::Toml).required(true);
            layers.push((path.display().to_string(), Config::builder().add_source(source).build()?));
        }
        let variables: config::Map<String, String> = self.environment.iter().cloned().collect();
        let environment = config::Environment::with_prefix(PREFIX)
            .prefix_separator("__")
            .separator("__")
            .try_parsing(true)
            .source(Some(variables));
        layers.push(("environment".to_owned(), Config::builder().add_source(environment).build()?));
        let mut flags = Config::builder();
        for (key, value) in &self.flags {
            flags = flags.set_override(key, value.as_str())?;
        }
        layers.push(("flag".to_owned(), flags.build()?));
        Ok(layers)
    }
}

impl Settings {
    /// The settings in force.
    ///
    /// # Errors
    /// An unknown key, a value of the wrong type, or one out of bounds; the message names the key.
    ///
    /// ```
    /// use onrecord::settings::{Settings, Sources};
    ///
    /// let sources = Sources { flags: vec![("lists.default_limit", "20".into())], ..Sources::default() };
    /// assert_eq!(Settings::load(&sources)?.lists.default_limit, 20);
    /// # Ok::<(), onrecord::settings::SettingsError>(())
    /// ```
    pub fn load(sources: &Sources) -> Result<Self, SettingsError> {
        let mut builder = Config::builder();
        for (_, layer) in sources.layers()? {
            builder = builder.add_source(layer);
        }
        let settings: Self = builder.build()?.try_deserialize()?;
        settings.check()?;
        Ok(settings)
    }

    /// The folder of the search index: the one that is set, or one beside the file of SQLite. `None` where neither is.
    ///
    /// ```
    /// use onrecord::settings::{Settings, Sources};
    ///
    /// let sources = Sources { flags: vec![("database.url", "sqlite://data/on.db".into())], ..Sources::default() };
    /// assert_eq!(Settings::load(&sources)?.search_folder(), Some("data/on.db-search".into()));
    /// # Ok::<(), onrecord::settings::SettingsError>(())
    /// ```
    #[must_use]
    pub fn search_folder(&self) -> Option<PathBuf> {
        if self.search.folder.is_empty() {
            let file = self.database.url.strip_prefix("sqlite://");
            file.map(|path| PathBuf::from(format!("{path}-search")))
        } else {
            Some(PathBuf::from(&self.search.folder))
        }
    }

    fn check(&self) -> Result<(), SettingsError> {
        let out_of_bounds = |key, value: String, problem| Err(SettingsError::OutOfBounds { key, value, problem });
        if !["sqlite://", "postgres://", "postgresql://"].iter().any(|scheme| self.database.url.starts_with(scheme)) {
            // Not shown: where the scheme is not known, neither is the place of a password.
            return out_of_bounds("database.url", "***".to_owned(), "must start with sqlite:// or postgres://");
        }
        if matches!(self.database.url.as_str(), "sqlite://" | "sqlite://:memory:") {
            let shown = self.database.url.clone();
            return out_of_bounds(
                "database.url",
                shown,
                "must name a file: each connection would see a database of its own",
            );
        }
        if !self.server.public_url.is_empty() && !is_base_url(&self.server.public_url) {
            let problem = "must be an http or https address without a slash at its end";
            return out_of_bounds("server.public_url", self.server.public_url.clone(), problem);
        }
        if self.database.acquire_timeout_ms == 0 {
            return out_of_bounds("database.acquire_timeout_ms", "0".to_owned(), "must be at least 1");
        }
        if self.ingest.max_line_bytes == 0 {
            return out_of_bounds("ingest.max_line_bytes", "0".to_owned(), "must be at least 1");
        }
        if tracing_subscriber::EnvFilter::try_new(&self.log.filter).is_err() {
            let shown = self.log.filter.clone();
            return out_of_bounds("log.filter", shown, "must be a level or a filter such as info,onrecord=debug");
        }
        if self.database.max_connections == 0 {
            return out_of_bounds("database.max_connections", "0".to_owned(), "must be at least 1");
        }
        let cost = self.database.postgres_random_page_cost;
        if cost < 0.0 || !cost.is_finite() {
            return out_of_bounds("database.postgres_random_page_cost", cost.to_string(), "must be 0 or more");
        }
        if !(1..=200).contains(&self.lists.max_limit) {
            return out_of_bounds("lists.max_limit", self.lists.max_limit.to_string(), "must be 1 to 200");
        }
        if !(1..=self.lists.max_limit).contains(&self.lists.default_limit) {
            let value = self.lists.default_limit.to_string();
            return out_of_bounds("lists.default_limit", value, "must be 1 to lists.max_limit");
        }
        if self.statistics.max_periods == 0 {
            return out_of_bounds("statistics.max_periods", "0".to_owned(), "must be at least 1");
        }
        if self.limits.max_clients == 0 {
            return out_of_bounds("limits.max_clients", "0".to_owned(), "must be at least 1");
        }
        if self.server.max_body_bytes == 0 {
            return out_of_bounds("server.max_body_bytes", "0".to_owned(), "must be at least 1");
        }
        if self.ingest.max_text_chars == 0 {
            return out_of_bounds("ingest.max_text_chars", "0".to_owned(), "must be at least 1");
        }
        let at_least_one = [
            ("server.max_uri_bytes", self.server.max_uri_bytes == 0),
            ("server.max_in_flight", self.server.max_in_flight == 0),
            ("server.request_timeout_ms", self.server.request_timeout_ms == 0),
            ("server.client_timeout_ms", self.server.client_timeout_ms == 0),
            ("changes.poll_interval_ms", self.changes.poll_interval_ms == 0),
            ("changes.heartbeat_ms", self.changes.heartbeat_ms == 0),
            ("webhooks.timeout_ms", self.webhooks.timeout_ms == 0),
            ("webhooks.max_attempts", self.webhooks.max_attempts == 0),
            ("webhooks.retry_min_ms", self.webhooks.retry_min_ms == 0),
            ("imports.max_bytes", self.imports.max_bytes == 0),
            ("imports.lease_seconds", self.imports.lease_seconds == 0),
        ];
        if let Some((key, _)) = at_least_one.into_iter().find(|(_, is_zero)| *is_zero) {
            return out_of_bounds(key, "0".to_owned(), "must be at least 1");
        }
        if self.server.max_body_bytes_in_flight < self.server.max_body_bytes {
            let value = self.server.max_body_bytes_in_flight.to_string();
            let problem = "must not be smaller than server.max_body_bytes: no body of that size would ever be taken";
            return out_of_bounds("server.max_body_bytes_in_flight", value, problem);
        }
        if u64::from(self.idempotency.lease_seconds) * 1000 <= self.server.request_timeout_ms {
            let value = self.idempotency.lease_seconds.to_string();
            return out_of_bounds("idempotency.lease_seconds", value, "must be longer than server.request_timeout_ms");
        }
        if self.webhooks.retry_max_ms < self.webhooks.retry_min_ms {
            let value = self.webhooks.retry_max_ms.to_string();
            return out_of_bounds("webhooks.retry_max_ms", value, "must not be smaller than webhooks.retry_min_ms");
        }
        if u64::from(self.webhooks.lease_seconds) * 1000 < self.webhooks.timeout_ms.saturating_mul(2) {
            let value = self.webhooks.lease_seconds.to_string();
            return out_of_bounds(
                "webhooks.lease_seconds",
                value,
                "must be at least twice as long as webhooks.timeout_ms",
            );
        }
        if let Some(origin) = self.cors.allowed_origins.iter().find(|origin| !is_origin(origin)) {
            let problem = "must be * or an origin such as https://app.example.org, without a path";
            return out_of_bounds("cors.allowed_origins", origin.clone(), problem);
        }
        Ok(())
    }

    /// Every setting with its value, secrets hidden, and where it came from.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn effective(sources: &Sources) -> Result<Vec<EffectiveSetting>, SettingsError> {
        Self::load(sources)?;
        let mut found: std::collections::BTreeMap<String, EffectiveSetting> = std::collections::BTreeMap::new();
        for (source, layer) in sources.layers()? {
            for (section, keys) in layer.collect()? {
                for (key, value) in keys.into_table().unwrap_or_default() {
                    let key = format!("{section}.{key}");
                    let shown = hide_password(&value.to_string());
                    found.insert(key.clone(), EffectiveSetting { key, value: shown, source: source.clone() });
                }
            }
        }
        Ok(found.into_values().collect())
    }
}

/// Scheme, host and maybe a port: what a browser sends as `Origin`.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    text == "*"
        || host
            .is_some_and(|host| !host.is_empty() && !host.contains(|c: char| c == '/' || c == '*' || c.is_whitespace()))
}

/// What absolute addresses can be made of by putting a path behind it.
fn is_base_url(text: &str) -> bool {
    let is_plain = |url: url::Url| url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    (text.starts_with("https://") || text.starts_with("http://"))
        && !text.ends_with('/')
        && url::Url::parse(text).is_ok_and(is_plain)
}

/// A database URL with its password hidden, before the host and among the parameters; any other text as it is.
///
/// ```
/// use onrecord::settings::hide_password;
///
/// assert_eq!(hide_password("postgres://me:secret@db/x"), "postgres://me:***@db/x");
/// assert_eq!(hide_password("postgres://db/x?user=me&password=secret"), "postgres://db/x?user=me&password=***");
/// ```
#[must_use]
pub fn hide_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let mut hidden = format!("{scheme}://");
    for parameter in hide_password_of_user(rest).split_inclusive(['?', '&']) {
        match parameter.split_once('=') {
            Some((key, value)) if key.to_ascii_lowercase().contains("password") => {
                hidden.push_str(key);
                hidden.push_str("=***");
                hidden.extend(value.chars().last().filter(|end| matches!(end, '?' | '&')));
            }
            _ => hidden.push_str(parameter),
        }
    }
    hidden
}

/// `user:password@host/database` with the password hidden, one that holds `/`, `?` or `@` too.
fn hide_password_of_user(address: &str) -> String {
    let Some(first_at) = address.find('@') else { return address.to_owned() };
    let host_end = address[first_at..].find(['/', '?']).map_or(address.len(), |end| first_at + end);
    let at = address[..host_end].rfind('@').unwrap_or(first_at);
    match address[..at].split_once(':') {
        Some((user, _)) => format!("{user}:***{}", &address[at..]),
        None => address.to_owned(),
    }
}
