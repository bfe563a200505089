//! Quotes in the database.

mod bulk;

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::one_of::one_of;
use super::quote_filter::{QuoteConditions, filtered_quotes};
use super::{Connection, history, mentions, quote_zones};
use crate::error::{Error, Result};
use crate::models::{
    ActorId, ActorRef, ArticleId, DatePrecision, Day, Instant, Json, Mention, Quote, QuoteFilter, QuoteId, QuoteKind,
    QuoteReading, ResolvedBy, Review, Segment, SelectorType, Speaker, StatementId, TextQuoteSelector, TextSpan,
    ZoneRef,
};
use crate::pagination::{PageRequest, Rows};
use crate::schema::{actors, articles, quotes, statement_reports};

pub use bulk::{NewRow, create_quotes};

/// Where a quote stands in the list: the day it is listed under, and its id.
pub type QuoteKeyset = (Day, QuoteId);

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = quotes, treat_none_as_null = true, treat_none_as_default_value = false)]
struct QuoteRow {
    id: QuoteId,
    article_id: ArticleId,
    position: i64,
    kind: QuoteKind,
    text: String,
    segments: Json<Vec<Segment>>,
    exact: String,
    prefix: String,
    suffix: String,
    cue: Option<Json<TextSpan>>,
    occasion: Option<Json<TextSpan>>,
    speaker_mention: Option<Json<TextSpan>>,
    actor_id: Option<ActorId>,
    role: Option<String>,
    resolved_by: Option<ResolvedBy>,
    said_on: Option<Day>,
    said_on_precision: Option<DatePrecision>,
    nested_in: Option<QuoteId>,
    confidence: f64,
    why: Json<Vec<String>>,
    review: Review,
    extractor: String,
    sort_on: Day,
    created_at: Instant,
    updated_at: Instant,
    version: i64,
}

/// A quote with its speaker and the statement that it reports.
#[derive(Queryable, Selectable)]
#[diesel(table_name = quotes)]
struct FoundRow {
    #[diesel(embed)]
    row: QuoteRow,
    #[diesel(embed)]
    actor: Option<ActorRef>,
    #[diesel(select_expression = statement_reports::statement_id.nullable())]
    statement_id: Option<StatementId>,
}

/// Where [`FoundRow`]s are.
#[diesel::dsl::auto_type(no_type_alias)]
fn found_quotes() -> _ {
    quotes::table.left_join(actors::table).left_join(statement_reports::table)
}

/// The quotes of one page, the newest first, and one more where there is a next page; each with the day it is listed under.
///
/// # Errors
/// Only of the database.
pub async fn list_quotes(
    connection: &mut Connection,
    filter: &QuoteFilter,
    conditions: &QuoteConditions,
    page: &PageRequest<QuoteKeyset>,
) -> Result<Rows<(Day, Quote)>> {
    let total = match page.count {
        true => on_backend!(connection, |c| {
            let query = filtered_quotes!(quotes::table.into_boxed(), filter, conditions);
            Some(query.count().get_result(c).await?)
        }),
        false => None,
    };
    if let Some(zone) = conditions.only_zone(filter) {
        let ids = quote_zones::list_newest(connection, zone, filter, page).await?;
        let rows: Vec<FoundRow> = load_rows!(
            connection,
            found_quotes()
                .filter(one_of(quotes::id, ids))
                .order((quotes::sort_on.desc(), quotes::id.desc()))
                .select(FoundRow::as_select())
        )?;
        return with_days(connection, rows, total).await;
    }
    let rows: Vec<FoundRow> = load_rows!(connection, {
        let query = found_quotes().into_boxed();
        let mut query = filtered_quotes!(query, filter, conditions);
        if let Some((day, id)) = page.after {
            let later = quotes::sort_on.lt(day).or(quotes::sort_on.eq(day).and(quotes::id.lt(id)));
            query = query.filter(quotes::sort_on.le(day).and(later));
        }
        let query = query.order((quotes::sort_on.desc(), quotes::id.desc())).limit(page.fetch());
        query.select(FoundRow::as_select())
    })?;
    with_days(connection, rows, total).await
}

async fn with_days(connection: &mut Connection, rows: Vec<FoundRow>, total: Option<i64>) -> Result<Rows<(Day, Quote)>> {
    let days: Vec<Day> = rows.iter().map(|found| found.row.sort_on).collect();
    let found = with_mentions(connection, rows).await?;
    Ok(Rows { rows: days.into_iter().zip(found).collect(), total })
}

