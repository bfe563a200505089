//! Quotes: contents joined with their cues and speaker mentions, paragraph by paragraph.

use super::attributions::{self, Attribution, Form, Place, Subject};
use super::contents;
use super::lexicon::class;
use super::marks::Quoted;
use super::sentences::Paragraph;
use super::source::Source;
use super::subjects;
use super::tokens::{Kind, Token};
use super::transcripts::Pending;
use super::view::Sentence;
use crate::models::text::QuoteKind;

/// Whose words they are, before anybody is resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The tokens `first..last` name the speaker.
    Mention(usize, usize),
    /// Whoever speaks in that quote, by index.
    Same(usize),
    /// Nobody is named.
    Nobody,
}

/// A quote in tokens.
#[derive(Debug, Clone)]
pub struct Raw {
    /// Direct, indirect or mixed.
    pub kind: QuoteKind,
    /// The pieces of content as tokens `first..last`, and whether they stand in marks.
    pub segments: Vec<(usize, usize, bool)>,
    /// The tokens of the cue.
    pub cue: Option<(usize, usize)>,
    /// Who speaks.
    pub link: Link,
    /// The tokens of the sentence that attributes it.
    pub sentence: (usize, usize),
    /// The index of its paragraph.
    pub paragraph: usize,
    /// The rules that found it.
    pub rules: Vec<&'static str>,
    /// Whether it ends in a quotation without a closing mark.
    pub open: bool,
    /// The index of the quote in whose quotation marks it stands.
    pub within: Option<usize>,
    /// Whether its content came before its own attribution, so that a bare quotation may follow as its second half.
    pub extensible: bool,
}

/// Collects quotes over the paragraphs of a story.
pub struct Collector<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) tokens: &'a [Token],
    /// The quotes so far, in the order they were found.
    pub raws: Vec<Raw>,
    pub(super) paragraph: usize,
    /// A speaker introduced by a sentence that ends with a colon, for the quotation after it.
    pub(super) pending: Option<Pending>,
    /// What sentences begin with, as tokens: whoever that is, a pronoun may mean.
    pub subjects: Vec<(usize, usize)>,
    /// The first token of each sentence.
    pub sentences: Vec<usize>,
}

/// How many paragraphs may lie between a quotation without attribution and the quote it goes on from.
const CONTINUES_WITHIN: usize = 2;

impl<'a> Collector<'a> {
    /// Starts with nothing.
    pub fn new(source: &'a Source<'a>, tokens: &'a [Token]) -> Self {
        Self {
            source,
            tokens,
            raws: Vec::new(),
            paragraph: 0,
            pending: None,
            subjects: Vec::new(),
            sentences: Vec::new(),
        }
    }

    /// Whether the paragraph before ended inside a quotation.
    pub fn is_open(&self) -> bool {
        self.raws.last().is_some_and(|raw| raw.open && raw.paragraph + 1 == self.paragraph)
    }

    /// Reads a paragraph.
    pub fn read(&mut self, paragraph: &Paragraph) {
        if self.unmarked(paragraph) {
            self.paragraph += 1;
            return;
        }
        for (index, &(start, end)) in paragraph.sentences.iter().enumerate() {
            let sentence = Sentence { source: self.source, tokens: self.tokens, paragraph, start, end };
            let first_of_paragraph = index == 0;
            if first_of_paragraph && self.transcript(&sentence) {
                break;
            }
            self.sentences.push(self.span(&sentence, start, start + 1).0);
            self.note_subjects(&sentence);
            self.sentence(&sentence, first_of_paragraph);
            self.pending = self.introduces(&sentence);
        }
        self.paragraph += 1;
    }

    fn note_subjects(&mut self, sentence: &Sentence) {
        if sentence.is(sentence.start, class::SUBORDINATOR)
            && let Some(end) = sentence.phrase_right(sentence.start + 1, sentence.end)
        {
            self.subjects.push(self.span(sentence, sentence.start + 1, end));
        }
        if let Some((start, end)) = subjects::opening_subject(sentence) {
            self.subjects.push(self.span(sentence, start, end));
        }
    }

    fn sentence(&mut self, sentence: &Sentence, opens_paragraph: bool) {
        let before = self.raws.len();
        let attributions = attributions::find(sentence);
        let contents = contents::of_all(sentence, &attributions);
        let mut claimed: Vec<usize> = Vec::new();
        let mut previous: Option<(usize, Link)> = None;
        for (attribution, runs) in attributions.iter().zip(&contents) {
            let Some(raw) = self.attributed(sentence, attribution, runs, previous) else { continue };
            claimed.extend(runs.iter().flat_map(|&(from, to)| from..to).filter(|&at| sentence.quoted(at).is_some()));
            if self.raws[before..].iter().any(|other| other.segments == raw.segments) {
                continue;
            }
            previous = Some((self.raws.len(), raw.link));
            self.raws.push(raw);
        }
        for at in sentence.start..sentence.end {
            if let Some(quoted) = sentence.quoted(at)
                && !claimed.contains(&at)
            {
                self.unattributed(sentence, at, quoted, opens_paragraph && at == sentence.start);
            }
        }
        if opens_paragraph {
            self.join_open_quotation(before, sentence);
        }
    }

