//! A handle that is open: an echo application in the manner of a C program.

use wsproof_capi_abi::library::{Action, ActionKind, CallError, Endpoint, Payload};
use wsproof_capi_abi::{E_INVALID_PROTOCOL_FORMAT, WEB_SOCKET_ALL_ACTION_QUEUE};
use wsproof_cases::Role;
use wsproof_engine::{BufferType, CloseCode, Incoming, Outgoing};
use wsproof_model::{Limits, read_stream};

use crate::driver::application::Application;
use crate::driver::echo::{self, Echo};
use crate::driver::outbox::Outbox;
use crate::play::Work;

pub(super) struct LibraryLink<'l> {
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

impl<'l> LibraryLink<'l> {
    pub(super) fn new(endpoint: Endpoint<'l>, role: Role) -> Self {
        Self {
            endpoint,
            role,
            echo: Echo::new(echo::engine_role(role)),
            read: None,
            fed: Vec::new(),
            out: Outbox::default(),
            work: Work::default(),
        }
    }

    /// The code to close with. A library that does not tell it leaves it to the application to know
    /// from the octets that were read; here the model reads them once more.
    fn close_code(&self, error: CallError) -> CloseCode {
        match error {
            CallError::Fault(_, status) => CloseCode::new(status),
            CallError::Result(E_INVALID_PROTOCOL_FORMAT) => {
                let fault = read_stream(self.role, Limits::default(), &self.fed).fault;
                let code = fault.map(|fault| CloseCode::new(fault.violation.close_code()));
                code.unwrap_or(CloseCode::PROTOCOL_ERROR)
            }
            _ => CloseCode::PROTOCOL_ERROR,
        }
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
            ActionKind::IndicateSendComplete => {
                self.endpoint.complete_action(action, 0);
            }
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
}

impl Application for LibraryLink<'_> {
    fn take(&mut self, mut octets: &[u8]) {
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
    }

    fn run(&mut self) {
        while !self.out.is_ended() && self.read.is_none() {
            let done = match self.endpoint.get_action(WEB_SOCKET_ALL_ACTION_QUEUE) {
                Ok(Some(action)) => self.carry_out(action),
                Ok(None) if self.echo.ends_stream() => {
                    self.end();
                    Ok(())
                }
                Ok(None) => self.endpoint.receive(),
                Err(error @ (CallError::Result(_) | CallError::Fault(..))) => {
                    let code = self.close_code(error);
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

    fn end(&mut self) {
        if let Some(action) = self.read.take() {
            self.endpoint.complete_action(action, 0);
        }
        self.endpoint.abort();
        self.out.end();
    }

    fn out(&mut self) -> &mut Outbox {
        &mut self.out
    }

    fn work(&self) -> Option<Work> {
        Some(self.work)
    }
}
