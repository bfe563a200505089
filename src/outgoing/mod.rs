//! Requests to other machines: each is one POST, over a connection of its own, to an address that was looked at first.
//!
//! Whoever may say where the service sends something must not reach through it what only the service reaches: its own
//! machine, its network, the metadata of a cloud. So the addresses of a name are looked up once, those that are not public are
//! left out, and the connection goes to one of the others, not to the name. Redirects are not followed, proxies not used.

mod addresses;

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

pub use addresses::{is_public, refused_host};

/// Addresses of one name that are tried at most.
const MOST_ADDRESSES: usize = 4;
/// The longest head of an answer that is read, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;

/// The addresses of a name, found in time.
pub type Addresses = Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>>;
/// How the addresses of a name and a port are found.
pub type LookUp = Arc<dyn Fn(String, u16) -> Addresses + Send + Sync>;

/// Sends requests to other machines.
#[derive(Clone)]
pub struct Client {
    tls: TlsConnector,
    look_up: LookUp,
    allow_private: bool,
    timeout: Duration,
}

/// What of an answer is looked at; its body is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// After how long the other side wants to be asked again.
    pub retry_after: Option<Duration>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The address cannot be used at all.
    #[error("nothing can be sent to this address")]
    Unusable,
    /// The name has no address.
    #[error("its name could not be resolved")]
    Unresolved,
    /// All that the name has are addresses to which nothing is sent.
    #[error("refused: its name leads to {0}, a private, local or reserved address")]
    Refused(IpAddr),
    /// None of the addresses takes a connection.
    #[error("no connection could be made")]
    Unreachable,
    /// The other side could not prove who it is, or speaks no TLS.
    #[error("no trusted TLS connection could be made")]
    Untrusted,
    /// The connection broke, or what came was no HTTP.
    #[error("it gave no answer that could be read")]
    Unreadable,
    /// It took too long.
    #[error("it did not answer within {0} ms")]
    TimedOut(u128),
}

