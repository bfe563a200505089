//! How far an import has come, as it comes.

use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::Instant as Moment;

use super::find_import;
use crate::error::Result;
use crate::models::{ImportId, ImportJob};
use crate::services::{Services, changes};

/// How often it is looked whether an import has come further.
const POLL: Duration = Duration::from_millis(250);

/// An import each time that it has come further, up to its end.
pub struct ImportEvents {
    services: Services,
    id: ImportId,
    /// What was told last.
    last: Option<ImportJob>,
    is_ending: watch::Receiver<bool>,
    next_heartbeat: Moment,
    _place: OwnedSemaphorePermit,
}

/// The events of an import, from what has become of it by now. They count among the streams of changes.
///
/// # Errors
/// [`NotFound`](crate::error::Error::NotFound); [`Unavailable`](crate::error::Error::Unavailable) where there are too many streams.
pub async fn open_events(services: &Services, id: ImportId) -> Result<ImportEvents> {
    find_import(services, id).await?;
    let (place, is_ending) = changes::take_place(services)?;
    let next_heartbeat = Moment::now() + heartbeat(services);
    Ok(ImportEvents { services: services.clone(), id, last: None, is_ending, next_heartbeat, _place: place })
}

fn heartbeat(services: &Services) -> Duration {
    Duration::from_millis(services.settings.changes.heartbeat_ms)
}

impl ImportEvents {
    /// What comes next: the import, or nothing for a while; `None` after its end.
    pub async fn next(&mut self) -> Option<Option<ImportJob>> {
        if self.last.as_ref().is_some_and(|last| last.status.is_end()) {
            return None;
        }
        let mut is_first = self.last.is_none();
        loop {
            if !std::mem::take(&mut is_first) {
                let ending = self.is_ending.wait_for(|is_ending| *is_ending);
                if tokio::time::timeout(POLL, ending).await.is_ok() {
                    return None;
                }
            }
            let (services, id) = (self.services.clone(), self.id);
            // On its own: a call to SQLite cannot be dropped half-way.
            let found = tokio::spawn(async move { find_import(&services, id).await }).await;
            match found {
                Ok(Ok(import)) if self.last.as_ref() != Some(&import) => {
                    self.last = Some(import.clone());
                    self.next_heartbeat = Moment::now() + heartbeat(&self.services);
                    return Some(Some(import));
                }
                Ok(Err(error)) => tracing::warn!(%error, import = %id, "an import cannot be looked at"),
                _ => {}
            }
            if Moment::now() >= self.next_heartbeat {
                self.next_heartbeat = Moment::now() + heartbeat(&self.services);
                return Some(None);
            }
        }
    }
}
