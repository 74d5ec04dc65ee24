//! The border itself: null and range rules, error codes, stale and made-up numbers, memory.

mod common;

use core::ptr;

use common::*;
use websocket::*;
use wsproof_capi_abi::*;

#[test]
fn null_handles_are_errors_and_void_functions_ignore_them() {
    let null = ptr::null_mut();
    assert_eq!(end_server(null), E_INVALIDARG);
    assert_eq!(end_client(null, &[]), E_INVALIDARG);
    assert_eq!(begin_client(null, &[], &[]).err(), Some(E_INVALIDARG));
    assert_eq!(begin_server(null, None, &[], &[]).err(), Some(E_INVALIDARG));
    assert_eq!(send(null, TEXT, b"x", 1), E_INVALIDARG);
    assert_eq!(receive(null, 1), E_INVALIDARG);
    assert_eq!(get(null, ALL, 2).result, E_INVALIDARG);
    complete(null, context(1), 0);
    abort(null);
    delete(null);
}

#[test]
fn a_deleted_handle_is_an_error_and_never_comes_back() {
    let old = server();
    delete(old);
    let mut handles = vec![old];
    for _ in 0..rounds(100) {
        let next = server();
        assert!(!handles.contains(&next), "a handle came again");
        assert_eq!(send(old, TEXT, b"x", 1), E_INVALIDARG);
        assert_eq!(receive(old, 1), E_INVALIDARG);
        assert_eq!(get(old, ALL, 2).result, E_INVALIDARG);
        abort(old);
        delete(old);
        assert_eq!(receive(next, 1), S_OK, "a stale handle touched another endpoint");
        delete(next);
        handles.push(next);
    }
}

#[test]
fn many_handles_live_at_once() {
    let handles: Vec<_> = (0..rounds(300)).map(|_| server()).collect();
    for (index, handle) in handles.iter().enumerate() {
        assert_eq!(receive(*handle, index), S_OK);
    }
    for (index, handle) in handles.iter().enumerate() {
        assert_eq!(expect(*handle, ALL, READ).context, context(index));
        delete(*handle);
    }
}

#[test]
fn required_outputs_must_be_there() {
    let mut handle = UNTOUCHED;
    // SAFETY: all arguments are null.
    let result = unsafe { WebSocketCreateClientHandle(ptr::null(), 0, ptr::null_mut()) };
    assert_eq!(result, E_INVALIDARG);
    // SAFETY: an absent array with a count, which the library must not follow.
    let result = unsafe { WebSocketCreateServerHandle(ptr::null(), 1, &raw mut handle) };
    assert_eq!((result, handle), (E_INVALIDARG, ptr::null_mut()));

    let open = server();
    assert_eq!(receive(open, 1), S_OK);
    let mut buffers = [Buffer::of_data(ptr::null_mut(), 0); 2];
    for absent in 0..5 {
        let (mut count, mut action, mut kind, mut token) = (2, 7, 7, UNTOUCHED);
        let null_if =
            |index, place: *mut u32| if absent == index { ptr::null_mut() } else { place };
        let array = if absent == 0 { ptr::null_mut() } else { buffers.as_mut_ptr() };
        let token_place = if absent == 4 { ptr::null_mut() } else { &raw mut token };
        // SAFETY: all arguments are null, or places for outputs.
        let result = unsafe {
            WebSocketGetAction(
                open,
                ALL,
                array,
                null_if(1, &raw mut count),
                null_if(2, &raw mut action),
                null_if(3, &raw mut kind),
                ptr::null_mut(),
                token_place,
            )
        };
        assert_eq!(result, E_INVALIDARG, "argument {absent}");
        assert!(absent == 2 || action == NO_ACTION, "argument {absent}");
    }
    // Nothing happened: the read is still due.
    expect(open, ALL, READ);
    delete(open);
}

#[test]
fn absent_arrays_must_have_no_count() {
    let (mut headers, mut count) = (ptr::null_mut(), 0);
    let client = create(true);
    let strings = strings(&["chat"]);
    let nulls = [ptr::null(); 1];
    for (subprotocols, subprotocol_count, extensions, extension_count, initial_count) in [
        (ptr::null(), 1, ptr::null(), 0, 0),
        (ptr::null(), 0, ptr::null(), 1, 0),
        (ptr::null(), 0, ptr::null(), 0, 1),
        (nulls.as_ptr(), 1, ptr::null(), 0, 0),
        (strings.array.as_ptr(), 1, nulls.as_ptr(), 1, 0),
    ] {
        // SAFETY: absent arrays, which the library must not follow.
        let result = unsafe {
            WebSocketBeginClientHandshake(
                client,
                subprotocols,
                subprotocol_count,
                extensions,
                extension_count,
                ptr::null(),
                initial_count,
                &raw mut headers,
                &raw mut count,
            )
        };
        assert_eq!(result, E_INVALIDARG);
    }
    // SAFETY: no place for the outputs.
    let result = unsafe {
        let none = ptr::null();
        WebSocketBeginClientHandshake(
            client,
            none,
            0,
            none,
            0,
            ptr::null(),
            0,
            ptr::null_mut(),
            &raw mut count,
        )
    };
    assert_eq!(result, E_INVALIDARG);
    assert!(begin_client(client, &["chat"], &[]).is_ok(), "the handle is unchanged");
    delete(client);
}

