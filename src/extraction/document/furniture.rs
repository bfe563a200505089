//! What stands around a story on a news page, told by its wording alone: menus, share lines, credits, captions, standing text.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;
use rustc_hash::FxHashSet;

use crate::extraction::dates;
use crate::models::text::RegionKind;

use super::phrases::{
    AFTER_STORY, AGENCIES, CAPTION_WORDS, CREDIT_LINES, CREDIT_STARTS, END_MARKS, NAVIGATION, NAVIGATION_STARTS,
    NOTICES, RELATED, RELATED_STARTS,
};

/// Longer lines are paragraphs, and only standing text is looked for in them.
const LONGEST_LINE: usize = 240;
/// Longer paragraphs are no appeals to the reader.
const LONGEST_APPEAL: usize = 450;
/// Longer paragraphs are never standing text.
const LONGEST_NOTICE: usize = 1_500;

static NAVIGATION_LINES: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| NAVIGATION.split('|').map(str::trim).collect());
static RELATED_LINES: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| RELATED.split('|').map(str::trim).collect());
/// Standing text, in one pass over a paragraph.
static NOTICE_WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| any_of(NOTICES.iter().copied()));
/// What a caption holds at least; the patterns that look closer are slow.
static CAPTION_SIGNS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(CAPTION_WORDS).ok());
/// What a credit holds at least.
static CREDIT_SIGNS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| any_of(AGENCIES.iter().copied().chain(["©"])));

/// Tells whether one of some words stands in a text. Of the kinds of search this one looks at several bytes at once.
fn any_of(words: impl Iterator<Item = &'static str>) -> Option<AhoCorasick> {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).ok()
}

/// Whom an appeal to the reader speaks to.
static YOU: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(["you"]).ok());

/// Compiled once; a pattern that failed to compile would match nothing.
struct Patterns {
    link: Option<Regex>,
    only_links: Option<Regex>,
    clock: Option<Regex>,
    image: Option<Regex>,
    byline: Option<Regex>,
    credit: Option<Regex>,
    credit_tail: Option<Regex>,
    caption: Option<Regex>,
    copyright: Option<Regex>,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let agencies = format!("(?:{})", AGENCIES.join("|"));
    let name = "\\p{Lu}[\\p{L}.'’-]*";
    Patterns {
        link: Regex::new("\\[([^\\]\\[]*)\\]\\([^)\\s]*\\)").ok(),
        only_links: Regex::new("^(?:[\\s*•·|>_-]*!?\\[[^\\]\\[]*\\]\\([^)\\s]*\\))+[\\s*•·|>_-]*$").ok(),
        clock: Regex::new("^\\d{1,2}[:.]\\d{2}(?::\\d{2})?\\s*(?:[ap]\\.?m\\.?\\s*)?(?:GMT|UTC)\\s*[+\\-−]").ok(),
        image: Regex::new("(?i)^\\W*(?:\\d+\\s*[x×]\\s*\\d+ image|image|photo|picture|thumbnail|play video|file photo|enlarge(?: image)?|\\d+ of \\d+|\\d+\\s*/\\s*\\d+|\\d+ min(?:ute)?s? read|\\d+ (?:comments?|shares?|views?|likes?))\\W*$").ok(),
        byline: Regex::new(&format!(
            "^(?:(?:By|BY|Author:|Text:|From|Story by|Written by|Posted by)\\s+{name}(?:\\s+{name}|\\s+(?:and|&|de|van|von|al|bin|el)|,)*|(?:{name}\\s+){{1,3}}(?:Staff|Correspondent|Staff Writer|Contributor|Editor|Reporter))(?:\\s+(?:in|for|@)\\s*[\\p{{Lu}}\\w][\\w .]*)?$"
        ))
        .ok(),
        credit: Regex::new(&format!(
            "^(?:©|\\(c\\)|\\(C\\)|Photo(?:graph)?(?: credit| by|:|\\s*/)|Photo courtesy|Image(?: credit| source| by|:)|Picture:|Credit:|Credits:|Courtesy(?: of|:)|{agencies}\\s*/\\s*\\S|{agencies}\\s*$|{name} {name}\\s*/\\s*{agencies}\\s*$|Handout|Screenshot|Screengrab|Still from)"
        ))
        .ok(),
        credit_tail: Regex::new(&format!(
            "(?:©\\s?.{{1,60}}|\\b{agencies}\\s*(?:Photo\\s*)?/\\s*{name}(?:[ -]{name}){{0,3}}|\\({agencies}(?:[ /][^()]{{0,40}})?\\)|\\bvia {agencies}|\\[[^\\]]*/{agencies}\\]|\\b{agencies} (?:Photo|photo|Images))[.)]?$"
        ))
        .ok(),
        caption: Regex::new(
            "(?i:\\((?:file|file photo|file image|file picture|archive|archive photo|illustrative|illustration|photo illustration|undated|screenshot|pictured)\\)|\\bfile (?:photo|picture|image)\\b|\\barchive photo\\b|\\((?:second |third |far )?(?:left|right|center|centre|l|r|c|2nd l|2nd r|front|back|top|bottom)\\)|\\((?:from )?(?:l-r|left to right)\\)|,? from left(?: to right)?[,:]|(?:pictured|seen) (?:here|above|left|right|in this)\\b|in this (?:file )?(?:photo|picture|image|handout)\\b|^(?:photo|image|picture|caption|file):)",
        )
        .ok(),
        copyright: Regex::new("^(?:©|\\(c\\)|\\(C\\)|Copyright\\b)\\s*(?:©\\s*)?(?:\\d{4}|by\\b|.*\\b(?:Inc|LLC|Ltd|Agency|rights)\\b)").ok(),
    }
});

