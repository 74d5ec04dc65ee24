//! What a stream of octets means.
//!
//! A header is judged as a whole each time one more of its octets has come, so the first octet that
//! makes it impossible is the one that is reported. A payload is judged octet by octet. Both are
//! read straight from RFC 6455 §5, in its order.

mod codes;
mod end;
mod header;

use wsproof_cases::Role;
use wsproof_cases::step::Kind;
use wsproof_cases::utf8::Utf8;
use wsproof_cases::wire::{Header, Opcode, mask};

use crate::bug::{Bug, Bugs};
use crate::careless;
use crate::deflate::{Agreed, Inflated, Inflating};
use crate::event::{Event, Limits, Outcome};
use crate::fault::{Fault, Violation};
use crate::text;

use codes::may_be_received;

/// Reads `octets`, the stream that an endpoint in this role receives after the opening handshake.
pub fn read_stream(role: Role, limits: Limits, octets: &[u8]) -> Outcome {
    read_deliveries(role, limits, Bugs::NONE, [octets])
}

/// Reads a stream as an endpoint with these mistakes does. Where it is cut makes no difference,
/// unless that is a mistake.
pub fn read_deliveries<'a>(
    role: Role,
    limits: Limits,
    bugs: impl Into<Bugs>,
    deliveries: impl IntoIterator<Item = &'a [u8]>,
) -> Outcome {
    read_agreed(role, limits, bugs, None, deliveries)
}

/// The same behind a handshake that has agreed on permessage-deflate, or not.
pub fn read_agreed<'a>(
    role: Role,
    limits: Limits,
    bugs: impl Into<Bugs>,
    deflate: Option<Agreed>,
    deliveries: impl IntoIterator<Item = &'a [u8]>,
) -> Outcome {
    let mut reading = Reading::new(role, limits, deflate, bugs.into());
    let mut events = Vec::new();
    let fault = deliveries.into_iter().find_map(|octets| reading.feed(octets, &mut events).err());
    let partial = reading.message.map(|message| (message.kind, message.payload));
    Outcome { events, partial, fault }
}

/// Reads a stream piece by piece; where it is cut makes no difference.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    role: Role,
    limits: Limits,
    bugs: Bugs,
    /// How many octets were read.
    offset: u64,
    /// The octets of a header that is not complete.
    header: Vec<u8>,
    frame: Option<Frame>,
    message: Option<Message>,
    /// The kind and the octets of the message before.
    before: Option<(Kind, Vec<u8>)>,
    /// A message has come.
    any: bool,
    /// The kind of the last message of several frames.
    framed_kind: Option<Kind>,
    /// Whether the first message of several frames was compressed.
    framed_compression: Option<bool>,
    first_key: Option<[u8; 4]>,
    /// The first fault, while a planted mistake goes on behind it.
    late: Option<Fault>,
    /// Undoes permessage-deflate, if it was agreed on.
    inflating: Option<Inflating>,
    broken_down: bool,
    /// How many messages of several frames have ended.
    framed: u32,
    /// A Close or a fault has come.
    over: bool,
}

#[derive(Clone, Debug)]
struct Frame {
    header: Header,
    /// How many octets of the payload were read.
    done: u64,
    /// The payload of a control frame.
    control: Vec<u8>,
    /// The reason of a Close.
    reason: Utf8,
    skipped: bool,
}

#[derive(Clone, Debug)]
struct Message {
    kind: Kind,
    payload: Vec<u8>,
    text: Utf8,
    /// The payload is a DEFLATE stream (RFC 7692 §6).
    compressed: bool,
    /// How many octets a planted mistake has looked at.
    checked: usize,
    /// How many of its octets a planted mistake does not count.
    uncounted: usize,
    /// How many of its frames have begun.
    frames: u32,
    /// A control frame has come inside of it.
    mixed: bool,
}

impl Reading {
    pub(crate) fn new(role: Role, limits: Limits, deflate: Option<Agreed>, bugs: Bugs) -> Self {
        Self {
            role,
            limits,
            bugs,
            offset: 0,
            header: Vec::new(),
            frame: None,
            message: None,
            before: None,
            any: false,
            framed_kind: None,
            framed_compression: None,
            first_key: None,
            late: None,
            inflating: deflate
                .map(|agreed| Inflating::new(agreed.peer))
                .or_else(|| bugs.has(Bug::InflatesUnasked).then(Inflating::unasked)),
            broken_down: false,
            framed: 0,
            over: false,
        }
    }

    /// Whether a planted mistake has broken the reader down.
    pub(crate) const fn is_broken_down(&self) -> bool {
        self.broken_down
    }

    /// Whether a stream that ends now ends inside a frame or a message.
    pub(crate) const fn is_inside(&self) -> bool {
        !self.header.is_empty() || self.frame.is_some() || self.message.is_some()
    }

