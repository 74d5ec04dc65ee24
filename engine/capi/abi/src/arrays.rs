//! Arrays as callers of the functions hand them over: strings, and header fields. What they point to
//! has to live on for the call.

use core::ffi::{CStr, c_char};
use core::ptr;

use crate::HttpHeader;

/// Header fields, owned.
pub type Headers = Vec<(Vec<u8>, Vec<u8>)>;

/// The fields as the functions take them, pointing into `headers`.
#[must_use]
pub fn fields(headers: &Headers) -> Vec<HttpHeader> {
    let field = |(name, value): &(Vec<u8>, Vec<u8>)| HttpHeader {
        name: name.as_ptr().cast_mut(),
        name_length: length(name),
        value: value.as_ptr().cast_mut(),
        value_length: length(value),
    };
    headers.iter().map(field).collect()
}

/// The strings as the functions take them.
#[must_use]
pub fn pointers(strings: &[&CStr]) -> Vec<*const c_char> {
    strings.iter().map(|string| string.as_ptr()).collect()
}

/// Where an array starts; null for an empty one, as C programs say it.
#[must_use]
pub const fn start<T>(values: &[T]) -> *const T {
    if values.is_empty() { ptr::null() } else { values.as_ptr() }
}

/// How many values an array has.
#[must_use]
pub fn length<T>(values: &[T]) -> u32 {
    u32::try_from(values.len()).unwrap_or(u32::MAX)
}
