//! When a text can have been written, told by what it takes for granted: who holds which office, which zones exist, which years are past.

use std::collections::{BTreeSet, HashMap};

use jiff::ToSpan;
use jiff::civil::{Date, date};
use rustc_hash::FxHashMap;

use crate::extraction::dates::{self, DateMention, PrintedDate};
use crate::extraction::search::Names;
use crate::extraction::{GazetteerSource, KnownActor, Office};
use crate::models::text::ActorKind;

/// As good as "since ever" and "still".
const EVER: (Date, Date) = (date(1000, 1, 1), date(9999, 12, 31));
/// Nouns that say too little: a minister of what?
const VAGUE: &[&str] = &[
    "minister",
    "secretary",
    "chief",
    "head",
    "leader",
    "official",
    "director",
    "chairman",
    "commander",
    "general",
    "deputy",
    "member",
    "ruler",
    "strongman",
    "boss",
    "aide",
    "counterpart",
];
/// Words before an office that take it away or belong to another one.
const NOT_NOW: &[&str] = &[
    "former",
    "ex",
    "then",
    "late",
    "acting",
    "incoming",
    "outgoing",
    "future",
    "next",
    "designate",
    "elect",
    "nominee",
    "candidate",
    "deputy",
    "vice",
    "assistant",
    "shadow",
    "first",
    "interim",
    "onetime",
    "previous",
    "predecessor",
];
/// Words that make a zone a plan rather than a fact of some years' standing.
const PLANS: &[&str] = &[
    "propos",
    "plan",
    "wants to",
    "want to",
    "set up",
    "create",
    "creating",
    "establish",
    "call for",
    "called for",
    "initiative",
    "idea",
    "announc",
    "agreed",
    "signed",
    "order",
];

/// The days on which a text can have been written: spans with both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Window(Vec<(Date, Date)>);

impl Default for Window {
    fn default() -> Self {
        Self(vec![EVER])
    }
}

impl Window {
    /// Whether a day lies in it.
    pub fn holds(&self, day: Date) -> bool {
        self.0.iter().any(|(from, to)| *from <= day && day <= *to)
    }

    /// Its first and last day, when it has both.
    pub fn bounds(&self) -> Option<(Date, Date)> {
        let (from, to) = (self.0.iter().map(|span| span.0).min()?, self.0.iter().map(|span| span.1).max()?);
        (from > EVER.0 && to < EVER.1).then_some((from, to))
    }

    fn narrow(&mut self, spans: &[(Date, Date)]) {
        let mut both: Vec<(Date, Date)> = Vec::new();
        for (a, b) in &self.0 {
            both.extend(spans.iter().map(|(c, d)| (*a.max(c), *b.min(d))).filter(|(from, to)| from <= to));
        }
        both.sort_unstable();
        both.dedup();
        self.0 = both;
    }
}

/// What a text tells about its own time.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    /// The days that fit everybody's office and every past date.
    pub window: Window,
    /// The days on which the zones that the text names were first heard of.
    pub zones_from: Vec<Date>,
    /// The month in which the text was written, as its first day: a zone is said to have been proposed "last month".
    pub month: Option<Date>,
}

/// Finds evidence; compiled once from the gazetteer.
#[derive(Debug, Clone, Default)]
pub(crate) struct EvidenceReader {
    people: Option<Names>,
    /// For each pattern of `people`: the persons it may mean.
    named: Vec<Vec<usize>>,
    persons: Vec<Vec<Tenure>>,
    /// The nouns that name an office, with the keys of the offices, by their last two bytes; the longest first.
    nouns: FxHashMap<[u8; 2], Vec<(String, Vec<String>)>>,
    zones: Option<Names>,
    /// For each pattern of `zones`: the first day, and whether the name means this zone alone.
    zone_names: Vec<(Date, bool)>,
}

#[derive(Debug, Clone)]
struct Tenure {
    office: String,
    from: Date,
    to: Date,
}

impl EvidenceReader {
    /// Compiles what is known.
    pub fn new(source: &GazetteerSource) -> Self {
        let mut reader = Self { nouns: office_nouns(&source.offices), ..Self::default() };
        reader.add_people(&source.actors);
        let mut patterns: Vec<&str> = Vec::new();
        for zone in &source.zones {
            let Some(from) = zone.starts_on else { continue };
            let names = std::iter::once(&zone.name).chain(&zone.aliases).map(|name| (name, true));
            for (name, own) in
                names.chain(zone.terms.iter().map(|term| (term, false))).filter(|(name, _)| name.len() >= 4)
            {
                patterns.push(name);
                reader.zone_names.push((from, own));
            }
        }
        reader.zones = Names::new(&patterns, true);
        reader
    }

