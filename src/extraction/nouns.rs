//! Reporting nouns: "the ministry's claim that …", "warnings by scientists that …", "in Keller's view, …".

use super::attributions::{Attribution, Form, Place, Subject};
use super::cues;
use super::lexicon::class;
use super::placement::has_main_verb;
use super::subjects::next_comma;
use super::view::Sentence;

/// What somebody's opinion is called after "in", as far as it tells what was said.
const VIEWS: [&str; 8] = ["view", "opinion", "estimation", "judgment", "judgement", "telling", "account", "words"];

/// The attribution whose cue is the noun at `noun`.
pub(super) fn attribution(sentence: &Sentence, noun: usize) -> Option<Attribution> {
    if sentence.is(noun, class::SAYING_NOUN) {
        return saying(sentence, noun);
    }
    if noun > sentence.start && sentence.is_possessive(noun - 1) && sentence.is_word(noun, &VIEWS) {
        return view(sentence, noun);
    }
    None
}

/// "the ministry's claim that …", "her warning that …", "the assertion by the group that …"
fn saying(sentence: &Sentence, noun: usize) -> Option<Attribution> {
    let (that, subject, from) = match agent(sentence, noun + 1) {
        Some((start, end)) => (end, Subject::Span(start, end), noun),
        None => {
            match owner(sentence, noun) {
                Some((start, end)) => (noun + 1, Subject::Span(start, end), start),
                // "the allegation that A": nobody is named.
                None if sentence.is_word(noun.wrapping_sub(1), &["the", "a", "an"]) => {
                    (noun + 1, Subject::Nobody, noun)
                }
                None => return None,
            }
        }
    };
    if !sentence.is_word(that, &["that"]) || sentence.ends(that + 1) {
        return None;
    }
    Some(Attribution {
        cue: (noun, noun + 1),
        subject,
        from,
        to: that,
        place: Place::After(that + 1, Form::Clause),
        relative: true,
        verb: None,
        rule: "noun",
    })
}

/// "by scientists", "from the group" after the noun, unless a verb of their own follows: "from the group saying that".
fn agent(sentence: &Sentence, at: usize) -> Option<(usize, usize)> {
    if !sentence.is_word(at, &["by", "from"]) {
        return None;
    }
    let end = sentence.phrase_right(at + 1, sentence.end)?;
    (!cues::any_verb(sentence, at + 1, end)).then_some((at + 1, end))
}

/// Whose saying it is; an adjective may stand between: "her repeated warning".
fn owner(sentence: &Sentence, noun: usize) -> Option<(usize, usize)> {
    let owner = (noun.saturating_sub(2)..noun)
        .rev()
        .find(|&at| sentence.is(at, class::POSSESSIVE_PRONOUN) || sentence.is_possessive(at))?;
    if sentence.is(owner, class::POSSESSIVE_PRONOUN) {
        return Some((owner, owner + 1));
    }
    Some((sentence.phrase_left(owner, sentence.start)?, owner))
}

/// "In Keller's view, the road is lost."
fn view(sentence: &Sentence, noun: usize) -> Option<Attribution> {
    let owner = noun - 1;
    let start = sentence.phrase_left(owner, sentence.start)?;
    let from = start.checked_sub(1).filter(|&at| sentence.is_word(at, &["in", "by"]))?;
    let make = |from, place| Attribution {
        cue: (noun, noun + 1),
        subject: Subject::Span(start, owner),
        from,
        to: noun + 1,
        place,
        relative: false,
        verb: None,
        rule: "view",
    };
    if from == sentence.start {
        let content = next_comma(sentence, noun) + 1;
        return (content == noun + 2 && !sentence.ends(content))
            .then(|| make(from, Place::After(content, Form::Clause)));
    }
    let parted = sentence.is_char_before(from, ',') && has_main_verb(sentence, from) && sentence.ends(noun + 1);
    parted.then(|| make(from - 1, Place::Before))
}

/// "His claim that the road was open drew boos": where the clause of a noun ends, at the verb of which it is the subject.
pub(super) fn clause_end(sentence: &Sentence, at: usize, end: usize) -> usize {
    // Verbs that the words so far may still need.
    let mut wanted = 1;
    for here in at..end {
        let Some(token) = sentence.token(here) else { continue };
        let parted = wanted == 0 && token.is_char(',');
        if parted
            && sentence.token(here + 1).is_some_and(|next| {
                next.capital || next.is(class::SUBJECT_PRONOUN) || sentence.is_word(here + 1, &["there"])
            })
        {
            return here;
        }
        if token.is(class::SUBORDINATOR | class::RELATIVE | class::CONJUNCTION)
            || sentence.is_word(here, &["that", "what"])
            || token.is(class::SUBJECT_PRONOUN) && here > at && !sentence.is(here - 1, class::PREPOSITION)
        {
            wanted = 1;
            continue;
        }
        let mut before = here - 1;
        while before > at && sentence.is(before, class::ADVERB) {
            before -= 1;
        }
        let grouped = sentence.is(before, class::AUXILIARY | class::NEGATION) || sentence.is_word(before, &["to"]);
        if !token.small || grouped || !token.is(class::AUXILIARY | class::FINITE_VERB) {
            continue;
        }
        if wanted == 0 {
            return here;
        }
        wanted -= 1;
    }
    end
}
