//! `onrecord config`.

use std::process::ExitCode;

use clap::Args;

use super::{CommandError, SettingsFlags};
use crate::settings::Settings;

/// Print the settings in force, secrets hidden, and where each came from.
#[derive(Debug, Args)]
pub struct ShowConfig {
    #[command(flatten)]
    settings: SettingsFlags,
}

impl ShowConfig {
    pub(super) fn run(&self) -> Result<ExitCode, CommandError> {
        let settings = Settings::effective(&self.settings.sources(&[]))?;
        let key_width = settings.iter().map(|setting| setting.key.len()).max().unwrap_or_default();
        let value_width = settings.iter().map(|setting| setting.value.len()).max().unwrap_or_default();
        for setting in settings {
            println!("{:key_width$}  {:value_width$}  {}", setting.key, setting.value, setting.source);
        }
        Ok(ExitCode::SUCCESS)
    }
}
