//! What an endpoint offers, accepts and does (RFC 7692 §5, §7.1).

use alloc::string::String;
use core::fmt::Write;

use super::agreement::{NAME, Params};
use crate::handshake::Extension;

/// The base-2 logarithm of a window's size: 9 to 15, that is 512 octets to 32 KiB.
///
/// RFC 7692 also knows 8, which this codec cannot keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WindowBits(u8);

impl WindowBits {
    /// 512 octets.
    pub const LEAST: Self = Self(9);
    /// 32 KiB, which is also what holds where nothing is agreed on.
    pub const MOST: Self = Self(15);

    /// A window of 2^`bits` octets, or `None` outside 9 to 15.
    #[must_use]
    pub const fn new(bits: u8) -> Option<Self> {
        if Self::LEAST.0 <= bits && bits <= Self::MOST.0 { Some(Self(bits)) } else { None }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// How hard to compress: 0 (not at all) to 9 (slowest).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(u8);

impl Level {
    /// 1: the fastest that compresses. Where sixteen messages in a row have not become shorter by
    /// a quarter, only every sixteenth is compressed, until one does.
    pub const FAST: Self = Self(1);
    /// 6: what most implementations use.
    pub const USUAL: Self = Self(6);
    /// 9: the smallest result.
    pub const BEST: Self = Self(9);

    /// The level of this number, or `None` above 9.
    #[must_use]
    pub const fn new(level: u8) -> Option<Self> {
        if level <= Self::BEST.0 { Some(Self(level)) } else { None }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

/// What an endpoint asks of its peer, concedes to it, and does by itself.
///
/// The setters named after parameters mean the same for both roles: a client asks the server and
/// announces itself, a server answers so and keeps to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(super) server_no_context_takeover: bool,
    pub(super) client_no_context_takeover: bool,
    pub(super) server_max_window_bits: WindowBits,
    pub(super) client_max_window_bits: WindowBits,
    pub(super) threshold: usize,
    pub(super) level: Level,
    pub(super) piece_size: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}

impl Policy {
    /// Context takeover and the largest windows both ways, messages from 64 octets on compressed
    /// at [`Level::USUAL`].
    #[must_use]
    pub const fn new() -> Self {
        Self {
            server_no_context_takeover: false,
            client_no_context_takeover: false,
            server_max_window_bits: WindowBits::MOST,
            client_max_window_bits: WindowBits::MOST,
            threshold: 64,
            level: Level::USUAL,
            piece_size: 1 << 15,
        }
    }

    /// Whether the server's messages are compressed each for itself (RFC 7692 §7.1.1.1); default
    /// `false`.
    #[must_use]
    pub const fn server_no_context_takeover(mut self, each_for_itself: bool) -> Self {
        self.server_no_context_takeover = each_for_itself;
        self
    }

    /// Whether the client's messages are compressed each for itself (RFC 7692 §7.1.1.2); default
    /// `false`.
    #[must_use]
    pub const fn client_no_context_takeover(mut self, each_for_itself: bool) -> Self {
        self.client_no_context_takeover = each_for_itself;
        self
    }

    /// The server's largest window (RFC 7692 §7.1.2.1); default [`WindowBits::MOST`].
    ///
    /// A server compresses within it; a client insists on it.
    #[must_use]
    pub const fn server_max_window_bits(mut self, bits: WindowBits) -> Self {
        self.server_max_window_bits = bits;
        self
    }

    /// The client's largest window (RFC 7692 §7.1.2.2); default [`WindowBits::MOST`].
    ///
    /// A client compresses within it and tells the server so; a server asks for it where the client
    /// offers to be asked.
    #[must_use]
    pub const fn client_max_window_bits(mut self, bits: WindowBits) -> Self {
        self.client_max_window_bits = bits;
        self
    }

    /// Messages of fewer octets go out uncompressed; default 64. 0 compresses the empty message,
    /// too.
    #[must_use]
    pub const fn threshold(mut self, octets: usize) -> Self {
        self.threshold = octets;
        self
    }

    /// How hard to compress; default [`Level::USUAL`].
    #[must_use]
    pub const fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Octets of the largest piece a compressed message is indicated in: 1024 to 2^31 - 1, which
    /// is checked where the configuration is built; default 32 768.
    ///
    /// Messages may be of any size; those up to this one come in one piece where the input does,
    /// and are inflated fastest. Costs as many octets.
    #[must_use]
    pub const fn piece_size(mut self, octets: usize) -> Self {
        self.piece_size = octets;
        self
    }

    /// A client's offer: one entry for [`Offer::extensions`](crate::Offer::extensions).
    #[must_use]
    pub fn offer(&self) -> String {
        let mut offer = String::from(NAME);
        self.put_flags(
            &mut offer,
            self.server_no_context_takeover,
            self.client_no_context_takeover,
        );
        if self.server_max_window_bits < WindowBits::MOST {
            put(&mut offer, "server_max_window_bits", Some(self.server_max_window_bits.0));
        }
        let hint = self.client_max_window_bits;
        let hint = if hint < WindowBits::MOST { Some(hint.0) } else { None };
        put(&mut offer, "client_max_window_bits", hint);
        offer
    }

    /// A server's answer to the first offer it can accept: one entry for
    /// [`Selection::extensions`](crate::Selection::extensions). `None` declines.
    ///
    /// An offer is declined when a parameter is unknown, repeated or has a value RFC 7692 does not
    /// allow (§7), and when it wants a server window of 2^8 octets.
    #[must_use]
    pub fn accept(&self, offered: &[Extension<'_>]) -> Option<String> {
        let offers = offered.iter().filter(|extension| extension.name() == NAME);
        let readable = offers.filter_map(|offer| Params::of_offer(offer).ok());
        let acceptable = |offer: &Params| {
            offer.server_max_window_bits.is_none_or(|bits| bits >= WindowBits::LEAST.0)
        };
        let offer = readable.into_iter().find(acceptable)?;
        let mut answer = String::from(NAME);
        self.put_flags(
            &mut answer,
            self.server_no_context_takeover || offer.server_no_context_takeover,
            self.client_no_context_takeover || offer.client_no_context_takeover,
        );
        let own = self.server_max_window_bits.0;
        let asked = offer.server_max_window_bits;
        if asked.is_some() || own < WindowBits::MOST.0 {
            put(&mut answer, "server_max_window_bits", Some(asked.map_or(own, |b| b.min(own))));
        }
        let own = self.client_max_window_bits.0;
        if let Some(hint) = offer.client_max_window_bits {
            let bits = hint.map_or(own, |hint| hint.min(own));
            if bits < WindowBits::MOST.0 {
                put(&mut answer, "client_max_window_bits", Some(bits));
            }
        }
        Some(answer)
    }

    fn put_flags(&self, element: &mut String, server: bool, client: bool) {
        if server {
            put(element, "server_no_context_takeover", None);
        }
        if client {
            put(element, "client_no_context_takeover", None);
        }
    }

    pub(crate) const fn largest_piece(&self) -> usize {
        self.piece_size
    }
}

/// Appends a parameter to an element.
fn put(element: &mut String, name: &str, value: Option<u8>) {
    let _ = write!(element, "; {name}");
    if let Some(value) = value {
        let _ = write!(element, "={value}");
    }
}
