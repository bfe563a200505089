//! Who speaks: the noun phrase beside a reporting verb.

use super::attributions::Subject;
use super::cues::CueMatch;
use super::lexicon::class;
use super::tokens::{self, Kind};
use super::view::Sentence;

pub(super) struct Who {
    pub(super) subject: Subject,
    pub(super) from: usize,
    pub(super) relative: bool,
}

/// Finds the subject on the left of the verb group.
pub(super) fn subject(sentence: &Sentence, found: &CueMatch, has_before: bool) -> Option<Who> {
    let mut group = found.group;
    if found.infinitive {
        // Back over "went on", "continued" to the real verb group.
        while group > sentence.start
            && sentence.is(group - 1, class::ADVERB | class::AUXILIARY | class::FINITE_VERB | class::PREPOSITION)
            || sentence.is_word(
                group.wrapping_sub(1),
                &["continued", "hastened", "rushed", "turned", "quick", "used", "appeared", "heard"],
            )
        {
            group -= 1;
        }
    }
    if group == sentence.start {
        return (found.participle).then_some(Who { subject: Subject::Inherited, from: group, relative: false });
    }
    let before = group - 1;
    if found.participle && (sentence.is_char(before, ',') || sentence.is_dash(before)) {
        return Some(Who { subject: Subject::Inherited, from: before, relative: false });
    }
    if found.participle && sentence.comma_before(group) {
        return Some(Who { subject: Subject::Inherited, from: group, relative: false });
    }
    if sentence.is(before, class::CONJUNCTION) {
        let from = if sentence.is_char_before(before, ',') { before - 1 } else { before };
        let verbal = has_before || sentence.has_verb(sentence.start, from);
        return verbal.then_some(Who { subject: Subject::Inherited, from, relative: false });
    }
    if sentence.is_word(before, &["as"]) && (found.participle || sentence.is_word(group, &["having"])) {
        // "was quoted as saying", "was quoted by the agency as having said"
        let mut verb = before;
        while verb > sentence.start
            && (sentence.is(verb - 1, class::AUXILIARY | class::ADVERB)
                || sentence.is_word(verb - 1, &["quoted", "cited", "reported", "by", "recorded"])
                || sentence.after_time(verb - 1) == Some(verb))
        {
            verb -= 1;
        }
        // "was quoted by the broadcaster as saying": who quoted is not who spoke.
        let by = (sentence.start..verb).rev().take(10).find(|&at| {
            sentence.is_word(at, &["by", "in", "on"])
                && sentence.is_word(at.wrapping_sub(1), &["quoted", "cited", "reported", "recorded"])
        });
        if let Some(by) = by {
            verb = by - 1;
            while verb > sentence.start && sentence.is(verb - 1, class::AUXILIARY | class::ADVERB) {
                verb -= 1;
            }
        }
        if sentence.is_char_before(verb, ',') {
            return past_apposition(sentence, verb - 1);
        }
        let start = sentence.phrase_left(verb, sentence.start)?;
        return Some(Who { subject: Subject::Span(start, verb), from: start, relative: false });
    }
    if sentence.is(before, class::PREPOSITION) && found.participle {
        return Some(Who { subject: Subject::Inherited, from: before, relative: false });
    }
    if sentence.is(before, class::RELATIVE) || (sentence.is_word(before, &["that"]) && !found.participle) {
        return antecedent(sentence, before);
    }
    if sentence.is_char(before, ',') {
        return past_apposition(sentence, before).or_else(|| past_stray_comma(sentence, found, before));
    }
    if sentence.is_dash(before)
        && let Some(who) = past_dashes(sentence, before)
    {
        return Some(who);
    }
    let Some(start) = sentence.phrase_left(group, sentence.start) else { return close_to(sentence, found) };
    if let Some(relative) = (sentence.start + 1..start).rev().take(4).find(|&at| sentence.is(at, class::RELATIVE))
        && !(relative..start).any(|at| sentence.is_char(at, ','))
        && !sentence.is_char_before(relative, ',')
        && sentence.has_verb(relative, start)
        && let Some(who) = antecedent(sentence, relative)
    {
        // "officials who briefed reporters said"
        return Some(Who { relative: false, ..who });
    }
    let start = back_to_quotation(sentence, start);
    if found.participle && !names_speaker(sentence, start, group) {
        return None;
    }
    Some(with_comma(sentence, start, group))
}

