//! `onrecord reextract`.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use indicatif::{ProgressBar, ProgressStyle};

use super::{CommandError, SettingsFlags, block_on, describe, print, start_services};
use crate::error::Error;
use crate::models::{ArticleId, ArticlesToRead, Author, Day, Edit, Instant, OutletKey, Precondition, Reextraction};
use crate::services::Services;
use crate::services::articles::find_article;
use crate::services::extractions::{list_articles_to_read, reextract_article};
use crate::telemetry;

/// Where nobody looks at a progress bar, it says how far it is after as many articles.
const REPORTED: usize = 1000;

/// Read articles again, with what the extractor knows now.
///
/// What people have corrected, accepted, rejected or added by hand stays. Each article is written as a whole, or not at all
/// where it reads as before. It may run beside the service. One that was broken off goes on with the same --read-before,
/// which it prints at its start.
#[derive(Debug, Args)]
pub struct Reextract {
    /// Only articles of this outlet: its id or slug. May be repeated.
    #[arg(long, value_name = "OUTLET")]
    outlet: Vec<OutletKey>,

    /// Only the article with this id. May be repeated.
    #[arg(long, value_name = "ID")]
    article: Vec<ArticleId>,

    /// Only articles published on this day or later.
    #[arg(long, value_name = "YYYY-MM-DD")]
    published_from: Option<Day>,

    /// Only articles published on this day or earlier.
    #[arg(long, value_name = "YYYY-MM-DD")]
    published_to: Option<Day>,

    /// Only articles that another version of the extractor has read.
    #[arg(long)]
    outdated: bool,

    /// Only articles that were last read before this moment [default: now].
    #[arg(long, value_name = "INSTANT")]
    read_before: Option<Instant>,

    /// Why you do this, in your words. It is kept with each change.
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    reason: Option<String>,

    /// Only tell what it would come to, and write nothing.
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    settings: SettingsFlags,
}

impl Reextract {
    pub(super) fn run(&self) -> Result<ExitCode, CommandError> {
        let mut settings = self.settings.load()?;
        if settings.log.filter == "info" {
            settings.log.filter = "warn".to_owned(); // the progress says it all
        }
        telemetry::start(&settings.log)?;
        block_on(async {
            let services = start_services(settings).await?;
            let read_before = self.read_before.unwrap_or_else(Instant::now);
            eprintln!("Reading articles that were last read before {read_before}.");
            if !self.dry_run {
                eprintln!("Should this be broken off, go on with --read-before {read_before}");
            }
            let (totals, progress) = (Totals::default(), progress());
            let mut run = Run { services, dry_run: self.dry_run, edit: self.edit(), totals, progress };
            run.read_all(&self.filter(read_before)).await?;
            run.progress.finish_and_clear();
            print(&run.totals.text(self.dry_run))?;
            Ok(ExitCode::SUCCESS)
        })
    }

    fn filter(&self, read_before: Instant) -> ArticlesToRead {
        ArticlesToRead {
            outlet: self.outlet.clone(),
            article: self.article.clone(),
            published_from: self.published_from,
            published_to: self.published_to,
            outdated: self.outdated,
            read_before,
        }
    }

    fn edit(&self) -> Edit {
        Edit { author: Author::command_line(), reason: self.reason.clone(), precondition: Precondition::Any }
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
struct Totals {
    articles: usize,
    /// Articles that read otherwise than before.
    different: usize,
    gained: usize,
    lost: usize,
    changed: usize,
    kept: usize,
    not_found: usize,
}

impl Totals {
    fn count(&mut self, reading: &Reextraction) {
        self.articles += 1;
        self.different += usize::from(!reading.is_empty());
        self.gained += reading.gained.len();
        self.lost += reading.lost.len();
        self.changed += reading.changed.len();
        self.kept += reading.kept;
        self.not_found += reading.not_found.len();
    }

    fn quotes(&self) -> String {
        format!("{} gained, {} lost, {} changed, {} kept", self.gained, self.lost, self.changed, self.kept)
    }

    fn text(&self, dry_run: bool) -> String {
        let reviewed = match self.not_found {
            0 => String::new(),
            count => format!("reviewed quotes that are no longer found, and stay: {count}\n"),
        };
        let written = if dry_run { "nothing was written: this was a dry run\n" } else { "" };
        format!(
            "articles: {} read, {} of them differently\nquotes: {}\n{reviewed}{written}",
            self.articles,
            self.different,
            self.quotes()
        )
    }
}

struct Run {
    services: Services,
    dry_run: bool,
    edit: Edit,
    totals: Totals,
    progress: ProgressBar,
}

impl Run {
    async fn read_all(&mut self, filter: &ArticlesToRead) -> Result<(), CommandError> {
        for id in &filter.article {
            // A mistyped id would otherwise read nothing and look well.
            find_article(&self.services, *id, &[]).await.map_err(|error| describe(&error))?;
        }
        let mut after = None;
        loop {
            let page = list_articles_to_read(&self.services, filter, after).await;
            let page = page.map_err(|error| describe(&error))?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(*last);
            for id in page {
                self.read(id).await?;
            }
        }
    }

    async fn read(&mut self, id: ArticleId) -> Result<(), CommandError> {
        match reextract_article(&self.services, id, self.dry_run, &self.edit).await {
            Ok(reading) => self.totals.count(&reading),
            Err(Error::NotFound { .. }) => return Ok(()), // deleted since the page was read
            Err(error) => return Err(format!("article {id}: {}", describe(&error)).into()),
        }
        self.progress.set_message(self.totals.quotes());
        self.progress.inc(1);
        if !std::io::stderr().is_terminal() && self.totals.articles.is_multiple_of(REPORTED) {
            eprintln!("{} articles: {}", self.totals.articles, self.totals.quotes());
        }
        Ok(())
    }
}
