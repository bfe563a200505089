//! `onrecord reindex`.

use std::process::ExitCode;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::{CommandError, SettingsFlags, block_on, describe, print, start_services};
use crate::services::search;
use crate::telemetry;

/// Make the search index anew from the database.
///
/// Never needed to keep it right: the service makes it by itself where it is missing, broken or of an older format. It must not
/// be running meanwhile on the same search.folder.
#[derive(Debug, Args)]
pub struct Reindex {
    #[command(flatten)]
    settings: SettingsFlags,
}

impl Reindex {
    pub(super) fn run(&self) -> Result<ExitCode, CommandError> {
        let settings = self.settings.load()?;
        telemetry::start(&settings.log)?;
        let folder = settings.search_folder().ok_or("there is no search index: set search.folder")?;
        block_on(async {
            let services = start_services(settings).await?;
            let bar = ProgressBar::new(0).with_style(ProgressStyle::with_template("{bar:40} {pos} of {len} articles")?);
            let built = search::build_anew(&services, |done, total| {
                bar.set_length(total);
                bar.set_position(done);
            });
            let documents = built.await.map_err(|error| describe(&error))?;
            bar.finish_and_clear();
            print(&format!("{documents} articles and quotes can be searched: {}\n", folder.display()))?;
            Ok(ExitCode::SUCCESS)
        })
    }
}
