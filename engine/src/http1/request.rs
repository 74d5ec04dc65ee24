//! The request head a server reads (RFC 9112 §3, RFC 6455 §4.2.1).

use alloc::borrow::Cow;

use super::HeadError;
use super::authority::{Target, parse_authority};
use super::head::{Dialect, HeadLimits, HeadParser};
use crate::handshake::Header;
use crate::handshake::headers::{self, Single, field};

/// Reads the head of a request from octets as they arrive.
///
/// See the [module](super) for what is refused and for an example.
#[derive(Clone, Debug)]
pub struct RequestParser {
    head: HeadParser,
}

impl RequestParser {
    /// A parser that has read nothing.
    #[must_use]
    pub const fn new(limits: HeadLimits) -> Self {
        let dialect = Dialect {
            skips_empty_line: true,
            unfolds: false,
            check_start_line: |line| parse_request_line(line).map(drop),
        };
        Self { head: HeadParser::new(dialect, limits) }
    }

    /// Takes more octets. `None` when the head goes on; otherwise the head and the octets behind it,
    /// which belong to the first frame.
    ///
    /// A complete head takes nothing more and is returned again.
    ///
    /// # Errors
    ///
    /// What is wrong with the head, as soon as it shows: in the octet itself, at the end of the
    /// request line, or at the end of the head. An error is final.
    pub fn push<'b>(
        &mut self,
        octets: &'b [u8],
    ) -> Result<Option<(RequestHead<'_>, &'b [u8])>, HeadError> {
        match self.head.push(octets)? {
            Some(rest) => Ok(Some((RequestHead::parse(&self.head)?, rest))),
            None => Ok(None),
        }
    }
}

/// The head of a `GET` request of HTTP/1.1.
#[derive(Clone, Debug)]
pub struct RequestHead<'a> {
    target: Target<'a>,
    host: &'a str,
    headers: Vec<Header<'a>>,
}

impl<'a> RequestHead<'a> {
    fn parse(head: &'a HeadParser) -> Result<Self, HeadError> {
        let target = parse_request_line(head.start_line())?;
        let headers = head.headers()?;
        // RFC 9112 §3.2: exactly one, and well-formed. An empty one is for targets without a host.
        let host = match headers::single(&headers, field::HOST) {
            Single::Once(value) => parse_authority(value).ok_or(HeadError::Host)?,
            Single::Absent | Single::Repeated => return Err(HeadError::Host),
        };
        refuse_body(&headers)?;
        Ok(Self { target, host, headers })
    }

    /// Path and query, starting with `/` (RFC 6455 §3).
    #[must_use]
    pub fn resource_name(&self) -> Cow<'a, str> {
        self.target.resource_name()
    }

    /// Host and optional port the request is for: of the target if it is absolute, otherwise of the
    /// `Host` field (RFC 9112 §3.2.2).
    #[must_use]
    pub fn authority(&self) -> &'a str {
        self.target.authority.unwrap_or(self.host)
    }

    /// All header fields, for [`Offered::read`](crate::handshake::Offered::read) and
    /// [`ServerHandshake::begin`](crate::handshake::ServerHandshake::begin).
    #[must_use]
    pub fn headers(&self) -> &[Header<'a>] {
        &self.headers
    }
}

/// RFC 9112 §3: three parts with one space between them, checked from the version down.
fn parse_request_line(line: &[u8]) -> Result<Target<'_>, HeadError> {
    let mut parts = line.split(|octet| *octet == b' ');
    let (Some(method), Some(target), Some(version), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(HeadError::RequestLine);
    };
    // RFC 6455 §4.2.1 item 1: 1.1 or higher. Ambiguous: no upper end is given; a higher minor version
    // promises to be compatible (RFC 9110 §2.5), a higher major version does not.
    match version {
        [b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'1'..=b'9'] => {}
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit() =>
        {
            return Err(HeadError::RequestVersion);
        }
        _ => return Err(HeadError::RequestLine),
    }
    // RFC 9110 §9.1: methods compare with case.
    match method {
        b"GET" => Target::parse(target).ok_or(HeadError::Target),
        [] => Err(HeadError::RequestLine),
        _ => Err(HeadError::Method),
    }
}

/// RFC 9112 §6.3: frames may start behind the head only if no body does.
fn refuse_body(headers: &[Header<'_>]) -> Result<(), HeadError> {
    if headers::lines(headers, "Transfer-Encoding").next().is_some() {
        return Err(HeadError::Body);
    }
    match headers::single(headers, "Content-Length") {
        Single::Absent | Single::Once(b"0") => Ok(()),
        Single::Once(_) | Single::Repeated => Err(HeadError::Body),
    }
}
