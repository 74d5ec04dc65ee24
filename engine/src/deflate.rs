//! permessage-deflate: messages compressed with DEFLATE (RFC 7692), with the feature `deflate`.
//!
//! A [`Policy`] in the configuration switches it on. It writes a client's offer and a server's
//! answer, which go through the extension lists of the opening handshake; what the two sides agreed
//! on is read out of the same lists when the handshake ends, and from then on messages are
//! compressed and inflated by the engine. Without a policy, or without an agreement, nothing
//! changes, and an application may still speak the extension by itself with custom frames.
//!
//! ```
//! use wsproof_engine::deflate::Policy;
//! use wsproof_engine::handshake::Offered;
//! use wsproof_engine::{Config, Header, Offer, Role, Selection, Session};
//!
//! let policy = Policy::new();
//! let config = |role| Config::builder(role).deflate(policy).build();
//! let mut client = Session::<()>::create_client(config(Role::Client)?)?;
//! let mut server = Session::<()>::create_server(config(Role::Server)?)?;
//!
//! let offer = policy.offer();
//! assert_eq!(offer, "permessage-deflate; client_max_window_bits");
//! let offer = Offer { extensions: &[&offer], ..Offer::default() };
//! let request = client.begin_client_handshake(&offer)?;
//! let mut request: Vec<_> = request.iter().collect();
//! request.push(Header::new("Host", "localhost"));
//!
//! let answer = policy.accept(Offered::read(&request)?.extensions());
//! let answers: Vec<&str> = answer.as_deref().into_iter().collect();
//! let selection = Selection { extensions: &answers, ..Selection::default() };
//! let response = server.begin_server_handshake(&selection, &request)?;
//! client.end_client_handshake(&response.iter().collect::<Vec<_>>())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Sending
//!
//! A message is compressed if it is at least as long as [`Policy::threshold`], or if it is sent in
//! fragments, and at [`Level::FAST`] only while that gains something. One that should not be,
//! because its octets are random or secret, goes out as a custom frame:
//! `Custom(CustomHeader::new(0x102)?, payload)` is a text message left as it is.
//!
//! How long a compressed message gets is not known before it is written, so it leaves in frames as
//! large as the send buffer, the last of them with FIN. Pongs may go out between them. An operation
//! that is cancelled between two frames leaves its message open on the wire.
//!
//! # Receiving
//!
//! Pieces are indicated as the inflater produces them, from a ring of fixed size, whatever a message
//! comes to: memory does not depend on what a peer sends. [`ConfigBuilder::max_message_size`] counts
//! inflated octets while they are inflated; a larger message is refused with 1009.
//!
//! # Why this codec
//!
//! The codec is zlib-rs, through its own safe interface:
//!
//! - It makes raw streams with windows of 2^9 to 2^15 octets. As with every zlib, a window of 2^8
//!   is out of reach of the compressor: a server declines to be held to it, and a client that is
//!   held to it sends its messages uncompressed.
//! - Its states are allocated in one piece when they are made, and reset without allocation. The
//!   inflater always has the largest window, so what the peer promises costs or saves no memory,
//!   and a distance beyond a promised window is not noticed.
//! - Decoding stops at the last octet it can make sense of, and what it yields does not depend on
//!   how input and output are cut. The property tests hold it to that.
//!
//! miniz_oxide, also safe, would inflate into the engine's own ring without a window of its own,
//! but took 1.6 to 2.7 times as long on the messages of our benchmark, and its compressor knows no
//! window sizes. flate2 wraps both, and allocates when it resets a small window.
//!
//! [`ConfigBuilder::max_message_size`]: crate::ConfigBuilder::max_message_size

mod agreement;
mod codec;
mod compress;
mod gain;
mod inflate;
mod policy;

pub use agreement::Agreement;
pub use policy::{Level, Policy, WindowBits};

pub(crate) use codec::Codec;
pub(crate) use compress::{Compressor, End};
pub(crate) use inflate::{Halt, Inflater};
