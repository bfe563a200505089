//! Exports: all that a list holds, and whole instances, as streams.
//!
//! An export reads one state of the database, in batches, and hands on what it has before it reads the next: its memory does
//! not grow with what it exports. It holds a connection until it ends, so that only a few run at one time, and one whose
//! reader takes nothing is broken off.

mod articles;
mod table;

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Result as JsonResult;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use self::table::Tabular;
use super::{Services, quotes, zones};
use crate::error::{Error, Result};
use crate::models::{
    ActorFilter, ActorId, AgreementFilter, ArticleFilter, ExportFormat, INTERCHANGE_FORMAT, InstanceRecord,
    OutletFilter, QuoteFilter, Record, ZoneFilter, ZoneId, write_quote,
};
use crate::pagination::{PageRequest, Rows};
use crate::repository::{self, Connection, actors, agreements, exports, outlets};

/// Rows that are read at one time.
const BATCH: i64 = 200;
/// Bytes that are handed on at one time, about.
const PIECE: usize = 64 * 1024;
/// Pieces that wait for the reader.
const WAITING: usize = 2;
/// How long a reader may take over a piece: meanwhile the export holds a connection, and the database what it reads.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is exported.
#[derive(Debug, Clone, PartialEq)]
pub enum Exported {
    /// The quotes of a list.
    Quotes(QuoteFilter),
    /// The articles of a list, with their texts and quotes.
    Articles(ArticleFilter),
    /// The actors of a list.
    Actors(ActorFilter),
    /// The zones of a list.
    Zones(ZoneFilter),
    /// The agreements of a list.
    Agreements(AgreementFilter),
    /// The outlets of a list.
    Outlets(OutletFilter),
    /// The whole instance, in the interchange format.
    Everything,
}

/// Pieces of an export, as they come. The last one is an error where the export broke off.
pub type Pieces = mpsc::Receiver<Result<Vec<u8>>>;

/// A place among the exports that run at one time.
pub struct ExportPlace(#[expect(dead_code, reason = "it is given back when it is dropped")] OwnedSemaphorePermit);

/// How many exports run at one time.
pub(super) fn places(limit: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(limit.min(Semaphore::MAX_PERMITS)))
}

/// Takes a place among the exports that run at one time.
///
/// # Errors
/// [`Unavailable`](Error::Unavailable) where there is none.
pub fn take_place(services: &Services) -> Result<ExportPlace> {
    let limit = services.settings.exports.max_exports;
    let place = Arc::clone(&services.exports).try_acquire_owned();
    place.map(ExportPlace).map_err(|_| Error::Unavailable(format!("{limit} exports are running already")))
}

/// An export that has not begun, and where its pieces will come out. Somebody has to run [`Export::run`].
#[must_use]
pub fn prepare_export(services: &Services, what: Exported, format: ExportFormat) -> (Export, Pieces) {
    let (out, pieces) = mpsc::channel(WAITING);
    let sink = Sink { out, buffer: Vec::new(), format };
    (Export { services: services.clone(), what, sink }, pieces)
}

/// An export that has not begun.
pub struct Export {
    services: Services,
    what: Exported,
    sink: Sink,
}

impl Export {
    /// Reads it and hands its pieces out, up to the end or until nobody takes them.
    ///
    /// A filter that names nothing is the first piece, and an error.
    pub async fn run(self) {
        let Self { services, what, mut sink } = self;
        let read = services.database.read_snapshot(services.as_of, async |c| {
            write(c, &what, &mut sink).await?;
            sink.hand_on().await
        });
        if let Err(error) = read.await {
            // Where the reader has gone, there is nobody to tell.
            drop(tokio::time::timeout(PATIENCE, sink.out.send(Err(error))).await);
        }
    }
}

/// Where the rows go.
struct Sink {
    out: mpsc::Sender<Result<Vec<u8>>>,
    buffer: Vec<u8>,
    format: ExportFormat,
}

