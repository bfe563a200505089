//! Merged actors in the database, and what refers to an actor.

use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use super::history::{self, list_ids, literal};
use super::{Connection, mentions as mention_rows};
use crate::error::Result;
use crate::models::{
    Actor, ActorId, ActorMerge, AgreementId, ArticleId, Instant, Key, MentionId, Part, QuoteId, ZoneId,
};
use crate::schema::{actor_merges, actor_roles, actors, agreement_parties, mentions, quotes, zone_transitions};

/// A chain of merges is followed this far; it ends much earlier.
const LONGEST_CHAIN: usize = 100;

/// Resources that refer to an actor.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Referring {
    /// Articles whose story names it.
    pub articles: Vec<ArticleId>,
    /// Quotes of it, or that name it.
    pub quotes: Vec<QuoteId>,
    /// Actors that are a part of it or serve it.
    pub actors: Vec<ActorId>,
    /// Agreements that it is a party to.
    pub agreements: Vec<AgreementId>,
    /// Zones of whose transitions it told.
    pub zones: Vec<ZoneId>,
}

impl Referring {
    fn sorted(mut self) -> Self {
        fn sort<T: Ord>(ids: &mut Vec<T>) {
            ids.sort();
            ids.dedup();
        }
        sort(&mut self.articles);
        sort(&mut self.quotes);
        sort(&mut self.actors);
        sort(&mut self.agreements);
        sort(&mut self.zones);
        self
    }
}

/// Writes a merge down.
///
/// # Errors
/// Only of the database.
pub async fn create_merge(connection: &mut Connection, merge: &ActorMerge) -> Result<()> {
    on_backend!(connection, |c| diesel::insert_into(actor_merges::table).values(merge).execute(c).await)?;
    Ok(())
}

/// The merge of the actor that had this id or slug; the last one where several had the slug.
///
/// # Errors
/// Only of the database.
pub async fn find_merge(connection: &mut Connection, key: &Key<Actor>) -> Result<Option<ActorMerge>> {
    on_backend!(connection, |c| {
        let query = actor_merges::table.select(ActorMerge::as_select()).into_boxed();
        let query = match key {
            Key::Id(id) => query.filter(actor_merges::actor_id.eq(id)),
            Key::Slug(slug) => query.filter(actor_merges::slug.eq(slug)),
        };
        Ok(query.order(actor_merges::merged_at.desc()).first(c).await.optional()?)
    })
}

/// Takes a merge back that was undone at `until`.
///
/// # Errors
/// Only of the database.
pub async fn delete_merge(connection: &mut Connection, actor: ActorId, until: Instant) -> Result<()> {
    history::keep(connection, "actor_merges", "actor_id", &[actor], until).await?;
    on_backend!(connection, |c| diesel::delete(actor_merges::table.find(actor)).execute(c).await)?;
    Ok(())
}

/// The actor that stands where the one with this id or slug was merged into; `None` where it was not, or that is gone, too.
///
/// # Errors
/// Only of the database.
pub async fn find_successor(connection: &mut Connection, key: &Key<Actor>) -> Result<Option<ActorId>> {
    let mut next = find_merge(connection, key).await?;
    let mut successor = None;
    for _ in 0..LONGEST_CHAIN {
        let Some(merge) = next else { break };
        successor = Some(merge.into_id);
        next = find_merge(connection, &Key::Id(merge.into_id)).await?;
    }
    let Some(id) = successor else { return Ok(None) };
    on_backend!(connection, |c| Ok(actors::table.find(id).select(actors::id).first(c).await.optional()?))
}

/// What refers to an actor, without the actor itself.
///
/// # Errors
/// Only of the database.
pub async fn list_referring(connection: &mut Connection, actor: ActorId) -> Result<Referring> {
    on_backend!(connection, |c| {
        let naming = mentions::table.filter(mentions::actor_id.eq(actor));
        let in_stories = naming.filter(mentions::quote_id.is_null()).select(mentions::article_id).distinct();
        let in_quotes = naming.filter(mentions::quote_id.is_not_null());
        let in_quotes = in_quotes.select(mentions::quote_id.assume_not_null()).distinct();
        let of_it = quotes::table.filter(quotes::actor_id.eq(actor)).select(quotes::id);
        let parts = actors::table.filter(actors::parent_id.eq(actor)).select(actors::id);
        let servants = actor_roles::table.filter(actor_roles::organisation_id.eq(actor));
        let parties = agreement_parties::table.filter(agreement_parties::actor_id.eq(actor));
        let told = zone_transitions::table.filter(zone_transitions::said_by_id.eq(actor));
        let mut referring = Referring {
            articles: in_stories.load(c).await?,
            quotes: of_it.load(c).await?,
            actors: parts.load(c).await?,
            agreements: parties.select(agreement_parties::agreement_id).load(c).await?,
            zones: told.select(zone_transitions::zone_id).load(c).await?,
        };
        referring.quotes.extend(in_quotes.load::<QuoteId>(c).await?);
        referring.actors.extend(servants.select(actor_roles::actor_id).load::<ActorId>(c).await?);
        referring.actors.retain(|id| *id != actor);
        Ok(referring.sorted())
    })
}

