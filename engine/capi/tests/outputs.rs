//! What `WebSocketGetAction` writes, and what it leaves alone.

mod common;

use core::ptr;

use common::*;
use wsproof_capi_abi::*;

const NOTHING: (*mut u8, u32) = (ptr::null_mut(), 0);
const STALE: (*mut u8, u32) = (UNTOUCHED.cast(), 0xdead);

fn entry(got: &Got, index: usize) -> (*mut u8, u32) {
    let Data { buffer, length } = got.entry(index);
    (buffer, length)
}

#[test]
fn entries_behind_the_count_are_cleared_but_for_what_is_sent() {
    let open = server();
    let idle = expect(open, ALL, NO_ACTION);
    assert_eq!([entry(&idle, 0), entry(&idle, 1)], [NOTHING; 2]);

    assert_eq!(receive(open, 1), S_OK);
    let read = expect(open, RECEIVE, READ);
    assert_eq!(entry(&read, 1), NOTHING);
    read.fill(&frame(0x81, b"text", KEY));
    complete(open, read.token, 10);
    let text = expect(open, RECEIVE, RECEIVED);
    assert_eq!((text.octets(), entry(&text, 1)), (b"text".to_vec(), NOTHING));
    complete(open, text.token, 0);

    assert_eq!(send_null(open, PING_PONG, 2), S_OK);
    let ping = expect(open, SEND, WRITE);
    assert_eq!((ping.count, entry(&ping, 1)), (1, STALE));
    complete(open, ping.token, 2);
    let sent = expect(open, SEND, SENT);
    assert_eq!((sent.count, entry(&sent, 0), entry(&sent, 1)), (0, STALE, STALE));
    complete(open, sent.token, 0);
    delete(open);
}

#[test]
fn the_context_is_that_of_the_operation_and_the_automatic_pong_has_none() {
    let open = server();
    assert_eq!(receive(open, 7), S_OK);
    supply(open, &frame(0x89, b"ping", KEY));
    let pong = expect(open, RECEIVE, WRITE);
    assert_eq!((pong.buffer_type, pong.count), (PING_PONG, 1));
    assert_eq!(pong.context, UNTOUCHED);
    complete(open, pong.token, 6);
    assert_eq!(expect(open, RECEIVE, READ).context, context(7));
    assert_eq!(send(open, TEXT, b"text", 8), S_OK);
    assert_eq!(expect(open, SEND, WRITE).context, context(8));
    delete(open);
}
