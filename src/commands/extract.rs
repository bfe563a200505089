//! `onrecord extract`.

mod lines;

use std::io::{BufRead, Read};
use std::path::PathBuf;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::Args;
use serde_json::{Value, json};

use super::{CommandError, print};
use crate::extraction::html::article_from_html;
use crate::extraction::{ExtractedQuote, Extraction, Hints, SpeakerActor, VERSION};
use crate::models::name_of;
use crate::models::text::QuoteKind;
use crate::services::reference_data::embedded_extractor;

/// Read one article and show what is in it; no database.
///
/// Shows the article's facts and every quote with its kind, speaker and cue, in colour on a terminal (NO_COLOR is respected).
#[derive(Debug, Args)]
pub struct Extract {
    /// A text or HTML file, or - for standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Print one JSON document.
    #[arg(long, conflicts_with = "ndjson")]
    json: bool,

    /// Read {"id", "text"} a line, write {"id", "quotes"} a line, in the same order, on all cores.
    ///
    /// Each text is taken as it is; offsets count its Unicode scalar values. What is known of an article may stand beside its
    /// text: url, outlet, title, published_on, language.
    #[arg(long)]
    ndjson: bool,

    /// With --ndjson: write said_on, nested_in, confidence and why of each quote, and how its speaker was resolved.
    #[arg(long, requires = "ndjson")]
    details: bool,

    /// With --ndjson: how many threads extract; 0 means one for each core.
    #[arg(long, value_name = "NUMBER", default_value_t = 0, requires = "ndjson")]
    threads: u16,
}

