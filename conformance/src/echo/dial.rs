//! The client: the loop that clients run against a fuzzing server of Autobahn|Testsuite, and one
//! connection for itself.

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use std::io;
use std::net::{TcpStream, ToSocketAddrs as _};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::panic::resume_unwind;
use std::thread;

use wsproof_engine::Role;

use super::connections::Connections;
use super::exchange::Exchange;
use super::opening::{self, NotOpened};
use super::queues::{Came, Queues};
use super::settings::Settings;
use super::stream::{Socket, Stream};
use crate::address::{Address, Place};
use crate::driver::echo::Echo;
use crate::net::Trust;

/// Why a server could not be asked.
#[derive(Debug)]
pub enum DialError {
    /// Nobody is there.
    Unreachable(Address, io::Error),
    /// There is no connection to it, or not the one it was asked for.
    NotOpened(Address, String),
    /// The number of cases is none.
    CaseCount(String),
}

impl fmt::Display for DialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(address, error) => write!(f, "cannot reach {address}: {error}"),
            Self::NotOpened(address, why) => write!(f, "no connection to {address}: {why}"),
            Self::CaseCount(text) => write!(f, "the answer to getCaseCount is no number: {text:?}"),
        }
    }
}

impl core::error::Error for DialError {}

/// How one connection came out, in words.
#[derive(Clone, Debug)]
pub struct Outcome(String);

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Asks for the number of cases, echoes through each of them, and lets the server write its reports.
/// Returns the number of cases.
///
/// A case whose connection does not come about is the server's to judge, and the next one follows.
///
/// # Errors
///
/// A server that is not there, at any point, or does not say how many cases it has.
pub fn run_cases(
    server: &Address,
    agent: &str,
    trust: Option<&Trust>,
    settings: &Settings,
    connections: &Connections,
) -> Result<u64, DialError> {
    let client = Client { trust, settings, connections };
    let count = client.ask(&server.with_target("/getCaseCount"))?;
    let count: u64 = count.trim().parse().map_err(|_| DialError::CaseCount(count))?;
    let agent = escape(agent);
    let next = AtomicU64::new(1);
    let work = || {
        loop {
            let case = next.fetch_add(1, Ordering::Relaxed);
            if case > count || connections.are_leaving() {
                return Ok(());
            }
            let address = server.with_target(format!("/runCase?case={case}&agent={agent}"));
            let came = client.connect(&address, false)?;
            if settings.verbose {
                eprintln!("{} {}", address.target, told(&came));
            }
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..settings.jobs).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(done) => done,
            Err(panic) => resume_unwind(panic),
        })
    })?;
    let reports = server.with_target(format!("/updateReports?agent={agent}"));
    match client.connect(&reports, true)? {
        Ok(_) => Ok(count),
        Err(error) => Err(DialError::NotOpened(reports, error.to_string())),
    }
}

/// Echoes through one connection to the resource of the address, to its end.
///
/// # Errors
///
/// A server that is not there, or does not open the connection.
pub fn run_once(
    address: &Address,
    trust: Option<&Trust>,
    settings: &Settings,
    connections: &Connections,
) -> Result<Outcome, DialError> {
    let client = Client { trust, settings, connections };
    match client.connect(address, false)? {
        Ok(came) => Ok(Outcome(came.to_string())),
        Err(error) => Err(DialError::NotOpened(address.clone(), error.to_string())),
    }
}

struct Client<'s> {
    /// Whom to trust where TLS is spoken.
    trust: Option<&'s Trust>,
    settings: &'s Settings,
    connections: &'s Connections,
}

impl Client<'_> {
    /// The message that a server sends by itself.
    fn ask(&self, address: &Address) -> Result<String, DialError> {
        let not_opened =
            |why: &dyn fmt::Display| DialError::NotOpened(address.clone(), why.to_string());
        let came = self.connect(address, true)?.map_err(|error| not_opened(&error))?;
        let heard = came.heard.ok_or_else(|| not_opened(&"it ended without a message"))?;
        Ok(String::from_utf8_lossy(&heard).into_owned())
    }

    fn connect(
        &self,
        address: &Address,
        listens: bool,
    ) -> Result<Result<Came, NotOpened>, DialError> {
        let unreachable = |error| DialError::Unreachable(address.clone(), error);
        let socket = self.reach(address).map_err(unreachable)?;
        let mut stream = Stream::new(socket);
        if let Place::Tcp { host, secure: true, .. } = &address.place {
            let untrusting = || io::Error::new(io::ErrorKind::InvalidInput, "nobody is trusted");
            let trust = self.trust.ok_or_else(|| unreachable(untrusting()))?;
            stream.secure(trust.connect(host).map_err(unreachable)?.into());
        }
        Ok(self.exchange(&stream, address, listens))
    }

    fn exchange(
        &self,
        stream: &Stream,
        address: &Address,
        listens: bool,
    ) -> Result<Came, NotOpened> {
        stream.set_write_timeout(self.settings.timeout)?;
        stream.handshake(self.settings.timeout)?;
        let opened = opening::connect(stream, address, self.settings, self.connections)?;
        let echo = Echo::new(Role::Client);
        let queues = Queues::new(opened.session, echo, self.settings.backlog, listens);
        Ok(Exchange::run(stream, Role::Client, queues, &opened.rest, opened.begun)?)
    }

    fn reach(&self, address: &Address) -> io::Result<Socket> {
        match &address.place {
            Place::Tcp { host, port, .. } => {
                let mut failure = io::ErrorKind::NotFound.into();
                for place in (host.as_str(), *port).to_socket_addrs()? {
                    match TcpStream::connect_timeout(&place, self.settings.timeout) {
                        Ok(socket) => return Ok(Socket::Tcp(socket)),
                        Err(error) => failure = error,
                    }
                }
                Err(failure)
            }
            #[cfg(unix)]
            Place::Unix(path) => UnixStream::connect(path).map(Socket::Unix),
            #[cfg(not(unix))]
            Place::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

fn told(came: &Result<Came, NotOpened>) -> String {
    match came {
        Ok(came) => came.to_string(),
        Err(error) => error.to_string(),
    }
}

/// Writes a name so that it can stand in a query (RFC 3986 §2.1).
fn escape(name: &str) -> String {
    let plain = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~".contains(&octet);
    let escaped = |octet: u8| {
        if plain(octet) { char::from(octet).to_string() } else { format!("%{octet:02X}") }
    };
    name.bytes().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_may_have_any_name() {
        assert_eq!(escape("wsproof-0.1.0"), "wsproof-0.1.0");
        assert_eq!(escape("a b&c=é"), "a%20b%26c%3D%C3%A9");
    }
}
