//! Quotation marks, paired paragraph by paragraph.
//!
//! Straight, curly, low and angle marks, two apostrophes, and single marks where they stand outermost. Which side a mark
//! belongs to is read from the spaces around it first, from its shape second and from the count last, because wires mix the
//! shapes up. A missing mark spoils its own paragraph only.

use super::lexicon::{LEXICON, class, frame};
use super::source::Source;
use super::tokens::{Kind, Token};

/// A stretch in quotation marks, by token indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quoted {
    /// The first token, marks included.
    pub first: usize,
    /// The token after the last, marks included.
    pub last: usize,
    /// The first token inside the marks.
    pub inner_first: usize,
    /// The token after the last one inside the marks.
    pub inner_last: usize,
    /// Whether the opening mark is there.
    pub opened: bool,
    /// Whether the closing mark is there.
    pub closed: bool,
    /// Whether the marks are single ones.
    pub single: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Open,
    Close,
    Either,
}

/// How far a closing single mark may be from its opening one, in tokens.
const SINGLE_REACH: usize = 200;

/// Pairs the marks among the tokens `first..last` of one paragraph; the result is in order and does not overlap.
///
/// `continued` says that the paragraph before ended inside an open quotation.
pub fn pair(source: &Source, tokens: &[Token], first: usize, last: usize, continued: bool) -> Vec<Quoted> {
    let marks: Vec<(usize, Side)> =
        (first..last).filter_map(|index| double_mark(source, &tokens[index]).map(|side| (index, side))).collect();
    let mut out = Vec::new();
    // Index of the open mark and how many marks opened inside it.
    let mut open: Option<(usize, usize)> = None;
    let mut free = first;
    for (at, &(index, side)) in marks.iter().enumerate() {
        if index < free {
            continue;
        }
        if open.is_none()
            && let Some((start, end)) = around_double(source, tokens, free, index, last, &marks[at..])
        {
            singles(source, tokens, free, start, &mut out);
            out.push(Quoted { single: true, ..quoted(start, end, true, true) });
            free = end + 1;
            continue;
        }
        match (open, side) {
            (None, Side::Open | Side::Either) => {
                singles(source, tokens, free, index, &mut out);
                open = Some((index, 0));
            }
            (None, Side::Close) => {
                // Only the first mark of a paragraph can close what opened elsewhere or lost its opening mark.
                let closes = free == first
                    && index > first
                    && matches!(tokens[index - 1].kind, Kind::Punctuation(',' | '.' | '!' | '?'));
                if closes {
                    let start = if continued { first } else { sentence_start(tokens, free, index) };
                    if start < index {
                        singles(source, tokens, free, start, &mut out);
                        out.push(quoted(start, index, false, true));
                        free = index + 1;
                    }
                }
            }
            (Some((start, depth)), Side::Open) => {
                if closes_twice(&marks[at + 1..]) {
                    open = Some((start, depth + 1));
                } else {
                    out.push(quoted(start, index, true, false));
                    open = Some((index, 0));
                }
            }
            (Some((start, depth)), Side::Close | Side::Either) => {
                if depth > 0 {
                    open = Some((start, depth - 1));
                } else {
                    out.push(quoted(start, index, true, true));
                    free = index + 1;
                    open = None;
                }
            }
        }
    }
    match open {
        Some((start, _)) => out.push(quoted(start, last, true, false)),
        None => singles(source, tokens, free, last, &mut out),
    }
    out.retain(|quoted| quoted.inner_first < quoted.inner_last);
    out
}

/// `from` is the opening mark, or the first word where it is missing; `to` the closing mark, or the token after the last.
fn quoted(from: usize, to: usize, opened: bool, closed: bool) -> Quoted {
    Quoted {
        first: from,
        last: to + usize::from(closed),
        inner_first: from + usize::from(opened),
        inner_last: to,
        opened,
        closed,
        single: false,
    }
}

fn closes_twice(rest: &[(usize, Side)]) -> bool {
    matches!(rest, [(_, Side::Close), (_, Side::Close), ..])
}

