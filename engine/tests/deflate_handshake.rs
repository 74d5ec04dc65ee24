//! What is offered, accepted and refused for permessage-deflate (RFC 7692 §5, §7).

#![cfg(feature = "deflate")]

mod common;

use common::Plain;
use wsproof_engine::deflate::{Agreement, Level, Policy, WindowBits};
use wsproof_engine::handshake::{ClientHandshake, Extension, Offered, ServerHandshake};
use wsproof_engine::{
    Config, Connection, Fault, HandshakeError, Header, Offer, OpeningError, Role, Selection, State,
    Violation,
};

const EXTENSIONS: &str = "Sec-WebSocket-Extensions";

fn bits(bits: u8) -> WindowBits {
    WindowBits::new(bits).unwrap()
}

#[test]
fn windows_and_levels_are_the_numbers_they_were_made_of() {
    let windows: Vec<_> = (0..=u8::MAX).filter_map(WindowBits::new).map(WindowBits::get).collect();
    assert_eq!(windows, (9..=15).collect::<Vec<_>>());
    let levels: Vec<_> = (0..=u8::MAX).filter_map(Level::new).map(Level::get).collect();
    assert_eq!(levels, (0..=9).collect::<Vec<_>>());
}

fn request(offer: &str) -> Vec<(&'static str, String)> {
    vec![
        ("Host", "localhost".to_owned()),
        ("Connection", "Upgrade".to_owned()),
        ("Upgrade", "websocket".to_owned()),
        ("Sec-WebSocket-Version", "13".to_owned()),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==".to_owned()),
        (EXTENSIONS, offer.to_owned()),
    ]
}

/// A server's answer to an offer, which has to open a session, too.
fn answered(policy: Policy, offer: &str) -> Option<String> {
    let request = request(offer);
    let headers: Vec<_> = request.iter().map(|(name, value)| Header::new(name, value)).collect();
    let answer = policy.accept(Offered::read(&headers).unwrap().extensions());
    let config = Config::builder(Role::Server).deflate(policy).build().unwrap();
    let mut session = Plain::create_server(config).unwrap();
    let answers: Vec<&str> = answer.as_deref().into_iter().collect();
    let selection = Selection { extensions: &answers, ..Selection::default() };
    let response = session.begin_server_handshake(&selection, &headers).unwrap();
    assert_eq!(response.get(EXTENSIONS), answer.as_deref());
    answer.map(|answer| answer["permessage-deflate".len()..].to_owned())
}

#[test]
fn offers_say_what_the_policy_wants() {
    let policy = Policy::new();
    assert_eq!(policy.offer(), "permessage-deflate; client_max_window_bits");
    let policy = policy.server_no_context_takeover(true).client_no_context_takeover(true);
    let policy = policy.server_max_window_bits(bits(10)).client_max_window_bits(bits(9));
    assert_eq!(
        policy.offer(),
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover; \
         server_max_window_bits=10; client_max_window_bits=9"
    );
    assert_eq!((WindowBits::new(8), WindowBits::new(16)), (None, None));
}

#[test]
fn a_server_accepts_what_it_can_keep_to() {
    let usual = |offer: &str| answered(Policy::new(), offer);
    let table = [
        ("permessage-deflate", ""),
        ("permessage-deflate; client_max_window_bits", ""),
        ("permessage-deflate; client_max_window_bits=15", ""),
        ("permessage-deflate; client_max_window_bits=8", "; client_max_window_bits=8"),
        ("permessage-deflate; client_max_window_bits=\"9\"", "; client_max_window_bits=9"),
        ("permessage-deflate; server_max_window_bits=9", "; server_max_window_bits=9"),
        ("permessage-deflate;server_max_window_bits = \"1\\0\"", "; server_max_window_bits=10"),
        ("permessage-deflate; server_max_window_bits=15", "; server_max_window_bits=15"),
        ("permessage-deflate; server_no_context_takeover", "; server_no_context_takeover"),
        ("permessage-deflate; client_no_context_takeover", "; client_no_context_takeover"),
        ("x-webkit-deflate-frame, permessage-deflate", ""),
        ("permessage-deflate; foo, permessage-deflate", ""),
        (
            "permessage-deflate; server_max_window_bits=8, \
             permessage-deflate; server_max_window_bits=11",
            "; server_max_window_bits=11",
        ),
        (
            "permessage-deflate; server_no_context_takeover, permessage-deflate",
            "; server_no_context_takeover",
        ),
    ];
    for (offer, answer) in table {
        assert_eq!(usual(offer).as_deref(), Some(answer), "{offer}");
    }

    let policy = Policy::new().server_no_context_takeover(true).client_no_context_takeover(true);
    let policy = policy.server_max_window_bits(bits(11)).client_max_window_bits(bits(12));
    let both = "; server_no_context_takeover; client_no_context_takeover";
    let own = |offer: &str| answered(policy, offer).unwrap();
    assert_eq!(own("permessage-deflate"), format!("{both}; server_max_window_bits=11"));
    assert_eq!(
        own("permessage-deflate; client_max_window_bits; server_max_window_bits=10"),
        format!("{both}; server_max_window_bits=10; client_max_window_bits=12")
    );
    assert_eq!(
        own("permessage-deflate; client_max_window_bits=10; server_max_window_bits=15"),
        format!("{both}; server_max_window_bits=11; client_max_window_bits=10")
    );
}

