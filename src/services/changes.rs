//! What is changed is written down with the change: by whom, when and why, and what was there before. All of it in one order
//! is the log of changes.

mod stream;

pub use stream::{ChangeStream, Told, end_streams, follow_changes, open_stream};
pub(super) use stream::{Feed, take_place, watch_end};

use super::Services;
use crate::error::{Error, Result};
use crate::models::{
    Article, Author, ChangeCursor, ChangeFilter, ChangeKind, ChangeLog, Deletion, DeletionId, Edit, Instant, Json,
    NewChange, Quote, Since, Versioned,
};
use crate::repository::{Connection, changes, deletions};

/// Characters of a text that stand for it in a list.
const LABEL: usize = 120;

/// How many places of the log one answer looks at where the filter leaves changes out: a filter that hardly anything fits must
/// not make a request read the whole log.
const WINDOW: i64 = 20_000;

/// The next changes that fit a filter, at most `limit`.
///
/// # Errors
/// [`InvalidCursor`](Error::InvalidCursor) for a place that is not in this log.
pub async fn list_changes(services: &Services, filter: &ChangeFilter, limit: i64) -> Result<ChangeLog> {
    let connection = &mut services.database.connect().await?;
    place_changes(connection).await?;
    let last = changes::find_last_cursor(connection).await?;
    let since = match filter.since {
        Since::Now => return Ok(ChangeLog { data: Vec::new(), cursor: last, has_more: false }),
        Since::After(ChangeCursor::START) => 0,
        Since::After(cursor) => match changes::find_cursor(connection, cursor.position()).await? {
            Some(known) if known == cursor => cursor.position(),
            _ => return Err(Error::InvalidCursor),
        },
    };
    let window = if filter.is_selective() { WINDOW } else { i64::MAX };
    let up_to = last.position().min(since.saturating_add(window));
    let mut data = changes::list_changes(connection, filter, (since, up_to), limit.saturating_add(1)).await?;
    let full = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_full = data.len() > full;
    data.truncate(full);
    let cursor = match data.last() {
        Some(change) if is_full => change.cursor(),
        _ if up_to == last.position() => last,
        _ => changes::find_cursor(connection, up_to).await?.unwrap_or(last),
    };
    Ok(ChangeLog { data, cursor, has_more: is_full || up_to < last.position() })
}

/// Gives each change its position that was committed by now and has none.
pub(super) async fn place_changes(connection: &mut Connection) -> Result<()> {
    let Some((_, newest)) = changes::find_unplaced_changes(connection).await? else { return Ok(()) };
    // Up to that one: others may be written as fast as these get their positions.
    while let Some((oldest, _)) = changes::find_unplaced_changes(connection).await?
        && oldest <= newest
    {
        changes::place_changes(connection).await?;
    }
    Ok(())
}

/// Writes down that something is new.
pub(super) async fn record_creation<T: Versioned>(
    connection: &mut Connection,
    created: &T,
    author: &Author,
) -> Result<()> {
    record_creations(connection, std::iter::once((created, author))).await
}

/// Writes down that some things are new, each with whom it is from.
pub(super) async fn record_creations<'a, T: Versioned + 'a>(
    connection: &mut Connection,
    created: impl Iterator<Item = (&'a T, &'a Author)>,
) -> Result<()> {
    let new = created.map(|(created, author)| NewChange {
        at: created.updated_at(),
        resource: T::KIND,
        resource_id: created.id(),
        version: created.version(),
        change: ChangeKind::Created,
        author: Json(author.clone()),
        reason: None,
        before: None,
        gone: false,
    });
    changes::create_changes(connection, &new.collect::<Vec<_>>()).await
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
    let change = NewChange { gone: true, ..change_of(ChangeKind::Deleted, before, before.version(), at, edit)? };
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
    let change =
        |quote: &Quote| Ok(NewChange { gone: true, ..change_of(ChangeKind::Deleted, quote, quote.version, at, edit)? });
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
        gone: false,
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
        change.gone = after.is_none();
        all.push(change);
    }
    changes::create_changes(connection, &all).await
}
