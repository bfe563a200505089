//! A text as words: where they stand, what they have in common with others, and how much they tell.

use std::sync::Arc;

use super::lexicon::{Concept, LEXICON, hash, hash_with};
use super::stems::root;

/// A word, a number or a known phrase of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// Offset of the first character.
    pub start: usize,
    /// Offset after the last character.
    pub end: usize,
    /// In lower case, as it stands there. A word is copied for each text that it is compared with.
    pub form: Arc<str>,
    /// What its inflected forms share, hashed.
    pub stem: u64,
    /// What its derived forms share, hashed.
    pub root: u64,
    /// What it may stand for.
    pub concepts: &'static [Concept],
    /// Its value, if it is a number.
    pub number: Option<f64>,
    /// Whether it begins with a capital where a sentence does not begin.
    pub is_name: bool,
    /// Whether it carries no content.
    pub is_function: bool,
    /// Whether it stands after a negation.
    pub is_negated: bool,
    /// Whether it is itself a negation.
    pub is_negation: bool,
    /// Whether a mark stands between it and the word before.
    pub follows_break: bool,
    /// How much it tells, 0 for a function word and about 1 for a word that is not common.
    pub weight: f32,
}

/// How many words at most are read of one text.
pub const MAX_WORDS: usize = 600;
/// How far a negation reaches, in words.
const NEGATION_REACH: usize = 4;

/// Splits a text into words. Of a text without end only the first [`MAX_WORDS`] are read.
pub fn read_words(text: &str) -> Vec<Word> {
    let raw = split(text);
    let mut words = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        let (word, used) = number(&raw, at).or_else(|| phrase(&raw, at)).unwrap_or_else(|| (single(&raw[at]), 1));
        words.push(word);
        at += used;
    }
    words.truncate(MAX_WORDS);
    negate(&mut words);
    words.iter_mut().for_each(|word| word.weight = weight(word));
    lighten_names(&mut words);
    words
}

/// A word and no more than that: for readers of patterns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainWord {
    /// Offset of the first character.
    pub start: usize,
    /// Offset after the last character.
    pub end: usize,
    /// In lower case.
    pub form: String,
    /// What its inflected forms share.
    pub stem: String,
    /// Whether a mark stands between it and the word before.
    pub follows_break: bool,
    /// Whether that is a mark stronger than a comma.
    pub follows_stop: bool,
    /// Whether a sentence begins with it.
    pub opens_sentence: bool,
}

/// Splits a text into words without reading numbers or phrases.
pub fn read_plain_words(text: &str) -> Vec<PlainWord> {
    let plain = |raw: Raw| PlainWord {
        stem: raw.stem_text,
        start: raw.start,
        end: raw.end,
        form: raw.form,
        follows_break: raw.follows_break,
        follows_stop: raw.follows_stop,
        opens_sentence: raw.opens_sentence,
    };
    split(text).into_iter().map(plain).collect()
}

/// The stem of one word in lower case.
pub fn stem_of(word: &str) -> String {
    LEXICON.stem(word)
}

/// A run of letters or digits.
#[derive(Debug)]
struct Raw {
    start: usize,
    end: usize,
    /// In lower case, without `'s`.
    form: String,
    /// What its inflected forms share.
    stem_text: String,
    /// The same, hashed.
    stem: u64,
    capitals: bool,
    capital: bool,
    opens_sentence: bool,
    follows_break: bool,
    follows_stop: bool,
    /// Whether a hyphen ties it to the word after it.
    hyphen_follows: bool,
}

