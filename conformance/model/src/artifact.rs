//! Streams that a fuzzer has found, as cases.
//!
//! An input of the fuzz targets that read frames begins with [`PREFIX`] octets of settings, of which
//! the first two say the role of the reader and what was agreed on; what the peer sends follows. What
//! comes of it is what the model makes of it.

use std::ffi::OsStr;
use std::path::Path;

use wsproof_cases::Role;
use wsproof_cases::case::{self, Alternative, Case, Ending, Finish, Grade, Plays};
use wsproof_cases::deflate::{Ask, Deflate, MOST_BITS, Terms};
use wsproof_cases::payload::Payload;
use wsproof_cases::step::{Frame, Masking, Step};
use wsproof_cases::wire::{Header, LengthForm, Opcode, mask};
use wsproof_cases::wscase::Saved;

use crate::bug::Bugs;
use crate::deflate::Agreed;
use crate::event::{Event, Limits, Outcome};
use crate::reading::read_agreed;

/// Octets of settings in front of a stream.
pub const PREFIX: usize = 8;
/// Set in the first of them if a client reads the stream.
pub const CLIENT: u8 = 0x01;
/// Set in the first of them if permessage-deflate was agreed on.
pub const DEFLATE: u8 = 0x10;
/// Set in the first of them if the peer then compresses each message for itself.
pub const EACH_FOR_ITSELF: u8 = 0x20;

/// Beginnings of the names of fuzz targets whose inputs are streams, and of the folder of their
/// seeds; and whether the messages in them may be compressed.
const STREAMS: [(&str, bool); 2] = [("frame_stream", false), ("deflate_stream", true)];

/// Whether the inputs of the fuzz target with this name are streams.
pub fn is_of_streams(target: &str) -> bool {
    STREAMS.iter().any(|(name, _)| target.starts_with(name))
}

/// Whether messages in them may be compressed.
pub fn is_compressed(target: &str) -> bool {
    STREAMS.iter().any(|(name, compressed)| *compressed && target.starts_with(name))
}

/// A stream and who reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Artifact<'a> {
    /// The role of the reader.
    pub role: Role,
    /// What its peer keeps to if permessage-deflate was agreed on.
    pub peer: Option<Terms>,
    /// What the peer sends.
    pub stream: &'a [u8],
}

impl<'a> Artifact<'a> {
    /// Splits an input of a target whose streams are compressed, or are not.
    pub fn split(input: &'a [u8], compressed: bool) -> Option<Self> {
        let (settings, stream) = input.split_first_chunk()?;
        let mut settings: [u8; PREFIX] = *settings;
        settings[0] = if compressed { settings[0] | DEFLATE } else { settings[0] & !DEFLATE };
        let role = if settings[0] & CLIENT != 0 { Role::Client } else { Role::Server };
        Some(Self { role, peer: peer(&settings), stream })
    }
}

/// What the peer keeps to, if permessage-deflate was agreed on.
pub const fn peer(settings: &[u8; PREFIX]) -> Option<Terms> {
    let [first, second, ..] = *settings;
    let terms = Terms {
        no_context_takeover: first & EACH_FOR_ITSELF != 0,
        window_bits: MOST_BITS - (second >> 3) % 8,
    };
    if first & DEFLATE != 0 { Some(terms) } else { None }
}

/// How a tester agrees on permessage-deflate that keeps the context of its own messages.
const KEPT: Deflate = Deflate {
    offers: &["permessage-deflate; client_max_window_bits"],
    asks: &[Ask { no_context_takeover: false, window_bits: None }],
    keeps: true,
    own: &["permessage-deflate; client_max_window_bits"],
};

/// The same for one that drops it.
const DROPPED: Deflate = Deflate {
    offers: &["permessage-deflate; client_no_context_takeover; client_max_window_bits"],
    keeps: false,
    own: &["permessage-deflate; server_no_context_takeover; client_max_window_bits"],
    ..KEPT
};

/// The case that an artifact is, under the name of its file.
pub fn saved(file: &Path, artifact: Artifact<'_>) -> Saved {
    let name = file.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let word = |octet: char| if octet.is_ascii_alphanumeric() { octet } else { '-' };
    let name = name.to_ascii_lowercase().chars().map(word).collect::<String>();
    let case = case(format!("fuzzing/{}", name.trim_matches('-')), artifact);
    Saved { role: Some(artifact.role), case }
}

/// The case in which a tester sends this stream to a subject of this role, and the subject is to do
/// what the model says.
fn case(id: String, artifact: Artifact<'_>) -> Case {
    let Artifact { role, peer, stream } = artifact;
    // The subject's own terms do not matter, since it is read what the peer sends.
    let agreed = peer.map(|peer| Agreed { own: peer, peer });
    let outcome = read_agreed(role, Limits::default(), Bugs::NONE, agreed, [stream]);
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
    let case = Case::new(id, "What a fuzzer has found.");
    let case = match peer {
        None => case,
        Some(Terms { no_context_takeover: true, .. }) => case.deflate(DROPPED),
        Some(_) => case.deflate(KEPT),
    };
    Case { script, accept, ending, finish, plays, ..case }
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
