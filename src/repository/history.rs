//! What was true before: rows are copied into their table of history before they are changed or deleted.
//!
//! The statements name no columns: a table of history has those of its table, in the same order, after the instants. What
//! is put into them as text are ids and instants, which cannot hold anything else.

use diesel_async::SimpleAsyncConnection;

use super::Connection;
use super::versioned::{VERSIONED_TABLES, VersionedTable};
use crate::error::Result;
use crate::models::{Id, Instant};

/// Rows that one statement names.
const IDS_A_STATEMENT: usize = 500;

/// Keeps the rows of a resource's table whose `column` holds one of `ids`, and the rows that are a part of them: they are true
/// until `until`, which is the `updated_at` of what comes after them.
///
/// In the transaction that changes or deletes them, before it does, and after it has locked them.
///
/// # Errors
/// Only of the database.
pub(super) async fn keep<T>(
    connection: &mut Connection,
    resource: &str,
    column: &str,
    ids: &[Id<T>],
    until: Instant,
) -> Result<()> {
    let until = literal(connection, until);
    for chunk in ids.chunks(IDS_A_STATEMENT) {
        let ids: Vec<String> = chunk.iter().map(|id| format!("'{id}'")).collect();
        let condition = format!("{column} IN ({})", ids.join(", "));
        let copies = VERSIONED_TABLES.iter().filter_map(|table| copy(table, resource, &condition, &until));
        let statements: String = copies.collect();
        on_backend!(connection, |c| c.batch_execute(&statements).await)?;
    }
    Ok(())
}

/// The statement that copies rows of `table`: of the resource itself, or those that belong to it first of all.
fn copy(table: &VersionedTable, resource: &str, condition: &str, until: &str) -> Option<String> {
    let name = table.name;
    if name == resource {
        return Some(format!("INSERT INTO {name}_history SELECT {until}, r.* FROM {name} r WHERE r.{condition};"));
    }
    let place = table.parents.iter().position(|parent| parent.table == resource)?;
    let parent = &table.parents[place];
    let others: String =
        table.parents[..place].iter().map(|first| format!(" AND r.{} IS NULL", first.column)).collect();
    let column = parent.column;
    Some(format!(
        "INSERT INTO {name}_history SELECT {until}, p.updated_at, r.* FROM {name} r JOIN {resource} p ON p.id = r.{column} \
         WHERE p.{condition}{others};"
    ))
}

/// An instant as the database reads it in a statement.
fn literal(connection: &Connection, instant: Instant) -> String {
    match connection {
        Connection::Postgres(_) => format!("timestamptz '{instant:.6}'"),
        Connection::Sqlite(_) => format!("'{instant:.6}'"),
    }
}
