//! The arrows between the folders of `src/` go one way: routes → services → repository → schema.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What the files of a folder, or one file, of `src/` may name.
struct Layer {
    name: &'static str,
    /// Of this crate; its own modules are understood.
    may_name: &'static [&'static str],
    /// Of other crates.
    must_not_name: &'static [&'static str],
}

/// What text code may not name: it does nothing but compute.
const PURE: &[&str] = &[
    "tokio",
    "actix_web",
    "diesel",
    "diesel_async",
    "std::fs",
    "std::time",
    "std::env",
    "std::net",
    "std::thread",
    "rand",
];

const LAYERS: &[Layer] = &[
    Layer {
        name: "routes",
        may_name: &["services", "models", "error", "pagination", "telemetry"],
        must_not_name: &["diesel", "diesel_async", "tokio_postgres", "std::fs"],
    },
    Layer {
        name: "middleware",
        may_name: &["routes", "services", "models", "error", "settings", "telemetry"],
        must_not_name: &["diesel", "diesel_async", "tokio_postgres", "std::fs"],
    },
    Layer {
        name: "services",
        may_name: &[
            "repository",
            "extraction",
            "search",
            "statements",
            "positions",
            "outgoing",
            "models",
            "error",
            "pagination",
            "settings",
            "blocking",
            "coalesced",
        ],
        must_not_name: &["actix_web", "diesel", "diesel_async", "tokio_postgres", "std::env"],
    },
    Layer {
        name: "repository",
        may_name: &["schema", "models", "error", "pagination", "settings", "blocking", "coalesced"],
        must_not_name: &["actix_web", "std::env"],
    },
    // What it is to send, and where, it is told.
    Layer {
        name: "outgoing",
        may_name: &[],
        must_not_name: &["actix_web", "diesel", "diesel_async", "tokio_postgres", "std::fs", "std::env"],
    },
    Layer { name: "extraction", may_name: &["models::text"], must_not_name: PURE },
    Layer { name: "statements", may_name: &["models::text"], must_not_name: PURE },
    Layer { name: "positions", may_name: &["models::text", "statements"], must_not_name: PURE },
    Layer {
        name: "search",
        may_name: &["models", "error"],
        must_not_name: &["actix_web", "tokio", "diesel", "diesel_async", "std::env", "std::net"],
    },
    // Diesel's traits for columns and rows, not its queries.
    Layer {
        name: "models",
        may_name: &["schema"],
        must_not_name: &[
            "actix_web",
            "tokio",
            "diesel_async",
            "diesel::prelude::*",
            "diesel::QueryDsl",
            "diesel::RunQueryDsl",
        ],
    },
    Layer { name: "schema", may_name: &["models::sql_types"], must_not_name: &["actix_web", "tokio"] },
    Layer { name: "error", may_name: &["models"], must_not_name: &["actix_web", "diesel_async"] },
    Layer { name: "blocking", may_name: &[], must_not_name: &["actix_web", "diesel", "diesel_async", "std::fs"] },
    Layer {
        name: "coalesced",
        may_name: &["error"],
        must_not_name: &["actix_web", "diesel", "diesel_async", "std::fs", "std::thread"],
    },
    Layer { name: "pagination", may_name: &["error"], must_not_name: &["actix_web", "diesel", "diesel_async"] },
    Layer { name: "settings", may_name: &[], must_not_name: &["actix_web", "diesel", "diesel_async"] },
    Layer { name: "telemetry", may_name: &["settings"], must_not_name: &["actix_web", "diesel", "diesel_async"] },
    Layer {
        name: "openapi",
        may_name: &["routes", "error", "models"],
        must_not_name: &["diesel", "diesel_async", "tokio"],
    },
    Layer {
        name: "app",
        may_name: &["middleware", "routes", "services", "openapi", "error"],
        must_not_name: &["diesel", "diesel_async"],
    },
    Layer {
        name: "commands",
        may_name: &[
            "app",
            "services",
            "extraction",
            "models",
            "error",
            "pagination",
            "openapi",
            "outgoing",
            "settings",
            "telemetry",
        ],
        must_not_name: &["diesel", "diesel_async"],
    },
];

