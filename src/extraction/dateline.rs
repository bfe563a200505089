//! Datelines: `MOSCOW, January 30. /TASS/.`, `BEIRUT (AP) —`, `NEW YORK, Jan. 30 (Xinhua) --`.

use regex::{Captures, Regex};

use super::dates::month_pattern;

/// A dateline stands within the first bytes of a paragraph.
const REACH: usize = 220;
/// Words in capitals before a dash that are labels, not places.
const LABELS: &[&str] = &[
    "BREAKING",
    "UPDATE",
    "UPDATED",
    "EXCLUSIVE",
    "WATCH",
    "VIDEO",
    "LIVE",
    "OPINION",
    "ANALYSIS",
    "EXPLAINER",
    "FACTBOX",
    "REPORT",
    "NEWS",
    "PHOTO",
    "PHOTOS",
    "READ MORE",
    "ALERT",
    "URGENT",
    "TIMELINE",
    "INTERVIEW",
    "COMMENT",
    "EDITORIAL",
    "FEATURE",
    "CORRECTION",
    "BREAKING NEWS",
    "SUMMARY",
];

/// A dateline within a paragraph; the offsets are bytes of the paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundDateline {
    /// Offset of its first byte.
    pub start: usize,
    /// Offset after its last byte.
    pub end: usize,
    /// The place, as printed.
    pub place: Option<String>,
    /// The date, as printed.
    pub date: Option<String>,
    /// The agency, as printed between its slashes or brackets.
    pub agency: Option<String>,
}

/// The forms of a dateline that a paragraph may open with.
#[derive(Debug, Clone, Copy)]
struct Forms {
    in_capitals: bool,
    in_titlecase: bool,
}

/// Finds the dateline at the start of a paragraph.
#[derive(Debug, Clone, Default)]
pub(crate) struct DatelineParser {
    /// The forms with a place, and whether the place is in capitals; the first that is accepted counts.
    with_place: Vec<(Regex, bool)>,
    date_only: Option<Regex>,
    agency_only: Option<Regex>,
    /// Agencies by the names with which they sign, in lower case, without slashes and brackets.
    signs: Vec<String>,
    /// Those that sign without slashes and brackets, as printed.
    bare: Vec<String>,
}

