//! What the data of a compressed message may be, and what it must not (RFC 7692 §7.2, RFC 1951).
//!
//! "Hello" is compressed here as the standard does it, in the fixed code; a second time it is a
//! match with the message before.

use super::deflate::KEPT;
use super::{NOTHING, answer, echo, invalid_text};
use crate::case::{Case, Deadline, Ending, Event, Grade};
use crate::deflate::{Compressor, Data, TAIL};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step, binary, continuation, ping, text};

/// "Hello", and the same by reference to the message before.
pub(super) const HELLO: &[u8] = b"\xf2\x48\xcd\xc9\xc9\x07\x00";
pub(super) const AGAIN: &[u8] = b"\xf2\x00\x11\x00\x00";
/// The same in a final block.
const FINAL: &[u8] = b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00";
/// The same in a block without compression.
const STORED: &[u8] = b"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00";
/// The same in two blocks, with an end of a flush between them.
const BLOCKS: &[u8] = b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00";

pub(super) fn add(cases: &mut Vec<Case>) {
    add_right(cases);
    add_final(cases);
    add_large_final(cases);
    add_windows(cases);
    add_text(cases);
    add_corrupt(cases);
    add_cut(cases);
}

/// A case that begins with the extension agreed on.
pub(super) fn agreed(name: &str, title: impl Into<String>) -> Case {
    let clauses = &["7692#6.2", "7692#7.2.2"];
    Case::new(format!("deflate/{name}"), title.into()).clauses(clauses).deflate(KEPT)
}

/// A compressed text of one frame.
pub(super) fn compressed(octets: impl Into<std::borrow::Cow<'static, [u8]>>) -> Frame {
    text(octets).rsv(4)
}

/// So few octets as they are: compressed data that is one block without compression.
pub(super) fn stored(octets: &[u8]) -> Vec<u8> {
    let length = octets.len() as u16;
    let lengths = [length.to_le_bytes(), (!length).to_le_bytes()].concat();
    [b"\x00".as_slice(), &lengths, octets, b"\x00"].concat()
}

/// The text.
pub(super) fn message(text: &'static str) -> Event {
    Event::Message(Kind::Text, Payload::octets(text.as_bytes()))
}

/// The subject fails the connection because data is none. No code is laid down for that.
fn failed() -> Ending {
    Ending::failed(&[1007, 1002][..])
}