    /// Whether a stream that ends now ends inside a header inside a message.
    pub(crate) const fn is_in_header_inside(&self) -> bool {
        !self.header.is_empty() && self.message.is_some()
    }

    /// The message that has begun and not ended, as far as it has come.
    pub(crate) fn take_part(&mut self) -> Option<(Kind, Vec<u8>)> {
        self.message.take().map(|message| (message.kind, message.payload))
    }

    /// Whether a message has begun and not ended.
    pub(crate) const fn is_in_message(&self) -> bool {
        self.message.is_some()
    }

    /// Reads the next octets and appends what they say. After a fault or a Close, nothing.
    pub(crate) fn feed(&mut self, octets: &[u8], events: &mut Vec<Event>) -> Result<(), Fault> {
        let mut rest = octets;
        let mut complete = false;
        while !rest.is_empty() && !self.over {
            let at = octets.len() - rest.len();
            if at > 0 && at.is_multiple_of(8192) && self.bugs.has(Bug::LosesHeadersAcrossBuffers) {
                self.header.clear();
            }
            let used = match &self.frame {
                None => self.header_octet(rest[0]).map(|()| 1),
                Some(frame) => {
                    let left = frame.header.length - frame.done;
                    let n = left.min(rest.len() as u64) as usize;
                    if at / 16_384 != (at + n) / 16_384 {
                        self.lose_control();
                    }
                    self.payload(&rest[..n]).map(|()| n)
                }
            };
            let ended = used.and_then(|n| {
                rest = &rest[n..];
                self.end_if_complete(events)
            });
            if let Err(fault) = ended {
                self.over = true;
                return Err(fault);
            }
            if self.frame.is_none() && self.header.is_empty() {
                complete = true;
                if self.bugs.has(Bug::ReadsOneFrameAtATime) {
                    rest = &[];
                }
            }
        }
        self.end_delivery(complete)?;
        self.late.take().map_or(Ok(()), |fault| {
            self.over = true;
            Err(fault)
        })
    }

    /// Loses a control frame, if that is a mistake.
    fn lose_control(&mut self) {
        if let Some(frame) = &mut self.frame {
            frame.skipped |=
                frame.header.opcode.is_control() && self.bugs.has(Bug::LosesPingsAcrossBuffers);
        }
    }

    /// Where a delivery ends nothing happens, unless that is a mistake.
    fn end_delivery(&mut self, behind_frame: bool) -> Result<(), Fault> {
        if let [first, second, ..] = self.header[..]
            && first & 0x40 != 0
            && second & 0x7f >= 126
            && self.bugs.has(Bug::RefusesCutHeaders)
        {
            self.over = true;
            let offset = self.offset - self.header.len() as u64;
            return Err(Fault { violation: Violation::ReservedBits, offset });
        }
        if self.bugs.has(Bug::LosesCutHeaders)
            || behind_frame && self.bugs.has(Bug::LosesStartsBehindFrames)
            || self.header.len() == 1 && self.bugs.has(Bug::LosesFirstOctets)
        {
            self.header.clear();
        }
        let cut = self.message.as_ref().is_some_and(|message| message.text.open() > 0);
        if cut && !self.over && self.bugs.has(Bug::ChecksDeliveriesApart) {
            self.over = true;
            return Err(Fault { violation: Violation::TextCut, offset: self.offset - 1 });
        }
        Ok(())
    }

    fn header_octet(&mut self, octet: u8) -> Result<(), Fault> {
        self.header.push(octet);
        if let Some((violation, at)) = self.header_violation() {
            let start = self.offset + 1 - self.header.len() as u64;
            let fault = Fault { violation, offset: start + at };
            if !self.bugs.has(Bug::ReadsAfterFailing) {
                return Err(fault);
            }
            self.late.get_or_insert(fault);
        }
        self.offset += 1;
        let Some(header) = careless::header(&self.header, self.bugs) else { return Ok(()) };
        self.header.clear();
        if header.mask == Some([0; 4]) && self.bugs.has(Bug::RefusesZeroKeys) {
            return Err(Fault { violation: Violation::Unmasked, offset: self.offset - 1 });
        }
        let bare = header.mask.is_none_or(|mask| mask == [0; 4]);
        if self.role == Role::Client && !bare && self.bugs.has(Bug::AcceptsZeroMasks) {
            return Err(Fault { violation: Violation::Masked, offset: self.offset - 1 });
        }
        self.broken_down |= header.length >> 31 != 0 && self.bugs.has(Bug::BreaksDownOnHugeLengths);
        self.begin(header);
        Ok(())
    }

