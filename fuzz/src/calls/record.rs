//! What the calls before say about the next.

use std::collections::VecDeque;

use wsproof_cases::Role;
use wsproof_engine::{Misuse, Outgoing, Ticket};

use super::payload::Payload;
use crate::opened;

/// How far the opening handshake has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Created,
    Begun,
    Over,
}

/// An action that is outstanding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Write,
    Pong,
    Read,
    SendComplete,
    ReceiveComplete,
}

impl Slot {
    pub(super) const fn is_of_send(self) -> bool {
        matches!(self, Self::Write | Self::SendComplete)
    }
}

/// What the record knows of the session.
pub(super) struct Record {
    pub(super) role: Role,
    pub(super) stage: Stage,
    /// The key of a client's request, or any other before there is one.
    pub(super) key: String,
    pub(super) aborted: bool,
    /// The limit of either queue.
    pub(super) limit: usize,
    /// Contexts that have been queued and have not come back.
    pub(super) sends: VecDeque<u32>,
    pub(super) receives: VecDeque<u32>,
    /// The kind of the message whose last part was not queued: `Some(true)` is text.
    pub(super) message: Option<Kind>,
    pub(super) close_sent: bool,
    pub(super) send_slot: Option<(Ticket, Slot)>,
    pub(super) receive_slot: Option<(Ticket, Slot)>,
    next_context: u32,
    pub(super) faulty: bool,
    /// Whether some payload may become less while it waits.
    pub(super) fickle: bool,
    /// What must be offered next to be written, since it was declined or left for later.
    pub(super) due: Option<Vec<u8>>,
    /// Whether a result was declined.
    pub(super) result_due: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Binary,
    Custom,
}

impl Record {
    /// Of a session that has just been created.
    pub(super) fn new(role: Role, limit: usize) -> Self {
        Self {
            role,
            stage: Stage::Created,
            key: String::from(opened::SAMPLE_KEY),
            aborted: false,
            limit,
            sends: VecDeque::new(),
            receives: VecDeque::new(),
            message: None,
            close_sent: false,
            send_slot: None,
            receive_slot: None,
            next_context: 0,
            faulty: false,
            fickle: false,
            due: None,
            result_due: false,
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    /// What a function of an open session must answer first. A server's handshake that was begun
    /// ends with it.
    pub(super) fn session_call(&mut self) -> Result<(), Misuse> {
        if self.role == Role::Server && self.stage == Stage::Begun {
            self.stage = Stage::Over;
        }
        if self.is_over() { Ok(()) } else { Err(Misuse::NotOpen) }
    }

    /// What the beginning of a handshake must answer, but for what its arguments say.
    pub(super) fn begins(&self, of: Role) -> Result<(), Misuse> {
        match self.stage {
            _ if of != self.role => Err(Misuse::RoleMismatch),
            Stage::Created => Ok(()),
            Stage::Begun | Stage::Over => Err(Misuse::HandshakeOrder),
        }
    }

    /// What the end of a handshake must answer, but for what its arguments say. A server may end its
    /// handshake again, since any other call may have ended it.
    pub(super) fn ends(&self, of: Role) -> Result<(), Misuse> {
        match (of, self.stage) {
            _ if of != self.role => Err(Misuse::RoleMismatch),
            (_, Stage::Begun) | (Role::Server, Stage::Over) => Ok(()),
            (_, Stage::Created | Stage::Over) => Err(Misuse::HandshakeOrder),
        }
    }

    /// After an abort nothing is due; before the end of the handshake there is none.
    pub(super) fn abort(&mut self) {
        if self.is_over() {
            self.aborted = true;
            self.due = None;
            self.result_due = false;
        }
    }

    pub(super) const fn next_context(&mut self) -> u32 {
        self.next_context += 1;
        self.next_context
    }

    /// What a receive must answer.
    pub(super) fn may_receive(&mut self, buffer: Option<&[u8]>) -> Result<(), Misuse> {
        self.session_call()?;
        if self.aborted {
            Err(Misuse::Aborted)
        } else if buffer.is_some_and(<[u8]>::is_empty) {
            Err(Misuse::EmptyBuffer)
        } else if self.receives.len() >= self.limit {
            Err(Misuse::QueueFull)
        } else {
            Ok(())
        }
    }

    /// What a send must answer: the message that is open afterwards, or why not.
    pub(super) fn may_send(
        &mut self,
        operation: &Outgoing<Payload>,
        code: u16,
    ) -> Result<Option<Kind>, Misuse> {
        self.session_call()?;
        if self.aborted {
            return Err(Misuse::Aborted);
        }
        let first = match operation {
            Outgoing::Custom(header, _) => Some(header.first_octet()),
            _ => None,
        };
        if first.is_some_and(|first| first & 0xf == 8) {
            return Err(Misuse::CustomHeader);
        }
        let custom_control = first.is_some_and(|first| first & 8 != 0);
        let control =
            custom_control || matches!(operation, Outgoing::PingPong | Outgoing::UnsolicitedPong);
        if self.close_sent && !control {
            return Err(Misuse::CloseSent);
        }
        let message = match operation {
            _ if control => self.message,
            Outgoing::Utf8Message(_) => self.part(Kind::Text, true)?,
            Outgoing::Utf8Fragment(_) => self.part(Kind::Text, false)?,
            Outgoing::BinaryMessage(_) => self.part(Kind::Binary, true)?,
            Outgoing::BinaryFragment(_) => self.part(Kind::Binary, false)?,
            Outgoing::PingPong | Outgoing::UnsolicitedPong | Outgoing::Close(_) => self.message,
            Outgoing::Custom(header, _) => {
                let kind = match (header.first_octet() & 0xf, self.message) {
                    (0, Some(kind)) => kind,
                    (0, None) | (_, Some(_)) => return Err(Misuse::FragmentOrder),
                    (1, None) => Kind::Text,
                    (2, None) => Kind::Binary,
                    (_, None) => Kind::Custom,
                };
                (!header.fin()).then_some(kind)
            }
        };
        match operation {
            Outgoing::Custom(header, payload)
                if custom_control && (!header.fin() || payload.octets().len() > 125) =>
            {
                return Err(Misuse::CustomControl);
            }
            Outgoing::Close(Some(_)) => may_close(code, operation)?,
            _ => {}
        }
        if self.sends.len() >= self.limit {
            return Err(Misuse::QueueFull);
        }
        Ok(message)
    }

    fn part(&self, kind: Kind, last: bool) -> Result<Option<Kind>, Misuse> {
        if self.message.is_some_and(|open| open != kind) {
            return Err(Misuse::MessageKindChanged);
        }
        Ok((!last).then_some(kind))
    }
}

/// Code and reason of a Close (RFC 6455 §5.5.1, §7.4).
fn may_close(code: u16, operation: &Outgoing<Payload>) -> Result<(), Misuse> {
    let reason = operation.payload().map(Payload::octets).unwrap_or_default();
    match code {
        1005 if reason.is_empty() => Ok(()),
        1005 => Err(Misuse::CloseReasonWithoutCode),
        1000..=1003 | 1007..=1014 | 3000..=4999 => match reason {
            reason if reason.len() > 123 => Err(Misuse::CloseReasonTooLong),
            reason if core::str::from_utf8(reason).is_err() => Err(Misuse::CloseReasonNotUtf8),
            _ => Ok(()),
        },
        _ => Err(Misuse::CloseCode),
    }
}
