//! permessage-deflate on the wire: what a compressed message is, and what it must not be
//! (RFC 7692 §6, §7.2).

#![cfg(feature = "deflate")]

mod common;

use common::{Event, Plain, frame, open_with, trace, written};
use wsproof_engine::deflate::{Level, Policy};
use wsproof_engine::{
    Action, ActionQueue, BufferType, CloseCode, Completed, Config, CustomHeader, Misuse, Outgoing,
    Role, Violation,
};

const DEFLATE: &[&str] = &["permessage-deflate"];
/// "Hello" as RFC 7692 §7.2.3.1 compresses it, and again with the window of the first.
const HELLO: &[u8] = b"\xf2\x48\xcd\xc9\xc9\x07\x00";
const HELLO_AGAIN: &[u8] = b"\xf2\x00\x11\x00\x00";

fn config(role: Role) -> Config {
    Config::builder(role).deflate(Policy::new()).build().unwrap()
}

/// Frames to a client, which come unmasked and so look as they do in the RFC.
fn received_with(extensions: &[&str], frames: &[(u8, &[u8])]) -> Vec<Event> {
    let stream: Vec<u8> =
        frames.iter().flat_map(|(first, payload)| frame(*first, payload, None)).collect();
    trace(&mut open_with(config(Role::Client), extensions), [&stream[..]])
}

fn received(frames: &[(u8, &[u8])]) -> Vec<Event> {
    received_with(DEFLATE, frames)
}

fn text(octets: &[u8]) -> Event {
    Event::Message(BufferType::Utf8Message, octets.to_vec())
}

/// The faults of a trace, and the messages in front of them.
fn verdict(frames: &[(u8, &[u8])]) -> (Vec<Event>, Option<(Violation, u64, u16)>) {
    let mut events = received(frames);
    let fault = match events.last() {
        Some(Event::Fault(fault)) => {
            let found = (fault.violation(), fault.offset(), fault.close_code().number());
            events.pop();
            Some(found)
        }
        _ => None,
    };
    (events, fault)
}