impl Sink {
    /// Hands on what there is.
    async fn hand_on(&mut self) -> Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let piece = std::mem::take(&mut self.buffer);
        match tokio::time::timeout(PATIENCE, self.out.send(Ok(piece))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Error::Unavailable("the reader of an export has gone".to_owned())),
            Err(_) => Err(Error::Unavailable("the reader of an export takes nothing".to_owned())),
        }
    }

    async fn hand_on_if_full(&mut self) -> Result<()> {
        if self.buffer.len() >= PIECE { self.hand_on().await } else { Ok(()) }
    }

    /// The names of the columns, where there are any.
    fn begin<T: Tabular>(&mut self) -> Result<()> {
        match self.format {
            ExportFormat::Csv => table::write_row(&mut self.buffer, T::COLUMNS),
            ExportFormat::Ndjson => Ok(()),
        }
    }

    /// A row, in the format that is asked for.
    async fn put<T: Tabular>(&mut self, row: &T, write: impl FnOnce(&mut Vec<u8>) -> JsonResult<()>) -> Result<()> {
        match self.format {
            ExportFormat::Csv => table::write_row(&mut self.buffer, &row.cells())?,
            ExportFormat::Ndjson => write(&mut self.buffer).map_err(Error::internal)?,
        }
        self.hand_on_if_full().await
    }

    async fn put_record(&mut self, record: &Record) -> Result<()> {
        record.write(&mut self.buffer).map_err(Error::internal)?;
        self.hand_on_if_full().await
    }
}

/// The rows of a list in batches, each read where `$after` says that the one before ended.
macro_rules! for_each_batch {
    (|$page:ident| $list:expr, |$last:ident| $after:expr, |$rows:ident| $body:block) => {{
        let mut $page = PageRequest::new(BATCH, None, &())?;
        loop {
            let Rows { rows: $rows, .. } = $list.await?;
            let is_last = ($rows.len() as i64) < $page.fetch();
            $page.after = $rows.last().map(|$last| $after);
            $body
            if is_last {
                break;
            }
        }
    }};
}
use for_each_batch;

async fn write(connection: &mut Connection, what: &Exported, sink: &mut Sink) -> Result<()> {
    match what {
        Exported::Quotes(filter) => write_quotes(connection, filter, sink).await,
        Exported::Articles(filter) => articles::write_articles(connection, filter, sink).await,
        Exported::Actors(filter) => write_actors(connection, filter, sink).await,
        Exported::Zones(filter) => write_zones(connection, filter, sink).await,
        Exported::Agreements(filter) => write_agreements(connection, filter, sink).await,
        Exported::Outlets(filter) => write_outlets(connection, filter, sink).await,
        Exported::Everything => write_everything(connection, sink).await,
    }
}

async fn write_quotes(connection: &mut Connection, filter: &QuoteFilter, sink: &mut Sink) -> Result<()> {
    let conditions = quotes::find_conditions(connection, filter).await?;
    sink.begin::<table::ReportedQuote<'_>>()?;
    for_each_batch!(
        |page| repository::quotes::list_quotes(connection, filter, &conditions, &page),
        |last| (last.0, last.1.id),
        |rows| {
            let reports: Vec<_> = rows.iter().map(|(_, quote)| quote.article_id).collect();
            let articles = match sink.format {
                ExportFormat::Csv => repository::articles::find_articles_by_id(connection, &reports).await?,
                ExportFormat::Ndjson => HashMap::new(),
            };
            for (_, quote) in &rows {
                let row = table::ReportedQuote { quote, article: articles.get(&quote.article_id) };
                sink.put(&row, |line| write_quote(line, quote)).await?;
            }
        }
    );
    Ok(())
}

async fn write_actors(connection: &mut Connection, filter: &ActorFilter, sink: &mut Sink) -> Result<()> {
    sink.begin::<crate::models::Actor>()?;
    for_each_batch!(|page| actors::list_actors(connection, filter, &page), |last| last.slug.clone(), |rows| {
        for actor in &rows {
            sink.put(actor, |line| Record::from(actor).write(line)).await?;
        }
    });
    Ok(())
}

async fn write_zones(connection: &mut Connection, filter: &ZoneFilter, sink: &mut Sink) -> Result<()> {
    let conditions = zones::conditions(filter, None)?;
    sink.begin::<crate::models::Zone>()?;
    for_each_batch!(
        |page| repository::zones::list_zones(connection, filter, &conditions, &page),
        |last| last.slug.clone(),
        |rows| {
            for zone in &rows {
                sink.put(zone, |line| Record::from(zone).write(line)).await?;
            }
        }
    );
    Ok(())
}

async fn write_agreements(connection: &mut Connection, filter: &AgreementFilter, sink: &mut Sink) -> Result<()> {
    let of_actors = actors::find_actor_ids(connection, "actor", &filter.actor).await?;
    let of_zones = repository::zones::find_zone_ids_with_parts(connection, &filter.zone).await?;
    sink.begin::<crate::models::Agreement>()?;
    for_each_batch!(
        |page| agreements::list_agreements(connection, &of_actors, &of_zones, &page),
        |last| last.slug.clone(),
        |rows| {
            for agreement in &rows {
                sink.put(agreement, |line| Record::from(agreement).write(line)).await?;
            }
        }
    );
    Ok(())
}

