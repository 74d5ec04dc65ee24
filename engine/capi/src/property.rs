//! Properties given at creation, and those of the component.

use core::ffi::c_void;

use wsproof_capi_abi::{
    Property, WEB_SOCKET_ALLOCATED_BUFFER_PROPERTY_TYPE, WEB_SOCKET_DISABLE_MASKING_PROPERTY_TYPE,
    WEB_SOCKET_DISABLE_UTF8_VERIFICATION_PROPERTY_TYPE,
    WEB_SOCKET_KEEPALIVE_INTERVAL_PROPERTY_TYPE, WEB_SOCKET_RECEIVE_BUFFER_SIZE_PROPERTY_TYPE,
    WEB_SOCKET_SEND_BUFFER_SIZE_PROPERTY_TYPE, WEB_SOCKET_SUPPORTED_VERSIONS_PROPERTY_TYPE,
    WSPROOF_DEFLATE_LEVEL_PROPERTY_TYPE, WSPROOF_MAX_MESSAGE_SIZE_PROPERTY_TYPE,
    WSPROOF_OPTIONAL_SUBPROTOCOL_PROPERTY_TYPE,
};
use wsproof_engine::deflate::{Level, Policy};
use wsproof_engine::{Config, GlobalProperty, PropertyType, Role, global_property};

use crate::hresult::Failure;
use crate::lent::{LentMut, Part};
use crate::memory::{self, Place, Places};

/// What an endpoint is created with.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) config: Config,
    /// Whether a client insists on one of the subprotocols that it offers.
    pub(crate) subprotocol_required: bool,
    /// The block the caller allocated, and its size.
    block: Option<(*mut u8, usize)>,
}

impl Settings {
    /// Reads the caller's properties. Of a repeated one the last counts; their order does not matter.
    ///
    /// # Safety
    ///
    /// Each value is null, or good for reading as many octets as its property says; the value of
    /// `WEB_SOCKET_ALLOCATED_BUFFER_PROPERTY_TYPE` is a pointer.
    pub(crate) unsafe fn read(role: Role, properties: &[Property]) -> Result<Self, Failure> {
        let mut builder = Config::builder(role).growing_queues(true);
        let (mut block, mut deflate, mut subprotocol_required) = (None, None, true);
        for property in properties {
            if property.property_type == WEB_SOCKET_ALLOCATED_BUFFER_PROPERTY_TYPE {
                // SAFETY: the caller vouches that the value is a pointer.
                let start = unsafe { memory::value(property.value.cast::<*mut u8>()) };
                let start =
                    start.filter(|start| !start.is_null()).ok_or(Failure::INVALID_ARGUMENT)?;
                block = Some((start, property.value_size as usize));
                continue;
            }
            if (property.value_size as usize) < size_of::<u32>() {
                return Err(Failure::INVALID_ARGUMENT);
            }
            // SAFETY: the caller vouches for the value's octets, and there are enough of them.
            let value = unsafe { memory::value(property.value.cast::<u32>()) };
            let value = value.ok_or(Failure::INVALID_ARGUMENT)?;
            builder = match property.property_type {
                WEB_SOCKET_RECEIVE_BUFFER_SIZE_PROPERTY_TYPE => {
                    builder.receive_buffer_size(value as usize)
                }
                WEB_SOCKET_SEND_BUFFER_SIZE_PROPERTY_TYPE => {
                    builder.send_buffer_size(value as usize)
                }
                WEB_SOCKET_DISABLE_MASKING_PROPERTY_TYPE => builder.disable_masking(value != 0),
                WEB_SOCKET_DISABLE_UTF8_VERIFICATION_PROPERTY_TYPE => {
                    builder.disable_utf8_verification(value != 0)
                }
                WSPROOF_MAX_MESSAGE_SIZE_PROPERTY_TYPE => builder.max_message_size(value.into()),
                WSPROOF_DEFLATE_LEVEL_PROPERTY_TYPE => {
                    let level = u8::try_from(value).ok().and_then(Level::new);
                    let level = level.ok_or(Failure::INVALID_ARGUMENT)?;
                    deflate = (value != 0).then(|| Policy::new().level(level));
                    builder
                }
                WSPROOF_OPTIONAL_SUBPROTOCOL_PROPERTY_TYPE => {
                    subprotocol_required = value == 0;
                    builder
                }
                _ => return Err(Failure::INVALID_ARGUMENT),
            };
        }
        if let Some(policy) = deflate {
            builder = builder.deflate(policy);
        }
        let config = builder.build().map_err(|_| Failure::INVALID_ARGUMENT)?;
        if block.is_some_and(|(_, octets)| octets < config.allocated_buffer_size()) {
            return Err(Failure::INVALID_ARGUMENT);
        }
        Ok(Self { config, subprotocol_required, block })
    }

    /// The memory for the receive queue and for the send queue: of the caller's block, or our own.
    ///
    /// # Safety
    ///
    /// The block is good for reading and writing, and nobody else's, until the parts are dropped.
    pub(crate) unsafe fn parts(&self) -> Result<(Part, Part), Failure> {
        let (receive, send) = (self.config.receive_part_size(), self.config.send_part_size());
        let Some((start, _)) = self.block else {
            return Ok((Part::allocate(receive)?, Part::allocate(send)?));
        };
        // SAFETY: `read` checked that the block has room for both parts, which may be written.
        unsafe { start.write_bytes(0, receive + send) };
        // SAFETY: within the block, as before.
        let behind = unsafe { start.add(receive) };
        // SAFETY: the caller vouches for the block; the other part is behind this one.
        let receive = unsafe { LentMut::new(start, receive) };
        // SAFETY: likewise.
        let send = unsafe { LentMut::new(behind, send) };
        Ok((Part::Lent(receive), Part::Lent(send)))
    }
}

/// Writes a property of the component and its size in octets.
///
/// # Safety
///
/// `value` is null, or good for writing as many octets as `size` says.
pub(crate) unsafe fn read_global(
    property: u32,
    value: *mut c_void,
    capacity: u32,
    size: &Place<u32>,
) -> Result<(), Failure> {
    let property = match property {
        WEB_SOCKET_KEEPALIVE_INTERVAL_PROPERTY_TYPE => PropertyType::KeepAliveInterval,
        WEB_SOCKET_SUPPORTED_VERSIONS_PROPERTY_TYPE => PropertyType::SupportedVersions,
        _ => return Err(Failure::INVALID_ARGUMENT),
    };
    let interval;
    let numbers = match global_property(property).ok_or(Failure::INVALID_ARGUMENT)? {
        GlobalProperty::KeepAliveInterval(milliseconds) => {
            interval = [milliseconds];
            &interval[..]
        }
        GlobalProperty::SupportedVersions(versions) => versions,
    };
    let needed = u32::try_from(size_of_val(numbers)).unwrap_or(u32::MAX);
    if capacity < needed {
        size.set(needed);
        return Err(Failure::NOT_SUFFICIENT_BUFFER);
    }
    let count = u32::try_from(numbers.len()).unwrap_or(0);
    // SAFETY: the caller vouches for `capacity` octets, and there are enough of them.
    let places = unsafe { Places::new(value.cast::<u32>(), count) }?;
    for (index, number) in numbers.iter().enumerate() {
        places.set_at(index, *number);
    }
    size.set(needed);
    Ok(())
}
