//! What the model reads, and where it stops.

use wsproof_cases::Role;
use wsproof_cases::random::Random;
use wsproof_cases::step::Kind;
use wsproof_cases::wire::{Header, LengthForm, Opcode, mask};
use wsproof_model::{Bugs, Endpoint, Event, Fault, Limits, Violation, read_stream};

const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A frame as a server sends it.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let header = Header {
        fin: first & 0x80 != 0,
        rsv: first >> 4 & 7,
        ..Header::new(Opcode(first & 15), payload.len() as u64)
    };
    let mut octets = Vec::new();
    header.write(&mut octets);
    octets.extend_from_slice(payload);
    octets
}

/// A frame as a client sends it.
fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut octets = frame(first, b"");
    octets[1] |= 0x80 | payload.len() as u8;
    octets.extend_from_slice(&KEY);
    let start = octets.len();
    octets.extend_from_slice(payload);
    mask(&mut octets[start..], KEY, 0);
    octets
}

fn fault(role: Role, octets: &[u8]) -> Option<(Violation, u64)> {
    let fault = read_stream(role, Limits::default(), octets).fault?;
    Some((fault.violation, fault.offset))
}

#[test]
fn examples_of_the_rfc() {
    let hello = || Event::Message(Kind::Text, b"Hello".to_vec());
    let read = |role, octets: &[u8]| {
        let outcome = read_stream(role, Limits::default(), octets);
        assert_eq!((outcome.fault, outcome.partial), (None, None));
        outcome.events
    };
    assert_eq!(read(Role::Client, b"\x81\x05Hello"), [hello()]);
    let octets = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
    assert_eq!(read(Role::Server, octets), [hello()]);
    assert_eq!(read(Role::Client, b"\x01\x03Hel\x80\x02lo"), [hello()]);
    assert_eq!(read(Role::Client, b"\x89\x05Hello"), [Event::Ping(b"Hello".to_vec())]);
    let octets = b"\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
    assert_eq!(read(Role::Server, octets), [Event::Pong(b"Hello".to_vec())]);
    let long = frame(0x82, &[7; 65_536]);
    assert_eq!(long[..10], [0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0]);
    assert_eq!(read(Role::Client, &long), [Event::Message(Kind::Binary, vec![7; 65_536])]);
}

#[test]
fn every_violation_is_found_at_the_octet_that_decides_it() {
    use Violation::*;
    let after = |octets: &[u8]| [&b"\x81\x00"[..], octets].concat();
    let inside = |octets: &[u8]| [&b"\x01\x00"[..], octets].concat();
    let table: &[(Vec<u8>, Violation, u64)] = &[
        (after(b"\x91"), ReservedBits, 2),
        (after(b"\xa1"), ReservedBits, 2),
        (after(b"\xc9"), ReservedBits, 2),
        (after(b"\x83"), ReservedOpcode, 2),
        (after(b"\x8f"), ReservedOpcode, 2),
        (after(b"\x09"), ControlFragmented, 2),
        (after(b"\x80"), NothingToContinue, 2),
        (after(b"\x00"), NothingToContinue, 2),
        (inside(b"\x82"), MessageInterrupted, 2),
        (after(b"\x81\x80"), Masked, 3),
        (after(b"\x89\x7e"), ControlTooLong, 3),
        (after(b"\x8a\x7f"), ControlTooLong, 3),
        (after(b"\x88\x01"), CloseBodyOfOne, 3),
        (after(b"\x82\x7e\x00\x7d"), LengthNotShortest, 5),
        (after(b"\x82\x7f\x80"), LengthTopBit, 4),
        (after(b"\x82\x7f\x00\x00\x00\x00\x00\x00"), LengthNotShortest, 9),
        (after(b"\x88\x02\x03\xed"), CloseCode, 5),
        (after(b"\x88\x7d\x03\xe7"), CloseCode, 5),
        (after(b"\x88\x05\x03\xe8a\xff"), CloseReason, 7),
        (after(b"\x88\x03\x03\xe8\xce"), CloseReason, 6),
        (after(b"\x81\x05ab\xed\xa0"), Text, 7),
        (after(b"\x81\x01\xce"), TextCut, 4),
        (after(b"\x01\x01\xce\x80\x00"), TextCut, 6),
        (after(b"\x01\x01\xf4\x80\x09\x90"), Text, 7),
    ];
    for (octets, violation, offset) in table {
        assert_eq!(fault(Role::Client, octets), Some((*violation, *offset)), "{octets:02x?}");
        let before = &octets[..*offset as usize];
        assert_eq!(fault(Role::Client, before), None, "{before:02x?}");
    }
    assert_eq!(fault(Role::Server, b"\x81\x05"), Some((Unmasked, 1)));
    assert_eq!(fault(Role::Server, &masked(0x81, b"a\xff")), Some((Text, 7)));
}

