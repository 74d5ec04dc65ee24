//! The wire log of a run, made from its transcript.
//!
//! What the subject sent is shown octet for octet. What the tester sent is shown with the masking
//! key zero, under which the payload stands in the clear and the frame means the same: the key
//! follows from the seed, the payload is what people want to read.

use wsproof_cases::breach::Breach;
use wsproof_cases::case::Case;
use wsproof_cases::judge::{Judgement, Reason};
use wsproof_cases::payload::Blob;
use wsproof_cases::transcript::{Entry, Seen, Text, Transcript};
use wsproof_cases::wire::{Header, LengthForm, Opcode, mask};
use wsproof_reports::model::{DecodedFrame, Direction, Wire, WireEntry};

use super::cut::Cut;

/// The log, with the octet marked that decided the verdict.
pub fn wire_log(cut: Cut, case: &Case, transcript: &Transcript, judgement: &Judgement) -> Wire {
    let guilty = Guilty::of(case, transcript, judgement);
    // Offsets count from the first octet behind the opening handshake.
    let (mut to, mut from, mut opening) = (0, 0, 0);
    let mut entries = Vec::new();
    for (at, line) in transcript.lines.iter().enumerate() {
        let guilty = guilty.as_ref().filter(|guilty| guilty.line == at).map(|guilty| guilty.octet);
        let (entry, offset) = match &line.entry {
            Entry::Sent { header, head } => (sent(header, head, to, guilty), &mut to),
            Entry::SentPart(blob) => (part(blob, to, guilty), &mut to),
            Entry::Received { header, payload } => {
                (received(header, payload, from, guilty), &mut from)
            }
            Entry::SentHead(text) => (head(Direction::ToSubject, text, guilty), &mut opening),
            Entry::ReceivedHead(text) => (head(Direction::FromSubject, text, guilty), &mut opening),
            other => {
                let Some(note) = note(other) else { continue };
                (WireEntry { guilty, ..WireEntry::event(note) }, &mut to)
            }
        };
        // A header may announce more than any stream holds.
        *offset = offset.saturating_add(entry.length.saturating_mul(line.times.into()));
        entries.push(WireEntry { times: line.times, ..entry });
    }
    Wire::collect(Some(cut.name().to_owned()), entries)
}

fn sent(header: &Header, head: &[u8], offset: u64, guilty: Option<u64>) -> WireEntry {
    // A frame of which only the header was written, its payload comes in parts.
    let bare = head.is_empty() && header.length > 0;
    let entry = frame(Direction::ToSubject, header, head, offset, guilty);
    if bare {
        let length = header_octets(header);
        return WireEntry { length, note: Some("the header only".to_owned()), ..entry };
    }
    entry
}

fn received(header: &Header, payload: &Blob, offset: u64, guilty: Option<u64>) -> WireEntry {
    frame(Direction::FromSubject, header, &payload.head, offset, guilty)
}

/// `head` is the beginning of the payload in the clear.
fn frame(
    direction: Direction,
    header: &Header,
    head: &[u8],
    offset: u64,
    guilty: Option<u64>,
) -> WireEntry {
    let mut octets = Vec::with_capacity(Header::MAX + head.len());
    header.write(&mut octets);
    let start = octets.len();
    octets.extend_from_slice(head);
    mask(&mut octets[start..], header.mask.unwrap_or_default(), 0);
    WireEntry {
        length: (start as u64).saturating_add(header.length),
        decoded: Some(decode(header, head)),
        ..WireEntry::octets(direction, Some(offset), &octets, guilty)
    }
}

/// A head, its lines in a row.
fn head(direction: Direction, text: &Text, guilty: Option<u64>) -> WireEntry {
    let lines = String::from_utf8_lossy(&text.head).trim_end().replace("\r\n", " | ");
    let dots = if text.head.len() as u64 == text.length { "" } else { "…" };
    WireEntry {
        length: text.length,
        note: Some(format!("{}{dots}", printable(lines.as_bytes()))),
        ..WireEntry::octets(direction, None, &text.head, guilty)
    }
}

fn part(blob: &Blob, offset: u64, guilty: Option<u64>) -> WireEntry {
    WireEntry {
        length: blob.length,
        note: Some("more of the payload".to_owned()),
        ..WireEntry::octets(Direction::ToSubject, Some(offset), &blob.head, guilty)
    }
}

