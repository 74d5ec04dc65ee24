//! A C program's view of the library, with as little ceremony as a test can bear: every call goes
//! through the exported functions, with raw pointers and out-parameters.

#![allow(clippy::allow_attributes, dead_code, reason = "each test file uses its own part of this")]

use core::ffi::{c_char, c_void};
use core::ptr;
use std::ffi::CString;

use websocket::*;
use wsproof_capi_abi::*;

pub(crate) const SEND: u32 = WEB_SOCKET_SEND_ACTION_QUEUE;
pub(crate) const RECEIVE: u32 = WEB_SOCKET_RECEIVE_ACTION_QUEUE;
pub(crate) const ALL: u32 = WEB_SOCKET_ALL_ACTION_QUEUE;
pub(crate) const TEXT: u32 = WEB_SOCKET_UTF8_MESSAGE_BUFFER_TYPE;
pub(crate) const TEXT_PART: u32 = WEB_SOCKET_UTF8_FRAGMENT_BUFFER_TYPE;
pub(crate) const BINARY: u32 = WEB_SOCKET_BINARY_MESSAGE_BUFFER_TYPE;
pub(crate) const BINARY_PART: u32 = WEB_SOCKET_BINARY_FRAGMENT_BUFFER_TYPE;
pub(crate) const CLOSE: u32 = WEB_SOCKET_CLOSE_BUFFER_TYPE;
pub(crate) const PING_PONG: u32 = WEB_SOCKET_PING_PONG_BUFFER_TYPE;
pub(crate) const PONG: u32 = WEB_SOCKET_UNSOLICITED_PONG_BUFFER_TYPE;
pub(crate) const NO_ACTION: u32 = WEB_SOCKET_NO_ACTION;
pub(crate) const WRITE: u32 = WEB_SOCKET_SEND_TO_NETWORK_ACTION;
pub(crate) const SENT: u32 = WEB_SOCKET_INDICATE_SEND_COMPLETE_ACTION;
pub(crate) const READ: u32 = WEB_SOCKET_RECEIVE_FROM_NETWORK_ACTION;
pub(crate) const RECEIVED: u32 = WEB_SOCKET_INDICATE_RECEIVE_COMPLETE_ACTION;

/// What a variable holds that a call must not write.
pub(crate) const UNTOUCHED: *mut c_void = ptr::without_provenance_mut(0x5a5a);

/// How often to do something of which Miri, which is slow, sees enough in a few rounds.
pub(crate) const fn rounds(many: usize) -> usize {
    if cfg!(miri) && many > 10 { 10 } else { many }
}

/// A mask as clients use it.
pub(crate) const KEY: Option<[u8; 4]> = Some([0x37, 0xfa, 0x21, 0x3d]);

/// The outputs of one `WebSocketGetAction`.
#[derive(Clone)]
pub(crate) struct Got {
    pub(crate) result: Hresult,
    pub(crate) action: u32,
    pub(crate) buffer_type: u32,
    pub(crate) count: u32,
    pub(crate) context: *mut c_void,
    pub(crate) token: *mut c_void,
    pub(crate) buffers: Vec<Buffer>,
}

impl Got {
    /// An entry of the array, whether counted or not.
    pub(crate) fn entry(&self, index: usize) -> Data {
        // SAFETY: all octets of an entry are initialised, by `get` or by the library.
        unsafe { self.buffers[index].data }
    }

    pub(crate) fn status(&self) -> u16 {
        // SAFETY: all octets of an entry are initialised, by `get` or by the library.
        unsafe { self.buffers[0].close_status }.status
    }

    /// A copy of the octets the counted entries point at.
    pub(crate) fn octets(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        for index in 0..self.count as usize {
            let Data { buffer, length } = self.entry(index);
            if length > 0 {
                // SAFETY: the library says so, and the action is outstanding.
                octets.extend(unsafe { core::slice::from_raw_parts(buffer, length as usize) });
            }
        }
        octets
    }

    /// Writes octets into the buffer to read into, as a transport does.
    pub(crate) fn fill(&self, octets: &[u8]) {
        let Data { buffer, length } = self.entry(0);
        assert!(octets.len() <= length as usize, "{length} octets of room");
        // SAFETY: the library says so, and the action is outstanding.
        unsafe { buffer.copy_from_nonoverlapping(octets.as_ptr(), octets.len()) }
    }
}

