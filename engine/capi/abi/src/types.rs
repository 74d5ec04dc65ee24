//! The structures of the interface, with the layout of the platform's C.

use core::ffi::c_void;
use core::mem::{offset_of, size_of};

/// `WEB_SOCKET_HANDLE`: opaque; null is never a handle.
pub type Handle = *mut c_void;

/// `HRESULT`: 0 on success, negative on failure.
pub type Hresult = i32;

/// `WEB_SOCKET_PROPERTY`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// `Type`: a `WEB_SOCKET_PROPERTY_TYPE`.
    pub property_type: u32,
    /// `pvValue`
    pub value: *mut c_void,
    /// `ulValueSize`: octets.
    pub value_size: u32,
}

/// `WEB_SOCKET_HTTP_HEADER`: lengths count octets, without a terminator.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct HttpHeader {
    /// `pcName`
    pub name: *mut u8,
    /// `ulNameLength`
    pub name_length: u32,
    /// `pcValue`
    pub value: *mut u8,
    /// `ulValueLength`
    pub value_length: u32,
}

/// `WEB_SOCKET_BUFFER`: `Data` for every type but Close.
#[repr(C)]
#[derive(Clone, Copy)]
pub union Buffer {
    /// `Data`
    pub data: Data,
    /// `CloseStatus`
    pub close_status: CloseStatus,
    octets: [u8; size_of::<CloseStatus>()],
}

/// `WEB_SOCKET_BUFFER.Data`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Data {
    /// `pbBuffer`
    pub buffer: *mut u8,
    /// `ulBufferLength`
    pub length: u32,
}

/// `WEB_SOCKET_BUFFER.CloseStatus`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct CloseStatus {
    /// `pbReason`
    pub reason: *mut u8,
    /// `ulReasonLength`: 0 to 123.
    pub reason_length: u32,
    /// `usStatus`
    pub status: u16,
}

impl Buffer {
    /// A buffer of nothing: all octets of the union are 0.
    pub const NOTHING: Self = Self { octets: [0; size_of::<CloseStatus>()] };

    /// A buffer of these octets.
    #[must_use]
    pub const fn of_data(buffer: *mut u8, length: u32) -> Self {
        // Through the larger member, so that every octet of the union is set.
        Self { close_status: CloseStatus { reason: buffer, reason_length: length, status: 0 } }
    }

    /// A Close.
    #[must_use]
    pub const fn of_close(reason: *mut u8, reason_length: u32, status: u16) -> Self {
        Self { close_status: CloseStatus { reason, reason_length, status } }
    }
}

// The layout of the platform's C: a word for a pointer, four octets for ULONG.
const WORD: usize = size_of::<usize>();

const _: () = {
    assert!(size_of::<Property>() == 3 * WORD);
    assert!(offset_of!(Property, value) == WORD);
    assert!(offset_of!(Property, value_size) == 2 * WORD);
    assert!(size_of::<HttpHeader>() == 4 * WORD);
    assert!(offset_of!(HttpHeader, name_length) == WORD);
    assert!(offset_of!(HttpHeader, value) == 2 * WORD);
    assert!(offset_of!(HttpHeader, value_length) == 3 * WORD);
    assert!(size_of::<Buffer>() == WORD + 8);
    assert!(offset_of!(Data, length) == WORD);
    assert!(offset_of!(CloseStatus, reason_length) == WORD);
    assert!(offset_of!(CloseStatus, status) == WORD + 4);
};
