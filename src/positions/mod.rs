//! Positions: the stance that a quote takes on a zone or a proposal. Pure: words in, a position out, or nothing. No
//! database, no clock, no HTTP, no randomness.
//!
//! ```text
//! lexicon   the rules of data/lexicon/stance.toml
//! reader    which rules fire in a text, what makes it conditional, and what that says together
//! ```
//!
//! It abstains rather than guesses: a quote that tells facts, or speaks for and against at once, takes no position
//! here.

mod lexicon;
mod reader;

pub use crate::models::text::Stance;

use crate::models::text::Span;

/// A stance with what tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Position {
    /// The stance.
    pub stance: Stance,
    /// The terms, in characters of the text: "if Damascus agrees".
    pub conditions: Vec<Span>,
    /// The estimated probability that the stance is right.
    pub confidence: f32,
    /// The rules that fired, by their names in the lexicon; `not:` before one that a negation turned round.
    pub why: Vec<String>,
}

/// Reads the stance that a quote takes.
///
/// `about` is where it names the zone or proposal; if that is empty, nouns such as "zone", "proposal" or "it" count as
/// what it is about. `others` is where it names somebody who is not the speaker and does not stand for them: what those
/// think is not the speaker's position.
///
/// Any string will do; spans that lie outside of it name nothing.
///
/// ```
/// use onrecord::positions::{Stance, read_position};
///
/// let text = "We could accept the buffer zone if both sides withdraw their artillery.";
/// let position = read_position(text, &[], &[]).unwrap();
/// assert_eq!(position.stance, Stance::SupportsWithConditions);
/// let condition: String = text.chars().skip(position.conditions[0].start).take(42).collect();
/// assert_eq!(condition, "if both sides withdraw their artillery.");
/// assert_eq!(read_position("The buffer zone is forty kilometres long.", &[], &[]), None);
/// ```
#[must_use]
pub fn read_position(text: &str, about: &[Span], others: &[Span]) -> Option<Position> {
    reader::read(text, about, others)
}
