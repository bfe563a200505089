//! What stands after a reporting verb, and where in it the content begins.

use super::attributions::Form;
use super::cues::CueMatch;
use super::lexicon::{class, frame};
use super::subjects::is_gerund;
use super::tokens::Kind;
use super::view::Sentence;

/// Finds where the content begins on the right of the verb.
pub(super) fn complement(sentence: &Sentence, found: &CueMatch) -> Option<(usize, Form)> {
    if found.has(frame::PERSON_INFINITIVE)
        && let Some(to) = person_infinitive(sentence, found.end)
    {
        // Whoever is told is left out; whoever is urged is part of what is wanted.
        let told = matches!(found.cue.lemma.as_str(), "tell" | "warn" | "remind");
        return Some((if told { to } else { found.end }, Form::Infinitive));
    }
    let mut reading = Reading { sentence, found, at: found.end, addressed: false, skipped: false, only_times: true };
    for _ in 0..LONGEST_WAY {
        match reading.step() {
            Step::On => {}
            Step::Found(at, form) => return Some((at, form)),
            Step::Nothing => return None,
            Step::Bare => break,
        }
    }
    reading.bare()
}

/// How many phrases may stand between a verb and its content.
const LONGEST_WAY: usize = 12;

/// What a step to the right of a verb led to.
enum Step {
    /// Something that the content may still follow.
    On,
    /// The content.
    Found(usize, Form),
    /// No content.
    Nothing,
    /// Whatever is here is the content, if it is any.
    Bare,
}

impl Step {
    fn found(content: Option<(usize, Form)>) -> Self {
        content.map_or(Self::Nothing, |(at, form)| Self::Found(at, form))
    }
}

/// A way rightwards from a verb over addressees, times and places.
struct Reading<'a> {
    sentence: &'a Sentence<'a>,
    found: &'a CueMatch,
    at: usize,
    /// Whether somebody spoken to has been passed.
    addressed: bool,
    /// Whether anything else has been passed.
    skipped: bool,
    /// Whether that was nothing but times.
    only_times: bool,
}

