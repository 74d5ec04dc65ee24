//! What a stream means, by a model of RFC 6455 and RFC 7692 that shares nothing with the engine.

use wsproof_cases::wire::{Header, Opcode};
use wsproof_model::Violation::{DataCorrupt, DataUnfinished};
use wsproof_model::reading::read_agreed;
use wsproof_model::{Bug, Event, Fault, Limits, Outcome, Violation};

use super::record::Seen;
use super::setup::{Delivery, Setup};

/// What the RFC says about a stream, as far as the engine tells.
#[must_use]
pub fn meaning(setup: Setup, stream: &[u8]) -> Outcome {
    by_model(setup, None, stream, [stream])
}

/// What a model with this mistake makes of a stream in pieces, as far as the engine would tell.
fn by_model<'a>(
    setup: Setup,
    bug: Option<Bug>,
    stream: &[u8],
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Outcome {
    let limits = Limits { message: setup.limit() };
    let (bugs, agreed) = (setup.bugs(bug), setup.agreed());
    let mut outcome = read_agreed(setup.role(), limits, bugs, agreed, pieces);
    // That a message has begun shows only in its first octet.
    outcome.partial = outcome.partial.filter(|(_, octets)| !octets.is_empty());
    // The engine looks at control frames as a whole; then it names the same octet as the model.
    outcome.fault = outcome.fault.filter(|fault| {
        let in_close = matches!(fault.violation, Violation::CloseCode | Violation::CloseReason);
        !in_close || end_of_frame(stream, fault.offset) <= stream.len() as u64
    });
    outcome
}

/// Where the frame that holds this octet ends; all frames in front of it are whole.
fn end_of_frame(stream: &[u8], offset: u64) -> u64 {
    let mut end = 0;
    while end <= offset {
        let rest = usize::try_from(end).ok().and_then(|start| stream.get(start..));
        let Some((header, size)) = rest.and_then(Header::read) else { return u64::MAX };
        end += size as u64 + header.length;
    }
    end
}

/// What a model with this mistake, or without any, makes of a stream.
#[must_use]
pub fn read_by_model(bug: Option<Bug>, setup: Setup, stream: &[u8]) -> Seen<'_> {
    let mut delivery = Delivery::new(setup, stream);
    let room = setup.receive_buffer();
    let pieces =
        core::iter::from_fn(|| Some(delivery.next(room)).filter(|piece| !piece.is_empty()));
    let mut seen = Seen::of(setup, stream, by_model(setup, bug, stream, pieces));
    seen.close = match (seen.outcome.fault, seen.outcome.events.last()) {
        (Some(Fault { violation: DataCorrupt | DataUnfinished, .. }), _)
            if bug == Some(Bug::FailsDataWith1011) =>
        {
            1011
        }
        (Some(fault), _) => fault.violation.close_code(),
        (None, Some(Event::Close { body })) => Event::close_code(body).unwrap_or(1005),
        _ => 1000,
    };
    seen.written = written_by_the_book(&seen);
    seen
}

/// The octets an endpoint writes that answers as it should.
fn written_by_the_book(seen: &Seen<'_>) -> Vec<u8> {
    let mut written = Vec::new();
    for event in due(seen) {
        let (opcode, payload) = match event {
            Event::Close { body } => (Opcode::CLOSE, body),
            Event::Pong(payload) => (Opcode::PONG, payload),
            Event::Message(..) | Event::Ping(_) => continue,
        };
        // A key of zeros leaves the payload as it is.
        let mask = seen.setup.role().masks().then_some([0; 4]);
        Header { mask, ..Header::new(opcode, payload.len() as u64) }.write(&mut written);
        written.extend_from_slice(&payload);
    }
    written
}

/// What the peer must be sent.
pub(super) fn due(seen: &Seen<'_>) -> impl Iterator<Item = Event> {
    let pongs = seen.outcome.events.iter().filter_map(|event| match event {
        Event::Ping(payload) => Some(Event::Pong(payload.clone())),
        _ => None,
    });
    let body = match seen.close {
        1005 => Vec::new(),
        code => code.to_be_bytes().to_vec(),
    };
    pongs.chain([Event::Close { body }])
}
