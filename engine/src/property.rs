//! Properties by the interface's names and numbers: `WEB_SOCKET_PROPERTY_TYPE`.

use crate::config::{Config, ConfigBuilder, ConfigError, Role};

/// The properties of the interface with their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the interface knows these seven")]
pub enum PropertyType {
    /// Octets of the receive buffer: at creation, default 4096, at least 256.
    ReceiveBufferSize = 0,
    /// Octets of the send buffer: at creation, default 4096 for a client and 16 for a server, at
    /// least 16.
    SendBufferSize = 1,
    /// Whether masking is off: at creation, default false.
    DisableMasking = 2,
    /// A block of memory supplied by the caller: at creation, at least
    /// [`Config::allocated_buffer_size`] octets. The C interface's; a Rust session owns its block.
    AllocatedBuffer = 3,
    /// Whether received text is left unchecked: at creation, default false.
    DisableUtf8Verification = 4,
    /// Milliseconds between keep-alives: a number for the application, global.
    KeepAliveInterval = 5,
    /// The protocol versions understood: global.
    SupportedVersions = 6,
}

/// A property given at creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the interface knows these")]
pub enum Property {
    /// See [`ConfigBuilder::receive_buffer_size`].
    ReceiveBufferSize(u32),
    /// See [`ConfigBuilder::send_buffer_size`].
    SendBufferSize(u32),
    /// See [`ConfigBuilder::disable_masking`].
    DisableMasking(bool),
    /// See [`ConfigBuilder::disable_utf8_verification`].
    DisableUtf8Verification(bool),
}

/// A property of the component, not of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the interface knows these two")]
pub enum GlobalProperty {
    /// Milliseconds after which an idle application may send an unsolicited pong. The engine has
    /// no clock and does nothing with it.
    KeepAliveInterval(u32),
    /// The values of `Sec-WebSocket-Version` understood (RFC 6455 §4.4).
    SupportedVersions(&'static [u32]),
}

/// A global property, or `None` for a property that belongs to an endpoint.
///
/// ```
/// # use wsproof_engine::{GlobalProperty, PropertyType, global_property};
/// let versions = global_property(PropertyType::SupportedVersions);
/// assert_eq!(versions, Some(GlobalProperty::SupportedVersions(&[13])));
/// assert_eq!(global_property(PropertyType::DisableMasking), None);
/// ```
#[must_use]
pub const fn global_property(property: PropertyType) -> Option<GlobalProperty> {
    match property {
        PropertyType::KeepAliveInterval => Some(GlobalProperty::KeepAliveInterval(30_000)),
        PropertyType::SupportedVersions => Some(GlobalProperty::SupportedVersions(&[13])),
        PropertyType::ReceiveBufferSize
        | PropertyType::SendBufferSize
        | PropertyType::DisableMasking
        | PropertyType::AllocatedBuffer
        | PropertyType::DisableUtf8Verification => None,
    }
}

impl Config {
    /// The configuration a list of properties stands for; of a repeated property the last counts.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for a size out of its range.
    pub fn from_properties(role: Role, properties: &[Property]) -> Result<Self, ConfigError> {
        let apply = |builder: ConfigBuilder, property: &Property| match *property {
            Property::ReceiveBufferSize(octets) => builder.receive_buffer_size(octets as usize),
            Property::SendBufferSize(octets) => builder.send_buffer_size(octets as usize),
            Property::DisableMasking(disabled) => builder.disable_masking(disabled),
            Property::DisableUtf8Verification(disabled) => {
                builder.disable_utf8_verification(disabled)
            }
        };
        properties.iter().fold(Self::builder(role), apply).build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_repeated_property_counts() {
        let properties = [
            Property::ReceiveBufferSize(255),
            Property::SendBufferSize(16),
            Property::ReceiveBufferSize(512),
        ];
        let config = Config::from_properties(Role::Client, &properties).unwrap();
        assert_eq!(config.allocated_buffer_size(), 512 + 16 + 144);
        assert!(Config::from_properties(Role::Client, &properties[..1]).is_err());
    }
}