    fn begin(&mut self, header: Header) {
        let kind = match header.opcode {
            Opcode::TEXT => Some(Kind::Text),
            Opcode::BINARY => Some(Kind::Binary),
            _ => None,
        };
        let lonely_kind = match (header.opcode, &self.message) {
            (Opcode::CONTINUATION, None) if self.bugs.has(Bug::TakesLonelyForBinary) => {
                Some(Kind::Binary)
            }
            (Opcode::CONTINUATION, None) if self.bugs.has(Bug::LetsMessagesGoOn) => {
                self.before.as_ref().map(|(kind, _)| *kind)
            }
            _ => None,
        };
        let kind = match self.framed_kind {
            Some(framed) if header.fin && self.bugs.has(Bug::KeepsKinds) => kind.map(|_| framed),
            _ => kind.or(lonely_kind),
        };
        let joins = self.message.is_some() && self.bugs.has(Bug::JoinsMessages);
        if let Some(kind) = kind.filter(|_| !joins) {
            let old = self.before.take().filter(|_| self.bugs.has(Bug::KeepsOldMessages));
            let payload = old.map_or_else(Vec::new, |(_, payload)| payload);
            let mut compressed = header.rsv & 4 != 0 && self.inflating.is_some();
            if !header.fin {
                let first = *self.framed_compression.get_or_insert(compressed);
                compressed = if self.bugs.has(Bug::KeepsCompression) { first } else { compressed };
            }
            match &mut self.inflating {
                Some(inflating) if compressed => inflating.start_message(self.bugs),
                Some(inflating) => inflating.pass(false, self.bugs),
                None => {}
            }
            self.message = Some(Message {
                kind,
                payload,
                text: Utf8::default(),
                compressed,
                checked: 0,
                uncounted: 0,
                frames: 0,
                mixed: false,
            });
        }
        let control = header.opcode.is_control();
        let first = self.offset == header.size() as u64;
        if control && first && self.bugs.has(Bug::FirstControlSpoils) {
            self.inflating = None;
        }
        match (&mut self.inflating, &self.message) {
            (Some(inflating), _) if control => inflating.pass(true, self.bugs),
            (Some(inflating), Some(Message { compressed: true, .. })) => {
                inflating.begin_frame(header.length, self.bugs);
            }
            _ => {}
        }
        self.first_key = self.first_key.or(header.mask);
        let lonely = header.opcode == Opcode::CONTINUATION && self.message.is_none();
        if let (Opcode::CONTINUATION, Some(message)) = (header.opcode, &mut self.message)
            && self.bugs.has(Bug::ForgetsFragments)
        {
            message.payload.clear();
        }
        if let (true, Some(message)) = (header.opcode.is_control(), &mut self.message) {
            message.mixed = true;
            if self.bugs.has(Bug::ControlsForget) {
                message.payload.clear();
            }
            if self.bugs.has(Bug::ControlsChangeKind) {
                message.kind = Kind::Binary;
            }
            if self.bugs.has(Bug::ResetsTextAtControls) {
                message.text = Utf8::default();
            }
            if self.bugs.has(Bug::LimitsForgetAtControls) {
                message.uncounted = message.payload.len();
            }
        } else if let Some(message) = &mut self.message {
            message.frames += 1;
            if self.bugs.has(Bug::ResetsTextAtFrames) {
                message.text = Utf8::default();
            }
        }
        self.frame = Some(Frame {
            header,
            done: 0,
            control: Vec::new(),
            reason: Utf8::default(),
            skipped: lonely || header.opcode.is_reserved(),
        });
    }

