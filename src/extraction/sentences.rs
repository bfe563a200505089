//! Paragraphs and sentences, with each quotation as one unit.
//!
//! A quotation takes part in the sentence around it like a single word, so full stops inside it end nothing:
//! `"We won. We go home," she said.` is one sentence of the units `Q she said .`

use super::lexicon::{LEXICON, class, frame};
use super::marks::Quoted;
use super::tokens::{Kind, Token};

/// The longest sentence, in units. Longer ones are cut, so that work that is quadratic in a sentence stays bounded.
const LONGEST: usize = 300;

/// A token, or a whole quotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// The first token.
    pub first: usize,
    /// The token after the last.
    pub last: usize,
    /// Which quotation of the paragraph it is.
    pub quoted: Option<usize>,
}

/// The units of a paragraph and its sentences as ranges of units.
#[derive(Debug, Default)]
pub struct Paragraph {
    /// Its quotations.
    pub quoted: Vec<Quoted>,
    /// Its units.
    pub units: Vec<Unit>,
    /// Its sentences, `start..end` into `units`; together they cover all units.
    pub sentences: Vec<(usize, usize)>,
}

impl Paragraph {
    /// Cuts the tokens `first..last`, whose quotations are known, into units and sentences.
    pub fn new(tokens: &[Token], first: usize, last: usize, quoted: Vec<Quoted>) -> Self {
        let mut units = Vec::with_capacity(last - first);
        let mut at = first;
        for (index, q) in quoted.iter().enumerate() {
            units.extend((at..q.first).map(|token| Unit { first: token, last: token + 1, quoted: None }));
            units.push(Unit { first: q.first, last: q.last, quoted: Some(index) });
            at = q.last;
        }
        units.extend((at..last).map(|token| Unit { first: token, last: token + 1, quoted: None }));
        let mut paragraph = Self { quoted, units, sentences: Vec::new() };
        paragraph.split(tokens);
        paragraph
    }

    fn split(&mut self, tokens: &[Token]) {
        let mut start = 0;
        let mut at = 0;
        while at < self.units.len() {
            let mut end = at + 1;
            if self.ends_at(tokens, at) {
                // Closing brackets and further stops belong to the sentence that ends.
                while end < self.units.len() && self.is_closing(tokens, end) {
                    end += 1;
                }
            } else if end - start < LONGEST {
                at += 1;
                continue;
            }
            self.sentences.push((start, end));
            start = end;
            at = end;
        }
        if start < self.units.len() {
            self.sentences.push((start, self.units.len()));
        }
    }

    fn is_closing(&self, tokens: &[Token], unit: usize) -> bool {
        let unit = &self.units[unit];
        unit.quoted.is_none()
            && matches!(tokens[unit.first].kind, Kind::Punctuation(')' | ']' | '.' | '!' | '?' | '\u{2026}'))
    }

    fn ends_at(&self, tokens: &[Token], at: usize) -> bool {
        let unit = &self.units[at];
        let next = self.units.get(at + 1);
        if let Some(index) = unit.quoted {
            let at_start = self.sentences.last().map_or(0, |sentence| sentence.1) == at;
            return self.quotation_ends(tokens, index, at + 1, at_start);
        }
        let token = &tokens[unit.first];
        match token.kind {
            Kind::Punctuation('.' | '!' | '?' | '\u{2026}') => next.is_none_or(|next| {
                // Dots and digits inside addresses and times, "..." in the middle.
                let after = (at + 1..self.units.len()).find(|&at| !self.is_closing(tokens, at));
                begins(tokens, next)
                    || (self.is_closing(tokens, at + 1) && after.is_none_or(|after| begins(tokens, &self.units[after])))
            }),
            Kind::Punctuation('\u{2022}' | '\u{25cf}') => true,
            // An abbreviation ends a sentence where a word follows that only a sentence begins with a capital.
            Kind::Word if token.is(class::ABBREVIATION) && !token.is(class::TITLE) => next.is_some_and(|next| {
                let next = &tokens[next.first];
                next.capital
                    && next.is(class::SUBJECT_PRONOUN
                        | class::PREPOSITION
                        | class::DETERMINER
                        | class::SUBORDINATOR
                        | class::CONJUNCTION)
                    && !next.all_capitals
            }),
            _ => false,
        }
    }

