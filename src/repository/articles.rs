//! Articles in the database.

mod bulk;

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::article_filter::{ArticleConditions, filtered_articles, published_from, published_to};
use super::conflict::ConflictMeaning;
use super::one_of::one_of;
use super::{Connection, history, quote_zones};
use crate::error::{Error, Result};
use crate::models::{
    Article, ArticleFilter, ArticleId, ArticleSummary, ArticlesToRead, DatePrecision, DateSource, Dateline, Day,
    ExtractionState, Instant, Json, OutletId, OutletRef, Region,
};
use crate::pagination::{PageRequest, Rows};
use crate::schema::{article_sources, articles, outlets, quotes};

pub use bulk::{KnownArticles, NewRow, create_articles, find_known_articles};

/// Where an article stands in the list: the day it is listed under, and its id.
pub type ArticleKeyset = (Day, ArticleId);

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = articles, treat_none_as_null = true, treat_none_as_default_value = false)]
struct SummaryRow {
    id: ArticleId,
    outlet_id: Option<OutletId>,
    url: Option<String>,
    title: Option<String>,
    subtitle: Option<String>,
    dateline: Option<Json<Dateline>>,
    published_on: Option<Day>,
    published_on_precision: Option<DatePrecision>,
    published_on_source: Option<DateSource>,
    language: Option<String>,
    extraction: ExtractionState,
    extractor: String,
    text_sha256: String,
    sort_on: Day,
    created_at: Instant,
    updated_at: Instant,
    version: i64,
}

impl SummaryRow {
    fn of(article: &ArticleSummary) -> Self {
        Self {
            id: article.id,
            outlet_id: article.outlet.as_ref().map(|outlet| outlet.id),
            url: article.url.clone(),
            title: article.title.clone(),
            subtitle: article.subtitle.clone(),
            dateline: article.dateline.clone().map(Json),
            published_on: article.published_on,
            published_on_precision: article.published_on_precision,
            published_on_source: article.published_on_source,
            language: article.language.clone(),
            extraction: article.extraction,
            extractor: article.extractor.clone(),
            text_sha256: article.text_sha256.clone(),
            sort_on: article.sort_on(),
            created_at: article.created_at,
            updated_at: article.updated_at,
            version: article.version,
        }
    }

    fn summary(self, outlet: Option<OutletRef>) -> ArticleSummary {
        ArticleSummary {
            id: self.id,
            outlet,
            url: self.url,
            title: self.title,
            subtitle: self.subtitle,
            dateline: self.dateline.map(|Json(dateline)| dateline),
            published_on: self.published_on,
            published_on_precision: self.published_on_precision,
            published_on_source: self.published_on_source,
            language: self.language,
            extraction: self.extraction,
            extractor: self.extractor,
            text_sha256: self.text_sha256,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
            highlights: None,
            included: None,
        }
    }
}

/// The articles of one page, the newest first, and one more where there is a next page.
///
/// # Errors
/// Only of the database.
pub async fn list_articles(
    connection: &mut Connection,
    filter: &ArticleFilter,
    conditions: &ArticleConditions,
    page: &PageRequest<ArticleKeyset>,
) -> Result<Rows<ArticleSummary>> {
    let (rows, total): (Vec<(SummaryRow, Option<OutletRef>)>, _) = on_backend!(connection, |c| {
        // The same conditions for the page and for the total.
        let filtered = || {
            let query = articles::table.left_join(outlets::table).into_boxed();
            filtered_articles!(query, filter, conditions)
        };
        let total = match page.count {
            true => Some(filtered().count().get_result(c).await?),
            false => None,
        };
        let mut query = filtered().select((SummaryRow::as_select(), Option::<OutletRef>::as_select()));
        if let Some((day, id)) = page.after {
            let later = articles::sort_on.lt(day).or(articles::sort_on.eq(day).and(articles::id.lt(id)));
            query = query.filter(articles::sort_on.le(day).and(later));
        }
        let page = query.order((articles::sort_on.desc(), articles::id.desc())).limit(page.fetch());
        (page.load(c).await?, total)
    });
    Ok(Rows { rows, total }.map(|(row, outlet)| row.summary(outlet)))
}

/// Those of these articles that there are, each with its text, in no order.
///
/// # Errors
/// Only of the database.
pub async fn list_articles_with_ids(
    connection: &mut Connection,
    ids: &[ArticleId],
) -> Result<Vec<(ArticleSummary, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(SummaryRow, Option<OutletRef>, String)> = on_backend!(connection, |c| {
        articles::table
            .left_join(outlets::table)
            .filter(articles::id.eq_any(ids))
            .select((SummaryRow::as_select(), Option::<OutletRef>::as_select(), articles::text))
            .load(c)
            .await?
    });
    Ok(rows.into_iter().map(|(row, outlet, text)| (row.summary(outlet), text)).collect())
}

