//! Lines of a file, in batches that fit into one transaction each, read and checked as far as that needs no database.

use std::io::BufRead;

use super::ready::{ReadyArticle, ready_article};
use crate::models::{ArticleRecord, FieldError, NewArticle, Record};
use crate::settings::IngestSettings;

/// Bytes after which a batch ends.
const BATCH_BYTES: i64 = 1024 * 1024;
/// Lines after which it does.
const BATCH_LINES: usize = 1000;
/// Articles that the extractor has to read after which it does: they take longer.
const BATCH_UNREAD: usize = 50;

/// A line of a file.
pub(super) struct Line {
    /// Which one, from 1.
    pub(super) number: i64,
    /// Bytes of the file up to its end.
    pub(super) end: i64,
    /// What it holds, or what is wrong with it.
    pub(super) content: Result<Content, Vec<FieldError>>,
}

/// What a line holds.
pub(super) enum Content {
    /// Nothing.
    Blank,
    /// Anything but an article.
    Reference(Box<Record>),
    /// An article that is to be read.
    Unread(Box<NewArticle>),
    /// An article that was read.
    Ready(Box<ReadyArticle>),
}

/// A file of records, or a part of one.
pub struct LineSource {
    input: Box<dyn BufRead + Send>,
    offset: i64,
    number: i64,
    max_line_bytes: usize,
    max_text_chars: usize,
    /// A line that begins the next batch.
    held: Option<Line>,
    buffer: Vec<u8>,
}

impl LineSource {
    /// Lines from the start of an input.
    #[must_use]
    pub fn new(input: Box<dyn BufRead + Send>, settings: &IngestSettings) -> Self {
        Self::from(input, settings, 0, 0)
    }

    /// Lines of an input that begins after so many bytes and lines of its file.
    pub(super) fn from(input: Box<dyn BufRead + Send>, settings: &IngestSettings, offset: i64, number: i64) -> Self {
        let IngestSettings { max_line_bytes, max_text_chars, .. } = *settings;
        Self { input, offset, number, max_line_bytes, max_text_chars, held: None, buffer: Vec::new() }
    }

    /// The next lines; none at the end.
    pub(super) fn next_batch(&mut self) -> std::io::Result<Vec<Line>> {
        let mut batch = Vec::new();
        let begin = self.held.as_ref().map_or(self.offset, |held| held.end);
        let (mut unread, mut has_references) = (0, false);
        while batch.len() < BATCH_LINES && self.offset - begin < BATCH_BYTES && unread < BATCH_UNREAD {
            let line = match self.held.take() {
                Some(held) => held,
                None => match self.next_line()? {
                    Some(line) => line,
                    None => break,
                },
            };
            match &line.content {
                Ok(Content::Reference(_)) => has_references = true,
                Ok(Content::Unread(_)) => unread += 1,
                _ => {}
            }
            // The extractor knows what was committed.
            if has_references && unread > 0 && !batch.is_empty() {
                self.held = Some(line);
                break;
            }
            batch.push(line);
        }
        Ok(batch)
    }

    fn next_line(&mut self) -> std::io::Result<Option<Line>> {
        self.buffer.clear();
        let bytes = read_line(&mut self.input, &mut self.buffer, self.max_line_bytes)?;
        if bytes == 0 {
            return Ok(None);
        }
        self.offset += i64::try_from(bytes).unwrap_or(i64::MAX);
        self.number += 1;
        let content = if self.buffer.len() > self.max_line_bytes {
            let detail = format!("is longer than {} bytes (ingest.max_line_bytes)", self.max_line_bytes);
            Err(vec![FieldError::at("", detail)])
        } else {
            content_of(self.buffer.trim_ascii(), self.max_text_chars)
        };
        Ok(Some(Line { number: self.number, end: self.offset, content }))
    }
}

/// One line without more memory than the limit; what is past it is skipped. How many bytes it has, with its end; 0 at the end of
/// the input.
///
/// # Errors
/// What reading fails with.
pub fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>, limit: usize) -> std::io::Result<usize> {
    let mut bytes = 0;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(bytes);
        }
        let end = memchr::memchr(b'\n', buffer);
        let piece = &buffer[..end.unwrap_or(buffer.len())];
        let room = (limit + 1).saturating_sub(line.len());
        line.extend_from_slice(&piece[..piece.len().min(room)]);
        let used = end.map_or(buffer.len(), |end| end + 1);
        input.consume(used);
        bytes += used;
        if end.is_some() {
            return Ok(bytes);
        }
    }
}

