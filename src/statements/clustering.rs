//! Which reports are one statement: a new report against the statements there are, within what people decided.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::keys::rank_candidates;
use super::report::{Days, PreparedReport, ReportId, StatementId};
use super::score::{Context, Score, score, sorted_once};

/// How sure and how far apart; the defaults are what the measured figures hold for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// The probability from which a report joins a statement.
    pub join: f32,
    /// The same for two quotes of one article, which mostly says a thing once.
    pub join_in_article: f32,
    /// The probability with the fullest report of a statement below which it does not join, however like another it is.
    pub fullest: f32,
    /// The probability from which a report that belongs to two statements makes them one.
    pub merge: f32,
    /// How many days at most lie between two reports where either does not tell when it was said.
    pub window: i64,
    /// How many days at most lie between the days on which two reports say that it was said: time zones, and "on Monday
    /// night".
    pub window_told: i64,
    /// How many statements at most are looked at closely for one report.
    pub candidates: usize,
    /// How many reports of a statement at most are compared with one that comes.
    pub compared: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            join: 0.62,
            join_in_article: 0.85,
            fullest: 0.3,
            merge: 0.85,
            window: 3,
            window_told: 1,
            candidates: 32,
            compared: 8,
        }
    }
}

/// What people decided; the machine respects it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Constraints {
    /// Pairs that are one statement, whatever their words (a join).
    pub together: Vec<(ReportId, ReportId)>,
    /// Pairs that are never one statement (a split).
    pub apart: Vec<(ReportId, ReportId)>,
    /// Reports that belong to a statement, whatever comes (a pin).
    pub pinned: BTreeMap<ReportId, StatementId>,
}

impl Constraints {
    fn are_apart(&self, a: ReportId, b: ReportId) -> bool {
        self.apart.iter().any(|pair| *pair == (a, b) || *pair == (b, a))
    }

    fn are_together(&self, a: ReportId, b: ReportId) -> bool {
        self.together.iter().any(|pair| *pair == (a, b) || *pair == (b, a))
    }
}

/// A statement as it stands: its reports in order of appearance.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement<'a> {
    /// Its id.
    pub id: StatementId,
    /// Its reports, the first to appear first; never empty.
    pub reports: Vec<&'a PreparedReport>,
    /// Whether a person closed it: the machine adds nothing to it, and joins it with nothing.
    pub closed: bool,
}

/// Why a report belongs where it is put.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// It is like this report of the statement.
    Likeness {
        /// The report of the statement that it is most like.
        report: ReportId,
        /// How like it is.
        score: Score,
    },
    /// A person joined it with a report of the statement.
    Together(ReportId),
    /// A person pinned it there.
    Pinned,
}

/// Where a report belongs.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// The statement; `None` where it makes a new one.
    pub statement: Option<StatementId>,
    /// Why there; `None` where it makes a new one.
    pub reason: Option<Reason>,
    /// Statements that turn out to be the same as that one.
    pub merges: Vec<(StatementId, Reason)>,
}

/// Whether two reports can be of one utterance at all, by speaker and time.
#[must_use]
pub fn can_match(a: &PreparedReport, b: &PreparedReport, rules: &Rules) -> bool {
    let (a, b) = (&a.report, &b.report);
    if a.speaker != b.speaker || a.speaker.is_empty() {
        return false;
    }
    let (Some(a_days), Some(b_days)) = (a.days(), b.days()) else { return false };
    // "Some time in May" may be any day: it is no window.
    let is_known = |days: Days| days.uncertainty() <= rules.window;
    let window = if a.said.is_some() && b.said.is_some() { rules.window_told } else { rules.window };
    is_known(a_days) && is_known(b_days) && a_days.apart(b_days) <= window
}