    pub(super) fn attributed(
        &self,
        sentence: &Sentence,
        attribution: &Attribution,
        runs: &[(usize, usize)],
        previous: Option<(usize, Link)>,
    ) -> Option<Raw> {
        if runs.is_empty()
            || (runs.iter().map(|&(from, to)| sentence.words(from, to, 2)).sum::<usize>() < 2
                && !runs.iter().any(|&(from, _)| sentence.quoted(from).is_some()))
        {
            return None;
        }
        let link = self.link(sentence, attribution, previous)?;
        let (kind, segments) = self.segments(sentence, runs);
        let marked = matches!(attribution.place, Place::After(_, Form::Marked));
        let open = runs
            .last()
            .is_some_and(|&(_, to)| sentence.quoted_before(to).is_some_and(|quoted| !quoted.closed && quoted.opened));
        Some(Raw {
            kind: if marked { QuoteKind::Mixed } else { kind },
            segments,
            cue: Some(self.span(sentence, attribution.cue.0, attribution.cue.1)),
            link,
            sentence: self.span(sentence, sentence.start, sentence.end),
            paragraph: self.paragraph,
            rules: doubts(sentence, attribution, runs),
            within: None,
            open,
            extensible: !matches!(attribution.place, Place::After(..)) && attribution.verb.is_some(),
        })
    }

    /// Whose words an attribution tells, in tokens; `None` where its subject is nobody who could speak.
    fn link(&self, sentence: &Sentence, attribution: &Attribution, previous: Option<(usize, Link)>) -> Option<Link> {
        match attribution.subject {
            Subject::Span(start, end) => self.mention(sentence, start, end),
            Subject::Nobody => Some(Link::Nobody),
            Subject::Inherited => match previous {
                Some((index, Link::Nobody)) => Some(Link::Same(index)),
                Some((_, link)) => Some(link),
                None => match subjects::opening_subject(sentence) {
                    // "After saying that A, Keller left": the subject follows.
                    Some((start, end)) if end <= attribution.from || attribution.from == sentence.start => {
                        self.mention(sentence, start, end)
                    }
                    _ => None,
                },
            },
        }
    }

    /// The speaker's units as tokens. A pronoun without a person ("it", "there") names nobody.
    pub(super) fn mention(&self, sentence: &Sentence, start: usize, end: usize) -> Option<Link> {
        let (first, last) = self.span(sentence, start, end);
        if sentence.is_word(start, &["there", "what", "nothing", "nobody", "whoever", "anyone", "anybody"])
            || (sentence.is_word(start, &["it"]) && end == start + 1 && sentence.is(end, class::BE))
        {
            return None;
        }
        Some(Link::Mention(first, last))
    }

    pub(super) fn span(&self, sentence: &Sentence, start: usize, end: usize) -> (usize, usize) {
        let first = sentence.paragraph.units.get(start).map_or(0, |unit| unit.first);
        let last = end.checked_sub(1).and_then(|end| sentence.paragraph.units.get(end)).map_or(first, |unit| unit.last);
        (first, last.max(first))
    }

    /// Runs of units as token segments, cut where marks open and close: what stands in them is said word for word.
    fn segments(&self, sentence: &Sentence, runs: &[(usize, usize)]) -> (QuoteKind, Vec<(usize, usize, bool)>) {
        let mut marked = false;
        let mut told = false;
        let mut segments = Vec::with_capacity(runs.len());
        for &(from, to) in runs {
            let alone = to == from + 1;
            let mut told_from = from;
            for at in from..to {
                let Some(quoted) = sentence.quoted(at) else { continue };
                // The title of a work is the reporter's, unless it is all there is.
                if !alone && (quoted.single || sentence.is_title(quoted)) {
                    continue;
                }
                told |= self.push_told(sentence, told_from, at, &mut segments);
                segments.push((quoted.inner_first, quoted.inner_last, true));
                marked = true;
                told_from = at + 1;
            }
            told |= self.push_told(sentence, told_from, to, &mut segments);
        }
        let kind = match (marked, told) {
            (true, false) => QuoteKind::Direct,
            (true, true) => QuoteKind::Mixed,
            (false, _) => QuoteKind::Indirect,
        };
        (kind, segments)
    }