/// The quotes that came in last, the last one first.
///
/// # Errors
/// Only of the database.
pub async fn list_latest_quotes(
    connection: &mut Connection,
    filter: &QuoteFilter,
    conditions: &QuoteConditions,
    limit: i64,
) -> Result<Vec<Quote>> {
    let rows: Vec<FoundRow> = on_backend!(connection, |c| {
        let query = found_quotes().into_boxed();
        let query = filtered_quotes!(query, filter, conditions);
        // An id begins with the time at which it was made (UUIDv7).
        let query = query.select(FoundRow::as_select()).order(quotes::id.desc());
        query.limit(limit).load(c).await?
    });
    with_mentions(connection, rows).await
}

/// The quotes of these articles, those of each in reading order.
///
/// # Errors
/// Only of the database.
pub async fn list_quotes_of_articles(connection: &mut Connection, article_ids: &[ArticleId]) -> Result<Vec<Quote>> {
    let rows = async |c: &mut Connection| -> Result<Vec<FoundRow>> {
        let of_articles = found_quotes().filter(one_of(quotes::article_id, article_ids.to_vec()));
        let in_order = of_articles.order((quotes::article_id, quotes::position, quotes::id));
        Ok(load_rows!(c, in_order.select(FoundRow::as_select()))?)
    };
    let named = async |c: &mut Connection| mentions::list_mentions_of_quotes_in(c, article_ids).await;
    let (rows, named) = connection.both(rows, named).await?;
    let mut found = quotes_of(rows, named);
    found.sort_by_key(reading_order);
    Ok(found)
}

/// Where a quote stands among those of its article: an outer one before one nested in it that begins with it, whichever
/// was read first.
fn reading_order(quote: &Quote) -> (ArticleId, usize, std::cmp::Reverse<usize>, QuoteId) {
    let start = quote.segments.as_slice().first().map_or(0, |segment| segment.start);
    let end = quote.segments.as_slice().last().map_or(0, |segment| segment.end);
    (quote.article_id, start, std::cmp::Reverse(end), quote.id)
}

/// The quotes of an article in reading order, each with the machine's reading, where a person has corrected it.
///
/// # Errors
/// Only of the database.
pub async fn list_quotes_as_extracted(
    connection: &mut Connection,
    article: ArticleId,
) -> Result<Vec<(Quote, Option<QuoteReading>)>> {
    let readings: Vec<(QuoteId, Option<Json<QuoteReading>>)> = on_backend!(connection, |c| {
        let of_article = quotes::table.filter(quotes::article_id.eq(article).and(quotes::as_extracted.is_not_null()));
        of_article.select((quotes::id, quotes::as_extracted)).load(c).await?
    });
    let mut readings: HashMap<QuoteId, Option<Json<QuoteReading>>> = readings.into_iter().collect();
    let found = list_quotes_of_articles(connection, &[article]).await?;
    let with_reading = |quote: Quote| {
        let reading = readings.remove(&quote.id).flatten().map(|Json(reading)| reading);
        (quote, reading)
    };
    Ok(found.into_iter().map(with_reading).collect())
}

/// The quote with this id.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_quote(connection: &mut Connection, id: QuoteId) -> Result<Quote> {
    let row: Vec<FoundRow> =
        load_rows!(connection, found_quotes().filter(quotes::id.eq(id)).select(FoundRow::as_select()))?;
    let found = with_mentions(connection, row).await?.pop();
    found.ok_or_else(|| Error::NotFound { resource: "quote", key: id.to_string() })
}

/// The quotes with these ids, of those that there are.
///
/// # Errors
/// Only of the database.
pub async fn find_quotes(connection: &mut Connection, ids: &[QuoteId]) -> Result<Vec<Quote>> {
    let rows: Vec<FoundRow> = load_rows!(
        connection,
        found_quotes().filter(one_of(quotes::id, ids.to_vec())).select(FoundRow::as_select()).order(quotes::id)
    )?;
    with_mentions(connection, rows).await
}

