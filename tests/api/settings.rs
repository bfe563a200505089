//! Settings: where they come from, which one wins, and what is refused.

use std::collections::BTreeSet;
use std::path::PathBuf;

use onrecord::settings::{Settings, Sources, hide_password};
use tempfile::TempDir;

const DEFAULTS: &str = include_str!("../../src/settings.default.toml");

fn file(text: &str) -> (TempDir, Option<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    std::fs::write(&path, text).unwrap();
    (folder, Some(path))
}

fn variable(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// What is said about a file with this text.
fn refusal(text: &str) -> String {
    let (_folder, file) = file(text);
    let error = Settings::load(&Sources { file, ..Sources::default() }).expect_err(text);
    error.to_string()
}

#[test]
fn a_flag_wins_over_a_variable_and_that_over_the_file_and_that_over_the_default() {
    let (_folder, file) =
        file("[lists]\ndefault_limit = 11\nmax_limit = 101\n[log]\nfilter = \"debug\"\n[server]\nworkers = 1");
    let sources = Sources {
        file: file.clone(),
        environment: vec![
            variable("ONRECORD__LISTS__DEFAULT_LIMIT", "12"),
            variable("ONRECORD__LISTS__MAX_LIMIT", "102"),
            variable("ONRECORDLIKE__LISTS__MAX_LIMIT", "1"),
            variable("PATH", "/bin"),
        ],
        flags: vec![("lists.default_limit", "13".to_owned())],
    };
    let settings = Settings::load(&sources).unwrap();
    assert_eq!(settings.lists.default_limit, 13);
    assert_eq!(settings.lists.max_limit, 102);
    assert_eq!(settings.log.filter, "debug");
    assert_eq!(settings.ingest.max_text_chars, 1_000_000);

    let source_of = |key: &str| -> (String, String) {
        let all = Settings::effective(&sources).unwrap();
        let setting = all.into_iter().find(|setting| setting.key == key).unwrap();
        (setting.value, setting.source)
    };
    assert_eq!(source_of("lists.default_limit"), ("13".to_owned(), "flag".to_owned()));
    assert_eq!(source_of("lists.max_limit"), ("102".to_owned(), "environment".to_owned()));
    assert_eq!(source_of("log.filter"), ("debug".to_owned(), file.unwrap().display().to_string()));
    assert_eq!(source_of("ingest.max_text_chars"), ("1000000".to_owned(), "default".to_owned()));
}

#[test]
fn a_variable_that_looks_like_a_number_may_be_a_text() {
    let environment = vec![variable("ONRECORD__DATABASE__URL", "sqlite://7"), variable("ONRECORD__LOG__FILTER", "0")];
    let settings = Settings::load(&Sources { environment, ..Sources::default() }).unwrap();
    assert_eq!((settings.database.url.as_str(), settings.log.filter.as_str()), ("sqlite://7", "0"));
}

#[test]
fn an_unknown_key_is_refused_by_name() {
    assert!(refusal("[server]\nbindd = \"127.0.0.1:1\"").contains("bindd"));
    assert!(refusal("[sever]\nbind = \"127.0.0.1:1\"").contains("sever"));
    let environment = vec![variable("ONRECORD__LISTS__MAXLIMIT", "3")];
    let error = Settings::load(&Sources { environment, ..Sources::default() }).unwrap_err();
    assert!(error.to_string().contains("maxlimit"), "{error}");
}

#[test]
fn a_value_of_the_wrong_type_or_out_of_bounds_is_refused_by_the_name_of_its_key() {
    for (text, key) in [
        ("[server]\nbind = \"localhost\"", "bind"),
        ("[server]\nworkers = -1", "workers"),
        ("[server]\nworkers = \"many\"", "workers"),
        ("[server]\nmax_body_bytes = 0", "server.max_body_bytes"),
        ("[server]\nmax_body_bytes_in_flight = 1", "server.max_body_bytes_in_flight"),
        ("[database]\nmax_connections = 0", "database.max_connections"),
        ("[database]\nsqlite_synchronous = \"off\"", "off"),
        ("[database]\npostgres_random_page_cost = -1", "database.postgres_random_page_cost"),
        ("[database]\npostgres_random_page_cost = nan", "database.postgres_random_page_cost"),
        ("[lists]\nmax_limit = 0", "lists.max_limit"),
        ("[lists]\nmax_limit = 201", "lists.max_limit"),
        ("[lists]\ndefault_limit = 0", "lists.default_limit"),
        ("[lists]\nmax_limit = 10\ndefault_limit = 11", "lists.default_limit"),
        ("[limits]\nmax_clients = 0", "limits.max_clients"),
        ("[limits]\nrequests_per_minute_per_key = -1", "requests_per_minute_per_key"),
        ("[server]\ntrusted_proxies = \"10.0.0.0/33\"", "10.0.0.0/33"),
        ("[server]\nforwarded_header = \"x-real-ip\"", "x-real-ip"),
        ("[server]\npublic_url = \"onrecord.example.org\"", "server.public_url"),
        ("[server]\npublic_url = \"https://onrecord.example.org/\"", "server.public_url"),
        ("[server]\npublic_url = \"https://onrecord.example.org?a=b\"", "server.public_url"),
        ("[access]\npublic_read = \"perhaps\"", "public_read"),
        ("[ingest]\nmax_text_chars = 0", "ingest.max_text_chars"),
        ("[changes]\npoll_interval_ms = 0", "changes.poll_interval_ms"),
        ("[changes]\nheartbeat_ms = 0", "changes.heartbeat_ms"),
        ("[changes]\nmax_streams = -1", "max_streams"),
        ("[webhooks]\nmax_attempts = 0", "webhooks.max_attempts"),
        ("[webhooks]\ntimeout_ms = 0", "webhooks.timeout_ms"),
        ("[webhooks]\nretry_min_ms = 0", "webhooks.retry_min_ms"),
        ("[webhooks]\nretry_max_ms = 999", "webhooks.retry_max_ms"),
        ("[webhooks]\nlease_seconds = 19", "webhooks.lease_seconds"),
        ("[webhooks]\nallow_private_addresses = \"some\"", "allow_private_addresses"),
        ("[imports]\nmax_bytes = 0", "imports.max_bytes"),
        ("[imports]\nlease_seconds = 0", "imports.lease_seconds"),
        ("[exports]\nmax_exports = -1", "max_exports"),
        ("[log]\nformat = \"xml\"", "xml"),
    ] {
        let refusal = refusal(text);
        assert!(refusal.contains(key), "{text}: {refusal}");
    }
}

#[test]
fn a_database_of_an_unknown_kind_is_refused_without_its_password() {
    for url in ["mysql://me:hush@db/x", "onrecord.db", "postgres:/x", ""] {
        let refusal = refusal(&format!("[database]\nurl = \"{url}\""));
        assert!(refusal.contains("database.url") && refusal.contains("sqlite://"), "{refusal}");
        assert!(!refusal.contains("hush"), "{refusal}");
    }
}

#[test]
fn a_settings_file_that_is_named_must_be_there_and_be_toml() {
    let sources = Sources { file: Some("/nowhere/settings.toml".into()), ..Sources::default() };
    assert!(Settings::load(&sources).unwrap_err().to_string().contains("/nowhere/settings.toml"));
    assert!(refusal("[server").contains("settings.toml"));
}

#[test]
fn no_password_is_ever_shown() {
    for (url, shown) in [
        ("postgres://me:hush@db:5432/x", "postgres://me:***@db:5432/x"),
        ("postgres://me:hu/sh@db/x", "postgres://me:***@db/x"),
        ("postgres://me:hu@sh@db/x", "postgres://me:***@db/x"),
        ("postgres://me:hu?sh@db/x?sslmode=disable", "postgres://me:***@db/x?sslmode=disable"),
        (
            "postgres://db/x?user=me&password=hush&sslmode=require",
            "postgres://db/x?user=me&password=***&sslmode=require",
        ),
        ("postgres://db/x?password=hush", "postgres://db/x?password=***"),
        ("postgres://db/x?PASSWORD=hush&sslpassword=hush", "postgres://db/x?PASSWORD=***&sslpassword=***"),
        ("postgres://me@db/x", "postgres://me@db/x"),
        ("sqlite:///var/lib/onrecord.db", "sqlite:///var/lib/onrecord.db"),
        ("127.0.0.1:8080", "127.0.0.1:8080"),
    ] {
        assert_eq!(hide_password(url), shown);
        assert!(!hide_password(url).contains("hush") && !hide_password(url).contains("sh@"));
    }
    let flags = vec![("database.url", "postgres://me:hush@db/x?password=hush".to_owned())];
    let effective = Settings::effective(&Sources { flags, ..Sources::default() }).unwrap();
    assert!(effective.iter().all(|setting| !setting.value.contains("hush")), "{effective:?}");
}

#[test]
fn the_defaults_hold_every_setting_with_a_comment() {
    let settings = Settings::load(&Sources::default()).unwrap();
    let expected: BTreeSet<String> = serde_json::to_value(&settings)
        .unwrap()
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(section, keys)| keys.as_object().unwrap().keys().map(move |key| format!("{section}.{key}")))
        .collect();
    let (mut found, mut section, mut before) = (BTreeSet::new(), "", "");
    for line in DEFAULTS.lines() {
        if let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            assert!(before.starts_with("# "), "{section}.{key} has no comment");
            found.insert(format!("{section}.{key}"));
        } else if line.starts_with('[') {
            section = line.trim_matches(['[', ']']);
        }
        before = line;
    }
    assert_eq!(found, expected);
}
