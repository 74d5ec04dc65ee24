//! The opening handshake on header fields, seen through the public interface (RFC 6455 §4).

use proptest::prelude::*;
use wsproof_engine::entropy::{FixedEntropy, OsEntropy};
use wsproof_engine::handshake::{
    AgreedExtension, ClientHandshake, Extension, HandshakeClass, HandshakeError, Header, Key,
    Offer, Offered, Selection, ServerHandshake,
};

/// A head as a table row writes it.
type Fields<'a> = Vec<(&'a str, &'a [u8])>;

const KEY: &str = "Sec-WebSocket-Key";
const ACCEPT: &str = "Sec-WebSocket-Accept";
const VERSION: &str = "Sec-WebSocket-Version";
const PROTOCOL: &str = "Sec-WebSocket-Protocol";
const EXTENSIONS: &str = "Sec-WebSocket-Extensions";

/// The example of RFC 6455 §1.3, mandatory fields only.
fn request() -> Fields<'static> {
    vec![
        ("Host", b"server.example.com"),
        ("Upgrade", b"websocket"),
        ("Connection", b"Upgrade"),
        (KEY, b"dGhlIHNhbXBsZSBub25jZQ=="),
        (VERSION, b"13"),
    ]
}

/// `fields` with all lines of one name replaced by `lines`.
fn with<'a>(mut fields: Fields<'a>, name: &'a str, lines: &[&'a [u8]]) -> Fields<'a> {
    fields.retain(|(own, _)| *own != name);
    fields.extend(lines.iter().map(|line| (name, *line)));
    fields
}

fn headers<'a>(fields: &'a Fields<'a>) -> Vec<Header<'a>> {
    fields.iter().map(|(name, value)| Header::new(*name, *value)).collect()
}

/// The name of the error a request is refused with, or `ok`.
fn served(fields: &Fields<'_>) -> &'static str {
    let headers = headers(fields);
    let begun = ServerHandshake::begin(&Selection::default(), &headers);
    let read = Offered::read(&headers);
    assert_eq!(begun.as_ref().err(), read.as_ref().err(), "reading and beginning agree");
    begun.map_or_else(|error| error.name(), |_| "ok")
}

#[test]
fn the_example_of_the_standard_is_answered_as_printed() {
    let request = with(request(), PROTOCOL, &[b"chat, superchat"]);
    let selection = Selection { subprotocol: Some("chat"), ..Selection::default() };
    let (handshake, response) = ServerHandshake::begin(&selection, &headers(&request)).unwrap();
    let response: Vec<_> = response.pairs().collect();
    let expected = [
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        ("Sec-WebSocket-Protocol", "chat"),
    ];
    assert_eq!(response, expected);
    assert_eq!(handshake.end().subprotocol(), Some(0));
}

#[test]
fn a_client_sends_the_mandatory_fields_and_its_offer() {
    let offer = Offer {
        subprotocols: &["chat", "superchat"],
        extensions: &["foo; x=10", "bar"],
        initial_headers: &[Header::new("Connection", "keep-alive"), Header::new("X-A", b"\xff")],
        ..Offer::default()
    };
    let (_, request) = ClientHandshake::begin(&offer, &mut FixedEntropy::new(1)).unwrap();
    let fields: Vec<_> = request.pairs().collect();
    let key = request.get(KEY).unwrap();
    let expected = [
        ("Connection", "Upgrade"),
        ("Upgrade", "websocket"),
        (VERSION, "13"),
        (KEY, key),
        (PROTOCOL, "chat, superchat"),
        (EXTENSIONS, "foo; x=10, bar"),
    ];
    assert_eq!(fields, expected);
    assert!(Key::parse(key.as_bytes()).is_some());
    assert!(key.len() == 24 && key.ends_with("=="));

    let (_, plain) = ClientHandshake::begin(&Offer::default(), &mut FixedEntropy::new(1)).unwrap();
    assert_eq!(plain.len(), 4);
}

#[test]
fn keys_do_not_repeat() {
    let mut entropy = OsEntropy::new();
    let mut keys: Vec<_> = (0..1000)
        .map(|_| {
            let (_, request) = ClientHandshake::begin(&Offer::default(), &mut entropy).unwrap();
            request.get(KEY).unwrap().to_owned()
        })
        .collect();
    assert!(keys.iter().all(|key| matches!(key.as_bytes()[21], b'A' | b'Q' | b'g' | b'w')));
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 1000);
}