fn matches(pattern: Option<&Regex>, text: &str) -> bool {
    pattern.is_some_and(|pattern| pattern.is_match(text))
}

/// Whether one of the words of a table stands somewhere in a text.
fn holds(words: &LazyLock<Option<AhoCorasick>>, text: &str) -> bool {
    words.as_ref().is_some_and(|words| words.is_match(text))
}

/// The words of a line or paragraph as the tables and patterns want them.
#[derive(Debug)]
pub(crate) struct Wording<'a> {
    /// The text itself.
    pub text: &'a str,
    /// The text without the marks of Markdown and the bullets around it.
    pub plain: Cow<'a, str>,
    /// The same in lower case; `None` for paragraphs too long to be anything but prose.
    lower: Option<String>,
}

impl<'a> Wording<'a> {
    /// Prepares a text.
    pub fn new(text: &'a str) -> Self {
        let plain = plain(text);
        let lower = (text.len() <= LONGEST_LINE * 4).then(|| plain.to_lowercase());
        Self { text, plain, lower }
    }

    /// What it is, if it is surely no part of a story.
    ///
    /// Captions and credits are told here too; a title, a byline's place and a heading need their neighbours (`regions.rs`).
    pub fn kind(&self) -> Option<RegionKind> {
        let lower = self.lower.as_deref()?;
        if !self.text.chars().any(char::is_alphanumeric) {
            // Rules, arrows and bullets that stand alone; a lone bracketed ellipsis is no story either.
            return Some(RegionKind::Navigation);
        }
        let bare = bare(lower);
        line_kind(self.text, &self.plain, lower, bare).or_else(|| notice_kind(lower, bare))
    }

    /// Whether it ends the story: what comes after "With reporting by …" belongs to the page.
    pub fn ends_story(&self) -> bool {
        self.lower.as_deref().is_some_and(|lower| {
            starts_with_any(bare(lower), CREDIT_LINES)
                || starts_with_any(lower, CREDIT_LINES)
                || starts_with_any(lower, AFTER_STORY)
                || END_MARKS.contains(&lower.trim())
        })
    }
}

/// What a line or paragraph is by its wording, if it is surely no part of a story.
pub(crate) fn kind_of(text: &str) -> Option<RegionKind> {
    Wording::new(text).kind()
}

