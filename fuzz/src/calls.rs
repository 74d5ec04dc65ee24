//! Calls of the interface in any order, with any ticket, against a record of what they may answer.

mod record;
mod settings;

use std::collections::VecDeque;

use arbitrary::Unstructured;
use wsproof_cases::Role;
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::{
    Action, ActionError, ActionQueue, BufferType, CloseCode, CloseStatus, Completed, CustomHeader,
    Misuse, Offer, OpeningError, Outcome, Outgoing, Selection, Session, State, Ticket,
};

use self::record::{Record, Slot};
use self::settings::config;
use crate::edge;
use crate::opened;
use crate::script::{Script, filler, one_in, pick};

/// The most calls of a run.
const CALLS: usize = 96;

type Plain = Session<u32, Vec<u8>, Vec<u8>>;

/// What came of a run: what the session did that no session may, and the octets it wrote.
#[derive(Debug)]
pub struct Seen {
    /// The calls and their answers, if they were asked for.
    pub log: Option<Vec<String>>,
    /// What must not be.
    pub misdeeds: Vec<String>,
    /// The role of the session.
    pub role: Role,
    /// What it wrote, as long as every write was completed.
    pub written: Vec<u8>,
    /// Whether some write was not.
    pub torn: bool,
    /// Whether frames of extensions were sent.
    pub custom: bool,
}

struct Run {
    session: Plain,
    record: Record,
    stream: VecDeque<u8>,
    old: Vec<Ticket>,
    seen: Seen,
}

impl Seen {
    const fn of(role: Role, log: bool) -> Self {
        let log = if log { Some(Vec::new()) } else { None };
        Self { log, misdeeds: Vec::new(), role, written: Vec::new(), torn: false, custom: false }
    }
}

/// Lets choices decide what is called, and keeps a log of it if that is wanted.
#[must_use]
pub fn play(choices: &mut Unstructured<'_>, log: bool) -> Seen {
    let script = Script::choose(choices);
    let role = script.setup.role();
    let limit = pick(choices, &[2, 1, 16]);
    let Ok(config) = config(role, script.setup, limit, choices) else {
        return Seen::of(role, log);
    };
    let session = match role {
        // What a server does not depend on its entropy.
        Role::Server if one_in(choices, 8) => Plain::create_server(config),
        _ => Ok(Plain::create_with_entropy(config, Box::new(FixedEntropy::new(1)))),
    };
    let Ok(session) = session else { unreachable!("the configuration is a server's") };
    let mut run = Run {
        session,
        record: Record::new(role, limit),
        stream: script.stream.into(),
        old: Vec::new(),
        seen: Seen::of(role, log),
    };
    if !one_in(choices, 16) {
        run.handshake();
    }
    for _ in 0..CALLS {
        if choices.is_empty() {
            break;
        }
        run.call(choices);
    }
    run.wind_up();
    run.seen
}

impl Run {
    fn call(&mut self, choices: &mut Unstructured<'_>) {
        match pick(choices, &[0, 1, 2, 2, 2, 2, 3, 3, 3, 4, 5, 6]) {
            0 => self.send(choices),
            1 => self.receive(choices),
            2 => self.get_action(pick(
                choices,
                &[ActionQueue::All, ActionQueue::Send, ActionQueue::Receive],
            )),
            3 => self.complete(choices),
            4 => self.look(choices),
            5 if one_in(choices, 4) => self.abort(),
            _ if one_in(choices, 8) => self.handshake(),
            _ => self.misuse_ticket(choices),
        }
    }

    fn misdeed(&mut self, what: impl Into<String>) {
        self.seen.misdeeds.push(what.into());
    }

    fn log(&mut self, what: impl FnOnce() -> String) {
        if let Some(log) = &mut self.seen.log {
            log.push(what());
        }
    }

    /// Every handshake call; those of the other role and those out of order must be refused.
    fn handshake(&mut self) {
        let (role, open) = (self.record.role, self.record.open);
        let client = self.session.begin_client_handshake(&Offer::default());
        let order = OpeningError::Misuse(Misuse::HandshakeOrder);
        let mismatch = OpeningError::Misuse(Misuse::RoleMismatch);
        // An open session of either role only says that it is too late.
        let expected = match role {
            Role::Client if open => Some(order),
            Role::Client => None,
            Role::Server if open => Some(order),
            Role::Server => Some(mismatch),
        };
        match (&client, expected) {
            (Ok(request), None) => {
                let key = request.get("Sec-WebSocket-Key").unwrap_or_default().to_owned();
                let response = opened::response(&key);
                let fields: Vec<_> = response.iter().collect();
                if self.session.end_client_handshake(&fields[1..]).is_ok() {
                    self.misdeed("takes a response without its first field");
                }
                if self.session.end_client_handshake(&fields).is_err() {
                    self.misdeed("refuses the response to its own request");
                }
                self.record.open = true;
            }
            (Err(error), Some(wanted)) if *error == wanted => {}
            (answer, wanted) => {
                let text = format!("answers {answer:?} to begin_client_handshake, not {wanted:?}");
                self.misdeed(text);
            }
        }
        if role == Role::Server && !open {
            if self.session.end_server_handshake() != Err(Misuse::HandshakeOrder) {
                self.misdeed("ends a handshake that was not begun");
            }
            let begun =
                self.session.begin_server_handshake(&Selection::default(), &opened::request());
            if begun.is_err() || self.session.end_server_handshake().is_err() {
                self.misdeed("refuses a request that is right");
            }
            self.record.open = true;
        } else {
            let late =
                self.session.begin_server_handshake(&Selection::default(), &opened::request());
            if late.is_ok() {
                self.misdeed("begins a server's handshake out of turn");
            }
        }
    }