    /// Adds the reporter's words between marks, if there are any.
    fn push_told(&self, sentence: &Sentence, from: usize, to: usize, segments: &mut Vec<(usize, usize, bool)>) -> bool {
        let words = sentence.words(from, to, 1) > 0;
        if words {
            let (first, last) = self.span(sentence, from, to);
            segments.push((first, last, false));
        }
        words
    }

    /// A quotation that no attribution claims: the second half of a quote, a new one that goes on, or mere marks.
    fn unattributed(&mut self, sentence: &Sentence, at: usize, quoted: &Quoted, opens_paragraph: bool) {
        let alone = at == sentence.start && sentence.ends(at + 1)
            || (sentence.start..sentence.end)
                .all(|at| sentence.quoted(at).is_some() || sentence.token(at).is_some_and(|token| !token.is_word()));
        let words = quoted.inner_last - quoted.inner_first;
        let closed = sentence.closing_mark(quoted);
        let remark = self.tokens[quoted.inner_first].is_char('(') && self.tokens[quoted.inner_last - 1].is_char(')');
        if remark {
            // "(Applause.)": nobody's words.
            return;
        }
        // A line in single marks is a heading.
        if quoted.single && (closed.is_none() || words <= 3 || (alone && opens_paragraph)) {
            return;
        }
        if !alone {
            self.in_passing(sentence, at, quoted, closed.is_some() && words > 3);
            return;
        }
        if closed.is_none() && words < 6 && self.pending.is_none() && quoted.closed {
            return;
        }
        let segment = (quoted.inner_first, quoted.inner_last, true);
        let open = quoted.opened && !quoted.closed;
        if !opens_paragraph
            && let Some(last) = self.raws.last_mut()
            && last.paragraph == self.paragraph
            && last.extensible
            && goes_on_from(self.tokens, last, quoted)
        {
            last.segments.push(segment);
            last.open = open;
            if last.kind == QuoteKind::Indirect {
                last.kind = QuoteKind::Mixed;
            }
            return;
        }
        let (link, cue, attributing, rule) = match self.pending {
            Some(pending) => (pending.link, pending.cue, pending.sentence, "after_colon"),
            None => (self.goes_on(), None, (quoted.first, quoted.last), "continuation"),
        };
        self.raws.push(Raw {
            kind: QuoteKind::Direct,
            segments: vec![segment],
            cue,
            link,
            sentence: attributing,
            paragraph: self.paragraph,
            rules: vec![rule],
            within: None,
            open,
            extensible: true,
        });
    }

    fn goes_on(&self) -> Link {
        match self.raws.last() {
            Some(raw) if raw.paragraph + CONTINUES_WITHIN >= self.paragraph => match raw.link {
                Link::Same(index) => Link::Same(index),
                _ => Link::Same(self.raws.len() - 1),
            },
            _ => Link::Nobody,
        }
    }

    /// A quotation inside a sentence without a reporting verb: a quote only where the sentence sets it off.
    fn in_passing(&mut self, sentence: &Sentence, at: usize, quoted: &Quoted, full: bool) {
        if !full || sentence.is_title(quoted) {
            return;
        }
        let begins = self.tokens.get(quoted.inner_first).is_some_and(|token| !token.small);
        let set_off = sentence.is_char_before(at, ':') || (sentence.is_char_before(at, ',') && begins);
        let (subject, rule) = if at == sentence.start && sentence.closing_mark(quoted) == Some(',') {
            // "…," Keller shrugged.
            (sentence.phrase_right(at + 1, sentence.end).map(|end| (at + 1, end)), "quote_then_subject")
        } else if sentence.is_dash(at + 1) && at == sentence.start {
            let start = if sentence.is_dash(at + 2) { at + 3 } else { at + 2 };
            (sentence.phrase_right(start, sentence.end).map(|end| (start, end)), "signed")
        } else if set_off {
            (subjects::opening_subject(sentence).filter(|&(_, end)| end <= at), "set_off")
        } else {
            return;
        };
        let link = subject.and_then(|(start, end)| self.mention(sentence, start, end)).unwrap_or(Link::Nobody);
        if link == Link::Nobody && !set_off {
            return;
        }
        self.raws.push(Raw {
            kind: QuoteKind::Direct,
            segments: vec![(quoted.inner_first, quoted.inner_last, true)],
            cue: None,
            link,
            sentence: self.span(sentence, sentence.start, sentence.end),
            paragraph: self.paragraph,
            rules: vec![rule],
            within: None,
            open: quoted.opened && !quoted.closed,
            extensible: true,
        });
    }

