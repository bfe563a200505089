//! What the search index is made from.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde::Deserialize;

use super::Connection;
use crate::error::Result;
use crate::models::{
    ActorId, ArticleId, Day, IndexedArticle, IndexedQuote, Instant, OutletId, QuoteId, QuoteKind, Review, ZoneId,
};
use crate::schema::{articles, changes, mentions, quotes};

/// The articles that quotes were read from which these changes took away. Not of those that were purged.
///
/// # Errors
/// Only of the database.
pub async fn list_articles_of_gone_quotes(connection: &mut Connection, positions: &[i64]) -> Result<Vec<ArticleId>> {
    #[derive(Deserialize)]
    struct Quote {
        article_id: ArticleId,
    }
    if positions.is_empty() {
        return Ok(Vec::new());
    }
    let quotes: Vec<Option<String>> = on_backend!(connection, |c| {
        changes::table.filter(changes::position.eq_any(positions)).select(changes::before).load(c).await?
    });
    let read = |quote: String| serde_json::from_str(&quote).map(|Quote { article_id }| article_id).ok();
    Ok(quotes.into_iter().flatten().filter_map(read).collect())
}

/// When the first change was made that comes after a position, or has none yet; `None` where there is none.
///
/// # Errors
/// Only of the database.
pub async fn find_time_of_change_after(connection: &mut Connection, position: i64) -> Result<Option<Instant>> {
    // Those without a position first: one that gets it meanwhile is then seen twice, and not missed.
    let (unplaced, placed): (Option<Instant>, Option<Instant>) = on_backend!(connection, |c| {
        let at = || changes::table.select(changes::at);
        let unplaced = at().filter(changes::position.is_null()).order(changes::seq);
        let placed = at().filter(changes::position.gt(position)).order(changes::position);
        (unplaced.first(c).await.optional()?, placed.first(c).await.optional()?)
    });
    Ok(unplaced.into_iter().chain(placed).min())
}

/// How many articles there are.
///
/// # Errors
/// Only of the database.
pub async fn count_articles(connection: &mut Connection) -> Result<u64> {
    let count: i64 = on_backend!(connection, |c| articles::table.count().get_result(c).await?);
    Ok(u64::try_from(count).unwrap_or_default())
}

/// The ids of the articles after one, in their order.
///
/// # Errors
/// Only of the database.
pub async fn list_article_ids_after(
    connection: &mut Connection,
    after: Option<ArticleId>,
    limit: i64,
) -> Result<Vec<ArticleId>> {
    on_backend!(connection, |c| {
        let mut query = articles::table.select(articles::id).into_boxed();
        if let Some(id) = after {
            query = query.filter(articles::id.gt(id));
        }
        Ok(query.order(articles::id).limit(limit).load(c).await?)
    })
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = articles)]
struct ArticleRow {
    id: ArticleId,
    title: Option<String>,
    text: String,
    outlet_id: Option<OutletId>,
    published_on: Option<Day>,
    sort_on: Day,
    language: Option<String>,
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = quotes)]
struct QuoteRow {
    id: QuoteId,
    article_id: ArticleId,
    text: String,
    kind: QuoteKind,
    actor_id: Option<ActorId>,
    said_on: Option<Day>,
    sort_on: Day,
    review: Review,
    confidence: f64,
}

type NamedRow = (ArticleId, Option<QuoteId>, Option<ActorId>, Option<ZoneId>);

/// Those of these articles that there are, with their quotes, as the index takes them.
///
/// # Errors
/// Only of the database.
pub async fn list_indexed_articles(connection: &mut Connection, ids: &[ArticleId]) -> Result<Vec<IndexedArticle>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<ArticleRow> = on_backend!(connection, |c| {
        articles::table.filter(articles::id.eq_any(ids)).select(ArticleRow::as_select()).load(c).await?
    });
    let quote_rows: Vec<QuoteRow> = on_backend!(connection, |c| {
        quotes::table.filter(quotes::article_id.eq_any(ids)).select(QuoteRow::as_select()).load(c).await?
    });
    let named: Vec<NamedRow> = on_backend!(connection, |c| {
        mentions::table
            .filter(mentions::article_id.eq_any(ids))
            .select((mentions::article_id, mentions::quote_id, mentions::actor_id, mentions::zone_id))
            .load(c)
            .await?
    });
    Ok(joined(rows, quote_rows, named))
}

fn joined(rows: Vec<ArticleRow>, quote_rows: Vec<QuoteRow>, named: Vec<NamedRow>) -> Vec<IndexedArticle> {
    let mut zones_of_quotes: HashMap<QuoteId, Vec<ZoneId>> = HashMap::new();
    let mut found: HashMap<ArticleId, IndexedArticle> = rows.into_iter().map(|row| (row.id, row.article())).collect();
    for (article, quote, actor, zone) in named {
        if let (Some(quote), Some(zone)) = (quote, zone) {
            add_once(zones_of_quotes.entry(quote).or_default(), zone);
        }
        let Some(article) = found.get_mut(&article) else { continue };
        actor.into_iter().for_each(|actor| add_once(&mut article.actors, actor));
        zone.into_iter().for_each(|zone| add_once(&mut article.zones, zone));
    }
    for row in quote_rows {
        let Some(article) = found.get_mut(&row.article_id) else { continue };
        row.actor_id.into_iter().for_each(|actor| add_once(&mut article.actors, actor));
        let zones = zones_of_quotes.remove(&row.id).unwrap_or_default();
        let quote = row.quote(article, zones);
        article.quotes.push(quote);
    }
    found.into_values().collect()
}

fn add_once<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

impl ArticleRow {
    fn article(self) -> IndexedArticle {
        IndexedArticle {
            id: self.id,
            title: self.title,
            text: self.text,
            outlet: self.outlet_id,
            actors: Vec::new(),
            zones: Vec::new(),
            published_on: self.published_on,
            sort_on: self.sort_on,
            language: self.language,
            quotes: Vec::new(),
        }
    }
}

impl QuoteRow {
    fn quote(self, article: &IndexedArticle, zones: Vec<ZoneId>) -> IndexedQuote {
        IndexedQuote {
            id: self.id,
            article: self.article_id,
            text: self.text,
            kind: self.kind,
            speaker: self.actor_id,
            zones,
            outlet: article.outlet,
            said_on: self.said_on,
            published_on: article.published_on,
            sort_on: self.sort_on,
            review: self.review,
            confidence: self.confidence,
        }
    }
}
