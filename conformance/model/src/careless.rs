//! Small mistakes of reading and echoing that need no state.

use wsproof_cases::Role;
use wsproof_cases::step::Kind;
use wsproof_cases::wire::{Header, LengthForm, Opcode};

use crate::bug::{Bug, Bugs};
use crate::event::Event;

/// Whether a reader with these bugs refuses a frame that is right.
pub(crate) const fn refuses(
    opcode: Opcode,
    fin: bool,
    short: u8,
    in_message: bool,
    bugs: Bugs,
) -> bool {
    let empty = short == 0 && !fin;
    if !opcode.is_control() && short == 125 && bugs.has(Bug::RefusesData125) {
        return true;
    }
    match opcode {
        Opcode::CONTINUATION if empty && bugs.has(Bug::RefusesEmptyMiddles) => true,
        Opcode::TEXT | Opcode::BINARY if empty && bugs.has(Bug::RefusesEmptyFirsts) => true,
        Opcode::BINARY if !fin && bugs.has(Bug::RefusesFragmentedBinaries) => true,
        Opcode::PONG if in_message && bugs.has(Bug::RefusesPongsInside) => true,
        _ if opcode.is_control() => short == 125 && bugs.has(Bug::RefusesLongestControls),
        _ => short == 126 && bugs.has(Bug::RefusesLength126),
    }
}

/// The reserved bits that a reader with these bugs looks at.
pub(crate) const fn reserved_bits(opcode: Opcode, in_message: bool, bugs: Bugs) -> u8 {
    if opcode.is_control() && bugs.has(Bug::IgnoresBitsOfControls)
        || matches!(opcode, Opcode::CONTINUATION) && bugs.has(Bug::IgnoresBitsOfContinuations)
        || in_message && bugs.has(Bug::IgnoresBitsInMessages)
    {
        return 0;
    }
    match () {
        () if bugs.has(Bug::ChecksOnlyRsv1) => 0x40,
        () if bugs.has(Bug::IgnoresRsv1) => 0x30,
        () if bugs.has(Bug::IgnoresRsv2) => 0x50,
        () if bugs.has(Bug::IgnoresRsv3) => 0x60,
        () => 0x70,
    }
}

/// Whether frames with this reserved opcode are skipped.
pub(crate) const fn skips(opcode: Opcode, in_message: bool, bugs: Bugs) -> bool {
    opcode.is_control() && bugs.has(Bug::SkipsReservedControls)
        || !opcode.is_control() && bugs.has(Bug::SkipsDataOpcodes)
        || in_message && bugs.has(Bug::SkipsOpcodesInside)
        || opcode.0 == 15 && bugs.has(Bug::SkipsLastOpcode)
}

/// Whether a control frame of this kind may have FIN clear.
pub(crate) const fn takes_open(opcode: Opcode, bugs: Bugs) -> bool {
    match opcode {
        Opcode::PING => bugs.has(Bug::AcceptsOpenPings),
        Opcode::PONG => bugs.has(Bug::AcceptsOpenPongs),
        Opcode::CLOSE => bugs.has(Bug::AcceptsOpenCloses),
        _ => false,
    }
}

/// Whether a control frame of this kind may have any length.
pub(crate) const fn takes_long(opcode: Opcode, bugs: Bugs) -> bool {
    match opcode {
        Opcode::PING => bugs.has(Bug::AcceptsLongPings),
        Opcode::PONG => bugs.has(Bug::AcceptsLongPongs),
        Opcode::CLOSE => bugs.has(Bug::AcceptsLongCloses),
        _ => false,
    }
}

/// Whether a client's frame of this kind passes without a mask.
pub(crate) const fn unmasked(opcode: Opcode, short: u8, bugs: Bugs) -> bool {
    opcode.is_control() && bugs.has(Bug::AcceptsUnmaskedControls)
        || matches!(opcode, Opcode::CONTINUATION) && bugs.has(Bug::AcceptsUnmaskedContinuations)
        || short == 0 && bugs.has(Bug::AcceptsUnmaskedEmpty)
}

/// Whether a server's frame of this kind passes with a mask.
pub(crate) const fn masked(opcode: Opcode, short: u8, bugs: Bugs) -> bool {
    opcode.is_control() && bugs.has(Bug::AcceptsMaskedControls)
        || short == 0 && bugs.has(Bug::AcceptsMaskedEmpty)
        || bugs.has(Bug::AcceptsZeroMasks)
}

/// Whether this length passes in 16 bits.
pub(crate) const fn takes_small(length: u64, bugs: Bugs) -> bool {
    bugs.has(Bug::AcceptsLong16) || length == 125 && bugs.has(Bug::AcceptsLong125)
}

/// Whether a length that is right is refused.
pub(crate) const fn refuses_length(short: u8, length: u64, bugs: Bugs) -> bool {
    short == 126 && length == 126 && bugs.has(Bug::RefusesLeast16)
        || short == 126 && length == 65_535 && bugs.has(Bug::RefusesMost16)
        || short == 127 && length == 65_536 && bugs.has(Bug::RefusesLeast64)
}

/// Whether a piece of a text is not looked at: `frames` of its message have begun, and there are
/// `octets` of it.
pub(crate) const fn leaves_unchecked(
    header: &Header,
    frames: u32,
    octets: usize,
    bugs: Bugs,
) -> bool {
    let whole = frames == 1 && header.fin;
    frames > 1 && bugs.has(Bug::ChecksFirstFrames)
        || !whole && bugs.has(Bug::ChecksWholeTexts)
        || octets > 4096 && bugs.has(Bug::ChecksSomeText)
}

