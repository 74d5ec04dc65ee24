//! Messages at and beyond the limit that is set (RFC 6455 §10.4).

use super::{NOTHING, answer, withheld};
use crate::case::{Case, Ending, Event, Needs};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step, continuation, ping, text};
use crate::wire::Opcode;

/// The limit of these cases, in octets.
const LIMIT: u64 = 1000;

pub(super) fn add(cases: &mut Vec<Case>) {
    for kind in [Kind::Text, Kind::Binary] {
        let name = kind.name();
        for length in [LIMIT - 1, LIMIT] {
            let title = format!("A {name} message of {length} octets under a limit of {LIMIT}.");
            let frame = Frame::new(kind.opcode(), stars(length));
            cases.push(within(&format!("{name}-{length}"), title, kind, length).step(frame));
        }
        for fragment in [1, 100, 500, 999] {
            let title = format!("A {name} message of {LIMIT} octets in frames of {fragment}.");
            let step = Step::Message { kind, payload: stars(LIMIT), fragment };
            let case = within(&format!("{name}-frames-of-{fragment}"), title, kind, LIMIT);
            cases.push(case.step(step));
            let title = format!("A {name} message of one octet too many in frames of {fragment}.");
            let step = Step::Message { kind, payload: stars(LIMIT + 1), fragment };
            cases.push(beyond(&format!("{name}-frames-of-{fragment}"), title).step(step));
        }
        for length in [LIMIT + 1, 2 * LIMIT, 65_535, 65_536] {
            let title = format!("A {name} message of {length} octets under a limit of {LIMIT}.");
            let frame = Frame::new(kind.opcode(), stars(length));
            cases.push(beyond(&format!("{name}-{length}"), title).step(frame));
        }
        let title = format!("The header of a {name} message of one octet too many.");
        let case = beyond(&format!("{name}-withheld"), title);
        cases.push(withheld(case, Frame::new(kind.opcode(), stars(LIMIT + 1))));
        let title = format!("A second frame of a {name} message that makes it too large.");
        let first = Frame::new(kind.opcode(), stars(LIMIT)).open();
        let case = beyond(&format!("{name}-continuation-withheld"), title).step(first);
        cases.push(withheld(case, continuation(b"*")));
    }
    for (length, slug) in [(1 << 32, "2p32"), ((1 << 63) - 1, "2p63-less-1")] {
        let title = format!("The header of a frame of {length} octets under a limit of {LIMIT}.");
        let header = Frame::new(Opcode::BINARY, Payload::EMPTY).announcing(length);
        cases.push(beyond(&format!("binary-{slug}"), title).step(Step::Header(header.clone())));
        let title = format!("A continuation of {length} octets under a limit of {LIMIT}.");
        let header = Frame { opcode: Opcode::CONTINUATION, ..header };
        let steps = [text(b"first").open().into(), Step::Header(header)];
        cases.push(beyond(&format!("continuation-{slug}"), title).steps(steps));
    }
    let title = "Three messages of the limit, with a Ping of 125 octets inside each.".to_owned();
    let half = || stars(LIMIT / 2);
    let longest = || stars(125);
    let frames = [
        Frame::new(Opcode::TEXT, half()).open().into(),
        Frame::new(Opcode::PING, longest()).into(),
        Frame::new(Opcode::CONTINUATION, half()).into(),
        Step::Echo,
    ];
    let seen = || [Event::Pong(longest()), Event::Message(Kind::Text, stars(LIMIT))];
    cases.push(
        new("within/in-a-row", title)
            .step(Step::Times(3, frames.to_vec()))
            .sees((0..3).flat_map(|_| seen())),
    );
    let title = "A Ping inside a message whose last frame makes it too large.".to_owned();
    let part = || stars(LIMIT / 2 + 1);
    let case = beyond("around-ping", title).steps([
        Frame::new(Opcode::TEXT, part()).open(),
        ping(b"good"),
        Frame::new(Opcode::CONTINUATION, part()),
    ]);
    cases.push(Case { accept: Vec::new(), ..case }.sees([answer(b"good")]).tolerates(NOTHING));
    let title = "An empty frame inside a message whose last frame makes it too large.".to_owned();
    let case = beyond("around-empty-frame", title).steps([
        Frame::new(Opcode::TEXT, part()).open(),
        continuation(b"").open(),
        Frame::new(Opcode::CONTINUATION, part()),
    ]);
    cases.push(case);
    let title = "A message of the limit, then one of an octet too many.".to_owned();
    let whole = |octets| Step::from(Frame::new(Opcode::TEXT, stars(octets)));
    let case = beyond("after-message", title);
    let mut case = case.steps([whole(LIMIT), Step::Echo, whole(LIMIT + 1)]);
    case.accept.clear();
    cases.push(case.sees([Event::Message(Kind::Text, stars(LIMIT))]));
    let title = "A Ping, then a message of one octet too many.".to_owned();
    let case = beyond("after-ping", title).step(ping(b"good"));
    let mut case = case.step(Frame::new(Opcode::TEXT, stars(LIMIT + 1)));
    case.accept.clear();
    cases.push(case.sees([answer(b"good")]).tolerates(NOTHING));
}

fn stars(length: u64) -> Payload {
    Payload::repeat(&b"*"[..], length)
}

fn within(name: &str, title: String, kind: Kind, length: u64) -> Case {
    new(&format!("within/{name}"), title).sees([Event::Message(kind, stars(length))])
}

fn beyond(name: &str, title: String) -> Case {
    let ending = Ending::failed(&[1009][..]).tolerating(&[1008..=1008]);
    new(&format!("beyond/{name}"), title).sees(NOTHING).ends(ending)
}

fn new(name: &str, title: String) -> Case {
    let needs = Needs { limit: Some(LIMIT), ..Needs::default() };
    Case::new(format!("limits/{name}"), title).clauses(&["6455#10.4", "6455#7.4.1"]).needs(needs)
}