    fn send(&mut self, choices: &mut Unstructured<'_>) {
        let payload = filler(pick(choices, &[0, 1, 5, 125, 126, 300, 5000]));
        let number = pick(choices, &edge::CLOSE_CODES);
        let operation = match pick(choices, &[0, 1, 2, 3, 4, 5, 6, 7, 8]) {
            0 => Outgoing::Utf8Message(payload),
            1 => Outgoing::Utf8Fragment(payload),
            2 => Outgoing::BinaryMessage(payload),
            3 => Outgoing::BinaryFragment(payload),
            4 => Outgoing::PingPong,
            5 => Outgoing::UnsolicitedPong,
            6 if one_in(choices, 2) => Outgoing::Close(None),
            6 | 7 => {
                let reason = if one_in(choices, 4) { b"\xff".to_vec() } else { payload };
                Outgoing::Close(Some(CloseStatus::with_reason(CloseCode::new(number), reason)))
            }
            _ => {
                let first =
                    pick(choices, &[0xc1u8, 0x41, 0x80, 0x00, 0x83, 0x8b, 0x0b, 0x88, 0x89]);
                match CustomHeader::new(u32::from(first) << 1) {
                    Ok(header) => Outgoing::Custom(header, payload),
                    Err(misuse) => {
                        if first != 0 || misuse != Misuse::CustomHeader {
                            self.misdeed(format!("knows no custom header {first:#04x}"));
                        }
                        return;
                    }
                }
            }
        };
        let expected = self.record.may_send(&operation, number);
        let in_order = self.session.check_send(operation.buffer_type());
        if in_order.is_err() && expected.is_ok() {
            self.misdeed(format!("finds {operation:?} out of order: {in_order:?}"));
        }
        let context = self.record.next_context;
        self.record.next_context += 1;
        let before = self.session.state();
        let answer = self.session.send(operation.clone(), context);
        self.log(|| format!("send({operation:?}) = {:?}", answer.as_ref().map_err(|r| r.misuse)));
        match (answer, expected) {
            (Ok(()), Ok(message)) => {
                self.record.sends.push_back(context);
                self.record.message = message;
                self.record.close_sent |= matches!(operation, Outgoing::Close(_));
                self.seen.custom |= matches!(operation, Outgoing::Custom(..));
                self.record.open = true;
            }
            (Err(refused), Err(misuse)) if refused.misuse == misuse => {
                if refused.outgoing != operation || refused.context != context {
                    self.misdeed("does not hand back what it refuses");
                }
                if self.session.state() != before {
                    self.misdeed("changes its state when it refuses");
                }
            }
            (answer, expected) => {
                let answer = answer.map_err(|refused| refused.misuse);
                self.misdeed(format!("answers {answer:?} to {operation:?}, not {expected:?}"));
            }
        }
    }

    fn receive(&mut self, choices: &mut Unstructured<'_>) {
        let buffer = match pick(choices, &[0, 1, 2, 3]) {
            0 | 1 => None,
            2 => Some(vec![0; pick(choices, &[1, 3, 125, 300])]),
            _ if one_in(choices, 4) => Some(Vec::new()),
            _ => Some(vec![0; 4096]),
        };
        let expected = if !self.record.open {
            Err(Misuse::NotOpen)
        } else if self.record.aborted {
            Err(Misuse::Aborted)
        } else if buffer.as_ref().is_some_and(Vec::is_empty) {
            Err(Misuse::EmptyBuffer)
        } else if self.record.receives.len() >= self.record.limit {
            Err(Misuse::QueueFull)
        } else {
            Ok(())
        };
        let context = self.record.next_context;
        self.record.next_context += 1;
        let answer = self.session.receive(buffer.clone(), context);
        self.log(|| format!("receive({:?}) = {answer:?}", buffer.as_ref().map(Vec::len)));
        match (answer, expected) {
            (Ok(()), Ok(())) => self.record.receives.push_back(context),
            (Err(refused), Err(misuse)) if refused.misuse == misuse => {
                if refused.buffer != buffer || refused.context != context {
                    self.misdeed("does not hand back the buffer it refuses");
                }
            }
            (answer, expected) => {
                let answer = answer.map_err(|refused| refused.misuse);
                self.misdeed(format!("answers {answer:?} to receive, not {expected:?}"));
            }
        }
    }