/// Whether a text of so many frames may end inside a code point.
pub(crate) const fn lets_text_end(frames: u32, bugs: Bugs) -> bool {
    bugs.has(Bug::AcceptsCutText)
        || bugs.has(Bug::ResetsTextAtFrames)
        || bugs.has(Bug::ChecksSomeText)
        || frames > 1 && bugs.has(Bug::ChecksFirstFrames)
}

/// The payload of the Pong for a Ping.
pub(crate) fn pong(mut payload: Vec<u8>, bugs: Bugs) -> Vec<u8> {
    if payload.len() == 125 && bugs.has(Bug::PongsLost124) {
        payload.pop();
    }
    if bugs.has(Bug::PongsAsText) {
        payload = String::from_utf8_lossy(&payload).into_owned().into_bytes();
        payload.truncate(125);
    }
    if bugs.has(Bug::PongsCutAtNul) {
        payload = payload.split(|octet| *octet == 0).next().unwrap_or_default().to_vec();
    }
    payload
}

/// The header that these octets are, once it is complete. Without bugs it is what they say.
pub(crate) fn header(octets: &[u8], bugs: Bugs) -> Option<Header> {
    if let [first, second, key @ ..] = octets
        && Opcode(first & 0xf).is_control()
        && second & 0x7f > 125
        && bugs.has(Bug::ReadsShortControlLengths)
    {
        let complete = Header::new(Opcode(first & 0xf), u64::from(second & 0x7f));
        let mask = key.first_chunk().copied();
        return (second & 0x80 == 0 || mask.is_some()).then_some(Header { mask, ..complete });
    }
    let (mut header, _) = Header::read(octets)?;
    if bugs.has(Bug::CutsLengths32) {
        header.length &= 0xffff_ffff;
    }
    if header.form == LengthForm::SixtyFour && bugs.has(Bug::CutsLengths16) {
        header.length &= 0xffff;
    }
    if header.form == LengthForm::SixtyFour && bugs.has(Bug::CutsLengths24) {
        header.length &= 0xff_ffff;
    }
    if header.form == LengthForm::Sixteen && bugs.has(Bug::SwapsLengths16) {
        header.length = u64::from((header.length as u16).swap_bytes());
    }
    Some(header)
}

/// What is kept of octets that came with a head: whole frames, or some octets, or everything.
pub(crate) fn behind_head(octets: &[u8], bugs: Bugs) -> &[u8] {
    if bugs.has(Bug::LosesBehind4096) {
        return &octets[..octets.len().min(4096)];
    }
    if !bugs.has(Bug::LosesPartsBehindHeads) && !bugs.has(Bug::KeepsOneFrameBehindHeads) {
        return octets;
    }
    let mut end = 0;
    while let Some((header, length)) = Header::read(&octets[end..])
        && let Ok(payload) = usize::try_from(header.length)
        && payload <= octets.len() - end - length
    {
        end += length + payload;
        if bugs.has(Bug::KeepsOneFrameBehindHeads) {
            break;
        }
    }
    &octets[..end]
}

/// Whether the application of an endpoint with these bugs loses a message of so many octets.
pub(crate) fn loses(length: usize, role: Role, bugs: Bugs) -> bool {
    let header = if role == Role::Server { 8 } else { 4 };
    length + header == 4096 && bugs.has(Bug::LosesFullBuffers)
}

/// The events of one delivery in the order, and as many, as an endpoint with these bugs answers.
pub(crate) fn delivery(mut events: Vec<Event>, bugs: Bugs) -> Vec<Event> {
    let is_ping = |event: &Event| matches!(event, Event::Ping(_));
    let pings = events.iter().filter(|event| is_ping(event)).count();
    let mut number = 0;
    if bugs.has(Bug::PongsLatestOnly) || bugs.has(Bug::PongsFirstFew) {
        events.retain(|event| {
            number += usize::from(is_ping(event));
            let kept = if bugs.has(Bug::PongsFirstFew) { number <= 16 } else { number == pings };
            kept || !is_ping(event)
        });
    }
    if bugs.has(Bug::PongsInReverse) {
        let last: Vec<_> = events.iter().filter(|event| is_ping(event)).rev().cloned().collect();
        let places = events.iter_mut().filter(|event| is_ping(event));
        places.zip(last).for_each(|(place, event)| *place = event);
    }
    if bugs.has(Bug::LargeMessagesLate) {
        let is_message = |event: &Event| matches!(event, Event::Message(..));
        let mut messages: Vec<_> =
            events.iter().filter(|event| is_message(event)).cloned().collect();
        messages.sort_by_key(|event| matches!(event, Event::Message(_, data) if data.len() > 4096));
        let places = events.iter_mut().filter(|event| is_message(event));
        places.zip(messages).for_each(|(place, event)| *place = event);
    }
    events
}

/// What an application with these bugs makes of a message.
pub(crate) fn change(kind: Kind, payload: &mut Vec<u8>, bugs: Bugs) {
    if payload.len() > 4095 && bugs.has(Bug::LosesOctet4096) {
        payload.remove(4095);
    }
    if kind == Kind::Binary {
        return;
    }
    let text = String::from_utf8_lossy(payload);
    let changed = match () {
        () if bugs.has(Bug::StripsByteOrderMarks) => text.trim_start_matches('\u{feff}').to_owned(),
        () if bugs.has(Bug::CutsTextAtNul) => text.split('\0').take(1).collect(),
        () if bugs.has(Bug::TrimsText) => text.trim_matches(' ').to_owned(),
        () if bugs.has(Bug::ChangesLineEnds) => text.replace("\r\n", "\n"),
        () if bugs.has(Bug::ComposesText) => text.replace("e\u{301}", "\u{e9}"),
        () if bugs.has(Bug::ReplacesInvalidText) => text.into_owned(),
        () => return,
    };
    *payload = changed.into_bytes();
}
