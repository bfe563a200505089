//! `onrecord serve`.

use std::net::TcpListener;
use std::process::ExitCode;
use std::time::Duration;

use actix_web::HttpServer;
use clap::Args;
use tokio::signal;

use super::{CommandError, SettingsFlags, start_services};
use crate::app::{self, AppParts};
use crate::openapi::examples::{Examples, StatementExample};
use crate::outgoing::Client;
use crate::services::{
    Services, changes, idempotency, imports, keys, positions, quotes, samples, search, statements, webhooks,
};
use crate::settings::{Settings, hide_password};
use crate::telemetry;

/// Start the service.
///
/// Brings the database to the schema it needs, fills an empty one with the reference data that ships with the program, and
/// says where the API, its documentation and the database are. SIGTERM and SIGINT stop it after the requests in flight.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port to listen on [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDR:PORT")]
    bind: Option<String>,

    /// Import the sample articles too, and let whoever is on this machine write without an API key.
    ///
    /// They were written for a first look: no outlet published them, and the wording of their quotations is invented.
    /// Only on a loopback address.
    #[arg(long)]
    sample: bool,

    #[command(flatten)]
    settings: SettingsFlags,
}

impl Serve {
    pub(super) fn run(&self) -> Result<ExitCode, CommandError> {
        let settings = Settings::load(&self.settings.sources(&[("server.bind", self.bind.clone())]))?;
        telemetry::start(&settings.log)?;
        actix_web::rt::System::new().block_on(self.serve(settings))
    }

    async fn serve(&self, settings: Settings) -> Result<ExitCode, CommandError> {
        // Taken before anything is written: an address in use should not leave a database behind.
        let listener = TcpListener::bind(settings.server.bind)
            .map_err(|error| format!("cannot listen on {}: {error}", settings.server.bind))?;
        let address = listener.local_addr()?;
        if self.sample && !address.ip().to_canonical().is_loopback() {
            return Err(format!(
                "--sample lets anybody who reaches the service write, so it only listens on a loopback address, and {address} \
                 is none. Either leave --bind out, or import the samples first (onrecord import --sample) and start without."
            )
            .into());
        }
        let database = hide_password(&settings.database.url);
        let services = start_services(settings.clone()).await?;
        if self.sample {
            let (new, all) = samples::import_samples(&services).await?;
            println!(
                "Samples   {all} articles, {new} of them new. Written for a first look: their quotations are invented."
            );
        }
        let to_receivers = Client::new(
            Duration::from_millis(settings.webhooks.timeout_ms),
            settings.webhooks.allow_private_addresses,
        )?;
        let sending = actix_web::rt::spawn(webhooks::send_webhooks(services.clone(), to_receivers));
        actix_web::rt::spawn(forget_what_is_old(services.clone()));
        actix_web::rt::spawn(changes::follow_changes(services.clone()));
        actix_web::rt::spawn(end_streams(services.clone()));
        let importing = actix_web::rt::spawn(imports::run_imports(services.clone()));
        let placing = actix_web::rt::spawn(statements::place_queued_quotes(services.clone()));
        actix_web::rt::spawn(search::follow(services.clone()));
        let search = about_search(&services);
        let has_writer = keys::can_anybody_write(&services).await?;
        // Without it the document has no ids that work: no reason not to start.
        let newest = quotes::find_newest_quote(&services).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "no quote can be found for the examples of the document");
            None
        });
        let shared = statements::find_shared_statement(&services).await.unwrap_or_default();
        let shared = shared.and_then(|(statement, other)| StatementExample::of(&statement, other));
        let position = positions::find_newest_position(&services).await.unwrap_or_default();
        let examples = newest.map(|quote| Examples::from(&quote).with_statement(shared).with_position(position));
        // On a thread that ends: what the documents were made of, some 20 MB, goes with it.
        let make_parts = move || match &examples {
            Some(examples) => AppParts::new(services).with_examples(examples),
            None => AppParts::new(services),
        };
        let mut parts = tokio::task::spawn_blocking(make_parts).await.map_err(|error| error.to_string())?;
        if self.sample {
            parts = parts.with_open_writing();
        }
        let mut server = HttpServer::new(move || app::build(&parts))
            .shutdown_timeout(settings.server.shutdown_timeout)
            .client_request_timeout(Duration::from_millis(settings.server.client_timeout_ms));
        if settings.server.workers > 0 {
            server = server.workers(settings.server.workers);
        }
        let server = server.listen(listener)?.run();
        println!("Docs      http://{address}/docs/   (Swagger UI)");
        println!("Explore   http://{address}/explore");
        println!("API       http://{address}/v1      (document: http://{address}/openapi.json)");
        println!("Keys      {}", self.about_keys(has_writer));
        println!("Database  {database}");
        println!("Search    {search}");
        server.await?;
        // What is being sent comes to its end, or it would be sent again. An import comes to the end of the batch that it is at:
        // another process, or the next start, goes on there.
        let longest = Duration::from_secs(settings.server.shutdown_timeout);
        let ended = tokio::join!(
            tokio::time::timeout(longest, sending),
            tokio::time::timeout(longest, importing),
            tokio::time::timeout(longest, placing)
        );
        if ended.0.is_err() {
            tracing::warn!("a request to the receiver of a webhook was cut off; it will be sent again");
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Who can write, and how somebody could.
    fn about_keys(&self, has_writer: bool) -> String {
        let create = format!("onrecord keys create --name NAME --scope admin{}", self.settings.as_typed());
        if self.sample {
            "WRITING NEEDS NO KEY: whoever is on this machine may change everything. So it is with --sample.".to_owned()
        } else if has_writer {
            "Writing needs an API key.".to_owned()
        } else {
            format!("Writing needs an API key, and there is none yet. To make one: {create}")
        }
    }
}

/// Ends the streams of changes as soon as the process is told to stop: actix, which is told the same, waits for all answers to
/// end, and these would not by themselves.
async fn end_streams(services: Services) {
    match stop_signal().await {
        Ok(()) => changes::end_streams(&services),
        Err(error) => tracing::warn!(%error, "streams of changes are cut off when the service stops"),
    }
}

#[cfg(unix)]
async fn stop_signal() -> std::io::Result<()> {
    let mut terminate = signal::unix::signal(signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn stop_signal() -> std::io::Result<()> {
    signal::ctrl_c().await
}

/// Where the search index lies.
fn about_search(services: &Services) -> String {
    match services.search.folder() {
        Some(folder) => {
            format!("{} (made from the database in the background; /readyz says how far it is)", folder.display())
        }
        None => "There is none: set search.folder to a folder of its own.".to_owned(),
    }
}

const FORGETTING_PERIOD: Duration = Duration::from_secs(3600);

/// Forgets, every hour, the answers that no `Idempotency-Key` can ask for any more, and old deliveries of webhooks.
async fn forget_what_is_old(services: Services) {
    loop {
        if let Err(error) = idempotency::forget_old_answers(&services).await {
            tracing::warn!(%error, "old idempotency keys could not be forgotten");
        }
        if let Err(error) = webhooks::forget_old_deliveries(&services).await {
            tracing::warn!(%error, "old deliveries of webhooks could not be forgotten");
        }
        tokio::time::sleep(FORGETTING_PERIOD).await;
    }
}
