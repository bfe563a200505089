//! The log: spans and events to standard error, for people or for machines; and the names under which it knows a request.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use uuid::Uuid;

use crate::settings::{LogFormat, LogSettings};

/// Starts logging. A second call changes nothing.
///
/// # Errors
/// A filter that cannot be read.
pub fn start(settings: &LogSettings) -> Result<(), tracing_subscriber::filter::ParseError> {
    let filter = EnvFilter::try_new(&settings.filter)?;
    let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    let started = match settings.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    drop(started); // somebody else logs already
    Ok(())
}

/// The names of one request: in the log, in problems, and in the headers of its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestIdentity {
    /// The client's `X-Request-Id`, or one made here.
    pub request_id: String,
    /// The trace that the request belongs to ([W3C Trace Context](https://www.w3.org/TR/trace-context/)).
    pub trace_id: String,
    /// This service's part of the trace.
    pub span_id: String,
    /// The caller's flags: whether it records the trace.
    pub trace_flags: String,
}

impl RequestIdentity {
    /// The names that the headers of a request give it. What is malformed is replaced, as the standards ask.
    ///
    /// ```
    /// use onrecord::telemetry::RequestIdentity;
    ///
    /// let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    /// let identity = RequestIdentity::of(Some("order-7"), Some(parent));
    /// assert_eq!(identity.request_id, "order-7");
    /// assert_eq!(identity.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
    ///
    /// let other = RequestIdentity::of(Some("a line\nof the log"), Some("00-0-0-0"));
    /// assert_ne!(other.request_id, "a line\nof the log");
    /// assert_eq!(other.trace_id.len(), 32);
    /// ```
    #[must_use]
    pub fn of(request_id: Option<&str>, traceparent: Option<&str>) -> Self {
        let made_here = Uuid::now_v7();
        let request_id = request_id.filter(|id| is_request_id(id)).map_or_else(|| made_here.to_string(), str::to_owned);
        let (trace_id, trace_flags) =
            traceparent.and_then(trace_of).unwrap_or_else(|| (made_here.simple().to_string(), "00".to_owned()));
        let span_id: String = Uuid::now_v7().simple().to_string().chars().skip(16).collect();
        Self { request_id, trace_id, span_id, trace_flags }
    }

    /// The `traceparent` of the answer: the same trace, this service's part of it.
    #[must_use]
    pub fn traceparent(&self) -> String {
        format!("00-{}-{}-{}", self.trace_id, self.span_id, self.trace_flags)
    }
}

/// What may stand in a log line and a header as it is: 1 to 128 letters, digits, `.`, `_`, `-`, `:`.
fn is_request_id(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b':'))
}

/// Trace id and flags of a `traceparent`. Later versions may add parts at the end; version `ff` is none.
fn trace_of(traceparent: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = traceparent.trim().split('-').collect();
    let (version, trace, parent, flags) = match parts.as_slice() {
        [version, trace, parent, flags] => (*version, *trace, *parent, *flags),
        [version, trace, parent, flags, ..] if *version != "00" => (*version, *trace, *parent, *flags),
        _ => return None,
    };
    let is_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
    };
    let is_zero = |text: &str| text.bytes().all(|byte| byte == b'0');
    let holds = is_hex(version, 2)
        && version != "ff"
        && is_hex(trace, 32)
        && is_hex(parent, 16)
        && is_hex(flags, 2)
        && !is_zero(trace)
        && !is_zero(parent);
    holds.then(|| (trace.to_owned(), flags.to_owned()))
}
