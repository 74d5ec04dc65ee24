//! The thirteen functions. Each reads its arguments, makes one call on an endpoint inside the
//! boundary, and writes its outputs.
//!
//! # Safety
//!
//! The contract of every function is that of `websocket.h`: a pointer argument is null where that is
//! allowed, or good for what the interface does with it; memory that is lent stays valid for as long
//! as it is lent. Handles, action contexts, types and counts may hold anything.

use core::ffi::{c_char, c_void};
use core::num::NonZeroUsize;
use core::ptr;

use wsproof_capi_abi::{Buffer, Handle, Hresult, HttpHeader, Property, S_OK};
use wsproof_engine::{Offer, Role, Selection};

use crate::boundary::boundary;
use crate::endpoint::{Body, Endpoint};
use crate::hresult::Failure;
use crate::lent::{Context, Lent, LentMut};
use crate::memory::{self, Place, Places};
use crate::outputs::Outputs;
use crate::property::Settings;
use crate::{headers, property, registry};

/// The index that stands for no subprotocol.
const NO_SUBPROTOCOL: u32 = u32::MAX;

/// Creates a client.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WebSocketCreateClientHandle(
    properties: *const Property,
    count: u32,
    handle: *mut Handle,
) -> Hresult {
    // SAFETY: the contract of this function.
    unsafe { create(Role::Client, properties, count, handle) }
}

/// Creates a server.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WebSocketCreateServerHandle(
    properties: *const Property,
    count: u32,
    handle: *mut Handle,
) -> Hresult {
    // SAFETY: the contract of this function.
    unsafe { create(Role::Server, properties, count, handle) }
}

/// # Safety
///
/// See the module.
unsafe fn create(
    role: Role,
    properties: *const Property,
    count: u32,
    handle: *mut Handle,
) -> Hresult {
    boundary(|| {
        // SAFETY: the contract of the exported function, for this and all that follows.
        let handle = unsafe { Place::required(handle) }?;
        handle.set(ptr::null_mut());
        // SAFETY: as above.
        let properties = unsafe { memory::values(properties, count) }?;
        // SAFETY: as above.
        let settings = unsafe { Settings::read(role, properties) }?;
        // SAFETY: as above.
        let endpoint = unsafe { Endpoint::new(&settings) }?;
        handle.set(registry::insert(endpoint)?);
        Ok(())
    })
}

/// Begins a client's opening handshake.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WebSocketBeginClientHandshake(
    handle: Handle,
    subprotocols: *const *const c_char,
    subprotocol_count: u32,
    extensions: *const *const c_char,
    extension_count: u32,
    initial_headers: *const HttpHeader,
    initial_header_count: u32,
    additional_headers: *mut *mut HttpHeader,
    additional_header_count: *mut u32,
) -> Hresult {
    boundary(|| {
        // SAFETY: the contract of this function, for this and all that follows.
        let headers = unsafe { HeadersOut::new(additional_headers, additional_header_count) }?;
        // SAFETY: as above.
        let subprotocols = unsafe { memory::strings(subprotocols, subprotocol_count) }?;
        // SAFETY: as above.
        let extensions = unsafe { memory::strings(extensions, extension_count) }?;
        // SAFETY: as above.
        let initial_headers = unsafe { headers::read(initial_headers, initial_header_count) }?;
        let offer = Offer {
            subprotocols: &subprotocols,
            extensions: &extensions,
            initial_headers: &initial_headers,
            ..Offer::default()
        };
        headers.set(registry::with(handle, |endpoint| endpoint.begin_client_handshake(&offer))?);
        Ok(())
    })
}

