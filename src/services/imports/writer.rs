//! Takes batches of lines in: each is one transaction, with what is written down of how far the import has come.

use std::time::Duration;

use super::directory::Directory;
use super::reader::{Content, Line};
use super::ready::{ReadyArticle, ReadyMention, ReadyQuote, Target};
use super::references::{Outcome, Taking, names_of_actors};
use crate::error::{Error, Result};
use crate::models::{
    ActorKind, ActorRef, Article, ArticleId, Author, FieldError, ImportError, ImportProgress, Instant, Json, Key,
    Mention, NewArticle, Quote, QuoteReading, Record, ResolvedBy, ResourceKind, Speaker, SpeakerRecord,
};
use crate::repository::imports::Lease;
use crate::repository::{self, Connection, gazetteer, imports, mentions};
use crate::services::articles::{Identity, ReadArticle, Reading, find_new, read_article, store_articles};
use crate::services::gazetteer::current_extractor;
use crate::services::{Services, changes};

/// Errors that are kept of one import: a file of something else altogether must not fill the database.
const ERRORS_KEPT: i64 = 10_000;
/// How often a batch is tried where the database fails, each time after a longer wait.
const TRIES: u32 = 6;
/// How many articles of a batch are held as the rows that they become, beside what was read of them.
const ARTICLES_AT_ONE_TIME: usize = 100;

/// Whether an import goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    GoOn,
    /// Somebody has asked to break it off.
    Cancelled,
    /// Another process has it by now.
    Lost,
    /// This process is about to stop: another one goes on.
    Stopping,
}

/// What came of a batch.
pub(super) struct Written {
    pub(super) next: Next,
    pub(super) errors: Vec<ImportError>,
}

/// Takes the lines of one file in.
pub(super) struct Writer {
    services: Services,
    author: Author,
    /// Where it is an import that others can see, and not one at a shell.
    lease: Option<Lease>,
    directory: Directory,
    pub(super) progress: ImportProgress,
}

/// An article of a batch that was to be read, or what is wrong with it; `None` for any other line.
type Read = Option<std::result::Result<Reading, Vec<FieldError>>>;

impl Writer {
    pub(super) fn new(
        services: &Services,
        author: Author,
        lease: Option<Lease>,
        progress: ImportProgress,
        directory: Directory,
    ) -> Self {
        Self { services: services.clone(), author, lease, directory, progress }
    }

    /// Takes a batch in, and where that fails because of one of its lines, each line by itself.
    pub(super) async fn write(&mut self, batch: &[Line]) -> Result<Written> {
        let read = self.read(batch).await?;
        match self.write_patiently(batch, &read, None).await {
            Err(error) if refusal(&error).is_some() => self.write_each(batch, &read).await,
            written => written,
        }
    }

    async fn write_each(&mut self, batch: &[Line], read: &[Read]) -> Result<Written> {
        let mut errors = Vec::new();
        for (line, read) in batch.chunks(1).zip(read.chunks(1)) {
            let written = match self.write_patiently(line, read, None).await {
                Err(error) => match refusal(&error) {
                    Some(why) => self.write_patiently(line, read, Some(&why)).await?,
                    None => return Err(error),
                },
                written => written?,
            };
            errors.extend(written.errors);
            if written.next != Next::GoOn {
                return Ok(Written { next: written.next, errors });
            }
        }
        Ok(Written { next: Next::GoOn, errors })
    }

    /// Reads the articles that are to be read.
    async fn read(&self, batch: &[Line]) -> Result<Vec<Read>> {
        let read_new = async |new: &NewArticle| {
            let extractor = current_extractor(&self.services).await?;
            read_article(&self.services, new.clone(), extractor).await
        };
        let read = async |line: &Line| match &line.content {
            Ok(Content::Unread(new)) => Some(read_new(new).await),
            _ => None,
        };
        let mut all = Vec::with_capacity(batch.len());
        // A few at a time: each holds a connection for a moment.
        for some in batch.chunks(4) {
            for reading in futures_util::future::join_all(some.iter().map(read)).await {
                all.push(match reading {
                    None => None,
                    Some(Ok(reading)) => Some(Ok(reading)),
                    Some(Err(error)) => Some(Err(refusal(&error).ok_or(error)?)),
                });
            }
        }
        Ok(all)
    }

