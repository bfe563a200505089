//! What reads bring along: one query or a few for each kind of thing asked for, however many rows there are.

use std::collections::HashMap;

use crate::error::Result;
use crate::models::{
    Actor, ActorId, ActorInclude, ActorIncluded, Agreement, AgreementInclude, AgreementIncluded, ArticleId,
    ArticleInclude, ArticleIncluded, ArticleSummary, Quote, QuoteInclude, QuoteIncluded, Zone, ZoneInclude,
    ZoneIncluded,
};
use crate::repository::{Connection, actors, agreements, articles, outlets, quotes, zones};

/// Brings along what is asked for with quotes.
pub(super) async fn include_with_quotes(
    connection: &mut Connection,
    include: &[QuoteInclude],
    rows: &mut [Quote],
) -> Result<()> {
    if include.is_empty() {
        return Ok(());
    }
    let asked = |what| include.contains(&what);
    let article_ids: Vec<ArticleId> = rows.iter().map(|quote| quote.article_id).collect();
    let speaker_ids: Vec<ActorId> = rows.iter().filter_map(speaker_id).collect();
    let speakers = async |c: &mut Connection| match asked(QuoteInclude::Speaker) {
        true => actors::find_actors_by_id(c, &speaker_ids).await,
        false => Ok(HashMap::new()),
    };
    let articles = async |c: &mut Connection| match asked(QuoteInclude::Article) {
        true => articles::find_articles_by_id(c, &article_ids).await,
        false => Ok(HashMap::new()),
    };
    let outlets = async |c: &mut Connection| match asked(QuoteInclude::Outlet) {
        true => outlets::find_outlets_of_articles(c, &article_ids).await,
        false => Ok(HashMap::new()),
    };
    let (speakers, (articles, outlets)) = connection.both(speakers, async |c| c.both(articles, outlets).await).await?;
    for quote in rows {
        let included = QuoteIncluded {
            speaker: speaker_id(quote).and_then(|id| speakers.get(&id).cloned()),
            article: articles.get(&quote.article_id).cloned(),
            outlet: outlets.get(&quote.article_id).cloned(),
        };
        quote.included = Some(Box::new(included));
    }
    Ok(())
}

fn speaker_id(quote: &Quote) -> Option<ActorId> {
    quote.speaker.as_ref().and_then(|speaker| speaker.actor.as_ref()).map(|actor| actor.id)
}

/// Brings along what is asked for with articles.
pub(super) async fn include_with_articles(
    connection: &mut Connection,
    include: &[ArticleInclude],
    rows: &mut [ArticleSummary],
) -> Result<()> {
    let ids: Vec<ArticleId> = rows.iter().map(|article| article.id).collect();
    let mut included = find_included_with_articles(connection, include, &ids).await?;
    for article in rows {
        article.included = included.remove(&article.id);
    }
    Ok(())
}

/// What is asked for with articles of these ids; nothing where nothing is asked for.
pub(super) async fn find_included_with_articles(
    connection: &mut Connection,
    include: &[ArticleInclude],
    ids: &[ArticleId],
) -> Result<HashMap<ArticleId, Box<ArticleIncluded>>> {
    if include.is_empty() {
        return Ok(HashMap::new());
    }
    let asked = |what| include.contains(&what);
    let outlets = async |c: &mut Connection| match asked(ArticleInclude::Outlet) {
        true => outlets::find_outlets_of_articles(c, ids).await,
        false => Ok(HashMap::new()),
    };
    let quotes = async |c: &mut Connection| match asked(ArticleInclude::Quotes) {
        true => quotes::list_quotes_of_articles(c, ids).await,
        false => Ok(Vec::new()),
    };
    let (outlets, quotes) = connection.both(outlets, quotes).await?;
    let mut of_article: HashMap<ArticleId, Vec<Quote>> = HashMap::new();
    for quote in quotes {
        of_article.entry(quote.article_id).or_default().push(quote);
    }
    let mut included = |id: &ArticleId| ArticleIncluded {
        outlet: outlets.get(id).cloned(),
        quotes: asked(ArticleInclude::Quotes).then(|| of_article.remove(id).unwrap_or_default()),
    };
    Ok(ids.iter().map(|id| (*id, Box::new(included(id)))).collect())
}

