//! The opening handshake through the C interface: states, roles, results and returned memory.

mod common;

use core::ptr;

use common::*;
use websocket::*;
use wsproof_capi_abi::*;

/// The request with one field replaced, or left out.
fn request_with(name: &str, value: Option<&'static str>) -> Vec<(&'static str, &'static str)> {
    let others = REQUEST.into_iter().filter(|(own, _)| *own != name);
    let field = REQUEST.into_iter().find(|(own, _)| *own == name).unwrap().0;
    others.chain(value.map(|value| (field, value))).collect()
}

#[test]
fn requests_and_the_results_they_get() {
    let format = Some(E_INVALID_PROTOCOL_FORMAT);
    for (name, value, error) in [
        ("Host", Some(""), None),
        ("Host", None, format),
        ("Upgrade", Some("WebSocket"), None),
        ("Upgrade", Some("h2c"), format),
        ("Upgrade", None, format),
        ("Connection", Some("keep-alive, upgrade"), None),
        ("Connection", Some("keep-alive"), format),
        ("Sec-WebSocket-Version", None, format),
        ("Sec-WebSocket-Version", Some("8"), Some(E_PROTOCOL_VERSION_NOT_SUPPORTED)),
        ("Sec-WebSocket-Key", None, format),
        ("Sec-WebSocket-Key", Some("AAAAAAAAAAAAAAAAAAAAAA=="), None),
        ("Sec-WebSocket-Key", Some("AAAA"), format),
        ("Sec-WebSocket-Key", Some("AAAAAAAAAAAAAAAAAAAAAAAA"), format),
    ] {
        let server = create(false);
        let request = fields(&request_with(name, value));
        let begun = begin_server(server, None, &[], &request.array);
        assert_eq!(begun.err(), error, "{name}: {value:?}");
        // A handle that refused a request takes another.
        if error.is_some() {
            assert!(begin_server(server, None, &[], &fields(&REQUEST).array).is_ok());
        }
        delete(server);
    }
    let server = create(false);
    let twice = [&REQUEST[..], &[("Host", "again")]].concat();
    assert_eq!(begin_server(server, None, &[], &fields(&twice).array).err(), format);
    delete(server);
}

#[test]
fn responses_and_the_results_they_get() {
    let client = create(true);
    let (headers, count) = begin_client(client, &["chat"], &["x-one"]).unwrap();
    let names: Vec<_> = pairs(headers, count).into_iter().map(|(name, _)| name).collect();
    let expected = [
        "Connection",
        "Upgrade",
        "Sec-WebSocket-Version",
        "Sec-WebSocket-Key",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions",
    ];
    assert_eq!(names, expected);
    // Its own request is no response.
    // SAFETY: the library returned that many.
    let own = unsafe { core::slice::from_raw_parts(headers, count as usize) };
    assert_eq!(end_client(client, own), E_INVALID_PROTOCOL_FORMAT);

    let server = create(false);
    let host = fields(&[("Host", "x")]);
    let request: Vec<HttpHeader> = own.iter().chain(&host.array).copied().collect();
    let accept = |subprotocol, extensions: &[&str]| {
        let server = create(false);
        let (headers, count) = begin_server(server, subprotocol, extensions, &request).unwrap();
        let response = pairs(headers, count);
        delete(server);
        response
    };
    let end = |response: &[(String, String)]| {
        let response: Vec<_> = response.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        end_client(client, &fields(&response).array)
    };
    let refused = |subprotocol: Option<&str>, extensions: &[&str]| {
        begin_server(server, subprotocol, extensions, &request).err()
    };
    assert_eq!(refused(Some("other"), &[]), Some(E_SUBPROTOCOL_NOT_SUPPORTED));
    assert_eq!(refused(None, &["x-two"]), Some(E_PROTOCOL_EXTENSIONS_NOT_SUPPORTED));
    assert_eq!(refused(Some("a b"), &[]), Some(E_INVALIDARG));
    // A subprotocol was offered and none chosen.
    assert_eq!(end(&accept(None, &[])), E_SUBPROTOCOL_NOT_SUPPORTED);
    let mut response = accept(Some("chat"), &["x-one; a=1"]);
    response.push(("sec-websocket-extensions".to_owned(), "x-other".to_owned()));
    assert_eq!(end(&response), E_PROTOCOL_EXTENSIONS_NOT_SUPPORTED);
    response.pop();
    // After all these refusals the right one opens the handle.
    assert_eq!(end(&response), S_OK);
    assert_eq!(end(&response), E_INVALID_PROTOCOL_OPERATION);
    assert_eq!(receive(client, 0), S_OK);
    delete(client);
    delete(server);
}

