//! Who published a text: by its address, the page around the story, and the signature of the dateline.

use std::collections::{HashMap, HashSet};

use aho_corasick::AhoCorasick;

use crate::extraction::KnownOutlet;
use crate::extraction::dateline::unsigned;
use crate::extraction::dates::{self, FigureStyle, PrintedDate};
use crate::models::text::RegionKind;

use super::furniture;
use super::lines::Piece;

/// Phrases before the name of the outlet on its own page, in lower case.
const BEFORE_OWN_NAME: &[&str] = &[
    "comment via ",
    "follow ",
    "subscribe to ",
    "copyright ",
    "© ",
    "sign up to ",
    "sign up for ",
    "download the ",
    "support ",
    "join ",
    "more from ",
    "read more at ",
    "all rights reserved by ",
    "reproduction of materials of ",
];
/// Phrases after the name of an outlet with which it speaks of itself, in lower case.
const AFTER_OWN_NAME: &[&str] = &[
    "journalists report",
    "journalists work",
    "journalists bring",
    "has been declared",
    "was declared",
    "has been designated",
    "is funded",
    "is financed",
    "is registered",
    "was founded in",
    "is an editorially independent",
    "is a registered trademark",
    "provides news",
    "provides trusted",
    "is not responsible",
    "is the news and media division",
    "all rights reserved",
    "assumes no responsibility",
];

/// The outlets that can be told from a text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outlets {
    entries: Vec<Entry>,
    /// The outlets by the first word of their names: the name, and the index of the outlet.
    names: HashMap<String, Vec<(String, usize)>>,
    /// Finds the marks that may stand anywhere, in one pass over the text.
    anywhere: Option<AhoCorasick>,
}

#[derive(Debug, Clone)]
struct Entry {
    slug: String,
    domains: Vec<String>,
    signs: Vec<String>,
    marks: Vec<Mark>,
}

/// One piece of page furniture that an outlet's pages have.
#[derive(Debug, Clone)]
struct Mark {
    place: Place,
    text: String,
    /// Whether it holds the outlet's own name, which makes it proof enough.
    names_itself: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// The whole line.
    Line,
    /// The beginning of a line.
    Start,
    /// Anywhere in the text; the number of its pattern.
    Anywhere(usize),
    /// The style of the page's date line.
    Date(FigureStyle),
}

impl Mark {
    fn parse(mark: &str, names: &[&str], anywhere: &mut Vec<String>) -> Option<Self> {
        let (place, text) = if let Some(style) = mark.strip_prefix("date:") {
            (Place::Date(FigureStyle::parse(style.trim())?), style)
        } else if let Some(text) = mark.strip_prefix("line:") {
            (Place::Line, text)
        } else if let Some(text) = mark.strip_prefix("start:") {
            (Place::Start, text)
        } else {
            (Place::Anywhere(anywhere.len()), mark)
        };
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        if matches!(place, Place::Anywhere(_)) {
            anywhere.push(text.to_owned());
        }
        Some(Self { place, text: text.to_owned(), names_itself: names.iter().any(|name| holds_word(text, name)) })
    }
}

/// A page of which the outlet is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page<'a> {
    /// The whole text.
    pub text: &'a str,
    /// Its pieces.
    pub pieces: &'a [Piece<'a>],
    /// What they are.
    pub kinds: &'a [RegionKind],
    /// The agency in the dateline.
    pub agency: Option<&'a str>,
    /// The address.
    pub url: Option<&'a str>,
    /// The headline as the client gave it: page titles end with the name of the site.
    pub title: Option<&'a str>,
}

