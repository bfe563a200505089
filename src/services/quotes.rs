//! Quotes: what the extractor read, what people put right, the rules.

use super::articles::Named;
use super::included::include_with_quotes;
use super::{Services, actors, apply, changes, check, check_precondition};
use crate::error::{Error, Result};
use crate::extraction::{self, ExtractedQuote, Extraction, SpeakerActor};
use crate::models::{
    Actor, ActorId, ActorKind, ActorRef, Article, Author, DatePrecision, Day, Edit, FieldError, Instant, Key, Mention,
    MergePatch, NewQuote, NewSpeaker, Quote, QuoteFilter, QuoteId, QuoteInclude, QuoteReading, ResolvedBy, Review,
    Segment, SelectorType, Span, Speaker, TextQuoteSelector, TextSpan, slug_of,
};
use crate::pagination::{Page, PageRequest};
use crate::repository::quote_filter::QuoteConditions;
use crate::repository::quotes::QuoteKeyset;
use crate::repository::{self, Connection, articles, mentions, outlets, quotes, zones};

/// What a quote made by hand names as its extractor.
pub(super) const BY_HAND: &str = "hand";
/// Characters of context before and after a quote.
const CONTEXT: usize = 32;

/// A page of quotes, the newest first.
///
/// # Errors
/// [`InvalidQuery`](Error::InvalidQuery) for a key that names nothing.
pub async fn list_quotes(
    services: &Services,
    filter: &QuoteFilter,
    page: &PageRequest<QuoteKeyset>,
    include: &[QuoteInclude],
) -> Result<Page<Quote>> {
    services
        .read(async |c| {
            let conditions = find_conditions(c, filter).await?;
            let rows = quotes::list_quotes(c, filter, &conditions, page).await?;
            let mut found = page.page(rows, |(day, quote)| (*day, quote.id)).map(|(_, quote)| quote);
            include_with_quotes(c, include, &mut found.data).await?;
            Ok(found)
        })
        .await
}

/// A filter with its keys turned into ids.
pub(super) async fn find_conditions(connection: &mut Connection, filter: &QuoteFilter) -> Result<QuoteConditions> {
    if filter.min_confidence.is_some_and(|least| !(0.0..=1.0).contains(&least)) {
        return Err(Error::InvalidQuery(vec![FieldError::parameter("min_confidence", "must be from 0 to 1")]));
    }
    Ok(QuoteConditions {
        speakers: repository::actors::find_actor_ids(connection, "speaker", &filter.speaker).await?,
        zones: zones::find_zone_ids_with_parts(connection, &filter.zone).await?,
        outlets: outlets::find_outlet_ids(connection, &filter.outlet).await?,
    })
}

