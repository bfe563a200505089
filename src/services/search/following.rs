//! The index follows the database: it is made from all articles once, and then kept up with the log of changes.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::super::Services;
use super::super::changes::place_changes;
use crate::error::{Error, Result};
use crate::models::{
    ArticleId, ChangeCursor, ChangeFilter, IndexProgress, IndexState, LoggedChange, QuoteId, ResourceKind,
};
use crate::repository::{Connection, changes, quotes, search};
use crate::search::{Access, Batch, Building, Index, IndexError, Position};

/// The log is looked at after this time at the latest, whatever [`follow_changes`](super::super::changes::follow_changes) sees.
const PATIENCE: Duration = Duration::from_millis(500);
/// Between two commits of the index: each costs some milliseconds, however little is in it.
const PAUSE: Duration = Duration::from_millis(100);
/// After an error.
const RETRY: Duration = Duration::from_secs(2);
/// Changes that are read at one time, each perhaps of an article with its quotes.
const CHANGES_AT_ONCE: usize = 200;
/// Where more has changed than that, what is read for so long is committed together: the fewer segments, the less is merged.
const LONGEST_UNCOMMITTED: Duration = Duration::from_secs(1);
const ARTICLES_AT_ONCE: i64 = 200;
/// Articles between two commits while the index is being made: what a killed process does again.
const ARTICLES_A_COMMIT: u64 = 10_000;

impl From<IndexError> for Error {
    fn from(error: IndexError) -> Self {
        Self::internal(error)
    }
}

/// Keeps the index up with the database for as long as the process runs.
pub async fn follow(services: Services) {
    let Some(index) = services.search.index.clone() else {
        tracing::info!("no search: search.folder is not set");
        return;
    };
    loop {
        if let Err(error) = keep_up(&services, &index).await {
            let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            tracing::warn!(cause, folder = %index.folder().display(), "the search index cannot be used");
            index.close();
            tell(&services, IndexState::Failing, None);
            tokio::time::sleep(RETRY).await;
        }
    }
}

/// Throws the index away, makes it anew and brings it up to date: how many documents are in it. `progress` is told how many
/// articles are in it, and how many there are.
///
/// # Errors
/// Where another process uses the index, and of the database.
pub async fn build_anew(services: &Services, mut progress: impl FnMut(u64, u64)) -> Result<u64> {
    let Some(index) = services.search.index.clone() else {
        return Err(Error::Unavailable("search.folder is not set".to_owned()));
    };
    in_background(services, &index, Index::clear).await?;
    let mut follower = Follower::new(services, &index, None);
    follower.build(&mut progress).await?;
    while follower.catch_up().await? {}
    Ok(index.snapshot().map_or(0, |snapshot| snapshot.documents()))
}

/// Until there is an error, or the index may be written that before could only be read.
async fn keep_up(services: &Services, index: &Index) -> Result<()> {
    if in_background(services, index, Index::open).await? == Access::Read {
        tracing::info!(folder = %index.folder().display(), "another process keeps the search index; it is only read");
        return read(services, index).await;
    }
    let mut position = index.snapshot().map(|snapshot| snapshot.position().clone());
    if let Some(known) = &position
        && !is_of_database(services, known.cursor).await?
    {
        tracing::info!("the search index is of another state of the database: it is made anew");
        in_background(services, index, Index::clear).await?;
        position = None;
    }
    let mut follower = Follower::new(services, index, position);
    follower.build(&mut |_, _| ()).await?;
    loop {
        let has_changed = follower.catch_up().await?;
        let position = follower.position.cursor.position();
        tell(services, IndexState::Ready, Some(position));
        if has_changed {
            // More may have come meanwhile, whether the feed has seen it yet or not.
            tokio::time::sleep(PAUSE).await;
        } else {
            services.feed.wait_for_change_after(position, PATIENCE).await;
        }
    }
}

/// Follows what another process writes; returns when it does no longer.
async fn read(services: &Services, index: &Index) -> Result<()> {
    loop {
        let Some(snapshot) = index.snapshot() else { return Err(Error::internal("an index without a state")) };
        let Position { cursor, building } = snapshot.position();
        if building.is_some() {
            tell(services, IndexState::Building, None);
        } else if is_of_database(services, *cursor).await? {
            tell(services, IndexState::Ready, Some(cursor.position()));
        } else {
            return Err(Error::internal("the index that another process writes is of another database"));
        }
        tokio::time::sleep(PAUSE).await;
        if in_background(services, index, Index::is_free).await? {
            return Ok(());
        }
        in_background(services, index, Index::refresh).await?;
    }
}

/// Whether the place is one in this database's log. In another one, or in one put back from an older copy, it is not.
async fn is_of_database(services: &Services, cursor: ChangeCursor) -> Result<bool> {
    if cursor == ChangeCursor::START {
        return Ok(true);
    }
    let mut connection = services.database.connect().await?;
    Ok(changes::find_cursor(&mut connection, cursor.position()).await? == Some(cursor))
}

fn tell(services: &Services, state: IndexState, caught_up_to: Option<i64>) {
    services.search.tell(IndexProgress { state, done: None, total: None, caught_up_to });
}

