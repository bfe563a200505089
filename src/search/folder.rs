//! The folder of the index: who may write it, what state it is in, how it changes.
//!
//! Nothing in it is the only copy of anything. Whatever cannot be used (half of it gone, another format, another database) is
//! thrown away and made anew.

use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tantivy::index::SegmentId;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::{IndexReader, IndexWriter, Opstamp, ReloadPolicy, Term};

use super::documents::{Fields, bytes_of};
use super::ranking::Lengths;
use super::snapshot::Snapshot;
use super::terms::Terms;
use super::words::{Stems, for_each_word};
use crate::models::{ArticleId, ChangeCursor, IndexedArticle, QuoteId, SearchedType};

/// Another number makes every index anew: for a change of the fields' meaning or of the words.
const FORMAT: u32 = 2;
/// A sentence whose words tell when they are cut or stemmed in another way than those of the index.
const SAMPLE: &str =
    "Ja’afari's negotiators, generously re-negotiating L'Orient’s U.S.-led “zoneś” — 3.5 skies, dying ladies; 安全区";

/// Taken by the process that writes, and a sign that the folder is that of an index.
const LOCK: &str = "lock";
/// In the folder: the files of the index proper.
const FILES: &str = "index";
const WRITER_MEMORY: usize = 16 << 20;
/// A segment with more deleted documents is merged.
const MAX_DELETED: f32 = 0.3;

/// How much of the database the index knows. It is written with each commit, in the same file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Every change before this place in the log is in it. A cursor of another database is no place in this one's.
    pub cursor: ChangeCursor,
    /// Set while the index is being built.
    pub building: Option<Building>,
}

/// How far the building of an index has come. Articles are taken in the order of their ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Building {
    /// The last one that is in it.
    pub after: Option<ArticleId>,
    /// How many are in it.
    pub done: u64,
}

#[derive(Serialize, Deserialize)]
struct Payload {
    stamp: String,
    position: Position,
}

/// What this process may do with the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Read and write it.
    Write,
    /// Only read it: another process writes it.
    Read,
}

/// Why an index cannot be opened or written.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The folder is not one of ours; nothing in it is touched.
    #[error("{0} holds other files: give search.folder a folder of its own")]
    ForeignFolder(PathBuf),
    /// The folder cannot be used.
    #[error("{folder}: {source}")]
    Folder {
        /// Which.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process writes the index.
    #[error("another process writes the index in {0}")]
    InUse(PathBuf),
    /// The index itself.
    #[error(transparent)]
    Index(#[from] tantivy::TantivyError),
}

/// Documents to take out of the index and to put into it.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Articles that are taken out, with all their quotes.
    pub old_articles: Vec<ArticleId>,
    /// Quotes that are taken out.
    pub old_quotes: Vec<QuoteId>,
    /// Articles that are put in, with their quotes.
    pub articles: Vec<IndexedArticle>,
}

/// The index in its folder. Clones are the same index.
#[derive(Clone)]
pub struct Index(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    fields: Arc<Fields>,
    open: Mutex<Option<Open>>,
    snapshot: RwLock<Option<Arc<Snapshot>>>,
}

struct Open {
    index: tantivy::Index,
    reader: IndexReader,
    /// `None` where another process writes.
    writer: Option<Writer>,
    /// The commit that the snapshot shows.
    opstamp: Option<Opstamp>,
    lengths: HashMap<(SegmentId, Option<Opstamp>), [Lengths; 2]>,
}

struct Writer {
    writer: IndexWriter,
    /// Locked while this is open, and unlocked by the system when the process ends in whatever way.
    _lock: File,
}

impl Index {
    /// The index in this folder. Nothing is opened yet.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        let fields = Arc::new(Fields::new());
        Self(Arc::new(Inner { folder, fields, open: Mutex::new(None), snapshot: RwLock::new(None) }))
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// What can be searched; `None` until there is an index.
    #[must_use]
    pub fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.0.snapshot.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Opens it: to write, or only to read where another process writes it. What cannot be used is thrown away by the one
    /// that writes.
    ///
    /// # Errors
    /// A folder that cannot be used.
    pub fn open(&self) -> Result<Access, IndexError> {
        let mut open = self.lock();
        *open = None;
        let Some(lock) = self.take_lock()? else {
            let index = self.usable_index().map_err(|reason| broken(&reason))?;
            *open = Some(Open::new(index, None)?);
            drop(open);
            self.refresh()?;
            return Ok(Access::Read);
        };
        let whole = |index| if is_whole(&index)? { Ok(index) } else { Err("it is damaged".to_owned()) };
        let index = match self.usable_index().and_then(whole) {
            Ok(index) => index,
            Err(reason) => {
                tracing::info!(folder = %self.0.folder.display(), reason, "the search index is made anew");
                self.empty_index()?
            }
        };
        *open = Some(Open::new(index, Some(lock))?);
        drop(open);
        self.refresh()?;
        Ok(Access::Write)
    }

