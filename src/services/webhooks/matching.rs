//! Which changes a webhook is told of.

use std::collections::HashMap;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::models::{
    ActorId, ArticleId, ChangeFilter, ChangeKind, Id, Key, LoggedChange, OutletId, Quote, QuoteId, QuoteKind,
    ResourceKind, WebhookFilter, ZoneId,
};
use crate::repository::{Connection, actors, articles, changes, quotes, zones};

/// What of the log may lead to something that is told.
pub(super) fn log_filter(filter: &WebhookFilter) -> ChangeFilter {
    let mut resource = if filter.is_of_quotes() { vec![ResourceKind::Quote] } else { filter.resource.clone() };
    let is_of_some = !resource.is_empty() && !resource.contains(&ResourceKind::Article);
    if is_of_some && takes_new_quotes(filter) {
        // Quotes that come with their article have no change of their own.
        resource.push(ResourceKind::Article);
    }
    ChangeFilter { resource, change: filter.change.clone(), ..ChangeFilter::default() }
}

fn takes_new_quotes(filter: &WebhookFilter) -> bool {
    filter.takes(ResourceKind::Quote, ChangeKind::Created)
}

/// The changes to be told, in their order: those that fit, and, after an article that is new, one of each quote that came with it.
pub(super) async fn changes_to_tell(
    connection: &mut Connection,
    filter: &WebhookFilter,
    logged: Vec<LoggedChange>,
) -> Result<Vec<LoggedChange>> {
    let is_new_article =
        |change: &LoggedChange| (change.resource, change.change) == (ResourceKind::Article, ChangeKind::Created);
    let new_articles: Vec<ArticleId> = match takes_new_quotes(filter) {
        true => {
            logged.iter().filter(|change| is_new_article(change)).map(|change| change.resource_id.typed()).collect()
        }
        false => Vec::new(),
    };
    let mut new_quotes: HashMap<ArticleId, Vec<Quote>> = HashMap::new();
    if !new_articles.is_empty() {
        for quote in quotes::list_quotes_of_articles(connection, &new_articles).await? {
            new_quotes.entry(quote.article_id).or_default().push(quote);
        }
    }
    let mut told = Vec::new();
    for change in logged {
        let of_article = if is_new_article(&change) { new_quotes.remove(&change.resource_id.typed()) } else { None };
        let came_with_it = of_article.into_iter().flatten().filter(|quote| quote.created_at == change.at);
        let of_quotes: Vec<LoggedChange> =
            came_with_it.map(|quote| with_its_article(&change, quote.id.untyped())).collect();
        if filter.takes(change.resource, change.change) {
            told.push(change);
        }
        told.extend(of_quotes);
    }
    if filter.is_of_quotes() {
        let quotes = FittingQuotes::find(connection, filter, &told).await?;
        told.retain(|change| quotes.fit(change));
    }
    Ok(told)
}

/// The change that a quote would have that came with its article.
pub(super) fn with_its_article(of_article: &LoggedChange, quote: Id<()>) -> LoggedChange {
    LoggedChange {
        resource: ResourceKind::Quote,
        resource_id: quote,
        href: format!("/v1/{}/{quote}", ResourceKind::Quote.collection()),
        version: 1,
        ..of_article.clone()
    }
}

/// What tells one quote from another.
#[derive(Debug, Clone, PartialEq)]
struct Marks {
    article: ArticleId,
    kind: QuoteKind,
    speaker: Option<ActorId>,
    zones: Vec<ZoneId>,
}

impl From<&Quote> for Marks {
    fn from(quote: &Quote) -> Self {
        Self {
            article: quote.article_id,
            kind: quote.kind,
            speaker: quote.speaker.as_ref().and_then(|speaker| speaker.actor.as_ref()).map(|actor| actor.id),
            zones: quote.zones.iter().map(|zone| zone.id).collect(),
        }
    }
}

/// A quote as it is kept of before a change.
#[derive(Deserialize)]
struct QuoteDocument {
    article_id: ArticleId,
    kind: QuoteKind,
    speaker: Option<SpeakerDocument>,
    zones: Vec<ZoneDocument>,
}

#[derive(Deserialize)]
struct SpeakerDocument {
    actor: Option<ActorDocument>,
}

#[derive(Deserialize)]
struct ActorDocument {
    id: ActorId,
}

#[derive(Deserialize)]
struct ZoneDocument {
    id: ZoneId,
}

impl From<QuoteDocument> for Marks {
    fn from(quote: QuoteDocument) -> Self {
        Self {
            article: quote.article_id,
            kind: quote.kind,
            speaker: quote.speaker.and_then(|speaker| speaker.actor).map(|actor| actor.id),
            zones: quote.zones.into_iter().map(|zone| zone.id).collect(),
        }
    }
}

