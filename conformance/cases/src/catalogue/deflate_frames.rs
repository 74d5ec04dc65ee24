//! The frames of compressed messages: where RSV1 may be, and what may come between them
//! (RFC 7692 §6).

use super::deflate_streams::{AGAIN, HELLO, agreed, compressed, message};
use super::{NOTHING, answer, echo, protocol_error};
use crate::case::{Case, Event, Finish};
use crate::deflate::{Compressor, Data, TAIL};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step, Write, binary, continuation, ping, pong, text};
use crate::wire::Opcode;

pub(super) fn add(cases: &mut Vec<Case>) {
    add_bits(cases);
    add_fragments(cases);
    add_mixed(cases);
}

fn add_bits(cases: &mut Vec<Case>) {
    let close = Frame::new(Opcode::CLOSE, super::code(1000));
    let table: [(&str, &str, Frame, u8, &str); 12] = [
        ("ping", "A Ping with RSV1.", ping(b""), 4, "7692#6.1"),
        ("pong", "A Pong with RSV1.", pong(b""), 4, "7692#6.1"),
        ("close", "A Close with RSV1.", close.clone(), 4, "7692#6.1"),
        ("compressed-ping", "A Ping with compressed data.", ping(HELLO), 4, "7692#6.1"),
        ("rsv2", "A text with RSV2, which nobody has given a meaning.", text(b"x"), 2, "6455#5.2"),
        ("rsv3", "A text with RSV3, which nobody has given a meaning.", text(b"x"), 1, "6455#5.2"),
        ("rsv1-rsv2", "A compressed text with RSV2.", text(HELLO), 6, "6455#5.2"),
        ("rsv1-rsv3", "A compressed text with RSV3.", binary(HELLO), 5, "6455#5.2"),
        ("all", "A compressed text with RSV2 and RSV3.", text(HELLO), 7, "6455#5.2"),
        ("rsv2-ping", "A Ping with RSV2.", ping(b""), 2, "6455#5.2"),
        (
            "reserved-data",
            "A compressed frame with a reserved opcode.",
            Frame { opcode: Opcode(3), ..text(HELLO) },
            4,
            "6455#5.2",
        ),
        (
            "reserved-control",
            "A control frame with a reserved opcode and RSV1.",
            Frame { opcode: Opcode(11), ..ping(b"") },
            4,
            "7692#6.1",
        ),
    ];
    for (name, title, frame, rsv, clause) in table {
        let case = agreed(&format!("bits/{name}"), title).clauses(&[clause]);
        cases.push(case.step(frame.rsv(rsv)).sees(NOTHING).ends(protocol_error()));
    }
    let (head, tail) = HELLO.split_at(3);
    for (name, title, first, bits) in [
        ("continuation", "A compressed text, RSV1 on both frames.", compressed(head), 4),
        ("continuation-of-plain", "A plain text, RSV1 on the second frame.", text(b"x"), 4),
        ("continuation-rsv2", "A compressed text, RSV2 on the second frame.", compressed(head), 2),
    ] {
        let case = agreed(&format!("bits/{name}"), title).clauses(&["7692#6.1"]);
        let frames = [first.open(), continuation(tail).rsv(bits)];
        cases.push(case.steps(frames).sees(NOTHING).ends(protocol_error()));
    }
    let inside = [("ping", ping(b"")), ("pong", pong(b"")), ("close", close)];
    for (name, control) in inside {
        let title = format!("A {name} with RSV1 inside a compressed text.");
        let case = agreed(&format!("bits/{name}-inside"), title).clauses(&["7692#6.1"]);
        let frames = [compressed(head).open(), control.rsv(4), continuation(tail)];
        cases.push(case.steps(frames).sees(NOTHING).ends(protocol_error()));
    }
    let title = "A compressed text where nobody has agreed on compression.";
    let case = Case::new("deflate/bits/not-agreed", title).clauses(&["6455#5.2", "7692#5"]);
    cases.push(case.step(compressed(HELLO)).sees(NOTHING).ends(protocol_error()));
    let title = "A compressed text inside another message.";
    let case = agreed("bits/interrupting", title).clauses(&["6455#5.4"]);
    let frames = [compressed(head).open(), compressed(HELLO)];
    cases.push(case.steps(frames).sees(NOTHING).ends(protocol_error()));
}

