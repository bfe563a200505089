//! Lines of a text, and the paragraphs that hard-wrapped lines make up.

use crate::extraction::source::first_byte;

/// A paragraph, a headline, a menu line: one run of lines that belong together, without the space around it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece<'a> {
    /// Its characters; newlines only where lines of one paragraph were wrapped.
    pub text: &'a str,
    /// Offset of its first byte.
    pub byte: usize,
    /// Offset of its first character.
    pub start: usize,
    /// Offset after its last character.
    pub end: usize,
    /// How many words it has, counting runs without white space.
    pub words: usize,
    /// Whether an empty line, or the start of the text, stands before it.
    pub gap_before: bool,
    /// Whether an empty line, or the end of the text, stands after it.
    pub gap_after: bool,
}

impl Piece<'_> {
    /// How many characters it has.
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether it is set apart by empty lines.
    pub fn is_isolated(&self) -> bool {
        self.gap_before && self.gap_after
    }
}

/// Lines shorter than this are never the first part of a wrapped paragraph.
const SHORTEST_WRAPPED: usize = 30;
/// Text that was wrapped for a terminal or a letter is not wider than this.
const WIDEST_WRAPPED: usize = 120;

/// Cuts a text into its pieces: lines, with hard-wrapped paragraphs put together again.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut run: Vec<Piece<'_>> = Vec::new();
    for line in lines(text) {
        if line.gap_before && !run.is_empty() {
            join_wrapped(text, &run, &mut pieces);
            run.clear();
        }
        run.push(line);
    }
    join_wrapped(text, &run, &mut pieces);
    pieces
}

/// The lines that are not empty, trimmed, with their offsets.
fn lines(text: &str) -> Vec<Piece<'_>> {
    let mut found: Vec<Piece<'_>> = Vec::new();
    let (mut byte, mut start, mut gap) = (0, 0, true);
    let mut previous_was_return = false;
    let mut rest = text;
    while !rest.is_empty() {
        let (raw, after) = rest.split_at(line_length(rest));
        rest = after;
        let trimmed = raw.trim_start_matches(is_blank);
        let lead = &raw[..raw.len() - trimmed.len()];
        let trimmed = trimmed.trim_end_matches(is_blank);
        // "\r\n" arrives here as two ends of line; the second one alone is no empty line.
        let half_of_a_line_end = previous_was_return && raw == "\n";
        previous_was_return = raw.ends_with('\r');
        if trimmed.is_empty() {
            if !half_of_a_line_end {
                gap = true;
                if let Some(last) = found.last_mut() {
                    last.gap_after = true;
                }
            }
        } else {
            let first = start + lead.chars().count();
            found.push(Piece {
                text: trimmed,
                byte: byte + lead.len(),
                start: first,
                end: first + trimmed.chars().count(),
                words: count_words(trimmed),
                gap_before: gap,
                gap_after: false,
            });
            gap = false;
        }
        byte += raw.len();
        start += raw.chars().count();
    }
    if let Some(last) = found.last_mut() {
        last.gap_after = true;
    }
    found
}

/// How many bytes the first line of a text has, its end included.
///
/// Lines end with a line feed, a carriage return, a vertical tab, a form feed, and U+0085, U+2028 or U+2029. They are looked for
/// in bytes, which is quicker than in characters.
fn line_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(next) = first_byte(&bytes[at..], |byte| matches!(byte, b'\n'..=b'\r' | 0xC2 | 0xE2)) {
        at += next;
        at += match &bytes[at..] {
            [b'\n'..=b'\r', ..] => return at + 1,
            [0xC2, 0x85, ..] => return at + 2,
            [0xE2, 0x80, 0xA8 | 0xA9, ..] => return at + 3,
            _ => 1,
        };
    }
    text.len()
}

/// The number of words, counting runs without white space.
fn count_words(line: &str) -> usize {
    if !line.is_ascii() {
        return line.split_whitespace().count();
    }
    let blank = |byte: u8| char::from(byte).is_whitespace();
    let starts = line.as_bytes().windows(2).filter(|pair| blank(pair[0]) && !blank(pair[1])).count();
    starts + usize::from(line.bytes().next().is_some_and(|first| !blank(first)))
}

/// White space, and the invisible characters that pages leave at the edges of lines.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}')
}