fn decode(header: &Header, head: &[u8]) -> DecodedFrame {
    let code = head.first_chunk().filter(|_| header.opcode == Opcode::CLOSE);
    let text = match header.opcode {
        Opcode::TEXT => Some(head),
        Opcode::CLOSE => head.get(2..).filter(|reason| !reason.is_empty()),
        _ => None,
    };
    // Only the subject's keys are known here.
    let key = header.mask.filter(|key| *key != [0; 4]);
    DecodedFrame {
        fin: header.fin,
        rsv: header.rsv,
        opcode: header.opcode.0,
        masked: header.mask.is_some(),
        mask_key: key.map(|key| format!("{:08x}", u32::from_be_bytes(key))),
        length: header.length,
        length_bits: Some(match header.form {
            LengthForm::Seven => 7,
            LengthForm::Sixteen => 16,
            LengthForm::SixtyFour => 64,
        }),
        header_octets: u8::try_from(header_octets(header)).ok(),
        close: code.map(|code| u16::from_be_bytes(*code)),
        text: text.map(printable),
    }
}

/// The text with everything escaped that is not to be printed as it is.
fn printable(octets: &[u8]) -> String {
    let escape = |c: char| match c {
        '"' | '\'' => c.to_string(),
        c => c.escape_debug().to_string(),
    };
    String::from_utf8_lossy(octets).chars().map(escape).collect()
}

fn header_octets(header: &Header) -> u64 {
    let length = match header.form {
        LengthForm::Seven => 2,
        LengthForm::Sixteen => 4,
        LengthForm::SixtyFour => 10,
    };
    length + if header.mask.is_some() { 4 } else { 0 }
}

/// What to say of an entry without octets; complete messages follow from their frames.
fn note(entry: &Entry) -> Option<String> {
    Some(match entry {
        Entry::Breach { breach, .. } => format!("{}: {}", breach.slug(), breach.what()),
        Entry::Called(call) => format!("the application calls: {call}"),
        Entry::Seen(
            seen @ (Seen::Mark(_) | Seen::Opened(_) | Seen::Refused { .. } | Seen::Answered(_)),
        ) => seen.to_string(),
        Entry::Seen(Seen::Message(..) | Seen::Pong(_))
        | Entry::Sent { .. }
        | Entry::SentHead(_)
        | Entry::ReceivedHead(_)
        | Entry::SentPart(_)
        | Entry::Received { .. } => return None,
        Entry::Agreed(agreement) => agreement.to_string(),
        Entry::Declined => "permessage-deflate was not agreed on, and the tester leaves".to_owned(),
        Entry::Settled => "the subject rests and a round passes".to_owned(),
        Entry::HalfClosed => "the tester ends its side of the stream".to_owned(),
        Entry::Dropped => "the tester ends the connection".to_owned(),
        Entry::Ended => "the subject ends its stream".to_owned(),
        Entry::Crashed(how) => format!("the subject breaks down: {how}"),
        Entry::Troubled(trouble) => format!("the tester leaves: {}", trouble.what()),
        Entry::StillOpen => {
            "the connection is still open, and nobody waits for anything".to_owned()
        }
    })
}

/// What decided the verdict.
struct Guilty {
    /// A line of the transcript.
    line: usize,
    /// The octet of its frame, from 0.
    octet: u64,
}

impl Guilty {
    fn of(case: &Case, transcript: &Transcript, judgement: &Judgement) -> Option<Self> {
        let line = judgement.line?;
        let entry = |line: usize| transcript.lines.get(line).map(|line| &line.entry);
        let line = match entry(line)? {
            Entry::Breach { breach, header } => {
                frame_of(*breach, header.as_ref(), line, transcript).unwrap_or(line)
            }
            Entry::Seen(Seen::Message(..) | Seen::Pong(_)) => {
                (0..line).rev().find(|&at| is_received(entry(at))).unwrap_or(line)
            }
            _ => line,
        };
        let octet = match entry(line)? {
            Entry::Received { header, payload } => {
                octet(judgement.reason, header, payload, wanted(case, judgement, transcript))
            }
            _ => 0,
        };
        Some(Self { line, octet })
    }
}

/// The frame in which the rule was broken: what concerns the payload as a whole is noted behind
/// its frame, everything else in front of it.
fn frame_of(
    breach: Breach,
    header: Option<&Header>,
    line: usize,
    transcript: &Transcript,
) -> Option<usize> {
    let is_it = |at: &usize| {
        matches!(&transcript.lines[*at].entry,
            Entry::Received { header: found, .. } if Some(found) == header)
    };
    match breach {
        Breach::CloseCode(_)
        | Breach::CloseReasonNotUtf8
        | Breach::TextEndsEarly
        | Breach::DataUnfinished
        | Breach::WindowExceeded
        | Breach::ContextUsed => (0..line).rev().find(is_it),
        _ => (line..transcript.lines.len()).find(is_it),
    }
}

