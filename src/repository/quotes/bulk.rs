//! Many quotes at once.

use diesel::sql_types::{Array, BigInt, Double, Nullable, Text};

use super::super::conflict::ConflictMeaning;
use super::*;
use crate::models::sql_types;

/// A quote to be added, with what is beside it.
#[derive(Debug, Clone, Copy)]
pub struct NewRow<'a> {
    /// The quote; its mentions are written by themselves.
    pub quote: &'a Quote,
    /// The day that its article is listed under.
    pub article_day: Day,
    /// The machine's reading, where a person has put it right.
    pub as_extracted: Option<&'a QuoteReading>,
}

type BulkRow = (QuoteRow, Option<Json<QuoteReading>>);

/// Adds quotes; those that others are nested in stand before them. Their mentions are written by
/// [`create_mentions`](crate::repository::mentions::create_mentions).
///
/// # Errors
/// [`Error::Conflict`] where another quote has an id.
pub async fn create_quotes(connection: &mut Connection, new: &[NewRow<'_>]) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let row = |new: &NewRow<'_>| (QuoteRow::of(new.quote, new.article_day), new.as_extracted.cloned().map(Json));
    let rows: Vec<BulkRow> = new.iter().map(row).collect();
    let inserted = match connection {
        Connection::Postgres(c) => insert_into_postgres(c.shared(), rows).await,
        Connection::Sqlite(c) => c.spawn_blocking(move |c| insert_into_sqlite(c, &rows)).await,
    };
    inserted.on_unique(|| "another quote has the same id".to_owned())
}

/// A statement a row, prepared once: SQLite takes longer to read one of many rows than to run as many.
fn insert_into_sqlite(connection: &mut diesel::SqliteConnection, rows: &[BulkRow]) -> diesel::QueryResult<()> {
    for (row, as_extracted) in rows {
        let values = (row, quotes::as_extracted.eq(as_extracted));
        diesel::RunQueryDsl::execute(diesel::insert_into(quotes::table).values(values), connection)?;
    }
    Ok(())
}

/// One statement whose parameters are the columns.
async fn insert_into_postgres(
    mut connection: &diesel_async::AsyncPgConnection,
    rows: Vec<BulkRow>,
) -> diesel::QueryResult<()> {
    fn column<T>(rows: &[BulkRow], of: impl Fn(&QuoteRow) -> T) -> Vec<T> {
        rows.iter().map(|(row, _)| of(row)).collect()
    }
    let readings: Vec<Option<Json<QuoteReading>>> = rows.iter().map(|(_, reading)| reading.clone()).collect();
    diesel::sql_query(
        "INSERT INTO quotes (id, article_id, position, kind, text, segments, exact, prefix, suffix, cue, occasion, \
         speaker_mention, actor_id, role, resolved_by, said_on, said_on_precision, nested_in, confidence, why, review, \
         extractor, sort_on, created_at, updated_at, version, as_extracted) \
         SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, \
         $20, $21, $22, $23, $24, $25, $26, $27)",
    )
    .bind::<Array<sql_types::Id>, _>(column(&rows, |row| row.id))
    .bind::<Array<sql_types::Id>, _>(column(&rows, |row| row.article_id))
    .bind::<Array<BigInt>, _>(column(&rows, |row| row.position))
    .bind::<Array<Text>, _>(column(&rows, |row| row.kind))
    .bind::<Array<Text>, _>(column(&rows, |row| row.text.clone()))
    .bind::<Array<sql_types::Document>, _>(column(&rows, |row| row.segments.clone()))
    .bind::<Array<Text>, _>(column(&rows, |row| row.exact.clone()))
    .bind::<Array<Text>, _>(column(&rows, |row| row.prefix.clone()))
    .bind::<Array<Text>, _>(column(&rows, |row| row.suffix.clone()))
    .bind::<Array<Nullable<sql_types::Document>>, _>(column(&rows, |row| row.cue.clone()))
    .bind::<Array<Nullable<sql_types::Document>>, _>(column(&rows, |row| row.occasion.clone()))
    .bind::<Array<Nullable<sql_types::Document>>, _>(column(&rows, |row| row.speaker_mention.clone()))
    .bind::<Array<Nullable<sql_types::Id>>, _>(column(&rows, |row| row.actor_id))
    .bind::<Array<Nullable<Text>>, _>(column(&rows, |row| row.role.clone()))
    .bind::<Array<Nullable<Text>>, _>(column(&rows, |row| row.resolved_by))
    .bind::<Array<Nullable<sql_types::Day>>, _>(column(&rows, |row| row.said_on))
    .bind::<Array<Nullable<Text>>, _>(column(&rows, |row| row.said_on_precision))
    .bind::<Array<Nullable<sql_types::Id>>, _>(column(&rows, |row| row.nested_in))
    .bind::<Array<Double>, _>(column(&rows, |row| row.confidence))
    .bind::<Array<sql_types::Document>, _>(column(&rows, |row| row.why.clone()))
    .bind::<Array<Text>, _>(column(&rows, |row| row.review))
    .bind::<Array<Text>, _>(column(&rows, |row| row.extractor.clone()))
    .bind::<Array<sql_types::Day>, _>(column(&rows, |row| row.sort_on))
    .bind::<Array<sql_types::Instant>, _>(column(&rows, |row| row.created_at))
    .bind::<Array<sql_types::Instant>, _>(column(&rows, |row| row.updated_at))
    .bind::<Array<BigInt>, _>(column(&rows, |row| row.version))
    .bind::<Array<Nullable<sql_types::Document>>, _>(readings)
    .execute(&mut connection)
    .await?;
    Ok(())
}
