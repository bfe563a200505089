//! Stores articles that were read, with their quotes, and all that follows from these.

use std::collections::HashMap;

use super::ReadArticle;
use crate::error::{Error, Result};
use crate::extraction::{self, Extraction};
use crate::models::{ActorRef, Article, ArticleWithQuotes, Author, Key, Mention, Outlet, OutletRef, QuoteId, ZoneRef};
use crate::repository::articles::NewRow;
use crate::repository::{self, Connection, actors, articles, mentions, outlets, zones};
use crate::services::derived::derive_from_quotes;
use crate::services::quotes::{Missing, Strangers, strangers_of};
use crate::services::{changes, quotes, statements};

/// Stores an article that was read, with its quotes and the speakers it met for the first time.
pub(in crate::services) async fn store_article(
    connection: &mut Connection,
    read: &ReadArticle,
    author: &Author,
) -> Result<ArticleWithQuotes> {
    let stored = store_articles(connection, &[(read, author)]).await?;
    stored.into_iter().next().ok_or_else(|| Error::internal("an article that was stored is not there"))
}

/// Stores articles that were read, each with another text and address than the others, for those who sent them.
pub(in crate::services) async fn store_articles(
    connection: &mut Connection,
    all: &[(&ReadArticle, &Author)],
) -> Result<Vec<ArticleWithQuotes>> {
    let extractions = || all.iter().map(|(read, _)| &read.extraction);
    // Two articles that name the same stranger at the same moment must make one actor of it.
    if extractions().flat_map(strangers_of).next().is_some() {
        repository::gazetteer::lock_gazetteer(connection).await?;
    }
    let named = async |c: &mut Connection| find_named(c, extractions()).await;
    let strangers = async |c: &mut Connection| Strangers::look_up(c, extractions().flat_map(strangers_of)).await;
    let (named, mut strangers) = connection.both(named, strangers).await?;
    let articles: Vec<Article> = all.iter().map(|(read, _)| read.article(&named)).collect();
    let rows = all.iter().zip(&articles).map(|((read, _), article)| NewRow {
        article,
        read_at: Some(article.summary.created_at),
        source: read.page().map(|html| ("text/html", html)),
    });
    let rows: Vec<NewRow> = rows.collect();
    let authors = all.iter().map(|(_, author)| *author);
    let record = async |c: &mut Connection| changes::record_creations(c, articles.iter().zip(authors)).await;
    connection.both(async |c| articles::create_articles(c, &rows).await, record).await?;
    let mut stored = Vec::with_capacity(all.len());
    for ((read, author), article) in all.iter().zip(articles) {
        let (extraction, missing) = (&read.extraction, Missing::Create(author));
        let quotes =
            quotes::extracted_quotes(connection, &article, extraction, &named, &mut strangers, &missing).await?;
        stored.push(ArticleWithQuotes { article, quotes });
    }
    let of_articles = stored.iter().map(|stored| (&stored.article, stored.quotes.as_slice()));
    quotes::create_with_outer_first(connection, of_articles).await?;
    let quotes = || stored.iter().flat_map(|stored| &stored.quotes);
    let of_stories = stored.iter().flat_map(|stored| mentions::mentions_of_story(&stored.article));
    let all_mentions: Vec<_> = of_stories.chain(mentions::mentions_of_quotes(quotes())).collect();
    mentions::create_mentions(connection, &all_mentions).await?;
    let ids: Vec<QuoteId> = quotes().map(|quote| quote.id).collect();
    let placed = derive_from_quotes(connection, &ids).await?;
    stored.iter_mut().for_each(|stored| statements::name_statements(&mut stored.quotes, &placed));
    Ok(stored)
}

/// The known actors, zones and outlets that articles name, by slug.
pub(in crate::services) struct Named {
    actors: HashMap<String, ActorRef>,
    zones: HashMap<String, ZoneRef>,
    outlets: HashMap<String, OutletRef>,
}

impl Named {
    pub(in crate::services) fn outlet(&self, slug: &str) -> Option<&OutletRef> {
        self.outlets.get(slug)
    }

    pub(in crate::services) fn actor(&self, slug: &str) -> Option<&ActorRef> {
        self.actors.get(slug)
    }

    /// `None` for what was deleted since the extractor was compiled.
    pub(in crate::services) fn mention(&self, mention: &extraction::Mention) -> Option<Mention> {
        let (actor, zone) = match &mention.target {
            extraction::MentionTarget::Actor(slug) => (Some(self.actors.get(slug)?.clone()), None),
            extraction::MentionTarget::Zone(slug) => (None, Some(self.zones.get(slug)?.clone())),
        };
        Some(Mention { text: mention.text.clone(), start: mention.start, end: mention.end, actor, zone })
    }
}

/// Finds them.
pub(in crate::services) async fn find_named(
    connection: &mut Connection,
    extractions: impl Iterator<Item = &Extraction>,
) -> Result<Named> {
    let (mut actor_slugs, mut zone_slugs, mut outlet_slugs) = (Vec::new(), Vec::new(), Vec::new());
    for extraction in extractions {
        for mention in &extraction.mentions {
            match &mention.target {
                extraction::MentionTarget::Actor(slug) => actor_slugs.push(slug.clone()),
                extraction::MentionTarget::Zone(slug) => zone_slugs.push(slug.clone()),
            }
        }
        for quote in &extraction.quotes {
            let actor = quote.speaker.as_ref().and_then(|speaker| speaker.actor.as_ref());
            if let Some(extraction::SpeakerActor::Known { slug, .. }) = actor {
                actor_slugs.push(slug.clone());
            }
        }
        outlet_slugs.extend(extraction.document.outlet.clone());
    }
    for slugs in [&mut actor_slugs, &mut zone_slugs, &mut outlet_slugs] {
        slugs.sort();
        slugs.dedup();
    }
    let outlet_keys: Vec<Key<Outlet>> = outlet_slugs.into_iter().map(Key::Slug).collect();
    let actors = async |c: &mut Connection| actors::find_actor_refs(c, &actor_slugs).await;
    let zones = async |c: &mut Connection| zones::find_zone_refs(c, &zone_slugs).await;
    let outlets = async |c: &mut Connection| outlets::find_outlet_refs(c, &outlet_keys).await;
    let (actors, (zones, outlets)) = connection.both(actors, async |c| c.both(zones, outlets).await).await?;
    Ok(Named {
        actors: actors.into_iter().map(|actor| (actor.slug.clone(), actor)).collect(),
        zones: zones.into_iter().map(|zone| (zone.slug.clone(), zone)).collect(),
        outlets: outlets.into_iter().map(|outlet| (outlet.slug.clone(), outlet)).collect(),
    })
}