impl Client {
    /// One that trusts the system's certificates, gives each request so long, and sends nothing to addresses that are not public
    /// unless it is allowed to.
    ///
    /// # Errors
    /// A TLS library that does not know its own versions of the protocol.
    pub fn new(timeout: Duration, allow_private: bool) -> Result<Self, rustls::Error> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            tracing::warn!("this system has no certificates to trust: no https address can be sent to");
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let look_up: LookUp = Arc::new(|name, port| Box::pin(system_addresses(name, port)));
        Ok(Self { tls: TlsConnector::from(Arc::new(tls)), look_up, allow_private, timeout })
    }

    /// The same, but it finds the addresses of names in another way than the system does.
    #[must_use]
    pub fn looking_up(self, look_up: LookUp) -> Self {
        Self { look_up, ..self }
    }

    /// Sends a JSON text, and gives what is answered.
    ///
    /// # Errors
    /// [`Failure`], where there is no answer.
    pub async fn post(&self, url: &Url, headers: &[(&'static str, String)], json: String) -> Result<Answer, Failure> {
        let exchange = self.exchange(url, headers, json);
        let answered = tokio::time::timeout(self.timeout, exchange).await;
        answered.unwrap_or(Err(Failure::TimedOut(self.timeout.as_millis())))
    }

    async fn exchange(&self, url: &Url, headers: &[(&'static str, String)], json: String) -> Result<Answer, Failure> {
        let request = request(url, headers, json).ok_or(Failure::Unusable)?;
        let addresses = self.addresses(url).await?;
        let stream = self.connect(&addresses).await?;
        let response = match url.scheme() {
            "https" => {
                let name = server_name(url).ok_or(Failure::Unusable)?;
                let stream = self.tls.connect(name, stream).await.map_err(|error| {
                    tracing::debug!(%error, %url, "no TLS");
                    Failure::Untrusted
                })?;
                send(stream, request).await?
            }
            _ => send(stream, request).await?,
        };
        let retry_after =
            response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        Ok(Answer { status: response.status().as_u16(), retry_after: retry_after.map(Duration::from_secs) })
    }

    /// The addresses to which a connection may be made.
    async fn addresses(&self, url: &Url) -> Result<Vec<SocketAddr>, Failure> {
        let port = url.port_or_known_default().ok_or(Failure::Unusable)?;
        let mut found = match url.host().ok_or(Failure::Unusable)? {
            Host::Ipv4(address) => vec![SocketAddr::from((address, port))],
            Host::Ipv6(address) => vec![SocketAddr::from((address, port))],
            Host::Domain(name) => (self.look_up)(name.to_owned(), port).await.map_err(|error| {
                tracing::debug!(%error, %url, "no address");
                Failure::Unresolved
            })?,
        };
        let first = found.first().ok_or(Failure::Unresolved)?.ip();
        found.retain(|address| self.allow_private || is_public(address.ip()));
        found.truncate(MOST_ADDRESSES);
        if found.is_empty() { Err(Failure::Refused(first)) } else { Ok(found) }
    }

    /// A connection to the first of these addresses that takes one.
    async fn connect(&self, addresses: &[SocketAddr]) -> Result<TcpStream, Failure> {
        // One that does not answer must not use up the time of all.
        let each = self.timeout / u32::try_from(addresses.len()).unwrap_or(1).max(1);
        for address in addresses {
            match tokio::time::timeout(each, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => tracing::debug!(%error, %address, "no connection"),
                Err(_) => tracing::debug!(%address, "no connection in time"),
            }
        }
        Err(Failure::Unreachable)
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { allow_private, timeout, .. } = self;
        f.debug_struct("Client").field("allow_private", allow_private).field("timeout", timeout).finish_non_exhaustive()
    }
}

async fn system_addresses(name: String, port: u16) -> std::io::Result<Vec<SocketAddr>> {
    lookup_host((name, port)).await.map(Iterator::collect)
}

fn server_name(url: &Url) -> Option<ServerName<'static>> {
    match url.host()? {
        Host::Domain(name) => ServerName::try_from(name.to_owned()).ok(),
        Host::Ipv4(address) => Some(ServerName::from(IpAddr::from(address))),
        Host::Ipv6(address) => Some(ServerName::from(IpAddr::from(address))),
    }
}

fn request(url: &Url, headers: &[(&'static str, String)], json: String) -> Option<Request<Full<Bytes>>> {
    let host = match url.port() {
        Some(port) => format!("{}:{port}", url.host_str()?),
        None => url.host_str()?.to_owned(),
    };
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(target)
        .header(header::HOST, host)
        .header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .header(header::USER_AGENT, HeaderValue::from_static(concat!("onrecord/", env!("CARGO_PKG_VERSION"))))
        .header(header::CONNECTION, HeaderValue::from_static("close"));
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    request.body(Full::new(Bytes::from(json))).ok()
}

/// Sends a request over a connection, and reads the head of the answer.
async fn send(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: Request<Full<Bytes>>,
) -> Result<Response<Incoming>, Failure> {
    let unreadable = |error: hyper::Error| {
        tracing::debug!(%error, "no answer");
        Failure::Unreadable
    };
    let handshake = http1::Builder::new().max_buf_size(LONGEST_HEAD).handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(unreadable)?;
    let mut answer = pin!(sender.send_request(request));
    let mut connection = pin!(connection);
    let mut is_open = true;
    loop {
        tokio::select! {
            biased;
            answer = &mut answer => return answer.map_err(unreadable),
            // It does the reading and writing. What it fails with, the answer fails with, too.
            _ = &mut connection, if is_open => is_open = false,
        }
    }
}

// `Full` cannot fail; should that change, `send` would have to look at it.
const _: fn(<Full<Bytes> as hyper::body::Body>::Error) -> Infallible = |error| error;
