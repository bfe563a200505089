//! Where a quote stands in its article, and what stands within it.

use crate::error::{Error, Result};
use crate::models::{
    Article, FieldError, Instant, Mention, Quote, QuoteId, QuoteKind, QuoteReading, Review, Segment, SelectorType,
    Span, TextQuoteSelector, TextSpan,
};

/// What a quote made by hand names as its extractor.
pub(in crate::services) const BY_HAND: &str = "hand";
/// Characters of context before and after a quote.
const CONTEXT: usize = 32;

/// A quote of an article before it is known how it reads.
pub(super) fn blank_quote(article: &Article, id: QuoteId, at: Instant) -> Quote {
    Quote {
        id,
        article_id: article.summary.id,
        kind: QuoteKind::Direct,
        text: String::new(),
        segments: Vec::new(),
        selector: TextQuoteSelector {
            kind: SelectorType::TextQuoteSelector,
            exact: String::new(),
            prefix: String::new(),
            suffix: String::new(),
        },
        cue: None,
        occasion: None,
        speaker: None,
        said_on: None,
        said_on_precision: None,
        zones: Vec::new(),
        mentions: Vec::new(),
        nested_in: None,
        statement_id: None,
        confidence: 1.0,
        why: Vec::new(),
        review: Review::Accepted,
        extractor: BY_HAND.to_owned(),
        created_at: at,
        updated_at: at,
        version: 1,
        highlights: None,
        included: None,
    }
}

impl Quote {
    /// Puts it where its segments are.
    pub(in crate::services) fn place(&mut self, words: &Words, segments: &[Segment]) {
        let (start, end) = match (segments.first(), segments.last()) {
            (Some(first), Some(last)) => (first.start, last.end),
            _ => (0, 0),
        };
        let pieces: Vec<&str> = segments.iter().map(|segment| words.slice(segment.start, segment.end)).collect();
        self.text = pieces.join(" ");
        self.selector.exact = words.slice(start, end).to_owned();
        self.selector.prefix = words.slice(start.saturating_sub(CONTEXT), start).to_owned();
        self.selector.suffix = words.slice(end, end + CONTEXT).to_owned();
        self.segments = segments.to_vec();
    }

    /// Of what the article names, that which stands within the segments.
    pub(in crate::services) fn name_mentions(&mut self, all: &[Mention]) {
        let is_inside = |mention: &&Mention| {
            self.segments.iter().any(|segment| segment.start <= mention.start && mention.end <= segment.end)
        };
        self.mentions = all.iter().filter(is_inside).cloned().collect();
        self.zones.clear();
        for zone in self.mentions.iter().filter_map(|mention| mention.zone.as_ref()) {
            if !self.zones.contains(zone) {
                self.zones.push(zone.clone());
            }
        }
    }
}

/// A text by its characters, so that an offset finds its byte at once.
pub(in crate::services) struct Words<'a> {
    text: &'a str,
    /// The first byte of each character, and the length of the text; `None` where each has one byte.
    bytes: Option<Vec<usize>>,
}

impl<'a> Words<'a> {
    /// Counts them.
    pub(in crate::services) fn of(text: &'a str) -> Self {
        let bytes = (!text.is_ascii()).then(|| {
            let mut bytes = Vec::with_capacity(text.len() + 1);
            bytes.extend(text.char_indices().map(|(byte, _)| byte).chain([text.len()]));
            bytes
        });
        Self { text, bytes }
    }

    /// How many characters there are.
    pub(in crate::services) fn len(&self) -> usize {
        self.bytes.as_ref().map_or(self.text.len(), |bytes| bytes.len() - 1)
    }

    /// The characters between two offsets, cut at the end of the text.
    pub(in crate::services) fn slice(&self, start: usize, end: usize) -> &'a str {
        let end = end.min(self.len());
        let start = start.min(end);
        let byte = |offset: usize| self.bytes.as_ref().map_or(offset, |bytes| bytes[offset]);
        &self.text[byte(start)..byte(end)]
    }

    /// The words that a span covers.
    pub(in crate::services) fn span(&self, span: Span) -> TextSpan {
        TextSpan { text: self.slice(span.start, span.end).to_owned(), start: span.start, end: span.end }
    }

    /// Where words stand as they are: first after the byte `from`, or else anywhere. Their span, and the byte after them.
    pub(in crate::services) fn find(&self, words: &str, from: usize) -> Option<(Span, usize)> {
        let after = self.text.get(from..).and_then(|rest| rest.find(words)).map(|at| from + at);
        let byte = after.or_else(|| self.text.find(words))?;
        let offset = |byte: usize| match &self.bytes {
            Some(bytes) => bytes.binary_search(&byte).ok(),
            None => Some(byte),
        };
        let end = byte + words.len();
        Some((Span { start: offset(byte)?, end: offset(end)? }, end))
    }

    /// Refuses a reading that goes past the end of the text.
    pub(super) fn check(&self, reading: &QuoteReading) -> Result<()> {
        let mut ends: Vec<(String, usize)> = Vec::new();
        for (index, segment) in reading.segments.iter().enumerate() {
            ends.push((format!("/segments/{index}/end"), segment.end));
        }
        ends.extend(reading.cue.map(|cue| ("/cue/end".to_owned(), cue.end)));
        ends.extend(reading.occasion.map(|occasion| ("/occasion/end".to_owned(), occasion.end)));
        let mention = reading.speaker.as_ref().and_then(|speaker| speaker.mention);
        ends.extend(mention.map(|mention| ("/speaker/mention/end".to_owned(), mention.end)));
        let past_the_end = ends.into_iter().filter(|(_, end)| *end > self.len());
        let detail = format!("is past the end of the article's text ({} characters)", self.len());
        let errors: Vec<FieldError> =
            past_the_end.map(|(pointer, _)| FieldError::at(pointer, detail.clone())).collect();
        if errors.is_empty() { Ok(()) } else { Err(Error::InvalidBody(errors)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_characters_however_many_bytes_each_has() {
        for (text, said, start) in [("He said: no zone.", "no zone", 9), ("Он сказал: нет зоны.", "нет зоны", 11)]
        {
            let words = Words::of(text);
            let end = start + said.chars().count();
            assert_eq!((words.len(), words.slice(start, end)), (text.chars().count(), said));
            assert_eq!(words.slice(start, 100), format!("{said}."));
            let (span, after) = words.find(said, 0).unwrap();
            assert_eq!((span, &text[after..]), (Span { start, end }, "."));
        }
    }
}
