//! What it costs to put an article's quotes into statements, among a million others in a database (SQLite).
//!
//! ```text
//! cargo bench --bench statements
//! ```
//!
//! The quotes are made up here, the same ones every time: some speakers are quoted rarely, some every day. The database
//! takes some 2 GB in the folder for temporary files while this runs. `ONRECORD_BENCH_QUOTES` takes another number of
//! quotes.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::Criterion;
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use onrecord::models::{Id, QuoteId};
use onrecord::services::Services;
use onrecord::services::statements::place_quotes_anew;
use onrecord::settings::{Settings, Sources};
use onrecord::statements::{IndexKeys, ONE_SPEAKER, Reading, StoredKeys, align};

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many quotes there are, where the environment does not say.
const QUOTES: u64 = 1_000_000;
const DAYS: u64 = 3_650;
const SPEAKERS: u64 = 4_000;
/// How many quotes an article has, all of one speaker: the dearest case.
const ARTICLE: u64 = 20;
/// Who says them all: one of those who speak every day.
const SPEAKER: u64 = 7;
/// How many rows one statement of SQL writes.
const ROWS: u64 = 500;

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

/// The id of the `number`th row of a kind.
fn id(kind: u128, number: u64) -> Id<()> {
    Id::from_bits(kind << 96 | u128::from(number))
}

const ACTOR: u128 = 1;
const ARTICLE_ROW: u128 = 2;
const QUOTE: u128 = 3;
const STATEMENT: u128 = 4;
const AT: &str = "2020-01-01T00:00:00.000000Z";

/// The day of the `number`th of so many quotes.
fn day(number: u64, quotes: u64) -> String {
    let days = i64::try_from(number * DAYS / quotes).unwrap_or_default();
    jiff::civil::date(2010, 1, 1).saturating_add(jiff::Span::new().days(days)).to_string()
}

/// Rows as SQL; what stands in them are letters and digits.
fn insert(connection: &mut SqliteConnection, head: &str, rows: &[String]) -> Result<(), Box<dyn Error>> {
    Ok(connection.batch_execute(&format!("INSERT INTO {head} VALUES {}", rows.join(", ")))?)
}

fn article_row(number: u64, day: &str) -> String {
    let id = id(ARTICLE_ROW, number);
    format!("('{id}', 'text', '{number}', '{day}', 'day', '[]', 'done', 'bench', '{day}', '{AT}', '{AT}', 1)")
}

const ARTICLES: &str = "articles (id, text, text_sha256, published_on, published_on_precision, regions, extraction, extractor, sort_on, \
                        created_at, updated_at, version)";

fn quote_row(number: u64, article: u64, speaker: u64, day: &str, text: &str) -> String {
    let (id, article, actor) = (id(QUOTE, number), id(ARTICLE_ROW, article), id(ACTOR, speaker));
    format!(
        "('{id}', '{article}', {number}, 'direct', '{text}', '[{{\"start\":0,\"end\":{},\"verbatim\":true}}]', '{text}', '', '', '{actor}', \
         0.9, '[]', 'machine', 'bench', '{day}', '{AT}', '{AT}', 1)",
        text.len()
    )
}

const QUOTE_ROWS: &str = "quotes (id, article_id, position, kind, text, segments, exact, prefix, suffix, actor_id, confidence, why, review, \
                          extractor, sort_on, created_at, updated_at, version)";