fn line_kind(text: &str, plain: &str, lower: &str, bare: &str) -> Option<RegionKind> {
    if text.chars().count() > LONGEST_LINE {
        return None;
    }
    let patterns = &*PATTERNS;
    if END_MARKS.contains(&lower.trim()) {
        return Some(RegionKind::Boilerplate);
    }
    if is_clock(plain) || is_widget(plain) || is_menu(lower, bare) {
        return Some(RegionKind::Navigation);
    }
    // "More on Monday's talks is expected to become known only when …" is a sentence, not a link.
    let sentence = plain.ends_with('.') && plain.split_whitespace().count() > 14;
    if RELATED_LINES.contains(bare)
        || (starts_with_any(lower, RELATED_STARTS) && !sentence)
        || (text.contains("](") && (is_labelled_link(text, lower) || matches(patterns.only_links.as_ref(), text)))
    {
        return Some(RegionKind::Related);
    }
    if starts_with_any(lower, NAVIGATION_STARTS) && text.chars().count() <= 120 {
        return Some(RegionKind::Navigation);
    }
    if plain.starts_with(['©', '(', 'C']) && matches(patterns.copyright.as_ref(), plain) {
        return Some(RegionKind::Boilerplate);
    }
    if may_be_credit(plain) && matches(patterns.credit.as_ref(), plain) {
        return Some(RegionKind::Credit);
    }
    if is_caption(plain) {
        return Some(RegionKind::Caption);
    }
    (dates::is_date_line(plain) || (may_be_byline(plain) && matches(patterns.byline.as_ref(), plain)))
        .then_some(RegionKind::Byline)
}

// A pattern looks closely and takes its time; what it cannot match is told before by something cheap.

fn is_clock(plain: &str) -> bool {
    plain.starts_with(char::is_numeric) && matches(PATTERNS.clock.as_ref(), plain)
}

/// A label of a picture or a counter: "4 x 3 image", "12 comments"; it has four words at most.
fn is_widget(plain: &str) -> bool {
    let is_word = |part: &&str| part.contains(|c: char| c.is_alphabetic() || c.is_ascii_digit());
    plain.split_whitespace().filter(is_word).nth(4).is_none() && matches(PATTERNS.image.as_ref(), plain)
}

fn may_be_credit(plain: &str) -> bool {
    let opens = starts_with_any(plain, CREDIT_STARTS) || starts_with_any(plain, AGENCIES);
    (opens || plain.contains('/')) && plain.split_whitespace().count() <= 14
}

fn may_be_byline(plain: &str) -> bool {
    starts_with_any(plain, &["By", "BY", "Author:", "Text:", "From", "Story by", "Written by", "Posted by"])
        || ["Staff", "Correspondent", "Contributor", "Editor", "Reporter"].iter().any(|job| plain.contains(job))
}

fn notice_kind(lower: &str, bare: &str) -> Option<RegionKind> {
    // Somebody's words about a privacy policy are news.
    let reported = lower.contains(['"', '“']) && lower.contains(" said");
    if lower.len() > LONGEST_NOTICE || reported {
        return None;
    }
    (starts_with_any(bare, CREDIT_LINES) || starts_with_any(lower, CREDIT_LINES) || holds(&NOTICE_WORDS, lower))
        .then_some(RegionKind::Boilerplate)
}

/// Whether a line is a header over a list of links: "Related stories".
pub(crate) fn is_related_header(text: &str) -> bool {
    text.len() <= 60 && RELATED_LINES.contains(bare(&plain(text).to_lowercase()))
}

/// Whether a line is text under a picture by its wording: it ends with a credit, says "(left)" or "file photo".
fn is_caption(plain: &str) -> bool {
    let patterns = &*PATTERNS;
    let reports = plain.contains(" said") && (plain.contains(['"', '“', '”']) || plain.split_whitespace().count() > 35);
    !reports
        && (holds(&CREDIT_SIGNS, plain) && matches(patterns.credit_tail.as_ref(), plain)
            || holds(&CAPTION_SIGNS, plain) && matches(patterns.caption.as_ref(), plain))
}

