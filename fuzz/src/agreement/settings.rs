//! What both are created with: properties of the C interface, and the same for a session.

use arbitrary::Unstructured;
use wsproof_capi_abi as abi;
use wsproof_cases::Role;
use wsproof_engine::deflate::{Level, Policy};
use wsproof_engine::{Config, ConfigError};

use crate::opened::engine_role;
use crate::script::{one_in, pick};

/// Limits of a message; the first is none.
const LIMITS: [u32; 5] = [u32::MAX, 0, 1, 125, 300];
/// No compression, and the levels of it; the last is none.
const LEVELS: [u32; 5] = [0, 1, 6, 9, 10];

/// Settings of a handle, right but for one in some.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    role: Role,
    receive: u32,
    send: u32,
    unmasked: bool,
    unchecked: bool,
    limit: u32,
    level: u32,
    /// Whether a client goes on without any of the subprotocols it offered.
    pub(super) optional_subprotocol: bool,
    /// Whether there is a property that nobody knows.
    unknown: bool,
}

impl Settings {
    /// A handle in this role. The interface checks masks and text unless it is told not to, and a
    /// client that draws keys would draw others than its session.
    pub(super) fn choose(role: Role, choices: &mut Unstructured<'_>) -> Self {
        Self {
            role,
            unmasked: role == Role::Client || one_in(choices, 8),
            unchecked: one_in(choices, 8),
            receive: pick(choices, &[256, 300, 4096, 255]),
            send: pick(choices, &[16, 64, 15]),
            unknown: one_in(choices, 32),
            limit: if one_in(choices, 4) { pick(choices, &LIMITS) } else { LIMITS[0] },
            level: if one_in(choices, 2) { pick(choices, &LEVELS) } else { LEVELS[0] },
            optional_subprotocol: one_in(choices, 2),
        }
    }

    /// Whether permessage-deflate is the library's business.
    pub(super) const fn compresses(self) -> bool {
        self.level > 0
    }

    /// The properties that say so.
    pub(super) fn properties(self) -> [(u32, u32); 8] {
        let size = abi::WEB_SOCKET_SEND_BUFFER_SIZE_PROPERTY_TYPE;
        [
            (abi::WEB_SOCKET_RECEIVE_BUFFER_SIZE_PROPERTY_TYPE, self.receive),
            (size, self.send),
            (abi::WEB_SOCKET_DISABLE_MASKING_PROPERTY_TYPE, self.unmasked.into()),
            (abi::WEB_SOCKET_DISABLE_UTF8_VERIFICATION_PROPERTY_TYPE, self.unchecked.into()),
            (abi::WSPROOF_MAX_MESSAGE_SIZE_PROPERTY_TYPE, self.limit),
            (abi::WSPROOF_DEFLATE_LEVEL_PROPERTY_TYPE, self.level),
            (abi::WSPROOF_OPTIONAL_SUBPROTOCOL_PROPERTY_TYPE, self.optional_subprotocol.into()),
            (if self.unknown { 99 } else { size }, self.send),
        ]
    }

    /// The configuration of a session, unless a property is not of this world.
    pub(super) fn config(self) -> Option<Result<Config, ConfigError>> {
        let level = u8::try_from(self.level).ok().and_then(Level::new).filter(|_| !self.unknown)?;
        let builder = Config::builder(engine_role(self.role))
            .receive_buffer_size(self.receive as usize)
            .send_buffer_size(self.send as usize)
            .disable_masking(self.unmasked)
            .disable_utf8_verification(self.unchecked)
            .max_message_size(self.limit.into())
            .growing_queues(true);
        let policy = Policy::new().level(level);
        Some(if self.compresses() { builder.deflate(policy) } else { builder }.build())
    }
}