/// The articles of these quotes.
///
/// # Errors
/// Only of the database.
pub async fn list_articles_of_quotes(connection: &mut Connection, ids: &[QuoteId]) -> Result<Vec<ArticleId>> {
    let mut articles = Vec::new();
    for chunk in ids.chunks(mentions::ROWS_A_STATEMENT) {
        let found: Vec<ArticleId> = on_backend!(connection, |c| {
            quotes::table.filter(quotes::id.eq_any(chunk)).select(quotes::article_id).distinct().load(c).await?
        });
        articles.extend(found);
    }
    articles.sort();
    articles.dedup();
    Ok(articles)
}

/// Keeps a quote from being changed by others until the transaction ends, so that no change is lost; and its article from
/// being deleted, whoever does which locks the article before its quotes.
///
/// # Errors
/// Only of the database.
pub async fn lock_quote(connection: &mut Connection, id: QuoteId) -> Result<()> {
    match connection {
        Connection::Postgres(c) => {
            let article = quotes::table.find(id).select(quotes::article_id).single_value();
            let article = articles::table.filter(articles::id.nullable().eq(article)).select(articles::id);
            article.for_key_share().first::<ArticleId>(&mut c.shared()).await.optional()?;
            let row = quotes::table.find(id).select(quotes::id).for_update();
            row.first::<QuoteId>(&mut c.shared()).await.optional()?;
        }
        // A transaction on SQLite has the only write lock from its start.
        Connection::Sqlite(_) => {}
    }
    Ok(())
}

/// Writes a quote as a person has put it right, and keeps what was there; the machine's reading beside it where this is the
/// first correction. Its mentions are written after it.
///
/// # Errors
/// Only of the database.
pub async fn update_quote(
    connection: &mut Connection,
    quote: &Quote,
    article_day: Day,
    as_extracted: Option<&QuoteReading>,
) -> Result<()> {
    history::keep(connection, "quotes", "id", &[quote.id], quote.updated_at).await?;
    let row = QuoteRow::of(quote, article_day);
    on_backend!(connection, |c| diesel::update(quotes::table.find(quote.id)).set(&row).execute(c).await)?;
    if let Some(reading) = as_extracted {
        let untouched = quotes::table.filter(quotes::id.eq(quote.id).and(quotes::as_extracted.is_null()));
        let kept = quotes::as_extracted.eq(Json(reading.clone()));
        on_backend!(connection, |c| diesel::update(untouched).set(kept).execute(c).await)?;
    }
    quote_zones::update_days_of_quote(connection, quote.id, row.sort_on, row.said_on).await
}

/// Writes how the machine reads a quote now that a person has put right; the person's reading stays.
///
/// # Errors
/// Only of the database.
pub async fn update_quote_as_extracted(
    connection: &mut Connection,
    id: QuoteId,
    as_extracted: &QuoteReading,
) -> Result<()> {
    let reading = quotes::as_extracted.eq(Json(as_extracted.clone()));
    on_backend!(connection, |c| diesel::update(quotes::table.find(id)).set(reading).execute(c).await)?;
    Ok(())
}

/// Keeps the quotes that are reported in a quote from being changed by others until the transaction ends.
///
/// # Errors
/// Only of the database.
pub async fn lock_quotes_nested_in(connection: &mut Connection, id: QuoteId) -> Result<()> {
    if let Connection::Postgres(c) = connection {
        let nested = quotes::table.filter(quotes::nested_in.eq(id)).select(quotes::id).order(quotes::id);
        nested.for_update().load::<QuoteId>(&mut c.shared()).await?;
    }
    Ok(())
}

/// The quotes that are reported in a quote.
///
/// # Errors
/// Only of the database.
pub async fn list_quotes_nested_in(connection: &mut Connection, id: QuoteId) -> Result<Vec<Quote>> {
    let rows: Vec<FoundRow> = on_backend!(connection, |c| {
        found_quotes().filter(quotes::nested_in.eq(id)).select(FoundRow::as_select()).order(quotes::id).load(c).await?
    });
    with_mentions(connection, rows).await
}

/// Writes in which quote one is reported now, and keeps what was there.
///
/// # Errors
/// Only of the database.
pub async fn update_nesting(connection: &mut Connection, quote: &Quote) -> Result<()> {
    history::keep(connection, "quotes", "id", &[quote.id], quote.updated_at).await?;
    let values = (
        quotes::nested_in.eq(quote.nested_in),
        quotes::updated_at.eq(quote.updated_at),
        quotes::version.eq(quote.version),
    );
    on_backend!(connection, |c| diesel::update(quotes::table.find(quote.id)).set(values).execute(c).await)?;
    Ok(())
}

