//! Actors: the rules.

use super::included::include_with_actors;
use super::{Services, apply, changes, check, check_precondition, in_body, slug_or_from_name};
use crate::error::{Error, Result};
use crate::models::{
    Actor, ActorFilter, ActorId, ActorInclude, ActorRef, Author, Edit, FieldError, Instant, Key, MergePatch, NewActor,
    NewRole, Review, Role,
};
use crate::pagination::{Page, PageRequest};
use crate::repository::{Connection, actors, border_claims, gazetteer, merges};

/// A page of actors, by slug.
///
/// # Errors
/// Only of the database.
pub async fn list_actors(
    services: &Services,
    filter: &ActorFilter,
    page: &PageRequest<String>,
    include: &[ActorInclude],
) -> Result<Page<Actor>> {
    services
        .read(async |c| {
            let rows = actors::list_actors(c, filter, page).await?;
            let mut found = page.page(rows, |actor| actor.slug.clone());
            include_with_actors(c, include, &mut found.data).await?;
            Ok(found)
        })
        .await
}

/// One actor.
///
/// # Errors
/// [`NotFound`](Error::NotFound).
pub async fn find_actor(services: &Services, key: &Key<Actor>, include: &[ActorInclude]) -> Result<Actor> {
    services
        .read(async |c| {
            let mut found = actors::find_actor(c, key).await?;
            include_with_actors(c, include, std::slice::from_mut(&mut found)).await?;
            Ok(found)
        })
        .await
}

/// Adds an actor; the extractor knows it from then on.
///
/// # Errors
/// [`InvalidBody`](Error::InvalidBody), or [`Conflict`](Error::Conflict) where the slug is taken.
pub async fn create_actor(services: &Services, new: NewActor, author: &Author) -> Result<Actor> {
    services.create(async |c| create_actor_in(c, new, author).await).await
}

pub(super) async fn create_actor_in(connection: &mut Connection, new: NewActor, author: &Author) -> Result<Actor> {
    check(&new)?;
    gazetteer::count_gazetteer_change(connection).await?;
    let now = Instant::now();
    let actor =
        actor(connection, ActorId::generate(), new, Lifetime { created_at: now, updated_at: now, version: 1 }).await?;
    actors::create_actor(connection, &actor).await?;
    changes::record_creation(connection, &actor, author).await?;
    Ok(actor)
}

/// Changes an actor.
///
/// # Errors
/// As [`create_actor`], and [`NotFound`](Error::NotFound).
pub async fn update_actor(
    services: &Services,
    key: &Key<Actor>,
    patch: &MergePatch<NewActor>,
    edit: &Edit,
) -> Result<Actor> {
    services
        .database
        .transaction(async |c| {
            gazetteer::count_gazetteer_change(c).await?;
            let current = actors::find_actor(c, key).await?;
            check_precondition(edit, current.version)?;
            let mut patched = apply(patch, &NewActor::from(&current))?;
            if patched.review == Review::Machine && !patch.touches("review") {
                patched.review = Review::Corrected; // somebody has looked at it now
            }
            let lifetime = Lifetime {
                created_at: current.created_at,
                updated_at: Instant::now_after(current.updated_at),
                version: current.version + 1,
            };
            let changed = actor(c, current.id, patched, lifetime).await?;
            actors::update_actor(c, &changed).await?;
            changes::record_update(c, &current, &changed, edit).await?;
            Ok(changed)
        })
        .await
}

/// Deletes an actor that nothing refers to.
///
/// # Errors
/// [`NotFound`](Error::NotFound), [`InUse`](Error::InUse).
pub async fn delete_actor(services: &Services, key: &Key<Actor>, edit: &Edit) -> Result<()> {
    services
        .database
        .transaction(async |c| {
            gazetteer::count_gazetteer_change(c).await?;
            let current = actors::find_actor(c, key).await?;
            check_precondition(edit, current.version)?;
            // Claims stand in the rows of zones: no key of the database holds them to the actor.
            if border_claims::are_claimed_by(c, current.id).await? {
                return Err(Error::InUse("borders of zones are given by this actor".to_owned()));
            }
            let at = Instant::now_after(current.updated_at);
            actors::delete_actor(c, current.id, at).await?;
            changes::record_deletion(c, &current, at, edit).await
        })
        .await
}

pub(super) struct Lifetime {
    pub(super) created_at: Instant,
    pub(super) updated_at: Instant,
    pub(super) version: i64,
}

pub(super) async fn actor(
    connection: &mut Connection,
    id: ActorId,
    new: NewActor,
    lifetime: Lifetime,
) -> Result<Actor> {
    let parent = match &new.parent {
        Some(key) => Some(reference(connection, key, "/parent").await?),
        None => None,
    };
    if let Some(parent) = &parent
        && actors::find_ancestors(connection, parent.id).await?.contains(&id)
    {
        return Err(Error::InvalidBody(vec![FieldError::at(
            "/parent",
            "must not be the actor itself or a part of it",
        )]));
    }
    let mut roles = Vec::with_capacity(new.roles.len());
    for (index, new_role) in new.roles.into_iter().enumerate() {
        roles.push(role(connection, new_role, index).await?);
    }
    roles.sort_by_key(|role| role.starts_on);
    Ok(Actor {
        id,
        slug: slug_or_from_name(new.slug.as_deref(), &new.name)?,
        name: new.name,
        kind: new.kind,
        gender: new.gender,
        country: new.country,
        parent,
        aliases: new.aliases,
        demonyms: new.demonyms,
        capital: new.capital,
        roles,
        wikidata: new.wikidata,
        source: new.source,
        review: new.review,
        created_at: lifetime.created_at,
        updated_at: lifetime.updated_at,
        version: lifetime.version,
        included: None,
    })
}

async fn role(connection: &mut Connection, new: NewRole, index: usize) -> Result<Role> {
    let organisation = match &new.organisation {
        Some(key) => Some(reference(connection, key, &format!("/roles/{index}/organisation")).await?),
        None => None,
    };
    Ok(Role {
        title: new.title,
        office: new.office,
        country: new.country,
        organisation,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        precision: new.precision,
        source: new.source,
    })
}

/// The actor that a key in a body names.
pub(super) async fn reference(connection: &mut Connection, key: &Key<Actor>, pointer: &str) -> Result<ActorRef> {
    let found = match actors::find_actor_ref(connection, key).await {
        Err(Error::NotFound { resource, key: text }) => match merges::find_successor(connection, key).await? {
            // Who was merged into another is found there.
            Some(successor) => actors::find_actor_ref(connection, &Key::Id(successor)).await,
            None => Err(Error::NotFound { resource, key: text }),
        },
        found => found,
    };
    in_body(found, pointer)
}
