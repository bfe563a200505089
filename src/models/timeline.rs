//! The timeline of a zone: what happened to it and what was said of it, day by day.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Agreement, DatePrecision, Day, Position, Quote, Transition};

/// What happened to an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AgreementEvent {
    /// It was signed.
    Signed,
    /// It came into force.
    InForce,
}

/// One entry of a zone's timeline; its `type` tells which. There may be others.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TimelineEntry {
    /// The zone's status changed.
    #[schema(title = "TransitionEntry")]
    Transition {
        /// The day; the first of the month or year where no more is known.
        on: Day,
        /// How exactly the day is known.
        precision: DatePrecision,
        /// What changed, and by what evidence.
        transition: Transition,
    },
    /// Something happened to an agreement on the zone.
    #[schema(title = "AgreementEntry")]
    Agreement {
        /// The day.
        on: Day,
        /// How exactly the day is known.
        precision: DatePrecision,
        /// What happened to it.
        event: AgreementEvent,
        /// The agreement, with its parties and where this can be read.
        agreement: Box<Agreement>,
    },
    /// Somebody took a stance on the zone.
    #[schema(title = "PositionEntry")]
    Position {
        /// The day.
        on: Day,
        /// How exactly the day is known.
        precision: DatePrecision,
        /// The stance, with the quote that takes it.
        position: Box<Position>,
    },
    /// Somebody said something else about the zone.
    #[schema(title = "QuoteEntry")]
    Quote {
        /// The day.
        on: Day,
        /// How exactly the day is known.
        precision: DatePrecision,
        /// What was said.
        quote: Box<Quote>,
    },
}

/// Which part of a timeline is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct TimelineFilter {
    /// Only what was on this day or later.
    #[param(example = "2017-05-01")]
    pub from: Option<Day>,
    /// Only what was on this day or earlier.
    #[param(example = "2017-12-31")]
    pub to: Option<Day>,
}
