//! A server that listens somewhere.

use core::sync::atomic::AtomicBool;
use std::io;
use std::sync::Arc;
use std::time::Instant;

use wsproof_cases::Role;
use wsproof_cases::case::{Case, Needs};
use wsproof_cases::opening::{Head, Setting};

use super::interface;
use crate::address::{Address, Place};
use crate::exec::Program;
use crate::net::{NetLink, Patience, Stream, Trust, is_shortage};
use crate::play::{Broken, Driver, Far, Flow, Link, Observed};

/// Connects to a server for each case.
#[derive(Clone, Debug)]
pub struct DialDriver {
    server: Arc<Server>,
    /// Whether the server answers fences, as far as anybody has seen.
    fences: Arc<AtomicBool>,
    /// The program that serves, if the harness has started it.
    program: Option<Arc<Program>>,
}

/// A server to test, and what its user says about it.
#[derive(Clone, Debug)]
pub struct Server {
    /// Where it is.
    pub address: Address,
    /// Which certificates are taken.
    pub trust: Trust,
    /// Further fields of the request that opens a connection.
    pub headers: Vec<(String, String)>,
    /// The subprotocols that it speaks, best first.
    pub subprotocols: Vec<String>,
    /// The largest message that it takes, if it was set to one.
    pub message_limit: Option<u64>,
    /// How long it is waited for.
    pub patience: Patience,
}

/// How often a connection is tried while the program is started again.
const LIVES: u32 = 16;

impl DialDriver {
    /// A driver for this server.
    pub fn new(server: Server) -> Self {
        let fences = Arc::new(AtomicBool::new(true));
        Self { server: Arc::new(server), fences, program: None }
    }

    /// The same if this program is the server.
    #[must_use]
    pub fn served_by(self, program: Arc<Program>) -> Self {
        Self { program: Some(program), ..self }
    }

    /// The server.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Whether the harness has started the server.
    pub const fn is_started(&self) -> bool {
        self.program.is_some()
    }

    /// Finds out whether anybody listens there.
    ///
    /// # Errors
    /// Nobody does, or TLS fails.
    pub fn probe(&self) -> io::Result<()> {
        self.connect().map(drop)
    }

    fn connect(&self) -> io::Result<Stream> {
        let Server { address, trust, patience, .. } = &*self.server;
        Stream::connect(&address.place, trust, Instant::now() + patience.answer)
    }

    /// Connects; a program that has ended is started again for it.
    fn connect_again(&self) -> io::Result<Stream> {
        let Some(program) = self.program.as_ref().filter(|program| program.ended().is_some())
        else {
            return self.connect();
        };
        program.revive()?;
        program
            .wait_until_ready(self.server.patience.case, || self.probe(), || false)
            .map_err(io::Error::other)?;
        self.connect()
    }

    /// Connects, and says which life of the program the connection is with. Whoever plays beside us
    /// may start it again at any time; a connection that may be with either life is given up.
    fn connect_to_life(&self) -> io::Result<(Stream, u64)> {
        let life = || self.program.as_ref().map_or(0, |program| program.life());
        let mut last = Err(io::Error::other("the program ends again and again"));
        for _ in 0..LIVES {
            let before = life();
            last = self.connect_again().map(|stream| (stream, before));
            if life() == before {
                break;
            }
        }
        last
    }

    /// The request that opens a connection in front of a case.
    fn request(&self) -> Head {
        let Server { address, headers, subprotocols, .. } = &*self.server;
        let mut head = Head::request()
            .start(format!("GET {} HTTP/1.1", address.target))
            .set("Host", address.authority());
        if !subprotocols.is_empty() {
            head = head.with("Sec-WebSocket-Protocol", subprotocols.join(", "));
        }
        headers.iter().fold(head, |head, (name, value)| head.with(name.clone(), value.clone()))
    }

    /// Whether the server is known to be set up like this.
    fn is_set(&self, setting: &Setting) -> bool {
        // What a server does with offers of extensions is its own business.
        let Setting { subprotocols, insists: _, extensions: _, deflate: _, path, origin } =
            *setting;
        let speaks = subprotocols.is_empty() || self.server.subprotocols == subprotocols;
        speaks && path.is_none() && origin.is_none()
    }
}

impl Server {
    /// How it is reached, as reports say it: `tcp`, `tls` or `unix`.
    pub const fn transport(&self) -> &'static str {
        match self.address.place {
            Place::Tcp { secure: true, .. } => "tls",
            Place::Tcp { .. } => "tcp",
            Place::Unix(_) => "unix",
        }
    }
}

impl Driver for DialDriver {
    fn name(&self) -> &'static str {
        "dial"
    }

    fn lacks(&self, needs: &Needs) -> Option<&'static str> {
        let limited = needs.limit.is_none() || needs.limit == self.server.message_limit;
        match needs.opening {
            _ if needs.interface.is_some() => interface::lacks_calls(needs),
            _ if !limited => Some("--message-limit does not say that the server has this limit"),
            Some(setting) if !self.is_set(&setting) => Some(if setting.subprotocols.is_empty() {
                "nobody can say over a network which path or origin the server admits"
            } else {
                "--subprotocol does not say that the server speaks just this"
            }),
            _ => None,
        }
    }

    fn open(&mut self, _: &Case, role: Role, _: u32) -> Result<Box<dyn Link + '_>, Broken> {
        if role != Role::Server {
            return Err(Broken("a server that listens cannot be tested as a client".to_owned()));
        }
        let begun = Instant::now();
        match self.connect_to_life() {
            Ok((stream, life)) => {
                let (patience, fences) = (self.server.patience, Arc::clone(&self.fences));
                let link = NetLink::new(stream, self.request(), Vec::new(), patience, fences)
                    .opened_in(begun.elapsed());
                Ok(match &self.program {
                    Some(program) => Box::new(link.watching(Arc::clone(program), life)),
                    None => Box::new(link),
                })
            }
            Err(error) => {
                let how = format!("no connection to {}: {error}", self.server.address);
                if is_shortage(&error) {
                    return Err(Broken(how));
                }
                Ok(Box::new(if error.kind() == io::ErrorKind::ConnectionReset {
                    Gone { seen: Some(Observed::Reset), head: Some(self.request()) }
                } else {
                    Gone { seen: Some(Observed::Crash(how)), head: None }
                }))
            }
        }
    }
}

/// A server that was there and is not any more, or one that has reset a connection before anything
/// could be asked.
struct Gone {
    seen: Option<Observed>,
    /// What would have been asked of a server that is still there.
    head: Option<Head>,
}

impl Link for Gone {
    fn feed(&mut self, _: &[u8]) -> Flow {
        Flow::Closed
    }

    fn settle(&mut self) -> Flow {
        Flow::Closed
    }

    fn half_close(&mut self) -> Flow {
        Flow::Closed
    }

    fn drain(&mut self, seen: &mut Vec<Observed>) {
        seen.extend(self.seen.take());
    }

    fn far(&self) -> Option<Far> {
        self.head.clone().map(|head| Far { head, fences: false })
    }
}
