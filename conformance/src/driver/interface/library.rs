//! The calls of a library with the thirteen functions.

use wsproof_capi_abi::library::{Action, ActionKind, CallError, Endpoint, Payload};
use wsproof_capi_abi::{
    E_INVALID_PROTOCOL_FORMAT, E_INVALIDARG, WEB_SOCKET_ALL_ACTION_QUEUE,
    WEB_SOCKET_RECEIVE_ACTION_QUEUE, WEB_SOCKET_SEND_ACTION_QUEUE,
};
use wsproof_cases::interface::{Answer, Queue, Received, Sending, Taken};
use wsproof_cases::step::Kind;
use wsproof_engine::{BufferType, CloseCode, Incoming};

use super::session::received;
use super::{Calls, Fields};

impl Calls for Endpoint<'_> {
    type Ticket = Action;

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

    fn get_action(&mut self, queue: Queue) -> Result<Option<(Action, Taken)>, Answer> {
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
        Ok(Some((action, taken)))
    }

    fn fill(&mut self, action: &mut Action, octets: &[u8]) {
        self.buffer_mut(action)[..octets.len()].copy_from_slice(octets);
    }

    fn complete(&mut self, action: Action, octets: usize) -> Option<Action> {
        self.complete_action(action, octets);
        None
    }

    fn abort(&mut self) {
        self.abort();
    }

    // The driver opens handles by itself, so that only calls behind the handshake come here.
    fn begin_client(&mut self, _: &[&str], _: &[&str]) -> Result<Fields, Answer> {
        self.begin_client_handshake().map_err(of_error)
    }

    fn end_client(&mut self, response: &Fields) -> Answer {
        answer(self.end_client_handshake(response))
    }

    fn begin_server(&mut self, _: Option<&str>, _: &[&str], request: &Fields) -> Answer {
        answer(self.begin_server_handshake(request).map(drop))
    }

    fn end_server(&mut self) -> Answer {
        answer(self.end_server_handshake())
    }
}

fn answer(result: Result<(), CallError>) -> Answer {
    result.map_or_else(of_error, |()| Answer::Accepted)
}

fn of_error(error: CallError) -> Answer {
    match error {
        CallError::Result(E_INVALIDARG) => Answer::InvalidArgument,
        CallError::Result(E_INVALID_PROTOCOL_FORMAT) => Answer::InvalidFormat,
        CallError::Result(_) => Answer::InvalidOperation,
        _ => Answer::Missing,
    }
}
