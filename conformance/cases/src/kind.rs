//! Text or binary.

use serde::{Deserialize, Serialize};

use crate::wire::Opcode;

/// The kind of a data message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// UTF-8 text.
    Text,
    /// Octets of any value.
    Binary,
}

impl Kind {
    /// The opcode of the message's first frame.
    pub const fn opcode(self) -> Opcode {
        match self {
            Self::Text => Opcode::TEXT,
            Self::Binary => Opcode::BINARY,
        }
    }

    /// The word used in reports: `text` or `binary`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Binary => "binary",
        }
    }
}
