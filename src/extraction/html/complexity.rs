//! Whether a page is made to be slow: the parser's time grows with the square of some things that no article has many of.

use std::collections::HashMap;

/// Pages nested deeper than this are not read.
const DEEPEST: usize = 300;
/// Pages whose tags stand inside more elements than this, all counted together, are not read.
const MOST_ANCESTORS: usize = 2_500_000;
/// Tags with more attributes than this are not read.
const MOST_ATTRIBUTES: usize = 5_000;
/// The characters that have to be escaped, times the length of the text they stand in, must not be more than this.
const MOST_ESCAPING: usize = 60_000_000_000;

/// Elements that close by themselves, which sloppy pages rely on; they are not taken to nest.
const FLAT: &[&str] = &[
    "p", "li", "br", "img", "hr", "meta", "link", "input", "td", "tr", "th", "dt", "dd", "option", "source", "col",
    "area", "base", "wbr", "embed", "track", "param", "tbody", "thead", "tfoot", "body", "html", "head",
];

/// Whether a page is nested too deeply, or has a tag or a text that would take too long; judged roughly, in one pass.
pub(super) fn is_too_complex(html: &str) -> bool {
    let mut open = Open::default();
    let mut escaping = 0_usize;
    let mut text_from = 0;
    // Every "<" may begin a tag, and one may stand in an attribute of another: no more is read twice than this.
    let mut budget = html.len().saturating_mul(20);
    for (at, _) in html.match_indices('<') {
        let rest = &html[at + 1..];
        if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            escaping = escaping.saturating_add(escaping_of(&html[text_from..at]));
            text_from = at;
            let Some(read) = length_of_tag(rest).filter(|length| *length <= budget) else { return true };
            budget -= read;
        }
        if !open.note(rest) {
            return true;
        }
    }
    escaping.saturating_add(escaping_of(&html[text_from..])) > MOST_ESCAPING
}

/// The elements that are open at a place, by name.
#[derive(Default)]
struct Open {
    names: HashMap<String, usize>,
    depth: usize,
    ancestors: usize,
}

impl Open {
    /// Takes note of a tag after its "<"; false when there is too much of it.
    fn note(&mut self, tag: &str) -> bool {
        let (closing, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let end = tag.bytes().take(16).take_while(u8::is_ascii_alphanumeric).count();
        let name = tag[..end].to_ascii_lowercase();
        if name.is_empty() {
            return true;
        }
        if !closing {
            self.ancestors += self.depth;
        }
        if !FLAT.contains(&name.as_str()) {
            let open = self.names.entry(name).or_default();
            if !closing {
                *open += 1;
                self.depth += 1;
            } else if *open > 0 {
                // An end tag closes elements of its own name only.
                *open -= 1;
                self.depth -= 1;
            }
        }
        self.depth <= DEEPEST && self.ancestors <= MOST_ANCESTORS
    }
}

/// What escaping a text costs the parser's writer: for each character to escape it looks through all of the rest.
fn escaping_of(text: &str) -> usize {
    // 0xC2 is the first byte of a no-break space.
    text.bytes().filter(|byte| matches!(byte, b'&' | 0xC2)).count().saturating_mul(text.len())
}

/// How many bytes a tag has after its "<", or `None` when it has too many attributes.
fn length_of_tag(tag: &str) -> Option<usize> {
    let bytes = tag.as_bytes();
    let is_gap = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'/';
    let mut attributes = 0;
    let mut at = 0;
    while let Some(byte) = bytes.get(at).filter(|byte| **byte != b'>') {
        at += 1;
        if *byte == b'=' {
            at += bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let quote = bytes.get(at).filter(|byte| matches!(byte, b'"' | b'\''));
            at += match quote {
                Some(quote) => 2 + bytes[at + 1..].iter().take_while(|byte| *byte != quote).count(),
                None => bytes[at..].iter().take_while(|byte| !byte.is_ascii_whitespace() && **byte != b'>').count(),
            };
        } else if is_gap(byte) && bytes.get(at).is_some_and(|next| !is_gap(next)) {
            attributes += 1;
            if attributes > MOST_ATTRIBUTES {
                return None;
            }
        }
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_as_they_are() {
        let cells = "<tr><td>Ferries & <b>boats</b>&nbsp;of the \u{a0}Tarn<td class=x>5\n</tr>".repeat(5_000);
        let picture = format!("<img alt='a > b' src=\"data:image/png;base64,{}\">", "iVBOR/w0KGgo ".repeat(20_000));
        let section = "<section><div class=\"a b\"><p>The ferries run.</div></section>".repeat(5_000);
        for page in ["", "no markup at all", "a < b, x<y and <", "<p title='", &cells, &picture, &section] {
            assert!(!is_too_complex(page), "{}", page.get(..60).unwrap_or(page));
        }
    }

    #[test]
    fn pages_that_are_made_to_be_slow() {
        let attributes: String = (0..6_000).map(|at| format!(" a{at}")).collect();
        for page in [
            "<div>".repeat(301),
            "<b></i>".repeat(301),
            format!("{}{}", "<div>".repeat(290), "<p>x".repeat(10_000)),
            "&".repeat(300_000),
            "\u{a0}</x>".repeat(200_000),
            format!("<p{attributes}>"),
            format!("<p x='>'{attributes}>"),
            "<a x='".repeat(200_000),
        ] {
            assert!(is_too_complex(&page), "{}", page.get(..60).unwrap_or(&page));
        }
    }
}
