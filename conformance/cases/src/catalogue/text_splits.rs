//! Text cut inside code points, refused early, and checked in wide steps (RFC 6455 §5.6, §8.1).

use super::{NOTHING, answer, echo, invalid_text};
use crate::case::{Case, Event, Grade, Level, Needs, Tier};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Step, Write, binary, continuation, ping, text};
use crate::wire::Opcode;

/// The last octet of each makes the text impossible.
const IMPOSSIBLE: [&[u8]; 16] = [
    b"\x80",
    b"\xc0",
    b"\xc1",
    b"\xf5",
    b"\xff",
    b"\xc2A",
    b"\xdf\xc0",
    b"\xe0\x80",
    b"\xe0\x9f",
    b"\xe1\x80A",
    b"\xed\xa0",
    b"\xf0\x80",
    b"\xf0\x8f",
    b"\xf1\x80\x80A",
    b"\xf4\x90",
    b"\xf4\xff",
];
/// Code points that are not complete.
const CUT: [&[u8]; 7] =
    [b"\xc2", b"\xe2", b"\xe2\x82", b"\xed\x9f", b"\xf0", b"\xf0\x9f", b"\xf0\x9f\x98"];
/// Octets around the widths in which text is checked.
const PLACES: [usize; 32] = [
    0, 1, 3, 7, 8, 9, 11, 14, 15, 16, 17, 19, 23, 27, 30, 31, 32, 33, 35, 39, 43, 47, 48, 51, 55,
    59, 62, 63, 64, 65, 127, 128,
];

