//! Quotes: what people read, add and put right.

mod extracted;
mod placement;
mod strangers;

pub(super) use self::extracted::{create_with_outer_first, extracted_quotes};
use self::placement::blank_quote;
pub(super) use self::placement::{BY_HAND, Words};
pub(super) use self::strangers::{Missing, Strangers, strangers_of};
use super::included::include_with_quotes;
use super::search::facets;
use super::{Services, actors, apply, changes, check, check_precondition, positions, statements};
use crate::error::{Error, Result};
use crate::models::{
    Actor, Article, Author, DatePrecision, Edit, FacetName, FieldError, Instant, Key, MergePatch, NewQuote, NewSpeaker,
    Quote, QuoteFilter, QuoteId, QuoteInclude, QuoteReading, ResolvedBy, Review, SearchablePage, Speaker, Zone,
};
use crate::pagination::{Page, PageRequest};
use crate::repository::quote_filter::QuoteConditions;
use crate::repository::quotes::QuoteKeyset;
use crate::repository::{self, Connection, articles, mentions, outlets, quotes, zones};

/// A page of quotes, the newest first.
///
/// # Errors
/// [`InvalidQuery`](Error::InvalidQuery) for a key that names nothing.
pub async fn list_quotes(
    services: &Services,
    filter: &QuoteFilter,
    facets: &[FacetName],
    page: &PageRequest<QuoteKeyset>,
    include: &[QuoteInclude],
) -> Result<SearchablePage<Quote>> {
    services
        .read(async |c| {
            let Page { data, next_cursor, total } = list_quotes_in(c, filter, page, include).await?;
            let facets = match facets {
                [] => None,
                names => {
                    let conditions = find_conditions(c, filter).await?;
                    facets::count_quotes(c, filter, &conditions, names).await?
                }
            };
            Ok(SearchablePage { data, next_cursor, total, facets, index: None })
        })
        .await
}

/// A page of the quotes of an actor, whose key the filter has, too.
///
/// # Errors
/// [`NotFound`](Error::NotFound), and as [`list_quotes`].
pub async fn list_quotes_of_actor(
    services: &Services,
    key: &Key<Actor>,
    filter: &QuoteFilter,
    page: &PageRequest<QuoteKeyset>,
    include: &[QuoteInclude],
) -> Result<Page<Quote>> {
    services
        .read(async |c| {
            repository::actors::find_actor_ref(c, key).await?;
            list_quotes_in(c, filter, page, include).await
        })
        .await
}

/// A page of the quotes that name a zone or a part of it; the filter has its key, too.
///
/// # Errors
/// [`NotFound`](Error::NotFound), and as [`list_quotes`].
pub async fn list_quotes_of_zone(
    services: &Services,
    key: &Key<Zone>,
    filter: &QuoteFilter,
    page: &PageRequest<QuoteKeyset>,
    include: &[QuoteInclude],
) -> Result<Page<Quote>> {
    services
        .read(async |c| {
            zones::find_zone_ref(c, key).await?;
            list_quotes_in(c, filter, page, include).await
        })
        .await
}

async fn list_quotes_in(
    connection: &mut Connection,
    filter: &QuoteFilter,
    page: &PageRequest<QuoteKeyset>,
    include: &[QuoteInclude],
) -> Result<Page<Quote>> {
    let conditions = find_conditions(connection, filter).await?;
    let rows = quotes::list_quotes(connection, filter, &conditions, page).await?;
    let mut found = page.page(rows, |(day, quote)| (*day, quote.id)).map(|(_, quote)| quote);
    include_with_quotes(connection, include, &mut found.data).await?;
    Ok(found)
}

/// A filter with its keys turned into ids.
pub(super) async fn find_conditions(connection: &mut Connection, filter: &QuoteFilter) -> Result<QuoteConditions> {
    check_confidence(filter.min_confidence)?;
    Ok(QuoteConditions {
        speakers: repository::actors::find_actor_ids(connection, "speaker", &filter.speaker).await?,
        zones: zones::find_zone_ids_with_parts(connection, &filter.zone).await?,
        outlets: outlets::find_outlet_ids(connection, &filter.outlet).await?,
    })
}

/// Refuses a confidence that none can be.
pub(super) fn check_confidence(least: Option<f64>) -> Result<()> {
    if least.is_some_and(|least| !(0.0..=1.0).contains(&least)) {
        return Err(Error::InvalidQuery(vec![FieldError::parameter("min_confidence", "must be from 0 to 1")]));
    }
    Ok(())
}

