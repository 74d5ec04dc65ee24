//! The payload length: all three forms, too long forms, lengths that cannot be (RFC 6455 §5.2).

use super::{NOTHING, echo, protocol_error, withheld};
use crate::case::{Case, Ending, Event, Grade};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step, binary, close, continuation, ping, pong, text};
use crate::wire::{LengthForm, Opcode};

/// Lengths around those at which readers, writers and the registers they use change.
const LENGTHS: [u64; 29] = [
    1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 124, 129, 255, 256, 257, 32_767,
    32_768, 65_534, 65_537, 98_304, 131_071, 131_072,
];
/// Sizes of the buffers that readers use.
const BUFFERS: [u64; 7] = [512, 1024, 2048, 4096, 8192, 16_384, 32_768];
/// Where a frame ends that leaves one octet of such a buffer free, fills it, or has one too many:
/// behind a header of eight octets, of four, and counted without its header.
const AROUND: [i64; 9] = [-9, -8, -7, -5, -4, -3, -1, 0, 1];
/// Lengths in a longer form than needed.
const LONG_FORMS: [(LengthForm, u64); 14] = [
    (LengthForm::Sixteen, 0),
    (LengthForm::Sixteen, 1),
    (LengthForm::Sixteen, 2),
    (LengthForm::Sixteen, 100),
    (LengthForm::Sixteen, 124),
    (LengthForm::Sixteen, 125),
    (LengthForm::SixtyFour, 0),
    (LengthForm::SixtyFour, 1),
    (LengthForm::SixtyFour, 125),
    (LengthForm::SixtyFour, 126),
    (LengthForm::SixtyFour, 127),
    (LengthForm::SixtyFour, 256),
    (LengthForm::SixtyFour, 32_768),
    (LengthForm::SixtyFour, 65_535),
];
/// Lengths with the top bit set, which no frame may have.
const IMPOSSIBLE: [(u64, &str); 4] = [
    (1 << 63, "2p63"),
    ((1 << 63) + 1, "2p63-and-1"),
    ((1 << 63) + 125, "2p63-and-125"),
    (u64::MAX, "2p64-less-1"),
];
/// Lengths that a frame may have, and whose octets never come.
const ANNOUNCED: [(u64, &str); 12] = [
    (1 << 16, "2p16"),
    (1 << 24, "2p24"),
    ((1 << 31) - 1, "2p31-less-1"),
    (1 << 31, "2p31"),
    ((1 << 32) - 4, "2p32-less-4"),
    ((1 << 32) - 1, "2p32-less-1"),
    (1 << 32, "2p32"),
    ((1 << 32) + 1, "2p32-and-1"),
    (1 << 40, "2p40"),
    (1 << 60, "2p60"),
    ((1 << 63) - 14, "2p63-less-14"),
    ((1 << 63) - 1, "2p63-less-1"),
];

pub(super) fn add(cases: &mut Vec<Case>) {
    for kind in [Kind::Text, Kind::Binary] {
        add_echoes(cases, kind);
        add_long_forms(cases, kind);
        add_impossible(cases, kind);
    }
    for (length, name) in ANNOUNCED {
        let frame = binary(b"").announcing(length);
        cases.push(announced(&format!("binary-{name}"), length, vec![Step::Header(frame)]));
        let frame = continuation(b"").announcing(length);
        let steps = vec![text(b"first").open().into(), Step::Header(frame)];
        cases.push(announced(&format!("continuation-{name}"), length, steps));
    }
    add_control_frames(cases);
}

/// Octets in which a wrong offset shows.
fn pattern(kind: Kind, length: u64) -> Payload {
    let unit: Vec<u8> = match kind {
        Kind::Text => b"The quick brown fox jumps over 13 lazy dogs. ".to_vec(),
        Kind::Binary => (0..=250).collect(),
    };
    Payload::repeat(unit, length)
}

