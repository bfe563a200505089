//! SQL. The only folder that imports diesel's query DSL; one file a resource.
//!
//! Every function takes `&mut Connection`, so that it works inside and outside a transaction; each query is written once
//! and type-checked for both databases by `on_backend!`.

#[macro_use]
mod database;
pub mod actors;
pub mod agreements;
pub mod article_filter;
pub mod articles;
mod as_of;
pub mod border_claims;
pub mod changes;
mod conflict;
mod data_version;
pub mod deletions;
pub mod exports;
pub mod facets;
pub mod gazetteer;
pub mod history;
pub mod idempotency;
mod ids_and_slugs;
pub mod imports;
pub mod instances;
pub mod keys;
pub mod mentions;
pub mod merges;
pub mod migrations;
pub mod ogc;
mod one_of;
pub mod outlets;
pub mod positions;
mod postgres;
pub mod quote_filter;
mod quote_zones;
pub mod quotes;
pub mod search;
pub mod statements;
pub mod statistics;
pub mod timeline;
pub mod transitions;
mod versioned;
pub mod webhooks;
pub mod zones;

pub use data_version::{DataVersion, DataVersions};
pub use database::{Connection, Database};
pub use postgres::PostgresConnection;
