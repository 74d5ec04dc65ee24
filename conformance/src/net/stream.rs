//! A stream of octets to a subject: TCP or a Unix socket, with TLS or without.

use core::time::Duration;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs as _};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustls::Connection;

use super::tls::{self, Identity, Trust};
use crate::address::Place;

/// A connected stream that does not block. What is written is kept until it can leave.
#[derive(Debug)]
pub struct Stream {
    socket: Socket,
    tls: Option<Box<Connection>>,
    /// What has not left, from `left` on.
    out: Vec<u8>,
    left: usize,
    /// What came right behind the handshake of TLS.
    early: Vec<u8>,
    /// The peer takes nothing any more.
    deaf: bool,
    /// A write was told that the peer has reset the stream.
    reset: bool,
    ended: Option<Ended>,
}

/// How the peer ended its side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// In an orderly way.
    Fin,
    /// By a reset, or by octets that are no TLS.
    Reset,
}

/// What an [exchange](Stream::exchange) waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Everything that was written has left.
    Flushed,
    /// Something has come, or the peer has ended its side.
    Read,
}

/// How far an [exchange](Stream::exchange) may go, whatever the peer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// How long nothing at all may move.
    pub patience: Duration,
    /// When it ends even if something still moves.
    pub deadline: Instant,
    /// The most octets that are read; it may be exceeded by those of one read.
    pub room: usize,
}

/// How an [exchange](Stream::exchange) ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exchanged {
    /// What was waited for has happened.
    Done,
    /// Nothing at all has moved for as long as that is waited for.
    Idle,
    /// Something moved until the deadline, but not what was waited for.
    OutOfTime,
    /// More octets have come than there is room for.
    Full,
}

#[derive(Debug)]
enum Socket {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

/// The most octets that are read at once.
const ROOM: usize = 64 * 1024;

impl Stream {
    /// Connects, and opens TLS if the address asks for it.
    ///
    /// # Errors
    /// Nobody listens there, or not before the deadline, or TLS fails.
    pub fn connect(place: &Place, trust: &Trust, deadline: Instant) -> io::Result<Self> {
        let (socket, tls) = match place {
            Place::Tcp { host, port, secure } => {
                let socket = Socket::Tcp(connect(host, *port, deadline)?);
                let tls = secure.then(|| trust.connect(host)).transpose()?;
                (socket, tls.map(Connection::from))
            }
            #[cfg(unix)]
            Place::Unix(path) => (Socket::Unix(UnixStream::connect(path)?), None),
            #[cfg(not(unix))]
            Place::Unix(_) => return Err(ErrorKind::Unsupported.into()),
        };
        Self::new(socket, tls)?.handshaken(deadline)
    }

    /// Takes a connection that was accepted, and opens TLS with this identity if there is one.
    ///
    /// # Errors
    /// TLS fails, or not before the deadline.
    pub fn accept(
        socket: TcpStream,
        identity: Option<&Identity>,
        deadline: Instant,
    ) -> io::Result<Self> {
        let tls = identity.map(Identity::accept).transpose()?.map(Connection::from);
        Self::new(Socket::Tcp(socket), tls)?.handshaken(deadline)
    }

    fn new(socket: Socket, tls: Option<Connection>) -> io::Result<Self> {
        match &socket {
            Socket::Tcp(socket) => {
                socket.set_nodelay(true)?;
                socket.set_nonblocking(true)?;
            }
            #[cfg(unix)]
            Socket::Unix(socket) => socket.set_nonblocking(true)?,
        }
        let tls = tls.map(Box::new);
        Ok(Self {
            socket,
            tls,
            out: Vec::new(),
            left: 0,
            early: Vec::new(),
            deaf: false,
            reset: false,
            ended: None,
        })
    }

    /// The stream once TLS is open.
    fn handshaken(mut self, deadline: Instant) -> io::Result<Self> {
        let mut early = Vec::new();
        while self.tls.as_ref().is_some_and(|tls| tls.is_handshaking()) {
            self.write_out()?;
            if !self.tls.as_ref().is_some_and(|tls| tls.is_handshaking()) {
                break;
            }
            if !self.wait(deadline)? {
                return Err(io::Error::new(ErrorKind::TimedOut, "TLS was not opened in time"));
            }
            self.read_in(&mut early)?;
            if self.ended.is_some() {
                return Err(io::Error::new(ErrorKind::UnexpectedEof, "the peer ended TLS"));
            }
        }
        self.early = early;
        Ok(self)
    }

    /// How the peer has ended its side, once everything it sent before was read.
    pub const fn ended(&self) -> Option<Ended> {
        self.ended
    }

    /// Whether everything that was written has left, or never will.
    pub fn is_flushed(&self) -> bool {
        self.left == self.out.len() && !self.tls.as_ref().is_some_and(|tls| tls.wants_write())
    }

    /// Whether the peer takes octets no more.
    pub const fn is_deaf(&self) -> bool {
        self.deaf
    }

    /// Takes octets to be sent.
    pub fn write(&mut self, octets: &[u8]) {
        if self.deaf {
            return;
        }
        match &mut self.tls {
            // The buffer has no limit.
            Some(tls) => drop(tls.writer().write_all(octets)),
            None => self.out.extend_from_slice(octets),
        }
    }