impl Reading<'_> {
    fn step(&mut self) -> Step {
        let (sentence, found, at) = (self.sentence, self.found, self.at);
        if sentence.ends(at) {
            return Step::Nothing;
        }
        if let Some(quoted) = sentence.quoted(at) {
            let loose = sentence.is_char_before(at, ',') || sentence.is_char_before(at, ':');
            return Step::found(quotation(sentence, found, at, loose || sentence.is_full(quoted)));
        }
        if sentence.is_char(at, ':') || sentence.is_char(at, ',') {
            return self.mark();
        }
        if sentence.is_word(at, &["that"]) && found.has(frame::THAT | frame::ADDRESSEE) {
            if found.has(frame::THOUGHT) {
                return Step::Nothing;
            }
            // "said that was wrong": the subject, no conjunction.
            let subject = sentence.is(at + 1, class::AUXILIARY) && at == found.end;
            return Step::Found(at + usize::from(!subject), Form::Clause);
        }
        if let Some(next) = sentence.after_time(at) {
            self.at = next;
            self.skipped = true;
            return Step::On;
        }
        self.phrase()
    }

    /// A colon or a comma: the content follows at once, or after a parenthesis.
    fn mark(&mut self) -> Step {
        let (sentence, found, at) = (self.sentence, self.found, self.at);
        if sentence.quoted(at + 1).is_some() {
            self.at += 1;
            return Step::On;
        }
        if sentence.is_char(at, ':') {
            let content = found.has(frame::QUOTE) && sentence.words(at + 1, sentence.end, 3) >= 3;
            return Step::found(content.then_some((at + 1, Form::Clause)));
        }
        if matches!(found.cue.lemma.as_str(), "say" | "tell" | "ask") && sentence.is_word(at + 1, &["i", "we"]) {
            // "where he said, I hereby issue a waiver": speech without its marks.
            return Step::Found(at + 1, Form::Clause);
        }
        self.skipped = true;
        self.only_times = false;
        match past_parenthesis(sentence, found, at) {
            Some(next) => {
                self.at = next;
                Step::On
            }
            None => Step::Nothing,
        }
    }

    /// An infinitive, an indirect question, an addressee, a place, an adverb.
    fn phrase(&mut self) -> Step {
        let (sentence, found, at) = (self.sentence, self.found, self.at);
        let to = if sentence.is_word(at, &["not", "never"]) { at + 1 } else { at };
        if found.has(frame::INFINITIVE) && sentence.is_word(to, &["to"]) {
            let quoted = sentence.quoted(to + 1).and_then(|quoted| sentence.tokens.get(quoted.inner_first));
            let verb = sentence.token(at + 1).or(quoted).filter(|verb| verb.small && !verb.is(class::DETERMINER));
            return Step::found(verb.map(|_| (at, Form::Infinitive)));
        }
        if found.has(frame::WHETHER)
            && sentence.is_word(at, &["whether", "how", "why", "what", "if"])
            && (!is_asking(found) || sentence.is_word(at, &["whether", "how", "why"]))
        {
            return Step::Found(at, Form::Clause);
        }
        if found.has(frame::ADDRESSEE) && !self.addressed && !sentence.is(at, class::PREPOSITION) {
            self.addressed = true;
            return self.pass(sentence.phrase_right(at, sentence.end));
        }
        if found.has(frame::QUOTE)
            && !self.addressed
            && let Some(end) = sentence.phrase_right(at, sentence.end)
            && (sentence.is_char(end, ',') || sentence.is_char(end, ':'))
            && sentence.quoted(end + 1).is_some_and(|quoted| sentence.is_full(quoted))
        {
            // `asked the crowd, "Who has the key?"`
            self.addressed = true;
            self.at = end;
            return Step::On;
        }
        if sentence.is(at, class::PREPOSITION) && !sentence.is_word(at, &["like", "than"]) && !is_quantity(sentence, at)
        {
            self.skipped = true;
            self.only_times = false;
            return self.pass(past_preposition(sentence, at));
        }
        if sentence.is(at, class::ADVERB)
            && (sentence.is_word(at + 1, &["that"])
                || !sentence
                    .is_word(at, &["now", "then", "only", "just", "even", "often", "sometimes", "too", "clearly"]))
        {
            self.at += 1;
            return Step::On;
        }
        Step::Bare
    }

    fn pass(&mut self, next: Option<usize>) -> Step {
        match next {
            Some(next) => {
                self.at = next;
                Step::On
            }
            None => Step::Nothing,
        }
    }

    /// A clause without "that", what is asked for or spoken of, or marked words inside the object.
    fn bare(&self) -> Option<(usize, Form)> {
        let (sentence, found, at) = (self.sentence, self.found, self.at);
        if is_no_content(sentence, found, at) {
            return None;
        }
        if self.bare_clause() {
            return Some((at, Form::Clause));
        }
        let object = || sentence.phrase_right(at, sentence.end).is_some();
        if found.has(frame::DEMAND) && object() {
            return Some((at, Form::Clause));
        }
        let gerund = || sentence.token(at).is_some_and(|token| token.small && is_gerund(sentence, token));
        if found.has(frame::TOPIC) && !found.participle && self.only_times && (object() || gerund()) {
            return Some((at, Form::Topic));
        }
        if found.has(frame::NAMING) {
            return marked_object(sentence, at);
        }
        None
    }

    /// Whether a verb of findings has a text or a study as its subject: "the poll shows they lead"; true of other verbs.
    fn by_document(&self) -> bool {
        let group = self.found.group;
        !self.found.has(frame::DOCUMENT)
            || !self.found.participle
                && self.at == self.found.end
                && (group.saturating_sub(4)..group).any(|at| self.sentence.is(at, class::DOCUMENT_NOUN))
                && subject_then_verb(self.sentence, self.at)
    }

    /// Whether a clause without "that" begins here. A participle or a rarer verb needs a plain sign that one does.
    fn bare_clause(&self) -> bool {
        let (sentence, found, at) = (self.sentence, self.found, self.at);
        let plain = found.has(frame::BARE) && !found.has(frame::THOUGHT) && self.by_document()
            || found.has(frame::ADDRESSEE) && self.addressed && !found.has(frame::THOUGHT);
        if !plain {
            return false;
        }
        let strong = is_strong(found);
        let says = matches!(found.cue.lemma.as_str(), "say" | "tell");
        let before = found.group.wrapping_sub(1);
        let governed =
            found.participle && !says && sentence.is(before, class::PREPOSITION) && !sentence.is_word(before, &["as"]);
        let trusted = if found.participle { says && !governed } else { strong };
        let likely = trusted || (!governed && subject_then_verb(sentence, at));
        let loose = says && !self.skipped && sentence.words(at, sentence.end, 4) >= 4 && plural_or_verb(sentence, at);
        likely && (sentence.is_clause(at) || loose) && (strong || !self.skipped)
    }
}

