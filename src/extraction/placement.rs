//! Content before an attribution: whether it goes on after it.

use super::attributions::Place;
use super::complements::past_preposition;
use super::cues::{self, CueMatch};
use super::lexicon::{class, frame};
use super::tokens::Kind;
use super::view::Sentence;

/// Whether the content goes on after an attribution that ends at `to`.
pub(super) fn around(sentence: &Sentence, from: usize, to: usize) -> Place {
    let at = past_adjuncts(sentence, to);
    if sentence.quoted(at).is_some() && at > to {
        return Place::Before;
    }
    let mark = (at..sentence.end).take(14).find(|&at| {
        sentence.is_char(at, ',') || sentence.is_char(at, ':') || sentence.is_dash(at) || sentence.quoted(at).is_some()
    });
    let Some(mark) = mark else { return Place::Before };
    if sentence.quoted(mark + 1).is_some_and(|quoted| sentence.is_full(quoted)) && !sentence.is_char(mark, ':') {
        // "…," she sang before asking him, "…": the second quotation has a verb of its own.
        return if cues::any_verb(sentence, to, mark) { Place::Before } else { Place::Around(mark + 1) };
    }
    let unfinished = sentence.quoted_before(from).is_some_and(|quoted| sentence.closing_mark(quoted) == Some(','));
    if unfinished && sentence.is_char(mark, ',') && sentence.quoted(mark + 1).is_some_and(|quoted| !quoted.single) {
        // `"If they come," Keller said, "we will be ready", and went on.`
        return if cues::any_verb(sentence, to, mark) { Place::Before } else { Place::Around(mark + 1) };
    }
    if let Some(second) = second_half(sentence, from, mark) {
        return Place::Around(second);
    }
    if mark != at || !sentence.is_char(mark, ',') || sentence.ends(mark + 1) {
        return Place::Before;
    }
    // "A, she said, B": B belongs to it where A alone is no sentence yet, or where B is coordinated with A.
    let next = mark + 1;
    let quoted_before = sentence.quoted_before(from).is_some();
    if quoted_before || sentence.token(next).is_none_or(|token| !token.is_word() && token.kind != Kind::Number) {
        return Place::Before;
    }
    let reports =
        |at: usize| sentence.token(at).is_some_and(|token| token.entry.is_some_and(|entry| !entry.cues.is_empty()));
    let coordinated =
        sentence.is(next, class::CONJUNCTION) && !sentence.is(next + 1, class::ADVERB) && !reports(next + 1);
    let continues = coordinated
        || sentence.is_word(
            next,
            &[
                "that",
                "until",
                "since",
                "because",
                "unless",
                "so",
                "for",
                "if",
                "whether",
                "although",
                "though",
                "even",
                "which",
                "where",
                "not",
                "including",
                "rather",
                "especially",
            ],
        );
    let complete = has_main_verb(sentence, from);
    if continues || !complete { Place::Around(next) } else { Place::Before }
}

/// After the time and the place of the saying: "said in Bonn on Monday".
fn past_adjuncts(sentence: &Sentence, to: usize) -> usize {
    let mut at = to;
    for _ in 0..4 {
        let next = sentence.after_time(at).or_else(|| {
            let place = sentence.is(at, class::PREPOSITION) && !sentence.is(at, class::SUBORDINATOR);
            place.then(|| past_preposition(sentence, at)).flatten()
        });
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

/// `"A," she said, pointing at the map, "b."` and `"A," she said, but "b."`: the unit of the second quotation.
pub(super) fn second_half(sentence: &Sentence, from: usize, mark: usize) -> Option<usize> {
    if sentence.quoted_before(from).is_none() || !sentence.is_char(mark, ',') {
        return None;
    }
    let second = (mark + 1..sentence.end).take(16).find(|&at| sentence.quoted(at).is_some())?;
    let quoted = sentence.quoted(second)?;
    let conjunction = sentence.is(mark + 1, class::CONJUNCTION)
        && (second == mark + 2 || second <= mark + 4 && sentence.is(mark + 2, class::ADVERB));
    if conjunction && second > mark + 2 {
        return Some(mark + 1);
    }
    let joined = conjunction || sentence.is_char_before(second, ',');
    let reports = cues::any_verb(sentence, mark + 1, second);
    (joined && !reports && sentence.closing_mark(quoted).is_some()).then_some(second)
}

/// Whether the units before `to` hold a verb of their own, outside a leading subordinate clause.
pub(super) fn has_main_verb(sentence: &Sentence, to: usize) -> bool {
    let mut start = sentence.start;
    while sentence.is(start, class::CONJUNCTION | class::ADVERB) || sentence.is_word(start, &["so"]) {
        start += 1;
    }
    if sentence.is(start, class::SUBORDINATOR)
        || (sentence.is(start, class::PREPOSITION) && !sentence.is_word(start, &["like"]))
    {
        match (start..to).find(|&at| sentence.is_char(at, ',')) {
            Some(comma) => start = comma + 1,
            None => return false,
        }
    }
    sentence.has_verb(start, to)
}

/// After "said Keller, the mayor of Linz, …": the unit where the apposition ends.
pub(super) fn past_apposition_right(sentence: &Sentence, end: usize) -> usize {
    if !sentence.is_char(end, ',')
        || !(sentence.is(end + 1, class::DETERMINER | class::RELATIVE | class::TITLE | class::PERSON_NOUN)
            || sentence.token(end + 1).is_some_and(|token| token.kind == Kind::Number))
    {
        return end;
    }
    (end + 1..sentence.end)
        .find(|&at| sentence.is_char(at, ',') && sentence.quoted(at + 1).is_some())
        .unwrap_or(sentence.body_end())
}

/// After the addressee and the day: "told reporters on Friday".
pub(super) fn attribution_end(sentence: &Sentence, found: &CueMatch) -> usize {
    let mut end = found.end;
    if found.has(frame::ADDRESSEE)
        && let Some(next) = sentence.phrase_right(end, sentence.end)
    {
        end = next;
    }
    while let Some(next) = sentence.after_time(end) {
        end = next;
    }
    end
}