#[test]
fn header_order_and_the_case_of_names_do_not_matter() {
    type Spell = fn(&str) -> String;
    let spellings: [Spell; 3] = [
        |name| name.to_ascii_lowercase(),
        |name| name.to_ascii_uppercase(),
        |name| {
            let odd = |(index, letter): (usize, char)| {
                if index % 2 == 0 {
                    letter.to_ascii_lowercase()
                } else {
                    letter.to_ascii_uppercase()
                }
            };
            name.char_indices().map(odd).collect()
        },
    ];
    let mut orders = 0;
    permutations(&mut request(), 0, &mut |order| {
        orders += 1;
        assert_eq!(served(order), "ok");
        for spell in spellings {
            let spelled: Vec<_> = order.iter().map(|(name, value)| (spell(name), *value)).collect();
            let spelled = spelled.iter().map(|(name, value)| (name.as_str(), *value)).collect();
            assert_eq!(served(&spelled), "ok", "{spelled:?}");
        }
    });
    assert_eq!(orders, 120);
}

fn permutations<'a>(fields: &mut Fields<'a>, from: usize, visit: &mut impl FnMut(&Fields<'a>)) {
    if from == fields.len() {
        return visit(fields);
    }
    for other in from..fields.len() {
        fields.swap(from, other);
        permutations(fields, from + 1, visit);
        fields.swap(from, other);
    }
}

