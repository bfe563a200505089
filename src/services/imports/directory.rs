//! What the keys of a file stand for in this instance.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use crate::error::Result;
use crate::models::{
    Actor, ActorKind, ActorRef, Author, Id, Instant, Key, Outlet, OutletRef, ResourceKind, Zone, ZoneRef, fold,
};
use crate::repository::imports::ImportName;
use crate::repository::{Connection, actors, merges, outlets, zones};
use crate::services::quotes::{Missing, Strangers};

/// Keys that were looked up. What is remembered of a transaction that was rolled back has to be forgotten.
#[derive(Debug, Default)]
pub(super) struct Directory {
    outlets: HashMap<String, OutletRef>,
    actors: HashMap<String, ActorRef>,
    zones: HashMap<String, ZoneRef>,
    by_name: HashMap<(ActorKind, String), Option<ActorRef>>,
    /// What the file calls otherwise than this instance does.
    names: HashMap<(ResourceKind, String), Id<()>>,
    /// Those that are to be written down.
    new_names: Vec<ImportName>,
}

impl Directory {
    /// One that knows what was found out before.
    pub(super) fn of(names: Vec<ImportName>) -> Self {
        let names = names.into_iter().map(|(resource, key, id)| ((resource, key), id)).collect();
        Self { names, ..Self::default() }
    }

    /// Forgets what was looked up, and the names that were not written down.
    pub(super) fn forget(&mut self) {
        for (resource, key, _) in std::mem::take(&mut self.new_names) {
            self.names.remove(&(resource, key));
        }
        *self = Self { names: std::mem::take(&mut self.names), ..Self::default() };
    }

    /// The names that are to be written down.
    pub(super) fn new_names(&self) -> &[ImportName] {
        &self.new_names
    }

    /// What was written down is committed.
    pub(super) fn settle(&mut self) {
        self.new_names.clear();
    }

    /// Notes that what the file calls `key` is another resource here.
    pub(super) fn call(&mut self, resource: ResourceKind, key: String, id: Id<()>) {
        if self.names.insert((resource, key.clone()), id) != Some(id) {
            self.new_names.push((resource, key, id));
        }
    }

    /// What a key of the file is here.
    pub(super) fn here<T>(&self, resource: ResourceKind, key: &Key<T>) -> Key<T> {
        let id = self.names.get(&(resource, key.to_string()));
        id.map_or_else(|| key.clone(), |id| Key::Id(id.typed()))
    }

    pub(super) fn outlet(&self, key: &Key<Outlet>) -> Option<&OutletRef> {
        self.outlets.get(&key.to_string())
    }

    pub(super) fn actor(&self, key: &Key<Actor>) -> Option<&ActorRef> {
        self.actors.get(&key.to_string())
    }

    pub(super) fn zone(&self, key: &Key<Zone>) -> Option<&ZoneRef> {
        self.zones.get(&key.to_string())
    }

    /// The actor that has a name; `None` inside where several have it.
    pub(super) fn named(&self, kind: ActorKind, name: &str) -> Option<&Option<ActorRef>> {
        self.by_name.get(&(kind, fold(name)))
    }

    /// Looks up those of these keys that were not looked up yet.
    pub(super) async fn find_outlets(
        &mut self,
        connection: &mut Connection,
        keys: impl Iterator<Item = &Key<Outlet>>,
    ) -> Result<()> {
        let missing = missing(keys, &self.outlets);
        let here: Vec<Key<Outlet>> = missing.values().map(|key| self.here(ResourceKind::Outlet, key)).collect();
        let found = outlets::find_outlet_refs(connection, &here).await?;
        for (text, key) in missing {
            let key = self.here(ResourceKind::Outlet, &key);
            let is_it = |outlet: &&OutletRef| is_named(&key, outlet.id, &outlet.slug);
            self.outlets.extend(found.iter().find(is_it).map(|outlet| (text, outlet.clone())));
        }
        Ok(())
    }

    /// Looks up those of these keys that were not looked up yet.
    pub(super) async fn find_actors(
        &mut self,
        connection: &mut Connection,
        keys: impl Iterator<Item = &Key<Actor>>,
    ) -> Result<()> {
        let missing = missing(keys, &self.actors);
        let here: Vec<Key<Actor>> = missing.values().map(|key| self.here(ResourceKind::Actor, key)).collect();
        let found = actors::find_actor_refs_of_keys(connection, &here).await?;
        let by_id: HashMap<Id<Actor>, &ActorRef> = found.iter().map(|actor| (actor.id, actor)).collect();
        let by_slug: HashMap<&str, &ActorRef> = found.iter().map(|actor| (actor.slug.as_str(), actor)).collect();
        for (text, key) in missing {
            let key = self.here(ResourceKind::Actor, &key);
            let found = match &key {
                Key::Id(id) => by_id.get(id),
                Key::Slug(slug) => by_slug.get(slug.as_str()),
            };
            if let Some(actor) = found {
                self.actors.insert(text, (*actor).clone());
            } else if let Some(successor) = merges::find_successor(connection, &key).await? {
                // Who was merged into another is found there.
                self.actors.insert(text, actors::find_actor_ref(connection, &Key::Id(successor)).await?);
            }
        }
        Ok(())
    }

    /// Looks up those of these keys that were not looked up yet.
    pub(super) async fn find_zones(
        &mut self,
        connection: &mut Connection,
        keys: impl Iterator<Item = &Key<Zone>>,
    ) -> Result<()> {
        let missing = missing(keys, &self.zones);
        let here: Vec<Key<Zone>> = missing.values().map(|key| self.here(ResourceKind::Zone, key)).collect();
        let found = zones::find_zone_refs_of_keys(connection, &here).await?;
        for (text, key) in missing {
            let key = self.here(ResourceKind::Zone, &key);
            let is_it = |zone: &&ZoneRef| is_named(&key, zone.id, &zone.slug);
            self.zones.extend(found.iter().find(is_it).map(|zone| (text, zone.clone())));
        }
        Ok(())
    }

    /// Finds the actor that has a name, or adds one that nobody has looked at yet. Within the lock of the gazetteer.
    pub(super) async fn find_or_create_named(
        &mut self,
        connection: &mut Connection,
        kind: ActorKind,
        name: &str,
        at: Instant,
        author: &Author,
    ) -> Result<()> {
        if let Entry::Vacant(place) = self.by_name.entry((kind, fold(name))) {
            let mut strangers = Strangers::look_up(connection, std::iter::once(name)).await?;
            let missing = Missing::Create(author);
            place.insert(strangers.find_or_create_actor(connection, kind, name, at, &missing).await?);
        }
        Ok(())
    }
}

fn is_named<T>(key: &Key<T>, id: Id<T>, slug: &str) -> bool {
    match key {
        Key::Id(wanted) => *wanted == id,
        Key::Slug(wanted) => wanted == slug,
    }
}

/// The keys that are not known yet, each once.
fn missing<'a, T: 'static, R>(
    keys: impl Iterator<Item = &'a Key<T>>,
    known: &HashMap<String, R>,
) -> HashMap<String, Key<T>> {
    let mut seen: HashSet<String> = HashSet::new();
    let mut missing = HashMap::new();
    for key in keys {
        let text = key.to_string();
        if !known.contains_key(&text) && seen.insert(text.clone()) {
            missing.insert(text, key.clone());
        }
    }
    missing
}