#[test]
fn selected_indices_and_the_room_for_them() {
    let client = create(true);
    let (headers, count) = begin_client(client, &[], &["x-one", "x-two", "x-one; b"]).unwrap();
    let host = fields(&[("Host", "x")]);
    // SAFETY: the library returned that many.
    let own = unsafe { core::slice::from_raw_parts(headers, count as usize) };
    let request: Vec<HttpHeader> = own.iter().chain(&host.array).copied().collect();
    let server = create(false);
    let (response, count) = begin_server(server, None, &["x-two", "x-one"], &request).unwrap();
    let end = |indices: *mut u32, room: *mut u32, subprotocol: *mut u32| {
        // SAFETY: all outputs are null or places, as many as the room says.
        unsafe { WebSocketEndClientHandshake(client, response, count, indices, room, subprotocol) }
    };
    let (mut indices, mut room, mut subprotocol) = ([9; 3], 2, 9);
    let start = indices.as_mut_ptr();
    assert_eq!(end(start, &raw mut room, &raw mut subprotocol), E_INVALIDARG);
    assert_eq!(end(start, ptr::null_mut(), &raw mut subprotocol), E_INVALIDARG);
    assert_eq!(subprotocol, 9);
    room = 3;
    assert_eq!(end(start, &raw mut room, &raw mut subprotocol), S_OK);
    assert_eq!((indices, room, subprotocol), ([1, 0, 9], 2, u32::MAX));
    delete(client);
    delete(server);
}

#[test]
fn states_and_roles() {
    const OPERATION: Hresult = E_INVALID_PROTOCOL_OPERATION;
    let (client, server) = (create(true), create(false));
    let request = fields(&REQUEST);
    assert_eq!(begin_client(server, &[], &[]).err(), Some(OPERATION));
    assert_eq!(begin_server(client, None, &[], &request.array).err(), Some(OPERATION));
    assert_eq!(end_client(server, &[]), OPERATION);
    assert_eq!(end_client(client, &[]), OPERATION);
    assert_eq!(end_server(client), OPERATION);
    assert_eq!(end_server(server), OPERATION);
    for handle in [client, server] {
        assert_eq!(send(handle, TEXT, b"x", 0), OPERATION);
        assert_eq!(receive(handle, 0), OPERATION);
        assert_eq!(get(handle, ALL, 2).result, OPERATION);
        // Before the handshake an abort does nothing.
        abort(handle);
    }
    begin_client(client, &[], &[]).unwrap();
    assert_eq!(begin_client(client, &[], &[]).err(), Some(OPERATION));
    assert_eq!(receive(client, 0), OPERATION);
    abort(client);
    begin_server(server, None, &[], &request.array).unwrap();
    assert_eq!(begin_server(server, None, &[], &request.array).err(), Some(OPERATION));
    abort(server);
    // The first session function ends a server's handshake, and ending it again is no error.
    assert_eq!(receive(server, 0), S_OK);
    assert_eq!(end_server(server), S_OK);
    assert_eq!(end_server(server), S_OK);
    expect(server, ALL, READ);
    delete(client);
    delete(server);
}