impl Outlets {
    /// Compiles the outlets.
    pub fn new(outlets: &[KnownOutlet]) -> Self {
        let mut compiled = Self::default();
        let mut anywhere: Vec<String> = Vec::new();
        for (at, outlet) in outlets.iter().enumerate() {
            let names: Vec<&str> =
                std::iter::once(outlet.name.as_str()).chain(outlet.aliases.iter().map(String::as_str)).collect();
            compiled.entries.push(Entry {
                slug: outlet.slug.clone(),
                domains: outlet
                    .domains
                    .iter()
                    .map(|domain| domain.trim().trim_start_matches("www.").to_lowercase())
                    .collect(),
                signs: outlet
                    .datelines
                    .iter()
                    .map(|sign| unsigned(sign).to_lowercase())
                    .filter(|sign| !sign.is_empty())
                    .collect(),
                marks: outlet.marks.iter().filter_map(|mark| Mark::parse(mark, &names, &mut anywhere)).collect(),
            });
            for name in names.iter().filter(|name| name.chars().count() >= 2) {
                let known = compiled.names.entry(first_word(name).to_lowercase()).or_default();
                if !known.iter().any(|(other, index)| other == name && *index == at) {
                    known.push(((*name).to_owned(), at));
                }
            }
        }
        // The longest name first: "Radio Free Europe/Radio Liberty" before "Radio Free Europe".
        for known in compiled.names.values_mut() {
            known.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        }
        compiled.anywhere = AhoCorasick::new(&anywhere).ok();
        compiled
    }

    /// The slug of the outlet whose address this is.
    pub fn of_url(&self, url: &str) -> Option<&str> {
        let host = host(url)?;
        let fits = |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
        let best = self.entries.iter().flat_map(|entry| entry.domains.iter().map(move |domain| (domain, entry)));
        best.filter(|(domain, _)| !domain.is_empty() && fits(domain))
            .max_by_key(|(domain, _)| domain.len())
            .map(|(_, entry)| entry.slug.as_str())
    }

    /// Whether one has this slug.
    pub fn has(&self, slug: &str) -> bool {
        self.entries.iter().any(|entry| entry.slug == slug)
    }