    fn get_action(&mut self, queue: ActionQueue) {
        let answer = self.session.get_action(queue);
        self.log(|| format!("get_action({queue:?}) = {answer:?}"));
        let sends = queue != ActionQueue::Receive;
        let receives = queue != ActionQueue::Send;
        let (ticket, slot) = match answer {
            Err(ActionError::Misuse(Misuse::NotOpen)) if !self.record.open => return,
            Err(ActionError::Misuse(misuse)) => {
                return self.misdeed(format!("answers {misuse} to get_action"));
            }
            Err(ActionError::Fault(fault)) => {
                self.record.faulty = true;
                let told = fault.to_string();
                if !told.contains(fault.clause()) || !told.contains(&fault.offset().to_string()) {
                    self.misdeed(format!("does not tell where and why: {told}"));
                }
                if !receives || self.session.state() != State::Failed(fault) {
                    self.misdeed("names a fault out of place");
                }
                return;
            }
            Ok(Action::NoAction) => return self.check_idle(sends, receives),
            Ok(Action::SendToNetwork(ticket, buffer_type)) => {
                // The automatic pong is the receive queue's, and belongs to no operation.
                let pong = matches!(self.session.context(ticket), Ok(None));
                if pong && buffer_type != BufferType::PingPong {
                    self.misdeed("writes something for nobody");
                }
                (ticket, if pong { Slot::Pong } else { Slot::Write })
            }
            Ok(Action::IndicateSendComplete(ticket, _)) => (ticket, Slot::SendComplete),
            Ok(Action::ReceiveFromNetwork(ticket)) => (ticket, Slot::Read),
            Ok(Action::IndicateReceiveComplete(ticket, _)) => (ticket, Slot::ReceiveComplete),
        };
        if let Ok(Action::SendToNetwork(_, of) | Action::IndicateReceiveComplete(_, Some(of))) =
            answer
            && BufferType::from_bits(of.bits()) != Ok(of)
        {
            self.misdeed(format!("has no number for {of:?}"));
        }
        let of_send = matches!(slot, Slot::Write | Slot::SendComplete);
        if !self.record.open {
            self.misdeed("acts before it is open");
        }
        if of_send && !sends || !of_send && !receives {
            self.misdeed(format!("answers with {slot:?} to {queue:?}"));
        }
        if self.record.aborted && matches!(slot, Slot::Write | Slot::Pong | Slot::Read) {
            self.misdeed("goes on with network traffic after an abort");
        }
        let taken =
            if of_send { &mut self.record.send_slot } else { &mut self.record.receive_slot };
        if taken.replace((ticket, slot)).is_some() {
            self.misdeed("has two actions outstanding in one queue");
        }
    }

    /// Whether there is really nothing to do.
    fn check_idle(&mut self, sends: bool, receives: bool) {
        let record = &self.record;
        let pong_out = matches!(record.receive_slot, Some((_, Slot::Pong)));
        let send_due = sends && record.send_slot.is_none() && !record.sends.is_empty() && !pong_out;
        let receive_due = receives && record.receive_slot.is_none() && !record.receives.is_empty();
        if send_due || receive_due && !record.faulty {
            self.misdeed("has nothing to do although operations wait");
        }
    }

    fn complete(&mut self, choices: &mut Unstructured<'_>) {
        let slots = [self.record.send_slot, self.record.receive_slot];
        let first = usize::from(one_in(choices, 2));
        let Some((ticket, slot)) = slots[first].or(slots[1 - first]) else { return };
        let (offered, octets) = match slot {
            Slot::Write | Slot::Pong => {
                let offered = self.session.slices(ticket).map(|slices| slices.concat());
                let Ok(octets) = offered else { return self.misdeed("has no slices to write") };
                (octets.len(), octets)
            }
            Slot::Read => match self.session.buffer_mut(ticket) {
                Ok(room) if !room.is_empty() => {
                    let octets = room.len().min(self.stream.len());
                    let octets = octets.min(pick(choices, &[usize::MAX, 1, 2, 7]));
                    for (slot, octet) in room.iter_mut().zip(self.stream.drain(..octets)) {
                        *slot = octet;
                    }
                    (octets, Vec::new())
                }
                _ => return self.misdeed("has no room to read into"),
            },
            Slot::SendComplete | Slot::ReceiveComplete => (0, Vec::new()),
        };
        if slot == Slot::Read && one_in(choices, 8) {
            let more = self.session.complete_action(ticket, usize::MAX);
            if more.err() != Some(Misuse::TooManyOctets) {
                self.misdeed("takes more octets than the buffer holds");
            }
        }
        let short = matches!(slot, Slot::Write) && one_in(choices, 8);
        let transferred = if short { offered / 2 } else { offered };
        let answer = self.session.complete_action(ticket, transferred);
        self.log(|| format!("complete_action({slot:?}, {transferred}) = {answer:?}"));
        match slot {
            Slot::Write if transferred < offered || self.seen.torn => self.seen.torn = true,
            Slot::Write | Slot::Pong if !self.record.aborted => self.seen.written.extend(octets),
            _ => {}
        }
        if matches!(slot, Slot::Write | Slot::SendComplete) {
            self.record.send_slot = None;
        } else {
            self.record.receive_slot = None;
        }
        self.old.push(ticket);
        self.check_completed(slot, answer);
    }