/// The source without comments, and with every text literal empty.
fn code_of(source: &str) -> String {
    let characters: Vec<char> = source.chars().collect();
    let at = |index: usize| characters.get(index).copied().unwrap_or('\n');
    let mut code = String::new();
    let mut i = 0;
    while i < characters.len() {
        match (at(i), at(i + 1)) {
            ('/', '/') => {
                while i < characters.len() && at(i) != '\n' {
                    i += 1;
                }
            }
            ('/', '*') => {
                i += 2;
                while i < characters.len() && (at(i), at(i + 1)) != ('*', '/') {
                    i += 1;
                }
                i += 2;
            }
            ('r', '#' | '"') if !code.ends_with(|c: char| c.is_alphanumeric() || c == '_') => {
                let hashes = (1..).take_while(|n| at(i + n) == '#').count();
                if at(i + 1 + hashes) != '"' {
                    code.push('r'); // a raw identifier
                    i += 1;
                    continue;
                }
                i += hashes + 2;
                while i < characters.len() && !(at(i) == '"' && (1..=hashes).all(|n| at(i + n) == '#')) {
                    i += 1;
                }
                i += hashes + 1;
                code.push_str("\"\"");
            }
            ('"', _) => {
                i += 1;
                while i < characters.len() && at(i) != '"' {
                    i += if at(i) == '\\' { 2 } else { 1 };
                }
                i += 1;
                code.push_str("\"\"");
            }
            // A character, not a lifetime.
            ('\'', '\\') => {
                i += 3;
                while i < characters.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
            }
            ('\'', _) if at(i + 2) == '\'' => i += 3,
            (c, _) => {
                code.push(c);
                i += 1;
            }
        }
    }
    code
}

