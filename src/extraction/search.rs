//! Finding many names in one pass over a text.

use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, Input, Match, MatchKind, StartKind};

/// Finds names where words begin, the longest at each place.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    automaton: AhoCorasick,
    /// Whether a name begins with these two bytes, a bit each: elsewhere nothing needs to be looked for.
    beginnings: Vec<u64>,
}

impl Names {
    /// Compiles names; `None` for a set that is too large.
    pub fn new(names: &[impl AsRef<str>], any_case: bool) -> Option<Self> {
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(StartKind::Anchored)
            .ascii_case_insensitive(any_case)
            // Searches are few and short, one at a word: a small automaton that stays in the cache is the quicker one.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(names.iter().map(|name| name.as_ref()))
            .ok()?;
        let mut beginnings = vec![0; 1024];
        for pair in names.iter().filter_map(|name| name.as_ref().as_bytes().first_chunk::<2>()) {
            let cases =
                |byte: u8| if any_case { [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()] } else { [byte; 2] };
            for (first, second) in
                cases(pair[0]).into_iter().flat_map(|first| cases(pair[1]).map(|second| (first, second)))
            {
                let at = usize::from(u16::from_be_bytes([first, second]));
                beginnings[at / 64] |= 1 << (at % 64);
            }
        }
        Some(Self { automaton, beginnings })
    }

    /// The names in a text that begin and end with a word, in order and not overlapping.
    ///
    /// Names have two bytes at least.
    pub fn find_iter<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Match> + 't {
        let mut from = 0;
        std::iter::from_fn(move || {
            loop {
                let start = from + self.next_beginning(text.as_bytes().get(from..)?)?;
                from = start + 1;
                // In the middle of a word, or of a character, no name begins.
                if !is_border(text, start) {
                    continue;
                }
                let here = Input::new(text).range(start..).anchored(Anchored::Yes);
                let Ok(Some(found)) = self.automaton.try_find(here) else { continue };
                from = found.end().max(from);
                if !text[found.end()..].starts_with(char::is_alphanumeric) {
                    return Some(found);
                }
            }
        })
    }

    /// The first place at which a name may begin, by its two first bytes.
    fn next_beginning(&self, bytes: &[u8]) -> Option<usize> {
        bytes.windows(2).position(|pair| {
            let at = usize::from(u16::from_be_bytes([pair[0], pair[1]]));
            self.beginnings[at / 64] & 1 << (at % 64) != 0
        })
    }
}

/// Whether a word may begin at a byte.
fn is_border(text: &str, at: usize) -> bool {
    match at.checked_sub(1).map(|before| text.as_bytes()[before]) {
        None => true,
        Some(before) if before.is_ascii() => !before.is_ascii_alphanumeric(),
        Some(_) => text.is_char_boundary(at) && !text[..at].ends_with(char::is_alphanumeric),
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
        let text =
            "Norland's Foreign Ministry told Berg's aides in Norland, Ålesund, Bergen, Sundberg, XÅlesund and Åberg.";
        assert_eq!(found(&names, false, text), ["Norland's Foreign Ministry", "Berg", "Norland", "Ålesund"]);
    }

    #[test]
    fn in_any_case_where_that_is_asked_for() {
        assert_eq!(found(&["quiet zone"], true, "The Quiet Zone, unquiet zone, quiet zones"), ["Quiet Zone"]);
        assert!(found(&["quiet zone"], false, "The Quiet Zone").is_empty());
    }
}
