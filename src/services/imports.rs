//! Imports: files of records in the interchange format, taken in by whichever process has time.
//!
//! A file is kept on disk until it is taken in, and in the database how far that has come: each batch of lines is one transaction
//! with the number of its last line. So a process that is killed loses nothing and repeats nothing: another one, or the same
//! after a restart, goes on behind the last batch that was committed.

mod directory;
mod events;
mod reader;
mod ready;
mod references;
mod runner;
mod writer;

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

use futures_util::{Stream, StreamExt};
use tokio::sync::mpsc;

pub use self::events::{ImportEvents, open_events};
pub use self::reader::{LineSource, read_line};
pub use self::runner::{import_lines, run_imports, run_next_import};
use super::Services;
use crate::error::{Error, Result};
use crate::models::{Author, ImportCounts, ImportFilter, ImportId, ImportJob, ImportStatus, Instant, Json, Record};
use crate::pagination::{Page, PageRequest};
use crate::repository::imports;

/// Errors that are read at one time.
const BATCH: i64 = 200;
/// Bytes that are written to disk at one time.
const WRITTEN_AT_ONCE: usize = 256 * 1024;

/// A page of imports, the newest first.
///
/// # Errors
/// Only of the database.
pub async fn list_imports(
    services: &Services,
    filter: &ImportFilter,
    page: &PageRequest<ImportId>,
) -> Result<Page<ImportJob>> {
    let connection = &mut services.database.connect().await?;
    let rows = imports::list_imports(connection, filter, page).await?;
    Ok(page.page(rows, |import| import.id))
}

/// One import.
///
/// # Errors
/// [`NotFound`](Error::NotFound).
pub async fn find_import(services: &Services, id: ImportId) -> Result<ImportJob> {
    imports::find_import(&mut services.database.connect().await?, id).await
}

/// Takes a file to be imported. It is on disk, and committed that it is to be taken in, when this returns.
///
/// # Errors
/// [`PayloadTooLarge`](Error::PayloadTooLarge), and what the body fails with.
pub async fn create_import<B: AsRef<[u8]>>(
    services: &Services,
    body: impl Stream<Item = Result<B>>,
    author: &Author,
) -> Result<ImportJob> {
    let id = ImportId::generate();
    let received = Received::new(services, id).await?;
    let bytes = received.write(body, services.settings.imports.max_bytes).await?;
    let now = Instant::now();
    let import = ImportJob {
        id,
        status: ImportStatus::Waiting,
        created_at: now,
        created_by: Json(author.clone()),
        started_at: None,
        ended_at: None,
        updated_at: now,
        bytes,
        bytes_read: 0,
        lines_read: 0,
        added: Json(ImportCounts::default()),
        known: 0,
        refused: 0,
        cancel_requested: false,
        detail: None,
    };
    services.database.transaction(async |c| imports::create_import(c, &import).await).await?;
    received.keep();
    services.import_received.notify_one();
    Ok(import)
}

/// Asks to break an import off. One that has not begun is broken off at once, another one after the batch it is at.
///
/// # Errors
/// [`NotFound`](Error::NotFound), [`Conflict`](Error::Conflict) for one that has ended.
pub async fn cancel_import(services: &Services, id: ImportId) -> Result<ImportJob> {
    let import = services
        .act(async |c| {
            let import = imports::find_import(c, id).await?;
            if import.status.is_end() {
                return Err(Error::Conflict("the import has ended".to_owned()));
            }
            let at = Instant::now();
            if !imports::end_import(c, id, None, ImportStatus::Cancelled, None, at).await? {
                imports::request_cancel(c, id).await?;
            }
            imports::find_import(c, id).await
        })
        .await?;
    if import.status.is_end() {
        runner::remove_file(services, id).await;
    }
    Ok(import)
}

/// What is wrong with the lines of an import, as lines of JSON, in pieces. Somebody has to run the future.
///
/// # Errors
/// [`NotFound`](Error::NotFound).
pub async fn prepare_errors(
    services: &Services,
    id: ImportId,
) -> Result<(impl Future<Output = ()> + use<>, mpsc::Receiver<Result<Vec<u8>>>)> {
    find_import(services, id).await?;
    let services = services.clone();
    let (out, pieces) = mpsc::channel(1);
    let run = async move {
        let mut after = 0;
        loop {
            match errors_after(&services, id, after).await {
                Ok((_, piece)) if piece.is_empty() => return,
                Ok((last, piece)) => {
                    after = last;
                    if out.send(Ok(piece)).await.is_err() {
                        return;
                    }
                }
                Err(error) => return drop(out.send(Err(error)).await),
            }
        }
    };
    Ok((run, pieces))
}

async fn errors_after(services: &Services, id: ImportId, after: i64) -> Result<(i64, Vec<u8>)> {
    let connection = &mut services.database.connect().await?;
    let errors = imports::list_errors(connection, id, after, BATCH).await?;
    let mut piece = Vec::new();
    for error in &errors {
        serde_json::to_writer(&mut piece, error).map_err(Error::internal)?;
        piece.push(b'\n');
    }
    Ok((errors.last().map_or(after, |error| error.line), piece))
}

/// Whether a line is one of the interchange format, and not an article as `POST /v1/articles` takes it.
#[must_use]
pub fn is_record(line: &[u8]) -> bool {
    Record::has_type(line)
}

fn file_of(services: &Services, id: ImportId) -> PathBuf {
    PathBuf::from(&services.settings.imports.folder).join(format!("{id}.ndjson"))
}

/// Does work with files where that holds nobody up.
async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(Error::internal)
}

/// A file that is being received. It goes where it is not kept.
struct Received {
    part: PathBuf,
    whole: PathBuf,
    is_kept: bool,
}

impl Received {
    async fn new(services: &Services, id: ImportId) -> Result<Self> {
        let whole = file_of(services, id);
        let folder = services.settings.imports.folder.clone();
        on_disk(move || fs::create_dir_all(folder)).await?;
        Ok(Self { part: whole.with_extension("part"), whole, is_kept: false })
    }

    async fn write<B: AsRef<[u8]>>(&self, body: impl Stream<Item = Result<B>>, limit: u64) -> Result<i64> {
        let part = self.part.clone();
        let mut file = on_disk(move || File::create_new(part)).await?;
        let mut body = std::pin::pin!(body);
        let (mut bytes, mut waiting) = (0_u64, Vec::with_capacity(2 * WRITTEN_AT_ONCE));
        while let Some(piece) = body.next().await {
            let piece = piece?;
            bytes += piece.as_ref().len() as u64;
            if bytes > limit {
                return Err(Error::PayloadTooLarge { limit: usize::try_from(limit).unwrap_or(usize::MAX) });
            }
            waiting.extend_from_slice(piece.as_ref());
            if waiting.len() >= WRITTEN_AT_ONCE {
                (file, waiting) = on_disk(move || {
                    file.write_all(&waiting)?;
                    waiting.clear();
                    Ok((file, waiting))
                })
                .await?;
            }
        }
        let (part, whole) = (self.part.clone(), self.whole.clone());
        on_disk(move || {
            file.write_all(&waiting)?;
            // It is promised with the answer: it has to be there after a power cut, too.
            file.sync_all()?;
            fs::rename(part, whole)
        })
        .await?;
        Ok(i64::try_from(bytes).unwrap_or(i64::MAX))
    }

    fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        if !self.is_kept {
            // One of the two is there, or none.
            drop(fs::remove_file(&self.part));
            drop(fs::remove_file(&self.whole));
        }
    }
}
