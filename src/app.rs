//! Builds the actix app and its OpenAPI document; the server, the tests and `onrecord openapi` share it.

use std::sync::Arc;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::{App, HttpRequest, HttpResponse, web};
use futures_util::future::Either;
use tracing_actix_web::TracingLogger;
use utoipa_actix_web::{AppExt, scope};
use utoipa_swagger_ui::SwaggerUi;

use crate::error::Error;
use crate::routes::problem::{problem_response, request_id};
use crate::routes::table::RouteTable;
use crate::services::Services;
use crate::{openapi, routes};

/// What every worker builds its app from.
#[derive(Clone)]
pub struct AppParts {
    services: web::Data<Services>,
    document: serde_json::Value,
    routes: Arc<RouteTable>,
}

impl AppParts {
    /// The parts for these services.
    #[must_use]
    pub fn new(services: Services) -> Self {
        let document = openapi::document();
        let routes = Arc::new(RouteTable::of(&document));
        Self { services: web::Data::new(services), document, routes }
    }
}

/// The app: routes, documentation, and what happens around every request.
pub fn build(
    parts: &AppParts,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    let [at_the_door, at_the_end, in_answers] = [(); 3].map(|()| Arc::clone(&parts.routes));
    let max_body = parts.services.settings.server.max_body_bytes;
    let (app, _) = App::new()
        .app_data(parts.services.clone())
        .app_data(web::PayloadConfig::new(max_body))
        .into_utoipa_app()
        .service(scope::scope("/v1").configure(routes::configure))
        .configure(routes::health::configure)
        .split_for_parts();
    app.configure(routes::problems::configure)
        .service(SwaggerUi::new("/docs/{_:.*}").external_url_unchecked("/openapi.json", parts.document.clone()))
        .service(web::redirect("/", "/docs/"))
        .service(web::redirect("/docs", "/docs/"))
        .default_service(web::to(move |request: HttpRequest| {
            let error = at_the_end.nothing_here(request.path());
            async move { Err::<HttpResponse, Error>(error) }
        }))
        .wrap_fn(move |request, service| {
            let answer = match at_the_door.check_query(request.request()) {
                Ok(()) => Either::Left(service.call(request)),
                Err(error) => Either::Right(async { Ok(request.error_response(error)) }),
            };
            let routes = Arc::clone(&in_answers);
            async move { answer.await.map(|answer| explain_failure(&routes, answer)) }
        })
        .wrap(actix_web::middleware::Compress::default())
        .wrap(TracingLogger::default())
        .wrap_fn(|mut request, service| {
            // actix's routing knows GET alone; on the wire the answer to a HEAD has no body, whatever is put in it.
            if request.method() == Method::HEAD {
                request.head_mut().method = Method::GET;
            }
            service.call(request)
        })
}

/// Turns whatever failed, in a handler or in actix itself, into a problem that names the request.
fn explain_failure<B: MessageBody>(
    routes: &RouteTable,
    answer: ServiceResponse<B>,
) -> ServiceResponse<EitherBody<B, BoxBody>> {
    let (request, id) = (answer.request(), request_id(answer.request()));
    let problem = match (answer.response().error(), answer.status()) {
        (Some(error), _) => match error.as_error::<Error>() {
            Some(error) => Some(problem_response(error, id.clone())),
            None => Some(problem_response(&actix_failure(request, error), id.clone())),
        },
        // What serves `/docs` and `/openapi.json` refuses with an empty answer.
        (None, StatusCode::METHOD_NOT_ALLOWED) => {
            Some(problem_response(&routes.nothing_here(request.path()), id.clone()))
        }
        (None, StatusCode::NOT_FOUND) => {
            Some(problem_response(&Error::RouteNotFound { path: request.path().to_owned() }, id.clone()))
        }
        (None, _) => None,
    };
    let mut answer = match problem {
        Some(problem) => answer.into_response(problem).map_into_right_body(),
        None => answer.map_into_left_body(),
    };
    if let Ok(id) = header::HeaderValue::from_str(&id) {
        answer.headers_mut().insert(header::HeaderName::from_static("x-request-id"), id);
    }
    answer
}

/// What a refusal by actix itself means: a path or a body that it cannot read.
fn actix_failure(request: &HttpRequest, error: &actix_web::Error) -> Error {
    let status = error.as_response_error().status_code();
    if status == StatusCode::NOT_FOUND {
        Error::RouteNotFound { path: request.path().to_owned() }
    } else if status.is_client_error() {
        Error::MalformedBody(error.to_string())
    } else {
        Error::internal(error.to_string())
    }
}
