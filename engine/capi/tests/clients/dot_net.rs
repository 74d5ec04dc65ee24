//! .NET's socket, which lends its own memory and looks at every pointer.

use core::ptr;

use websocket::*;
use wsproof_capi_abi::*;

use crate::common::*;
use crate::get_without_context;

/// The memory of .NET's socket: the library's block, a part for what a caller did not take, and the
/// values of the properties, all in one pinned array and none of it aligned.
struct DotNet {
    memory: Vec<u8>,
    handle: Handle,
    block: core::ops::Range<usize>,
}

const NET_RECEIVE: usize = if cfg!(miri) { 512 } else { 16_384 };
const NET_SEND: usize = 16;

impl DotNet {
    fn new(client: bool, shift: usize, disable_masking: bool) -> Self {
        let native = NET_RECEIVE + NET_SEND + 144;
        let values = shift + native + NET_RECEIVE;
        let mut memory = vec![0xcd; values + 20];
        let base = memory.as_mut_ptr();
        let at = |offset: usize| {
            assert!(offset < values + 20);
            base.wrapping_add(offset)
        };
        let put = |offset: usize, octets: &[u8]| {
            // SAFETY: within the array.
            unsafe { at(offset).copy_from_nonoverlapping(octets.as_ptr(), octets.len()) }
        };
        put(values, &u32::try_from(NET_RECEIVE).unwrap().to_ne_bytes());
        put(values + 4, &u32::try_from(NET_SEND).unwrap().to_ne_bytes());
        put(values + 8, &u32::from(disable_masking).to_ne_bytes());
        let start = at(shift);
        // SAFETY: within the array; a pointer is eight octets at most.
        unsafe { at(values + 12).cast::<*mut u8>().write_unaligned(start) };
        let property = |property_type, value: *mut u8, value_size| Property {
            property_type,
            value: value.cast(),
            value_size,
        };
        let mut properties = vec![
            property(WEB_SOCKET_RECEIVE_BUFFER_SIZE_PROPERTY_TYPE, at(values), 4),
            property(WEB_SOCKET_SEND_BUFFER_SIZE_PROPERTY_TYPE, at(values + 4), 4),
            property(
                WEB_SOCKET_ALLOCATED_BUFFER_PROPERTY_TYPE,
                at(values + 12),
                u32::try_from(native).unwrap(),
            ),
        ];
        if disable_masking {
            properties.push(property(WEB_SOCKET_DISABLE_MASKING_PROPERTY_TYPE, at(values + 8), 4));
        }
        let handle = create_with(client, &properties).unwrap();
        let block = start.addr()..start.addr() + native;
        Self { memory, handle, block }
    }

    /// What it checks after every call: every pointer leads into the block or into the payload that
    /// is being sent. For receive-side results it looks at all entries.
    fn validate(&self, got: &Got, payload: &[u8]) {
        let sends = got.action == WRITE || got.action == SENT;
        let entries = if sends { got.count as usize } else { got.buffers.len() };
        let payload = payload.as_ptr().addr()..payload.as_ptr().addr() + payload.len();
        let mut found = false;
        for index in 0..entries {
            let Data { buffer, length } = got.entry(index);
            if buffer.is_null() {
                continue;
            }
            found = true;
            let (start, end) = (buffer.addr(), buffer.addr() + length as usize);
            let inside = |range: &core::ops::Range<usize>| range.start <= start && end <= range.end;
            assert!(inside(&payload) || inside(&self.block), "a pointer to somewhere else");
            assert!(inside(&payload) || length as usize <= NET_RECEIVE.max(NET_SEND));
        }
        assert!(found || got.action != WRITE && got.action != READ, "an action without a buffer");
    }

    fn get(&self, queue: u32, room: usize, payload: &[u8]) -> Got {
        let mut buffers = vec![Buffer::of_close(UNTOUCHED.cast(), 1, 1); room];
        if queue == SEND {
            buffers.fill(Buffer::of_close(ptr::null_mut(), 0, 0));
        }
        let got = get_without_context(self.handle, queue, &mut buffers);
        assert_eq!(got.result, S_OK);
        self.validate(&got, payload);
        assert!(got.action == NO_ACTION || !got.token.is_null());
        got
    }

