//! The services of a creating request.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::App;
use crate::error::{Error, Result};
use crate::models::Idempotency;
use crate::services::Services;

/// The services, as a handler takes them that creates something: they know under which `Idempotency-Key` it does.
pub struct Creating(Services);

impl Deref for Creating {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.0
    }
}

impl FromRequest for Creating {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let attempt = request.extensions().get::<Idempotency>().cloned();
        let services = request.app_data::<App>().ok_or_else(|| Error::internal("the app has no services"));
        ready(services.map(|services| Self(services.for_attempt(attempt))))
    }
}