pub(crate) fn create_with(client: bool, properties: &[Property]) -> Result<Handle, Hresult> {
    let mut handle = UNTOUCHED;
    let count = u32::try_from(properties.len()).unwrap();
    let create = if client { WebSocketCreateClientHandle } else { WebSocketCreateServerHandle };
    // SAFETY: the properties live on, as what they point at does.
    let result = unsafe { create(properties.as_ptr(), count, &raw mut handle) };
    if result == S_OK {
        assert!(!handle.is_null());
        Ok(handle)
    } else {
        assert!(handle.is_null(), "the handle of a failed creation");
        Err(result)
    }
}

pub(crate) fn create(client: bool) -> Handle {
    create_with(client, &[]).unwrap()
}

pub(crate) fn delete(handle: Handle) {
    // SAFETY: any handle will do.
    assert_eq!(unsafe { WebSocketDeleteHandle(handle) }, 0);
}

pub(crate) fn abort(handle: Handle) {
    // SAFETY: any handle will do.
    assert_eq!(unsafe { WebSocketAbortHandle(handle) }, 0);
}

pub(crate) fn complete(handle: Handle, token: *mut c_void, octets: usize) {
    let octets = u32::try_from(octets).unwrap();
    // SAFETY: any handle and any token will do.
    assert_eq!(unsafe { WebSocketCompleteAction(handle, token, octets) }, 0);
}

/// A number as an application context.
pub(crate) const fn context(number: usize) -> *mut c_void {
    ptr::without_provenance_mut(number)
}

/// Sends octets that live on until the operation is complete: the test's duty.
pub(crate) fn send(handle: Handle, buffer_type: u32, octets: &[u8], number: usize) -> Hresult {
    let length = u32::try_from(octets.len()).unwrap();
    let mut buffer = Buffer::of_data(octets.as_ptr().cast_mut(), length);
    // SAFETY: the structure is a temporary, as it may be; the octets are the test's duty.
    unsafe { WebSocketSend(handle, buffer_type, &raw mut buffer, context(number)) }
}

pub(crate) fn send_null(handle: Handle, buffer_type: u32, number: usize) -> Hresult {
    // SAFETY: no buffer.
    unsafe { WebSocketSend(handle, buffer_type, ptr::null_mut(), context(number)) }
}

pub(crate) fn send_close(handle: Handle, status: u16, reason: &[u8]) -> Hresult {
    let length = u32::try_from(reason.len()).unwrap();
    let mut buffer = Buffer::of_close(reason.as_ptr().cast_mut(), length, status);
    // SAFETY: as for `send`.
    unsafe { WebSocketSend(handle, CLOSE, &raw mut buffer, ptr::null_mut()) }
}

pub(crate) fn receive(handle: Handle, number: usize) -> Hresult {
    // SAFETY: no buffer.
    unsafe { WebSocketReceive(handle, ptr::null_mut(), context(number)) }
}

pub(crate) fn get(handle: Handle, queue: u32, room: u32) -> Got {
    // Stale contents, as on a C stack.
    let stale = Buffer::of_close(UNTOUCHED.cast(), 0xdead, 0xbeef);
    let mut got = Got {
        result: 0,
        action: 0xdead,
        buffer_type: 0xdead,
        count: room,
        context: UNTOUCHED,
        token: UNTOUCHED,
        buffers: vec![stale; room as usize + 1],
    };
    // SAFETY: the array has room for what the count says, and one more to see it untouched.
    got.result = unsafe {
        WebSocketGetAction(
            handle,
            queue,
            got.buffers.as_mut_ptr(),
            &raw mut got.count,
            &raw mut got.action,
            &raw mut got.buffer_type,
            &raw mut got.context,
            &raw mut got.token,
        )
    };
    let behind = got.entry(room as usize);
    assert_eq!(
        (behind.buffer, behind.length),
        (UNTOUCHED.cast(), 0xdead),
        "written behind the array"
    );
    assert!(got.count <= room.min(2), "{} entries in {room}", got.count);
    if got.result != S_OK {
        let neutral = (got.action, got.buffer_type, got.count, got.token);
        assert_eq!(neutral, (NO_ACTION, 0, 0, ptr::null_mut()), "outputs of a failure");
    }
    got
}

/// The next action, which must be this one.
pub(crate) fn expect(handle: Handle, queue: u32, action: u32) -> Got {
    let got = get(handle, queue, 2);
    let what = (result_name(got.result), got.action);
    assert_eq!(what, ("S_OK".to_owned(), action), "the next action");
    got
}