/// Deletes a quote and its mentions, and keeps what was there.
///
/// # Errors
/// Only of the database.
pub async fn delete_quote(connection: &mut Connection, id: QuoteId, at: Instant) -> Result<()> {
    history::keep(connection, "quotes", "id", &[id], at).await?;
    on_backend!(connection, |c| diesel::delete(quotes::table.find(id)).execute(c).await)?;
    Ok(())
}

impl QuoteRow {
    fn of(quote: &Quote, article_day: Day) -> Self {
        let speaker = quote.speaker.as_ref();
        // A month or a year is no day to list a quote under.
        let said_on_the_day = quote.said_on.filter(|_| quote.said_on_precision == Some(DatePrecision::Day));
        Self {
            id: quote.id,
            article_id: quote.article_id,
            position: i64::try_from(quote.segments.as_slice().first().map_or(0, |segment| segment.start))
                .unwrap_or(i64::MAX),
            kind: quote.kind,
            text: quote.text.clone(),
            segments: Json(quote.segments.clone()),
            exact: quote.selector.exact.clone(),
            prefix: quote.selector.prefix.clone(),
            suffix: quote.selector.suffix.clone(),
            cue: quote.cue.clone().map(Json),
            occasion: quote.occasion.clone().map(Json),
            speaker_mention: speaker.and_then(|speaker| speaker.mention.clone()).map(Json),
            actor_id: speaker.and_then(|speaker| speaker.actor.as_ref()).map(|actor| actor.id),
            role: speaker.and_then(|speaker| speaker.role.clone()),
            resolved_by: speaker.and_then(|speaker| speaker.resolved_by),
            said_on: quote.said_on,
            said_on_precision: quote.said_on_precision,
            nested_in: quote.nested_in,
            confidence: quote.confidence,
            why: Json(quote.why.clone()),
            review: quote.review,
            extractor: quote.extractor.clone(),
            sort_on: said_on_the_day.unwrap_or(article_day),
            created_at: quote.created_at,
            updated_at: quote.updated_at,
            version: quote.version,
        }
    }

    fn quote(self, actor: Option<ActorRef>, mentions: Vec<Mention>) -> Quote {
        let mut zones: Vec<ZoneRef> = Vec::new();
        for zone in mentions.iter().filter_map(|mention| mention.zone.as_ref()) {
            if !zones.contains(zone) {
                zones.push(zone.clone());
            }
        }
        let mention = self.speaker_mention.map(|Json(mention)| mention);
        let speaker = (mention.is_some() || actor.is_some()).then_some(Speaker {
            mention,
            actor,
            role: self.role,
            resolved_by: self.resolved_by,
        });
        Quote {
            id: self.id,
            article_id: self.article_id,
            kind: self.kind,
            text: self.text,
            segments: self.segments.0,
            selector: TextQuoteSelector {
                kind: SelectorType::TextQuoteSelector,
                exact: self.exact,
                prefix: self.prefix,
                suffix: self.suffix,
            },
            cue: self.cue.map(|Json(cue)| cue),
            occasion: self.occasion.map(|Json(occasion)| occasion),
            speaker,
            said_on: self.said_on,
            said_on_precision: self.said_on_precision,
            zones,
            mentions,
            nested_in: self.nested_in,
            statement_id: None,
            confidence: self.confidence,
            why: self.why.0,
            review: self.review,
            extractor: self.extractor,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
            highlights: None,
            included: None,
        }
    }
}

/// Two queries, however many rows: what the quotes name, and which statements they report.
async fn with_mentions(connection: &mut Connection, rows: Vec<FoundRow>) -> Result<Vec<Quote>> {
    let ids: Vec<QuoteId> = rows.iter().map(|found| found.row.id).collect();
    let named = mentions::list_mentions_of_quotes(connection, &ids).await?;
    Ok(quotes_of(rows, named))
}

fn quotes_of(rows: Vec<FoundRow>, mut named: HashMap<QuoteId, Vec<Mention>>) -> Vec<Quote> {
    let quote = |FoundRow { row, actor, statement_id }: FoundRow| {
        let named = named.remove(&row.id).unwrap_or_default();
        Quote { statement_id, ..row.quote(actor, named) }
    };
    rows.into_iter().map(quote).collect()
}
