//! Rules and transactions: what the service does, without HTTP and without SQL. One file a resource.

pub mod actors;
pub mod agreements;
pub mod articles;
mod background;
mod border_claims;
pub mod changes;
pub mod deletions;
mod derived;
pub mod exports;
pub mod extractions;
pub mod feeds;
pub mod gazetteer;
pub mod health;
pub mod idempotency;
pub mod imports;
mod included;
pub mod keys;
pub mod merges;
pub mod ogc;
pub mod outlets;
pub mod positions;
pub mod quotes;
pub mod reference_data;
pub mod revisions;
pub mod samples;
pub mod search;
pub mod statements;
pub mod statistics;
pub mod timeline;
mod transitions;
pub mod webhooks;
pub mod zones;

use std::sync::Arc;

use serde::Serialize;
use tokio::sync::{Notify, Semaphore};

use crate::blocking;
use crate::coalesced::CoalescedByKey;
use crate::error::{Error, Result};
use crate::models::{ApiKey, Edit, FieldError, Idempotency, Instant, MergePatch, Precondition, Validate, slug_of};
pub use crate::repository::DataVersion;
use crate::repository::{Connection, DataVersions, Database, migrations};
use crate::settings::Settings;

/// What every service function needs: the settings, the database, the extractor.
#[derive(Clone)]
pub struct Services {
    /// The settings in force.
    pub settings: Arc<Settings>,
    /// The database.
    pub database: Database,
    versions: Arc<DataVersions>,
    extractor: gazetteer::LastExtractor,
    /// Keys that requests come with, by their prefixes.
    keys_asked_for: Arc<CoalescedByKey<Vec<(ApiKey, String)>>>,
    key_uses: keys::KeyUses,
    /// What the streams of changes share.
    feed: Arc<changes::Feed>,
    /// What the search index is written by.
    background: background::Background,
    /// A permit a text being read.
    readers: Arc<Semaphore>,
    /// The articles that wait to be committed together.
    group_commit: articles::group_commit::GroupCommit,
    /// Told when a file was received that is to be imported.
    import_received: Arc<Notify>,
    /// A permit an export that runs.
    exports: Arc<Semaphore>,
    /// The search index, which [`search::follow`] keeps.
    pub search: search::SearchIndex,
    /// The repeatable request that is being done.
    idempotency: Option<Idempotency>,
    /// The instant whose knowledge is read; `None` where it is the present one.
    as_of: Option<Instant>,
}

impl Services {
    /// Migrates the database, and fills an empty one with the reference data that ships with the program.
    ///
    /// # Errors
    /// A database that cannot be reached, migrated or filled.
    pub async fn start(settings: Settings) -> Result<Self> {
        migrations::migrate(&settings.database).await?;
        let database = Database::new(&settings.database)?;
        let readers = Arc::new(Semaphore::new(readers_of(&settings).min(Semaphore::MAX_PERMITS)));
        let services = Self {
            feed: Arc::new(changes::Feed::new(&settings.changes)),
            group_commit: articles::group_commit::GroupCommit::default(),
            import_received: Arc::default(),
            exports: exports::places(settings.exports.max_exports),
            search: search::SearchIndex::new(&settings),
            settings: Arc::new(settings),
            versions: Arc::new(DataVersions::new(&database)),
            database,
            extractor: gazetteer::LastExtractor::default(),
            keys_asked_for: Arc::default(),
            key_uses: keys::KeyUses::default(),
            background: background::Background::new()?,
            readers,
            idempotency: None,
            as_of: None,
        };
        reference_data::load_reference_data(&services).await?;
        Ok(services)
    }

    /// The state that the data is in: while it is the same, nothing was written. `None` where nobody can tell.
    pub async fn data_version(&self) -> Option<DataVersion> {
        self.versions.current().await
    }

    /// The same services for one repeatable request: what they create keeps the answer to it.
    #[must_use]
    pub fn for_attempt(&self, attempt: Option<Idempotency>) -> Self {
        Self { idempotency: attempt, ..self.clone() }
    }

