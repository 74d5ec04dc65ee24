//! Courses: messages and control frames of every sort in one connection, by lot (RFC 6455 §5).
//!
//! What a subject keeps from one frame to the next goes wrong in a state that no list names. A
//! course is drawn from its number, and so is the same in every run. What is wrong behind a course
//! is in [`courses_failing`](super::courses_failing).

use super::deflate::KEPT;
use crate::case::{Case, Ending, Event, Finish};
use crate::deflate::Compressor;
use crate::payload::Payload;
use crate::random::Random;
use crate::step::{Frame, Kind, Masking, Step, Write};
use crate::wire::Opcode;

/// Octets of a message.
const LENGTHS: [u64; 26] = [
    0, 0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 64, 100, 124, 125, 126, 127, 128, 129, 255, 256, 300, 511,
    512, 1000, 1001,
];
/// The same of the largest one in a course.
const LARGE: [u64; 8] = [65_535, 4096, 65_536, 8191, 65_537, 16_384, 4097, 32_768];
/// Octets of a control frame.
const SHORT: [u64; 8] = [0, 1, 2, 4, 60, 123, 124, 125];
/// Masking keys that are not drawn.
const KEYS: [[u8; 4]; 5] =
    [[0; 4], [0xff; 4], [0, 0, 0, 1], [1, 0, 0, 0], [0x80, 0x81, 0x00, 0x7f]];
/// What texts are made of.
const CHARACTERS: [&str; 14] = [
    "a",
    "Z",
    "7",
    "\u{0}",
    "\u{7f}",
    "\u{80}",
    "\u{e9}",
    "\u{7ff}",
    "\u{800}",
    "\u{20ac}",
    "\u{fffd}",
    "\u{feff}",
    "\u{1f600}",
    "\u{10ffff}",
];

/// With and without compression: the folder, what is said of it, and whether.
pub(super) const WAYS: [(&str, &str, bool); 2] =
    [("", "", false), ("deflate/", ", some of them compressed", true)];

pub(super) fn add(cases: &mut Vec<Case>) {
    for (folder, what, compressed) in WAYS {
        for number in 0..12 {
            let mut course = Course::new(number, compressed);
            (0..16).for_each(|_| course.turn(None));
            course.turn(Some(LARGE[number as usize % LARGE.len()]));
            (0..8).for_each(|_| course.turn(None));
            let title = format!("25 messages{what}, and control frames, by lot {number}.");
            cases.push(course.case(&format!("{folder}right/{number}"), title));
        }
        for number in 16..24 {
            let mut course = Course::new(number, compressed);
            course.waits = false;
            (0..30).for_each(|_| course.turn(None));
            let title = format!("30 messages{what} without a pause, and Pongs, by lot {number}.");
            cases.push(course.case(&format!("{folder}in-flight/{number}"), title));
        }
        for number in 24..36 {
            let mut course = Course::new(number, compressed);
            (0..4).for_each(|_| course.turn(None));
            if number % 3 != 0 {
                let kind = course.kind();
                course.begin(kind, true);
            }
            let title = format!("Four messages{what}, and a Close, by lot {number}.");
            let name = format!("{folder}closed/{number}");
            cases.push(closed(course, &name, title));
        }
    }
    for number in 36..42 {
        let mut course = Course::new(number, false);
        (0..4).for_each(|_| course.turn(None));
        let kind = course.kind();
        course.begin(kind, true);
        let title =
            format!("Four messages, and the end of the stream in another, by lot {number}.");
        let case = course.case(&format!("ended/{number}"), title).step(Step::HalfClose);
        cases.push(case.clauses(&["6455#7.1.5", "6455#7.2.1"]).ends(Ending::cut_off()));
    }
}

/// The tester closes with a code and a reason.
fn closed(mut course: Course, name: &str, title: String) -> Case {
    let code = course.pick(&[1000, 1001, 1003, 1011, 3000, 3008, 4000, 4002, 4008, 4999]);
    let length = course.pick(&[0, 1, 14, 15, 16, 30, 31, 32, 62, 64, 98, 100, 122, 123]);
    let reason = Payload::octets(course.octets(Kind::Text, length));
    let case = course.case(name, title).clauses(&["6455#5.5.1", "6455#7.4.2"]);
    // Not before the message that does not end.
    let case = case.step(Step::Close { code: Some(code), reason }).finishes(Finish::Never);
    case.ends(Ending::answered(vec![1000, code]))
}

/// A course that is being drawn.
pub(super) struct Course {
    pub(super) lot: Random,
    steps: Vec<Step>,
    seen: Vec<Event>,
    compressor: Option<Compressor>,
    /// Whether each message waits for the echo of the one before.
    waits: bool,
    /// The longest message, if not every one is right.
    pub(super) most: u64,
}

impl Course {
    /// The course with this number, some of whose messages are compressed, or none.
    pub(super) fn new(number: u64, compressed: bool) -> Self {
        Self {
            lot: Random::new(0x636f_7572_7365 + number),
            steps: Vec::new(),
            seen: Vec::new(),
            compressor: compressed.then(|| Compressor::new(15, true)),
            waits: true,
            most: u64::MAX,
        }
    }