/// The first quote of the list; `None` where there are no quotes.
///
/// # Errors
/// Only of the database.
pub async fn find_newest_quote(services: &Services) -> Result<Option<Quote>> {
    let filter = QuoteFilter::default();
    let page = list_quotes(services, &filter, &[], &PageRequest::new(1, None, &filter)?, &[]).await?;
    Ok(page.data.into_iter().next())
}

/// One quote.
///
/// # Errors
/// [`NotFound`](Error::NotFound).
pub async fn find_quote(services: &Services, id: QuoteId, include: &[QuoteInclude]) -> Result<Quote> {
    services
        .read(async |c| {
            let mut quote = quotes::find_quote(c, id).await?;
            include_with_quotes(c, include, std::slice::from_mut(&mut quote)).await?;
            Ok(quote)
        })
        .await
}

/// The actor who speaks, where it is known.
///
/// # Errors
/// Only of the database.
pub async fn find_speaker(services: &Services, quote: &Quote) -> Result<Option<Actor>> {
    let Some(actor) = quote.speaker.as_ref().and_then(|speaker| speaker.actor.as_ref()) else { return Ok(None) };
    services.read(async |c| repository::actors::find_actor(c, &Key::Id(actor.id)).await.map(Some)).await
}

/// Adds a quote that a person found.
///
/// # Errors
/// [`InvalidBody`](Error::InvalidBody): segments must lie within the article's text.
pub async fn create_quote(services: &Services, new: NewQuote, author: &Author) -> Result<Quote> {
    check(&new)?;
    services
        .create(async |c| {
            // What the article names may be read anew at the same moment.
            articles::lock_article(c, new.article_id).await?;
            let article = super::in_body(articles::find_article(c, new.article_id).await, "/article_id")?;
            let blank = blank_quote(&article, QuoteId::generate(), Instant::now());
            let mut quote = with_reading(c, &article, blank, &new.reading(), None).await?;
            create_with_outer_first(c, std::iter::once((&article, std::slice::from_ref(&quote)))).await?;
            write_mentions(c, &quote).await?;
            place(c, &mut quote).await?;
            positions::read_positions(c, &[quote.id]).await?;
            changes::record_creation(c, &quote, author).await?;
            Ok(quote)
        })
        .await
}

/// Puts a quote right, or says that it is right or wrong. What the machine read is kept.
///
/// # Errors
/// [`NotFound`](Error::NotFound), [`InvalidBody`](Error::InvalidBody).
pub async fn update_quote(
    services: &Services,
    id: QuoteId,
    patch: &MergePatch<QuoteReading>,
    edit: &Edit,
) -> Result<Quote> {
    services
        .database
        .transaction(async |c| {
            quotes::lock_quote(c, id).await?;
            let current = quotes::find_quote(c, id).await?;
            check_precondition(edit, current.version)?;
            let article = articles::find_article(c, current.article_id).await?;
            let as_read = QuoteReading::from(&current);
            let mut reading = apply(patch, &as_read)?;
            let corrects = reading != QuoteReading { review: reading.review, ..as_read.clone() };
            if corrects && !patch.touches("review") {
                reading.review = Review::Corrected;
            }
            let mut changed = with_reading(c, &article, current.clone(), &reading, Some(&current)).await?;
            changed.updated_at = Instant::now_after(current.updated_at);
            changed.version += 1;
            let as_extracted = (corrects && current.extractor != BY_HAND).then_some(&as_read);
            quotes::update_quote(c, &changed, article.summary.sort_on(), as_extracted).await?;
            mentions::delete_mentions_of_quote(c, id).await?;
            write_mentions(c, &changed).await?;
            if reports_else(&current, &changed) {
                place(c, &mut changed).await?;
            }
            positions::read_positions(c, &[id]).await?;
            changes::record_update(c, &current, &changed, edit).await?;
            Ok(changed)
        })
        .await
}