    /// Whether no process writes it, so that this one may open it to do so.
    ///
    /// # Errors
    /// A folder that cannot be used.
    pub fn is_free(&self) -> Result<bool, IndexError> {
        Ok(self.take_lock()?.is_some())
    }

    /// Closes it: nothing can be searched. What was written and not committed is lost.
    pub fn close(&self) {
        *self.lock() = None;
        self.show(None);
    }

    /// Throws the index away, and opens an empty one.
    ///
    /// # Errors
    /// [`InUse`](IndexError::InUse), and a folder that cannot be used.
    pub fn clear(&self) -> Result<(), IndexError> {
        let mut open = self.lock();
        *open = None;
        let lock = self.take_lock()?.ok_or_else(|| IndexError::InUse(self.0.folder.clone()))?;
        let index = self.empty_index()?;
        *open = Some(Open::new(index, Some(lock))?);
        self.show(None);
        Ok(())
    }

    /// Takes documents out and puts others in. Nobody sees it before [`Index::commit`].
    ///
    /// # Errors
    /// Only of the index.
    pub fn write(&self, batch: &Batch) -> Result<(), IndexError> {
        let open = self.lock();
        let Some(Writer { writer, .. }) = open.as_ref().and_then(|open| open.writer.as_ref()) else {
            return Err(IndexError::InUse(self.0.folder.clone()));
        };
        let fields = &self.0.fields;
        for id in &batch.old_articles {
            writer.delete_term(Term::from_field_bytes(fields.article, &bytes_of(*id)));
        }
        for id in &batch.old_quotes {
            writer.delete_term(Term::from_field_bytes(fields.id, &bytes_of(*id)));
        }
        for document in batch.articles.iter().flat_map(|article| fields.documents(article)) {
            writer.add_document(document)?;
        }
        Ok(())
    }

    /// Makes what was written last, and how far it goes, one state of the index: on disk, and for those who search.
    ///
    /// # Errors
    /// Only of the index.
    pub fn commit(&self, position: &Position) -> Result<(), IndexError> {
        {
            let mut open = self.lock();
            let Some(Writer { writer, .. }) = open.as_mut().and_then(|open| open.writer.as_mut()) else {
                return Err(IndexError::InUse(self.0.folder.clone()));
            };
            let payload = Payload { stamp: stamp(), position: position.clone() };
            let payload = serde_json::to_string(&payload).map_err(|error| broken(&error))?;
            let mut commit = writer.prepare_commit()?;
            commit.set_payload(&payload);
            commit.commit()?;
        }
        self.refresh()
    }

