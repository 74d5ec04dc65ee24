//! What an endpoint may be told, and what each setting costs in memory.

use core::fmt;

use crate::deflate::Policy;

/// Which end of the connection this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a connection has two ends")]
pub enum Role {
    /// The end that opened the connection and masks what it sends.
    Client,
    /// The end that accepted it and never masks.
    Server,
}

impl core::ops::Not for Role {
    type Output = Self;

    /// The peer's role.
    fn not(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }
}

/// The largest buffer the interface can name: sizes are signed 32-bit numbers to some callers.
pub(crate) const LARGEST_BUFFER: usize = 0x7fff_ffff;
/// Room for one control frame and what belongs to it, beside the two buffers.
pub(crate) const CONTROL_AREA: usize = 144;

/// The smallest send buffer a compressed frame is built in.
const LEAST_TO_COMPRESS: usize = 64;
/// The smallest piece of a compressed message.
const LEAST_PIECE: usize = 1024;

/// The settings of one endpoint. A value of this type is valid.
///
/// ```
/// # use wsproof_engine::{Config, Role};
/// let config = Config::builder(Role::Server).receive_buffer_size(16_384).build()?;
/// assert_eq!(config.allocated_buffer_size(), 16_384 + 16 + 144);
/// # Ok::<(), wsproof_engine::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub(crate) role: Role,
    pub(crate) receive_buffer_size: usize,
    pub(crate) send_buffer_size: usize,
    pub(crate) disable_masking: bool,
    pub(crate) disable_utf8_verification: bool,
    pub(crate) max_message_size: u64,
    pub(crate) max_queued_operations: usize,
    pub(crate) growing_queues: bool,
    pub(crate) deflate: Option<Policy>,
}

impl Config {
    /// A builder with the defaults of this role.
    pub const fn builder(role: Role) -> ConfigBuilder {
        ConfigBuilder {
            config: Self {
                role,
                receive_buffer_size: 4096,
                send_buffer_size: match role {
                    Role::Client => 4096,
                    Role::Server => 16,
                },
                disable_masking: false,
                disable_utf8_verification: false,
                max_message_size: u64::MAX,
                max_queued_operations: 16,
                growing_queues: false,
                deflate: None,
            },
        }
    }

    /// A client with default settings.
    #[must_use]
    pub const fn client() -> Self {
        Self::builder(Role::Client).config
    }

    /// A server with default settings.
    #[must_use]
    pub const fn server() -> Self {
        Self::builder(Role::Server).config
    }

    /// The endpoint's role.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Octets of the one block of memory that holds the receive buffer, the send buffer and 144
    /// octets for control frames: the size the interface asks of a caller who supplies the block.
    #[must_use]
    pub const fn allocated_buffer_size(&self) -> usize {
        self.receive_part_size() + self.send_part_size()
    }

    /// Octets of the part of that block the receive queue works in: the receive buffer and what
    /// control frames need. For [`Session::create_in`](crate::Session::create_in).
    #[must_use]
    pub const fn receive_part_size(&self) -> usize {
        self.receive_buffer_size + CONTROL_AREA
    }

    /// Octets of the part the send queue works in: the send buffer.
    #[must_use]
    pub const fn send_part_size(&self) -> usize {
        self.send_buffer_size
    }

    /// Every octet a [`Session`](crate::Session) with default type parameters ever occupies beside
    /// the payloads it is lent, as [`Session::worst_case_bytes`](crate::Session::worst_case_bytes)
    /// computes it.
    #[must_use]
    pub const fn worst_case_bytes(&self) -> usize {
        <crate::Session>::worst_case_bytes(self)
    }
}

/// Collects settings; [`build`](Self::build) checks them.
#[derive(Clone, Debug)]
#[must_use]
pub struct ConfigBuilder {
    config: Config,
}

impl ConfigBuilder {
    /// Octets of the receive buffer: 256 to 2^31 - 1, default 4096.
    ///
    /// Each network read and each indicated piece of a message is at most this long; messages
    /// may be of any size. Costs as many octets.
    pub const fn receive_buffer_size(mut self, octets: usize) -> Self {
        self.config.receive_buffer_size = octets;
        self
    }

    /// Octets of the send buffer: 16 to 2^31 - 1, default 4096 for a client and 16 for a server.
    ///
    /// A client masks into this buffer, so one network write is at most this long; a server only
    /// builds headers in it. Costs as many octets.
    pub const fn send_buffer_size(mut self, octets: usize) -> Self {
        self.config.send_buffer_size = octets;
        self
    }

    /// Whether masking is switched off; default `false`.
    ///
    /// A client then masks with the key 00 00 00 00, which makes its octets predictable and gives
    /// up the protection of RFC 6455 §10.3. A server then accepts frames without a mask.
    pub const fn disable_masking(mut self, disabled: bool) -> Self {
        self.config.disable_masking = disabled;
        self
    }

