//! The server: one thread accepts, and one serves each connection.

use core::net::SocketAddr;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::io::{self, ErrorKind};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use wsproof_cases::Role;
use wsproof_cases::opening::Head;
use wsproof_cases::step::Step;
use wsproof_reports::model::CaseResult;

use super::agents::Agents;
use super::calls::{Call, conversation, status};
use super::request::{Asked, LIMIT};
use crate::driver::AwaitDriver;
use crate::net::{Identity, NetLink, Patience, Stream, Until};
use crate::play::{Cuts, Driver as _, play};
use crate::run::{Settings, Worker};
use crate::select::Item;

/// What is offered to clients, and how.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The cases, in the order in which they are numbered.
    pub items: Vec<&'static Item>,
    /// How they are played.
    pub settings: Settings,
    /// How long clients are waited for.
    pub patience: Patience,
    /// The subprotocols that clients are said to offer; the first one offered is selected.
    pub subprotocols: Vec<String>,
    /// What the server shows, if it speaks TLS.
    pub identity: Option<Identity>,
}

/// Something that has happened.
#[derive(Debug)]
pub enum Event<'e> {
    /// An agent has played a case, which took this long.
    Played(&'e str, &'static Item, &'e CaseResult, Duration),
    /// An agent asks for reports.
    Update(&'e str),
}

/// A port on which clients call.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    plan: Plan,
    agents: Agents,
    /// Whether a client has asked for the end of the run.
    stopped: AtomicBool,
    /// Whether agents answer fences, as far as anybody has seen.
    fences: Arc<AtomicBool>,
}

/// How often the accepting thread looks whether the run is over.
const TICK: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };

impl Listener {
    /// Listens at this address; port 0 takes any that is free.
    ///
    /// # Errors
    /// The address cannot be listened at.
    pub fn bind(address: &str, plan: Plan) -> io::Result<Self> {
        let socket = TcpListener::bind(address)?;
        socket.set_nonblocking(true)?;
        let (agents, stopped) = (Agents::default(), AtomicBool::new(false));
        Ok(Self { socket, plan, agents, stopped, fences: Arc::new(AtomicBool::new(true)) })
    }

    /// The address at which clients call.
    ///
    /// # Errors
    /// The system does not know.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// What is offered to clients.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What the clients have done.
    pub const fn agents(&self) -> &Agents {
        &self.agents
    }

