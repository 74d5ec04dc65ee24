//! A library with the thirteen functions, loaded at run time and called without unsafe code.
//!
//! What is loaded is native code that somebody named on a command line, and it is trusted as any
//! program they run. Within that trust this module keeps the caller's side of the contract:
//! payloads live until the library hands them back, memory is looked at only while its action is
//! outstanding, and each handle is deleted once. What the library returns is checked as far as it
//! can be.

mod error;
mod headers;

pub use error::{CallError, LoadError};
use headers::read_headers;

use core::error::Error as _;
use core::ffi::{CStr, c_void};
use core::ptr::{self, NonNull};
use core::slice;
use core::sync::atomic::{AtomicU64, Ordering};
use std::collections::VecDeque;
use std::path::Path;

use crate::arrays::{Headers, fields, length, pointers, start};
use crate::{
    Buffer, Functions, Handle, Hresult, Property, S_OK, WEB_SOCKET_ALLOCATED_BUFFER_PROPERTY_TYPE,
    WEB_SOCKET_CLOSE_BUFFER_TYPE, WEB_SOCKET_INDICATE_RECEIVE_COMPLETE_ACTION,
    WEB_SOCKET_INDICATE_SEND_COMPLETE_ACTION, WEB_SOCKET_NO_ACTION,
    WEB_SOCKET_RECEIVE_FROM_NETWORK_ACTION, WEB_SOCKET_SEND_TO_NETWORK_ACTION,
    WebSocketCreateClientHandle,
};

/// A loaded library.
#[derive(Debug)]
pub struct Library {
    functions: Functions,
    /// Keeps the code in memory; last, so that it goes last.
    _code: libloading::Library,
}

/// What to send.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the shapes of the interface's union, and none")]
pub enum Payload {
    /// No buffer: a ping, a pong, or a Close without a status.
    None,
    /// Octets of every other type.
    Data(Vec<u8>),
    /// The body of a Close.
    Close {
        /// The status.
        status: u16,
        /// The reason, at most 123 octets of UTF-8.
        reason: Vec<u8>,
    },
}

impl Library {
    /// Loads a library and looks its thirteen functions up.
    ///
    /// Loading runs the library's initialisers, and calling it runs its code: name only libraries you
    /// would run as programs.
    ///
    /// # Errors
    ///
    /// [`LoadError`].
    pub fn open(path: &Path) -> Result<Self, LoadError> {
        // SAFETY: the initialisers are trusted, see the module.
        let code = unsafe { libloading::Library::new(path) };
        let code = code.map_err(|error| {
            // What the system says is what the error comes from.
            LoadError::Load(error.source().map_or_else(|| error.to_string(), ToString::to_string))
        })?;
        // SAFETY: a library that exports these thirteen names is trusted to mean this interface.
        let functions = unsafe { Functions::of(&code) }.map_err(LoadError::Missing)?;
        Ok(Self { functions, _code: code })
    }

    /// The functions themselves, for callers with unsafe code of their own.
    #[must_use]
    pub const fn functions(&self) -> &Functions {
        &self.functions
    }

    /// A client with properties, each a type and a number: any but the allocated buffer.
    ///
    /// # Errors
    ///
    /// As the library says; [`CallError::Nonsense`] without a call for the allocated buffer.
    pub fn create_client(&self, properties: &[(u32, u32)]) -> Result<Endpoint<'_>, CallError> {
        self.create(self.functions.WebSocketCreateClientHandle, properties)
    }

    /// A server with properties, as for [`create_client`](Self::create_client).
    ///
    /// # Errors
    ///
    /// The same.
    pub fn create_server(&self, properties: &[(u32, u32)]) -> Result<Endpoint<'_>, CallError> {
        self.create(self.functions.WebSocketCreateServerHandle, properties)
    }

    fn create(
        &self,
        create: WebSocketCreateClientHandle,
        properties: &[(u32, u32)],
    ) -> Result<Endpoint<'_>, CallError> {
        let mut values: Vec<u32> = properties.iter().map(|(_, value)| *value).collect();
        let mut given = Vec::new();
        for ((property_type, _), value) in properties.iter().zip(&mut values) {
            if *property_type == WEB_SOCKET_ALLOCATED_BUFFER_PROPERTY_TYPE {
                return Err(CallError::Nonsense("a number for a pointer"));
            }
            let value = ptr::from_mut(value).cast();
            given.push(Property { property_type: *property_type, value, value_size: 4 });
        }
        let mut handle = ptr::null_mut();
        // SAFETY: properties whose values are numbers of four octets, and a place for the handle.
        check(unsafe { create(start(&given), length(&given), &raw mut handle) })?;
        self.endpoint(handle)
    }

    fn endpoint(&self, handle: Handle) -> Result<Endpoint<'_>, CallError> {
        static SERIAL: AtomicU64 = AtomicU64::new(0);
        if handle.is_null() {
            return Err(CallError::Nonsense("a null handle with S_OK"));
        }
        Ok(Endpoint {
            functions: &self.functions,
            handle,
            lent: VecDeque::new(),
            serial: SERIAL.fetch_add(1, Ordering::Relaxed),
        })
    }
}

