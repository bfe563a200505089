//! What the extractor read, as quotes of an article and their speakers.

use super::placement::{Words, blank_quote};
use crate::error::Result;
use crate::extraction::{self, ExtractedQuote, Extraction, SpeakerActor};
use crate::models::{
    Actor, ActorId, ActorKind, ActorRef, Article, Author, Day, Instant, Quote, QuoteId, Review, Speaker, slug_of,
};
use crate::repository::quotes::NewRow;
use crate::repository::{self, Connection, quotes};
use crate::services::articles::Named;
use crate::services::changes;

/// Adds the quotes of articles; a quote refers to the one it is nested in, which must be there first.
pub(in crate::services) async fn create_with_outer_first(
    connection: &mut Connection,
    of_articles: impl Iterator<Item = (&Article, &[Quote])>,
) -> Result<()> {
    let all = of_articles.flat_map(|(article, quotes)| {
        let article_day = article.summary.sort_on();
        quotes.iter().map(move |quote| NewRow { quote, article_day, as_extracted: None })
    });
    let (outer, nested): (Vec<_>, Vec<_>) = all.partition(|new| new.quote.nested_in.is_none());
    quotes::create_quotes(connection, &outer).await?;
    quotes::create_quotes(connection, &nested).await
}

/// What the extractor read from an article, as quotes with ids of their own that are not written yet.
pub(in crate::services) async fn extracted_quotes(
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
pub(in crate::services) enum Strangers<'a> {
    /// They are written as actors, for this author.
    Create(&'a Author),
    /// They are shown as they would be written; these were shown already.
    Preview(Vec<(ActorKind, ActorRef)>),
}

/// Somebody the reference data lacks: the one actor that has this name already, or a new one marked as the machine's;
/// nobody where several have it, or a person has said that it is no actor's.
pub(in crate::services) async fn find_or_create_actor(
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
