//! Reporting verbs and phrases in a sentence.

use super::lexicon::{Bits, Cue, LEXICON, Position, class};
use super::tokens::{self, Kind};
use super::view::Sentence;

/// A reporting verb where it stands, with the auxiliaries and adverbs around it.
#[derive(Debug, Clone, Copy)]
pub struct CueMatch {
    /// The verb.
    pub cue: &'static Cue,
    /// Its first unit.
    pub at: usize,
    /// The unit after its last.
    pub end: usize,
    /// The first unit of the whole verb group: "has repeatedly" of "has repeatedly said".
    pub group: usize,
    /// Whether the group says that nobody said so.
    pub negated: bool,
    /// Whether a modal makes it a mere possibility.
    pub modal: bool,
    /// "to say"
    pub infinitive: bool,
    /// "was told"
    pub passive: bool,
    /// "saying", without "is" before it
    pub participle: bool,
}

impl CueMatch {
    /// Whether the verb has one of the frames.
    pub fn has(&self, frames: Bits) -> bool {
        self.cue.frames & frames != 0
    }
}

/// A phrase that reports without a verb, where it stands.
#[derive(Debug, Clone, Copy)]
pub struct PhraseMatch {
    /// Its first unit.
    pub at: usize,
    /// The unit after its last.
    pub end: usize,
    /// Where its speaker stands.
    pub position: Position,
}

/// Finds the reporting verbs of a sentence, from left to right, none inside another.
pub fn verbs(sentence: &Sentence) -> Vec<CueMatch> {
    let mut out = Vec::new();
    let mut at = sentence.start;
    while at < sentence.end {
        match verb_at(sentence, at) {
            Some(found) => {
                at = found.end;
                out.push(found);
            }
            None => at += 1,
        }
    }
    out
}

fn verb_at(sentence: &Sentence, at: usize) -> Option<CueMatch> {
    let token = sentence.token(at)?;
    let entry = token.entry?;
    // A capital makes a name of it, or a headline.
    if entry.cues.is_empty() || (token.capital && at > sentence.start) {
        return None;
    }
    let (cue, end) = entry.cues.iter().find_map(|&index| {
        let cue = LEXICON.cues.get(index as usize)?;
        let end = at + 1 + cue.rest.len();
        let matches = cue.rest.iter().enumerate().all(|(n, word)| sentence.is_word(at + 1 + n, &[word.as_str()]));
        (matches && end <= sentence.end).then_some((cue, end))
    })?;
    let found = group(sentence, at, end, cue);
    (!is_noun(sentence, &found)).then_some(found)
}

/// Reads auxiliaries, adverbs and times of saying leftwards from the verb.
fn group(sentence: &Sentence, at: usize, end: usize, cue: &'static Cue) -> CueMatch {
    let mut found = CueMatch {
        cue,
        at,
        end,
        group: at,
        negated: false,
        modal: false,
        infinitive: false,
        passive: false,
        participle: false,
    };
    let mut be = false;

    while found.group > sentence.start {
        let here = found.group - 1;
        if let Some(start) = time_before(sentence, found.group) {
            found.group = start;
            continue;
        }
        let Some(token) = sentence.token(here) else { break };
        let capital_name = token.capital && here > sentence.start;
        if !token.is_word() || capital_name {
            // "he's said", "they've said" are single words or a possessive mark after a pronoun.
            if token.kind == Kind::Possessive && sentence.is(here.wrapping_sub(1), class::SUBJECT_PRONOUN) {
                found.group = here;
                continue;
            }
            break;
        }
        if token.is(class::AUXILIARY | class::NEGATION) {
            found.negated |= token.is(class::NEGATION);
            found.modal |= token.is(class::MODAL) && !sentence.is_word(here, &["would"]);
            be |= token.is(class::BE);
        } else if sentence.is_word(here, &["to"]) && found.group == at {
            found.infinitive = true;
            found.group = here;
            break;
        } else if !(token.is(class::ADVERB) || (is_manner(sentence, here) && here > sentence.start)) {
            break;
        }
        found.group = here;
    }
    let forms = cue.forms;
    found.passive = be && forms.participle && !forms.gerund;
    found.participle = forms.gerund && !be;

    found
}

/// An adverb that no list has: "defiantly".
fn is_manner(sentence: &Sentence, at: usize) -> bool {
    sentence.token(at).is_some_and(|token| {
        token.small
            && token.end - token.start > 4
            && sentence.source.at(token.end - 1) == 'y'
            && sentence.source.at(token.end - 2) == 'l'
            && !token.is(class::PERSON_NOUN | class::BODY_NOUN | class::TIME_WORD)
    })
}

