//! Actors with their names and dated roles in the database.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::conflict::ConflictMeaning;
use super::ids_and_slugs::{ids_of_keys, split_keys};
use super::one_of::one_of;
use super::{Connection, history, merges};
use crate::error::{Error, Result};
use crate::models::{
    Actor, ActorFilter, ActorId, ActorKind, ActorRef, DatePrecision, Day, Gender, Instant, Json, Key, Review, Role,
    fold,
};
use crate::pagination::{PageRequest, Rows};
use crate::schema::{actor_names, actor_roles, actors};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = actors, treat_none_as_null = true, treat_none_as_default_value = false)]
struct ActorRow {
    id: ActorId,
    slug: String,
    name: String,
    kind: ActorKind,
    gender: Option<Gender>,
    country: Option<String>,
    parent_id: Option<ActorId>,
    demonyms: Json<Vec<String>>,
    capital: Option<String>,
    wikidata: Option<String>,
    source: Option<String>,
    review: Review,
    created_at: Instant,
    updated_at: Instant,
    version: i64,
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = actor_names)]
struct NameRow {
    actor_id: ActorId,
    position: i64,
    name: String,
    folded: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = actor_roles, treat_none_as_default_value = false)]
struct RoleRow {
    actor_id: ActorId,
    position: i64,
    title: String,
    office: Option<String>,
    country: Option<String>,
    organisation_id: Option<ActorId>,
    starts_on: Option<Day>,
    ends_on: Option<Day>,
    precision: DatePrecision,
    source: Option<String>,
}

/// The actors of one page by slug, and one more where there is a next page.
///
/// # Errors
/// Only of the database.
pub async fn list_actors(
    connection: &mut Connection,
    filter: &ActorFilter,
    page: &PageRequest<String>,
) -> Result<Rows<Actor>> {
    let (rows, total): (Vec<ActorRow>, _) = on_backend!(connection, |c| {
        // The same conditions for the page and for the total.
        let filtered = || {
            let mut query = actors::table.into_boxed();
            if !filter.kind.is_empty() {
                query = query.filter(actors::kind.eq_any(&filter.kind));
            }
            if !filter.country.is_empty() {
                query = query.filter(actors::country.eq_any(&filter.country));
            }
            if !filter.review.is_empty() {
                query = query.filter(actors::review.eq_any(&filter.review));
            }
            if let Some(prefix) = &filter.name {
                let prefix = escape_like(&fold(prefix));
                let (first_word, later_word) = (format!("{prefix}%"), format!("% {prefix}%"));
                let names = actor_names::folded.like(first_word).escape('!');
                let names = names.or(actor_names::folded.like(later_word).escape('!'));
                query = query.filter(actors::id.eq_any(actor_names::table.filter(names).select(actor_names::actor_id)));
            }
            query
        };
        let total = match page.count {
            true => Some(filtered().count().get_result(c).await?),
            false => None,
        };
        let mut query = filtered().select(ActorRow::as_select());
        if let Some(slug) = &page.after {
            query = query.filter(actors::slug.gt(slug));
        }
        (query.order(actors::slug).limit(page.fetch()).load(c).await?, total)
    });
    Ok(Rows { rows: with_names_and_roles(connection, rows).await?, total })
}

fn escape_like(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

/// The actor with this id or slug.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_actor(connection: &mut Connection, key: &Key<Actor>) -> Result<Actor> {
    let row: Option<ActorRow> = on_backend!(connection, |c| {
        let query = actors::table.select(ActorRow::as_select()).into_boxed();
        let query = match key {
            Key::Id(id) => query.filter(actors::id.eq(id)),
            Key::Slug(slug) => query.filter(actors::slug.eq(slug)),
        };
        query.first(c).await.optional()?
    });
    let rows = row.into_iter().collect();
    let found = with_names_and_roles(connection, rows).await?.pop();
    found.ok_or_else(|| Error::NotFound { resource: "actor", key: key.to_string() })
}

