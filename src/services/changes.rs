//! What is changed is written down with the change: by whom, when and why, and what was there before.

use crate::error::{Error, Result};
use crate::models::{
    Article, Author, ChangeKind, Deletion, DeletionId, Edit, Instant, Json, NewChange, Quote, Versioned,
};
use crate::repository::{Connection, changes, deletions};

/// Characters of a text that stand for it in a list.
const LABEL: usize = 120;

/// Writes down that something is new.
pub(super) async fn record_creation<T: Versioned>(
    connection: &mut Connection,
    created: &T,
    author: &Author,
) -> Result<()> {
    let new = NewChange {
        at: created.updated_at(),
        resource: T::KIND,
        resource_id: created.id(),
        version: created.version(),
        change: ChangeKind::Created,
        author: Json(author.clone()),
        reason: None,
        before: None,
    };
    changes::create_changes(connection, &[new]).await
}

/// Writes down that something was changed.
pub(super) async fn record_update<T: Versioned>(
    connection: &mut Connection,
    before: &T,
    after: &T,
    edit: &Edit,
) -> Result<()> {
    let change = change_of(ChangeKind::Updated, before, after.version(), after.updated_at(), edit)?;
    changes::create_changes(connection, &[change]).await
}

/// Writes down that something is gone, and that it can be restored.
pub(super) async fn record_deletion<T: Versioned>(
    connection: &mut Connection,
    before: &T,
    at: Instant,
    edit: &Edit,
) -> Result<()> {
    let change = change_of(ChangeKind::Deleted, before, before.version(), at, edit)?;
    changes::create_changes(connection, &[change]).await?;
    let deletion = Deletion {
        id: DeletionId::generate(),
        resource: T::KIND,
        resource_id: before.id(),
        label: before.label().trim_start().chars().take(LABEL).collect(),
        deleted_at: at,
        deleted_by: Json(edit.author.clone()),
        reason: edit.reason.clone(),
    };
    deletions::create_deletion(connection, &deletion).await
}

/// Writes down that quotes are gone with their article.
pub(super) async fn record_deletion_of_quotes(
    connection: &mut Connection,
    before: &[Quote],
    at: Instant,
    edit: &Edit,
) -> Result<()> {
    let change = |quote: &Quote| change_of(ChangeKind::Deleted, quote, quote.version, at, edit);
    let rows = before.iter().map(change).collect::<Result<Vec<NewChange>>>()?;
    changes::create_changes(connection, &rows).await
}

/// Writes down that things are there again.
pub(super) async fn record_restoration<T: Versioned>(
    connection: &mut Connection,
    restored: &[T],
    edit: &Edit,
) -> Result<()> {
    let change = |restored: &T| {
        let change = change_of(ChangeKind::Restored, restored, restored.version(), restored.updated_at(), edit)?;
        Ok(NewChange { before: None, ..change })
    };
    let rows = restored.iter().map(change).collect::<Result<Vec<NewChange>>>()?;
    changes::create_changes(connection, &rows).await
}

/// A change of what was `before`, to be written down.
pub(super) fn change_of<T: Versioned>(
    change: ChangeKind,
    before: &T,
    version: i64,
    at: Instant,
    edit: &Edit,
) -> Result<NewChange> {
    Ok(NewChange {
        at,
        resource: T::KIND,
        resource_id: before.id(),
        version,
        change,
        author: Json(edit.author.clone()),
        reason: edit.reason.clone(),
        before: Some(serde_json::to_string(before).map_err(Error::internal)?),
    })
}

/// Writes down what it changed that an article was read anew: the article, and quotes before and after.
pub(super) async fn record_extraction(
    connection: &mut Connection,
    article: (&Article, &Article),
    quotes: &[(Option<&Quote>, Option<&Quote>)],
    edit: &Edit,
) -> Result<()> {
    let (before, after) = article;
    let at = after.updated_at();
    let mut all = vec![change_of(ChangeKind::Extracted, before, after.version(), at, edit)?];
    for (before, after) in quotes {
        let Some(quote) = after.or(*before) else { continue };
        let mut change = change_of(ChangeKind::Extracted, before.unwrap_or(quote), quote.version(), at, edit)?;
        change.before = change.before.filter(|_| before.is_some());
        all.push(change);
    }
    changes::create_changes(connection, &all).await
}
