//! The opening handshake over a stream, for both roles.

use core::fmt;
use core::time::Duration;
use std::io;
use std::time::Instant;

use wsproof_engine::handshake::{HandshakeError, Offered};
use wsproof_engine::http1::{
    HeadError, HeadLimits, NotSwitched, Refusal, RequestHead, RequestParser, ResponseParser,
    write_refusal, write_request, write_response,
};
use wsproof_engine::{Header, Misuse, Offer, OpeningError, Role, Selection, Session};

use super::connections::{Begun, Connections};
use super::queues::EchoSession;
use super::settings::{READ, Settings};
use super::stream::{Stream, timed_out};
use crate::address::Address;
use wsproof_engine::deflate::Policy;

/// A session that is open, and the octets that came behind the head.
pub(super) struct Opened<'c> {
    pub(super) session: EchoSession,
    pub(super) begun: Begun<'c>,
    pub(super) rest: Vec<u8>,
    /// Path and query.
    pub(super) resource: String,
}

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum NotOpened {
    /// The request was refused, with this status; the stream is to be ended in order.
    Refused(u16, String),
    /// The response does not open a connection.
    Response(String),
    /// The stream ended or failed, or took too long.
    Stream(io::Error),
}

impl fmt::Display for NotOpened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(status, why) => write!(f, "refused with {status}: {why}"),
            Self::Response(why) => f.write_str(why),
            Self::Stream(error) => write!(f, "no opening handshake: {error}"),
        }
    }
}

impl From<io::Error> for NotOpened {
    fn from(error: io::Error) -> Self {
        Self::Stream(error)
    }
}

macro_rules! not_opened {
    ($($error:ty),+) => {
        $(impl From<$error> for NotOpened {
            fn from(error: $error) -> Self {
                Self::Response(error.to_string())
            }
        })+
    };
}

not_opened!(HeadError, HandshakeError, NotSwitched, OpeningError, Misuse);

/// Reads a request and answers it.
pub(super) fn accept<'c>(
    stream: &Stream,
    settings: &Settings,
    connections: &'c Connections,
) -> Result<Opened<'c>, NotOpened> {
    let mut parser = RequestParser::new(HeadLimits::default());
    let mut arriving = Arriving::new(stream, settings.timeout);
    loop {
        let octets = match arriving.next() {
            Err(error) if timed_out(&error) => {
                return refuse(stream, Refusal::new(408, "the request took too long")?);
            }
            read => read?,
        };
        match parser.push(octets) {
            Ok(None) => {}
            Ok(Some((head, rest))) => {
                let resource = head.resource_name().into_owned();
                let rest = rest.to_vec();
                return match answer(&head, settings) {
                    Ok((session, response)) => {
                        let begun = connections.begin();
                        stream.write_all(&response)?;
                        Ok(Opened { session, begun, rest, resource })
                    }
                    Err(refusal) => refuse(stream, refusal),
                };
            }
            Err(error) => return refuse(stream, error.into()),
        }
    }
}

fn refuse<'c>(stream: &Stream, refusal: Refusal) -> Result<Opened<'c>, NotOpened> {
    let response = write_refusal(&refusal);
    stream.write_all(&response)?;
    let body = response.windows(4).position(|end| end == b"\r\n\r\n").map_or(0, |end| end + 4);
    let why = String::from_utf8_lossy(&response[body..]).trim_end().to_owned();
    Err(NotOpened::Refused(refusal.status(), why))
}