fn add_fragments(cases: &mut Vec<Case>) {
    let cuts = (1..HELLO.len()).flat_map(|at| {
        let (head, tail) = HELLO.split_at(at);
        [compressed(head).open(), continuation(tail)]
    });
    let title = "A compressed text in two frames, cut at every octet.";
    let case = agreed("fragments/cut-anywhere", title).clauses(&["7692#6.1", "7692#6.2"]);
    cases.push(case.steps(cuts).sees_times(6, message("Hello")));

    let mut steps = vec![Step::Frame(compressed(&HELLO[..1]).open())];
    for octet in HELLO[1..].chunks(1) {
        // Each Ping is answered by itself: several together need but one Pong.
        steps.extend([ping(octet).into(), Step::Settle, continuation(octet).open().into()]);
    }
    steps.push(continuation(b"").into());
    let title = "A compressed text octet by octet, a Ping between any two.";
    let pongs = HELLO[1..].chunks(1).map(answer);
    let case = agreed("fragments/pings-between", title).clauses(&["7692#6", "6455#5.4"]);
    cases.push(case.steps(steps).sees(pongs.chain([message("Hello")])));

    let (head, tail) = HELLO.split_at(3);
    let title = "A compressed text in two frames, Pongs between them that nobody asked for.";
    let case = agreed("fragments/pongs-between", title).clauses(&["7692#6", "6455#5.5.3"]);
    let frames = [compressed(head).open(), pong(b"any"), pong(b""), continuation(tail)];
    let frames = frames.into_iter().chain([compressed(AGAIN)]);
    cases.push(case.steps(frames).sees([message("Hello"), message("Hello")]));
    let title = "A Close with a reason between the frames of a compressed text.";
    let case = agreed("fragments/close-inside", title).clauses(&["6455#5.4", "6455#5.5.1"]);
    let bye = Step::Close { code: Some(1000), reason: Payload::octets(&b"bye"[..]) };
    let case = case.step(compressed(head).open()).step(bye).finishes(Finish::Never);
    cases.push(case.sees(NOTHING));

    let title = "A compressed message whose header, with a long length, comes octet by octet.";
    let case = agreed("fragments/header-in-pieces", title).clauses(&["7692#6.1", "6455#5.2"]);
    let plain = Data::Records.slice(0, 2000);
    let data = Compressor::new(15, true).compress(&plain);
    let pieces = Frame::new(Opcode::BINARY, Payload::octets(data)).rsv(4).write(Write::Every(1));
    cases.push(echo(case.step(pieces), Kind::Binary, Payload::octets(plain)));

    // Ten kinds of octets in turn, so that a few octets stand for many.
    let plain = b"0123456789".repeat(10_000);
    let octets = Compressor::new(15, true).compress(&plain);
    let title = "100000 octets compressed, whose last frame is empty.";
    let case = agreed("fragments/empty-last-of-many", title).clauses(&["7692#6.2", "7692#7.2.2"]);
    let first = Frame::new(Opcode::BINARY, Payload::octets(octets)).rsv(4).open();
    cases.push(echo(
        case.steps([first, continuation(b"")]),
        Kind::Binary,
        Payload::repeat(&b"0123456789"[..], 100_000),
    ));

    let empty = || continuation(b"");
    let end = continuation(tail);
    let table: [(&str, &str, Vec<Frame>, &'static str); 6] = [
        (
            "empty-first",
            "A compressed text whose first frame is empty.",
            vec![compressed(b"".as_slice()).open(), continuation(HELLO)],
            "Hello",
        ),
        (
            "empty-middle",
            "A compressed text with empty frames in the middle.",
            vec![compressed(head).open(), empty().open(), empty().open(), end],
            "Hello",
        ),
        (
            "empty-last",
            "A compressed text whose last frame is empty.",
            vec![compressed(HELLO).open(), empty()],
            "Hello",
        ),
        (
            "empty-around",
            "A compressed text between two empty frames.",
            vec![compressed(b"".as_slice()).open(), continuation(HELLO).open(), empty()],
            "Hello",
        ),
        (
            "empty-message",
            "An empty message in two frames, as the standard writes it.",
            vec![compressed(b"".as_slice()).open(), continuation(b"\x00")],
            "",
        ),
        (
            "flushed",
            "A text whose first frame was flushed, and so ends with the four octets.",
            vec![compressed([HELLO, &TAIL].concat()).open(), continuation(HELLO)],
            "HelloHello",
        ),
    ];
    for (name, title, frames, plain) in table {
        let case = agreed(&format!("fragments/{name}"), title).clauses(&["7692#6.2", "7692#7.2.1"]);
        let frames = [vec![compressed(HELLO)], frames].concat();
        cases.push(case.steps(frames).sees([message("Hello"), message(plain)]));
    }
}

fn add_mixed(cases: &mut Vec<Case>) {
    let hello = || message("Hello");
    let (head, tail) = HELLO.split_at(4);
    let table: [(&str, &str, Vec<Frame>, Vec<Event>); 5] = [
        (
            "plain-first",
            "A plain text, and then a compressed one.",
            vec![text(b"plain"), compressed(HELLO)],
            vec![message("plain"), hello()],
        ),
        (
            "plain-behind-fragments",
            "A compressed text in two frames, and then a plain one.",
            vec![compressed(head).open(), continuation(tail), text(b"plain")],
            vec![hello(), message("plain")],
        ),
        (
            "plain-in-fragments",
            "A plain text in two frames between two compressed ones.",
            vec![compressed(HELLO), text(b"pla").open(), continuation(b"in"), compressed(AGAIN)],
            vec![hello(), message("plain"), hello()],
        ),
        (
            "pong-first",
            "A Pong as the first frame of all, and then a compressed text.",
            vec![pong(b""), compressed(HELLO)],
            vec![hello()],
        ),
        (
            "ping-first",
            "A Ping as the first frame of all, and then a compressed text.",
            vec![ping(b"p"), compressed(HELLO)],
            vec![answer(b"p"), hello()],
        ),
    ];
    for (name, title, frames, seen) in table {
        let case = agreed(&format!("mixed/{name}"), title).clauses(&["7692#6", "7692#6.2"]);
        cases.push(case.steps(frames).sees(seen));
    }
    // Whether a message is compressed, its first frame says, whatever came before it.
    let (head_again, tail_again) = AGAIN.split_at(2);
    let first = || vec![compressed(head).open(), continuation(tail)];
    let again = || vec![compressed(head_again).open(), continuation(tail_again)];
    let plain = || vec![text(b"pla").open(), continuation(b"in")];
    for (name, title, turns, seen) in [
        (
            "fragments-compressed-first",
            "Messages in two frames each, compressed and plain in turn, a compressed one first.",
            [first(), plain(), again(), plain()],
            ["Hello", "plain", "Hello", "plain"],
        ),
        (
            "fragments-plain-first",
            "Messages in two frames each, plain and compressed in turn, a plain one first.",
            [plain(), first(), plain(), again()],
            ["plain", "Hello", "plain", "Hello"],
        ),
    ] {
        let case = agreed(&format!("mixed/{name}"), title).clauses(&["7692#6", "7692#6.2"]);
        cases.push(case.steps(turns.concat()).sees(seen.map(message)));
    }
    let title = "Twenty compressed texts in flight, each of which refers to the one before.";
    let case = agreed("mixed/in-flight", title).step(compressed(HELLO));
    let case = case.step(Step::Times(19, vec![compressed(AGAIN).into()]));
    cases.push(case.sees_times(20, hello()));
}
