//! The thirteen functions: names and signatures.

use core::ffi::{c_char, c_void};

use crate::types::{Buffer, Handle, Hresult, HttpHeader, Property};

macro_rules! functions {
    ($( $(#[doc = $doc:literal])+ $name:ident($($argument:ident: $kind:ty),+) $(-> $result:ty)?; )+) => {
        $(
            $(#[doc = $doc])+
            pub type $name = unsafe extern "system" fn($($argument: $kind),+) $(-> $result)?;
        )+

        /// The names, in the order of the alphabet.
        pub const NAMES: [&str; 13] = [ $( stringify!($name), )+ ];

        /// The functions of one library.
        #[derive(Clone, Copy, Debug)]
        #[expect(non_snake_case, missing_docs, reason = "the names are those of the interface")]
        pub struct Functions {
            $( pub $name: $name, )+
        }

        #[cfg(feature = "load")]
        impl Functions {
            /// The functions of a loaded library, or the first name it does not export.
            ///
            /// # Safety
            ///
            /// What the library exports under these names has these signatures.
            pub(crate) unsafe fn of(library: &libloading::Library) -> Result<Self, &'static str> {
                Ok(Self {
                    $( $name: {
                        // SAFETY: the caller vouches for the signatures.
                        let symbol = unsafe { library.get::<$name>(stringify!($name)) };
                        *symbol.map_err(|_| stringify!($name))?
                    }, )+
                })
            }
        }
    };
}

functions! {
    /// Gives a connection up.
    WebSocketAbortHandle(handle: Handle);
    /// Begins a client's opening handshake.
    WebSocketBeginClientHandshake(
        handle: Handle,
        subprotocols: *const *const c_char,
        subprotocol_count: u32,
        extensions: *const *const c_char,
        extension_count: u32,
        initial_headers: *const HttpHeader,
        initial_header_count: u32,
        additional_headers: *mut *mut HttpHeader,
        additional_header_count: *mut u32
    ) -> Hresult;
    /// Begins a server's opening handshake.
    WebSocketBeginServerHandshake(
        handle: Handle,
        subprotocol_selected: *const c_char,
        extensions_selected: *const *const c_char,
        extension_selected_count: u32,
        request_headers: *const HttpHeader,
        request_header_count: u32,
        response_headers: *mut *mut HttpHeader,
        response_header_count: *mut u32
    ) -> Hresult;
    /// Completes an action.
    WebSocketCompleteAction(handle: Handle, action_context: *mut c_void, octets: u32);
    /// Creates a client.
    WebSocketCreateClientHandle(properties: *const Property, count: u32, handle: *mut Handle) -> Hresult;
    /// Creates a server.
    WebSocketCreateServerHandle(properties: *const Property, count: u32, handle: *mut Handle) -> Hresult;
    /// Deletes a handle.
    WebSocketDeleteHandle(handle: Handle);
    /// Ends a client's opening handshake.
    WebSocketEndClientHandshake(
        handle: Handle,
        response_headers: *const HttpHeader,
        response_header_count: u32,
        selected_extensions: *mut u32,
        selected_extension_count: *mut u32,
        selected_subprotocol: *mut u32
    ) -> Hresult;
    /// Ends a server's opening handshake.
    WebSocketEndServerHandshake(handle: Handle) -> Hresult;
    /// Says what to do next.
    WebSocketGetAction(
        handle: Handle,
        action_queue: u32,
        data_buffers: *mut Buffer,
        data_buffer_count: *mut u32,
        action: *mut u32,
        buffer_type: *mut u32,
        application_context: *mut *mut c_void,
        action_context: *mut *mut c_void
    ) -> Hresult;
    /// Reads a property of the component.
    WebSocketGetGlobalProperty(property_type: u32, value: *mut c_void, size: *mut u32) -> Hresult;
    /// Queues an operation to receive.
    WebSocketReceive(handle: Handle, buffer: *mut Buffer, context: *mut c_void) -> Hresult;
    /// Queues an operation to send.
    WebSocketSend(handle: Handle, buffer_type: u32, buffer: *mut Buffer, context: *mut c_void) -> Hresult;
}
