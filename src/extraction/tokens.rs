//! Words and punctuation with their character offsets and word classes.

use std::cmp::Ordering;

use super::lexicon::{Bits, Entry, LEXICON, Spelling, class};
use super::source::Source;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Letters, with the hyphens, apostrophes and abbreviation dots inside.
    Word,
    /// Digits first.
    Number,
    /// `'s`, or the bare apostrophe after a plural.
    Possessive,
    /// Any other single character that is not white space.
    Punctuation(char),
}

/// A token.
#[derive(Debug, Clone, Copy)]
pub struct Token {
    /// Offset of the first character.
    pub start: usize,
    /// Offset after the last character.
    pub end: usize,
    /// Word, number or punctuation.
    pub kind: Kind,
    /// The bits of [`class`].
    pub classes: Bits,
    /// Whether it begins with a capital.
    pub capital: bool,
    /// Whether it begins with a small letter. Scripts without capitals have neither.
    pub small: bool,
    /// Whether it has at least two letters and all are capitals.
    pub all_capitals: bool,
    /// What the lexicon knows of the word.
    pub entry: Option<&'static Entry>,
    /// The first eight bytes of it in lower case: enough to compare most words.
    head: u64,
}

impl Token {
    /// Whether it belongs to one of the classes.
    pub fn is(&self, classes: Bits) -> bool {
        self.classes & classes != 0
    }

    /// Whether it is this punctuation character.
    pub fn is_char(&self, c: char) -> bool {
        self.kind == Kind::Punctuation(c)
    }

    /// Whether it is a word.
    pub fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }
}

/// Splits the characters from `start` to `end` and appends the tokens to `out`.
pub fn tokenize(source: &Source, start: usize, end: usize, out: &mut Vec<Token>) {
    let mut at = start;
    let mut lower = String::with_capacity(64);
    while at < end {
        let c = source.at(at);
        // An asterisk is what is left of italics: `*"…"*`.
        if c.is_whitespace() || c == '*' {
            at += 1;
        } else if matches!(c, '\'' | '\u{2018}') && at + 1 < end && source.at(at + 1) == c {
            // Two apostrophes are one quotation mark.
            out.push(plain(source, at, at + 2, Kind::Punctuation('"')));
            at += 2;
        } else if c.is_alphabetic() {
            let token = plain_word(source, at, end).unwrap_or_else(|| {
                let stop = word_end(source, at, end);
                word(source, at, stop, &mut lower)
            });
            at = token.end;
            out.push(token);
        } else if c.is_numeric() {
            let stop = number_end(source, at, end);
            out.push(plain(source, at, stop, Kind::Number));
            at = stop;
        } else if c == '\'' && is_possessive(source, at, end) {
            let stop = at + 2;
            out.push(plain(source, at, stop, Kind::Possessive));
            at = stop;
        } else {
            out.push(plain(source, at, at + 1, Kind::Punctuation(c)));
            at += 1;
        }
    }
}

fn plain(source: &Source, start: usize, end: usize, kind: Kind) -> Token {
    let mut lower = String::new();
    let head = match kind {
        // One character is its own head.
        Kind::Punctuation(c) if c.is_ascii() && end == start + 1 => u64::from(u32::from(c)),
        _ => {
            (start..end).take(8).for_each(|at| push_lower(source.at(at), &mut lower));
            head(&lower)
        }
    };
    Token { start, end, kind, classes: 0, capital: false, small: false, all_capitals: false, entry: None, head }
}

/// The first eight bytes of a word as a number.
fn head(lower: &str) -> u64 {
    match lower.as_bytes().first_chunk::<8>() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => lower.bytes().zip((0..64).step_by(8)).fold(0, |head, (byte, place)| head | u64::from(byte) << place),
    }
}

fn is_possessive(source: &Source, at: usize, end: usize) -> bool {
    source.before(at).is_alphanumeric()
        && at + 1 < end
        && matches!(source.at(at + 1), 's' | 'S')
        && (at + 2 >= end || !source.at(at + 2).is_alphanumeric())
}

