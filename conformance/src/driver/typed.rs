//! The engine behind its typed face: the same echo application on tokens.

use core::num::NonZeroUsize;

use wsproof_cases::Role;
use wsproof_cases::case::{Case, Needs};
use wsproof_engine::deflate::Level;
use wsproof_engine::entropy::FixedEntropy;
use wsproof_engine::handshake::{ClientHandshake, ServerHandshake};
use wsproof_engine::{
    self as engine, Agreed, Config, Connection, Header, Offer, Outgoing, ReceiveAction, Selection,
    SendAction,
};

use super::application::Application;
use super::echo::{self, Echo};
use super::interface;
use super::opening::{self, Face, OpeningLink, Refused};
use super::outbox::Outbox;
use crate::play::{Broken, Driver, Fault, Link, Work};

/// Opens connections of the engine with default settings.
#[derive(Clone, Copy, Debug)]
pub struct TypedDriver {
    seed: u64,
}

impl TypedDriver {
    /// A driver whose connections draw their keys from `seed`.
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }
}

impl Driver for TypedDriver {
    fn name(&self) -> &'static str {
        "typed"
    }

    fn lacks(&self, needs: &Needs) -> Option<&'static str> {
        interface::lacks_calls(needs)
    }

    fn open(
        &mut self,
        case: &Case,
        role: Role,
        earlier: u32,
    ) -> Result<Box<dyn Link + '_>, Broken> {
        let mut entropy = FixedEntropy::new(self.seed.wrapping_add(earlier.into()));
        // The other face compresses as fast as it can; here are the blocks that take longer.
        let config = echo::config(role, &case.needs, Level::USUAL)?;
        if let Some(setting) = case.needs.setting() {
            let (client, agreed) = (None, Agreed::default());
            let face = TypedFace { config, role, entropy, client, agreed };
            return Ok(Box::new(OpeningLink::new(face, role, setting)?));
        }
        let agreed = agree(role, &mut entropy).map_err(Broken)?;
        Ok(Box::new(TypedLink::new(&config, role, &agreed, entropy)))
    }
}

/// A handshake that leads to a connection.
struct TypedFace {
    config: Config,
    role: Role,
    entropy: FixedEntropy,
    client: Option<ClientHandshake>,
    agreed: Agreed,
}

impl Face for TypedFace {
    type Open = TypedLink;

    fn offer(&mut self, offer: &Offer<'_>) -> Result<Vec<u8>, Broken> {
        let begun = ClientHandshake::begin(offer, &mut self.entropy);
        let (client, headers) =
            begun.map_err(|error| Broken(format!("the opening handshake failed: {error}")))?;
        self.client = Some(client);
        opening::request(&headers)
    }

