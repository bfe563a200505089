//! Articles with ready quotes: a record as the article and the quotes that it becomes, but for what it names.

use crate::error::Error;
use crate::models::{
    ActorKey, Article, ArticleId, ArticleRecord, ArticleSummary, DatePrecision, DateSource, ExtractionState,
    FieldError, Instant, Mention, MentionRecord, OutletKey, Quote, QuoteId, QuoteKind, QuoteReading, QuoteRecord,
    Region, RegionKind, Segment, SelectorType, SourceRecord, Span, Speaker, SpeakerRecord, TextQuoteSelector, ZoneKey,
    is_blank, is_url,
};
use crate::services::articles::{check_text, sha256};
use crate::services::quotes::Words;

/// What is named as the extractor of articles and quotes whose records do not say.
const IMPORTED: &str = "import";

type Errors = Vec<FieldError>;

/// An article with its quotes, before it is known which outlet, actors and zones are meant.
#[derive(Debug)]
pub(super) struct ReadyArticle {
    pub(super) article: Article,
    pub(super) outlet: Option<OutletKey>,
    pub(super) read_at: Option<Instant>,
    pub(super) source: Option<SourceRecord>,
    pub(super) mentions: Vec<ReadyMention>,
    /// Those that others are nested in before these.
    pub(super) quotes: Vec<ReadyQuote>,
}

/// A quote, before it is known which actors and zones are meant.
#[derive(Debug)]
pub(super) struct ReadyQuote {
    /// Which one of the record.
    pub(super) index: usize,
    pub(super) quote: Quote,
    pub(super) speaker: Option<SpeakerRecord>,
    pub(super) mentions: Vec<ReadyMention>,
    pub(super) as_extracted: Option<QuoteReading>,
}

/// Words that name an actor or a zone.
#[derive(Debug)]
pub(super) struct ReadyMention {
    pub(super) mention: Mention,
    pub(super) target: Target,
}

/// What is named.
#[derive(Debug)]
pub(super) enum Target {
    Actor(ActorKey),
    Zone(ZoneKey),
}

