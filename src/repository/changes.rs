//! Who changed what, in the database: one row a change, written with it. It gets its position once it is committed, and stays
//! as it is from then on.

use std::collections::HashMap;

use diesel::dsl::{max, min};
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use super::Connection;
use crate::error::Result;
use crate::models::{
    ArticleId, Author, Change, ChangeCursor, ChangeFilter, ChangeKind, Id, Instant, Json, LoggedChange, NewChange,
    ResourceKind,
};
use crate::pagination::{PageRequest, Rows};
use crate::schema::changes;

/// Writes changes down.
///
/// # Errors
/// Only of the database.
pub async fn create_changes(connection: &mut Connection, new: &[NewChange]) -> Result<()> {
    match connection {
        Connection::Postgres(_) => insert_rows!(connection, changes::table, new.to_vec()),
        Connection::Sqlite(c) => {
            let new = new.to_vec();
            c.spawn_blocking(move |c| insert_with_positions(c, &new)).await?;
        }
    }
    Ok(())
}

/// A transaction on SQLite has the only write lock from its start: what it writes is committed in the order of `seq`.
fn insert_with_positions(connection: &mut diesel::SqliteConnection, new: &[NewChange]) -> diesel::QueryResult<()> {
    let last: Option<i64> =
        diesel::RunQueryDsl::first(changes::table.select(diesel::dsl::max(changes::position)), connection)?;
    for (change, position) in new.iter().zip(last.unwrap_or_default() + 1..) {
        let values = (change, changes::position.eq(position));
        diesel::RunQueryDsl::execute(diesel::insert_into(changes::table).values(values), connection)?;
    }
    Ok(())
}

/// Gives the next positions to changes that have none. A bounded number: each such statement ends soon.
const PLACE: &str = "UPDATE changes SET position = placed.place FROM ( \
     SELECT seq, row_number() OVER (ORDER BY seq) + (SELECT coalesce(max(position), 0) FROM changes) AS place \
     FROM changes WHERE position IS NULL ORDER BY seq LIMIT 1000 \
 ) AS placed WHERE changes.seq = placed.seq";

/// Under this lock PostgreSQL gives positions to changes. Any number that no other lock has.
const PLACING: &str = "SELECT pg_advisory_xact_lock(7311968)";

/// The first and the last `seq` of the committed changes that have no position yet.
///
/// # Errors
/// Only of the database.
pub async fn find_unplaced_changes(connection: &mut Connection) -> Result<Option<(i64, i64)>> {
    let ends: (Option<i64>, Option<i64>) = on_backend!(connection, |c| {
        let unplaced = changes::table.filter(changes::position.is_null());
        unplaced.select((min(changes::seq), max(changes::seq))).first(c).await?
    });
    Ok(ends.0.zip(ends.1))
}

/// Gives positions to committed changes that have none, after all that have one; not to all of them where they are many.
///
/// One process at a time: the others wait, and then see what it gave. What commits later comes later, so that who has read up
/// to a position misses nothing before it. Of two changes of which one was committed before the other began, it has the lower
/// `seq`, and whoever sees the other sees it: their order holds.
///
/// Outside a transaction. PostgreSQL gets both statements at one time and runs them as one transaction of its own: a process
/// that is killed, or a machine that is cut off, leaves no lock behind on which the log would wait.
///
/// # Errors
/// Only of the database.
pub async fn place_changes(connection: &mut Connection) -> Result<()> {
    match connection {
        Connection::Postgres(c) => c.shared().batch_execute(&format!("{PLACING}; {PLACE}")).await?,
        // Nothing to be done but in a database that something else has written to.
        Connection::Sqlite(c) => c.batch_execute(PLACE).await?,
    }
    Ok(())
}

type Mark = (Option<i64>, Id<()>, i64, Instant);

fn cursor_of(mark: Option<Mark>) -> Option<ChangeCursor> {
    let (position, resource_id, version, at) = mark?;
    Some(ChangeCursor::after(position?, resource_id, version, at))
}

