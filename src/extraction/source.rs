//! The text under work: characters by index, with the way back to the original string.

use std::borrow::Cow;

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
    /// For each character its first byte in the original, and the length of the original at the end.
    bytes: Vec<u32>,
}

impl<'a> Source<'a> {
    /// Indexes a text.
    pub fn new(text: &'a str) -> Self {
        let mut chars = Vec::with_capacity(text.len());
        let mut bytes = Vec::with_capacity(text.len() + 1);
        // Most characters are ASCII and stand in long runs, which are quicker to take at once.
        let mut at = 0;
        while at < text.len() {
            let run = text.as_bytes()[at..].iter().take_while(|byte| byte.is_ascii()).count();
            chars.extend(text.as_bytes()[at..at + run].iter().map(|byte| fold_ascii(*byte)));
            bytes.extend((at as u32..).take(run));
            at += run;
            let Some(c) = text[at..].chars().next() else { break };
            chars.push(fold(c));
            bytes.push(at as u32);
            at += c.len_utf8();
        }
        bytes.push(text.len() as u32);
        let as_it_is = text.bytes().all(|byte| byte.is_ascii() && !matches!(byte, b'\t' | b'`'));
        let folded = if as_it_is { Cow::Borrowed(text) } else { Cow::Owned(chars.iter().collect()) };
        Self { text, chars, folded, bytes }
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

fn fold_ascii(byte: u8) -> char {
    match byte {
        b'`' => '\'',
        b'\t' => ' ',
        other => char::from(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_count_characters_not_bytes() {
        let source = Source::new("Żółć „gęś”, 𝄞!");
        assert_eq!(source.slice(6, 9), "gęś");
        assert_eq!(source.slice(12, 13), "𝄞");
        assert_eq!(source.slice(12, 99), "𝄞!");
        assert_eq!(source.slice(99, 100), "");
    }
}
