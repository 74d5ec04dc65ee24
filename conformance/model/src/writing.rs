//! Small mistakes of writing frames.

use wsproof_cases::wire::{Header, LengthForm, Opcode};

use crate::bug::{Bug, Bugs};

/// Makes the header of frame `number` wrong as the bugs have it, and says what length it announces.
pub(crate) fn adjust(header: &mut Header, number: u32, bugs: Bugs) -> u64 {
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
        125 if bugs.has(Bug::WritesLength125In16) => LengthForm::Sixteen,
        126 | 127 if bugs.has(Bug::WritesLength126In7) => LengthForm::Seven,
        65_535 if bugs.has(Bug::WritesLength65535In64) => LengthForm::SixtyFour,
        length => LengthForm::shortest(length),
    };
    length
}

/// The octets with which the payload is masked, where the header says that this is the key.
pub(crate) fn key(key: [u8; 4], bugs: Bugs) -> [u8; 4] {
    let [a, b, c, d] = key;
    match () {
        () if bugs.has(Bug::MasksWithOtherKey) => [d, c, b, a],
        () if bugs.has(Bug::LeavesPayloadBare) => [0; 4],
        () => key,
    }
}
