//! Mentions in many articles at once.

use diesel::sql_types::{Array, BigInt, Nullable, Text};

use super::*;
use crate::models::sql_types;

/// Adds mentions. Each is written once for the article (no quote) and once for each quote whose words hold it, so that neither loses
/// it with the other.
///
/// # Errors
/// Only of the database.
pub async fn create_mentions(connection: &mut Connection, new: &[PlacedMention<'_>]) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let rows: Vec<NewRow> = new.iter().map(|(article, quote, mention)| NewRow::of(*article, *quote, mention)).collect();
    match connection {
        Connection::Postgres(c) => insert_into_postgres(c.shared(), rows).await?,
        Connection::Sqlite(c) => c.spawn_blocking(move |c| insert_into_sqlite(c, &rows)).await?,
    }
    quote_zones::create_zones_of_mentions(connection, new.iter().map(|(_, quote, mention)| (*quote, *mention))).await
}

/// A statement a row, prepared once: SQLite takes longer to read one of many rows than to run as many.
fn insert_into_sqlite(connection: &mut diesel::SqliteConnection, rows: &[NewRow]) -> diesel::QueryResult<()> {
    for row in rows {
        diesel::RunQueryDsl::execute(diesel::insert_into(mentions::table).values(row), connection)?;
    }
    Ok(())
}

/// One statement whose parameters are the columns.
async fn insert_into_postgres(
    mut connection: &diesel_async::AsyncPgConnection,
    rows: Vec<NewRow>,
) -> diesel::QueryResult<()> {
    fn column<T>(rows: &[NewRow], of: impl Fn(&NewRow) -> T) -> Vec<T> {
        rows.iter().map(of).collect()
    }
    diesel::sql_query(
        "INSERT INTO mentions (id, article_id, quote_id, actor_id, zone_id, text, start_offset, end_offset) \
         SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind::<Array<sql_types::Id>, _>(column(&rows, |row| row.id))
    .bind::<Array<sql_types::Id>, _>(column(&rows, |row| row.article_id))
    .bind::<Array<Nullable<sql_types::Id>>, _>(column(&rows, |row| row.quote_id))
    .bind::<Array<Nullable<sql_types::Id>>, _>(column(&rows, |row| row.actor_id))
    .bind::<Array<Nullable<sql_types::Id>>, _>(column(&rows, |row| row.zone_id))
    .bind::<Array<Text>, _>(column(&rows, |row| row.text.clone()))
    .bind::<Array<BigInt>, _>(column(&rows, |row| row.start_offset))
    .bind::<Array<BigInt>, _>(column(&rows, |row| row.end_offset))
    .execute(&mut connection)
    .await?;
    Ok(())
}
