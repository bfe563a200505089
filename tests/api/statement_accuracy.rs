//! How well statements are found and stances are read, on the pairs and quotes in `tests/eval/statements` and
//! `tests/eval/positions`.
//!
//! ```text
//! cargo test --test api statement_accuracy -- --nocapture     prints the figures
//! ```

use onrecord::models::text::{QuoteKind, Span};
use onrecord::positions::{Stance, read_position};
use onrecord::statements::{
    Constraints, Days, PreparedReport, Reading, Report, ReportId, Rules, cluster, rank_candidates, score_among,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Events {
    event: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    name: String,
    speaker: String,
    day: toml::value::Datetime,
    reports: Vec<ReportLine>,
}

#[derive(Clone, Deserialize)]
struct ReportLine {
    utterance: u32,
    outlet: String,
    kind: QuoteKind,
    text: String,
}

fn events(file: &str) -> Vec<Event> {
    toml::from_str::<Events>(file).unwrap().event
}

const DEV: &str = include_str!("../eval/statements/dev.toml");
const TEST: &str = include_str!("../eval/statements/test.toml");

impl Event {
    /// The reports as they would come: article by article, each outlet's in one article.
    fn articles(&self) -> Vec<(u128, &ReportLine)> {
        let place =
            |report: &ReportLine| self.reports.iter().position(|other| other.outlet == report.outlet).unwrap() as u128;
        let mut articles: Vec<(u128, &ReportLine)> =
            self.reports.iter().map(|report| (place(report), report)).collect();
        articles.sort_by_key(|(article, _)| *article);
        articles
    }

    fn prepared(&self) -> Vec<PreparedReport> {
        let day = Days::on(self.day.to_string().parse().unwrap());
        let report = |(number, (article, line)): (usize, &(u128, &ReportLine))| {
            PreparedReport::new(Report {
                id: ReportId(number as u128),
                article: *article,
                outlet: line.outlet.clone(),
                speaker: self.speaker.clone(),
                text: line.text.clone(),
                kind: line.kind,
                verbatim: Vec::new(),
                said: Some(day),
                published: Some(day),
                zones: Vec::new(),
                before: String::new(),
                after: String::new(),
            })
        };
        self.articles().iter().enumerate().map(report).collect()
    }
}

#[derive(Debug, Default)]
struct Counts {
    pairs: usize,
    same: usize,
    joined: usize,
    right: usize,
}

impl Counts {
    fn precision(&self) -> f64 {
        self.right as f64 / self.joined as f64
    }

    fn recall(&self) -> f64 {
        self.right as f64 / self.same as f64
    }
}

/// Counts the pairs of reports of one event that are, and that should be, one statement.
fn count_pairs(events: &[Event]) -> Counts {
    let mut counts = Counts::default();
    for event in events {
        let (articles, reports) = (event.articles(), event.prepared());
        let clusters = cluster(&reports, &Constraints::default(), &Rules::default());
        let statement = |at: usize| clusters.iter().position(|cluster| cluster.reports.contains(&at)).unwrap();
        for second in 1..reports.len() {
            for first in 0..second {
                let same = articles[first].1.utterance == articles[second].1.utterance;
                let joined = statement(first) == statement(second);
                counts.pairs += 1;
                counts.same += usize::from(same);
                counts.joined += usize::from(joined);
                counts.right += usize::from(same && joined);
            }
        }
    }
    counts
}

fn check_pairs(name: &str, file: &str, precision: f64, recall: f64) {
    let counts = count_pairs(&events(file));
    println!(
        "statements, {name}: precision {:.3} ({} of {}), recall {:.3} ({} of {}), {} pairs",
        counts.precision(),
        counts.right,
        counts.joined,
        counts.recall(),
        counts.right,
        counts.same,
        counts.pairs
    );
    assert!(counts.precision() >= precision && counts.recall() >= recall, "{name}: {counts:?}");
}

#[test]
fn pairs_of_the_development_half() {
    check_pairs("development half", DEV, 0.93, 0.75);
}

/// Only totals: nobody lists what goes wrong here.
#[test]
fn pairs_of_the_test_half() {
    check_pairs("test half", TEST, 0.95, 0.75);
}

#[test]
fn there_are_sixty_pairs_and_they_are_hard() {
    let (dev, test) = (count_pairs(&events(DEV)), count_pairs(&events(TEST)));
    assert!(dev.same >= 30 && test.same >= 30 && dev.pairs + test.pairs >= 60);
    // Different utterances of one speaker on one day.
    assert!(dev.pairs - dev.same > 5 * dev.same && test.pairs - test.same > 5 * test.same);
}

/// Who does not become a candidate is never compared.
#[test]
fn reports_of_one_utterance_share_keys() {
    let (mut same, mut found) = (0, 0);
    for event in [DEV, TEST].into_iter().flat_map(events) {
        let (articles, reports) = (event.articles(), event.prepared());
        for second in 1..reports.len() {
            for first in (0..second).filter(|first| articles[*first].1.utterance == articles[second].1.utterance) {
                same += 1;
                let keys = [&reports[first].keys, &reports[second].keys];
                found += usize::from(
                    !rank_candidates(keys[0], &[keys[1]], 1).is_empty()
                        && keys[0].all().any(|key| keys[1].all().any(|other| key == other)),
                );
            }
        }
    }
    println!("candidates: {found} of {same} pairs of one utterance share keys");
    assert!(found * 100 >= same * 93, "{found} of {same}");
}

/// What `tests/eval/fit_statements` fits the weights to.
#[test]
#[ignore = "prints the parts of the score of every pair of the development half"]
fn parts_of_the_development_half() {
    for event in events(DEV) {
        let readings: Vec<Reading> = event.reports.iter().map(|report| Reading::new(&report.text)).collect();
        for second in 1..readings.len() {
            for first in 0..second {
                let (a, b) = (&event.reports[first], &event.reports[second]);
                // What a service knows of the day when two articles have come.
                let others = event.reports.iter().zip(&readings).enumerate();
                let others = others.filter(|(at, (report, _))| {
                    *at != first && *at != second && (report.outlet == a.outlet || report.outlet == b.outlet)
                });
                let others: Vec<&Reading> = others.map(|(_, (_, reading))| reading).collect();
                let score = score_among(&readings[first], &readings[second], &others);
                let parts: Vec<String> =
                    score.parts.iter().map(|part| format!("{}={:.4}", part.name, part.value)).collect();
                println!("PARTS\t{}\t{}\t{}", u8::from(a.utterance == b.utterance), event.name, parts.join("\t"));
            }
        }
    }
}

#[derive(Deserialize)]
struct Quotes {
    quotes: Vec<QuoteLine>,
}

#[derive(Deserialize)]
struct QuoteLine {
    about: String,
    stance: String,
    #[serde(default)]
    conditions: Vec<String>,
    text: String,
}

fn name_of(stance: Option<Stance>) -> &'static str {
    match stance {
        Some(Stance::Supports) => "supports",
        Some(Stance::SupportsWithConditions) => "supports_with_conditions",
        Some(Stance::Opposes) => "opposes",
        Some(Stance::Neutral) => "neutral",
        Some(Stance::SeeksClarification) => "seeks_clarification",
        None => "none",
    }
}