fn split(text: &str) -> Vec<Raw> {
    let mut raw: Vec<Raw> = Vec::new();
    let mut chars = text.chars().map(fold).enumerate().peekable();
    let (mut opens_sentence, mut follows_break, mut follows_stop, mut before) = (true, false, false, ' ');
    // A text of nothing but one-letter words has twice as many characters as words; a phrase has some words of its own.
    while raw.len() < MAX_WORDS * 3 {
        let Some((start, c)) = chars.next() else { break };
        if !c.is_alphanumeric() && !matches!(c, '%' | '$' | '€' | '£') {
            if let Some(last) = raw.last_mut().filter(|last| c == '-' && last.end == start) {
                last.hyphen_follows = true;
            }
            follows_break |= matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '[' | ']' | '—' | '–' | '…');
            follows_stop |= matches!(c, ';' | ':' | '—' | '–' | '…' | '!' | '?');
            opens_sentence |= matches!(c, '.' | '!' | '?' | '…') && before.is_lowercase();
            before = c;
            continue;
        }
        let mut token = String::from(c);
        let mut end = start + 1;
        if c.is_alphanumeric() {
            while let Some(&(at, next)) = chars.peek() {
                let last = token.chars().last().unwrap_or(' ');
                let joins = next.is_alphanumeric()
                    || (next == '\'' && last.is_alphabetic())
                    || (matches!(next, '.' | ',') && last.is_ascii_digit())
                    || (next == '.' && last.is_uppercase() && (token.chars().count() == 1 || token.contains('.')));
                if !joins {
                    break;
                }
                token.push(next);
                end = at + 1;
                chars.next();
            }
        }
        // What joined and has nothing after it: a full stop after a number, an apostrophe that closes.
        let kept = token.trim_end_matches(['.', ',', '\'']);
        let cut = token.chars().count() - kept.chars().count();
        let ends_sentence = token.ends_with('.') && !kept.contains('.') && kept.chars().count() > 1;
        let acronym = kept.contains('.') && kept.chars().all(|c| c.is_uppercase() || c == '.');
        let name = if acronym { kept.replace('.', "") } else { kept.to_owned() };
        let capitals = name.chars().count() > 1 && name.chars().all(char::is_uppercase);
        let capital = name.chars().next().is_some_and(char::is_uppercase);
        let form = lower(&name);
        let stem_text = LEXICON.stem(&form);
        let stem = hash(&stem_text);
        // Segments of one quote are joined by a space: "…, we will see, We believe that …".
        opens_sentence |=
            follows_break && capital && !capitals && form != "i" && LEXICON.is_function(hash(&form), stem);
        raw.push(Raw {
            start,
            end: end - cut,
            form,
            stem_text,
            stem,
            capitals,
            capital,
            opens_sentence,
            follows_break,
            follows_stop,
            hyphen_follows: false,
        });
        (opens_sentence, follows_stop) = (ends_sentence, ends_sentence);
        follows_break = ends_sentence || (cut > 0 && !acronym);
        before = 'a';
    }
    raw
}

/// Lower case; a possessive without its `'s`; signs as the words they stand for.
fn lower(token: &str) -> String {
    let form = token.to_lowercase();
    match form.as_str() {
        "%" => return "percent".to_owned(),
        "$" => return "dollar".to_owned(),
        "€" => return "euro".to_owned(),
        "£" => return "pound".to_owned(),
        _ => {}
    }
    form.strip_suffix("'s").unwrap_or(&form).to_owned()
}

