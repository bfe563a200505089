//! `onrecord export`.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{CommandError, SettingsFlags, block_on, describe, start_services};
use crate::models::ExportFormat;
use crate::services::exports::{Exported, prepare_export};
use crate::telemetry;

/// Write the whole instance as lines of JSON.
///
/// In the interchange format, which `onrecord import` reads on either database: outlets, actors, zones, agreements, and articles with
/// their texts and quotes. It shows one state and may run beside the service. What is not in it: revisions, deletions, the log of
/// changes, and keys.
#[derive(Debug, Args)]
pub struct Export {
    /// The file to write, which must not be there yet; standard output where it is left out.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,

    #[command(flatten)]
    settings: SettingsFlags,
}

impl Export {
    pub(super) fn run(&self) -> Result<ExitCode, CommandError> {
        let mut settings = self.settings.load()?;
        if settings.log.filter == "info" {
            settings.log.filter = "warn".to_owned(); // standard output is for the export
        }
        telemetry::start(&settings.log)?;
        block_on(async {
            let services = start_services(settings).await?;
            let place = |error: std::io::Error| match &self.file {
                Some(path) => format!("{}: {error}", path.display()),
                None => format!("standard output: {error}"),
            };
            let mut output: Box<dyn Write> = match &self.file {
                Some(path) => Box::new(BufWriter::new(File::create_new(path).map_err(place)?)),
                None if std::io::stdout().is_terminal() => Box::new(std::io::stdout()),
                None => Box::new(BufWriter::new(std::io::stdout())),
            };
            let (export, mut pieces) = prepare_export(&services, Exported::Everything, ExportFormat::Ndjson);
            let write = async {
                while let Some(piece) = pieces.recv().await {
                    let piece = piece.map_err(|error| describe(&error))?;
                    output.write_all(&piece).map_err(place)?;
                }
                output.flush().map_err(place)
            };
            let ((), written) = tokio::join!(export.run(), write);
            written?;
            Ok(ExitCode::SUCCESS)
        })
    }
}
