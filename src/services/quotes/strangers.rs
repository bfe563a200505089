//! Speakers whom the reference data lacks: each is the one actor that has the name already, or a new one.

use std::collections::HashMap;

use crate::error::Result;
use crate::extraction::{Extraction, SpeakerActor};
use crate::models::{Actor, ActorId, ActorKind, ActorRef, Author, Instant, Review, fold, slug_of};
use crate::repository::{Connection, actors};
use crate::services::changes;

/// The actors that have the names of strangers, with what people think of each.
pub(in crate::services) struct Strangers {
    bearers: HashMap<(ActorKind, String), Vec<(Review, ActorRef)>>,
}

/// What to do for a name that no actor has.
pub(in crate::services) enum Missing<'a> {
    /// An actor is written, for this author.
    Create(&'a Author),
    /// It is shown as it would be written.
    Preview,
}

impl Strangers {
    /// Looks up these names, however they are cased and accented.
    pub(in crate::services) async fn look_up<'n>(
        connection: &mut Connection,
        names: impl Iterator<Item = &'n str>,
    ) -> Result<Self> {
        let mut folded: Vec<String> = names.map(fold).collect();
        folded.sort();
        folded.dedup();
        let mut bearers: HashMap<_, Vec<(Review, ActorRef)>> = HashMap::new();
        for (name, kind, review, actor) in actors::list_actors_with_names(connection, &folded).await? {
            let bearers = bearers.entry((kind, name)).or_default();
            // An actor may have two names that differ in accents alone.
            if bearers.iter().all(|(_, known)| known.id != actor.id) {
                bearers.push((review, actor));
            }
        }
        Ok(Self { bearers })
    }

    /// Finds the one actor of a name that was looked up, or makes one that is marked as the machine's; `None` where several have
    /// the name, or a person has said that it is no actor's.
    ///
    /// Within the lock of the gazetteer where actors are to be created.
    pub(in crate::services) async fn find_or_create_actor(
        &mut self,
        connection: &mut Connection,
        kind: ActorKind,
        name: &str,
        at: Instant,
        missing: &Missing<'_>,
    ) -> Result<Option<ActorRef>> {
        let bearers = self.bearers.entry((kind, fold(name))).or_default();
        let mut standing = bearers.iter().filter(|(review, _)| *review != Review::Rejected);
        match (standing.next(), standing.next()) {
            (Some((_, actor)), None) => return Ok(Some(actor.clone())),
            (None, _) if bearers.is_empty() => {}
            _ => return Ok(None),
        }
        let actor = new_actor(connection, kind, name, at).await?;
        if let Missing::Create(author) = missing {
            actors::create_actor(connection, &actor).await?;
            changes::record_creation(connection, &actor, author).await?;
        }
        let actor = ActorRef { id: actor.id, slug: actor.slug, name: actor.name };
        bearers.push((Review::Machine, actor.clone()));
        Ok(Some(actor))
    }
}

/// The names of the strangers who speak in a text.
pub(in crate::services) fn strangers_of(extraction: &Extraction) -> impl Iterator<Item = &str> {
    let actors = extraction.quotes.iter().filter_map(|quote| quote.speaker.as_ref()?.actor.as_ref());
    actors.filter_map(|actor| match actor {
        SpeakerActor::New { name, .. } => Some(name.as_str()),
        SpeakerActor::Known { .. } => None,
    })
}

/// An actor of whom nothing is known but the name, under a slug that is free.
async fn new_actor(connection: &mut Connection, kind: ActorKind, name: &str, at: Instant) -> Result<Actor> {
    let id = ActorId::generate();
    let mut slug = slug_of(name);
    // Another kind of actor may have the slug, and some names have no letter that a slug can hold.
    let taken = !actors::find_actor_refs(connection, std::slice::from_ref(&slug)).await?.is_empty();
    if taken || slug.is_empty() {
        let tail: String = id.to_string().chars().rev().take(8).collect();
        slug = if slug.is_empty() { format!("actor-{tail}") } else { format!("{slug}-{tail}") };
    }
    Ok(Actor {
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
    })
}
