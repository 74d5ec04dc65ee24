//! The generator of streams: frames near the edges of the protocol, made of choices.
//!
//! One generator for everything: libFuzzer and the property tests hand it octets to choose with.
//! Most of what it makes is valid, so that it goes deep; each way to be wrong is rare.

use arbitrary::Unstructured;
use wsproof_cases::Role;
use wsproof_cases::wire::{Header, LengthForm, Opcode, mask};

use crate::edge;
use crate::stream::Setup;

/// The most frames of a script.
const FRAMES: usize = 8;

/// A stream with the settings of its reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Who reads it, and how.
    pub setup: Setup,
    /// What the peer sends.
    pub stream: Vec<u8>,
}

impl From<(Setup, &[u8])> for Script {
    fn from((setup, stream): (Setup, &[u8])) -> Self {
        Self { setup, stream: stream.to_vec() }
    }
}

impl Script {
    /// Makes a script of choices. When they run out, the rest is plain.
    #[must_use]
    pub fn choose(choices: &mut Unstructured<'_>) -> Self {
        let mut prefix = [0; 8];
        let _ = choices.fill_buffer(&mut prefix);
        let setup = Setup::of(prefix);
        let mut writer = Writer { role: !setup.role(), in_message: None, stream: Vec::new() };
        for _ in 0..FRAMES {
            if choices.is_empty() {
                break;
            }
            writer.frame(choices);
        }
        Self { setup, stream: writer.stream }
    }
}

struct Writer {
    /// The role of the one who writes.
    role: Role,
    /// Whether a message is open, and whether it is a text.
    in_message: Option<bool>,
    stream: Vec<u8>,
}

impl Writer {
    fn frame(&mut self, choices: &mut Unstructured<'_>) {
        let wrong = one_in(choices, 16);
        let first =
            if wrong { pick(choices, &edge::WRONG_FIRST_OCTETS) } else { self.first(choices) };
        let opcode = Opcode(first & 0xf);
        let payload = self.payload(opcode, choices);
        let mut header = Header {
            fin: first & 0x80 != 0,
            rsv: first >> 4 & 7,
            mask: self.role.masks().then(|| key(choices)),
            ..Header::new(opcode, payload.len() as u64)
        };
        if one_in(choices, 48) {
            header.mask = if header.mask.is_some() { None } else { Some(key(choices)) };
        }
        if one_in(choices, 48) {
            header.form = pick(choices, &[LengthForm::Sixteen, LengthForm::SixtyFour]);
        }
        if one_in(choices, 48) {
            header.length = pick(choices, &edge::ANNOUNCED);
            header.form = header.form.max(LengthForm::shortest(header.length));
        }
        header.write(&mut self.stream);
        let start = self.stream.len();
        self.stream.extend_from_slice(&payload);
        mask(&mut self.stream[start..], header.mask.unwrap_or_default(), 0);
        if !opcode.is_control() {
            self.in_message =
                (!header.fin).then_some(self.in_message.unwrap_or(opcode == Opcode::TEXT));
        }
    }

    /// The first octet of a frame that may come next.
    fn first(&self, choices: &mut Unstructured<'_>) -> u8 {
        let control = [0x89, 0x8a, 0x88];
        match self.in_message {
            _ if one_in(choices, 4) => pick(choices, &control),
            Some(_) => pick(choices, &[0x00, 0x80]),
            None => pick(choices, &[0x81, 0x01, 0x82, 0x02]),
        }
    }

    fn payload(&self, opcode: Opcode, choices: &mut Unstructured<'_>) -> Vec<u8> {
        match opcode {
            Opcode::CLOSE => close(choices),
            opcode if opcode.is_control() => filler(pick(choices, &[0, 1, 4, 124, 125]) as usize),
            opcode if opcode == Opcode::TEXT || self.in_message == Some(true) => text(choices),
            _ => filler(length(choices)),
        }
    }
}

fn text(choices: &mut Unstructured<'_>) -> Vec<u8> {
    // The first twelve are whole code points.
    let whole = &edge::TEXTS[..12];
    let mut text = Vec::new();
    for _ in 0..pick(choices, &[1, 0, 2, 4]) {
        let from = if one_in(choices, 8) { &edge::TEXTS[..] } else { whole };
        text.extend_from_slice(pick(choices, from));
    }
    if one_in(choices, 8) {
        text.extend(filler(length(choices)));
    }
    text
}

fn close(choices: &mut Unstructured<'_>) -> Vec<u8> {
    let code = pick(choices, &edge::CLOSE_CODES).to_be_bytes();
    match pick(choices, &[2, 0, 3, 4, 5]) {
        0 => Vec::new(),
        3 => [&code[..], &filler(123)].concat(),
        4 => [&code[..], pick(choices, &edge::TEXTS)].concat(),
        5 if one_in(choices, 4) => vec![3],
        _ => code.to_vec(),
    }
}

/// Small lengths are more frequent, since large ones take long.
fn length(choices: &mut Unstructured<'_>) -> usize {
    let table = if one_in(choices, 16) { &edge::LENGTHS[..] } else { &edge::LENGTHS[..17] };
    pick(choices, table) as usize
}

/// Octets that are text and tell where they stand.
pub(crate) fn filler(length: usize) -> Vec<u8> {
    (b'a'..=b'z').cycle().take(length).collect()
}

fn key(choices: &mut Unstructured<'_>) -> [u8; 4] {
    pick(choices, &[[0x37, 0xfa, 0x21, 0x3d], [0; 4], [0xff, 0, 0, 1], [1, 2, 3, 4]])
}

/// One of a table, the first when the choices have run out.
pub(crate) fn pick<T: Copy>(choices: &mut Unstructured<'_>, table: &[T]) -> T {
    table[usize::from(choices.arbitrary::<u8>().unwrap_or(0)) % table.len()]
}

/// Whether something rare happens; not when the choices have run out.
pub(crate) fn one_in(choices: &mut Unstructured<'_>, times: u8) -> bool {
    choices.arbitrary::<u8>().unwrap_or(0) % times == 1
}