    /// The case that plays the course so far.
    pub(super) fn case(self, name: &str, title: String) -> Case {
        let case = Case::new(format!("courses/{name}"), title);
        let case = case.clauses(&["6455#5.2", "6455#5.4", "6455#5.5", "6455#6.2"]);
        let case = match self.compressor {
            Some(_) => case.deflate(KEPT).clauses(&["7692#6", "7692#7.2.2"]),
            None => case,
        };
        case.steps(self.steps).sees(self.seen)
    }

    /// One of them.
    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.lot.below(of.len() as u64) as usize]
    }

    /// Once in so many times.
    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.lot.below(times) == 0
    }

    /// Text or binary.
    pub(super) fn kind(&mut self) -> Kind {
        self.pick(&[Kind::Text, Kind::Binary])
    }

    /// A message in some frames, control frames among them, and its echo.
    pub(super) fn turn(&mut self, length: Option<u64>) {
        let kind = self.kind();
        let length = length.unwrap_or_else(|| self.pick(&LENGTHS)).min(self.most);
        let octets = self.octets(kind, length);
        let mut ping = self.waits && self.once_in(2);
        for frame in self.frames(kind, &octets, true) {
            while self.once_in(4) {
                // No clause says that a Pong must not come behind the echo of a later message.
                if core::mem::take(&mut ping) { self.ping() } else { self.pong() }
            }
            self.write(frame);
        }
        self.seen.push(Event::Message(kind, Payload::octets(octets)));
        if self.waits {
            self.steps.push(Step::Echo);
        }
    }

    /// A message that does not end, and that may be compressed or not.
    pub(super) fn begin(&mut self, kind: Kind, may_press: bool) {
        let octets = self.octets(kind, 40);
        let frames = self.frames(kind, &octets, may_press);
        let left = 1 + self.lot.below(3) as usize;
        for frame in frames.into_iter().take(left) {
            self.write(frame.open());
            if self.once_in(3) {
                self.ping();
            } else if self.once_in(2) {
                self.pong();
            }
        }
    }

    /// A Ping, and a pause.
    pub(super) fn ping(&mut self) {
        let payload = self.control(Opcode::PING);
        self.seen.push(Event::Pong(payload));
        self.steps.push(Step::Settle);
    }

    /// A Pong.
    fn pong(&mut self) {
        self.control(Opcode::PONG);
    }

    fn control(&mut self, opcode: Opcode) -> Payload {
        let length = self.pick(&SHORT);
        let payload =
            Payload::octets((0..length).map(|_| self.lot.next() as u8).collect::<Vec<_>>());
        self.write(Frame::new(opcode, payload.clone()));
        payload
    }

    /// Octets of a message.
    pub(super) fn octets(&mut self, kind: Kind, length: u64) -> Vec<u8> {
        let length = length as usize;
        let mut octets = Vec::new();
        let stretch = self.pick(&[1, 1, 5, 40]);
        while octets.len() < length {
            let unit = match kind {
                Kind::Text => self.pick(&CHARACTERS).as_bytes().to_vec(),
                Kind::Binary => vec![self.lot.next() as u8, self.lot.next() as u8],
            };
            (0..stretch).for_each(|_| octets.extend(&unit));
        }
        octets.truncate(length);
        // No code point is cut.
        while kind == Kind::Text
            && let Err(error) = core::str::from_utf8(&octets)
        {
            octets.truncate(error.valid_up_to());
            octets.resize(length, b'.');
        }
        octets
    }

    /// A message in some frames.
    fn frames(&mut self, kind: Kind, octets: &[u8], may_press: bool) -> Vec<Frame> {
        let presses = self.once_in(2) && may_press;
        let data = self.compressor.as_mut().filter(|_| presses).map(|it| it.compress(octets));
        let rsv = if data.is_some() { 4 } else { 0 };
        let octets = data.as_deref().unwrap_or(octets);
        let count = if self.once_in(2) { 1 } else { 2 + self.lot.below(5) };
        let mut cuts: Vec<usize> =
            (1..count).map(|_| self.lot.below(octets.len() as u64 + 1) as usize).collect();
        cuts.sort_unstable();
        cuts.push(octets.len());
        let mut from = 0;
        let mut frames = Vec::new();
        for to in cuts {
            let opcode = if frames.is_empty() { kind.opcode() } else { Opcode::CONTINUATION };
            frames.push(Frame::new(opcode, Payload::octets(octets[from..to].to_vec())).open());
            from = to;
        }
        if let [first, ..] = &mut frames[..] {
            first.rsv = rsv;
        }
        if let [.., last] = &mut frames[..] {
            last.fin = true;
        }
        frames
    }

    /// Writes a frame, with a strange key or in strange pieces at times.
    pub(super) fn write(&mut self, frame: Frame) {
        let frame = match self.once_in(8) {
            true => frame.masking(Masking::Key(self.pick(&KEYS))),
            false => frame,
        };
        let write = match self.lot.below(16) {
            0 => Write::Alone,
            1 if frame.length() < 300 => Write::Every(1 + self.lot.below(7) as u32),
            _ => Write::Joined,
        };
        self.steps.push(frame.write(write).into());
    }

    /// Takes a step as it is.
    pub(super) fn step(&mut self, step: impl Into<Step>) {
        self.steps.push(step.into());
    }
}