fn add_echoes(cases: &mut Vec<Case>, kind: Kind) {
    let name = kind.name();
    let new = |id: String, title: String| Case::new(id, title).clauses(&["6455#5.2", "6455#5.6"]);
    for length in LENGTHS {
        let id = format!("framing/{name}/length-{length}");
        let title = format!("One {name} frame of {length} octets, to be echoed.");
        let payload = pattern(kind, length);
        let case = new(id, title).step(Frame::new(kind.opcode(), payload.clone()));
        cases.push(echo(case, kind, payload));
    }
    for (range, slug) in [(0..=300, "0-to-300"), (65_530..=65_540, "65530-to-65540")] {
        let lengths = slug.replace('-', " ");
        let title = format!("One {name} frame of each length from {lengths}, to be echoed.");
        cases.push(
            new(format!("framing/{name}/lengths-{slug}"), title)
                .steps(range.clone().map(|n| Frame::new(kind.opcode(), pattern(kind, n))))
                .sees(range.map(|n| Event::Message(kind, pattern(kind, n)))),
        );
    }
    // Each is read by itself, so that its frame begins where the buffer does.
    let around = BUFFERS.iter().flat_map(|size| AROUND.map(|n| size.saturating_add_signed(n)));
    cases.push(
        new(
            format!("framing/{name}/lengths-around-buffers"),
            format!(
                "Some {name} frames that fill a buffer of a usual size, or nearly so, to be echoed."
            ),
        )
        .steps(
            around
                .clone()
                .flat_map(|n| [Frame::new(kind.opcode(), pattern(kind, n)).into(), Step::Echo]),
        )
        .sees(around.clone().map(|n| Event::Message(kind, pattern(kind, n)))),
    );
    let whole = |n: u64| pattern(kind, 2 * n - 1);
    let cut = |n: u64| Step::Message { kind, payload: whole(n), fragment: n };
    for (slug, lengths) in
        [("120-to-130", (120..=130).collect()), ("around-buffers", around.collect())]
    {
        let lengths: Vec<u64> = lengths;
        let title = format!(
            "Some {name} messages in two frames each, of {} octets.",
            slug.replace('-', " ")
        );
        let case =
            new(format!("framing/{name}/frames-{slug}"), title).clauses(&["6455#5.2", "6455#5.4"]);
        let case = case.steps(lengths.iter().flat_map(|n| [cut(*n), Step::Echo]));
        cases.push(case.sees(lengths.iter().map(|n| Event::Message(kind, whole(*n)))));
    }
    let sizes = [70_000, 1, 0, 20_000, 5];
    cases.push(
        new(
            format!("framing/{name}/large-then-small"),
            format!("A large {name} frame and small ones behind it, which must not overtake it."),
        )
        .steps(sizes.map(|n| Frame::new(kind.opcode(), pattern(kind, n))))
        .sees(sizes.map(|n| Event::Message(kind, pattern(kind, n)))),
    );
}

/// RFC 6455 tells the sender to use the shortest form, and the receiver nothing.
fn add_long_forms(cases: &mut Vec<Case>, kind: Kind) {
    let name = kind.name();
    for (form, length) in LONG_FORMS {
        let bits = if form == LengthForm::Sixteen { 16 } else { 64 };
        let payload = pattern(kind, length);
        let id = format!("framing/long-form/{name}-{length}-in-{bits}-bit");
        let title = format!("A {name} frame of {length} octets, the length in {bits} bits.");
        cases.push(
            long_form(id, title)
                .steps([Frame::new(kind.opcode(), payload.clone()).form(form)])
                .steps([Step::Settle, close(1000)])
                .or_ends(Grade::Lenient, Ending::closed(), [Event::Message(kind, payload)]),
        );
    }
    for (form, bits) in [(LengthForm::Sixteen, 16), (LengthForm::SixtyFour, 64)] {
        let id = format!("framing/long-form/{name}-continuation-in-{bits}-bit");
        let title = format!("A {name} message whose second frame has its length in {bits} bits.");
        let first = Frame::new(kind.opcode(), Payload::octets(&b"first"[..])).open();
        let whole = Payload::octets(&b"firstsecond"[..]);
        cases.push(
            long_form(id, title)
                .steps([first, continuation(b"second").form(form)])
                .steps([Step::Settle, close(1000)])
                .or_ends(Grade::Lenient, Ending::closed(), [Event::Message(kind, whole)]),
        );
    }
}