    /// Reads and writes what can be, until what is waited for has happened or a bound is reached.
    /// What is read is added to `inbox`.
    pub fn exchange(&mut self, inbox: &mut Vec<u8>, until: Until, bounds: Bounds) -> Exchanged {
        let before = inbox.len();
        inbox.append(&mut self.early);
        let mut idle = Instant::now() + bounds.patience;
        loop {
            let moved = self.turn(inbox);
            let read = inbox.len() - before;
            let done = match until {
                Until::Flushed => self.is_flushed() || self.deaf,
                Until::Read => read > 0 || self.ended.is_some(),
            };
            if done {
                return Exchanged::Done;
            }
            if read > bounds.room {
                return Exchanged::Full;
            }
            let now = Instant::now();
            if now >= bounds.deadline {
                return Exchanged::OutOfTime;
            }
            if moved {
                idle = now + bounds.patience;
            }
            if !self.wait(idle.min(bounds.deadline)).unwrap_or(false) {
                return if idle < bounds.deadline { Exchanged::Idle } else { Exchanged::OutOfTime };
            }
        }
    }

    /// Ends our side once everything that was written has left, or a bound is reached.
    pub fn half_close(&mut self, inbox: &mut Vec<u8>, bounds: Bounds) {
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
        }
        self.exchange(inbox, Until::Flushed, bounds);
        self.deaf = true;
        // Nobody may be there any more.
        let _ = match &self.socket {
            Socket::Tcp(socket) => socket.shutdown(Shutdown::Write),
            #[cfg(unix)]
            Socket::Unix(socket) => socket.shutdown(Shutdown::Write),
        };
    }

    /// Reads and writes once, as far as that goes. Says whether anything moved.
    fn turn(&mut self, inbox: &mut Vec<u8>) -> bool {
        let wrote = self.write_out().unwrap_or_else(|error| {
            // The system tells of a reset once, and the reader of an end behind it. What the peer had
            // to say before is read all the same.
            self.reset |= error.kind() == ErrorKind::ConnectionReset;
            self.deaf = true;
            self.out.clear();
            self.left = 0;
            false
        });
        if self.ended.is_some() {
            return wrote;
        }
        match self.read_in(inbox) {
            Ok(read) => read || wrote,
            Err(_) => {
                self.ended = Some(Ended::Reset);
                true
            }
        }
    }

    fn write_out(&mut self) -> io::Result<bool> {
        if let Some(tls) = &mut self.tls {
            let mut any = false;
            while tls.wants_write() {
                match again(tls.write_tls(&mut self.socket))? {
                    Some(_) => any = true,
                    None => break,
                }
            }
            return Ok(any);
        }
        let before = self.left;
        while self.left < self.out.len() {
            match again(self.socket.write(&self.out[self.left..]))? {
                Some(n) => self.left += n,
                None => return Ok(self.left > before),
            }
        }
        self.out.clear();
        Ok(core::mem::take(&mut self.left) > before)
    }

    fn read_in(&mut self, inbox: &mut Vec<u8>) -> io::Result<bool> {
        let Some(tls) = &mut self.tls else {
            let before = inbox.len();
            inbox.resize(before + ROOM, 0);
            let read = again(self.socket.read(&mut inbox[before..]));
            inbox.truncate(before + read.as_ref().ok().copied().flatten().unwrap_or(0));
            return Ok(match read? {
                Some(0) => {
                    self.ended = Some(if self.reset { Ended::Reset } else { Ended::Fin });
                    true
                }
                read => read.is_some(),
            });
        };
        let Some(read) = again(tls.read_tls(&mut self.socket))? else { return Ok(false) };
        if let Err(error) = tls.process_new_packets() {
            // The alert that says why is worth a try.
            let _ = tls.write_tls(&mut self.socket);
            return Err(tls::told(&error));
        }
        let plain = again(tls.reader().read_to_end(inbox));
        // Either way the peer says no more: by close_notify, or by the end of the stream below.
        if matches!(plain, Ok(Some(_))) || read == 0 {
            self.ended = Some(if self.reset { Ended::Reset } else { Ended::Fin });
        }
        Ok(true)
    }

    /// Waits until something can be read or, if there is something to write, written. Looks once more
    /// when the time is up: a machine with other work may wake us long after something has come.
    fn wait(&self, deadline: Instant) -> io::Result<bool> {
        let mut flags = PollFlags::empty();
        flags.set(PollFlags::IN, self.ended.is_none());
        flags.set(PollFlags::OUT, !self.is_flushed() && !self.deaf);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let time = Timespec::try_from(left).map_err(io::Error::other)?;
            let mut one = [match &self.socket {
                Socket::Tcp(socket) => PollFd::new(socket, flags),
                #[cfg(unix)]
                Socket::Unix(socket) => PollFd::new(socket, flags),
            }];
            let found = poll(&mut one, Some(&time));
            if left.is_zero() {
                return Ok(one[0].revents().intersects(flags));
            }
            match found {
                Ok(0) => {}
                Ok(_) => return Ok(true),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Connects to the first of the addresses of a name that answers.
fn connect(host: &str, port: u16, deadline: Instant) -> io::Result<TcpStream> {
    let mut last = io::Error::new(ErrorKind::NotFound, "the name has no address");
    for address in (host, port).to_socket_addrs()? {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::Error::new(ErrorKind::TimedOut, "no answer in time"));
        }
        match TcpStream::connect_timeout(&address, left) {
            Ok(socket) => return Ok(socket),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Nothing if it would block or was interrupted.
fn again<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

impl Read for Socket {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(socket) => socket.read(into),
            #[cfg(unix)]
            Self::Unix(socket) => socket.read(into),
        }
    }
}

impl Write for Socket {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(socket) => socket.write(from),
            #[cfg(unix)]
            Self::Unix(socket) => socket.write(from),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn what_has_come_is_found_though_the_time_is_up() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let past = Instant::now();
        let stream = Stream::accept(listener.accept().unwrap().0, None, past).unwrap();
        assert!(!stream.wait(past).unwrap(), "nothing has come");
        peer.write_all(b"late").unwrap();
        assert!(stream.wait(past + Duration::from_secs(600)).unwrap());
        assert!(stream.wait(past).unwrap(), "it is there");
    }
}