/// Makes everything that refers to one actor refer to another.
///
/// # Errors
/// Only of the database.
pub async fn move_references(connection: &mut Connection, from: ActorId, to: ActorId) -> Result<()> {
    on_backend!(connection, |c| {
        diesel::update(quotes::table.filter(quotes::actor_id.eq(from))).set(quotes::actor_id.eq(to)).execute(c).await?;
        diesel::update(mentions::table.filter(mentions::actor_id.eq(from)))
            .set(mentions::actor_id.eq(to))
            .execute(c)
            .await?;
        diesel::update(actors::table.filter(actors::parent_id.eq(from)))
            .set(actors::parent_id.eq(to))
            .execute(c)
            .await?;
        let servants = actor_roles::organisation_id.eq(from).and(actor_roles::actor_id.ne(from));
        diesel::update(actor_roles::table.filter(servants)).set(actor_roles::organisation_id.eq(to)).execute(c).await?;
        diesel::update(zone_transitions::table.filter(zone_transitions::said_by_id.eq(from)))
            .set(zone_transitions::said_by_id.eq(to))
            .execute(c)
            .await?;
        let parties = agreement_parties::table.filter(agreement_parties::actor_id.eq(from));
        let parts: Vec<(AgreementId, Part)> =
            parties.select((agreement_parties::agreement_id, agreement_parties::part)).load(c).await?;
        for (agreement, part) in parts {
            let values = (
                agreement_parties::agreement_id.eq(agreement),
                agreement_parties::actor_id.eq(to),
                agreement_parties::part.eq(part),
            );
            // It may be a party in the same part already.
            diesel::insert_into(agreement_parties::table).values(values).on_conflict_do_nothing().execute(c).await?;
        }
        diesel::delete(parties).execute(c).await?;
        Ok(())
    })
}

/// What a merge moved and what has not been changed since in that.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Moved {
    /// The quotes that it gave another speaker.
    speakers: Vec<QuoteId>,
    /// The mentions that it made name another actor.
    mentions: Vec<MentionId>,
    /// The actors that it made a part of another.
    parts: Vec<ActorId>,
    /// What would be changed by giving all of it back.
    pub referring: Referring,
}

/// What a merge moved and still is where it was moved to.
///
/// # Errors
/// Only of the database.
pub async fn list_moved(connection: &mut Connection, merge: &ActorMerge) -> Result<Moved> {
    let at = literal(connection, merge.merged_at);
    let ActorMerge { actor_id: old, into_id: new, .. } = merge;
    // A link that somebody put somewhere else in between was not left by the merge, though it may lead there again. One that
    // another merge took along was, once that was undone.
    let unchanged = |table: &str, column: &str| {
        format!(
            "r.{column} = '{new}' AND EXISTS (\
                 SELECT 1 FROM {table}_history h WHERE h.id = r.id AND h.until = {at} AND h.{column} = '{old}'\
             ) AND NOT EXISTS (\
                 SELECT 1 FROM {table}_history l WHERE l.id = r.id AND l.until > {at} \
                     AND (l.{column} IS NULL OR l.{column} <> '{new}') AND NOT EXISTS (\
                         SELECT 1 FROM changes x WHERE x.resource_id = l.id AND x.at = l.until AND x.change = 'unmerged'\
                     )\
             )"
        )
    };
    let speakers = format!("SELECT r.id FROM quotes r WHERE {}", unchanged("quotes", "actor_id"));
    let parts = format!("SELECT r.id FROM actors r WHERE {}", unchanged("actors", "parent_id"));
    // By its place: who corrects a quote has its mentions written anew.
    let named = format!(
        "SELECT m.id FROM mentions m WHERE m.actor_id = '{new}' AND EXISTS (\
             SELECT 1 FROM mentions_history h WHERE h.article_id = m.article_id AND h.start_offset = m.start_offset \
                 AND h.end_offset = m.end_offset AND h.until = {at} AND h.actor_id = '{old}'\
         )"
    );
    let servants =
        format!("SELECT DISTINCT r.actor_id AS id FROM actor_roles r WHERE {}", role_was_moved("r", merge, &at));
    let parties = format!(
        "SELECT DISTINCT p.agreement_id AS id FROM agreement_parties p WHERE p.actor_id = '{new}' AND {}",
        party_was("p", *old, &at)
    );
    let mut moved = Moved {
        speakers: list_ids(connection, speakers).await?,
        mentions: list_ids(connection, named).await?,
        parts: list_ids(connection, parts).await?,
        referring: Referring::default(),
    };
    moved.referring.agreements = list_ids(connection, parties).await?;
    let told =
        format!("SELECT DISTINCT t.zone_id AS id FROM zone_transitions t WHERE {}", telling_was_moved("t", merge, &at));
    moved.referring.zones = list_ids(connection, told).await?;
    moved.referring.actors = list_ids(connection, servants).await?;
    moved.referring.actors.extend(&moved.parts);
    moved.referring.quotes.extend(&moved.speakers);
    for chunk in moved.mentions.chunks(mention_rows::ROWS_A_STATEMENT) {
        let owners: Vec<(ArticleId, Option<QuoteId>)> = on_backend!(connection, |c| {
            let rows = mentions::table.filter(mentions::id.eq_any(chunk));
            rows.select((mentions::article_id, mentions::quote_id)).load(c).await?
        });
        for owner in owners {
            match owner {
                (_, Some(quote)) => moved.referring.quotes.push(quote),
                (article, None) => moved.referring.articles.push(article),
            }
        }
    }
    moved.referring = moved.referring.sorted();
    Ok(moved)
}

