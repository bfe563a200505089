//! Merges: an actor that turns out to be another one, and back.

use super::derived::derive_from_quotes;
use super::{Services, articles, changes, check_is_conditional, check_precondition, in_body};
use crate::error::{Error, Result};
use crate::models::{
    Actor, ActorId, ActorMerge, ChangeKind, Edit, Instant, Json, Key, NewChange, NewMerge, QuoteId, ResourceKind,
    Versioned, fold,
};
use crate::repository::merges::Referring;
use crate::repository::positions::reading;
use crate::repository::statements::{placing, queue};
use crate::repository::{self, Connection, actors, agreements, gazetteer, history, merges, quotes, zones};

/// Resources whose state before is held in memory at one time.
const AT_ONE_TIME: usize = 200;
/// Quotes that are put into statements anew within a merge.
const PLACED_AT_ONCE: usize = 500;

/// The actor that stands where the one with this id or slug was merged into, at the instant that is read.
///
/// # Errors
/// Only of the database.
pub async fn find_successor(services: &Services, key: &Key<Actor>) -> Result<Option<ActorId>> {
    services.read(async |c| merges::find_successor(c, key).await).await
}

/// Merges an actor into another: what refers to it refers to the other from then on, which gets its names. The other as
/// it is then.
///
/// # Errors
/// [`NotFound`](Error::NotFound); [`Conflict`](Error::Conflict) where it is the same actor, the other is a part of it,
/// or one of them was merged already.
pub async fn merge_actor(services: &Services, key: &Key<Actor>, new: &NewMerge, edit: &Edit) -> Result<Actor> {
    // Where it was merged already there is no state to compare with.
    check_is_conditional(edit)?;
    services
        .act(async |c| {
            gazetteer::count_gazetteer_change(c).await?;
            let old = match actors::find_actor(c, key).await {
                Err(Error::NotFound { resource, key: text }) => {
                    refuse_merged(c, key).await?;
                    return Err(Error::NotFound { resource, key: text });
                }
                found => found?,
            };
            check_precondition(edit, old.version)?;
            let other = match actors::find_actor(c, &new.into).await {
                Err(error @ Error::NotFound { .. }) => {
                    refuse_merged(c, &new.into).await?;
                    return in_body(Err(error), "/into");
                }
                found => found?,
            };
            if other.id == old.id {
                return Err(Error::Conflict("an actor cannot be merged into itself".to_owned()));
            }
            if actors::find_ancestors(c, other.id).await?.contains(&old.id) {
                let detail = format!("`{}` is a part of `{}`: it would become a part of itself", other.slug, old.slug);
                return Err(Error::Conflict(detail));
            }
            merge(c, &old, &other, edit).await?;
            actors::find_actor(c, &Key::Id(other.id)).await
        })
        .await
}

async fn refuse_merged(connection: &mut Connection, key: &Key<Actor>) -> Result<()> {
    match merges::find_merge(connection, key).await? {
        Some(merge) => Err(Error::Conflict(format!("`{key}` was merged into {} already", merge.into_id))),
        None => Ok(()),
    }
}

async fn merge(connection: &mut Connection, old: &Actor, other: &Actor, edit: &Edit) -> Result<()> {
    let referring = with_actor(merges::list_referring(connection, old.id).await?, other.id);
    let at = lock(connection, &referring, old.updated_at).await?;
    record_versions(connection, &referring, ChangeKind::Merged, at, edit).await?;
    merges::move_references(connection, old.id, other.id).await?;
    placing::move_statements(connection, old.id, other.id).await?;
    reading::move_positions(connection, old.id, other.id).await?;
    let known: Vec<String> = std::iter::once(&other.name).chain(&other.aliases).map(|name| fold(name)).collect();
    let names = std::iter::once(&old.name).chain(&old.aliases);
    let aliases: Vec<String> = names.filter(|name| !known.contains(&fold(name))).cloned().collect();
    if !aliases.is_empty() {
        let aliases = other.aliases.iter().chain(&aliases).cloned().collect();
        actors::update_names(connection, &Actor { aliases, ..other.clone() }).await?;
    }
    actors::delete_actor(connection, old.id, at).await?;
    let change = changes::change_of(ChangeKind::Merged, old, old.version, at, edit)?;
    repository::changes::create_changes(connection, &[NewChange { gone: true, ..change }]).await?;
    let merge = ActorMerge {
        actor_id: old.id,
        slug: old.slug.clone(),
        into_id: other.id,
        merged_at: at,
        merged_by: Json(edit.author.clone()),
        reason: edit.reason.clone(),
        aliases: Json(aliases),
    };
    merges::create_merge(connection, &merge).await?;
    place_again(connection, &referring.quotes).await
}

/// Puts quotes into statements anew whose speaker may be another one now, and reads their positions: those of a few
/// articles at once, the others soon after.
async fn place_again(connection: &mut Connection, quotes: &[QuoteId]) -> Result<()> {
    if quotes.len() <= PLACED_AT_ONCE {
        return derive_from_quotes(connection, quotes).await.map(drop);
    }
    let articles = quotes::list_articles_of_quotes(connection, quotes).await?;
    queue::queue_articles(connection, &articles).await
}

