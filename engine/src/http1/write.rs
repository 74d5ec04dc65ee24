//! Heads to send: the request, the 101 response, and the refusal (RFC 9112 §2.1).

use super::HeadError;
use super::authority::{Target, parse_authority};
use super::head::is_control;
use crate::handshake::headers::{field, is_token};
use crate::handshake::{HandshakeError, Header, HeaderList};

/// The head of a client's request.
///
/// `target` is a path with an optional query, or an absolute `http`/`https` URI when a proxy is
/// asked; `host` a host with an optional port; `handshake` what
/// [`ClientHandshake::begin`](crate::handshake::ClientHandshake::begin) returned; `extra` what else
/// to send, such as `Origin` or `Authorization`.
///
/// # Errors
///
/// [`HeadError::ArgumentTarget`], [`HeadError::ArgumentHost`], [`HeadError::ArgumentHeader`] and
/// [`HeadError::ArgumentHeaderReserved`] for an argument that cannot be sent: nothing in it may end
/// a line, and nothing in `extra` may stand in for a field of the handshake.
///
/// # Example
///
/// ```
/// use wsproof_engine::entropy::OsEntropy;
/// use wsproof_engine::handshake::{ClientHandshake, Offer};
/// use wsproof_engine::http1::write_request;
///
/// let (_client, headers) = ClientHandshake::begin(&Offer::default(), &mut OsEntropy::new())?;
/// let request = write_request("/chat", "example.com:8080", &headers, &[])?;
/// assert!(request.starts_with(b"GET /chat HTTP/1.1\r\nHost: example.com:8080\r\n"));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub fn write_request(
    target: &str,
    host: &str,
    handshake: &HeaderList,
    extra: &[Header<'_>],
) -> Result<Vec<u8>, HeadError> {
    if Target::parse(target.as_bytes()).is_none() {
        return Err(HeadError::ArgumentTarget);
    }
    if parse_authority(host.as_bytes()).is_none() {
        return Err(HeadError::ArgumentHost);
    }
    write_head(&["GET ", target, " HTTP/1.1\r\nHost: ", host, "\r\n"], handshake, extra)
}

/// The head of a server's 101 response.
///
/// `handshake` is what [`ServerHandshake::begin`](crate::handshake::ServerHandshake::begin)
/// returned; `extra` what else to send, such as `Set-Cookie`.
///
/// # Errors
///
/// [`HeadError::ArgumentHeader`] and [`HeadError::ArgumentHeaderReserved`], as for
/// [`write_request`].
pub fn write_response(handshake: &HeaderList, extra: &[Header<'_>]) -> Result<Vec<u8>, HeadError> {
    write_head(&["HTTP/1.1 101 Switching Protocols\r\n"], handshake, extra)
}

/// A whole response that refuses a request. The connection has to be closed behind it.
#[must_use]
pub fn write_refusal(refusal: &Refusal) -> Vec<u8> {
    let Refusal { status, text, names_version } = refusal;
    let mut response = format!("HTTP/1.1 {status} {}\r\n", reason(*status));
    match status {
        // RFC 9110 §15.5.22, §7.8: name the protocol, and mark the field as one for this hop.
        426 => response.push_str("Upgrade: websocket\r\nConnection: Upgrade, close\r\n"),
        // RFC 9110 §15.5.6.
        405 => response.push_str("Allow: GET\r\nConnection: close\r\n"),
        _ => response.push_str("Connection: close\r\n"),
    }
    if *names_version {
        response.push_str("Sec-WebSocket-Version: 13\r\n");
    }
    let length = text.len() + 1;
    response.push_str("Content-Type: text/plain; charset=utf-8\r\n");
    response.push_str(&format!("Content-Length: {length}\r\n\r\n{text}\n"));
    response.into_bytes()
}

/// Why and how to refuse a request; made from a [`HandshakeError`] or a [`HeadError`], or for
/// reasons of the application's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// 400 to 599.
    status: u16,
    text: String,
    names_version: bool,
}

impl Refusal {
    /// A refusal with a status of the application's choice, such as 403 for an unwanted `Origin` or
    /// 404 for an unknown resource, and a text for the body.
    ///
    /// # Errors
    ///
    /// [`HeadError::ArgumentStatus`] unless the status is one of 400 to 599.
    pub fn new(status: u16, text: impl Into<String>) -> Result<Self, HeadError> {
        if !(400..600).contains(&status) {
            return Err(HeadError::ArgumentStatus);
        }
        // RFC 6455 §4.2.2: a refused client has to learn the version that would be understood.
        Ok(Self { status, text: text.into(), names_version: status == 426 })
    }

    /// The status code, 400 to 599.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }
}

impl From<HandshakeError> for Refusal {
    fn from(error: HandshakeError) -> Self {
        let status = error.http_status();
        let names_version = status == 426 || error.field() == Some(field::VERSION);
        Self { status, text: error.to_string(), names_version }
    }
}

impl From<HeadError> for Refusal {
    fn from(error: HeadError) -> Self {
        Self { status: error.http_status(), text: error.to_string(), names_version: false }
    }
}

/// Fields that come from the handshake or would change how the octets behind the head are read.
const RESERVED: [&str; 10] = [
    field::ACCEPT,
    field::CONNECTION,
    field::EXTENSIONS,
    field::HOST,
    field::KEY,
    field::PROTOCOL,
    field::UPGRADE,
    field::VERSION,
    "Content-Length",
    "Transfer-Encoding",
];

/// What comes first, then the fields, then the empty line.
fn write_head(
    first: &[&str],
    handshake: &HeaderList,
    extra: &[Header<'_>],
) -> Result<Vec<u8>, HeadError> {
    for header in extra {
        // RFC 9110 §5.5: an octet that ends a line would write lines of its own.
        if !is_token(header.name()) || header.value().iter().copied().any(is_control) {
            return Err(HeadError::ArgumentHeader);
        }
        if RESERVED.iter().any(|name| header.is_named(name)) {
            return Err(HeadError::ArgumentHeaderReserved);
        }
    }
    let all = || handshake.iter().chain(extra.iter().copied());
    let fields = all().map(|field| field.name().len() + field.value().len() + 4).sum::<usize>();
    let mut head =
        Vec::with_capacity(first.iter().map(|text| text.len()).sum::<usize>() + fields + 2);
    first.iter().for_each(|text| head.extend_from_slice(text.as_bytes()));
    for header in all() {
        head.extend_from_slice(header.name());
        head.extend_from_slice(b": ");
        head.extend_from_slice(header.value());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    Ok(head)
}

/// A reason phrase for people; RFC 9112 §4 lets it be empty, and nobody may rely on it.
const fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        414 => "URI Too Long",
        426 => "Upgrade Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "",
    }
}