/// An article as it is kept of before a change.
#[derive(Deserialize)]
struct ArticleDocument {
    outlet: Option<OutletDocument>,
}

#[derive(Deserialize)]
struct OutletDocument {
    id: OutletId,
}

/// Which quotes fit a filter, before and after their changes.
struct FittingQuotes<'a> {
    filter: &'a WebhookFilter,
    speakers: Vec<ActorId>,
    zones: Vec<ZoneId>,
    /// Who reported; articles of which nothing is known any more are not here.
    outlets: HashMap<ArticleId, Option<OutletId>>,
    before: HashMap<i64, Marks>,
    now: HashMap<Id<()>, Marks>,
}

impl<'a> FittingQuotes<'a> {
    /// What is known of the quotes in these changes.
    async fn find(connection: &mut Connection, filter: &'a WebhookFilter, told: &[LoggedChange]) -> Result<Self> {
        let ids: Vec<QuoteId> = told.iter().map(|change| change.resource_id.typed()).collect();
        let changed = told.iter().filter(|change| change.change != ChangeKind::Created);
        let positions: Vec<i64> = changed.map(|change| change.position).collect();
        let mut before = HashMap::new();
        for (position, document) in changes::list_documents_before(connection, &positions).await? {
            let quote: QuoteDocument = serde_json::from_str(&document).map_err(Error::internal)?;
            before.insert(position, Marks::from(quote));
        }
        let now = quotes::find_quotes(connection, &ids).await?;
        let now: HashMap<Id<()>, Marks> = now.iter().map(|quote| (quote.id.untyped(), Marks::from(quote))).collect();
        let mut outlets = HashMap::new();
        if !filter.outlet.is_empty() {
            let mut articles: Vec<ArticleId> = before.values().chain(now.values()).map(|marks| marks.article).collect();
            articles.sort();
            articles.dedup();
            outlets = outlets_of(connection, &articles).await?;
        }
        let mut speakers = Vec::new();
        for id in &filter.speaker {
            // Who was merged into another is found there.
            let found = actors::find_actor_ids(connection, "speaker", &[Key::Id(*id)]).await;
            speakers.extend(none_where_gone(found)?);
        }
        let mut zones = Vec::new();
        for id in &filter.zone {
            zones.extend(none_where_gone(zones::find_zone_ids_with_parts(connection, &[Key::Id(*id)]).await)?);
        }
        Ok(Self { filter, speakers, zones, outlets, before, now })
    }

    /// Whether a quote fits before a change or after it: whoever keeps those that fit has to learn of one that no longer does.
    fn fit(&self, change: &LoggedChange) -> bool {
        let known: Vec<&Marks> =
            self.before.get(&change.position).into_iter().chain(self.now.get(&change.resource_id)).collect();
        // Of what was purged nothing is known. Whoever has a copy must learn that it is gone.
        known.is_empty() || known.iter().any(|marks| self.has(marks))
    }

    fn has(&self, marks: &Marks) -> bool {
        let filter = self.filter;
        let is_of_outlet = || match self.outlets.get(&marks.article) {
            Some(outlet) => outlet.is_some_and(|outlet| filter.outlet.contains(&outlet)),
            None => true,
        };
        (filter.speaker.is_empty() || marks.speaker.is_some_and(|speaker| self.speakers.contains(&speaker)))
            && (filter.zone.is_empty() || marks.zones.iter().any(|zone| self.zones.contains(zone)))
            && (filter.kind.is_empty() || filter.kind.contains(&marks.kind))
            && (filter.outlet.is_empty() || is_of_outlet())
    }
}

/// What is gone is nobody.
fn none_where_gone<T>(found: Result<Vec<T>>) -> Result<Vec<T>> {
    match found {
        Err(Error::InvalidQuery(_)) => Ok(Vec::new()),
        found => found,
    }
}

/// Who published these articles; of those that are gone as far as that is kept.
async fn outlets_of(connection: &mut Connection, ids: &[ArticleId]) -> Result<HashMap<ArticleId, Option<OutletId>>> {
    let found = articles::find_articles_by_id(connection, ids).await?;
    let mut outlets: HashMap<ArticleId, Option<OutletId>> =
        found.into_iter().map(|(id, article)| (id, article.outlet.map(|outlet| outlet.id))).collect();
    for id in ids {
        if outlets.contains_key(id) {
            continue;
        }
        let last = changes::find_last_change(connection, ResourceKind::Article, id.untyped()).await?;
        if let Some(before) = last.and_then(|change| change.before) {
            let article: ArticleDocument = serde_json::from_str(&before).map_err(Error::internal)?;
            outlets.insert(*id, article.outlet.map(|outlet| outlet.id));
        }
    }
    Ok(outlets)
}
