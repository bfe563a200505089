//! The services of a request that reads.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use utoipa::IntoParams;

use super::App;
use crate::error::{Error, Result};
use crate::models::{Day, FieldError, Instant};
use crate::services::Services;

/// For `routes/lists.rs`, whose filters know nothing of it.
pub(super) const AS_OF: &str = "as_of";

/// What is read may be what was known before.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the parameter; `as_of` reads it")]
pub struct AsOf {
    /// Reads what was known at this instant, such as `2026-03-01T09:30:00Z` (RFC 3339); not in the future.
    as_of: Option<Instant>,
}

/// For `routes/lists.rs`, too.
pub(super) const VALID_AT: &str = "valid_at";

/// What is read may be how it stood on another day.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, names("valid_at"))]
pub struct ValidAt(
    /// Tells how things stood on this day, by what is known now, or was known at `as_of`: `status` is the one of that day, and a
    /// zone that had not even been proposed by then is not there. A day that is known to the month or year counts from its first,
    /// one that is contested from the earliest.
    #[param(example = "2017-05-07")]
    pub Option<Day>,
);

impl FromRequest for ValidAt {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(valid_at(request.query_string()).map(Self))
    }
}

/// The day that a query asks for.
///
/// # Errors
/// [`Error::InvalidQuery`] where it is none.
pub(super) fn valid_at(query: &str) -> Result<Option<Day>> {
    let pairs: Vec<(String, String)> = serde_html_form::from_str(query).unwrap_or_default();
    let mut values = pairs.into_iter().filter(|(name, _)| name == VALID_AT).map(|(_, value)| value);
    let Some(value) = values.next() else { return Ok(None) };
    let refuse = |detail: String| Error::InvalidQuery(vec![FieldError::parameter(VALID_AT, detail)]);
    if values.next().is_some() {
        return Err(refuse("must be given once".to_owned()));
    }
    value.parse::<Day>().map(Some).map_err(|error| refuse(error.to_string()))
}

/// The instant that a query asks for.
///
/// # Errors
/// [`Error::InvalidQuery`] where it is none.
pub(super) fn as_of(query: &str) -> Result<Option<Instant>> {
    let pairs: Vec<(String, String)> = serde_html_form::from_str(query).unwrap_or_default();
    let mut values = pairs.into_iter().filter(|(name, _)| name == AS_OF).map(|(_, value)| value);
    let Some(value) = values.next() else { return Ok(None) };
    let refuse = |detail: String| Err(Error::InvalidQuery(vec![FieldError::parameter(AS_OF, detail)]));
    if values.next().is_some() {
        return refuse("must be given once".to_owned());
    }
    match value.parse::<Instant>() {
        Ok(instant) => Ok(Some(instant)),
        // In a query `+` stands for a space.
        Err(error) if value.contains(' ') => refuse(format!("{error}, the plus of an offset as %2B")),
        Err(error) => refuse(error.to_string()),
    }
}

/// Beside a request whose answer follows from the request and the data, and from nothing else: while neither changes, it is the
/// same. [`Reading`] puts it there.
#[derive(Debug, Clone, Copy)]
pub struct OfDataAlone;

/// The services, as a handler takes them whose answer [follows from the data alone](OfDataAlone): they read what was known at the
/// instant `as_of`, and what is known now where the operation has no such parameter.
pub struct Reading(Services);

impl Deref for Reading {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.0
    }
}

impl FromRequest for Reading {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let services = request.app_data::<App>().ok_or_else(|| Error::internal("the app has no services"));
        request.extensions_mut().insert(OfDataAlone);
        let reading = services.and_then(|services| services.as_of(as_of(request.query_string())?));
        ready(reading.map(Self))
    }
}
