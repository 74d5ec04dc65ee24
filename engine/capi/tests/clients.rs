//! Conversations in the call patterns of programs that drive such a library: what they do that the
//! documentation does not foresee has to work.

mod common;

use core::ffi::c_void;
use core::ptr;

use common::*;
use websocket::*;
use wsproof_capi_abi::*;

/// A `WebSocketGetAction` that passes no place for the application's context.
fn get_without_context(handle: Handle, queue: u32, buffers: &mut [Buffer]) -> Got {
    let mut got = Got {
        result: 0,
        action: 0xdead,
        buffer_type: 0xdead,
        count: u32::try_from(buffers.len()).unwrap(),
        context: UNTOUCHED,
        token: UNTOUCHED,
        buffers: Vec::new(),
    };
    // SAFETY: the array has room for what the count says.
    got.result = unsafe {
        WebSocketGetAction(
            handle,
            queue,
            buffers.as_mut_ptr(),
            &raw mut got.count,
            &raw mut got.action,
            &raw mut got.buffer_type,
            ptr::null_mut(),
            &raw mut got.token,
        )
    };
    got.buffers = buffers.to_vec();
    got
}

/// The loop of the vendor's sample: all queues, two buffers, and a completion in every turn, also in
/// the one that found nothing to do.
fn sample_loop(handle: Handle, network: &mut Vec<u8>, received: &mut Vec<Vec<u8>>) {
    loop {
        let mut buffers = [Buffer::of_close(ptr::null_mut(), 0, 0); 2];
        let got = get_without_context(handle, ALL, &mut buffers);
        if got.result != S_OK {
            abort(handle);
        }
        let mut transferred = 0;
        match got.action {
            NO_ACTION | SENT => {}
            WRITE => {
                for index in 0..got.count as usize {
                    transferred += got.entry(index).length as usize;
                }
                network.extend(got.octets());
            }
            READ => {
                // The count is overwritten for each buffer, so that only one can work.
                for index in 0..got.count as usize {
                    let take = network.len().min(got.entry(index).length as usize);
                    let octets: Vec<u8> = network.drain(..take).collect();
                    got.fill(&octets);
                    transferred = take;
                }
            }
            RECEIVED => {
                assert_eq!(got.count, 1, "the sample treats any other count as impossible");
                received.push(got.octets());
            }
            other => panic!("action {other}"),
        }
        complete(handle, got.token, transferred);
        if got.action == NO_ACTION {
            return;
        }
    }
}

#[test]
fn the_sample() {
    let (client, server) = (create(true), create(false));
    let (mut additional, mut additional_count) = (ptr::null_mut(), 0);
    // SAFETY: absent arrays, and places for the outputs.
    let result = unsafe {
        let (texts, headers) = (ptr::null(), ptr::null());
        WebSocketBeginClientHandshake(
            client,
            texts,
            0,
            ptr::null(),
            0,
            headers,
            0,
            &raw mut additional,
            &raw mut additional_count,
        )
    };
    assert_eq!(result, S_OK);
    let names: Vec<_> = pairs(additional, additional_count);
    let names: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Connection", "Upgrade", "Sec-WebSocket-Version", "Sec-WebSocket-Key"]);

    // A shallow copy of the structures, and Host.
    let host = fields(&[("Host", "localhost")]);
    // SAFETY: the library returned that many.
    let copied = unsafe { core::slice::from_raw_parts(additional, additional_count as usize) };
    let request: Vec<HttpHeader> = copied.iter().chain(&host.array).copied().collect();
    let (response, response_count) = begin_server(server, None, &[], &request).unwrap();
    // SAFETY: the library returned that many.
    let response = unsafe { core::slice::from_raw_parts(response, response_count as usize) };
    assert_eq!(end_client(client, response), S_OK);
    assert_eq!(end_server(server), S_OK);

    let (mut wire, mut received) = (Vec::new(), Vec::new());
    let hello = *b"Hello World";
    assert_eq!(send(client, TEXT, &hello, 0), S_OK);
    sample_loop(client, &mut wire, &mut received);
    assert_eq!((wire.len(), &wire[..2]), (17, &[0x81, 0x8b][..]));
    assert_eq!(receive(server, 0), S_OK);
    sample_loop(server, &mut wire, &mut received);
    assert_eq!(received, [hello]);

    let world = *b"back";
    assert_eq!(send(server, TEXT, &world, 0), S_OK);
    sample_loop(server, &mut wire, &mut received);
    assert_eq!(wire, b"\x81\x04back");
    assert_eq!(receive(client, 0), S_OK);
    sample_loop(client, &mut wire, &mut received);
    assert_eq!(received[1], world);

    // After a failure it aborts and goes on with the outputs of the failed call.
    assert_eq!(receive(client, 0), S_OK);
    wire.extend(b"\xff\xff");
    sample_loop(client, &mut wire, &mut received);
    assert_eq!(received.len(), 2, "a failure that says anything but nothing to do");
    sample_loop(client, &mut wire, &mut received);
    assert_eq!(received[2], b"", "the receive that was pending ends without data");
    delete(client);
    delete(server);
}

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

