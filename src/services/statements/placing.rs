//! Puts quotes into statements as they are written, in the transaction that writes them.
//!
//! Candidates are found by speaker, by the days on which a quote can have been said, and by the keys of its words; each
//! bound is a constant here. What people decided comes before whatever the words say.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::candidates::{find_candidates, prepare, read_of, window_of};
use super::gains::{Gained, with_gains};
use super::group::{Group, Placed, Standing, own_id};
use super::{COMPARED, lead_of, parts_of, rounded};
use crate::blocking;
use crate::error::{Error, Result};
use crate::models::{
    ActorId, ArticleId, Day, DecisionKind, Instant, Json, PlacedQuote, Quote, QuoteId, ReportReason, StatementId,
};
use crate::repository::Connection;
use crate::repository::statements::placing::{NewReport, StatementState};
use crate::repository::statements::{self, ReportRow, decisions, placing};
use crate::services::Services;
use crate::statements::{
    Constraints, PreparedReport, Reading, Reason, ReportId, StatementId as Known, StoredKeys, score,
};

/// Puts quotes into statements, anew where they report one; which they report now.
///
/// After they were written, with what they name, in the same transaction.
pub(in crate::services) async fn place_quotes(
    connection: &mut Connection,
    ids: &[QuoteId],
) -> Result<HashMap<QuoteId, StatementId>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let quotes = placing::list_placed_quotes(connection, ids).await?;
    let (before, mut work) = take_out(connection, ids, quotes.iter().filter_map(|quote| quote.actor).collect()).await?;
    let emptied: HashSet<StatementId> = if before.is_empty() {
        HashSet::new()
    } else {
        let left = placing::list_reports_of_statements(connection, &work.touched()).await?;
        let left: HashSet<StatementId> = left.into_iter().map(|report| report.statement_id).collect();
        work.states.values().map(|state| state.id).filter(|id| !left.contains(id)).collect()
    };
    // What a person closed keeps the reports that it has.
    let closed = |id: &StatementId| work.states.get(id).is_some_and(|state| state.is_closed);
    work.kept = before.iter().filter(|(_, statement)| closed(statement)).map(|(id, home)| (*id, *home)).collect();
    work.own = before.into_iter().filter(|(_, statement)| emptied.contains(statement)).collect();
    let has_decisions = decisions::have_people_decided(connection).await?;
    for round in rounds(quotes) {
        work.place(connection, round, has_decisions).await?;
    }
    work.finish(connection).await
}

/// Quotes by their speakers, in rounds: what somebody says in one article is all in one, and what they say in another may
/// report that and comes later.
fn rounds(quotes: Vec<PlacedQuote>) -> Vec<BTreeMap<ActorId, Vec<PlacedQuote>>> {
    let mut groups: BTreeMap<(ActorId, ArticleId), Vec<PlacedQuote>> = BTreeMap::new();
    for quote in quotes {
        if let Some(actor) = quote.actor {
            groups.entry((actor, quote.article_id)).or_default().push(quote);
        }
    }
    let mut rounds: Vec<BTreeMap<ActorId, Vec<PlacedQuote>>> = Vec::new();
    for ((actor, _), quotes) in groups {
        match rounds.iter_mut().find(|round| !round.contains_key(&actor)) {
            Some(round) => drop(round.insert(actor, quotes)),
            None => rounds.push(BTreeMap::from([(actor, quotes)])),
        }
    }
    rounds
}

/// Puts quotes into statements anew, as it is done where what they say is put right; which they report now.
///
/// # Errors
/// Only of the database.
pub async fn place_quotes_anew(services: &Services, ids: &[QuoteId]) -> Result<HashMap<QuoteId, StatementId>> {
    services.database.transaction(async |c| place_quotes(c, ids).await).await
}

/// Takes quotes out of their statements: before they are deleted, in the same transaction.
pub(in crate::services) async fn withdraw_quotes(connection: &mut Connection, ids: &[QuoteId]) -> Result<()> {
    let (_, work) = take_out(connection, ids, Vec::new()).await?;
    work.finish(connection).await.map(drop)
}

/// Names the statements that quotes report.
pub(in crate::services) fn name_statements(quotes: &mut [Quote], placed: &HashMap<QuoteId, StatementId>) {
    for quote in quotes {
        quote.statement_id = placed.get(&quote.id).copied();
    }
}

