//! The command line.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;
use onrecord::commands::{CommandLine, run};

/// Reading texts and answering requests make many small strings; this allocator is the quicker one at that.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match run(CommandLine::parse()) {
        Ok(code) => code,
        Err(error) => {
            anstream::eprintln!("onrecord: {error}");
            ExitCode::FAILURE
        }
    }
}
