//! Who changed what, in the database: one row a change, written with it and never changed.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Connection, mentions};
use crate::error::Result;
use crate::models::{ArticleId, Change, Id, Instant, NewChange, ResourceKind};
use crate::pagination::{PageRequest, Rows};
use crate::schema::changes;

/// Writes changes down.
///
/// # Errors
/// Only of the database.
pub async fn create_changes(connection: &mut Connection, new: &[NewChange]) -> Result<()> {
    for chunk in new.chunks(mentions::ROWS_A_STATEMENT) {
        let chunk = chunk.to_vec();
        match connection {
            Connection::Postgres(c) => diesel::insert_into(changes::table).values(&chunk).execute(c).await?,
            // diesel-async has no multi-row insert for SQLite.
            Connection::Sqlite(c) => {
                c.spawn_blocking(move |c| {
                    diesel::RunQueryDsl::execute(diesel::insert_into(changes::table).values(&chunk), c)
                })
                .await?
            }
        };
    }
    Ok(())
}

/// Forgets what these resources were before their changes, and why they were made. That there were changes stays.
///
/// # Errors
/// Only of the database.
pub async fn forget_documents(connection: &mut Connection, resources: &[Id<()>]) -> Result<()> {
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
