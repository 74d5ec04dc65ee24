//! Header fields that come from the library.

use core::ptr::NonNull;
use core::slice;

use super::CallError;
use crate::HttpHeader;
use crate::arrays::Headers;

/// # Safety
///
/// `headers` is what a library returned, with as many fields as it said.
pub(super) unsafe fn read_headers(
    headers: *const HttpHeader,
    count: u32,
) -> Result<Headers, CallError> {
    if headers.is_null() && count > 0 {
        return Err(CallError::Nonsense("null headers with S_OK"));
    }
    let mut owned = Vec::new();
    for index in 0..count as usize {
        // SAFETY: one of the fields the library returned.
        let field = unsafe { headers.add(index) };
        // SAFETY: the same.
        let field = unsafe { field.read_unaligned() };
        // SAFETY: the library says where its name is.
        let name = unsafe { owned_octets(field.name, field.name_length) }?;
        // SAFETY: the library says where its value is.
        let value = unsafe { owned_octets(field.value, field.value_length) }?;
        owned.push((name, value));
    }
    Ok(owned)
}

/// # Safety
///
/// `start` is null or good for reading `length` octets.
unsafe fn owned_octets(start: *const u8, length: u32) -> Result<Vec<u8>, CallError> {
    match NonNull::new(start.cast_mut()) {
        Some(start) => {
            // SAFETY: the caller vouches for it.
            let octets = unsafe { slice::from_raw_parts(start.as_ptr(), length as usize) };
            Ok(octets.to_vec())
        }
        None if length == 0 => Ok(Vec::new()),
        None => Err(CallError::Nonsense("a null pointer to octets")),
    }
}