/// Deletes a quote.
///
/// # Errors
/// [`NotFound`](Error::NotFound).
pub async fn delete_quote(services: &Services, id: QuoteId, edit: &Edit) -> Result<()> {
    services
        .database
        .transaction(async |c| {
            quotes::lock_quote(c, id).await?;
            let current = quotes::find_quote(c, id).await?;
            check_precondition(edit, current.version)?;
            quotes::lock_quotes_nested_in(c, id).await?;
            let nested = quotes::list_quotes_nested_in(c, id).await?;
            let latest = nested.iter().map(|quote| quote.updated_at).fold(current.updated_at, Instant::max);
            let at = Instant::now_after(latest);
            set_nesting(c, &nested, None, at, edit).await?;
            statements::withdraw_quotes(c, &[id]).await?;
            quotes::delete_quote(c, id, at).await?;
            changes::record_deletion(c, &current, at, edit).await
        })
        .await
}

/// Makes quotes be reported in another one, or in none: each is changed by that.
pub(super) async fn set_nesting(
    connection: &mut Connection,
    nested: &[Quote],
    nested_in: Option<QuoteId>,
    at: Instant,
    edit: &Edit,
) -> Result<()> {
    for before in nested {
        let after = Quote { nested_in, updated_at: at, version: before.version + 1, ..before.clone() };
        quotes::update_nesting(connection, &after).await?;
        changes::record_update(connection, before, &after, edit).await?;
    }
    Ok(())
}

/// Puts a quote into the statement that it reports.
async fn place(connection: &mut Connection, quote: &mut Quote) -> Result<()> {
    let placed = statements::place_quotes(connection, &[quote.id]).await?;
    statements::name_statements(std::slice::from_mut(quote), &placed);
    Ok(())
}

/// Whether it may report another statement than before.
pub(super) fn reports_else(before: &Quote, after: &Quote) -> bool {
    let actor = |quote: &Quote| quote.speaker.as_ref().and_then(|speaker| speaker.actor.as_ref()).map(|actor| actor.id);
    let said = |quote: &Quote| (quote.said_on, quote.said_on_precision);
    (actor(before), &before.text, said(before), &before.zones) != (actor(after), &after.text, said(after), &after.zones)
}

async fn write_mentions(connection: &mut Connection, quote: &Quote) -> Result<()> {
    mentions::create_mentions(connection, &mentions::mentions_of_quotes([quote]).collect::<Vec<_>>()).await
}

/// The quote as a person says that it reads.
async fn with_reading(
    connection: &mut Connection,
    article: &Article,
    mut quote: Quote,
    reading: &QuoteReading,
    before: Option<&Quote>,
) -> Result<Quote> {
    let words = Words::of(&article.text);
    words.check(reading)?;
    quote.kind = reading.kind;
    quote.place(&words, &reading.segments);
    quote.cue = reading.cue.map(|span| words.span(span));
    quote.occasion = reading.occasion.map(|span| words.span(span));
    quote.speaker = match &reading.speaker {
        Some(speaker) => reviewed_speaker(connection, article, &words, speaker, before).await?,
        None => None,
    };
    quote.said_on = reading.said_on;
    quote.said_on_precision = reading.said_on.map(|_| reading.said_on_precision.unwrap_or(DatePrecision::Day));
    quote.review = reading.review;
    let all_mentions = mentions::list_mentions_of_article(connection, article.summary.id).await?;
    quote.name_mentions(&all_mentions);
    Ok(quote)
}

async fn reviewed_speaker(
    connection: &mut Connection,
    article: &Article,
    words: &Words<'_>,
    new: &NewSpeaker,
    before: Option<&Quote>,
) -> Result<Option<Speaker>> {
    let mention = new.mention.map(|span| words.span(span));
    let actor = match &new.actor {
        Some(key) => {
            let reference = actors::reference(connection, key, "/speaker/actor").await?;
            let actor = repository::actors::find_actor(connection, &Key::Id(reference.id)).await?;
            Some((reference, article.summary.published_on.and_then(|day| actor.role_on(day))))
        }
        None => None,
    };
    if mention.is_none() && actor.is_none() {
        return Ok(None);
    }
    let (actor, role) = actor.map_or((None, None), |(actor, role)| (Some(actor), role));
    let speaker_before = before.and_then(|quote| quote.speaker.as_ref());
    if let Some(same) = speaker_before.filter(|speaker| speaker.actor == actor) {
        return Ok(Some(Speaker { mention, ..same.clone() }));
    }
    let resolved_by = actor.as_ref().map(|_| ResolvedBy::Review);
    Ok(Some(Speaker { mention, actor, role, resolved_by }))
}
