//! Positions: the stance of an actor on a zone, as a quote takes it.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ActorKey, ActorRef, ArticleId, Author, DatePrecision, Day, FieldError, Instant, PositionId, Quote, QuoteId, Review,
    Span, Stance, TextSpan, Validate, ZoneKey, ZoneRef,
};

/// What an actor thinks of a zone, or of the proposal for one, by what a quote says.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Position {
    /// Its id. It comes from the quote and the zone: read anew, a position has the same.
    pub id: PositionId,
    /// Who takes it: the speaker of the quote.
    pub actor: ActorRef,
    /// The zone that it is about.
    pub zone: ZoneRef,
    /// What the actor thinks of the zone.
    pub stance: Stance,
    /// The terms, in characters of the article: "if Damascus agrees". One that an attribution interrupts is two spans.
    pub conditions: Vec<TextSpan>,
    /// The day: that on which the quote was said, or else published; null where neither is known.
    #[schema(required)]
    pub on: Option<Day>,
    /// How exactly that is known.
    #[schema(required)]
    pub precision: Option<DatePrecision>,
    /// The day under which it is listed: that of its quote.
    pub listed_on: Day,
    /// The quote that says so.
    pub quote: Quote,
    /// The estimated probability that the machine read the stance right, from 0 to 1.
    #[schema(example = 0.83, minimum = 0, maximum = 1)]
    pub confidence: f64,
    /// The rules that led the machine there, by their names in `data/lexicon/stance.toml`.
    #[schema(example = json!(["may_be_possible", "condition:if"]))]
    pub why: Vec<String>,
    /// Whether a person has looked at it. What a person said stays, whatever the machine reads.
    pub review: Review,
    /// When it was first read.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Counts its changes, from 1.
    #[schema(example = 1, minimum = 1)]
    pub version: i64,
    /// The other stance that the actor took on the zone last before; absent unless `changed=true` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, no_recursion)]
    pub changed_from: Option<Box<Position>>,
}

/// A position with what people said about it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PositionWithReviews {
    /// The position.
    #[serde(flatten)]
    pub position: Position,
    /// What people said about it, the newest first, the first two hundred.
    pub reviews: Vec<PositionReview>,
}

/// What a person said about a position.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PositionReview {
    /// When.
    pub made_at: Instant,
    /// Who.
    pub made_by: Author,
    /// Why, in their words.
    #[schema(example = "He speaks of the plan, not of the war.", required)]
    pub reason: Option<String>,
    /// How it read before.
    pub before: PositionReading,
    /// How it reads since.
    pub after: PositionReading,
}

/// What a person may say about a position: how it reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PositionReading {
    /// What the actor thinks of the zone.
    pub stance: Stance,
    /// The terms, in characters of the article; in order, without overlap, each within a segment of the quote.
    #[schema(max_items = 20)]
    pub conditions: Vec<Span>,
    /// Whether a person has looked at it. A patch that changes the reading and not this makes it `corrected`; `machine`
    /// takes back what people said, and how the machine reads it stands again.
    pub review: Review,
}

/// How many conditions a position has at most.
const MOST_CONDITIONS: usize = 20;

impl Validate for PositionReading {
    fn validate(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if self.conditions.len() > MOST_CONDITIONS {
            errors.push(FieldError::at("/conditions", format!("must hold at most {MOST_CONDITIONS} conditions")));
        }
        let mut last_end = 0;
        for (index, span) in self.conditions.iter().enumerate() {
            if span.start >= span.end {
                errors.push(FieldError::at(format!("/conditions/{index}/end"), "must be greater than start"));
            }
            if span.start < last_end {
                let detail = "must not be before the end of the condition before";
                errors.push(FieldError::at(format!("/conditions/{index}/start"), detail));
            }
            last_end = span.end;
        }
        errors
    }
}

impl From<&Position> for PositionReading {
    fn from(position: &Position) -> Self {
        let conditions = position.conditions.iter().map(|span| Span { start: span.start, end: span.end });
        Self { stance: position.stance, conditions: conditions.collect(), review: position.review }
    }
}

/// How long ago the stance before a shift is at most, where nobody says.
const SHIFT_DAYS: i64 = 365;

/// Which positions a list holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct PositionFilter {
    /// Only positions of these actors: ids or slugs. Repeat it for "or".
    #[param(value_type = Vec<String>, example = json!(["sergey-lavrov"]))]
    pub actor: Vec<ActorKey>,
    /// Only positions on one of these zones, or a part of one: ids or slugs. Repeat it for "or".
    #[param(value_type = Vec<String>)]
    pub zone: Vec<ZoneKey>,
    /// Only these stances. Repeat it for "or".
    pub stance: Vec<Stance>,
    /// Only positions taken in these articles. Repeat it for "or".
    #[param(value_type = Vec<String>, format = "uuid")]
    pub article: Vec<ArticleId>,
    /// Only positions that these quotes take. Repeat it for "or".
    #[param(value_type = Vec<String>, format = "uuid")]
    pub quote: Vec<QuoteId>,
    /// Only positions listed under this day or later.
    pub from: Option<Day>,
    /// Only positions listed under this day or earlier.
    pub to: Option<Day>,
    /// Only positions in these states of review. Repeat it for "or".
    pub review: Vec<Review>,
    /// Only positions of which the machine is at least this sure, from 0 to 1.
    #[param(minimum = 0, maximum = 1)]
    pub min_confidence: Option<f64>,
    /// Whether to list only shifts: positions with another stance than the same actor took on the same zone before.
    /// Each shows that one as `changed_from`.
    #[param(default = false)]
    pub changed: Option<bool>,
    /// Of shifts, only those that came so many days at most after the stance before; 365 where it is left out.
    // Without `default`: clients would send it, also where they ask for no shifts.
    #[param(minimum = 1, maximum = 36500)]
    pub within_days: Option<i64>,
}

impl PositionFilter {
    /// Within how many days a shift must have come; `None` where all positions are asked for.
    #[must_use]
    pub fn shifts_within(&self) -> Option<i64> {
        (self.changed == Some(true)).then(|| self.within_days.unwrap_or(SHIFT_DAYS))
    }
}