/// The article with this id, without its mentions.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_article(connection: &mut Connection, id: ArticleId) -> Result<Article> {
    type Row = (SummaryRow, String, Json<Vec<Region>>, Option<OutletRef>);
    let found: Vec<Row> = load_rows!(
        connection,
        articles::table.left_join(outlets::table).filter(articles::id.eq(id)).select((
            SummaryRow::as_select(),
            articles::text,
            articles::regions,
            Option::<OutletRef>::as_select()
        ))
    )?;
    let (row, text, Json(regions), outlet) =
        found.into_iter().next().ok_or_else(|| Error::NotFound { resource: "article", key: id.to_string() })?;
    Ok(Article { summary: row.summary(outlet), text, regions, mentions: Vec::new() })
}

/// The articles with these ids, without their texts.
///
/// # Errors
/// Only of the database.
pub async fn find_articles_by_id(
    connection: &mut Connection,
    ids: &[ArticleId],
) -> Result<HashMap<ArticleId, ArticleSummary>> {
    let rows: Vec<(SummaryRow, Option<OutletRef>)> = load_rows!(
        connection,
        articles::table
            .left_join(outlets::table)
            .filter(one_of(articles::id, ids.to_vec()))
            .select((SummaryRow::as_select(), Option::<OutletRef>::as_select()))
    )?;
    Ok(rows.into_iter().map(|(row, outlet)| (row.id, row.summary(outlet))).collect())
}

/// Articles by their ids, without their texts: a page after `after`.
///
/// # Errors
/// Only of the database.
pub async fn list_articles_by_id(
    connection: &mut Connection,
    after: Option<ArticleId>,
    limit: i64,
) -> Result<Vec<ArticleSummary>> {
    let rows: Vec<(SummaryRow, Option<OutletRef>)> = on_backend!(connection, |c| {
        let mut query = articles::table.left_join(outlets::table).into_boxed();
        if let Some(id) = after {
            query = query.filter(articles::id.gt(id));
        }
        let query = query.select((SummaryRow::as_select(), Option::<OutletRef>::as_select()));
        query.order(articles::id).limit(limit).load(c).await?
    });
    Ok(rows.into_iter().map(|(row, outlet)| row.summary(outlet)).collect())
}

/// The id of the article that has this text, or else this address.
///
/// # Errors
/// Only of the database.
pub async fn find_same_article(
    connection: &mut Connection,
    text_sha256: &str,
    url: Option<&str>,
) -> Result<Option<ArticleId>> {
    let Some(url) = url else {
        return on_backend!(connection, |c| {
            let same_text = articles::table.filter(articles::text_sha256.eq(text_sha256)).select(articles::id);
            Ok(same_text.first(c).await.optional()?)
        });
    };
    let found: Vec<(ArticleId, String)> = on_backend!(connection, |c| {
        let same = articles::table.filter(articles::text_sha256.eq(text_sha256).or(articles::url.eq(url)));
        same.select((articles::id, articles::text_sha256)).load(c).await?
    });
    let same_text = found.iter().find(|(_, text)| text.as_str() == text_sha256);
    Ok(same_text.or(found.as_slice().first()).map(|(id, _)| *id))
}

/// The id of the article that has this address.
///
/// # Errors
/// Only of the database.
pub async fn find_article_at(connection: &mut Connection, url: &str) -> Result<Option<ArticleId>> {
    on_backend!(connection, |c| {
        Ok(articles::table.filter(articles::url.eq(url)).select(articles::id).first(c).await.optional()?)
    })
}

/// Keeps an article from being changed by others until the transaction ends, so that no change is lost.
///
/// # Errors
/// Only of the database.
pub async fn lock_article(connection: &mut Connection, id: ArticleId) -> Result<()> {
    match connection {
        Connection::Postgres(c) => {
            let row = articles::table.find(id).select(articles::id).for_update();
            row.first::<ArticleId>(&mut c.shared()).await.optional()?;
        }
        // A transaction on SQLite has the only write lock from its start.
        Connection::Sqlite(_) => {}
    }
    Ok(())
}