/// Whether a role named the old actor as its organisation before the merge.
fn role_was_moved(role: &str, merge: &ActorMerge, at: &str) -> String {
    let ActorMerge { actor_id: old, into_id: new, .. } = merge;
    format!(
        "{role}.organisation_id = '{new}' AND EXISTS (\
             SELECT 1 FROM actor_roles_history h WHERE h.actor_id = {role}.actor_id AND h.until = {at} \
                 AND h.organisation_id = '{old}' AND h.title = {role}.title \
                 AND (h.starts_on = {role}.starts_on OR (h.starts_on IS NULL AND {role}.starts_on IS NULL))\
         )"
    )
}

/// Whether a transition had the old actor as who says so before the merge.
fn telling_was_moved(transition: &str, merge: &ActorMerge, at: &str) -> String {
    let ActorMerge { actor_id: old, into_id: new, .. } = merge;
    format!(
        "{transition}.said_by_id = '{new}' AND EXISTS (\
             SELECT 1 FROM zone_transitions_history h WHERE h.zone_id = {transition}.zone_id AND h.until = {at} \
                 AND h.said_by_id = '{old}' AND h.status = {transition}.status AND h.happened_on = {transition}.happened_on\
         )"
    )
}

/// Whether an actor was a party in the same part before the merge.
fn party_was(party: &str, actor: ActorId, at: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM agreement_parties_history h WHERE h.agreement_id = {party}.agreement_id \
             AND h.part = {party}.part AND h.until = {at} AND h.actor_id = '{actor}')"
    )
}

/// Gives back what a merge moved. What it is given back to must be there again.
///
/// # Errors
/// Only of the database.
pub async fn give_back(connection: &mut Connection, merge: &ActorMerge, moved: &Moved) -> Result<()> {
    let at = literal(connection, merge.merged_at);
    let ActorMerge { actor_id: old, into_id: new, .. } = merge;
    for chunk in moved.speakers.chunks(mention_rows::ROWS_A_STATEMENT) {
        let rows = quotes::table.filter(quotes::id.eq_any(chunk));
        on_backend!(connection, |c| diesel::update(rows).set(quotes::actor_id.eq(old)).execute(c).await)?;
    }
    for chunk in moved.mentions.chunks(mention_rows::ROWS_A_STATEMENT) {
        let rows = mentions::table.filter(mentions::id.eq_any(chunk));
        on_backend!(connection, |c| diesel::update(rows).set(mentions::actor_id.eq(old)).execute(c).await)?;
    }
    for chunk in moved.parts.chunks(mention_rows::ROWS_A_STATEMENT) {
        let rows = actors::table.filter(actors::id.eq_any(chunk));
        on_backend!(connection, |c| diesel::update(rows).set(actors::parent_id.eq(old)).execute(c).await)?;
    }
    // Where the other was a party in the same part before, it stays one.
    let roles = role_was_moved("actor_roles", merge, &at);
    let told = telling_was_moved("zone_transitions", merge, &at);
    let statements = format!(
        "UPDATE actor_roles SET organisation_id = '{old}' WHERE {roles};
         UPDATE zone_transitions SET said_by_id = '{old}' WHERE {told};
         INSERT INTO agreement_parties (agreement_id, actor_id, part)
             SELECT p.agreement_id, '{old}', p.part FROM agreement_parties p WHERE p.actor_id = '{new}' AND {};
         DELETE FROM agreement_parties WHERE actor_id = '{new}' AND {} AND NOT {};",
        party_was("p", *old, &at),
        party_was("agreement_parties", *old, &at),
        party_was("agreement_parties", *new, &at),
    );
    on_backend!(connection, |c| c.batch_execute(&statements).await)?;
    Ok(())
}
