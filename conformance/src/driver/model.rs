//! The model as a subject.

use wsproof_cases::Role;
use wsproof_cases::case::{Case, Needs};
use wsproof_model::{self as model, Bugs, Endpoint, Interface, Limits, Peer};

use super::interface::InterfaceLink;
use crate::play::{Broken, Driver, Fault, Flow, Link, Observed};

/// Opens models with the same planted mistakes.
#[derive(Clone, Copy, Debug)]
pub struct ModelDriver {
    bugs: Bugs,
}

impl ModelDriver {
    /// A driver whose models make these mistakes; none makes a right one.
    pub fn new(bugs: impl Into<Bugs>) -> Self {
        Self { bugs: bugs.into() }
    }
}

impl Driver for ModelDriver {
    fn name(&self) -> &'static str {
        "model"
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
        let limits = case.needs.limit.map_or_else(Limits::default, |message| Limits { message });
        if let Some(setting) = case.needs.setting() {
            let peer = Peer::new(role, setting, limits, self.bugs, earlier);
            return Ok(Box::new(PeerLink { peer, ended: false }));
        }
        if let Some(interface) = case.needs.interface {
            let model = Interface::new(role, interface.opened, self.bugs);
            return Ok(Box::new(InterfaceLink::new(model, role, interface.opened)));
        }
        let mut endpoint = Endpoint::with_limits(role, limits, self.bugs);
        endpoint.draw_anew(earlier);
        Ok(Box::new(ModelLink { endpoint, ended: false }))
    }
}

struct ModelLink {
    endpoint: Endpoint,
    ended: bool,
}

impl ModelLink {
    const fn flow(&self) -> Flow {
        if self.endpoint.closed() { Flow::Closed } else { Flow::Open }
    }
}

impl Link for ModelLink {
    fn feed(&mut self, octets: &[u8]) -> Flow {
        self.endpoint.feed(octets);
        self.flow()
    }

    fn settle(&mut self) -> Flow {
        self.flow()
    }

    fn half_close(&mut self) -> Flow {
        self.endpoint.peer_eof();
        self.flow()
    }

    fn drain(&mut self, seen: &mut Vec<Observed>) {
        let octets = self.endpoint.take_output();
        if !octets.is_empty() {
            seen.push(Observed::Octets(octets));
        }
        if self.endpoint.broken_down() && !self.ended {
            self.ended = true;
            seen.push(Observed::Crash("a planted breakdown".to_owned()));
        }
        if self.endpoint.closed() && !self.ended {
            self.ended = true;
            seen.push(Observed::End);
        }
    }

    fn fault(&self) -> Option<Fault> {
        self.endpoint.fault().map(told)
    }
}

/// A model from its first octet.
struct PeerLink {
    peer: Peer,
    ended: bool,
}

impl PeerLink {
    fn flow(&mut self) -> Flow {
        if self.peer.closed() { Flow::Closed } else { Flow::Open }
    }
}

impl Link for PeerLink {
    fn feed(&mut self, octets: &[u8]) -> Flow {
        self.peer.feed(octets);
        // The peer looks at a head as a whole, when it is asked.
        Flow::Open
    }

    fn settle(&mut self) -> Flow {
        self.flow()
    }

    fn half_close(&mut self) -> Flow {
        self.peer.peer_eof();
        self.flow()
    }

    fn drain(&mut self, seen: &mut Vec<Observed>) {
        let octets = self.peer.take_output();
        if !octets.is_empty() {
            seen.push(Observed::Octets(octets));
        }
        if self.peer.closed() && !self.ended {
            self.ended = true;
            seen.push(Observed::End);
        }
    }

    fn fault(&self) -> Option<Fault> {
        self.peer.fault().map(told)
    }
}

fn told(fault: model::Fault) -> Fault {
    Fault {
        name: fault.violation.name(),
        clause: Some(fault.violation.clause().0),
        offset: Some(fault.offset),
        close: Some(fault.violation.close_code()),
    }
}