/// `"Why?" a voice in the crowd asked`: all that stands between the quotation and the verb is the subject.
pub(super) fn back_to_quotation(sentence: &Sentence, start: usize) -> usize {
    let words = (sentence.start..start).rev().take(12).take_while(|&at| {
        sentence.token(at).is_some_and(|token| {
            token.is_word()
                && !sentence.is_verb(at, token)
                && !token.is(class::SUBORDINATOR | class::CONJUNCTION)
                && token.entry.is_none_or(|entry| entry.cues.is_empty() || token.is(class::PERSON_NOUN))
        })
    });
    let first = start - words.count();
    let follows = sentence.quoted_before(first).is_some_and(|quoted| sentence.closing_mark(quoted).is_some());
    if follows { first } else { start }
}

/// "a statement saying", "the minister saying": only nouns that speak, lest "a man carrying" slip in.
pub(super) fn names_speaker(sentence: &Sentence, start: usize, end: usize) -> bool {
    (start..end).any(|at| {
        sentence.token(at).is_some_and(|token| {
            token.capital
                || token.is(class::PERSON_NOUN
                    | class::DOCUMENT_NOUN
                    | class::BODY_NOUN
                    | class::SAYING_NOUN
                    | class::SUBJECT_PRONOUN
                    | class::OBJECT_PRONOUN)
        })
    })
}

pub(super) fn with_comma(sentence: &Sentence, start: usize, end: usize) -> Who {
    let mut from = start;
    if sentence.is(from.wrapping_sub(1), class::CONJUNCTION)
        || sentence.is_word(from.wrapping_sub(1), &["while", "whereas", "although", "though"])
    {
        from -= 1;
    }
    if from > sentence.start
        && (sentence.is_char(from - 1, ',') || sentence.is_char(from - 1, ';') || sentence.is_dash(from - 1))
    {
        from -= 1;
        if from > sentence.start && sentence.is_dash(from - 1) {
            from -= 1;
        }
    }
    Who { subject: Subject::Span(start, end), from, relative: false }
}

/// "Berg, who has said"; "the official who said".
pub(super) fn antecedent(sentence: &Sentence, relative: usize) -> Option<Who> {
    let end = if sentence.is_char_before(relative, ',') { relative - 1 } else { relative };
    let start = sentence.phrase_left(end, sentence.start)?;
    Some(Who { subject: Subject::Span(start, end), from: start, relative: true })
}

/// "Holm, an adviser, said": back over what stands between commas.
pub(super) fn past_apposition(sentence: &Sentence, comma: usize) -> Option<Who> {
    let mut end = comma;
    for _ in 0..4 {
        let open = (sentence.start..end).rev().take(40).find(|&at| {
            sentence.is_char(at, ',')
                || sentence.quoted(at).is_some_and(|quoted| sentence.closing_mark(quoted).is_some())
        })?;
        if sentence.quoted(open).is_some() {
            // The quotation before is the content: what stands between it and the comma is the speaker.
            let start = sentence.phrase_left(end, open + 1)?;
            return (start == open + 1).then(|| with_comma(sentence, start, comma));
        }
        // "Both, he said, told": a parenthesis, no apposition.
        if sentence.is(open + 1, class::SUBJECT_PRONOUN) {
            return None;
        }
        let start = sentence.phrase_left(open, sentence.start);
        if let Some(start) = start
            && names_speaker(sentence, start, open)
        {
            let clean = start == sentence.start
                || sentence.quoted(start - 1).is_some()
                || sentence.is(start - 1, class::CONJUNCTION | class::SUBORDINATOR)
                || !sentence.is_char(start - 1, ',')
                || sentence.quoted(start.wrapping_sub(2)).is_some()
                || sentence.is(open + 1, class::RELATIVE | class::DETERMINER | class::POSSESSIVE_PRONOUN)
                || is_name(sentence, open + 1, end)
                || end == open + 2 && sentence.token(open + 1).is_some_and(|token| token.all_capitals)
                || sentence.token(open + 1).is_some_and(|token| token.kind == Kind::Number);
            if clean {
                let aside = sentence.is(open + 1, class::RELATIVE | class::PREPOSITION | class::ADVERB)
                    || (open + 1..open + 4).any(|at| sentence.is_word(at, &["whom", "whose"]))
                    || sentence.token(open + 1).is_some_and(|token| token.small && is_gerund(sentence, token));
                let mention_end = if aside { open } else { comma };
                return Some(Who { subject: Subject::Span(start, mention_end), ..with_comma(sentence, start, comma) });
            }
        }
        end = open;
    }
    None
}