/// Whether a line addresses the reader and asks for something, outside of any quotation marks.
pub(crate) fn asks_the_reader(text: &str) -> bool {
    if text.len() > LONGEST_APPEAL || text.contains(['"', '“', '«']) || text.contains("''") {
        return false;
    }
    if !YOU.as_ref().is_some_and(|you| you.is_match(text)) {
        return false;
    }
    let lower = text.to_lowercase();
    let holds = |wanted: &[&str]| lower.split(|c: char| !c.is_alphanumeric()).any(|word| wanted.contains(&word));
    let asks = || holds(&["please", "click", "subscribe", "newsletter", "download", "cookies"]);
    holds(&["you", "your"]) && (asks() || (holds(&["our"]) && holds(&["visit"])))
}

/// Whether every part of a line is a menu entry: `Home | World | Politics`, `Facebook Twitter Email`.
fn is_menu(lower: &str, bare: &str) -> bool {
    if NAVIGATION_LINES.contains(bare) {
        return true;
    }
    let separators = ['|', '>', '›', '»', '•', '·', '/', '\t'];
    if lower.contains(separators) {
        let parts = || lower.split(separators).map(str::trim).filter(|part| !part.is_empty());
        let (mut count, mut known) = (0, 0);
        for part in parts() {
            count += 1;
            known += usize::from(NAVIGATION_LINES.contains(self::bare(part)));
        }
        if count >= 2 && known * 2 >= count && parts().all(|part| part.split_whitespace().nth(3).is_none()) {
            return true;
        }
    }
    let mut words = bare.split_whitespace();
    let mut count = 0;
    words.all(|word| {
        count += 1;
        NAVIGATION_LINES.contains(self::bare(word))
    }) && (2..=40).contains(&count)
}

/// A link with a label before it: `**Trends** [harvest](#)`, `Read more [The long road](#)`.
fn is_labelled_link(text: &str, lower: &str) -> bool {
    let Some(link) = PATTERNS.link.as_ref() else { return false };
    let Some(first) = link.find(text) else { return false };
    let label = text[..first.start()].trim().trim_matches(['*', '_', ':', ' ']);
    let rest_is_links = link.replace_all(text, "").split_whitespace().count() <= label.split_whitespace().count();
    rest_is_links && (label.split_whitespace().count() <= 3 || starts_with_any(lower, RELATED_STARTS))
}

/// The words of a line without the marks of Markdown and the bullets around them.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let unlinked = match PATTERNS.link.as_ref() {
        Some(link) if text.contains("](") => link.replace_all(text, "$1"),
        _ => Cow::Borrowed(text),
    };
    match unlinked {
        Cow::Borrowed(text) => without_marks(text),
        Cow::Owned(text) => Cow::Owned(without_marks(&text).into_owned()),
    }
}

fn without_marks(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, '#' | '*' | '_' | '>' | '•' | '·' | '–' | '▪' | '■' | '►' | '▶')
    });
    let trimmed = trimmed.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '#'));
    if trimmed.contains('*') && trimmed.contains("**") || trimmed.contains('\u{a0}') || trimmed.contains('\t') {
        return Cow::Owned(trimmed.replace("**", "").replace(['\u{a0}', '\t'], " "));
    }
    Cow::Borrowed(trimmed)
}

/// A line without the punctuation around it, for look-up.
fn bare(lower: &str) -> &str {
    lower.trim_matches(|c: char| !c.is_alphanumeric() && c != '+')
}

fn starts_with_any(lower: &str, starts: &[&str]) -> bool {
    let first = lower.as_bytes().first();
    starts.iter().any(|start| start.as_bytes().first() == first && lower.starts_with(start))
}