#[test]
fn what_a_server_thinks_of_a_request() {
    // Field, its lines (none: left out), outcome.
    let table: &[(&str, &[&[u8]], &str)] = &[
        ("Upgrade", &[b"WebSocket"], "ok"),
        ("Upgrade", &[b"WEBSOCKET"], "ok"),
        ("Upgrade", &[b"h2c, websocket"], "ok"),
        ("Upgrade", &[b"h2c", b"websocket"], "ok"),
        ("Upgrade", &[b"websocket", b"websocket"], "ok"),
        ("Upgrade", &[], "UpgradeNotRequested"),
        ("Upgrade", &[b""], "UpgradeNotRequested"),
        ("Upgrade", &[b"h2c"], "UpgradeNotRequested"),
        ("Upgrade", &[b"websockets"], "UpgradeNotRequested"),
        ("Upgrade", &[b"xwebsocket"], "UpgradeNotRequested"),
        ("Upgrade", &[b"web socket"], "UpgradeNotRequested"),
        ("Upgrade", &[b"websocket/13"], "UpgradeNotRequested"),
        ("Upgrade", &["websoc\u{212a}et".as_bytes()], "UpgradeNotRequested"),
        ("Connection", &[b"keep-alive, Upgrade"], "ok"),
        ("Connection", &[b"UPGRADE"], "ok"),
        ("Connection", &[b"upgrade"], "ok"),
        ("Connection", &[b"keep-alive, , Upgrade"], "ok"),
        ("Connection", &[b"keep-alive", b"Upgrade"], "ok"),
        ("Connection", &[b"Upgrade", b"Upgrade"], "ok"),
        ("Connection", &[], "ConnectionNotRequested"),
        ("Connection", &[b"keep-alive"], "ConnectionNotRequested"),
        ("Connection", &[b"NotUpgrade"], "ConnectionNotRequested"),
        ("Connection", &[b"xupgrade"], "ConnectionNotRequested"),
        ("Connection", &[b"Upgrade-Insecure-Requests"], "ConnectionNotRequested"),
        ("Connection", &[b"close"], "ConnectionNotRequested"),
        ("Host", &[b""], "ok"),
        ("Host", &[], "HostMissing"),
        ("Host", &[b"a", b"b"], "HostRepeated"),
        ("Host", &[b"a", b"a"], "HostRepeated"),
        (VERSION, &[b" 13\t"], "ok"),
        (VERSION, &[], "VersionMissing"),
        (VERSION, &[b"13", b"13"], "VersionRepeated"),
        (VERSION, &[b"13", b"8"], "VersionRepeated"),
        (VERSION, &[b"8, 13"], "VersionUnsupported"),
        (VERSION, &[b"13, 8"], "VersionUnsupported"),
        (VERSION, &[b"0"], "VersionUnsupported"),
        (VERSION, &[b"8"], "VersionUnsupported"),
        (VERSION, &[b"12"], "VersionUnsupported"),
        (VERSION, &[b"14"], "VersionUnsupported"),
        (VERSION, &[b"99"], "VersionUnsupported"),
        (VERSION, &[b"256"], "VersionUnsupported"),
        (VERSION, &[b"-1"], "VersionUnsupported"),
        (VERSION, &[b"abc"], "VersionUnsupported"),
        (VERSION, &[b"013"], "VersionUnsupported"),
        (VERSION, &[b"13 "], "ok"),
        (VERSION, &[b"1 3"], "VersionUnsupported"),
        (VERSION, &[b""], "VersionUnsupported"),
        (KEY, &[b" \tdGhlIHNhbXBsZSBub25jZQ==\t "], "ok"),
        (KEY, &[b"AAAAAAAAAAAAAAAAAAAAAA=="], "ok"),
        (KEY, &[b"AQIDBAUGBwgJCgsMDQ4PEC=="], "ok"),
        (KEY, &[], "KeyMissing"),
        (KEY, &[b"dGhlIHNhbXBsZSBub25jZQ==", b"dGhlIHNhbXBsZSBub25jZQ=="], "KeyRepeated"),
        (KEY, &[b"dGhlIHNhbXBsZSBub25jZQ==", b"AAAAAAAAAAAAAAAAAAAAAA=="], "KeyRepeated"),
        (KEY, &[b""], "KeyMalformed"),
        (KEY, &[b"AAAA"], "KeyMalformed"),
        (KEY, &[b"AAAAAAAAAAA="], "KeyMalformed"),
        (KEY, &[b"AAAAAAAAAAAAAAAAAAAA"], "KeyMalformed"),
        (KEY, &[b"AAAAAAAAAAAAAAAAAAAAAAA="], "KeyMalformed"),
        (KEY, &[b"AAAAAAAAAAAAAAAAAAAAAAAA"], "KeyMalformed"),
        (KEY, &[b"AAAAAAAAAAAAAAAAAAAAAA"], "KeyMalformed"),
        (KEY, &[b"!!!!!!!!!!!!!!!!!!!!!!=="], "KeyMalformed"),
        (KEY, &[b"__-_AAAAAAAAAAAAAAAAAA=="], "KeyMalformed"),
        (KEY, &[b"AAAAAAAAAAAAAAAAAAAAAA==, AAAAAAAAAAAAAAAAAAAAAA=="], "KeyMalformed"),
        (KEY, &[&[b'A'; 1_000_000]], "KeyMalformed"),
        (PROTOCOL, &[b"x, chat"], "ok"),
        (PROTOCOL, &[b"x", b"chat"], "ok"),
        (PROTOCOL, &[b""], "SubprotocolListEmpty"),
        (PROTOCOL, &[b","], "SubprotocolListEmpty"),
        (PROTOCOL, &[b"", b" "], "SubprotocolListEmpty"),
        (PROTOCOL, &[b"ch at"], "SubprotocolMalformed"),
        (PROTOCOL, &[b"chat;v=1"], "SubprotocolMalformed"),
        (PROTOCOL, &[b"a/b"], "SubprotocolMalformed"),
        (PROTOCOL, &[b"(c)"], "SubprotocolMalformed"),
        (PROTOCOL, &[b"@"], "SubprotocolMalformed"),
        (PROTOCOL, &[b"chat, caf\xc3\xa9"], "SubprotocolMalformed"),
        (PROTOCOL, &[b"chat, chat"], "SubprotocolTwice"),
        (PROTOCOL, &[b"chat", b"chat"], "SubprotocolTwice"),
        (PROTOCOL, &[b"chat, Chat"], "ok"),
        (EXTENSIONS, &[b"foo", b"permessage-deflate; client_max_window_bits"], "ok"),
        (EXTENSIONS, &[b"unknown; and=\"quoted\"; x = 1"], "ok"),
        (EXTENSIONS, &[b"foo, , bar"], "ok"),
        (EXTENSIONS, &[b""], "ExtensionListEmpty"),
        (EXTENSIONS, &[b"foo; ; bar"], "ExtensionParamMissing"),
        (EXTENSIONS, &[b"foo bar"], "ExtensionSeparatorMissing"),
        (EXTENSIONS, &[b"=x"], "ExtensionNameMissing"),
        (EXTENSIONS, &[b"foo; x="], "ExtensionValueMissing"),
        (EXTENSIONS, &[b"foo; x=\"a"], "ExtensionQuoteUnclosed"),
        (EXTENSIONS, &[b"foo; x=\"a b\""], "ExtensionValueNotToken"),
        (EXTENSIONS, &[b"foo", b"bar;"], "ExtensionParamMissing"),
        ("Origin", &["http://\u{2713}".as_bytes(), b"null"], "ok"),
        ("Cookie", &[b"\xff\xfe"], "ok"),
        ("X-Empty", &[b""], "ok"),
        ("Sec-WebSocket-Foo", &[b"1"], "ok"),
        ("Origin", &[b"a\0b"], "HeaderMalformed"),
        (PROTOCOL, &[b"chat\0"], "HeaderMalformed"),
        (KEY, &[b"dGhlIHNhbXBsZSBub25jZQ==\0"], "HeaderMalformed"),
        ("Origin", &[b"a\r\nX: b"], "HeaderMalformed"),
        ("Origin", &[b"a\nb"], "HeaderMalformed"),
        ("Upgrade ", &[b"websocket"], "HeaderMalformed"),
        ("", &[b"x"], "HeaderMalformed"),
    ];
    let mut refused: Vec<&str> = Vec::new();
    for (name, lines, expected) in table {
        let outcome = served(&with(request(), name, lines));
        let shown: Vec<_> = lines.iter().map(|line| line.escape_ascii().to_string()).collect();
        assert_eq!(outcome, *expected, "{name}: {shown:.80?}");
        refused.push(outcome);
    }
    // No duty of a request is left without a row.
    let duties = HandshakeError::ALL
        .iter()
        .filter(|error| error.http_status() < 500 && !error.name().starts_with("Selected"));
    for error in duties {
        assert!(refused.contains(&error.name()), "no request is refused with {}", error.name());
    }
}