#[test]
fn names_that_are_not_utf_8_or_not_tokens_are_refused() {
    let client = create(true);
    for text in ["", "a b", "a,b", "\u{e9}"] {
        assert_eq!(begin_client(client, &[text], &[]).err(), Some(E_INVALIDARG), "{text:?}");
    }
    let latin = [c"\xe9".as_ptr()];
    let (mut headers, mut count) = (ptr::null_mut(), 0);
    // SAFETY: the array lives on.
    let result = unsafe {
        WebSocketBeginClientHandshake(
            client,
            latin.as_ptr(),
            1,
            ptr::null(),
            0,
            ptr::null(),
            0,
            &raw mut headers,
            &raw mut count,
        )
    };
    assert_eq!(result, E_INVALIDARG);
    delete(client);
}

#[test]
fn queues_and_room_are_checked() {
    let open = server();
    for queue in [0, 4, 5, u32::MAX] {
        assert_eq!(get(open, queue, 2).result, E_INVALIDARG, "queue {queue}");
    }
    // No room at all, and nothing needed.
    assert_eq!(get(open, ALL, 0).result, S_OK);
    assert_eq!(receive(open, 1), S_OK);
    assert_eq!(get(open, ALL, 0).result, E_INVALIDARG);
    assert_eq!(get(open, RECEIVE, 0).result, E_INVALIDARG);
    assert_eq!(get(open, RECEIVE, 1).action, READ);
    // The completion of a send needs no buffer.
    assert_eq!(send(open, TEXT, b"x", 2), S_OK);
    assert_eq!(get(open, SEND, 0).result, E_INVALIDARG);
    let write = get(open, SEND, 2);
    complete(open, write.token, 3);
    assert_eq!(get(open, SEND, 0).action, SENT);
    delete(open);
}

#[test]
fn two_buffers_come_one_after_the_other_when_there_is_room_for_one() {
    let open = server();
    let payload = b"Hello";
    assert_eq!(send(open, TEXT, payload, 1), S_OK);
    let header = get(open, SEND, 1);
    assert_eq!((header.action, header.count, header.octets()), (WRITE, 1, b"\x81\x05".to_vec()));
    assert_eq!(get(open, SEND, 1).action, NO_ACTION);
    complete(open, header.token, 2);
    let body = get(open, SEND, 1);
    assert_eq!((body.action, body.entry(0).buffer.cast_const()), (WRITE, payload.as_ptr()));
    complete(open, body.token, 5);
    assert_eq!(get(open, SEND, 1).action, SENT);
    delete(open);
}

#[test]
fn action_contexts_fit_once_and_only_here() {
    let (one, other) = (server(), server());
    for handle in [one, other] {
        assert_eq!(receive(handle, 1), S_OK);
        assert_eq!(send(handle, TEXT, b"x", 2), S_OK);
    }
    let read = expect(one, RECEIVE, READ);
    let write = expect(one, SEND, WRITE);
    let foreign = expect(other, SEND, WRITE);
    for stale in [ptr::null_mut(), foreign.token, context(1), context(usize::MAX), one] {
        complete(one, stale, 3);
    }
    expect_nothing(one, ALL);
    complete(one, write.token, 3);
    complete(one, write.token, 3);
    let sent = expect(one, SEND, SENT);
    complete(one, write.token, 3);
    complete(one, sent.token, 0);
    complete(one, sent.token, 0);
    expect_nothing(one, SEND);
    read.fill(b"\x81\x80\0\0\0\0");
    complete(one, read.token, 6);
    assert_eq!(result(one), (TEXT, Vec::new()));
    complete(one, read.token, 6);
    expect_nothing(one, ALL);
    complete(other, foreign.token, 3);
    expect(other, SEND, SENT);
    delete(one);
    delete(other);
}