/// Makes others who write statements of these speakers wait, and takes the quotes out of those that they report.
async fn take_out(
    connection: &mut Connection,
    ids: &[QuoteId],
    mut speakers: Vec<ActorId>,
) -> Result<(HashMap<QuoteId, StatementId>, Work)> {
    let seen = statements::list_statements_of_quotes(connection, ids).await?;
    if !seen.is_empty() {
        speakers.extend(states_of(connection, &seen).await?.values().map(|state| state.actor_id));
    }
    placing::lock_speakers(connection, &speakers).await?;
    if seen.is_empty() {
        return Ok((seen, Work::default()));
    }
    // They may have been moved while this waited.
    let before = statements::list_statements_of_quotes(connection, ids).await?;
    let states = states_of(connection, &before).await?;
    placing::delete_reports(connection, ids).await?;
    let touched = states.keys().copied().collect();
    Ok((before, Work { states, touched, ..Work::default() }))
}

async fn states_of(
    connection: &mut Connection,
    of_quotes: &HashMap<QuoteId, StatementId>,
) -> Result<BTreeMap<StatementId, StatementState>> {
    let ids: BTreeSet<StatementId> = of_quotes.values().copied().collect();
    let states = placing::list_states(connection, &ids.into_iter().collect::<Vec<_>>()).await?;
    Ok(states.into_iter().map(|state| (state.id, state)).collect())
}

/// What a transaction does to statements.
#[derive(Debug, Default)]
pub(super) struct Work {
    /// Statements that are there, as they are or were.
    states: BTreeMap<StatementId, StatementState>,
    /// Those that may have lost reports: all of theirs are looked at again.
    touched: BTreeSet<StatementId>,
    /// What statements gained.
    gained: BTreeMap<StatementId, Vec<Gained>>,
    /// Those that this transaction made.
    created: BTreeSet<StatementId>,
    /// Statements of which all reports wait to be put somewhere, by each of these.
    own: HashMap<QuoteId, StatementId>,
    /// Quotes that report a closed statement.
    kept: HashMap<QuoteId, StatementId>,
    /// Where quotes were put.
    placed: HashMap<QuoteId, StatementId>,
}

impl Work {
    /// What is done to these statements elsewhere.
    pub(super) fn of(states: impl IntoIterator<Item = StatementState>) -> Self {
        let states: BTreeMap<_, _> = states.into_iter().map(|state| (state.id, state)).collect();
        Self { touched: states.keys().copied().collect(), states, ..Self::default() }
    }

    fn touched(&self) -> Vec<StatementId> {
        self.touched.iter().copied().collect()
    }