    /// Whether received text and close reasons are passed on unchecked; default `false`.
    pub const fn disable_utf8_verification(mut self, disabled: bool) -> Self {
        self.config.disable_utf8_verification = disabled;
        self
    }

    /// The largest message accepted, in octets; default without limit.
    ///
    /// A policy, not a buffer: a larger message is refused with 1009 as soon as a header shows it,
    /// a compressed one as soon as that much has been inflated
    /// ([`Violation::MessageTooBig`](crate::Violation::MessageTooBig)).
    pub const fn max_message_size(mut self, octets: u64) -> Self {
        self.config.max_message_size = octets;
        self
    }

    /// How many operations may wait in each of the two queues: 1 to 65536, default 16.
    ///
    /// The queues are allocated once, so each operation costs its size in memory.
    pub const fn max_queued_operations(mut self, operations: usize) -> Self {
        self.config.max_queued_operations = operations;
        self
    }

    /// Whether the queues grow when they are full, as those of the interface do; default `false`.
    ///
    /// Only a lack of memory is [`Misuse::QueueFull`](crate::Misuse::QueueFull) then, and
    /// [`Config::worst_case_bytes`] no longer counts the operations beyond the limit.
    pub const fn growing_queues(mut self, growing: bool) -> Self {
        self.config.growing_queues = growing;
        self
    }

    /// Speaks permessage-deflate where the opening handshake agrees on it (RFC 7692); default not
    /// at all.
    ///
    /// Compressed messages leave in frames as large as the send buffer; one of less than 64 octets,
    /// as a server has by default, becomes one of 4096. Costs the state of the codec, allocated
    /// when the handshake ends: to receive 81 KiB and the largest piece, and to send 244 KiB and
    /// four times the endpoint's own window, so 485 KiB with the defaults.
    #[cfg(feature = "deflate")]
    pub const fn deflate(mut self, policy: Policy) -> Self {
        self.config.deflate = Some(policy);
        self
    }

    /// The settings, if each lies in its range.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] names the first setting that does not.
    pub const fn build(self) -> Result<Config, ConfigError> {
        let mut config = self.config;
        let piece = match &config.deflate {
            None => LEAST_PIECE,
            Some(policy) => policy.largest_piece(),
        };
        let (setting, least, most) = if !in_range(config.receive_buffer_size, 256, LARGEST_BUFFER) {
            ("receive buffer size", 256, LARGEST_BUFFER)
        } else if !in_range(config.send_buffer_size, 16, LARGEST_BUFFER) {
            ("send buffer size", 16, LARGEST_BUFFER)
        } else if !in_range(config.max_queued_operations, 1, 65536) {
            ("limit of queued operations", 1, 65536)
        } else if !in_range(piece, LEAST_PIECE, LARGEST_BUFFER) {
            ("piece size of compressed messages", LEAST_PIECE, LARGEST_BUFFER)
        } else {
            if config.deflate.is_some() && config.send_buffer_size < LEAST_TO_COMPRESS {
                config.send_buffer_size = 4096;
            }
            return Ok(config);
        };
        Err(ConfigError { setting, least, most })
    }
}

const fn in_range(value: usize, least: usize, most: usize) -> bool {
    least <= value && value <= most
}

/// A setting outside its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfigError {
    setting: &'static str,
    least: usize,
    most: usize,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not between {} and {}", self.setting, self.least, self.most)
    }
}

impl core::error::Error for ConfigError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_the_interface() {
        assert_eq!(Config::client().allocated_buffer_size(), 4096 + 4096 + 144);
        assert_eq!(Config::server().allocated_buffer_size(), 4096 + 16 + 144);
        assert_eq!(!Role::Client, Role::Server);
    }

    #[test]
    fn each_range_has_two_ends() {
        let build = |f: fn(ConfigBuilder, usize) -> ConfigBuilder, value| {
            f(Config::builder(Role::Client), value).build().is_ok()
        };
        for (set, least, most) in [
            (ConfigBuilder::receive_buffer_size as fn(_, _) -> _, 256, LARGEST_BUFFER),
            (ConfigBuilder::send_buffer_size, 16, LARGEST_BUFFER),
            (ConfigBuilder::max_queued_operations, 1, 65536),
        ] {
            assert!(build(set, least) && build(set, most), "{least} to {most}");
            assert!(!build(set, least - 1) && !build(set, most + 1), "{least} to {most}");
        }
    }

    #[test]
    fn the_error_names_setting_and_range() {
        let error = Config::builder(Role::Server).receive_buffer_size(255).build().unwrap_err();
        assert_eq!(error.to_string(), "receive buffer size is not between 256 and 2147483647");
    }
}
