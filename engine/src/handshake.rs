//! The opening handshake (RFC 6455 §4) on header fields, for both roles.
//!
//! Nothing here reads or writes HTTP text: a handshake takes the header fields a peer sent and
//! returns the ones to send. Who owns a TCP stream finds the octets in the `http1` module; who has
//! an HTTP library keeps it. The request line, the status line and the choice of a subprotocol and
//! of extensions stay with the caller.
//!
//! ```text
//!   client                                                   server
//!   ClientHandshake::begin(offer) ──► HeaderList ──request──► Offered::read        (look, choose)
//!                                                             ServerHandshake::begin(selection)
//!   ClientHandshake::end  ◄──────────response── HeaderList ◄────┘
//!           └──► Agreed                                       ServerHandshake::end ──► Agreed
//! ```
//!
//! # Decisions
//!
//! Where RFC 6455 leaves a choice, this handshake takes the strict one that interoperates:
//!
//! * Field names, `websocket` and the `Upgrade` token compare without ASCII case. The accept value,
//!   the key, subprotocols and extension names compare with it.
//! * A request may list `websocket` among other protocols; a response names it alone.
//! * List fields of several lines are one list; empty list elements are skipped, but a list field
//!   without any element is refused.
//! * A malformed extension or subprotocol list fails the handshake (RFC 6455 §9.1), whether or not
//!   anything from it would have been selected.
//! * A key has to be base64 of 16 octets; unused bits in its last character may be set, as they
//!   are in the example of RFC 6455 §4.1.
//! * A `Host` field has to be present once; its value is judged where HTTP is spoken.
//!
//! # Example
//!
//! ```
//! use wsproof_engine::entropy::FixedEntropy;
//! use wsproof_engine::handshake::{
//!     ClientHandshake, Header, Offer, Offered, Selection, ServerHandshake,
//! };
//!
//! let offer = Offer { subprotocols: &["chat", "superchat"], ..Offer::default() };
//! let (client, request) = ClientHandshake::begin(&offer, &mut FixedEntropy::new(1))?;
//!
//! // The caller adds what HTTP wants, here the mandatory Host.
//! let mut headers: Vec<Header<'_>> = request.iter().collect();
//! headers.push(Header::new("Host", "example.com"));
//!
//! let offered = Offered::read(&headers)?;
//! assert_eq!(offered.subprotocols(), ["chat", "superchat"]);
//! let selection = Selection { subprotocol: Some("superchat"), ..Selection::default() };
//! let (_server, response) = ServerHandshake::begin(&selection, &headers)?;
//!
//! let response: Vec<Header<'_>> = response.iter().collect();
//! assert_eq!(client.end(&response)?.subprotocol(), Some(1));
//! # Ok::<(), wsproof_engine::handshake::HandshakeError>(())
//! ```

mod accept_key;
mod agreed;
mod client;
pub(crate) mod effort;
mod error;
mod extension;
pub(crate) mod headers;
mod server;
mod subprotocol;

pub use accept_key::{Accept, Key};
pub use agreed::{Agreed, AgreedExtension};
pub use client::{ClientHandshake, Offer};
pub use error::{HandshakeClass, HandshakeError};
pub use extension::{Extension, Param, Params};
pub use headers::{Header, HeaderList};
pub use server::{Offered, Selection, ServerHandshake};