    /// Puts quotes into statements, of each speaker those in one article.
    async fn place(
        &mut self,
        connection: &mut Connection,
        round: BTreeMap<ActorId, Vec<PlacedQuote>>,
        has_decisions: bool,
    ) -> Result<()> {
        let speakers: Vec<ActorId> =
            round.iter().flat_map(|(actor, quotes)| std::iter::repeat_n(*actor, quotes.len())).collect();
        let quotes: Vec<PlacedQuote> = round.into_values().flatten().collect();
        let reports: HashMap<QuoteId, Gained> = quotes.iter().map(|quote| (quote.id, Gained::of(quote))).collect();
        let waiting = prepare(quotes).await?;
        let mut candidates = find_candidates(connection, &speakers, &waiting).await?;
        let mut constraints = Constraints::default();
        let mut decided = HashSet::new();
        if has_decisions {
            self.respect(connection, &waiting, &mut candidates, &mut constraints).await?;
        }
        let ids: BTreeSet<StatementId> = candidates.iter().flatten().copied().collect();
        let ids: Vec<StatementId> = ids.into_iter().collect();
        let new_ids: HashSet<StatementId> = waiting.iter().map(|report| own_id(report.report.id)).collect();
        let of_statements = async |c: &mut Connection| placing::list_reports_of_statements(c, &ids).await;
        let there = async |c: &mut Connection| {
            let asked: BTreeSet<StatementId> = ids.iter().chain(&new_ids).copied().collect();
            placing::list_states(c, &asked.into_iter().collect::<Vec<_>>()).await
        };
        let (of_statements, there) = connection.both(of_statements, there).await?;
        let taken: HashSet<StatementId> =
            there.iter().map(|state| state.id).filter(|id| new_ids.contains(id)).collect();
        if has_decisions {
            let all: Vec<QuoteId> = of_statements.iter().map(|report| report.quote_id).collect();
            let about = decisions::list_decisions_about(connection, &all).await?;
            decided.extend(about.iter().flat_map(|decision| [decision.quote_id, decision.other_id]).flatten());
            add_constraints(&mut constraints, &about);
        }
        for state in there.into_iter().filter(|state| ids.contains(&state.id)) {
            self.states.entry(state.id).or_insert(state);
        }
        let speaker_of: HashMap<ReportId, ActorId> =
            waiting.iter().map(|report| report.report.id).zip(speakers.iter().copied()).collect();
        for report in &waiting {
            if let Some(kept) = self.kept.get(&QuoteId::from_bits(report.report.id.0)) {
                constraints.pinned.entry(report.report.id).or_insert(Known(kept.to_bits()));
            }
        }
        // A statement has one speaker.
        constraints.pinned.retain(|report, Known(statement)| {
            let state = self.states.get(&StatementId::from_bits(*statement));
            speaker_of.get(report).is_none_or(|actor| state.is_none_or(|state| state.actor_id == *actor))
        });
        let speaker_of_own = self.speakers_of_own(&speakers, &waiting);
        let mut groups: BTreeMap<ActorId, Group> = BTreeMap::new();
        for ((report, actor), candidates) in waiting.iter().zip(&speakers).zip(candidates) {
            let group = groups.entry(*actor).or_insert_with(|| Group {
                constraints: constraints.clone(),
                taken: taken.clone(),
                ..Group::default()
            });
            let own = self.own.get(&QuoteId::from_bits(report.report.id.0)).copied();
            let own = own.filter(|own| speaker_of_own.get(own) == Some(actor));
            group.own.extend(own.map(|own| (report.report.id, own)));
            group.waiting.push(report.clone());
            group.candidates.push(candidates);
        }
        for (id, standing) in self.read_standing(connection, &ids, &of_statements, &decided).await? {
            let group = self.states.get(&id).and_then(|state| groups.get_mut(&state.actor_id));
            if let Some(group) = group {
                group.standing.insert(id, standing);
            }
        }
        // Groups stand in the order of the speakers, and so do their quotes.
        let place = move || groups.into_values().map(Group::place).collect();
        let placed = blocking::run(place).await.map_err(Error::internal)?;
        self.write(connection, &speakers, &waiting, &reports, placed).await
    }

    /// Whose the statements are from now on of which all reports wait: a statement has one speaker, and keeps its own if
    /// they still say one of its reports.
    fn speakers_of_own(&self, speakers: &[ActorId], waiting: &[PreparedReport]) -> HashMap<StatementId, ActorId> {
        let mut speaker_of = HashMap::new();
        for (actor, report) in speakers.iter().zip(waiting) {
            let Some(own) = self.own.get(&QuoteId::from_bits(report.report.id.0)) else { continue };
            let is_taken = self.placed.values().any(|home| home == own);
            let keeps = self.states.get(own).is_some_and(|state| state.actor_id == *actor);
            if !is_taken && (keeps || !speaker_of.contains_key(own)) {
                speaker_of.insert(*own, *actor);
            }
        }
        speaker_of
    }

    /// Statements with those of their reports that quotes are compared with.
    async fn read_standing(
        &self,
        connection: &mut Connection,
        ids: &[StatementId],
        of_statements: &[placing::ReportOfStatement],
        decided: &HashSet<QuoteId>,
    ) -> Result<BTreeMap<StatementId, Standing>> {
        let home_of: HashMap<QuoteId, StatementId> = read_of(of_statements, decided);
        let to_read: Vec<QuoteId> = home_of.keys().copied().collect();
        let read = prepare(placing::list_placed_quotes(connection, &to_read).await?).await?;
        let mut standing: BTreeMap<StatementId, Standing> = BTreeMap::new();
        for id in ids {
            let closed = self.states.get(id).is_some_and(|state| state.is_closed);
            standing.insert(*id, Standing { closed, reports: Vec::new() });
        }
        for report in read {
            let home = home_of.get(&QuoteId::from_bits(report.report.id.0));
            if let Some(standing) = home.and_then(|home| standing.get_mut(home)) {
                standing.reports.push(report);
            }
        }
        for standing in standing.values_mut() {
            standing.reports.sort_by_key(|report| (report.report.days(), report.report.id));
        }
        Ok(standing)
    }