impl DatelineParser {
    /// Compiles the patterns; `signs` are datelines of known outlets as printed: `/TASS/`, `(Reuters)`, `SANA`.
    pub fn new<'a>(signs: impl Iterator<Item = &'a str>) -> Self {
        let mut bare_signs: Vec<String> = Vec::new();
        let mut known: Vec<String> = Vec::new();
        for sign in signs {
            let name = unsigned(sign);
            if name.is_empty() {
                continue;
            }
            if name == sign.trim() {
                bare_signs.push(name.to_owned());
            }
            known.push(name.to_lowercase());
        }
        bare_signs.sort_by_key(|name| std::cmp::Reverse(regex::escape(name).len()));
        let bare: Vec<String> = bare_signs.iter().map(|name| regex::escape(name)).collect();
        let bare = if bare.is_empty() { String::new() } else { format!("|\\b(?P<a3>{})\\b", bare.join("|")) };
        let month = month_pattern();
        let date = format!(
            "(?P<date>(?:{month}\\s+\\d{{1,2}}(?:st|nd|rd|th)?|\\d{{1,2}}(?:st|nd|rd|th)?\\s+{month})(?:,?\\s+(?:19|20)\\d{{2}})?)"
        );
        let agency = format!("(?:/\\s?(?P<a1>[^/\\n]{{2,40}}?)\\s?/|\\(\\s?(?P<a2>[^()\\n]{{2,40}}?)\\s?\\){bare})");
        let dash = "(?P<dash>--+|[-–—―]+)";
        let country = "(?:,\\s+\\p{Lu}[\\p{L}.'’-]+(?:\\s\\p{Lu}[\\p{L}.'’-]+){0,2})";
        let capitals = "\\p{Lu}[\\p{Lu}.'’-]*\\p{Lu}\\.?(?:(?:\\s?/\\s?|[ -]|\\sand\\s)\\p{Lu}[\\p{Lu}.'’-]*\\p{Lu})*";
        let titlecase = "\\p{Lu}[\\p{L}'’-]+(?:[ /-]\\p{Lu}[\\p{L}'’-]+){0,3}";
        let form = |place: &str, country: &str| {
            let tail = format!(
                "(?:[.,]?\\s+{date})?(?:\\s*[.,])?(?:\\s*(?:{dash_only})?\\s*{agency})?\\s*(?:{dash}|\\.|:)?",
                dash_only = "[-–—]"
            );
            Regex::new(&format!("^[\\s*_\"]*(?P<place>{place}{country}){tail}")).ok()
        };
        // First without a country: "MOSCOW, May 2" holds no country called May.
        let forms =
            [(capitals, "", true), (capitals, country, true), (titlecase, "", false), (titlecase, country, false)];
        Self {
            with_place: forms
                .into_iter()
                .filter_map(|(place, country, caps)| form(place, country).map(|form| (form, caps)))
                .collect(),
            date_only: Regex::new(&format!("^{date}\\s*(?:{agency})?\\s*{dash}\\s")).ok(),
            agency_only: Regex::new(&format!("^{agency}\\s*{dash}")).ok(),
            signs: known,
            bare: bare_signs,
        }
    }

    /// Reads the dateline with which a paragraph opens.
    pub fn parse(&self, paragraph: &str) -> Option<FoundDateline> {
        let head = head(paragraph);
        let first = head.trim_start_matches(['*', '_', '"', ' ', '/', '(']).chars().next()?;
        if first.is_uppercase() {
            let may = self.may_open(head);
            let forms =
                self.with_place.iter().filter(|(_, caps)| if *caps { may.in_capitals } else { may.in_titlecase });
            let placed = forms.into_iter().find_map(|(form, caps)| self.accept(&form.captures(head)?, head, *caps));
            return placed.or_else(|| self.agency_only(head));
        }
        if !head.starts_with(char::is_numeric) {
            return None;
        }
        self.date_only.as_ref().and_then(|form| form.captures(head)).and_then(|groups| {
            let date = groups.name("date")?.as_str();
            // Without a place the year is asked for: "30 January – the day when …" opens no wire report.
            date.get(date.len().checked_sub(4)?..)?.chars().all(|c| c.is_ascii_digit()).then(|| found(&groups))
        })
    }

    /// Which forms with a place a paragraph may open with.
    ///
    /// Almost every paragraph opens with a capital letter, and the patterns are slow: most are ruled out by their first words.
    fn may_open(&self, head: &str) -> Forms {
        let opening = head.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '"'));
        let in_capitals =
            opening.chars().nth(1).is_some_and(|c| c.is_uppercase() || matches!(c, '.' | '\'' | '’' | '-'));
        // A place that is not in capitals needs a date or an agency, and no word in small letters stands before those.
        let words = opening.char_indices().zip(opening.chars().skip(1));
        let small = words.into_iter().find(|((_, c), next)| c.is_whitespace() && next.is_lowercase());
        let names = small.map_or(opening, |((at, _), _)| &opening[..at]);
        let in_titlecase = names.contains(|c: char| c.is_numeric() || matches!(c, '/' | '('))
            || self.bare.iter().any(|sign| opening.contains(sign.as_str()));
        Forms { in_capitals, in_titlecase }
    }

    fn agency_only(&self, head: &str) -> Option<FoundDateline> {
        if !head.starts_with(['/', '(']) {
            return None;
        }
        let groups = self.agency_only.as_ref()?.captures(head)?;
        let agency = agency_of(&groups)?;
        (groups.name("a3").is_none() && self.is_agency(agency)).then(|| found(&groups))
    }

    /// Decides whether what looks like a dateline is one.
    fn accept(&self, groups: &Captures<'_>, head: &str, in_capitals: bool) -> Option<FoundDateline> {
        let place = groups.name("place")?.as_str();
        let (date, agency) = (groups.name("date"), agency_of(groups));
        let dash = groups.name("dash").is_some();
        let after = &head[groups.get(0)?.end()..];
        let goes_on = after
            .trim_start()
            .chars()
            .next()
            .is_none_or(|c| c.is_uppercase() || c.is_numeric() || !c.is_alphanumeric());
        if LABELS.contains(&place) || (after.starts_with(char::is_alphanumeric) && !dash && agency.is_none()) {
            return None;
        }
        let accepted = match (date, agency) {
            (Some(_), Some(agency)) => in_capitals || self.is_agency(agency) || dash,
            (None, Some(agency)) => self.is_agency(agency) || (in_capitals && dash),
            (Some(_), None) => {
                (dash || (in_capitals && groups.get(0)?.as_str().trim_end().ends_with(['.', ':']))) && goes_on
            }
            (None, None) => {
                in_capitals && dash && place.chars().count() >= 4 && goes_on && after.starts_with(char::is_whitespace)
            }
        };
        accepted.then(|| found(groups))
    }

    /// Whether a name in slashes or brackets is an agency: one that is known, or a short name in capitals.
    fn is_agency(&self, name: &str) -> bool {
        let lower = name.to_lowercase();
        let known = self.signs.iter().any(|sign| {
            lower.strip_prefix(sign.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ',']))
        });
        known || (name.len() <= 8 && name.chars().count() >= 2 && name.chars().all(char::is_uppercase))
    }
}

