//! What the program does from a shell; one file a subcommand.

mod config;
mod export;
mod extract;
mod import;
mod keys;
mod openapi;
mod reextract;
mod reindex;
mod serve;

use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::services::Services;
use crate::settings::{Settings, Sources, hide_password};

/// What a command can fail with: a message for the person at the shell.
pub type CommandError = Box<dyn std::error::Error + Send + Sync>;

/// Who said what about which zone, when, and who reported it?
///
/// Onrecord reads raw news articles and gives articles, quotes, actors and zones as linked resources over HTTP, every quote
/// with its speaker and the exact characters it was read from.
///
/// To try it: `onrecord serve --sample`, then open the address that it prints.
#[derive(Debug, Parser)]
#[command(name = "onrecord", version, max_term_width = 100)]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Import(import::Import),
    Extract(extract::Extract),
    Export(export::Export),
    Reextract(reextract::Reextract),
    Keys(keys::Keys),
    Reindex(reindex::Reindex),
    Openapi(openapi::Openapi),
    Config(config::ShowConfig),
}

/// Settings that any command takes; they win over the environment and the settings file.
#[derive(Debug, Args)]
struct SettingsFlags {
    /// A settings file in place of onrecord.toml in the working folder.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// The database: sqlite://PATH (sqlite:///PATH is absolute) or postgres://USER:PASSWORD@HOST/DATABASE.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

impl SettingsFlags {
    fn sources(&self, more: &[(&'static str, Option<String>)]) -> Sources {
        let database = [("database.url", self.database.clone())];
        let flags = database.iter().chain(more).filter_map(|(key, value)| value.clone().map(|value| (*key, value)));
        Sources::of_process(self.config.clone(), flags.collect())
    }

    /// The same flags for another command, passwords hidden.
    fn as_typed(&self) -> String {
        let config = self.config.as_ref().map(|path| format!(" --config {}", path.display()));
        let database = self.database.as_ref().map(|url| format!(" --database {}", hide_password(url)));
        [config, database].into_iter().flatten().collect()
    }

    fn load(&self) -> Result<Settings, CommandError> {
        Ok(Settings::load(&self.sources(&[]))?)
    }
}

/// Runs the command that the shell asks for.
///
/// # Errors
/// A message for the person at the shell.
pub fn run(command_line: CommandLine) -> Result<ExitCode, CommandError> {
    match command_line.command {
        Command::Serve(serve) => serve.run(),
        Command::Import(import) => import.run(),
        Command::Extract(extract) => extract.run(),
        Command::Export(export) => export.run(),
        Command::Reextract(reextract) => reextract.run(),
        Command::Keys(keys) => keys.run(),
        Command::Reindex(reindex) => reindex.run(),
        Command::Openapi(openapi) => openapi.run(),
        Command::Config(config) => config.run(),
    }
}

/// Writes to standard output, without colours where nobody would see them.
fn print(text: &str) -> Result<(), CommandError> {
    write_to(anstream::stdout(), text)
}

/// Writes to standard output what has no colours, as it is.
fn print_data(text: &str) -> Result<(), CommandError> {
    write_to(std::io::stdout().lock(), text)
}

/// A reader that stops reading (`… | head`) ends the program, and is no error.
fn write_to(mut output: impl Write, text: &str) -> Result<(), CommandError> {
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        written => Ok(written?),
    }
}

/// Waits for a future on a runtime of its own.
fn block_on<T>(future: impl Future<Output = Result<T, CommandError>>) -> Result<T, CommandError> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(future)
}

/// The services on the database that the settings name.
async fn start_services(settings: Settings) -> Result<Services, CommandError> {
    let database = hide_password(&settings.database.url);
    let services = Services::start(settings).await;
    services.map_err(|error| format!("cannot use the database {database}: {}", describe(&error)).into())
}

/// An error with all that caused it.
fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