/// Verbs after which a clause needs no "that" and no plain sign.
fn is_strong(found: &CueMatch) -> bool {
    matches!(
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
    )
}

/// Verbs that ask: what they govern may be a topic rather than a question.
fn is_asking(found: &CueMatch) -> bool {
    found.participle || matches!(found.cue.lemma.as_str(), "question" | "discuss")
}

/// "said goodbye", "says no", "said as much": no words of anybody.
fn is_no_content(sentence: &Sentence, found: &CueMatch, at: usize) -> bool {
    let alone = |at: usize| {
        sentence.ends(at)
            || sentence.is(at, class::PREPOSITION | class::CONJUNCTION | class::MODAL)
            || sentence.is_word(at, &["to"])
            || sentence.is_char(at, ',')
    };
    found.cue.lemma == "say"
        && (sentence.is_word(at, &["goodbye", "farewell", "hello", "as", "nothing", "little"])
            && !sentence.is_clause(at + 1)
            || sentence.is_word(at, &["goodbye", "farewell", "hello"])
            || sentence.is_word(at, &["as"]) && sentence.is_word(at + 1, &["much"])
            || sentence.is_word(at, &["no", "yes", "so", "sorry", "otherwise", "nothing", "little"]) && alone(at + 1))
}

/// `called the talks "useful"`: the first marked words of the object.
fn marked_object(sentence: &Sentence, at: usize) -> Option<(usize, Form)> {
    let marked = (at..sentence.body_end().min(at + 16))
        .take_while(|&at| !sentence.is_char(at, ';'))
        .find(|&at| sentence.quoted(at).is_some_and(|quoted| !quoted.single))?;
    // Nobody else must be speaking in between.
    let between = (at..marked).any(|at| {
        sentence.token(at).is_some_and(|token| {
            token.small && token.entry.is_some_and(|entry| !entry.cues.is_empty()) && sentence.is_verb(at, token)
        })
    });
    (!between).then_some((marked, Form::Marked))
}

/// "about 20 people", "over a thousand": no preposition.
fn is_quantity(sentence: &Sentence, at: usize) -> bool {
    sentence.is_word(at, &["about", "over", "around", "under", "between"])
        && sentence.token(at + 1).is_some_and(|token| token.kind == Kind::Number)
}

/// Whether a word that ends like a verb of the third person follows: after "said" that is enough.
pub(super) fn plural_or_verb(sentence: &Sentence, at: usize) -> bool {
    (at + 1..sentence.body_end()).any(|at| {
        sentence
            .token(at)
            .is_some_and(|token| token.small && token.end - token.start > 3 && sentence.source.before(token.end) == 's')
    })
}

pub(super) fn subject_then_verb(sentence: &Sentence, at: usize) -> bool {
    if sentence.is(at, class::SUBJECT_PRONOUN) || sentence.is_word(at, &["there"]) {
        return true;
    }
    sentence.phrase_right(at, sentence.end).is_some_and(|end| {
        sentence
            .token(end)
            .is_some_and(|token| sentence.is_verb(end, token) || token.is(class::RELATIVE | class::ADVERB))
            || sentence.quoted(end).is_some_and(|quoted| sentence.opens_with_verb(quoted))
    })
}