    async fn write_patiently(
        &mut self,
        batch: &[Line],
        read: &[Read],
        refused: Option<&[FieldError]>,
    ) -> Result<Written> {
        let mut attempt = 1;
        loop {
            match self.write_once(batch, read, refused).await {
                Err(Error::Unavailable(_) | Error::Internal(_)) if attempt < TRIES => {
                    tokio::time::sleep(Duration::from_millis(250 << attempt)).await;
                    attempt += 1;
                }
                written => return written,
            }
        }
    }

    async fn write_once(&mut self, batch: &[Line], read: &[Read], refused: Option<&[FieldError]>) -> Result<Written> {
        let Some(last) = batch.last() else { return Ok(Written { next: Next::GoOn, errors: Vec::new() }) };
        let progress = ImportProgress { bytes_read: last.end, lines_read: last.number, ..self.progress };
        let is_first = self.progress.lines_read == 0;
        let (services, lease, author, directory) = (&self.services, self.lease, &self.author, &mut self.directory);
        let written = self
            .services
            .database
            .transaction(async |c| {
                let mut taken = Taken { author, directory: &mut *directory, progress, errors: Vec::new() };
                match refused {
                    Some(why) => taken.refuse(last.number, why.to_vec()),
                    None => taken.write(c, batch, read, is_first).await?,
                }
                let Taken { progress, errors, .. } = taken;
                let next = match lease {
                    Some(lease) => write_down(services, c, lease, &progress, &errors, directory).await?,
                    None => Next::GoOn,
                };
                Ok((progress, Written { next, errors }))
            })
            .await;
        match written {
            Ok((progress, written)) => {
                self.progress = progress;
                self.directory.settle();
                Ok(written)
            }
            Err(error) => {
                self.directory.forget();
                match error {
                    Error::PreconditionFailed { .. } => Ok(Written { next: Next::Lost, errors: Vec::new() }),
                    error => Err(error),
                }
            }
        }
    }
}

/// Why a line is refused, where an error is that line's own.
fn refusal(error: &Error) -> Option<Vec<FieldError>> {
    match error {
        Error::InvalidBody(errors) => Some(errors.clone()),
        Error::Conflict(detail) | Error::InUse(detail) => Some(vec![FieldError::at("", detail.clone())]),
        _ => None,
    }
}

/// Writes down with a batch how far it has come.
async fn write_down(
    services: &Services,
    connection: &mut Connection,
    lease: Lease,
    progress: &ImportProgress,
    errors: &[ImportError],
    directory: &Directory,
) -> Result<Next> {
    let now = Instant::now();
    imports::create_names(connection, lease.import, directory.new_names()).await?;
    let room = ERRORS_KEPT - (progress.refused - i64::try_from(errors.len()).unwrap_or_default());
    let kept = &errors[..errors.len().min(usize::try_from(room).unwrap_or_default())];
    imports::create_errors(connection, lease.import, kept).await?;
    let until = now.plus_seconds(services.settings.imports.lease_seconds);
    match imports::update_progress(connection, lease, progress, now, until).await? {
        Some(false) => Ok(Next::GoOn),
        Some(true) => Ok(Next::Cancelled),
        // Another process has it: nothing of this must be kept, for that one has begun it, too.
        None => Err(Error::PreconditionFailed { version: 0 }),
    }
}

/// What is taken in by a transaction.
struct Taken<'a> {
    author: &'a Author,
    directory: &'a mut Directory,
    progress: ImportProgress,
    errors: Vec<ImportError>,
}

