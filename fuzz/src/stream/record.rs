//! What was seen of an endpoint that read a stream.

use allocation_counter::{AllocationInfo, opt_out};
use wsproof_cases::step::Kind;
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::{BufferType, Config, Fault, Incoming, Violation};
use wsproof_model as model;
use wsproof_model::{Event, Outcome};

use super::setup::Setup;
use crate::told;

/// Everything an endpoint did with a stream.
#[derive(Debug)]
pub struct Seen<'a> {
    /// The settings.
    pub setup: Setup,
    /// What the peer sent.
    pub stream: &'a [u8],
    /// What the endpoint told its application, in the words of the model.
    pub outcome: Outcome,
    /// What it wrote: its pongs, and the Close its application sends at the end.
    pub written: Vec<u8>,
    /// The status code of that Close.
    pub close: u16,
    /// Octets of the stream it did not take.
    pub left: usize,
    /// How often it was asked what to do.
    pub steps: u64,
    /// What it did that no endpoint may, whatever the stream.
    pub misdeeds: Vec<String>,
    /// What it took from the heap, if that can be told.
    pub memory: Option<Memory>,
}

impl<'a> Seen<'a> {
    /// An endpoint that took everything and did nothing but this.
    pub(crate) const fn of(setup: Setup, stream: &'a [u8], outcome: Outcome) -> Self {
        Self {
            setup,
            stream,
            outcome,
            written: Vec::new(),
            close: 1000,
            left: 0,
            steps: 0,
            misdeeds: Vec::new(),
            memory: None,
        }
    }
}

/// What an endpoint took from the heap, in octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// What its configuration says it costs.
    pub promised: u64,
    /// What it took when it was created.
    pub created: u64,
    /// How often it allocated after that.
    pub later: u64,
    /// What it did not give back.
    pub kept: i64,
}

impl Memory {
    /// What an endpoint with this configuration may take, and its source of keys.
    pub(super) const fn promised_by(config: &Config) -> Self {
        let promised = config.worst_case_bytes() + size_of::<FixedEntropy>();
        Self { promised: promised as u64, created: 0, later: 0, kept: 0 }
    }

    /// What creation took, what the opening handshake left behind, and what came after.
    pub(super) const fn took(
        &mut self,
        creation: &AllocationInfo,
        opened: i64,
        work: &AllocationInfo,
    ) {
        self.created = creation.bytes_max.saturating_add_signed(opened);
        self.later = work.count_total;
    }
}

/// What an inflater yields at a time at least, in octets, if it has as much: all of its ring.
const LEAST_RING: usize = 1 << 15;

/// Collects what is seen, uncounted by the measurement of memory.
#[derive(Debug)]
pub(super) struct Record<'a> {
    seen: Seen<'a>,
    /// Steps that the octets of the stream are good for.
    most_steps: u64,
    /// Octets of compressed messages so far.
    inflated: u64,
}

impl<'a> Record<'a> {
    pub(super) fn new(setup: Setup, stream: &'a [u8]) -> Self {
        let seen =
            Seen::of(setup, stream, Outcome { events: Vec::new(), partial: None, fault: None });
        // Each octet may end a delivery, a frame and a result, and each of these is an action.
        Self { seen, most_steps: 4 * stream.len() as u64 + 32, inflated: 0 }
    }

    /// Counts a step; `false` when there were more than the stream can need: besides those for its
    /// octets only such that fill all the room there is with what it inflates to.
    pub(super) fn step(&mut self) -> bool {
        self.seen.steps += 1;
        self.seen.steps <= self.most_steps || self.inflates()
    }

    #[cold]
    fn inflates(&mut self) -> bool {
        let room = self.seen.setup.supplied().unwrap_or(LEAST_RING) as u64;
        let goes_on = self.seen.steps <= self.most_steps + 4 * self.inflated / room;
        if !goes_on {
            self.misdeed("asks for more and more actions");
        }
        goes_on
    }

    pub(super) fn misdeed(&mut self, what: impl Into<String>) {
        opt_out(|| self.seen.misdeeds.push(what.into()));
    }

    pub(super) fn expect(&mut self, holds: bool, what: &str) {
        if !holds {
            self.misdeed(what);
        }
    }

    pub(super) fn wrote(&mut self, octets: &[u8]) {
        opt_out(|| self.seen.written.extend_from_slice(octets));
    }

    /// A pong on its way: what was asked is what the pong answers.
    pub(super) fn pong(&mut self, octets: &[u8]) {
        self.wrote(octets);
        opt_out(|| match wsproof_cases::wire::Header::read(octets) {
            Some((header, size)) => {
                let mut payload = octets[size..].to_vec();
                wsproof_cases::wire::mask(&mut payload, header.mask.unwrap_or_default(), 0);
                self.seen.outcome.events.push(Event::Ping(payload));
            }
            None => self.seen.misdeeds.push(String::from("writes a pong without a header")),
        });
    }

