//! The thirteen functions called by a program without unsafe code, with any arguments that keep to
//! the contract about memory: for tests and fuzzing, with the feature `caller`.
//!
//! What the contract leaves open is open here, too: types, counts, statuses, contexts and handles
//! may hold anything, calls may come in any order, and places for outputs may be missing. What it
//! asks for is kept: lent memory stays where it is until the handle is deleted, and memory that was
//! handed out is looked at only while its action is outstanding.

use core::ffi::{CStr, c_void};
use core::ptr;
use core::slice;

pub use wsproof_capi_abi::arrays::Headers;
use wsproof_capi_abi::arrays::{fields, length, pointers};
use wsproof_capi_abi::{
    Buffer, Handle, Hresult, HttpHeader, Property, S_OK,
    WEB_SOCKET_INDICATE_RECEIVE_COMPLETE_ACTION, WEB_SOCKET_NO_ACTION,
    WEB_SOCKET_RECEIVE_FROM_NETWORK_ACTION,
};
use wsproof_engine::Role;

use crate::exports::*;

/// Entries of the array of buffers a call may have room for.
const MOST_ENTRIES: usize = 4;

/// A handle, and everything that was lent to it.
#[derive(Debug)]
pub struct Caller {
    handle: Handle,
    sent: Vec<Vec<u8>>,
    supplied: Vec<Box<[u8]>>,
    /// Reads that are outstanding: the action context, and the memory to read into.
    reads: Vec<(usize, *mut u8, usize)>,
}

/// What an application hands over with an operation to send.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the shapes a pointer can have")]
pub enum Given {
    /// A null pointer.
    Nothing,
    /// A buffer with a null pointer to so many octets.
    Nowhere(u32),
    /// A buffer with octets, and with a status that only a Close has.
    Octets(Vec<u8>, u16),
}

/// What came of asking for an action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Got {
    /// The result of the call.
    pub result: Hresult,
    /// A `WEB_SOCKET_ACTION`.
    pub action: u32,
    /// A `WEB_SOCKET_BUFFER_TYPE`, or 0.
    pub buffer_type: u32,
    /// The context of the operation, if the call said one.
    pub context: Option<usize>,
    /// The context of the action.
    pub token: usize,
    /// The octets to write or that were received. To read into: as many zeros as there is room for.
    pub octets: Vec<u8>,
    /// How many buffers there are.
    pub count: u32,
    /// The status of a received Close, or 0.
    pub status: u16,
}

impl Caller {
    /// A handle of this role, with properties that are numbers of four octets.
    ///
    /// # Errors
    ///
    /// What the call answers if it makes no handle.
    pub fn create(role: Role, properties: &[(u32, u32)]) -> Result<Self, Hresult> {
        let mut values: Vec<u32> = properties.iter().map(|(_, value)| *value).collect();
        let properties: Vec<_> = properties
            .iter()
            .zip(&mut values)
            .map(|((property_type, _), value)| Property {
                property_type: *property_type,
                value: ptr::from_mut(value).cast(),
                value_size: 4,
            })
            .collect();
        let create = match role {
            Role::Client => WebSocketCreateClientHandle,
            Role::Server => WebSocketCreateServerHandle,
        };
        let mut handle = ptr::null_mut();
        // SAFETY: as many properties as are said, each with a value of four octets, and a place.
        let result = unsafe { create(properties.as_ptr(), length(&properties), &raw mut handle) };
        if result != S_OK || handle.is_null() {
            return Err(result);
        }
        Ok(Self { handle, sent: Vec::new(), supplied: Vec::new(), reads: Vec::new() })
    }

    /// `WebSocketBeginClientHandshake`, with the fields of the request.
    pub fn begin_client_handshake(
        &mut self,
        subprotocols: &[&CStr],
        extensions: &[&CStr],
    ) -> (Hresult, Headers) {
        let (subprotocols, extensions) = (pointers(subprotocols), pointers(extensions));
        let (mut fields, mut fields_count) = (ptr::null_mut(), 0);
        // SAFETY: arrays of as many strings as are said, and places for the outputs.
        let result = unsafe {
            WebSocketBeginClientHandshake(
                self.handle,
                subprotocols.as_ptr(),
                length(&subprotocols),
                extensions.as_ptr(),
                length(&extensions),
                ptr::null(),
                0,
                &raw mut fields,
                &raw mut fields_count,
            )
        };
        // SAFETY: the call set both.
        (result, unsafe { read_fields(result, fields, fields_count) })
    }

