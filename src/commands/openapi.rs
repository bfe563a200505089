//! `onrecord openapi`.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::{CommandError, print};
use crate::openapi::{self, version_3_0};

/// Print the OpenAPI document of the API.
#[derive(Debug, Args)]
pub struct Openapi {
    /// The version of the OpenAPI specification. The service itself gives 3.1; some generators read only 3.0.
    #[arg(long, value_enum, default_value_t)]
    version: Version,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Version {
    /// OpenAPI 3.0.3.
    #[value(name = "3.0")]
    V3_0,
    /// OpenAPI 3.1.0.
    #[default]
    #[value(name = "3.1")]
    V3_1,
}

impl Openapi {
    pub(super) fn run(&self) -> Result<ExitCode, CommandError> {
        let document = match self.version {
            Version::V3_0 => version_3_0::render(openapi::document()),
            Version::V3_1 => openapi::document(),
        };
        print(&openapi::text(&document))?;
        Ok(ExitCode::SUCCESS)
    }
}