    /// Whether a quotation that closes with a full stop also ends the sentence around it.
    fn quotation_ends(&self, tokens: &[Token], index: usize, next: usize, at_start: bool) -> bool {
        let q = &self.quoted[index];
        let Some(unit) = self.units.get(next) else { return true };
        let last = &tokens[q.inner_last - 1];
        match last.kind {
            Kind::Punctuation('.' | '\u{2026}') => {
                begins(tokens, unit) && !(at_start && self.attribution_follows(tokens, next, true))
            }
            Kind::Punctuation('!' | '?') => begins(tokens, unit) && !self.attribution_follows(tokens, next, false),
            // An unclosed quotation that was cut off by the next one.
            _ => !q.closed && unit.quoted.is_some(),
        }
    }

    /// Whether `Name said.` follows: a few words, then a reporting verb, then nothing that could be its content.
    ///
    /// After a full stop only the plainest verb makes an attribution of it (`strict`).
    fn attribution_follows(&self, tokens: &[Token], from: usize, strict: bool) -> bool {
        // An apposition may stand between the name and the verb: "Go!" Anna Keller, the mayor, shouted.
        let (reach, commas) = if strict { (9, 0) } else { (18, 2) };
        let mut passed = 0;
        for at in from..self.units.len().min(from + reach) {
            let unit = &self.units[at];
            let token = &tokens[unit.first];
            passed += usize::from(token.is_char(','));
            if unit.quoted.is_some_and(|index| self.quoted[index].inner_last - self.quoted[index].inner_first > 2)
                || matches!(token.kind, Kind::Punctuation('.' | ':' | ';' | '!' | '?'))
                || passed > commas
            {
                return false;
            }
            let reports = !token.capital
                && token.entry.is_some_and(|entry| {
                    let mut cues = entry.cues.iter().filter_map(|&cue| LEXICON.cues.get(cue as usize));
                    cues.any(|cue| {
                        cue.frames & frame::QUOTE != 0 && cue.rest.is_empty() && (!strict || cue.lemma == "say")
                    })
                });
            if reports && at > from {
                return match self.units.get(at + 1) {
                    None => true,
                    Some(after) if after.quoted.is_some() => false,
                    Some(after) => {
                        let after = &tokens[after.first];
                        matches!(after.kind, Kind::Punctuation('.' | ','))
                            || after.is(class::WEEKDAY | class::TIME_WORD)
                            || (after.is(class::PREPOSITION) && !after.capital)
                    }
                };
            }
        }
        false
    }
}

/// Whether a sentence may begin with the unit.
fn begins(tokens: &[Token], unit: &Unit) -> bool {
    let token = &tokens[unit.first];
    unit.quoted.is_some()
        || token.capital
        || token.kind == Kind::Number
        || matches!(
            token.kind,
            Kind::Punctuation(
                '(' | '[' | '\u{2013}' | '\u{2014}' | '-' | '\u{2022}' | '$' | '#' | '@' | '\'' | '\u{2018}'
            )
        )
        || (token.kind == Kind::Word && !token.small)
}

#[cfg(test)]
mod tests {
    use super::super::marks::pair;
    use super::super::source::Source;
    use super::super::tokens::tokenize;
    use super::*;

    fn sentences(text: &str) -> Vec<String> {
        let source = Source::new(text);
        let mut tokens = Vec::new();
        tokenize(&source, 0, source.len(), &mut tokens);
        let quoted = pair(&source, &tokens, 0, tokens.len(), false);
        let paragraph = Paragraph::new(&tokens, 0, tokens.len(), quoted);
        let slice = |&(a, b): &(usize, usize)| {
            source.slice(tokens[paragraph.units[a].first].start, tokens[paragraph.units[b - 1].last - 1].end).to_owned()
        };
        paragraph.sentences.iter().map(slice).collect()
    }

    #[test]
    fn full_stops_inside_a_quotation_end_nothing() {
        assert_eq!(
            sentences("\"We won. We go,\" Gen. A. Moreau said. \"Home.\" The U.S. agreed. He left the U.S. The end."),
            [
                "\"We won. We go,\" Gen. A. Moreau said.",
                "\"Home.\"",
                "The U.S. agreed.",
                "He left the U.S.",
                "The end."
            ]
        );
    }

    #[test]
    fn a_question_keeps_its_attribution() {
        assert_eq!(
            sentences("\"Why?\" Moreau asked. \"Go!\" The crowd left."),
            ["\"Why?\" Moreau asked.", "\"Go!\"", "The crowd left."]
        );
    }
}