    /// Its send loop: writes all entries, completes with their sum, goes on until nothing is left.
    fn send(&self, buffer_type: u32, payload: Option<&[u8]>) -> Vec<u8> {
        let result = match payload {
            Some(octets) => send(self.handle, buffer_type, octets, 0),
            None => send_null(self.handle, buffer_type, 0),
        };
        assert_eq!(result, S_OK);
        self.write_all(payload.unwrap_or_default())
    }

    fn write_all(&self, payload: &[u8]) -> Vec<u8> {
        let mut wire = Vec::new();
        loop {
            let got = self.get(SEND, 2, payload);
            match got.action {
                WRITE => {
                    let octets = got.octets();
                    complete(self.handle, got.token, octets.len());
                    wire.extend(octets);
                }
                SENT => complete(self.handle, got.token, 0),
                NO_ACTION => return wire,
                other => panic!("action {other}"),
            }
        }
    }

    /// Its receive loop, with room for one buffer. `take` octets fit into the caller's memory; the
    /// completion says how many were taken, against the contract.
    fn receive(&self, input: &mut Vec<u8>, take: usize, answers: &mut Vec<u8>) -> Received {
        assert_eq!(receive(self.handle, 0), S_OK);
        let mut result = None;
        loop {
            let got = self.get(RECEIVE, 1, &[]);
            match got.action {
                READ => {
                    let some = input.len().min(got.entry(0).length as usize).min(1000);
                    assert!(some > 0, "the network has nothing to offer");
                    let octets: Vec<u8> = input.drain(..some).collect();
                    got.fill(&octets);
                    complete(self.handle, got.token, some);
                }
                WRITE => {
                    answers.extend(got.octets());
                    complete(self.handle, got.token, got.octets().len());
                }
                RECEIVED if got.buffer_type == PING_PONG => {
                    complete(self.handle, got.token, 0);
                    result = Some(None);
                }
                RECEIVED => {
                    let reason = got.entry(0).buffer;
                    let copied = got.octets().len().min(take);
                    result = Some(Some((got.buffer_type, got.octets(), got.status(), reason)));
                    complete(self.handle, got.token, copied);
                }
                NO_ACTION => match result.expect("nothing to do requires that a result was seen") {
                    Some(result) => return result,
                    // A pong used the operation up: once more.
                    None => {
                        result = None;
                        assert_eq!(receive(self.handle, 0), S_OK);
                    }
                },
                other => panic!("action {other}"),
            }
        }
    }

    /// Its end: abort, drain both queues with room for one buffer, delete.
    fn dispose(self) {
        abort(self.handle);
        for queue in [SEND, RECEIVE] {
            loop {
                let got = self.get(queue, 1, &[]);
                complete(self.handle, got.token, 0);
                if got.action == NO_ACTION {
                    break;
                }
            }
        }
        delete(self.handle);
        drop(self.memory);
    }
}

type Received = (u32, Vec<u8>, u16, *mut u8);

fn opened_server() -> DotNet {
    // The version is looked up with a client handle that never ends its handshake.
    let client = create(true);
    let initial = fields(&[("Connection", "Upgrade"), ("Upgrade", "websocket")]);
    let (mut headers, mut count) = (ptr::null_mut(), 0);
    // SAFETY: the array lives on, and there are places for the outputs.
    let result = unsafe {
        WebSocketBeginClientHandshake(
            client,
            ptr::null(),
            0,
            ptr::null(),
            0,
            initial.array.as_ptr(),
            initial.count(),
            &raw mut headers,
            &raw mut count,
        )
    };
    assert_eq!(result, S_OK);
    let version = pairs(headers, count);
    let version = version.iter().find(|(name, _)| name == "Sec-WebSocket-Version").unwrap();
    assert_eq!(version.1, "13");
    delete(client);

    let server = DotNet::new(false, 3, false);
    // A made-up request: Host is empty and the key is zeros.
    let request = fields(&[
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        ("Host", ""),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
    ]);
    begin_server(server.handle, Some(""), &[], &request.array).unwrap();
    assert_eq!(end_server(server.handle), S_OK);
    server
}

