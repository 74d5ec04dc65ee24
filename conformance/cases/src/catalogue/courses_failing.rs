//! What is wrong behind a course and inside of one: each kind of mistake in states drawn by lot
//! (RFC 6455 §7.1.7).

use super::courses::{Course, WAYS};
use super::{invalid_text, protocol_error};
use crate::case::{By, Case, Ending, Needs};
use crate::payload::Payload;
use crate::step::{Frame, Kind, Masking, Step, binary, continuation, ping, pong, text};
use crate::wire::Opcode;

/// Where something is wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Between,
    In(Kind),
    /// In a text that is not compressed.
    InPlainText,
}

/// A mistake.
struct Mistake {
    name: &'static str,
    what: &'static str,
    /// How many courses end with it.
    courses: usize,
    /// Where it is made, in turn.
    places: &'static [Place],
    ending: fn() -> Ending,
    /// The frames that make it in the course with this number.
    frames: fn(&mut Course, Place, usize) -> Vec<Frame>,
}

const TEXT: Place = Place::In(Kind::Text);
const BINARY: Place = Place::In(Kind::Binary);
const ANYWHERE: &[Place] = &[Place::Between, TEXT, BINARY];
const BETWEEN_OR_TEXT: &[Place] = &[Place::Between, TEXT];
const BETWEEN_OR_PLAIN_TEXT: &[Place] = &[Place::Between, Place::InPlainText];

