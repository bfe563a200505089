//! The log of changes as it grows.
//!
//! One task a process looks, several times a second, whether the log has grown; all streams wait for what it sees. Looking works
//! whoever wrote: this process, another one on the same database, or the command line. `NOTIFY` of PostgreSQL would tell a
//! little earlier, and make every commit wait for a lock that all commits with one share.
//!
//! A stream keeps a place in the log and reads on from there when its reader has taken what it got before. So a slow reader
//! costs no memory, however much is written meanwhile.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Instant as Moment;

use super::{list_changes, place_changes};
use crate::error::{Error, Result};
use crate::models::{ApiKeyId, Author, ChangeCursor, ChangeFilter, ChangeLog, Since};
use crate::repository::changes;
use crate::services::{Services, keys};
use crate::settings::ChangeSettings;

/// Changes that a stream reads at one time.
const AT_ONE_TIME: i64 = 100;
/// How long a stream waits before it reads again where the database did not answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// What all streams of a process share.
#[derive(Debug)]
pub(in crate::services) struct Feed {
    /// The position of the last change that was seen.
    last: watch::Sender<i64>,
    is_ending: watch::Sender<bool>,
    /// A permit a stream.
    places: Arc<Semaphore>,
}

impl Feed {
    /// Nothing was seen yet.
    pub(in crate::services) fn new(settings: &ChangeSettings) -> Self {
        Self {
            last: watch::Sender::new(0),
            is_ending: watch::Sender::new(false),
            places: Arc::new(Semaphore::new(settings.max_streams.min(Semaphore::MAX_PERMITS))),
        }
    }

    /// Tells when the log has grown, and when the process is about to stop.
    pub(in crate::services) fn watch(&self) -> (watch::Receiver<i64>, watch::Receiver<bool>) {
        (self.last.subscribe(), self.is_ending.subscribe())
    }
}

impl Feed {
    /// Waits until a change after this position was seen, or some time has gone by: nobody may be following the log.
    pub(in crate::services) async fn wait_for_change_after(&self, position: i64, at_most: Duration) {
        let mut last = self.last.subscribe();
        // It fails where the time is over, or the process is.
        let _ = tokio::time::timeout(at_most, last.wait_for(|last| *last > position)).await;
    }
}

/// Sees to it that changes get their positions soon, and that streams learn of them. Never ends.
pub async fn follow_changes(services: Services) {
    let period = Duration::from_millis(services.settings.changes.poll_interval_ms);
    let mut has_failed = false;
    loop {
        match find_last_position(&services).await {
            Ok(position) => {
                has_failed = false;
                services.feed.last.send_if_modified(|last| std::mem::replace(last, position) != position);
            }
            // Once, and not several times a second.
            Err(error) if !has_failed => {
                has_failed = true;
                tracing::warn!(%error, "the log of changes cannot be followed");
            }
            Err(_) => {}
        }
        tokio::time::sleep(period).await;
    }
}

async fn find_last_position(services: &Services) -> Result<i64> {
    let connection = &mut services.database.connect().await?;
    place_changes(connection).await?;
    Ok(changes::find_last_cursor(connection).await?.position())
}

/// Ends all streams, for the process is about to stop. There will be no new ones; and nothing more is sent to webhooks.
pub fn end_streams(services: &Services) {
    services.feed.is_ending.send_replace(true);
}

/// What tells that the process is about to stop.
pub(in crate::services) fn watch_end(services: &Services) -> watch::Receiver<bool> {
    services.feed.is_ending.subscribe()
}

/// What a stream tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// The next changes, and the place after them.
    Changes(ChangeLog),
    /// That nothing has come for a while, and up to which place.
    Nothing(ChangeCursor),
}

/// Why a stream goes on.
enum Woken {
    ByChanges,
    ByHeartbeat,
    AtTheEnd,
}

/// The changes from a place in the log on, as they come.
pub struct ChangeStream {
    services: Services,
    filter: ChangeFilter,
    reader: Option<ApiKeyId>,
    cursor: ChangeCursor,
    /// What was read and is to be told.
    waiting: Option<ChangeLog>,
    has_more: bool,
    next_heartbeat: Moment,
    last: watch::Receiver<i64>,
    is_ending: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
}

