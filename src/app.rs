//! Builds the actix app and its OpenAPI document; the server, the tests and `onrecord openapi` share it.

use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::ContentType;
use actix_web::middleware::{Compress, Condition, from_fn};
use actix_web::{App, HttpMessage, HttpRequest, HttpResponse, web};
use tracing_actix_web::TracingLogger;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::error::Error;
use crate::middleware::Surroundings;
use crate::middleware::access::{Access, check_access};
use crate::middleware::checks::check_request;
use crate::middleware::conditional::{answer_conditionally, tag};
use crate::middleware::cors::cors;
use crate::middleware::finish::finish;
use crate::middleware::idempotency::answer_once;
use crate::middleware::identity::RequestSpan;
use crate::middleware::kept::{KeptAnswers, keep_answers};
use crate::middleware::load::bound_load;
use crate::middleware::merged::follow_merges;
use crate::middleware::sparse::keep_fields;
use crate::openapi::examples::Examples;
use crate::openapi::{self, Reading};
use crate::routes::ogc::ApiDefinition;
use crate::routes::table::RouteTable;
use crate::routes::{self, HeadOnly};
use crate::services::Services;

/// Where the OpenAPI document stands.
const DOCUMENT: &str = "/openapi.json";

/// What every worker builds its app from.
#[derive(Clone)]
pub struct AppParts {
    services: web::Data<Services>,
    surroundings: web::Data<Surroundings>,
    access: web::Data<Access>,
    kept: web::Data<KeptAnswers>,
    features: web::Data<ApiDefinition>,
    /// As it is sent: a tree of it for each worker would take megabytes.
    document: web::Bytes,
}

impl AppParts {
    /// The parts for these services.
    #[must_use]
    pub fn new(services: Services) -> Self {
        let document = openapi::document_where(reading_of(&services));
        // What an operation needs stands only in the document of a service on which each needs something.
        let routes = RouteTable::of(&openapi::document_where(Reading::NeedsKey));
        let access = web::Data::new(Access::new(&services.settings.limits, false));
        let surroundings = web::Data::new(Surroundings::new(routes, Arc::clone(&services.settings)));
        let kept = web::Data::new(KeptAnswers::new(services.settings.server.max_kept_bytes));
        let features = web::Data::new(ApiDefinition(openapi::features::render(&document)));
        let document = document.to_string().into();
        Self { services: web::Data::new(services), surroundings, access, kept, features, document }
    }

    /// The same, but whoever is on this machine may write without a key.
    #[must_use]
    pub fn with_open_writing(self) -> Self {
        Self { access: web::Data::new(Access::new(&self.services.settings.limits, true)), ..self }
    }

    /// The same, but the document that the service gives names these where it asks for an id, so that whoever tries an
    /// operation in Swagger UI finds something.
    #[must_use]
    pub fn with_examples(self, examples: &Examples) -> Self {
        let mut document = openapi::document_where(reading_of(&self.services));
        examples.put_into(&mut document);
        Self { document: document.to_string().into(), ..self }
    }
}

/// Who may read.
fn reading_of(services: &Services) -> Reading {
    if services.settings.access.public_read { Reading::Open } else { Reading::NeedsKey }
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
    let settings = &parts.services.settings;
    let surroundings = parts.surroundings.clone();
    let document = parts.document.clone();
    // The last is the outermost: a request goes through them from the bottom to the top, its answer back.
    App::new()
        .app_data(parts.services.clone())
        .app_data(parts.surroundings.clone())
        .app_data(parts.access.clone())
        .app_data(parts.kept.clone())
        .app_data(parts.features.clone())
        .app_data(web::PayloadConfig::new(settings.server.max_body_bytes))
        .service(web::scope("/v1").configure(routes::configure))
        .configure(routes::ogc::configure)
        .configure(routes::health::configure)
        .configure(routes::problems::configure)
        .configure(routes::explore::configure)
        .route(
            DOCUMENT,
            web::get().to(move || {
                let answer = HttpResponse::Ok().content_type(ContentType::json()).body(document.clone());
                async { answer }
            }),
        )
        .service(SwaggerUi::new("/docs/{_:.*}").config(swagger_ui()))
        .route("/ogc/", web::get().to(routes::ogc::landing_page))
        .service(web::redirect("/", "/docs/"))
        .service(web::redirect("/docs", "/docs/"))
        .default_service(web::to(move |request: HttpRequest| {
            let error = surroundings.routes.nothing_here(request.path());
            async move { Err::<HttpResponse, Error>(error) }
        }))
        .wrap(from_fn(follow_merges))
        .wrap(from_fn(answer_once))
        .wrap(from_fn(keep_fields))
        .wrap(from_fn(check_request))
        .wrap(from_fn(tag))
        .wrap(Compress::default())
        .wrap(from_fn(keep_answers))
        .wrap(from_fn(answer_conditionally))
        .wrap(from_fn(check_access))
        .wrap(from_fn(bound_load))
        .wrap(Condition::new(!settings.cors.allowed_origins.is_empty(), cors(&settings.cors)))
        .wrap(from_fn(finish))
        .wrap(TracingLogger::<RequestSpan>::new())
        .wrap_fn(|mut request, service| {
            // actix's routing knows GET alone; on the wire the answer to a HEAD has no body, whatever is put in it.
            if request.method() == Method::HEAD {
                request.head_mut().method = Method::GET;
                request.extensions_mut().insert(HeadOnly);
            }
            service.call(request)
        })
}

/// How Swagger UI behaves.
fn swagger_ui() -> Config<'static> {
    Config::from(DOCUMENT)
        // A key is entered once for this browser, not once for each load of the page.
        .persist_authorization(true)
        .try_it_out_enabled(true)
        .deep_linking(true)
        .display_request_duration(true)
        // Or it asks a validator on the internet about the document, unless the service is on a loopback address.
        .validator_url("none")
}