fn add_right(cases: &mut Vec<Case>) {
    let cases_of_one: [(&str, &str, &[u8], &str); 7] = [
        ("fixed", "in the fixed code", HELLO, "Hello"),
        ("stored", "in a block without compression", STORED, "Hello"),
        ("final", "in a final block", FINAL, "Hello"),
        ("blocks", "in two blocks with a flush between them", BLOCKS, "Hello"),
        ("empty", "and empty, in the one octet that the standard wants", b"\x00", ""),
        ("empty-block", "and empty, in an empty block of the fixed code", b"\x02\x00", ""),
        ("empty-final", "and empty, in an empty final block", b"\x03\x00", ""),
    ];
    for (name, what, octets, plain) in cases_of_one {
        let case = agreed(&format!("streams/{name}"), format!("A compressed text {what}."));
        let case = case.step(compressed(octets)).sees([message(plain)]);
        cases.push(case.clauses(&["7692#6.2", "7692#7.2.1", "7692#7.2.2", "7692#7.2.3"]));
    }
    for (data, kind) in [(Data::Verse, Kind::Binary), (Data::Page, Kind::Text)] {
        let plain = data.slice(0, 2000);
        let octets = Compressor::new(15, true).compress(&plain);
        let title = format!("A compressed {} message that brings its own code.", kind.name());
        let case = agreed(&format!("streams/dynamic-{}", data.name()), title);
        let frame = Frame::new(kind.opcode(), Payload::octets(octets)).rsv(4);
        cases.push(echo(case.step(frame), kind, Payload::octets(plain)));
    }
    let flushes = [&b"\x00\x00\x00\xff\xff".repeat(10_000)[..], b"\x00"].concat();
    let title = "Ten thousand empty blocks, and then a message with something in it.";
    let case = agreed("streams/many-flushes", title).clauses(&["7692#7.2.1", "7692#7.2.2"]);
    let case = case.steps([compressed(flushes), compressed(HELLO)]);
    cases.push(case.sees([message(""), message("Hello")]));
    let title = "A message in two blocks with a flush between them, and one that refers to it.";
    let case = agreed("streams/blocks-kept", title).clauses(&["7692#7.2.1", "7692#7.2.2"]);
    let case = case.steps([compressed(BLOCKS), compressed(AGAIN)]);
    cases.push(case.sees(["Hello"; 2].map(message)));
    let title = "300 Pings, each behind the one before's Pong, and a compressed message.";
    let case = agreed("streams/many-pings", title).clauses(&["7692#6.1", "6455#5.5.2"]);
    let pings = Step::Times(300, vec![ping(b"now").into(), Step::Settle]);
    let case = case.steps([pings, compressed(HELLO).into()]);
    let mut case = case.sees_times(300, answer(b"now"));
    case.accept[0].sees.push((1, message("Hello")));
    cases.push(case);
    let title = "1100 messages, each but the first by reference to the one before.";
    let case = agreed("streams/many-messages", title).clauses(&["7692#7.2.2", "7692#7.2.1"]);
    let again = Step::Times(1099, vec![compressed(AGAIN).into(), Step::Echo]);
    let case = case.steps([compressed(HELLO).into(), Step::Echo, again]);
    cases.push(case.sees_times(1100, message("Hello")));
    let title = "Compressed texts and binary messages in turn keep their kinds.";
    let case = agreed("streams/kinds", title).clauses(&["7692#6.1", "7692#6.2"]);
    let hello = || Event::Message(Kind::Binary, Payload::octets(&b"Hello"[..]));
    let frames = [compressed(HELLO), binary(HELLO).rsv(4), compressed(HELLO), binary(AGAIN).rsv(4)];
    cases.push(case.steps(frames).sees([message("Hello"), hello(), message("Hello"), hello()]));
    let title = "An empty message without any data, between two that have some.";
    let frames = [compressed(HELLO), compressed(b"".as_slice()), compressed(AGAIN)];
    let case = agreed("streams/no-data", title).steps(frames);
    let case = case.sees([message("Hello"), message(""), message("Hello")]);
    // Ambiguous: there is not even the block that every flush writes, and the four octets that are
    // put behind are no data by themselves, which may show with the message that follows.
    let case = case.or_ends(Grade::Strict, failed(), [message("Hello")]);
    let case = case.or_ends(Grade::Lenient, failed(), [message("Hello"), message("")]);
    // The failure may also overtake the echo of the message before.
    cases.push(case.or_ends(Grade::Lenient, failed(), []));
}