/// A place among the streams that are open, and what tells that all are to end.
pub(in crate::services) fn take_place(services: &Services) -> Result<(OwnedSemaphorePermit, watch::Receiver<bool>)> {
    let Ok(place) = Arc::clone(&services.feed.places).try_acquire_owned() else {
        let limit = services.settings.changes.max_streams;
        return Err(Error::Unavailable(format!("{limit} streams are open already")));
    };
    let is_ending = watch_end(services);
    if *is_ending.borrow() {
        return Err(Error::Unavailable("the service is about to stop".to_owned()));
    }
    Ok((place, is_ending))
}

/// A stream of the changes that fit a filter.
///
/// # Errors
/// [`InvalidCursor`](Error::InvalidCursor) for a place that is not in this log; [`Unavailable`](Error::Unavailable) where there are
/// too many streams.
pub async fn open_stream(services: &Services, filter: ChangeFilter, reader: &Author) -> Result<ChangeStream> {
    let (place, is_ending) = take_place(services)?;
    let last = services.feed.last.subscribe();
    let first = list_changes(services, &filter, AT_ONE_TIME).await?;
    Ok(ChangeStream {
        services: services.clone(),
        filter,
        reader: reader.key,
        cursor: first.cursor,
        has_more: first.has_more,
        waiting: Some(first),
        next_heartbeat: Moment::now() + heartbeat(services),
        last,
        is_ending,
        _place: place,
    })
}

fn heartbeat(services: &Services) -> Duration {
    Duration::from_millis(services.settings.changes.heartbeat_ms)
}

impl ChangeStream {
    /// What comes next; `None` where the stream is at its end. The first is there at once.
    pub async fn next(&mut self) -> Option<Told> {
        if let Some(first) = self.waiting.take() {
            return Some(Told::Changes(first));
        }
        loop {
            match self.wait().await {
                Woken::AtTheEnd => return None,
                Woken::ByHeartbeat => {
                    self.next_heartbeat = Moment::now() + heartbeat(&self.services);
                    // Should nobody follow the log, the stream does so itself, if slowly.
                    self.has_more = true;
                    return self.may_go_on().await.then_some(Told::Nothing(self.cursor));
                }
                Woken::ByChanges => match self.read_on().await {
                    Ok(read) if read.data.is_empty() => {}
                    Ok(read) => return Some(Told::Changes(read)),
                    Err(Error::InvalidCursor) => return None,
                    Err(error) => {
                        tracing::warn!(%error, "a stream of changes cannot go on yet");
                        tokio::time::sleep(PATIENCE).await;
                    }
                },
            }
        }
    }

    async fn wait(&mut self) -> Woken {
        let read_up_to = if self.has_more { i64::MIN } else { self.cursor.position() };
        tokio::select! {
            biased;
            _ = self.is_ending.wait_for(|is_ending| *is_ending) => Woken::AtTheEnd,
            () = tokio::time::sleep_until(self.next_heartbeat) => Woken::ByHeartbeat,
            _ = self.last.wait_for(|last| *last > read_up_to) => Woken::ByChanges,
        }
    }

    async fn read_on(&mut self) -> Result<ChangeLog> {
        let services = self.services.clone();
        let filter = ChangeFilter { since: Since::After(self.cursor), ..self.filter.clone() };
        let read = on_its_own(async move { list_changes(&services, &filter, AT_ONE_TIME).await }).await?;
        (self.cursor, self.has_more) = (read.cursor, read.has_more);
        Ok(read)
    }

    /// Whether the key with which the stream was opened is still good. Where that cannot be found out, it is asked again with
    /// the next heartbeat.
    async fn may_go_on(&self) -> bool {
        let Some(reader) = self.reader else { return true };
        let services = self.services.clone();
        match on_its_own(async move { keys::is_active_key(&services, reader).await }).await {
            Ok(is_active) => is_active,
            Err(error) => {
                tracing::warn!(%error, key = %reader, "the key of a stream of changes cannot be looked at");
                true
            }
        }
    }
}

/// Does work that goes to its end though the reader hangs up: a call to SQLite cannot be dropped half-way.
async fn on_its_own<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    tokio::spawn(work).await.map_err(Error::internal)?
}
