//! `onrecord openapi`.

use std::process::ExitCode;

use clap::Args;

use super::{CommandError, print};
use crate::openapi;

/// Print the OpenAPI 3.1 document of the API.
#[derive(Debug, Args)]
pub struct Openapi {}

impl Openapi {
    pub(super) fn run(&self) -> Result<ExitCode, CommandError> {
        print(&openapi::document_text())?;
        Ok(ExitCode::SUCCESS)
    }
}