/// Places a new report among the statements there are.
///
/// `siblings` are other quotes that came with it, mostly those of its article: what they talk about too tells nothing
/// of which of them a report is of. Pass every statement of the same speaker in the window, or the likeliest of them
/// ([`rank_candidates`]); more than [`Rules::candidates`] are not looked at.
///
/// It joins the statement with the likest report. If its words contradict a report of a statement, or are not like its
/// fullest one, it does not join that: a chain of small likenesses is no likeness.
#[must_use]
pub fn place_report(
    new: &PreparedReport,
    siblings: &[&PreparedReport],
    statements: &[Statement],
    constraints: &Constraints,
    rules: &Rules,
) -> Placement {
    let id = new.report.id;
    if let Some(statement) = constraints.pinned.get(&id) {
        return Placement { statement: Some(*statement), reason: Some(Reason::Pinned), merges: Vec::new() };
    }
    let may_join =
        |statement: &&Statement| !statement.reports.iter().any(|report| constraints.are_apart(id, report.report.id));
    let together = |statement: &Statement| {
        statement.reports.iter().map(|report| report.report.id).find(|other| constraints.are_together(id, *other))
    };
    let allowed: Vec<&Statement> = statements.iter().filter(may_join).collect();
    let mut found: Vec<(StatementId, Reason, f32)> = allowed
        .iter()
        .filter_map(|statement| together(statement).map(|report| (statement.id, Reason::Together(report), 1.0)))
        .collect();
    let by_people = found.len();
    let open: Vec<&Statement> = allowed
        .iter()
        .copied()
        .filter(|statement| !statement.closed && together(statement).is_none())
        .filter(|statement| statement.reports.iter().any(|report| can_match(new, report, rules)))
        .collect();
    let mut alike = likenesses(new, siblings, &open, rules);
    alike.sort_by(|x, y| y.2.total_cmp(&x.2).then(x.0.cmp(&y.0)));
    found.extend(alike);
    let mut found = found.into_iter();
    let Some((statement, reason, _)) = found.next() else {
        return Placement { statement: None, reason: None, merges: Vec::new() };
    };
    let mut merged: Vec<&Statement> = allowed.iter().copied().filter(|other| other.id == statement).collect();
    let mut merges = Vec::new();
    for (at, (other, reason, probability)) in found.enumerate() {
        let Some(other) = allowed.iter().copied().find(|candidate| candidate.id == other) else { continue };
        let is_apart = merged.iter().any(|one| are_apart(one, other, constraints));
        let is_closed = merged.iter().any(|one| one.closed) || other.closed;
        let said_by_people = at + 1 < by_people;
        if !is_apart && (said_by_people || (probability >= rules.merge && !is_closed)) {
            merges.push((other.id, reason));
            merged.push(other);
        }
    }
    Placement { statement: Some(statement), reason: Some(reason), merges }
}

fn are_apart(a: &Statement, b: &Statement, constraints: &Constraints) -> bool {
    let pinned = |statement: &Statement| {
        statement.reports.iter().any(|report| constraints.pinned.contains_key(&report.report.id))
    };
    let apart = a.reports.iter().any(|x| b.reports.iter().any(|y| constraints.are_apart(x.report.id, y.report.id)));
    // What a person put into two statements stays in two.
    apart || (pinned(a) && pinned(b))
}

/// The statements that the report is like enough to join, with the likest report of each.
fn likenesses(
    new: &PreparedReport,
    siblings: &[&PreparedReport],
    open: &[&Statement],
    rules: &Rules,
) -> Vec<(StatementId, Reason, f32)> {
    // A statement counts each word once, however many report it.
    let mut context = Context::default();
    let words: Vec<Cow<[u64]>> = open.iter().map(|statement| roots(&statement.reports)).collect();
    words.iter().for_each(|words| context.add(words));
    siblings
        .iter()
        .filter(|sibling| sibling.report.id != new.report.id)
        .for_each(|sibling| context.add(sibling.reading.roots()));
    let keys: Vec<_> = open.iter().map(|statement| &fullest(&statement.reports).keys).collect();
    let ranked = rank_candidates(&new.keys, &keys, rules.candidates);
    ranked.into_iter().filter_map(|at| likeness(new, open[at], &context, &words[at], rules)).collect()
}

/// The roots of all words with content, each once and sorted.
fn roots<'a>(reports: &[&'a PreparedReport]) -> Cow<'a, [u64]> {
    if let [only] = reports {
        return Cow::Borrowed(only.reading.roots());
    }
    Cow::Owned(sorted_once(reports.iter().flat_map(|report| report.reading.roots()).copied()))
}

fn fullest<'a>(reports: &[&'a PreparedReport]) -> &'a PreparedReport {
    let mut fullest = reports[0];
    for report in reports {
        if report.reading.content() > fullest.reading.content() {
            fullest = report;
        }
    }
    fullest
}