async fn write_outlets(connection: &mut Connection, filter: &OutletFilter, sink: &mut Sink) -> Result<()> {
    sink.begin::<crate::models::Outlet>()?;
    for_each_batch!(|page| outlets::list_outlets(connection, filter, &page), |last| last.slug.clone(), |rows| {
        for outlet in &rows {
            sink.put(outlet, |line| Record::from(outlet).write(line)).await?;
        }
    });
    Ok(())
}

/// Everything, what others refer to before it: so that it can be read in line by line.
async fn write_everything(connection: &mut Connection, sink: &mut Sink) -> Result<()> {
    sink.put_record(&Record::Instance(InstanceRecord { format: INTERCHANGE_FORMAT })).await?;
    write_outlets(connection, &OutletFilter::default(), sink).await?;
    write_actors_in_order(connection, sink).await?;
    let mut after = None;
    loop {
        let merges = exports::list_merges(connection, after, BATCH).await?;
        let Some(last) = merges.last() else { break };
        after = Some(last.actor_id);
        for merge in merges {
            sink.put_record(&Record::from(merge)).await?;
        }
    }
    write_zones_in_order(connection, sink).await?;
    write_agreements(connection, &AgreementFilter::default(), sink).await?;
    articles::write_all_articles(connection, sink).await
}

async fn write_actors_in_order(connection: &mut Connection, sink: &mut Sink) -> Result<()> {
    let mut waiting: Vec<(ActorId, Vec<ActorId>)> = Vec::new();
    let filter = ActorFilter::default();
    for_each_batch!(|page| actors::list_actors(connection, &filter, &page), |last| last.slug.clone(), |rows| {
        for actor in &rows {
            let organisations = actor.roles.iter().filter_map(|role| role.organisation.as_ref());
            let referred: Vec<ActorId> = actor.parent.iter().chain(organisations).map(|actor| actor.id).collect();
            if referred.is_empty() {
                sink.put_record(&Record::from(actor)).await?;
            } else {
                waiting.push((actor.id, referred));
            }
        }
    });
    for ids in in_order_of_reference(waiting).chunks(BATCH as usize) {
        let found = actors::find_actors_by_id(connection, ids).await?;
        for actor in ids.iter().filter_map(|id| found.get(id)) {
            sink.put_record(&Record::from(actor)).await?;
        }
    }
    Ok(())
}

async fn write_zones_in_order(connection: &mut Connection, sink: &mut Sink) -> Result<()> {
    let mut waiting: Vec<(ZoneId, Vec<ZoneId>)> = Vec::new();
    let filter = ZoneFilter::default();
    let conditions = repository::zones::ZoneConditions::default();
    for_each_batch!(
        |page| repository::zones::list_zones(connection, &filter, &conditions, &page),
        |last| last.slug.clone(),
        |rows| {
            for zone in &rows {
                match &zone.parent {
                    None => sink.put_record(&Record::from(zone)).await?,
                    Some(parent) => waiting.push((zone.id, vec![parent.id])),
                }
            }
        }
    );
    for ids in in_order_of_reference(waiting).chunks(BATCH as usize) {
        let found = repository::zones::find_zones_by_id(connection, ids).await?;
        for zone in ids.iter().filter_map(|id| found.get(id)) {
            sink.put_record(&Record::from(zone)).await?;
        }
    }
    Ok(())
}

/// Those that others refer to first, and otherwise as they came. Those that refer to each other in a circle come last.
fn in_order_of_reference<I: Copy + Eq + Hash>(mut waiting: Vec<(I, Vec<I>)>) -> Vec<I> {
    let mut ordered = Vec::with_capacity(waiting.len());
    loop {
        let missing: HashSet<I> = waiting.iter().map(|(id, _)| *id).collect();
        let is_blocked = |(id, referred): &(I, Vec<I>)| referred.iter().any(|to| to != id && missing.contains(to));
        let (blocked, ready): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_blocked);
        if ready.is_empty() {
            ordered.extend(blocked.into_iter().map(|(id, _)| id));
            return ordered;
        }
        ordered.extend(ready.into_iter().map(|(id, _)| id));
        waiting = blocked;
    }
}

#[cfg(test)]
mod tests {
    use super::in_order_of_reference;

    #[test]
    fn what_others_refer_to_comes_first_and_a_circle_last() {
        let waiting = vec![(1, vec![3]), (2, vec![9]), (3, vec![2]), (4, vec![5]), (5, vec![4]), (6, vec![6])];
        assert_eq!(in_order_of_reference(waiting), [2, 6, 3, 1, 4, 5]);
    }
}