/// Every path that the code names, `{…}` written out: `use a::{b, c::d}` names `a::b` and `a::c::d`.
fn paths_of(code: &str) -> BTreeSet<String> {
    let characters: Vec<char> = code.chars().collect();
    let mut paths = BTreeSet::new();
    let mut i = 0;
    while i < characters.len() {
        if is_word(characters[i]) {
            i = read_path(&characters, i, "", &mut paths);
        } else {
            i += 1;
        }
    }
    paths
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Reads the path that begins at `i`; where it ends.
fn read_path(characters: &[char], mut i: usize, prefix: &str, paths: &mut BTreeSet<String>) -> usize {
    let follows = |i: usize, text: &str| text.chars().enumerate().all(|(n, c)| characters.get(i + n) == Some(&c));
    let mut path = prefix.to_owned();
    loop {
        while i < characters.len() && (is_word(characters[i]) || characters[i] == '*') {
            path.push(characters[i]);
            i += 1;
        }
        if !follows(i, "::") {
            break;
        }
        i += 2;
        path.push_str("::");
        if follows(i, "{") {
            i += 1;
            while i < characters.len() && characters[i] != '}' {
                let begins = is_word(characters[i]) || characters[i] == '*';
                i = if begins { read_path(characters, i, &path, paths) } else { i + 1 };
            }
            return i + 1;
        }
        if !characters.get(i).is_some_and(|c| is_word(*c) || *c == '*') {
            break; // `::<`
        }
    }
    paths.insert(path.trim_end_matches(':').to_owned());
    i
}

/// A path as seen from the crate's root: `super::` and `self::` resolved for a file of this module.
fn resolved(path: &str, module: &[&str]) -> String {
    let mut here: Vec<&str> = module.to_vec();
    let mut rest: Vec<&str> = path.split("::").collect();
    if !matches!(rest[0], "super" | "self") {
        return path.to_owned();
    }
    while let Some(word @ ("super" | "self")) = rest.first().copied() {
        if word == "super" {
            here.pop();
        }
        rest.remove(0);
    }
    ["crate"].into_iter().chain(here).chain(rest).collect::<Vec<_>>().join("::")
}

fn begins_with(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// What a source names and its layer may not; `file` is relative to `src/`.
fn faults(file: &Path, source: &str) -> Vec<String> {
    let without_end = file.with_extension("");
    let mut module: Vec<&str> = without_end.iter().map(|part| part.to_str().unwrap()).collect();
    if module.last() == Some(&"mod") {
        module.pop();
    }
    let Some(layer) = LAYERS.iter().find(|layer| layer.name == module[0]) else {
        return vec![format!("{}: belongs to no layer; say in this test what it may name", file.display())];
    };
    let forbidden = |path: &String| match path.strip_prefix("crate::") {
        Some(path) => {
            // `super::` in a module inside a file leads nowhere here: one level is missing.
            LAYERS.iter().any(|layer| begins_with(path, layer.name))
                && !begins_with(path, layer.name)
                && !layer.may_name.iter().any(|allowed| begins_with(path, allowed))
        }
        None => layer.must_not_name.iter().any(|forbidden| begins_with(path, forbidden)),
    };
    let paths = paths_of(&code_of(source)).into_iter().map(|path| resolved(&path, &module));
    paths.filter(forbidden).map(|path| format!("{}: {path}", file.display())).collect()
}

fn source_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { source_files(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|end| end == "rs")).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn arrows_only_go_right() {
    let src = root().join("src");
    let mut found = Vec::new();
    let mut layers = BTreeSet::new();
    for file in source_files(&src) {
        let place = file.strip_prefix(&src).unwrap();
        if place == Path::new("lib.rs") || place == Path::new("main.rs") {
            continue;
        }
        layers.insert(place.with_extension("").iter().next().unwrap().to_owned());
        found.extend(faults(place, &fs::read_to_string(&file).unwrap()));
    }
    assert!(found.is_empty(), "{found:#?}");
    assert_eq!(layers.len(), LAYERS.len(), "a layer of this test has no file any more");
}

#[test]
fn an_arrow_to_the_left_is_seen_however_it_is_written() {
    for (file, source, path) in [
        ("routes/a.rs", "use crate::repository::actors;", "crate::repository::actors"),
        ("routes/a.rs", "use crate::{error, models::{Day, Key}, schema::actors};", "crate::schema::actors"),
        ("routes/a.rs", "fn f() { super::super::extraction::read(1) }", "crate::extraction::read"),
        ("routes/mod.rs", "use super::repository;", "crate::repository"),
        ("routes/a.rs", "use diesel::prelude::*;", "diesel::prelude::*"),
        ("services/a.rs", "use actix_web::web;", "actix_web::web"),
        ("services/a.rs", "let x = '\"'; diesel::insert_into(a); let y = '\\'';", "diesel::insert_into"),
        ("services/a.rs", "use crate::commands::print;", "crate::commands::print"),
        ("repository/a.rs", "use crate::services::Services;", "crate::services::Services"),
        ("repository/a.rs", "fn f<'a>(x: &'a str) -> actix_web::Error { }", "actix_web::Error"),
        ("extraction/a/b.rs", "use crate::models::{self, Day};", "crate::models::Day"),
        ("extraction/a.rs", "use std::{collections::HashMap, time::Instant};", "std::time::Instant"),
        ("statements/a.rs", "use crate::extraction::Gazetteer;", "crate::extraction::Gazetteer"),
        ("positions/a.rs", "use jiff::Zoned; use std::time::SystemTime;", "std::time::SystemTime"),
        ("models/a.rs", "use diesel::prelude::{*};", "diesel::prelude::*"),
        ("models/a.rs", "use crate::error::Result;", "crate::error::Result"),
        ("settings.rs", "r#\"text\"#; crate::app::build()", "crate::app::build"),
    ] {
        let found = faults(Path::new(file), source);
        assert!(found.contains(&format!("{file}: {path}")), "{source}: {found:?}");
    }
    let found = faults(Path::new("plugins/a.rs"), "");
    assert!(found[0].contains("belongs to no layer"), "{found:?}");
}

#[test]
fn comments_and_texts_name_nothing() {
    for source in [
        "// use crate::repository::actors;",
        "//! [`crate::schema`]",
        "/* crate::schema */ fn f() {}",
        "let x = \"crate::schema \\\" crate::repository\";",
        "let x = r#\"a \" crate::schema\"#;",
        "use crate::services::actors; use super::bodies::JsonBody; use crate::routes::App;",
        "use crate::models::{Actor, Key}; use crate::error::Result;",
    ] {
        assert_eq!(faults(Path::new("routes/a.rs"), source), Vec::<String>::new(), "{source}");
    }
}

#[test]
fn a_resource_has_the_same_file_name_in_every_layer() {
    let document = onrecord::openapi::document();
    let tags = document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap());
    let resources: Vec<&str> = tags.filter(|tag| *tag != "health").collect();
    assert!(resources.len() >= 6);
    for resource in resources {
        let singular = resource.trim_end_matches('s');
        for file in [
            format!("src/routes/{resource}.rs"),
            format!("src/services/{resource}.rs"),
            format!("src/repository/{resource}.rs"),
            format!("src/models/{singular}.rs"),
            format!("tests/api/{resource}.rs"),
        ] {
            assert!(root().join(&file).is_file(), "{file}");
        }
    }
}