/// Calls the index where it may read and write files without holding anybody up.
async fn in_background<T: Send + 'static>(
    services: &Services,
    index: &Index,
    work: impl FnOnce(&Index) -> std::result::Result<T, IndexError> + Send + 'static,
) -> Result<T> {
    let index = index.clone();
    Ok(services.background.run(move || work(&index)).await??)
}

struct Follower<'a> {
    services: &'a Services,
    index: &'a Index,
    position: Position,
}

impl<'a> Follower<'a> {
    fn new(services: &'a Services, index: &'a Index, position: Option<Position>) -> Self {
        let nothing = Position { cursor: ChangeCursor::START, building: Some(Building { after: None, done: 0 }) };
        Self { services, index, position: position.unwrap_or(nothing) }
    }

    /// Puts all articles in, from where it was left; nothing where all of them are.
    async fn build(&mut self, progress: &mut impl FnMut(u64, u64)) -> Result<()> {
        let Some(mut building) = self.position.building.clone() else { return Ok(()) };
        let mut connection = self.services.database.connect().await?;
        if building.after.is_none() {
            // What is committed later has a later place in the log, and what has an earlier one is there to be read.
            place_changes(&mut connection).await?;
            self.position.cursor = changes::find_last_cursor(&mut connection).await?;
        }
        let total = search::count_articles(&mut connection).await?;
        drop(connection);
        tracing::info!(articles = total, already = building.done, "the search index is being made");
        let mut committed = building.done;
        loop {
            self.services.search.tell(IndexProgress {
                state: IndexState::Building,
                done: Some(building.done),
                total: Some(total.max(building.done)),
                caught_up_to: None,
            });
            progress(building.done, total.max(building.done));
            let mut connection = self.services.database.connect().await?;
            let ids = search::list_article_ids_after(&mut connection, building.after, ARTICLES_AT_ONCE).await?;
            let Some(last) = ids.last().copied() else { break };
            let articles = search::list_indexed_articles(&mut connection, &ids).await?;
            drop(connection);
            building = Building { after: Some(last), done: building.done + ids.len() as u64 };
            let batch = Batch { articles, ..Batch::default() };
            in_background(self.services, self.index, move |index| index.write(&batch)).await?;
            if building.done >= committed + ARTICLES_A_COMMIT {
                committed = building.done;
                tracing::info!(done = committed, total, "the search index is being made");
                self.position.building = Some(building.clone());
                self.commit().await?;
            }
        }
        self.position.building = None;
        self.commit().await?;
        tracing::info!(articles = building.done, caught_up_to = %self.position.cursor, "the search index is made");
        Ok(())
    }

    /// Takes in what has changed. Says whether something has.
    async fn catch_up(&mut self) -> Result<bool> {
        let before = self.position.cursor;
        let begun = Instant::now();
        while begun.elapsed() < LONGEST_UNCOMMITTED {
            let mut connection = self.services.database.connect().await?;
            place_changes(&mut connection).await?;
            let stretch = (self.position.cursor.position(), i64::MAX);
            let changes =
                changes::list_changes(&mut connection, &ChangeFilter::default(), stretch, CHANGES_AT_ONCE as i64)
                    .await?;
            let Some(last) = changes.last() else { break };
            self.position.cursor = last.cursor();
            let is_last = changes.len() < CHANGES_AT_ONCE;
            let batch = batch_of(&mut connection, &changes).await?;
            drop(connection);
            in_background(self.services, self.index, move |index| index.write(&batch)).await?;
            if is_last {
                break;
            }
        }
        let has_changed = self.position.cursor != before;
        if has_changed {
            self.commit().await?;
        }
        Ok(has_changed)
    }

    async fn commit(&self) -> Result<()> {
        let position = self.position.clone();
        in_background(self.services, self.index, move |index| index.commit(&position)).await
    }
}

/// What these changes are to the index: their articles as they are now. So nothing depends on how often a change is read.
async fn batch_of(connection: &mut Connection, changes: &[LoggedChange]) -> Result<Batch> {
    // The index knows actors, zones and outlets by their ids alone: what changes in them is nothing to it.
    let of_kind = |kind| changes.iter().filter(move |change| change.resource == kind);
    let old_quotes: Vec<QuoteId> = of_kind(ResourceKind::Quote).map(|change| change.resource_id.typed()).collect();
    let gone: Vec<i64> =
        of_kind(ResourceKind::Quote).filter(|change| change.gone).map(|change| change.position).collect();
    let mut old_articles: BTreeSet<ArticleId> =
        of_kind(ResourceKind::Article).map(|change| change.resource_id.typed()).collect();
    old_articles.extend(quotes::list_articles_of_quotes(connection, &old_quotes).await?);
    old_articles.extend(search::list_articles_of_gone_quotes(connection, &gone).await?);
    let old_articles: Vec<ArticleId> = old_articles.into_iter().collect();
    let articles = search::list_indexed_articles(connection, &old_articles).await?;
    Ok(Batch { old_articles, old_quotes, articles })
}