    /// The slug of the outlet with this name.
    pub fn named(&self, name: &str) -> Option<&str> {
        let name = name.trim();
        let known = self.names.get(&first_word(name).to_lowercase())?;
        known.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, at)| self.entries[*at].slug.as_str())
    }

    /// The slug of the outlet that published a page, or `None` when the evidence is thin.
    ///
    /// The address comes first, then a page that names its outlet, then who signs the dateline (an agency whose report another site may
    /// print), then the look of the page, then the title's tail. A mention in the story or among the sources is no evidence.
    pub fn of_page(&self, page: Page<'_>) -> Option<&str> {
        let (proven, looks) = self.by_marks(page);
        page.url
            .and_then(|url| self.of_url(url))
            .or_else(|| proven.or_else(|| self.by_own_name(page)).map(|at| self.entries[at].slug.as_str()))
            .or_else(|| page.agency.and_then(|agency| self.of_agency(agency)))
            .or_else(|| looks.map(|at| self.entries[at].slug.as_str()))
            .or_else(|| page.title.and_then(|title| self.by_title_tail(title)))
    }

    /// Whether a paragraph is a sentence of an outlet about itself: "Norden journalists report from nine countries …".
    pub fn is_self_description(&self, text: &str) -> bool {
        self.starts_with_name(text).is_some_and(|(_, rest)| {
            let rest = rest.trim_start_matches("'s").trim_start_matches("’s").trim_start().to_lowercase();
            AFTER_OWN_NAME.iter().any(|phrase| rest.starts_with(phrase))
        })
    }

    /// The outlet whose name stands at the start of a text, and what comes after it.
    fn starts_with_name<'t>(&self, text: &'t str) -> Option<(usize, &'t str)> {
        let text = text.trim_start_matches("The ");
        let known = self.names.get(&first_word(text).to_lowercase())?;
        known.iter().find_map(|(name, at)| {
            let rest = text.strip_prefix(name.trim_start_matches("The "))?;
            (!rest.starts_with(|c: char| c.is_alphanumeric())).then_some((*at, rest))
        })
    }

    fn of_agency(&self, agency: &str) -> Option<&str> {
        let agency = agency.trim().to_lowercase();
        let signs = |entry: &&Entry| {
            entry.signs.iter().any(|sign| {
                agency
                    .strip_prefix(sign.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ',', '/']))
            })
        };
        self.entries.iter().find(signs).map(|entry| entry.slug.as_str())
    }

    /// The outlet that its marks prove by name, and the one that two or more of its marks point to.
    fn by_marks(&self, page: Page<'_>) -> (Option<usize>, Option<usize>) {
        let furniture: Vec<&str> = page
            .pieces
            .iter()
            .zip(page.kinds)
            .filter(|(_, kind)| **kind != RegionKind::Body)
            .map(|(piece, _)| piece.text)
            .collect();
        // One mark may stand inside another one, so all that overlap are asked for.
        let anywhere: HashSet<usize> = self
            .anywhere
            .iter()
            .flat_map(|marks| marks.find_overlapping_iter(page.text))
            .map(|found| found.pattern().as_usize())
            .collect();
        let mut ranked: Vec<(usize, usize, bool)> = Vec::new();
        for (at, entry) in self.entries.iter().enumerate().filter(|(_, entry)| !entry.marks.is_empty()) {
            let seen: Vec<&Mark> =
                entry.marks.iter().filter(|mark| mark.is_seen(page, &furniture, &anywhere)).collect();
            let styles = seen.iter().filter(|mark| matches!(mark.place, Place::Date(_))).count();
            if seen.len() > styles {
                ranked.push((seen.len(), at, seen.iter().any(|mark| mark.names_itself)));
            }
        }
        ranked.sort_by(|a, b| b.cmp(a));
        let proven: Vec<usize> =
            ranked.iter().filter(|(_, _, names_itself)| *names_itself).map(|(_, at, _)| *at).collect();
        let looks = match ranked.as_slice() {
            [(most, at, _), rest @ ..] if *most >= 2 && rest.first().is_none_or(|(next, ..)| next < most) => Some(*at),
            _ => None,
        };
        (if let [only] = proven.as_slice() { Some(*only) } else { None }, looks)
    }

    /// The one outlet that names itself in standing text: "Comment via Norden", "© 2011 Norden".
    fn by_own_name(&self, page: Page<'_>) -> Option<usize> {
        let mut found = None;
        for (piece, kind) in page.pieces.iter().zip(page.kinds) {
            if !matches!(kind, RegionKind::Boilerplate | RegionKind::Navigation)
                || piece.len() > 1_500
                || furniture::names_sources(piece.text)
            {
                continue;
            }
            let own = if self.is_self_description(piece.text) {
                self.starts_with_name(piece.text).map(|(at, _)| at)
            } else {
                self.after_phrase(piece.text)
            };
            match (found, own) {
                (Some(a), Some(b)) if a != b => return None,
                (None, Some(_)) => found = own,
                _ => {}
            }
        }
        found
    }

    fn after_phrase(&self, text: &str) -> Option<usize> {
        let lower = text.to_lowercase();
        // Lower case may change the length of exotic letters; then offsets do not fit and nothing is found.
        if lower.len() != text.len() {
            return None;
        }
        BEFORE_OWN_NAME.iter().flat_map(|phrase| lower.match_indices(phrase)).find_map(|(at, phrase)| {
            let rest = text
                .get(at + phrase.len()..)?
                .trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '–' | '©' | ',' | '.'));
            self.starts_with_name(rest).map(|(at, _)| at)
        })
    }

    /// The site at the end of a page title: "Envoys open talks - Norden".
    fn by_title_tail(&self, title: &str) -> Option<&str> {
        let (_, tail) = title.rsplit_once([" - ", " | ", " — ", " – "].iter().find(|sep| title.contains(**sep))?)?;
        self.named(tail)
    }

    /// The style in which an outlet prints dates in figures, if its marks tell.
    pub fn date_style(&self, slug: &str) -> Option<FigureStyle> {
        let entry = self.entries.iter().find(|entry| entry.slug == slug)?;
        entry.marks.iter().find_map(|mark| if let Place::Date(style) = mark.place { Some(style) } else { None })
    }
}

impl Mark {
    fn is_seen(&self, page: Page<'_>, furniture: &[&str], anywhere: &HashSet<usize>) -> bool {
        match self.place {
            Place::Line => furniture.iter().any(|line| {
                *line == self.text || (line.len() <= self.text.len() + 12 && furniture::plain(line) == self.text)
            }),
            Place::Start => furniture.iter().any(|line| line.starts_with(&self.text)),
            Place::Anywhere(pattern) => anywhere.contains(&pattern),
            Place::Date(style) => page.pieces.iter().zip(page.kinds).any(|(piece, kind)| {
                let mentions = if *kind == RegionKind::Byline { dates::find(piece.text) } else { Vec::new() };
                mentions.iter().any(|mention| match mention.date {
                    PrintedDate::Ambiguous(..) => {
                        matches!(style, FigureStyle::DaySlashMonth | FigureStyle::MonthSlashDay)
                    }
                    _ => mention.style == Some(style),
                })
            }),
        }
    }
}