    pub(super) fn result(&mut self, buffer_type: BufferType, incoming: Incoming<'_>) {
        opt_out(|| self.take(buffer_type, incoming));
    }

    fn take(&mut self, buffer_type: BufferType, incoming: Incoming<'_>) {
        if self.seen.outcome.fault.is_some() {
            self.seen.misdeeds.push(format!("indicates {buffer_type:?} after a fault"));
        }
        let events = &mut self.seen.outcome.events;
        match (buffer_type, incoming) {
            (BufferType::Utf8Fragment, Incoming::Data(octets)) => self.part(Kind::Text, octets),
            (BufferType::BinaryFragment, Incoming::Data(octets)) => self.part(Kind::Binary, octets),
            (BufferType::Utf8Message, Incoming::Data(octets)) => self.last(Kind::Text, octets),
            (BufferType::BinaryMessage, Incoming::Data(octets)) => self.last(Kind::Binary, octets),
            (BufferType::PingPong, Incoming::Data(octets)) => {
                events.push(Event::Pong(octets.to_vec()));
            }
            (BufferType::Close, Incoming::Close { code, reason }) => {
                let mut body = Vec::new();
                if let Some(reason) = reason {
                    body.extend_from_slice(&code.number().to_be_bytes());
                    body.extend_from_slice(reason);
                }
                self.seen.close = code.number();
                events.push(Event::Close { body });
            }
            other => self.seen.misdeeds.push(format!("indicates {other:?}")),
        }
    }

    fn part(&mut self, kind: Kind, octets: &[u8]) {
        if self.seen.setup.agreed().is_some() {
            self.inflated += octets.len() as u64;
        }
        if octets.is_empty() {
            self.seen.misdeeds.push(String::from("indicates a fragment without octets"));
        }
        let partial = self.seen.outcome.partial.get_or_insert((kind, Vec::new()));
        if partial.0 != kind {
            self.seen.misdeeds.push(String::from("changes the kind of a message"));
        }
        partial.1.extend_from_slice(octets);
    }

    fn last(&mut self, kind: Kind, octets: &[u8]) {
        let (begun, mut message) = self.seen.outcome.partial.take().unwrap_or((kind, Vec::new()));
        if begun != kind {
            self.seen.misdeeds.push(String::from("changes the kind of a message"));
        }
        message.extend_from_slice(octets);
        self.seen.outcome.events.push(Event::Message(kind, message));
    }

    pub(super) fn fault(&mut self, fault: Fault) {
        let found =
            model::Fault { violation: violation(fault.violation()), offset: fault.offset() };
        if self.seen.outcome.fault.is_some_and(|before| before != found) {
            self.misdeed("changes its mind about a fault");
        }
        opt_out(|| self.seen.misdeeds.extend(told::fault(fault).err()));
        self.seen.outcome.fault = Some(found);
        self.seen.close = fault.close_code().number();
    }

    pub(super) const fn close(&self) -> u16 {
        self.seen.close
    }

    pub(super) fn finish(mut self, left: usize, memory: Option<Memory>) -> Seen<'a> {
        self.seen.left = left;
        self.seen.memory = memory;
        self.seen
    }
}

/// The model's word for a violation.
const fn violation(violation: Violation) -> model::Violation {
    match violation {
        Violation::ReservedBits => model::Violation::ReservedBits,
        Violation::ReservedOpcode => model::Violation::ReservedOpcode,
        Violation::ControlFragmented => model::Violation::ControlFragmented,
        Violation::ContinuationWithoutStart => model::Violation::NothingToContinue,
        Violation::MessageInterrupted => model::Violation::MessageInterrupted,
        Violation::MaskMissing => model::Violation::Unmasked,
        Violation::MaskForbidden => model::Violation::Masked,
        Violation::ControlTooLong => model::Violation::ControlTooLong,
        Violation::LengthNotMinimal => model::Violation::LengthNotShortest,
        Violation::LengthTopBit => model::Violation::LengthTopBit,
        Violation::CloseBodyTooShort => model::Violation::CloseBodyOfOne,
        Violation::CloseCodeForbidden => model::Violation::CloseCode,
        Violation::CloseReasonNotUtf8 => model::Violation::CloseReason,
        Violation::InvalidUtf8 => model::Violation::Text,
        Violation::IncompleteUtf8 => model::Violation::TextCut,
        Violation::MessageTooBig => model::Violation::TooBig,
        Violation::CompressedDataCorrupt => model::Violation::DataCorrupt,
        Violation::CompressedDataIncomplete => model::Violation::DataUnfinished,
        _ => panic!("the engine has a violation that the model does not know"),
    }
}