#[test]
fn server_socket() {
    let server = opened_server();
    let payload = vec![0x61; if cfg!(miri) { 700 } else { 70_000 }];
    assert_eq!(server.send(TEXT, Some(&payload)), frame(0x81, &payload, None));
    assert_eq!(server.send(BINARY_PART, Some(b"part")), b"\x02\x04part");
    assert_eq!(server.send(BINARY, Some(b"")), b"\x80\x00");
    assert_eq!(server.send(PONG, None), b"\x8a\x00");

    let mut input = [
        frame(0x89, b"ping", KEY),
        frame(0x8a, b"pong", KEY),
        frame(0x01, "κόσμε".as_bytes(), KEY),
        frame(0x80, b"", KEY),
        frame(0x88, b"\x03\xe9", KEY),
    ]
    .concat();
    let mut answers = Vec::new();
    let (kind, octets, ..) = server.receive(&mut input, 3, &mut answers);
    assert_eq!((kind, octets), (TEXT_PART, "κόσμε".as_bytes().to_vec()));
    let (kind, octets, ..) = server.receive(&mut input, 3, &mut answers);
    assert_eq!((kind, octets), (TEXT, vec![]));
    assert_eq!(answers, b"\x8a\x04ping");
    // A status without a reason has a reason that is empty, not absent.
    let (kind, reason, status, pointer) = server.receive(&mut input, 3, &mut answers);
    assert_eq!((kind, reason, status, pointer.is_null()), (CLOSE, vec![], 1001, false));
    // An empty reason is a pointer with length 0.
    assert_eq!(send_close(server.handle, 1000, b""), S_OK);
    assert_eq!(server.write_all(b""), b"\x88\x02\x03\xe8");
    server.dispose();

    // A Close without a payload is reported as 1005, with an absent reason.
    let server = opened_server();
    let close = server.receive(&mut frame(0x88, b"", KEY), 3, &mut answers);
    assert_eq!((close.0, close.2, close.3.is_null()), (CLOSE, 1005, true));
    assert_eq!(server.send(CLOSE, None), b"\x88\x00");
    server.dispose();
}

#[test]
fn declines_a_pong_and_disposes_with_actions_outstanding() {
    let server = opened_server();
    assert_eq!(receive(server.handle, 0), S_OK);
    let read = server.get(RECEIVE, 1, &[]);
    let ping = frame(0x89, b"late", KEY);
    read.fill(&ping);
    complete(server.handle, read.token, ping.len());
    let pong = server.get(RECEIVE, 1, &[]);
    assert_eq!((pong.action, pong.buffer_type), (WRITE, PING_PONG));
    assert_eq!(server.get(SEND, 2, &[]).action, NO_ACTION);
    complete(server.handle, pong.token, 0);
    // A read is outstanding in another thread while this one drains and deletes.
    assert_eq!(server.get(RECEIVE, 1, &[]).action, READ);
    server.dispose();

    let server = opened_server();
    assert_eq!(send(server.handle, TEXT, b"x", 0), S_OK);
    assert_eq!(server.get(SEND, 2, b"x").action, WRITE);
    server.dispose();
}

#[test]
fn framework_client() {
    for disable_masking in [false, true] {
        let client = DotNet::new(true, 1, disable_masking);
        let (headers, count) = begin_client(client.handle, &[], &[]).unwrap();
        let key = pairs(headers, count);
        let key = key.iter().find(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-key"));
        // It computes the answer itself and hands over three headers; here a server does.
        let helper = create(false);
        let request = fields(&[
            ("Host", "x"),
            ("Connection", "Upgrade"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", &key.unwrap().1),
        ]);
        let (response, count) = begin_server(helper, None, &[], &request.array).unwrap();
        let accept = pairs(response, count);
        let accept = accept.iter().find(|(name, _)| name == "Sec-WebSocket-Accept").unwrap();
        let three = fields(&[
            ("Connection", "Upgrade"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Accept", &accept.1),
        ]);
        assert_eq!(end_client(client.handle, &three.array), S_OK);
        delete(helper);

        let payload = vec![0x62; 300];
        let wire = client.send(BINARY, Some(&payload));
        let key: [u8; 4] = wire[4..8].try_into().unwrap();
        assert_eq!(wire, frame(0x82, &payload, Some(key)));
        assert_eq!(disable_masking, key == [0; 4]);
        let mut answers = Vec::new();
        let got = client.receive(&mut frame(0x82, &payload, None), 300, &mut answers);
        assert_eq!((got.0, got.1), (BINARY, payload));
        client.dispose();
    }
}
