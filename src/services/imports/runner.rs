//! Takes imports in, one at a time in each process.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::Notify;

use super::directory::Directory;
use super::file_of;
use super::reader::{Line, LineSource};
use super::writer::{Next, Writer};
use crate::error::{Error, Result};
use crate::models::{Author, Id, ImportError, ImportId, ImportJob, ImportProgress, ImportStatus, Instant};
use crate::repository::imports::{self, Lease};
use crate::services::{Services, changes};

/// The age at which a file is nobody's any more.
const LEFT_OVER: Duration = Duration::from_secs(24 * 3600);
/// How often a process looks for imports that nobody has, beside those that it receives itself.
const POLL: Duration = Duration::from_millis(500);
/// What an import says that the database would not take; the log has the cause.
const BROKEN: &str = "the service failed; its log has the cause";

/// Takes in whatever comes, until the process is about to stop.
pub async fn run_imports(services: Services) {
    let mut is_ending = changes::watch_end(&services);
    if let Err(error) = remove_leftovers(&services).await {
        tracing::warn!(%error, "files that no import needs could not be removed");
    }
    while !*is_ending.borrow() {
        let pause = match run_next_import(&services).await {
            Ok(true) => continue,
            Ok(false) => POLL,
            Err(error) => {
                tracing::warn!(%error, "imports cannot be taken in");
                POLL * 10
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = services.import_received.notified() => {}
            _ = is_ending.wait_for(|is_ending| *is_ending) => {}
        }
    }
}

/// Removes files of a process that was killed while it received them. Those of today may be on their way to another one.
async fn remove_leftovers(services: &Services) -> Result<()> {
    let folder = services.settings.imports.folder.clone();
    let find = move || -> std::io::Result<Vec<PathBuf>> {
        if !Path::new(&folder).exists() {
            return Ok(Vec::new());
        }
        let mut old = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
            if age > LEFT_OVER {
                old.push(entry.path());
            }
        }
        Ok(old)
    };
    for file in tokio::task::spawn_blocking(find).await.map_err(Error::internal)?.map_err(Error::internal)? {
        let id = file.file_stem().and_then(|stem| stem.to_str()?.parse::<ImportId>().ok());
        let extension = file.extension().and_then(|extension| extension.to_str());
        let (Some(id), Some("part" | "ndjson")) = (id, extension) else { continue };
        let found = imports::find_import(&mut services.database.connect().await?, id).await;
        let is_needed = found.is_ok_and(|import| !import.status.is_end());
        if !is_needed {
            drop(tokio::task::spawn_blocking(move || std::fs::remove_file(file)).await);
        }
    }
    Ok(())
}

/// Takes in the oldest import that nobody has, as far as it goes; whether there was one.
///
/// # Errors
/// Only of the database, before it has begun.
pub async fn run_next_import(services: &Services) -> Result<bool> {
    let free = {
        let connection = &mut services.database.connect().await?;
        imports::list_free_imports(connection, Instant::now()).await?
    };
    for id in free {
        // Where processes do not share the folder, that of another machine has it.
        if !file_of(services, id).exists() {
            continue;
        }
        let lease = Lease { import: id, attempt: Id::generate() };
        let now = Instant::now();
        let until = now.plus_seconds(services.settings.imports.lease_seconds);
        let taken = services.database.transaction(async |c| imports::take_import(c, lease, now, until).await).await?;
        if let Some(import) = taken {
            run(services, &import, lease).await;
            return Ok(true);
        }
    }
    Ok(false)
}

async fn run(services: &Services, import: &ImportJob, lease: Lease) {
    let (id, line) = (import.id, import.lines_read);
    tracing::info!(import = %id, after_line = line, "an import begins");
    let stop = Notify::new();
    let work = async {
        let ended = take_in(services, import, lease).await;
        stop.notify_one();
        ended
    };
    // Beside each other: a batch may take longer than the lease.
    let (ended, ()) = futures_util::future::join(work, keep(services, lease, &stop)).await;
    let (status, detail) = match ended {
        Ok(Next::GoOn) => (ImportStatus::Done, None),
        Ok(Next::Cancelled) => (ImportStatus::Cancelled, None),
        Ok(Next::Lost) => {
            tracing::warn!(import = %id, "an import was taken over by another process");
            return;
        }
        Ok(Next::Stopping) => {
            let release = services.database.transaction(async |c| imports::release_import(c, lease).await);
            if let Err(error) = release.await {
                tracing::warn!(import = %id, %error, "an import goes on when its lease is over");
            }
            return;
        }
        Err(Error::MalformedBody(detail)) => (ImportStatus::Failed, Some(detail)),
        Err(error) => {
            tracing::error!(import = %id, error = ?error, "an import failed");
            (ImportStatus::Failed, Some(BROKEN.to_owned()))
        }
    };
    let at = Instant::now();
    let end = services
        .database
        .transaction(async |c| imports::end_import(c, id, Some(lease.attempt), status, detail.as_deref(), at).await);
    match end.await {
        Ok(_) => {
            tracing::info!(import = %id, ?status, "an import ended");
            remove_file(services, id).await;
        }
        // It is taken up again when the lease is over, and ends then.
        Err(error) => tracing::warn!(import = %id, %error, "it cannot be written down that an import ended"),
    }
}

