//! Statements: what was said, as one or more articles report it.

mod candidates;
mod decisions;
mod gains;
mod group;
mod placing;
mod queue;

pub use self::decisions::{join_statements, pin_quotes, split_statement};
pub use self::placing::place_quotes_anew;
pub(super) use self::placing::{name_statements, place_quotes, withdraw_quotes};
pub use self::queue::{count_waiting_articles, place_imported_quotes, place_queued_quotes};

use super::Services;
use crate::error::{Error, Result};
use crate::models::{
    ComparedQuotes, ComparedReport, FieldError, Key, QuoteId, QuoteKind, ReportOrigin, ReportProvenance, Segment, Span,
    Statement, StatementComparison, StatementFilter, StatementId, StatementReport, StatementScorePart,
    StatementWithReports, TextSpan, WordingDifference, WordingDifferenceKind,
};
use crate::pagination::{Page, PageRequest};
use crate::repository::statements::{ReportRow, StatementConditions, StatementKeyset, decisions as decision_rows};
use crate::repository::{Connection, actors, outlets, statements, zones};
use crate::statements::{
    DifferenceKind, Origin, Provenance, Reading, Report, ReportId, Score, align, most_verbatim, provenance, score,
};

/// How many reports and decisions a statement shows.
const SHOWN: usize = 200;
/// With how many of the reports before it one is compared for where its words come from.
const COMPARED: usize = 24;

/// A page of statements, the newest first.
///
/// # Errors
/// [`InvalidQuery`](Error::InvalidQuery) for a key that names nothing.
pub async fn list_statements(
    services: &Services,
    filter: &StatementFilter,
    page: &PageRequest<StatementKeyset>,
) -> Result<Page<Statement>> {
    if filter.reports_min.is_some_and(|least| !(1..=1000).contains(&least)) {
        return Err(Error::InvalidQuery(vec![FieldError::parameter("reports_min", "must be 1 to 1000")]));
    }
    let mut connection = services.database.connect().await?;
    let c = &mut connection;
    let conditions = StatementConditions {
        speakers: actors::find_actor_ids(c, "speaker", &filter.speaker).await?,
        zones: zones::find_zone_ids_with_parts(c, &filter.zone).await?,
        outlets: outlets::find_outlet_ids(c, &filter.outlet).await?,
    };
    let rows = statements::list_statements(c, filter, &conditions, page).await?;
    Ok(page.page(rows, |statement| (statement.reported_on, statement.id)))
}

/// The newest statement that several quotes report, and another one of its speaker, where there are such.
///
/// # Errors
/// Only of the database.
pub async fn find_shared_statement(services: &Services) -> Result<Option<(StatementWithReports, StatementId)>> {
    let filter = StatementFilter { reports_min: Some(2), ..StatementFilter::default() };
    let page = list_statements(services, &filter, &PageRequest::new(1, None, &filter)?).await?;
    let Some(shared) = page.data.into_iter().next() else { return Ok(None) };
    let filter = StatementFilter { speaker: vec![Key::Id(shared.speaker.id)], ..StatementFilter::default() };
    let page = list_statements(services, &filter, &PageRequest::new(2, None, &filter)?).await?;
    let Some(other) = page.data.into_iter().find(|other| other.id != shared.id) else { return Ok(None) };
    Ok(Some((find_statement(services, shared.id).await?, other.id)))
}

/// One statement, with its reports and what was decided about it.
///
/// # Errors
/// [`NotFound`](Error::NotFound).
pub async fn find_statement(services: &Services, id: StatementId) -> Result<StatementWithReports> {
    find_statement_in(&mut services.database.connect().await?, id).await
}

async fn find_statement_in(connection: &mut Connection, id: StatementId) -> Result<StatementWithReports> {
    let statement = statements::find_statement(connection, id).await?;
    let rows = statements::list_reports(connection, id, SHOWN as i64).await?;
    let ids: Vec<QuoteId> = rows.iter().map(|row| row.quote_id).collect();
    let around = statements::list_surroundings(connection, &ids).await?;
    let mut decisions = decision_rows::list_decisions_about(connection, &ids).await?;
    decisions.extend(decision_rows::list_decisions_of_statement(connection, id).await?);
    decisions.sort_by_key(|decision| std::cmp::Reverse(decision.made_at));
    let mut seen = Vec::new();
    decisions.retain(|decision| {
        let is_new = !seen.contains(decision);
        if is_new {
            seen.push(decision.clone());
        }
        is_new
    });
    decisions.truncate(SHOWN);
    let compared: Vec<Report> = rows
        .iter()
        .map(|row| report_of(row.quote_id, row.kind, &row.text, &row.segments, around.get(&row.quote_id)))
        .collect();
    let lead = statement.quote_id;
    let show = move || rows.into_iter().enumerate().map(|(at, row)| shown(row, at, &compared, lead)).collect();
    let reports = tokio::task::spawn_blocking(show).await.map_err(Error::internal)?;
    Ok(StatementWithReports { statement, reports, decisions })
}

fn shown(row: ReportRow, at: usize, all: &[Report], lead: QuoteId) -> StatementReport {
    let earlier = &all[..at.min(COMPARED)];
    let closest = earlier.iter().map(|other| (other.id, provenance(other, &all[at])));
    // The first of the closest: it can have been copied from.
    let closest = closest.reduce(|best, next| if closeness(&next.1) > closeness(&best.1) { next } else { best });
    let origin = closest.map(|(of, found)| ReportProvenance {
        origin: origin(found.origin),
        of: QuoteId::from_bits(of.0),
        copied: rounded(found.copied),
        copied_around: rounded(found.copied_around),
    });
    StatementReport {
        most_verbatim: row.quote_id == lead && row.kind != QuoteKind::Indirect,
        quote_id: row.quote_id,
        article_id: row.article_id,
        outlet: row.outlet,
        published_on: row.published_on,
        kind: row.kind,
        text: row.text,
        reason: row.reason,
        like: row.like_id,
        score: row.score,
        parts: row.parts,
        provenance: origin,
    }
}

