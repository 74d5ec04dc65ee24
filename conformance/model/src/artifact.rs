//! Streams that a fuzzer has found, as cases.
//!
//! An input of the fuzz targets that read frames begins with [`PREFIX`] octets of settings, of which
//! the first says the role of the reader; what the peer sends follows. What comes of it is what the
//! model makes of it.

use wsproof_cases::Role;
use wsproof_cases::case::{self, Alternative, Case, Ending, Finish, Grade, Plays};
use wsproof_cases::payload::Payload;
use wsproof_cases::step::{Frame, Masking, Step};
use wsproof_cases::wire::{Header, LengthForm, Opcode, mask};

use crate::reading::{Event, Limits, Outcome, read_stream};

/// Octets of settings in front of a stream.
pub const PREFIX: usize = 8;
/// Set in the first of them if a client reads the stream.
pub const CLIENT: u8 = 0x01;

/// Splits an input into the role of the reader and the stream.
pub fn split(input: &[u8]) -> Option<(Role, &[u8])> {
    let (settings, stream) = input.split_at_checked(PREFIX)?;
    let role = if settings.first()? & CLIENT != 0 { Role::Client } else { Role::Server };
    Some((role, stream))
}

/// The case in which a tester sends this stream to a subject of this role, and the subject is to do
/// what the model says.
pub fn case(id: String, role: Role, stream: &[u8]) -> Case {
    let outcome = read_stream(role, Limits::default(), stream);
    let right = outcome.fault.is_none();
    let (mut script, whole) = frames(role, stream, right);
    let close = outcome.events.iter().find_map(|event| match event {
        Event::Close { body } => Some(Event::close_code(body)),
        _ => None,
    });
    let (ending, finish) = match (outcome.fault, close) {
        (Some(fault), _) => (Ending::failed(vec![fault.violation.close_code()]), Finish::Never),
        (None, Some(code)) => (Ending::answered(vec![code.unwrap_or(1000)]), Finish::Never),
        (None, None) if whole => (Ending::closed(), Finish::WhenSeen),
        (None, None) => {
            // Nothing can follow inside a frame but the end of the stream.
            script.push(Step::HalfClose);
            let ending = Ending::failed(vec![1002, 1006]);
            let allowed = Some(Grade::Strict);
            (Ending { without_close: allowed, without_code: allowed, ..ending }, Finish::Never)
        }
    };
    let plays = match role {
        Role::Client => Plays::Client,
        Role::Server => Plays::Server,
    };
    let sees = seen(&outcome);
    let accept = vec![Alternative { grade: Grade::Strict, sees, ends: None, shared: true }];
    Case { script, accept, ending, finish, plays, ..Case::new(id, "What a fuzzer has found.") }
}

/// What an echoing subject answers.
fn seen(outcome: &Outcome) -> Vec<(u32, case::Event)> {
    let events = outcome.events.iter().filter_map(|event| match event {
        Event::Message(kind, octets) => Some(case::Event::Message(*kind, octets_of(octets))),
        Event::Ping(octets) => Some(case::Event::Pong(octets_of(octets))),
        Event::Pong(_) | Event::Close { .. } => None,
    });
    events.map(|event| (1, event)).collect()
}

/// The frames of a stream, and whether the last of them is whole. Where nothing is wrong, a Close is
/// the tester's own.
fn frames(reader: Role, stream: &[u8], right: bool) -> (Vec<Step>, bool) {
    let (mut script, mut rest) = (Vec::new(), stream);
    while let Some((&first, behind)) = rest.split_first() {
        let Some((header, size)) = Header::read(rest) else {
            // Part of a header: that of a frame which begins so.
            let length = behind.first().map_or(0, |second| match second & 0x7f {
                126 => 0xffff,
                127 => u64::from(u32::MAX),
                length => length.into(),
            });
            let header = Header {
                fin: first & 0x80 != 0,
                rsv: first >> 4 & 7,
                ..Header::new(Opcode(first & 0xf), length)
            };
            let mut frame = frame(reader, &header, Vec::new());
            frame.cut = Some(rest.len() as u64);
            script.push(Step::Frame(frame));
            return (script, false);
        };
        let left = rest.get(size..).unwrap_or_default();
        let length = usize::try_from(header.length).unwrap_or(usize::MAX).min(left.len());
        let (payload, behind) = left.split_at(length);
        let mut payload = payload.to_vec();
        mask(&mut payload, header.mask.unwrap_or_default(), 0);
        let whole = header.length == length as u64;
        script.push(match close(reader, &header, &payload).filter(|_| right && whole) {
            Some(close) => close,
            None => Step::Frame(frame(reader, &header, payload)),
        });
        if !whole {
            return (script, false);
        }
        rest = behind;
    }
    (script, true)
}

/// The tester's own Close, if this is one that is right in its form.
fn close(reader: Role, header: &Header, payload: &[u8]) -> Option<Step> {
    let plain = Header { mask: header.mask, ..Header::new(Opcode::CLOSE, payload.len() as u64) };
    let masked = header.mask.is_some() == (reader == Role::Server);
    let (code, reason) = match payload.split_first_chunk() {
        Some((code, reason)) => (Some(u16::from_be_bytes(*code)), reason),
        None if payload.is_empty() => (None, payload),
        None => return None,
    };
    let reason = octets_of(reason);
    (*header == plain && masked).then_some(Step::Close { code, reason })
}

/// A frame as the tester writes it to a reader of this role.
fn frame(reader: Role, header: &Header, payload: Vec<u8>) -> Frame {
    let length = payload.len() as u64;
    let mut frame = Frame::new(header.opcode, octets_of(&payload));
    frame.fin = header.fin;
    frame.rsv = header.rsv;
    frame.masking = match header.mask {
        Some(key) if reader == Role::Server => Masking::Key(key),
        None if reader == Role::Client => Masking::ByRole,
        _ => Masking::AgainstRole,
    };
    frame.announced = (header.length != length).then_some(header.length);
    frame.form = (header.form != LengthForm::shortest(header.length)).then_some(header.form);
    frame
}

fn octets_of(octets: &[u8]) -> Payload {
    Payload::octets(octets.to_vec())
}