/// The server application's part: what it serves, and what it selects.
fn answer(head: &RequestHead<'_>, settings: &Settings) -> Result<(EchoSession, Vec<u8>), Refusal> {
    let offered = Offered::read(head.headers())?;
    if settings.path.as_ref().is_some_and(|path| head.resource_name() != path.as_str()) {
        return Err(Refusal::new(404, "there is nothing here")?);
    }
    if settings.origin.as_ref().is_some_and(|admitted| !is_from(head, admitted)) {
        return Err(Refusal::new(403, "this origin is not admitted")?);
    }
    let mut subprotocols = settings.subprotocols.iter().map(String::as_str);
    let subprotocol = subprotocols.find(|own| offered.subprotocols().contains(own));
    let deflate = if settings.deflate { Policy::new().accept(offered.extensions()) } else { None };
    let extensions: Vec<&str> = deflate.iter().map(String::as_str).collect();
    let selection = Selection { subprotocol, extensions: &extensions };

    let mut session = create(settings, Role::Server);
    let headers = session.begin_server_handshake(&selection, head.headers());
    let headers = headers.map_err(|error| match error {
        OpeningError::Handshake(error) => Refusal::from(error),
        OpeningError::Misuse(misuse) => unreachable!("the echo application: {misuse}"),
    })?;
    let response = write_response(&headers, &[])?;
    Ok((session, response))
}

/// RFC 6455 §4.2.2: an origin compares as RFC 6454 writes it, without case in scheme and host.
fn is_from(head: &RequestHead<'_>, admitted: &str) -> bool {
    let named = |header: &&Header<'_>| header.name().eq_ignore_ascii_case(b"Origin");
    let mut origins = head.headers().iter().filter(named);
    let (origin, more) = (origins.next(), origins.next());
    more.is_none()
        && origin.is_some_and(|origin| {
            origin.value().trim_ascii().eq_ignore_ascii_case(admitted.as_bytes())
        })
}

/// Asks for the resource of an address and reads the answer.
pub(super) fn connect<'c>(
    stream: &Stream,
    address: &Address,
    settings: &Settings,
    connections: &'c Connections,
) -> Result<Opened<'c>, NotOpened> {
    let subprotocols: Vec<&str> = settings.subprotocols.iter().map(String::as_str).collect();
    let deflate = settings.deflate.then(|| Policy::new().offer());
    let extensions: Vec<&str> = deflate.iter().map(String::as_str).collect();
    let offer = Offer {
        subprotocols: &subprotocols,
        subprotocol_required: settings.insists,
        extensions: &extensions,
        ..Offer::default()
    };
    let mut session = create(settings, Role::Client);
    let headers = session.begin_client_handshake(&offer)?;
    let origin = settings.origin.as_ref().map(|origin| Header::new("Origin", origin));
    let origin: Vec<Header<'_>> = origin.into_iter().collect();
    let request = write_request(&address.target, &address.authority(), &headers, &origin)?;
    let begun = connections.begin();
    stream.write_all(&request)?;

    let mut parser = ResponseParser::new(HeadLimits::default());
    let mut arriving = Arriving::new(stream, settings.timeout);
    loop {
        if let Some((head, rest)) = parser.push(arriving.next()?)? {
            session.end_client_handshake(head.switched()?)?;
            let (rest, resource) = (rest.to_vec(), address.target.clone());
            return Ok(Opened { session, begun, rest, resource });
        }
    }
}

fn create(settings: &Settings, role: Role) -> EchoSession {
    let config = settings.config(role);
    let created = match role {
        Role::Client => Session::create_client(config),
        Role::Server => Session::create_server(config),
    };
    created.unwrap_or_else(|misuse| unreachable!("the echo application: {misuse}"))
}

/// Octets of a stream up to a point in time, so that a peer that dribbles them comes to an end, too.
struct Arriving<'s> {
    stream: &'s Stream,
    until: Instant,
    buffer: Vec<u8>,
}

impl<'s> Arriving<'s> {
    fn new(stream: &'s Stream, timeout: Duration) -> Self {
        Self { stream, until: Instant::now() + timeout, buffer: vec![0; READ] }
    }

    fn next(&mut self) -> io::Result<&[u8]> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        match self.stream.read(&mut self.buffer)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => Ok(&self.buffer[..read]),
        }
    }
}