    /// Serves until a client stops it or `is_over` says so, and every connection has ended. What
    /// `excludes` says that an agent is not to play gets a connection that is closed at once.
    ///
    /// # Errors
    /// No connection can be accepted any more.
    pub fn serve(
        &self,
        on: &(dyn Fn(Event<'_>) + Sync),
        excludes: &(dyn Fn(&str, &Item) -> bool + Sync),
        is_over: &dyn Fn(&Agents) -> bool,
    ) -> io::Result<()> {
        thread::scope(|scope| {
            while !self.stopped.load(Ordering::Relaxed) && !is_over(&self.agents) {
                match self.socket.accept() {
                    Ok((socket, _)) => {
                        scope.spawn(move || self.connection(socket, on, excludes));
                    }
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {
                        let mut one = [PollFd::new(&self.socket, PollFlags::IN)];
                        match poll(&mut one, Some(&TICK)) {
                            Ok(_) | Err(rustix::io::Errno::INTR) => {}
                            Err(error) => return Err(error.into()),
                        }
                    }
                    // A client that has gone before it was accepted is no trouble of ours.
                    Err(error) if is_of_client(&error) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        })
    }

    /// Serves one connection; what goes wrong with it is the client's.
    fn connection(
        &self,
        socket: TcpStream,
        on: &(dyn Fn(Event<'_>) + Sync),
        excludes: &(dyn Fn(&str, &Item) -> bool + Sync),
    ) {
        let patience = &self.plan.patience;
        let deadline = Instant::now() + patience.answer;
        let identity = self.plan.identity.as_ref();
        let Ok(mut stream) = Stream::accept(socket, identity, deadline) else { return };
        let mut inbox = Vec::new();
        while !is_head(&inbox) && inbox.len() < LIMIT {
            let left = deadline.saturating_duration_since(Instant::now());
            if !stream.exchange(&mut inbox, Until::Read, left) || stream.ended().is_some() {
                break;
            }
        }
        let asked = Asked::read(&inbox);
        let link = |stream, inbox: Vec<u8>| {
            let head = self.response(&inbox);
            let fences = Arc::clone(&self.fences);
            NetLink::new(stream, head, inbox, *patience, fences).lingering()
        };
        let tell = |stream, inbox, said: Option<String>| {
            let mut link = link(stream, inbox);
            play(&conversation(said), Role::Client, Cuts::Whole, 1, &mut link);
        };
        match Call::of(&asked, &self.plan.items) {
            Call::Tell(said) => tell(stream, inbox, Some(said)),
            Call::Status(item, agent) => {
                let result = self.agents.result(&agent, &item.key, patience.case);
                tell(stream, inbox, result.as_ref().map(status));
            }
            Call::Run(item, agent) if excludes(&agent, item) => tell(stream, inbox, None),
            Call::Run(item, agent) => {
                self.agents.begin(&agent);
                let begun = Instant::now();
                let driver =
                    AwaitDriver::new(self.plan.subprotocols.clone()).unfit(unfit(item, &inbox));
                let result = if driver.lacks(&item.case.needs).is_none() {
                    let driver = Box::new(driver.with(link(stream, inbox)));
                    Worker::over(&self.plan.settings, driver).result(item)
                } else {
                    // The client cannot know, and goes on with the next one.
                    tell(stream, inbox, None);
                    Worker::over(&self.plan.settings, Box::new(driver)).result(item)
                };
                let time = begun.elapsed();
                on(Event::Played(&agent, item, &result, time));
                self.agents.add(&agent, &item.key, result, time);
            }
            Call::Update(agent, ends) => {
                self.agents.update(&agent);
                on(Event::Update(&agent));
                tell(stream, inbox, None);
                self.stopped.fetch_or(ends, Ordering::Relaxed);
            }
            Call::Stop => {
                self.stopped.store(true, Ordering::Relaxed);
                tell(stream, inbox, None);
            }
            Call::Refused(status, why) => {
                stream.write(&refusal(status, &why));
                stream.half_close(&mut inbox, patience.answer);
            }
        }
    }

    /// The response that opens a connection.
    fn response(&self, request: &[u8]) -> Head {
        let head = Head::response().with("Server", concat!("wsproof/", env!("CARGO_PKG_VERSION")));
        let offered = wsproof_cases::http::Head::asked(request);
        let speaks = |own: &&String| {
            offered.elements("Sec-WebSocket-Protocol").any(|name| name == own.as_bytes())
        };
        match self.plan.subprotocols.iter().find(speaks) {
            Some(name) => head.with("Sec-WebSocket-Protocol", name.clone()),
            None => head,
        }
    }
}

/// Why this client, which has sent this request, is not fit for a case.
fn unfit(item: &Item, request: &[u8]) -> Option<&'static str> {
    const EXTENSIONS: &str = "Sec-WebSocket-Extensions";
    let answers = |step: &Step| match step {
        Step::Head(head) => head.fields.iter().any(|(name, _)| **name == *EXTENSIONS.as_bytes()),
        _ => false,
    };
    let offers = wsproof_cases::http::Head::asked(request).value(EXTENSIONS).is_some();
    let opening = item.case.needs.opening.is_some();
    (opening && offers && item.case.script.iter().any(answers))
        .then_some("the client offers extensions, and the case is about one that offers none")
}

fn is_head(octets: &[u8]) -> bool {
    octets.windows(4).any(|end| end == b"\r\n\r\n")
}

/// An answer that opens nothing (RFC 9110 §15).
fn refusal(status: u16, why: &str) -> Vec<u8> {
    let (phrase, more) = match status {
        404 => ("Not Found", ""),
        426 => ("Upgrade Required", "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"),
        _ => ("Internal Server Error", ""),
    };
    let length = why.len() + 1;
    format!(
        "HTTP/1.1 {status} {phrase}\r\n{more}Connection: close\r\nContent-Type: text/plain\r\n\
         Content-Length: {length}\r\n\r\n{why}\n"
    )
    .into_bytes()
}

fn is_of_client(error: &io::Error) -> bool {
    use ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted)
}
