//! The text under work: characters by index, with the way back to the original string.

use std::borrow::Cow;

use super::search::beginnings;
use crate::models::text::TextSpan;

/// A text as characters.
///
/// `chars` is folded one to one (curly apostrophes to straight ones, odd spaces to plain ones), so that offsets into it are
/// offsets into the original.
#[derive(Debug)]
pub struct Source<'a> {
    /// The original.
    pub text: &'a str,
    /// The folded characters.
    pub chars: Vec<char>,
    /// The folded characters as a string.
    pub folded: Cow<'a, str>,
    /// Where words may begin in the folded string: see [`beginnings`].
    pub beginnings: Vec<u32>,
    /// For each character its first byte in the original, and the length of the original at the end.
    bytes: Vec<u32>,
}

impl<'a> Source<'a> {
    /// Indexes a text.
    pub fn new(text: &'a str) -> Self {
        let folded = replaced(text, |byte| matches!(byte, b'\t' | b'`'), fold);
        let mut chars = Vec::with_capacity(folded.len());
        for (run, other, _) in ascii_runs(&folded) {
            chars.extend(run.bytes().map(char::from));
            chars.extend(other);
        }
        let mut bytes = Vec::with_capacity(chars.len() + 1);
        for (run, other, at) in ascii_runs(text) {
            bytes.extend(at as u32..(at + run.len()) as u32);
            bytes.extend(other.map(|_| (at + run.len()) as u32));
        }
        bytes.push(text.len() as u32);
        Self { text, chars, beginnings: beginnings(&folded), folded, bytes }
    }

    /// The number of characters.
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// The original characters between two offsets; offsets beyond the end count as the end.
    pub fn slice(&self, start: usize, end: usize) -> &'a str {
        let end = end.min(self.len());
        let start = start.min(end);
        &self.text[self.bytes[start] as usize..self.bytes[end] as usize]
    }

    /// A span with its words.
    pub fn span(&self, start: usize, end: usize) -> TextSpan {
        TextSpan { text: self.slice(start, end).to_owned(), start, end }
    }

    /// The folded character at an offset, or a space beyond the ends.
    pub fn at(&self, index: usize) -> char {
        self.chars.get(index).copied().unwrap_or(' ')
    }

    /// The folded character before an offset, or a space at the start.
    pub fn before(&self, index: usize) -> char {
        index.checked_sub(1).map_or(' ', |index| self.at(index))
    }
}

/// One character for one: what differs only in print becomes equal.
pub fn fold(c: char) -> char {
    match c {
        '\u{2019}' | '\u{201b}' | '\u{2032}' | '\u{00b4}' | '`' | '\u{02bc}' => '\'',
        '\u{00a0}' | '\u{2007}' | '\u{202f}' | '\u{2009}' | '\u{200a}' | '\t' => ' ',
        '\u{2010}' | '\u{2011}' => '-',
        other => other,
    }
}

/// A text with one character for another.
///
/// Only characters beyond ASCII and the bytes that are `asked` about are looked at, which are few: the rest is copied in long runs.
pub(super) fn replaced(text: &str, asked: impl Fn(u8) -> bool, with: impl Fn(char) -> char) -> Cow<'_, str> {
    let mut out = String::new();
    let (mut at, mut copied) = (0, 0);
    while let Some(run) = first_byte(&text.as_bytes()[at..], |byte| !byte.is_ascii() | asked(byte)) {
        at += run;
        let Some(c) = text[at..].chars().next() else { break };
        let other = with(c);
        if other != c {
            if out.capacity() == 0 {
                out.reserve(text.len());
            }
            out.push_str(&text[copied..at]);
            out.push(other);
            copied = at + c.len_utf8();
        }
        at += c.len_utf8();
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// The place of the first byte that is `wanted`.
///
/// Processors compare many bytes with one instruction, if nothing hangs on the answer for each: so they are asked about in chunks.
pub(super) fn first_byte(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> Option<usize> {
    const CHUNK: usize = 32;
    let (chunks, _) = bytes.as_chunks::<CHUNK>();
    let has_none = |chunk: &&[u8; CHUNK]| !chunk.iter().fold(false, |any, byte| any | wanted(*byte));
    let from = chunks.iter().take_while(has_none).count() * CHUNK;
    bytes[from..].iter().position(|byte| wanted(*byte)).map(|at| from + at)
}

/// The runs of characters that `belong` to words, as `text.split(…)` gives them without the empty ones.
///
/// Characters are decoded only where they are not ASCII, which is quicker.
pub(super) fn runs(text: &str, belong: impl Fn(char) -> bool) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let mut start = at;
        while at < bytes.len() {
            let c = match bytes[at] {
                byte if byte.is_ascii() => char::from(byte),
                _ => text[at..].chars().next()?,
            };
            let belongs = belong(c);
            if !belongs && at > start {
                break;
            }
            at += c.len_utf8();
            if !belongs {
                start = at;
            }
        }
        (at > start).then(|| &text[start..at])
    })
}

/// The runs of ASCII characters in a text, which are quicker to take at once: each with the other character behind it, and the
/// offset of its first byte.
fn ascii_runs(text: &str) -> impl Iterator<Item = (&str, Option<char>, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let run = first_byte(rest.as_bytes(), |byte| !byte.is_ascii()).unwrap_or(rest.len());
        let other = rest[run..].chars().next();
        at += run + other.map_or(0, char::len_utf8);
        Some((&rest[..run], other, start))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_anything_to_replace_is_not_copied() {
        let folded = |text| replaced(text, |byte| matches!(byte, b'\t' | b'`'), fold);
        assert_eq!(folded("`Ida’s\tboat”`"), "'Ida's boat”'");
        assert!(matches!(folded("“Ida” 𝄞"), Cow::Borrowed(_)));
    }

    #[test]
    fn words_are_runs_of_letters() {
        let text = "“Ça va, Ida?” 2×the\u{a0}end—";
        let words: Vec<&str> = runs(text, char::is_alphabetic).collect();
        assert_eq!(words, ["Ça", "va", "Ida", "the", "end"]);
        let split = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        assert!(runs(text, char::is_alphanumeric).eq(split));
        assert_eq!(runs(" 12 —", char::is_alphabetic).count(), 0);
    }

    #[test]
    fn slices_count_characters_not_bytes() {
        let source = Source::new("Żółć „gęś”, 𝄞!");
        assert_eq!(source.slice(6, 9), "gęś");
        assert_eq!(source.slice(12, 13), "𝄞");
        assert_eq!(source.slice(12, 99), "𝄞!");
        assert_eq!(source.slice(99, 100), "");
    }
}