const MISTAKES: &[Mistake] = &[
    Mistake {
        name: "bit-of-data",
        what: "a data frame with a reserved bit",
        courses: 9,
        places: ANYWHERE,
        ending: protocol_error,
        frames: |course, place, number| {
            // RSV1 begins a compressed message, where that was agreed on.
            let rsv =
                if place == Place::Between { [2, 1, 3][number / 3] } else { 1 << (number % 3) };
            vec![data(course, place).rsv(rsv)]
        },
    },
    Mistake {
        name: "bit-of-control",
        what: "a control frame with a reserved bit",
        courses: 9,
        places: ANYWHERE,
        ending: protocol_error,
        frames: |_, _, number| vec![control(number).rsv([4, 2, 4, 1][number % 4])],
    },
    Mistake {
        name: "data-opcode",
        what: "a data frame with a reserved opcode",
        courses: 6,
        places: ANYWHERE,
        ending: || protocol_error().tolerating(&[1003..=1003]),
        frames: |course, _, number| {
            let opcode = Opcode(3 + number as u8 % 5);
            vec![Frame { opcode, fin: course.once_in(2), ..binary(b"bad") }]
        },
    },
    Mistake {
        name: "control-opcode",
        what: "a control frame with a reserved opcode",
        courses: 6,
        places: ANYWHERE,
        ending: protocol_error,
        frames: |_, _, number| vec![Frame { opcode: Opcode(11 + number as u8 % 5), ..ping(b"") }],
    },
    Mistake {
        name: "open-control",
        what: "a control frame with FIN clear",
        courses: 9,
        places: ANYWHERE,
        ending: protocol_error,
        frames: |_, _, number| vec![control(number).open()],
    },
    Mistake {
        name: "long-control",
        what: "a control frame of more than 125 octets",
        courses: 9,
        places: ANYWHERE,
        ending: protocol_error,
        frames: |course, _, number| {
            let length = course.pick(&[126, 127, 255, 256, 65_536]);
            let payload = Payload::repeat(&b"\x03\xe8"[..], length);
            vec![Frame { payload, ..control(number) }]
        },
    },
    Mistake {
        name: "lonely",
        what: "a frame that continues nothing",
        courses: 4,
        places: &[Place::Between],
        ending: protocol_error,
        frames: |_, _, number| {
            let frame = continuation([&b""[..], b"bad"][number / 2]);
            vec![Frame { fin: number % 2 == 0, ..frame }]
        },
    },
    Mistake {
        name: "interrupted",
        what: "a frame that begins a message inside another",
        courses: 8,
        places: &[TEXT, BINARY],
        ending: protocol_error,
        frames: |course, _, number| {
            vec![Frame { fin: number / 2 % 2 == 0, ..data(course, Place::Between) }]
        },
    },
    Mistake {
        name: "mask-of-data",
        what: "a data frame masked against the role",
        courses: 6,
        places: ANYWHERE,
        ending: protocol_error,
        frames: |course, place, _| vec![data(course, place).masking(Masking::AgainstRole)],
    },
    Mistake {
        name: "mask-of-control",
        what: "a control frame masked against the role",
        courses: 9,
        places: ANYWHERE,
        ending: protocol_error,
        frames: |_, _, number| vec![control(number).masking(Masking::AgainstRole)],
    },
    Mistake {
        name: "top-bit",
        what: "a length of 2^63 octets or more",
        courses: 4,
        places: BETWEEN_OR_TEXT,
        ending: || protocol_error().tolerating(&[1009..=1009]),
        frames: |course, place, number| {
            vec![data(course, place).announcing([1 << 63, u64::MAX][number / 2])]
        },
    },
    Mistake {
        name: "half-a-code",
        what: "a Close with half a code",
        courses: 3,
        places: ANYWHERE,
        ending: || protocol_error().tolerating(&[1003..=1003, 1007..=1008]),
        frames: |_, _, _| vec![Frame::new(Opcode::CLOSE, Payload::octets(&b"\x03"[..]))],
    },
    Mistake {
        name: "close-code",
        what: "a Close with a code that must not be sent",
        courses: 6,
        places: ANYWHERE,
        ending: protocol_error,
        frames: |course, _, number| {
            let code = [999u16, 1005, 1006, 1015, 0, 1005][number];
            let reason = course.pick(&[&b""[..], b"bye"]);
            let body = [&code.to_be_bytes()[..], reason].concat();
            vec![Frame::new(Opcode::CLOSE, Payload::octets(body))]
        },
    },
    Mistake {
        name: "close-reason",
        what: "a Close with a reason that is not UTF-8",
        courses: 4,
        places: BETWEEN_OR_TEXT,
        ending: || {
            let refused = Ending::refused(&[1002, 1007][..]);
            Ending { by: By::Subject, ..refused }.tolerating_reply()
        },
        frames: |course, _, _| {
            let reason = course.pick(&[&b"\xff"[..], b"\xe2\x82", b"bye\xed\xa0\x80"]);
            let body = [&b"\x03\xe8"[..], reason].concat();
            vec![Frame::new(Opcode::CLOSE, Payload::octets(body))]
        },
    },
    Mistake {
        name: "not-utf8",
        what: "a text that is not UTF-8",
        courses: 8,
        places: BETWEEN_OR_PLAIN_TEXT,
        ending: invalid_text,
        frames: |course, place, number| {
            let bad = [&b"\xff"[..], b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90"][number / 2];
            let good = vec![b'a'; course.lot.below(80) as usize];
            match place {
                Place::Between if course.once_in(2) => vec![text(good).open(), continuation(bad)],
                Place::Between => vec![text([&good[..], bad].concat())],
                Place::In(_) | Place::InPlainText => {
                    vec![continuation([b".", &good[..], bad].concat())]
                }
            }
        },
    },
    Mistake {
        name: "cut-text",
        what: "a text that ends inside a code point",
        courses: 8,
        places: BETWEEN_OR_PLAIN_TEXT,
        ending: invalid_text,
        frames: |course, place, number| {
            let cut = course.pick(&[&b"\xc3"[..], b"\xe2\x82", b"\xf0\x9f\x98", b"good\xce"]);
            let frame = match place {
                Place::Between => text(cut),
                Place::In(_) | Place::InPlainText => continuation([b".", cut].concat()),
            };
            match number / 2 % 2 {
                0 => vec![frame],
                _ => vec![frame.open(), continuation(&b""[..])],
            }
        },
    },
];

/// The limit of the courses behind which a message is too large.
const LIMIT: u64 = 1000;

pub(super) fn add(cases: &mut Vec<Case>) {
    for (folder, what, compressed) in WAYS {
        for (at, mistake) in MISTAKES.iter().enumerate() {
            for number in 0..mistake.courses {
                let mut course = Course::new(1000 + 10 * at as u64 + number as u64, compressed);
                let place = mistake.places[number % mistake.places.len()];
                let turns = 2 + course.lot.below(5);
                (0..turns).for_each(|_| course.turn(None));
                lead_to(&mut course, place);
                let frames = (mistake.frames)(&mut course, place, number);
                for frame in frames {
                    // What is announced and impossible never comes.
                    let only = frame.announced.is_some();
                    course.step(if only { Step::Header(frame) } else { Step::Frame(frame) });
                }
                let title = format!("{turns} messages{what}, and {}, by lot.", mistake.what);
                let name = format!("{folder}wrong/{}-{number}", mistake.name);
                let case = course.case(&name, title).clauses(&["6455#7.1.7"]);
                cases.push(case.ends((mistake.ending)()));
            }
        }
        (0..6).for_each(|number| cases.push(too_large(folder, what, compressed, number)));
    }
}

/// Messages within a limit, and one beyond it.
fn too_large(folder: &str, what: &str, compressed: bool, number: u64) -> Case {
    let mut course = Course::new(2000 + number, compressed);
    course.most = LIMIT;
    (0..5).for_each(|_| course.turn(None));
    let frames = 1 + number % 3;
    for frame in 0..frames {
        let opcode = if frame == 0 { Opcode::BINARY } else { Opcode::CONTINUATION };
        let fin = frame + 1 == frames;
        let payload = Payload::repeat(&b"*"[..], LIMIT / frames + 1);
        course.step(Frame { fin, ..Frame::new(opcode, payload) });
        if !fin && number.is_multiple_of(2) {
            course.ping();
        }
    }
    let title = format!("Messages{what} within a limit of {LIMIT} octets, and one beyond, by lot.");
    let case = course.case(&format!("{folder}too-large/{number}"), title);
    let case = case.clauses(&["6455#10.4", "6455#7.4.1"]);
    let needs = Needs { limit: Some(LIMIT), ..case.needs };
    case.needs(needs).ends(Ending::failed(&[1009][..]).tolerating(&[1008..=1008]))
}

/// Goes where the mistake is made.
fn lead_to(course: &mut Course, place: Place) {
    match place {
        Place::Between if course.once_in(2) => course.ping(),
        Place::Between => {}
        Place::In(kind) => course.begin(kind, true),
        Place::InPlainText => course.begin(Kind::Text, false),
    }
}

/// A data frame that is right in this place.
fn data(course: &mut Course, place: Place) -> Frame {
    let octets = course.pick(&[&b""[..], b"bad", b"bad, and worse"]);
    match place {
        Place::Between if course.once_in(2) => text(octets),
        Place::Between => binary(octets),
        Place::In(_) | Place::InPlainText if course.once_in(2) => continuation(octets).open(),
        Place::In(_) | Place::InPlainText => continuation(octets),
    }
}

/// A control frame that is right. In nine courses each sort comes in each of three places.
fn control(number: usize) -> Frame {
    match number / 3 % 3 {
        0 => ping(b"bad"),
        1 => pong(b"bad"),
        _ => Frame::new(Opcode::CLOSE, super::code(1000)),
    }
}