    /// The same services, reading what was known at an instant.
    ///
    /// # Errors
    /// [`Error::InvalidQuery`] for one that is yet to come: nobody knows what will be known then.
    pub fn as_of(&self, instant: Option<Instant>) -> Result<Self> {
        if instant.is_some_and(|instant| instant > Instant::now()) {
            return Err(Error::InvalidQuery(vec![FieldError::parameter("as_of", "must not be in the future")]));
        }
        Ok(Self { as_of: instant, ..self.clone() })
    }

    /// Runs `work` on a connection that reads what was known at the instant that these services are of.
    async fn read<T>(&self, work: impl AsyncFnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        self.database.read(self.as_of, work).await
    }

    /// Does work on texts where a long one holds nobody up, and when it is its turn.
    async fn on_reader<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _turn = self.readers.acquire().await.map_err(Error::internal)?;
        blocking::run(work).await.map_err(Error::internal)
    }

    /// Creates something in one transaction, and with it the answer to a repetition of the request.
    async fn create<T: Serialize>(&self, work: impl AsyncFnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        self.answer_once(201, work).await
    }

    /// Does something else that is not repeated, in the same manner.
    async fn act<T: Serialize>(&self, work: impl AsyncFnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        self.answer_once(200, work).await
    }

    async fn answer_once<T: Serialize>(
        &self,
        status: u16,
        work: impl AsyncFnOnce(&mut Connection) -> Result<T>,
    ) -> Result<T> {
        self.database
            .transaction(async |c| {
                let answer = work(c).await?;
                idempotency::keep_answer(c, self.idempotency.as_ref(), status, &answer).await?;
                Ok(answer)
            })
            .await
    }
}

/// How many texts are read at one time. Each keeps a core busy: a hundred at once would make all others, and every other
/// answer, wait for their turn on it, and need memory a hundred times.
fn readers_of(settings: &Settings) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if settings.ingest.max_readers > 0 { settings.ingest.max_readers } else { cores() }
}

/// Refuses a body that breaks a rule.
fn check(body: &impl Validate) -> Result<()> {
    let errors = body.validate();
    if errors.is_empty() { Ok(()) } else { Err(Error::InvalidBody(errors)) }
}

/// Refuses a change that does not say which state of the resource it is meant for.
fn check_is_conditional(edit: &Edit) -> Result<()> {
    if edit.precondition == Precondition::Unsaid { Err(Error::PreconditionRequired) } else { Ok(()) }
}

/// Refuses a change that is not meant for the state that the resource is in. Within the transaction that changes it, and
/// after its row was locked: what is found out here must still hold when the change is written.
fn check_precondition(edit: &Edit, version: i64) -> Result<()> {
    match &edit.precondition {
        Precondition::Any => Ok(()),
        Precondition::Versions(versions) if versions.contains(&version) => Ok(()),
        Precondition::Versions(_) => Err(Error::PreconditionFailed { version }),
        Precondition::Unsaid => Err(Error::PreconditionRequired),
    }
}

/// The writable shape of a resource as it is after a patch.
fn apply<T>(patch: &MergePatch<T>, current: &T) -> Result<T>
where
    T: Serialize + serde::de::DeserializeOwned + Validate,
{
    patch.apply(current).map_err(Error::InvalidBody)
}

/// The slug a client chose, or the one made from the name.
fn slug_or_from_name(slug: Option<&str>, name: &str) -> Result<String> {
    let slug = slug.map_or_else(|| slug_of(name), str::to_owned);
    if slug.is_empty() {
        let detail = "cannot be made from the name: give one in letters a-z, digits and hyphens";
        return Err(Error::InvalidBody(vec![FieldError::at("/slug", detail)]));
    }
    Ok(slug)
}

/// A key in a body that names nothing is a mistake in that body.
fn in_body<T>(found: Result<T>, pointer: impl Into<String>) -> Result<T> {
    found.map_err(|error| match error {
        Error::NotFound { resource, key } => {
            let detail = format!("names no {resource}: none has the id or slug `{key}`");
            Error::InvalidBody(vec![FieldError::at(pointer, detail)])
        }
        error => error,
    })
}