/// "on Monday" or "Monday" right before a verb: where it starts.
fn time_before(sentence: &Sentence, end: usize) -> Option<usize> {
    let last = end.checked_sub(1)?;
    let timed = sentence.is(last, class::WEEKDAY)
        || sentence.is_word(last, &["today", "yesterday", "tonight"])
        || (sentence.is(last, class::TIME_WORD)
            && sentence.is_word(last.wrapping_sub(1), &["last", "this", "earlier", "later"]))
        || (sentence.is_word(last.wrapping_sub(1), &["in"]) && sentence.after_time(last - 1) == Some(end));
    if !timed || last <= sentence.start {
        return None;
    }
    (last.saturating_sub(2)..=last).find(|&start| start > sentence.start && sentence.after_time(start) == Some(end))
}

/// Whether the word is rather a noun or an adjective here: "the reports", "in talks and claims".
fn is_noun(sentence: &Sentence, found: &CueMatch) -> bool {
    let forms = found.cue.forms;
    let Some(before) = sentence.token_before(found.at) else { return false };
    if before.is(class::DETERMINER | class::POSSESSIVE_PRONOUN)
        && !sentence.is_word(
            found.at - 1,
            &["that", "which", "this", "both", "all", "some", "many", "others", "few", "most", "one", "another"],
        )
    {
        return true;
    }
    if sentence.is_possessive(found.at - 1) {
        return found.group == found.at && (!forms.gerund || sentence.is(found.at, class::SAYING_NOUN));
    }
    if before.is(class::PREPOSITION) && !found.infinitive && before.small {
        // "in saying that", "by saying" are verbs; "in reports" is not.
        return !forms.gerund;
    }
    if (forms.third || forms.base) && !forms.past && is_plural_noun(sentence, found) {
        return true;
    }
    if forms.base && !forms.past {
        let say = found.cue.lemma == "say" && before.is_word() && !before.is(class::PREPOSITION);
        return !(say || found.infinitive || found.group < found.at || plural_subject(sentence, found.group));
    }
    false
}

/// "many Republican claims", "any criminal charges", "his urgent calls for": a noun with what belongs to it.
fn is_plural_noun(sentence: &Sentence, found: &CueMatch) -> bool {
    let Some(before) = sentence.token_before(found.at) else { return false };
    if !sentence.is(found.at, class::SAYING_NOUN)
        && !sentence
            .is_word(found.at, &["charges", "rules", "questions", "projects", "state", "states", "cable", "documents"])
        || before.is(class::PERSON_NOUN
            | class::BODY_NOUN
            | class::DOCUMENT_NOUN
            | class::SUBJECT_PRONOUN
            | class::RELATIVE)
        || found.group < found.at
    {
        return false;
    }
    let counted = (found.at.saturating_sub(3)..found.at).any(|at| {
        at >= sentence.start
            && (sentence.is(at, class::POSSESSIVE_PRONOUN)
                || sentence.is_word(
                    at,
                    &["many", "any", "some", "few", "several", "all", "these", "those", "of", "no", "such"],
                ))
    });
    let adjective = before.small
        && before.end - before.start > 4
        && ["al", "ing", "ed", "ous", "ic", "ive", "ble", "ful", "ian", "ean"].iter().any(|ending| {
            let length = ending.len();
            ending.chars().enumerate().all(|(n, c)| sentence.source.at(before.end - length + n) == c)
        });
    counted || adjective
}

/// Whether a plural could be the subject of what begins at `end`: "officials say", "they say", "A and B say".
fn plural_subject(sentence: &Sentence, end: usize) -> bool {
    let Some(token) = sentence.token_before(end) else { return false };
    if token.is(class::SUBJECT_PRONOUN | class::RELATIVE) {
        return !sentence.is_word(end - 1, &["he", "she", "it"]);
    }
    if token.is(class::OBJECT_PRONOUN) {
        // "those close to him say"
        return true;
    }
    if sentence.is_char_before(end, ',') || token.kind == Kind::Punctuation(')') {
        return true;
    }
    token.is(class::PERSON_NOUN | class::DETERMINER)
        || matches!(sentence.source.before(token.end), 's' | 'S')
        || token.capital
        || sentence
            .is_word(end - 1, &["people", "police", "media", "women", "men", "percent", "children", "and", "but"])
}

/// Whether a reporting verb stands among the units `from..to`.
pub fn any_verb(sentence: &Sentence, from: usize, to: usize) -> bool {
    (from..to).any(|at| verb_at(sentence, at).is_some())
}

/// Finds the reporting phrases of a sentence.
pub fn phrases(sentence: &Sentence) -> Vec<PhraseMatch> {
    let mut out = Vec::new();
    for at in sentence.start..sentence.end {
        let Some(entry) = sentence.token(at).and_then(|token| token.entry) else { continue };
        for &index in &entry.phrases {
            let Some(phrase) = LEXICON.phrases.get(index as usize) else { continue };
            let matches = phrase.words.iter().enumerate().all(|(n, word)| {
                sentence.token(at + n).is_some_and(|token| tokens::is_word(sentence.source, token, word))
            });
            if matches {
                out.push(PhraseMatch { at, end: at + phrase.words.len(), position: phrase.position });
                break;
            }
        }
    }
    out
}