fn dot_net_server() -> DotNet {
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
fn dot_net_server_socket() {
    let server = dot_net_server();
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
    let server = dot_net_server();
    let close = server.receive(&mut frame(0x88, b"", KEY), 3, &mut answers);
    assert_eq!((close.0, close.2, close.3.is_null()), (CLOSE, 1005, true));
    assert_eq!(server.send(CLOSE, None), b"\x88\x00");
    server.dispose();
}

#[test]
fn dot_net_declines_a_pong_and_disposes_with_actions_outstanding() {
    let server = dot_net_server();
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

    let server = dot_net_server();
    assert_eq!(send(server.handle, TEXT, b"x", 0), S_OK);
    assert_eq!(server.get(SEND, 2, b"x").action, WRITE);
    server.dispose();
}

#[test]
fn dot_net_framework_client() {
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

#[test]
fn marlin_completes_headers_only() {
    let server = create(false);
    // Duplicated headers in lower case, and empty selections that are not null.
    let request =
        fields(&[&REQUEST[..], &[("connection", "upgrade"), ("upgrade", "websocket")]].concat());
    let (mut headers, mut count) = (ptr::null_mut(), 0);
    let nothing = [c"".as_ptr()];
    // SAFETY: the arrays live on, and there are places for the outputs.
    let result = unsafe {
        WebSocketBeginServerHandshake(
            server,
            c"".as_ptr(),
            nothing.as_ptr(),
            0,
            request.array.as_ptr(),
            request.count(),
            &raw mut headers,
            &raw mut count,
        )
    };
    assert_eq!(result, S_OK);
    assert_eq!(end_server(server), S_OK);
    let payload = vec![0x63; 5000];
    for round in 0..rounds(1000) {
        assert_eq!(send(server, BINARY, &payload, round), S_OK);
        // It takes only the header from the library and writes its own payload behind it.
        let mut stale = 0;
        loop {
            let got = get(server, SEND, 2);
            assert_eq!(got.result, S_OK);
            if got.action == NO_ACTION {
                break;
            }
            if got.action == WRITE {
                let header = got.entry(0);
                assert_eq!((got.count, header.length), (2, 4), "one action for the whole frame");
                stale = header.length as usize;
            }
            // The completion of the indication carries the count of the write.
            complete(server, got.token, stale);
        }
    }
    // The operation's end does not hold a pong up.
    assert_eq!(receive(server, 0), S_OK);
    supply(server, &frame(0x89, b"p", KEY));
    assert_eq!(expect(server, RECEIVE, WRITE).octets(), b"\x8a\x01p");
    // It asks for the keep-alive interval with no room at all.
    let (mut value, mut size) = (0u32, 0);
    // SAFETY: no room is claimed.
    let result = unsafe { WebSocketGetGlobalProperty(5, (&raw mut value).cast(), &raw mut size) };
    assert!(result < 0);
    delete(server);
}

#[test]
fn marlin_hands_leftovers_over_and_asks_again() {
    let server = server();
    let mut network =
        [frame(0x81, b"one", KEY), frame(0x82, b"two", KEY), frame(0x81, b"three", KEY)].concat();
    let mut reads = 0;
    for expected in [&b"one"[..], b"two", b"three"] {
        assert_eq!(receive(server, 0), S_OK);
        let mut result = Vec::new();
        loop {
            let mut buffers = [Buffer::of_close(ptr::null_mut(), 0, 0); 2];
            let got = get_without_context(server, RECEIVE, &mut buffers);
            match got.action {
                NO_ACTION => break,
                READ => {
                    reads += 1;
                    got.fill(&network);
                    complete(server, got.token, network.len());
                    network.clear();
                }
                RECEIVED => {
                    result = got.octets();
                    complete(server, got.token, 0);
                }
                other => panic!("action {other}"),
            }
        }
        assert_eq!(result, expected);
    }
    assert_eq!(reads, 1, "several messages in one read come out without further reads");
    delete(server);
}

/// Sends one operation as mORMot does: writes everything, reports 0 and leaves. The completion is
/// collected by the loop of the next send.
fn mormot_send(server: Handle, buffer_type: u32, octets: &[u8]) -> Vec<u8> {
    assert_eq!(send(server, buffer_type, octets, 0), S_OK);
    loop {
        let got = get(server, SEND, 2);
        assert_eq!(got.result, S_OK);
        match got.action {
            WRITE => {
                let wire = got.octets();
                complete(server, got.token, 0);
                return wire;
            }
            SENT => complete(server, got.token, 0),
            other => panic!("action {other}"),
        }
    }
}

#[test]
fn mormot_always_completes_with_zero() {
    let server = server();
    for round in 0..rounds(1000) {
        let payload = vec![0x64; round * 7];
        match round % 3 {
            0 => assert_eq!(mormot_send(server, TEXT, &payload), frame(0x81, &payload, None)),
            1 => {
                assert_eq!(mormot_send(server, BINARY_PART, &payload), frame(2, &payload, None));
                assert_eq!(mormot_send(server, BINARY, &payload), frame(0x80, &payload, None));
            }
            _ => {
                assert_eq!(send_null(server, PING_PONG, 0), S_OK);
                let sent = expect(server, SEND, SENT);
                complete(server, sent.token, 0);
                let ping = expect(server, SEND, WRITE);
                assert_eq!(ping.octets(), b"\x89\x00");
                complete(server, ping.token, 0);
            }
        }
    }
    // Its receive loop: the context of the read is remembered and completed later.
    assert_eq!(receive(server, 7), S_OK);
    let stored = expect(server, RECEIVE, READ);
    assert_eq!(stored.context, context(7));
    let input = [frame(0x81, b"data", KEY), frame(0x8a, b"", KEY), frame(0x88, b"", KEY)].concat();
    stored.fill(&input);
    complete(server, stored.token, input.len());
    // The next receive is queued without looking whether nothing is left to do.
    assert_eq!(result(server), (TEXT, b"data".to_vec()));
    assert_eq!(receive(server, 7), S_OK);
    assert_eq!(result(server), (PING_PONG, vec![]));
    assert_eq!(receive(server, 7), S_OK);
    let close = expect(server, RECEIVE, RECEIVED);
    assert_eq!((close.buffer_type, close.status()), (CLOSE, 1005));
    complete(server, close.token, 0);
    // It echoes whatever status was reported, with an absent reason.
    let mut echo = Buffer::of_close(ptr::null_mut(), 0, close.status());
    // SAFETY: no octets.
    let result = unsafe { WebSocketSend(server, CLOSE, &raw mut echo, ptr::null_mut()) };
    assert_eq!(result, S_OK);
    assert_eq!(written(server), b"\x88\x00");
    // A timeout completes a stored context that may be null, and deletes without draining.
    complete(server, ptr::null_mut(), 0);
    abort(server);
    delete(server);
}

#[test]
fn odd_storm_receives_inside_an_indication() {
    let server = server();
    assert_eq!(receive(server, 1), S_OK);
    let mut wire = Vec::new();
    let input =
        [frame(0x81, b"text", KEY), frame(0x8a, b"pong", KEY), frame(0x88, b"\x03\xe8bye", KEY)]
            .concat();
    supply(server, &input);
    for expected in [TEXT, PING_PONG, CLOSE] {
        let got = expect(server, RECEIVE, RECEIVED);
        assert_eq!(got.buffer_type, expected);
        if expected == CLOSE {
            // It answers from inside the indication, with its own Close.
            let Data { buffer, length } = got.entry(0);
            let mut echo = Buffer::of_close(buffer, length, got.status());
            // SAFETY: the reason lies in the library's memory until the indication is completed.
            let sent = unsafe { WebSocketSend(server, CLOSE, &raw mut echo, ptr::null_mut()) };
            assert_eq!(sent, S_OK);
            wire = written(server);
        }
        // A failing receive raises an exception, also behind a Close.
        assert_eq!(receive(server, 1), S_OK);
        let inner = get(server, RECEIVE, 2);
        assert_eq!((inner.result, inner.action), (S_OK, NO_ACTION));
        complete(server, inner.token, 0);
        assert_eq!(got.octets().len(), if expected == CLOSE { 3 } else { 4 }, "still there");
        complete(server, got.token, 0);
    }
    assert_eq!(wire, frame(0x88, b"\x03\xe8bye", None));
    // The receive behind the Close discards until the network ends.
    supply(server, b"anything at all");
    let read = expect(server, RECEIVE, READ);
    complete(server, read.token, 0);
    assert_eq!(result(server), (0, vec![]));
    delete(server);
}

#[test]
fn header_computers_read_after_the_end() {
    // A server module uses a handle only to compute headers: begin, end, read them, delete.
    let server = create(false);
    let (headers, count) = begin_server(server, None, &[], &fields(&REQUEST).array).unwrap();
    assert_eq!(end_server(server), S_OK);
    assert_eq!(receive(server, 0), S_OK);
    let expected = [
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(pairs(headers, count), expected);
    delete(server);
}

#[test]
fn a_program_that_deletes_with_a_read_outstanding() {
    let server = server();
    assert_eq!(receive(server, 0), S_OK);
    let read: *mut c_void = get(server, RECEIVE, 1).token;
    delete(server);
    complete(server, read, 10);
}