#[test]
fn a_request_is_judged_in_the_documented_order() {
    let order = [
        ("Upgrade", "UpgradeNotRequested"),
        ("Connection", "ConnectionNotRequested"),
        ("Host", "HostMissing"),
        (VERSION, "VersionMissing"),
        (KEY, "KeyMissing"),
    ];
    let mut fields = with(request(), PROTOCOL, &[b""]);
    fields = with(fields, EXTENSIONS, &[b""]);
    assert_eq!(served(&fields), "SubprotocolListEmpty");
    for (name, expected) in order.iter().rev() {
        fields = with(fields, name, &[]);
        assert_eq!(served(&fields), *expected);
    }
    fields = with(fields, "X", &[b"\0"]);
    assert_eq!(served(&fields), "HeaderMalformed");
}

#[test]
fn another_version_is_told_apart() {
    let error = Offered::read(&headers(&with(request(), VERSION, &[b"8"]))).unwrap_err();
    assert_eq!(error.class(), HandshakeClass::VersionNotSupported);
    assert_eq!((error.http_status(), error.field()), (426, Some(VERSION)));
    assert_eq!(
        error.to_string(),
        "request with a sec-websocket-version other than 13 (6455#4.2.2)"
    );
}

#[test]
fn an_application_reads_the_offer_before_it_selects() {
    let request = with(request(), PROTOCOL, &[b"x", b"y, chat"]);
    let request = with(request, EXTENSIONS, &[b"foo; a=1; b", b"bar"]);
    let headers = headers(&request);
    let offered = Offered::read(&headers).unwrap();
    assert_eq!(offered.subprotocols(), ["x", "y", "chat"]);
    let texts: Vec<_> = offered.extensions().iter().map(Extension::text).collect();
    assert_eq!(texts, ["foo; a=1; b", "bar"]);
}

