//! Quotes inside quotes: somebody within quotation marks reports what somebody else has said.

use super::attributions::{self, Attribution, Form, Place, Subject};
use super::contents;
use super::lexicon::class;
use super::marks;
use super::quotes::{Collector, Link, Raw};
use super::sentences::Paragraph;
use super::subjects::names_speaker;
use super::view::Sentence;
use crate::models::text::QuoteKind;

/// The most tokens of one quotation that are read for the words of others.
const LONGEST_QUOTATION: usize = 2_000;

impl Collector<'_> {
    /// Reads all quotations once more, for what they report; each nested quote follows the one around it.
    pub fn read_nested(&mut self) {
        let mut inner: Vec<(usize, Raw)> = Vec::new();
        for (outer, raw) in self.raws.iter().enumerate() {
            if raw.kind != QuoteKind::Direct {
                continue;
            }
            for &(first, last, _) in &raw.segments {
                let last = last.min(first + LONGEST_QUOTATION);
                inner.extend(self.nested(raw, first, last).into_iter().map(|nested| (outer, nested)));
            }
        }
        if !inner.is_empty() {
            self.merge(inner);
        }
    }

    fn nested(&self, outer: &Raw, first: usize, last: usize) -> Vec<Raw> {
        let reports = self.tokens[first..last]
            .iter()
            .any(|token| token.small && token.entry.is_some_and(|entry| !entry.cues.is_empty()));
        if !reports {
            return Vec::new();
        }
        let mut quoted = marks::pair(self.source, self.tokens, first, last, false);
        quoted.retain(|quoted| quoted.opened && quoted.closed);
        quoted.iter_mut().for_each(|quoted| quoted.single = false);
        let paragraph = Paragraph::new(self.tokens, first, last, quoted);
        let mut out: Vec<Raw> = Vec::new();
        for &(start, end) in &paragraph.sentences {
            let sentence = Sentence { source: self.source, tokens: self.tokens, paragraph: &paragraph, start, end };
            let attributions = attributions::find(&sentence);
            let contents = contents::of_all(&sentence, &attributions);
            for (attribution, runs) in attributions.iter().zip(&contents) {
                if !is_told(&sentence, attribution) {
                    continue;
                }
                if let Some(mut raw) = self.attributed(&sentence, attribution, runs, None)
                    && !out.iter().any(|other| other.segments == raw.segments)
                {
                    raw.rules.push("nested");
                    raw.paragraph = outer.paragraph;
                    out.push(raw);
                }
            }
        }
        out
    }

    /// Puts nested quotes behind those around them, and keeps what refers to a quote by its index.
    fn merge(&mut self, inner: Vec<(usize, Raw)>) {
        let mut moved: Vec<usize> = Vec::with_capacity(self.raws.len());
        let mut inner = inner.into_iter().peekable();
        let mut out: Vec<Raw> = Vec::with_capacity(self.raws.len() + inner.len());
        for (index, raw) in self.raws.drain(..).enumerate() {
            moved.push(out.len());
            out.push(raw);
            let place = out.len() - 1;
            while let Some((_, mut nested)) = inner.next_if(|(outer, _)| *outer == index) {
                nested.within = Some(place);
                out.push(nested);
            }
        }
        for raw in &mut out {
            if let (Link::Same(index), None) = (&mut raw.link, raw.within)
                && let Some(&place) = moved.get(*index)
            {
                *index = place;
            }
        }
        self.raws = out;
    }
}

/// Whether the speaker of the quotation tells somebody's words, rather than thinking or arguing aloud.
fn is_told(sentence: &Sentence, attribution: &Attribution) -> bool {
    let Some(verb) = attribution.verb else { return false };
    let Subject::Span(start, end) = attribution.subject else { return false };
    let tells = matches!(verb.cue.lemma.as_str(), "say" | "tell" | "write" | "ask" | "promise" | "warn" | "reply");
    let pronoun = end == start + 1 && sentence.is(start, class::SUBJECT_PRONOUN);
    let addressed = verb.cue.lemma == "tell" && verb.cue.forms.past;
    let general = sentence.is_word(start, &["i", "we", "you", "it", "people", "this", "that"]);
    let hangs = sentence.is(start.wrapping_sub(1), class::SUBORDINATOR | class::RELATIVE);
    match attribution.place {
        Place::After(_, Form::Quotation) => !verb.participle,
        Place::After(at, Form::Clause) => {
            let that = sentence.is_word(at - 1, &["that"]);
            tells
                && !(general || hangs || verb.participle || attribution.relative)
                && (addressed || !pronoun && (that || names_speaker(sentence, start, end)))
        }
        _ => false,
    }
}
