//! `/problems/{code}`: what an error means and what to do about it, for people.

use actix_web::{HttpResponse, web};

use crate::error::{CODES, Error};
use crate::models::name_of;

/// The pages that the `type` of a problem leads to. They are for people and not part of the document.
pub fn configure(config: &mut web::ServiceConfig) {
    config.service(web::resource("/problems/{code}").route(web::get().to(explain_problem)));
}

async fn explain_problem(code: web::Path<String>) -> Result<HttpResponse, Error> {
    let info = CODES
        .iter()
        .find(|info| name_of(&info.code) == *code)
        .ok_or_else(|| Error::NotFound { resource: "error code", key: code.into_inner() })?;
    let name = name_of(&info.code);
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(format!(
        "{name} ({status})\n\n{title}.\n{advice}\n",
        status = info.status,
        title = info.title,
        advice = info.advice
    )))
}
