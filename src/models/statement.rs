//! Statements: one utterance each, as one or more articles report it.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ActorId, ActorKey, ActorRef, ArticleId, Author, DatePrecision, Day, FieldError, Instant, OutletId, OutletKey,
    OutletRef, QuoteId, QuoteKind, Segment, StatementId, TextSpan, Validate, ZoneId, ZoneKey, ZoneRef,
};

/// One utterance of one speaker, as one or more quotes report it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Statement {
    /// Its id.
    pub id: StatementId,
    /// Who speaks.
    pub speaker: ActorRef,
    /// What was said, in the words of the report that is most literal.
    #[schema(example = "We will be ready for such a conversation at any moment")]
    pub text: String,
    /// The quote that these words are of.
    pub quote_id: QuoteId,
    /// The day under which the first of its reports is listed: that on which it was said, or else published.
    pub reported_on: Day,
    /// How many quotes report it.
    #[schema(example = 2, minimum = 1)]
    pub report_count: i64,
    /// The outlets that report it, the first to do so first.
    pub outlets: Vec<OutletRef>,
    /// The zones that its reports name.
    pub zones: Vec<ZoneRef>,
    /// Whether a person closed it: the machine adds no report to it then.
    pub closed: bool,
    /// When it was made.
    pub created_at: Instant,
    /// When a report was last added, taken away or moved.
    pub updated_at: Instant,
    /// Counts its changes, from 1.
    #[schema(example = 1, minimum = 1)]
    pub version: i64,
}

/// A statement with its reports.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StatementWithReports {
    /// The statement.
    #[serde(flatten)]
    pub statement: Statement,
    /// Its reports in order of appearance, the first two hundred.
    pub reports: Vec<StatementReport>,
    /// What people decided about it and its reports, the newest first, the first two hundred.
    pub decisions: Vec<StatementDecision>,
}

/// How one article words a statement.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StatementReport {
    /// The quote.
    pub quote_id: QuoteId,
    /// The article that it stands in.
    pub article_id: ArticleId,
    /// Who published that; null where it is not known.
    #[schema(required)]
    pub outlet: Option<OutletRef>,
    /// When it was published.
    #[schema(required)]
    pub published_on: Option<Day>,
    /// How the words are reported.
    pub kind: QuoteKind,
    /// The words.
    #[schema(example = "they would be ready to talk at any time")]
    pub text: String,
    /// Whether it is the most literal of them: a direct quote that others agree with, then the longest, then the first.
    pub most_verbatim: bool,
    /// Why it belongs to the statement.
    pub reason: ReportReason,
    /// The report that it is most like; null where it was the first.
    #[schema(required)]
    pub like: Option<QuoteId>,
    /// How like that one it is: the estimated probability that both report one utterance. Null where no machine
    /// compared them.
    #[schema(required, minimum = 0, maximum = 1, example = 0.87)]
    pub score: Option<f64>,
    /// What the score comes from.
    pub parts: Vec<StatementScorePart>,
    /// Where its words come from, as far as the reports before it tell; null of the first.
    #[schema(required)]
    pub provenance: Option<ReportProvenance>,
}

/// Why a quote belongs to a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportReason {
    /// It was the first report.
    First,
    /// Its words are like those of another report.
    Likeness,
    /// A person joined it.
    Together,
    /// A person pinned it there.
    Pinned,
}

/// One of the numbers that a score comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StatementScorePart {
    /// What it measures.
    #[schema(example = "cover")]
    pub name: String,
    /// What it is here, mostly from 0 to 1.
    #[schema(example = 0.78)]
    pub value: f64,
    /// What it adds to the sum of which the logistic function makes the score.
    #[schema(example = 2.1)]
    pub contribution: f64,
}

/// Where the words of a report come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportOrigin {
    /// The reporter's own words are the same, too: one was copied from the other, or both from one wire.
    Echo,
    /// The speaker's words are the same, the reporter's are not.
    SameWords,
    /// Worded independently: another translation, or a report of its own.
    Independent,
}

/// Whether a report echoes an earlier one, and what tells.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReportProvenance {
    /// Where the words come from.
    pub origin: ReportOrigin,
    /// The earlier report that is closest to it.
    pub of: QuoteId,
    /// The share of the shorter content that stands word for word in the other, in runs of some length.
    #[schema(minimum = 0, maximum = 1, example = 0.92)]
    pub copied: f64,
    /// The same share of the words around the content.
    #[schema(minimum = 0, maximum = 1, example = 0.1)]
    pub copied_around: f64,
}

/// What a person decides about statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// Two quotes are one statement: a join.
    Together,
    /// Two quotes are never one statement: a split.
    Apart,
    /// A quote belongs to a statement, whatever comes.
    Pinned,
    /// The machine adds nothing to a statement.
    Closed,
}

/// What a person decided.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StatementDecision {
    /// What.
    pub kind: DecisionKind,
    /// The quote that it is about; null where it is about the statement.
    #[schema(required)]
    pub quote_id: Option<QuoteId>,
    /// The other quote, of two that are together or apart.
    #[schema(required)]
    pub other_id: Option<QuoteId>,
    /// The statement, of a pin or where it was closed.
    #[schema(required)]
    pub statement_id: Option<StatementId>,
    /// When.
    pub made_at: Instant,
    /// Who.
    pub made_by: Author,
    /// Why, in their words.
    #[schema(required)]
    pub reason: Option<String>,
}