/// One character for one: what differs only in print becomes equal.
fn fold(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' | '\u{00b4}' | '`' | '\u{02bc}' => '\'',
        '\u{2010}' | '\u{2011}' => '-',
        other => other,
    }
}

fn single(raw: &Raw) -> Word {
    let is_contraction = raw.form.ends_with("n't") || raw.form == "cannot";
    let state = if raw.capitals { LEXICON.state_of_capitals(&raw.form.to_uppercase()) } else { None };
    let root = hash(root(&raw.stem_text));
    let is_negation = is_contraction
        || (LEXICON.is_negation(raw.stem) && !(raw.form == "no" && raw.hyphen_follows))
        || raw.form == "non";
    Word {
        start: raw.start,
        end: raw.end,
        form: raw.form.as_str().into(),
        stem: raw.stem,
        root,
        concepts: state.unwrap_or_else(|| LEXICON.concepts(raw.stem, root)),
        number: None,
        is_name: raw.capital && !raw.opens_sentence && raw.form != "i",
        // "US" is no pronoun.
        is_function: !raw.capitals && (is_contraction || LEXICON.is_function(hash(&raw.form), raw.stem) || is_negation),
        is_negated: false,
        is_negation,
        follows_break: raw.follows_break,
        weight: 0.0,
    }
}

/// The longest phrase of the lists that begins here.
fn phrase(raw: &[Raw], at: usize) -> Option<(Word, usize)> {
    let found = LEXICON.phrases(raw[at].stem).iter().find(|phrase| {
        let rest = raw.get(at + 1..=at + phrase.rest.len());
        rest.is_some_and(|rest| {
            rest.iter().zip(&phrase.rest).all(|(word, stem)| word.stem == *stem && !word.follows_break)
        })
    })?;
    let used = found.rest.len() + 1;
    let parts = &raw[at..at + used];
    let key = parts.iter().fold(hash("phrase"), |key, part| hash_with(key, &part.stem.to_le_bytes()));
    let form = parts.iter().map(|part| part.form.as_str()).collect::<Vec<_>>().join(" ");
    let word = Word {
        start: parts[0].start,
        end: parts[used - 1].end,
        form: form.into(),
        stem: key,
        root: key,
        concepts: &found.concepts,
        is_function: found.is_function,
        is_negation: LEXICON.is_negation(parts[0].stem),
        is_name: parts.iter().all(|part| part.capital),
        follows_break: parts[0].follows_break,
        number: None,
        is_negated: false,
        weight: 0.0,
    };
    Some((word, used))
}

/// A number in digits or words: "1,800", "forty-one", "half a million", "8 billion", "a third", "one in six".
fn number(raw: &[Raw], at: usize) -> Option<(Word, usize)> {
    let (value, used) = fraction(raw, at).or_else(|| cardinal(raw, at))?;
    let parts = &raw[at..at + used];
    let form = parts.iter().map(|part| part.form.as_str()).collect::<Vec<_>>().join(" ");
    let key = hash(&format!("#{value}"));
    let word = Word {
        start: parts[0].start,
        end: parts[used - 1].end,
        form: form.into(),
        stem: key,
        root: key,
        concepts: &[],
        number: Some(value),
        is_name: false,
        is_function: false,
        is_negated: false,
        is_negation: false,
        follows_break: parts[0].follows_break,
        weight: 0.0,
    };
    Some((word, used))
}

fn fraction(raw: &[Raw], at: usize) -> Option<(f64, usize)> {
    let form = |n: usize| raw.get(at + n).map(|word| word.form.as_str());
    let article = matches!(form(0), Some("a" | "one"));
    if article && form(1) == Some("in") {
        let (whole, used) = cardinal(raw, at + 2)?;
        return (2.0..=1000.0).contains(&whole).then_some((1.0 / whole, used + 2));
    }
    if form(0) == Some("half") && matches!(form(1), Some("a" | "of")) {
        return match scale(form(2)?) {
            Some(scale) if form(1) == Some("a") => Some((scale / 2.0, 3)),
            _ => Some((0.5, 1)),
        };
    }
    if article && form(2) == Some("of") {
        let parts = ["third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
        let part = parts.iter().position(|part| form(1) == Some(part))?;
        return Some((1.0 / (part + 3) as f64, 2));
    }
    None
}

fn cardinal(raw: &[Raw], at: usize) -> Option<(f64, usize)> {
    let first = raw.get(at)?;
    let (mut value, mut used) = match digits(&first.form) {
        Some(value) => (value, 1),
        None => in_words(raw, at)?,
    };
    // "8 billion", "a hundred billion"
    while let Some(scale) = raw.get(at + used).filter(|word| !word.follows_break).and_then(|word| scale(&word.form)) {
        value *= scale;
        used += 1;
    }
    Some((value, used))
}

fn digits(form: &str) -> Option<f64> {
    if !form.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (form, scale) = match form.strip_suffix("bn") {
        Some(rest) => (rest, 1e9),
        None => (form, 1.0),
    };
    let form = ["st", "nd", "rd", "th"].iter().find_map(|end| form.strip_suffix(end)).unwrap_or(form);
    form.replace(',', "").parse::<f64>().ok().filter(|value| value.is_finite()).map(|value| value * scale)
}

fn scale(form: &str) -> Option<f64> {
    match form {
        "hundred" => Some(1e2),
        "thousand" => Some(1e3),
        "million" => Some(1e6),
        "billion" => Some(1e9),
        "trillion" => Some(1e12),
        _ => None,
    }
}

fn below_hundred(form: &str) -> Option<f64> {
    const SMALL: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const ORDINALS: [&str; 17] = [
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
        "twentieth",
    ];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let at = |list: &[&str], first: usize, step: usize| {
        list.iter().position(|word| *word == form).map(|at| (first + at * step) as f64)
    };
    at(&SMALL, 0, 1).or_else(|| at(&ORDINALS, 4, 1)).or_else(|| at(&TENS, 20, 10))
}

/// "forty-one", "two hundred and ten"; "one" alone is a pronoun more often, and "a" is a number only before "hundred".
fn in_words(raw: &[Raw], at: usize) -> Option<(f64, usize)> {
    let form = |n: usize| raw.get(at + n).map(|word| word.form.as_str());
    let first = form(0)?;
    if matches!(first, "a" | "one") {
        return scale(form(1)?).map(|scale| (scale, 2));
    }
    let mut value = below_hundred(first)?;
    let mut used = 1;
    let is_tens = value >= 20.0 && value % 10.0 == 0.0;
    if let Some(unit) = form(1).and_then(below_hundred).filter(|unit| is_tens && (1.0..10.0).contains(unit)) {
        value += unit;
        used += 1;
    }
    if form(used) == Some("hundred") {
        value *= 100.0;
        used += 1;
        let and = usize::from(form(used) == Some("and"));
        if let Some(rest) = form(used + and).and_then(below_hundred) {
            value += rest;
            used += and + 1;
        }
    }
    Some((value, used))
}

/// Marks the words after a negation, until a mark or a few words on.
fn negate(words: &mut [Word]) {
    let mut reach = 0;
    for at in 0..words.len() {
        if words[at].follows_break || &*words[at].form == "but" {
            reach = 0;
        }
        if words[at].is_negation {
            let only = words.get(at + 1).is_some_and(|next| matches!(&*next.form, "only" | "just" | "least"));
            // Twice no is yes.
            reach = if only || reach > 0 { 0 } else { NEGATION_REACH };
        } else if reach > 0 {
            words[at].is_negated = true;
            // Function words do not use the reach up.
            reach -= usize::from(!words[at].is_function);
        }
    }
}

fn weight(word: &Word) -> f32 {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    if let Some(value) = word.number {
        return if value.fract() != 0.0 || value > 31.0 {
            1.4
        } else if value > 3.0 {
            1.0
        } else {
            0.6
        };
    }
    if word.is_function {
        0.0
    } else if word.concepts.iter().any(|concept| LEXICON.is_state(*concept)) || LEXICON.is_common(word.stem) {
        0.45
    } else if MONTHS.contains(&&*word.form) {
        0.6
    } else if DAYS.contains(&&*word.form) {
        0.3
    } else if word.is_name && word.concepts.is_empty() {
        1.3
    } else if LEXICON.is_frequent(word.stem) {
        0.7
    } else {
        1.0
    }
}

/// "US Secretary of State Rex Tillerson" is one name: its last word tells, the others little more.
fn lighten_names(words: &mut [Word]) {
    let mut last: Option<usize> = None;
    for at in 0..words.len() {
        if words[at].follows_break || words[at].number.is_some() {
            last = None;
        }
        if words[at].is_name {
            if let Some(last) = last {
                words[last].weight = words[last].weight.min(0.3);
            }
            last = Some(at);
        } else if !matches!(&*words[at].form, "of" | "the" | "for" | "and" | "al" | "bin" | "van" | "de") {
            last = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(text: &str) -> Vec<String> {
        read_words(text).into_iter().map(|word| word.form.to_string()).collect()
    }

    fn numbers(text: &str) -> Vec<f64> {
        read_words(text).into_iter().filter_map(|word| word.number).collect()
    }

    #[test]
    fn words_and_known_phrases() {
        assert_eq!(forms("He’ll set up twelve-hour shifts."), ["he'll", "set up", "twelve", "hour", "shifts"]);
        assert_eq!(forms("the U.S. said so. It did"), ["the", "us", "said", "so", "it", "did"]);
    }

    #[test]
    fn numbers_have_values() {
        assert_eq!(
            numbers("Forty-one of 1,800, half a million, 3.2 per cent, two hundred and ten."),
            [41.0, 1800.0, 500_000.0, 3.2, 210.0]
        );
        assert_eq!(
            numbers("twelve thousand and 12,000; one in six; a sixth of; 20 million"),
            [12e3, 12e3, 1.0 / 6.0, 1.0 / 6.0, 20e6]
        );
        assert_eq!(numbers("one of them, on the tenth of May, 2.8 billion"), [10.0, 2.8e9]);
    }

    #[test]
    fn a_negation_reaches_its_clause() {
        let negated: Vec<String> = read_words("We did not accept the plan, but the no-fly zone stays")
            .into_iter()
            .filter(|w| w.is_negated && !w.is_function)
            .map(|w| w.form.to_string())
            .collect();
        assert_eq!(negated, ["accept", "plan"]);
    }

    #[test]
    fn spans_are_the_words() {
        let text = "Żółw „nie” śpi — 12,5 %";
        let chars: Vec<char> = text.chars().collect();
        for word in read_words(text) {
            let slice: String = chars[word.start..word.end].iter().collect();
            assert!(!slice.trim().is_empty());
        }
    }
}