#[test]
fn reporting_more_than_the_buffer_holds_aborts() {
    let open = server();
    assert_eq!(receive(open, 1), S_OK);
    let read = expect(open, RECEIVE, READ);
    complete(open, read.token, read.entry(0).length as usize + 1);
    assert_eq!(receive(open, 2), E_INVALID_PROTOCOL_OPERATION);
    let end = expect(open, RECEIVE, RECEIVED);
    assert_eq!((end.buffer_type, end.count, end.entry(0).buffer), (0, 1, ptr::null_mut()));
    complete(open, end.token, 0);
    expect_nothing(open, ALL);
    delete(open);
}

#[test]
fn send_judges_in_the_documented_order() {
    const NONSENSE: u32 = 0x8000_0007;
    let mut shapeless = Buffer::of_data(ptr::null_mut(), 1);
    let mut send_shapeless = |handle, buffer_type| {
        // SAFETY: a null pointer with a length, which the library must not follow.
        unsafe { WebSocketSend(handle, buffer_type, &raw mut shapeless, ptr::null_mut()) }
    };
    // State first.
    let created = create(true);
    assert_eq!(send_null(created, NONSENSE, 0), E_INVALID_PROTOCOL_OPERATION);
    assert_eq!(send_shapeless(created, TEXT), E_INVALID_PROTOCOL_OPERATION);
    delete(created);
    // Then the type, the order of messages, and the shape.
    let open = server();
    for kind in [0, 1, 0x103, 0x200, 0x4000_0000, NONSENSE, u32::MAX, 0x110] {
        assert_eq!(send_null(open, kind, 0), E_INVALIDARG, "{kind:#x}");
    }
    for kind in [TEXT, BINARY_PART, CLOSE, 0x182] {
        assert_eq!(send_shapeless(open, kind), E_INVALIDARG, "{kind:#x}");
    }
    assert_eq!(send(open, PING_PONG, b"", 0), E_INVALIDARG);
    assert_eq!(send(open, PONG, b"x", 0), E_INVALIDARG);
    assert_eq!(send(open, TEXT_PART, b"a", 0), S_OK);
    assert_eq!(send_shapeless(open, BINARY), E_INVALID_PROTOCOL_OPERATION);
    assert_eq!(send_shapeless(open, TEXT), E_INVALIDARG);
    assert_eq!(send_null(open, CLOSE, 0), S_OK);
    assert_eq!(send_shapeless(open, TEXT), E_INVALID_PROTOCOL_OPERATION);
    assert_eq!(send_shapeless(open, CLOSE), E_INVALID_PROTOCOL_OPERATION);
    assert_eq!(send_shapeless(open, PING_PONG), E_INVALIDARG);
    assert_eq!(send_null(open, PING_PONG, 0), S_OK);
    abort(open);
    assert_eq!(send_null(open, NONSENSE, 0), E_INVALID_PROTOCOL_OPERATION);
    assert_eq!(send_shapeless(open, PING_PONG), E_INVALID_PROTOCOL_OPERATION);
    delete(open);
}

#[test]
fn closes_that_may_be_sent() {
    for (status, reason, expected) in [
        (1000, &b"bye"[..], S_OK),
        (1000, b"", S_OK),
        (1005, b"", S_OK),
        (1005, b"x", E_INVALIDARG),
        (999, b"", E_INVALIDARG),
        (1004, b"", E_INVALIDARG),
        (1006, b"", E_INVALIDARG),
        (1014, b"", S_OK),
        (1015, b"", E_INVALIDARG),
        (1016, b"", E_INVALIDARG),
        (2999, b"", E_INVALIDARG),
        (3000, b"", S_OK),
        (4999, b"", S_OK),
        (5000, b"", E_INVALIDARG),
        (1000, &[b'r'; 123], S_OK),
        (1000, &[b'r'; 124], E_INVALIDARG),
        (1000, b"\xff", E_INVALIDARG),
    ] {
        let open = server();
        assert_eq!(send_close(open, status, reason), expected, "{status} {reason:?}");
        let body = if status == 1005 { vec![] } else { [&status.to_be_bytes(), reason].concat() };
        let wire = if expected == S_OK { frame(0x88, &body, None) } else { vec![] };
        assert_eq!(written(open), wire);
        delete(open);
    }
    let unchecked =
        server_with(&[property(WEB_SOCKET_DISABLE_UTF8_VERIFICATION_PROPERTY_TYPE, &1)]);
    assert_eq!(send_close(unchecked, 1000, b"\xff"), S_OK);
    delete(unchecked);
}

