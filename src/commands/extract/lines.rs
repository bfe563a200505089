//! `onrecord extract --ndjson`: many texts, one a line, on all cores.
//!
//! One thread reads, one a core extracts, and the calling one writes, in the input's order. The reader waits when it is a few
//! lines ahead of the writer, so an endless input takes no more memory than a short one.

use std::io::BufRead;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{rounded, slug};
use crate::commands::{CommandError, print_data};
use crate::extraction::{ExtractedQuote, Extractor, Hints, SpeakerActor};
use crate::models::text::{DatePrecision, QuoteKind, ResolvedBy, Segment, TextSpan};

/// How many lines a core may be ahead of the writer: enough to keep all of them busy while one reads a long text.
const LINES_AHEAD: usize = 16;
/// Answers that are ready are written together, up to so many bytes.
const BYTES_AT_ONCE: usize = 64 * 1024;

/// The answer to a line, or what is wrong with it.
type Answer = Result<String, String>;

/// A line on its way to a worker, and where the answer goes.
struct Job {
    number: usize,
    line: std::io::Result<String>,
    answer: SyncSender<Answer>,
}

/// Answers every line of an input, on so many threads; 0 means one for each core.
///
/// # Errors
/// The first line that is no such JSON, by its number; the answers to the lines before it are written.
pub(super) fn extract_lines(
    extractor: Extractor,
    input: Box<dyn BufRead + Send>,
    threads: usize,
    details: bool,
) -> Result<(), CommandError> {
    let threads = match threads {
        0 => thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    let extractor = Arc::new(extractor);
    let (jobs, waiting_jobs) = sync_channel(LINES_AHEAD * threads);
    let (answers, waiting_answers) = sync_channel(LINES_AHEAD * threads);
    let waiting_jobs = Arc::new(Mutex::new(waiting_jobs));
    // None of them is joined: after an error the reader may hang on an input that does not end.
    for _ in 0..threads {
        let (extractor, jobs) = (Arc::clone(&extractor), Arc::clone(&waiting_jobs));
        thread::spawn(move || work(&extractor, &jobs, details));
    }
    thread::spawn(move || read_ahead(input, &jobs, &answers));
    write_in_order(&waiting_answers)
}

/// Hands every line to the workers, and a place for its answer to the writer.
fn read_ahead(input: Box<dyn BufRead + Send>, jobs: &SyncSender<Job>, answers: &SyncSender<Receiver<Answer>>) {
    for (line, number) in input.lines().zip(1..) {
        let (answer, waiting) = sync_channel(1);
        let sent = answers.send(waiting).is_ok() && jobs.send(Job { number, line, answer }).is_ok();
        if !sent {
            // Nobody waits for answers any more.
            return;
        }
    }
}

fn work(extractor: &Extractor, jobs: &Mutex<Receiver<Job>>, details: bool) {
    loop {
        let Ok(Ok(job)) = jobs.lock().map(|jobs| jobs.recv()) else { return };
        let answer = job
            .line
            .map_err(|error| error.to_string())
            .and_then(|line| extract_line(extractor, &line, details))
            .map_err(|error| format!("line {}: {error}", job.number));
        // Where nobody waits for it, the program is about to end.
        let _ = job.answer.send(answer);
    }
}

fn write_in_order(answers: &Receiver<Receiver<Answer>>) -> Result<(), CommandError> {
    let mut ready = String::new();
    while let Some(waiting) = receive(answers, &mut ready)? {
        match receive(&waiting, &mut ready)? {
            Some(Ok(answer)) => ready.push_str(&answer),
            wrong => {
                write(&mut ready)?;
                return Err(wrong
                    .and_then(Answer::err)
                    .unwrap_or_else(|| "a worker stopped before its time".to_owned())
                    .into());
            }
        }
        if ready.len() >= BYTES_AT_ONCE {
            write(&mut ready)?;
        }
    }
    write(&mut ready)
}

/// What comes next, or `None` when nothing will; writes what is ready before it waits.
fn receive<T>(from: &Receiver<T>, ready: &mut String) -> Result<Option<T>, CommandError> {
    match from.try_recv() {
        Ok(next) => Ok(Some(next)),
        Err(TryRecvError::Disconnected) => Ok(None),
        Err(TryRecvError::Empty) => {
            write(ready)?;
            Ok(from.recv().ok())
        }
    }
}

fn write(ready: &mut String) -> Result<(), CommandError> {
    if !ready.is_empty() {
        print_data(ready)?;
        ready.clear();
    }
    Ok(())
}

#[derive(Deserialize)]
struct InputLine {
    id: Value,
    text: String,
    url: Option<String>,
    outlet: Option<String>,
    title: Option<String>,
    published_on: Option<Date>,
    language: Option<String>,
}

impl InputLine {
    fn hints(&self) -> Hints<'_> {
        Hints {
            url: self.url.as_deref(),
            outlet: self.outlet.as_deref(),
            title: self.title.as_deref(),
            published_on: self.published_on,
            language: self.language.as_deref(),
            ..Hints::default()
        }
    }
}

