//! The vendor's sample.

use core::ptr;

use websocket::*;
use wsproof_capi_abi::*;

use crate::common::*;
use crate::get_without_context;

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
