//! Small mistakes of reading and echoing that need no state.

use wsproof_cases::step::Kind;
use wsproof_cases::wire::{Header, LengthForm, Opcode};

use crate::bug::{Bug, Bugs};
use crate::reading::Event;

/// Whether a reader with these bugs refuses a frame that is right.
pub(crate) const fn refuses(
    opcode: Opcode,
    fin: bool,
    short: u8,
    in_message: bool,
    bugs: Bugs,
) -> bool {
    let empty = short == 0 && !fin;
    match opcode {
        Opcode::CONTINUATION if empty && bugs.has(Bug::RefusesEmptyMiddles) => true,
        Opcode::TEXT | Opcode::BINARY if empty && bugs.has(Bug::RefusesEmptyFirsts) => true,
        Opcode::BINARY if !fin && bugs.has(Bug::RefusesFragmentedBinaries) => true,
        Opcode::PONG if in_message && bugs.has(Bug::RefusesPongsInside) => true,
        _ if opcode.is_control() => short == 125 && bugs.has(Bug::RefusesLongestControls),
        _ => short == 126 && bugs.has(Bug::RefusesLength126),
    }
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
    if header.form == LengthForm::Sixteen && bugs.has(Bug::SwapsLengths16) {
        header.length = u64::from((header.length as u16).swap_bytes());
    }
    Some(header)
}

/// The events of one delivery with its Pings as an endpoint with these bugs answers them.
pub(crate) fn pings(mut events: Vec<Event>, bugs: Bugs) -> Vec<Event> {
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