#[test]
fn properties_have_sizes_and_ranges() {
    let kinds = [0, 1, 2, 4];
    for client in [false, true] {
        for kind in kinds {
            let mut bad = property(kind, &4096);
            bad.value_size = 3;
            assert_eq!(create_with(client, &[bad]).err(), Some(E_INVALIDARG));
            bad.value_size = 8;
            delete(create_with(client, &[bad]).unwrap());
            bad.value = ptr::null_mut();
            assert_eq!(create_with(client, &[bad]).err(), Some(E_INVALIDARG));
        }
        for (kind, value, fits) in [
            (0, 255, false),
            (0, 256, true),
            (0, 0, false),
            (0, 0x8000_0000, false),
            (1, 15, false),
            (1, 16, true),
            (1, u32::MAX, false),
            (2, 0, true),
            (2, 77, true),
            (4, 1, true),
            (5, 30_000, false),
            (6, 13, false),
            (7, 1, false),
            (u32::MAX, 1, false),
        ] {
            let created = create_with(client, &[property(kind, &value)]);
            assert_eq!(created.is_ok(), fits, "property {kind} = {value}");
            created.map_or_else(|error| assert_eq!(error, E_INVALIDARG), delete);
        }
        // The last of a repeated property counts.
        let repeated = [property(0, &1), property(0, &256)];
        delete(create_with(client, &repeated).unwrap());
    }
}

#[test]
fn values_may_lie_anywhere() {
    let mut memory = [0u8; 9];
    memory[1..5].copy_from_slice(&300u32.to_ne_bytes());
    let value = memory[1..].as_mut_ptr().cast();
    let size = Property { property_type: 0, value, value_size: 4 };
    let open = server_with(&[size]);
    assert_eq!(receive(open, 1), S_OK);
    assert_eq!(expect(open, RECEIVE, READ).entry(0).length, 300);
    delete(open);
}

#[test]
fn the_allocated_buffer_holds_everything() {
    let (receive_size, send_size) = (256, 16);
    let needed = 256 + 16 + 144;
    for client in [false, true] {
        for shift in 0..3 {
            let mut memory = vec![0xeeu8; shift + needed + 8];
            let mut start = memory[shift..].as_mut_ptr();
            let range = start.addr()..start.addr() + needed;
            let block = Property {
                property_type: WEB_SOCKET_ALLOCATED_BUFFER_PROPERTY_TYPE,
                value: (&raw mut start).cast(),
                value_size: u32::try_from(needed).unwrap(),
            };
            // The sizes come after the block, and count for it all the same.
            let properties = [block, property(0, &receive_size), property(1, &send_size)];
            let open = if client { client_with(&properties) } else { server_with(&properties) };
            let inside = |got: &Got, index: usize| {
                let Data { buffer, length } = got.entry(index);
                assert!(range.contains(&buffer.addr()), "start of {index}");
                assert!(buffer.addr() + length as usize <= range.end, "end of {index}");
            };
            let key = if client { None } else { KEY };
            assert_eq!(receive(open, 1), S_OK);
            let read = expect(open, RECEIVE, READ);
            inside(&read, 0);
            assert_eq!(send(open, BINARY, &[7; 40], 2), S_OK);
            let write = expect(open, SEND, WRITE);
            inside(&write, 0);
            read.fill(&[frame(0x89, &[b'p'; 125], key), frame(0x81, b"text", key)].concat());
            complete(open, read.token, if client { 133 } else { 141 });
            if client {
                // The frame is half on the wire, so the pong waits for it.
                let text = expect(open, RECEIVE, RECEIVED);
                inside(&text, 0);
                complete(open, text.token, 0);
            }
            complete(open, write.token, write.octets().len());
            written(open);
            let pong = expect(open, RECEIVE, WRITE);
            inside(&pong, 0);
            assert_eq!(pong.count, 1);
            complete(open, pong.token, 0);
            if !client {
                let text = expect(open, RECEIVE, RECEIVED);
                inside(&text, 0);
            }
            delete(open);
            assert!(memory[..shift].iter().all(|octet| *octet == 0xee), "written in front");
            assert!(memory[shift + needed..].iter().all(|octet| *octet == 0xee), "written behind");
        }
    }
}