/// Brings along what is asked for with actors.
pub(super) async fn include_with_actors(
    connection: &mut Connection,
    include: &[ActorInclude],
    rows: &mut [Actor],
) -> Result<()> {
    if include.is_empty() {
        return Ok(());
    }
    let asked = |what| include.contains(&what);
    let mut ids: Vec<ActorId> = Vec::new();
    if asked(ActorInclude::Parent) {
        ids.extend(rows.iter().filter_map(|actor| actor.parent.as_ref()).map(|parent| parent.id));
    }
    if asked(ActorInclude::Organisations) {
        ids.extend(rows.iter().flat_map(organisation_ids));
    }
    let found = actors::find_actors_by_id(connection, &ids).await?;
    for actor in rows {
        let parent = actor.parent.as_ref().filter(|_| asked(ActorInclude::Parent));
        let organisations = || each_once(organisation_ids(actor)).filter_map(|id| found.get(&id).cloned()).collect();
        let included = ActorIncluded {
            parent: parent.and_then(|parent| found.get(&parent.id).cloned()).map(Box::new),
            organisations: asked(ActorInclude::Organisations).then(organisations),
        };
        actor.included = Some(Box::new(included));
    }
    Ok(())
}

fn organisation_ids(actor: &Actor) -> impl Iterator<Item = ActorId> {
    actor.roles.iter().filter_map(|role| role.organisation.as_ref()).map(|body| body.id)
}

/// Brings along what is asked for with zones.
pub(super) async fn include_with_zones(
    connection: &mut Connection,
    include: &[ZoneInclude],
    rows: &mut [Zone],
) -> Result<()> {
    if include.is_empty() {
        return Ok(());
    }
    let asked = |what| include.contains(&what);
    let parents = match asked(ZoneInclude::Parent) {
        true => {
            let ids: Vec<_> = rows.iter().filter_map(|zone| zone.parent.as_ref()).map(|parent| parent.id).collect();
            zones::find_zones_by_id(connection, &ids).await?
        }
        false => HashMap::new(),
    };
    let found = match asked(ZoneInclude::Agreements) {
        true => {
            let ids: Vec<_> = rows.iter().flat_map(|zone| &zone.agreements).map(|agreement| agreement.id).collect();
            agreements::find_agreements_by_id(connection, &ids).await?
        }
        false => HashMap::new(),
    };
    for zone in rows {
        let parent = zone.parent.as_ref().and_then(|parent| parents.get(&parent.id).cloned());
        let agreements = || zone.agreements.iter().filter_map(|agreement| found.get(&agreement.id).cloned()).collect();
        let included =
            ZoneIncluded { parent: parent.map(Box::new), agreements: asked(ZoneInclude::Agreements).then(agreements) };
        zone.included = Some(Box::new(included));
    }
    Ok(())
}

/// Brings along what is asked for with agreements.
pub(super) async fn include_with_agreements(
    connection: &mut Connection,
    include: &[AgreementInclude],
    rows: &mut [Agreement],
) -> Result<()> {
    if include.is_empty() {
        return Ok(());
    }
    let asked = |what| include.contains(&what);
    let zones = match asked(AgreementInclude::Zones) {
        true => {
            let ids: Vec<_> = rows.iter().flat_map(|agreement| &agreement.zones).map(|zone| zone.id).collect();
            zones::find_zones_by_id(connection, &ids).await?
        }
        false => HashMap::new(),
    };
    let actors = match asked(AgreementInclude::Parties) {
        true => {
            let ids: Vec<_> = rows.iter().flat_map(party_ids).collect();
            actors::find_actors_by_id(connection, &ids).await?
        }
        false => HashMap::new(),
    };
    for agreement in rows {
        let about = || agreement.zones.iter().filter_map(|zone| zones.get(&zone.id).cloned()).collect();
        let bound = || each_once(party_ids(agreement)).filter_map(|id| actors.get(&id).cloned()).collect();
        let included = AgreementIncluded {
            zones: asked(AgreementInclude::Zones).then(about),
            parties: asked(AgreementInclude::Parties).then(bound),
        };
        agreement.included = Some(Box::new(included));
    }
    Ok(())
}

fn party_ids(agreement: &Agreement) -> impl Iterator<Item = ActorId> {
    agreement.parties.iter().map(|party| party.actor.id)
}

/// An organisation served twice, or a party in two parts, comes along once.
fn each_once(ids: impl Iterator<Item = ActorId>) -> impl Iterator<Item = ActorId> {
    let mut seen: Vec<ActorId> = Vec::new();
    ids.filter(move |id| {
        let is_new = !seen.contains(id);
        seen.push(*id);
        is_new
    })
}