pub(super) fn add(cases: &mut Vec<Case>) {
    for character in ["é", "€", "😀"] {
        add_splits(cases, character.as_bytes());
    }
    add_cut(cases);
    add_early(cases);
    add_wide(cases);
    add_far(cases);
    add_kept(cases);
    add_code_points(cases);
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn new(name: &str, title: String) -> Case {
    Case::new(format!("text/{name}"), title).clauses(&["6455#5.6", "6455#8.1"])
}

/// Every place in a code point, between frames of every sort.
fn add_splits(cases: &mut Vec<Case>, character: &'static [u8]) {
    for at in 1..character.len() {
        let (head, tail) = character.split_at(at);
        let ways: [(&str, &str, Vec<Frame>); 5] = [
            ("frames", "two frames", vec![text(head).open(), continuation(tail)]),
            ("empty-between", "two frames and an empty one between", {
                vec![text(head).open(), continuation(b"").open(), continuation(tail)]
            }),
            ("ping-between", "two frames and a Ping between", {
                vec![text(head).open(), ping(b"\xff"), continuation(tail)]
            }),
            ("letters-around", "two frames with letters around", {
                let (head, tail) = ([b"ab", head].concat(), [tail, b"cd"].concat());
                vec![text(head).open(), continuation(tail)]
            }),
            ("twice", "two frames, twice", {
                let middle = [tail, head].concat();
                vec![text(head).open(), continuation(middle).open(), continuation(tail)]
            }),
        ];
        for (name, how, frames) in ways {
            let size = character.len();
            let title = format!("A code point of {size} octets cut behind {at}, in {how}.");
            let data = frames.iter().filter(|frame| frame.opcode != Opcode::PING);
            let whole: Vec<u8> = data.flat_map(|frame| frame.payload.to_vec()).collect();
            let whole = Event::Message(Kind::Text, Payload::octets(whole));
            let pong = (name == "ping-between").then(|| answer(b"\xff"));
            let case = new(&format!("split/{name}-{size}-{at}"), title).steps(frames);
            cases.push(case.sees(pong.into_iter().chain([whole])));
        }
    }
}

/// A text must not end inside a code point.
fn add_cut(cases: &mut Vec<Case>) {
    for octets in CUT {
        let name = hex(octets);
        let bad = |way: &str, how: &str, frames: Vec<Frame>| {
            let title = format!("A text that ends with {name}, {how}.");
            let case = new(&format!("cut/{way}-{name}"), title).steps(frames);
            case.sees(NOTHING).ends(invalid_text())
        };
        cases.push(bad("one-frame", "in one frame", vec![text(octets)]));
        let frames = vec![text(octets).open(), continuation(b"")];
        cases.push(bad("empty-last", "followed by an empty last frame", frames));
        let frames = vec![text(b"ab").open(), continuation(octets)];
        cases.push(bad("last-frame", "in the last of two frames", frames));
    }
}

/// The subject should not wait for the rest of a text that has become impossible.
fn add_early(cases: &mut Vec<Case>) {
    for octets in IMPOSSIBLE {
        let name = hex(octets);
        let new = |way: &str, how: &str| {
            let title = format!("The octets {name}, after which no text can go on, {how}.");
            let case = new(&format!("fail-fast/{way}-{name}"), title);
            case.level(Level::Should).sees(NOTHING).ends(invalid_text())
        };
        let late = "the rest withheld";
        let header = Step::Header(text(b"").announcing(octets.len() as u64 + 3));
        let part = |octets: &'static [u8]| Step::Part(Payload::octets(octets));
        let case = new("inside-frame", "inside a frame").steps([
            header,
            part(octets),
            Step::Settle,
            Step::Mark(late),
            part(b"end"),
        ]);
        // The end of the frame is early enough.
        cases.push(case.ours(Grade::Strict, [Event::Mark(late)]));
        let case = new("between-frames", "at the end of a frame that is not the last").steps([
            text(octets).open().into(),
            Step::Settle,
            Step::Mark(late),
            continuation(b"").into(),
        ]);
        cases.push(case.tolerates([Event::Mark(late)]));
    }
}

/// One octet or one code point at every place that matters to a reader of many octets at once.
fn add_wide(cases: &mut Vec<Case>) {
    for place in PLACES {
        for (name, octet) in [("high-bit", 0xff), ("continuation", 0x80)] {
            let mut octets = vec![b'a'; 130];
            octets[place] = octet;
            let title = format!("130 letters, but number {place} is the octet {octet:02x}.");
            let case = new(&format!("wide/{name}-at-{place}"), title).step(text(octets));
            cases.push(case.sees(NOTHING).ends(invalid_text()));
        }
        let octets = [&vec![b'a'; place][..], b"\xe2\x82"].concat();
        let title = format!("A text that ends inside a code point behind {place} letters.");
        let case = new(&format!("wide/cut-at-{place}"), title).step(text(octets));
        cases.push(case.sees(NOTHING).ends(invalid_text()));
    }
    for size in [8, 16, 32, 64] {
        let title = format!("A text of {size} continuation octets, the high bit of each alone.");
        let case = new(&format!("wide/continuations-of-{size}"), title);
        cases.push(case.step(text([0x80].repeat(size))).sees(NOTHING).ends(invalid_text()));
    }
    for character in ["é", "€", "😀"] {
        let size = character.len();
        let at = |place: usize| {
            let text = ["a".repeat(place), character.to_owned(), "b".repeat(130 - place)];
            text.concat().into_bytes()
        };
        let title = format!("A code point of {size} octets behind 0 to 130 letters, 131 texts.");
        let case = new(&format!("wide/code-point-of-{size}"), title)
            .steps((0..=130).map(|place| text(at(place))));
        let seen = |place| Event::Message(Kind::Text, Payload::octets(at(place)));
        cases.push(case.sees((0..=130).map(seen)));
        for write in [15, 16, 17, 31, 32, 33, 63, 64, 65] {
            let whole = Payload::repeat(character.as_bytes(), 60 * size as u64);
            let frame = Frame::new(Opcode::TEXT, whole.clone()).write(Write::Every(write));
            let title = format!("60 code points of {size} octets in writes of {write}.");
            let case = new(&format!("wide/code-point-of-{size}-in-{write}"), title).step(frame);
            cases.push(echo(case, Kind::Text, whole));
        }
    }
}

/// Texts that fill usual buffers, right and wrong behind them.
fn add_far(cases: &mut Vec<Case>) {
    for place in [4096, 8192, 16_384, 65_536, 131_072, 200_000] {
        for (name, what, end) in [
            ("invalid", "an octet that no text has", &b"\xff"[..]),
            ("cut", "a code point that does not end", b"\xe2\x82"),
        ] {
            let title = format!("{place} letters and {what}.");
            let octets = [&vec![b'a'; place][..], end].concat();
            let case = new(&format!("far/{name}-at-{place}"), title).step(text(octets));
            cases.push(case.sees(NOTHING).ends(invalid_text()));
        }
    }
    for character in ["é", "€", "😀"] {
        // Behind a letter, code points lie across the ends of blocks of any usual size.
        let whole = ["a", &character.repeat(70_000 / character.len())].concat().into_bytes();
        let title = format!("A letter and 70000 octets of code points of {}.", character.len());
        let name = format!("far/code-points-of-{}", character.len());
        let case = new(&name, title).step(text(whole.clone()));
        cases.push(echo(case, Kind::Text, Payload::octets(whole)));
    }
}

/// What is text stays as it is, and only text is looked at.
fn add_kept(cases: &mut Vec<Case>) {
    for (name, what, octets) in [
        ("byte-order-mark", "a byte order mark", "\u{feff}abc"),
        ("nul", "a NUL inside", "a\0b"),
        ("nul-only", "only NULs", "\0\0\0"),
        ("controls", "control characters", "\u{1}\u{7f}\u{80}\u{9f}\r\n\t"),
        ("composed", "composed and decomposed letters", "\u{e9} e\u{301}"),
        ("noncharacter", "a noncharacter", "\u{fffe}\u{1ffff}"),
        ("last", "the last code point", "\u{10ffff}"),
        ("private-use", "code points for private use", "\u{e000}\u{f8ff}\u{f0000}"),
        ("right-to-left", "text in both directions", "abc \u{202e}אבג\u{202c}"),
        ("line-ends", "line ends of all sorts", "a\rb\nc\r\nd\u{2028}e\u{85}"),
        ("replacement", "the replacement character", "\u{fffd}"),
        ("blanks", "blanks at both ends", "  a  "),
        (
            "scripts",
            "letters of several scripts",
            "a\u{410}\u{4e2d}\u{6587}\u{905}\u{fff}\u{3042}\u{ac00}",
        ),
        ("zero-width", "code points that nobody sees", "a\u{200b}b\u{200d}c\u{2060}d\u{ad}"),
        ("arabic-noncharacter", "a noncharacter among letters", "\u{fdcf}\u{fdd0}\u{fdef}\u{fdf0}"),
        ("terminal", "what terminals take for commands", "\u{8}\u{1b}[0m\u{7}"),
    ] {
        let title = format!("A text with {what}, to be echoed as it is.");
        let case = new(&format!("kept/{name}"), title).step(text(octets.as_bytes()));
        cases.push(echo(case, Kind::Text, Payload::octets(octets.as_bytes())));
    }
    let title = "A binary message that is no text, then a text.".to_owned();
    let case = new("kept/after-binary", title).steps([binary(b"\xce"), text(b"a")]).sees([
        Event::Message(Kind::Binary, Payload::octets(&b"\xce"[..])),
        Event::Message(Kind::Text, Payload::octets(&b"a"[..])),
    ]);
    cases.push(case);
    const MARKS: [&[u8]; 3] = [b"\xef\xbb\xbfa", b"\xfe\xff\0a", b"\xff\xfea\0"];
    let title = "Binary messages that begin like texts in several encodings.".to_owned();
    let case = new("kept/binary-byte-order-marks", title).steps(MARKS.map(binary));
    cases
        .push(case.sees(MARKS.map(|octets| Event::Message(Kind::Binary, Payload::octets(octets)))));
    let frames = [binary(b"\xce").open(), continuation(b"\xff")];
    let title = "A binary message in two frames that are no text.".to_owned();
    let case = new("kept/binary-frames", title).steps(frames);
    cases.push(echo(case, Kind::Binary, Payload::octets(&b"\xce\xff"[..])));
}

/// Every code point there is, once.
fn add_code_points(cases: &mut Vec<Case>) {
    let all = || Payload::CodePoints;
    let length = all().length();
    for (name, how, fragment) in [("one-frame", "one frame", 0), ("frames-of-7", "frames of 7", 7)]
    {
        let needs = Needs {
            message: length,
            fragments: length.checked_div(fragment).unwrap_or(0) + 1,
            ..Needs::default()
        };
        let title = format!("A text with every code point there is, in {how}.");
        let step = Step::Message { kind: Kind::Text, payload: all(), fragment };
        let case = new(&format!("every-code-point/{name}"), title)
            .clauses(&["3629#4", "6455#5.6"])
            .in_tier(Tier::Full)
            .needs(needs)
            .step(step);
        cases.push(echo(case, Kind::Text, all()));
    }
}