    fn take_response(&mut self, response: &[Header<'_>]) -> Result<(), Option<Fault>> {
        let Some(client) = &self.client else { unreachable!("a response without a request") };
        self.agreed = client.end(response).map_err(opening::unfit)?;
        Ok(())
    }

    fn answer(
        &mut self,
        selection: &Selection<'_>,
        request: &[Header<'_>],
    ) -> Result<Vec<u8>, Refused> {
        let (handshake, headers) = ServerHandshake::begin(selection, request)?;
        self.agreed = handshake.end();
        opening::response(&headers)
    }

    fn open(self) -> TypedLink {
        TypedLink::new(&self.config, self.role, &self.agreed, self.entropy)
    }
}

fn agree(role: Role, entropy: &mut FixedEntropy) -> Result<Agreed, String> {
    let failed = |error| format!("the opening handshake failed: {error}");
    match role {
        Role::Server => {
            let request = echo::REQUEST.map(|(name, value)| Header::new(name, value));
            let (handshake, _) =
                ServerHandshake::begin(&Selection::default(), &request).map_err(failed)?;
            Ok(handshake.end())
        }
        Role::Client => {
            let (handshake, request) =
                ClientHandshake::begin(&Offer::default(), entropy).map_err(failed)?;
            let response = echo::response(&request.iter().collect::<Vec<_>>())?;
            let response: Vec<_> =
                response.iter().map(|(name, value)| Header::new(name, value)).collect();
            handshake.end(&response).map_err(failed)
        }
    }
}

struct TypedLink {
    connection: Connection,
    echo: Echo,
    /// Octets the connection has not asked for yet.
    input: Vec<u8>,
    out: Outbox,
    fault: Option<Fault>,
    work: Work,
}

impl TypedLink {
    fn new(config: &Config, role: Role, agreed: &Agreed, entropy: FixedEntropy) -> Self {
        Self {
            connection: Connection::open_with_entropy(config, agreed, Box::new(entropy)),
            echo: Echo::new(echo::engine_role(role)),
            input: Vec::new(),
            out: Outbox::default(),
            fault: None,
            work: Work::default(),
        }
    }

    /// Writes everything that is queued.
    fn write(&mut self) {
        let (mut half, _) = self.connection.split();
        loop {
            match half.get_action() {
                Ok(None) => return,
                Ok(Some(SendAction::SendToNetwork(write))) => {
                    let slices = write.slices().unwrap_or_default();
                    let octets = slices.iter().map(|slice| slice.len()).sum();
                    slices.iter().for_each(|slice| self.out.write(slice));
                    self.work.octets_out += octets as u64;
                    if let Err(overrun) = write.complete(octets) {
                        unreachable!("the echo application: {overrun}");
                    }
                }
                Ok(Some(SendAction::IndicateSendComplete(done))) => drop(done.complete()),
                Err(misuse) => unreachable!("the echo application: {misuse}"),
            }
            self.work.actions += 1;
        }
    }

    /// Takes one action of the receive half; `false` when it asks for octets that are not there.
    fn read(&mut self) -> Result<bool, engine::Fault> {
        let (_, mut half) = self.connection.split();
        let mut answer = None;
        match half.get_action()? {
            None => {}
            Some(ReceiveAction::SendToNetwork(pong)) => {
                self.work.actions += 1;
                self.work.octets_out += pong.octets().len() as u64;
                self.out.write(pong.octets());
                pong.complete();
                return Ok(true);
            }
            Some(ReceiveAction::ReceiveFromNetwork(mut read)) => {
                let buffer = read.buffer();
                let taken = buffer.len().min(self.input.len());
                let Some(octets) = NonZeroUsize::new(taken) else { return Ok(false) };
                buffer[..taken].copy_from_slice(&self.input[..taken]);
                self.input.drain(..taken);
                self.work.actions += 1;
                self.work.octets_in += taken as u64;
                if let Err(overrun) = read.complete(octets) {
                    unreachable!("the echo application: {overrun}");
                }
                return Ok(true);
            }
            Some(ReceiveAction::IndicateReceiveComplete(result)) => {
                let held = result.incoming().data().len() + self.echo.held();
                self.work.actions += 1;
                self.work.peak_buffer = self.work.peak_buffer.max(held as u64);
                let buffer_type = result.buffer_type();
                answer = buffer_type.and_then(|kind| self.echo.answer(kind, result.incoming()));
                result.complete();
            }
        }
        // The operation is over, or there was none: the application wants the next result.
        if let Err(misuse) = self.connection.receive() {
            unreachable!("a connection that is not aborted refused a receive: {misuse}");
        }
        if let Some(answer) = answer {
            self.send(answer);
        }
        Ok(true)
    }

    fn send(&mut self, outgoing: Outgoing<Vec<u8>>) {
        if let Err(refused) = self.connection.send(outgoing) {
            unreachable!("the echo application sent out of turn: {refused}");
        }
    }
}

impl Application for TypedLink {
    fn take(&mut self, octets: &[u8]) {
        // A piece at a time keeps what waits small.
        for piece in octets.chunks(4096) {
            if self.out.is_ended() || self.fault.is_some() {
                break;
            }
            self.input.extend_from_slice(piece);
            self.run();
        }
    }

    fn run(&mut self) {
        while !self.out.is_ended() {
            self.write();
            if self.echo.ends_stream() {
                self.end();
            } else if self.fault.is_some() {
                return;
            } else {
                match self.read() {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(fault) => {
                        self.fault = Some(echo::told(fault));
                        if let Some(close) = self.echo.fail(fault) {
                            self.send(close);
                        }
                    }
                }
            }
        }
    }

    fn end(&mut self) {
        self.connection.abort();
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
