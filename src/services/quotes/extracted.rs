//! What the extractor read, as quotes of an article and their speakers.

use super::placement::{Words, blank_quote};
use super::strangers::{Missing, Strangers};
use crate::error::Result;
use crate::extraction::{self, ExtractedSpeaker, Extraction, SpeakerActor};
use crate::models::{ActorRef, Article, Day, Quote, QuoteId, Review, Speaker};
use crate::repository::quotes::NewRow;
use crate::repository::{Connection, quotes};
use crate::services::articles::Named;

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
    strangers: &mut Strangers,
    missing: &Missing<'_>,
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
        if let Some(speaker) = &extracted.speaker {
            let actor = match &speaker.actor {
                Some(SpeakerActor::Known { slug, .. }) => named.actor(slug).cloned(),
                Some(SpeakerActor::New { name, kind }) => {
                    strangers.find_or_create_actor(connection, *kind, name, at, missing).await?
                }
                None => None,
            };
            quote.speaker = named_speaker(speaker, actor);
        }
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

/// Who says it, as it is given out; `None` where neither words nor an actor name anybody.
fn named_speaker(speaker: &ExtractedSpeaker, actor: Option<ActorRef>) -> Option<Speaker> {
    if actor.is_none() && speaker.mention.is_none() {
        return None;
    }
    let resolved_by = speaker.resolved_by.filter(|_| actor.is_some());
    Some(Speaker { mention: speaker.mention.clone(), actor, role: speaker.role.clone(), resolved_by })
}