/// The actors with these ids.
///
/// # Errors
/// Only of the database.
pub async fn find_actors_by_id(connection: &mut Connection, ids: &[ActorId]) -> Result<HashMap<ActorId, Actor>> {
    let rows: Vec<ActorRow> = on_backend!(connection, |c| {
        actors::table.filter(one_of(actors::id, ids.to_vec())).select(ActorRow::as_select()).load(c).await?
    });
    let found = with_names_and_roles(connection, rows).await?;
    Ok(found.into_iter().map(|actor| (actor.id, actor)).collect())
}

/// Every actor that a person has looked at, by slug: what the extractor may know.
///
/// # Errors
/// Only of the database.
pub async fn all_reviewed_actors(connection: &mut Connection) -> Result<Vec<Actor>> {
    let rows: Vec<ActorRow> = on_backend!(connection, |c| {
        actors::table
            .filter(actors::review.eq_any([Review::Accepted, Review::Corrected]))
            .select(ActorRow::as_select())
            .order(actors::slug)
            .load(c)
            .await?
    });
    with_names_and_roles(connection, rows).await
}

/// The ids of the actors that a query parameter names.
///
/// # Errors
/// [`Error::InvalidQuery`] for a key that no actor has.
pub async fn find_actor_ids(connection: &mut Connection, parameter: &str, keys: &[Key<Actor>]) -> Result<Vec<ActorId>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let (ids, slugs) = split_keys(keys);
    let mut found: Vec<(ActorId, String)> = on_backend!(connection, |c| {
        let named = one_of(actors::id, ids.clone()).or(one_of(actors::slug, slugs.clone()));
        actors::table.filter(named).select((actors::id, actors::slug)).load(c).await?
    });
    // Who was merged into another is found there.
    let mut current = Vec::with_capacity(keys.len());
    for key in keys {
        let is_found = found.iter().any(|(id, slug)| match key {
            Key::Id(wanted) => wanted == id,
            Key::Slug(wanted) => wanted == slug,
        });
        let successor = if is_found { None } else { merges::find_successor(connection, key).await? };
        found.extend(successor.map(|id| (id, String::new())));
        current.push(successor.map_or_else(|| key.clone(), Key::Id));
    }
    ids_of_keys(found, &current, parameter, "actor")
}

/// The actor with this id or slug, as others name it.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_actor_ref(connection: &mut Connection, key: &Key<Actor>) -> Result<ActorRef> {
    on_backend!(connection, |c| {
        let query = actors::table.select(ActorRef::as_select()).into_boxed();
        let query = match key {
            Key::Id(id) => query.filter(actors::id.eq(id)),
            Key::Slug(slug) => query.filter(actors::slug.eq(slug)),
        };
        query.first(c).await.optional()?
    })
    .ok_or_else(|| Error::NotFound { resource: "actor", key: key.to_string() })
}

/// An actor, what it is a part of, what that is a part of, and so on.
///
/// # Errors
/// Only of the database.
pub async fn find_ancestors(connection: &mut Connection, actor: ActorId) -> Result<Vec<ActorId>> {
    let mut all = Vec::new();
    let mut next = Some(actor);
    while let Some(id) = next.filter(|id| !all.contains(id)) {
        all.push(id);
        let parent: Option<Option<ActorId>> = on_backend!(connection, |c| {
            actors::table.find(id).select(actors::parent_id).first(c).await.optional()?
        });
        next = parent.flatten();
    }
    Ok(all)
}

/// The actors with these slugs, as others name them.
///
/// # Errors
/// Only of the database.
pub async fn find_actor_refs(connection: &mut Connection, slugs: &[String]) -> Result<Vec<ActorRef>> {
    if slugs.is_empty() {
        return Ok(Vec::new());
    }
    on_backend!(connection, |c| {
        Ok(actors::table.filter(one_of(actors::slug, slugs.to_vec())).select(ActorRef::as_select()).load(c).await?)
    })
}

/// The actors with these ids or slugs, as others name them.
///
/// # Errors
/// Only of the database.
pub async fn find_actor_refs_of_keys(connection: &mut Connection, keys: &[Key<Actor>]) -> Result<Vec<ActorRef>> {
    let mut found = Vec::with_capacity(keys.len());
    for keys in keys.chunks(1000) {
        let (ids, slugs) = split_keys(keys);
        let more: Vec<ActorRef> = on_backend!(connection, |c| {
            let named = one_of(actors::id, ids.clone()).or(one_of(actors::slug, slugs.clone()));
            actors::table.filter(named).select(ActorRef::as_select()).load(c).await?
        });
        found.extend(more);
    }
    Ok(found)
}