/// Writes what may change about an article, all but its text, and keeps what was there.
///
/// # Errors
/// [`Error::Conflict`] where another article has the address.
pub async fn update_article(connection: &mut Connection, article: &ArticleSummary) -> Result<()> {
    history::keep(connection, "articles", "id", &[article.id], article.updated_at).await?;
    let row = SummaryRow::of(article);
    on_backend!(connection, |c| diesel::update(articles::table.find(article.id)).set(&row).execute(c).await)
        .on_unique(|| "another article has this address".to_owned())?;
    // Quotes whose own day is not known are listed under the article's.
    let is_undated = quotes::said_on.is_null().or(quotes::said_on_precision.ne(DatePrecision::Day));
    let undated = quotes::table.filter(quotes::article_id.eq(article.id)).filter(is_undated);
    on_backend!(connection, |c| diesel::update(undated).set(quotes::sort_on.eq(row.sort_on)).execute(c).await)?;
    quote_zones::update_days_of_article(connection, article.id, row.sort_on).await
}

/// Writes what the extractor has read from an article anew, and keeps what was there. Its mentions are written after it.
///
/// # Errors
/// Only of the database.
pub async fn update_extraction(connection: &mut Connection, article: &Article) -> Result<()> {
    let summary = &article.summary;
    history::keep(connection, "articles", "id", &[summary.id], summary.updated_at).await?;
    let values = (
        articles::extraction.eq(summary.extraction),
        articles::extractor.eq(&summary.extractor),
        articles::regions.eq(Json(article.regions.clone())),
        articles::updated_at.eq(summary.updated_at),
        articles::version.eq(summary.version),
        articles::read_at.eq(summary.updated_at),
    );
    on_backend!(connection, |c| diesel::update(articles::table.find(summary.id)).set(values).execute(c).await)?;
    Ok(())
}

/// Notes that the extractor has read an article and found nothing new. No reader sees that, so it is no new version.
///
/// # Errors
/// Only of the database.
pub async fn update_read_at(connection: &mut Connection, id: ArticleId, read_at: Instant) -> Result<()> {
    let read_at = articles::read_at.eq(read_at);
    on_backend!(connection, |c| diesel::update(articles::table.find(id)).set(read_at).execute(c).await)?;
    Ok(())
}

/// The ids of the articles to read again, those of `outlets` where it is not empty; by id, a page after `after`.
///
/// # Errors
/// Only of the database.
pub async fn list_articles_to_read(
    connection: &mut Connection,
    filter: &ArticlesToRead,
    outlets: &[OutletId],
    extractor: &str,
    after: Option<ArticleId>,
    limit: i64,
) -> Result<Vec<ArticleId>> {
    on_backend!(connection, |c| {
        let unread = articles::read_at.lt(filter.read_before).or(articles::read_at.is_null());
        let unread = unread.assume_not_null();
        let mut query = articles::table.filter(unread).select(articles::id).into_boxed();
        if !outlets.is_empty() {
            query = query.filter(articles::outlet_id.eq_any(outlets));
        }
        if !filter.article.is_empty() {
            query = query.filter(articles::id.eq_any(&filter.article));
        }
        if let Some(day) = filter.published_from {
            query = query.filter(published_from(day));
        }
        if let Some(day) = filter.published_to {
            query = query.filter(published_to(day));
        }
        if filter.outdated {
            query = query.filter(articles::extractor.ne(extractor));
        }
        if let Some(id) = after {
            query = query.filter(articles::id.gt(id));
        }
        Ok(query.order(articles::id).limit(limit).load(c).await?)
    })
}

/// Keeps the quotes of an article from being changed by others until the transaction ends, and says when one of them was
/// changed last. Within a transaction that has locked the article.
///
/// # Errors
/// Only of the database.
pub async fn lock_quotes_of_article(connection: &mut Connection, id: ArticleId) -> Result<Option<Instant>> {
    let quotes = quotes::table.filter(quotes::article_id.eq(id)).select(quotes::updated_at);
    let changed: Vec<Instant> = match connection {
        Connection::Postgres(c) => quotes.order(quotes::id).for_update().load(&mut c.shared()).await?,
        Connection::Sqlite(c) => quotes.load(c).await?,
    };
    Ok(changed.into_iter().max())
}

/// Deletes an article with its quotes and mentions, and keeps what was there.
///
/// # Errors
/// Only of the database.
pub async fn delete_article(connection: &mut Connection, id: ArticleId, at: Instant) -> Result<()> {
    history::keep(connection, "articles", "id", &[id], at).await?;
    history::keep(connection, "quotes", "article_id", &[id], at).await?;
    on_backend!(connection, |c| diesel::delete(articles::table.find(id)).execute(c).await)?;
    Ok(())
}
