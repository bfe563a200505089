//! Outlets, actors, zones and agreements of a file: each is added, or is there already.
//!
//! What is here stays as it is. A record is known by its id, or else by its slug; what a file calls otherwise than this
//! instance does is noted, so that later lines find it.

use std::collections::HashSet;

use super::directory::Directory;
use crate::error::{Error, Result};
use crate::models::{
    Actor, ActorId, ActorMerge, Agreement, AgreementId, Author, Edit, FieldError, INTERCHANGE_FORMAT, Id, Identity,
    ImportCounts, Instant, Json, Kept, Key, MergeRecord, NewActor, NewAgreement, NewOutlet, NewZone, Outlet, OutletId,
    Precondition, Record, ResourceKind, Zone, ZoneId, slug_of,
};
use crate::repository::{self, Connection, merges};
use crate::services::border_claims::border_claims;
use crate::services::transitions::{Evidence, transitions};
use crate::services::{actors, agreements, changes, check, outlets, reference_data, zones};

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is new.
    Added,
    /// It was there already.
    Known,
    /// It tells of the file, and not of a resource.
    Told,
}

/// Whom to name as who wrote it, and which names are known.
pub(super) struct Taking<'a> {
    pub(super) author: &'a Author,
    pub(super) directory: &'a mut Directory,
    /// Actors of this batch that were added without those they refer to, because these come later.
    pub(super) incomplete: Vec<(ActorId, NewActor)>,
    /// Ids and slugs of the actors in the rest of the batch.
    pub(super) coming: HashSet<String>,
}

/// What the actors among these records are called.
pub(super) fn names_of_actors<'a>(records: impl Iterator<Item = &'a Record>) -> HashSet<String> {
    let mut names = HashSet::new();
    for record in records {
        if let Record::Actor(kept) = record {
            let slug = slug_in(kept.new.slug.as_deref(), &kept.new.name);
            names.extend(keys_of(&kept.identity, &slug).iter().map(Key::to_string));
        }
    }
    names
}

