//! One sentence as the rules see it: units by index, and the phrases that can be told without a parser.

use super::lexicon::{Bits, class};
use super::marks::Quoted;
use super::sentences::{Paragraph, Unit};
use super::source::Source;
use super::tokens::{self, Kind, Token};

/// The longest noun phrase, in units.
const LONGEST_PHRASE: usize = 30;

/// Words that end a noun phrase on either side.
const BREAKS: Bits = class::AUXILIARY | class::SUBORDINATOR | class::RELATIVE | class::FINITE_VERB;

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

    /// Whether one of these words, given in lower case, stands at an index.
    pub fn is_word(&self, at: usize, words: &[&str]) -> bool {
        self.token(at)
            .is_some_and(|token| token.is_word() && words.iter().any(|word| tokens::is_word(self.source, token, word)))
    }

    /// Whether a dash stands at an index, be it one character or two.
    pub fn is_dash(&self, at: usize) -> bool {
        self.token(at)
            .is_some_and(|token| matches!(token.kind, Kind::Punctuation('-' | '\u{2013}' | '\u{2014}' | '\u{2015}')))
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
            && words().all(|token| token.capital || token.end - token.start <= 4)
    }

    /// The punctuation with which the words of a quotation end.
    pub fn closing_mark(&self, quoted: &Quoted) -> Option<char> {
        match self.tokens[quoted.inner_last - 1].kind {
            Kind::Punctuation(c @ ('.' | ',' | '!' | '?' | '\u{2026}' | '-' | '\u{2014}')) => Some(c),
            // An abbreviation has swallowed its full stop.
            Kind::Word if self.source.before(self.tokens[quoted.inner_last - 1].end) == '.' => Some('.'),
            _ => None,
        }
    }

    /// After a weekday, a date or "last week" at an index: the unit after it.
    pub fn after_time(&self, at: usize) -> Option<usize> {
        let mut next = at;
        if self.is_word(next, &["on", "early", "late", "earlier", "later", "last", "this", "in", "the"]) {
            next += 1;
            if self.is_word(next, &["early", "late", "earlier", "later", "last", "this", "the"]) {
                next += 1;
            }
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

    /// The start of a noun phrase that ends before `end` and begins no earlier than `floor`.
    pub fn phrase_left(&self, end: usize, floor: usize) -> Option<usize> {
        let floor = floor.max(self.start).max(end.saturating_sub(LONGEST_PHRASE));
        let mut at = end;
        let mut words = 0;
        let mut determined = false;
        while at > floor {
            let here = at - 1;
            if let Some(quoted) = self.quoted(here) {
                if words == 0 || quoted.inner_last - quoted.inner_first > 4 || self.closing_mark(quoted).is_some() {
                    break;
                }
                at = here;
                continue;
            }
            let token = self.token(here)?;
            let step = match token.kind {
                Kind::Possessive | Kind::Number => Step::Take,
                Kind::Word => self.left_word(here, token, at == end, words, determined),
                Kind::Punctuation(')') if words == 0 || at == end => match self.opening_bracket(here, floor) {
                    Some(open) => {
                        at = open;
                        continue;
                    }
                    None => Step::Stop,
                },
                Kind::Punctuation('&' | '/' | '%' | '$' | '#' | '@' | '.') if at < end && !token.is_char('.') => {
                    Step::Take
                }
                Kind::Punctuation(_) => Step::Stop,
            };
            match step {
                Step::Stop => break,
                Step::Last => return Some(here),
                Step::Take => {
                    words += 1;
                    determined = token.is(class::DETERMINER | class::POSSESSIVE_PRONOUN);
                    at = here;
                }
            }
        }
        self.trim_left(at, end)
    }

    fn trim_left(&self, mut at: usize, end: usize) -> Option<usize> {
        // A phrase cannot begin with a preposition, a conjunction or a possessive mark.
        while at < end
            && self.token(at).is_some_and(|token| {
                token.kind == Kind::Possessive
                    || (token.is(class::PREPOSITION | class::CONJUNCTION)
                        && !token.is(class::DETERMINER | class::PERSON_NOUN))
                    || matches!(token.kind, Kind::Punctuation(_))
            })
        {
            at += 1;
        }
        (at..end).any(|at| self.token(at).is_some_and(|token| token.is_word())).then_some(at)
    }

    fn opening_bracket(&self, close: usize, floor: usize) -> Option<usize> {
        (floor..close).rev().take(12).find(|&at| self.is_char(at, '('))
    }

    fn left_word(&self, here: usize, token: &Token, nearest: bool, words: usize, determined: bool) -> Step {
        let named = token.capital && here > self.start;
        if token.is(class::SUBJECT_PRONOUN) && !named || self.is_word(here, &["i"]) {
            return if nearest { Step::Last } else { Step::Stop };
        }
        if self.is_word(here, &["that", "there", "s"]) && here > self.start {
            return if nearest { Step::Last } else { Step::Stop };
        }
        if token.is(class::WEEKDAY) && !self.token(here + 1).is_some_and(|next| next.kind == Kind::Possessive) {
            return Step::Stop;
        }
        if token.is(class::TIME_WORD) && !named && nearest {
            return Step::Stop;
        }
        if token.is(class::PREPOSITION) {
            return if !nearest && !token.capital && self.binds(here) { Step::Take } else { Step::Stop };
        }
        if token.is(class::CONJUNCTION) {
            return if !nearest && self.joins_names(here, words) { Step::Take } else { Step::Stop };
        }
        if determined {
            // Before "the" only another "all", "both" may belong to the phrase.
            return if self.is_word(here, &["all", "both", "half", "most"]) { Step::Last } else { Step::Stop };
        }
        if token.is(class::DETERMINER | class::POSSESSIVE_PRONOUN) {
            return Step::Take;
        }
        if token.is(BREAKS | class::NEGATION) && !named || token.is(class::OBJECT_PRONOUN) {
            return Step::Stop;
        }
        if token.is(class::ADVERB) && !named {
            return Step::Stop;
        }
        if token.small
            && self.is_reporting_past(token)
            && !self.is(here.wrapping_sub(1), class::DETERMINER | class::POSSESSIVE_PRONOUN)
        {
            return Step::Stop;
        }
        Step::Take
    }

    fn is_reporting_past(&self, token: &Token) -> bool {
        token.entry.is_some_and(|entry| !entry.cues.is_empty()) && self.source.before(token.end) == 'd'
    }

    /// Whether a preposition binds what follows to the noun before it: "a spokesman for the ministry".
    fn binds(&self, at: usize) -> bool {
        let Some(before) = self.token_before(at) else { return false };
        if !before.is_word()
            || before.is(BREAKS | class::ADVERB | class::PREPOSITION | class::CONJUNCTION) && before.small
        {
            return false;
        }
        if self.is_word(at, &["of"]) {
            return true;
        }
        self.is_word(
            at,
            &["for", "at", "in", "from", "with", "to", "on", "by", "against", "near", "inside", "under", "behind"],
        ) && before.is(class::PERSON_NOUN | class::BODY_NOUN | class::DOCUMENT_NOUN | class::TITLE)
            && !before.is(class::TIME_WORD)
    }

    /// Whether "and" joins two speakers rather than two clauses.
    fn joins_names(&self, at: usize, words: usize) -> bool {
        let (Some(before), Some(after)) = (self.token_before(at), self.token(at + 1)) else { return false };
        if words == 0 || !before.is_word() || before.is(BREAKS) {
            return false;
        }
        let person = |token: &Token| token.is(class::PERSON_NOUN | class::BODY_NOUN);
        (before.capital && after.capital) || (person(before) && after.is_word() && (after.small || after.capital))
    }

    /// The end of a noun phrase that begins at `start` and ends no later than `ceiling`.
    pub fn phrase_right(&self, start: usize, ceiling: usize) -> Option<usize> {
        let ceiling = ceiling.min(self.end).min(start + LONGEST_PHRASE);
        let mut at = start;
        // Whether a noun or name has been taken, so that the phrase could be complete.
        let mut complete = false;
        while at < ceiling {
            if let Some(quoted) = self.quoted(at) {
                if quoted.inner_last - quoted.inner_first > 4 || self.closing_mark(quoted).is_some() || at == start {
                    break;
                }
                at += 1;
                continue;
            }
            let Some(token) = self.token(at) else { break };
            let take = match token.kind {
                Kind::Possessive => complete,
                Kind::Number => true,
                Kind::Punctuation('&' | '/' | '%' | '$' | '#' | '@') => true,
                Kind::Punctuation('(') => match (at..ceiling).take(12).find(|&end| self.is_char(end, ')')) {
                    Some(close) if complete => {
                        at = close + 1;
                        continue;
                    }
                    _ => false,
                },
                Kind::Punctuation(_) => false,
                Kind::Word => self.right_word(at, start, token, complete),
            };
            if !take {
                break;
            }
                        // "told her the road": an object, where a new phrase follows; else an owner.
            let her = self.is_word(at, &["her"]) && self.is(at + 1, class::DETERMINER | class::SUBJECT_PRONOUN | class::POSSESSIVE_PRONOUN);
            let pronoun = (token.is(class::SUBJECT_PRONOUN | class::OBJECT_PRONOUN) || her) && at == start;
            at += 1;
            if pronoun {
                return Some(at);
            }
            complete = match token.kind {
                Kind::Possessive => false,
                Kind::Word => {
                    !token.is(class::DETERMINER | class::POSSESSIVE_PRONOUN | class::PREPOSITION | class::CONJUNCTION)
                }
                _ => complete,
            };
        }
        while at > start && self.is(at - 1, class::PREPOSITION | class::CONJUNCTION) {
            at -= 1;
        }
        (at > start && (start..at).any(|at| self.token(at).is_some_and(Token::is_word))).then_some(at)
    }

    fn right_word(&self, at: usize, start: usize, token: &Token, complete: bool) -> bool {
        if at == start {
            return !token.is(BREAKS | class::CONJUNCTION | class::PREPOSITION | class::NEGATION)
                || (token.capital && !token.is(class::PREPOSITION | class::SUBORDINATOR));
        }
        if token.is(class::WEEKDAY) || (complete && self.after_time(at).is_some()) {
            return self.token(at + 1).is_some_and(|next| next.kind == Kind::Possessive);
        }
        if token.is(class::PREPOSITION) {
            return complete
                && token.small
                && self.binds(at)
                && self.token(at + 1).is_some_and(|next| next.is_word() || next.kind == Kind::Number);
        }
        if token.is(class::CONJUNCTION) {
            return complete && self.joins_names(at, 1) && !self.clause_after(at + 1);
        }
        if token.is(class::DETERMINER | class::POSSESSIVE_PRONOUN | class::SUBJECT_PRONOUN | class::OBJECT_PRONOUN)
            && (!token.capital || token.is(class::SUBJECT_PRONOUN))
        {
            // "told reporters the deal": a new phrase begins.
            return !complete;
        }
        if token.is(BREAKS | class::NEGATION | class::ADVERB) && token.small {
            return false;
        }
        // "told reporters Ankara would wait": a name after a plural begins a new phrase.
        if complete
            && token.capital
            && let Some(before) = self.token_before(at)
            && before.small
        {
            return before.is(class::TITLE | class::PERSON_NOUN) && self.source.before(before.end) != 's';
        }
        true
    }

    fn clause_after(&self, at: usize) -> bool {
        (at..self.end.min(at + 6)).any(|at| self.is(at, class::AUXILIARY))
    }

    /// Whether a clause with a subject and a finite verb seems to begin at an index.
    pub fn is_clause(&self, at: usize) -> bool {
        if self.is(at, class::SUBJECT_PRONOUN)
            || self.is_word(at, &["there", "it's", "he's", "she's", "i'm", "we're", "they're", "i've", "we've"])
        {
            return true;
        }
        if self.is_word(at, &["if", "when", "while", "although", "though", "because", "unless", "since", "as", "what", "how", "whether"]) {
            return true;
        }
        for here in at..self.end.min(at + 40) {
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

    /// The number of words in the units `from..to`.
    pub fn words(&self, from: usize, to: usize) -> usize {
        (from..to)
            .filter(|&at| {
                self.quoted(at).is_some()
                    || self.token(at).is_some_and(|token| token.is_word() || token.kind == Kind::Number)
            })
            .count()
    }
}

enum Step {
    /// The word belongs to the phrase.
    Take,
    /// The word belongs to it and begins it.
    Last,
    /// The word does not belong to it.
    Stop,
}