fn first_word(text: &str) -> &str {
    let text = text.trim_start_matches("The ");
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("")
}

fn holds_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let outside = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        outside(text[..at].chars().next_back()) && outside(text[at + word.len()..].chars().next())
    })
}

/// The host of an address, in lower case, without "www.".
fn host(url: &str) -> Option<String> {
    let rest = url.trim().split_once("://").map_or(url.trim(), |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?.trim_end_matches('.').to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host).to_owned();
    host.contains('.').then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extraction::document::lines;

    fn outlets() -> Outlets {
        let outlet = |slug: &str, name: &str, sign: &str, domain: &str, marks: &[&str]| KnownOutlet {
            slug: slug.to_owned(),
            name: name.to_owned(),
            datelines: vec![sign.to_owned()],
            domains: vec![domain.to_owned()],
            marks: marks.iter().map(|mark| (*mark).to_owned()).collect(),
            ..KnownOutlet::default()
        };
        Outlets::new(&[
            outlet("norden", "Norden", "(Norden)", "norden.example", &["Comment via Norden", "line:Short address"]),
            outlet("kor", "KOR", "/KOR/", "kor.example", &["line:All reports", "date:dd.mm.yyyy", "start:+++ Ticker"]),
            outlet("kor-radio", "KOR Radio", "", "radio.kor.example", &[]),
        ])
    }

    fn find(text: &str, kinds: &[RegionKind], agency: Option<&str>, url: Option<&str>) -> Option<String> {
        let pieces = lines::pieces(text);
        assert_eq!(pieces.len(), kinds.len());
        outlets().of_page(Page { text, pieces: &pieces, kinds, agency, url, title: None }).map(str::to_owned)
    }

    use RegionKind::{Body, Boilerplate, Byline, Navigation};

    #[test]
    fn by_address() {
        let known = outlets();
        assert_eq!(known.of_url("https://www.norden.example/a?b"), Some("norden"));
        assert_eq!(known.of_url("http://m.radio.kor.example:8080/x"), Some("kor-radio"));
        assert_eq!(known.of_url("notnorden.example"), None);
        assert_eq!(known.of_url("https://"), None);
        assert_eq!(known.of_url("norden.example.evil.test/x"), None);
    }

    #[test]
    fn by_name() {
        assert_eq!(outlets().named("kor radio"), Some("kor-radio"));
        assert_eq!(outlets().named("KO"), None);
    }

    #[test]
    fn the_page_names_itself() {
        assert_eq!(find("Comment via Norden", &[Navigation], Some("KOR"), None).as_deref(), Some("norden"));
        assert_eq!(find("© 2011-2014 KOR Radio", &[Boilerplate], None, None).as_deref(), Some("kor-radio"));
        assert_eq!(find("Norden journalists report the news", &[Boilerplate], None, None).as_deref(), Some("norden"));
    }

    #[test]
    fn a_dateline_signs() {
        assert_eq!(find("Text.", &[Body], Some("KOR Correspondent Ida Holm"), None).as_deref(), Some("kor"));
        assert_eq!(find("Text.", &[Body], Some("Korea"), None), None);
    }

    #[test]
    fn one_mark_is_not_enough_and_two_are() {
        assert_eq!(find("All reports\n\nText.", &[Navigation, Body], None, None), None);
        assert_eq!(
            find("All reports\n\n19.08.2011\n\nText.", &[Navigation, Byline, Body], None, None).as_deref(),
            Some("kor")
        );
        assert_eq!(find("19.08.2011\n\nText.", &[Byline, Body], None, None), None);
    }

    #[test]
    fn sources_and_mentions_are_no_evidence() {
        assert_eq!(find("With reporting by KOR and Norden", &[Boilerplate], None, None), None);
        assert_eq!(find("He told Norden that KOR was wrong.", &[Body], None, None), None);
    }
}