/// The first quote of the list; `None` where there are no quotes.
///
/// # Errors
/// Only of the database.
pub async fn find_newest_quote(services: &Services) -> Result<Option<Quote>> {
    let filter = QuoteFilter::default();
    let page = list_quotes(services, &filter, &PageRequest::new(1, None, &filter)?, &[]).await?;
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
            let quote = with_reading(c, &article, blank, &new.reading(), None).await?;
            quotes::create_quotes(c, std::slice::from_ref(&quote), article.summary.sort_on()).await?;
            write_mentions(c, &article, &quote).await?;
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
            write_mentions(c, &article, &changed).await?;
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

async fn write_mentions(connection: &mut Connection, article: &Article, quote: &Quote) -> Result<()> {
    let rows: Vec<(Option<QuoteId>, Mention)> =
        quote.mentions.iter().map(|mention| (Some(quote.id), mention.clone())).collect();
    mentions::create_mentions(connection, article.summary.id, &rows).await
}

/// Writes what the extractor read from an article, and the speakers it met for the first time.
pub(super) async fn create_extracted_quotes(
    connection: &mut Connection,
    article: &Article,
    extraction: &Extraction,
    named: &Named,
    author: &Author,
) -> Result<Vec<Quote>> {
    let all = extracted_quotes(connection, article, extraction, named, &mut Strangers::Create(author)).await?;
    create_with_outer_first(connection, article, &all).await?;
    Ok(all)
}

/// Adds quotes of an article; a quote refers to the one it is nested in, which must be there first.
pub(super) async fn create_with_outer_first(
    connection: &mut Connection,
    article: &Article,
    all: &[Quote],
) -> Result<()> {
    let (outer, nested): (Vec<Quote>, Vec<Quote>) = all.iter().cloned().partition(|quote| quote.nested_in.is_none());
    for quotes in [outer, nested] {
        quotes::create_quotes(connection, &quotes, article.summary.sort_on()).await?;
    }
    Ok(())
}

/// What the extractor read from an article, as quotes with ids of their own that are not written yet.
pub(super) async fn extracted_quotes(
    connection: &mut Connection,
    article: &Article,
    extraction: &Extraction,
    named: &Named,
    strangers: &mut Strangers<'_>,
) -> Result<Vec<Quote>> {
    let ids: Vec<QuoteId> = extraction.quotes.iter().map(|_| QuoteId::generate()).collect();
    let words = Words::of(&article.text);
    let at = article.summary.updated_at;
    let mut all = Vec::with_capacity(extraction.quotes.len());
    for (extracted, id) in extraction.quotes.iter().zip(&ids) {
        let mut quote = blank_quote(article, *id, at);
        quote.place(&words, &extracted.segments);
        quote.kind = extracted.kind;
        quote.cue = extracted.cue.clone();
        quote.occasion = extracted.occasion.clone();
        quote.speaker = speaker(connection, extracted, named, at, strangers).await?;
        quote.said_on = extracted.said_on.map(|(date, _)| Day(date));
        quote.said_on_precision = extracted.said_on.map(|(_, precision)| precision);
        quote.nested_in = extracted.nested_in.and_then(|index| ids.get(index).copied());
        quote.confidence = rounded(extracted.confidence);
        quote.why = extracted.why.clone();
        quote.review = Review::Machine;
        quote.extractor = extraction::VERSION.to_owned();
        quote.name_mentions(&article.mentions);
        all.push(quote);
    }
    Ok(all)
}

/// Two decimals: more would claim a precision that a probability read off a text does not have.
fn rounded(confidence: f32) -> f64 {
    (f64::from(confidence) * 100.0).round() / 100.0
}

async fn speaker(
    connection: &mut Connection,
    extracted: &ExtractedQuote,
    named: &Named,
    at: Instant,
    strangers: &mut Strangers<'_>,
) -> Result<Option<Speaker>> {
    let Some(speaker) = &extracted.speaker else { return Ok(None) };
    let actor = match &speaker.actor {
        Some(SpeakerActor::Known { slug, .. }) => named.actor(slug).cloned(),
        Some(SpeakerActor::New { name, kind }) => find_or_create_actor(connection, name, *kind, at, strangers).await?,
        None => None,
    };
    if actor.is_none() && speaker.mention.is_none() {
        return Ok(None);
    }
    let resolved_by = speaker.resolved_by.filter(|_| actor.is_some());
    Ok(Some(Speaker { mention: speaker.mention.clone(), actor, role: speaker.role.clone(), resolved_by }))
}

/// What to do with speakers whom neither the reference data nor the database knows.
pub(super) enum Strangers<'a> {
    /// They are written as actors, for this author.
    Create(&'a Author),
    /// They are shown as they would be written; these were shown already.
    Preview(Vec<(ActorKind, ActorRef)>),
}

/// Somebody the reference data lacks: the one actor that has this name already, or a new one marked as the machine's;
/// nobody where several have it, or a person has said that it is no actor's.
async fn find_or_create_actor(
    connection: &mut Connection,
    name: &str,
    kind: ActorKind,
    at: Instant,
    strangers: &mut Strangers<'_>,
) -> Result<Option<ActorRef>> {
    if let Strangers::Preview(shown) = strangers
        && let Some((_, actor)) = shown.iter().find(|(known, actor)| *known == kind && actor.name == name)
    {
        return Ok(Some(actor.clone()));
    }
    let known = repository::actors::find_actors_by_name(connection, kind, name).await?;
    let (rejected, standing): (Vec<_>, Vec<_>) = known.into_iter().partition(|(review, _)| *review == Review::Rejected);
    match standing.as_slice() {
        [(_, actor)] => return Ok(Some(actor.clone())),
        [] if rejected.is_empty() => {}
        _ => return Ok(None),
    }
    let id = ActorId::generate();
    let mut slug = slug_of(name);
    // Another kind of actor may have the slug, and some names have no letter that a slug can hold.
    let taken = !repository::actors::find_actor_refs(connection, std::slice::from_ref(&slug)).await?.is_empty();
    if taken || slug.is_empty() {
        let tail: String = id.to_string().chars().rev().take(8).collect();
        slug = if slug.is_empty() { format!("actor-{tail}") } else { format!("{slug}-{tail}") };
    }
    let actor = Actor {
        id,
        slug,
        name: name.to_owned(),
        kind,
        gender: None,
        country: None,
        parent: None,
        aliases: Vec::new(),
        demonyms: Vec::new(),
        capital: None,
        roles: Vec::new(),
        wikidata: None,
        source: None,
        review: Review::Machine,
        created_at: at,
        updated_at: at,
        version: 1,
        included: None,
    };
    let reference = ActorRef { id: actor.id, slug: actor.slug.clone(), name: actor.name.clone() };
    match strangers {
        Strangers::Create(author) => {
            repository::actors::create_actor(connection, &actor).await?;
            changes::record_creation(connection, &actor, author).await?;
        }
        Strangers::Preview(shown) => shown.push((kind, reference.clone())),
    }
    Ok(Some(reference))
}

fn blank_quote(article: &Article, id: QuoteId, at: Instant) -> Quote {
    Quote {
        id,
        article_id: article.summary.id,
        kind: crate::models::QuoteKind::Direct,
        text: String::new(),
        segments: Vec::new(),
        selector: TextQuoteSelector {
            kind: SelectorType::TextQuoteSelector,
            exact: String::new(),
            prefix: String::new(),
            suffix: String::new(),
        },
        cue: None,
        occasion: None,
        speaker: None,
        said_on: None,
        said_on_precision: None,
        zones: Vec::new(),
        mentions: Vec::new(),
        nested_in: None,
        statement_id: None,
        confidence: 1.0,
        why: Vec::new(),
        review: Review::Accepted,
        extractor: BY_HAND.to_owned(),
        created_at: at,
        updated_at: at,
        version: 1,
        included: None,
    }
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

impl Quote {
    fn place(&mut self, words: &Words, segments: &[Segment]) {
        let (start, end) = match (segments.first(), segments.last()) {
            (Some(first), Some(last)) => (first.start, last.end),
            _ => (0, 0),
        };
        let pieces: Vec<&str> = segments.iter().map(|segment| words.slice(segment.start, segment.end)).collect();
        self.text = pieces.join(" ");
        self.selector.exact = words.slice(start, end).to_owned();
        self.selector.prefix = words.slice(start.saturating_sub(CONTEXT), start).to_owned();
        self.selector.suffix = words.slice(end, end + CONTEXT).to_owned();
        self.segments = segments.to_vec();
    }

    /// Of what the article names, that which stands within the segments.
    pub(super) fn name_mentions(&mut self, all: &[Mention]) {
        let is_inside = |mention: &&Mention| {
            self.segments.iter().any(|segment| segment.start <= mention.start && mention.end <= segment.end)
        };
        self.mentions = all.iter().filter(is_inside).cloned().collect();
        self.zones.clear();
        for zone in self.mentions.iter().filter_map(|mention| mention.zone.as_ref()) {
            if !self.zones.contains(zone) {
                self.zones.push(zone.clone());
            }
        }
    }
}

/// A text by its characters, so that an offset finds its byte at once.
struct Words<'a> {
    text: &'a str,
    /// The first byte of each character, and the length of the text.
    bytes: Vec<usize>,
}

impl<'a> Words<'a> {
    fn of(text: &'a str) -> Self {
        let bytes = text.char_indices().map(|(byte, _)| byte).chain([text.len()]).collect();
        Self { text, bytes }
    }

    fn len(&self) -> usize {
        self.bytes.len() - 1
    }

    /// The characters between two offsets, cut at the end of the text.
    fn slice(&self, start: usize, end: usize) -> &'a str {
        let end = end.min(self.len());
        let start = start.min(end);
        &self.text[self.bytes[start]..self.bytes[end]]
    }

    fn span(&self, span: Span) -> TextSpan {
        TextSpan { text: self.slice(span.start, span.end).to_owned(), start: span.start, end: span.end }
    }

    fn check(&self, reading: &QuoteReading) -> Result<()> {
        let mut ends: Vec<(String, usize)> = Vec::new();
        for (index, segment) in reading.segments.iter().enumerate() {
            ends.push((format!("/segments/{index}/end"), segment.end));
        }
        ends.extend(reading.cue.map(|cue| ("/cue/end".to_owned(), cue.end)));
        ends.extend(reading.occasion.map(|occasion| ("/occasion/end".to_owned(), occasion.end)));
        let mention = reading.speaker.as_ref().and_then(|speaker| speaker.mention);
        ends.extend(mention.map(|mention| ("/speaker/mention/end".to_owned(), mention.end)));
        let past_the_end = ends.into_iter().filter(|(_, end)| *end > self.len());
        let detail = format!("is past the end of the article's text ({} characters)", self.len());
        let errors: Vec<FieldError> =
            past_the_end.map(|(pointer, _)| FieldError::at(pointer, detail.clone())).collect();
        if errors.is_empty() { Ok(()) } else { Err(Error::InvalidBody(errors)) }
    }
}
