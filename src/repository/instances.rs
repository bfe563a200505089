//! An instance as a whole: whether there is anything in it, and how it is emptied.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Connection;
use crate::error::Result;
use crate::models::{Author, ChangeKind, Id, Json, ResourceKind};
use crate::schema::{
    actor_names, actor_roles, actors, agreement_parties, agreement_zones, agreements, articles, changes, outlets,
    zone_transitions, zones,
};

/// Whether there are no articles, and nothing was ever written but what this author has created.
///
/// # Errors
/// Only of the database.
pub async fn holds_only_created_by(connection: &mut Connection, author: &Author) -> Result<bool> {
    on_backend!(connection, |c| {
        let article: Option<Id<()>> = articles::table.select(articles::id).limit(1).first(c).await.optional()?;
        let other = changes::change.ne(ChangeKind::Created).or(changes::author.ne(Json(author.clone())));
        let other: Option<i64> =
            changes::table.filter(other).select(changes::seq).limit(1).first(c).await.optional()?;
        Ok(article.is_none() && other.is_none())
    })
}

/// Deletes all outlets, actors, zones and agreements without a trace; which there were. Where there are articles, it fails.
///
/// # Errors
/// Only of the database.
pub async fn delete_reference_data(connection: &mut Connection) -> Result<Vec<(ResourceKind, Id<()>)>> {
    on_backend!(connection, |c| {
        let mut gone: Vec<(ResourceKind, Id<()>)> = Vec::new();
        let all: Vec<Id<()>> = agreements::table.select(agreements::id).order(agreements::id).load(c).await?;
        gone.extend(all.into_iter().map(|id| (ResourceKind::Agreement, id)));
        let all: Vec<Id<()>> = zones::table.select(zones::id).order(zones::id).load(c).await?;
        gone.extend(all.into_iter().map(|id| (ResourceKind::Zone, id)));
        let all: Vec<Id<()>> = actors::table.select(actors::id).order(actors::id).load(c).await?;
        gone.extend(all.into_iter().map(|id| (ResourceKind::Actor, id)));
        let all: Vec<Id<()>> = outlets::table.select(outlets::id).order(outlets::id).load(c).await?;
        gone.extend(all.into_iter().map(|id| (ResourceKind::Outlet, id)));
        diesel::delete(agreement_zones::table).execute(c).await?;
        diesel::delete(agreement_parties::table).execute(c).await?;
        diesel::delete(agreements::table).execute(c).await?;
        diesel::delete(zone_transitions::table).execute(c).await?;
        diesel::delete(zones::table).execute(c).await?;
        diesel::delete(actor_roles::table).execute(c).await?;
        diesel::delete(actor_names::table).execute(c).await?;
        diesel::delete(actors::table).execute(c).await?;
        diesel::delete(outlets::table).execute(c).await?;
        Ok(gone)
    })
}
