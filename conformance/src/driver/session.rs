//! The engine behind the interface's own names: an echo application on `get_action` and
//! `complete_action`.

use wsproof_cases::Role;
use wsproof_cases::case::{Case, Needs};
use wsproof_cases::interface::Interface;
use wsproof_engine::deflate::Level;
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::handshake::HandshakeError;
use wsproof_engine::{
    Action, ActionError, ActionQueue, Config, Header, Offer, OpeningError, Outgoing, Selection,
    Session, Ticket,
};

use super::application::Application;
use super::echo::{self, Echo};
use super::interface::InterfaceLink;
use super::opening::{self, Face, OpeningLink, Refused};
use super::outbox::Outbox;
use crate::play::{Broken, Driver, Fault, Link, Work};

/// Opens sessions of the engine with default settings.
#[derive(Clone, Copy, Debug)]
pub struct SessionDriver {
    seed: u64,
}

impl SessionDriver {
    /// A driver whose sessions draw their keys from `seed`.
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }
}

impl Driver for SessionDriver {
    fn name(&self) -> &'static str {
        "session"
    }

    fn lacks(&self, _: &Needs) -> Option<&'static str> {
        None
    }

    fn open(
        &mut self,
        case: &Case,
        role: Role,
        earlier: u32,
    ) -> Result<Box<dyn Link + '_>, Broken> {
        let seed = self.seed.wrapping_add(earlier.into());
        // Every case is played through this face, so it does not spend its time on a few octets less.
        let config = echo::config(role, &case.needs, Level::FAST)?;
        if let Some(setting) = case.needs.setting() {
            let entropy = Box::new(FixedEntropy::new(seed));
            let session = Session::create_with_entropy(config, entropy);
            let face = SessionFace { session, role };
            return Ok(Box::new(OpeningLink::new(face, role, setting)?));
        }
        if let Some(Interface { opened: false, .. }) = case.needs.interface {
            let entropy = Box::new(FixedEntropy::new(seed));
            let session = Session::create_with_entropy(config, entropy);
            return Ok(Box::new(InterfaceLink::new(session, role, false)));
        }
        let session = open(role, config, seed).map_err(Broken)?;
        if case.needs.interface.is_some() {
            return Ok(Box::new(InterfaceLink::new(session, role, true)));
        }
        Ok(Box::new(SessionLink::new(session, role)))
    }
}

/// A session before its handshake.
struct SessionFace {
    session: Session,
    role: Role,
}

impl Face for SessionFace {
    type Open = SessionLink;

    fn offer(&mut self, offer: &Offer<'_>) -> Result<Vec<u8>, Broken> {
        let failed = |error| Broken(format!("the opening handshake failed: {error}"));
        opening::request(&self.session.begin_client_handshake(offer).map_err(failed)?)
    }

