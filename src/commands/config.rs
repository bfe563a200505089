//! `onrecord config`.

use std::process::ExitCode;

use clap::Args;

use super::{CommandError, SettingsFlags, print};
use crate::settings::{EffectiveSetting, Settings};

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
        let line = |setting: EffectiveSetting| {
            format!("{:key_width$}  {:value_width$}  {}\n", setting.key, setting.value, setting.source)
        };
        print(&settings.into_iter().map(line).collect::<String>())?;
        Ok(ExitCode::SUCCESS)
    }
}