    fn check_completed(
        &mut self,
        slot: Slot,
        answer: Result<Completed<u32, Vec<u8>, Vec<u8>>, Misuse>,
    ) {
        let expected = match slot {
            Slot::SendComplete => self.record.sends.pop_front(),
            Slot::ReceiveComplete => self.record.receives.pop_front(),
            Slot::Write | Slot::Pong | Slot::Read => None,
        };
        let completed = match answer {
            Ok(completed) => completed,
            Err(misuse) => return self.misdeed(format!("answers {misuse} to {slot:?}")),
        };
        if completed.context().copied() != expected {
            self.misdeed(format!("hands back {:?}, not {expected:?}", completed.context()));
        }
        if let Completed::Send { outcome, .. } = completed {
            let abandoned = self.seen.torn || self.record.aborted;
            if outcome != Outcome::Sent && !abandoned {
                self.misdeed(format!("says that an operation was {outcome:?}"));
            }
        }
    }

    /// Looks at what an action has, and at what it has not.
    fn look(&mut self, choices: &mut Unstructured<'_>) {
        let slots = [self.record.send_slot, self.record.receive_slot];
        let Some((ticket, slot)) = slots[usize::from(one_in(choices, 2))] else { return };
        let writes = matches!(slot, Slot::Write | Slot::Pong);
        let (slices, incoming) =
            (self.session.slices(ticket).is_ok(), self.session.incoming(ticket).is_ok());
        let room = self.session.buffer_mut(ticket).is_ok();
        let context = self.session.context(ticket).map(Option::<&u32>::copied);
        let owner = match slot {
            Slot::Write | Slot::SendComplete => self.record.sends.front(),
            Slot::Read | Slot::ReceiveComplete => self.record.receives.front(),
            Slot::Pong => None,
        };
        let right = slices == writes
            && room == (slot == Slot::Read)
            && incoming == (slot == Slot::ReceiveComplete)
            && context == Ok(owner.copied());
        if !right {
            self.misdeed(format!("shows the wrong memory or context of {slot:?}"));
        }
    }

    /// An old ticket is good for nothing.
    fn misuse_ticket(&mut self, choices: &mut Unstructured<'_>) {
        let Some(&ticket) = self.old.get(usize::from(pick(choices, &[0u8, 1, 2, 7]))) else {
            return;
        };
        let before = self.session.state();
        let stale = Err(Misuse::StaleTicket);
        let refused = self.session.complete_action(ticket, 0).map(drop) == stale
            && self.session.slices(ticket).map(drop) == stale
            && self.session.buffer_mut(ticket).map(drop) == stale
            && self.session.incoming(ticket).map(drop) == stale
            && self.session.context(ticket).map(drop) == stale;
        if !refused || self.session.state() != before {
            self.misdeed("takes a ticket twice");
        }
    }

    fn abort(&mut self) {
        self.session.abort();
        self.log(|| String::from("abort()"));
        self.record.aborted |= self.record.open;
        let state = self.session.state();
        if self.record.aborted != (state == State::Aborted) {
            self.misdeed(format!("is {state:?} after an abort"));
        }
    }

    /// After an abort everything comes home.
    fn wind_up(&mut self) {
        if !self.record.open {
            return;
        }
        self.abort();
        let mut plain = Unstructured::new(&[]);
        for _ in 0..4 * CALLS {
            let before = (self.record.send_slot, self.record.receive_slot);
            self.get_action(ActionQueue::All);
            if before == (self.record.send_slot, self.record.receive_slot) && before == (None, None)
            {
                break;
            }
            self.complete(&mut plain);
        }
        if !self.record.sends.is_empty() || !self.record.receives.is_empty() {
            self.misdeed("keeps operations after an abort");
        }
    }
}
