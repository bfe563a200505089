//! Statements: which quotes report the same utterance, and how their wordings differ. Pure: quotes in, statements out.
//! No database, no clock, no HTTP, no randomness.
//!
//! ```text
//! lexicon     the word lists of data/lexicon/synonyms.toml
//! stems       inflected and derived forms of one word
//! words       a text as words: offsets, roots, meanings, numbers, negation, weight
//! report      a quote as it is seen here; when it was said
//! keys        what to store to find candidates among very many quotes, and their ranking
//! matching    which words of two texts correspond
//! score       how likely it is that two texts report one utterance, in named parts
//! alignment   two wordings side by side
//! clustering  a new report against the statements there are, within what people decided
//! echoes      who copied whom; who has the very words
//! ```
//!
//! `docs/statements.md` walks through an example.

mod alignment;
mod clustering;
mod echoes;
mod keys;
mod lexicon;
mod matching;
mod report;
mod score;
mod stems;
pub(crate) mod words;

pub use alignment::{Alignment, Difference, DifferenceKind, align};
pub use clustering::{Cluster, Constraints, Placement, Reason, Rules, Statement, can_match, cluster, place_report};
pub use echoes::{Origin, Provenance, most_verbatim, provenance};
pub use keys::{IndexKeys, KeyIndex, MAX_PER_KEY, ONE_SPEAKER, SIGNATURE_LENGTH, StoredKeys, rank_candidates};
pub use matching::Likeness;
pub use report::{Days, PreparedReport, Report, ReportId, StatementId};
pub use score::{PARTS, Reading, Score, ScorePart, score, score_among};
