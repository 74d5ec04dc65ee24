//! Text in one frame and in many, and how early a text that is not UTF-8 is refused (RFC 6455 §8.1).
//!
//! They are the cases of the Autobahn test suite's groups 6.1 to 6.4. What it has not is in
//! [`text_splits`](super::text_splits).

use super::{NOTHING, echo, invalid_text};
use crate::case::{Case, Deadline, Event, Level};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step, continuation, text};
use crate::wire::Opcode;

const MIXED: &str = "Hello-µ@ßöäüàá-UTF-8!!";
const GREEK: &[u8] = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5";
/// Greek, a surrogate, ASCII.
const SURROGATE: &[u8] = b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80edited";
const MIDDLE: &[u8] = b"middle frame payload";

pub(super) fn add(cases: &mut Vec<Case>) {
    let case = good("6.1.1", "text/empty/one-frame", "An empty text message.");
    cases.push(echo(case.step(text(b"")), Kind::Text, Payload::EMPTY));
    let case = good("6.1.2", "text/empty/three-frames", "An empty text message in three frames.");
    let frames = [text(b"").open(), continuation(b"").open(), continuation(b"")];
    cases.push(echo(case.steps(frames), Kind::Text, Payload::EMPTY));
    let case = good(
        "6.1.3",
        "text/empty/first-and-last-frame",
        "A text message in three frames of which the first and the last are empty.",
    );
    let frames = [text(b"").open(), continuation(MIDDLE).open(), continuation(b"")];
    cases.push(echo(case.steps(frames), Kind::Text, Payload::octets(MIDDLE)));

    let mixed = || Payload::octets(MIXED.as_bytes());
    let case = good("6.2.1", "text/split/one-frame", "Text of one and two octets per code point.");
    cases.push(echo(case.step(message(mixed(), 0)), Kind::Text, mixed()));
    let case = good("6.2.2", "text/split/between-code-points", "Text cut between two code points.");
    let (head, tail) = MIXED.split_at(15);
    let frames = [text(head.as_bytes()).open(), continuation(tail.as_bytes())];
    cases.push(echo(case.steps(frames), Kind::Text, mixed()));
    let case = good("6.2.3", "text/split/octets", "Text in frames of one octet.");
    cases.push(echo(case.step(message(mixed(), 1)), Kind::Text, mixed()));
    let greek = || Payload::octets(GREEK);
    let case = good("6.2.4", "text/split/octets-greek", "Greek text in frames of one octet.");
    cases.push(echo(case.step(message(greek(), 1)), Kind::Text, greek()));

    let surrogate = || Payload::octets(SURROGATE);
    let case = bad("6.3.1", "text/invalid/one-frame", "Text with a surrogate in one frame.");
    cases.push(case.step(message(surrogate(), 0)).sees(NOTHING));
    let case = bad("6.3.2", "text/invalid/octets", "Text with a surrogate in frames of one octet.");
    cases.push(case.step(message(surrogate(), 1)).sees(NOTHING));

    // The part before, the part that makes it impossible, the part after.
    let whole = [GREEK, b"\xf4\x90\x80\x80", b"edited"];
    let octet =
        [b"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xf4", &b"\x90"[..], b"\x80\x80edited"];
    cases.push(early(
        "6.4.1",
        "frames",
        "Three frames; the second is not UTF-8.",
        in_frames(whole),
    ));
    cases.push(early(
        "6.4.2",
        "frames-one-octet",
        "Three frames; the one octet of the second makes the text impossible.",
        in_frames(octet),
    ));
    cases.push(early(
        "6.4.3",
        "inside-frame",
        "One frame in three writes; the second is not UTF-8.",
        in_parts(whole),
    ));
    cases.push(early(
        "6.4.4",
        "inside-frame-one-octet",
        "One frame in three writes; the one octet of the second makes the text impossible.",
        in_parts(octet),
    ));
}

fn good(number: &'static str, id: &'static str, title: &'static str) -> Case {
    Case::new(id, title)
        .autobahn(number)
        .clauses(&["6455#5.6", "6455#8.1"])
        .deadline(Deadline::Close)
}

fn bad(number: &'static str, id: impl Into<String>, title: &'static str) -> Case {
    Case::new(id.into(), title)
        .autobahn(number)
        .clauses(&["6455#8.1", "3629#4"])
        .ends(invalid_text())
}

/// The subject should not wait for the rest of a text that has become impossible.
fn early(number: &'static str, name: &str, title: &'static str, steps: [Vec<Step>; 3]) -> Case {
    let [before, decides, after] = steps;
    let before_bad = "before the octets that decide";
    let after_bad = "after the octets that decide";
    bad(number, format!("text/fail-fast/{name}"), title)
        .level(Level::Should)
        .steps(before)
        .steps([Step::Settle, Step::Mark(before_bad)])
        .steps(decides)
        .steps([Step::Settle, Step::Mark(after_bad)])
        .steps(after)
        .sees([Event::Mark(before_bad)])
        .tolerates([Event::Mark(before_bad), Event::Mark(after_bad)])
}

fn in_frames([first, second, third]: [&'static [u8]; 3]) -> [Vec<Step>; 3] {
    [text(first).open(), continuation(second).open(), continuation(third)]
        .map(|frame| vec![frame.into()])
}

fn in_parts([first, second, third]: [&'static [u8]; 3]) -> [Vec<Step>; 3] {
    let announced = Some((first.len() + second.len() + third.len()) as u64);
    let header = Frame { announced, ..Frame::new(Opcode::TEXT, Payload::EMPTY).open() };
    let part = |octets| Step::Part(Payload::octets(octets));
    [
        vec![Step::Header(header), part(first)],
        vec![part(second)],
        vec![part(third), continuation(b"").into()],
    ]
}

const fn message(payload: Payload, fragment: u64) -> Step {
    Step::Message { kind: Kind::Text, payload, fragment }
}
