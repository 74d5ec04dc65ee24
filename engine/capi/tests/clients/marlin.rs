//! Marlin, which takes the header of a frame and writes its own payload behind it.

use core::ptr;

use websocket::*;
use wsproof_capi_abi::*;

use crate::common::*;
use crate::get_without_context;

#[test]
fn completes_headers_only() {
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
fn hands_leftovers_over_and_asks_again() {
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
