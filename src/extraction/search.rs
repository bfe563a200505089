//! Finding many names in one pass over a text.

use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, Input, Match, MatchKind, StartKind};

/// Finds names where words begin, the longest at each place.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    automaton: AhoCorasick,
    /// Whether a name begins with this byte.
    firsts: Box<[bool; 256]>,
    /// The beginnings of the names as a set of bits: where none of them stands, nothing needs to be looked for.
    beginnings: Box<[u64; 1024]>,
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
        let mut firsts = Box::new([false; 256]);
        let mut beginnings = Box::new([0; 1024]);
        for name in names.iter().map(|name| name.as_ref().as_bytes()) {
            let short = || name.first_chunk().map(short_beginning);
            let (Some(first), Some((at, bit))) = (name.first(), name.first_chunk().map(beginning).or_else(short))
            else {
                continue;
            };
            let cases = if any_case { [first.to_ascii_lowercase(), first.to_ascii_uppercase()] } else { [*first; 2] };
            cases.into_iter().for_each(|first| firsts[usize::from(first)] = true);
            beginnings[at] |= bit;
        }
        Some(Self { automaton, firsts, beginnings })
    }

    /// The names in a text that begin and end with a word, in order and not overlapping.
    ///
    /// Names have two bytes at least.
    pub fn find_iter<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Match> + 't {
        self.find_at(text, beginnings(text))
    }

    /// The same where it is known where words may begin in the text: see [`beginnings`].
    pub fn find_at<'t>(
        &'t self,
        text: &'t str,
        beginnings: impl IntoIterator<Item = u32> + 't,
    ) -> impl Iterator<Item = Match> + 't {
        let bytes = text.as_bytes();
        let mut from = 0;
        beginnings.into_iter().filter_map(move |start| {
            let start = start as usize;
            // Two tables tell most of them apart.
            let may_begin =
                start >= from && self.firsts[usize::from(bytes[start])] && self.is_beginning(&bytes[start..]);
            if !may_begin || !is_border(text, start) {
                return None;
            }
            let here = Input::new(text).range(start..).anchored(Anchored::Yes);
            let found = self.automaton.try_find(here).ok()??;
            from = found.end();
            (!text[found.end()..].starts_with(char::is_alphanumeric)).then_some(found)
        })
    }

    fn is_beginning(&self, bytes: &[u8]) -> bool {
        let is_set = |(at, bit): (usize, u64)| self.beginnings[at] & bit != 0;
        bytes.first_chunk().is_some_and(|first| is_set(beginning(first)))
            || bytes.first_chunk().is_some_and(|first| is_set(short_beginning(first)))
    }
}

/// The bytes of a text at which words may begin: none of them stands behind a letter or a figure of ASCII, and none is a space.
pub(crate) fn beginnings(text: &str) -> Vec<u32> {
    let mut found = Vec::with_capacity(text.len() / 4);
    let mut may_begin = true;
    for (byte, at) in text.bytes().zip(0..) {
        if may_begin && byte != b' ' {
            found.push(at);
        }
        may_begin = !byte.is_ascii_alphanumeric();
    }
    found
}

/// Where the first four bytes of a name are kept among the beginnings; letter case is not told apart.
fn beginning(first: &[u8; 4]) -> (usize, u64) {
    place(u32::from_le_bytes(*first) | 0x2020_2020)
}

/// The same for names of two or three bytes.
fn short_beginning(first: &[u8; 2]) -> (usize, u64) {
    place(u32::from(u16::from_le_bytes(*first) | 0x2020))
}

fn place(key: u32) -> (usize, u64) {
    let hash = key.wrapping_mul(0x9e37_79b1) >> 16;
    ((hash / 64) as usize, 1 << (hash % 64))
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
