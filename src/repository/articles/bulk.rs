//! Many articles at once.

use std::collections::HashSet;

use diesel::sql_types::{Array, BigInt, Nullable, Text};

use super::*;
use crate::models::sql_types;

/// An article to be added, with what is beside it.
#[derive(Debug, Clone, Copy)]
pub struct NewRow<'a> {
    /// The article; its mentions are written by themselves.
    pub article: &'a Article,
    /// When the extractor last read it.
    pub read_at: Option<Instant>,
    /// The document that the text was taken out of, where that was not plain text: its media type, and what it holds.
    pub source: Option<(&'a str, &'a str)>,
}

/// What may be known of an article already.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KnownArticles {
    /// Ids that articles have.
    pub ids: HashSet<ArticleId>,
    /// Hashes of their texts.
    pub texts: HashSet<String>,
    /// Their addresses.
    pub urls: HashSet<String>,
}

/// Which of these ids, texts and addresses articles have.
///
/// # Errors
/// Only of the database.
pub async fn find_known_articles(
    connection: &mut Connection,
    ids: &[ArticleId],
    texts: &[&str],
    urls: &[&str],
) -> Result<KnownArticles> {
    let texts: Vec<String> = texts.iter().copied().map(str::to_owned).collect();
    let urls: Vec<String> = urls.iter().copied().map(str::to_owned).collect();
    let known_ids: Vec<ArticleId> = load_rows_of!(connection, ids, |ids| {
        articles::table.filter(one_of(articles::id, ids)).select(articles::id)
    });
    let known_texts: Vec<String> = load_rows_of!(connection, texts, |texts| {
        articles::table.filter(one_of(articles::text_sha256, texts)).select(articles::text_sha256)
    });
    let known_urls: Vec<Option<String>> = load_rows_of!(connection, urls, |urls| {
        articles::table.filter(one_of(articles::url, urls)).select(articles::url)
    });
    Ok(KnownArticles {
        ids: known_ids.into_iter().collect(),
        texts: known_texts.into_iter().collect(),
        urls: known_urls.into_iter().flatten().collect(),
    })
}

struct BulkRow {
    summary: SummaryRow,
    text: String,
    regions: Json<Vec<Region>>,
    read_at: Option<Instant>,
}

/// The values of a row.
macro_rules! values_of {
    ($row:expr) => {
        (
            &$row.summary,
            articles::text.eq(&$row.text),
            articles::regions.eq(&$row.regions),
            articles::read_at.eq($row.read_at),
        )
    };
}

/// Adds articles, and the documents that they were taken out of.
///
/// # Errors
/// [`Error::Conflict`] where another article has an id, a text or an address.
pub async fn create_articles(connection: &mut Connection, new: &[NewRow<'_>]) -> Result<()> {
    let row = |new: &NewRow<'_>| BulkRow {
        summary: SummaryRow::of(&new.article.summary),
        text: new.article.text.clone(),
        regions: Json(new.article.regions.clone()),
        read_at: new.read_at,
    };
    let rows: Vec<BulkRow> = new.iter().map(row).collect();
    let inserted = match connection {
        Connection::Postgres(c) => match rows.as_slice() {
            // By a statement that stays prepared.
            [row] => {
                let insert = diesel::insert_into(articles::table).values(values_of!(row));
                insert.execute(&mut c.shared()).await.map(drop)
            }
            _ => insert_into_postgres(c.shared(), rows).await,
        },
        Connection::Sqlite(c) => c.spawn_blocking(move |c| insert_into_sqlite(c, &rows)).await,
    };
    inserted.on_unique(|| "another article has the same id, text or address".to_owned())?;
    for NewRow { article, source, .. } in new {
        let Some((media_type, content)) = source else { continue };
        let values = (
            article_sources::article_id.eq(article.summary.id),
            article_sources::media_type.eq(media_type),
            article_sources::content.eq(content),
        );
        on_backend!(connection, |c| diesel::insert_into(article_sources::table).values(values).execute(c).await)?;
    }
    Ok(())
}

/// A statement a row, prepared once: SQLite takes longer to read one of many rows than to run as many.
fn insert_into_sqlite(connection: &mut diesel::SqliteConnection, rows: &[BulkRow]) -> diesel::QueryResult<()> {
    for row in rows {
        let insert = diesel::insert_into(articles::table).values(values_of!(row));
        diesel::RunQueryDsl::execute(insert, connection)?;
    }
    Ok(())
}

/// One statement whose parameters are the columns.
async fn insert_into_postgres(
    mut connection: &diesel_async::AsyncPgConnection,
    rows: Vec<BulkRow>,
) -> diesel::QueryResult<()> {
    fn column<T>(rows: &[BulkRow], of: impl Fn(&BulkRow) -> T) -> Vec<T> {
        rows.iter().map(of).collect()
    }
    diesel::sql_query(
        "INSERT INTO articles (id, outlet_id, url, title, subtitle, dateline, published_on, published_on_precision, \
         published_on_source, language, extraction, extractor, text_sha256, sort_on, created_at, updated_at, version, \
         text, regions, read_at) \
         SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
    )
    .bind::<Array<sql_types::Id>, _>(column(&rows, |row| row.summary.id))
    .bind::<Array<Nullable<sql_types::Id>>, _>(column(&rows, |row| row.summary.outlet_id))
    .bind::<Array<Nullable<Text>>, _>(column(&rows, |row| row.summary.url.clone()))
    .bind::<Array<Nullable<Text>>, _>(column(&rows, |row| row.summary.title.clone()))
    .bind::<Array<Nullable<Text>>, _>(column(&rows, |row| row.summary.subtitle.clone()))
    .bind::<Array<Nullable<sql_types::Document>>, _>(column(&rows, |row| row.summary.dateline.clone()))
    .bind::<Array<Nullable<sql_types::Day>>, _>(column(&rows, |row| row.summary.published_on))
    .bind::<Array<Nullable<Text>>, _>(column(&rows, |row| row.summary.published_on_precision))
    .bind::<Array<Nullable<Text>>, _>(column(&rows, |row| row.summary.published_on_source))
    .bind::<Array<Nullable<Text>>, _>(column(&rows, |row| row.summary.language.clone()))
    .bind::<Array<Text>, _>(column(&rows, |row| row.summary.extraction))
    .bind::<Array<Text>, _>(column(&rows, |row| row.summary.extractor.clone()))
    .bind::<Array<Text>, _>(column(&rows, |row| row.summary.text_sha256.clone()))
    .bind::<Array<sql_types::Day>, _>(column(&rows, |row| row.summary.sort_on))
    .bind::<Array<sql_types::Instant>, _>(column(&rows, |row| row.summary.created_at))
    .bind::<Array<sql_types::Instant>, _>(column(&rows, |row| row.summary.updated_at))
    .bind::<Array<BigInt>, _>(column(&rows, |row| row.summary.version))
    .bind::<Array<Text>, _>(column(&rows, |row| row.text.clone()))
    .bind::<Array<sql_types::Document>, _>(column(&rows, |row| row.regions.clone()))
    .bind::<Array<Nullable<sql_types::Instant>>, _>(column(&rows, |row| row.read_at))
    .execute(&mut connection)
    .await?;
    Ok(())
}