    fn payload(&mut self, octets: &[u8]) -> Result<(), Fault> {
        let Some(frame) = &mut self.frame else { return Ok(()) };
        let start = self.offset;
        self.offset += octets.len() as u64;
        let mut plain = octets.to_vec();
        let control = frame.header.opcode.is_control();
        let at = match frame.done {
            _ if self.bugs.has(Bug::RestartsKeys) => 0,
            done if self.bugs.has(Bug::RotatesKeysBack) => 4 - done % 4,
            done => match &self.message {
                Some(message) if !control && self.bugs.has(Bug::ContinuesKeys) => {
                    message.payload.len() as u64
                }
                _ => done,
            },
        };
        if !(control && self.bugs.has(Bug::LeavesControlsMasked)) {
            let key =
                frame.header.mask.and(self.first_key).filter(|_| self.bugs.has(Bug::KeepsFirstKey));
            let key = key.or(frame.header.mask).unwrap_or_default();
            let whole = plain.len() / 4 * 4;
            let n = if self.bugs.has(Bug::UnmasksWholeWords) { whole } else { plain.len() };
            let left = 65_536u64.saturating_sub(frame.done) as usize;
            let n = if self.bugs.has(Bug::UnmasksSomeOnly) { n.min(left) } else { n };
            mask(&mut plain[..n], key, at);
        }
        frame.done += octets.len() as u64;
        if frame.skipped {
            return Ok(());
        }
        if control {
            if let Some(message) = &mut self.message {
                let inflates = match frame.header.opcode {
                    Opcode::PONG => self.bugs.has(Bug::InflatesPongs),
                    Opcode::CLOSE => self.bugs.has(Bug::InflatesCloses),
                    _ => false,
                };
                if inflates && message.compressed {
                    return Err(Fault { violation: Violation::DataCorrupt, offset: start });
                }
                if self.bugs.has(Bug::AppendsControls) {
                    message.payload.extend_from_slice(&plain);
                }
                if self.bugs.has(Bug::DecodesControls) && message.text.feed(&plain).is_err() {
                    return Err(Fault { violation: Violation::Text, offset: start });
                }
            }
            return self.control_payload(&plain, start);
        }
        let last = frame.header.fin && frame.header.opcode == Opcode::CONTINUATION;
        let Some(message) = &mut self.message else { return Ok(()) };
        if last && message.kind == Kind::Binary && self.bugs.has(Bug::LosesFinalBinaries) {
            return Ok(());
        }
        let left =
            frame.header.opcode == Opcode::CONTINUATION && self.bugs.has(Bug::LeavesContinuations);
        if let (true, Some(inflating)) = (message.compressed && !left, &mut self.inflating) {
            let end = self.offset.saturating_add(frame.header.length - frame.done);
            let Message { kind, payload, text, .. } = message;
            let inflated = Inflated { kind: *kind, payload, text, limit: self.limits.message };
            let fed = inflating.feed(&plain, inflated, self.bugs);
            self.broken_down |= inflating.broken_down;
            let alone = message.frames == 1 && frame.header.fin;
            let unseen = !alone && self.bugs.has(Bug::InflatesUncheckedFrames)
                || self.any && self.bugs.has(Bug::ChecksFirstText);
            if fed == Err(Violation::Text) && unseen {
                return Ok(());
            }
            return fed.map_err(|violation| Fault { violation, offset: end - 1 });
        }
        message.payload.extend_from_slice(&plain);
        if message.kind == Kind::Text && self.bugs.has(Bug::ReadsAfterFailing) {
            if message.text.feed(&plain).is_err() {
                self.late.get_or_insert(Fault { violation: Violation::Text, offset: start });
            }
            return Ok(());
        }
        let unseen = careless::leaves_unchecked(
            &frame.header,
            message.frames,
            message.payload.len(),
            self.bugs,
        );
        let unseen = unseen
            || self.any && self.bugs.has(Bug::ChecksFirstText)
            || self.inflating.is_some() && self.bugs.has(Bug::ChecksNoTextAgreed);
        if message.kind == Kind::Text && checks_early(self.bugs) && !unseen {
            message.text.feed(&plain).map_err(|at| {
                message.payload.truncate(message.payload.len() - plain.len() + at);
                Fault { violation: Violation::Text, offset: start + at as u64 }
            })?;
        }
        Ok(())
    }

    fn control_payload(&mut self, octets: &[u8], start: u64) -> Result<(), Fault> {
        let bugs = self.bugs;
        for (i, &octet) in octets.iter().enumerate() {
            let Some(frame) = &mut self.frame else { return Ok(()) };
            let close = frame.header.opcode == Opcode::CLOSE;
            // Longer ones pass only with a bug, which keeps as much as fits.
            if frame.control.len() < 125 {
                frame.control.push(octet);
            }
            let unseen = frame.control.len() <= 2 || i < 2 && bugs.has(Bug::SkipsInReasons);
            if let (Some(message), 3) = (&self.message, frame.control.len())
                && bugs.has(Bug::MixesReasons)
            {
                frame.reason = message.text;
            }
            let reason_ok = unseen || frame.reason.feed(&[octet]).is_ok();
            let found = match frame.control[..] {
                [a, b]
                    if close
                        && !may_be_received(u16::from_be_bytes([a, b]), bugs)
                        && !(frame.header.length > 2 && bugs.has(Bug::AcceptsCodesWithReasons)) =>
                {
                    Some(Violation::CloseCode)
                }
                _ if close && !reason_ok => Some(Violation::CloseReason),
                _ => None,
            };
            if let Some(violation) = found.filter(|violation| !self.forgives(*violation)) {
                return Err(Fault { violation, offset: start + i as u64 });
            }
        }
        Ok(())
    }
}

/// Whether text is checked octet by octet, as it should be; careless readers look at the end.
fn checks_early(bugs: Bugs) -> bool {
    !text::LATE.iter().any(|bug| bugs.has(*bug))
}
