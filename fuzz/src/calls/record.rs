//! What the calls before say about the next.

use std::collections::VecDeque;

use wsproof_cases::Role;
use wsproof_engine::{Misuse, Outgoing, Ticket};

/// An action that is outstanding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Write,
    Pong,
    Read,
    SendComplete,
    ReceiveComplete,
}

/// What the record knows of the session.
pub(super) struct Record {
    pub(super) role: Role,
    pub(super) open: bool,
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
    pub(super) next_context: u32,
    pub(super) faulty: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Binary,
    Custom,
}

impl Record {
    /// Of a session that has just been created.
    pub(super) const fn new(role: Role, limit: usize) -> Self {
        Self {
            role,
            open: false,
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
        }
    }

    /// What a send must answer: the message that is open afterwards, or why not.
    pub(super) fn may_send(
        &self,
        operation: &Outgoing<Vec<u8>>,
        code: u16,
    ) -> Result<Option<Kind>, Misuse> {
        if !self.open {
            return Err(Misuse::NotOpen);
        }
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
                if custom_control && (!header.fin() || payload.len() > 125) =>
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
fn may_close(code: u16, operation: &Outgoing<Vec<u8>>) -> Result<(), Misuse> {
    let reason = operation.payload().map(Vec::as_slice).unwrap_or_default();
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
