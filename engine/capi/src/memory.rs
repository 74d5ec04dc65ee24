//! The caller's pointers as slices, strings and places. The only way in and out.

use core::ffi::{CStr, c_char};
use core::ptr::NonNull;
use core::slice;

use crate::hresult::Failure;

/// Memory of the caller that a value is written to.
///
/// Values are copied, wherever the place lies: places may be unaligned, may be uninitialised and may
/// even be the same for two arguments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<T>(NonNull<T>);

impl<T: Copy> Place<T> {
    /// The place an argument points at, which must not be null.
    ///
    /// # Safety
    ///
    /// `start` is null, or good for writing one value for as long as the place is used.
    #[inline]
    pub(crate) unsafe fn required(start: *mut T) -> Result<Self, Failure> {
        NonNull::new(start).map(Self).ok_or(Failure::INVALID_ARGUMENT)
    }

    /// The place an argument points at, if it is not null.
    ///
    /// # Safety
    ///
    /// As for [`required`](Self::required).
    #[inline]
    pub(crate) unsafe fn optional(start: *mut T) -> Option<Self> {
        NonNull::new(start).map(Self)
    }

    /// Writes the value.
    #[inline]
    pub(crate) fn set(&self, value: T) {
        // SAFETY: whoever made this place vouched that it may be written.
        unsafe { self.0.write_unaligned(value) };
    }
}

/// Memory of the caller that several values are written to, as if each were a [`Place`].
#[derive(Debug)]
pub(crate) struct Places<T> {
    start: NonNull<T>,
    /// `start` is good for as many values.
    count: usize,
}

impl<T: Copy> Places<T> {
    /// Places for `count` values; null only if there are none.
    ///
    /// # Safety
    ///
    /// `start` is null, or good for writing `count` values for as long as the places are used.
    #[inline]
    pub(crate) unsafe fn new(start: *mut T, count: u32) -> Result<Self, Failure> {
        match NonNull::new(start) {
            Some(start) => Ok(Self { start, count: count as usize }),
            None if count == 0 => Ok(Self { start: NonNull::dangling(), count: 0 }),
            None => Err(Failure::INVALID_ARGUMENT),
        }
    }

    /// How many values there is room for.
    #[inline]
    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    /// Writes a value; beyond the last place it is lost.
    #[inline]
    pub(crate) fn set_at(&self, index: usize, value: T) {
        if index >= self.count {
            return;
        }
        // SAFETY: the places are good for `count` values, of which this is one.
        let place = unsafe { self.start.add(index) };
        // SAFETY: whoever made them vouched that they may be written.
        unsafe { place.write_unaligned(value) };
    }
}

/// The value an argument points at, or `None` for null. It may be unaligned.
///
/// # Safety
///
/// `start` is null or points at an initialised value.
#[inline]
pub(crate) unsafe fn value<T: Copy>(start: *const T) -> Option<T> {
    let start = NonNull::new(start.cast_mut())?;
    // SAFETY: not null, and the caller vouches for the rest.
    Some(unsafe { start.read_unaligned() })
}

/// The values an argument points at; null only if there are none.
///
/// # Safety
///
/// `start` is null or points at `count` initialised values that stay as they are for as long as `'a`.
pub(crate) unsafe fn values<'a, T>(start: *const T, count: u32) -> Result<&'a [T], Failure> {
    if count == 0 {
        return Ok(&[]);
    }
    if start.is_null() || !start.is_aligned() {
        return Err(Failure::INVALID_ARGUMENT);
    }
    // SAFETY: neither null nor unaligned, and the caller vouches for the values and their lifetime.
    Ok(unsafe { slice::from_raw_parts(start, count as usize) })
}

/// The UTF-8 string an argument points at, or `None` for null.
///
/// # Safety
///
/// `start` is null or points at a string with a terminator that stays as it is for as long as `'a`.
pub(crate) unsafe fn string<'a>(start: *const c_char) -> Result<Option<&'a str>, Failure> {
    if start.is_null() {
        return Ok(None);
    }
    // SAFETY: not null, and the caller vouches for the terminator and the lifetime.
    let string = unsafe { CStr::from_ptr(start) };
    string.to_str().map(Some).map_err(|_| Failure::INVALID_ARGUMENT)
}

/// The UTF-8 strings an argument points at, none of them null.
///
/// # Safety
///
/// As for [`values`], and for each of them as for [`string`].
pub(crate) unsafe fn strings<'a>(
    start: *const *const c_char,
    count: u32,
) -> Result<Vec<&'a str>, Failure> {
    // SAFETY: the caller vouches for the array.
    let pointers = unsafe { values(start, count) }?;
    let string = |pointer: &*const c_char| {
        // SAFETY: the caller vouches for each string.
        unsafe { string(*pointer) }?.ok_or(Failure::INVALID_ARGUMENT)
    };
    pointers.iter().map(string).collect()
}