    /// `WebSocketEndClientHandshake`.
    pub fn end_client_handshake(&mut self, response: &Headers) -> Hresult {
        let fields = fields(response);
        // SAFETY: as many fields as are said, and no places for the outputs.
        unsafe {
            WebSocketEndClientHandshake(
                self.handle,
                fields.as_ptr(),
                length(&fields),
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
            )
        }
    }

    /// `WebSocketBeginServerHandshake`, with the fields of the response.
    pub fn begin_server_handshake(
        &mut self,
        subprotocol: Option<&CStr>,
        request: &Headers,
    ) -> (Hresult, Headers) {
        let request = fields(request);
        let (mut fields, mut fields_count) = (ptr::null_mut(), 0);
        // SAFETY: a string or none, as many fields as are said, and places for the outputs.
        let result = unsafe {
            WebSocketBeginServerHandshake(
                self.handle,
                subprotocol.map_or(ptr::null(), CStr::as_ptr),
                ptr::null(),
                0,
                request.as_ptr(),
                length(&request),
                &raw mut fields,
                &raw mut fields_count,
            )
        };
        // SAFETY: the call set both.
        (result, unsafe { read_fields(result, fields, fields_count) })
    }

    /// `WebSocketEndServerHandshake`.
    pub fn end_server_handshake(&mut self) -> Hresult {
        // SAFETY: a handle may be any number.
        unsafe { WebSocketEndServerHandshake(self.handle) }
    }

    /// `WebSocketSend`.
    pub fn send(&mut self, buffer_type: u32, given: Given, context: usize) -> Hresult {
        let mut buffer = match given {
            Given::Nothing => None,
            Given::Nowhere(length) => Some(Buffer::of_close(ptr::null_mut(), length, 0)),
            Given::Octets(octets, status) => {
                let length = length(&octets);
                // Moving the vector leaves its octets where they are.
                self.sent.push(octets);
                let octets = self.sent.last().map_or(ptr::null(), |octets| octets.as_ptr());
                Some(Buffer::of_close(octets.cast_mut(), length, status))
            }
        };
        let buffer = buffer.as_mut().map_or(ptr::null_mut(), ptr::from_mut);
        // SAFETY: the octets are kept until the handle is deleted.
        unsafe { WebSocketSend(self.handle, buffer_type, buffer, pointer(context)) }
    }

    /// `WebSocketReceive`, with a buffer of so many octets or without one.
    pub fn receive(&mut self, room: Option<usize>, context: usize) -> Hresult {
        let mut buffer = room.map(|room| {
            self.supplied.push(vec![0; room].into_boxed_slice());
            let memory = self.supplied.last_mut().map_or(ptr::null_mut(), |b| b.as_mut_ptr());
            Buffer::of_data(memory, u32::try_from(room).unwrap_or(u32::MAX))
        });
        let buffer = buffer.as_mut().map_or(ptr::null_mut(), ptr::from_mut);
        // SAFETY: the memory is kept until the handle is deleted.
        unsafe { WebSocketReceive(self.handle, buffer, pointer(context)) }
    }

