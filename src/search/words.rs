//! The words of a text as the index knows them: folded, stemmed, each with its place.
//!
//! Texts, queries and highlights all go through [`for_each_word`], or a hit could not show why it is one.

use frostem::{Algorithm, Stemmer};
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Longer words are cut: nobody types more, and a term has to fit the index.
const MAX_WORD_CHARS: usize = 64;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Without case and accents.
    pub folded: String,
    /// Offset of its first character.
    pub start: usize,
    /// Offset after its last character.
    pub end: usize,
}

/// The words of a text in order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    for_each_word(text, |folded, start, end| found.push(Word { folded: folded.to_owned(), start, end }));
    found
}

/// What words of one meaning have in common.
pub(super) struct Stems(Stemmer);

impl Stems {
    pub(super) fn new() -> Self {
        Self(Stemmer::new(Algorithm::English))
    }

    pub(super) fn stem(&self, folded: &str) -> String {
        self.0.stem(folded).into_owned()
    }
}

/// Calls `visit` with each word: folded, and the offsets of its first character and after its last (Unicode scalar values).
///
/// A word is a run of letters and digits. An apostrophe inside is left out (`Ja'afari`), and so is the `'s` at the end; `l'` and
/// `d'` are words of their own (`L'Orient`). Single letters with points between them are one word (`U.S.`). A Chinese or
/// Japanese character is a word.
pub(super) fn for_each_word(text: &str, mut visit: impl FnMut(&str, usize, usize)) {
    let mut word = Open::default();
    let mut characters = text.chars().enumerate().peekable();
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().map(|(_, c)| *c);
        if is_ideograph(c) {
            word.close(&mut visit);
            word.push(c, at);
            word.close(&mut visit);
        } else if c.is_alphanumeric() {
            word.push(c, at);
        } else if is_combining_mark(c) {
            word.extend(at);
        } else if is_apostrophe(c) && next.is_some_and(char::is_alphanumeric) && word.joins_at_apostrophe() {
            word.apostrophe = Some(word.folded.len());
        } else if c == '.' && next.is_some_and(char::is_alphabetic) && word.is_initials {
            // Whether the letter is one of its own is only known from what follows it.
            let mut ahead = characters.clone();
            ahead.next();
            if ahead.peek().is_some_and(|(_, c)| c.is_alphanumeric()) {
                word.close(&mut visit);
            } else if let Some((at, letter)) = characters.next() {
                word.push_initial(letter, at);
            }
        } else {
            word.close(&mut visit);
        }
    }
    word.close(&mut visit);
}

/// The word that is being read.
#[derive(Default)]
struct Open {
    folded: String,
    characters: usize,
    start: usize,
    end: usize,
    /// The length at the last apostrophe.
    apostrophe: Option<usize>,
    /// One letter, or letters with points between them.
    is_initials: bool,
}

impl Open {
    fn push(&mut self, c: char, at: usize) {
        if self.end == 0 {
            self.start = at;
        }
        self.is_initials = self.end == 0 && c.is_alphabetic();
        self.append(c, at);
    }

    fn push_initial(&mut self, c: char, at: usize) {
        self.append(c, at);
    }

    fn append(&mut self, c: char, at: usize) {
        self.end = at + 1;
        self.characters += 1;
        if self.characters <= MAX_WORD_CHARS {
            fold_into(&mut self.folded, c);
        }
    }

    /// A mark that belongs to the letter before it.
    fn extend(&mut self, at: usize) {
        if self.end > 0 {
            self.end = at + 1;
        }
    }

    fn joins_at_apostrophe(&self) -> bool {
        !self.folded.is_empty() && self.folded != "l" && self.folded != "d"
    }

    fn close(&mut self, visit: &mut impl FnMut(&str, usize, usize)) {
        if self.end == 0 {
            return;
        }
        // A possessive is no other word; what is marked leaves it out too.
        if let Some(length) = self.apostrophe.filter(|length| self.folded.get(*length..) == Some("s")) {
            self.folded.truncate(length);
            self.end -= 2;
        }
        if !self.folded.is_empty() {
            visit(&self.folded, self.start, self.end);
        }
        self.folded.clear();
        *self = Self { folded: std::mem::take(&mut self.folded), ..Self::default() };
    }
}

/// Appends a letter without case and accents; nothing for the marks that stand for ʿayn and hamza.
fn fold_into(folded: &mut String, c: char) {
    if c.is_ascii() {
        folded.push(c.to_ascii_lowercase());
        return;
    }
    for lower in c.to_lowercase() {
        decompose_compatible(lower, |part| match part {
            part if is_combining_mark(part) => {}
            // Letters that Unicode does not decompose.
            'ı' => folded.push('i'),
            'ł' => folded.push('l'),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ς' => folded.push('σ'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ʼ' | 'ʿ' | 'ʾ' => {}
            part => folded.push(part),
        });
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`')
}

/// Characters of scripts that put no space between words.
fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn words_are_folded() {
        assert_eq!(folded("Mevlüt ÇAVUŞOĞLU"), ["mevlut", "cavusoglu"]);
        assert_eq!(folded("Łódź, Straße, cafe\u{301}s"), ["lodz", "strasse", "cafes"]);
        assert_eq!(folded("Bashar al-Ja’afari's"), ["bashar", "al", "jaafari"]);
        assert_eq!(folded("L'Orient, d’Estaing, don't, O'Brien"), ["l", "orient", "d", "estaing", "dont", "obrien"]);
        assert_eq!(
            folded("The U.S. and U.S.-led talks, e.g. at 5 p.m."),
            ["the", "us", "and", "us", "led", "talks", "eg", "at", "5", "pm"]
        );
        assert_eq!(folded("Mr. B.Smith v.2 end.A"), ["mr", "b", "smith", "v", "2", "end", "a"]);
        assert_eq!(folded("安全区 2017"), ["安", "全", "区", "2017"]);
        assert_eq!(folded("'quoted' — … ʿ"), ["quoted"]);
    }

    #[test]
    fn offsets_count_characters() {
        let text = "Ünal: “Russia’s U.S. cafe\u{301}, 区!”";
        let characters: Vec<char> = text.chars().collect();
        let slices: Vec<String> =
            words(text).iter().map(|word| characters[word.start..word.end].iter().collect()).collect();
        assert_eq!(slices, ["Ünal", "Russia", "U.S", "cafe\u{301}", "区"]);
    }

    #[test]
    fn a_long_word_is_cut_and_its_place_is_whole() {
        let found = words(&"x".repeat(1_000));
        assert_eq!((found[0].folded.len(), found[0].start, found[0].end), (MAX_WORD_CHARS, 0, 1_000));
    }

    #[test]
    fn stems_are_what_forms_share() {
        let stems = Stems::new();
        assert_eq!(stems.stem("negotiations"), stems.stem("negotiated"));
        assert_eq!(stems.stem("zones"), "zone");
    }
}