/// Ends a client's opening handshake.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WebSocketEndClientHandshake(
    handle: Handle,
    response_headers: *const HttpHeader,
    response_header_count: u32,
    selected_extensions: *mut u32,
    selected_extension_count: *mut u32,
    selected_subprotocol: *mut u32,
) -> Hresult {
    boundary(|| {
        // SAFETY: the contract of this function, for this and all that follows.
        let response = unsafe { headers::read(response_headers, response_header_count) }?;
        // SAFETY: as above.
        let room = unsafe { memory::value(selected_extension_count) };
        let room = match (selected_extensions.is_null(), room) {
            (true, _) => None,
            (false, Some(room)) => Some(room),
            (false, None) => return Err(Failure::INVALID_ARGUMENT),
        };
        // SAFETY: as above.
        let indices = unsafe { Places::new(selected_extensions, room.unwrap_or(0)) }?;
        // SAFETY: as above.
        let count = unsafe { Place::optional(selected_extension_count) };
        // SAFETY: as above.
        let subprotocol = unsafe { Place::optional(selected_subprotocol) };

        let agreed =
            registry::with(handle, |endpoint| endpoint.end_client_handshake(&response, room))?;
        let number = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        for (place, extension) in agreed.extensions().iter().enumerate() {
            indices.set_at(place, number(extension.index()));
        }
        if let Some(count) = count {
            count.set(number(agreed.extensions().len()));
        }
        if let Some(subprotocol) = subprotocol {
            subprotocol.set(agreed.subprotocol().map_or(NO_SUBPROTOCOL, number));
        }
        Ok(())
    })
}

/// Begins a server's opening handshake.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WebSocketBeginServerHandshake(
    handle: Handle,
    subprotocol_selected: *const c_char,
    extensions_selected: *const *const c_char,
    extension_selected_count: u32,
    request_headers: *const HttpHeader,
    request_header_count: u32,
    response_headers: *mut *mut HttpHeader,
    response_header_count: *mut u32,
) -> Hresult {
    boundary(|| {
        // SAFETY: the contract of this function, for this and all that follows.
        let headers = unsafe { HeadersOut::new(response_headers, response_header_count) }?;
        // SAFETY: as above.
        let subprotocol = unsafe { memory::string(subprotocol_selected) }?;
        // SAFETY: as above.
        let extensions = unsafe { memory::strings(extensions_selected, extension_selected_count) }?;
        // SAFETY: as above.
        let request = unsafe { headers::read(request_headers, request_header_count) }?;
        let selection = Selection { subprotocol, extensions: &extensions };
        headers.set(registry::with(handle, |endpoint| {
            endpoint.begin_server_handshake(&selection, &request)
        })?);
        Ok(())
    })
}

/// Ends a server's opening handshake.
///
/// # Safety
///
/// None of its own: the handle may hold anything.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WebSocketEndServerHandshake(handle: Handle) -> Hresult {
    boundary(|| registry::with(handle, Endpoint::end_server_handshake))
}

/// Queues an operation to send.
///
/// # Safety
///
/// See the module. The octets the buffer points at are lent until the operation is indicated
/// complete.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WebSocketSend(
    handle: Handle,
    buffer_type: u32,
    buffer: *mut Buffer,
    context: *mut c_void,
) -> Hresult {
    boundary(|| {
        // SAFETY: the contract of this function, for this and all that follows.
        let body = unsafe { read_body(buffer_type, buffer) };
        let context = Context(context);
        registry::with(handle, |endpoint| endpoint.send(buffer_type, body, context))
    })
}

/// The buffer of an operation to send, read as the member of the union that its type asks for.
///
/// # Safety
///
/// See the module.
unsafe fn read_body(buffer_type: u32, buffer: *const Buffer) -> Body {
    let (octets, length, status) = if buffer_type == wsproof_capi_abi::WEB_SOCKET_CLOSE_BUFFER_TYPE
    {
        // SAFETY: the caller's buffer is null or holds a `CloseStatus`.
        let Some(close) =
            (unsafe { memory::value(buffer.cast::<wsproof_capi_abi::CloseStatus>()) })
        else {
            return Body::Absent;
        };
        (close.reason, close.reason_length, close.status)
    } else {
        // SAFETY: the caller's buffer is null or holds a `Data`.
        let Some(data) = (unsafe { memory::value(buffer.cast::<wsproof_capi_abi::Data>()) }) else {
            return Body::Absent;
        };
        (data.buffer, data.length, 0)
    };
    // SAFETY: the caller lends the octets.
    Body::Given { octets: unsafe { Lent::new(octets, length) }, status }
}