fn is_received(entry: Option<&Entry>) -> bool {
    matches!(entry, Some(Entry::Received { .. }))
}

/// The octets that were wanted where an event differs.
fn wanted(case: &Case, judgement: &Judgement, transcript: &Transcript) -> Option<Blob> {
    use wsproof_cases::case::Event;

    let before = transcript.lines[..judgement.line?].iter();
    let events = before.filter(|line| matches!(line.entry, Entry::Seen(_)));
    let at: u32 = events.map(|line| line.times).sum();
    match case.accept.first()?.event(at as usize)? {
        Event::Message(_, payload) | Event::Pong(payload) => Some(payload.blob()),
        // Compressed octets do not show which of the message differs.
        Event::Slice(..) => None,
        Event::Mark(_) | Event::Opened(_) | Event::Refused { .. } | Event::Answered(_) => None,
    }
}

/// The octet of the subject's frame that is wrong, as far as it can be told.
fn octet(reason: Reason, header: &Header, payload: &Blob, wanted: Option<Blob>) -> u64 {
    let body = header_octets(header);
    match reason {
        Reason::Breach(breach) => match breach {
            Breach::Unmasked | Breach::Masked | Breach::ControlTooLong | Breach::CloseBodyOfOne => {
                1
            }
            Breach::LengthNotShortest | Breach::LengthTopBit => 2,
            Breach::CloseCode(_) => body,
            Breach::CloseReasonNotUtf8 => body + 2,
            Breach::TextEndsEarly | Breach::DataUnfinished => {
                (body + header.length).saturating_sub(1)
            }
            Breach::DataCorrupt | Breach::WindowExceeded | Breach::ContextUsed => body,
            Breach::TextNotUtf8 if header.rsv != 0 => body,
            Breach::TextNotUtf8 => {
                let wrong = core::str::from_utf8(&payload.head).err();
                body + wrong.map_or(0, |error| error.valid_up_to() as u64)
            }
            Breach::MaskPredictable | Breach::MasksRepeated => body.saturating_sub(4),
            Breach::RequestMalformed
            | Breach::RequestLine
            | Breach::RequestHost
            | Breach::RequestUpgrade
            | Breach::RequestConnection
            | Breach::RequestVersion
            | Breach::RequestKey
            | Breach::RequestKeyKnown
            | Breach::RequestKeyRepeated
            | Breach::RequestBody
            | Breach::RequestSubprotocols
            | Breach::RequestExtensions
            | Breach::OfferParameters
            | Breach::SentBeforeAnswer
            | Breach::AnswerMalformed
            | Breach::AnswerCutShort
            | Breach::AnswerNeverEnds
            | Breach::AnswerFollowed
            | Breach::AnswerVersion
            | Breach::AnswerUpgrade
            | Breach::AnswerConnection
            | Breach::AcceptMissing
            | Breach::AcceptRepeated
            | Breach::AcceptWrong
            | Breach::AnswerBody
            | Breach::AnswerSubprotocol
            | Breach::AnswerExtension
            | Breach::AnswerParameters
            | Breach::UpgradeUnnamed
            | Breach::MethodsUnnamed => 0,
            Breach::ReservedBit
            | Breach::MisplacedRsv1
            | Breach::ControlFragmented
            | Breach::ReservedOpcode
            | Breach::NothingToContinue
            | Breach::MessageInterrupted
            | Breach::AfterClose
            | Breach::FrameCutShort => 0,
        },
        Reason::CloseCodeMissing => 1,
        Reason::CloseCodeTolerated | Reason::CloseCodeWrong => body,
        Reason::CloseReasonWrong => body + 2,
        Reason::EventDiffers if header.rsv != 0 => body,
        Reason::EventDiffers if header.fin && header.opcode != Opcode::CONTINUATION => {
            let differs = |wanted: Blob| {
                let pairs = payload.head.iter().zip(&wanted.head);
                pairs.into_iter().position(|(seen, wanted)| seen != wanted)
            };
            wanted.and_then(differs).map_or(0, |at| body + at as u64)
        }
        _ => 0,
    }
}