/// Letters and digits; inside them hyphens, apostrophes (but not `'s`) and the dots of abbreviations.
fn word_end(source: &Source, start: usize, end: usize) -> usize {
    let mut at = start;
    // The part after the last hyphen: "R-N.J."
    let mut part = start;
    let reach = source.chars.get(..end).unwrap_or_default();
    while let Some(&c) = reach.get(at) {
        if c.is_ascii_alphanumeric() || (!c.is_ascii() && (c.is_alphanumeric() || is_mark(c))) {
            at += 1;
            continue;
        }
        let inside = at + 1 < end && source.at(at + 1).is_alphanumeric();
        let joins = match c {
            '\'' => inside && source.at(at + 1).is_alphabetic() && !is_possessive(source, at, end),
            '-' | '&' | '@' | '_' => inside,
            '.' => inside && single_letters(source, part, at),
            _ => false,
        };
        if !joins {
            break;
        }
        at += 1;
        if c == '-' {
            part = at;
        }
    }
    // The dot that closes an abbreviation belongs to it: "U.S.", "Gen.", the initial in "John F. Kennedy".
    if at < end && source.at(at) == '.' && (single_letters(source, part, at) || is_abbreviation(source, start, at)) {
        at += 1;
    }
    at
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}' | '\u{200d}' | '\u{00ad}')
}

/// Whether what stands before a dot is a run of single letters with dots: "U", "U.S".
fn single_letters(source: &Source, start: usize, dot: usize) -> bool {
    dot - start <= 12
        && (start..dot).all(|i| if (i - start).is_multiple_of(2) { source.at(i).is_alphabetic() } else { source.at(i) == '.' })
        && !(dot - start).is_multiple_of(2)
        // "I." ends a sentence more often than it shortens a name.
        && (dot - start > 1 || (source.at(start).is_uppercase() && source.at(start) != 'I'))
}

fn is_abbreviation(source: &Source, start: usize, dot: usize) -> bool {
    if dot - start > 6 {
        return false;
    }
    let mut lower = String::with_capacity(Spelling::ROOM);
    (start..=dot).for_each(|at| push_lower(source.at(at), &mut lower));
    let known = LEXICON.look_up(&lower).is_some_and(|entry| entry.classes & class::ABBREVIATION != 0);
    if !known || source.at(start).is_uppercase() {
        return known;
    }
    // "no." and "co." in lower case are more often a word at the end of a sentence.
    !matches!(
        lower.as_str(),
        "no."
            | "mt."
            | "est."
            | "ill."
            | "ind."
            | "mass."
            | "ore."
            | "wash."
            | "sun."
            | "mar."
            | "sat."
            | "fig."
            | "miss."
            | "del."
            | "pa."
            | "ark."
            | "mo."
            | "md."
            | "la."
            | "wed."
            | "mon."
            | "al."
            | "id."
    )
}

fn number_end(source: &Source, start: usize, end: usize) -> usize {
    let mut at = start;
    while at < end {
        let c = source.at(at);
        let inside = matches!(c, '.' | ',' | ':' | '-') && at + 1 < end && source.at(at + 1).is_alphanumeric();
        if !(c.is_alphanumeric() || inside) {
            break;
        }
        at += 1;
    }
    at
}

/// Reads a word of ASCII letters alone, with white space, a comma or the end behind it; nearly all words are such.
fn plain_word(source: &Source, start: usize, end: usize) -> Option<Token> {
    let reach = source.chars.get(start..end)?;
    let mut short = [0; Spelling::ROOM];
    let (mut letters, mut capitals) = (0, 0);
    for &c in reach {
        if !c.is_ascii_alphabetic() {
            if !matches!(c, ' ' | ',' | '\n' | '"') {
                return None;
            }
            break;
        }
        *short.get_mut(letters)? = c.to_ascii_lowercase() as u8;
        letters += 1;
        capitals += usize::from(c.is_ascii_uppercase());
    }
    let spelling = Spelling::from_bytes(&short);
    Some(classified(source, (start, start + letters), (letters, capitals), spelling.head(), Some(&spelling)))
}

fn word(source: &Source, start: usize, end: usize, lower: &mut String) -> Token {
    let chars = source.chars.get(start..end).unwrap_or_default();
    let (mut letters, mut capitals) = (0, 0);
    if chars.len() <= Spelling::ROOM && chars.iter().all(char::is_ascii) {
        let mut short = [0; Spelling::ROOM];
        for (byte, c) in short.iter_mut().zip(chars) {
            letters += usize::from(c.is_ascii_alphabetic());
            capitals += usize::from(c.is_ascii_uppercase());
            *byte = c.to_ascii_lowercase() as u8;
        }
        let spelling = Spelling::from_bytes(&short);
        return classified(source, (start, end), (letters, capitals), spelling.head(), Some(&spelling));
    }
    lower.clear();
    for &c in chars {
        letters += usize::from(c.is_alphabetic());
        capitals += usize::from(c.is_uppercase());
        push_lower(c, lower);
    }
    classified(source, (start, end), (letters, capitals), head(lower), Spelling::of(lower).as_ref())
}