    /// Shows the last commit to those who search.
    ///
    /// # Errors
    /// Only of the index: where another process has made it anew, it must be opened again.
    pub fn refresh(&self) -> Result<(), IndexError> {
        let mut open = self.lock();
        let Some(open) = open.as_mut() else { return Ok(()) };
        // Before the documents: they may then be newer than what is told of them, never older.
        let meta = open.index.load_metas()?;
        if open.opstamp == Some(meta.opstamp) {
            return Ok(());
        }
        let Some(position) = meta.payload.as_deref().and_then(position_of) else { return Ok(()) };
        open.reader.reload()?;
        let searcher = open.reader.searcher();
        let mut known = HashMap::new();
        let mut totals = [Lengths::default(); 2];
        for segment in searcher.segment_readers() {
            let key = (segment.segment_id(), segment.delete_opstamp());
            let lengths = match open.lengths.get(&key) {
                Some(lengths) => *lengths,
                None => [
                    Lengths::of_segment(segment, &self.0.fields, SearchedType::Quotes)?,
                    Lengths::of_segment(segment, &self.0.fields, SearchedType::Articles)?,
                ],
            };
            totals = [totals[0].plus(lengths[0]), totals[1].plus(lengths[1])];
            known.insert(key, lengths);
        }
        open.lengths = known;
        open.opstamp = Some(meta.opstamp);
        let lengths = HashMap::from([(SearchedType::Quotes, totals[0]), (SearchedType::Articles, totals[1])]);
        self.show(Some(Arc::new(Snapshot::new(searcher, Arc::clone(&self.0.fields), lengths, position))));
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn show(&self, snapshot: Option<Arc<Snapshot>>) {
        *self.0.snapshot.write().unwrap_or_else(PoisonError::into_inner) = snapshot;
    }

    fn files(&self) -> PathBuf {
        self.0.folder.join(FILES)
    }

    /// `None` where another process has it.
    fn take_lock(&self) -> Result<Option<File>, IndexError> {
        let folder = &self.0.folder;
        let unusable = |source| IndexError::Folder { folder: folder.clone(), source };
        fs::create_dir_all(folder).map_err(unusable)?;
        let path = folder.join(LOCK);
        if !path.exists() && fs::read_dir(folder).map_err(unusable)?.next().is_some() {
            return Err(IndexError::ForeignFolder(folder.clone()));
        }
        let lock = File::options().create(true).truncate(false).write(true).open(&path).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(lock)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }

    /// The index that is there, or why it cannot be used.
    fn usable_index(&self) -> Result<tantivy::Index, String> {
        let files = self.files();
        if !files.exists() {
            return Err("there is none yet".to_owned());
        }
        let index = tantivy::Index::open_in_dir(files).map_err(|error| error.to_string())?;
        if index.schema() != self.0.fields.schema {
            return Err("it has other fields".to_owned());
        }
        let meta = index.load_metas().map_err(|error| error.to_string())?;
        let is_ours = meta.payload.as_deref().and_then(position_of).is_some();
        if is_ours { Ok(index) } else { Err("it is of another format".to_owned()) }
    }

    /// For the one who has the lock.
    fn empty_index(&self) -> Result<tantivy::Index, IndexError> {
        let files = self.files();
        let unusable = |source| IndexError::Folder { folder: files.clone(), source };
        if files.exists() {
            fs::remove_dir_all(&files).map_err(unusable)?;
        }
        fs::create_dir_all(&files).map_err(unusable)?;
        Ok(tantivy::Index::create_in_dir(&files, self.0.fields.schema.clone())?)
    }
}

impl Open {
    fn new(index: tantivy::Index, lock: Option<File>) -> Result<Self, IndexError> {
        Terms::register(&index);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let writer = lock.map(|lock| Writer::new(&index, lock)).transpose()?;
        Ok(Self { index, reader, writer, opstamp: None, lengths: HashMap::new() })
    }
}

impl Writer {
    fn new(index: &tantivy::Index, lock: File) -> Result<Self, IndexError> {
        // One thread: the documents of a commit lie in one segment, and requests have the other cores.
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(WRITER_MEMORY)
            .build();
        let writer: IndexWriter = index.writer_with_options(options)?;
        let mut merges = LogMergePolicy::default();
        merges.set_del_docs_ratio_before_merge(MAX_DELETED);
        writer.set_merge_policy(Box::new(merges));
        Ok(Self { writer, _lock: lock })
    }
}

/// Whether all files are there and hold what was written. It reads them all, a gigabyte in a second or so.
fn is_whole(index: &tantivy::Index) -> Result<bool, String> {
    let damaged = index.validate_checksum().map_err(|error| error.to_string())?;
    Ok(damaged.is_empty())
}

/// `None` for an index of another format.
fn position_of(payload: &str) -> Option<Position> {
    let payload: Payload = serde_json::from_str(payload).ok()?;
    (payload.stamp == stamp()).then_some(payload.position)
}

/// The format of the fields and of the words.
fn stamp() -> String {
    let stems = Stems::new();
    let mut digest = Sha256::new();
    for_each_word(SAMPLE, |folded, _, _| {
        digest.update(folded);
        digest.update([0]);
        digest.update(stems.stem(folded));
        digest.update([0]);
    });
    let words = base16ct::lower::encode_string(&digest.finalize()[..4]);
    format!("{FORMAT}-{words}")
}

fn broken(reason: &dyn std::fmt::Display) -> tantivy::TantivyError {
    tantivy::TantivyError::InternalError(reason.to_string())
}