/// The article that a record with quotes tells of.
pub(super) fn ready_article(mut record: ArticleRecord, max_text_chars: usize) -> Result<ReadyArticle, Errors> {
    let records = record.quotes.take().unwrap_or_default();
    let text = record.text.take().unwrap_or_default();
    let mut errors = check_members(&record, &text, max_text_chars);
    let words = Words::of(&text);
    let regions = record.regions.take();
    let regions = regions.unwrap_or_else(|| vec![Region { kind: RegionKind::Body, start: 0, end: words.len() }]);
    for (index, region) in regions.iter().enumerate() {
        check_span(&mut errors, &words, &format!("/regions/{index}"), Span { start: region.start, end: region.end });
    }
    let mentions = ready_mentions(&mut errors, &words, &record.mentions, "");
    let article = article_of(&record, text.clone(), regions);
    let mut quotes = Vec::with_capacity(records.len());
    let mut from = 0;
    for (index, record) in records.into_iter().enumerate() {
        match ready_quote(&words, &article.summary, record, index, &mut from) {
            Ok(quote) => quotes.push(quote),
            Err(found) => errors.extend(found),
        }
    }
    if let Some(quote) = quotes.iter().find(|quote| is_lost(quote, &quotes)) {
        let detail = "names no quote of this article";
        errors.push(FieldError::at(format!("/quotes/{}/nested_in", quote.index), detail));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(ReadyArticle {
        article,
        outlet: record.outlet,
        read_at: record.read_at,
        source: record.source,
        mentions,
        quotes: outer_first(quotes),
    })
}

fn check_members(record: &ArticleRecord, text: &str, max_text_chars: usize) -> Errors {
    let mut errors = Vec::new();
    if record.html.is_some() {
        errors.push(FieldError::at("/html", "must not stand beside quotes: their offsets count characters of text"));
    }
    if is_blank(text) {
        errors.push(FieldError::at("/text", "must be there, and not be empty"));
    }
    if let Err(Error::InvalidBody(found)) = check_text(max_text_chars, text) {
        errors.extend(found);
    }
    if record.url.as_ref().is_some_and(|url| !is_url(url)) {
        errors.push(FieldError::at("/url", crate::models::NOT_A_URL));
    }
    if record.language.as_ref().is_some_and(|code| code.len() != 2 || !code.bytes().all(|b| b.is_ascii_lowercase())) {
        errors.push(FieldError::at("/language", "must be a language code of two small letters (ISO 639-1)"));
    }
    if record.version.is_some_and(|version| version < 1) {
        errors.push(FieldError::at("/version", "must be at least 1"));
    }
    errors
}

fn article_of(record: &ArticleRecord, text: String, regions: Vec<Region>) -> Article {
    let created_at = record.created_at.unwrap_or_else(Instant::now);
    let is_dated = record.published_on.is_some();
    let summary = ArticleSummary {
        id: record.id.unwrap_or_else(ArticleId::generate),
        outlet: None,
        url: record.url.clone(),
        title: record.title.clone(),
        subtitle: record.subtitle.clone(),
        dateline: record.dateline.clone(),
        published_on: record.published_on,
        published_on_precision: record.published_on_precision.or(is_dated.then_some(DatePrecision::Day)),
        published_on_source: record.published_on_source.or(is_dated.then_some(DateSource::Request)),
        language: record.language.clone(),
        extraction: record.extraction.unwrap_or(ExtractionState::Done),
        extractor: record.extractor.clone().unwrap_or_else(|| IMPORTED.to_owned()),
        text_sha256: sha256(&text),
        created_at,
        updated_at: record.updated_at.unwrap_or(created_at),
        version: record.version.unwrap_or(1),
        included: None,
        highlights: None,
    };
    Article { summary, text, regions, mentions: Vec::new() }
}

fn ready_quote(
    words: &Words<'_>,
    article: &ArticleSummary,
    record: QuoteRecord,
    index: usize,
    from: &mut usize,
) -> Result<ReadyQuote, Errors> {
    let place = format!("/quotes/{index}");
    let mut errors = Vec::new();
    let segments = segments_of(words, &record, from, &place)?;
    check_segments(&mut errors, words, &segments, &place);
    let spans = [("cue", record.cue), ("occasion", record.occasion)];
    let of_speaker = record.speaker.as_ref().and_then(|speaker| speaker.mention);
    for (name, span) in spans.into_iter().chain([("speaker/mention", of_speaker)]) {
        if let Some(span) = span {
            check_span(&mut errors, words, &format!("{place}/{name}"), span);
        }
    }
    if !(0.0..=1.0).contains(&record.confidence) {
        errors.push(FieldError::at(format!("{place}/confidence"), "must be from 0 to 1"));
    }
    if record.version.is_some_and(|version| version < 1) {
        errors.push(FieldError::at(format!("{place}/version"), "must be at least 1"));
    }
    let mut mentions = ready_mentions(&mut errors, words, &record.mentions, &place);
    if !errors.is_empty() {
        return Err(errors);
    }
    let created_at = record.created_at.unwrap_or(article.created_at);
    let mut quote = Quote {
        id: record.id.unwrap_or_else(QuoteId::generate),
        article_id: article.id,
        kind: record.kind,
        text: String::new(),
        segments: Vec::new(),
        selector: TextQuoteSelector {
            kind: SelectorType::TextQuoteSelector,
            exact: String::new(),
            prefix: String::new(),
            suffix: String::new(),
        },
        cue: record.cue.map(|span| words.span(span)),
        occasion: record.occasion.map(|span| words.span(span)),
        speaker: of_speaker.map(|span| Speaker {
            mention: Some(words.span(span)),
            actor: None,
            role: None,
            resolved_by: None,
        }),
        said_on: record.said_on,
        said_on_precision: record.said_on_precision.or(record.said_on.map(|_| DatePrecision::Day)),
        zones: Vec::new(),
        mentions: Vec::new(),
        nested_in: record.nested_in,
        statement_id: None,
        confidence: record.confidence,
        why: record.why,
        review: record.review,
        extractor: record.extractor.unwrap_or_else(|| IMPORTED.to_owned()),
        created_at,
        updated_at: record.updated_at.unwrap_or(created_at),
        version: record.version.unwrap_or(1),
        included: None,
        highlights: None,
    };
    quote.place(words, &segments);
    // Which words name the zone is not known: those of the quote do.
    if let (Some(first), Some(last)) = (segments.first(), segments.last()) {
        let whole = Span { start: first.start, end: last.end };
        mentions.extend(record.zones.into_iter().map(|zone| ready_mention(words, whole, Target::Zone(zone))));
    }
    Ok(ReadyQuote { index, quote, speaker: record.speaker, mentions, as_extracted: record.as_extracted })
}

/// Where the content stands: where the record says, or where its words are.
fn segments_of(words: &Words<'_>, record: &QuoteRecord, from: &mut usize, place: &str) -> Result<Vec<Segment>, Errors> {
    match (&record.text, record.segments.is_empty()) {
        (None, false) => Ok(record.segments.clone()),
        (Some(text), true) if !text.trim().is_empty() => match words.find(text, *from) {
            Some((Span { start, end }, after)) => {
                *from = after;
                Ok(vec![Segment { start, end, verbatim: record.kind == QuoteKind::Direct }])
            }
            None => Err(vec![FieldError::at(format!("{place}/text"), "does not stand in the article's text")]),
        },
        (Some(_), true) => Err(vec![FieldError::at(format!("{place}/text"), "must not be empty")]),
        (Some(_), false) => Err(vec![FieldError::at(format!("{place}/text"), "must not stand beside segments")]),
        (None, true) => Err(vec![FieldError::at(format!("{place}/segments"), "either segments or text must be there")]),
    }
}

fn check_segments(errors: &mut Errors, words: &Words<'_>, segments: &[Segment], place: &str) {
    let mut last_end = 0;
    for (index, segment) in segments.iter().enumerate() {
        let place = format!("{place}/segments/{index}");
        check_span(errors, words, &place, Span { start: segment.start, end: segment.end });
        if segment.start < last_end {
            errors.push(FieldError::at(format!("{place}/start"), "must not be before the end of the segment before"));
        }
        last_end = segment.end;
    }
}

fn check_span(errors: &mut Errors, words: &Words<'_>, place: &str, span: Span) {
    if span.start >= span.end {
        errors.push(FieldError::at(format!("{place}/end"), "must be greater than start"));
    } else if span.end > words.len() {
        let detail = format!("is past the end of the article's text ({} characters)", words.len());
        errors.push(FieldError::at(format!("{place}/end"), detail));
    }
}

fn ready_mentions(errors: &mut Errors, words: &Words<'_>, records: &[MentionRecord], place: &str) -> Vec<ReadyMention> {
    let mut mentions = Vec::with_capacity(records.len());
    for (index, record) in records.iter().enumerate() {
        let span = Span { start: record.start, end: record.end };
        let before = errors.len();
        check_span(errors, words, &format!("{place}/mentions/{index}"), span);
        let target = match (&record.actor, &record.zone) {
            (Some(actor), None) => Target::Actor(actor.clone()),
            (None, Some(zone)) => Target::Zone(zone.clone()),
            _ => {
                let detail = "must name either an actor or a zone";
                errors.push(FieldError::at(format!("{place}/mentions/{index}"), detail));
                continue;
            }
        };
        if errors.len() == before {
            mentions.push(ready_mention(words, span, target));
        }
    }
    mentions
}

fn ready_mention(words: &Words<'_>, span: Span, target: Target) -> ReadyMention {
    let text = words.span(span).text;
    ReadyMention { mention: Mention { text, start: span.start, end: span.end, actor: None, zone: None }, target }
}

/// Whether a quote is nested in one that is not there.
fn is_lost(quote: &ReadyQuote, all: &[ReadyQuote]) -> bool {
    let outer = quote.quote.nested_in;
    outer.is_some_and(|outer| outer == quote.quote.id || all.iter().all(|other| other.quote.id != outer))
}

fn outer_first(quotes: Vec<ReadyQuote>) -> Vec<ReadyQuote> {
    if quotes.iter().all(|quote| quote.quote.nested_in.is_none()) {
        return quotes;
    }
    let mut ordered: Vec<ReadyQuote> = Vec::with_capacity(quotes.len());
    let mut waiting = quotes;
    loop {
        let is_there = |quote: &ReadyQuote| {
            let outer = quote.quote.nested_in;
            outer.is_none_or(|outer| ordered.iter().any(|other| other.quote.id == outer))
        };
        let (ready, blocked): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_there);
        if ready.is_empty() {
            // Nested in each other, which the database will refuse.
            ordered.extend(blocked);
            return ordered;
        }
        ordered.extend(ready);
        waiting = blocked;
    }
}