#[derive(Serialize)]
struct OutputLine<'a> {
    id: &'a Value,
    quotes: Vec<FlatQuote<'a>>,
}

fn extract_line(extractor: &Extractor, line: &str, details: bool) -> Answer {
    if line.trim().is_empty() {
        return Ok(String::new());
    }
    let input: InputLine = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let extraction = extractor.extract(&input.text, &input.hints());
    let quotes = extraction.quotes.iter().map(|quote| FlatQuote::of(quote, details)).collect();
    let answer = OutputLine { id: &input.id, quotes };
    serde_json::to_string(&answer).map(|answer| answer + "\n").map_err(|error| error.to_string())
}

/// A quote as pipes and measurements want it: the speaker is flat.
#[derive(Serialize)]
struct FlatQuote<'a> {
    kind: QuoteKind,
    segments: &'a [Segment],
    cue: Option<&'a TextSpan>,
    speaker: Option<FlatSpeaker<'a>>,
    #[serde(flatten)]
    details: Option<Details<'a>>,
}

#[derive(Serialize)]
struct FlatSpeaker<'a> {
    start: Option<usize>,
    end: Option<usize>,
    text: Option<&'a str>,
    name: Option<&'a str>,
    actor: Option<&'a str>,
}

/// What else is known of a quote.
#[derive(Serialize)]
struct Details<'a> {
    said_on: Option<Date>,
    said_on_precision: Option<DatePrecision>,
    occasion: Option<&'a TextSpan>,
    nested_in: Option<usize>,
    resolved_by: Option<ResolvedBy>,
    confidence: f64,
    why: &'a [String],
}

impl<'a> FlatQuote<'a> {
    fn of(quote: &'a ExtractedQuote, details: bool) -> Self {
        let speaker = quote.speaker.as_ref().map(|speaker| FlatSpeaker {
            start: speaker.mention.as_ref().map(|mention| mention.start),
            end: speaker.mention.as_ref().map(|mention| mention.end),
            text: speaker.mention.as_ref().map(|mention| mention.text.as_str()),
            name: speaker.actor.as_ref().map(SpeakerActor::name),
            actor: speaker.actor.as_ref().and_then(slug),
        });
        let details = details.then(|| Details {
            said_on: quote.said_on.map(|(date, _)| date),
            said_on_precision: quote.said_on.map(|(_, precision)| precision),
            occasion: quote.occasion.as_ref(),
            nested_in: quote.nested_in,
            resolved_by: quote.speaker.as_ref().and_then(|speaker| speaker.resolved_by),
            confidence: rounded(quote.confidence),
            why: &quote.why,
        });
        Self { kind: quote.kind, segments: &quote.segments, cue: quote.cue.as_ref(), speaker, details }
    }
}