    fn take_response(&mut self, response: &[Header<'_>]) -> Result<(), Option<Fault>> {
        let ended = self.session.end_client_handshake(response);
        ended.map(drop).map_err(|error| opening::unfit(handshake_error(error)))
    }

    fn answer(
        &mut self,
        selection: &Selection<'_>,
        request: &[Header<'_>],
    ) -> Result<Vec<u8>, Refused> {
        let begun = self.session.begin_server_handshake(selection, request);
        let headers = begun.map_err(handshake_error)?;
        if let Err(misuse) = self.session.end_server_handshake() {
            unreachable!("the echo application: {misuse}");
        }
        opening::response(&headers)
    }

    fn open(self) -> SessionLink {
        SessionLink::new(self.session, self.role)
    }
}

fn handshake_error(error: OpeningError) -> HandshakeError {
    match error {
        OpeningError::Handshake(error) => error,
        OpeningError::Misuse(misuse) => unreachable!("the echo application: {misuse}"),
    }
}

/// An open session; the opening handshake runs on header fields.
fn open(role: Role, config: Config, seed: u64) -> Result<Session, String> {
    let mut session = Session::create_with_entropy(config, Box::new(FixedEntropy::new(seed)));
    let failed = |error| format!("the opening handshake failed: {error}");
    match role {
        Role::Server => {
            let request = echo::REQUEST.map(|(name, value)| Header::new(name, value));
            session
                .begin_server_handshake(&Selection::default(), &request)
                .map_err(|error| failed(error.to_string()))?;
            session.end_server_handshake().map_err(|error| failed(error.to_string()))?;
        }
        Role::Client => {
            let request = session
                .begin_client_handshake(&Offer::default())
                .map_err(|error| failed(error.to_string()))?;
            let response = echo::response(&request.iter().collect::<Vec<_>>())?;
            let response: Vec<_> =
                response.iter().map(|(name, value)| Header::new(name, value)).collect();
            session.end_client_handshake(&response).map_err(|error| failed(error.to_string()))?;
        }
    }
    Ok(session)
}

struct SessionLink {
    session: Session,
    echo: Echo,
    /// The read that waits for octets.
    read: Option<Ticket>,
    out: Outbox,
    work: Work,
    fault: Option<Fault>,
}

impl SessionLink {
    fn new(session: Session, role: Role) -> Self {
        Self {
            session,
            echo: Echo::new(echo::engine_role(role)),
            read: None,
            out: Outbox::default(),
            work: Work::default(),
            fault: None,
        }
    }

    fn carry_out(&mut self, action: Action) {
        self.work.actions += 1;
        match action {
            Action::NoAction => {}
            Action::SendToNetwork(ticket, _) => {
                let slices = self.session.slices(ticket).unwrap_or_default();
                let octets = slices.iter().map(|slice| slice.len()).sum();
                slices.iter().for_each(|slice| self.out.write(slice));
                self.work.octets_out += octets as u64;
                self.complete(ticket, octets);
            }
            Action::ReceiveFromNetwork(ticket) => self.read = Some(ticket),
            Action::IndicateSendComplete(ticket, _) => self.complete(ticket, 0),
            Action::IndicateReceiveComplete(ticket, buffer_type) => {
                let incoming = self.session.incoming(ticket);
                let held = incoming.map_or(0, |incoming| incoming.data().len()) + self.echo.held();
                self.work.peak_buffer = self.work.peak_buffer.max(held as u64);
                let answer = match (buffer_type, incoming) {
                    (Some(buffer_type), Ok(incoming)) => self.echo.answer(buffer_type, incoming),
                    _ => None,
                };
                self.complete(ticket, 0);
                if let Some(answer) = answer {
                    self.send(answer);
                }
            }
        }
    }

    fn complete(&mut self, ticket: Ticket, octets: usize) {
        if let Err(misuse) = self.session.complete_action(ticket, octets) {
            unreachable!("the echo application completed an action wrongly: {misuse}");
        }
    }

    fn send(&mut self, outgoing: Outgoing<Vec<u8>>) {
        if let Err(refused) = self.session.send(outgoing, ()) {
            unreachable!("the echo application sent out of turn: {refused}");
        }
    }
}

impl Application for SessionLink {
    fn take(&mut self, mut octets: &[u8]) {
        self.run();
        while !octets.is_empty() {
            // Without a read there is a fault, after which nothing is read any more.
            let Some(ticket) = self.read.take() else { break };
            let Ok(buffer) = self.session.buffer_mut(ticket) else { break };
            let taken = buffer.len().min(octets.len());
            let (now, later) = octets.split_at(taken);
            buffer[..taken].copy_from_slice(now);
            octets = later;
            self.work.octets_in += taken as u64;
            self.complete(ticket, taken);
            self.run();
        }
    }

    fn run(&mut self) {
        while !self.out.is_ended() && self.read.is_none() {
            match self.session.get_action(ActionQueue::All) {
                Ok(Action::NoAction) => {
                    if self.echo.ends_stream() {
                        self.end();
                    } else if let Err(refused) = self.session.receive(None, ()) {
                        unreachable!("a session that is not aborted refused a receive: {refused}");
                    }
                }
                Ok(action) => self.carry_out(action),
                Err(ActionError::Fault(fault)) => {
                    self.fault = Some(echo::told(fault));
                    match self.echo.fail(fault) {
                        Some(close) => self.send(close),
                        // Everything is written. A client waits for the server to end the stream.
                        None if self.echo.ends_stream() => self.end(),
                        None => return,
                    }
                }
                Err(ActionError::Misuse(misuse)) => unreachable!("the echo application: {misuse}"),
            }
        }
    }

    fn end(&mut self) {
        if let Some(ticket) = self.read.take() {
            self.complete(ticket, 0);
        }
        self.session.abort();
        self.out.end();
    }

    fn out(&mut self) -> &mut Outbox {
        &mut self.out
    }

    fn work(&self) -> Option<Work> {
        Some(self.work)
    }

    fn fault(&self) -> Option<Fault> {
        self.fault
    }
}
