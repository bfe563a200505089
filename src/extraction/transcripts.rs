//! Speech without quotation marks of its own: transcripts, and paragraphs that a sentence with a colon introduces.

use super::cues;
use super::lexicon::{class, frame};
use super::quotes::{Collector, Link, Raw};
use super::sentences::Paragraph;
use super::subjects;
use super::view::Sentence;
use crate::models::text::QuoteKind;

/// A speaker whom a sentence before introduces.
#[derive(Debug, Clone, Copy)]
pub struct Pending {
    /// Who that is.
    pub link: Link,
    /// The tokens of the cue.
    pub cue: Option<(usize, usize)>,
    /// The tokens of the sentence.
    pub sentence: (usize, usize),
    /// Whether it says so plainly that no quotation marks are needed: a subject, a reporting verb and a colon.
    pub says: bool,
}

impl Collector<'_> {
    /// `KELLER: We will wait.` A paragraph that a name in capitals and a colon open is that person's, word for word,
    /// be the whole paragraph in quotation marks.
    pub(super) fn transcript(&mut self, sentence: &Sentence) -> bool {
        let units = &sentence.paragraph.units;
        let (Some(opening), Some(last)) = (units.first(), units.last()) else { return false };
        let quoted = opening.quoted.and_then(|index| sentence.paragraph.quoted.get(index));
        let (first, last, verbatim) = match quoted {
            Some(quoted) if quoted.opened && units.len() == 1 => (quoted.inner_first, quoted.inner_last, true),
            Some(quoted) if quoted.opened && !quoted.closed => (quoted.inner_first, last.last, true),
            Some(_) => return false,
            None => (opening.first, last.last, false),
        };
        let name = self.tokens[first..last].iter().take(4).take_while(|token| {
            token.all_capitals
                && !token.is(class::WEEKDAY
                    | class::MONTH
                    | class::TIME_WORD
                    | class::PREPOSITION
                    | class::DOCUMENT_NOUN)
        });
        let colon = first + name.count();
        let said = colon + 1;
        if colon == first || said + 4 > last || !self.tokens[colon].is_char(':') {
            return false;
        }
        if !verbatim && units.iter().any(|unit| unit.first == said && unit.quoted.is_some()) {
            return false;
        }
        self.raws.push(Raw {
            kind: QuoteKind::Direct,
            segments: vec![(said, last, verbatim)],
            cue: None,
            link: Link::Mention(first, colon),
            sentence: (first, colon),
            paragraph: self.paragraph,
            rules: vec!["transcript"],
            within: None,
            open: verbatim && quoted.is_some_and(|quoted| !quoted.closed),
            extensible: false,
        });
        true
    }

    /// `Keller added:` and a paragraph without quotation marks: it is hers as a whole.
    pub(super) fn unmarked(&mut self, paragraph: &Paragraph) -> bool {
        let Some(pending) = self.pending.filter(|pending| pending.says) else { return false };
        let (Some(first), Some(last)) = (paragraph.units.first(), paragraph.units.last()) else { return false };
        let marked = paragraph.quoted.first().is_some_and(|quoted| quoted.first == first.first);
        if marked || paragraph.units.len() < 8 || paragraph.sentences.len() > 12 {
            return false;
        }
        self.raws.push(Raw {
            kind: QuoteKind::Direct,
            segments: vec![(first.first, last.last, false)],
            cue: pending.cue,
            link: pending.link,
            sentence: pending.sentence,
            paragraph: self.paragraph,
            rules: vec!["unmarked_paragraph"],
            within: None,
            open: false,
            extensible: false,
        });
        self.pending = None;
        true
    }

    /// `In a statement he said:` before a line break.
    pub(super) fn introduces(&self, sentence: &Sentence) -> Option<Pending> {
        let last = sentence.end.checked_sub(1)?;
        if !(sentence.is_char(last, ':') || sentence.is_char(last, ',') || sentence.is_dash(last))
            || sentence.end - sentence.start < 3
        {
            return None;
        }
        let verb = cues::verbs(sentence).into_iter().rfind(|verb| verb.has(frame::QUOTE) && !verb.negated);
        let says = sentence.is_char(last, ':')
            && verb.as_ref().is_some_and(|verb| {
                verb.cue.forms.past
                    && !verb.participle
                    && verb.end == last
                    && !verb.has(frame::THOUGHT | frame::DOCUMENT)
            });
        let subject = verb
            .as_ref()
            .and_then(|verb| sentence.phrase_left(verb.group, sentence.start).map(|start| (start, verb.group)))
            .or_else(|| subjects::opening_subject(sentence))?;
        Some(Pending {
            link: self.mention(sentence, subject.0, subject.1)?,
            cue: verb.map(|verb| self.span(sentence, verb.at, verb.end)),
            sentence: self.span(sentence, sentence.start, sentence.end),
            says,
        })
    }
}
