//! OddStorm's server, which queues the next receive while a result is still indicated.

use core::ptr;

use websocket::*;
use wsproof_capi_abi::*;

use crate::common::*;

#[test]
fn receives_inside_an_indication() {
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
