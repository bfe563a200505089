//! `/explore`: a page over the public API, for people to look around with and for front-end developers to read.
//!
//! Its files lie in `explore/` and go out as they are: there is no build step. The page asks nobody but this service.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::error::{Error, Result};

const PAGE: &str = include_str!("explore/index.html");

/// What the page loads, by name. A test asks for every file that one of them names.
const FILES: [(&str, &str); 27] = [
    ("address.js", include_str!("explore/address.js")),
    ("api.js", include_str!("explore/api.js")),
    ("article.js", include_str!("explore/article.js")),
    ("chart.js", include_str!("explore/chart.js")),
    ("comparison.js", include_str!("explore/comparison.js")),
    ("days.js", include_str!("explore/days.js")),
    ("dom.js", include_str!("explore/dom.js")),
    ("empty.js", include_str!("explore/empty.js")),
    ("geometry.js", include_str!("explore/geometry.js")),
    ("graticule.js", include_str!("explore/graticule.js")),
    ("icon.svg", include_str!("explore/icon.svg")),
    ("labels.js", include_str!("explore/labels.js")),
    ("lifelines.js", include_str!("explore/lifelines.js")),
    ("main.js", include_str!("explore/main.js")),
    ("map.js", include_str!("explore/map.js")),
    ("names.js", include_str!("explore/names.js")),
    ("pointers.js", include_str!("explore/pointers.js")),
    ("positions.js", include_str!("explore/positions.js")),
    ("problem.js", include_str!("explore/problem.js")),
    ("stance.js", include_str!("explore/stance.js")),
    ("statement.js", include_str!("explore/statement.js")),
    ("status.js", include_str!("explore/status.js")),
    ("style.css", include_str!("explore/style.css")),
    ("timeline.js", include_str!("explore/timeline.js")),
    ("view.js", include_str!("explore/view.js")),
    ("zone.js", include_str!("explore/zone.js")),
    ("zones.js", include_str!("explore/zones.js")),
];

/// The page and its files. They are for people and not part of the document.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/explore").route(web::get().to(show_page)))
        // The addresses in the page are relative to `/explore`.
        .service(web::redirect("/explore/", "/explore"))
        .service(web::resource("/explore/{file}").route(web::get().to(find_file)));
}

async fn show_page() -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(PAGE)
}

async fn find_file(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse> {
    let file = FILES.iter().find(|(known, _)| *known == *name);
    let (name, text) = file.ok_or_else(|| Error::RouteNotFound { path: request.path().to_owned() })?;
    Ok(HttpResponse::Ok().content_type(media_type(name)).body(*text))
}

/// A browser runs no module, and takes no style sheet, that comes as something else.
fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "svg")) => "image/svg+xml",
        _ => "text/javascript; charset=utf-8",
    }
}
