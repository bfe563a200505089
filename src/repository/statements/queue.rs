//! Articles whose quotes are to be put into statements, and whose positions are to be read, behind what wrote them.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::Connection;
use super::super::mentions::ROWS_A_STATEMENT;
use super::super::one_of::one_of;
use crate::error::Result;
use crate::models::ArticleId;
use crate::schema::{articles, statement_queue};

/// Writes down that the quotes of these articles are to be put into statements.
///
/// # Errors
/// Only of the database.
pub async fn queue_articles(connection: &mut Connection, ids: &[ArticleId]) -> Result<()> {
    for chunk in ids.chunks(ROWS_A_STATEMENT) {
        let rows: Vec<_> = chunk.iter().map(|id| statement_queue::article_id.eq(*id)).collect();
        match connection {
            Connection::Postgres(c) => {
                let insert = diesel::insert_into(statement_queue::table).values(rows).on_conflict_do_nothing();
                insert.execute(&mut c.shared()).await?
            }
            // diesel-async has no multi-row insert for SQLite.
            Connection::Sqlite(c) => {
                c.spawn_blocking(move |c| {
                    let insert = diesel::insert_or_ignore_into(statement_queue::table).values(&rows);
                    diesel::RunQueryDsl::execute(insert, c)
                })
                .await?
            }
        };
    }
    Ok(())
}

/// Some articles whose quotes are to be put into statements; none that another process has taken, or that somebody is
/// changing: who takes them waits for nobody who waits for the same speakers.
///
/// # Errors
/// Only of the database.
pub async fn list_queued_articles(connection: &mut Connection, limit: i64) -> Result<Vec<ArticleId>> {
    let queued = statement_queue::table.inner_join(articles::table);
    let queued = queued.select(statement_queue::article_id).order(statement_queue::article_id);
    match connection {
        Connection::Postgres(c) => Ok(queued.limit(limit).for_update().skip_locked().load(&mut c.shared()).await?),
        // A transaction on SQLite has the only write lock from its start.
        Connection::Sqlite(c) => Ok(queued.limit(limit).load(c).await?),
    }
}

/// Takes articles off the queue.
///
/// # Errors
/// Only of the database.
pub async fn delete_queued_articles(connection: &mut Connection, ids: &[ArticleId]) -> Result<()> {
    on_backend!(connection, |c| {
        diesel::delete(statement_queue::table.filter(one_of(statement_queue::article_id, ids.to_vec())))
            .execute(c)
            .await
    })?;
    Ok(())
}

/// How many articles wait for their quotes to be put into statements.
///
/// # Errors
/// Only of the database.
pub async fn count_queued_articles(connection: &mut Connection) -> Result<i64> {
    on_backend!(connection, |c| Ok(statement_queue::table.count().get_result(c).await?))
}

/// Whether any do.
///
/// # Errors
/// Only of the database.
pub async fn has_queued_articles(connection: &mut Connection) -> Result<bool> {
    on_backend!(connection, |c| {
        let first: Option<ArticleId> =
            statement_queue::table.select(statement_queue::article_id).first(c).await.optional()?;
        Ok(first.is_some())
    })
}