fn long_form(id: String, title: String) -> Case {
    Case::new(id, title).clauses(&["6455#5.2"]).sees(NOTHING).ends(protocol_error())
}

fn add_impossible(cases: &mut Vec<Case>, kind: Kind) {
    let name = kind.name();
    let ending = || Ending::failed(&[1002, 1009][..]);
    for (length, slug) in IMPOSSIBLE {
        let frame = Frame::new(kind.opcode(), Payload::EMPTY).announcing(length);
        let title = format!("The header of a {name} frame of {length} octets, and nothing more.");
        cases.push(
            Case::new(format!("framing/top-bit/{name}-{slug}"), title)
                .clauses(&["6455#5.2"])
                .step(Step::Header(frame.clone()))
                .sees(NOTHING)
                .ends(ending()),
        );
        if kind == Kind::Text {
            let title = format!("A message, the second frame of which announces {length} octets.");
            let frame = Frame { opcode: Opcode::CONTINUATION, ..frame };
            cases.push(
                Case::new(format!("framing/top-bit/continuation-{slug}"), title)
                    .clauses(&["6455#5.2"])
                    .steps([text(b"first").open().into(), Step::Header(frame)])
                    .sees(NOTHING)
                    .ends(ending()),
            );
        }
    }
}

/// A subject waits for the octets, or says that they are too many.
fn announced(name: &str, length: u64, steps: Vec<Step>) -> Case {
    let waits = "the header alone";
    let title = format!("A header that announces {length} octets, three of them, the end.");
    let too_big = Ending::failed(&[1009][..]).tolerating(&[1008..=1008]);
    Case::new(format!("limits/announced/{name}"), title)
        .clauses(&["6455#10.4", "6455#5.2"])
        .steps(steps)
        .steps([Step::Settle, Step::Mark(waits), Step::Part(Payload::octets(&b"abc"[..]))])
        .steps([Step::Settle, Step::HalfClose])
        .sees([Event::Mark(waits)])
        .ends(Ending::cut_off())
        .or_ends(Grade::Strict, too_big, NOTHING)
}

/// Control frames have at most 125 octets and so never need more than seven bits.
fn add_control_frames(cases: &mut Vec<Case>) {
    let closing = || Frame::new(Opcode::CLOSE, super::code(1000));
    for (form, bits) in [(LengthForm::Sixteen, 16), (LengthForm::SixtyFour, 64)] {
        let title = |what: &str| format!("A {what} that has its length in {bits} bits.");
        let id = |name: &str| format!("framing/long-form/{name}-in-{bits}-bit");
        let closes = || [Step::Settle, close(1000)];
        cases.push(
            long_form(id("ping"), title("Ping"))
                .step(ping(b"Hello").form(form))
                .steps(closes())
                .or_ends(Grade::Lenient, Ending::closed(), [super::answer(b"Hello")]),
        );
        cases.push(
            long_form(id("pong"), title("Pong"))
                .step(pong(b"").form(form))
                .steps(closes())
                .or_ends(Grade::Lenient, Ending::closed(), NOTHING),
        );
        let case = long_form(id("close"), title("Close")).step(closing().form(form));
        cases.push(case.ends(protocol_error().tolerating(&[1000..=1000])));
    }
    for length in [126, 65_535, 65_536] {
        let payload = Payload::repeat(&b"\x03\xe8"[..], length);
        for (opcode, name) in
            [(Opcode::PING, "ping"), (Opcode::PONG, "pong"), (Opcode::CLOSE, "close")]
        {
            let title = format!("A {name} of {length} octets, which come late.");
            let case = Case::new(format!("control/{name}/withheld-{length}"), title)
                .clauses(&["6455#5.5", "6455#5.2"])
                .sees(NOTHING)
                .ends(protocol_error());
            let frame = Frame::new(opcode, payload.clone());
            cases.push(withheld(case, frame));
        }
    }
}