impl Taken<'_> {
    fn refuse(&mut self, line: i64, errors: Vec<FieldError>) {
        self.progress.refused += 1;
        self.errors.push(ImportError { line, errors: Json(errors) });
    }

    async fn write(&mut self, c: &mut Connection, batch: &[Line], read: &[Read], is_first: bool) -> Result<()> {
        for line in batch {
            if let Err(errors) = &line.content {
                self.refuse(line.number, errors.clone());
            }
        }
        self.write_references(c, batch, is_first).await?;
        let ready = batch.iter().filter_map(|line| match &line.content {
            Ok(Content::Ready(ready)) => Some((line.number, ready.as_ref())),
            _ => None,
        });
        self.write_ready(c, ready.collect()).await?;
        let mut new = Vec::new();
        for (line, read) in batch.iter().zip(read) {
            match read {
                Some(Ok(Reading::New(read))) => new.push(read.as_ref()),
                Some(Ok(Reading::Known(_))) => self.progress.known += 1,
                Some(Err(errors)) => self.refuse(line.number, errors.clone()),
                None => {}
            }
        }
        self.write_read(c, new).await?;
        self.errors.sort_by_key(|error| error.line);
        Ok(())
    }

    async fn write_references(&mut self, c: &mut Connection, batch: &[Line], is_first: bool) -> Result<()> {
        let references: Vec<(i64, &Record)> = batch
            .iter()
            .filter_map(|line| match &line.content {
                Ok(Content::Reference(record)) => Some((line.number, record.as_ref())),
                _ => None,
            })
            .collect();
        if references.is_empty() {
            return Ok(());
        }
        gazetteer::count_gazetteer_change(c).await?;
        let coming = names_of_actors(references.iter().map(|(_, record)| *record));
        let (author, mut added) = (self.author, self.progress.added);
        let mut taking = Taking { author, directory: &mut *self.directory, incomplete: Vec::new(), coming };
        let mut refused = Vec::new();
        for (line, record) in references {
            match taking.take(c, record, is_first && line == 1, &mut added).await {
                Ok(Outcome::Added | Outcome::Told) => {}
                Ok(Outcome::Known) => self.progress.known += 1,
                // Found out by reading: the transaction is as it was.
                Err(Error::InvalidBody(errors)) => refused.push((line, errors)),
                Err(error) => return Err(error),
            }
        }
        taking.complete_actors(c).await?;
        self.progress.added = added;
        refused.into_iter().for_each(|(line, errors)| self.refuse(line, errors));
        Ok(())
    }

    /// Writes articles that were read here.
    async fn write_read(&mut self, c: &mut Connection, read: Vec<&ReadArticle>) -> Result<()> {
        let new = self.without_known(c, read, |read| read.identity()).await?;
        if new.is_empty() {
            return Ok(());
        }
        let new: Vec<_> = new.into_iter().map(|read| (read, self.author)).collect();
        let stored = store_articles(c, &new).await?;
        let quotes: usize = stored.iter().map(|stored| stored.quotes.len()).sum();
        self.progress.added.articles += i64::try_from(stored.len()).unwrap_or_default();
        self.progress.added.quotes += i64::try_from(quotes).unwrap_or_default();
        Ok(())
    }

    async fn write_ready(&mut self, c: &mut Connection, ready: Vec<(i64, &ReadyArticle)>) -> Result<()> {
        if ready.is_empty() {
            return Ok(());
        }
        let new = self.without_known(c, ready, |(_, ready)| identity_of_ready(ready)).await?;
        self.look_up(c, &new).await?;
        for some in new.chunks(ARTICLES_AT_ONE_TIME) {
            self.write_some(c, some).await?;
        }
        Ok(())
    }

    /// Writes articles of whom everything that they name was looked up.
    async fn write_some(&mut self, c: &mut Connection, ready: &[(i64, &ReadyArticle)]) -> Result<()> {
        let mut new = Vec::with_capacity(ready.len());
        for (line, ready) in ready {
            match Resolved::of(ready, self.directory) {
                Ok(resolved) => new.push(resolved),
                Err(errors) => self.refuse(*line, errors),
            }
        }
        let articles: Vec<_> = new.iter().map(Resolved::row).collect();
        repository::articles::create_articles(c, &articles).await?;
        changes::record_creations(c, new.iter().map(|new| (&new.article, self.author))).await?;
        let quotes: Vec<_> = new.iter().flat_map(Resolved::rows_of_quotes).collect();
        repository::quotes::create_quotes(c, &quotes).await?;
        let of_stories = new.iter().flat_map(|new| mentions::mentions_of_story(&new.article));
        let of_quotes = mentions::mentions_of_quotes(quotes.iter().map(|new| new.quote));
        mentions::create_mentions(c, &of_stories.chain(of_quotes).collect::<Vec<_>>()).await?;
        let has_speaker = |quote: &&Quote| quote.speaker.as_ref().is_some_and(|speaker| speaker.actor.is_some());
        let mut waiting: Vec<ArticleId> =
            quotes.iter().map(|new| new.quote).filter(has_speaker).map(|quote| quote.article_id).collect();
        waiting.dedup();
        repository::statements::queue::queue_articles(c, &waiting).await?;
        self.progress.added.articles += i64::try_from(articles.len()).unwrap_or_default();
        self.progress.added.quotes += i64::try_from(quotes.len()).unwrap_or_default();
        Ok(())
    }

    /// Those that are new; the others are counted.
    async fn without_known<'a, T>(
        &mut self,
        c: &mut Connection,
        all: Vec<T>,
        identity: impl Fn(&T) -> Identity<'a>,
    ) -> Result<Vec<T>> {
        let is_new = find_new(c, &all.iter().map(identity).collect::<Vec<_>>()).await?;
        let count = all.len();
        let new: Vec<T> = all.into_iter().zip(is_new).filter_map(|(one, is_new)| is_new.then_some(one)).collect();
        self.progress.known += i64::try_from(count - new.len()).unwrap_or_default();
        Ok(new)
    }

    /// Looks up what these articles name, and adds the speakers of whom only a name is known.
    async fn look_up(&mut self, c: &mut Connection, new: &[(i64, &ReadyArticle)]) -> Result<()> {
        let quotes = || new.iter().flat_map(|(_, ready)| &ready.quotes);
        let named =
            || new.iter().flat_map(|(_, ready)| &ready.mentions).chain(quotes().flat_map(|quote| &quote.mentions));
        let speakers = || quotes().filter_map(|quote| quote.speaker.as_ref());
        let as_actor = |mention: &'_ ReadyMention| match &mention.target {
            Target::Actor(key) => Some(key.clone()),
            Target::Zone(_) => None,
        };
        let as_zone = |mention: &'_ ReadyMention| match &mention.target {
            Target::Zone(key) => Some(key.clone()),
            Target::Actor(_) => None,
        };
        let actors: Vec<_> =
            named().filter_map(as_actor).chain(speakers().filter_map(|one| one.actor.clone())).collect();
        let zones: Vec<_> = named().filter_map(as_zone).collect();
        self.directory.find_outlets(c, new.iter().filter_map(|(_, ready)| ready.outlet.as_ref())).await?;
        self.directory.find_actors(c, actors.iter()).await?;
        self.directory.find_zones(c, zones.iter()).await?;
        let mut is_locked = false;
        for speaker in speakers().filter(|speaker| speaker.actor.is_none()) {
            let Some(name) = &speaker.name else { continue };
            let kind = speaker.kind.unwrap_or(ActorKind::Person);
            if self.directory.named(kind, name).is_some() {
                continue;
            }
            if !is_locked {
                // Two imports that name the same stranger at the same moment must make one actor of it.
                gazetteer::lock_gazetteer(c).await?;
                is_locked = true;
            }
            self.directory.find_or_create_named(c, kind, name, Instant::now(), self.author).await?;
        }
        Ok(())
    }
}