fn closeness(found: &Provenance) -> (u8, u32) {
    let kind = match found.origin {
        Origin::Echo => 2,
        Origin::SameWords => 1,
        Origin::Independent => 0,
    };
    (kind, ((found.copied + found.copied_around) * 1000.0) as u32)
}

fn origin(origin: Origin) -> ReportOrigin {
    match origin {
        Origin::Echo => ReportOrigin::Echo,
        Origin::SameWords => ReportOrigin::SameWords,
        Origin::Independent => ReportOrigin::Independent,
    }
}

/// Three decimals: more would claim a precision that is not there.
fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1000.0).round() / 1000.0
}

/// The parts of a score, as they are shown and kept.
fn parts_of(score: &Score) -> Vec<StatementScorePart> {
    let part = |part: &crate::statements::ScorePart| StatementScorePart {
        name: part.name.to_owned(),
        value: rounded(part.value),
        contribution: rounded(part.contribution),
    };
    score.parts.iter().map(part).collect()
}

/// Two wordings of a statement side by side.
///
/// # Errors
/// [`NotFound`](Error::NotFound); [`InvalidQuery`](Error::InvalidQuery) for a quote that does not report it.
pub async fn compare_reports(
    services: &Services,
    id: StatementId,
    compared: &ComparedQuotes,
) -> Result<StatementComparison> {
    let mut connection = services.database.connect().await?;
    let c = &mut connection;
    statements::find_statement(c, id).await?;
    let mut rows = statements::list_reports(c, id, i64::MAX).await?;
    let mut take = |quote: QuoteId, name: &str| {
        let place = rows.iter().position(|row| row.quote_id == quote);
        let refuse =
            || FieldError::parameter(name, "must be a quote that reports the statement, and another than the first");
        place.map(|place| rows.remove(place)).ok_or_else(|| Error::InvalidQuery(vec![refuse()]))
    };
    let (a, b) = (take(compared.a, "a")?, take(compared.b, "b")?);
    let around = statements::list_surroundings(c, &[a.quote_id, b.quote_id]).await?;
    let compare = move || {
        let report =
            |row: &ReportRow| report_of(row.quote_id, row.kind, &row.text, &row.segments, around.get(&row.quote_id));
        let found = score(&Reading::new(&a.text), &Reading::new(&b.text));
        StatementComparison {
            score: rounded(found.probability),
            parts: parts_of(&found),
            origin: origin(provenance(&report(&a), &report(&b)).origin),
            differences: differences(&a.text, &b.text),
            a: side(a),
            b: side(b),
        }
    };
    tokio::task::spawn_blocking(compare).await.map_err(Error::internal)
}

fn side(row: ReportRow) -> ComparedReport {
    let ReportRow { quote_id, article_id, outlet, kind, text, .. } = row;
    ComparedReport { quote_id, article_id, outlet, kind, text }
}

fn differences(a: &str, b: &str) -> Vec<WordingDifference> {
    let stretch = |text: &str, span: Option<Span>| {
        span.map(|Span { start, end }| TextSpan {
            text: text.chars().skip(start).take(end - start).collect(),
            start,
            end,
        })
    };
    let kind = |kind: DifferenceKind| match kind {
        DifferenceKind::Same => WordingDifferenceKind::Same,
        DifferenceKind::OtherWords => WordingDifferenceKind::OtherWords,
        DifferenceKind::Moved => WordingDifferenceKind::Moved,
        DifferenceKind::OnlyA => WordingDifferenceKind::OnlyA,
        DifferenceKind::OnlyB => WordingDifferenceKind::OnlyB,
    };
    let aligned = align(a, b).differences.into_iter();
    aligned
        .map(|found| WordingDifference { kind: kind(found.kind), a: stretch(a, found.a), b: stretch(b, found.b) })
        .collect()
}

/// A quote as the matching sees it, as far as its wording goes.
fn report_of(
    id: QuoteId,
    kind: QuoteKind,
    text: &str,
    segments: &[Segment],
    around: Option<&(String, String)>,
) -> Report {
    let (before, after) = around.cloned().unwrap_or_default();
    Report {
        id: ReportId(id.to_bits()),
        article: 0,
        outlet: String::new(),
        speaker: String::new(),
        text: text.to_owned(),
        kind,
        verbatim: verbatim(segments),
        said: None,
        published: None,
        zones: Vec::new(),
        before,
        after,
    }
}

/// Which characters of a quote's text stand in quotation marks: the text is its segments, joined by a space.
fn verbatim(segments: &[Segment]) -> Vec<Span> {
    let mut start = 0;
    let mut spans = Vec::new();
    for segment in segments {
        let end = start + (segment.end - segment.start);
        if segment.verbatim {
            spans.push(Span { start, end });
        }
        start = end + 1;
    }
    spans
}

/// The index of the report that shows best what was said: the most literal, or else the first.
fn lead_of(rows: &[ReportRow]) -> usize {
    if rows.len() < 2 {
        return 0;
    }
    let reports: Vec<Report> =
        rows.iter().map(|row| report_of(row.quote_id, row.kind, &row.text, &row.segments, None)).collect();
    most_verbatim(&reports.iter().collect::<Vec<_>>()).unwrap_or_default()
}