/// The actors that have one of these names, [folded](crate::models::fold): with the name, the kind of actor and what people think of
/// it, by slug.
///
/// # Errors
/// Only of the database.
pub async fn list_actors_with_names(
    connection: &mut Connection,
    folded: &[String],
) -> Result<Vec<(String, ActorKind, Review, ActorRef)>> {
    Ok(load_rows_of!(connection, folded, |folded| {
        actor_names::table
            .inner_join(actors::table)
            .filter(one_of(actor_names::folded, folded))
            .select((actor_names::folded, actors::kind, actors::review, ActorRef::as_select()))
            .order(actors::slug)
    }))
}

/// Adds an actor with its names and roles.
///
/// # Errors
/// [`Error::Conflict`] where the slug is taken.
pub async fn create_actor(connection: &mut Connection, actor: &Actor) -> Result<()> {
    let row = ActorRow::of(actor);
    on_backend!(connection, |c| diesel::insert_into(actors::table).values(&row).execute(c).await)
        .on_unique(|| format!("another actor has the slug `{}`", actor.slug))?;
    create_names_and_roles(connection, actor).await
}

/// Writes an actor as it is now, with its names and roles, and keeps what was there.
///
/// # Errors
/// [`Error::Conflict`] where the slug is taken.
pub async fn update_actor(connection: &mut Connection, actor: &Actor) -> Result<()> {
    history::keep(connection, "actors", "id", &[actor.id], actor.updated_at).await?;
    let row = ActorRow::of(actor);
    on_backend!(connection, |c| diesel::update(actors::table.find(actor.id)).set(&row).execute(c).await)
        .on_unique(|| format!("another actor has the slug `{}`", actor.slug))?;
    let names = actor_names::table.filter(actor_names::actor_id.eq(actor.id));
    on_backend!(connection, |c| diesel::delete(names).execute(c).await)?;
    let roles = actor_roles::table.filter(actor_roles::actor_id.eq(actor.id));
    on_backend!(connection, |c| diesel::delete(roles).execute(c).await)?;
    create_names_and_roles(connection, actor).await
}

/// Writes what an actor refers to that was added in this same transaction, so that no reader has seen it without.
///
/// # Errors
/// Only of the database.
pub async fn complete_actor(connection: &mut Connection, actor: &Actor) -> Result<()> {
    let parent = actors::parent_id.eq(actor.parent.as_ref().map(|parent| parent.id));
    on_backend!(connection, |c| diesel::update(actors::table.find(actor.id)).set(parent).execute(c).await)?;
    for (role, position) in actor.roles.iter().zip(0_i64..) {
        let row = actor_roles::table.find((actor.id, position));
        let organisation = actor_roles::organisation_id.eq(role.organisation.as_ref().map(|body| body.id));
        on_backend!(connection, |c| diesel::update(row).set(organisation).execute(c).await)?;
    }
    Ok(())
}

/// Writes the names of an actor. Its version is counted up by who changes it.
///
/// # Errors
/// Only of the database.
pub async fn update_names(connection: &mut Connection, actor: &Actor) -> Result<()> {
    let names = actor_names::table.filter(actor_names::actor_id.eq(actor.id));
    on_backend!(connection, |c| diesel::delete(names).execute(c).await)?;
    create_names(connection, actor).await
}

/// Deletes an actor with its names and roles, and keeps what was there.
///
/// # Errors
/// [`Error::InUse`] where quotes, mentions, agreements or other actors refer to it.
pub async fn delete_actor(connection: &mut Connection, id: ActorId, at: Instant) -> Result<()> {
    history::keep(connection, "actors", "id", &[id], at).await?;
    on_backend!(connection, |c| diesel::delete(actors::table.find(id)).execute(c).await)
        .on_referenced(|| "quotes, mentions, agreements, roles or other actors refer to this actor".to_owned())?;
    Ok(())
}