/// Queues an operation to receive.
///
/// # Safety
///
/// See the module. The memory the buffer points at is lent until the operation is indicated
/// complete.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WebSocketReceive(
    handle: Handle,
    buffer: *mut Buffer,
    context: *mut c_void,
) -> Hresult {
    boundary(|| {
        // SAFETY: the contract of this function: the caller's buffer is null or holds a `Data`.
        let data = unsafe { memory::value(buffer.cast::<wsproof_capi_abi::Data>()) };
        let buffer = data.map(|data| {
            // SAFETY: the caller lends the memory.
            unsafe { LentMut::new(data.buffer, data.length as usize) }
        });
        registry::with(handle, |endpoint| endpoint.receive(buffer, Context(context)))
    })
}

/// Says what to do next.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WebSocketGetAction(
    handle: Handle,
    action_queue: u32,
    data_buffers: *mut Buffer,
    data_buffer_count: *mut u32,
    action: *mut u32,
    buffer_type: *mut u32,
    application_context: *mut *mut c_void,
    action_context: *mut *mut c_void,
) -> Hresult {
    boundary(|| {
        // SAFETY: the contract of this function: places that are null or good for what they are for,
        // and an array with as many entries as the count says.
        let outputs = unsafe {
            Outputs::new(
                data_buffers,
                data_buffer_count,
                action,
                buffer_type,
                application_context,
                action_context,
            )
        }?;
        registry::with(handle, |endpoint| endpoint.get_action(action_queue, &outputs))
    })
}

/// Completes an action. Always returns 0: the interface has no result here, but some programs look at
/// the register where one would be.
///
/// # Safety
///
/// None of its own: handle and action context may hold anything. Memory the action named is no longer
/// the caller's to use.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WebSocketCompleteAction(
    handle: Handle,
    action_context: *mut c_void,
    octets: u32,
) -> Hresult {
    boundary(|| {
        registry::with(handle, |endpoint| {
            if let Some(number) = NonZeroUsize::new(action_context.addr()) {
                endpoint.complete_action(number, octets);
            }
            Ok(())
        })
    });
    S_OK
}

/// Gives a connection up. Always returns 0, as [`WebSocketCompleteAction`] does.
///
/// # Safety
///
/// None of its own: the handle may hold anything.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WebSocketAbortHandle(handle: Handle) -> Hresult {
    boundary(|| {
        registry::with(handle, |endpoint| {
            endpoint.abort();
            Ok(())
        })
    });
    S_OK
}

/// Deletes a handle and all memory that was handed out with it. Always returns 0, as
/// [`WebSocketCompleteAction`] does.
///
/// # Safety
///
/// None of its own: the handle may hold anything. The library's memory is no longer the caller's to
/// use.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WebSocketDeleteHandle(handle: Handle) -> Hresult {
    boundary(|| {
        drop(registry::remove(handle));
        Ok(())
    });
    S_OK
}

/// Reads a property of the component.
///
/// # Safety
///
/// See the module.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn WebSocketGetGlobalProperty(
    property_type: u32,
    value: *mut c_void,
    size: *mut u32,
) -> Hresult {
    boundary(|| {
        // SAFETY: the contract of this function, for this and all that follows.
        let capacity = unsafe { memory::value(size) }.ok_or(Failure::INVALID_ARGUMENT)?;
        // SAFETY: as above.
        let size = unsafe { Place::required(size) }?;
        // SAFETY: as above.
        unsafe { property::read_global(property_type, value, capacity, &size) }
    })
}

/// Where headers are returned: null and 0 unless the call succeeds.
struct HeadersOut {
    headers: Place<*mut HttpHeader>,
    count: Place<u32>,
}

impl HeadersOut {
    /// # Safety
    ///
    /// As for [`Place::required`], for both.
    unsafe fn new(headers: *mut *mut HttpHeader, count: *mut u32) -> Result<Self, Failure> {
        // SAFETY: the caller vouches for it.
        let headers = unsafe { Place::required(headers) }?;
        // SAFETY: likewise.
        let count = unsafe { Place::required(count) }?;
        let out = Self { headers, count };
        out.set((ptr::null_mut(), 0));
        Ok(out)
    }

    fn set(&self, (headers, count): (*mut HttpHeader, u32)) {
        self.headers.set(headers);
        self.count.set(count);
    }
}
