//! `onrecord import`.

use std::io::{BufRead, Cursor, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use super::{CommandError, SettingsFlags, block_on, describe, print, start_services};
use crate::error::Error;
use crate::models::{Author, ImportError, ImportProgress, NewArticle};
use crate::services::articles::{Received, create_article};
use crate::services::imports::{LineSource, import_lines, is_record, read_line};
use crate::services::statements::place_imported_quotes;
use crate::services::{Services, samples};
use crate::telemetry;

/// Take articles in from files.
///
/// Text, HTML, JSON (one article or a list) and NDJSON (an article a line) files, folders of such files, or - for NDJSON on
/// standard input. An article is what POST /v1/articles takes. NDJSON may also be records of the interchange format, as `onrecord
/// export` writes them: its first line has a type. An import that was broken off is simply run again, and running it twice
/// changes nothing.
#[derive(Debug, Args)]
pub struct Import {
    /// Files and folders, or - for standard input.
    #[arg(value_name = "PATH", required_unless_present = "sample")]
    paths: Vec<PathBuf>,

    /// Import the sample articles that ship with the program.
    ///
    /// They were written for a first look: no outlet published them, and the wording of their quotations is invented.
    #[arg(long, conflicts_with = "paths")]
    sample: bool,

    #[command(flatten)]
    settings: SettingsFlags,
}

impl Import {
    pub(super) fn run(&self) -> Result<ExitCode, CommandError> {
        let mut settings = self.settings.load()?;
        if settings.log.filter == "info" {
            settings.log.filter = "warn".to_owned(); // the progress says it all
        }
        telemetry::start(&settings.log)?;
        block_on(async {
            // First of all: a mistyped name should not leave a database behind.
            let mut files = Vec::new();
            for path in &self.paths {
                find_files(path, &mut files)?;
            }
            let services = start_services(settings).await?;
            if self.sample {
                let (new, all) = samples::import_samples(&services).await?;
                print(&format!("{all} sample articles, {new} of them new. Their quotations are invented.\n"))?;
                return Ok(ExitCode::SUCCESS);
            }
            let mut run = Run { services, summary: Summary::default(), progress: progress() };
            for file in &files {
                run.import_file(file).await?;
            }
            run.place_quotes().await?;
            run.progress.finish_and_clear();
            print(&run.summary.text())?;
            Ok(if run.summary.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        })
    }
}

/// The files under a path, in the order of their names.
fn find_files(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), CommandError> {
    let place = |error: std::io::Error| format!("{}: {error}", path.display());
    if path.as_os_str() != "-" && std::fs::metadata(path).map_err(place)?.is_dir() {
        let mut entries: Vec<PathBuf> = Vec::new();
        for entry in std::fs::read_dir(path).map_err(place)? {
            entries.push(entry.map_err(place)?.path());
        }
        entries.sort();
        for entry in entries {
            // A link to a folder may lead back up.
            let is_folder = entry.is_dir() && !entry.is_symlink();
            let is_readable = entry.is_file() && Format::of(&entry).is_some();
            if is_folder || is_readable {
                find_files(&entry, files)?;
            }
        }
    } else {
        files.push(path.to_owned());
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Text,
    Html,
    Json,
    Ndjson,
}

impl Format {
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "txt" | "text" => Some(Self::Text),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            "json" => Some(Self::Json),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            _ => None,
        }
    }
}

fn progress() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    let style = ProgressStyle::with_template("{spinner} {pos} articles, {per_sec}  {wide_msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

#[derive(Debug, Default)]
struct Summary {
    new: usize,
    known: usize,
    quotes: usize,
    resolved: usize,
    refused: Vec<String>,
    /// Of each file in the interchange format.
    records: Vec<(String, ImportProgress)>,
}

impl Summary {
    fn text(&self) -> String {
        let resolved = match self.quotes {
            0 => String::new(),
            all => {
                format!(", speakers resolved: {} ({:.0} %)", self.resolved, 100.0 * self.resolved as f64 / all as f64)
            }
        };
        let refusals: String = self.refused.iter().map(|refusal| format!("refused: {refusal}\n")).collect();
        let records: String = self.records.iter().map(|(name, progress)| text_of(name, progress)).collect();
        if !self.records.is_empty() && self.new + self.known == 0 {
            return format!("{records}{refusals}");
        }
        format!(
            "{records}articles: {} new, {} already there, {} refused\nquotes: {}{resolved}\n{refusals}",
            self.new,
            self.known,
            self.refused.len(),
            self.quotes
        )
    }
}

/// What came of a file in the interchange format.
fn text_of(name: &str, progress: &ImportProgress) -> String {
    let added = progress.added;
    format!(
        "{name}: {} lines, {} already there, {} refused\n\
         new: {} outlets, {} actors, {} merges, {} zones, {} agreements, {} articles, {} quotes\n",
        progress.lines_read,
        progress.known,
        progress.refused,
        added.outlets,
        added.actors,
        added.merges,
        added.zones,
        added.agreements,
        added.articles,
        added.quotes
    )
}

struct Run {
    services: Services,
    summary: Summary,
    progress: ProgressBar,
}

impl Run {
    async fn import_file(&mut self, path: &Path) -> Result<(), CommandError> {
        let name = path.display().to_string();
        self.progress.set_message(name.clone());
        if path.as_os_str() == "-" {
            return self.import_lines("standard input", std::io::BufReader::new(std::io::stdin())).await;
        }
        match Format::of(path) {
            Some(Format::Ndjson) => match std::fs::File::open(path) {
                Ok(file) => self.import_lines(&name, std::io::BufReader::new(file)).await?,
                Err(error) => self.refuse(format!("{name}: {error}")),
            },
            Some(Format::Json) => match read_file(path) {
                Ok(json) => self.import_json(&name, &json).await?,
                Err(refusal) => self.refuse(refusal),
            },
            Some(Format::Html) => match read_file(path) {
                Ok(html) => self.take_in(&name, NewArticle { html: Some(html), ..NewArticle::default() }).await?,
                Err(refusal) => self.refuse(refusal),
            },
            Some(Format::Text) | None => match read_file(path) {
                Ok(text) => self.take_in(&name, NewArticle { text: Some(text), ..NewArticle::default() }).await?,
                Err(refusal) => self.refuse(refusal),
            },
        }
        if !std::io::stderr().is_terminal() {
            eprintln!("{name}: done");
        }
        Ok(())
    }

    async fn import_lines(&mut self, name: &str, mut input: impl BufRead + Send + 'static) -> Result<(), CommandError> {
        let limit = self.services.settings.ingest.max_line_bytes;
        let mut line = Vec::new();
        for number in 1_usize.. {
            let place = format!("{name}, line {number}");
            line.clear();
            if read_line(&mut input, &mut line, limit)? == 0 {
                break;
            }
            if line.len() > limit {
                self.refuse(format!("{place}: longer than {limit} bytes (ingest.max_line_bytes)"));
            } else if number == 1 && is_record(&line) {
                line.push(b'\n');
                return self.import_records(name, Box::new(Cursor::new(line).chain(input))).await;
            } else if !line.trim_ascii().is_empty() {
                match serde_json::from_slice::<NewArticle>(&line) {
                    Ok(article) => self.take_in(&place, article).await?,
                    Err(error) => self.refuse(format!("{place}: {error}")),
                }
            }
        }
        Ok(())
    }

    /// Lines of the interchange format.
    async fn import_records(&mut self, name: &str, input: Box<dyn BufRead + Send>) -> Result<(), CommandError> {
        let source = LineSource::new(input, &self.services.settings.ingest);
        let (progress, refused) = (&self.progress, &mut self.summary.refused);
        let mut shown = Instant::now();
        let tell = |so_far: &ImportProgress, errors: &[ImportError]| {
            for error in errors {
                let whys = error.errors.0.iter().map(|error| match error.pointer.as_deref().unwrap_or_default() {
                    "" => error.detail.clone(),
                    pointer => format!("{pointer} {}", error.detail),
                });
                let refusal = format!("{name}, line {}: {}", error.line, whys.collect::<Vec<_>>().join("; "));
                progress.suspend(|| eprintln!("refused: {refusal}"));
                refused.push(refusal);
            }
            progress.set_position(u64::try_from(so_far.added.articles).unwrap_or_default());
            if !std::io::stderr().is_terminal() && shown.elapsed() > Duration::from_secs(10) {
                shown = Instant::now();
                eprintln!("{name}: {} lines, {} articles", so_far.lines_read, so_far.added.articles);
            }
        };
        let done = import_lines(&self.services, source, &Author::command_line(), tell).await;
        let done = done.map_err(|error| format!("{name}: {}", describe(&error)))?;
        self.summary.records.push((name.to_owned(), done));
        Ok(())
    }

    /// Puts the quotes of records into statements. Where this is broken off, the service goes on with it.
    async fn place_quotes(&mut self) -> Result<(), CommandError> {
        let mut shown = Instant::now();
        let progress = &self.progress;
        let tell = |waiting: i64| {
            progress.set_message(format!("statements: {waiting} articles to go"));
            if !std::io::stderr().is_terminal() && shown.elapsed() > Duration::from_secs(10) {
                shown = Instant::now();
                eprintln!("statements: {waiting} articles to go");
            }
        };
        let placed = place_imported_quotes(&self.services, tell).await;
        placed.map_err(|error| format!("statements: {}", describe(&error)).into())
    }

    async fn import_json(&mut self, name: &str, json: &str) -> Result<(), CommandError> {
        let articles = match serde_json::from_str(json) {
            Ok(Value::Array(articles)) => articles,
            Ok(article) => vec![article],
            Err(error) => {
                self.refuse(format!("{name}: {error}"));
                return Ok(());
            }
        };
        for (article, number) in articles.into_iter().zip(1..) {
            let place = format!("{name}, article {number}");
            match serde_json::from_value::<NewArticle>(article) {
                Ok(article) => self.take_in(&place, article).await?,
                Err(error) => self.refuse(format!("{place}: {error}")),
            }
        }
        Ok(())
    }

    /// A refused article is counted and the next one read; a failing database ends the import.
    async fn take_in(&mut self, place: &str, article: NewArticle) -> Result<(), CommandError> {
        match create_article(&self.services, article, &Author::command_line()).await {
            Ok(Received::New(article)) => {
                let has_actor = |speaker: &crate::models::Speaker| speaker.actor.is_some();
                let speakers = article.quotes.iter().filter_map(|quote| quote.speaker.as_ref());
                self.summary.new += 1;
                self.summary.quotes += article.quotes.len();
                self.summary.resolved += speakers.filter(|speaker| has_actor(speaker)).count();
            }
            Ok(Received::Known(_)) => self.summary.known += 1,
            Err(error @ (Error::InvalidBody(_) | Error::Conflict(_))) => self.refuse(format!("{place}: {error}")),
            Err(error) => return Err(format!("{place}: {}", describe(&error)).into()),
        }
        self.progress.inc(1);
        Ok(())
    }

    fn refuse(&mut self, refusal: String) {
        self.progress.suspend(|| eprintln!("refused: {refusal}"));
        self.summary.refused.push(refusal);
    }
}

fn read_file(path: &Path) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    String::from_utf8(bytes)
        .map_err(|error| format!("{}: not UTF-8 at byte {}", path.display(), error.utf8_error().valid_up_to()))
}