/// Fills a database with quotes that each report a statement, and an article whose quotes report none yet; these.
fn fill(path: &Path, quotes: u64) -> Result<Vec<QuoteId>, Box<dyn Error>> {
    let mut connection = SqliteConnection::establish(&path.display().to_string())?;
    let c = &mut connection;
    c.batch_execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -500000; BEGIN")?;
    let actors: Vec<String> = (0..SPEAKERS)
        .map(|number| {
            let id = id(ACTOR, number);
            format!("('{id}', 'speaker-{number}', 'Speaker {number}', 'person', '[]', 'accepted', '{AT}', '{AT}', 1)")
        })
        .collect();
    insert(c, "actors (id, slug, name, kind, demonyms, review, created_at, updated_at, version)", &actors)?;
    let mut numbers = Numbers(1);
    for first in (0..quotes).step_by(ROWS as usize) {
        let (mut articles, mut rows, mut statements, mut reports) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for number in first..(first + ROWS).min(quotes) {
            // Ten quotes an article.
            let (article, day) = (number / 10, day(number / 10 * 10, quotes));
            if number % 10 == 0 {
                articles.push(article_row(article, &day));
            }
            let (speaker, text) = (speaker(&mut numbers), quote(number));
            rows.push(quote_row(number, article, speaker, &day, &text));
            let (statement, quote, actor) = (id(STATEMENT, number), id(QUOTE, number), id(ACTOR, speaker));
            statements.push(format!("('{statement}', '{actor}', '{quote}', '{day}', 1, 0, 0, '{AT}', '{AT}', 1)"));
            let reading = Reading::new(&text);
            let keys = StoredKeys::of(&IndexKeys::of(ONE_SPEAKER, &[], &reading));
            reports.push(format!(
                "('{quote}', '{statement}', '{actor}', '{day}', '{day}', {}, '{keys}', 'first', NULL, NULL, NULL)",
                f64::from(reading.content())
            ));
        }
        insert(c, ARTICLES, &articles)?;
        insert(c, QUOTE_ROWS, &rows)?;
        insert(c, "statements", &statements)?;
        insert(c, "statement_reports", &reports)?;
    }
    let day = day(quotes / 2, quotes);
    insert(c, ARTICLES, &[article_row(quotes, &day)])?;
    let rows: Vec<String> = (0..ARTICLE)
        .map(|number| quote_row(quotes + number, quotes, SPEAKER, &day, &quote(quotes / 2 + 37 * number)))
        .collect();
    insert(c, QUOTE_ROWS, &rows)?;
    c.batch_execute("COMMIT; ANALYZE")?;
    Ok((0..ARTICLE).map(|number| id(QUOTE, quotes + number).typed()).collect())
}

/// How long the threads of this process have been at work; `None` where the system does not tell.
fn cpu_time() -> Option<Duration> {
    let mut all = Duration::ZERO;
    for task in std::fs::read_dir("/proc/self/task").ok()? {
        let schedule = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        all += Duration::from_nanos(schedule.split(' ').next()?.parse().ok()?);
    }
    Some(all)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args();
    let quotes = std::env::var("ONRECORD_BENCH_QUOTES").ok().and_then(|quotes| quotes.parse().ok()).unwrap_or(QUOTES);
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("bench.db");
    let flags = vec![("database.url", format!("sqlite://{}", path.display()))];
    let settings = Settings::load(&Sources { flags, ..Sources::default() })?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let services = runtime.block_on(Services::start(settings))?;
    let began = Instant::now();
    let article = fill(&path, quotes)?;
    println!("{quotes} quotes in {:.0} s", began.elapsed().as_secs_f32());
    let place = || runtime.block_on(place_quotes_anew(&services, &article));
    let placed = place()?;
    let own: std::collections::BTreeSet<_> = placed.values().collect();
    println!("{} quotes of an article report {} statements", placed.len(), own.len());
    let (times, before) = (100_u32, cpu_time());
    for _ in 0..times {
        place()?;
    }
    if let (Some(before), Some(after)) = (before, cpu_time()) {
        let each = (after.saturating_sub(before) / times).as_secs_f64() * 1000.0;
        println!("CPU time for an article of {ARTICLE} quotes among {quotes}: {each:.1} ms");
    }
    let mut group = criterion.benchmark_group("statements");
    group.sample_size(20);
    group.bench_function("an article of 20 quotes among those in the database", |bencher| {
        bencher.iter(|| black_box(place().map(|placed| placed.len()).unwrap_or_default()))
    });
    let (a, b) = (quote(1).repeat(4), quote(2).repeat(4));
    group
        .bench_function("align two texts of 200 words", |bencher| bencher.iter(|| align(black_box(&a), black_box(&b))));
    group.finish();
    criterion.final_summary();
    Ok(())
}
