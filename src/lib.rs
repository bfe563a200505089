//! Onrecord: who said what about which zone, when, and who reported it?
//!
//! The folders are the layers, and a resource has the same file name in each: `quotes.rs` in [`routes`], [`services`] and
//! [`repository`] is the way from a path to its SQL. Arrows only go right; a test holds them to it.
//!
//! ```text
//! commands → app → middleware → routes → services → repository → schema     models, error, pagination, settings, telemetry, blocking, coalesced: known to all
//!                                                 ↘ extraction              pure text code: &str in, an Extraction out
//!                                                 ↘ positions → statements  the same: which quotes report one utterance; what stance one takes
//!                                                 ↘ outgoing                requests to other machines, to addresses that were looked at
//!                                                 ↘ search                  the index that full-text search reads; files, no SQL
//! ```

pub mod app;
pub mod blocking;
pub mod coalesced;
pub mod commands;
pub mod error;
pub mod extraction;
pub mod middleware;
pub mod models;
pub mod openapi;
pub mod outgoing;
pub mod pagination;
pub mod positions;
pub mod repository;
pub mod routes;
pub mod schema;
pub mod search;
pub mod services;
pub mod settings;
pub mod statements;
pub mod telemetry;
