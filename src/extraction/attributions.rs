//! Attributions: a reporting verb or phrase with its subject, and the side on which its content stands.

use super::cues::{self, CueMatch, PhraseMatch};
use super::lexicon::{Position, class, frame};
use super::tokens::{self, Kind};
use super::view::Sentence;

/// Who speaks, in units of the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// These units.
    Span(usize, usize),
    /// The subject of the attribution before, or of the sentence: "…, adding that".
    Inherited,
    /// Nobody whom the sentence names.
    Nobody,
}

/// What stands after the verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A clause, with or without "that".
    Clause,
    /// A quotation that is the whole of what was said.
    Quotation,
    /// Something whose marked words alone are content: `called the talks "useful"`.
    Marked,
    /// "to withdraw"
    Infinitive,
}

/// Where the content stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It begins at this unit, after the attribution.
    After(usize, Form),
    /// It ends where the attribution begins.
    Before,
    /// It surrounds the attribution and goes on at this unit.
    Around(usize),
}

/// An attribution.
#[derive(Debug, Clone, Copy)]
pub struct Attribution {
    /// The units of the cue.
    pub cue: (usize, usize),
    /// Who speaks.
    pub subject: Subject,
    /// The first unit of the attribution: subject, verb group, and the comma or conjunction before it.
    pub from: usize,
    /// The unit after its last: verb and inverted subject.
    pub to: usize,
    /// Where the content stands.
    pub place: Place,
    /// Whether the verb stands in a relative clause: "who has said that …,".
    pub relative: bool,
    /// The verb, unless a phrase reports.
    pub verb: Option<CueMatch>,
    /// The name of the rule.
    pub rule: &'static str,
}

/// All attributions of a sentence, from left to right.
pub fn find(sentence: &Sentence) -> Vec<Attribution> {
    let mut out: Vec<Attribution> = Vec::new();
    for found in cues::verbs(sentence) {
        if let Some(attribution) = of_verb(sentence, &found, out.last()) {
            out.push(attribution);
        }
    }
    for found in cues::phrases(sentence) {
        if let Some(attribution) = of_phrase(sentence, &found) {
            out.push(attribution);
        }
    }
    out.sort_by_key(|attribution| attribution.cue);
    out
}

fn of_verb(sentence: &Sentence, found: &CueMatch, last: Option<&Attribution>) -> Option<Attribution> {
    if found.passive || found.negated || found.modal || is_condition(sentence, found) {
        return None;
    }
    if found.infinitive && !goes_on(sentence, found.group) {
        return None;
    }
    if let Some(attribution) = inverted(sentence, found) {
        return Some(attribution);
    }
    let who = subject(sentence, found, last.is_some())?;
    let make = |place, rule| Attribution {
        cue: (found.at, found.end),
        subject: who.subject,
        from: who.from,
        to: found.end,
        place,
        relative: who.relative,
        verb: Some(*found),
        rule,
    };
    let follows_quotation = sentence.quoted_before(who.from).is_some_and(|quoted| sentence.is_full(quoted))
        || (sentence.is_char_before(who.from, ',') && sentence.quoted_before(who.from - 1).is_some());
    if follows_quotation
        && !found.participle
        && found.has(frame::QUOTE)
        && matches!(who.subject, Subject::Span(..))
        && !who.relative
    {
        return Some(make(around(sentence, who.from, found.end), "quote_before"));
    }
    if let Some((content, form)) = complement(sentence, found) {
        let rule = match form {
            Form::Clause if found.participle => "participle",
            Form::Clause => "clause_after",
            Form::Quotation => "quote_after",
            Form::Marked => "marked_words",
            Form::Infinitive => "infinitive",
        };
        return Some(make(Place::After(content, form), rule));
    }
    if found.participle
        || who.relative
        || !matches!(who.subject, Subject::Span(..))
        || found.has(frame::THOUGHT | frame::DOCUMENT) && !found.has(frame::QUOTE)
    {
        return None;
    }
    let parted =
        sentence.is_char(who.from, ',') || sentence.is_dash(who.from) || sentence.quoted_before(who.from).is_some();
    if found.has(frame::BARE)
        && !found.has(frame::THOUGHT | frame::DOCUMENT)
        && parted
        && sentence.has_verb(sentence.start, who.from)
        && sentence.words(sentence.start, who.from) >= 3
    {
        return Some(make(around(sentence, who.from, found.end), "clause_before"));
    }
    // The subject of the content stands alone before the attribution: "The plan, she said, would fail."
    if found.has(frame::BARE)
        && !found.has(frame::THOUGHT | frame::DOCUMENT)
        && parted
        && sentence.is_char(found.end, ',')
        && !sentence.ends(found.end + 1)
        && who.from > sentence.start
    {
        return Some(make(Place::Around(found.end + 1), "parenthesis"));
    }
    None
}

