//! What was true before: rows are copied into their table of history before they are changed or deleted.
//!
//! The statements name no columns: a table of history has those of its table, in the same order, after the instants. What
//! is put into them as text are ids and instants, which cannot hold anything else.

use diesel::result::{DatabaseErrorKind, Error as DatabaseError};
use diesel::{QueryableByName, sql_query};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use super::versioned::{VERSIONED_TABLES, VersionedTable};
use super::{Connection, quote_zones};
use crate::error::{Error, Result};
use crate::models::{ArticleId, Id, Instant, QuoteId, ResourceKind, sql_types};

/// Rows that one statement names.
const IDS_A_STATEMENT: usize = 500;

/// Keeps the rows of a resource's table whose `column` holds one of `ids`, and the rows that are a part of them: they are true
/// until `until`, which is the `updated_at` of what comes after them.
///
/// In the transaction that changes or deletes them, before it does, and after it has locked them.
///
/// # Errors
/// Only of the database.
pub(super) async fn keep<T: 'static>(
    connection: &mut Connection,
    resource: &str,
    column: &str,
    ids: &[Id<T>],
    until: Instant,
) -> Result<()> {
    let until = literal(connection, until);
    for chunk in ids.chunks(IDS_A_STATEMENT) {
        let condition = format!("{column} IN ({})", list_of(chunk));
        let copies = VERSIONED_TABLES.iter().filter_map(|table| copy(table, resource, &condition, &until));
        let statements: String = copies.collect();
        on_backend!(connection, |c| c.batch_execute(&statements).await)?;
    }
    Ok(())
}

/// Keeps rows of a resource's table as `keep` does, and makes them the next version of each; what changes about them is
/// written after this.
///
/// # Errors
/// Only of the database.
pub async fn count_version<T: 'static>(
    connection: &mut Connection,
    resource: ResourceKind,
    ids: &[Id<T>],
    now: Instant,
) -> Result<()> {
    let table = resource.collection();
    keep(connection, table, "id", ids, now).await?;
    let now = literal(connection, now);
    for chunk in ids.chunks(IDS_A_STATEMENT) {
        let ids = list_of(chunk);
        let statement = format!("UPDATE {table} SET version = version + 1, updated_at = {now} WHERE id IN ({ids})");
        on_backend!(connection, |c| c.batch_execute(&statement).await)?;
    }
    Ok(())
}

/// Keeps rows of a resource's table from being changed by others until the transaction ends, and says when one of them was
/// changed last.
///
/// # Errors
/// Only of the database.
pub async fn lock<T: 'static>(
    connection: &mut Connection,
    resource: ResourceKind,
    ids: &[Id<T>],
) -> Result<Option<Instant>> {
    let table = resource.collection();
    let lock = if matches!(connection, Connection::Postgres(_)) { "ORDER BY id FOR NO KEY UPDATE" } else { "" };
    let mut latest = None;
    for chunk in ids.chunks(IDS_A_STATEMENT) {
        let query = format!("SELECT updated_at FROM {table} WHERE id IN ({}) {lock}", list_of(chunk));
        let rows: Vec<Changed> = on_backend!(connection, |c| sql_query(query).load(c).await)?;
        latest = rows.into_iter().map(|row| row.updated_at).max().max(latest);
    }
    Ok(latest)
}

#[derive(QueryableByName)]
struct Changed {
    #[diesel(sql_type = sql_types::Instant)]
    updated_at: Instant,
}

fn list_of<T: 'static>(ids: &[Id<T>]) -> String {
    ids.iter().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(", ")
}

/// The statement that copies rows of `table`: of the resource itself, or those that belong to it first of all.
fn copy(table: &VersionedTable, resource: &str, condition: &str, until: &str) -> Option<String> {
    let name = table.name;
    if name == resource {
        return Some(format!("INSERT INTO {name}_history SELECT {until}, r.* FROM {name} r WHERE r.{condition};"));
    }
    let place = table.parents().iter().position(|parent| parent.table == resource)?;
    let parent = &table.parents()[place];
    let others: String =
        table.parents()[..place].iter().map(|first| format!(" AND r.{} IS NULL", first.column)).collect();
    let column = parent.column;
    Some(format!(
        "INSERT INTO {name}_history SELECT {until}, p.updated_at, r.* FROM {name} r JOIN {resource} p ON p.id = r.{column} \
         WHERE p.{condition}{others};"
    ))
}