#[test]
fn a_server_declines_what_it_cannot_read_or_keep_to() {
    let odd_values = ["", "=7", "=16", "=08", "=0", "=1", "=+9", "=9.0", "=9a", "=99", "=x"];
    let mut declined: Vec<String> = odd_values
        .iter()
        .map(|value| format!("permessage-deflate; server_max_window_bits{value}"))
        .collect();
    declined.extend(
        odd_values[1..]
            .iter()
            .map(|value| format!("permessage-deflate; client_max_window_bits{value}")),
    );
    for params in [
        "server_max_window_bits=8",
        "foo",
        "foo=1",
        "Server_no_context_takeover",
        "server_no_context_takeover=1",
        "client_no_context_takeover=true",
        "server_no_context_takeover; server_no_context_takeover",
        "client_no_context_takeover; client_no_context_takeover",
        "client_max_window_bits; client_max_window_bits=10",
        "client_max_window_bits=10; client_max_window_bits",
        "server_max_window_bits=10; server_max_window_bits=10",
    ] {
        declined.push(format!("permessage-deflate; {params}"));
    }
    declined.extend(["PERMESSAGE-DEFLATE".to_owned(), "x-webkit-deflate-frame".to_owned()]);
    for offer in declined {
        assert_eq!(answered(Policy::new(), &offer), None, "{offer}");
    }
}

/// What a client makes of an answer, with a session and with a connection.
fn client(offers: &[&str], answer: &str) -> Result<(), HandshakeError> {
    let config = Config::builder(Role::Client).deflate(Policy::new()).build().unwrap();
    let mut session = Plain::create_client(config.clone()).unwrap();
    let offer = Offer { extensions: offers, ..Offer::default() };
    let request = session.begin_client_handshake(&offer).unwrap();
    let response = response(request.get("Sec-WebSocket-Key").unwrap(), answer);
    let headers: Vec<_> = response.iter().map(|(name, value)| Header::new(name, value)).collect();
    let ended = session.end_client_handshake(&headers).map(|_| ());
    let ended = ended.map_err(|error| match error {
        OpeningError::Handshake(error) => error,
        OpeningError::Misuse(misuse) => panic!("{misuse}"),
    });
    assert_eq!(typed(&config, offers, answer), ended, "the typed face agrees");
    ended
}

fn response(key: &str, answer: &str) -> Vec<(&'static str, String)> {
    let key = wsproof_engine::handshake::Key::parse(key.as_bytes()).unwrap();
    vec![
        ("Upgrade", "websocket".to_owned()),
        ("Connection", "Upgrade".to_owned()),
        ("Sec-WebSocket-Accept", key.accept().as_str().to_owned()),
        (EXTENSIONS, answer.to_owned()),
    ]
}

/// The same through the handshake alone; a connection that must not open fails at its first action.
fn typed(config: &Config, offers: &[&str], answer: &str) -> Result<(), HandshakeError> {
    let offer = Offer { extensions: offers, ..Offer::default() };
    let mut entropy = wsproof_engine::entropy::FixedEntropy::new(1);
    let (handshake, request) = ClientHandshake::begin(&offer, &mut entropy).unwrap();
    let response = response(request.get("Sec-WebSocket-Key").unwrap(), answer);
    let headers: Vec<_> = response.iter().map(|(name, value)| Header::new(name, value)).collect();
    let agreed = handshake.end(&headers)?;
    let mut connection: Connection = Connection::open(config, &agreed);
    connection.receive().unwrap();
    let failed = connection.split().1.get_action().map(|_| ()).err();
    assert_eq!(matches!(connection.state(), State::Failed(_)), failed.is_some());
    let extension = &agreed.extensions()[0];
    let answer = Extension::parse(extension.text()).unwrap();
    let offers: Vec<_> = extension.offers().map(|text| Extension::parse(text).unwrap()).collect();
    let read = match agreed.extensions().len() {
        1 => Agreement::read(&offers, &answer).map(|_| ()),
        _ => Err(HandshakeError::ExtensionRepeated),
    };
    let unfit = failed.map(Fault::violation);
    assert_eq!(unfit, read.err().map(|_| Violation::ExtensionAnswerUnfit));
    read
}