impl Extract {
    pub(super) fn run(&self) -> Result<ExitCode, CommandError> {
        let extractor = embedded_extractor()?;
        if self.ndjson {
            lines::extract_lines(extractor, self.open()?, usize::from(self.threads), self.details)?;
            return Ok(ExitCode::SUCCESS);
        }
        let (text, hints_title) = self.read_text()?;
        let hints = Hints { title: hints_title.as_deref(), ..Hints::default() };
        let extraction = extractor.extract(&text, &hints);
        if self.json {
            print(&(serde_json::to_string_pretty(&document(&extraction, &text))? + "\n"))?;
        } else {
            print(&shown(&extraction, &text))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn is_standard_input(&self) -> bool {
        self.file.as_os_str() == "-"
    }

    fn open(&self) -> Result<Box<dyn BufRead + Send>, CommandError> {
        if self.is_standard_input() {
            return Ok(Box::new(std::io::BufReader::new(std::io::stdin())));
        }
        let file = std::fs::File::open(&self.file).map_err(|error| format!("{}: {error}", self.file.display()))?;
        Ok(Box::new(std::io::BufReader::new(file)))
    }

    /// The text, and the title where it is a page.
    fn read_text(&self) -> Result<(String, Option<String>), CommandError> {
        let mut text = String::new();
        let name = self.file.display().to_string();
        self.open()?.read_to_string(&mut text).map_err(|error| format!("{name}: {error}"))?;
        let is_html = ["html", "htm", "xhtml"]
            .iter()
            .any(|end| self.file.extension().is_some_and(|found| found.eq_ignore_ascii_case(end)));
        if is_html {
            let page = article_from_html(&text, None).map_err(|error| format!("{name}: {error}"))?;
            return Ok((page.text, page.title));
        }
        Ok((text, None))
    }
}

fn slug(actor: &SpeakerActor) -> Option<&str> {
    match actor {
        SpeakerActor::Known { slug, .. } => Some(slug),
        SpeakerActor::New { .. } => None,
    }
}

/// A confidence with two digits, as it is shown.
fn rounded(confidence: f32) -> f64 {
    (f64::from(confidence) * 100.0).round() / 100.0
}

/// Everything that was read, as one JSON document.
fn document(extraction: &Extraction, text: &str) -> Value {
    let document = &extraction.document;
    let characters: Vec<char> = text.chars().collect();
    let quotes: Vec<Value> = extraction
        .quotes
        .iter()
        .map(|quote| {
            let speaker = quote.speaker.as_ref().map(|speaker| {
                json!({
                    "mention": speaker.mention,
                    "name": speaker.actor.as_ref().map(SpeakerActor::name),
                    "actor": speaker.actor.as_ref().and_then(slug),
                    "role": speaker.role,
                    "resolved_by": speaker.resolved_by,
                })
            });
            json!({
                "kind": quote.kind,
                "text": quote_text(quote, &characters),
                "segments": quote.segments,
                "cue": quote.cue,
                "occasion": quote.occasion,
                "speaker": speaker,
                "said_on": quote.said_on.map(|(date, _)| date),
                "said_on_precision": quote.said_on.map(|(_, precision)| precision),
                "nested_in": quote.nested_in,
                "confidence": rounded(quote.confidence),
                "why": quote.why,
            })
        })
        .collect();
    json!({
        "title": document.title,
        "subtitle": document.subtitle,
        "outlet": document.outlet,
        "dateline": document.dateline,
        "published_on": document.published.map(|published| published.date),
        "published_on_precision": document.published.map(|published| published.precision),
        "published_on_source": document.published.map(|published| published.source),
        "language": document.language,
        "text": text,
        "regions": document.regions,
        "quotes": quotes,
        "extractor": VERSION,
    })
}

/// Everything that was read, for people.
fn shown(extraction: &Extraction, text: &str) -> String {
    let dim = Style::new().dimmed();
    let bold = Style::new().bold();
    let document = &extraction.document;
    let published = document.published.map(|published| {
        format!("{} ({}, from {})", published.date, name_of(&published.precision), name_of(&published.source))
    });
    let facts = [
        ("title", document.title.as_ref().map(|title| format!("{bold}{title}{bold:#}"))),
        ("subtitle", document.subtitle.clone()),
        ("outlet", document.outlet.clone()),
        ("dateline", document.dateline.as_ref().map(|dateline| dateline.text.clone())),
        ("published", published),
        ("language", document.language.clone()),
    ];
    let fact = |(name, value): (&str, Option<String>)| value.map(|value| format!("{dim}{name:<10}{dim:#} {value}\n"));
    let characters: Vec<char> = text.chars().collect();
    let facts: String = facts.into_iter().filter_map(fact).collect();
    let quotes: String =
        extraction.quotes.iter().zip(1..).map(|(quote, number)| shown_quote(quote, number, &characters)).collect();
    format!("{facts}{quotes}\n{dim}{} quotes, read by {VERSION}{dim:#}\n", extraction.quotes.len())
}

/// The words of a quote, its pieces joined as the API joins them.
fn quote_text(quote: &ExtractedQuote, characters: &[char]) -> String {
    let pieces = quote.segments.iter().filter_map(|segment| characters.get(segment.start..segment.end));
    pieces.map(|piece| piece.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn shown_quote(quote: &ExtractedQuote, number: usize, characters: &[char]) -> String {
    let dim = Style::new().dimmed();
    let colour = match quote.kind {
        QuoteKind::Direct => AnsiColor::Green,
        QuoteKind::Mixed => AnsiColor::Yellow,
        QuoteKind::Indirect => AnsiColor::Blue,
    };
    let (kind, name) = (colour.on_default(), name_of(&quote.kind));
    let who = AnsiColor::Cyan.on_default().bold();
    let speaker = quote.speaker.as_ref();
    let actor = speaker.and_then(|speaker| speaker.actor.as_ref()).map_or("nobody known", SpeakerActor::name);
    let mention = speaker.and_then(|speaker| speaker.mention.as_ref());
    let mention = mention.map(|mention| format!(" ({})", mention.text)).unwrap_or_default();
    let cue = quote.cue.as_ref().map(|cue| format!(", {}", cue.text)).unwrap_or_default();
    let day = quote.said_on.map(|(date, _)| format!(", {date}")).unwrap_or_default();
    format!(
        "\n{dim}{number:>3}{dim:#} {kind}{name}{kind:#}  {who}{actor}{who:#}{mention}{cue}{day}  {dim}{:.2}{dim:#}\n    {}\n",
        quote.confidence,
        quote_text(quote, characters)
    )
}
