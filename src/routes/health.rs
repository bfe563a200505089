//! `/healthz` and `/readyz`: probes.

use actix_web::{HttpResponse, get};
use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use super::problem::ServerProblems;
use super::registry::Registry;
use crate::error::Result;
use crate::models::IndexProgress;
use crate::services::health;

/// The routes of this file.
pub fn configure(config: &mut impl Registry) {
    config.service(check_liveness).service(check_readiness);
}

/// That the service is up.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`; anything else is a problem.
    #[schema(example = "ok")]
    pub status: &'static str,
    /// The version of the program.
    #[schema(example = "0.1.0")]
    pub version: &'static str,
}

/// That requests can be answered, and how far the search index is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    /// Always `ok`; anything else is a problem.
    #[schema(example = "ok")]
    pub status: &'static str,
    /// The version of the program.
    #[schema(example = "0.1.0")]
    pub version: &'static str,
    /// Everything but search is there while it is being made.
    pub search: IndexProgress,
    /// Quotes of imports are put into statements behind them.
    pub statements: StatementProgress,
}

/// How far quotes are put into statements.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementProgress {
    /// How many articles have quotes that are in no statement yet, and of which positions are still to be read.
    #[schema(minimum = 0, example = 0)]
    pub articles_waiting: i64,
}

/// Says that the process is alive.
#[utoipa::path(
    tag = "health",
    operation_id = "check_liveness",
    security(()),
    responses((status = 200, description = "The process is alive.", body = Health))
)]
#[get("/healthz")]
async fn check_liveness() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

/// Says whether requests can be answered.
///
/// 200 once the database is there and migrated, 503 where it cannot be reached. `search` says how far the search index
/// is, `statements` how far the quotes of imports are: in statements, and read for positions.
#[utoipa::path(
    tag = "health",
    operation_id = "check_readiness",
    security(()),
    responses((status = 200, description = "Requests can be answered.", body = Readiness), ServerProblems)
)]
#[get("/readyz")]
async fn check_readiness(app: App) -> Result<HttpResponse> {
    let (search, articles_waiting) = health::check_readiness(&app).await?;
    let statements = StatementProgress { articles_waiting };
    Ok(HttpResponse::Ok().json(Readiness { status: "ok", version: env!("CARGO_PKG_VERSION"), search, statements }))
}
