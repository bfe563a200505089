//! Finding many names in one pass over a text.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// Names of more bytes than this together are searched with less memory and half the speed.
const MOST_BYTES_FOR_A_TABLE: usize = 128 * 1024;

/// Compiles an automaton that finds the longest name at each place; a pattern set that is too large finds nothing.
pub(crate) fn names(patterns: &[impl AsRef<str>], any_case: bool) -> Option<AhoCorasick> {
    let bytes: usize = patterns.iter().map(|pattern| pattern.as_ref().len()).sum();
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(any_case)
        .kind((bytes <= MOST_BYTES_FOR_A_TABLE).then_some(AhoCorasickKind::DFA))
        .build(patterns.iter().map(|pattern| pattern.as_ref()))
        .ok()
}