/// `said "…"`: the whole of what was said, or the beginning of a clause.
pub(super) fn quotation(sentence: &Sentence, found: &CueMatch, at: usize, full: bool) -> Option<(usize, Form)> {
    let quoted = sentence.quoted(at)?;
    if sentence.is_title(quoted) {
        return (found.has(frame::BARE) && sentence.is_clause(at)).then_some((at, Form::Clause));
    }
    if !found.has(frame::QUOTE | frame::ADDRESSEE) {
        return found.has(frame::NAMING).then_some((at, Form::Marked));
    }
    if quoted.single && !full {
        return found.has(frame::BARE).then_some((at, Form::Clause)).filter(|_| sentence.is_clause(at));
    }
    // `said "budget reforms" and a new tax would pay for it`: the marked words begin a clause.
    let joined = sentence.is(at + 1, class::CONJUNCTION)
        && !(found.has(frame::BARE) && !sentence.is_full(quoted) && subject_then_verb(sentence, at + 2));
    let last = sentence.ends(at + 1) || sentence.is_char(at + 1, ',') || joined;
    let whole = full && sentence.closing_mark(quoted).is_some() || last;
    let parted = sentence.is_char_before(at, ',') || sentence.is_char_before(at, ':');
    let telling = found.has(frame::BARE | frame::ADDRESSEE);
    if !telling
        && !(whole && (parted || matches!(found.cue.lemma.as_str(), "ask" | "read" | "answer" | "chant" | "sing")))
    {
        return None;
    }
    Some((at, if whole { Form::Quotation } else { Form::Clause }))
}

/// `…, in a statement, that`: the unit after the second comma, if content follows there.
pub(super) fn past_parenthesis(sentence: &Sentence, found: &CueMatch, comma: usize) -> Option<usize> {
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
pub(super) fn past_preposition(sentence: &Sentence, at: usize) -> Option<usize> {
    let object = at + 1;
    if sentence.is(object, class::PREPOSITION) {
        return past_preposition_object(sentence, object + 1);
    }
    past_preposition_object(sentence, object)
}

pub(super) fn past_preposition_object(sentence: &Sentence, object: usize) -> Option<usize> {
    sentence.after_time(object).or_else(|| sentence.phrase_right(object, sentence.end)).or_else(|| {
        // "after meeting him", "on arriving": a gerund and its object.
        sentence.token(object).filter(|token| token.is_word() && token.small).map(|_| object + 1)
    })
}

/// "urged Ankara to wait": the unit of "to".
pub(super) fn person_infinitive(sentence: &Sentence, at: usize) -> Option<usize> {
    let end = sentence.phrase_right(at, sentence.end)?;
    // "advisers to" may be one phrase; where a verb follows it is not.
    let own = (at + 1..end).find(|&to| {
        sentence.is_word(to, &["to"])
            && sentence
                .token(to + 1)
                .is_some_and(|next| next.small && !next.is(class::DETERMINER | class::POSSESSIVE_PRONOUN))
    });
    let mut end = own.unwrap_or(end);
    if own.is_none() && sentence.is_char(end, ',') {
        // "asked Lester Holt, the moderator, to check": an apposition.
        let close = (end + 1..sentence.end).take(15).find(|&close| sentence.is_char(close, ','));
        end = close.map_or(end, |close| close + 1);
    }
    let to = if sentence.is_word(end, &["not", "never"]) { end + 1 } else { end };
    let verb = match sentence.quoted(to + 1) {
        // `urged voters to "think again"`
        Some(quoted) => sentence.tokens.get(quoted.inner_first)?,
        None => sentence.token(to + 1)?,
    };
    (sentence.is_word(to, &["to"]) && verb.small && !verb.is(class::DETERMINER | class::POSSESSIVE_PRONOUN))
        .then_some(end)
}

/// Whether what somebody undertakes or asks for is told as words: "vowed to return", "urged Ankara to wait".
pub(super) fn wanted_infinitive(found: &CueMatch) -> bool {
    !matches!(
        found.cue.lemma.as_str(),
        "refuse" | "decline" | "agree" | "instruct" | "direct" | "commit" | "volunteer" | "appeal to" | "plead"
    )
}
