//! What the library has beyond Windows' interface: three properties, and the Close to send after a
//! fault.

mod common;

use core::ptr;

use common::*;
use wsproof_capi_abi::*;

const DEFLATE: &str = "permessage-deflate";

#[test]
fn the_close_of_a_fault_is_in_the_first_entry() {
    for (octets, result, status) in [
        (frame(0x81, b"\xff", KEY), E_INVALID_PROTOCOL_FORMAT, 1007),
        (frame(0x88, b"\x03\xe8\xff", KEY), E_INVALID_PROTOCOL_FORMAT, 1007),
        (frame(0x83, b"", KEY), E_INVALID_PROTOCOL_FORMAT, 1002),
        (frame(0x80, b"", KEY), E_INVALID_PROTOCOL_OPERATION, 1002),
    ] {
        let open = server();
        assert_eq!(receive(open, 1), S_OK);
        supply(open, &octets);
        // Every time that it is asked, and in the first entry alone.
        for room in [1, 2, 2] {
            let got = get(open, RECEIVE, room);
            let Data { buffer, length } = got.entry(0);
            assert_eq!((got.result, got.count, got.status()), (result, 0, status));
            assert_eq!((buffer, length), (ptr::null_mut(), 0));
            let untouched = |entry| got.entry(entry).buffer == UNTOUCHED.cast();
            assert!((1..room as usize).all(untouched), "only the first entry is written");
        }
        assert_eq!(get(open, RECEIVE, 0).result, result, "without room for it");
        // As it is, it can be sent.
        assert_eq!(send_close(open, status, b""), S_OK);
        assert_eq!(written(open), frame(0x88, &status.to_be_bytes(), None));
        delete(open);
    }
}

#[test]
fn other_failures_leave_the_entries_alone() {
    let open = server();
    for queue in [0, 4] {
        let got = get(open, queue, 2);
        assert_eq!(got.result, E_INVALIDARG);
        assert_eq!(got.entry(0).buffer, UNTOUCHED.cast());
    }
    delete(open);
}

#[test]
fn a_message_beyond_the_largest_is_a_fault_and_none_up_to_it() {
    let limit = property(WSPROOF_MAX_MESSAGE_SIZE_PROPERTY_TYPE, &5);
    let open = server_with(&[limit]);
    assert_eq!(receive(open, 1), S_OK);
    supply(open, &frame(0x82, b"fives", KEY));
    assert_eq!(result(open), (BINARY, b"fives".to_vec()));
    assert_eq!(receive(open, 2), S_OK);
    supply(open, &[frame(0x02, b"three", KEY), frame(0x80, b"!", KEY)].concat());
    assert_eq!(result(open), (BINARY_PART, b"three".to_vec()));
    assert_eq!(receive(open, 3), S_OK);
    let got = get(open, RECEIVE, 2);
    assert!(got.result < 0, "{}", result_name(got.result));
    assert_eq!(got.status(), WEB_SOCKET_MESSAGE_TOO_BIG_CLOSE_STATUS as u16);
    delete(open);
}

#[test]
fn levels_of_compression_have_a_range() {
    for (level, fits) in [(0, true), (1, true), (9, true), (10, false), (u32::MAX, false)] {
        let level = property(WSPROOF_DEFLATE_LEVEL_PROPERTY_TYPE, &level);
        for client in [false, true] {
            let created = create_with(client, &[level]);
            assert_eq!(created.is_ok(), fits);
            created.map_or_else(|error| assert_eq!(error, E_INVALIDARG), delete);
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "slow, and the codec has no unsafe code of this package")]
fn what_is_compressed_on_the_way_is_as_it_was() {
    let level = property(WSPROOF_DEFLATE_LEVEL_PROPERTY_TYPE, &6);
    let [client, server] = [true, false].map(|client| create_with(client, &[level]).unwrap());
    join(client, server, &[], &[DEFLATE]);
    let text = "say it again, ".repeat(1000);
    for (from, to) in [(client, server), (server, client), (client, server)] {
        assert_eq!(send(from, TEXT, text.as_bytes(), 1), S_OK);
        let wire = written(from);
        // FIN, RSV1 and text, or a first frame of more.
        assert!([0xc1, 0x41].contains(&wire[0]), "{:#x}", wire[0]);
        assert!(wire.len() < 200, "{} octets of {}", wire.len(), text.len());
        assert_eq!(receive(to, 2), S_OK);
        supply(to, &wire);
        let mut received = Vec::new();
        loop {
            let (buffer_type, octets) = result(to);
            received.extend(octets);
            match buffer_type {
                TEXT => break,
                part => assert_eq!(part, TEXT_PART),
            }
            assert_eq!(receive(to, 2), S_OK);
        }
        assert!(received == text.as_bytes(), "another text");
    }
    delete(client);
    delete(server);
}

#[test]
fn without_a_level_the_frames_of_an_extension_are_the_application_s() {
    let [client, server] = [true, false].map(create);
    join(client, server, &[], &[DEFLATE]);
    assert_eq!(send(client, 0xc1 << 1, b"\xf2H\xcd\xc9\xc9\x07\x00", 1), S_OK);
    assert_eq!(receive(server, 2), S_OK);
    supply(server, &written(client));
    assert_eq!(result(server), (0xc1 << 1, b"\xf2H\xcd\xc9\xc9\x07\x00".to_vec()));
    delete(client);
    delete(server);
}

#[test]
fn a_client_may_go_on_without_a_subprotocol() {
    for optional in [0, 1] {
        let optional_subprotocol = property(WSPROOF_OPTIONAL_SUBPROTOCOL_PROPERTY_TYPE, &optional);
        let client = create_with(true, &[optional_subprotocol]).unwrap();
        let (headers, count) = begin_client(client, &["chat"], &[]).unwrap();
        let mut request = pairs(headers, count);
        request.push(("Host".to_owned(), "localhost".to_owned()));
        let request: Vec<_> = request.iter().map(|(name, value)| (&**name, &**value)).collect();
        let server = create(false);
        let (headers, count) = begin_server(server, None, &[], &fields(&request).array).unwrap();
        let response = pairs(headers, count);
        let response: Vec<_> = response.iter().map(|(name, value)| (&**name, &**value)).collect();
        let expected = if optional == 1 { S_OK } else { E_SUBPROTOCOL_NOT_SUPPORTED };
        assert_eq!(end_client(client, &fields(&response).array), expected);
        delete(client);
        delete(server);
    }
}