    fn add_people(&mut self, actors: &[KnownActor]) {
        let mut patterns: Vec<String> = Vec::new();
        let mut index: HashMap<String, usize> = HashMap::new();
        for actor in actors.iter().filter(|actor| actor.kind == ActorKind::Person && !actor.roles.is_empty()) {
            let tenures = actor.roles.iter().filter(|role| role.starts_on.is_some() || role.ends_on.is_some());
            let tenures = tenures.filter_map(|role| {
                let office = role.office.clone()?;
                Some(Tenure { office, from: role.starts_on.unwrap_or(EVER.0), to: role.ends_on.unwrap_or(EVER.1) })
            });
            self.persons.push(tenures.collect());
            let person = self.persons.len() - 1;
            let surname = actor.name.rsplit(' ').next().filter(|surname| surname.chars().count() >= 4);
            for name in
                std::iter::once(actor.name.as_str()).chain(actor.aliases.iter().map(String::as_str)).chain(surname)
            {
                let at = *index.entry(name.to_owned()).or_insert_with(|| {
                    patterns.push(name.to_owned());
                    self.named.push(Vec::new());
                    patterns.len() - 1
                });
                if !self.named[at].contains(&person) {
                    self.named[at].push(person);
                }
            }
        }
        self.people = Names::new(&patterns, false);
    }

    /// Reads the paragraphs of a story.
    pub fn read(&self, story: &[&str]) -> Evidence {
        let mut evidence = Evidence::default();
        let mut spans: Vec<Vec<(Date, Date)>> = Vec::new();
        let titled: BTreeSet<(usize, &[String])> = story.iter().flat_map(|text| self.titled(text)).collect();
        let offices: BTreeSet<&String> = titled.iter().flat_map(|(_, offices)| *offices).collect();
        for (pattern, held) in &titled {
            // No office stands for "counterpart": whatever office another one in the text holds.
            let held: BTreeSet<&String> = if held.is_empty() { offices.clone() } else { held.iter().collect() };
            let tenures = self.named[*pattern]
                .iter()
                .flat_map(|person| &self.persons[*person])
                .filter(|tenure| held.contains(&tenure.office));
            let tenures: Vec<(Date, Date)> = tenures.map(|tenure| (tenure.from, tenure.to)).collect();
            if !tenures.is_empty() && !spans.contains(&tenures) {
                spans.push(tenures);
            }
        }
        for text in story {
            self.read_zones(text, &mut evidence, &mut spans);
            spans.extend(last_past_day(text).map(|day| vec![(day, EVER.1)]));
        }
        for span in &spans {
            evidence.window.narrow(span);
        }
        if evidence.window.0.is_empty() {
            // The text speaks of several times at once; then none of it dates the text.
            return Evidence::default();
        }
        evidence
    }

    /// The known names that stand with an office, as patterns with the offices that its noun may mean.
    fn titled<'a>(&'a self, text: &str) -> Vec<(usize, &'a [String])> {
        let Some(people) = self.people.as_ref() else { return Vec::new() };
        people
            .find_iter(text)
            .filter_map(|found| Some((found.pattern().as_usize(), self.office_at(text, found.start(), found.end())?)))
            .collect()
    }

    /// The office named directly before a name, or between commas directly after it.
    ///
    /// "His counterpart" gives no office at all: it is the other one's.
    fn office_at(&self, text: &str, start: usize, end: usize) -> Option<&[String]> {
        let before = tail(&text[..start], 90).to_lowercase();
        let before = before.trim_end();
        if before.ends_with(" counterpart") {
            return Some(&[]);
        }
        if let Some((noun, offices)) = self.noun_at_end(before) {
            let ahead = &before[..before.len() - noun.len()];
            return (!ahead.ends_with(char::is_alphanumeric) && holds_now(ahead)).then_some(offices.as_slice());
        }
        let after = head(&text[end..], 70).strip_prefix(", ")?.to_lowercase();
        let apposition = after.split([',', '.', ';']).next()?;
        let (noun, offices) = self.noun_at_end(apposition)?;
        let ahead = &apposition[..apposition.len() - noun.len()];
        (!ahead.ends_with(char::is_alphanumeric) && holds_now(ahead) && ahead.split_whitespace().count() <= 4)
            .then_some(offices.as_slice())
    }

    /// The longest noun for an office with which a text ends.
    fn noun_at_end(&self, text: &str) -> Option<&(String, Vec<String>)> {
        let nouns = self.nouns.get(text.as_bytes().last_chunk::<2>()?)?;
        nouns.iter().find(|(noun, _)| text.ends_with(noun.as_str()))
    }

    fn read_zones(&self, text: &str, evidence: &mut Evidence, spans: &mut Vec<Vec<(Date, Date)>>) {
        let Some(zones) = self.zones.as_ref() else { return };
        let named: BTreeSet<(Date, bool)> =
            zones.find_iter(text).map(|found| self.zone_names[found.pattern().as_usize()]).collect();
        for (from, _) in named.iter().filter(|(_, own)| *own) {
            spans.push(vec![(*from, EVER.1)]);
        }
        evidence.zones_from.extend(named.iter().map(|(from, _)| *from));
        let lower = if named.is_empty() { String::new() } else { text.to_lowercase() };
        if lower.contains("last month") && PLANS.iter().any(|plan| lower.contains(plan)) {
            let months: BTreeSet<Date> =
                named.iter().filter_map(|(from, _)| from.first_of_month().checked_add(1.month()).ok()).collect();
            // Two zones from different months: then it is not clear which one was proposed last month.
            evidence.month = if months.len() == 1 { months.first().copied() } else { None };
        }
    }
}

