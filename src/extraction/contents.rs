//! From an attribution to the words it reports: where the content begins and ends inside its sentence.

use super::attributions::{Attribution, Form, Place, Subject};
use super::lexicon::{LEXICON, class, frame};
use super::nouns;
use super::subjects::is_gerund;
use super::view::Sentence;

/// The content of every attribution of a sentence, as runs of units, in the order of the attributions.
pub fn of_all(sentence: &Sentence, attributions: &[Attribution]) -> Vec<Vec<(usize, usize)>> {
    (0..attributions.len()).map(|index| of_one(sentence, attributions, index)).collect()
}

fn of_one(sentence: &Sentence, attributions: &[Attribution], index: usize) -> Vec<(usize, usize)> {
    let attribution = &attributions[index];
    let runs = match attribution.place {
        Place::After(at, Form::Quotation) => vec![(at, at + 1)],
        Place::After(at, Form::Marked) => marked(sentence, at),
        Place::After(at, _) => vec![(at, clause_end(sentence, attributions, index, at))],
        Place::Before => vec![(before_start(sentence, attributions, index), attribution.from)],
        Place::Around(at) => {
            let whole = sentence.is_char(at + 1, ',') || sentence.ends(at + 1);
            let end = if sentence.quoted(at).is_some_and(|quoted| whole || sentence.is_full(quoted)) {
                at + 1
            } else {
                clause_end(sentence, attributions, index, at)
            };
            vec![(before_start(sentence, attributions, index), attribution.from), (at, end)]
        }
    };
    runs.into_iter().filter_map(|(from, to)| trim(sentence, from, to)).collect()
}

/// `"a" and "b"`: the marked words at `at` and those joined to them.
fn marked(sentence: &Sentence, at: usize) -> Vec<(usize, usize)> {
    let mut runs = vec![(at, at + 1)];
    let mut next = at + 1;
    for _ in 0..8 {
        let joined = (next..next + 4).find(|&at| {
            !(sentence.is(at, class::CONJUNCTION | class::DETERMINER | class::PREPOSITION) || sentence.is_char(at, ','))
        });
        match joined {
            Some(at) if at > next && sentence.quoted(at).is_some_and(|quoted| !quoted.single) => {
                runs.push((at, at + 1));
                next = at + 1;
            }
            _ => break,
        }
    }
    runs
}

/// Where the content before an attribution begins: at the sentence, or after another attribution's end.
fn before_start(sentence: &Sentence, attributions: &[Attribution], index: usize) -> usize {
    let attribution = &attributions[index];
    let mut start = sentence.start;
    // `He said yes, but "A," she said`: a quotation right before is the content, whatever stands before it.
    let last = attribution.from;
    if let Some(quoted) = sentence.quoted_before(last) {
        let at = last - 1;
        let alone = at == start
            || sentence.is_char_before(at, ',')
            || sentence.is_char_before(at, ':')
            || sentence.is_dash(at.wrapping_sub(1));
        if alone
            && sentence.tokens.get(quoted.inner_first).is_some_and(|token| token.capital)
            && sentence.closing_mark(quoted).is_some()
        {
            return at;
        }
    }
    for earlier in &attributions[..index] {
        if let (Place::Before | Place::Around(_), Subject::Span(..)) = (earlier.place, earlier.subject)
            && earlier.to < attribution.from
            && sentence.is_char(earlier.to, ',')
        {
            start = start.max(earlier.to + 1);
        }
    }
    start
}

/// Where a clause that begins at `at` ends: at the next attribution that is not part of it, or with the sentence.
fn clause_end(sentence: &Sentence, attributions: &[Attribution], index: usize, at: usize) -> usize {
    let attribution = &attributions[index];
    let mut end = sentence.body_end();
    for (other_index, other) in attributions.iter().enumerate() {
        if other_index != index && other.from > at && other.from < end && other.cue.0 >= at && parts(sentence, other) {
            end = other.from;
        }
    }
    if attribution.verb.is_some_and(|verb| verb.cue.forms.past) {
        end = (at + 3..end).find(|&here| goes_on_reporting(sentence, here) || leaves(sentence, here)).unwrap_or(end);
    }
    end = (at..end).find(|&here| sentence.is_char(here, ';')).unwrap_or(end);
    if attribution.relative {
        end = relative_end(sentence, at, end);
    }
    end = trailing(sentence, at, end);
    end = without_occasion(sentence, at, end);
    if matches!(attribution.place, Place::After(_, Form::Topic | Form::Infinitive)) {
        end = topic_end(sentence, at, end);
    }
    if is_subordinate(sentence, attribution) {
        end = main_clause(sentence, at, end);
    }
    if attribution.verb.is_none() && attribution.relative {
        end = nouns::clause_end(sentence, at, end);
    }
    end
}

