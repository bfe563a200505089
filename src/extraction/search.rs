//! Finding many names in one pass over a text.

use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, Input, Match, MatchKind, StartKind};

/// Names of more bytes than this together are searched with less memory and half the speed.
const MOST_BYTES_FOR_A_TABLE: usize = 128 * 1024;

/// Finds names where words begin, the longest at each place.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    automaton: AhoCorasick,
    /// The bytes with which the names begin: elsewhere nothing needs to be looked for.
    first: [bool; 256],
}

impl Names {
    /// Compiles names; `None` for a set that is too large.
    pub fn new(names: &[impl AsRef<str>], any_case: bool) -> Option<Self> {
        let bytes: usize = names.iter().map(|name| name.as_ref().len()).sum();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(StartKind::Anchored)
            .ascii_case_insensitive(any_case)
            .kind((bytes <= MOST_BYTES_FOR_A_TABLE).then_some(AhoCorasickKind::DFA))
            .build(names.iter().map(|name| name.as_ref()))
            .ok()?;
        let mut first = [false; 256];
        for byte in names.iter().filter_map(|name| name.as_ref().bytes().next()) {
            first[usize::from(byte)] = true;
            if any_case {
                first[usize::from(byte.to_ascii_lowercase())] = true;
                first[usize::from(byte.to_ascii_uppercase())] = true;
            }
        }
        Some(Self { automaton, first })
    }

    /// The names in a text that begin and end with a word, in order and not overlapping.
    pub fn find_iter<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Match> + 't {
        let bytes = text.as_bytes();
        let mut at = 0;
        std::iter::from_fn(move || {
            while let Some(ahead) = bytes.get(at..)?.iter().position(|byte| self.first[usize::from(*byte)]) {
                let start = at + ahead;
                at = start + 1;
                // In the middle of a word, or of a character, no name begins.
                if !text.is_char_boundary(start) || text[..start].ends_with(char::is_alphanumeric) {
                    continue;
                }
                let here = Input::new(text).range(start..).anchored(Anchored::Yes);
                let Ok(Some(found)) = self.automaton.try_find(here) else { continue };
                at = found.end().max(at);
                if !text[found.end()..].starts_with(char::is_alphanumeric) {
                    return Some(found);
                }
            }
            None
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[&str], any_case: bool, text: &str) -> Vec<String> {
        let names = Names::new(names, any_case).unwrap();
        names.find_iter(text).map(|found| text[found.range()].to_owned()).collect()
    }

    #[test]
    fn the_longest_name_at_a_word() {
        let names = ["Norland", "Norland's Foreign Ministry", "Berg", "Ålesund"];
        let text = "Norland's Foreign Ministry told Berg's aides in Norland, Ålesund, Bergen, Sundberg, XÅlesund and Åberg.";
        assert_eq!(found(&names, false, text), ["Norland's Foreign Ministry", "Berg", "Norland", "Ålesund"]);
    }

    #[test]
    fn in_any_case_where_that_is_asked_for() {
        assert_eq!(found(&["quiet zone"], true, "The Quiet Zone, unquiet zone, quiet zones"), ["Quiet Zone"]);
        assert!(found(&["quiet zone"], false, "The Quiet Zone").is_empty());
    }
}
