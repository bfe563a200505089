//! Articles that come in at the same time are committed together.
//!
//! Who comes first begins at once. Those that come while that transaction runs wait for the next one, and are all in it: so nobody
//! waits for others to come, and the more there are, the less each costs. A commit waits for the disk, and most statements take
//! hardly longer for many articles than for one. The databases call it *group commit*.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::{Identity, ReadArticle, find_new, store_articles};
use crate::error::{Error, Result};
use crate::models::{ArticleWithQuotes, Author, Idempotency};
use crate::repository::Connection;
use crate::repository::gazetteer::find_gazetteer_version;
use crate::services::{Services, idempotency};

/// Articles that one transaction takes at most: others wait for it to end.
const MOST_ARTICLES: usize = 50;
/// Bytes of text after which it takes no more.
const MOST_BYTES: usize = 1 << 20;

/// The articles that wait to be stored. Clones are the same.
#[derive(Clone)]
pub(in crate::services) struct GroupCommit {
    waiting: Arc<Mutex<Vec<Waiting>>>,
    /// For the one transaction that runs.
    turn: Arc<Semaphore>,
}

struct Waiting {
    read: Box<ReadArticle>,
    author: Author,
    attempt: Option<Idempotency>,
    end: oneshot::Sender<Result<Stored>>,
}

/// What became of an article.
pub(super) enum Stored {
    /// It was committed.
    New(Box<ArticleWithQuotes>),
    /// It was not: it is known, it was read with what the reference data had been before, or the transaction failed, for whichever of
    /// its articles. It may be stored by itself.
    Not(Box<ReadArticle>),
}

impl Default for GroupCommit {
    fn default() -> Self {
        Self { waiting: Arc::default(), turn: Arc::new(Semaphore::new(1)) }
    }
}

impl GroupCommit {
    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes those whose turn it is, the first that came first. Whose client has hung up is not stored.
    fn take(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting();
        waiting.retain(|one| !one.end.is_closed());
        let mut bytes = 0;
        let fit = waiting.iter().take(MOST_ARTICLES).take_while(|one| {
            let has_room = bytes < MOST_BYTES;
            bytes += one.read.text.len();
            has_room
        });
        let count = fit.count();
        waiting.drain(..count).collect()
    }
}

/// Stores an article that was read, with those that wait at the same time.
///
/// # Errors
/// [`Unavailable`](Error::Unavailable).
pub(super) async fn store_with_others(services: &Services, read: Box<ReadArticle>, author: &Author) -> Result<Stored> {
    let group = &services.group_commit;
    let (end, mut ended) = oneshot::channel();
    let attempt = services.idempotency.clone();
    group.waiting().push(Waiting { read, author: author.clone(), attempt, end });
    tokio::select! {
        biased;
        stored = &mut ended => return stored.map_err(Error::internal)?,
        turn = Arc::clone(&group.turn).acquire_owned() => {
            let turn = turn.map_err(Error::internal)?;
            let others = services.clone();
            // On its own: it goes on where the client of this one article hangs up.
            services.database.spawn(move || store_waiting(others, turn));
        }
    }
    ended.await.map_err(Error::internal)?
}

/// Stores those who wait, and tells them.
async fn store_waiting(services: Services, _turn: OwnedSemaphorePermit) {
    let mut taken = Vec::new();
    let stored = services
        .database
        .transaction(async |c| {
            // Only now: more may have come while others had the lock.
            taken = services.group_commit.take();
            store_together(c, &taken).await
        })
        .await;
    if let Err(Error::Unavailable(why)) = stored {
        taken.extend(services.group_commit.take());
        for one in taken {
            drop(one.end.send(Err(Error::Unavailable(why.clone()))));
        }
        return;
    }
    // Where it failed for another reason, nobody knows for whose sake.
    let mut stored = stored.unwrap_or_default().into_iter();
    for one in taken {
        let end = match stored.next().flatten() {
            Some(stored) => Stored::New(Box::new(stored)),
            None => Stored::Not(one.read),
        };
        drop(one.end.send(Ok(end)));
    }
}

/// What was stored of each; `None` for one that is known, has the text or the address of one before it, or was read with what the
/// reference data had been before.
async fn store_together(connection: &mut Connection, all: &[Waiting]) -> Result<Vec<Option<ArticleWithQuotes>>> {
    let identities: Vec<Identity> = all.iter().map(|one| one.read.identity()).collect();
    let is_new = async |c: &mut Connection| find_new(c, &identities).await;
    let (is_new, version) = connection.both(is_new, find_gazetteer_version).await?;
    let is_stored: Vec<bool> =
        all.iter().zip(is_new).map(|(one, is_new)| is_new && one.read.was_read_with(version)).collect();
    let new: Vec<_> =
        all.iter().zip(&is_stored).filter(|(_, is)| **is).map(|(one, _)| (&*one.read, &one.author)).collect();
    let mut stored = store_articles(connection, &new).await?.into_iter();
    let mut ends = Vec::with_capacity(all.len());
    for (one, is_stored) in all.iter().zip(is_stored) {
        let end = if is_stored { stored.next() } else { None };
        if let Some(stored) = &end {
            idempotency::keep_answer(connection, one.attempt.as_ref(), 201, stored).await?;
        }
        ends.push(end);
    }
    Ok(ends)
}