/// "Anna Keller for the food agency, says": a comma that should not be there, after the first words of the sentence.
fn past_stray_comma(sentence: &Sentence, found: &CueMatch, comma: usize) -> Option<Who> {
    let (start, end) = opening_subject(sentence)?;
    let plain = end <= comma
        && start == sentence.start
        && !found.participle
        && !sentence.has_verb(end, comma)
        && !(start..comma).any(|at| sentence.is_char(at, ',') || sentence.quoted(at).is_some());
    (plain && names_speaker(sentence, start, end)).then_some(Who {
        subject: Subject::Span(start, end),
        from: start,
        relative: false,
    })
}

/// "Those close to him say that": a pronoun ends the subject. `"The Herald" reported`: marks around a name.
fn close_to(sentence: &Sentence, found: &CueMatch) -> Option<Who> {
    let start = sentence.start;
    let name = sentence.quoted_before(found.group).filter(|quoted| {
        sentence.closing_mark(quoted).is_none()
            && quoted.inner_last - quoted.inner_first <= 4
            && sentence.tokens.get(quoted.inner_first).is_some_and(|token| token.capital)
    });
    if name.is_some() && !found.participle && found.group == start + 1 {
        return Some(Who { subject: Subject::Span(start, found.group), from: start, relative: false });
    }
    let plain = !found.participle
        && found.group - start <= 8
        && sentence.is(found.group - 1, class::OBJECT_PRONOUN)
        && sentence.is(start, class::DETERMINER | class::PERSON_NOUN)
        && !sentence.has_verb(start, found.group);
    plain.then_some(Who { subject: Subject::Span(start, found.group), from: start, relative: false })
}

/// "the special adviser, Jan Berg, said": two to four words with capitals.
fn is_name(sentence: &Sentence, from: usize, to: usize) -> bool {
    (2..=4).contains(&(to - from.min(to)))
        && (from..to).all(|at| sentence.token(at).is_some_and(|token| token.is_word() && token.capital))
}

/// "Kall -- an editor -- said": back over what stands between dashes.
fn past_dashes(sentence: &Sentence, dash: usize) -> Option<Who> {
    let close = if sentence.is_dash(dash.wrapping_sub(1)) { dash - 1 } else { dash };
    let open = (sentence.start..close).rev().take(40).find(|&at| sentence.is_dash(at))?;
    let end = if sentence.is_dash(open.wrapping_sub(1)) { open - 1 } else { open };
    let start = sentence.phrase_left(end, sentence.start)?;
    names_speaker(sentence, start, end).then(|| with_comma(sentence, start, end))
}

/// The noun phrase that opens a sentence, or its main clause after a leading phrase.
pub fn opening_subject(sentence: &Sentence) -> Option<(usize, usize)> {
    let mut start = sentence.start;
    while sentence.is(start, class::CONJUNCTION | class::ADVERB) || sentence.is_char(start, ',') {
        start += 1;
    }
    if sentence.is(start, class::PREPOSITION | class::SUBORDINATOR)
        || sentence.token(start).is_some_and(|token| is_gerund(sentence, token))
    {
        let comma = next_comma(sentence, start);
        start = comma + 1;
    }
    let end = sentence.phrase_right(start, sentence.end)?;
    Some((start, end))
}

pub(super) fn is_gerund(sentence: &Sentence, token: &tokens::Token) -> bool {
    token.is_word()
        && token.end - token.start > 5
        && (token.end - 3..token.end).map(|at| sentence.source.at(at)).eq("ing".chars())
}

pub(super) fn next_comma(sentence: &Sentence, from: usize) -> usize {
    (from..sentence.end).find(|&at| sentence.is_char(at, ',')).unwrap_or(sentence.end)
}