/// A handle of a loaded library, deleted when it is dropped.
#[derive(Debug)]
pub struct Endpoint<'l> {
    functions: &'l Functions,
    handle: Handle,
    /// The payloads of operations that have not been indicated complete, in their order.
    lent: VecDeque<Vec<u8>>,
    serial: u64,
}

/// An action of an endpoint, to be completed there.
#[derive(Debug)]
#[must_use = "an action that is not completed blocks its queue"]
pub struct Action {
    kind: ActionKind,
    buffer_type: u32,
    /// Memory that is good until the action is completed.
    buffers: [Memory; 2],
    status: u16,
    token: *mut c_void,
    /// The endpoint it is of.
    serial: u64,
}

/// The name of an action that was completed.
#[derive(Clone, Copy, Debug)]
pub struct Over {
    token: *mut c_void,
    /// The endpoint it is of.
    serial: u64,
}

#[derive(Clone, Copy, Debug)]
struct Memory {
    start: NonNull<u8>,
    length: usize,
}

const NOTHING: Memory = Memory { start: NonNull::dangling(), length: 0 };

/// What an action asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the actions of the interface")]
pub enum ActionKind {
    /// Write [`Endpoint::slices`].
    SendToNetwork,
    /// A send operation is over.
    IndicateSendComplete,
    /// Read into [`Endpoint::buffer_mut`].
    ReceiveFromNetwork,
    /// Look at [`Endpoint::slices`], and at [`Action::status`] for a Close.
    IndicateReceiveComplete,
}

impl Action {
    /// What it asks for.
    #[must_use]
    pub const fn kind(&self) -> ActionKind {
        self.kind
    }

    /// Its `WEB_SOCKET_BUFFER_TYPE`, or 0.
    #[must_use]
    pub const fn buffer_type(&self) -> u32 {
        self.buffer_type
    }

    /// The status of a received Close, which is 1005 if it had none; else 0.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }
}

