//! One sentence as the rules see it: units by index, and the phrases that can be told without a parser.

use super::lexicon::{Bits, class};
use super::marks::Quoted;
use super::sentences::{Paragraph, Unit};
use super::source::Source;
use super::tokens::{self, Kind, Token};

/// A sentence: the units `start..end` of its paragraph.
#[derive(Clone, Copy)]
pub struct Sentence<'a> {
    /// The text.
    pub source: &'a Source<'a>,
    /// All tokens of the article.
    pub tokens: &'a [Token],
    /// The paragraph it stands in.
    pub paragraph: &'a Paragraph,
    /// Its first unit.
    pub start: usize,
    /// The unit after its last.
    pub end: usize,
}

impl<'a> Sentence<'a> {
    /// The unit at an index inside the sentence.
    pub fn unit(&self, at: usize) -> Option<&'a Unit> {
        if at < self.start || at >= self.end { None } else { self.paragraph.units.get(at) }
    }

    /// The token at an index, unless a quotation stands there.
    pub fn token(&self, at: usize) -> Option<&'a Token> {
        self.unit(at).filter(|unit| unit.quoted.is_none()).map(|unit| &self.tokens[unit.first])
    }

    /// The token before an index.
    pub fn token_before(&self, at: usize) -> Option<&'a Token> {
        at.checked_sub(1).and_then(|at| self.token(at))
    }

    /// The quotation at an index.
    pub fn quoted(&self, at: usize) -> Option<&'a Quoted> {
        self.unit(at).and_then(|unit| unit.quoted).and_then(|index| self.paragraph.quoted.get(index))
    }

    /// The quotation before an index.
    pub fn quoted_before(&self, at: usize) -> Option<&'a Quoted> {
        at.checked_sub(1).and_then(|at| self.quoted(at))
    }

    /// Whether a word of one of the classes stands at an index.
    pub fn is(&self, at: usize, classes: Bits) -> bool {
        self.token(at).is_some_and(|token| token.is(classes))
    }

    /// Whether this character stands at an index.
    pub fn is_char(&self, at: usize, c: char) -> bool {
        self.token(at).is_some_and(|token| token.is_char(c))
    }

    /// Whether this character stands before an index.
    pub fn is_char_before(&self, at: usize, c: char) -> bool {
        self.token_before(at).is_some_and(|token| token.is_char(c))
    }

    /// Whether a possessive mark stands at an index: `'s`, or the bare apostrophe after a plural.
    pub fn is_possessive(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| match token.kind {
            Kind::Possessive => true,
            Kind::Punctuation('\'') => matches!(self.source.before(token.start), 's' | 'S'),
            _ => false,
        })
    }

    /// Whether a comma stands before an index, be it the last character of a quotation.
    pub fn comma_before(&self, at: usize) -> bool {
        self.is_char_before(at, ',')
            || self.quoted_before(at).is_some_and(|quoted| self.closing_mark(quoted) == Some(','))
    }

    /// Whether one of these words, given in lower case, stands at an index.
    pub fn is_word(&self, at: usize, words: &[&str]) -> bool {
        self.token(at)
            .is_some_and(|token| token.is_word() && words.iter().any(|word| tokens::is_word(self.source, token, word)))
    }

    /// Whether a dash stands at an index, be it one character or two.
    pub fn is_dash(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| matches!(token.kind, Kind::Punctuation('-' | '\u{2012}'..='\u{2015}')))
    }

    /// Whether the sentence ends at an index, or only its stop is left.
    pub fn ends(&self, at: usize) -> bool {
        (at..self.end).all(|at| {
            self.token(at).is_some_and(|token| {
                matches!(token.kind, Kind::Punctuation('.' | '!' | '?' | '\u{2026}' | ')' | ']' | '"' | '\'' | ';'))
            })
        })
    }

    /// The last unit that is not a closing stop, exclusive.
    pub fn body_end(&self) -> usize {
        let mut end = self.end;
        while end > self.start
            && self
                .token(end - 1)
                .is_some_and(|token| matches!(token.kind, Kind::Punctuation('.' | '!' | '?' | '\u{2026}' | ';')))
        {
            end -= 1;
        }
        end
    }

    /// Whether a quotation stands for itself: it closes with punctuation, or is a clause long enough.
    pub fn is_full(&self, quoted: &Quoted) -> bool {
        self.closing_mark(quoted).is_some() || quoted.inner_last - quoted.inner_first >= 12
    }

    /// Whether a quotation is the title of a work: two words or more, capitals throughout, no full stop.
    pub fn is_title(&self, quoted: &Quoted) -> bool {
        let words = || self.tokens[quoted.inner_first..quoted.inner_last].iter().filter(|token| token.is_word());
        let long = |token: &&Token| token.end - token.start > 3 && !token.is(class::PREPOSITION);
        !matches!(self.closing_mark(quoted), Some('.' | '!' | '?'))
            && words().count() >= 2
            && words().filter(long).count() >= 1
            && words().filter(long).all(|token| token.capital)
            && words().next().is_some_and(|token| token.capital)
            && words().next_back().is_some_and(|token| token.capital)
            && words().all(|token| token.capital || token.end - token.start <= 4)
    }

    /// The punctuation with which the words of a quotation end.
    pub fn closing_mark(&self, quoted: &Quoted) -> Option<char> {
        // The words of somebody else may close right before: "… called 'miracles,'"
        let mut last = quoted.inner_last - 1;
        while last > quoted.inner_first && matches!(self.tokens[last].kind, Kind::Punctuation('\'' | '"' | '\u{201d}'))
        {
            last -= 1;
        }
        match self.tokens[last].kind {
            Kind::Punctuation(c @ ('.' | ',' | '!' | '?' | '\u{2026}' | '-' | '\u{2014}')) => Some(c),
            // An abbreviation has swallowed its full stop.
            Kind::Word if self.source.before(self.tokens[last].end) == '.' => Some('.'),
            _ => None,
        }
    }

    /// After a weekday, a date or "last week" at an index: the unit after it.
    pub fn after_time(&self, at: usize) -> Option<usize> {
        let mut next = at;
        // "on Monday", "late on Monday", "on early Monday", "later in the day".
        for _ in 0..3 {
            let again = if next == at { "in" } else { "on" };
            if !self.is_word(next, &["on", again, "early", "late", "earlier", "later", "last", "this", "the"]) {
                break;
            }
            next += 1;
        }
        if self.is(next, class::MONTH) && self.token(next).is_some_and(|token| token.capital) {
            next += 1;
            if self.token(next).is_some_and(|token| token.kind == Kind::Number) {
                next += 1;
                if self.is_char(next, ',') && self.token(next + 1).is_some_and(|token| token.kind == Kind::Number) {
                    next += 2;
                }
            }
            return Some(next);
        }
        // "in 2010"
        if self.is_word(at, &["in"])
            && let Some(year) = self.token(at + 1)
            && year.kind == Kind::Number
            && year.end - year.start == 4
            && matches!(self.source.at(year.start), '1' | '2')
        {
            return Some(at + 2);
        }
        let span = at
            + usize::from(
                self.is(at, class::DETERMINER) || self.token(at).is_some_and(|token| token.kind == Kind::Number),
            );
        if self.is(span, class::TIME_WORD) && self.is_word(span + 1, &["earlier", "later", "before", "ago"]) {
            return Some(span + 2);
        }
        // "May" alone is more often a verb than a month, and "the week" alone no time.
        let is_day = self.is(next, class::WEEKDAY)
            || (self.is(next, class::TIME_WORD)
                && (next > at || self.is_word(next, &["today", "yesterday", "tonight"])));
        if !is_day || self.token(next + 1).is_some_and(|token| token.kind == Kind::Possessive) {
            return None;
        }
        next += 1;
        while self.is(next, class::TIME_WORD) {
            next += 1;
        }
        Some(next)
    }

    /// Whether a clause with a subject and a finite verb seems to begin at an index.
    pub fn is_clause(&self, at: usize) -> bool {
        if self.is(at, class::SUBJECT_PRONOUN)
            || self.is_word(at, &["there", "it's", "he's", "she's", "i'm", "we're", "they're", "i've", "we've"])
        {
            return true;
        }
        if self.is_word(
            at,
            &[
                "if", "when", "while", "although", "though", "because", "unless", "since", "as", "what", "how",
                "whether",
            ],
        ) {
            return true;
        }
        for here in at..self.end.min(at + 40) {
            if here > at && self.quoted(here).is_some_and(|quoted| self.opens_with_verb(quoted)) {
                return true;
            }
            let Some(token) = self.token(here) else {
                continue;
            };
            if matches!(token.kind, Kind::Punctuation('.' | ';' | ':')) {
                return false;
            }
            if here > at && self.is_verb(here, token) {
                return true;
            }
        }
        false
    }

    /// `The court "will force us …"`: the marks open in the middle of a clause, at its verb.
    pub fn opens_with_verb(&self, quoted: &Quoted) -> bool {
        let token = &self.tokens[quoted.inner_first];
        token.small
            && quoted.inner_last - quoted.inner_first > 2
            && (token.is(class::AUXILIARY | class::FINITE_VERB)
                || quoted.inner_last - quoted.inner_first > 5
                    && self.tokens[quoted.inner_first..quoted.inner_last]
                        .iter()
                        .take(8)
                        .any(|token| token.small && token.is(class::AUXILIARY))
                || (token.is_word() && self.source.before(token.end) == 's' && token.end - token.start > 4)
                    && self.tokens[quoted.inner_first + 1].is(class::DETERMINER | class::POSSESSIVE_PRONOUN))
    }

    /// Whether a word seems to be a finite verb.
    pub fn is_verb(&self, at: usize, token: &Token) -> bool {
        if !token.is_word() || token.capital {
            return false;
        }
        if token.is(class::AUXILIARY | class::FINITE_VERB) {
            return true;
        }
        let reporting = token.entry.is_some_and(|entry| !entry.cues.is_empty());
        let past =
            token.end - token.start > 3 && self.source.at(token.end - 1) == 'd' && self.source.at(token.end - 2) == 'e';
        (past || (reporting && self.source.before(token.end) == 's'))
            && !self.is(at.wrapping_sub(1), class::POSSESSIVE_PRONOUN | class::PREPOSITION)
            && !self.is_word(at.wrapping_sub(1), &["the", "a", "an", "this", "these", "those", "no", "any", "some"])
    }

    /// Whether the units `from..to` hold a finite verb.
    pub fn has_verb(&self, from: usize, to: usize) -> bool {
        (from..to).any(|at| {
            self.token(at).is_some_and(|token| {
                self.is_verb(at, token)
                    || (token.kind == Kind::Possessive && self.is(at.wrapping_sub(1), class::SUBJECT_PRONOUN))
            }) || self.quoted(at).is_some_and(|quoted| quoted.inner_last - quoted.inner_first > 3)
        })
    }

    /// The number of words in the units `from..to`, counted up to `most`.
    pub fn words(&self, from: usize, to: usize, most: usize) -> usize {
        let is_word = |at: &usize| {
            self.quoted(*at).is_some()
                || self.token(*at).is_some_and(|token| token.is_word() || token.kind == Kind::Number)
        };
        (from..to).filter(is_word).take(most).count()
    }
}
