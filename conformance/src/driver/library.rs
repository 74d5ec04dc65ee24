//! A library with the thirteen functions of `websocket.h`, ours or another: an echo application in
//! the manner of a C program.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use wsproof_capi_abi::library::{
    Action, ActionKind, CallError, Endpoint, Headers, Library, LoadError, Payload,
};
use wsproof_capi_abi::{E_INVALID_PROTOCOL_FORMAT, WEB_SOCKET_ALL_ACTION_QUEUE};
use wsproof_cases::Role;
use wsproof_cases::case::{Case, Needs};
use wsproof_cases::interface::Interface;
use wsproof_engine::{BufferType, CloseCode, Header, Incoming, Outgoing};
use wsproof_model::reading::{Limits, read_stream};

use super::echo::{self, Echo};
use super::interface::InterfaceLink;
use super::outbox::Outbox;
use crate::play::{Broken, Driver, Flow, Link, Observed, Work};

/// Opens handles of a loaded library with default properties.
///
/// The interface has no property for the largest message, and the opening handshake is the caller's
/// but for header fields; cases about these are not supported.
#[derive(Clone, Debug)]
pub struct LibraryDriver {
    library: Arc<Library>,
    path: PathBuf,
}

impl LibraryDriver {
    /// Loads a library, which is trusted as any program one runs.
    ///
    /// # Errors
    ///
    /// [`LoadError`] names what is missing.
    pub fn open(path: &Path) -> Result<Self, LoadError> {
        Ok(Self { library: Arc::new(Library::open(path)?), path: path.to_owned() })
    }

    /// The file it was loaded from, as it was named.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Driver for LibraryDriver {
    fn name(&self) -> &'static str {
        "library"
    }

    fn lacks(&self, needs: &Needs) -> Option<&'static str> {
        // Messages may be of any size and have any number of fragments.
        let Needs { message: _, fragments: _, limit, opening, deflate, interface } = needs;
        let lack = match interface {
            _ if limit.is_some() => "the interface has no property for the largest message",
            _ if deflate.is_some() => "the interface leaves extensions to its callers",
            _ if opening.is_some() => "the interface takes header fields, not octets",
            Some(Interface { opened: false, .. }) => "the handshake is not called step by step",
            Some(Interface { stale: true, .. }) => "an action cannot be named when it is over",
            _ => return None,
        };
        Some(lack)
    }

    fn open(&mut self, case: &Case, role: Role) -> Result<Box<dyn Link + '_>, Broken> {
        let failed = |error: CallError| Broken(format!("the opening handshake failed: {error}"));
        let endpoint = match role {
            Role::Client => open_client(&self.library)?,
            Role::Server => open_server(&self.library).map_err(failed)?,
        };
        if case.needs.interface.is_some() {
            return Ok(Box::new(InterfaceLink::new(endpoint, role, true)));
        }
        Ok(Box::new(LibraryLink {
            endpoint,
            role,
            echo: Echo::new(echo::engine_role(role)),
            read: None,
            fed: Vec::new(),
            out: Outbox::default(),
            work: Work::default(),
        }))
    }
}

fn open_server(library: &Library) -> Result<Endpoint<'_>, CallError> {
    let mut endpoint = library.create_server()?;
    let request = echo::REQUEST.map(|(name, value)| (name.into(), value.into()));
    endpoint.begin_server_handshake(&request.to_vec())?;
    endpoint.end_server_handshake()?;
    Ok(endpoint)
}

fn open_client(library: &Library) -> Result<Endpoint<'_>, Broken> {
    let failed = |error: CallError| Broken(format!("the opening handshake failed: {error}"));
    let mut endpoint = library.create_client().map_err(failed)?;
    let request = endpoint.begin_client_handshake().map_err(failed)?;
    let request: Vec<_> = request.iter().map(|(name, value)| Header::new(name, value)).collect();
    let response: Headers = echo::response(&request)
        .map_err(Broken)?
        .into_iter()
        .map(|(name, value)| (name.into_bytes(), value.into_bytes()))
        .collect();
    endpoint.end_client_handshake(&response).map_err(failed)?;
    Ok(endpoint)
}

struct LibraryLink<'l> {
    endpoint: Endpoint<'l>,
    role: Role,
    echo: Echo,
    /// The read that waits for octets.
    read: Option<Action>,
    /// Everything the library was given to read.
    fed: Vec<u8>,
    out: Outbox,
    work: Work,
}