/// Whether an attribution begins something new rather than standing inside the content before it.
fn parts(sentence: &Sentence, other: &Attribution) -> bool {
    let comma = sentence.is_char(other.from, ',')
        || sentence.is_char(other.from, ';')
        || sentence.is_dash(other.from)
        || sentence.comma_before(other.from);
    match (other.place, other.subject) {
        (Place::Before | Place::Around(_), _) => true,
        (Place::After(_, Form::Infinitive), Subject::Inherited) => false,
        (Place::After(..), Subject::Inherited) => comma || sentence.is(other.from, class::CONJUNCTION),
        (Place::After(..), Subject::Span(start, _)) if !other.relative => {
            comma
                && (sentence.is(start.wrapping_sub(1), class::CONJUNCTION | class::SUBORDINATOR)
                    || sentence.is_char(other.from, ';'))
        }
        _ => false,
    }
}

/// "While the ministry said A, B": whether the attribution stands in a clause that only leads up to another.
fn is_subordinate(sentence: &Sentence, attribution: &Attribution) -> bool {
    let before = match attribution.subject {
        Subject::Span(start, _) => start.wrapping_sub(1),
        // "Although she called it late and called for calm, B"
        Subject::Inherited => {
            if attribution.from == sentence.start {
                return true;
            }
            let leads = !(sentence.start..attribution.from).any(|at| sentence.is_char(at, ','));
            if leads { sentence.start } else { return false }
        }
        Subject::Nobody => return false,
    };
    sentence.is(before, class::SUBORDINATOR)
        && !sentence.is_word(before, &["because", "if"])
        && (before == sentence.start || sentence.is(before - 1, class::ADVERB | class::CONJUNCTION))
}

/// The comma at which the main clause begins: a noun phrase and a verb follow.
fn main_clause(sentence: &Sentence, at: usize, end: usize) -> usize {
    (at + 2..end)
        .filter(|&comma| sentence.is_char(comma, ','))
        .find(|&comma| {
            let next = if sentence.is(comma + 1, class::ADVERB) { comma + 2 } else { comma + 1 };
            sentence.phrase_right(next, end).is_some_and(|verb| {
                sentence.token(verb).is_some_and(|token| sentence.is_verb(verb, token) || token.is(class::ADVERB))
            })
        })
        .unwrap_or(end)
}

/// What is spoken of ends where a comma and a remark on it follow: "the health of Keller, who is 70".
fn topic_end(sentence: &Sentence, at: usize, end: usize) -> usize {
    let remark = |comma: usize| {
        let next = comma + 1;
        let verb = sentence.is(next, class::CONJUNCTION)
            && sentence.token(next + 1).is_some_and(|token| sentence.is_verb(next + 1, token));
        let last = !(next..end).any(|here| sentence.is_char(here, ','));
        verb || sentence.is_word(next, &["who", "whose", "where", "but"])
            || last && sentence.is_word(next, &["a", "an", "which"])
            || sentence.is(next, class::SUBORDINATOR)
    };
    let dash = |here: usize| {
        sentence.is_dash(here)
            && !(at..here).chain(here + 2..end).any(|at| sentence.is_dash(at))
            && sentence.quoted(here + 1).is_none()
    };
    (at + 1..end).find(|&here| sentence.is_char(here, ',') && remark(here) || dash(here)).unwrap_or(end)
}

/// Where the reporter takes over again inside a clause: "…, although the road was closed", "…, according to the police".
fn trailing(sentence: &Sentence, at: usize, end: usize) -> usize {
    (at + 3..end)
        .find(|&here| {
            sentence.comma_before(here)
                && (sentence.is_word(here, &["though", "although", "according", "citing"])
                    || is_trailing_participle(sentence, here, end)
                    || sentence.is_word(here, &["while"]) && is_trailing_participle(sentence, here + 1, end)
                    || is_remark(sentence, here))
        })
        .unwrap_or(end)
}

/// "called for calm in a statement on Thursday": the occasion of the saying at the end of the content.
fn without_occasion(sentence: &Sentence, at: usize, end: usize) -> usize {
    let said = |noun: usize| {
        sentence.is_word(noun, &["statement", "interview", "tweet", "speech", "email", "e-mail", "letter", "briefing"])
            || sentence.is_word(noun, &["conference"]) && sentence.is_word(noun - 1, &["news", "press"])
    };
    for preposition in (at + 2..end).rev().take(12) {
        if !sentence.is_word(preposition, &["in", "during", "at", "on", "via"])
            || !sentence.is_word(preposition + 1, &["a", "an", "his", "her", "their", "its", "the"])
        {
            continue;
        }
        let noun = (preposition + 2..end.min(preposition + 6)).find(|&noun| said(noun));
        if let Some(noun) = noun {
            let mut rest = noun + 1;
            while let Some(next) = sentence.after_time(rest) {
                rest = next;
            }
            return if rest >= end { preposition } else { end };
        }
    }
    end
}

