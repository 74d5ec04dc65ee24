//! Small mistakes of writing frames.

use wsproof_cases::Role;
use wsproof_cases::random::Random;
use wsproof_cases::wire::{Header, LengthForm, Opcode, mask};

use crate::bug::{Bug, Bugs};
use crate::keys::Generators;

/// Writes frames, with the mistakes that are planted.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    role: Role,
    bugs: Bugs,
    keys: Random,
    weak: Generators,
    frames: u32,
}

impl Writer {
    pub(crate) const fn new(role: Role, bugs: Bugs) -> Self {
        let keys = Random::new(0x006d_6f64_656c);
        Self { role, bugs, keys, weak: Generators::new(), frames: 0 }
    }

    /// Draws other keys than on the connections before, of which there were so many.
    pub(crate) fn draw_anew(&mut self, earlier: u32) {
        if !self.bugs.has(Bug::StartsKeysOver) {
            self.keys = Random::new(0x006d_6f64_656c + u64::from(earlier));
        }
    }

    /// Writes a frame with this payload to the end of `out`.
    pub(crate) fn frame(
        &mut self,
        opcode: Opcode,
        fin: bool,
        rsv: u8,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) {
        let masks = self.role.masks() != self.bugs.has(Bug::MasksWrongly);
        let mut header = Header {
            fin,
            rsv,
            mask: masks.then(|| self.key()),
            ..Header::new(opcode, payload.len() as u64)
        };
        if !opcode.is_control() && self.bugs.has(Bug::SetsReservedBits) {
            header.rsv = 4;
        }
        if self.bugs.has(Bug::WritesLongLengths) {
            header.form = LengthForm::SixtyFour;
        }
        header.length = adjust(&mut header, self.frames, self.bugs);
        self.frames += 1;
        header.write(out);
        let start = out.len();
        out.extend_from_slice(payload);
        if header.opcode == Opcode::PONG && self.bugs.has(Bug::PadsPongs) {
            out.resize(start + 126, b'*');
        }
        let key = key(header.mask.unwrap_or_default(), self.bugs);
        let anew = self.bugs.has(Bug::MasksAtOddPlaces);
        let split = if anew { out.len().min(start + 65_535) } else { out.len() };
        mask(&mut out[start..split], key, 0);
        mask(&mut out[split..], key, 0);
    }

    fn key(&mut self) -> [u8; 4] {
        let [first, rest @ ..] = self.weak.key(self.bugs).unwrap_or_else(|| self.keys.key());
        let [a, b, c] = rest;
        [if self.bugs.has(Bug::ClearsTopBits) { first & 0x7f } else { first }, a, b, c]
    }
}

/// Makes the header of frame `number` wrong as the bugs have it, and says what length it announces.
fn adjust(header: &mut Header, number: u32, bugs: Bugs) -> u64 {
    let control = header.opcode.is_control();
    let text = header.opcode == Opcode::TEXT;
    if control && bugs.has(Bug::UnmasksControls) {
        header.mask = None;
    }
    if header.opcode == Opcode::CLOSE && header.mask.is_none() && bugs.has(Bug::MasksCloses) {
        header.mask = Some([1, 2, 3, 4]);
    }
    if let Some(key) = &mut header.mask {
        if bugs.has(Bug::KeepsKey) {
            *key = [7, 1, 9, 5];
        }
        if bugs.has(Bug::TakesKeysInTurn) {
            *key = Random::new(u64::from(number % 16)).key();
        }
        if bugs.has(Bug::DoublesOctetsOfKeys) {
            key.copy_within(..2, 2);
        }
        if bugs.has(Bug::CountsKeys) {
            *key = number.to_be_bytes();
        }
        if header.length == 0 && bugs.has(Bug::ZeroesEmptyKeys) {
            *key = [0; 4];
        }
    }
    if control && bugs.has(Bug::SetsReservedBitsOnControls) {
        header.rsv = 1;
    }
    if header.opcode == Opcode::PONG && bugs.has(Bug::FragmentsPongs)
        || text && bugs.has(Bug::WritesOpenTexts)
    {
        header.fin = false;
    }
    if text && bugs.has(Bug::WritesLonely) {
        header.opcode = Opcode::CONTINUATION;
    }
    if header.opcode == Opcode::BINARY && bugs.has(Bug::WritesReservedOpcodes) {
        header.opcode = Opcode(3);
    }
    let pads = header.opcode == Opcode::PONG && bugs.has(Bug::PadsPongs);
    let length = if pads { 126 } else { header.length };
    header.form = match length {
        _ if bugs.has(Bug::WritesLongLengths) => LengthForm::SixtyFour,
        126 if bugs.has(Bug::Writes126In64) => LengthForm::SixtyFour,
        65_536 if bugs.has(Bug::Writes65536In16) => LengthForm::Sixteen,
        125 if bugs.has(Bug::WritesLength125In16) => LengthForm::Sixteen,
        126 | 127 if bugs.has(Bug::WritesLength126In7) => LengthForm::Seven,
        65_535 if bugs.has(Bug::WritesLength65535In64) => LengthForm::SixtyFour,
        length => LengthForm::shortest(length),
    };
    length
}

/// The octets with which the payload is masked, where the header says that this is the key.
fn key(key: [u8; 4], bugs: Bugs) -> [u8; 4] {
    let [a, b, c, d] = key;
    match () {
        () if bugs.has(Bug::MasksWithOtherKey) => [d, c, b, a],
        () if bugs.has(Bug::LeavesPayloadBare) => [0; 4],
        () => key,
    }
}