#[test]
fn lengths_at_the_boundaries_are_taken() {
    for (form, length) in [
        (LengthForm::Seven, 125),
        (LengthForm::Sixteen, 126),
        (LengthForm::Sixteen, 65_535),
        (LengthForm::SixtyFour, 65_536),
        (LengthForm::SixtyFour, i64::MAX as u64),
    ] {
        let mut octets = Vec::new();
        Header { form, ..Header::new(Opcode::BINARY, length) }.write(&mut octets);
        assert_eq!(fault(Role::Client, &octets), None, "{length}");
    }
}

#[test]
fn close_codes_that_may_be_sent() {
    let accepted: Vec<u16> = (0..=u16::MAX)
        .filter(|code| fault(Role::Client, &frame(0x88, &code.to_be_bytes())).is_none())
        .collect();
    let wanted: Vec<u16> = [1000..=1003, 1007..=1014, 3000..=4999].into_iter().flatten().collect();
    assert_eq!(accepted, wanted);
}

#[test]
fn the_limit_counts_the_whole_message() {
    let limits = Limits { message: 10 };
    let too_big = |octets: &[u8]| read_stream(Role::Client, limits, octets).fault;
    let at = |offset| Some(Fault { violation: Violation::TooBig, offset });
    assert_eq!(too_big(&frame(0x82, &[0; 10])), None);
    assert_eq!(too_big(b"\x82\x0b"), at(1));
    assert_eq!(too_big(&[frame(0x02, &[0; 6]), frame(0x80, &[0; 4])].concat()), None);
    assert_eq!(too_big(&[frame(0x02, &[0; 6]), frame(0x80, &[0; 5])].concat()), at(9));
    assert_eq!(too_big(b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"), at(9));
    assert_eq!(too_big(&frame(0x89, &[0; 11])), None, "control frames have their own limit");
}

#[test]
fn nothing_is_read_after_a_close_or_a_fault() {
    let octets = [frame(0x88, b"\x03\xe8bye"), frame(0x81, b"late"), vec![0xff; 20]].concat();
    let outcome = read_stream(Role::Client, Limits::default(), &octets);
    assert_eq!(outcome.events, [Event::Close { body: b"\x03\xe8bye".to_vec() }]);
    assert_eq!(outcome.fault, None);
    let octets = [frame(0x81, b"one"), frame(0x83, b""), frame(0x81, b"two")].concat();
    let outcome = read_stream(Role::Client, Limits::default(), &octets);
    assert_eq!(outcome.events.len(), 1);
}

#[test]
fn the_beginning_of_a_message_is_told() {
    let partial = |octets: &[u8]| {
        let outcome = read_stream(Role::Client, Limits::default(), octets);
        outcome.partial.map(|(_, payload)| payload)
    };
    assert_eq!(partial(b"\x81\x05ab"), Some(b"ab".to_vec()));
    assert_eq!(partial(b"\x81\x05ab\xce"), Some(b"ab\xce".to_vec()));
    assert_eq!(partial(b"\x82\x05ab\xce"), Some(b"ab\xce".to_vec()));
    assert_eq!(partial(b"\x81\x05ab\xff"), Some(b"ab".to_vec()));
    assert_eq!(partial(b"\x81\x05ab\xce\xff"), Some(b"ab\xce".to_vec()));
    assert_eq!(partial(b"\x81\x02ab"), None);
}

#[test]
fn the_server_ends_the_stream_and_the_client_waits() {
    let close = b"\x03\xe8";
    for role in Role::ALL {
        let octets = if role == Role::Server { masked(0x88, close) } else { frame(0x88, close) };
        let bad = if role == Role::Server { masked(0x83, b"") } else { frame(0x83, b"") };
        for octets in [octets, bad] {
            let mut endpoint = Endpoint::new(role, Bugs::NONE);
            assert!(!endpoint.closed());
            endpoint.feed(&octets);
            assert!(!endpoint.take_output().is_empty());
            assert_eq!(endpoint.closed(), role == Role::Server);
            endpoint.peer_eof();
            assert!(endpoint.closed());
        }
    }
}

/// Where the stream is cut makes no difference to what the endpoint writes.
#[test]
fn endpoints_do_not_see_the_cuts() {
    let mut random = Random::new(5);
    for round in 0..200 {
        let mut octets = Vec::new();
        for _ in 0..random.below(6) {
            let payload: Vec<u8> = (0..random.below(20))
                .map(|_| b"ab\xce\xba\xff"[random.below(5) as usize])
                .collect();
            let first = [0x01, 0x02, 0x00, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8a, 0x83]
                [random.below(10) as usize];
            octets.extend(masked(first, &payload));
        }
        let mut whole = Endpoint::new(Role::Server, Bugs::NONE);
        whole.feed(&octets);
        let mut single = Endpoint::new(Role::Server, Bugs::NONE);
        octets.iter().for_each(|octet| single.feed(&[*octet]));
        assert_eq!(whole.take_output(), single.take_output(), "round {round}: {octets:02x?}");
        assert_eq!(whole.closed(), single.closed());
    }
}
