//! Request and response heads as octets (RFC 9112), for applications that own a TCP stream.
//!
//! A parser takes octets as they arrive, keeps what belongs to the head and hands back the rest,
//! where the first frame may already be. How the octets are cut never changes the result, and each
//! is looked at a fixed number of times. The writers produce the octets to send. All of it covers
//! what an opening handshake needs of HTTP/1.1 and nothing else: no bodies, no other methods, no
//! connection that stays open after a refusal.
//!
//! # Decisions
//!
//! * A line ends with CR LF. A bare LF, a bare CR and any other control character but the tab are
//!   refused at the octet itself, so that binary noise does not wait for a limit.
//! * A request may be preceded by one empty line (RFC 9112 §2.2).
//! * A folded line is refused in a request and unfolded in a response (RFC 9112 §5.2 demands the
//!   latter of a user agent).
//! * HTTP/1.1 and every later 1.x are spoken; HTTP/1.0 cannot upgrade (RFC 9110 §7.8).
//! * The target of a request is a path or an absolute `http`/`https` URI, without a fragment. What
//!   the path means, empty segments and odd percent signs included, is the application's business.
//! * A request with a body is refused, because its octets would stand where frames are expected.
//!   A 101 response has no body whatever its fields say (RFC 9112 §6.3).
//! * Interim responses (1xx) before the 101 are skipped.
//!
//! # Example
//!
//! A server's side of a stream, given as chunks that have been read from it:
//!
//! ```
//! use wsproof_engine::handshake::{Selection, ServerHandshake};
//! use wsproof_engine::http1::{HeadLimits, RequestParser, write_refusal, write_response};
//!
//! # let chunks: [&[u8]; 2] = [b"GET /chat HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConn",
//! #     b"ection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n\x88\x80"];
//! let mut parser = RequestParser::new(HeadLimits::default());
//! for chunk in chunks {
//!     let (reply, rest) = match parser.push(chunk) {
//!         Ok(None) => continue, // the head goes on
//!         Ok(Some((head, rest))) => {
//!             assert_eq!(head.resource_name(), "/chat");
//!             match ServerHandshake::begin(&Selection::default(), head.headers()) {
//!                 Ok((_handshake, headers)) => (write_response(&headers, &[])?, rest),
//!                 Err(error) => (write_refusal(&error.into()), rest),
//!             }
//!         }
//!         Err(error) => (write_refusal(&error.into()), &[][..]),
//!     };
//!     assert!(reply.starts_with(b"HTTP/1.1 101 Switching Protocols\r\n"));
//!     assert_eq!(rest, b"\x88\x80"); // belongs to the first frame
//! }
//! # Ok::<(), wsproof_engine::http1::HeadError>(())
//! ```

mod authority;
mod error;
mod head;
mod request;
mod response;
mod write;

pub use error::HeadError;
pub use head::HeadLimits;
pub use request::{RequestHead, RequestParser};
pub use response::{NotSwitched, ResponseHead, ResponseParser};
pub use write::{Refusal, write_refusal, write_request, write_response};