fn content_of(line: &[u8], max_text_chars: usize) -> Result<Content, Vec<FieldError>> {
    if line.is_empty() {
        return Ok(Content::Blank);
    }
    if holds_nul(line) {
        return Err(vec![FieldError::at("", "must not hold U+0000")]);
    }
    match Record::from_json(line)? {
        Record::Article(record) if record.quotes.is_some() => {
            ready_article(*record, max_text_chars).map(|ready| Content::Ready(Box::new(ready)))
        }
        Record::Article(record) => unread_article(*record).map(|new| Content::Unread(Box::new(new))),
        reference => Ok(Content::Reference(Box::new(reference))),
    }
}

/// Whether a text in the line holds U+0000, which PostgreSQL cannot keep. In JSON it can only stand escaped.
fn holds_nul(line: &[u8]) -> bool {
    // Behind an escaped backslash it is none.
    memchr::memmem::find_iter(line, b"\\u0000")
        .map(|at| line[..at].iter().rev().take_while(|byte| **byte == b'\\').count())
        .any(|before| before % 2 == 0)
}

/// What `POST /v1/articles` takes; the rest of a record goes with quotes.
fn unread_article(record: ArticleRecord) -> Result<NewArticle, Vec<FieldError>> {
    let ArticleRecord { text, html, url, outlet, title, published_on, language, kind, .. } = record.clone();
    let rest = ArticleRecord {
        text: text.clone(),
        html: html.clone(),
        url: url.clone(),
        outlet: outlet.clone(),
        title: title.clone(),
        published_on,
        language: language.clone(),
        kind,
        ..ArticleRecord::default()
    };
    if record != rest {
        let detail = "must be there, if only as an empty list: other members than text, html, url, outlet, title, \
                      published_on and language are for articles that were read";
        return Err(vec![FieldError::at("/quotes", detail)]);
    }
    Ok(NewArticle { text, html, url, outlet, title, published_on, language })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> LineSource {
        let settings = IngestSettings { max_text_chars: 100, max_readers: 0, max_line_bytes: 120 };
        LineSource::new(Box::new(std::io::Cursor::new(text.as_bytes().to_vec())), &settings)
    }

    #[test]
    fn lines_have_their_numbers_and_ends_and_long_ones_are_refused() {
        let text = format!("{{\"type\":\"onrecord\",\"format\":1}}\r\n\n{}\nnonsense", "x".repeat(500));
        let batch = source(&text).next_batch().unwrap();
        let ends: Vec<(i64, i64)> = batch.iter().map(|line| (line.number, line.end)).collect();
        assert_eq!(ends, [(1, 32), (2, 33), (3, 534), (4, 542)]);
        assert!(matches!(batch[0].content, Ok(Content::Reference(_))));
        assert!(matches!(batch[1].content, Ok(Content::Blank)));
        let detail = |line: &Line| line.content.as_ref().err().unwrap()[0].detail.clone();
        assert!(detail(&batch[2]).contains("120 bytes"), "{}", detail(&batch[2]));
        assert!(batch[3].content.is_err());
    }

    #[test]
    fn an_article_to_be_read_does_not_share_a_batch_with_what_it_may_name() {
        let outlet = r#"{"type":"outlet","name":"A","kind":"website"}"#;
        let article = r#"{"type":"article","text":"He left, she said."}"#;
        let mut source = source(&[outlet, outlet, article, article, outlet].join("\n"));
        let sizes: Vec<usize> =
            std::iter::from_fn(|| Some(source.next_batch().unwrap().len()).filter(|size| *size > 0)).collect();
        assert_eq!(sizes, [2, 2, 1]);
    }

    #[test]
    fn an_escaped_backslash_before_u0000_is_no_nul() {
        assert!(holds_nul(br#"{"text":"a\u0000b"}"#));
        assert!(!holds_nul(br#"{"text":"a\\u0000b"}"#));
        assert!(holds_nul(br#"{"text":"a\\\u0000b"}"#));
    }
}
