//! Transitions: when a zone came to stand as it does, by what evidence, and who says so.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::validation::{check_name, check_url};
use super::{
    ActorKey, ActorRef, AgreementKey, AgreementRef, DatePrecision, Day, FieldError, Key, Lifecycle, QuoteId, ZoneStatus,
};

/// More transitions than this a zone cannot have.
const MOST_TRANSITIONS: usize = 200;

/// A change of a zone's status, as somebody has it.
///
/// Where sources give different days for one, each has a row of its own.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Transition {
    /// How the zone stood from then on.
    pub status: ZoneStatus,
    /// The day; the first of the month or year where no more is known.
    #[schema(example = "2017-05-06")]
    pub on: Day,
    /// How exactly the day is known.
    pub precision: DatePrecision,
    /// The agreement that is its evidence; null where it has been deleted since.
    #[schema(required)]
    pub agreement: Option<AgreementRef>,
    /// The quote that is its evidence; it may have been deleted since.
    #[schema(required)]
    pub quote: Option<QuoteId>,
    /// Who says so.
    #[schema(required)]
    pub said_by: Option<ActorRef>,
    /// Where it can be read.
    #[schema(example = "https://tass.com/politics/944911", required)]
    pub source: Option<String>,
    /// What is to be said about it.
    #[schema(required)]
    pub note: Option<String>,
    /// Whether another row gives the same change another day.
    pub contested: bool,
}

/// A change of a zone's status as a client writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTransition {
    /// How the zone stood from then on.
    pub status: ZoneStatus,
    /// The day; the first of the month or year where no more is known.
    #[schema(example = "2017-05-06")]
    pub on: Day,
    /// How exactly the day is known.
    #[serde(default = "day_precision")]
    #[schema(default = "day")]
    pub precision: DatePrecision,
    /// The agreement that is its evidence: id or slug.
    #[serde(default)]
    #[schema(example = "astana-memorandum-2017")]
    pub agreement: Option<AgreementKey>,
    /// The quote that is its evidence.
    #[serde(default)]
    pub quote: Option<QuoteId>,
    /// Who says so: id or slug of an actor.
    #[serde(default)]
    #[schema(example = "russia")]
    pub said_by: Option<ActorKey>,
    /// Where it can be read.
    #[serde(default)]
    #[schema(max_length = 2000, pattern = "^https?://[^/\\s\\x00-\\x1f\\x7f-\\x9f][^\\s\\x00-\\x1f\\x7f-\\x9f]*$")]
    pub source: Option<String>,
    /// What is to be said about it.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 300, pattern = "[^\\s\\x85]")]
    pub note: Option<String>,
}

fn day_precision() -> DatePrecision {
    DatePrecision::Day
}

impl From<&Transition> for NewTransition {
    fn from(transition: &Transition) -> Self {
        Self {
            status: transition.status,
            on: transition.on,
            precision: transition.precision,
            agreement: transition.agreement.as_ref().map(|agreement| Key::Id(agreement.id)),
            quote: transition.quote,
            said_by: transition.said_by.as_ref().map(|actor| Key::Id(actor.id)),
            source: transition.source.clone(),
            note: transition.note.clone(),
        }
    }
}

/// The first day of each status that has one in a [`Lifecycle`].
#[must_use]
pub(super) fn first_days<'a>(transitions: impl Iterator<Item = (ZoneStatus, Day)> + Clone + 'a) -> Lifecycle {
    let first =
        |wanted: ZoneStatus| transitions.clone().filter(|(status, _)| *status == wanted).map(|(_, day)| day).min();
    Lifecycle {
        proposed_on: first(ZoneStatus::Proposed),
        agreed_on: first(ZoneStatus::Agreed),
        in_force_on: first(ZoneStatus::InForce),
        ended_on: first(ZoneStatus::Ended),
    }
}

/// Refuses transitions that cannot be, each at its place.
pub(super) fn check_transitions(errors: &mut Vec<FieldError>, transitions: &[NewTransition]) {
    if transitions.len() > MOST_TRANSITIONS {
        errors.push(FieldError::at("/transitions", format!("must not be more than {MOST_TRANSITIONS}")));
    }
    for (index, transition) in transitions.iter().enumerate() {
        let place = |field: &str| format!("/transitions/{index}/{field}");
        let Day(on) = transition.on;
        let detail = match transition.precision {
            DatePrecision::Month if on.day() != 1 => {
                Some("must be the first day of its month where only that is known")
            }
            DatePrecision::Year if on.day_of_year() != 1 => Some("must be 1 January where only the year is known"),
            _ => None,
        };
        errors.extend(detail.map(|detail| FieldError::at(place("on"), detail)));
        check_url(errors, &place("source"), transition.source.as_deref());
        if let Some(note) = &transition.note {
            check_name(errors, &place("note"), note);
        }
    }
}

/// Puts transitions into the order of a zone's life, and marks those that contradict each other.
///
/// Two do where they give the same status different days, unless the zone had another status in between, or two agreements
/// brought it about: then it happened twice. A month does not contradict a day in it.
pub(crate) fn arrange(transitions: &mut [Transition]) {
    transitions.sort_by_key(|transition| (transition.on, transition.status));
    let contested: Vec<bool> = (0..transitions.len())
        .map(|at| (0..transitions.len()).any(|other| at != other && contradict(transitions, at, other)))
        .collect();
    for (transition, contested) in transitions.iter_mut().zip(contested) {
        transition.contested = contested;
    }
}

fn contradict(transitions: &[Transition], one: usize, other: usize) -> bool {
    let (Some(first), Some(second)) = (transitions.get(one.min(other)), transitions.get(one.max(other))) else {
        return false;
    };
    let agreements = first.agreement.as_ref().zip(second.agreement.as_ref());
    let between = |row: &Transition| row.status != first.status && first.on < row.on && row.on < second.on;
    first.status == second.status
        && last_day(first) < second.on.0
        && agreements.is_none_or(|(a, b)| a.id == b.id)
        && !transitions.iter().any(between)
}

/// The last day on which it can have been.
fn last_day(transition: &Transition) -> Date {
    let Day(on) = transition.on;
    match transition.precision {
        DatePrecision::Day => on,
        DatePrecision::Month => on.last_of_month(),
        DatePrecision::Year => on.last_of_year(),
    }
}