#[test]
fn an_allocated_buffer_that_is_too_small_or_absent_is_refused() {
    let mut memory = vec![0u8; 8192];
    let mut start = memory.as_mut_ptr();
    let mut null: *mut u8 = ptr::null_mut();
    let block = |start: &mut *mut u8, size| Property {
        property_type: WEB_SOCKET_ALLOCATED_BUFFER_PROPERTY_TYPE,
        value: ptr::from_mut(start).cast(),
        value_size: size,
    };
    for (size, fits) in
        [(4096 + 16 + 143, false), (4096 + 16 + 144, true), (8192, true), (8, false)]
    {
        let created = create_with(false, &[block(&mut start, size)]);
        assert_eq!(created.is_ok(), fits, "{size} octets");
        created.map_or_else(|error| assert_eq!(error, E_INVALIDARG), delete);
    }
    let created = create_with(false, &[block(&mut null, 8192)]);
    assert_eq!(created.err(), Some(E_INVALIDARG));
    let mut absent = block(&mut start, 8192);
    absent.value = ptr::null_mut();
    assert_eq!(create_with(false, &[absent]).err(), Some(E_INVALIDARG));
}

#[test]
fn the_properties_of_the_component() {
    let read = |kind: u32, capacity: u32| {
        let (mut value, mut size) = ([7u32; 2], capacity);
        // SAFETY: there is room for eight octets.
        let result =
            unsafe { WebSocketGetGlobalProperty(kind, value.as_mut_ptr().cast(), &raw mut size) };
        (result, value, size)
    };
    assert_eq!(read(WEB_SOCKET_KEEPALIVE_INTERVAL_PROPERTY_TYPE, 4), (S_OK, [30_000, 7], 4));
    assert_eq!(read(WEB_SOCKET_SUPPORTED_VERSIONS_PROPERTY_TYPE, 8), (S_OK, [13, 7], 4));
    for capacity in 0..4 {
        let refused = (E_NOT_SUFFICIENT_BUFFER, [7, 7], 4);
        assert_eq!(read(WEB_SOCKET_KEEPALIVE_INTERVAL_PROPERTY_TYPE, capacity), refused);
    }
    for kind in [0, 1, 2, 3, 4, 7, u32::MAX] {
        assert_eq!(read(kind, 8), (E_INVALIDARG, [7, 7], 8));
    }
    let mut size = 4;
    // SAFETY: absent arguments, which the library must not follow.
    let result = unsafe { WebSocketGetGlobalProperty(5, ptr::null_mut(), &raw mut size) };
    assert_eq!(result, E_INVALIDARG);
    // SAFETY: absent arguments, which the library must not follow.
    let result = unsafe { WebSocketGetGlobalProperty(5, ptr::null_mut(), ptr::null_mut()) };
    assert_eq!(result, E_INVALIDARG);
}

#[test]
fn a_supplied_buffer_is_filled_and_nothing_else_goes_there() {
    let open = server();
    let mut memory = [0xeeu8; 4];
    let start = memory.as_mut_ptr();
    let supply_buffer = |length| {
        let mut buffer = Buffer::of_data(start, length);
        // SAFETY: the memory lives on until the operation is complete.
        unsafe { WebSocketReceive(open, &raw mut buffer, context(9)) }
    };
    assert_eq!(supply_buffer(0), E_INVALIDARG);
    for _ in 0..2 {
        assert_eq!(supply_buffer(4), S_OK);
    }
    assert_eq!(supply_buffer(4), S_OK);
    let mut null = Buffer::of_data(ptr::null_mut(), 4);
    // SAFETY: a null pointer with a length, which the library must not follow.
    let result = unsafe { WebSocketReceive(open, &raw mut null, context(9)) };
    assert_eq!(result, E_INVALIDARG);

    supply(open, &[frame(0x81, b"sixsix", KEY), frame(0x8a, b"pong", KEY)].concat());
    for (kind, text) in [(TEXT_PART, &b"sixs"[..]), (TEXT, b"ix")] {
        let got = expect(open, RECEIVE, RECEIVED);
        assert_eq!(got.entry(0).buffer, start);
        assert_eq!((got.buffer_type, got.octets(), got.context), (kind, text.to_vec(), context(9)));
        complete(open, got.token, 0);
    }
    let pong = expect(open, RECEIVE, RECEIVED);
    assert_eq!((pong.buffer_type, pong.octets()), (PING_PONG, b"pong".to_vec()));
    assert_ne!(pong.entry(0).buffer, start);
    delete(open);
}

#[test]
fn operations_queue_without_a_limit() {
    let open = server();
    for number in 0..rounds(1000) {
        assert_eq!(send(open, TEXT, b"x", number), S_OK);
        assert_eq!(receive(open, number), S_OK);
    }
    for number in 0..rounds(1000) {
        let write = expect(open, SEND, WRITE);
        complete(open, write.token, 0);
        assert_eq!(write.context, context(number));
        let sent = expect(open, SEND, SENT);
        assert_eq!(sent.context, context(number));
        complete(open, sent.token, 0);
    }
    delete(open);
}
