//! The two ends of a connection.

use core::fmt;
use core::ops::Not;

use serde::{Deserialize, Serialize};

/// The part an endpoint plays in the opening handshake, which decides who masks (RFC 6455 §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The endpoint that sent the opening request; its frames are masked.
    Client,
    /// The endpoint that answered it; its frames are not masked.
    Server,
}

impl Role {
    /// Both roles, in the order reports use.
    pub const ALL: [Self; 2] = [Self::Client, Self::Server];

    /// The word used in reports: `client` or `server`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }

    /// Whether frames sent in this role carry a masking key.
    pub const fn masks(self) -> bool {
        matches!(self, Self::Client)
    }
}

impl Not for Role {
    type Output = Self;

    /// The peer's role.
    fn not(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
