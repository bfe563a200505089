//! Column types that hold the same value on both databases.

use diesel::query_builder::QueryId;
use diesel::sql_types::SqlType;

/// `uuid` on PostgreSQL, 36 characters of `TEXT` on SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951), sqlite_type(name = "Text"))]
pub struct Id;

/// `timestamptz` on PostgreSQL; RFC 3339 in UTC with six decimals as `TEXT` on SQLite, so that it sorts by time.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Text"))]
pub struct Instant;

/// `date` on PostgreSQL, ISO 8601 as `TEXT` on SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1082, array_oid = 1182), sqlite_type(name = "Text"))]
pub struct Day;

/// The earliest of them is found by `min`.
impl diesel::sql_types::SqlOrd for Day {}

/// `jsonb` on PostgreSQL, `TEXT` on SQLite.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807), sqlite_type(name = "Text"))]
pub struct Document;