fn double_mark(source: &Source, token: &Token) -> Option<Side> {
    let Kind::Punctuation(c) = token.kind else { return None };
    let shape = match c {
        '"' | '\u{ff02}' => Side::Either,
        '\u{201c}' | '\u{201e}' | '\u{201f}' | '\u{ab}' | '\u{301d}' => Side::Open,
        '\u{201d}' | '\u{bb}' | '\u{301e}' => Side::Close,
        _ => return None,
    };
    let left = opens_after(outside(source, token.start, false));
    let right = closes_before(outside(source, token.end, true));
    Some(match (left, right) {
        (true, false) => Side::Open,
        (false, true) => Side::Close,
        _ => shape,
    })
}

/// The neighbour of a mark, with the asterisks of italics skipped.
fn outside(source: &Source, at: usize, forward: bool) -> char {
    let step =
        |n: usize| if forward { source.at(at + n) } else { at.checked_sub(n).map_or(' ', |at| source.before(at)) };
    let near = step(0);
    if near == '*' { step(1) } else { near }
}

fn opens_after(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | '[' | '{' | '\u{2013}' | '\u{2014}' | '-' | '/' | ':' | '\'' | '\u{2018}')
}

fn closes_before(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            ',' | '.'
                | ';'
                | ':'
                | '!'
                | '?'
                | ')'
                | ']'
                | '}'
                | '\u{2013}'
                | '\u{2014}'
                | '-'
                | '\u{2015}'
                | '\''
                | '\u{2026}'
        )
}

/// The start of the last sentence in `from..to`, for a quotation whose opening mark is missing.
fn sentence_start(tokens: &[Token], from: usize, to: usize) -> usize {
    // The sentence that the mark closes may end right before it.
    let body = to.saturating_sub(1);
    (from..body)
        .rev()
        .find(|&index| matches!(tokens[index].kind, Kind::Punctuation('.' | '!' | '?')))
        .map_or(from, |index| index + 1)
}

/// Single marks around double ones: `'He wrote: "Come," and I came,' she said.`
fn around_double(
    source: &Source,
    tokens: &[Token],
    free: usize,
    double: usize,
    last: usize,
    marks: &[(usize, Side)],
) -> Option<(usize, usize)> {
    let start = (free..double).rev().take(SINGLE_REACH).find(|&at| opens_single(source, &tokens[at]))?;
    if single_close(source, tokens, start + 1, double).is_some() {
        return None;
    }
    let end = single_close(source, tokens, double + 1, last)?;
    let inside = marks.iter().take_while(|mark| mark.0 < end).count();
    let ended = matches!(tokens[end - 1].kind, Kind::Punctuation(',' | '.' | '!' | '?' | '"' | '\u{201d}' | '\u{bb}'));
    (inside % 2 == 0 && ended).then_some((start, end))
}

/// Whether a story puts what is said in single marks, so that they weigh as much as double ones elsewhere.
pub fn prefers_singles(source: &Source, tokens: &[Token]) -> bool {
    let (mut single, mut double) = (0_usize, 0_usize);
    for (index, token) in tokens.iter().enumerate() {
        if matches!(token.kind, Kind::Punctuation(_)) {
            double += usize::from(matches!(double_mark(source, token), Some(Side::Open | Side::Either)));
            let closes = index > 0
                && matches!(token.kind, Kind::Punctuation('\''))
                && matches!(tokens[index - 1].kind, Kind::Punctuation(',' | '.' | '!' | '?'));
            single += usize::from(closes);
        }
    }
    single >= 2 && single > double
}

/// `"We stay, Petra Nowak said.` A last quotation without a closing mark ends before the attribution inside it.
pub fn cut_unclosed(tokens: &[Token], quoted: &mut [Quoted]) {
    let Some(quoted) = quoted.last_mut().filter(|quoted| quoted.opened && !quoted.closed) else { return };
    let (first, last) = (quoted.inner_first, quoted.inner_last - 1);
    if last < first + 6 || !matches!(tokens[last].kind, Kind::Punctuation('.')) {
        return;
    }
    let Some(comma) = (last - 9.min(last - first)..last).rev().find(|&at| tokens[at].is_char(',')) else { return };
    let says = |token: &Token| {
        token.small
            && token.entry.is_some_and(|entry| {
                let mut cues = entry.cues.iter().filter_map(|&cue| LEXICON.cues.get(cue as usize));
                cues.any(|cue| {
                    cue.forms.past
                        && cue.rest.is_empty()
                        && cue.frames & frame::QUOTE != 0
                        && cue.frames & frame::THOUGHT == 0
                })
            })
    };
    let names = |from: usize, to: usize| {
        let stops = class::AUXILIARY | class::FINITE_VERB | class::SUBORDINATOR | class::RELATIVE | class::CONJUNCTION;
        from < to
            && tokens[from..to].iter().all(|token| token.is_word() && (token.capital || !token.is(stops)))
            && tokens[from..to].iter().any(|token| {
                token.capital && token.entry.is_none() || token.is(class::SUBJECT_PRONOUN | class::PERSON_NOUN)
            })
    };
    let before = says(&tokens[last - 1]) && names(comma + 1, last - 1);
    let after = says(&tokens[comma + 1]) && names(comma + 2, last);
    if (before || after) && comma > first + 2 {
        quoted.inner_last = comma + 1;
        quoted.last = comma + 1;
        quoted.closed = true;
    }
}

