//! The calls of the engine's session.

use wsproof_cases::interface::{Answer, Queue, Received, Sending, Taken};
use wsproof_cases::step::Kind;
use wsproof_engine::handshake::HandshakeClass;
use wsproof_engine::{
    Action, ActionError, ActionQueue, BufferType, CloseCode, CloseStatus, CustomHeader, FaultClass,
    Header, Incoming, Misuse, MisuseClass, Offer, OpeningError, Outgoing, Selection, Session,
    Ticket,
};

use super::{Calls, Fields};

impl Calls for Session {
    type Ticket = Ticket;

    fn send(&mut self, sending: &Sending) -> Answer {
        match outgoing(sending) {
            Err(misuse) => of_misuse(misuse),
            Ok(outgoing) => match self.send(outgoing, ()) {
                Ok(()) => Answer::Accepted,
                Err(refused) => of_misuse(refused.misuse),
            },
        }
    }

    fn receive(&mut self) -> Answer {
        match self.receive(None, ()) {
            Ok(()) => Answer::Accepted,
            Err(refused) => of_misuse(refused.misuse),
        }
    }

    fn get_action(&mut self, queue: Queue) -> Result<Option<(Ticket, Taken)>, Answer> {
        let queue = match queue {
            Queue::Send => ActionQueue::Send,
            Queue::Receive => ActionQueue::Receive,
            Queue::All => ActionQueue::All,
        };
        let action = self.get_action(queue).map_err(|error| match error {
            ActionError::Misuse(misuse) => of_misuse(misuse),
            ActionError::Fault(fault) => match fault.violation().class() {
                FaultClass::Format => Answer::InvalidFormat,
                FaultClass::Operation => Answer::InvalidOperation,
            },
        })?;
        Ok(Some(match action {
            Action::NoAction => return Ok(None),
            Action::SendToNetwork(ticket, _) => {
                (ticket, Taken::Write(self.slices(ticket).unwrap_or_default().concat()))
            }
            Action::IndicateSendComplete(ticket, _) => (ticket, Taken::Sent),
            Action::ReceiveFromNetwork(ticket) => {
                (ticket, Taken::Read(self.buffer_mut(ticket).map_or(0, |buffer| buffer.len())))
            }
            Action::IndicateReceiveComplete(ticket, buffer_type) => {
                let incoming = self.incoming(ticket).ok();
                let received = buffer_type.zip(incoming).map(|(kind, what)| received(kind, what));
                (ticket, Taken::Received(received.unwrap_or(Received::Nothing)))
            }
        }))
    }

    fn fill(&mut self, ticket: &mut Ticket, octets: &[u8]) {
        if let Ok(buffer) = self.buffer_mut(*ticket) {
            buffer[..octets.len()].copy_from_slice(octets);
        }
    }

    fn complete(&mut self, ticket: Ticket, octets: usize) -> Option<Ticket> {
        // What a wrong call answers is not part of the interface, which has no result here.
        let _ = self.complete_action(ticket, octets);
        Some(ticket)
    }

    fn abort(&mut self) {
        self.abort();
    }

    fn begin_client(
        &mut self,
        subprotocols: &[&str],
        extensions: &[&str],
    ) -> Result<Fields, Answer> {
        let offer = Offer { subprotocols, extensions, ..Offer::default() };
        let headers = self.begin_client_handshake(&offer).map_err(of_opening)?;
        Ok(headers.pairs().map(|(name, value)| (name.into(), value.into())).collect())
    }

    fn end_client(&mut self, response: &Fields) -> Answer {
        match self.end_client_handshake(&headers(response)) {
            Ok(_) => Answer::Accepted,
            Err(error) => of_opening(error),
        }
    }

    fn begin_server(
        &mut self,
        subprotocol: Option<&str>,
        extensions: &[&str],
        request: &Fields,
    ) -> Answer {
        let selection = Selection { subprotocol, extensions };
        match self.begin_server_handshake(&selection, &headers(request)) {
            Ok(_) => Answer::Accepted,
            Err(error) => of_opening(error),
        }
    }

    fn end_server(&mut self) -> Answer {
        self.end_server_handshake().map_or_else(of_misuse, |()| Answer::Accepted)
    }
}

/// The engine's name for what is to be sent.
fn outgoing(sending: &Sending) -> Result<Outgoing<Vec<u8>>, Misuse> {
    Ok(match sending {
        Sending::Message(Kind::Text, payload) => Outgoing::Utf8Message(payload.to_vec()),
        Sending::Message(Kind::Binary, payload) => Outgoing::BinaryMessage(payload.to_vec()),
        Sending::Fragment(Kind::Text, payload) => Outgoing::Utf8Fragment(payload.to_vec()),
        Sending::Fragment(Kind::Binary, payload) => Outgoing::BinaryFragment(payload.to_vec()),
        Sending::Close { code: None, .. } => Outgoing::Close(None),
        Sending::Close { code: Some(code), reason } => {
            let code = CloseCode::new(*code);
            Outgoing::Close(Some(CloseStatus::with_reason(code, reason.to_vec())))
        }
        Sending::Ping => Outgoing::PingPong,
        Sending::Pong => Outgoing::UnsolicitedPong,
        Sending::Custom(first, payload) => {
            Outgoing::Custom(CustomHeader::new(u32::from(*first) << 1)?, payload.to_vec())
        }
    })
}

/// What the application makes of a result.
pub(super) fn received(buffer_type: BufferType, incoming: Incoming<'_>) -> Received {
    match buffer_type {
        BufferType::Utf8Fragment | BufferType::BinaryFragment => {
            Received::Fragment(incoming.data().to_vec())
        }
        BufferType::Utf8Message => Received::Message(Kind::Text, incoming.data().to_vec()),
        BufferType::BinaryMessage => Received::Message(Kind::Binary, incoming.data().to_vec()),
        BufferType::Close => match incoming {
            Incoming::Close { code, .. } => Received::Close(code.number()),
            Incoming::Data(_) => Received::Nothing,
        },
        BufferType::PingPong | BufferType::UnsolicitedPong | BufferType::Custom(_) => {
            Received::Nothing
        }
    }
}

fn headers(fields: &Fields) -> Vec<Header<'_>> {
    fields.iter().map(|(name, value)| Header::new(name, value)).collect()
}

fn of_misuse(misuse: Misuse) -> Answer {
    match misuse.class() {
        MisuseClass::Argument => Answer::InvalidArgument,
        MisuseClass::Operation => Answer::InvalidOperation,
    }
}

fn of_opening(error: OpeningError) -> Answer {
    match error {
        OpeningError::Misuse(misuse) => of_misuse(misuse),
        OpeningError::Handshake(error) => match error.class() {
            HandshakeClass::InvalidFormat => Answer::InvalidFormat,
            HandshakeClass::InvalidArgument => Answer::InvalidArgument,
            HandshakeClass::SubprotocolNotSupported => Answer::SubprotocolNotSupported,
            HandshakeClass::ExtensionsNotSupported => Answer::ExtensionsNotSupported,
            HandshakeClass::VersionNotSupported => Answer::VersionNotSupported,
        },
    }
}
