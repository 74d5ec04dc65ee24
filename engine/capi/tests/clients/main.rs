//! Conversations in the call patterns of programs that drive such a library: what they do that the
//! documentation does not foresee has to work.

#[path = "../common/mod.rs"]
mod common;

mod dot_net;
mod marlin;
mod mormot;
mod odd_storm;
mod sample;

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
