//! How far the opening handshake of a handle has come, and why one of its calls fails.

use core::fmt;

use crate::config::Role;
use crate::error::Misuse;
use crate::handshake::{ClientHandshake, HandshakeError};

/// How far the opening handshake has come.
///
/// ```text
///   client   Created ── begin ──► ClientBegun ── end ─────────────────────────► Over
///   server   Created ── begin ──► ServerBegun ── end, or any session function ► Over
/// ```
// The tag has an octet of its own, since every call looks at it first.
#[derive(Debug)]
#[repr(u8)]
pub(crate) enum Opening {
    Created(Role),
    ClientBegun(ClientHandshake),
    ServerBegun,
    Over(Role),
}

impl Opening {
    #[inline(always)]
    pub(crate) const fn is_over(&self) -> bool {
        matches!(self, Self::Over(_))
    }
}

/// Why a handshake call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "either the headers or the caller")]
pub enum OpeningError {
    /// The headers, or what was offered or selected, break a rule.
    Handshake(HandshakeError),
    /// The call was out of order or of the other role.
    Misuse(Misuse),
}

impl fmt::Display for OpeningError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handshake(error) => error.fmt(f),
            Self::Misuse(misuse) => misuse.fmt(f),
        }
    }
}

impl core::error::Error for OpeningError {}

impl From<HandshakeError> for OpeningError {
    fn from(error: HandshakeError) -> Self {
        Self::Handshake(error)
    }
}

impl From<Misuse> for OpeningError {
    fn from(misuse: Misuse) -> Self {
        Self::Misuse(misuse)
    }
}
