//! The API, tested over HTTP in process; the same tests on both databases.
//!
//! SQLite by default, a file a test. `ONRECORD_TEST_DATABASE=postgres://…/postgres` runs them on that PostgreSQL server, a
//! database a test.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod access;
mod actors;
mod agreements;
mod articles;
mod as_of;
mod changes;
mod command_line;
mod concurrency;
mod deletions;
mod errors;
mod explore;
mod explore_page;
mod exports;
mod extraction;
mod extractions;
mod feeds;
mod health;
mod html;
mod http;
mod idempotency;
mod if_match;
mod imports;
mod including;
mod interchange;
mod interrupted_import;
mod interrupted_imports;
mod interrupted_reextraction;
mod kept_answers;
mod keys;
mod layers;
mod limits;
mod linking;
mod merges;
mod ogc;
mod openapi;
mod outlets;
mod pagination;
mod positions;
mod queries;
mod quote_zones;
mod quotes;
mod reference_data;
mod revisions;
mod schema;
mod search;
mod settings;
mod soundness;
mod speakers;
mod starting;
mod statement_accuracy;
mod statement_properties;
mod statements;
mod statistics;
mod support;
mod webhooks;
mod zone_life;
mod zones;
