//! Puts the quotes of one speaker in one article into statements, one after another: in memory, with all that bears on
//! it at hand.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::models::StatementId;
use crate::statements::{
    Constraints, PreparedReport, Reason, ReportId, Rules, Statement, StatementId as Known, place_report,
};

/// A statement as it stands.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// Whether a person closed it.
    pub(super) closed: bool,
    /// Its reports in order of appearance; of very many the fullest, the first ones, and those about which people
    /// decided.
    pub(super) reports: Vec<PreparedReport>,
}

/// The id of a statement whose first report this is: a UUIDv7 of the same time, and never that of the quote, by which who
/// takes one for the other would find something.
pub(super) fn own_id(ReportId(bits): ReportId) -> StatementId {
    /// Of the 62 bits by chance, every other one.
    const TURNED: u128 = 0x1555_5555_5555_5555;
    StatementId::from_bits(bits ^ TURNED)
}

/// Quotes that are to be put into statements, and what bears on it.
#[derive(Debug, Default)]
pub(super) struct Group {
    /// The quotes, in reading order.
    pub(super) waiting: Vec<PreparedReport>,
    /// For each of them the statements that it may report.
    pub(super) candidates: Vec<Vec<StatementId>>,
    /// These statements.
    pub(super) standing: BTreeMap<StatementId, Standing>,
    /// Statements that have no other report: a quote that reports no other goes on to report its own.
    pub(super) own: HashMap<ReportId, StatementId>,
    /// Of the ids that new statements of these quotes would have, those that others have.
    pub(super) taken: HashSet<StatementId>,
    /// What people decided.
    pub(super) constraints: Constraints,
}

/// What became of them.
#[derive(Debug, Default)]
pub(super) struct Placed {
    /// Which statement each of them reports, and why; in the order in which they waited.
    pub(super) reports: Vec<(StatementId, Option<Reason>)>,
    /// What turned out to be one statement, in order: that which is gone, that which stays, and which quote is why.
    pub(super) merges: Vec<Merge>,
}

/// Two statements that turned out to be one.
#[derive(Debug)]
pub(super) struct Merge {
    pub(super) gone: StatementId,
    pub(super) stays: StatementId,
    /// The report that is like both.
    pub(super) report: ReportId,
    pub(super) reason: Reason,
}

impl Group {
    pub(super) fn place(mut self) -> Placed {
        let rules = Rules::default();
        let mut placed = Placed::default();
        let mut used: BTreeSet<StatementId> = BTreeSet::new();
        for at in 0..self.waiting.len() {
            let found = self.place_one(at, &used, &rules);
            let report = self.waiting[at].report.id;
            // A statement goes on under its id where its only report says something else now.
            let own = self.own.remove(&report).filter(|own| !used.contains(own));
            let home = found.statement.map(|Known(bits)| StatementId::from_bits(bits));
            let home = home.or(own).unwrap_or_else(|| self.new_id(report));
            let standing = self.standing.entry(home).or_default();
            standing.reports.push(self.waiting[at].clone());
            used.insert(home);
            placed.reports.push((home, found.reason));
            for (Known(gone), reason) in found.merges {
                let gone = StatementId::from_bits(gone);
                let Some(other) = self.standing.remove(&gone) else { continue };
                let standing = self.standing.entry(home).or_default();
                standing.closed |= other.closed;
                standing.reports.extend(other.reports);
                standing.reports.sort_by_key(|report| (report.report.days(), report.report.id));
                used.remove(&gone);
                for candidates in &mut self.candidates {
                    candidates.iter_mut().filter(|id| **id == gone).for_each(|id| *id = home);
                }
                placed.merges.push(Merge { gone, stays: home, report, reason });
            }
        }
        placed
    }

    /// The id of a new statement, made from that of its first quote, so that who deletes a quote and brings it back, or imports it
    /// elsewhere, finds its statement under the same address.
    fn new_id(&self, report: ReportId) -> StatementId {
        let id = own_id(report);
        if self.taken.contains(&id) || self.standing.contains_key(&id) { StatementId::generate() } else { id }
    }

    fn place_one(&self, at: usize, used: &BTreeSet<StatementId>, rules: &Rules) -> crate::statements::Placement {
        let siblings: Vec<&PreparedReport> = self.waiting[at + 1..].iter().collect();
        let ids: BTreeSet<StatementId> = self.candidates[at].iter().chain(used).copied().collect();
        let statements: Vec<Statement> = ids
            .iter()
            .filter_map(|id| self.standing.get_key_value(id))
            .filter(|(_, standing)| !standing.reports.is_empty())
            .map(|(id, standing)| Statement {
                id: Known(id.to_bits()),
                reports: standing.reports.iter().collect(),
                closed: standing.closed,
            })
            .collect();
        place_report(&self.waiting[at], &siblings, &statements, &self.constraints, rules)
    }
}