/// Keeps an import for this process until it has come to its end.
async fn keep(services: &Services, lease: Lease, stop: &Notify) {
    let seconds = services.settings.imports.lease_seconds;
    let period = Duration::from_secs(seconds.into()) / 3;
    while tokio::time::timeout(period, stop.notified()).await.is_err() {
        let until = Instant::now().plus_seconds(seconds);
        let extend = services.database.transaction(async |c| imports::extend_lease(c, lease, until).await);
        if let Err(error) = extend.await {
            tracing::warn!(import = %lease.import, %error, "the lease of an import could not be extended");
        }
    }
}

async fn take_in(services: &Services, import: &ImportJob, lease: Lease) -> Result<Next> {
    let names = imports::list_names(&mut services.database.connect().await?, import.id).await?;
    let mut file = File::open(file_of(services, import.id)).map_err(Error::internal)?;
    let begin = u64::try_from(import.bytes_read).map_err(Error::internal)?;
    file.seek(SeekFrom::Start(begin)).map_err(Error::internal)?;
    let input = Box::new(BufReader::new(file));
    let source = LineSource::from(input, &services.settings.ingest, import.bytes_read, import.lines_read);
    let author = import.created_by.0.clone();
    let writer = Writer::new(services, author, Some(lease), import.progress(), Directory::of(names));
    let is_ending = changes::watch_end(services);
    write_all(writer, source, || *is_ending.borrow(), |_, _| {}).await.map(|(next, _)| next)
}

/// Takes lines in that come from elsewhere than a request; how many, and what came of them. `tell` hears of each batch.
///
/// # Errors
/// Of the database, and of an input that cannot be read.
pub async fn import_lines(
    services: &Services,
    source: LineSource,
    author: &Author,
    tell: impl FnMut(&ImportProgress, &[ImportError]),
) -> Result<ImportProgress> {
    let writer = Writer::new(services, author.clone(), None, ImportProgress::default(), Directory::default());
    write_all(writer, source, || false, tell).await.map(|(_, progress)| progress)
}

/// Writes a batch while the next one is read.
async fn write_all(
    mut writer: Writer,
    source: LineSource,
    is_stopping: impl Fn() -> bool,
    mut tell: impl FnMut(&ImportProgress, &[ImportError]),
) -> Result<(Next, ImportProgress)> {
    let mut reading = read_on(source);
    loop {
        let (source, batch) = reading.await.map_err(Error::internal)?;
        let batch = batch.map_err(Error::internal)?;
        if batch.is_empty() {
            return Ok((Next::GoOn, writer.progress));
        }
        reading = read_on(source);
        let written = writer.write(&batch).await?;
        tell(&writer.progress, &written.errors);
        if written.next != Next::GoOn {
            return Ok((written.next, writer.progress));
        }
        if is_stopping() {
            return Ok((Next::Stopping, writer.progress));
        }
    }
}

/// Reads the next batch, where that holds nobody up.
fn read_on(mut source: LineSource) -> tokio::task::JoinHandle<(LineSource, std::io::Result<Vec<Line>>)> {
    tokio::task::spawn_blocking(move || {
        let batch = source.next_batch();
        (source, batch)
    })
}

/// Removes the file of an import that has ended.
pub(super) async fn remove_file(services: &Services, id: ImportId) {
    let file = file_of(services, id);
    match tokio::task::spawn_blocking(move || std::fs::remove_file(file)).await {
        Ok(Err(error)) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!(import = %id, %error, "the file of an import could not be removed");
        }
        _ => {}
    }
}
