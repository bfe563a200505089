//! What only whole exports read: what other reads leave out, for many articles at a time.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Connection;
use crate::error::Result;
use crate::models::{ActorId, ActorMerge, ArticleId, Instant, Json, QuoteId, QuoteReading, Region, SourceRecord};
use crate::schema::{actor_merges, article_sources, articles, quotes};

/// What an article holds beside what lists of articles show.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredText {
    /// The text as received.
    pub text: String,
    /// What the stretches of the text are.
    pub regions: Vec<Region>,
    /// When the extractor last read it.
    pub read_at: Option<Instant>,
    /// The document that the text was taken out of, where that was not plain text.
    pub source: Option<SourceRecord>,
}

/// The texts of these articles, and what goes with them.
///
/// # Errors
/// Only of the database.
pub async fn find_texts(connection: &mut Connection, ids: &[ArticleId]) -> Result<HashMap<ArticleId, StoredText>> {
    type Row = (ArticleId, String, Json<Vec<Region>>, Option<Instant>);
    type Source = (ArticleId, String, String);
    let (rows, sources): (Vec<Row>, Vec<Source>) = on_backend!(connection, |c| {
        let columns = (articles::id, articles::text, articles::regions, articles::read_at);
        let rows = articles::table.filter(articles::id.eq_any(ids)).select(columns).load(c).await?;
        let sources = article_sources::table.filter(article_sources::article_id.eq_any(ids));
        (rows, sources.load(c).await?)
    });
    let source = |(id, media_type, content)| (id, SourceRecord { media_type, content });
    let mut sources: HashMap<ArticleId, SourceRecord> = sources.into_iter().map(source).collect();
    let text = |(id, text, Json(regions), read_at): Row| {
        let source = sources.remove(&id);
        (id, StoredText { text, regions, read_at, source })
    };
    Ok(rows.into_iter().map(text).collect())
}

/// The machine's readings of the quotes in these articles that people have put right.
///
/// # Errors
/// Only of the database.
pub async fn find_machine_readings(
    connection: &mut Connection,
    ids: &[ArticleId],
) -> Result<HashMap<QuoteId, QuoteReading>> {
    let rows: Vec<(QuoteId, Option<Json<QuoteReading>>)> = on_backend!(connection, |c| {
        let corrected = quotes::table.filter(quotes::article_id.eq_any(ids).and(quotes::as_extracted.is_not_null()));
        corrected.select((quotes::id, quotes::as_extracted)).load(c).await?
    });
    Ok(rows.into_iter().filter_map(|(id, reading)| Some((id, reading?.0))).collect())
}

/// Merges by the id of the actor that was merged, a page after `after`.
///
/// # Errors
/// Only of the database.
pub async fn list_merges(connection: &mut Connection, after: Option<ActorId>, limit: i64) -> Result<Vec<ActorMerge>> {
    on_backend!(connection, |c| {
        let mut query = actor_merges::table.select(ActorMerge::as_select()).into_boxed();
        if let Some(id) = after {
            query = query.filter(actor_merges::actor_id.gt(id));
        }
        Ok(query.order(actor_merges::actor_id).limit(limit).load(c).await?)
    })
}
