//! The author of a write, as a handler takes it.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use crate::error::{Error, Result};
use crate::models::Author;

/// Who sent the request.
impl FromRequest for Author {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(author_of(request))
    }
}

/// Who sent a request.
pub(super) fn author_of(request: &HttpRequest) -> Result<Author> {
    // `middleware/access.rs` says who it is before any handler runs.
    let author = request.extensions().get::<Author>().cloned();
    author.ok_or_else(|| Error::internal("a handler was reached past the check of access"))
}