    /// What people decided about quotes that wait, and the statements of the quotes that it was decided with.
    async fn respect(
        &mut self,
        connection: &mut Connection,
        waiting: &[PreparedReport],
        candidates: &mut [Vec<StatementId>],
        constraints: &mut Constraints,
    ) -> Result<()> {
        let ids: Vec<QuoteId> = waiting.iter().map(|report| QuoteId::from_bits(report.report.id.0)).collect();
        let about = decisions::list_decisions_about(connection, &ids).await?;
        add_constraints(constraints, &about);
        let partners: Vec<QuoteId> =
            about.iter().flat_map(|decision| [decision.quote_id, decision.other_id]).flatten().collect();
        let homes = statements::list_statements_of_quotes(connection, &partners).await?;
        let mut pinned: Vec<StatementId> = Vec::new();
        for (id, candidates) in ids.iter().zip(candidates) {
            for decision in &about {
                let partner = match (decision.quote_id, decision.other_id) {
                    (Some(one), other) if one == *id => other,
                    (one, Some(other)) if other == *id => one,
                    _ => continue,
                };
                candidates.extend(partner.and_then(|partner| homes.get(&partner)));
                if decision.kind == DecisionKind::Pinned {
                    candidates.extend(decision.statement_id);
                    pinned.extend(decision.statement_id);
                }
            }
        }
        for state in placing::list_states(connection, &pinned).await? {
            self.states.entry(state.id).or_insert(state);
        }
        Ok(())
    }

    async fn write(
        &mut self,
        connection: &mut Connection,
        speakers: &[ActorId],
        waiting: &[PreparedReport],
        as_gains: &HashMap<QuoteId, Gained>,
        placed: Vec<Placed>,
    ) -> Result<()> {
        let now = Instant::now();
        let mut new: BTreeMap<StatementId, StatementState> = BTreeMap::new();
        let mut reports = Vec::with_capacity(waiting.len());
        let mut merges = Vec::new();
        let mut homes = Vec::with_capacity(waiting.len());
        for of_speaker in placed {
            homes.extend(of_speaker.reports);
            merges.extend(of_speaker.merges);
        }
        for ((report, actor), (home, reason)) in waiting.iter().zip(speakers).zip(homes) {
            let quote_id = QuoteId::from_bits(report.report.id.0);
            let gained = *as_gains.get(&quote_id).ok_or_else(|| Error::internal("a quote that nobody placed"))?;
            if let Some(state) = self.states.get_mut(&home) {
                // It goes with its only report to whoever is known to say that.
                state.actor_id = *actor;
                self.gained.entry(home).or_default().push(gained);
            } else if let Entry::Vacant(place) = new.entry(home) {
                place.insert(new_state(home, *actor, quote_id, gained.sort_on, now));
            } else {
                self.gained.entry(home).or_default().push(gained);
            }
            self.placed.insert(quote_id, home);
            reports.push(report_row(report, *actor, home, reason));
        }
        placing::create_statements(connection, &new.values().cloned().collect::<Vec<_>>()).await?;
        self.created.extend(new.keys());
        self.states.append(&mut new);
        placing::create_reports(connection, &reports).await?;
        for merge in merges {
            let first = statements::list_reports(connection, merge.gone, 1).await?.pop();
            placing::move_reports(connection, merge.gone, merge.stays).await?;
            decisions::move_pins(connection, merge.gone, merge.stays).await?;
            if let Some(first) = first {
                let (reason, _, score) = told(Some(merge.reason));
                let like = Some(QuoteId::from_bits(merge.report.0));
                placing::update_reason(connection, first.quote_id, reason, like, score).await?;
            }
            self.placed.values_mut().filter(|home| **home == merge.gone).for_each(|home| *home = merge.stays);
            self.touched.extend([merge.gone, merge.stays]);
        }
        Ok(())
    }

    /// Brings what statements say of their reports up to date; those without any are gone.
    pub(super) async fn finish(self, connection: &mut Connection) -> Result<HashMap<QuoteId, StatementId>> {
        let counted = placing::count_reports(connection, &self.touched()).await?;
        let (mut gone, mut all_changed) = (Vec::new(), Vec::new());
        for id in &self.touched {
            let Some(state) = self.states.get(id) else { continue };
            let Some(&(count, sort_on)) = counted.get(id) else {
                gone.push(*id);
                continue;
            };
            let rows = statements::list_reports(connection, *id, COMPARED as i64).await?;
            mend_reasons(connection, &rows, count).await?;
            let Some(lead) = rows.get(lead_of(&rows)) else { continue };
            let changed = StatementState {
                lead_id: lead.quote_id,
                sort_on,
                reports: count,
                is_shared: count > 1,
                ..state.clone()
            };
            all_changed.push(changed);
        }
        placing::delete_statements(connection, &gone).await?;
        let gained = self.gained.iter().filter(|(id, _)| !self.touched.contains(id));
        let gained = gained.filter_map(|(id, gained)| Some((self.states.get(id)?, gained.as_slice())));
        all_changed.extend(with_gains(connection, gained).await?);
        // Of what this transaction made nobody has seen another version.
        for state in all_changed.iter_mut().filter(|state| !self.created.contains(&state.id)) {
            state.updated_at = Instant::now_after(state.updated_at);
            state.version += 1;
        }
        placing::update_statements(connection, all_changed).await?;
        Ok(self.placed)
    }
}