/// The place after the last change.
///
/// # Errors
/// Only of the database.
pub async fn find_last_cursor(connection: &mut Connection) -> Result<ChangeCursor> {
    let last: Option<Mark> = on_backend!(connection, |c| {
        let placed = changes::table.filter(changes::position.is_not_null()).order(changes::position.desc());
        let marks = (changes::position, changes::resource_id, changes::version, changes::at);
        placed.select(marks).first(c).await.optional()?
    });
    Ok(cursor_of(last).unwrap_or(ChangeCursor::START))
}

/// The place after the change that has this position.
///
/// # Errors
/// Only of the database.
pub async fn find_cursor(connection: &mut Connection, position: i64) -> Result<Option<ChangeCursor>> {
    let mark: Option<Mark> = on_backend!(connection, |c| {
        let marks = (changes::position, changes::resource_id, changes::version, changes::at);
        changes::table.filter(changes::position.eq(position)).select(marks).first(c).await.optional()?
    });
    Ok(cursor_of(mark))
}

type LoggedRow = (Option<i64>, Instant, ResourceKind, Id<()>, i64, ChangeKind, bool, Json<Author>, Option<String>);

/// The changes that fit the filter after one position and up to another, in their order, at most `limit`.
///
/// # Errors
/// Only of the database.
pub async fn list_changes(
    connection: &mut Connection,
    filter: &ChangeFilter,
    (after, up_to): (i64, i64),
    limit: i64,
) -> Result<Vec<LoggedChange>> {
    let rows: Vec<LoggedRow> = on_backend!(connection, |c| {
        let mut query = changes::table
            .filter(changes::position.gt(after).and(changes::position.le(up_to)))
            .select((
                changes::position,
                changes::at,
                changes::resource,
                changes::resource_id,
                changes::version,
                changes::change,
                changes::gone,
                changes::author,
                changes::reason,
            ))
            .into_boxed();
        if !filter.resource.is_empty() {
            query = query.filter(changes::resource.eq_any(&filter.resource));
        }
        if !filter.change.is_empty() {
            query = query.filter(changes::change.eq_any(&filter.change));
        }
        query.order(changes::position).limit(limit).load(c).await?
    });
    Ok(rows.into_iter().filter_map(logged).collect())
}

fn logged(row: LoggedRow) -> Option<LoggedChange> {
    let (position, at, resource, resource_id, version, change, gone, Json(author), reason) = row;
    let href = format!("/v1/{}/{resource_id}", resource.collection());
    Some(LoggedChange { position: position?, at, resource, resource_id, href, version, change, gone, author, reason })
}

/// What the resources of these changes were before, as JSON, where that is kept; by position.
///
/// # Errors
/// Only of the database.
pub async fn list_documents_before(connection: &mut Connection, positions: &[i64]) -> Result<HashMap<i64, String>> {
    let rows: Vec<(Option<i64>, Option<String>)> = on_backend!(connection, |c| {
        let told = changes::table.filter(changes::position.eq_any(positions).and(changes::before.is_not_null()));
        told.select((changes::position, changes::before)).load(c).await?
    });
    Ok(rows.into_iter().filter_map(|(position, before)| position.zip(before)).collect())
}

/// Forgets what these resources were before their changes, and why they were made. That there were changes stays.
///
/// # Errors
/// Only of the database.
pub async fn forget_documents(connection: &mut Connection, resources: &[Id<()>]) -> Result<()> {
    if let Connection::Postgres(c) = connection {
        // Of these rows, some may just get their positions: each would wait for a row that the other has.
        c.shared().batch_execute(PLACING).await?;
    }
    let rows = changes::table.filter(changes::resource_id.eq_any(resources));
    let nothing = (changes::before.eq(None::<String>), changes::reason.eq(None::<String>));
    on_backend!(connection, |c| diesel::update(rows).set(nothing).execute(c).await)?;
    Ok(())
}