fn check_stances(name: &str, file: &str) {
    let quotes = toml::from_str::<Quotes>(file).unwrap().quotes;
    let (mut right, mut answers, mut right_answers, mut conditions, mut exact) = (0, 0, 0, 0, 0);
    for quote in &quotes {
        let position = read_position(&quote.text, &[place(&quote.text, &quote.about)], &[]);
        let is_right = name_of(position.as_ref().map(|position| position.stance)) == quote.stance;
        right += usize::from(is_right);
        answers += usize::from(position.is_some());
        right_answers += usize::from(is_right && position.is_some());
        conditions += quote.conditions.len();
        let found = position.map(|position| position.conditions).unwrap_or_default();
        exact += found
            .iter()
            .filter(|span| quote.conditions.iter().any(|condition| place(&quote.text, condition) == **span))
            .count();
    }
    let (accuracy, where_it_answers) = (right as f64 / quotes.len() as f64, right_answers as f64 / answers as f64);
    println!(
        "stances, {name}: accuracy {accuracy:.3} ({right} of {}), where it answers {where_it_answers:.3} ({right_answers} of \
         {answers}); {exact} of {conditions} conditions to the character",
        quotes.len()
    );
    assert!(
        quotes.len() >= 30 && accuracy >= 0.85 && where_it_answers >= 0.93,
        "{name}: {accuracy:.3}, {where_it_answers:.3}"
    );
}

/// Where words stand in a text, whatever their case and with or without "the".
fn place(text: &str, words: &str) -> Span {
    let (text, words) = (text.to_lowercase(), words.to_lowercase());
    let words = if text.contains(&words) { words.as_str() } else { words.trim_start_matches("the ") };
    let start = text[..text.find(words).unwrap()].chars().count();
    Span { start, end: start + words.chars().count() }
}

#[test]
fn stances_of_the_development_half() {
    check_stances("development half", include_str!("../eval/positions/dev.toml"));
}

/// Only totals: nobody lists what goes wrong here.
#[test]
fn stances_of_the_test_half() {
    check_stances("test half", include_str!("../eval/positions/test.toml"));
}