impl Taking<'_> {
    /// Takes a record in.
    pub(super) async fn take(
        &mut self,
        connection: &mut Connection,
        record: &Record,
        is_first: bool,
        added: &mut ImportCounts,
    ) -> Result<Outcome> {
        let (outcome, counted) = match record {
            Record::Instance(instance) => {
                if instance.format != INTERCHANGE_FORMAT {
                    let detail = format!("is a format that this version does not read: it reads {INTERCHANGE_FORMAT}");
                    return Err(Error::MalformedBody(format!("format {} {detail}", instance.format)));
                }
                if is_first {
                    let edit = Edit { author: self.author.clone(), reason: None, precondition: Precondition::Any };
                    reference_data::make_room_for_instance(connection, &edit).await?;
                }
                return Ok(Outcome::Told);
            }
            Record::Outlet(kept) => (self.take_outlet(connection, kept).await?, &mut added.outlets),
            Record::Actor(kept) => (self.take_actor(connection, kept).await?, &mut added.actors),
            Record::Merge(merge) => (self.take_merge(connection, merge).await?, &mut added.merges),
            Record::Zone(kept) => (self.take_zone(connection, kept).await?, &mut added.zones),
            Record::Agreement(kept) => (self.take_agreement(connection, kept).await?, &mut added.agreements),
            Record::Article(_) => return Err(Error::internal("an article is no reference")),
        };
        if outcome == Outcome::Added {
            *counted += 1;
        }
        Ok(outcome)
    }

    async fn take_outlet(&mut self, connection: &mut Connection, kept: &Kept<Outlet, NewOutlet>) -> Result<Outcome> {
        check(&kept.new)?;
        let slug = slug_in(kept.new.slug.as_deref(), &kept.new.name);
        for key in keys_of(&kept.identity, &slug) {
            if let Some(found) = there(repository::outlets::find_outlet(connection, &key).await)? {
                self.note(ResourceKind::Outlet, &kept.identity, &slug, found.id, &found.slug);
                return Ok(Outcome::Known);
            }
        }
        let life = Life::of(&kept.identity)?;
        let id = kept.identity.id.unwrap_or_else(OutletId::generate);
        let outlet = outlets::outlet(id, kept.new.clone(), life.created_at, life.updated_at, life.version)?;
        repository::outlets::create_outlet(connection, &outlet).await?;
        changes::record_creation(connection, &outlet, self.author).await?;
        Ok(Outcome::Added)
    }

    async fn take_actor(&mut self, connection: &mut Connection, kept: &Kept<Actor, NewActor>) -> Result<Outcome> {
        check(&kept.new)?;
        let slug = slug_in(kept.new.slug.as_deref(), &kept.new.name);
        for key in keys_of(&kept.identity, &slug) {
            self.coming.remove(&key.to_string());
            if let Some(found) = there(actors::reference(connection, &key, "/id").await)? {
                self.note(ResourceKind::Actor, &kept.identity, &slug, found.id, &found.slug);
                return Ok(Outcome::Known);
            }
        }
        let life = Life::of(&kept.identity)?;
        let id = kept.identity.id.unwrap_or_else(ActorId::generate);
        let mut new = kept.new.clone();
        self.name_here(&mut new);
        let whole = new.clone();
        let is_coming = |key: &Key<Actor>| self.coming.contains(&key.to_string());
        let waits = new.parent.as_ref().is_some_and(is_coming)
            || new.roles.iter().any(|role| role.organisation.as_ref().is_some_and(is_coming));
        if waits {
            new.parent = None;
            new.roles.iter_mut().for_each(|role| role.organisation = None);
            self.incomplete.push((id, whole));
        }
        let actor = actors::actor(connection, id, new, life.lifetime()).await?;
        repository::actors::create_actor(connection, &actor).await?;
        changes::record_creation(connection, &actor, self.author).await?;
        Ok(Outcome::Added)
    }

    fn name_here(&self, new: &mut NewActor) {
        let here = |key: &Key<Actor>| self.directory.here(ResourceKind::Actor, key);
        new.parent = new.parent.as_ref().map(here);
        for role in &mut new.roles {
            role.organisation = role.organisation.as_ref().map(here);
        }
    }

    /// Adds what actors refer to that came after them. To no reader they were ever without it.
    pub(super) async fn complete_actors(&mut self, connection: &mut Connection) -> Result<()> {
        for (id, mut new) in std::mem::take(&mut self.incomplete) {
            self.name_here(&mut new);
            let stored = repository::actors::find_actor(connection, &Key::Id(id)).await?;
            let lifetime = actors::Lifetime {
                created_at: stored.created_at,
                updated_at: stored.updated_at,
                version: stored.version,
            };
            // What was coming may have been refused: then this goes without it.
            let complete = match actors::actor(connection, id, new, lifetime).await {
                Err(Error::InvalidBody(_)) => continue,
                actor => actor?,
            };
            repository::actors::complete_actor(connection, &complete).await?;
        }
        Ok(())
    }

    async fn take_merge(&mut self, connection: &mut Connection, record: &MergeRecord) -> Result<Outcome> {
        let key = Key::Id(record.actor);
        let is_merged = merges::find_merge(connection, &key).await?.is_some();
        if is_merged || there(repository::actors::find_actor_ref(connection, &key).await)?.is_some() {
            return Ok(Outcome::Known);
        }
        let into = self.directory.here(ResourceKind::Actor, &Key::Id(record.into));
        let Key::Id(into_id) = into else { return Err(Error::internal("an id stands for an id")) };
        let merge = ActorMerge {
            actor_id: record.actor,
            slug: record.slug.clone(),
            into_id,
            merged_at: record.merged_at,
            merged_by: Json(record.merged_by.clone()),
            reason: record.reason.clone(),
            aliases: Json(record.aliases.clone()),
        };
        merges::create_merge(connection, &merge).await?;
        Ok(Outcome::Added)
    }

    async fn take_zone(&mut self, connection: &mut Connection, kept: &Kept<Zone, NewZone>) -> Result<Outcome> {
        check(&kept.new)?;
        let slug = slug_in(kept.new.slug.as_deref(), &kept.new.name);
        for key in keys_of(&kept.identity, &slug) {
            if let Some(found) = there(repository::zones::find_zone_ref(connection, &key).await)? {
                self.note(ResourceKind::Zone, &kept.identity, &slug, found.id, &found.slug);
                return Ok(Outcome::Known);
            }
        }
        let life = Life::of(&kept.identity)?;
        let id = kept.identity.id.unwrap_or_else(ZoneId::generate);
        let parent = kept.new.parent.as_ref().map(|key| self.directory.here(ResourceKind::Zone, key));
        let parent = zones::parent(connection, id, parent.as_ref()).await?;
        let mut new = kept.new.clone();
        self.name_evidence(connection, &mut new).await?;
        let transitions = transitions(connection, &new.transitions, Evidence::MayCome).await?;
        let border_claims = border_claims(connection, &new.border_claims).await?;
        let zone = zones::zone(id, new, parent, transitions, border_claims, life.lifetime())?;
        repository::zones::create_zone(connection, &zone).await?;
        changes::record_creation(connection, &zone, self.author).await?;
        Ok(Outcome::Added)
    }

    /// Names actors and agreements as they are called here. An agreement comes after its zones: one that is not here yet gets an id
    /// now, under which it is found then.
    async fn name_evidence(&mut self, connection: &mut Connection, new: &mut NewZone) -> Result<()> {
        for claim in &mut new.border_claims {
            claim.said_by = claim.said_by.as_ref().map(|key| self.directory.here(ResourceKind::Actor, key));
        }
        for transition in &mut new.transitions {
            if let Some(key) = &transition.said_by {
                transition.said_by = Some(self.directory.here(ResourceKind::Actor, key));
            }
            let Some(key) = &transition.agreement else { continue };
            let mut here = self.directory.here(ResourceKind::Agreement, key);
            if let Key::Slug(slug) = &here
                && there(repository::agreements::find_agreement_ref(connection, &here).await)?.is_none()
            {
                let id = AgreementId::generate();
                self.directory.call(ResourceKind::Agreement, slug.clone(), id.untyped());
                here = Key::Id(id);
            }
            transition.agreement = Some(here);
        }
        Ok(())
    }

    /// Makes the zones that came before an agreement rest on it, whatever id they know it by.
    async fn rename_agreement(
        &mut self,
        connection: &mut Connection,
        identity: &Identity<Agreement>,
        slug: &str,
        id: AgreementId,
    ) -> Result<()> {
        let by_slug: Key<Agreement> = self.directory.here(ResourceKind::Agreement, &Key::Slug(slug.to_owned()));
        let called = [identity.id, if let Key::Id(id) = by_slug { Some(id) } else { None }];
        for other in called.into_iter().flatten().filter(|other| *other != id) {
            repository::transitions::rename_agreement(connection, other, id).await?;
        }
        Ok(())
    }

    async fn take_agreement(
        &mut self,
        connection: &mut Connection,
        kept: &Kept<Agreement, NewAgreement>,
    ) -> Result<Outcome> {
        check(&kept.new)?;
        let slug = slug_in(kept.new.slug.as_deref(), &kept.new.name);
        for key in keys_of(&kept.identity, &slug) {
            if let Some(found) = there(repository::agreements::find_agreement_ref(connection, &key).await)? {
                self.rename_agreement(connection, &kept.identity, &slug, found.id).await?;
                self.note(ResourceKind::Agreement, &kept.identity, &slug, found.id, &found.slug);
                return Ok(Outcome::Known);
            }
        }
        let life = Life::of(&kept.identity)?;
        let id = kept.identity.id.unwrap_or_else(AgreementId::generate);
        self.rename_agreement(connection, &kept.identity, &slug, id).await?;
        let mut new = kept.new.clone();
        for party in &mut new.parties {
            party.actor = self.directory.here(ResourceKind::Actor, &party.actor);
        }
        new.zones = new.zones.iter().map(|key| self.directory.here(ResourceKind::Zone, key)).collect();
        let agreement =
            agreements::agreement(connection, id, new, life.created_at, life.updated_at, life.version).await?;
        repository::agreements::create_agreement(connection, &agreement).await?;
        changes::record_creation(connection, &agreement, self.author).await?;
        Ok(Outcome::Added)
    }

    /// Notes what the file calls otherwise than what was found here.
    fn note<T>(&mut self, kind: ResourceKind, identity: &Identity<T>, slug: &str, id: Id<T>, slug_here: &str) {
        if let Some(other) = identity.id.filter(|other| *other != id) {
            self.directory.call(kind, other.to_string(), id.untyped());
        }
        if slug != slug_here {
            self.directory.call(kind, slug.to_owned(), id.untyped());
        }
    }
}