/// A sign of a dateline without its slashes or brackets.
pub(crate) fn unsigned(sign: &str) -> &str {
    sign.trim().trim_matches(['/', '(', ')', ' '])
}

fn agency_of<'t>(groups: &Captures<'t>) -> Option<&'t str> {
    ["a1", "a2", "a3"].iter().find_map(|name| groups.name(name)).map(|group| group.as_str())
}

fn found(groups: &Captures<'_>) -> FoundDateline {
    let whole = groups.get(0).map_or("", |group| group.as_str());
    let start = whole.len() - whole.trim_start_matches(['*', '_', '"', ' ', '\u{a0}', '\t']).len();
    let printed = |name: &str| groups.name(name).map(|group| group.as_str().to_owned());
    FoundDateline {
        start,
        end: whole.trim_end().len(),
        // Interfax puts a full stop after the place; the one of an abbreviation stays.
        place: printed("place").map(|place| {
            place.strip_suffix('.').filter(|rest| !rest.contains('.')).map_or(place.clone(), str::to_owned)
        }),
        date: printed("date"),
        agency: agency_of(groups).map(str::to_owned),
    }
}

/// The part of a paragraph in which a dateline stands.
fn head(paragraph: &str) -> &str {
    let end = (0..=REACH.min(paragraph.len())).rev().find(|at| paragraph.is_char_boundary(*at)).unwrap_or(0);
    &paragraph[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parser() -> DatelineParser {
        DatelineParser::new(["/TASS/", "(Reuters)", "(Sputnik)", "SANA", "(RIA Novosti)"].into_iter())
    }

    fn check(text: &str, printed: &str, place: &str, date: Option<&str>, agency: Option<&str>) {
        let expected = FoundDateline {
            start: 0,
            end: printed.len(),
            place: Some(place.to_owned()),
            date: date.map(str::to_owned),
            agency: agency.map(str::to_owned),
        };
        assert!(text.starts_with(printed));
        assert_eq!(parser().parse(text), Some(expected), "{text}");
    }

    #[test]
    fn the_forms_of_the_agencies() {
        check(
            "MINSK, April 2. /TASS/. The envoys met",
            "MINSK, April 2. /TASS/.",
            "MINSK",
            Some("April 2"),
            Some("TASS"),
        );
        check("MINSK, April 2 /TASS/. The envoys", "MINSK, April 2 /TASS/.", "MINSK", Some("April 2"), Some("TASS"));
        check("OSLO (Sputnik) — The envoys met", "OSLO (Sputnik) —", "OSLO", None, Some("Sputnik"));
        check(
            "NEW YORK, Sept. 3 (Xinhua) -- The envoys",
            "NEW YORK, Sept. 3 (Xinhua) --",
            "NEW YORK",
            Some("Sept. 3"),
            Some("Xinhua"),
        );
        check("AMMAN, Jordan (AP) — The envoys", "AMMAN, Jordan (AP) —", "AMMAN, Jordan", None, Some("AP"));
        check("OSLO/GENEVA (Reuters) - The envoys", "OSLO/GENEVA (Reuters) -", "OSLO/GENEVA", None, Some("Reuters"));
        check(
            "MINSK. April 2 (Interfax) - The envoys",
            "MINSK. April 2 (Interfax) -",
            "MINSK",
            Some("April 2"),
            Some("Interfax"),
        );
        check("Damascus, SANA- The envoys", "Damascus, SANA-", "Damascus", None, Some("SANA"));
        check("GENEVA — The envoys met", "GENEVA —", "GENEVA", None, None);
        check("Geneva, 30 March 2011 – The envoys", "Geneva, 30 March 2011 –", "Geneva", Some("30 March 2011"), None);
    }

    #[test]
    fn what_only_looks_like_one() {
        for text in [
            "NATO and Russia met",
            "BREAKING — The envoys met",
            "The envoys (Reuters) met",
            "Sergei Ivanov (Russia) – We agree",
            "UNHCR, which helps",
            "MINSK",
            "Lavrov, April 2, said",
            "",
            "—",
            "LIVE: the envoys meet",
            "On April 2 (Monday) – the",
            "WHO said on Monday",
        ] {
            assert_eq!(parser().parse(text), None, "{text}");
        }
    }
}