/// Undoes a merge: the actor is there again, with its id and slug, and so is what the merge moved, unless it was
/// changed in that since.
///
/// # Errors
/// [`NotFound`](Error::NotFound) where no such actor was merged; [`Conflict`](Error::Conflict) where another has its
/// slug by now, or the one it was merged into is gone.
pub async fn unmerge_actor(services: &Services, key: &Key<Actor>, edit: &Edit) -> Result<Actor> {
    services
        .act(async |c| {
            gazetteer::count_gazetteer_change(c).await?;
            let merge = merges::find_merge(c, key).await?;
            let merge = merge.ok_or_else(|| Error::NotFound { resource: "merged actor", key: key.to_string() })?;
            let other = match actors::find_actor(c, &Key::Id(merge.into_id)).await {
                Err(Error::NotFound { key, .. }) => {
                    let detail = format!("{key}, which it was merged into, is gone itself: bring that back first");
                    return Err(Error::Conflict(detail));
                }
                found => found?,
            };
            let moved = merges::list_moved(c, &merge).await?;
            let referring = with_actor(moved.referring.clone(), other.id);
            let at = lock(c, &referring, merge.merged_at).await?;
            let id = merge.actor_id;
            history::restore(c, ResourceKind::Actor, id.untyped(), merge.merged_at, at).await?;
            record_versions(c, &referring, ChangeKind::Unmerged, at, edit).await?;
            merges::give_back(c, &merge, &moved).await?;
            let Json(given) = &merge.aliases;
            let aliases = other.aliases.iter().filter(|alias| !given.contains(alias)).cloned().collect();
            actors::update_names(c, &Actor { aliases, ..other }).await?;
            place_again(c, &moved.referring.quotes).await?;
            merges::delete_merge(c, id, at).await?;
            let actor = actors::find_actor(c, &Key::Id(id)).await?;
            let change = changes::change_of(ChangeKind::Unmerged, &actor, actor.version, at, edit)?;
            repository::changes::create_changes(c, &[NewChange { before: None, ..change }]).await?;
            Ok(actor)
        })
        .await
}

fn with_actor(mut referring: Referring, actor: ActorId) -> Referring {
    if !referring.actors.contains(&actor) {
        referring.actors.push(actor);
    }
    referring
}

/// Keeps all of them as they are, and says at which instant they change: later than any of them did.
///
/// Actors, zones and agreements are kept by who has the gazetteer; articles before their quotes, as everybody does.
async fn lock(connection: &mut Connection, referring: &Referring, after: Instant) -> Result<Instant> {
    let mut owners = quotes::list_articles_of_quotes(connection, &referring.quotes).await?;
    owners.extend(&referring.articles);
    owners.sort();
    owners.dedup();
    let latest = [
        history::lock(connection, ResourceKind::Article, &owners).await?,
        history::lock(connection, ResourceKind::Quote, &referring.quotes).await?,
        history::lock(connection, ResourceKind::Actor, &referring.actors).await?,
        history::lock(connection, ResourceKind::Agreement, &referring.agreements).await?,
        history::lock(connection, ResourceKind::Zone, &referring.zones).await?,
    ];
    Ok(Instant::now_after(latest.into_iter().flatten().fold(after, Instant::max)))
}

/// Keeps what all of them are, and makes them the next version of themselves.
async fn record_versions(
    connection: &mut Connection,
    referring: &Referring,
    kind: ChangeKind,
    at: Instant,
    edit: &Edit,
) -> Result<()> {
    for ids in referring.quotes.chunks(AT_ONE_TIME) {
        let before = quotes::find_quotes(connection, ids).await?;
        record_all(connection, &before, kind, at, edit).await?;
    }
    for id in &referring.articles {
        let before = articles::find_article_in(connection, *id).await?;
        record_all(connection, &[before], kind, at, edit).await?;
    }
    for id in &referring.actors {
        let before = actors::find_actor(connection, &Key::Id(*id)).await?;
        record_all(connection, &[before], kind, at, edit).await?;
    }
    for id in &referring.agreements {
        let before = agreements::find_agreement(connection, &Key::Id(*id)).await?;
        record_all(connection, &[before], kind, at, edit).await?;
    }
    for id in &referring.zones {
        let before = zones::find_zone(connection, &Key::Id(*id)).await?;
        record_all(connection, &[before], kind, at, edit).await?;
    }
    history::count_version(connection, ResourceKind::Zone, &referring.zones, at).await?;
    history::count_version(connection, ResourceKind::Quote, &referring.quotes, at).await?;
    history::count_version(connection, ResourceKind::Article, &referring.articles, at).await?;
    history::count_version(connection, ResourceKind::Actor, &referring.actors, at).await?;
    history::count_version(connection, ResourceKind::Agreement, &referring.agreements, at).await
}

async fn record_all<T: Versioned>(
    connection: &mut Connection,
    before: &[T],
    kind: ChangeKind,
    at: Instant,
    edit: &Edit,
) -> Result<()> {
    let change = |before: &T| changes::change_of(kind, before, before.version() + 1, at, edit);
    let rows = before.iter().map(change).collect::<Result<Vec<NewChange>>>()?;
    repository::changes::create_changes(connection, &rows).await
}
