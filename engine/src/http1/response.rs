//! The response head a client reads (RFC 9112 §4, RFC 6455 §4.1).

use core::fmt;

use super::HeadError;
use super::head::{Dialect, HeadLimits, HeadParser};
use crate::handshake::Header;

/// The status code that opens the connection.
const SWITCHING_PROTOCOLS: u16 = 101;

/// Reads the head of a response from octets as they arrive.
///
/// ```
/// use wsproof_engine::http1::{HeadLimits, ResponseParser};
///
/// let mut parser = ResponseParser::new(HeadLimits::default());
/// assert!(parser.push(b"HTTP/1.1 404 Not Fo")?.is_none());
/// let (head, _body) = parser.push(b"und\r\nServer: x\r\n\r\nno such room")?.unwrap();
/// assert_eq!(head.switched().unwrap_err().status(), 404);
/// # Ok::<(), wsproof_engine::http1::HeadError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ResponseParser {
    head: HeadParser,
}

impl ResponseParser {
    /// A parser that has read nothing.
    #[must_use]
    pub const fn new(limits: HeadLimits) -> Self {
        let dialect = Dialect {
            skips_empty_line: false,
            unfolds: true,
            check_start_line: |line| parse_status_line(line).map(drop),
        };
        Self { head: HeadParser::new(dialect, limits) }
    }

    /// Takes more octets. `None` when the head goes on; otherwise the head and the octets behind it,
    /// which belong to the first frame if the status is 101.
    ///
    /// Interim responses are read over. A complete head takes nothing more and is returned again.
    ///
    /// # Errors
    ///
    /// What is wrong with the head, as soon as it shows: in the octet itself, at the end of the
    /// status line, or at the end of the head. An error is final.
    pub fn push<'b>(
        &mut self,
        mut octets: &'b [u8],
    ) -> Result<Option<(ResponseHead<'_>, &'b [u8])>, HeadError> {
        loop {
            let Some(rest) = self.head.push(octets)? else {
                return Ok(None);
            };
            let status = parse_status_line(self.head.start_line())?;
            // RFC 9110 §15.2: a client reads over interim responses.
            if (100..200).contains(&status) && status != SWITCHING_PROTOCOLS {
                self.head.headers()?;
                self.head.restart();
                octets = rest;
                continue;
            }
            let head = ResponseHead { status, headers: self.head.headers()? };
            return Ok(Some((head, rest)));
        }
    }
}

/// The head of a final response.
#[derive(Clone, Debug)]
pub struct ResponseHead<'a> {
    status: u16,
    headers: Vec<Header<'a>>,
}

impl<'a> ResponseHead<'a> {
    /// The status code, 101 to 999.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// All header fields of a response with status 101, for
    /// [`ClientHandshake::end`](crate::handshake::ClientHandshake::end).
    ///
    /// # Errors
    ///
    /// [`NotSwitched`] for any other status: its fields must not open a connection, however well
    /// they fit.
    pub fn switched(&self) -> Result<&[Header<'a>], NotSwitched> {
        if self.status == SWITCHING_PROTOCOLS {
            Ok(&self.headers)
        } else {
            Err(NotSwitched { status: self.status })
        }
    }

    /// All header fields of a response with any other status than 101, such as `Location` or
    /// `WWW-Authenticate`.
    #[must_use]
    pub fn refused(&self) -> Option<&[Header<'a>]> {
        (self.status != SWITCHING_PROTOCOLS).then_some(&self.headers)
    }
}

/// The server answered with another status than 101 (RFC 6455 §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NotSwitched {
    status: u16,
}

impl NotSwitched {
    /// The status code.
    #[must_use]
    pub const fn status(self) -> u16 {
        self.status
    }
}

impl fmt::Display for NotSwitched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "response with status {} instead of 101 (6455#4.1)", self.status)
    }
}

impl core::error::Error for NotSwitched {}

/// RFC 9112 §4: `HTTP/d.d SP 3DIGIT [ SP reason ]`. The reason is free, and the blank in front of it
/// may be missing with it, as many servers have it.
fn parse_status_line(line: &[u8]) -> Result<u16, HeadError> {
    let [b'H', b'T', b'T', b'P', b'/', major, b'.', minor, b' ', a, b, c, reason @ ..] = line
    else {
        return Err(HeadError::StatusLine);
    };
    let digits = [major, minor, a, b, c].into_iter().all(u8::is_ascii_digit);
    if !digits || *a == b'0' || !matches!(reason, [] | [b' ', ..]) {
        return Err(HeadError::StatusLine);
    }
    let digit = |octet: &u8| u16::from(octet.wrapping_sub(b'0'));
    let status = 100 * digit(a) + 10 * digit(b) + digit(c);
    // RFC 9110 §7.8: HTTP/1.0 cannot upgrade. Its refusals are still worth reading, since some
    // proxies write them.
    if *major != b'1' || (*minor == b'0' && status == SWITCHING_PROTOCOLS) {
        return Err(HeadError::ResponseVersion);
    }
    Ok(status)
}
