//! `onrecord keys`.

use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};

use super::{CommandError, SettingsFlags, block_on, print, start_services};
use crate::models::{ApiKey, ApiKeyFilter, Author, Instant, NewApiKey, Scope, name_of};
use crate::pagination::PageRequest;
use crate::services::{Services, keys};
use crate::telemetry;

/// Make, list and revoke API keys.
///
/// Whoever can reach the database needs no key for this.
#[derive(Debug, Args)]
pub struct Keys {
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    Create(Create),
    List(List),
    Revoke(Revoke),
}

/// Make a key and print it, this once: only a hash of it is kept.
#[derive(Debug, Args)]
struct Create {
    /// What it is for, or who gets it; what is written with it bears this name.
    #[arg(long)]
    name: String,

    /// What it may do; each includes those before it.
    #[arg(long, value_parser = PossibleValuesParser::new(["read", "review", "write", "admin"]).try_map(|name| name.parse::<Scope>()))]
    scope: Scope,

    /// When it expires, from now: 90d, 12w or 1y. Never, where this is left out.
    #[arg(long, value_name = "TIME", value_parser = days)]
    expires: Option<u32>,

    #[command(flatten)]
    settings: SettingsFlags,
}

/// List the keys, the newest first: how each begins, what it may do, when it was used.
#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    settings: SettingsFlags,
}

/// Revoke a key, at once and for good.
#[derive(Debug, Args)]
struct Revoke {
    /// Its id, or how it begins (onr_1f0c4b7a), as `keys list` shows them.
    #[arg(value_name = "KEY")]
    key: String,

    #[command(flatten)]
    settings: SettingsFlags,
}

impl Keys {
    pub(super) fn run(&self) -> Result<ExitCode, CommandError> {
        match &self.command {
            KeysCommand::Create(create) => create.settings.on_services(async |services| create.run(&services).await),
            KeysCommand::List(list) => list.settings.on_services(async |services| print_keys(&services).await),
            KeysCommand::Revoke(revoke) => revoke.settings.on_services(async |services| revoke.run(&services).await),
        }
    }
}

impl SettingsFlags {
    /// Runs a command that says all it has to say by itself.
    fn on_services(
        &self,
        command: impl AsyncFnOnce(Services) -> Result<(), CommandError>,
    ) -> Result<ExitCode, CommandError> {
        let mut settings = self.load()?;
        if settings.log.filter == "info" {
            settings.log.filter = "warn".to_owned();
        }
        telemetry::start(&settings.log)?;
        block_on(async { command(start_services(settings).await?).await })?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Create {
    async fn run(&self, services: &Services) -> Result<(), CommandError> {
        let new = NewApiKey { name: self.name.clone(), scope: self.scope, expires_in_days: self.expires };
        let issued = keys::create_key(services, new, &Author::command_line()).await?;
        let key = &issued.key;
        let end = key.expires_at.map_or_else(|| "it never expires".to_owned(), |at| format!("it expires at {at}"));
        // The key alone on standard output, for scripts.
        anstream::eprintln!("Key `{}` of the scope {}; {end}. It is shown this once:", key.name, name_of(&key.scope));
        print(&format!("{}\n", issued.text))?;
        anstream::eprintln!(
            "Send it as `Authorization: Bearer …`. To take it back: onrecord keys revoke {}",
            key.prefix
        );
        Ok(())
    }
}

impl Revoke {
    async fn run(&self, services: &Services) -> Result<(), CommandError> {
        let id = match self.key.parse() {
            Ok(id) => id,
            Err(_) => keys::find_key_by_prefix(services, &self.key).await?.id,
        };
        let key = keys::revoke_key(services, id, &Author::command_line()).await?;
        print(&format!("{} `{}` is revoked.\n", key.prefix, key.name))
    }
}

async fn print_keys(services: &Services) -> Result<(), CommandError> {
    let filter = ApiKeyFilter::default();
    let mut rows = vec![["KEY", "SCOPE", "STATE", "LAST USED", "NAME", "ID"].map(str::to_owned)];
    let mut cursor: Option<String> = None;
    loop {
        let page = PageRequest::new(200, cursor.as_deref(), &filter)?;
        let page = keys::list_keys(services, &filter, &page).await?;
        rows.extend(page.data.iter().map(row));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    if rows.len() == 1 {
        return print("There are no keys. To make one: onrecord keys create --name NAME --scope SCOPE\n");
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: [usize; 6] = std::array::from_fn(width);
    let line = |row: &[String; 6]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        format!("{}\n", line.trim_end())
    };
    print(&rows.iter().map(line).collect::<String>())
}

fn row(key: &ApiKey) -> [String; 6] {
    let state = match (key.revoked_at, key.expires_at) {
        (Some(_), _) => "revoked".to_owned(),
        (None, Some(at)) if at <= Instant::now() => "expired".to_owned(),
        (None, Some(at)) => format!("until {}", at.day()),
        (None, None) => "active".to_owned(),
    };
    let used = key.last_used_at.map_or_else(|| "never".to_owned(), |at| at.day().to_string());
    [key.prefix.clone(), name_of(&key.scope), state, used, key.name.clone(), key.id.to_string()]
}

/// The days of `90d`, `12w` or `1y`.
fn days(text: &str) -> Result<u32, String> {
    let number = |unit: &str| text.strip_suffix(unit).and_then(|number| number.parse::<u32>().ok());
    let days = match (number("d"), number("w"), number("y")) {
        (Some(days), _, _) => Some(days),
        (_, Some(weeks), _) => weeks.checked_mul(7),
        (_, _, Some(years)) => years.checked_mul(365),
        _ => None,
    };
    days.filter(|days| (1..=NewApiKey::LONGEST_DAYS).contains(days))
        .ok_or_else(|| format!("write days (90d), weeks (12w) or years (1y), {} days at most", NewApiKey::LONGEST_DAYS))
}

#[cfg(test)]
mod tests {
    use super::days;

    #[test]
    fn a_time_is_days_weeks_or_years() {
        assert_eq!((days("90d"), days("12w"), days("1y"), days("10y")), (Ok(90), Ok(84), Ok(365), Ok(3650)));
        for wrong in ["", "90", "d", "0d", "-1d", "1.5d", "11y", "3651d", "4294967295w", "90 d", "90h", "soon"] {
            assert!(days(wrong).is_err(), "{wrong}");
        }
    }
}