impl ActorRow {
    fn of(actor: &Actor) -> Self {
        Self {
            id: actor.id,
            slug: actor.slug.clone(),
            name: actor.name.clone(),
            kind: actor.kind,
            gender: actor.gender,
            country: actor.country.clone(),
            parent_id: actor.parent.as_ref().map(|parent| parent.id),
            demonyms: Json(actor.demonyms.clone()),
            capital: actor.capital.clone(),
            wikidata: actor.wikidata.clone(),
            source: actor.source.clone(),
            review: actor.review,
            created_at: actor.created_at,
            updated_at: actor.updated_at,
            version: actor.version,
        }
    }
}

async fn create_names(connection: &mut Connection, actor: &Actor) -> Result<()> {
    let names = std::iter::once(&actor.name).chain(&actor.aliases).zip(0..).map(|(name, position)| NameRow {
        actor_id: actor.id,
        position,
        name: name.clone(),
        folded: fold(name),
    });
    for name in names {
        on_backend!(connection, |c| diesel::insert_into(actor_names::table).values(&name).execute(c).await)?;
    }
    Ok(())
}

async fn create_names_and_roles(connection: &mut Connection, actor: &Actor) -> Result<()> {
    create_names(connection, actor).await?;
    for (role, position) in actor.roles.iter().zip(0..) {
        let row = RoleRow {
            actor_id: actor.id,
            position,
            title: role.title.clone(),
            office: role.office.clone(),
            country: role.country.clone(),
            organisation_id: role.organisation.as_ref().map(|body| body.id),
            starts_on: role.starts_on,
            ends_on: role.ends_on,
            precision: role.precision,
            source: role.source.clone(),
        };
        on_backend!(connection, |c| diesel::insert_into(actor_roles::table).values(&row).execute(c).await)?;
    }
    Ok(())
}

/// Three queries, however many rows: names, roles, and the actors that these rows refer to.
async fn with_names_and_roles(connection: &mut Connection, rows: Vec<ActorRow>) -> Result<Vec<Actor>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<ActorId> = rows.iter().map(|row| row.id).collect();
    let name_rows: Vec<(ActorId, String)> = on_backend!(connection, |c| {
        actor_names::table
            .filter(one_of(actor_names::actor_id, ids.clone()).and(actor_names::position.gt(0)))
            .select((actor_names::actor_id, actor_names::name))
            .order((actor_names::actor_id, actor_names::position))
            .load(c)
            .await?
    });
    let role_rows: Vec<RoleRow> = on_backend!(connection, |c| {
        actor_roles::table
            .filter(one_of(actor_roles::actor_id, ids.clone()))
            .select(RoleRow::as_select())
            .order((actor_roles::actor_id, actor_roles::position))
            .load(c)
            .await?
    });
    let organisations = role_rows.iter().filter_map(|role| role.organisation_id);
    let related: Vec<ActorId> = rows.iter().filter_map(|row| row.parent_id).chain(organisations).collect();
    let related: Vec<ActorRef> = on_backend!(connection, |c| {
        actors::table.filter(one_of(actors::id, related.clone())).select(ActorRef::as_select()).load(c).await?
    });
    let related: HashMap<ActorId, ActorRef> = related.into_iter().map(|actor| (actor.id, actor)).collect();

    let mut aliases: HashMap<ActorId, Vec<String>> = HashMap::new();
    for (actor, name) in name_rows {
        aliases.entry(actor).or_default().push(name);
    }
    let mut roles: HashMap<ActorId, Vec<Role>> = HashMap::new();
    for row in role_rows {
        roles.entry(row.actor_id).or_default().push(Role {
            title: row.title,
            office: row.office,
            country: row.country,
            organisation: row.organisation_id.and_then(|id| related.get(&id).cloned()),
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            precision: row.precision,
            source: row.source,
        });
    }
    let actor = |row: ActorRow| Actor {
        aliases: aliases.remove(&row.id).unwrap_or_default(),
        roles: roles.remove(&row.id).unwrap_or_default(),
        parent: row.parent_id.and_then(|id| related.get(&id).cloned()),
        id: row.id,
        slug: row.slug,
        name: row.name,
        kind: row.kind,
        gender: row.gender,
        country: row.country,
        demonyms: row.demonyms.0,
        capital: row.capital,
        wikidata: row.wikidata,
        source: row.source,
        review: row.review,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
        included: None,
    };
    Ok(rows.into_iter().map(actor).collect())
}