pub(crate) fn expect_nothing(handle: Handle, queue: u32) {
    let got = expect(handle, queue, NO_ACTION);
    assert_eq!((got.count, got.buffer_type, got.token), (0, 0, ptr::null_mut()));
    assert_eq!(got.context, UNTOUCHED, "no context without an action");
}

/// Completes the read that is due with these octets.
pub(crate) fn supply(handle: Handle, octets: &[u8]) {
    let read = expect(handle, RECEIVE, READ);
    assert_eq!((read.count, read.buffer_type), (1, 0));
    read.fill(octets);
    complete(handle, read.token, octets.len());
}

/// Takes one result off the receive queue.
pub(crate) fn result(handle: Handle) -> (u32, Vec<u8>) {
    let got = expect(handle, RECEIVE, RECEIVED);
    assert_eq!(got.count, 1, "results have one buffer");
    let octets = got.octets();
    complete(handle, got.token, 0);
    (got.buffer_type, octets)
}

/// Runs the send queue to its end and returns what was written.
pub(crate) fn written(handle: Handle) -> Vec<u8> {
    let mut wire = Vec::new();
    loop {
        let got = get(handle, SEND, 2);
        assert_eq!(got.result, S_OK);
        let octets = got.octets();
        match got.action {
            NO_ACTION => return wire,
            WRITE => wire.extend(&octets),
            SENT => assert_eq!(got.count, 0),
            other => panic!("action {other} on the send queue"),
        }
        complete(handle, got.token, octets.len());
    }
}

/// Header fields as C has them.
pub(crate) struct Fields {
    pub(crate) array: Vec<HttpHeader>,
    strings: Vec<(Vec<u8>, Vec<u8>)>,
}

pub(crate) fn fields(pairs: &[(&str, &str)]) -> Fields {
    let own = |text: &str| text.as_bytes().to_vec();
    let strings: Vec<_> = pairs.iter().map(|(name, value)| (own(name), own(value))).collect();
    let field = |(name, value): &(Vec<u8>, Vec<u8>)| HttpHeader {
        name: name.as_ptr().cast_mut(),
        name_length: u32::try_from(name.len()).unwrap(),
        value: value.as_ptr().cast_mut(),
        value_length: u32::try_from(value.len()).unwrap(),
    };
    Fields { array: strings.iter().map(field).collect(), strings }
}

impl Fields {
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.array.len()).unwrap()
    }
}

/// The fields the library returned, as names and values.
pub(crate) fn pairs(headers: *const HttpHeader, count: u32) -> Vec<(String, String)> {
    let text = |start: *const u8, length: u32| {
        // SAFETY: the library returned it, with a terminator behind it.
        let octets = unsafe { core::slice::from_raw_parts(start, length as usize + 1) };
        let (terminator, text) = octets.split_last().unwrap();
        assert_eq!(*terminator, 0);
        String::from_utf8(text.to_vec()).unwrap()
    };
    (0..count as usize)
        .map(|index| {
            // SAFETY: the library returned that many.
            let field = unsafe { headers.add(index) };
            // SAFETY: the library returned it.
            let field = unsafe { field.read() };
            (text(field.name, field.name_length), text(field.value, field.value_length))
        })
        .collect()
}

/// An array of strings as C has it.
pub(crate) struct Strings {
    pub(crate) array: Vec<*const c_char>,
    strings: Vec<CString>,
}

pub(crate) fn strings(texts: &[&str]) -> Strings {
    let strings: Vec<_> = texts.iter().map(|text| CString::new(*text).unwrap()).collect();
    Strings { array: strings.iter().map(|text| text.as_ptr()).collect(), strings }
}

impl Strings {
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.array.len()).unwrap()
    }
}

/// Begins a client's handshake; the fields of the request or the error.
pub(crate) fn begin_client(
    handle: Handle,
    subprotocols: &[&str],
    extensions: &[&str],
) -> Result<(*mut HttpHeader, u32), Hresult> {
    let (subprotocols, extensions) = (strings(subprotocols), strings(extensions));
    let (mut headers, mut count) = (UNTOUCHED.cast(), 99);
    // SAFETY: the arrays live on, and there are places for the outputs.
    let result = unsafe {
        WebSocketBeginClientHandshake(
            handle,
            subprotocols.array.as_ptr(),
            subprotocols.count(),
            extensions.array.as_ptr(),
            extensions.count(),
            ptr::null(),
            0,
            &raw mut headers,
            &raw mut count,
        )
    };
    outcome(result, headers, count)
}

