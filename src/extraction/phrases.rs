//! Noun phrases without a parser: outwards from a verb until a word comes that cannot belong to the phrase.

use super::body_words;
use super::lexicon::{Bits, class};
use super::names;
use super::persons;
use super::tokens::{Kind, Token, lower};
use super::view::Sentence;

/// The longest noun phrase, in units.
const LONGEST_PHRASE: usize = 30;

/// Words that end a noun phrase on either side.
const BREAKS: Bits = class::AUXILIARY | class::SUBORDINATOR | class::RELATIVE | class::FINITE_VERB;

impl Sentence<'_> {
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
                Kind::Punctuation('\'') if self.is_possessive(here) => Step::Take,
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
        // "Doctors Without Borders"
        if token.is(class::PREPOSITION) && named && !nearest && token.end - token.start > 4 {
            let around = [here.wrapping_sub(1), here + 1].map(|at| self.token(at).is_some_and(|token| token.capital));
            return if around == [true; 2] { Step::Take } else { Step::Stop };
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
                Kind::Punctuation('\'') if self.is_possessive(at) => complete,
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
            let her = self.is_word(at, &["her"])
                && self.is(at + 1, class::DETERMINER | class::SUBJECT_PRONOUN | class::POSSESSIVE_PRONOUN);
            let pronoun = (token.is(class::SUBJECT_PRONOUN | class::OBJECT_PRONOUN) || her) && at == start;
            at += 1;
            if pronoun {
                return Some(at);
            }
            complete = match token.kind {
                Kind::Possessive | Kind::Punctuation('\'') => false,
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
        // "the opposition suspended its part": a verb that no list has, with its object.
        let verbal = complete
            && token.small
            && token.end - token.start > 4
            && self.source.before(token.end) == 'd'
            && self.source.before(token.end - 1) == 'e';
        if verbal
            && self.is(
                at + 1,
                class::DETERMINER
                    | class::POSSESSIVE_PRONOUN
                    | class::PREPOSITION
                    | class::OBJECT_PRONOUN
                    | class::SUBORDINATOR,
            )
        {
            return false;
        }
        // "told reporters Ankara would wait": a name after a plural begins a new phrase.
        if complete
            && token.capital
            && let Some(before) = self.token_before(at)
            && before.small
            && !names::is_particle(self.source, before)
        {
            let titled = before.is(class::TITLE | class::PERSON_NOUN)
                || persons::look_up(&lower(self.source, before)).is_some()
                || body_words::is_mere_trade(self.source, before);
            return titled && self.source.before(before.end) != 's';
        }
        true
    }

    fn clause_after(&self, at: usize) -> bool {
        (at..self.end.min(at + 6)).any(|at| self.is(at, class::AUXILIARY))
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