/// Finds outermost single marks among the tokens `first..last`.
fn singles(source: &Source, tokens: &[Token], first: usize, last: usize, out: &mut Vec<Quoted>) {
    let mut at = first;
    // Where no closing mark was found, none will be found from further right within the same reach.
    let mut hopeless_until = first;
    while at < last {
        if opens_single(source, &tokens[at]) && at >= hopeless_until {
            match single_close(source, tokens, at + 1, last) {
                Some(close) => {
                    out.push(Quoted { single: true, ..quoted(at, close, true, true) });
                    at = close + 1;
                    continue;
                }
                None => hopeless_until = at + SINGLE_REACH / 2,
            }
        }
        at += 1;
    }
}

fn opens_single(source: &Source, token: &Token) -> bool {
    matches!(token.kind, Kind::Punctuation('\'' | '\u{2018}' | '\u{201a}' | '\u{2039}'))
        && opens_after(outside(source, token.start, false))
        && outside(source, token.end, true).is_alphabetic()
}

fn single_close(source: &Source, tokens: &[Token], from: usize, last: usize) -> Option<usize> {
    let mut weak = None;
    for (index, token) in tokens.iter().enumerate().take(last.min(from + SINGLE_REACH)).skip(from) {
        if !matches!(token.kind, Kind::Punctuation('\'' | '\u{203a}')) {
            continue;
        }
        let before = source.before(token.start);
        let after = outside(source, token.end, true);
        if before.is_whitespace() || !(closes_before(after) || matches!(after, '"' | '\u{201d}' | '\u{bb}')) {
            continue;
        }
        // "the states' rights": an apostrophe after an s may be a possessive.
        let strong = !matches!(before, 's' | 'S') || !after.is_whitespace();
        if strong {
            return Some(index);
        }
        weak = weak.or(Some(index));
    }
    weak
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokenize;
    use super::*;

    fn inner(text: &str) -> Vec<String> {
        let source = Source::new(text);
        let mut tokens = Vec::new();
        tokenize(&source, 0, source.len(), &mut tokens);
        pair(&source, &tokens, 0, tokens.len(), false)
            .iter()
            .map(|q| source.slice(tokens[q.inner_first].start, tokens[q.inner_last - 1].end).to_owned())
            .collect()
    }

    #[test]
    fn every_shape_of_mark() {
        for text in [
            "He said \"go now\" twice",
            "He said “go now” twice",
            "He said «go now» twice",
            "He said „go now“ twice",
            "He said ''go now'' twice",
            "He said ‘go now’ twice",
            "He said 'go now' twice",
            "He said *\"go now\"* twice",
            "He said \"*go now*\" twice",
            "He said ”go now” twice",
            "He said »go now« twice",
        ] {
            assert_eq!(inner(text), ["go now"], "{text}");
        }
    }

    #[test]
    fn an_odd_number_of_marks_spoils_nothing_else() {
        assert_eq!(
            inner("\"We stay. The mayor nodded. \"We wait,\" she said."),
            ["We stay. The mayor nodded.", "We wait,"]
        );
        assert_eq!(inner("It is late. We stay,\" she said. \"Go.\""), ["We stay,", "Go."]);
        assert_eq!(inner("\"We stay,\" she said. \"We wait."), ["We stay,", "We wait."]);
    }

    #[test]
    fn apostrophes_are_no_marks() {
        assert!(inner("The dogs' owners don't like the '90s").is_empty());
        assert_eq!(inner("The so-called 'quiet zone' is the farmers' idea"), ["quiet zone"]);
    }
}
