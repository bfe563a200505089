//! Which statements a quote may report: found by speaker, by the days on which it can have been said, and by the keys of
//! its words; each bound is a constant here.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::verbatim;
use crate::blocking;
use crate::error::{Error, Result};
use crate::models::{ActorId, Day, PlacedQuote, QuoteId, StatementId};
use crate::repository::Connection;
use crate::repository::statements::placing::{self, ReportOfStatement};
use crate::statements::{Days, ONE_SPEAKER, PreparedReport, Report, ReportId, Rules, StoredKeys};

/// How many reports of a speaker are looked at by their keys, the latest first.
const IN_WINDOW: i64 = 2_000;
/// How many of them are read for one quote.
const CANDIDATES: usize = 32;
/// How many reports of one statement are read: the fullest, and the first ones.
const READ_OF_STATEMENT: usize = 9;

/// The days on which it can have been said, where they are few enough to be a window.
pub(super) fn window_of(report: &PreparedReport) -> Option<Days> {
    report.report.days().filter(|days| days.uncertainty() <= Rules::default().window)
}

/// Reads quotes for all comparisons, on a thread where that holds nobody up.
pub(super) async fn prepare(quotes: Vec<PlacedQuote>) -> Result<Vec<PreparedReport>> {
    if quotes.is_empty() {
        return Ok(Vec::new());
    }
    let read = move || quotes.into_iter().map(|quote| PreparedReport::new(report(quote))).collect();
    blocking::run(read).await.map_err(Error::internal)
}

fn report(quote: PlacedQuote) -> Report {
    let days = |dated: Option<(Day, _)>| dated.map(|(day, precision)| Days::of(day.0, precision));
    Report {
        id: ReportId(quote.id.to_bits()),
        article: quote.article_id.to_bits(),
        outlet: quote.outlet.map(|outlet| outlet.to_string()).unwrap_or_default(),
        speaker: ONE_SPEAKER.to_owned(),
        verbatim: verbatim(&quote.segments),
        text: quote.text,
        kind: quote.kind,
        said: days(quote.said),
        published: days(quote.published),
        zones: quote.zones.iter().map(ToString::to_string).collect(),
        before: String::new(),
        after: String::new(),
    }
}

/// For each quote, with its speaker, the statements of the reports that seem likest by their keys.
pub(super) async fn find_candidates(
    connection: &mut Connection,
    speakers: &[ActorId],
    waiting: &[PreparedReport],
) -> Result<Vec<Vec<StatementId>>> {
    let mut by_speaker: BTreeMap<ActorId, Vec<&PreparedReport>> = BTreeMap::new();
    for (actor, report) in speakers.iter().zip(waiting) {
        by_speaker.entry(*actor).or_default().push(report);
    }
    let asked: Vec<(ActorId, (Day, Day))> = by_speaker
        .iter()
        .flat_map(|(actor, reports)| windows(reports).into_iter().map(|days| (*actor, days)))
        .collect();
    let found = placing::list_reports_between(connection, asked.clone(), IN_WINDOW).await?;
    let mut reports: HashMap<ActorId, Vec<(QuoteId, StatementId, StoredKeys)>> = HashMap::new();
    for ((actor, _), found) in asked.into_iter().zip(found) {
        let found = found.into_iter().map(|(quote, statement, keys)| (quote, statement, keys.as_str().into()));
        reports.entry(actor).or_default().extend(found);
    }
    let likest = |(actor, report): (&ActorId, &PreparedReport)| {
        let Some(reports) = reports.get(actor).filter(|reports| !reports.is_empty()) else { return Vec::new() };
        let keys = StoredKeys::of(&report.keys);
        let mut found: Vec<(f32, QuoteId, StatementId)> = reports
            .iter()
            .map(|(quote, statement, other)| (keys.resemblance(other), *quote, *statement))
            .filter(|(resemblance, ..)| *resemblance > 0.0)
            .collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.truncate(CANDIDATES);
        let mut statements: Vec<StatementId> = found.into_iter().map(|(_, _, statement)| statement).collect();
        statements.sort();
        statements.dedup();
        statements
    };
    Ok(speakers.iter().zip(waiting).map(likest).collect())
}

/// The days between which the first possible day of a report lies that may be of the same utterance; few, and without
/// overlap.
fn windows(waiting: &[&PreparedReport]) -> Vec<(Day, Day)> {
    let window = Rules::default().window;
    let mut all: Vec<(Day, Day)> = waiting
        .iter()
        .filter_map(|report| window_of(report))
        // A report whose day is not known exactly begins earlier than the day by which it is near.
        .map(|days| {
            let early = jiff::Span::new().days(window * 2);
            (Day(days.first.saturating_sub(early)), Day(days.last.saturating_add(jiff::Span::new().days(window))))
        })
        .collect();
    all.sort();
    let mut merged: Vec<(Day, Day)> = Vec::new();
    for (first, last) in all {
        match merged.last_mut() {
            Some(before) if first <= before.1 => before.1 = before.1.max(last),
            _ => merged.push((first, last)),
        }
    }
    merged
}

/// Which reports of statements are read: of each the fullest and the first ones, and those about which people decided.
pub(super) fn read_of(all: &[ReportOfStatement], decided: &HashSet<QuoteId>) -> HashMap<QuoteId, StatementId> {
    let mut of_statement: BTreeMap<StatementId, Vec<&ReportOfStatement>> = BTreeMap::new();
    for report in all {
        of_statement.entry(report.statement_id).or_default().push(report);
    }
    let mut read = HashMap::new();
    for (statement, reports) in of_statement {
        let fullest = reports.iter().copied().max_by(|a, b| a.content.total_cmp(&b.content));
        let first = reports.iter().copied().take(READ_OF_STATEMENT - 1);
        let decided = reports.iter().copied().filter(|report| decided.contains(&report.quote_id));
        read.extend(fullest.into_iter().chain(first).chain(decided).map(|report| (report.quote_id, statement)));
    }
    read
}