fn office_nouns(offices: &[Office]) -> FxHashMap<[u8; 2], Vec<(String, Vec<String>)>> {
    let mut nouns: HashMap<String, Vec<String>> = HashMap::new();
    for office in offices {
        for noun in office.nouns.iter().map(|noun| noun.to_lowercase()).filter(|noun| !VAGUE.contains(&noun.as_str())) {
            nouns.entry(noun).or_default().push(office.key.clone());
        }
    }
    let mut nouns: Vec<_> = nouns.into_iter().collect();
    nouns.sort_by(|(a, _), (b, _)| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    let mut by_end: FxHashMap<[u8; 2], Vec<(String, Vec<String>)>> = FxHashMap::default();
    for (noun, keys) in nouns {
        if let Some(end) = noun.as_bytes().last_chunk::<2>() {
            by_end.entry(*end).or_default().push((noun, keys));
        }
    }
    by_end
}

/// Whether the words before an office leave it to its holder of the day.
fn holds_now(ahead: &str) -> bool {
    ahead
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .rev()
        .take(3)
        .all(|word| !NOT_NOW.contains(&word))
}

/// The latest day with its year, or the start of the latest year, of which a paragraph speaks as past.
fn last_past_day(text: &str) -> Option<Date> {
    if !dates::holds_figure(text) {
        return None;
    }
    let ahead = |at: usize| tail(&text[..at], 24).to_lowercase();
    let open = |at: usize| {
        let before = ahead(at);
        [" by ", " until ", " till ", " before ", " through ", " for ", " in time", "will ", "due ", " next "]
            .iter()
            .any(|word| before.contains(word))
    };
    let planned = |at: usize| {
        tail(&text[..at], 120).to_lowercase().contains(" will ")
            || tail(&text[..at], 120).to_lowercase().contains("plan")
    };
    let days = dates::find(text)
        .into_iter()
        .filter(|mention| !open(mention.start) && !planned(mention.start))
        .filter_map(|mention| match mention.date {
            PrintedDate::Day(day) | PrintedDate::Month(day) => Some(day),
            _ => None,
        });
    days.chain(past_years(text).filter(|(at, _)| !open(*at) && !planned(*at)).map(|(_, day)| day)).max()
}

/// Years after "in" and "since".
fn past_years(text: &str) -> impl Iterator<Item = (usize, Date)> {
    let years = text.match_indices("in ").chain(text.match_indices("since "));
    years.filter_map(move |(at, word)| {
        let from = at + word.len();
        let digits = text.get(from..from + 4)?;
        let year: i16 = digits.parse().ok().filter(|year| (1990..2100).contains(year))?;
        let ends = !text[from + 4..].starts_with(|c: char| c.is_alphanumeric());
        let starts = !text[..at].ends_with(char::is_alphanumeric);
        (ends && starts).then(|| Date::new(year, 1, 1).ok()).flatten().map(|day| (at, day))
    })
}

/// Whether a paragraph speaks of a day without its year as past: "On May 4 the pact was signed", not "is due on May 4".
pub(crate) fn is_past(text: &str, mention: &DateMention) -> bool {
    const AHEAD: &[&str] =
        &[" will ", " due ", "scheduled", "planned", " next ", "slated", "expected", " until ", " by "];
    let before = tail(&text[..mention.start], 40).to_lowercase();
    let after = head(&text[mention.end..], 60).to_lowercase();
    before.ends_with("on ") && !AHEAD.iter().any(|word| before.contains(word)) && !after.contains(" will ")
}

/// The last bytes of a text, cut between characters.
pub(crate) fn tail(text: &str, bytes: usize) -> &str {
    let from =
        (text.len().saturating_sub(bytes)..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    &text[from..]
}

/// The first bytes of a text, cut between characters.
pub(crate) fn head(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}
