//! Actions: asked for, looked at, declined, confined, completed, and tickets that are used up.

use arbitrary::Unstructured;
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::{
    Action, ActionError, ActionQueue, BufferType, Completed, Config, Incoming, Misuse, Outcome,
    Role, State, Ticket,
};

use super::payload::Payload;
use super::record::Slot;
use super::{Plain, Run};
use crate::opened;
use crate::script::{one_in, pick};
use crate::told;

impl Run {
    pub(super) fn get_action(&mut self, queue: ActionQueue) {
        let before = self.record.session_call();
        let answer = self.session.get_action(queue);
        self.log(|| format!("get_action({queue:?}) = {answer:?}"));
        let sends = queue.bits() & ActionQueue::Send.bits() != 0;
        let receives = queue.bits() & ActionQueue::Receive.bits() != 0;
        let (ticket, slot) = match answer {
            Err(ActionError::Misuse(Misuse::PayloadChanged)) if self.record.fickle && sends => {
                return self.expect(told::misuse(Misuse::PayloadChanged));
            }
            Err(ActionError::Misuse(misuse)) => {
                return self.refused("get_action", misuse, before.err());
            }
            Err(ActionError::Fault(fault)) => {
                self.record.faulty = true;
                self.expect(told::fault(fault));
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
        if before.is_err() {
            self.misdeed("acts before it is open");
        }
        let of_send = slot.is_of_send();
        if of_send && !sends || !of_send && !receives {
            self.misdeed(format!("answers with {slot:?} to {queue:?}"));
        }
        if self.record.aborted && matches!(slot, Slot::Write | Slot::Pong | Slot::Read) {
            self.misdeed("goes on with network traffic after an abort");
        }
        self.check_due(ticket, slot);
        let taken =
            if of_send { &mut self.record.send_slot } else { &mut self.record.receive_slot };
        if taken.replace((ticket, slot)).is_some() {
            self.misdeed("has two actions outstanding in one queue");
        }
    }

    /// Whether what was declined, or left for later, comes next.
    fn check_due(&mut self, ticket: Ticket, slot: Slot) {
        match slot {
            Slot::Write => {
                let Some(due) = self.record.due.take() else { return };
                let offered = self.session.slices(ticket).map(|slices| slices.concat());
                if !self.record.fickle && offered.as_ref() != Ok(&due) {
                    self.misdeed(format!("offers {offered:02x?} instead of {due:02x?}"));
                }
            }
            Slot::Read if self.record.result_due => {
                self.misdeed("forgets a result that was declined");
            }
            Slot::ReceiveComplete => self.record.result_due = false,
            Slot::Read | Slot::Pong | Slot::SendComplete => {}
        }
    }

    /// Whether there is really nothing to do.
    fn check_idle(&mut self, sends: bool, receives: bool) {
        let record = &self.record;
        let pong_out = matches!(record.receive_slot, Some((_, Slot::Pong)));
        let send_due = sends && record.send_slot.is_none() && !record.sends.is_empty() && !pong_out;
        let receive_due = receives && record.receive_slot.is_none() && !record.receives.is_empty();
        if !record.is_over() || send_due || receive_due && !record.faulty {
            self.misdeed("has nothing to do although operations wait");
        }
    }

    /// One of the actions that are outstanding.
    fn outstanding(&self, choices: &mut Unstructured<'_>) -> Option<(Ticket, Slot)> {
        let slots = [self.record.send_slot, self.record.receive_slot];
        let first = usize::from(one_in(choices, 2));
        slots[first].or(slots[1 - first])
    }

    /// Completes an action, or declines it.
    pub(super) fn complete(&mut self, choices: &mut Unstructured<'_>) {
        let Some((ticket, slot)) = self.outstanding(choices) else { return };
        if one_in(choices, 16) {
            return self.decline(ticket, slot);
        }
        let mut later = Vec::new();
        if one_in(choices, 8) {
            later = self.confine(ticket, slot);
        }
        let octets = match slot {
            Slot::Write | Slot::Pong => match self.session.slices(ticket) {
                Ok(slices) => slices.concat(),
                Err(Misuse::PayloadChanged) if self.record.fickle => Vec::new(),
                Err(misuse) => return self.refused("slices", misuse, None),
            },
            Slot::Read => match self.session.buffer_mut(ticket) {
                Ok(room) if !room.is_empty() => {
                    let octets = room.len().min(self.stream.len());
                    let octets = octets.min(pick(choices, &[usize::MAX, 1, 2, 7]));
                    let piece: Vec<u8> = self.stream.drain(..octets).collect();
                    room[..octets].copy_from_slice(&piece);
                    piece
                }
                _ => return self.misdeed("has no room to read into"),
            },
            Slot::SendComplete | Slot::ReceiveComplete => Vec::new(),
        };
        if slot == Slot::Read && one_in(choices, 8) {
            let more = self.session.complete_action(ticket, usize::MAX);
            if more.err() != Some(Misuse::TooManyOctets) {
                self.misdeed("takes more octets than the buffer holds");
            }
        }
        let short = slot == Slot::Write && one_in(choices, 8);
        let transferred = if short { octets.len() / 2 } else { octets.len() };
        let answer = self.session.complete_action(ticket, transferred);
        self.log(|| format!("complete_action({slot:?}, {transferred}) = {answer:?}"));
        match slot {
            Slot::Write if transferred < octets.len() || self.seen.torn => self.seen.torn = true,
            Slot::Write | Slot::Pong if !self.record.aborted => self.seen.written.extend(octets),
            _ => {}
        }
        if slot == Slot::Write && !later.is_empty() && !self.seen.torn && !self.record.aborted {
            self.record.due = Some(later);
        }
        self.give_up(slot);
        self.old.push(ticket);
        self.check_completed(slot, answer);
    }

    const fn give_up(&mut self, slot: Slot) {
        if slot.is_of_send() {
            self.record.send_slot = None;
        } else {
            self.record.receive_slot = None;
        }
    }

    fn check_completed(
        &mut self,
        slot: Slot,
        answer: Result<Completed<u32, Payload, Vec<u8>>, Misuse>,
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

    /// Takes an action back, which must come again.
    fn decline(&mut self, ticket: Ticket, slot: Slot) {
        if slot == Slot::Write && !self.record.aborted {
            self.record.due = self.session.slices(ticket).map(|slices| slices.concat()).ok();
        }
        self.record.result_due |= slot == Slot::ReceiveComplete && !self.record.aborted;
        let answer = self.session.decline(ticket);
        self.log(|| format!("decline({slot:?}) = {answer:?}"));
        if let Err(misuse) = answer {
            self.refused("decline", misuse, None);
        }
        self.give_up(slot);
        self.old.push(ticket);
    }

    /// Leaves the second slice of a write for later, and answers with it.
    fn confine(&mut self, ticket: Ticket, slot: Slot) -> Vec<u8> {
        let slices =
            |run: &Self| run.session.slices(ticket).map(|slices| slices.map(<[u8]>::to_vec));
        let pong = matches!(self.record.receive_slot, Some((_, Slot::Pong)));
        let before = slices(self);
        let answer = self.session.confine(ticket);
        self.log(|| format!("confine({slot:?}) = {answer:?}"));
        if let Err(misuse) = answer {
            self.refused("confine", misuse, None);
        }
        let (Ok([first, second]), Slot::Write) = (before, slot) else { return Vec::new() };
        match slices(self) {
            Ok([only, nothing]) if only == first && nothing.is_empty() => second,
            // Beside a pong that is on its way, and without two slices, nothing is confined.
            Ok(same) if same == [first.clone(), second.clone()] && (pong || first.is_empty()) => {
                Vec::new()
            }
            Err(Misuse::PayloadChanged) if self.record.fickle => Vec::new(),
            other => {
                self.misdeed(format!("offers {other:02x?} of {first:02x?} and {second:02x?}"));
                Vec::new()
            }
        }
    }

    /// Looks at what an action has, and at what it has not.
    pub(super) fn look(&mut self, choices: &mut Unstructured<'_>) {
        let slots = [self.record.send_slot, self.record.receive_slot];
        let Some((ticket, slot)) = slots[usize::from(one_in(choices, 2))] else { return };
        let writes = matches!(slot, Slot::Write | Slot::Pong);
        let slices = match self.session.slices(ticket) {
            Err(Misuse::PayloadChanged) => self.record.fickle,
            slices => slices.is_ok(),
        };
        let incoming = self.session.incoming(ticket).map(|incoming| match incoming {
            Incoming::Data(octets) => incoming.data() == octets,
            Incoming::Close { reason, .. } => incoming.data() == reason.unwrap_or_default(),
        });
        let room = self.session.buffer_mut(ticket).is_ok();
        let context = self.session.context(ticket).map(Option::<&u32>::copied);
        let owner = match slot {
            Slot::Write | Slot::SendComplete => self.record.sends.front(),
            Slot::Read | Slot::ReceiveComplete => self.record.receives.front(),
            Slot::Pong => None,
        };
        let right = slices == writes
            && room == (slot == Slot::Read)
            && incoming.is_ok() == (slot == Slot::ReceiveComplete)
            && incoming.unwrap_or(true)
            && context == Ok(owner.copied());
        if !right {
            self.misdeed(format!("shows the wrong memory or context of {slot:?}"));
        }
    }

    /// An old ticket is good for nothing, and neither is another session's.
    pub(super) fn misuse_ticket(&mut self, choices: &mut Unstructured<'_>) {
        let foreign = foreign();
        let ticket = match self.old.get(usize::from(pick(choices, &[0u8, 1, 2, 7]))) {
            Some(&old) => old,
            None => match &foreign {
                Some((_, ticket)) => *ticket,
                None => return self.misdeed("cannot read"),
            },
        };
        let before = self.session.state();
        let stale = Err(Misuse::StaleTicket);
        let refused = self.session.complete_action(ticket, 0).map(drop) == stale
            && self.session.slices(ticket).map(drop) == stale
            && self.session.buffer_mut(ticket).map(drop) == stale
            && self.session.incoming(ticket).map(drop) == stale
            && self.session.context(ticket).map(drop) == stale
            && self.session.decline(ticket) == stale
            && self.session.confine(ticket) == stale;
        if !refused || self.session.state() != before {
            self.misdeed("takes a ticket twice");
        }
    }
}

/// Another session with an action outstanding.
fn foreign() -> Option<(Plain, Ticket)> {
    let config = Config::builder(Role::Server).receive_buffer_size(256).build().ok()?;
    let mut session = Plain::create_with_entropy(config, Box::new(FixedEntropy::new(1)));
    opened::open(&mut session, wsproof_cases::Role::Server, None).ok()?;
    session.receive(None, 0).ok()?;
    match session.get_action(ActionQueue::Receive) {
        Ok(Action::ReceiveFromNetwork(ticket)) => Some((session, ticket)),
        _ => None,
    }
}