/// Which statements a list holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct StatementFilter {
    /// Only statements of these actors: ids or slugs. Repeat it for "or".
    #[param(value_type = Vec<String>, example = json!(["sergey-lavrov"]))]
    pub speaker: Vec<ActorKey>,
    /// Only statements of which a report names one of these zones, or a part of one: ids or slugs. Repeat it for "or".
    #[param(value_type = Vec<String>)]
    pub zone: Vec<ZoneKey>,
    /// Only statements that one of these outlets reports: ids or slugs. Repeat it for "or".
    #[param(value_type = Vec<String>)]
    pub outlet: Vec<OutletKey>,
    /// Only statements first reported under this day or later.
    pub from: Option<Day>,
    /// Only statements first reported under this day or earlier.
    pub to: Option<Day>,
    /// Only statements with at least so many reports: 2 for those that several quotes report.
    #[param(minimum = 1, maximum = 1000, example = 2)]
    pub reports_min: Option<i64>,
}

/// Which quotes a statement loses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSplit {
    /// Quotes that report it and are to be a statement of their own.
    #[schema(min_items = 1, max_items = 100)]
    pub quotes: Vec<QuoteId>,
}

/// With which statement one becomes one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewJoin {
    /// The other statement, which is gone afterwards.
    pub statement: StatementId,
}

/// What holds for a statement whatever comes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPin {
    /// Quotes of its speaker that belong to it: those that report another statement are moved here.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub quotes: Vec<QuoteId>,
    /// Whether they are pinned; false takes earlier pins of them back.
    #[serde(default = "pinned")]
    #[schema(default = true)]
    pub pinned: bool,
    /// Whether the statement is closed: the machine adds nothing to it then. As it is where this is left out.
    #[serde(default)]
    pub closed: Option<bool>,
}

fn pinned() -> bool {
    true
}

/// How many quotes one decision names at most.
const MOST_QUOTES: usize = 100;

fn check_quotes(quotes: &[QuoteId], least: usize) -> Vec<FieldError> {
    let bounds = least..=MOST_QUOTES;
    if bounds.contains(&quotes.len()) {
        return Vec::new();
    }
    vec![FieldError::at("/quotes", format!("must hold {least} to {MOST_QUOTES} quotes"))]
}

impl Validate for NewSplit {
    fn validate(&self) -> Vec<FieldError> {
        check_quotes(&self.quotes, 1)
    }
}

impl Validate for NewPin {
    fn validate(&self) -> Vec<FieldError> {
        check_quotes(&self.quotes, 0)
    }
}

/// Which two quotes are compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ComparedQuotes {
    /// A quote that reports the statement.
    #[param(value_type = String, format = "uuid", example = "01970000-0000-7000-8000-000000000001")]
    pub a: QuoteId,
    /// Another one.
    #[param(value_type = String, format = "uuid", example = "01970000-0000-7000-8000-000000000002")]
    pub b: QuoteId,
}

/// Two wordings of a statement side by side.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StatementComparison {
    /// The first report.
    pub a: ComparedReport,
    /// The second report.
    pub b: ComparedReport,
    /// How like each other they are by themselves.
    #[schema(minimum = 0, maximum = 1, example = 0.87)]
    pub score: f64,
    /// What the score comes from.
    pub parts: Vec<StatementScorePart>,
    /// Where the words of the later one come from.
    pub origin: ReportOrigin,
    /// Every word of either, in stretches, in the order of the first; what only the second has, where it stands there.
    pub differences: Vec<WordingDifference>,
}

/// One of two reports that are compared.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ComparedReport {
    /// The quote.
    pub quote_id: QuoteId,
    /// The article that it stands in.
    pub article_id: ArticleId,
    /// Who published that; null where it is not known.
    #[schema(required)]
    pub outlet: Option<OutletRef>,
    /// How the words are reported.
    pub kind: QuoteKind,
    /// The words; offsets of the differences are into them.
    pub text: String,
}

/// What a stretch of a report is to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WordingDifferenceKind {
    /// The same words.
    Same,
    /// Other words at the same place: another form, a synonym, or a passage put differently.
    OtherWords,
    /// The same or like words at another place.
    Moved,
    /// Only the first report has it: the second left it out.
    OnlyA,
    /// Only the second report has it.
    OnlyB,
}

/// A stretch of one report and what stands for it in the other.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WordingDifference {
    /// What the stretches are to each other.
    pub kind: WordingDifferenceKind,
    /// The stretch of the first report, in characters of its text; null where it has nothing.
    #[schema(required)]
    pub a: Option<TextSpan>,
    /// The stretch of the second report; null where it has nothing.
    #[schema(required)]
    pub b: Option<TextSpan>,
}

/// A quote as it is put into a statement.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedQuote {
    /// Its id.
    pub id: QuoteId,
    /// The article that it stands in.
    pub article_id: ArticleId,
    /// Who published that.
    pub outlet: Option<OutletId>,
    /// Who speaks.
    pub actor: Option<ActorId>,
    /// How the words are reported.
    pub kind: QuoteKind,
    /// The words.
    pub text: String,
    /// The characters of the article that they are.
    pub segments: Vec<Segment>,
    /// When it was said, as far as the text tells, and how exactly.
    pub said: Option<(Day, DatePrecision)>,
    /// When it was published, and how exactly that is known.
    pub published: Option<(Day, DatePrecision)>,
    /// The day under which it is listed.
    pub sort_on: Day,
    /// The day under which its article is listed.
    pub article_day: Day,
    /// The zones that it names.
    pub zones: Vec<ZoneId>,
}