#[test]
fn the_examples_of_the_standard() {
    // §7.2.3.1, whole and in two frames.
    assert_eq!(received(&[(0xc1, HELLO)]), [text(b"Hello")]);
    let halves = [(0x41, &HELLO[..3]), (0x80, &HELLO[3..])];
    assert_eq!(received(&halves), [text(b"Hello")]);
    // §7.2.3.2: with the window of the message before.
    let twice = [(0xc1, HELLO), (0xc1, HELLO_AGAIN)];
    assert_eq!(received(&twice), [text(b"Hello"), text(b"Hello")]);
    // §7.2.3.3: a block without compression.
    let stored = b"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00";
    assert_eq!(received(&[(0xc1, stored)]), [text(b"Hello")]);
    // §7.2.3.4: a final block.
    let r#final = b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00";
    assert_eq!(received(&[(0xc1, r#final)]), [text(b"Hello")]);
    // §7.2.3.5: two blocks in one message.
    let two = b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00";
    assert_eq!(received(&[(0xc1, two)]), [text(b"Hello")]);
    // §7.2.3.6: nothing.
    assert_eq!(received(&[(0xc1, b"\x00")]), [text(b"")]);
}

#[test]
fn the_window_goes_on_behind_a_final_block() {
    let r#final: &[u8] = b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00";
    let hello = || text(b"Hello");
    assert_eq!(received(&[(0xc1, r#final), (0xc1, HELLO_AGAIN)]), [hello(), hello()]);
    // In the middle of a message, too, and any number of times.
    let blocks = [&r#final[..7], HELLO_AGAIN].concat();
    assert_eq!(received(&[(0xc1, &blocks)]), [text(b"HelloHello")]);
    let empty_finals = [&b"\x03\x00".repeat(50)[..], HELLO, b"\x00\x00\xff\xff", r#final].concat();
    assert_eq!(received(&[(0xc1, &empty_finals)]), [text(b"HelloHello")]);
    // The final block may be the empty one of which only the first octet is left.
    let stripped = b"\xf2\x48\xcd\xc9\xc9\x07\x04";
    let again: [(u8, &[u8]); 3] = [(0xc1, stripped), (0xc1, b"\x01"), (0xc1, HELLO_AGAIN)];
    assert_eq!(received(&again), [hello(), text(b""), hello()]);
    // Without the octet that starts the next stream: there is nothing to end.
    let bare = &r#final[..7];
    assert_eq!(received(&[(0xc1, bare), (0xc1, HELLO_AGAIN)]), [hello(), hello()]);
}

// RFC 7692 §7.2.1 says that the last block is empty and not compressed; it may be the final one.
#[test]
fn the_block_whose_end_is_left_out_may_be_final() {
    let stored = b"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x01";
    assert_eq!(
        received(&[(0xc1, stored), (0xc1, HELLO_AGAIN), (0xc1, stored), (0xc1, HELLO)]),
        [text(b"Hello"), text(b"Hello"), text(b"Hello"), text(b"Hello")]
    );
}

// RFC 7692 §7.2.3.4: the window goes on behind a final block, and reaches back no further than before.
#[test]
fn a_window_goes_on_from_where_the_message_began() {
    let alone = &["permessage-deflate; server_no_context_takeover"];
    // So long that what follows is inflated where this was.
    let long = [&b"\x00\xd0\x84\x2f\x7b"[..], &[b'a'; 34_000], b"\x00"].concat();
    let final_hello: &[u8] = b"\xf3\x48\xcd\xc9\xc9\x07\x00";
    for (three_back, expected) in [
        // Five octets back, and one more than the message has.
        (b"\x02\x12\x00\x00", Ok(())),
        (b"\x02\x92\x00\x00", Err(Violation::CompressedDataCorrupt)),
    ] {
        let payload = [final_hello, three_back].concat();
        let events = received_with(alone, &[(0xc2, &long), (0xc1, &payload)]);
        match (events.last(), expected) {
            (Some(Event::Message(_, octets)), Ok(())) => assert_eq!(octets, b"HelloHel"),
            (Some(Event::Fault(fault)), Err(violation)) => {
                assert_eq!(fault.violation(), violation);
            }
            (last, _) => panic!("{last:?} for {three_back:02x?}"),
        }
    }
}

#[test]
fn a_supplied_buffer_is_filled_by_the_inflater() {
    let mut session = open_with(config(Role::Client), DEFLATE);
    let mut wire = frame(0xc1, HELLO, None);
    for (buffer_type, octets) in
        [(BufferType::Utf8Fragment, b"Hell"), (BufferType::Utf8Message, b"o\xee\xee\xee")]
    {
        session.receive(Some(vec![0xee; 4]), 1).unwrap();
        let mut action = session.get_action(ActionQueue::Receive).unwrap();
        if let Action::ReceiveFromNetwork(read) = action {
            session.buffer_mut(read).unwrap()[..wire.len()].copy_from_slice(&wire);
            session.complete_action(read, wire.len()).unwrap();
            wire.clear();
            action = session.get_action(ActionQueue::Receive).unwrap();
        }
        let Action::IndicateReceiveComplete(result, found) = action else {
            panic!("{action:?} instead of a result");
        };
        assert_eq!(found, Some(buffer_type));
        let Ok(Completed::Receive { buffer: Some(buffer), .. }) =
            session.complete_action(result, 0)
        else {
            panic!("the buffer comes home");
        };
        assert_eq!(buffer, octets);
    }
}

#[test]
fn final_blocks_as_they_were_seen_in_the_wild() {
    let masked = |octets: &[u8]| {
        let events = trace(&mut open_with(config(Role::Server), DEFLATE), [octets]);
        let messages = events.iter().filter(|event| matches!(event, Event::Message(..))).count();
        (messages, events.len())
    };
    let hello = b"\xc1\x88\x37\xfa\x21\x3d\xc4\xb2\xec\xf4\xfe\xfd\x21\x3d";
    assert_eq!(masked(&hello.repeat(2)), (2, 2));
    let digits = b"\xc1\x8b\x37\xfa\x21\x3d\x04\xce\x13\x0b\x06\xcf\x12\x8a\x37\xfa\x21";
    assert_eq!(masked(&digits.repeat(2)), (2, 2));
}

#[test]
fn a_window_is_kept_or_dropped_as_agreed() {
    let twice = [(0xc1, HELLO), (0xc1, HELLO_AGAIN)];
    let offer = ["permessage-deflate; server_no_context_takeover"];
    let events = received_with(&offer, &twice);
    assert_eq!(events[0], text(b"Hello"));
    let Some(Event::Fault(fault)) = events.last() else { panic!("{events:?}") };
    assert_eq!(fault.violation(), Violation::CompressedDataCorrupt);
    // Messages that are not compressed leave the window alone.
    let between = [(0xc1, HELLO), (0x81, &b"plain"[..]), (0x82, b""), (0xc1, HELLO_AGAIN)];
    let binary = Event::Message(BufferType::BinaryMessage, vec![]);
    assert_eq!(received(&between), [text(b"Hello"), text(b"plain"), binary, text(b"Hello")]);
}

#[test]
fn a_match_may_reach_back_over_messages_as_far_as_the_largest_window() {
    // 32763 octets as they are, then a match at distance 32768 of length 5 into the message before.
    let filler: Vec<u8> = (0..32_763u32).map(|i| b'a' + (i % 23) as u8).collect();
    let length = (filler.len() as u16).to_le_bytes();
    let inverted = (!(filler.len() as u16)).to_le_bytes();
    let stored = [&[0x00][..], &length, &inverted, &filler, &[0x00]].concat();
    // In the fixed code; then an empty block.
    let far = b"\x02\xdf\xff\x0f\x00";
    for extensions in [DEFLATE, &["permessage-deflate; client_max_window_bits=9"]] {
        let frames: [(u8, &[u8]); 3] = [(0xc1, HELLO), (0xc2, &stored), (0xc1, far)];
        let events = received_with(extensions, &frames);
        assert_eq!(events[2], text(b"Hello"), "{:?}", &events[2..]);
    }
}

#[test]
fn reserved_bits_are_for_the_first_frame_of_a_message() {
    let refused = |frames: &[(u8, &[u8])], offset| {
        let found = verdict(frames).1;
        assert_eq!(found, Some((Violation::ReservedBits, offset, 1002)), "{frames:02x?}");
    };
    refused(&[(0xc9, b"")], 0);
    refused(&[(0xca, b"")], 0);
    refused(&[(0xc8, b"\x03\xe8")], 0);
    refused(&[(0x41, &HELLO[..3]), (0xc0, &HELLO[3..])], 5);
    for first in [0xa1, 0x91, 0xe1, 0xd2, 0xf1, 0xc3, 0xcb, 0xcf] {
        refused(&[(first, HELLO)], 0);
    }
    assert_eq!(verdict(&[(0x83, b"")]).1, Some((Violation::ReservedOpcode, 0, 1002)));
    // Not agreed on: RSV1 means nothing, or is the application's.
    let events = received_with(&[], &[(0xc1, HELLO)]);
    assert!(matches!(&events[..], [Event::Fault(f)] if f.violation() == Violation::ReservedBits));
    let events = received_with(&["foo"], &[(0xc1, HELLO)]);
    let custom = BufferType::Custom(CustomHeader::new(0x182).unwrap());
    assert_eq!(events, [Event::Message(custom, HELLO.to_vec())]);
    // Beside another extension both have their bits.
    let events = received_with(&["foo", DEFLATE[0]], &[(0xc1, HELLO), (0xa1, b"x")]);
    let custom = BufferType::Custom(CustomHeader::new(0x142).unwrap());
    assert_eq!(events, [text(b"Hello"), Event::Message(custom, b"x".to_vec())]);
}

#[test]
fn frames_may_be_cut_and_have_pings_between_them() {
    for cut in 0..=HELLO.len() {
        let frames: [(u8, &[u8]); 6] = [
            (0x41, &HELLO[..cut]),
            (0x89, b"p"),
            (0x00, b""),
            (0x00, &HELLO[cut..]),
            (0x8a, b""),
            (0x80, b""),
        ];
        let events = received(&frames);
        let (pongs, messages): (Vec<_>, Vec<_>) = events
            .into_iter()
            .partition(|event| matches!(event, Event::Pong(_) | Event::Answer(_)));
        assert_eq!(pongs.len(), 2);
        assert_eq!(messages, [text(b"Hello")], "cut at {cut}");
    }
}

#[test]
fn data_that_is_no_stream_is_refused_where_its_frame_ends() {
    let corrupt: [&[u8]; 8] = [
        b"\x07",
        b"\x00\x05\x00\xfa\xee\x48\x65\x6c\x6c\x6f\x00",
        HELLO_AGAIN,
        b"\x4a\x04\x3e\x00\x00",
        b"\x78\x9c\xf2\x48\xcd\xc9\xc9\x07\x00",
        b"\xfc\x00\x00",
        b"\x04\x00\xfe\xff",
        b"\x0c\xc0\x81\x00\x00\x00\x00\x00\x90\xff\x6b\x04\x00",
    ];
    for payload in corrupt {
        let (events, fault) = verdict(&[(0xc1, payload), (0x81, b"later")]);
        let delivered: usize = events
            .iter()
            .map(|event| match event {
                Event::Part(_, octets) => octets.len(),
                other => panic!("{other:?} out of {payload:02x?}"),
            })
            .sum();
        assert!(delivered <= 1, "{events:?} out of {payload:02x?}");
        let end = 1 + payload.len() as u64;
        let expected = (Violation::CompressedDataCorrupt, end, 1007);
        assert_eq!(fault, Some(expected), "{payload:02x?}");
    }
    // A plain payload behind RSV1 is one or the other.
    let (events, fault) = verdict(&[(0xc1, b"Hello")]);
    assert!(events.is_empty() || matches!(events[..], [Event::Part(..)]), "{events:?}");
    assert_eq!(fault.map(|(_, offset, code)| (offset, code)), Some((6, 1007)));
}

#[test]
fn data_that_is_cut_is_refused_and_what_the_tail_makes_of_it_is_not_delivered() {
    let (events, fault) = verdict(&[(0xc1, b"\xf2\x48\xcd")]);
    assert_eq!(events, [Event::Part(BufferType::Utf8Fragment, b"He".to_vec())]);
    assert_eq!(fault, Some((Violation::CompressedDataIncomplete, 4, 1007)));
    for cut in 1..HELLO.len() {
        let (_, fault) = verdict(&[(0xc1, &HELLO[..cut])]);
        let expected = (Violation::CompressedDataIncomplete, cut as u64 + 1, 1007);
        assert_eq!(fault, Some(expected), "cut at {cut}");
    }
    // The end of a flush that was left on, and half of it.
    for tail in [&b"\x00\x00\xff\xff"[..], b"\x00\x00\xff"] {
        let payload = [HELLO, tail].concat();
        let (events, fault) = verdict(&[(0xc1, &payload)]);
        assert_eq!(events, [Event::Part(BufferType::Utf8Fragment, b"Hello".to_vec())]);
        let end = payload.len() as u64 + 1;
        assert_eq!(fault, Some((Violation::CompressedDataIncomplete, end, 1007)), "{tail:02x?}");
    }
    // A block whose last four octets just happen to be those of the tail.
    let (_, fault) = verdict(&[(0xc2, b"\x00\x04\x00\xfb\xff")]);
    assert_eq!(fault.map(|(violation, ..)| violation), Some(Violation::CompressedDataIncomplete));
    // The same behind a final block.
    let (_, fault) = verdict(&[(0xc1, b"\x01\x00\x00\xff\xff\x02")]);
    assert_eq!(fault.map(|(violation, ..)| violation), Some(Violation::CompressedDataIncomplete));
}

#[test]
fn empty_messages_leave_the_next_one_intact() {
    let empty: [&[(u8, &[u8])]; 6] = [
        &[(0xc1, b"\x00")],
        &[(0xc1, b"\x02\x00")],
        &[(0x41, b""), (0x80, b"\x00")],
        &[(0xc1, b"")],
        &[(0x41, b""), (0x00, b""), (0x80, b"")],
        &[(0xc1, b"\x03\x00")],
    ];
    for frames in empty {
        let stream = [&[(0xc1, HELLO)], frames, &[(0xc1, HELLO_AGAIN)]].concat();
        assert_eq!(received(&stream), [text(b"Hello"), text(b""), text(b"Hello")], "{frames:02x?}");
    }
    let flushes = [&b"\x00\x00\x00\xff\xff".repeat(10_000)[..], b"\x00"].concat();
    assert_eq!(received(&[(0xc1, &flushes), (0xc1, HELLO)]), [text(b""), text(b"Hello")]);
}

#[test]
fn text_is_checked_behind_the_inflater() {
    let deflate = |octets: &[u8]| {
        let mut server = open_with(config(Role::Server), DEFLATE);
        server.send(Outgoing::BinaryFragment(octets.to_vec()), 0).unwrap();
        let wire = written(&mut server);
        assert_eq!(wire[..1], [0x42]);
        wire[2..].to_vec()
    };
    let (events, fault) = verdict(&[(0xc1, b"\xfa\x0f\x00")]);
    assert_eq!((events, fault), (vec![], Some((Violation::InvalidUtf8, 4, 1007))));
    let kosme = deflate("κόσμε".as_bytes());
    for cut in 0..=kosme.len() {
        let events = received(&[(0x41, &kosme[..cut]), (0x80, &kosme[cut..])]);
        assert_eq!(events, [text("κόσμε".as_bytes())], "cut at {cut}");
    }
    let half = deflate(b"ab\xce");
    let (events, fault) = verdict(&[(0xc1, &half)]);
    assert_eq!(events, [Event::Part(BufferType::Utf8Fragment, b"ab\xce".to_vec())]);
    assert_eq!(fault, Some((Violation::IncompleteUtf8, 1 + half.len() as u64, 1007)));
    assert!(received(&[(0xc2, b"\xfa\x0f\x00")]).iter().all(|e| !matches!(e, Event::Fault(_))));
}

#[test]
fn the_limit_counts_inflated_octets() {
    let limited = |limit, frames: &[(u8, &[u8])]| {
        let builder = Config::builder(Role::Client).deflate(Policy::new());
        let config = builder.max_message_size(limit).build().unwrap();
        let stream: Vec<u8> =
            frames.iter().flat_map(|(first, payload)| frame(*first, payload, None)).collect();
        trace(&mut open_with(config, DEFLATE), [&stream[..]])
    };
    // Seven octets on the wire, five in the message.
    assert_eq!(limited(5, &[(0xc1, HELLO)]), [text(b"Hello")]);
    let events = limited(4, &[(0xc1, HELLO)]);
    assert_eq!(events[0], Event::Part(BufferType::Utf8Fragment, b"Hell".to_vec()));
    let Event::Fault(fault) = events[1] else { panic!("{events:?}") };
    assert_eq!((fault.violation(), fault.offset()), (Violation::MessageTooBig, 8));
    assert_eq!(fault.close_code(), CloseCode::MESSAGE_TOO_BIG);
    // Every message starts from nothing, and fragments add up.
    let halves: [(u8, &[u8]); 3] = [(0xc1, HELLO), (0x41, HELLO), (0x00, b"\x00\x00\xff\xff")];
    assert_eq!(limited(5, &halves)[0], text(b"Hello"));
    let more = [&halves[..], &[(0x80, HELLO)]].concat();
    let events = limited(9, &more);
    assert_eq!(events[1], Event::Part(BufferType::Utf8Fragment, b"HelloHell".to_vec()));
    assert!(matches!(&events[2], Event::Fault(f) if f.violation() == Violation::MessageTooBig));
    assert_eq!(limited(10, &more)[1], text(b"HelloHello"));
    // A plain message is measured by its header, as ever.
    let events = limited(4, &[(0x81, b"Hello")]);
    assert!(matches!(&events[..], [Event::Fault(f)] if f.offset() == 1), "{events:?}");
}

fn sent(session: &mut Plain, operations: &[Outgoing<Vec<u8>>]) -> Vec<u8> {
    for operation in operations {
        session.send(operation.clone(), 0).unwrap();
    }
    written(session)
}

fn server(policy: Policy) -> Plain {
    let config = Config::builder(Role::Server).deflate(policy).build().unwrap();
    open_with(config, DEFLATE)
}

#[test]
fn what_is_sent_is_what_the_standard_shows() {
    let hello = || Outgoing::Utf8Message(b"Hello".to_vec());
    let mut session = server(Policy::new().threshold(0));
    let mut peer = open_with(config(Role::Client), DEFLATE);
    let first = sent(&mut session, &[hello()]);
    assert_eq!(first, [b"\xc1\x07", HELLO].concat());
    assert_eq!(trace(&mut peer, [&first[..]]), [text(b"Hello")]);
    let empty = Outgoing::BinaryMessage(vec![]);
    for _ in 0..3 {
        let again = sent(&mut session, &[hello()]);
        assert!(again.len() < first.len() && again.starts_with(b"\xc1"), "{again:02x?}");
        assert_eq!(trace(&mut peer, [&again[..]]), [text(b"Hello")]);
        assert_eq!(sent(&mut session, core::slice::from_ref(&empty)), b"\xc2\x01\x00");
        assert_eq!(sent(&mut session, &[Outgoing::PingPong]), b"\x89\x00");
    }

    let mut session = server(Policy::new().threshold(0).server_no_context_takeover(true));
    for _ in 0..3 {
        assert_eq!(sent(&mut session, &[hello()]), [b"\xc1\x07", HELLO].concat());
        assert_eq!(sent(&mut session, core::slice::from_ref(&empty)), b"\xc2\x01\x00");
    }
}

#[test]
fn fragments_share_one_stream() {
    let mut session = server(Policy::new());
    let part = |octets: &[u8]| Outgoing::Utf8Fragment(octets.to_vec());
    let wire = sent(&mut session, &[part(b"Hel"), part(b""), Outgoing::PingPong, part(b"lo")]);
    assert_eq!(wire[0], 0x41);
    let last = sent(&mut session, &[Outgoing::Utf8Message(vec![])]);
    // The end of the last flush was held back, so nothing is left to send.
    assert_eq!(last, b"\x80\x00");
    let mut peer = open_with(config(Role::Client), DEFLATE);
    let events = trace(&mut peer, [&wire[..], &last]);
    assert_eq!(events.last(), Some(&text(b"Hello")));

    let nothing = [part(b""), part(b""), Outgoing::Utf8Message(vec![])];
    let wire = sent(&mut session, &nothing);
    assert_eq!(trace(&mut peer, [&wire[..]]), [text(b"")]);
}

#[test]
fn short_messages_and_custom_frames_go_out_as_they_are() {
    let mut session = server(Policy::new().threshold(6));
    let plain = sent(&mut session, &[Outgoing::Utf8Message(b"Hello".to_vec())]);
    assert_eq!(plain, b"\x81\x05Hello");
    let custom = |bits| Outgoing::Custom(CustomHeader::new(bits).unwrap(), b"Hello Hello".to_vec());
    assert_eq!(sent(&mut session, &[custom(0x102)]), b"\x81\x0bHello Hello");
    // A message that began so goes on so, also in ordinary fragments.
    let fragments = [custom(0x002), Outgoing::Utf8Message(b"Hello Hello".to_vec())];
    assert_eq!(sent(&mut session, &fragments), b"\x01\x0bHello Hello\x80\x0bHello Hello");
    // RSV1 is the engine's, and so is a message it compresses.
    let refused = session.send(custom(0x182), 0).unwrap_err();
    assert_eq!(refused.misuse, Misuse::CustomHeader);
    session.send(Outgoing::Utf8Fragment(b"Hello Hello".to_vec()), 0).unwrap();
    let refused = session.send(custom(0x100), 0).unwrap_err();
    assert_eq!(refused.misuse, Misuse::FragmentOrder);
    // Without an agreement nothing is compressed.
    let mut session = open_with(config(Role::Server), &[]);
    let wire = sent(&mut session, &[Outgoing::BinaryMessage(vec![7; 100])]);
    assert_eq!(wire[..2], [0x82, 100]);
}

#[test]
fn level_and_threshold_are_the_configurations() {
    let text: Vec<u8> = (0..200u8).flat_map(|i| [b'a' + i % 7, b'0' + i % 10]).collect();
    let size = |level| {
        let mut session = server(Policy::new().level(Level::new(level).unwrap()));
        sent(&mut session, &[Outgoing::Utf8Message(text.clone())]).len()
    };
    assert!(size(0) > text.len());
    assert!(size(1) < text.len() / 2);
    assert!(size(9) <= size(1));
    assert_eq!(Level::new(10), None);
}

#[test]
fn the_fastest_level_stops_where_nothing_is_gained() {
    let mut state = 1u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let noise: Vec<u8> = (0..1000).map(|_| noise()).collect();
    let compressed = |session: &mut Plain, octets: &[u8]| {
        let wire = sent(session, &[Outgoing::BinaryMessage(octets.to_vec())]);
        let mut peer = open_with(config(Role::Client), DEFLATE);
        if wire[0] == 0x82 {
            let message = Event::Message(BufferType::BinaryMessage, octets.to_vec());
            assert_eq!(trace(&mut peer, [&wire[..]]), [message]);
        }
        wire[0] == 0xc2
    };
    let policy = Policy::new().server_no_context_takeover(true);
    let mut fast = server(policy.level(Level::FAST));
    let noisy: Vec<u32> = (0..64).filter(|_| compressed(&mut fast, &noise)).collect();
    assert_eq!(noisy, (0..16).chain([31, 47, 63]).collect::<Vec<_>>());
    let plain: Vec<u32> = (0..32).filter(|_| compressed(&mut fast, &[7; 1000])).collect();
    assert_eq!(plain, (15..32).collect::<Vec<_>>());
    let mut usual = server(policy);
    assert!((0..64).all(|_| compressed(&mut usual, &noise)));
}

#[test]
fn a_cancelled_message_leaves_no_trace_in_the_window() {
    let mut session = server(Policy::new().threshold(0));
    session.send(Outgoing::Utf8Message(b"Hello".to_vec()), 0).unwrap();
    let Ok(Action::SendToNetwork(ticket, _)) = session.get_action(ActionQueue::Send) else {
        panic!("nothing to send")
    };
    session.complete_action(ticket, 0).unwrap();
    written(&mut session);
    let wire = sent(&mut session, &[Outgoing::Utf8Message(b"Hello".to_vec())]);
    assert_eq!(wire, [b"\xc1\x07", HELLO].concat());
}

#[test]
fn what_is_printed_of_a_session_names_its_parts() {
    let shown = format!("{:?}", open_with(config(Role::Client), DEFLATE));
    for part in ["Link {", "Compressor {", "Inflater {"] {
        assert!(shown.contains(part), "no {part} in {shown}");
    }
}
