//! What happens around every request, before its handler and after: one file a concern. `app.rs` puts them in order.

pub mod access;
mod address;
pub mod checks;
pub mod conditional;
pub mod cors;
pub mod finish;
pub mod idempotency;
pub mod identity;
pub mod kept;
mod limits;
pub mod load;
pub mod merged;
pub mod sparse;

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::routes::table::RouteTable;
use crate::settings::Settings;

/// What every middleware knows. One for all workers: the bound on requests in flight is one number.
pub struct Surroundings {
    /// The paths that there are, and what can be done there.
    pub routes: RouteTable,
    /// The settings in force.
    pub settings: Arc<Settings>,
    /// A permit a request in flight.
    pub in_flight: Arc<Semaphore>,
    /// A permit a KiB of the bodies of these requests.
    pub bodies: Arc<Semaphore>,
}

impl Surroundings {
    /// For a service with these routes and settings.
    #[must_use]
    pub fn new(routes: RouteTable, settings: Arc<Settings>) -> Self {
        let in_flight = Arc::new(Semaphore::new(settings.server.max_in_flight.min(Semaphore::MAX_PERMITS)));
        let bodies = settings.server.max_body_bytes_in_flight.div_ceil(1024).min(Semaphore::MAX_PERMITS);
        Self { routes, settings, in_flight, bodies: Arc::new(Semaphore::new(bodies)) }
    }
}

/// The probes: their answers are of the moment, and nothing may stand before `/healthz`.
fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/metrics")
}
