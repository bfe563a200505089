//! Deletions: what was deleted, and how it comes back or goes for good.

use super::derived::derive_from_quotes;
use super::{Services, articles, changes, quotes};
use crate::error::Result;
use crate::models::{
    ChangeKind, Deletion, DeletionFilter, DeletionId, Edit, Id, Instant, Json, Key, NewChange, QuoteId, ResourceKind,
    Restored,
};
use crate::pagination::{Page, PageRequest};
use crate::repository::statements::placing;
use crate::repository::{self, Connection, deletions, gazetteer, history, idempotency};

/// A page of deletions, the newest first.
///
/// # Errors
/// Only of the database.
pub async fn list_deletions(
    services: &Services,
    filter: &DeletionFilter,
    page: &PageRequest<DeletionId>,
) -> Result<Page<Deletion>> {
    let mut connection = services.database.connect().await?;
    let rows = deletions::list_deletions(&mut connection, filter, page).await?;
    Ok(page.page(rows, |deletion| deletion.id))
}

/// Puts back what was deleted, with the ids it had.
///
/// # Errors
/// [`NotFound`](crate::error::Error::NotFound), [`Conflict`](crate::error::Error::Conflict) where something else has its slug, text or address by now, or
/// what it refers to is gone.
pub async fn restore_deletion(services: &Services, id: DeletionId, edit: &Edit) -> Result<Restored> {
    services
        .act(async |c| {
            let deletion = deletions::find_deletion(c, id).await?;
            let Deletion { resource, resource_id, deleted_at, .. } = deletion;
            match resource {
                ResourceKind::Actor | ResourceKind::Zone | ResourceKind::Outlet => {
                    gazetteer::count_gazetteer_change(c).await?;
                }
                ResourceKind::Agreement => gazetteer::lock_gazetteer(c).await?,
                ResourceKind::Article | ResourceKind::Quote => {}
            }
            deletions::delete_deletion(c, id).await?;
            history::restore(c, resource, resource_id, deleted_at, Instant::now_after(deleted_at)).await?;
            let quotes = match resource {
                ResourceKind::Article => placing::list_quotes_to_place(c, &[resource_id.typed()]).await?,
                ResourceKind::Quote => vec![resource_id.typed()],
                _ => Vec::new(),
            };
            derive_from_quotes(c, &quotes).await?;
            record_restoration(c, &deletion, edit).await?;
            Ok(Restored { resource, resource_id })
        })
        .await
}

async fn record_restoration(connection: &mut Connection, deletion: &Deletion, edit: &Edit) -> Result<()> {
    let id = deletion.resource_id;
    match deletion.resource {
        ResourceKind::Article => {
            let article = articles::find_article_in(connection, id.typed()).await?;
            changes::record_restoration(connection, &[article], edit).await?;
            let quotes = repository::quotes::list_quotes_of_articles(connection, &[id.typed()]).await?;
            changes::record_restoration(connection, &quotes, edit).await
        }
        ResourceKind::Quote => {
            let quote = repository::quotes::find_quote(connection, id.typed()).await?;
            changes::record_restoration(connection, std::slice::from_ref(&quote), edit).await?;
            nest_again(connection, quote.id, deletion.deleted_at, edit).await
        }
        ResourceKind::Actor => {
            let actor = repository::actors::find_actor(connection, &Key::Id(id.typed())).await?;
            changes::record_restoration(connection, &[actor], edit).await
        }
        ResourceKind::Zone => {
            let zone = repository::zones::find_zone(connection, &Key::Id(id.typed())).await?;
            changes::record_restoration(connection, &[zone], edit).await
        }
        ResourceKind::Agreement => {
            let agreement = repository::agreements::find_agreement(connection, &Key::Id(id.typed())).await?;
            changes::record_restoration(connection, &[agreement], edit).await
        }
        ResourceKind::Outlet => {
            let outlet = repository::outlets::find_outlet(connection, &Key::Id(id.typed())).await?;
            changes::record_restoration(connection, &[outlet], edit).await
        }
    }
}

/// The quotes that were reported in this one are so again, unless another one has them by now.
async fn nest_again(connection: &mut Connection, quote: QuoteId, deleted_at: Instant, edit: &Edit) -> Result<()> {
    let mut nested = Vec::new();
    for id in history::list_quotes_nested_in(connection, quote, deleted_at).await? {
        repository::quotes::lock_quote(connection, id).await?;
        nested.push(repository::quotes::find_quote(connection, id).await?);
    }
    let latest = nested.iter().map(|quote| quote.updated_at).fold(deleted_at, Instant::max);
    quotes::set_nesting(connection, &nested, Some(quote), Instant::now_after(latest), edit).await
}

/// Deletes what was kept of something that was deleted, with all its revisions and those of what went with it. That it was
/// there, and who changed it when, stays written down.
///
/// # Errors
/// [`NotFound`](crate::error::Error::NotFound).
pub async fn purge_deletion(services: &Services, id: DeletionId, edit: &Edit) -> Result<()> {
    services
        .database
        .transaction(async |c| {
            let Deletion { resource, resource_id, deleted_at, .. } = deletions::find_deletion(c, id).await?;
            deletions::delete_deletion(c, id).await?;
            let mut purged: Vec<(ResourceKind, Id<()>)> = vec![(resource, resource_id)];
            if resource == ResourceKind::Article {
                let quotes = history::list_quotes_of_article(c, resource_id.typed()).await?;
                purged.extend(quotes.into_iter().map(|quote| (ResourceKind::Quote, quote.untyped())));
            }
            let ids: Vec<Id<()>> = purged.iter().map(|(_, id)| *id).collect();
            history::purge(c, resource, resource_id).await?;
            deletions::delete_deletions_of(c, &ids).await?;
            repository::changes::forget_documents(c, &ids).await?;
            idempotency::forget_answers_with(c, resource_id).await?;
            let at = Instant::now_after(deleted_at);
            let mut rows = Vec::with_capacity(purged.len());
            for (kind, id) in purged {
                let last = repository::changes::find_last_change(c, kind, id).await?;
                rows.push(NewChange {
                    at,
                    resource: kind,
                    resource_id: id,
                    version: last.map_or(1, |last| last.version),
                    change: ChangeKind::Purged,
                    author: Json(edit.author.clone()),
                    reason: edit.reason.clone(),
                    before: None,
                    gone: true,
                });
            }
            repository::changes::create_changes(c, &rows).await
        })
        .await
}