/// A report that was like one which is not there any more is like another, or is the first now.
async fn mend_reasons(connection: &mut Connection, rows: &[ReportRow], count: i64) -> Result<()> {
    let is_there = |id: QuoteId| rows.iter().any(|row| row.quote_id == id);
    let mut has_first = rows.iter().any(|row| row.reason == ReportReason::First);
    // Of very many it is not known here which are there.
    let is_whole = usize::try_from(count).is_ok_and(|count| count <= rows.len());
    for row in rows {
        let is_lost = is_whole && row.like_id.is_some_and(|like| !is_there(like));
        if row.reason == ReportReason::First && row.quote_id == rows[0].quote_id {
            continue;
        }
        if is_lost && !has_first {
            placing::update_reason(connection, row.quote_id, ReportReason::First, None, None).await?;
            has_first = true;
        } else if is_lost {
            let reading = Reading::new(&row.text);
            let others = rows.iter().filter(|other| other.quote_id != row.quote_id);
            let scores = others.map(|other| (other.quote_id, score(&reading, &Reading::new(&other.text))));
            let best = scores.max_by(|(_, a), (_, b)| a.probability.total_cmp(&b.probability));
            let Some((like, score)) = best else { continue };
            let score = Some((rounded(score.probability), parts_of(&score)));
            placing::update_reason(connection, row.quote_id, row.reason, Some(like), score).await?;
        }
    }
    Ok(())
}

pub(super) fn new_state(
    id: StatementId,
    actor_id: ActorId,
    lead_id: QuoteId,
    sort_on: Day,
    now: Instant,
) -> StatementState {
    StatementState {
        id,
        actor_id,
        lead_id,
        sort_on,
        reports: 1,
        is_shared: false,
        is_closed: false,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

type Score = Option<(f64, Vec<crate::models::StatementScorePart>)>;

/// Why a quote belongs to its statement, as it is kept.
fn told(reason: Option<Reason>) -> (ReportReason, Option<QuoteId>, Score) {
    match reason {
        None => (ReportReason::First, None, None),
        Some(Reason::Pinned) => (ReportReason::Pinned, None, None),
        Some(Reason::Together(ReportId(bits))) => (ReportReason::Together, Some(QuoteId::from_bits(bits)), None),
        Some(Reason::Likeness { report: ReportId(bits), score }) => {
            let kept = (rounded(score.probability), parts_of(&score));
            (ReportReason::Likeness, Some(QuoteId::from_bits(bits)), Some(kept))
        }
    }
}

fn report_row(
    report: &PreparedReport,
    actor_id: ActorId,
    statement_id: StatementId,
    reason: Option<Reason>,
) -> NewReport {
    let (reason, like_id, score) = told(reason);
    let (score, parts) = score.map_or((None, None), |(score, parts)| (Some(score), Some(Json(parts))));
    let days = window_of(report);
    NewReport {
        quote_id: QuoteId::from_bits(report.report.id.0),
        statement_id,
        actor_id,
        first_on: days.map(|days| Day(days.first)),
        last_on: days.map(|days| Day(days.last)),
        content: f64::from(report.reading.content()),
        keys: StoredKeys::of(&report.keys).to_string(),
        reason,
        like_id,
        score,
        parts,
    }
}

fn add_constraints(constraints: &mut Constraints, about: &[crate::models::StatementDecision]) {
    let report = |id: QuoteId| ReportId(id.to_bits());
    for decision in about {
        match (decision.kind, decision.quote_id, decision.other_id, decision.statement_id) {
            (DecisionKind::Together, Some(a), Some(b), _) => constraints.together.push((report(a), report(b))),
            (DecisionKind::Apart, Some(a), Some(b), _) => constraints.apart.push((report(a), report(b))),
            (DecisionKind::Pinned, Some(quote), _, Some(statement)) => {
                // The newest come first.
                constraints.pinned.entry(report(quote)).or_insert(Known(statement.to_bits()));
            }
            _ => {}
        }
    }
}