/// The tables whose rows go and come back with a resource, and the column that names it there; what others refer to first.
fn rows_of(resource: ResourceKind) -> Vec<(&'static str, &'static str)> {
    let table = resource.collection();
    if resource == ResourceKind::Article {
        // With its quotes, which are resources of their own; all its mentions, and not only those of the story.
        let owner = "article_id";
        return vec![(table, "id"), ("article_sources", owner), ("quotes", owner), ("mentions", owner)];
    }
    let parts = VERSIONED_TABLES.iter().flat_map(|part| {
        let of_resource = part.parents().iter().filter(|parent| parent.table == table);
        of_resource.map(|parent| (part.name, parent.column))
    });
    std::iter::once((table, "id")).chain(parts).collect()
}

/// Puts the rows of a resource back that were deleted at `until`, as the next version of each.
///
/// # Errors
/// [`Error::Conflict`] where something stands in their way, or what they refer to is gone.
pub async fn restore(
    connection: &mut Connection,
    resource: ResourceKind,
    id: Id<()>,
    until: Instant,
    now: Instant,
) -> Result<()> {
    let (until, now) = (literal(connection, until), literal(connection, now));
    for (table, owner) in rows_of(resource) {
        let columns = list_columns(connection, table).await?;
        let value = |column: &String| match column.as_str() {
            "updated_at" => now.clone(),
            "version" => "version + 1".to_owned(),
            name => format!("\"{name}\""),
        };
        let values: Vec<String> = columns.iter().map(value).collect();
        let columns: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
        let statement = format!(
            "INSERT INTO {table} ({}) SELECT {} FROM {table}_history WHERE {owner} = '{id}' AND until = {until}",
            columns.join(", "),
            values.join(", ")
        );
        on_backend!(connection, |c| sql_query(statement).execute(c).await).map_err(|error| match error {
            DatabaseError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
                Error::Conflict("another resource has its slug, text or address by now".to_owned())
            }
            DatabaseError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => {
                Error::Conflict("something that it refers to is gone: restore that first".to_owned())
            }
            error => error.into(),
        })?;
    }
    let restored: Vec<QuoteId> = match resource {
        ResourceKind::Article => {
            list_ids(connection, format!("SELECT id FROM quotes WHERE article_id = '{id}'")).await?
        }
        ResourceKind::Quote => vec![id.typed()],
        _ => Vec::new(),
    };
    quote_zones::create_zones_of_quotes(connection, &restored).await
}

/// Deletes what was kept of a resource, for good.
///
/// # Errors
/// Only of the database.
pub async fn purge(connection: &mut Connection, resource: ResourceKind, id: Id<()>) -> Result<()> {
    let delete = |(table, owner)| format!("DELETE FROM {table}_history WHERE {owner} = '{id}';");
    let statements: String = rows_of(resource).into_iter().map(delete).collect();
    on_backend!(connection, |c| c.batch_execute(&statements).await)?;
    Ok(())
}

/// The quotes that an article ever had and something was kept of.
///
/// # Errors
/// Only of the database.
pub async fn list_quotes_of_article(connection: &mut Connection, article: ArticleId) -> Result<Vec<QuoteId>> {
    list_ids(connection, format!("SELECT DISTINCT id FROM quotes_history WHERE article_id = '{article}'")).await
}

/// The quotes that were reported in another one until it was deleted at `until`, and are reported in none now.
///
/// # Errors
/// Only of the database.
pub async fn list_quotes_nested_in(
    connection: &mut Connection,
    quote: QuoteId,
    until: Instant,
) -> Result<Vec<QuoteId>> {
    let until = literal(connection, until);
    let query = format!(
        "SELECT h.id FROM quotes_history h JOIN quotes q ON q.id = h.id AND q.nested_in IS NULL \
         WHERE h.nested_in = '{quote}' AND h.until = {until} ORDER BY h.id"
    );
    list_ids(connection, query).await
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = sql_types::Id)]
    id: Id<()>,
}

pub(super) async fn list_ids<T: 'static>(connection: &mut Connection, query: String) -> Result<Vec<Id<T>>> {
    let found: Vec<Found> = on_backend!(connection, |c| sql_query(query).load(c).await)?;
    Ok(found.into_iter().map(|Found { id }| id.typed()).collect())
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// The columns of a table in its order.
async fn list_columns(connection: &mut Connection, table: &str) -> Result<Vec<String>> {
    let query = match connection {
        Connection::Postgres(_) => format!(
            "SELECT column_name::text AS name FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = '{table}' ORDER BY ordinal_position"
        ),
        Connection::Sqlite(_) => format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"),
    };
    let columns: Vec<Column> = on_backend!(connection, |c| sql_query(query).load(c).await)?;
    Ok(columns.into_iter().map(|Column { name }| name).collect())
}

/// An instant as the database reads it in a statement.
pub(super) fn literal(connection: &Connection, instant: Instant) -> String {
    match connection {
        Connection::Postgres(_) => format!("timestamptz '{instant:.6}'"),
        Connection::Sqlite(_) => format!("'{instant:.6}'"),
    }
}
