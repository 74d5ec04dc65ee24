//! Fragmented messages (RFC 6455 §5.4).
//!
//! They are the cases of the Autobahn test suite's group 5, its case 10.1.1, and one more. What it
//! has not is in [`fragments`](super::fragments) and [`interleaving`](super::interleaving).

use super::{NOTHING, echo, protocol_error};
use crate::case::{Case, Deadline, Event};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step, Write, continuation, ping, pong, text};

const FIRST: &[u8] = b"fragment1";
const SECOND: &[u8] = b"fragment2";
const THIRD: &[u8] = b"fragment3";
const FOURTH: &[u8] = b"fragment4";
const FIFTH: &[u8] = b"fragment5";
const LONELY: &[u8] = b"non-continuation payload";
const WRITES: [(&str, &str, Write); 3] = [
    ("", "", Write::Joined),
    ("-framewise", ", each frame in a write of its own", Write::Alone),
    ("-bytewise", ", each octet in a write of its own", Write::Every(1)),
];

pub(super) fn add(cases: &mut Vec<Case>) {
    let control = [("5.1", "ping", ping(FIRST)), ("5.2", "pong", pong(FIRST))];
    for (number, name, frame) in control {
        let title = format!("A {name} frame with FIN clear and its continuation.");
        let case = bad(number, &format!("control-{name}"), title)
            .clauses(&["6455#5.4", "6455#5.5"])
            .steps([frame.open(), continuation(SECOND)]);
        cases.push(case);
    }
    for (i, (slug, how, write)) in WRITES.into_iter().enumerate() {
        let frames = [text(FIRST).open(), continuation(SECOND)];
        cases.push(good(
            format!("5.{}", 3 + i),
            &format!("two-frames{slug}"),
            format!("A text message in two frames{how}."),
            frames.map(|frame| frame.write(write)),
            [whole(b"fragment1fragment2")],
        ));
    }
    for (i, (slug, how, write)) in WRITES.into_iter().enumerate() {
        let frames = [text(FIRST).open(), ping(b"ping payload"), continuation(SECOND)];
        cases.push(good(
            format!("5.{}", 6 + i),
            &format!("ping-inside{slug}"),
            format!("A Ping between the two frames of a text message{how}."),
            frames.map(|frame| frame.write(write)),
            [Event::Pong(Payload::octets(&b"ping payload"[..])), whole(b"fragment1fragment2")],
        ));
    }
    for (first, name, fin) in [(9, "final", true), (12, "non-final", false)] {
        for (i, (slug, how, write)) in WRITES.into_iter().enumerate() {
            let lonely = Frame { fin, ..continuation(LONELY) };
            let title = format!("A {name} continuation frame outside of a message, a text{how}.");
            let case = bad(format!("5.{}", first + i), &format!("lonely-{name}{slug}"), title)
                .steps([lonely, text(b"Hello, world!")].map(|frame| frame.write(write)));
            cases.push(case);
        }
    }
    cases.push(
        Case::new(
            "fragmentation/lonely-after-message",
            "A message of two frames, then a continuation frame outside of a message, a text.",
        )
        .autobahn("5.15")
        .clauses(&["6455#5.4"])
        .steps([text(FIRST).open(), continuation(SECOND), continuation(THIRD).open(), text(FOURTH)])
        .sees([whole(b"fragment1fragment2")])
        .tolerates(NOTHING)
        .ends(protocol_error()),
    );
    for (number, name, fin) in [("5.16", "non-final", false), ("5.17", "final", true)] {
        let lonely = Frame { fin, ..continuation(FIRST) };
        let frames = [lonely, text(SECOND).open(), continuation(THIRD)].map(Step::Frame);
        let title = format!("Twice a {name} continuation frame outside of a message, a message.");
        let case = bad(number, &format!("lonely-{name}-twice"), title);
        cases.push(case.step(Step::Times(2, frames.to_vec())));
    }
    let title = "A text message whose second frame has the opcode text as well.".to_owned();
    let case = bad("5.18", "not-continued", title);
    cases.push(case.steps([text(FIRST).open(), text(SECOND)]));
    for (number, slug, how, write) in
        [("5.19", "", "", Write::Joined), ("5.20", "-framewise", WRITES[1].1, Write::Alone)]
    {
        let before = [text(FIRST).open(), continuation(SECOND).open(), ping(b"pongme 1!")];
        let after = [
            continuation(THIRD).open(),
            continuation(FOURTH).open(),
            ping(b"pongme 2!"),
            continuation(FIFTH),
        ];
        let frames = |frames: &[Frame]| -> Vec<Step> {
            frames.iter().map(|frame| frame.clone().write(write).into()).collect()
        };
        cases.push(good(
            number,
            &format!("pause-inside{slug}"),
            format!("A message of five frames with two Pings and a pause inside{how}."),
            [frames(&before), vec![Step::Settle], frames(&after)].concat(),
            [
                Event::Pong(Payload::octets(&b"pongme 1!"[..])),
                Event::Pong(Payload::octets(&b"pongme 2!"[..])),
                whole(b"fragment1fragment2fragment3fragment4fragment5"),
            ],
        ));
    }
    let payload = Payload::repeat(&b"*"[..], 65_536);
    let case =
        Case::new("fragmentation/frames-of-1300", "64 KiB of text in frames of 1300 octets.")
            .autobahn("10.1.1")
            .clauses(&["6455#5.4"])
            .patience(10)
            .step(Step::Message { kind: Kind::Text, payload: payload.clone(), fragment: 1300 });
    cases.push(echo(case, Kind::Text, payload));
}

fn good<S: Into<Step>>(
    number: impl Into<std::borrow::Cow<'static, str>>,
    name: &str,
    title: String,
    steps: impl IntoIterator<Item = S>,
    events: impl IntoIterator<Item = Event>,
) -> Case {
    Case::new(format!("fragmentation/{name}"), title)
        .autobahn(number)
        .clauses(&["6455#5.4"])
        .deadline(Deadline::Close)
        .steps(steps)
        .sees(events)
}

fn bad(number: impl Into<std::borrow::Cow<'static, str>>, name: &str, title: String) -> Case {
    Case::new(format!("fragmentation/{name}"), title)
        .autobahn(number)
        .clauses(&["6455#5.4"])
        .sees(NOTHING)
        .ends(protocol_error())
}

fn whole(text: &'static [u8]) -> Event {
    Event::Message(Kind::Text, Payload::octets(text))
}
