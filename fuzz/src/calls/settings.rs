//! The configuration of a session.

use arbitrary::Unstructured;
use wsproof_cases::Role;
use wsproof_engine::{Config, ConfigError, Property};

use crate::opened::engine_role;
use crate::script::{one_in, pick};
use crate::stream::Setup;

/// A configuration, given as the interface's properties; sometimes one that is refused.
pub(super) fn config(
    role: Role,
    setup: Setup,
    limit: usize,
    choices: &mut Unstructured<'_>,
) -> Result<Config, ConfigError> {
    let role = engine_role(role);
    let send = pick(choices, &[64, 16, 4096]);
    if one_in(choices, 16) {
        let receive = pick(choices, &[255, 256, 0, u32::MAX]);
        let properties = [
            Property::ReceiveBufferSize(receive),
            Property::SendBufferSize(send as u32),
            Property::DisableMasking(false),
            Property::DisableUtf8Verification(false),
        ];
        return Config::from_properties(role, &properties[..pick(choices, &[1, 4])]).and_then(
            |_| {
                // A block of four gibibytes is not worth its while.
                Config::builder(role).max_queued_operations(limit).build()
            },
        );
    }
    let builder = Config::builder(role).receive_buffer_size(setup.receive_buffer());
    builder.send_buffer_size(send).max_queued_operations(limit).build()
}