fn add_final(cases: &mut Vec<Case>) {
    let empty_finals = [&b"\x03\x00".repeat(50)[..], HELLO].concat();
    let middle = [&FINAL[..7], AGAIN].concat();
    let table: [(&str, &str, [Frame; 2], [&'static str; 2]); 5] = [
        (
            "context",
            "A final block, and a message that refers to it.",
            [compressed(FINAL), compressed(AGAIN)],
            ["Hello", "Hello"],
        ),
        (
            "twice",
            "Two messages that end in a final block.",
            [compressed(FINAL), compressed(FINAL)],
            ["Hello", "Hello"],
        ),
        (
            "middle",
            "A final block in the middle of a message, and data behind it that refers to it.",
            [compressed(HELLO), compressed(middle)],
            ["Hello", "HelloHello"],
        ),
        (
            "many",
            "Fifty empty final blocks in one message.",
            [compressed(HELLO), compressed(empty_finals)],
            ["Hello", "Hello"],
        ),
        (
            "empty",
            "An empty message in a final block, and one that refers to the message before.",
            [compressed(HELLO), compressed([b"\x03\x00".as_slice(), AGAIN].concat())],
            ["Hello", "Hello"],
        ),
    ];
    for (name, title, frames, texts) in table {
        let case = agreed(&format!("final/{name}"), title).clauses(&["7692#7.2.1", "7692#7.2.2"]);
        cases.push(case.steps(frames).sees(texts.map(message)));
    }
}

/// A final block behind more octets than a usual buffer has, and messages behind it.
fn add_large_final(cases: &mut Vec<Case>) {
    let plain = Payload::repeat(&b"0123456789"[..], 200_000);
    let octets = Compressor::new(15, true).compress(&plain.to_vec());
    let octets = [&octets[..], &TAIL, b"\x03\x00\x00"].concat();
    let large = Frame::new(Kind::Binary.opcode(), Payload::octets(octets)).rsv(4);
    let title = "200000 octets that end in a final block, and messages behind them.";
    let case = agreed("final/large", title).clauses(&["7692#7.2.1", "7692#7.2.2"]);
    let case = case.steps([large, compressed(HELLO), compressed(AGAIN)]);
    let large = Event::Message(Kind::Binary, plain);
    cases.push(case.sees([large, message("Hello"), message("Hello")]));
}

fn add_windows(cases: &mut Vec<Case>) {
    let context = agreed("context/kept", "A message that refers to the one before.");
    let frames = [compressed(HELLO), compressed(AGAIN), compressed(AGAIN)];
    let clauses = ["7692#7.1.1.1", "7692#7.1.1.2", "7692#7.2.2"];
    cases.push(context.steps(frames).sees(["Hello"; 3].map(message)).clauses(&clauses));
    let title = "Pings between messages, and inside of them, leave the window alone.";
    let (head, tail) = AGAIN.split_at(2);
    let inside = [compressed(head).open(), ping(b"2"), continuation(tail)];
    // A Pong may overtake an echo, and one is enough for Pings that come together.
    let case = agreed("context/pings-between", title).step(compressed(HELLO)).step(Step::Echo);
    let case = case.step(ping(b"1")).step(Step::Settle).steps(inside);
    let seen = [message("Hello"), answer(b"1"), answer(b"2"), message("Hello")];
    cases.push(case.sees(seen).clauses(&["7692#6", "7692#6.1"]));
    let title = "Messages that are not compressed leave the window alone.";
    let frames = [compressed(HELLO), text(b"plain"), binary(b""), compressed(AGAIN)];
    let case = agreed("context/plain-between", title).clauses(&["7692#6", "7692#7.2.3"]);
    let nothing = Event::Message(Kind::Binary, Payload::EMPTY);
    let texts = [message("Hello"), message("plain"), nothing, message("Hello")];
    cases.push(case.steps(frames).sees(texts));
    let title = "An empty compressed message leaves the window alone.";
    let frames = [compressed(HELLO), compressed(b"\x00".as_slice()), compressed(AGAIN)];
    let case = agreed("context/empty-between", title).clauses(&["7692#7.2.2", "7692#7.2.3"]);
    cases.push(case.steps(frames).sees(["Hello", "", "Hello"].map(message)));
    // So many octets as they are, and then five from as far back as the largest window goes.
    let filler = Data::Picture.slice(0, 32_763);
    let title = "A message that refers to one 32768 octets before.";
    let farthest = compressed(b"\x02\xdf\xff\x0f\x00");
    let frames = [compressed(HELLO), binary(stored(&filler)).rsv(4), farthest];
    let case = agreed("context/farthest", title).clauses(&["7692#7.1.2.1", "7692#7.1.2.2"]);
    let filler = Event::Message(Kind::Binary, Payload::octets(filler));
    cases.push(case.steps(frames).sees([message("Hello"), filler, message("Hello")]));
}

fn add_text(cases: &mut Vec<Case>) {
    let kosme = Compressor::new(15, true).compress("κόσμε".as_bytes());
    let title = "A compressed text that is cut at every octet, inside of characters, too.";
    let cuts = (1..kosme.len()).flat_map(|at| {
        let (head, tail) = kosme.split_at(at);
        let tail = Frame::new(crate::wire::Opcode::CONTINUATION, Payload::octets(tail.to_vec()));
        [compressed(head.to_vec()).open(), tail]
    });
    let times = (kosme.len() - 1) as u32;
    let case = agreed("text/cut-anywhere", title).steps(cuts).clauses(&["7692#6.2", "6455#8.1"]);
    cases.push(case.sees_times(times, message("κόσμε")));
    let half = Compressor::new(15, true).compress(b"ab\xce");
    for (name, title, octets) in [
        ("invalid", "A compressed text that is not UTF-8.", b"\xfa\x0f\x00".to_vec()),
        ("ends-early", "A compressed text that ends inside a character.", half),
    ] {
        let case = agreed(&format!("text/{name}"), title).clauses(&["7692#6.2", "6455#8.1"]);
        cases.push(case.step(compressed(octets)).sees(NOTHING).ends(invalid_text()));
    }
    let bad = Compressor::new(15, true).compress(b"abcdefgh\xff");
    let cut = Compressor::new(15, true).compress(b"abcdefgh\xce");
    for (name, title, octets) in [
        ("invalid", "A compressed text in two frames that is not UTF-8.", bad),
        ("ends-early", "A compressed text in two frames that ends inside a character.", cut),
    ] {
        let (head, tail) = octets.split_at(3);
        let frames = [compressed(head.to_vec()).open(), continuation(tail.to_vec())];
        let case = agreed(&format!("text/{name}-in-frames"), title);
        let case = case.clauses(&["7692#6.2", "6455#8.1"]).steps(frames);
        cases.push(case.sees(NOTHING).ends(invalid_text()));
    }
    for (name, what, end) in
        [("invalid", "no text has", b"\xff"), ("ends-early", "begins a character", b"\xce")]
    {
        let plain = [&Data::Page.slice(0, 20_000)[..], end].concat();
        let octets = Compressor::new(15, true).compress(&plain);
        let title = format!("A compressed text of 20000 octets and one more that {what}.");
        let case = agreed(&format!("text/{name}-far"), title).clauses(&["7692#6.2", "6455#8.1"]);
        cases.push(case.step(compressed(octets)).sees(NOTHING).ends(invalid_text()));
    }
    let title = "A compressed text that is not UTF-8, behind one that is.";
    let case = agreed("text/invalid-behind-text", title).clauses(&["7692#6.2", "6455#8.1"]);
    let case = case.steps([compressed(HELLO).into(), Step::Echo]);
    let case = case.step(compressed(b"\xfa\x0f\x00"));
    cases.push(case.sees([message("Hello")]).ends(invalid_text()));
    let title = "The same octets in a compressed binary message.";
    let case = agreed("text/binary", title).step(binary(b"\xfa\x0f\x00").rsv(4));
    cases.push(echo(case, Kind::Binary, Payload::octets(&b"\xff"[..])));
}

/// How data is inflated, and that what is received is always checked.
const WRONG: &[&str] = &["7692#6.2", "7692#7.2.2", "6455#10.7"];

fn add_corrupt(cases: &mut Vec<Case>) {
    let table: [(&str, &str, &[u8]); 10] = [
        ("block-type", "A block of the type that does not exist.", b"\x07"),
        (
            "stored-length",
            "A block without compression whose two lengths do not agree.",
            b"\x00\x05\x00\xfa\xee\x48\x65\x6c\x6c\x6f\x00",
        ),
        ("nothing-before", "A first message that refers to one before.", AGAIN),
        (
            "distance-symbol",
            "A match with a distance that does not exist.",
            b"\x4a\x04\x3e\x00\x00",
        ),
        (
            "zlib-header",
            "Data with the header that files have.",
            b"\x78\x9c\xf2\x48\xcd\xc9\xc9\x07\x00",
        ),
        ("too-many-symbols", "A code with more symbols than there are.", b"\xfc\x00\x00"),
        ("no-code", "A block that brings a code without symbols.", b"\x04\x00\xfe\xff"),
        (
            "incomplete-code",
            "A block that brings a code with gaps.",
            b"\x0c\xc0\x81\x00\x00\x00\x00\x00\x90\xff\x6b\x04\x00",
        ),
        ("plain", "A text that is not compressed, and says that it is.", b"Hello"),
        (
            "behind-final",
            "Data that is none behind a final block.",
            b"\xf3\x48\xcd\xc9\xc9\x07\x00\x07",
        ),
    ];
    for (name, title, octets) in table {
        let case = agreed(&format!("corrupt/{name}"), title).clauses(WRONG);
        let frames = [compressed(octets), text(b"later")];
        cases.push(case.steps(frames).sees(NOTHING).ends(failed()));
    }
    let title = "Data that is none in the second frame of a message.";
    let frames = [compressed(&HELLO[..3]).open(), continuation(b"\xff\xff\xff\xff")];
    let case = agreed("corrupt/second-frame", title).clauses(WRONG).steps(frames);
    cases.push(case.sees(NOTHING).ends(failed()));
}

fn add_cut(cases: &mut Vec<Case>) {
    for cut in 1..HELLO.len() {
        let title = format!("A compressed text of which only {cut} of 7 octets are there.");
        let case = agreed(&format!("cut/after-{cut}"), title).clauses(WRONG);
        let frames = [compressed(&HELLO[..cut]), text(b"later")];
        cases.push(case.steps(frames).sees(NOTHING).ends(failed()));
    }
    let title = "A compressed text that still has the four octets that a sender removes.";
    let case = agreed("cut/tail-left-on", title).clauses(&["7692#7.2.1", "7692#7.2.2"]);
    let case = case.step(compressed([HELLO, &TAIL].concat())).sees(NOTHING).ends(failed());
    let case = case.or_ends(Grade::Strict, Ending::closed(), [message("Hello")]);
    cases.push(case.deadline(Deadline::Close));
}
