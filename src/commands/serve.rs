//! `onrecord serve`.

use std::net::TcpListener;
use std::process::ExitCode;
use std::time::Duration;

use actix_web::HttpServer;
use clap::Args;

use super::{CommandError, SettingsFlags, start_services};
use crate::app::{self, AppParts};
use crate::services::samples;
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

    /// Import the sample articles too.
    ///
    /// They were written for a first look: no outlet published them, and the wording of their quotations is invented.
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
        let database = hide_password(&settings.database.url);
        let services = start_services(settings.clone()).await?;
        if self.sample {
            let (new, all) = samples::import_samples(&services).await?;
            println!(
                "Samples   {all} articles, {new} of them new. Written for a first look: their quotations are invented."
            );
        }
        let parts = AppParts::new(services);
        let mut server = HttpServer::new(move || app::build(&parts))
            .shutdown_timeout(settings.server.shutdown_timeout)
            .client_request_timeout(Duration::from_millis(settings.server.client_timeout_ms));
        if settings.server.workers > 0 {
            server = server.workers(settings.server.workers);
        }
        let server = server.listen(listener)?.run();
        println!("Docs      http://{address}/docs/   (Swagger UI)");
        println!("API       http://{address}/v1      (document: http://{address}/openapi.json)");
        println!("Database  {database}");
        server.await?;
        Ok(ExitCode::SUCCESS)
    }
}