/// "…, a claim that could not be verified": a noun for what has just been told.
fn is_remark(sentence: &Sentence, at: usize) -> bool {
    sentence.is_word(at, &["a", "an"])
        && (at + 1..at + 4).any(|noun| {
            sentence.is(noun, class::SAYING_NOUN)
                && (sentence.is(noun + 1, class::RELATIVE | class::ADVERB | class::AUXILIARY)
                    || sentence.is_word(noun + 1, &["that", "denied", "disputed", "rejected", "echoed", "repeated"]))
        })
}

/// "…, contradicting what the police had said": a participle that opens the last part of a sentence.
fn is_trailing_participle(sentence: &Sentence, at: usize, end: usize) -> bool {
    sentence.token(at).is_some_and(|token| token.small && is_gerund(sentence, token))
        && !sentence
            .is_word(at, &["including", "nothing", "something", "everything", "anything", "beginning", "starting"])
        && sentence.token(at + 1).is_some_and(|next| {
            next.capital
                || next.is(class::DETERMINER
                    | class::POSSESSIVE_PRONOUN
                    | class::PREPOSITION
                    | class::OBJECT_PRONOUN
                    | class::SUBORDINATOR
                    | class::ADVERB)
                || sentence.is_word(at + 1, &["that", "to", "what"])
        })
        && !(at..end).any(|here| sentence.is_char(here, ','))
}

/// "said it was over, put on his coat and left": what people do when they have spoken.
fn leaves(sentence: &Sentence, at: usize) -> bool {
    if !sentence.is_word(at, &["and"]) && !sentence.is_char(at, ',') {
        return false;
    }
    let verb = if sentence.is_char(at, ',') && sentence.is_word(at + 1, &["and"]) { at + 2 } else { at + 1 };
    let then = |words: &[&str]| sentence.is_word(verb + 1, words);
    sentence.is_char(at, ',') && sentence.is_word(at + 1, &["and"]) && sentence.is_word(at + 2, &["then"])
        || sentence.is_word(verb, &["left"])
            && (sentence.ends(verb + 1)
                || then(&["the"]) && {
                    let end = sentence.phrase_right(verb + 1, sentence.end).unwrap_or(verb + 1);
                    sentence.is_word(
                        end - 1,
                        &[
                            "room",
                            "court",
                            "courtroom",
                            "box",
                            "stage",
                            "hall",
                            "podium",
                            "building",
                            "meeting",
                            "chamber",
                        ],
                    )
                })
        || sentence.is_word(verb, &["walked"]) && then(&["out", "off", "away"])
        || sentence.is_word(verb, &["hung", "stood", "got"]) && then(&["up"])
        || sentence.is_word(verb, &["sat"]) && then(&["down"])
        || sentence.is_word(verb, &["put"]) && then(&["on", "down"])
        || sentence.is_word(verb, &["smiled", "shrugged", "nodded", "laughed", "waved"]) && sentence.ends(verb + 1)
}

/// "said A and warned against B": a second reporting verb of the same speaker ends the clause, whatever it governs.
fn goes_on_reporting(sentence: &Sentence, at: usize) -> bool {
    if !sentence.is_word(at, &["and"]) {
        return false;
    }
    let verb = if sentence.is(at + 1, class::ADVERB) { at + 2 } else { at + 1 };
    sentence.token(verb).is_some_and(|token| {
        token.small
            && sentence.source.before(token.end) == 'd'
            && token.entry.is_some_and(|entry| {
                entry.cues.iter().filter_map(|&index| LEXICON.cues.get(index as usize)).any(|cue| {
                    cue.forms.past
                        && cue.frames & (frame::QUOTE | frame::PERSON_INFINITIVE) != 0
                        && cue.frames & (frame::THOUGHT | frame::DOCUMENT) == 0
                })
            })
    })
}

/// "Keller, who has said that A, was there": a comma and a verb end the relative clause.
fn relative_end(sentence: &Sentence, at: usize, end: usize) -> usize {
    (at..end)
        .find(|&here| {
            sentence.is_char(here, ',')
                && sentence.token(here + 1).is_some_and(|token| sentence.is_verb(here + 1, token))
        })
        .unwrap_or(end)
}

/// Strips commas, dashes and spaces of speech from the ends of a run.
fn trim(sentence: &Sentence, mut from: usize, mut to: usize) -> Option<(usize, usize)> {
    let loose = |at: usize| sentence.is_dash(at) || [',', ':', ';', '.'].iter().any(|&c| sentence.is_char(at, c));
    while from < to && loose(from) {
        from += 1;
    }
    // "(… that she was ill)": a bracket that closes what opened before the content.
    let bracket =
        |from: usize, to: usize| sentence.is_char(to - 1, ')') && !(from..to).any(|at| sentence.is_char(at, '('));
    while to > from && (loose(to - 1) || bracket(from, to)) {
        to -= 1;
    }
    (from < to).then_some((from, to))
}