#[test]
fn the_last_of_many_subprotocols_can_be_selected() {
    let names: Vec<String> = (0..49).map(|number| format!("p{number}")).collect();
    let value = format!("{}, chat", names.join(", "));
    let request = with(request(), PROTOCOL, &[value.as_bytes()]);
    let selection = Selection { subprotocol: Some("chat"), ..Selection::default() };
    let (handshake, response) = ServerHandshake::begin(&selection, &headers(&request)).unwrap();
    assert_eq!(response.get(PROTOCOL), Some("chat"));
    assert_eq!(handshake.end().subprotocol(), Some(49));
}

#[test]
fn what_a_server_may_select() {
    let request = with(request(), PROTOCOL, &[b"chat, x"]);
    let request = with(request, EXTENSIONS, &[b"foo; a, bar, foo"]);
    // Subprotocol, extensions, outcome.
    let table: &[(Option<&str>, &[&str], &str)] = &[
        (None, &[], "ok"),
        (Some(""), &[], "ok"),
        (Some("x"), &["foo; b=2", "foo"], "ok"),
        (None, &["bar", "foo"], "ok"),
        (Some("Chat"), &[], "SelectedSubprotocolNotOffered"),
        (Some("y"), &[], "SelectedSubprotocolNotOffered"),
        (Some("ch at"), &[], "ArgumentSubprotocol"),
        (Some("chat\r\nEvil: 1"), &[], "ArgumentSubprotocol"),
        (None, &["baz"], "SelectedExtensionNotOffered"),
        (None, &["Foo"], "SelectedExtensionNotOffered"),
        (None, &["bar", "bar"], "SelectedExtensionNotOffered"),
        (None, &["foo, bar"], "ArgumentExtension"),
        (None, &[""], "ArgumentExtension"),
        (None, &["foo\r\nEvil: 1"], "ArgumentExtension"),
    ];
    for (subprotocol, extensions, expected) in table {
        let selection = Selection { subprotocol: *subprotocol, extensions };
        let begun = ServerHandshake::begin(&selection, &headers(&request));
        let outcome = begun.as_ref().map_or_else(|error| error.name(), |_| "ok");
        assert_eq!(outcome, *expected, "{selection:?}");
        if let Ok((_, response)) = begun {
            assert_eq!(response.get(PROTOCOL), subprotocol.filter(|name| !name.is_empty()));
            let joined = (!extensions.is_empty()).then(|| extensions.join(", "));
            assert_eq!(response.get(EXTENSIONS), joined.as_deref());
        }
    }
    // Without an offer there is nothing to select from.
    let selection = Selection { subprotocol: Some("chat"), ..Selection::default() };
    let error = ServerHandshake::begin(&selection, &headers(&self::request())).unwrap_err();
    assert_eq!(error.class(), HandshakeClass::SubprotocolNotSupported);
    let selection = Selection { extensions: &["foo"], ..Selection::default() };
    let error = ServerHandshake::begin(&selection, &headers(&self::request())).unwrap_err();
    assert_eq!(error.class(), HandshakeClass::ExtensionsNotSupported);
}

