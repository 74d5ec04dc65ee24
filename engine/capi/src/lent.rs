//! What a C program lends to an endpoint, as the engine wants to hold it.

use core::ffi::c_void;
use core::ptr::NonNull;
use core::slice;

use crate::hresult::Failure;

/// Octets the caller lends: nobody writes them while they are lent.
#[derive(Debug)]
pub(crate) struct Lent {
    start: NonNull<u8>,
    length: usize,
}

// SAFETY: the interface lets any thread call on a handle, so a caller that lends memory lends it to
// all threads.
unsafe impl Send for Lent {}

impl Lent {
    /// `length` octets from `start`, which is null only if there are none.
    ///
    /// # Safety
    ///
    /// The octets stay where and as they are until nobody calls [`AsRef::as_ref`] on this any more.
    pub(crate) unsafe fn new(start: *const u8, length: u32) -> Option<Self> {
        match NonNull::new(start.cast_mut()) {
            Some(start) => Some(Self { start, length: length as usize }),
            None if length == 0 => Some(Self::nothing()),
            None => None,
        }
    }

    /// No octets at all.
    pub(crate) const fn nothing() -> Self {
        Self { start: NonNull::dangling(), length: 0 }
    }
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        // SAFETY: whoever made this vouched for the octets.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.length) }
    }
}

/// Octets the caller lends for writing.
#[derive(Debug)]
pub(crate) struct LentMut(Lent);

impl LentMut {
    /// `length` octets from `start`; a null pointer lends none.
    ///
    /// # Safety
    ///
    /// As for [`Lent::new`], and nobody else looks at the octets while a slice of them is in use.
    pub(crate) unsafe fn new(start: *mut u8, length: usize) -> Self {
        NonNull::new(start).map_or(Self(Lent::nothing()), |start| Self(Lent { start, length }))
    }
}

impl AsRef<[u8]> for LentMut {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref()
    }
}

impl AsMut<[u8]> for LentMut {
    fn as_mut(&mut self) -> &mut [u8] {
        // SAFETY: whoever made this vouched for the octets, and that they are its own to write.
        unsafe { slice::from_raw_parts_mut(self.0.start.as_ptr(), self.0.length) }
    }
}

/// One of the two parts an endpoint works in: its own, or of the block the caller allocated.
#[derive(Debug)]
pub(crate) enum Part {
    Own(Box<[u8]>),
    Lent(LentMut),
}

impl Part {
    /// A part of our own.
    pub(crate) fn allocate(octets: usize) -> Result<Self, Failure> {
        let mut part = Vec::new();
        part.try_reserve_exact(octets).map_err(|_| Failure::OUT_OF_MEMORY)?;
        part.resize(octets, 0);
        Ok(Self::Own(part.into_boxed_slice()))
    }
}

impl AsRef<[u8]> for Part {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Own(part) => part,
            Self::Lent(part) => part.as_ref(),
        }
    }
}

impl AsMut<[u8]> for Part {
    fn as_mut(&mut self) -> &mut [u8] {
        match self {
            Self::Own(part) => part,
            Self::Lent(part) => part.as_mut(),
        }
    }
}

/// An application context: the caller's pointer, which nobody here looks behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Context(pub(crate) *mut c_void);

// SAFETY: the pointer is only handed back.
unsafe impl Send for Context {}
