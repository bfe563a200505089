//! What it costs to put an article's quotes into statements, among a million others.
//!
//! ```text
//! cargo bench --bench statements
//! ```
//!
//! The quotes are made up here, the same ones every time: some speakers are quoted rarely, some every day.

use std::hint::black_box;

use criterion::Criterion;
use onrecord::models::text::QuoteKind;
use onrecord::statements::{
    Constraints, Days, IndexKeys, KeyIndex, PreparedReport, Reading, Report, ReportId, Rules, Statement, StatementId,
    align, place_report,
};

const QUOTES: u32 = 1_000_000;
const DAYS: u64 = 3_650;
const SPEAKERS: u64 = 4_000;
/// How many quotes an article has, all of one speaker: the dearest case.
const ARTICLE: u64 = 20;
/// How many candidates are compared for one quote.
const CANDIDATES: usize = 32;
const WINDOW: i32 = 3;

const WORDS: &str = "accord agreement zone refugees border convoy ministers hospital bridge tariffs inflation vaccine children teachers strike \
    railway budget parliament election candidates turnout investigators engine recorder pilots flood river soldiers pumps households \
    evacuated prosecutor defendant accounts pensioners gold championship referee hamstring contract season climate islands fund coal \
    emissions laboratory engineers insurance sanctions inspectors uranium ceasefire guarantors artillery observers exercise bombers \
    transponders fog harbour ferry captain passengers wildfire lightning governor highway merger branches customers grain silos ports \
    mines referendum authority compromise autumn wells poison regulator licence farmers compensation museum thieves window reward";

/// A sequence of numbers that looks like chance and is always the same.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// A quote of about thirty words; a few of them are names and numbers of its own.
fn quote(seed: u64) -> String {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut numbers = Numbers(seed);
    let mut text = String::from("We");
    for at in 0..14 {
        let word = words[numbers.below(words.len() as u64) as usize];
        let link =
            ["will not", "of the", "and that", "in", "have agreed to", "without", "for the"][numbers.below(7) as usize];
        text.push_str(&format!(" {link} {word}"));
        if at % 5 == 4 {
            text.push_str(&format!(" {} of N{}er", numbers.below(5_000), numbers.below(20_000)));
        }
    }
    text
}

/// Who speaks: a few speak very often.
fn speaker(numbers: &mut Numbers) -> u64 {
    if numbers.below(3) == 0 { numbers.below(20) } else { numbers.below(SPEAKERS) }
}

struct Archive {
    index: KeyIndex,
    speakers: Vec<(u64, i32)>,
}

impl Archive {
    fn new() -> Self {
        let mut numbers = Numbers(1);
        let (mut index, mut speakers) = (KeyIndex::default(), Vec::new());
        for number in 0..QUOTES {
            let (speaker, day) = (speaker(&mut numbers), (u64::from(number) * DAYS / u64::from(QUOTES)) as i32);
            let keys = IndexKeys::of(&speaker.to_string(), &[], &Reading::new(&quote(u64::from(number))));
            index.insert(&keys, day, number);
            speakers.push((speaker, day));
        }
        Self { index, speakers }
    }

    fn report(&self, number: u32) -> PreparedReport {
        let (speaker, day) = self.speakers[number as usize];
        report(u128::from(number), speaker, day, quote(u64::from(number)))
    }
}

fn report(id: u128, speaker: u64, day: i32, text: String) -> PreparedReport {
    let day = jiff::civil::date(2010, 1, 1).saturating_add(jiff::Span::new().days(day));
    PreparedReport::new(Report {
        id: ReportId(id),
        article: id,
        outlet: String::new(),
        speaker: speaker.to_string(),
        text,
        kind: QuoteKind::Direct,
        verbatim: Vec::new(),
        said: None,
        published: Some(Days::on(day)),
        zones: Vec::new(),
        before: String::new(),
        after: String::new(),
    })
}

/// What happens to an article: its quotes are read, each one's candidates found, read, scored, and it is placed.
fn place_article(archive: &Archive, rules: &Rules) -> usize {
    let day = DAYS as i32 / 2;
    let new = |number: u64| report(u128::from(u64::MAX - number), 7, day, quote(u64::from(QUOTES) / 2 + 37 * number));
    let article: Vec<PreparedReport> = (0..ARTICLE).map(new).collect();
    let siblings: Vec<&PreparedReport> = article.iter().collect();
    let place = |quote: &PreparedReport| {
        let found: Vec<PreparedReport> = archive
            .index
            .find(&quote.keys, day, WINDOW, CANDIDATES)
            .into_iter()
            .map(|number| archive.report(number))
            .collect();
        let statement = |report| Statement { id: StatementId(0), reports: vec![report], closed: false };
        let statements: Vec<Statement> = found.iter().map(statement).collect();
        black_box(place_report(quote, &siblings, &statements, &Constraints::default(), rules));
        statements.len()
    };
    article.iter().map(place).sum()
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let rules = Rules::default();
    let archive = Archive::new();
    println!("{} candidates are compared for {ARTICLE} quotes", place_article(&archive, &rules));
    let mut group = criterion.benchmark_group("statements");
    group.sample_size(20);
    group.bench_function("an article of 20 quotes against 1M", |bencher| {
        bencher.iter(|| place_article(&archive, &rules))
    });
    let (a, b) = (quote(1).repeat(4), quote(2).repeat(4));
    group
        .bench_function("align two texts of 200 words", |bencher| bencher.iter(|| align(black_box(&a), black_box(&b))));
    group.finish();
    criterion.final_summary();
}
