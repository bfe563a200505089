//! Attributions: a reporting verb or phrase with its subject, and the side on which its content stands.

use super::complements::{complement, wanted_infinitive};
use super::cues::{self, CueMatch, PhraseMatch};
use super::lexicon::{Position, class, frame};
use super::nouns;
use super::placement::{around, attribution_end, has_main_verb, past_apposition_right};
use super::subjects::{Who, names_speaker, next_comma, subject};
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
    /// What is spoken of, as a noun phrase: "announced an early election".
    Topic,
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

/// Nobody writes more attributions in one sentence; each looks at all of the others.
const MOST_ATTRIBUTIONS: usize = 40;

/// All attributions of a sentence, from left to right.
pub fn find(sentence: &Sentence) -> Vec<Attribution> {
    let mut out: Vec<Attribution> = Vec::new();
    for found in cues::verbs(sentence) {
        if let Some(attribution) = of_verb(sentence, &found, out.last()) {
            out.push(attribution);
        }
    }
    for noun in sentence.start..sentence.end {
        out.extend(nouns::attribution(sentence, noun));
    }
    for found in cues::phrases(sentence) {
        if let Some(attribution) = of_phrase(sentence, &found) {
            out.push(attribution);
        }
    }
    out.sort_by_key(|attribution| attribution.cue);
    out.truncate(MOST_ATTRIBUTIONS);
    drop_inner_topics(sentence, &mut out);
    out
}

/// "said the minister had proposed a vote": what is spoken of inside a reported clause is part of it.
fn drop_inner_topics(sentence: &Sentence, attributions: &mut Vec<Attribution>) {
    let mut clause: Option<usize> = None;
    attributions.retain(|attribution| {
        let topic = matches!(attribution.place, Place::After(_, Form::Topic | Form::Infinitive));
        let joined = sentence.is_char(attribution.from, ',');
        if topic
            && !joined
            && matches!(attribution.subject, Subject::Span(start, _) if clause.is_some_and(|at| at <= start))
        {
            return false;
        }
        if let Place::After(at, Form::Clause) = attribution.place {
            clause = clause.or(Some(at));
        }
        true
    });
}

/// "asked not to be named": no words of anybody.
fn asks_for_silence(sentence: &Sentence, at: usize) -> bool {
    sentence.is_word(at, &["not"])
        && sentence.is_word(at + 1, &["to"])
        && sentence.is_word(at + 2, &["be"])
        && sentence.is_word(at + 3, &["named", "identified", "quoted"])
}

/// Whether a subject is somebody who can speak of something, rather than "the results".
fn speaks(sentence: &Sentence, subject: Subject) -> bool {
    match subject {
        Subject::Span(start, end) => {
            // "the target it pledged to reach": the object went before.
            let reduced = end == start + 1
                && sentence.is(start, class::SUBJECT_PRONOUN)
                && sentence.token_before(start).is_some_and(|token| {
                    token.small
                        && !token.is(class::CONJUNCTION | class::SUBORDINATOR | class::ADVERB | class::PREPOSITION)
                });
            !reduced
                && names_speaker(sentence, start, end)
                && !sentence.is_word(start, &["this", "these", "that", "those", "i", "you"])
        }
        Subject::Inherited | Subject::Nobody => true,
    }
}

fn of_verb(sentence: &Sentence, found: &CueMatch, last: Option<&Attribution>) -> Option<Attribution> {
    if found.negated || found.modal || is_condition(sentence, found) {
        return None;
    }
    if found.passive {
        return passive(sentence, found);
    }
    if found.infinitive && !goes_on(sentence, found.group) {
        return None;
    }
    if let Some(attribution) = inverted(sentence, found) {
        return Some(attribution);
    }
    let who = subject(sentence, found, last.is_some())?;
    if is_question(sentence, found, who.subject) {
        return None;
    }
    let reporting = Reporting { sentence, found, who };
    reporting.quotation_before().or_else(|| match complement(sentence, found) {
        Some((content, form)) => reporting.content_after(content, form),
        None => reporting.content_before(),
    })
}

/// A reporting verb with its subject, for which content is looked for on either side.
struct Reporting<'a> {
    sentence: &'a Sentence<'a>,
    found: &'a CueMatch,
    who: Who,
}

