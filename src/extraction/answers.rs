//! Who speaks each quote: its mention, or the quote that it goes on from, in reading order.

use super::lexicon::class;
use super::quotes::{Link, Raw};
use super::speakers::{Resolved, Resolver};
use super::tokens::Token;
use crate::models::text::ResolvedBy;

/// Who speaks, and why nobody does.
pub struct Answer {
    /// Who it is.
    pub who: Option<Resolved>,
    /// What is said of a quote without an actor: "joint_speakers".
    pub reason: &'static str,
}

impl Answer {
    fn nobody() -> Self {
        Self { who: None, reason: "no_speaker" }
    }

    fn of(who: Option<Resolved>) -> Self {
        Self { who, reason: "speaker_unresolved" }
    }
}

/// Whom each quote's speaker mention means, with the subjects of all sentences in between.
pub fn all(
    mut resolver: Resolver,
    tokens: &[Token],
    raws: &[Raw],
    subjects: &[(usize, usize)],
    paragraphs: &[(usize, usize)],
) -> Vec<Answer> {
    let mut out: Vec<Option<Answer>> = raws.iter().map(|_| None).collect();
    let mut next_subject = 0;
    for at in reading_order(raws) {
        let raw = &raws[at];
        // A subject counts once its sentence is over, or when it stands before the mention in the same one.
        let here = match raw.link {
            Link::Mention(first, _) => first,
            _ => raw.sentence.0,
        };
        while let Some(&(first, last)) = subjects.get(next_subject).filter(|subject| subject.0 < here) {
            resolver.note(first, last);
            next_subject += 1;
        }
        let answer = match (raw.link, raw.within) {
            (Link::Mention(first, last), Some(outer)) => nested(&resolver, tokens, &out, outer, first, last),
            (Link::Mention(first, last), None) => mentioned(&mut resolver, first, last),
            (Link::Same(index), _) => {
                let begins = paragraphs.get(raw.paragraph).map_or(0, |paragraph| paragraph.0);
                let told = told_between(raws, subjects, next_subject, index, raw, begins);
                match told.and_then(|(first, last)| resolver.goes_on(first, last)) {
                    Some(who) => Answer::of(who),
                    None => out.get(index).and_then(Option::as_ref).map_or_else(Answer::nobody, continued),
                }
            }
            (Link::Nobody, _) => Answer::nobody(),
        };
        out[at] = Some(answer);
    }
    out.into_iter().map(|answer| answer.unwrap_or_else(Answer::nobody)).collect()
}

/// The quotes as they stand in the text: nested ones were found last, and stand in the sentences of others.
fn reading_order(raws: &[Raw]) -> Vec<usize> {
    let mut reached = 0;
    let mut order: Vec<(usize, usize)> = Vec::with_capacity(raws.len());
    for (at, raw) in raws.iter().enumerate() {
        // A quotation after a colon names the sentence before it: it stays where it was found.
        if raw.within.is_none() {
            reached = reached.max(raw.sentence.0);
        }
        order.push((if raw.within.is_some() { raw.sentence.0 } else { reached }, at));
    }
    order.sort_unstable();
    order.into_iter().map(|(_, at)| at).collect()
}

fn mentioned(resolver: &mut Resolver, first: usize, last: usize) -> Answer {
    let who = resolver.resolve(first, last).or_else(|| resolver.introduced_later(first, last));
    match &who {
        Some(found) => {
            resolver.learn(first, last, found);
            resolver.remember(first, &found.entity);
        }
        // Whoever that is, a pronoun after it means nobody before.
        None => resolver.note(first, last),
    }
    let joint = who.is_none() && resolver.is_joint(first, last);
    Answer { who, reason: if joint { "joint_speakers" } else { "speaker_unresolved" } }
}

fn continued(answer: &Answer) -> Answer {
    let who = answer.who.clone().map(|found| Resolved { by: ResolvedBy::Continuation, ..found });
    Answer { who, reason: answer.reason }
}

/// Whom the speaker of a nested quote means: "I" is the speaker around it, any other pronoun may be anybody.
fn nested(
    resolver: &Resolver,
    tokens: &[Token],
    out: &[Option<Answer>],
    outer: usize,
    first: usize,
    last: usize,
) -> Answer {
    if last == first + 1 && tokens[first].is(class::SUBJECT_PRONOUN) {
        let own = tokens[first].end - tokens[first].start == 1;
        let who = own.then(|| out.get(outer)?.as_ref()?.who.clone()).flatten();
        return Answer::of(who.map(|found| Resolved { by: ResolvedBy::Pronoun, ..found }));
    }
    Answer::of(resolver.resolve(first, last))
}

/// The subject of a sentence that was told between a quote and the bare quotation after it, in the paragraph of the latter.
///
/// "Mori was glad, he said. His colleague laughed. “He always is.”"
fn told_between(
    raws: &[Raw],
    subjects: &[(usize, usize)],
    next_subject: usize,
    index: usize,
    raw: &Raw,
    paragraph: usize,
) -> Option<(usize, usize)> {
    let before = raws.get(index)?;
    let start = raw.segments.first()?.0;
    let &(first, last) = subjects.get(next_subject.checked_sub(1)?)?;
    let between = before.sentence.1 <= first && last <= start && paragraph <= first;
    between.then_some((first, last))
}