/// Begins a server's handshake; the fields of the response or the error.
pub(crate) fn begin_server(
    handle: Handle,
    subprotocol: Option<&str>,
    extensions: &[&str],
    request: &[HttpHeader],
) -> Result<(*mut HttpHeader, u32), Hresult> {
    let subprotocol = subprotocol.map(|text| CString::new(text).unwrap());
    let extensions = strings(extensions);
    let (mut headers, mut count) = (UNTOUCHED.cast(), 99);
    // SAFETY: the arrays live on, and there are places for the outputs.
    let result = unsafe {
        WebSocketBeginServerHandshake(
            handle,
            subprotocol.as_ref().map_or(ptr::null(), |text| text.as_ptr()),
            extensions.array.as_ptr(),
            extensions.count(),
            request.as_ptr(),
            u32::try_from(request.len()).unwrap(),
            &raw mut headers,
            &raw mut count,
        )
    };
    outcome(result, headers, count)
}

fn outcome(
    result: Hresult,
    headers: *mut HttpHeader,
    count: u32,
) -> Result<(*mut HttpHeader, u32), Hresult> {
    if result == S_OK {
        assert!(!headers.is_null() && count > 0);
        Ok((headers, count))
    } else {
        assert_eq!((headers, count), (ptr::null_mut(), 0), "outputs of a failure");
        Err(result)
    }
}

pub(crate) fn end_client(handle: Handle, response: &[HttpHeader]) -> Hresult {
    let count = u32::try_from(response.len()).unwrap();
    // SAFETY: the array lives on, and the outputs are absent.
    unsafe {
        WebSocketEndClientHandshake(
            handle,
            response.as_ptr(),
            count,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
        )
    }
}

pub(crate) fn end_server(handle: Handle) -> Hresult {
    // SAFETY: any handle will do.
    unsafe { WebSocketEndServerHandshake(handle) }
}

/// The request of RFC 6455 §1.3.
pub(crate) const REQUEST: [(&str, &str); 5] = [
    ("Host", "server.example.com"),
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("Sec-WebSocket-Version", "13"),
];

/// An open server with these properties.
pub(crate) fn server_with(properties: &[Property]) -> Handle {
    let server = create_with(false, properties).unwrap();
    begin_server(server, None, &[], &fields(&REQUEST).array).unwrap();
    assert_eq!(end_server(server), S_OK);
    server
}

pub(crate) fn server() -> Handle {
    server_with(&[])
}

/// An open client with these properties.
pub(crate) fn client_with(properties: &[Property]) -> Handle {
    let client = create_with(true, properties).unwrap();
    let server = create(false);
    join(client, server, &[], &[]);
    delete(server);
    client
}

pub(crate) fn client() -> Handle {
    client_with(&[])
}

/// The opening handshake of two handles, without a transport.
pub(crate) fn join(client: Handle, server: Handle, subprotocols: &[&str], extensions: &[&str]) {
    let (headers, count) = begin_client(client, subprotocols, extensions).unwrap();
    let host = fields(&[("Host", "localhost")]);
    // SAFETY: the library returned that many.
    let mut request = unsafe { core::slice::from_raw_parts(headers, count as usize) }.to_vec();
    request.extend(&host.array);
    let subprotocol = subprotocols.first().copied();
    let (headers, count) = begin_server(server, subprotocol, extensions, &request).unwrap();
    // SAFETY: the library returned that many.
    let response = unsafe { core::slice::from_raw_parts(headers, count as usize) };
    assert_eq!(end_client(client, response), S_OK);
    assert_eq!(end_server(server), S_OK);
}

/// A property with a 32-bit value.
pub(crate) fn property(property_type: u32, value: &u32) -> Property {
    let value = ptr::from_ref(value).cast_mut().cast();
    Property { property_type, value, value_size: 4 }
}

/// A frame as octets; `first` is FIN, reserved bits and opcode.
pub(crate) fn frame(first: u8, payload: &[u8], key: Option<[u8; 4]>) -> Vec<u8> {
    let mask = if key.is_some() { 0x80 } else { 0 };
    let mut octets = vec![first];
    match payload.len() {
        short @ 0..=125 => octets.push(mask | short as u8),
        medium @ 126..=0xffff => {
            octets.push(mask | 126);
            octets.extend((medium as u16).to_be_bytes());
        }
        long => {
            octets.push(mask | 127);
            octets.extend((long as u64).to_be_bytes());
        }
    }
    octets.extend(key.iter().flatten());
    let key = key.unwrap_or_default();
    octets.extend(payload.iter().enumerate().map(|(i, octet)| octet ^ key[i % 4]));
    octets
}