#[test]
fn a_client_opens_when_the_answer_fits_its_offer() {
    let hint = "permessage-deflate; client_max_window_bits";
    let fits = [
        (hint, "permessage-deflate"),
        (hint, "permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
        (hint, "permessage-deflate; server_max_window_bits=10"),
        (hint, "permessage-deflate; server_max_window_bits=8; client_max_window_bits=8"),
        (hint, "permessage-deflate; client_max_window_bits=\"15\""),
        (
            "permessage-deflate; client_max_window_bits=9",
            "permessage-deflate; client_max_window_bits=12",
        ),
        (
            "permessage-deflate; server_max_window_bits=10",
            "permessage-deflate; server_max_window_bits=9",
        ),
    ];
    for (offer, answer) in fits {
        assert_eq!(client(&[offer], answer), Ok(()), "{answer} to {offer}");
    }
    // The second of two offers.
    let offers = ["permessage-deflate; server_max_window_bits=10", "permessage-deflate"];
    assert_eq!(client(&offers, "permessage-deflate"), Ok(()));
}

#[test]
fn a_client_fails_when_it_does_not() {
    let plain = "permessage-deflate";
    let hint = "permessage-deflate; client_max_window_bits";
    let window = "permessage-deflate; server_max_window_bits=10";
    let table = [
        (plain, "; foo", HandshakeError::DeflateParamUnknown),
        (plain, "; foo=9", HandshakeError::DeflateParamUnknown),
        (plain, "; server_max_window_bits", HandshakeError::DeflateParamValue),
        (plain, "; server_max_window_bits=7", HandshakeError::DeflateParamValue),
        (plain, "; server_max_window_bits=99", HandshakeError::DeflateParamValue),
        (hint, "; client_max_window_bits", HandshakeError::DeflateParamValue),
        (hint, "; client_max_window_bits=08", HandshakeError::DeflateParamValue),
        (plain, "; client_no_context_takeover=1", HandshakeError::DeflateParamValue),
        (
            plain,
            "; server_no_context_takeover; server_no_context_takeover",
            HandshakeError::DeflateParamRepeated,
        ),
        (plain, "; client_max_window_bits=10", HandshakeError::DeflateParamNotOffered),
        (window, "", HandshakeError::DeflateParamMissing),
        (window, "; server_max_window_bits=12", HandshakeError::DeflateWindowTooLarge),
        (
            "permessage-deflate; server_no_context_takeover",
            "; client_no_context_takeover",
            HandshakeError::DeflateParamMissing,
        ),
    ];
    for (offer, answer, error) in table {
        let answer = format!("permessage-deflate{answer}");
        assert_eq!(client(&[offer], &answer), Err(error), "{answer} to {offer}");
    }
    let twice = "permessage-deflate, permessage-deflate";
    assert_eq!(client(&[plain], twice), Err(HandshakeError::ExtensionRepeated));
    assert_eq!(client(&[plain, hint], twice), Err(HandshakeError::ExtensionRepeated));
    assert_eq!(client(&["foo"], plain), Err(HandshakeError::ExtensionNotOffered));
}

#[test]
fn without_a_policy_the_extension_is_the_applications() {
    let mut session = Plain::create_client(Config::client()).unwrap();
    let offer = Offer { extensions: &["permessage-deflate; own=1"], ..Offer::default() };
    let request = session.begin_client_handshake(&offer).unwrap();
    let key = request.get("Sec-WebSocket-Key").unwrap();
    let response = response(key, "permessage-deflate; own=2");
    let headers: Vec<_> = response.iter().map(|(name, value)| Header::new(name, value)).collect();
    assert!(session.end_client_handshake(&headers).is_ok());
}

#[test]
fn a_server_may_not_select_what_the_client_cannot_take() {
    let config = Config::builder(Role::Server).deflate(Policy::new()).build().unwrap();
    for (offer, selected) in [
        ("permessage-deflate", "permessage-deflate; client_max_window_bits=10"),
        ("permessage-deflate; server_max_window_bits=10", "permessage-deflate"),
        ("permessage-deflate", "permessage-deflate; foo"),
    ] {
        let request = request(offer);
        let headers: Vec<_> =
            request.iter().map(|(name, value)| Header::new(name, value)).collect();
        let selection = Selection { extensions: &[selected], ..Selection::default() };
        let mut session = Plain::create_server(config.clone()).unwrap();
        let begun = session.begin_server_handshake(&selection, &headers).map(|_| ());
        let unfit = HandshakeError::SelectedExtensionNotOffered;
        assert_eq!(begun, Err(OpeningError::Handshake(unfit)), "{selected} to {offer}");
        // The handshake may be begun again.
        let answer = Policy::new().accept(Offered::read(&headers).unwrap().extensions()).unwrap();
        let selection = Selection { extensions: &[&answer], ..Selection::default() };
        assert!(session.begin_server_handshake(&selection, &headers).is_ok());
        assert!(ServerHandshake::begin(&selection, &headers).is_ok());
    }
}