impl Reporting<'_> {
    fn make(&self, place: Place, rule: &'static str) -> Attribution {
        Attribution {
            cue: (self.found.at, self.found.end),
            subject: self.who.subject,
            from: self.who.from,
            to: self.found.end,
            place,
            relative: self.who.relative,
            verb: Some(*self.found),
            rule,
        }
    }

    /// `"…," she said`
    fn quotation_before(&self) -> Option<Attribution> {
        let (sentence, found, who) = (self.sentence, self.found, &self.who);
        let follows = sentence.quoted_before(who.from).is_some_and(|quoted| sentence.is_full(quoted))
            || (sentence.is_char_before(who.from, ',') && sentence.quoted_before(who.from - 1).is_some());
        let attributes = follows
            && !found.participle
            && found.has(frame::QUOTE)
            && matches!(who.subject, Subject::Span(..))
            && !who.relative
            && (sentence.quoted(sentence.start).is_some() || complement(sentence, found).is_none());
        attributes.then(|| self.make(around(sentence, who.from, found.end), "quote_before"))
    }

    /// "she said that …", "she called for …"
    fn content_after(&self, content: usize, form: Form) -> Option<Attribution> {
        let (sentence, found) = (self.sentence, self.found);
        if form == Form::Infinitive && !wanted_infinitive(found)
            || matches!(form, Form::Infinitive | Form::Topic) && !speaks(sentence, self.who.subject)
            || asks_for_silence(sentence, content)
        {
            return None;
        }
        let rule = match form {
            Form::Clause if found.participle => "participle",
            Form::Clause => "clause_after",
            Form::Quotation => "quote_after",
            Form::Marked => "marked_words",
            Form::Infinitive => "infinitive",
            Form::Topic => "topic",
        };
        Some(self.make(Place::After(content, form), rule))
    }

    /// "…, she said"
    fn content_before(&self) -> Option<Attribution> {
        let (sentence, found, from) = (self.sentence, self.found, self.who.from);
        let parted = sentence.is_char(from, ',') || sentence.is_dash(from) || sentence.quoted_before(from).is_some();
        if !parted
            || found.participle
            || self.who.relative
            || !matches!(self.who.subject, Subject::Span(..))
            || !found.has(frame::BARE)
            || found.has(frame::THOUGHT | frame::DOCUMENT)
        {
            return None;
        }
        let tail = attribution_end(sentence, found);
        let resumes = sentence.is_char(tail, ',') && !sentence.ends(tail + 1);
        // "…, where, she said, the road ends": only what follows is hers.
        let hangs = sentence.is(from.wrapping_sub(1), class::SUBORDINATOR | class::RELATIVE | class::CONJUNCTION)
            || sentence.is_word(from.wrapping_sub(1), &["that"]);
        if hangs {
            return resumes.then(|| self.make(Place::After(tail + 1, Form::Clause), "parenthesis"));
        }
        // "Although they are settled, they maintain their customs": an object follows, so what stands before is none.
        let governs = sentence.is(tail, class::DETERMINER | class::POSSESSIVE_PRONOUN | class::OBJECT_PRONOUN)
            && !sentence.is_word(tail, &["that"])
            || sentence.is_word(tail, &["to"]);
        let clause = sentence.has_verb(sentence.start, from) && sentence.words(sentence.start, from, 3) >= 3;
        if clause && !governs {
            return Some(self.make(around(sentence, from, tail), "clause_before"));
        }
        // The subject of the content stands alone before the attribution: "The plan, she said, would fail."
        (resumes && from > sentence.start).then(|| self.make(Place::Around(tail + 1), "parenthesis"))
    }
}

/// "officials were told that", "it was announced that": nobody whom the sentence names says so.
fn passive(sentence: &Sentence, found: &CueMatch) -> Option<Attribution> {
    let start = sentence.phrase_left(found.group, sentence.start)?;
    let impersonal = found.group == start + 1 && sentence.is_word(start, &["it"]);
    let telling = matches!(found.cue.lemma.as_str(), "tell" | "inform" | "remind" | "assure" | "notify" | "warn");
    let announcing =
        matches!(found.cue.lemma.as_str(), "announce" | "report" | "confirm" | "claim" | "allege" | "reveal");
    let mut that = found.end;
    while let Some(next) = sentence.after_time(that) {
        that = next;
    }
    let (subject, that) = match sentence.is_word(that, &["by"]).then(|| sentence.phrase_right(that + 1, sentence.end)) {
        Some(end) => (Subject::Span(that + 1, end?), end?),
        None => (Subject::Nobody, that),
    };
    (sentence.is_word(that, &["that"]) && (telling && !impersonal || announcing && impersonal)).then(|| Attribution {
        cue: (found.at, found.end),
        subject,
        from: start,
        to: that,
        place: Place::After(that + 1, Form::Clause),
        relative: false,
        verb: Some(*found),
        rule: "passive",
    })
}