/// "if he says", "whether she said", "when asked".
fn is_condition(sentence: &Sentence, found: &CueMatch) -> bool {
    let start = sentence.phrase_left(found.group, sentence.start).unwrap_or(found.group);
    sentence.is_word(start.wrapping_sub(1), &["if", "whether", "unless", "lest"])
        || sentence.is_word(found.group.wrapping_sub(1), &["if", "whether", "unless"])
}

/// "went on to say", "continued to insist": somebody did say so.
fn goes_on(sentence: &Sentence, to: usize) -> bool {
    sentence.is_word(
        to.wrapping_sub(1),
        &[
            "on",
            "continued",
            "continues",
            "continue",
            "hastened",
            "rushed",
            "turned",
            "took",
            "quick",
            "used",
            "appeared",
        ],
    )
}

struct Who {
    subject: Subject,
    from: usize,
    relative: bool,
}

/// Finds the subject on the left of the verb group.
fn subject(sentence: &Sentence, found: &CueMatch, has_before: bool) -> Option<Who> {
    let mut group = found.group;
    if found.infinitive {
        // Back over "went on", "continued" to the real verb group.
        while group > sentence.start
            && sentence.is(group - 1, class::ADVERB | class::AUXILIARY | class::FINITE_VERB | class::PREPOSITION)
            || sentence.is_word(
                group.wrapping_sub(1),
                &["continued", "hastened", "rushed", "turned", "quick", "used", "appeared"],
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
    if sentence.is(before, class::CONJUNCTION) {
        let from = if sentence.is_char_before(before, ',') { before - 1 } else { before };
        let verbal = has_before || sentence.has_verb(sentence.start, from);
        return verbal.then_some(Who { subject: Subject::Inherited, from, relative: false });
    }
    if sentence.is_word(before, &["as"]) && found.participle {
        // "was quoted as saying"
        let mut verb = before;
        while verb > sentence.start
            && (sentence.is(verb - 1, class::AUXILIARY | class::ADVERB)
                || sentence.is_word(verb - 1, &["quoted", "cited", "reported", "by", "recorded"])
                || sentence.after_time(verb - 1) == Some(verb))
        {
            verb -= 1;
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
        return past_apposition(sentence, before);
    }
    let start = sentence.phrase_left(group, sentence.start)?;
    if found.participle && !names_speaker(sentence, start, group) {
        return None;
    }
    Some(with_comma(sentence, start, group))
}

/// "a statement saying", "the minister saying": only nouns that speak, lest "a man carrying" slip in.
fn names_speaker(sentence: &Sentence, start: usize, end: usize) -> bool {
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

fn with_comma(sentence: &Sentence, start: usize, end: usize) -> Who {
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

/// "Assad, who has said"; "the official who said".
fn antecedent(sentence: &Sentence, relative: usize) -> Option<Who> {
    let end = if sentence.is_char_before(relative, ',') { relative - 1 } else { relative };
    let start = sentence.phrase_left(end, sentence.start)?;
    Some(Who { subject: Subject::Span(start, end), from: start, relative: true })
}

/// "Ushakov, an adviser, said": back over what stands between commas.
fn past_apposition(sentence: &Sentence, comma: usize) -> Option<Who> {
    let mut end = comma;
    for _ in 0..4 {
        let open = (sentence.start..end).rev().take(40).find(|&at| {
            sentence.is_char(at, ',')
                || sentence.quoted(at).is_some_and(|quoted| sentence.closing_mark(quoted).is_some())
        })?;
        if sentence.quoted(open).is_some() {
            // The quotation before is the content: what stands between it and the comma is the speaker.
            let start = sentence.phrase_left(end, open + 1)?;
            return (start == open + 1).then(|| with_comma_to(sentence, start, comma));
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
                || sentence.token(open + 1).is_some_and(|token| token.kind == Kind::Number);
            if clean {
                return Some(with_comma_to(sentence, start, comma));
            }
        }
        end = open;
    }
    None
}

fn with_comma_to(sentence: &Sentence, start: usize, end: usize) -> Who {
    with_comma(sentence, start, end)
}

/// "said Keller", after a quotation or a comma, or at the start of the sentence.
fn inverted(sentence: &Sentence, found: &CueMatch) -> Option<Attribution> {
    let from = found.group;
    let after_quotation = sentence.quoted_before(from).is_some()
        || (sentence.is_char_before(from, ',') && sentence.quoted_before(from - 1).is_some());
    let after_clause = sentence.is_char_before(from, ',') || sentence.is_dash(from.wrapping_sub(1));
    if found.participle
        || found.infinitive
        || !found.has(frame::QUOTE)
        || !(after_quotation || after_clause)
        || found.cue.forms.base && !found.cue.forms.past
    {
        return None;
    }
    let end = sentence.phrase_right(found.end, sentence.end)?;
    let token = sentence.token(found.end)?;
    let speaks = token.capital || token.is(class::SUBJECT_PRONOUN) || names_speaker(sentence, found.end, end);
    let closed = sentence.ends(end)
        || sentence.is_char(end, ',')
        || sentence
            .is(end, class::PREPOSITION | class::RELATIVE | class::WEEKDAY | class::SUBORDINATOR | class::ADVERB)
        || sentence.is_char(end, ':')
        || sentence.is_dash(end)
        || sentence.after_time(end).is_some()
        || sentence.is_char(end, '(');
    if !speaks || !closed || (!after_quotation && token.is(class::SUBJECT_PRONOUN)) {
        return None;
    }
    if !after_quotation && (found.has(frame::THOUGHT | frame::DOCUMENT) || !sentence.has_verb(sentence.start, from)) {
        return None;
    }
    let left =
        if sentence.is_char_before(from, ',') || sentence.is_dash(from.wrapping_sub(1)) { from - 1 } else { from };
    Some(Attribution {
        cue: (found.at, found.end),
        subject: Subject::Span(found.end, end),
        from: left,
        to: end,
        place: around(sentence, left, past_apposition_right(sentence, end)),
        relative: false,
        verb: Some(*found),
        rule: "inverted",
    })
}

/// After "said Keller, the mayor of Linz, …": the unit where the apposition ends.
fn past_apposition_right(sentence: &Sentence, end: usize) -> usize {
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

/// Whether the content goes on after an attribution that ends at `to`.
fn around(sentence: &Sentence, from: usize, to: usize) -> Place {
    let mut at = to;
    while let Some(next) = sentence.after_time(at) {
        at = next;
    }
    if sentence.quoted(at).is_some() && at > to {
        return Place::Before;
    }
    let mark = (at..sentence.end).take(14).find(|&at| {
        sentence.is_char(at, ',') || sentence.is_char(at, ':') || sentence.is_dash(at) || sentence.quoted(at).is_some()
    });
    let Some(mark) = mark else { return Place::Before };
    if sentence.quoted(mark + 1).is_some_and(|quoted| sentence.is_full(quoted)) && !sentence.is_char(mark, ':') {
        return Place::Around(mark + 1);
    }
    if mark != at || !sentence.is_char(mark, ',') || sentence.ends(mark + 1) {
        return Place::Before;
    }
    // "A, she said, B": B belongs to it where A alone is no sentence yet, or where B is coordinated with A.
    let next = mark + 1;
    let quoted_before = sentence.quoted_before(from).is_some()
        || (sentence.is_char(from, ',') && sentence.quoted_before(from).is_some());
    if quoted_before || sentence.token(next).is_none_or(|token| !token.is_word() && token.kind != Kind::Number) {
        return Place::Before;
    }
    let continues = sentence.is(next, class::CONJUNCTION)
        && !sentence.is(next + 1, class::ADVERB)
        && !sentence.token(next + 1).is_some_and(|token| token.entry.is_some_and(|entry| !entry.cues.is_empty()));
    let complete = has_main_verb(sentence, from);
    if continues || !complete { Place::Around(next) } else { Place::Before }
}

/// Whether the units before `to` hold a verb of their own, outside a leading subordinate clause.
fn has_main_verb(sentence: &Sentence, to: usize) -> bool {
    let mut start = sentence.start;
    if sentence.is(start, class::CONJUNCTION) {
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

/// Finds where the content begins on the right of the verb.
fn complement(sentence: &Sentence, found: &CueMatch) -> Option<(usize, Form)> {
    let mut at = found.end;
    let mut addressed = false;
    let mut skipped = false;
    if found.has(frame::PERSON_INFINITIVE)
        && let Some(to) = person_infinitive(sentence, at)
    {
        let _ = to;
        return Some((at, Form::Infinitive));
    }
    for _ in 0..12 {
        if sentence.ends(at) {
            return None;
        }
        if let Some(quoted) = sentence.quoted(at) {
            let loose = sentence.is_char_before(at, ',') || sentence.is_char_before(at, ':');
            return quotation(sentence, found, at, loose || sentence.is_full(quoted));
        }
        if sentence.is_char(at, ':') {
            if sentence.quoted(at + 1).is_some() {
                at += 1;
                continue;
            }
            return (found.has(frame::QUOTE) && sentence.words(at + 1, sentence.end) >= 3)
                .then_some((at + 1, Form::Clause));
        }
        if sentence.is_char(at, ',') {
            if sentence.quoted(at + 1).is_some() {
                at += 1;
                continue;
            }
            at = past_parenthesis(sentence, found, at)?;
            skipped = true;
            continue;
        }
        if sentence.is_word(at, &["that"]) && found.has(frame::THAT | frame::ADDRESSEE) {
            if found.has(frame::THOUGHT) && !found.has(frame::ADDRESSEE) {
                return None;
            }
            return Some((at + 1, Form::Clause));
        }
        if let Some(next) = sentence.after_time(at) {
            at = next;
            skipped = true;
            continue;
        }
        if found.has(frame::INFINITIVE)
            && (sentence.is_word(at, &["to"]) || sentence.is_word(at, &["not"]) && sentence.is_word(at + 1, &["to"]))
        {
            let verb = sentence.token(at + 1)?;
            return (verb.small && !verb.is(class::DETERMINER)).then_some((at, Form::Infinitive));
        }
        if found.has(frame::WHETHER)
            && sentence.is_word(at, &["whether", "how", "why", "what", "if"])
            && !matches!(found.cue.lemma.as_str(), "ask" | "wonder" | "question" | "inquire" | "enquire")
        {
            return Some((at, Form::Clause));
        }
        if found.has(frame::ADDRESSEE) && !addressed && !sentence.is(at, class::PREPOSITION) {
            addressed = true;
            at = sentence.phrase_right(at, sentence.end)?;
            continue;
        }
        if sentence.is(at, class::PREPOSITION) && !sentence.is_word(at, &["like", "than"]) {
            at = past_preposition(sentence, at)?;
            skipped = true;
            continue;
        }
        if sentence.is(at, class::ADVERB)
            && !sentence.is_word(at, &["now", "then", "only", "just", "even", "often", "sometimes", "too", "clearly"])
        {
            at += 1;
            continue;
        }
        break;
    }
    bare(sentence, found, at, addressed, skipped)
}

/// A clause without "that", or marked words inside the object.
fn bare(sentence: &Sentence, found: &CueMatch, at: usize, addressed: bool, skipped: bool) -> Option<(usize, Form)> {
    let plain = found.has(frame::BARE) && !found.has(frame::THOUGHT | frame::DOCUMENT)
        || found.has(frame::ADDRESSEE) && addressed && !found.has(frame::THOUGHT);
    // A participle or a rarer verb needs a plain sign that a clause follows.
    let strong = matches!(
        found.cue.lemma.as_str(),
        "say"
            | "tell"
            | "add"
            | "think"
            | "note"
            | "claim"
            | "argue"
            | "insist"
            | "stress"
            | "warn"
            | "admit"
            | "acknowledge"
            | "suggest"
            | "explain"
    );
    if plain && sentence.is_clause(at) && (strong || subject_then_verb(sentence, at)) && !(skipped && !strong) {
        return Some((at, Form::Clause));
    }
    if found.has(frame::NAMING | frame::OBJECT) {
        let marked = (at..sentence.body_end().min(at + 16))
            .take_while(|&at| !sentence.is_char(at, ';'))
            .find(|&at| sentence.quoted(at).is_some_and(|quoted| !quoted.single))?;
        // Nobody else must be speaking in between.
        let between = (at..marked).any(|at| {
            sentence.token(at).is_some_and(|token| {
                token.small && token.entry.is_some_and(|entry| !entry.cues.is_empty()) && sentence.is_verb(at, token)
            })
        });
        return (!between).then_some((marked, Form::Marked));
    }
    None
}

fn subject_then_verb(sentence: &Sentence, at: usize) -> bool {
    if sentence.is(at, class::SUBJECT_PRONOUN) || sentence.is_word(at, &["there"]) {
        return true;
    }
    sentence.phrase_right(at, sentence.end).is_some_and(|end| {
        sentence
            .token(end)
            .is_some_and(|token| sentence.is_verb(end, token) || token.is(class::RELATIVE | class::ADVERB))
    })
}

/// `said "…"`: the whole of what was said, or the beginning of a clause.
fn quotation(sentence: &Sentence, found: &CueMatch, at: usize, full: bool) -> Option<(usize, Form)> {
    let quoted = sentence.quoted(at)?;
    if !found.has(frame::QUOTE | frame::ADDRESSEE) {
        return found.has(frame::NAMING | frame::OBJECT).then_some((at, Form::Marked));
    }
    if quoted.single && !full {
        return found.has(frame::BARE).then_some((at, Form::Clause)).filter(|_| sentence.is_clause(at));
    }
    let last = sentence.ends(at + 1) || sentence.is_char(at + 1, ',') || sentence.is(at + 1, class::CONJUNCTION);
    let whole = full && sentence.closing_mark(quoted).is_some() || last;
    Some((at, if whole { Form::Quotation } else { Form::Clause }))
}

/// `…, in a statement, that`: the unit after the second comma, if content follows there.
fn past_parenthesis(sentence: &Sentence, found: &CueMatch, comma: usize) -> Option<usize> {
    let close = (comma + 1..sentence.end)
        .take(25)
        .find(|&at| sentence.is_char(at, ',') || sentence.is_char(at, ':') || sentence.quoted(at).is_some())?;
    if sentence.quoted(close).is_some() {
        // "said in Bonn, where talks began, "…"": without a comma before it the quotation belongs to something else.
        return None;
    }
    let next = close + 1;
    if sentence.quoted(next).is_some() && !sentence.has_verb(comma, close) {
        return Some(next);
    }
    (sentence.is_word(next, &["that"]) && found.has(frame::THAT | frame::ADDRESSEE)).then_some(next)
}

/// After "in a statement", "at talks in Bonn": the unit after the phrase.
fn past_preposition(sentence: &Sentence, at: usize) -> Option<usize> {
    let object = at + 1;
    if sentence.is(object, class::PREPOSITION) {
        return past_preposition_object(sentence, object + 1);
    }
    past_preposition_object(sentence, object)
}

fn past_preposition_object(sentence: &Sentence, object: usize) -> Option<usize> {
    sentence.after_time(object).or_else(|| sentence.phrase_right(object, sentence.end)).or_else(|| {
        // "after meeting him", "on arriving": a gerund and its object.
        sentence.token(object).filter(|token| token.is_word() && token.small).map(|_| object + 1)
    })
}

/// "urged Ankara to wait": the unit of "to".
fn person_infinitive(sentence: &Sentence, at: usize) -> Option<usize> {
    let end = sentence.phrase_right(at, sentence.end)?;
    let to = if sentence.is_word(end, &["not"]) { end + 1 } else { end };
    let verb = sentence.token(to + 1)?;
    (sentence.is_word(to, &["to"]) && verb.small && !verb.is(class::DETERMINER | class::POSSESSIVE_PRONOUN))
        .then_some(to)
}

fn of_phrase(sentence: &Sentence, found: &PhraseMatch) -> Option<Attribution> {
    let (subject, mut to) = match found.position {
        Position::BeforeSpeaker => {
            let end = sentence.phrase_right(found.end, sentence.end)?;
            (Subject::Span(found.end, end), end)
        }
        Position::Own => {
            let own =
                (found.at..found.end).find(|&at| sentence.is(at, class::POSSESSIVE_PRONOUN | class::OBJECT_PRONOUN));
            (own.map_or(Subject::Nobody, |own| Subject::Span(own, own + 1)), found.end)
        }
    };
    let leads = (sentence.start..found.at)
        .all(|at| sentence.is(at, class::CONJUNCTION | class::ADVERB) || sentence.is_char(at, ','));
    let cue = (found.at, found.end);
    let make =
        |from, to, place| Attribution { cue, subject, from, to, place, relative: false, verb: None, rule: "phrase" };
    if leads {
        if sentence.is_char(to, ',')
            && (sentence.is(to + 1, class::DETERMINER | class::RELATIVE))
            && !sentence.has_verb(to, next_comma(sentence, to + 1))
        {
            // An apposition after the speaker.
            let close = next_comma(sentence, to + 1);
            if close < sentence.end {
                to = close;
            }
        }
        let content = (to..sentence.end)
            .find(|&at| sentence.is_char(at, ','))
            .filter(|&comma| comma <= to + 12)
            .map_or(to, |comma| comma + 1);
        return (!sentence.ends(content)).then(|| make(sentence.start, content, Place::After(content, Form::Clause)));
    }
    let from =
        if sentence.is_char_before(found.at, ',') || sentence.is_dash(found.at - 1) { found.at - 1 } else { found.at };
    if sentence.words(sentence.start, from) < 3 && !sentence.is_char(to, ',')
        || sentence.is_word(found.at, &["quoting", "citing"])
    {
        return None;
    }
    let resumes = sentence.is_char(to, ',') && !sentence.ends(to + 1) && !has_main_verb(sentence, from);
    Some(make(from, to, if resumes { Place::Around(to + 1) } else { Place::Before }))
}

fn next_comma(sentence: &Sentence, from: usize) -> usize {
    (from..sentence.end).find(|&at| sentence.is_char(at, ',')).unwrap_or(sentence.end)
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

fn is_gerund(sentence: &Sentence, token: &tokens::Token) -> bool {
    token.is_word()
        && token.end - token.start > 5
        && (token.end - 3..token.end).map(|at| sentence.source.at(at)).eq("ing".chars())
}
