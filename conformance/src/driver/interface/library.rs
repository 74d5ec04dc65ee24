//! The calls of a library with the thirteen functions.

use std::ffi::CString;

use wsproof_capi_abi::library::{Action, ActionKind, CallError, Endpoint, Over, Payload};
use wsproof_capi_abi::{
    E_INVALID_PROTOCOL_FORMAT, E_INVALID_PROTOCOL_OPERATION, E_INVALIDARG,
    E_PROTOCOL_EXTENSIONS_NOT_SUPPORTED, E_PROTOCOL_VERSION_NOT_SUPPORTED,
    E_SUBPROTOCOL_NOT_SUPPORTED, WEB_SOCKET_ALL_ACTION_QUEUE, WEB_SOCKET_RECEIVE_ACTION_QUEUE,
    WEB_SOCKET_SEND_ACTION_QUEUE,
};
use wsproof_cases::interface::{Answer, Queue, Received, Sending, Taken};
use wsproof_cases::step::Kind;
use wsproof_engine::{BufferType, CloseCode, Incoming};

use super::session::received;
use super::{Calls, Fields};
use crate::driver::library::c_strings;

/// What names an action of a handle.
pub(in crate::driver) enum Ticket {
    Outstanding(Action),
    Over(Over),
}

impl Calls for Endpoint<'_> {
    type Ticket = Ticket;

    fn send(&mut self, sending: &Sending) -> Answer {
        let data = |octets: &wsproof_cases::payload::Payload| Payload::Data(octets.to_vec());
        let (buffer_type, payload) = match sending {
            Sending::Message(Kind::Text, octets) => (BufferType::Utf8Message.bits(), data(octets)),
            Sending::Message(Kind::Binary, octets) => {
                (BufferType::BinaryMessage.bits(), data(octets))
            }
            Sending::Fragment(Kind::Text, octets) => {
                (BufferType::Utf8Fragment.bits(), data(octets))
            }
            Sending::Fragment(Kind::Binary, octets) => {
                (BufferType::BinaryFragment.bits(), data(octets))
            }
            Sending::Close { code: None, .. } => (BufferType::Close.bits(), Payload::None),
            Sending::Close { code: Some(status), reason } => {
                let body = Payload::Close { status: *status, reason: reason.to_vec() };
                (BufferType::Close.bits(), body)
            }
            Sending::Ping => (BufferType::PingPong.bits(), Payload::None),
            Sending::Pong => (BufferType::UnsolicitedPong.bits(), Payload::None),
            Sending::Custom(first, octets) => (u32::from(*first) << 1, data(octets)),
        };
        answer(self.send(buffer_type, payload))
    }

    fn receive(&mut self) -> Answer {
        answer(self.receive())
    }

    fn get_action(&mut self, queue: Queue) -> Result<Option<(Ticket, Taken)>, Answer> {
        let queue = match queue {
            Queue::Send => WEB_SOCKET_SEND_ACTION_QUEUE,
            Queue::Receive => WEB_SOCKET_RECEIVE_ACTION_QUEUE,
            Queue::All => WEB_SOCKET_ALL_ACTION_QUEUE,
        };
        let Some(action) = self.get_action(queue).map_err(of_error)? else { return Ok(None) };
        let taken = match action.kind() {
            ActionKind::SendToNetwork => Taken::Write(self.slices(&action).concat()),
            ActionKind::IndicateSendComplete => Taken::Sent,
            ActionKind::ReceiveFromNetwork => Taken::Read(self.buffer_mut(&action).len()),
            ActionKind::IndicateReceiveComplete => {
                let [octets, _] = self.slices(&action);
                let kind = BufferType::from_bits(action.buffer_type());
                Taken::Received(kind.map_or(Received::Nothing, |kind| {
                    let code = CloseCode::new(action.status());
                    let close = Incoming::Close { code, reason: Some(octets) };
                    let closes = kind == BufferType::Close;
                    received(kind, if closes { close } else { Incoming::Data(octets) })
                }))
            }
        };
        Ok(Some((Ticket::Outstanding(action), taken)))
    }

    fn fill(&mut self, ticket: &mut Ticket, octets: &[u8]) {
        if let Ticket::Outstanding(action) = ticket {
            self.buffer_mut(action)[..octets.len()].copy_from_slice(octets);
        }
    }

    fn complete(&mut self, ticket: Ticket, octets: usize) -> Option<Ticket> {
        Some(Ticket::Over(match ticket {
            Ticket::Outstanding(action) => self.complete_action(action, octets),
            Ticket::Over(over) => {
                self.complete_again(over, octets);
                over
            }
        }))
    }

    fn abort(&mut self) {
        self.abort();
    }

    fn begin_client(
        &mut self,
        subprotocols: &[&str],
        extensions: &[&str],
    ) -> Result<Fields, Answer> {
        let (subprotocols, extensions) = (c_strings(subprotocols), c_strings(extensions));
        let subprotocols: Vec<_> = subprotocols.iter().map(CString::as_c_str).collect();
        let extensions: Vec<_> = extensions.iter().map(CString::as_c_str).collect();
        self.begin_client_handshake(&subprotocols, &extensions).map_err(of_error)
    }

    fn end_client(&mut self, response: &Fields) -> Answer {
        answer(self.end_client_handshake(response))
    }

    fn begin_server(
        &mut self,
        subprotocol: Option<&str>,
        extensions: &[&str],
        request: &Fields,
    ) -> Answer {
        let subprotocol = c_strings(subprotocol.as_slice());
        let subprotocol = subprotocol.first().map(CString::as_c_str);
        let extensions = c_strings(extensions);
        let extensions: Vec<_> = extensions.iter().map(CString::as_c_str).collect();
        let begun = self.begin_server_handshake(subprotocol, &extensions, request);
        answer(begun.map(drop))
    }

    fn end_server(&mut self) -> Answer {
        answer(self.end_server_handshake())
    }
}

fn answer(result: Result<(), CallError>) -> Answer {
    result.map_or_else(of_error, |()| Answer::Accepted)
}

fn of_error(error: CallError) -> Answer {
    let (CallError::Result(result) | CallError::Fault(result, _)) = error else {
        return Answer::Missing;
    };
    match result {
        E_INVALIDARG => Answer::InvalidArgument,
        E_INVALID_PROTOCOL_FORMAT => Answer::InvalidFormat,
        E_INVALID_PROTOCOL_OPERATION => Answer::InvalidOperation,
        E_SUBPROTOCOL_NOT_SUPPORTED => Answer::SubprotocolNotSupported,
        E_PROTOCOL_EXTENSIONS_NOT_SUPPORTED => Answer::ExtensionsNotSupported,
        E_PROTOCOL_VERSION_NOT_SUPPORTED => Answer::VersionNotSupported,
        _ => Answer::Missing,
    }
}
