//! mORMot, which completes every write as if nothing of it had been written.

use core::ptr;

use websocket::*;
use wsproof_capi_abi::*;

use crate::common::*;

/// Sends one operation as mORMot does: writes everything, reports 0 and leaves. The completion is
/// collected by the loop of the next send.
fn send_once(server: Handle, buffer_type: u32, octets: &[u8]) -> Vec<u8> {
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
fn always_completes_with_zero() {
    let server = server();
    for round in 0..rounds(1000) {
        let payload = vec![0x64; round * 7];
        match round % 3 {
            0 => assert_eq!(send_once(server, TEXT, &payload), frame(0x81, &payload, None)),
            1 => {
                assert_eq!(send_once(server, BINARY_PART, &payload), frame(2, &payload, None));
                assert_eq!(send_once(server, BINARY, &payload), frame(0x80, &payload, None));
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