/// The changes of a resource on one page, the newest first, and one more where there is a next page.
///
/// # Errors
/// Only of the database.
pub async fn list_changes_of(
    connection: &mut Connection,
    resource: ResourceKind,
    id: Id<()>,
    page: &PageRequest<i64>,
) -> Result<Rows<Change>> {
    on_backend!(connection, |c| {
        // The same conditions for the page and for the total.
        let filtered =
            || changes::table.filter(changes::resource_id.eq(id).and(changes::resource.eq(resource))).into_boxed();
        let total = match page.count {
            true => Some(filtered().count().get_result(c).await?),
            false => None,
        };
        let mut query = filtered().select(Change::as_select());
        if let Some(seq) = page.after {
            query = query.filter(changes::seq.lt(seq));
        }
        Ok(Rows { rows: query.order(changes::seq.desc()).limit(page.fetch()).load(c).await?, total })
    })
}

/// The change with this place among all.
///
/// # Errors
/// Only of the database.
pub async fn find_change(connection: &mut Connection, seq: i64) -> Result<Option<Change>> {
    on_backend!(connection, |c| { Ok(changes::table.find(seq).select(Change::as_select()).first(c).await.optional()?) })
}

/// The last change of a resource.
///
/// # Errors
/// Only of the database.
pub async fn find_last_change(
    connection: &mut Connection,
    resource: ResourceKind,
    id: Id<()>,
) -> Result<Option<Change>> {
    let of_resource = changes::resource_id.eq(id).and(changes::resource.eq(resource));
    on_backend!(connection, |c| {
        let query = changes::table.filter(of_resource).select(Change::as_select()).order(changes::seq.desc());
        Ok(query.first(c).await.optional()?)
    })
}

/// The first change of a resource.
///
/// # Errors
/// Only of the database.
pub async fn find_first_change(
    connection: &mut Connection,
    resource: ResourceKind,
    id: Id<()>,
) -> Result<Option<Change>> {
    let of_resource = changes::resource_id.eq(id).and(changes::resource.eq(resource));
    on_backend!(connection, |c| {
        let query = changes::table.filter(of_resource).select(Change::as_select()).order(changes::seq);
        Ok(query.first(c).await.optional()?)
    })
}

/// The change of a resource at an instant.
///
/// # Errors
/// Only of the database.
pub async fn find_change_at(
    connection: &mut Connection,
    resource: ResourceKind,
    id: Id<()>,
    at: Instant,
) -> Result<Option<Change>> {
    let of_resource = changes::resource_id.eq(id).and(changes::resource.eq(resource));
    on_backend!(connection, |c| {
        let query = changes::table.filter(of_resource.and(changes::at.eq(at))).select(Change::as_select());
        Ok(query.first(c).await.optional()?)
    })
}

#[derive(QueryableByName)]
struct Document {
    #[diesel(sql_type = diesel::sql_types::Text)]
    before: String,
}

/// The quotes of an article that people have deleted and that are still gone, as the API gave them before; not what was
/// purged, and not what the extractor took back itself.
///
/// # Errors
/// Only of the database.
pub async fn list_deleted_quotes_of_article(connection: &mut Connection, article: ArticleId) -> Result<Vec<String>> {
    // No code names the columns of the history but this: the id of the article stands nowhere else by itself.
    let query = format!(
        "SELECT c.before FROM quotes_history h JOIN changes c ON c.resource_id = h.id AND c.at = h.until \
         WHERE h.article_id = '{article}' AND c.resource = 'quote' AND c.change = 'deleted' AND c.before IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM quotes q WHERE q.id = h.id) ORDER BY c.seq"
    );
    let documents: Vec<Document> = on_backend!(connection, |c| diesel::sql_query(query).load(c).await?);
    Ok(documents.into_iter().map(|document| document.before).collect())
}
