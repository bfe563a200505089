//! Where clients reach the service, for answers whose links have to be absolute.

use std::future::{Ready, ready};

use actix_web::http::header::HOST;
use actix_web::http::uri::Authority;
use actix_web::{FromRequest, HttpRequest, dev};

use super::App;
use crate::error::Error;

/// What the addresses of this service begin with: `https://onrecord.example.org`, without a slash at its end.
///
/// That of the settings (`server.public_url`); or else plain HTTP to what the request calls this service. Whoever writes there what
/// they like get links to it themselves, and nobody else does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The absolute address of a path; the path itself where nothing says how the service is called.
    pub fn of(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl FromRequest for PublicUrl {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let of_settings = request.app_data::<App>().map(|app| app.settings.server.public_url.clone());
        let of_request = || host(request).map(|host| format!("http://{host}")).unwrap_or_default();
        ready(Ok(Self(of_settings.filter(|url| !url.is_empty()).unwrap_or_else(of_request))))
    }
}

fn host(request: &HttpRequest) -> Option<&str> {
    let of_uri = request.uri().authority().map(Authority::as_str);
    let of_header = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let is_host = |host: &&str| {
        !host.is_empty()
            && host.chars().all(|character| character.is_ascii_alphanumeric() || "-._:[]".contains(character))
    };
    of_uri.or(of_header).filter(is_host)
}