/// By what a record may be known: its id first.
fn keys_of<T>(identity: &Identity<T>, slug: &str) -> Vec<Key<T>> {
    let by_slug = (!slug.is_empty()).then(|| Key::Slug(slug.to_owned()));
    identity.id.map(Key::Id).into_iter().chain(by_slug).collect()
}

fn slug_in(slug: Option<&str>, name: &str) -> String {
    slug.map_or_else(|| slug_of(name), str::to_owned)
}

/// What was found, where there was anything.
fn there<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Err(Error::NotFound { .. } | Error::InvalidBody(_)) => Ok(None),
        found => found.map(Some),
    }
}

/// A resource's life so far; it begins now where the record does not say.
struct Life {
    created_at: Instant,
    updated_at: Instant,
    version: i64,
}

impl Life {
    fn of<T>(identity: &Identity<T>) -> Result<Self> {
        let created_at = identity.created_at.unwrap_or_else(Instant::now);
        let version = identity.version.unwrap_or(1);
        if version < 1 {
            return Err(Error::InvalidBody(vec![FieldError::at("/version", "must be at least 1")]));
        }
        Ok(Self { created_at, updated_at: identity.updated_at.unwrap_or(created_at), version })
    }

    fn lifetime(&self) -> actors::Lifetime {
        actors::Lifetime { created_at: self.created_at, updated_at: self.updated_at, version: self.version }
    }
}