/// Puts the wrapped lines of one block together and appends the pieces.
fn join_wrapped<'a>(text: &'a str, run: &[Piece<'a>], pieces: &mut Vec<Piece<'a>>) {
    let widest = run.iter().map(Piece::len).max().unwrap_or(0);
    let goes_on = |a: &Piece<'_>, b: &Piece<'_>| {
        a.len() >= SHORTEST_WRAPPED && a.len() <= WIDEST_WRAPPED && !ends_sentence(a.text) && starts_lower(b.text)
    };
    let joints = run.len().saturating_sub(1);
    let soft = run.windows(2).filter(|pair| goes_on(&pair[0], &pair[1])).count();
    // Where a third of the lines go on in lower case, the block is wrapped, and a full line is not the end of a paragraph.
    let wrapped = soft > 0 && soft * 3 >= joints && widest <= WIDEST_WRAPPED;
    let mut from = 0;
    for at in 0..run.len() {
        let joined = run.get(at + 1).is_some_and(|next| {
            goes_on(&run[at], next)
                || (wrapped && run[at].len() * 10 >= widest * 7 && run[at].len() >= SHORTEST_WRAPPED)
        });
        if joined {
            continue;
        }
        let (first, last) = (run[from], run[at]);
        let end_byte = last.byte + last.text.len();
        pieces.push(Piece {
            text: &text[first.byte..end_byte],
            end: last.end,
            words: run[from..=at].iter().map(|line| line.words).sum(),
            gap_after: last.gap_after,
            ..first
        });
        from = at + 1;
    }
}

fn starts_lower(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_lowercase)
}

/// Whether a line ends as sentences do, quotation marks, brackets and emphasis set aside.
pub(crate) fn ends_sentence(text: &str) -> bool {
    const CLOSING: &[char] = &['"', '\'', '”', '’', '»', '“', ')', ']', '*', '_', '」', '』'];
    let mut bare = text.trim_end_matches(|c: char| c.is_whitespace() || CLOSING.contains(&c));
    // "… in 2008.[4]": the number of a note stands after the full stop.
    while text.ends_with(']')
        && let Some((before, _)) = bare.rsplit_once('[').filter(|(_, note)| note.chars().all(|c| c.is_ascii_digit()))
    {
        bare = before.trim_end_matches(|c: char| c.is_whitespace() || CLOSING.contains(&c));
    }
    bare.ends_with(['.', '!', '?', '…', '。', '！', '？', '؟', '۔', '।'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        pieces(text).iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn offsets_count_characters() {
        let text = "\u{feff}Été à Genève\r\n\r\n\tÀ suivre…\r\nfin";
        let chars: Vec<char> = text.chars().collect();
        for piece in pieces(text) {
            assert_eq!(chars[piece.start..piece.end].iter().collect::<String>(), piece.text);
            assert_eq!(&text[piece.byte..piece.byte + piece.text.len()], piece.text);
        }
        assert_eq!(texts(text), ["Été à Genève", "À suivre…", "fin"]);
    }

    #[test]
    fn lines_end_and_words_begin_wherever_they_do() {
        for end in ["\n", "\u{b}", "\u{c}", "\r", "\u{85}", "\u{2028}", "\u{2029}"] {
            for length in 0..100 {
                let line = "âa ".repeat(length);
                assert_eq!(line_length(&format!("{line}{end}{line}{end}")), line.len() + end.len());
                assert_eq!(line_length(&line), line.len());
            }
        }
        for length in 0..20 {
            let line: String = "ab c\u{1c}\t d".chars().cycle().take(length).collect();
            assert_eq!(count_words(&line), line.split_whitespace().count(), "{length}");
        }
    }

    #[test]
    fn a_crlf_is_one_end_of_line() {
        let found = pieces("One\r\nTwo\r\n\r\nThree");
        assert!(!found[1].gap_before && found[1].gap_after && found[2].is_isolated());
    }

    #[test]
    fn wrapped_lines_are_one_piece() {
        let text = "The two delegations met for a third day at the lakeside hotel, and the\n\
                    mediators shuttled between the rooms with a draft. The Norwegian envoy\n\
                    said that only two commas were open.\n\nA second paragraph.";
        assert_eq!(pieces(text).len(), 2);
    }

    #[test]
    fn a_list_of_headlines_is_not_a_paragraph() {
        let text = "Ministers to meet again in the spring over fishing\nWhat the new border means for farmers in the valley\n\
                    Envoy leaves without a word to waiting reporters";
        assert_eq!(pieces(text).len(), 3);
    }

    #[test]
    fn ends_of_sentences() {
        for text in ["It is over.", "\"Is it over?\"", "It is *over.*", "It is over.[12][3]", "终于结束了。"] {
            assert!(ends_sentence(text), "{text}");
        }
        for text in ["It is over", "It is over:", "It is [over]", "[1]", ""] {
            assert!(!ends_sentence(text), "{text}");
        }
    }

    #[test]
    fn nothing_but_newlines() {
        assert!(pieces("\n\r\n \t\n").is_empty());
        assert!(pieces("").is_empty());
    }
}