/// "could you explain", "did he say", "what I say is": asked for, or an object that went before.
fn is_question(sentence: &Sentence, found: &CueMatch, subject: Subject) -> bool {
    let Subject::Span(start, end) = subject else { return false };
    let pronoun = end == start + 1 && sentence.is(start, class::SUBJECT_PRONOUN);
    let before = start.wrapping_sub(1);
    let asked = found.cue.forms.base && sentence.is(before, class::AUXILIARY) && found.group == found.at;
    let object = sentence.is_word(before, &["what"]) && found.group == found.at && !found.has(frame::NAMING);
    pronoun && (asked || object)
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
            "heard",
        ],
    )
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
        || found.has(frame::ADDRESSEE)
        || !(after_quotation || after_clause)
        || found.cue.forms.base && !found.cue.forms.past
    {
        return None;
    }
    let end = sentence.phrase_right(found.end, sentence.end)?;
    let token = sentence.token(found.end)?;
    let quantity = sentence
        .is_word(found.end, &["many", "some", "most", "few", "several", "both", "none", "others", "people", "all"]);
    if token.is(class::WEEKDAY | class::MONTH) || sentence.after_time(found.end).is_some() {
        return None;
    }
    let speaks = token.capital
        || token.is(class::SUBJECT_PRONOUN)
        || names_speaker(sentence, found.end, end) && (after_quotation || !quantity);
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
    if found.position == Position::Own && cues::any_verb(sentence, sentence.start, found.at) {
        // "He added that, in his view, it was over": part of what he added.
        return None;
    }
    let leads = (sentence.start..found.at)
        .all(|at| sentence.is(at, class::CONJUNCTION | class::ADVERB) || sentence.is_char(at, ','));
    let cue = (found.at, found.end);
    let make =
        |from, to, place| Attribution { cue, subject, from, to, place, relative: false, verb: None, rule: "phrase" };
    if let Some(at) = quotation_of_phrase(sentence, found, to) {
        return Some(make(found.at, at, Place::After(at, Form::Quotation)));
    }
    if leads {
        to = past_leading_apposition(sentence, to);
        let content = (to..sentence.end)
            .find(|&at| sentence.is_char(at, ','))
            .filter(|&comma| comma <= to + 30)
            .map_or(to, |comma| comma + 1);
        return (!sentence.ends(content)).then(|| make(sentence.start, content, Place::After(content, Form::Clause)));
    }
    let from =
        if sentence.is_char_before(found.at, ',') || sentence.is_dash(found.at - 1) { found.at - 1 } else { found.at };
    if sentence.words(sentence.start, from, 3) < 3 && !sentence.is_char(to, ',')
        || sentence.is_word(found.at, &["quoting", "citing"])
    {
        return None;
    }
    let resumes = sentence.is_char(to, ',') && !sentence.ends(to + 1) && !has_main_verb(sentence, from);
    Some(make(from, to, if resumes { Place::Around(to + 1) } else { Place::Before }))
}

/// `in the words of the prosecutor, Mark Tell, "She …"`: the unit of the quotation.
fn quotation_of_phrase(sentence: &Sentence, found: &PhraseMatch, to: usize) -> Option<usize> {
    if found.position != Position::BeforeSpeaker || sentence.is_word(found.at, &["according"]) {
        return None;
    }
    let at = (to..sentence.end).take(8).find(|&at| sentence.quoted(at).is_some())?;
    let whole = sentence.quoted(at).is_some_and(|quoted| sentence.closing_mark(quoted).is_some());
    (whole && sentence.is_char_before(at, ',') && !sentence.has_verb(to, at)).then_some(at)
}

/// "According to Keller, the mayor, …": the comma after the apposition.
fn past_leading_apposition(sentence: &Sentence, to: usize) -> usize {
    let apposition = sentence.is_char(to, ',')
        && sentence.is(to + 1, class::DETERMINER | class::RELATIVE)
        && !sentence.has_verb(to, next_comma(sentence, to + 1));
    let close = next_comma(sentence, to + 1);
    if apposition && close < sentence.end { close } else { to }
}