impl Endpoint<'_> {
    /// Begins a client's handshake with these offers; answers with the headers of the request.
    ///
    /// # Errors
    ///
    /// As the library says.
    pub fn begin_client_handshake(
        &mut self,
        subprotocols: &[&CStr],
        extensions: &[&CStr],
    ) -> Result<Headers, CallError> {
        let (subprotocols, extensions) = (pointers(subprotocols), pointers(extensions));
        let (mut headers, mut count) = (ptr::null_mut(), 0);
        // SAFETY: arrays of strings that live on, no initial headers, and places for the outputs.
        check(unsafe {
            (self.functions.WebSocketBeginClientHandshake)(
                self.handle,
                start(&subprotocols),
                length(&subprotocols),
                start(&extensions),
                length(&extensions),
                ptr::null(),
                0,
                &raw mut headers,
                &raw mut count,
            )
        })?;
        // SAFETY: the library returned them.
        unsafe { read_headers(headers, count) }
    }

    /// Ends a client's handshake with the headers of the response.
    ///
    /// # Errors
    ///
    /// As the library says.
    pub fn end_client_handshake(&mut self, response: &Headers) -> Result<(), CallError> {
        let fields = fields(response);
        // SAFETY: the fields point into `response`, and the outputs are absent.
        check(unsafe {
            (self.functions.WebSocketEndClientHandshake)(
                self.handle,
                start(&fields),
                length(&fields),
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
            )
        })
    }

    /// Begins a server's handshake with what the application selects and the headers of the request;
    /// answers with those of the response.
    ///
    /// # Errors
    ///
    /// As the library says.
    pub fn begin_server_handshake(
        &mut self,
        subprotocol: Option<&CStr>,
        extensions: &[&CStr],
        request: &Headers,
    ) -> Result<Headers, CallError> {
        let (extensions, fields) = (pointers(extensions), fields(request));
        let (mut headers, mut count) = (ptr::null_mut(), 0);
        // SAFETY: strings and fields live on, and there are places for the outputs.
        check(unsafe {
            (self.functions.WebSocketBeginServerHandshake)(
                self.handle,
                subprotocol.map_or(ptr::null(), CStr::as_ptr),
                start(&extensions),
                length(&extensions),
                start(&fields),
                length(&fields),
                &raw mut headers,
                &raw mut count,
            )
        })?;
        // SAFETY: the library returned them.
        unsafe { read_headers(headers, count) }
    }

    /// Ends a server's handshake.
    ///
    /// # Errors
    ///
    /// As the library says.
    pub fn end_server_handshake(&mut self) -> Result<(), CallError> {
        // SAFETY: the handle is live.
        check(unsafe { (self.functions.WebSocketEndServerHandshake)(self.handle) })
    }

    /// Queues an operation to send.
    ///
    /// # Errors
    ///
    /// As the library says.
    pub fn send(&mut self, buffer_type: u32, payload: Payload) -> Result<(), CallError> {
        let (octets, status) = match payload {
            Payload::None => (None, 0),
            Payload::Data(octets) => (Some(octets), 0),
            Payload::Close { status, reason } => (Some(reason), status),
        };
        let mut buffer = octets
            .as_ref()
            .map(|octets| Buffer::of_close(octets.as_ptr().cast_mut(), length(octets), status));
        let start = buffer.as_mut().map_or(ptr::null_mut(), ptr::from_mut);
        // SAFETY: the octets are kept until the library indicates the operation complete.
        check(unsafe {
            (self.functions.WebSocketSend)(self.handle, buffer_type, start, ptr::null_mut())
        })?;
        self.lent.push_back(octets.unwrap_or_default());
        Ok(())
    }

    /// Queues an operation to receive, with its result in the library's memory.
    ///
    /// # Errors
    ///
    /// As the library says.
    pub fn receive(&mut self) -> Result<(), CallError> {
        // SAFETY: no buffer.
        check(unsafe {
            (self.functions.WebSocketReceive)(self.handle, ptr::null_mut(), ptr::null_mut())
        })
    }

    /// Asks what to do next; `None` is nothing.
    ///
    /// # Errors
    ///
    /// As the library says, or nonsense of its own.
    pub fn get_action(&mut self, queue: u32) -> Result<Option<Action>, CallError> {
        let mut buffers = [Buffer::of_close(ptr::null_mut(), 0, 0); 2];
        let (mut count, mut action, mut buffer_type) = (2, 0, 0);
        let (mut context, mut token) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: room for two entries, and places for all outputs.
        let checked = check(unsafe {
            (self.functions.WebSocketGetAction)(
                self.handle,
                queue,
                buffers.as_mut_ptr(),
                &raw mut count,
                &raw mut action,
                &raw mut buffer_type,
                &raw mut context,
                &raw mut token,
            )
        });
        // SAFETY: all octets of the entry were written: here, and by the library.
        let status = unsafe { buffers[0].close_status }.status;
        match checked {
            Err(CallError::Result(result)) if status != 0 => {
                return Err(CallError::Fault(result, status));
            }
            checked => checked?,
        }
        let kind = match action {
            WEB_SOCKET_NO_ACTION => return Ok(None),
            WEB_SOCKET_SEND_TO_NETWORK_ACTION => ActionKind::SendToNetwork,
            WEB_SOCKET_INDICATE_SEND_COMPLETE_ACTION => ActionKind::IndicateSendComplete,
            WEB_SOCKET_RECEIVE_FROM_NETWORK_ACTION => ActionKind::ReceiveFromNetwork,
            WEB_SOCKET_INDICATE_RECEIVE_COMPLETE_ACTION => ActionKind::IndicateReceiveComplete,
            _ => return Err(CallError::Nonsense("an action the interface does not know")),
        };
        if kind == ActionKind::IndicateSendComplete {
            self.lent.pop_front().ok_or(CallError::Nonsense("a completion of no operation"))?;
        }
        let given = buffers.get(..count as usize);
        let given = given.ok_or(CallError::Nonsense("more buffers than there was room for"))?;
        let mut memory = [NOTHING; 2];
        for (place, buffer) in memory.iter_mut().zip(given) {
            *place = memory_of(buffer)?;
        }
        let closes = kind == ActionKind::IndicateReceiveComplete
            && buffer_type == WEB_SOCKET_CLOSE_BUFFER_TYPE;
        let status = if closes { status } else { 0 };
        Ok(Some(Action { kind, buffer_type, buffers: memory, status, token, serial: self.serial }))
    }

    /// The octets of an action to write, or of a result. None for an action of another endpoint.
    #[must_use]
    pub fn slices(&self, action: &Action) -> [&[u8]; 2] {
        if action.serial != self.serial || action.kind == ActionKind::ReceiveFromNetwork {
            return [&[], &[]];
        }
        action.buffers.map(|Memory { start, length }| {
            // SAFETY: the action is outstanding, or it could not be shown here.
            unsafe { slice::from_raw_parts(start.as_ptr(), length) }
        })
    }

    /// The memory to read into. Empty for an action of another endpoint or kind.
    #[must_use]
    pub fn buffer_mut(&mut self, action: &Action) -> &mut [u8] {
        if action.serial != self.serial || action.kind != ActionKind::ReceiveFromNetwork {
            return &mut [];
        }
        let [Memory { start, length }, _] = action.buffers;
        // SAFETY: the action is outstanding, or it could not be shown here.
        unsafe { slice::from_raw_parts_mut(start.as_ptr(), length) }
    }

    /// Completes an action with the octets written or read. Without effect at another endpoint.
    pub fn complete_action(&mut self, action: Action, octets: usize) -> Over {
        let over = Over { token: action.token, serial: action.serial };
        self.complete(over, octets);
        over
    }

    /// Completes an action that is over once more, which the interface ignores. Without effect at
    /// another endpoint.
    pub fn complete_again(&mut self, over: Over, octets: usize) {
        self.complete(over, octets);
    }

    fn complete(&mut self, Over { token, serial }: Over, octets: usize) {
        if serial == self.serial {
            let octets = u32::try_from(octets).unwrap_or(u32::MAX);
            // SAFETY: the action context is the endpoint's, from an action that is outstanding and
            // whose memory is not looked at any more, or from one that is over: programs complete
            // those, too, and a library ignores them.
            unsafe { (self.functions.WebSocketCompleteAction)(self.handle, token, octets) }
        }
    }

    /// Gives the connection up.
    pub fn abort(&mut self) {
        // SAFETY: the handle is live.
        unsafe { (self.functions.WebSocketAbortHandle)(self.handle) }
    }
}

impl Drop for Endpoint<'_> {
    fn drop(&mut self) {
        // SAFETY: the handle is live, and nobody uses it or its memory afterwards.
        unsafe { (self.functions.WebSocketDeleteHandle)(self.handle) }
    }
}

const fn check(result: Hresult) -> Result<(), CallError> {
    match result {
        S_OK => Ok(()),
        result if result < 0 => Err(CallError::Result(result)),
        _ => Err(CallError::Nonsense("a success other than S_OK")),
    }
}

fn memory_of(buffer: &Buffer) -> Result<Memory, CallError> {
    // SAFETY: all octets of the entry were written: by `get_action`, and by the library.
    let data = unsafe { buffer.data };
    match NonNull::new(data.buffer) {
        Some(start) => Ok(Memory { start, length: data.length as usize }),
        None if data.length == 0 => Ok(NOTHING),
        None => Err(CallError::Nonsense("a null buffer with a length")),
    }
}