    /// Joins the first quotation of a paragraph to one that the paragraph before left open.
    fn join_open_quotation(&mut self, before: usize, sentence: &Sentence) {
        let Some(first) = before.checked_sub(1).and_then(|index| self.raws.get(index)) else { return };
        if !first.open || first.paragraph + 1 != self.paragraph || sentence.quoted(sentence.start).is_none() {
            return;
        }
        let Some(next) = self.raws.get(before) else { return };
        let starts = next.segments.first().is_some_and(|segment| {
            sentence.quoted(sentence.start).is_some_and(|quoted| quoted.inner_first == segment.0)
        });
        if !starts || next.kind != QuoteKind::Direct {
            return;
        }
        let attributed = |raw: &Raw| raw.cue.is_some() || matches!(raw.link, Link::Mention(..));
        if attributed(first) && attributed(next) {
            return;
        }
        let next = self.raws.remove(before);
        let first = &mut self.raws[before - 1];
        if !attributed(first) && attributed(&next) {
            first.cue = next.cue;
            first.link = next.link;
            first.sentence = next.sentence;
            first.extensible = next.extensible;
        }
        first.segments.extend(next.segments);
        first.open = next.open;
        first.paragraph = self.paragraph;
        first.rules.push("runs_over_paragraphs");
        for raw in &mut self.raws[before..] {
            if let Link::Same(index) = &mut raw.link
                && *index >= before
            {
                *index -= 1;
            }
        }
    }
}

/// The rule of an attribution, and what speaks against it.
fn doubts(sentence: &Sentence, attribution: &Attribution, runs: &[(usize, usize)]) -> Vec<&'static str> {
    let words: usize = runs.iter().map(|&(from, to)| sentence.words(from, to, LONG_CONTENT)).sum();
    let marked = runs.iter().any(|&(from, to)| (from..to).any(|at| sentence.quoted(at).is_some()));
    let clause = match attribution.place {
        Place::After(at, Form::Clause) => Some(at),
        _ => None,
    };
    let subject = match attribution.subject {
        Subject::Span(start, end) => Some((start, end)),
        _ => None,
    };
    let group = attribution.verb.map_or(attribution.cue.0, |verb| verb.group);
    let all = [
        (attribution.rule, true),
        ("bare_clause", clause.is_some_and(|at| !sentence.is_word(at.wrapping_sub(1), &["that"]))),
        ("far_content", clause.is_some_and(|at| at > attribution.cue.1 + FAR)),
        ("far_speaker", subject.is_some_and(|(_, end)| end + FAR < group)),
        ("long_speaker", subject.is_some_and(|(start, end)| end > start + LONG_SPEAKER)),
        ("inherited_speaker", attribution.subject == Subject::Inherited),
        ("relative_clause", attribution.relative && attribution.verb.is_some()),
        ("short_content", words < SHORT_CONTENT && !marked),
        ("long_content", words >= LONG_CONTENT),
    ];
    all.into_iter().filter(|&(_, holds)| holds).map(|(name, _)| name).collect()
}

/// From how many words on a content is long, and below how many short.
const LONG_CONTENT: usize = 40;
const SHORT_CONTENT: usize = 4;

/// How many units a speaker may have, and may lie between the parts of an attribution, before that is doubtful.
const LONG_SPEAKER: usize = 8;
const FAR: usize = 6;

/// Whether nothing but marks stands between what has been said and a quotation: narration begins a new quote.
fn goes_on_from(tokens: &[Token], last: &Raw, quoted: &Quoted) -> bool {
    let end = last.segments.last().map_or(last.sentence.1, |segment| segment.1.max(last.sentence.1));
    end <= quoted.first && !tokens[end..quoted.first].iter().any(|token| token.is_word())
}

/// What stands in quotation marks, in order, as tokens.
pub fn marked(raws: &[Raw]) -> Vec<(usize, usize)> {
    let segments = raws.iter().filter(|raw| raw.within.is_none()).flat_map(|raw| &raw.segments);
    let mut marked: Vec<(usize, usize)> =
        segments.filter(|segment| segment.2).map(|&(first, last, _)| (first, last)).collect();
    marked.sort_unstable();
    marked
}

/// The character offsets of a segment: its tokens, without marks that are only half inside.
pub fn characters(
    source: &Source,
    tokens: &[Token],
    first: usize,
    last: usize,
    verbatim: bool,
) -> Option<(usize, usize)> {
    let (mut first, mut last) = (first, last.min(tokens.len()));
    if !verbatim {
        while first < last && matches!(tokens[first].kind, Kind::Punctuation(',' | ';' | ':' | '.')) {
            first += 1;
        }
        while last > first && matches!(tokens[last - 1].kind, Kind::Punctuation(',' | ';' | ':')) {
            last -= 1;
        }
    }
    if first >= last {
        return None;
    }
    let (mut start, mut end) = (tokens[first].start, tokens[last - 1].end);
    while start < end && (source.at(start).is_whitespace() || source.at(start) == '*') {
        start += 1;
    }
    while end > start && (source.before(end).is_whitespace() || source.before(end) == '*') {
        end -= 1;
    }
    (start < end).then_some((start, end))
}