impl LibraryLink<'_> {
    /// Does everything there is to do without more octets from the network.
    fn run(&mut self) {
        while !self.out.is_ended() && self.read.is_none() {
            let done = match self.endpoint.get_action(WEB_SOCKET_ALL_ACTION_QUEUE) {
                Ok(Some(action)) => self.carry_out(action),
                Ok(None) if self.echo.ends_stream() => {
                    self.end();
                    Ok(())
                }
                Ok(None) => self.endpoint.receive(),
                Err(CallError::Result(result)) => {
                    let code = self.close_code(result);
                    match self.echo.fail_with(code) {
                        Some(close) => self.send(close),
                        // Everything is written. A client waits for the server to end the stream.
                        None if self.echo.ends_stream() => {
                            self.end();
                            Ok(())
                        }
                        None => return,
                    }
                }
                Err(nonsense) => Err(nonsense),
            };
            if let Err(error) = done {
                self.out.break_down(format!("an unexpected result: {error}"));
            }
        }
    }

    /// The code to close with. The interface does not tell it, so that a C program has to know from
    /// the octets it read; here the model reads them once more.
    fn close_code(&self, result: i32) -> CloseCode {
        if result != E_INVALID_PROTOCOL_FORMAT {
            return CloseCode::PROTOCOL_ERROR;
        }
        let fault = read_stream(self.role, Limits::default(), &self.fed).fault;
        fault
            .map_or(CloseCode::PROTOCOL_ERROR, |fault| CloseCode::new(fault.violation.close_code()))
    }

    fn carry_out(&mut self, action: Action) -> Result<(), CallError> {
        self.work.actions += 1;
        match action.kind() {
            ActionKind::SendToNetwork => {
                let slices = self.endpoint.slices(&action);
                let octets = slices.iter().map(|slice| slice.len()).sum();
                slices.iter().for_each(|slice| self.out.write(slice));
                self.work.octets_out += octets as u64;
                self.endpoint.complete_action(action, octets);
            }
            ActionKind::IndicateSendComplete => self.endpoint.complete_action(action, 0),
            ActionKind::ReceiveFromNetwork => self.read = Some(action),
            ActionKind::IndicateReceiveComplete => {
                let [octets, _] = self.endpoint.slices(&action);
                let held = octets.len() + self.echo.held();
                self.work.peak_buffer = self.work.peak_buffer.max(held as u64);
                let answer = BufferType::from_bits(action.buffer_type()).ok().and_then(|kind| {
                    let incoming = match kind {
                        BufferType::Close => Incoming::Close {
                            code: CloseCode::new(action.status()),
                            reason: Some(octets),
                        },
                        _ => Incoming::Data(octets),
                    };
                    self.echo.answer(kind, incoming)
                });
                self.endpoint.complete_action(action, 0);
                if let Some(answer) = answer {
                    return self.send(answer);
                }
            }
        }
        Ok(())
    }

    fn send(&mut self, outgoing: Outgoing<Vec<u8>>) -> Result<(), CallError> {
        let buffer_type = outgoing.buffer_type().bits();
        let payload = match outgoing {
            // The echo application gives no reasons.
            Outgoing::Close(Some(status)) => {
                Payload::Close { status: status.code().number(), reason: Vec::new() }
            }
            other => other.into_payload().map_or(Payload::None, Payload::Data),
        };
        self.endpoint.send(buffer_type, payload)
    }

    fn end(&mut self) {
        self.endpoint.abort();
        self.out.end();
    }
}

impl Link for LibraryLink<'_> {
    fn feed(&mut self, mut octets: &[u8]) -> Flow {
        self.run();
        while !octets.is_empty() {
            // Without a read there is a fault, after which nothing is read any more.
            let Some(action) = self.read.take() else { break };
            let buffer = self.endpoint.buffer_mut(&action);
            let taken = buffer.len().min(octets.len());
            if taken == 0 {
                self.out.break_down("a read without room for an octet".to_owned());
                break;
            }
            let (now, later) = octets.split_at(taken);
            buffer[..taken].copy_from_slice(now);
            self.fed.extend_from_slice(now);
            octets = later;
            self.work.octets_in += taken as u64;
            self.endpoint.complete_action(action, taken);
            self.run();
        }
        self.out.flow()
    }

    fn settle(&mut self) -> Flow {
        self.run();
        self.out.flow()
    }

    fn half_close(&mut self) -> Flow {
        self.run();
        if !self.out.is_ended() {
            if let Some(action) = self.read.take() {
                self.endpoint.complete_action(action, 0);
            }
            self.end();
        }
        self.out.flow()
    }

    fn drain(&mut self, seen: &mut Vec<Observed>) {
        self.out.drain(seen);
    }

    fn work(&self) -> Option<Work> {
        Some(self.work)
    }
}