    /// `WebSocketGetAction`, with room for so many buffers, at most four; `without` leaves out the
    /// place of that output: 0 the count, 1 the action, 2 the type, 3 the action's context.
    pub fn get_action(&mut self, queue: u32, room: usize, without: Option<usize>) -> Got {
        const UNTOUCHED: usize = usize::MAX;

        let mut buffers = [Buffer::of_close(ptr::null_mut(), 0, 0); MOST_ENTRIES];
        let room = room.min(MOST_ENTRIES);
        let (mut entries, mut got) = (u32::try_from(room).unwrap_or(0), Got::default());
        let (mut context, mut token) = (pointer(UNTOUCHED), ptr::null_mut());
        fn place<T>(place: *mut T, missing: bool) -> *mut T {
            if missing { ptr::null_mut() } else { place }
        }
        // SAFETY: room for as many entries as are said, and places or null for the outputs.
        got.result = unsafe {
            WebSocketGetAction(
                self.handle,
                queue,
                buffers.as_mut_ptr(),
                place(&raw mut entries, without == Some(0)),
                place(&raw mut got.action, without == Some(1)),
                place(&raw mut got.buffer_type, without == Some(2)),
                &raw mut context,
                place(&raw mut token, without == Some(3)),
            )
        };
        got.context = Some(context.addr()).filter(|context| *context != UNTOUCHED);
        got.token = token.addr();
        if got.result != S_OK || got.action == WEB_SOCKET_NO_ACTION {
            return got;
        }
        got.count = entries;
        for buffer in buffers.iter().take(room.min(entries as usize)) {
            // SAFETY: all octets of every entry were written: here, or by the call.
            let entry = unsafe { buffer.close_status };
            let length = entry.reason_length as usize;
            if got.action == WEB_SOCKET_RECEIVE_FROM_NETWORK_ACTION {
                self.reads.push((got.token, entry.reason, length));
                got.octets.resize(length, 0);
            } else if !entry.reason.is_null() {
                // SAFETY: the call handed out so many octets, and the action is outstanding.
                let octets = unsafe { slice::from_raw_parts(entry.reason, length) };
                got.octets.extend_from_slice(octets);
            }
            if got.action == WEB_SOCKET_INDICATE_RECEIVE_COMPLETE_ACTION {
                got.status = entry.status;
            }
        }
        got
    }

    /// `WebSocketCompleteAction`. Into the memory of a read that is outstanding under this context
    /// it first puts as many of the octets as fit.
    pub fn complete_action(&mut self, token: usize, octets: &[u8], transferred: u32) -> Hresult {
        if let Some(index) = self.reads.iter().position(|(read, ..)| *read == token) {
            let (_, start, room) = self.reads.swap_remove(index);
            let fits = room.min(octets.len());
            // SAFETY: the memory has room for so many octets, and its action is outstanding.
            unsafe { ptr::copy_nonoverlapping(octets.as_ptr(), start, fits) };
        }
        // SAFETY: a handle and an action's context may be any number.
        unsafe { WebSocketCompleteAction(self.handle, pointer(token), transferred) }
    }

    /// `WebSocketAbortHandle`.
    pub fn abort(&mut self) -> Hresult {
        // SAFETY: a handle may be any number.
        unsafe { WebSocketAbortHandle(self.handle) }
    }

    /// Deletes the handle, and calls the functions with it once more; answers with what each says
    /// that takes a handle and has an answer.
    #[must_use]
    pub fn delete(mut self) -> Vec<Hresult> {
        self.reads.clear();
        // SAFETY: a handle may be any number; nobody looks at what was handed out any more.
        unsafe { WebSocketDeleteHandle(self.handle) };
        let get = self.get_action(3, MOST_ENTRIES, None).result;
        self.abort();
        self.complete_action(1, &[], 1);
        vec![
            self.begin_client_handshake(&[], &[]).0,
            self.end_client_handshake(&Vec::new()),
            self.begin_server_handshake(None, &Vec::new()).0,
            self.end_server_handshake(),
            self.send(0x8000_0005, Given::Nothing, 1),
            self.receive(None, 1),
            get,
        ]
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        // SAFETY: a handle may be any number, and one that was deleted is an error; what was lent is
        // freed behind this.
        unsafe { WebSocketDeleteHandle(self.handle) };
    }
}

const fn pointer(number: usize) -> *mut c_void {
    ptr::without_provenance_mut(number)
}

/// # Safety
///
/// The call with this result set the fields and their count.
unsafe fn read_fields(result: Hresult, fields: *const HttpHeader, count: u32) -> Headers {
    if result != S_OK || fields.is_null() {
        return Vec::new();
    }
    // SAFETY: the call answered with as many fields, which live until the next call.
    let fields = unsafe { slice::from_raw_parts(fields, count as usize) };
    let octets = |start: *const u8, length: u32| {
        // SAFETY: and with as many octets for each name and value.
        unsafe { slice::from_raw_parts(start, length as usize) }.to_vec()
    };
    let field = |field: &HttpHeader| {
        (octets(field.name, field.name_length), octets(field.value, field.value_length))
    };
    fields.iter().map(field).collect()
}
