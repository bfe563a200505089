//! Articles with texts and quotes, in batches.

use std::collections::HashMap;

use super::{BATCH, PageRequest, Rows, Sink, for_each_batch, table};
use crate::error::Result;
use crate::models::{
    Article, ArticleFilter, ArticleId, ArticleRecord, ArticleSummary, ExportFormat, QuoteRecord, Record,
};
use crate::repository::{self, Connection, exports, mentions};
use crate::services::articles;

/// Articles whose texts and quotes are held at one time.
const WHOLE: usize = 50;

/// Those of a list, in its order.
pub(super) async fn write_articles(connection: &mut Connection, filter: &ArticleFilter, sink: &mut Sink) -> Result<()> {
    let conditions = articles::find_conditions(connection, filter).await?;
    sink.begin::<table::ArticleRow<'_>>()?;
    for_each_batch!(
        |page| repository::articles::list_articles(connection, filter, &conditions, &page),
        |last| (last.sort_on(), last.id),
        |rows| {
            for articles in rows.chunks(WHOLE) {
                match sink.format {
                    ExportFormat::Ndjson => write_records(connection, articles, sink).await?,
                    ExportFormat::Csv => write_table(connection, articles, sink).await?,
                }
            }
        }
    );
    Ok(())
}

/// All of them, by their ids.
pub(super) async fn write_all_articles(connection: &mut Connection, sink: &mut Sink) -> Result<()> {
    let mut after: Option<ArticleId> = None;
    loop {
        let articles = repository::articles::list_articles_by_id(connection, after, WHOLE as i64).await?;
        let Some(last) = articles.last() else { return Ok(()) };
        after = Some(last.id);
        write_records(connection, &articles, sink).await?;
    }
}

async fn write_table(connection: &mut Connection, articles: &[ArticleSummary], sink: &mut Sink) -> Result<()> {
    let ids: Vec<ArticleId> = articles.iter().map(|article| article.id).collect();
    let texts = exports::find_texts(connection, &ids).await?;
    for article in articles {
        let text = texts.get(&article.id).map_or("", |stored| &stored.text);
        sink.put(&table::ArticleRow { article, text }, |_| Ok(())).await?;
    }
    Ok(())
}

async fn write_records(connection: &mut Connection, articles: &[ArticleSummary], sink: &mut Sink) -> Result<()> {
    let ids: Vec<ArticleId> = articles.iter().map(|article| article.id).collect();
    let mut texts = exports::find_texts(connection, &ids).await?;
    let mut named = mentions::list_mentions_of_articles(connection, &ids).await?;
    let mut readings = exports::find_machine_readings(connection, &ids).await?;
    // By article, and within one in reading order.
    let quotes = repository::quotes::list_quotes_of_articles(connection, &ids).await?;
    let mut by_article: HashMap<ArticleId, Vec<QuoteRecord>> = HashMap::new();
    for quote in quotes {
        let reading = readings.remove(&quote.id);
        by_article.entry(quote.article_id).or_default().push(QuoteRecord::of(quote, reading));
    }
    for summary in articles {
        let Some(stored) = texts.remove(&summary.id) else { continue };
        let article = Article {
            summary: summary.clone(),
            text: stored.text,
            regions: stored.regions,
            mentions: named.remove(&summary.id).unwrap_or_default(),
        };
        let quotes = by_article.remove(&summary.id).unwrap_or_default();
        let record = ArticleRecord::of(article, stored.read_at, stored.source, quotes);
        sink.put_record(&Record::Article(Box::new(record))).await?;
    }
    Ok(())
}
