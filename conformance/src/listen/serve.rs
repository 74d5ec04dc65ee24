//! The server: one thread accepts, and one serves each connection.

use core::mem;
use core::net::SocketAddr;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
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
use crate::net::{Bounds, Exchanged, Identity, NetLink, Patience, Stream, Until, is_shortage};
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
    /// An agent has played a case, and had a result of it before; told once for each agent.
    Again(&'e str, &'static Item),
    /// An agent asks for reports.
    Update(&'e str),
    /// Clients cannot be let in for now, for this reason; told once for each shortage.
    Shortage(&'e io::Error),
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

/// Connections at a time; whoever calls besides waits to be accepted.
const CONNECTIONS: usize = 4096;

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
    /// `excludes` says that an agent is not to play gets a connection that is closed at once. While
    /// the system has no descriptor, memory or thread for another client, those that wait are
    /// accepted later.
    ///
    /// # Errors
    /// No connection can be accepted any more.
    pub fn serve(
        &self,
        on: &(dyn Fn(Event<'_>) + Sync),
        excludes: &(dyn Fn(&str, &Item) -> bool + Sync),
        is_over: &dyn Fn(&Agents) -> bool,
    ) -> io::Result<()> {
        let serving = &AtomicUsize::new(0);
        thread::scope(|scope| {
            let mut short = false;
            while !self.stopped.load(Ordering::Relaxed) && !is_over(&self.agents) {
                if serving.load(Ordering::Relaxed) >= CONNECTIONS {
                    wait(&mut [])?;
                    continue;
                }
                let begun = match self.socket.accept() {
                    Ok((socket, _)) => {
                        let guest = Guest::new(serving);
                        let serve = move || {
                            self.connection(socket, on, excludes);
                            drop(guest);
                        };
                        thread::Builder::new().spawn_scoped(scope, serve).map(drop)
                    }
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {
                        wait(&mut [PollFd::new(&self.socket, PollFlags::IN)])?;
                        continue;
                    }
                    // A client that has gone before it was accepted is no trouble of ours.
                    Err(error) if is_of_client(&error) => continue,
                    Err(error) if is_shortage(&error) => Err(error),
                    Err(error) => return Err(error),
                };
                match begun {
                    Ok(()) => short = false,
                    Err(error) => {
                        if !mem::replace(&mut short, true) {
                            on(Event::Shortage(&error));
                        }
                        wait(&mut [])?;
                    }
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
        let bounds = Bounds { patience: patience.answer, deadline, room: LIMIT };
        let (mut inbox, mut looked) = (Vec::new(), 0);
        while !has_head(&inbox, &mut looked) && inbox.len() < LIMIT {
            let came = stream.exchange(&mut inbox, Until::Read, bounds);
            if came != Exchanged::Done || stream.ended().is_some() {
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
        let refuse = |stream: &mut Stream, status, why: &str| {
            stream.write(&refusal(status, why));
            let deadline = Instant::now() + patience.answer;
            stream.half_close(&mut Vec::new(), Bounds { deadline, ..bounds });
        };
        match Call::of(&asked, &self.plan.items) {
            Call::Tell(said) => tell(stream, inbox, Some(said)),
            Call::Status(item, agent) => {
                let result = self.agents.result(&agent, &item.key, patience.case);
                tell(stream, inbox, result.as_ref().map(status));
            }
            Call::Run(_, agent) | Call::Update(agent, _) if !self.agents.admit(&agent) => {
                let why = format!("there are {} agents already", Agents::MOST);
                refuse(&mut stream, 503, &why);
            }
            Call::Run(item, agent) if excludes(&agent, item) => tell(stream, inbox, None),
            Call::Run(item, agent) => {
                self.agents.begin(&agent);
                let begun = Instant::now();
                let mut driver = AwaitDriver::new(self.plan.subprotocols.clone())
                    .unfit(unfit(item, &inbox))
                    .after(self.agents.began(&agent));
                if driver.lacks(&item.case.needs).is_none() {
                    driver = driver.with(link(stream, inbox));
                } else {
                    // The client cannot know, and goes on with the next one.
                    tell(stream, inbox, None);
                }
                let mut worker = Worker::over(&self.plan.settings, Box::new(driver));
                let result = worker.result(item);
                let time = begun.elapsed();
                on(Event::Played(&agent, item, &result, time));
                if self.agents.add(&agent, &item.key, (result, worker.began()), time) {
                    on(Event::Again(&agent, item));
                }
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
            Call::Refused(status, why) => refuse(&mut stream, status, &why),
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

/// Whether a head is complete. The first octets, of which there are `looked`, were looked at before.
fn has_head(octets: &[u8], looked: &mut usize) -> bool {
    let from = looked.saturating_sub(3);
    *looked = octets.len();
    octets[from..].windows(4).any(|end| end == b"\r\n\r\n")
}

/// Counted while its connection lasts.
struct Guest<'s>(&'s AtomicUsize);

impl<'s> Guest<'s> {
    fn new(serving: &'s AtomicUsize) -> Self {
        serving.fetch_add(1, Ordering::Relaxed);
        Self(serving)
    }
}

impl Drop for Guest<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Waits for an event or the next look at whether the run is over.
fn wait(events: &mut [PollFd<'_>]) -> io::Result<()> {
    match poll(events, Some(&TICK)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// An answer that opens nothing (RFC 9110 §15).
fn refusal(status: u16, why: &str) -> Vec<u8> {
    let (phrase, more) = match status {
        404 => ("Not Found", ""),
        426 => ("Upgrade Required", "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"),
        503 => ("Service Unavailable", ""),
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