fn identity_of_ready(ready: &ReadyArticle) -> Identity<'_> {
    let summary = &ready.article.summary;
    Identity { id: Some(summary.id), text_sha256: &summary.text_sha256, url: summary.url.as_deref() }
}

/// An article and its quotes with what they name.
struct Resolved<'a> {
    ready: &'a ReadyArticle,
    article: Article,
    /// Each with the machine's reading, where a person has put it right.
    quotes: Vec<(Quote, Option<QuoteReading>)>,
}

impl<'a> Resolved<'a> {
    fn of(ready: &'a ReadyArticle, directory: &Directory) -> std::result::Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut article = ready.article.clone();
        if let Some(key) = &ready.outlet {
            article.summary.outlet = directory.outlet(key).cloned();
            if article.summary.outlet.is_none() {
                errors.push(unknown("outlet", &key.to_string(), "/outlet".to_owned()));
            }
        }
        article.mentions = mentions_of(&ready.mentions, directory, "", &mut errors);
        let mut quotes = Vec::with_capacity(ready.quotes.len());
        for of_record in &ready.quotes {
            let ReadyQuote { index, quote, speaker, mentions, as_extracted } = of_record;
            let place = format!("/quotes/{index}");
            let mut quote = quote.clone();
            quote.mentions = mentions_of(mentions, directory, &place, &mut errors);
            if let Some(record) = speaker {
                quote.speaker = speaker_of(quote.speaker.take(), record, directory, &place, &mut errors);
            }
            quotes.push((quote, as_extracted.clone().map(|reading| here(reading, directory))));
        }
        if errors.is_empty() { Ok(Self { ready, article, quotes }) } else { Err(errors) }
    }