/// The token of a word, with what the lexicon knows of its lower case. `letters` are without hyphens, dots and figures; so many of
/// them are `capitals`.
fn classified(
    source: &Source,
    (start, end): (usize, usize),
    (letters, capitals): (usize, usize),
    head: u64,
    lower: Option<&Spelling>,
) -> Token {
    let entry = lower.and_then(|lower| LEXICON.look_up_spelling(lower));
    let mut classes = entry.map_or(0, |entry| entry.classes);
    if (2..=3).contains(&letters) && capitals == letters {
        // "US", "IT", "WHO" are names.
        classes &= !(class::OBJECT_PRONOUN
            | class::SUBJECT_PRONOUN
            | class::RELATIVE
            | class::AUXILIARY
            | class::BE
            | class::DETERMINER);
    }
    let first = source.at(start);
    // "the baker", but "Mr Baker": there it is a name like any other.
    let entry = entry.filter(|entry| !(first.is_uppercase() && entry.classes == class::NOUN_OR_SURNAME));
    if classes & class::NOUN_OR_SURNAME != 0 && first.is_lowercase() {
        classes |= class::PERSON_NOUN;
    }
    Token {
        start,
        end,
        kind: Kind::Word,
        classes,
        capital: first.is_uppercase(),
        small: first.is_lowercase(),
        all_capitals: letters >= 2 && capitals == letters,
        entry,
        head,
    }
}

/// Appends a character in lower case, most often an ASCII one.
fn push_lower(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
    } else {
        out.extend(c.to_lowercase());
    }
}

/// The folded word of a token in lower case.
pub fn lower(source: &Source, token: &Token) -> String {
    let mut out = String::with_capacity(token.end - token.start);
    for i in token.start..token.end {
        push_lower(source.at(i), &mut out);
    }
    out
}

/// Whether a token is this word, given in lower case.
#[inline]
pub fn is_word(source: &Source, token: &Token, word: &str) -> bool {
    // Rules ask about many words in a row: most are told apart by their first byte, before anything is called.
    word.as_bytes().first() == Some(&(token.head as u8)) && rest_is_word(source, token, word)
}

fn rest_is_word(source: &Source, token: &Token, word: &str) -> bool {
    let length = token.end - token.start;
    // No word has more characters than bytes, and of ASCII it has as many: that and the first bytes decide most cases.
    match length.cmp(&word.len()) {
        Ordering::Equal => token.head == head(word) && (length <= 8 || same_letters(source, token, word)),
        Ordering::Greater => false,
        Ordering::Less => !word.is_ascii() && same_letters(source, token, word),
    }
}

fn same_letters(source: &Source, token: &Token, word: &str) -> bool {
    let lower = |c: char| if c.is_ascii() { Some(c.to_ascii_lowercase()) } else { c.to_lowercase().next() };
    let mut wanted = word.chars();
    (token.start..token.end).all(|at| lower(source.at(at)) == wanted.next()) && wanted.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let source = Source::new(text);
        let mut tokens = Vec::new();
        tokenize(&source, 0, source.len(), &mut tokens);
        tokens.iter().map(|token| source.slice(token.start, token.end).to_owned()).collect()
    }

    #[test]
    fn abbreviations_keep_their_dot() {
        assert_eq!(words("U.S. envoy Gen. J. Doe left."), ["U.S.", "envoy", "Gen.", "J.", "Doe", "left", "."]);
    }

    #[test]
    fn possessives_stand_alone_and_names_stay_whole() {
        assert_eq!(words("O’Hara’s plan wasn't al-Amin's"), ["O’Hara", "’s", "plan", "wasn't", "al-Amin", "'s"]);
    }

    #[test]
    fn numbers_keep_their_separators() {
        assert_eq!(words("$1,250.50, 14:30"), ["$", "1,250.50", ",", "14:30"]);
    }
}