#[test]
fn what_a_client_may_offer() {
    type Row<'a> = (&'a [&'a str], &'a [&'a str], &'a [(&'a str, &'a str)], &'a str);
    let table: &[Row<'_>] = &[
        (&["chat", "Chat"], &["foo", "foo; a"], &[("Host", "h")], "ok"),
        (&[""], &[], &[], "ArgumentSubprotocol"),
        (&["a, b"], &[], &[], "ArgumentSubprotocol"),
        (&["proto\r\nEvil: header"], &[], &[], "ArgumentSubprotocol"),
        (&["caf\u{e9}"], &[], &[], "ArgumentSubprotocol"),
        (&["a", "b", "a"], &[], &[], "ArgumentSubprotocolTwice"),
        (&[], &[""], &[], "ArgumentExtension"),
        (&[], &["; a"], &[], "ArgumentExtension"),
        (&[], &["foo, bar"], &[], "ArgumentExtension"),
        (&[], &["foo bar"], &[], "ArgumentExtension"),
        (&[], &["foo\r\nEvil: header"], &[], "ArgumentExtension"),
        (&[], &[], &[("X:", "1")], "ArgumentHeader"),
        (&[], &[], &[("", "1")], "ArgumentHeader"),
        (&[], &[], &[("X", "1\r\nEvil: header")], "ArgumentHeader"),
        (&[], &[], &[("X", "1\0")], "ArgumentHeader"),
    ];
    for (subprotocols, extensions, initial, expected) in table {
        let initial: Vec<_> =
            initial.iter().map(|(name, value)| Header::new(*name, *value)).collect();
        let offer =
            Offer { subprotocols, extensions, initial_headers: &initial, ..Offer::default() };
        let begun = ClientHandshake::begin(&offer, &mut FixedEntropy::new(0));
        let outcome = begun.as_ref().map_or_else(|error| error.name(), |_| "ok");
        assert_eq!(outcome, *expected, "{offer:?}");
        if let Err(error) = begun {
            assert_eq!(error.class(), HandshakeClass::InvalidArgument);
        }
    }
}

/// A client that offers something, and the accept value it waits for.
fn client(subprotocols: &[&str], extensions: &[&str], required: bool) -> (ClientHandshake, String) {
    let offer =
        Offer { subprotocols, extensions, subprotocol_required: required, ..Offer::default() };
    let (client, request) = ClientHandshake::begin(&offer, &mut FixedEntropy::new(5)).unwrap();
    let key = Key::parse(request.get(KEY).unwrap().as_bytes()).unwrap();
    (client, key.accept().as_str().to_owned())
}

#[test]
fn what_a_client_thinks_of_a_response() {
    let (client, accept) = client(&["chat", "superchat"], &["foo; a", "bar"], false);
    let good = accept.as_bytes();
    let padded = [b" \t", good, b"\t "].concat();
    let cut = good.strip_suffix(b"=").unwrap();
    let other_case = accept.to_ascii_lowercase();
    assert_ne!(accept, other_case);
    let earlier = Key::draw(&mut FixedEntropy::new(6)).accept();
    let response = vec![("Upgrade", &b"websocket"[..]), ("Connection", b"Upgrade"), (ACCEPT, good)];

    let table: &[(&str, &[&[u8]], &str)] = &[
        ("Upgrade", &[b"WEBSOCKET"], "ok"),
        ("Upgrade", &[b"websocket ,"], "ok"),
        ("Upgrade", &[], "UpgradeNotAnswered"),
        ("Upgrade", &[b""], "UpgradeNotAnswered"),
        ("Upgrade", &[b"foo"], "UpgradeNotAnswered"),
        ("Upgrade", &[b"h2c"], "UpgradeNotAnswered"),
        ("Upgrade", &[b"websocket, h2c"], "UpgradeNotAnswered"),
        ("Upgrade", &[b"websocket", b"h2c"], "UpgradeNotAnswered"),
        ("Connection", &[b"keep-alive, UPGRADE"], "ok"),
        ("Connection", &[b"upgrade, keep-alive"], "ok"),
        ("Connection", &[b"keep-alive", b"Upgrade"], "ok"),
        ("Connection", &[], "ConnectionNotAnswered"),
        ("Connection", &[b"keep-alive"], "ConnectionNotAnswered"),
        ("Connection", &[b"close"], "ConnectionNotAnswered"),
        ("Connection", &[b"notupgrade"], "ConnectionNotAnswered"),
        (ACCEPT, &[&padded], "ok"),
        (ACCEPT, &[], "AcceptMissing"),
        (ACCEPT, &[good, good], "AcceptRepeated"),
        (ACCEPT, &[good, b"AAAAAAAAAAAAAAAAAAAAAAAAAAA="], "AcceptRepeated"),
        (ACCEPT, &[b"AAAAAAAAAAAAAAAAAAAAAAAAAAA=", good], "AcceptRepeated"),
        (ACCEPT, &[b""], "AcceptWrong"),
        (ACCEPT, &[b"AAAAAAAAAAAAAAAAAAAAAAAAAAA="], "AcceptWrong"),
        (ACCEPT, &[cut], "AcceptWrong"),
        (ACCEPT, &[other_case.as_bytes()], "AcceptWrong"),
        (ACCEPT, &[earlier.as_str().as_bytes()], "AcceptWrong"),
        (PROTOCOL, &[b"chat"], "ok"),
        (PROTOCOL, &[b" superchat\t"], "ok"),
        (PROTOCOL, &[b"other"], "SubprotocolNotOffered"),
        (PROTOCOL, &[b"Chat"], "SubprotocolNotOffered"),
        (PROTOCOL, &[b"chat, superchat"], "SubprotocolNotOffered"),
        (PROTOCOL, &[b"chat,"], "SubprotocolNotOffered"),
        (PROTOCOL, &[b""], "SubprotocolNotOffered"),
        (PROTOCOL, &[b"chat", b"superchat"], "SubprotocolRepeated"),
        (PROTOCOL, &[b"chat", b"chat"], "SubprotocolRepeated"),
        (EXTENSIONS, &[b"bar; x=1"], "ok"),
        (EXTENSIONS, &[b"bar, foo"], "ok"),
        (EXTENSIONS, &[b"bar", b"foo"], "ok"),
        (EXTENSIONS, &[b"permessage-deflate"], "ExtensionNotOffered"),
        (EXTENSIONS, &[b"foo", b"baz"], "ExtensionNotOffered"),
        (EXTENSIONS, &[b"Foo"], "ExtensionNotOffered"),
        (EXTENSIONS, &[b"foo, foo"], "ExtensionRepeated"),
        (EXTENSIONS, &[b""], "ExtensionListEmpty"),
        (EXTENSIONS, &[b"foo bar"], "ExtensionSeparatorMissing"),
        (EXTENSIONS, &[b"foo; x=\""], "ExtensionQuoteUnclosed"),
        (VERSION, &[b"8", b"9"], "ok"),
        ("Host", &[b"a", b"b"], "ok"),
        ("X-A", &[b"\xff"], "ok"),
        ("X-A", &[b"\0"], "HeaderMalformed"),
        ("X-A", &[b"a\r\nb"], "HeaderMalformed"),
    ];
    let mut seen = Vec::new();
    for (name, lines, expected) in table {
        let fields = with(response.clone(), name, lines);
        let outcome = client.end(&headers(&fields)).map_or_else(|error| error.name(), |_| "ok");
        assert_eq!(outcome, *expected, "{fields:?}");
        let lower: Vec<_> =
            fields.iter().rev().map(|(name, value)| (name.to_ascii_lowercase(), *value)).collect();
        if *name != EXTENSIONS {
            let lower = lower.iter().map(|(name, value)| (name.as_str(), *value)).collect();
            let again = client.end(&headers(&lower)).map_or_else(|error| error.name(), |_| "ok");
            assert_eq!(again, *expected, "lower case, other order: {lower:?}");
        }
        seen.push(outcome);
    }
    // No duty of a response is left without a row, but for the one of the next test and those of
    // an extension.
    let duties = HandshakeError::ALL.iter().filter(|error| {
        error.http_status() == 500
            && error.class() != HandshakeClass::InvalidArgument
            && !error.clause().starts_with("7692#")
    });
    for error in duties.filter(|error| **error != HandshakeError::SubprotocolNotAnswered) {
        assert!(seen.contains(&error.name()), "no response is refused with {}", error.name());
    }
}

#[test]
fn a_response_without_a_subprotocol_is_a_question_of_policy() {
    let outcome = |subprotocols: &[&str], required| {
        let (client, accept) = client(subprotocols, &[], required);
        let fields = vec![
            ("Upgrade", &b"websocket"[..]),
            ("Connection", b"Upgrade"),
            (ACCEPT, accept.as_bytes()),
        ];
        client.end(&headers(&fields)).map(|agreed| agreed.subprotocol())
    };
    assert!(Offer::default().subprotocol_required);
    assert_eq!(outcome(&["chat"], true), Err(HandshakeError::SubprotocolNotAnswered));
    assert_eq!(outcome(&["chat"], false), Ok(None));
    assert_eq!(outcome(&[], true), Ok(None));
}

#[test]
fn nothing_offered_means_nothing_accepted() {
    let (client, accept) = client(&[], &[], true);
    let response = vec![
        ("Upgrade", &b"websocket"[..]),
        ("Connection", b"Upgrade"),
        (ACCEPT, accept.as_bytes()),
    ];
    let end = |name, value| client.end(&headers(&with(response.clone(), name, &[value])));
    assert_eq!(end(PROTOCOL, b"chat"), Err(HandshakeError::SubprotocolNotOffered));
    assert_eq!(end(EXTENSIONS, b"permessage-deflate"), Err(HandshakeError::ExtensionNotOffered));
    // A failed end leaves the handshake as it was.
    assert!(client.end(&headers(&response)).is_ok());
}

#[test]
fn a_clients_own_request_is_no_response() {
    let (client, request) =
        ClientHandshake::begin(&Offer::default(), &mut FixedEntropy::new(5)).unwrap();
    let echoed: Vec<_> = request.iter().collect();
    assert_eq!(client.end(&echoed), Err(HandshakeError::AcceptMissing));
}

proptest! {
    #[test]
    fn arbitrary_headers_are_answered_or_refused(
        fields in proptest::collection::vec(
            (
                prop_oneof![
                    "(?i)(host|upgrade|connection|sec-websocket-(key|version|protocol|extensions|accept))",
                    ".{0,8}",
                ],
                prop_oneof![
                    Just(b"websocket".to_vec()),
                    Just(b"Upgrade".to_vec()),
                    Just(b"13".to_vec()),
                    Just(b"dGhlIHNhbXBsZSBub25jZQ==".to_vec()),
                    "[a-c,;=\" \\\\]{0,20}".prop_map(String::into_bytes),
                    proptest::collection::vec(any::<u8>(), 0..40),
                ],
            ),
            0..12,
        ),
    ) {
        let headers: Vec<_> = fields.iter().map(|(name, value)| Header::new(name, value)).collect();
        let selection = Selection { subprotocol: Some("a"), extensions: &["b"] };
        let begun = ServerHandshake::begin(&selection, &headers);
        if begun.is_ok() {
            prop_assert!(Offered::read(&headers).is_ok());
        }
        let (client, _) = client(&["a", "b"], &["a", "b"], true);
        prop_assert!(client.end(&headers).is_err(), "nobody guesses the accept value");
    }

    #[test]
    fn client_and_server_agree(
        seed in any::<u64>(),
        subprotocols in proptest::collection::btree_set("[a-zA-Z0-9!#$%&'*+.^_`|~-]{1,8}", 0..5),
        extensions in proptest::collection::vec("[a-c]{1,2}(; ?x(=(1|\"2\"))?)?", 0..5),
        pick in any::<proptest::sample::Index>(),
        taken in proptest::collection::vec(any::<bool>(), 5),
    ) {
        let subprotocols: Vec<&str> = subprotocols.iter().map(String::as_str).collect();
        let extensions: Vec<&str> = extensions.iter().map(String::as_str).collect();
        let offer = Offer { subprotocols: &subprotocols, extensions: &extensions, ..Offer::default() };
        let (client, request) = ClientHandshake::begin(&offer, &mut FixedEntropy::new(seed)).unwrap();
        let mut headers: Vec<_> = request.iter().collect();
        headers.push(Header::new("Host", "example.com"));

        let offered = Offered::read(&headers).unwrap();
        prop_assert_eq!(offered.subprotocols(), &subprotocols[..]);
        let texts: Vec<_> = offered.extensions().iter().map(Extension::text).collect();
        prop_assert_eq!(&texts, &extensions);

        let chosen = (!subprotocols.is_empty()).then(|| pick.index(subprotocols.len()));
        let selected: Vec<&str> =
            texts.iter().zip(&taken).filter(|(_, taken)| **taken).map(|(text, _)| *text).collect();
        let selection =
            Selection { subprotocol: chosen.map(|index| subprotocols[index]), extensions: &selected };
        let (server, response) = ServerHandshake::begin(&selection, &headers).unwrap();

        let response: Vec<_> = response.iter().collect();
        let agreed = client.end(&response).unwrap();
        prop_assert_eq!(&agreed, &server.end());
        prop_assert_eq!(agreed.subprotocol(), chosen);
        let answers: Vec<_> = agreed.extensions().iter().map(AgreedExtension::text).collect();
        prop_assert_eq!(answers, selected);
        for extension in agreed.extensions() {
            let offered = Extension::parse(extensions[extension.index()]).unwrap();
            prop_assert_eq!(Extension::parse(extension.text()).unwrap().name(), offered.name());
        }
    }
}
