//! The command line.

use std::process::ExitCode;

use clap::Parser;
use onrecord::commands::{CommandLine, run};

fn main() -> ExitCode {
    match run(CommandLine::parse()) {
        Ok(code) => code,
        Err(error) => {
            anstream::eprintln!("onrecord: {error}");
            ExitCode::FAILURE
        }
    }
}
