//! `/problems` and `/problems/{code}`: what an error means and what to do about it, as a page, as text or as JSON.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::accept::{Offer, choose};
use crate::error::{CODES, CodeInfo, Error, ErrorCode};
use crate::models::name_of;

/// The pages that the `type` of a problem leads to. They are for people and not part of the document.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/problems").route(web::get().to(list_problems)))
        .service(web::resource("/problems/{code}").route(web::get().to(explain_problem)));
}

/// A row of the table of codes.
#[derive(Serialize)]
struct Explanation {
    /// Where this stands; the `type` of the problems that have the code.
    #[serde(rename = "type")]
    kind: String,
    code: ErrorCode,
    status: u16,
    title: &'static str,
    advice: &'static str,
}

impl From<&CodeInfo> for Explanation {
    fn from(info: &CodeInfo) -> Self {
        let kind = format!("/problems/{}", name_of(&info.code));
        Self { kind, code: info.code, status: info.status, title: info.title, advice: info.advice }
    }
}

async fn list_problems(request: HttpRequest) -> Result<HttpResponse, Error> {
    let all: Vec<Explanation> = CODES.iter().map(Explanation::from).collect();
    let line = |it: &Explanation| format!("{} ({}): {}\n", name_of(&it.code), it.status, it.title);
    let item = |it: &Explanation| {
        format!("<li><a href=\"{}\">{}</a> ({}): {}</li>\n", it.kind, name_of(&it.code), it.status, escaped(it.title))
    };
    let list: String = all.iter().map(item).collect();
    negotiated(&request, &all, || all.iter().map(line).collect(), || page("Errors", &format!("<ul>\n{list}</ul>")))
}

async fn explain_problem(request: HttpRequest, code: web::Path<String>) -> Result<HttpResponse, Error> {
    let info = CODES
        .iter()
        .find(|info| name_of(&info.code) == *code)
        .ok_or_else(|| Error::NotFound { resource: "error code", key: code.into_inner() })?;
    let it = Explanation::from(info);
    let name = name_of(&it.code);
    let text = || format!("{name} ({})\n\n{}.\n{}\n", it.status, it.title, it.advice);
    let body = format!(
        "<p><strong>{}.</strong> (HTTP {})</p>\n<p>{}</p>\n<p><a href=\"/problems\">All errors</a> · <a href=\"/docs/\">API</a></p>",
        escaped(it.title),
        it.status,
        escaped(it.advice)
    );
    negotiated(&request, &it, text, || page(&name, &body))
}

/// As text where the client wants nothing in particular, which is what curl shows best.
fn negotiated(
    request: &HttpRequest,
    value: &impl Serialize,
    text: impl Fn() -> String,
    html: impl Fn() -> String,
) -> Result<HttpResponse, Error> {
    let offers = ["text/plain", "text/html", "application/json"].map(Offer::of);
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::VARY, "accept"));
    match choose(request, &offers) {
        Some(0) => Ok(answer.content_type("text/plain; charset=utf-8").body(text())),
        Some(1) => Ok(answer.content_type("text/html; charset=utf-8").body(html())),
        Some(_) => Ok(answer.json(value)),
        None => Err(Error::NotAcceptable { offered: "text/plain, text/html or application/json".to_owned() }),
    }
}

fn page(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title} - Onrecord</title></head>\n\
         <body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