    fn row(&self) -> repository::articles::NewRow<'_> {
        let source = self.ready.source.as_ref().map(|source| (source.media_type.as_str(), source.content.as_str()));
        repository::articles::NewRow { article: &self.article, read_at: self.ready.read_at, source }
    }

    fn rows_of_quotes(&self) -> impl Iterator<Item = repository::quotes::NewRow<'_>> {
        let article_day = self.article.summary.sort_on();
        self.quotes.iter().map(move |(quote, as_extracted)| repository::quotes::NewRow {
            quote,
            article_day,
            as_extracted: as_extracted.as_ref(),
        })
    }
}

fn unknown(noun: &str, key: &str, pointer: String) -> FieldError {
    FieldError::at(pointer, format!("names no {noun}: none has the id or slug `{key}`"))
}

fn mentions_of(
    ready: &[ReadyMention],
    directory: &Directory,
    place: &str,
    errors: &mut Vec<FieldError>,
) -> Vec<Mention> {
    let mut mentions = Vec::with_capacity(ready.len());
    for (index, ReadyMention { mention, target }) in ready.iter().enumerate() {
        let (actor, zone) = match target {
            Target::Actor(key) => (directory.actor(key).cloned(), None),
            Target::Zone(key) => (None, directory.zone(key).cloned()),
        };
        if actor.is_none() && zone.is_none() {
            let (noun, key) = match target {
                Target::Actor(key) => ("actor", key.to_string()),
                Target::Zone(key) => ("zone", key.to_string()),
            };
            errors.push(unknown(noun, &key, format!("{place}/mentions/{index}/{noun}")));
        } else {
            mentions.push(Mention { actor, zone, ..mention.clone() });
        }
    }
    mentions
}

fn speaker_of(
    placed: Option<Speaker>,
    record: &SpeakerRecord,
    directory: &Directory,
    place: &str,
    errors: &mut Vec<FieldError>,
) -> Option<Speaker> {
    let actor: Option<ActorRef> = match (&record.actor, &record.name) {
        (Some(key), _) => {
            let found = directory.actor(key).cloned();
            if found.is_none() {
                errors.push(unknown("actor", &key.to_string(), format!("{place}/speaker/actor")));
            }
            found
        }
        (None, Some(name)) => {
            let kind = record.kind.unwrap_or(ActorKind::Person);
            directory.named(kind, name).cloned().flatten()
        }
        (None, None) => None,
    };
    let mention = placed.and_then(|speaker| speaker.mention);
    if mention.is_none() && actor.is_none() {
        return None;
    }
    // Who made the corpus says so.
    let said = || (record.name.is_some() && actor.is_some()).then_some(ResolvedBy::Review);
    let resolved_by = record.resolved_by.or_else(said);
    Some(Speaker { mention, actor, role: record.role.clone(), resolved_by })
}

/// The machine's reading, with the actor as it is called here.
fn here(mut reading: QuoteReading, directory: &Directory) -> QuoteReading {
    if let Some(speaker) = &mut reading.speaker {
        speaker.actor = speaker.actor.as_ref().map(|key| match directory.here(ResourceKind::Actor, key) {
            Key::Id(id) => Key::Id(id),
            Key::Slug(slug) => {
                let found = directory.actor(&Key::Slug(slug.clone())).map(|actor| Key::Id(actor.id));
                found.unwrap_or(Key::Slug(slug))
            }
        });
    }
    reading
}