/// Whether a line names who contributed: those are other outlets as a rule.
pub(crate) fn names_sources(text: &str) -> bool {
    text.len() <= LONGEST_LINE * 4 && {
        let lower = plain(text).to_lowercase();
        starts_with_any(bare(&lower), CREDIT_LINES) || starts_with_any(&lower, CREDIT_LINES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use RegionKind::{Boilerplate, Byline, Caption, Credit, Navigation, Related};

    #[test]
    fn lines_of_a_page() {
        for (line, kind) in [
            ("Home | World | Politics", Navigation),
            ("Facebook Twitter Email", Navigation),
            ("Community standardsRules", Navigation),
            ("• 4x3 Image", Navigation),
            ("---", Navigation),
            ("09:15 GMT +302 March 2020", Navigation),
            ("[READ MORE: The ferrymen's winter](#)", Related),
            ("**Topics** [Harvest](#)", Related),
            ("Read more ['No maps, no talks' – envoy](#)", Related),
            ("© AFP 2011 / Ida Holm", Credit),
            ("REUTERS/Ida Holm", Credit),
            ("Photo: Ida Holm", Credit),
            ("Envoys Ida Holm (left) and Per Lund in Tarn.", Caption),
            ("A ferry waits for the tide. (File)", Caption),
            ("A ferry on the lower Tarn AP Photo/Ida Holm", Caption),
            ("With reporting by AFP and dpa", Boilerplate),
            ("For the timetable, click here.", Boilerplate),
            ("© 2011 Norden. All rights reserved.", Boilerplate),
            ("By Ida Holm and Per Lund", Byline),
            ("Published 19 August 2011, 10:20", Byline),
        ] {
            assert_eq!(kind_of(line), Some(kind), "{line}");
        }
    }

    #[test]
    fn no_sign_rules_out_what_a_pattern_looks_for() {
        for caption in [
            "Envoys (file photo)",
            "Envoys (ILLUSTRATIVE)",
            "An archive photo of envoys",
            "Envoys, with Ida Holm (second left)",
            "Envoys, with Ida Holm (2nd r)",
            "Envoys, with Ida Holm (far r)",
            "Envoys, with Ida Holm (c)",
            "Envoys, with Ida Holm (back)",
            "Envoys (from left to right)",
            "Envoys (l-r)",
            "Envoys, from left: Ida Holm",
            "Envoys seen here in Tarn",
            "Envoys pictured in this hall",
            "Envoys in this handout picture, in this handout",
            "Image: envoys in Tarn and their boats",
            "A ferry via Getty Images",
            "A ferry [Ida Holm/EPA-EFE]",
            "A ferry (dpa via Ida Holm)",
            "A ferry Wikimedia Commons / Ida Holm",
        ] {
            assert!(is_caption(caption), "{caption}");
        }
        for credit in [
            "Handout",
            "Courtesy of Ida Holm",
            "Ida Holm / Zuma",
            "AFP PHOTO",
            "UN Photo/Ida Holm",
            "Photograph by Ida",
        ] {
            assert_eq!(kind_of(credit), Some(Credit), "{credit}");
        }
        for widget in
            ["4 x 3 image", "5 min read", "12 / 30", "3 of 12", "Enlarge image", "» Play video «", "1 comment"]
        {
            assert_eq!(kind_of(widget), Some(Navigation), "{widget}");
        }
        for byline in ["Ida Holm Staff Writer", "Posted by Ida Holm", "Ida Holm Correspondent in Tarn"] {
            assert_eq!(kind_of(byline), Some(Byline), "{byline}");
        }
    }

    #[test]
    fn lines_of_a_story() {
        for line in [
            "By Tuesday the ferries were running again.",
            "Share prices fell.",
            "\"We will share this burden,\" she said.",
            "Maps and markers",
            "The envoy said the site's privacy policy was a \"joke\" and that all rights reserved to ferrymen must stand, she said.",
            "Reuters reported that the talks had failed.",
            "Read the draft first, the mediator told them, and speak afterwards when everybody has understood it.",
        ] {
            assert_eq!(kind_of(line), None, "{line}");
        }
    }

    #[test]
    fn appeals_to_the_reader() {
        assert!(asks_the_reader("If your ferry is late, please tell the harbour office."));
        assert!(!asks_the_reader("\"Can you hear me?\" the envoy asked."));
    }
}