fn likeness(
    new: &PreparedReport,
    statement: &Statement,
    context: &Context,
    own: &[u64],
    rules: &Rules,
) -> Option<(StatementId, Reason, f32)> {
    let reading = new.reading.among(context, own);
    let fullest = fullest(&statement.reports);
    let compared =
        statement.reports.iter().copied().filter(|report| report.report.id != fullest.report.id).take(rules.compared);
    let mut best: Option<(&PreparedReport, Score)> = None;
    for report in [fullest].into_iter().chain(compared) {
        let score = score(&reading, &report.reading.among(context, own));
        let is_fullest = report.report.id == fullest.report.id;
        // Of a fuller report a short one tells another part; only where they tell the same part can they contradict
        // each other.
        let contradicts = score.contradicts && (is_fullest || score.cover >= 0.6);
        if contradicts || (is_fullest && score.probability < rules.fullest) {
            return None;
        }
        let same_article = report.report.article == new.report.article;
        let enough = if same_article { rules.join_in_article } else { rules.join };
        if score.probability < enough || !can_match(new, report, rules) {
            continue;
        }
        if best.as_ref().is_none_or(|(_, other)| score.probability > other.probability) {
            best = Some((report, score));
        }
    }
    let (report, score) = best?;
    let probability = score.probability;
    Some((statement.id, Reason::Likeness { report: report.report.id, score }, probability))
}

/// Some reports that are one statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Its id: that of the first report, unless one of its reports is pinned.
    pub id: StatementId,
    /// Indices of its reports, in order of appearance.
    pub reports: Vec<usize>,
    /// Why each but the first belongs to it, in the same order; and why other statements became one with it.
    pub reasons: Vec<Reason>,
}

/// Puts reports into statements, one after another as if they came in this order.
///
/// ```
/// # use onrecord::statements::{cluster, Constraints, Days, PreparedReport, Report, ReportId, Rules};
/// # use onrecord::models::text::QuoteKind;
/// let report = |id, outlet: &str, text: &str| PreparedReport::new(Report {
///     id: ReportId(id), article: id, outlet: outlet.into(), speaker: "calder".into(), text: text.into(), kind: QuoteKind::Direct,
///     verbatim: vec![], said: Some(Days::on(jiff::civil::date(2021, 1, 19))), published: None, zones: vec![],
///     before: String::new(), after: String::new(),
/// });
/// let reports = [
///     report(1, "Echo", "We have asked the army for 120 soldiers and two more pumps."),
///     report(2, "Radio", "the town had requested 120 troops and a pair of additional pumps from the military"),
///     report(3, "Radio", "340 households had been evacuated by noon"),
/// ];
/// let clusters = cluster(&reports, &Constraints::default(), &Rules::default());
/// assert_eq!(clusters.iter().map(|cluster| cluster.reports.clone()).collect::<Vec<_>>(), [vec![0, 1], vec![2]]);
///
/// let split = Constraints { apart: vec![(ReportId(1), ReportId(2))], ..Constraints::default() };
/// assert_eq!(cluster(&reports, &split, &Rules::default()).len(), 3);
/// ```
#[must_use]
pub fn cluster(reports: &[PreparedReport], constraints: &Constraints, rules: &Rules) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    for (at, report) in reports.iter().enumerate() {
        let siblings: Vec<&PreparedReport> = reports[at + 1..]
            .iter()
            .filter(|other| {
                other.report.article == report.report.article && other.report.speaker == report.report.speaker
            })
            .collect();
        let near = |cluster: &&Cluster| {
            let decided = |other: ReportId| constraints.are_together(report.report.id, other);
            cluster
                .reports
                .iter()
                .any(|other| can_match(report, &reports[*other], rules) || decided(reports[*other].report.id))
        };
        let statements: Vec<Statement> = clusters
            .iter()
            .filter(near)
            .map(|cluster| Statement {
                id: cluster.id,
                reports: cluster.reports.iter().map(|index| &reports[*index]).collect(),
                closed: false,
            })
            .collect();
        let placement = place_report(report, &siblings, &statements, constraints, rules);
        put(&mut clusters, at, report, placement);
    }
    clusters
}

fn put(clusters: &mut Vec<Cluster>, at: usize, report: &PreparedReport, placement: Placement) {
    let id = placement.statement.unwrap_or(StatementId(report.report.id.0));
    let Some(home) = clusters.iter().position(|cluster| cluster.id == id) else {
        clusters.push(Cluster { id, reports: vec![at], reasons: Vec::new() });
        return;
    };
    clusters[home].reports.push(at);
    clusters[home].reasons.extend(placement.reason);
    for (other, reason) in placement.merges {
        let Some(place) = clusters.iter().position(|cluster| cluster.id == other) else { continue };
        let gone = clusters.remove(place);
        let Some(home) = clusters.iter_mut().find(|cluster| cluster.id == id) else { continue };
        home.reports.extend(gone.reports);
        home.reports.sort_unstable();
        home.reasons.push(reason);
        home.reasons.extend(gone.reasons);
    }
}
