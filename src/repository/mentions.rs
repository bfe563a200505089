//! Known actors and zones named in articles and quotes.

mod bulk;

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::one_of::one_of;
use super::{Connection, quote_zones};
use crate::error::Result;
use crate::models::{ActorId, ActorRef, Article, ArticleId, Mention, MentionId, Quote, QuoteId, ZoneId, ZoneRef};
use crate::schema::{actors, mentions, zones};

pub use bulk::create_mentions;

/// Rows that one INSERT writes: SQLite takes 32,766 variables a statement.
pub(super) const ROWS_A_STATEMENT: usize = 500;

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = mentions, treat_none_as_default_value = false)]
struct NewRow {
    id: MentionId,
    article_id: ArticleId,
    quote_id: Option<QuoteId>,
    actor_id: Option<ActorId>,
    zone_id: Option<ZoneId>,
    text: String,
    start_offset: i64,
    end_offset: i64,
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = mentions)]
struct Row {
    quote_id: Option<QuoteId>,
    text: String,
    start_offset: i64,
    end_offset: i64,
}

type FoundRow = (Row, Option<ActorRef>, Option<ZoneRef>);

/// A mention, the article in which it stands, and the quote; none where it is in the story itself.
pub type PlacedMention<'a> = (ArticleId, Option<QuoteId>, &'a Mention);

/// What a story names.
pub fn mentions_of_story(article: &Article) -> impl Iterator<Item = PlacedMention<'_>> {
    article.mentions.iter().map(|mention| (article.summary.id, None, mention))
}

/// What quotes name.
pub fn mentions_of_quotes<'a>(quotes: impl IntoIterator<Item = &'a Quote>) -> impl Iterator<Item = PlacedMention<'a>> {
    let of_quote = |quote: &'a Quote| quote.mentions.iter().map(|mention| (quote.article_id, Some(quote.id), mention));
    quotes.into_iter().flat_map(of_quote)
}

/// What a story names, in reading order.
///
/// # Errors
/// Only of the database.
pub async fn list_mentions_of_article(connection: &mut Connection, article: ArticleId) -> Result<Vec<Mention>> {
    let rows: Vec<FoundRow> = load_rows!(
        connection,
        mentions::table
            .left_join(actors::table)
            .left_join(zones::table)
            .filter(mentions::article_id.eq(article).and(mentions::quote_id.is_null()))
            .select((Row::as_select(), Option::<ActorRef>::as_select(), Option::<ZoneRef>::as_select()))
            .order((mentions::start_offset, mentions::end_offset, mentions::id))
    )?;
    Ok(rows.into_iter().map(mention).collect())
}

/// What each of these stories names, in reading order.
///
/// # Errors
/// Only of the database.
pub async fn list_mentions_of_articles(
    connection: &mut Connection,
    articles: &[ArticleId],
) -> Result<HashMap<ArticleId, Vec<Mention>>> {
    let rows: Vec<(ArticleId, FoundRow)> = on_backend!(connection, |c| {
        mentions::table
            .left_join(actors::table)
            .left_join(zones::table)
            .filter(mentions::article_id.eq_any(articles).and(mentions::quote_id.is_null()))
            .select((
                mentions::article_id,
                (Row::as_select(), Option::<ActorRef>::as_select(), Option::<ZoneRef>::as_select()),
            ))
            .order((mentions::article_id, mentions::start_offset, mentions::end_offset, mentions::id))
            .load(c)
            .await?
    });
    let mut found: HashMap<ArticleId, Vec<Mention>> = HashMap::new();
    for (article, row) in rows {
        found.entry(article).or_default().push(mention(row));
    }
    Ok(found)
}

/// What each of these quotes names, in reading order.
///
/// # Errors
/// Only of the database.
pub async fn list_mentions_of_quotes(
    connection: &mut Connection,
    quotes: &[QuoteId],
) -> Result<HashMap<QuoteId, Vec<Mention>>> {
    if quotes.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<FoundRow> = load_rows!(
        connection,
        mentions::table
            .left_join(actors::table)
            .left_join(zones::table)
            .filter(one_of(mentions::quote_id, quotes.to_vec()))
            .select((Row::as_select(), Option::<ActorRef>::as_select(), Option::<ZoneRef>::as_select()))
            .order((mentions::quote_id, mentions::start_offset, mentions::id))
    )?;
    Ok(by_quote(rows))
}

/// What each of the quotes in these articles names, in reading order.
///
/// # Errors
/// Only of the database.
pub async fn list_mentions_of_quotes_in(
    connection: &mut Connection,
    articles: &[ArticleId],
) -> Result<HashMap<QuoteId, Vec<Mention>>> {
    // By article and not by quote: these may be more than the variables that SQLite takes.
    let rows: Vec<FoundRow> = load_rows!(
        connection,
        mentions::table
            .left_join(actors::table)
            .left_join(zones::table)
            .filter(one_of(mentions::article_id, articles.to_vec()).and(mentions::quote_id.is_not_null()))
            .select((Row::as_select(), Option::<ActorRef>::as_select(), Option::<ZoneRef>::as_select()))
            .order((mentions::quote_id, mentions::start_offset, mentions::id))
    )?;
    Ok(by_quote(rows))
}

fn by_quote(rows: Vec<FoundRow>) -> HashMap<QuoteId, Vec<Mention>> {
    let mut found: HashMap<QuoteId, Vec<Mention>> = HashMap::new();
    for row in rows {
        if let Some(quote) = row.0.quote_id {
            found.entry(quote).or_default().push(mention(row));
        }
    }
    found
}

/// Takes away what a quote names.
///
/// # Errors
/// Only of the database.
pub async fn delete_mentions_of_quote(connection: &mut Connection, quote: QuoteId) -> Result<()> {
    on_backend!(connection, |c| diesel::delete(mentions::table.filter(mentions::quote_id.eq(quote))).execute(c).await)?;
    quote_zones::delete_zones_of_quotes(connection, &[quote]).await
}

/// Takes away what a story names; what its quotes name stays.
///
/// # Errors
/// Only of the database.
pub async fn delete_mentions_of_article(connection: &mut Connection, article: ArticleId) -> Result<()> {
    let of_story = mentions::table.filter(mentions::article_id.eq(article).and(mentions::quote_id.is_null()));
    on_backend!(connection, |c| diesel::delete(of_story).execute(c).await)?;
    Ok(())
}

impl NewRow {
    fn of(article: ArticleId, quote: Option<QuoteId>, mention: &Mention) -> Self {
        Self {
            id: MentionId::generate(),
            article_id: article,
            quote_id: quote,
            actor_id: mention.actor.as_ref().map(|actor| actor.id),
            zone_id: mention.zone.as_ref().map(|zone| zone.id),
            text: mention.text.clone(),
            start_offset: i64::try_from(mention.start).unwrap_or(i64::MAX),
            end_offset: i64::try_from(mention.end).unwrap_or(i64::MAX),
        }
    }
}

fn mention((row, actor, zone): FoundRow) -> Mention {
    Mention {
        text: row.text,
        start: usize::try_from(row.start_offset).unwrap_or_default(),
        end: usize::try_from(row.end_offset).unwrap_or_default(),
        actor,
        zone,
    }
}
