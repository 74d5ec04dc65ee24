//! A connected socket, with or without TLS, that one thread reads and another one writes.

use core::time::Duration;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use rustls::Connection;

/// A socket of one of the kinds the application speaks over.
#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

/// Octets that are encrypted or decrypted at a time.
const PIECE: usize = 16 << 10;

/// A socket and the state of TLS, if that is spoken.
pub(super) struct Stream {
    socket: Socket,
    tls: Option<Mutex<Tls>>,
}

struct Tls {
    connection: Connection,
    /// What was read from the socket and TLS has not looked at yet: it takes no more than it has
    /// room to decrypt.
    pending: Vec<u8>,
}

impl Stream {
    pub(super) fn new(socket: Socket) -> Self {
        if let Socket::Tcp(tcp) = &socket {
            // Without it an echo waits for the peer's acknowledgement of the one before.
            let _ = tcp.set_nodelay(true);
        }
        Self { socket, tls: None }
    }

    /// Speaks TLS from now on; its handshake comes with the first read or write.
    pub(super) fn secure(&mut self, connection: Connection) {
        self.tls = Some(Mutex::new(Tls { connection, pending: Vec::new() }));
    }

    /// Reads what has arrived; 0 at the end of the stream.
    pub(super) fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(tls) = &self.tls else { return self.socket.read(buffer) };
        let mut piece = [0; PIECE];
        loop {
            if let Some(read) = lock(tls).decrypt(buffer, &self.socket)? {
                return Ok(read);
            }
            let read = self.socket.read(&mut piece)?;
            lock(tls).take(&piece[..read])?;
        }
    }

    /// Writes everything.
    pub(super) fn write_all(&self, octets: &[u8]) -> io::Result<()> {
        let Some(tls) = &self.tls else { return (&self.socket).write_all(octets) };
        let mut encrypted = Vec::new();
        for piece in octets.chunks(PIECE) {
            // The reader must not wait while the write blocks.
            lock(tls).encrypt(piece, &mut encrypted)?;
            (&self.socket).write_all(&encrypted)?;
            encrypted.clear();
        }
        Ok(())
    }

    /// Does the handshake of TLS, if that is spoken, within this time.
    pub(super) fn handshake(&self, timeout: Duration) -> io::Result<()> {
        let Some(tls) = &self.tls else { return Ok(()) };
        let Tls { connection, .. } = &mut *lock(tls);
        let until = Instant::now() + timeout;
        loop {
            while connection.wants_write() {
                connection.write_tls(&mut &self.socket)?;
            }
            if !connection.is_handshaking() {
                return Ok(());
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.set_read_timeout(Some(left))?;
            if connection.read_tls(&mut &self.socket)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            process(connection, &self.socket)?;
        }
    }

    /// Says that nothing more will be written.
    pub(super) fn end(&self) {
        if let Some(tls) = &self.tls {
            let mut goodbye = Vec::new();
            let mut tls = lock(tls);
            tls.connection.send_close_notify();
            let encrypted = tls.encrypt(&[], &mut goodbye);
            drop(tls);
            let _ = encrypted.and_then(|()| (&self.socket).write_all(&goodbye));
        }
        self.shut(Shutdown::Write);
    }

    /// Ends both directions at once, which wakes whoever blocks.
    pub(super) fn cut(&self) {
        self.shut(Shutdown::Both);
    }

    /// Reads octets nobody will look at, whatever they mean to TLS.
    pub(super) fn discard(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.read(buffer)
    }

    /// How long a read may wait; without end if nothing is said.
    pub(super) fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        match &self.socket {
            Socket::Tcp(socket) => socket.set_read_timeout(timeout),
            #[cfg(unix)]
            Socket::Unix(socket) => socket.set_read_timeout(timeout),
        }
    }

    /// How long a write may wait for the peer to take an octet.
    pub(super) fn set_write_timeout(&self, timeout: Duration) -> io::Result<()> {
        match &self.socket {
            Socket::Tcp(socket) => socket.set_write_timeout(Some(timeout)),
            #[cfg(unix)]
            Socket::Unix(socket) => socket.set_write_timeout(Some(timeout)),
        }
    }

    // A socket that is gone already needs no end.
    fn shut(&self, how: Shutdown) {
        let _ = match &self.socket {
            Socket::Tcp(socket) => socket.shutdown(how),
            #[cfg(unix)]
            Socket::Unix(socket) => socket.shutdown(how),
        };
    }
}

impl Tls {
    /// Decrypts what was taken; `None` when that is nothing to return yet.
    fn decrypt(&mut self, buffer: &mut [u8], socket: &Socket) -> io::Result<Option<usize>> {
        loop {
            match self.connection.reader().read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return done.map(Some),
            }
            if self.pending.is_empty() {
                return Ok(None);
            }
            let taken = self.connection.read_tls(&mut self.pending.as_slice())?;
            self.pending.drain(..taken);
            process(&mut self.connection, socket)?;
        }
    }

    /// Takes octets of the socket; none at the end of its stream.
    fn take(&mut self, octets: &[u8]) -> io::Result<()> {
        if octets.is_empty() {
            self.connection.read_tls(&mut io::empty())?;
            // Nothing new can come of it but that the end is known.
            let _ = self.connection.process_new_packets();
        }
        self.pending.extend_from_slice(octets);
        Ok(())
    }

    fn encrypt(&mut self, octets: &[u8], encrypted: &mut Vec<u8>) -> io::Result<()> {
        self.connection.writer().write_all(octets)?;
        while self.connection.wants_write() {
            self.connection.write_tls(encrypted)?;
        }
        Ok(())
    }
}

fn process(connection: &mut Connection, mut socket: &Socket) -> io::Result<()> {
    let Err(error) = connection.process_new_packets() else { return Ok(()) };
    // The alert that says why; the connection is lost whether or not it arrives.
    let _ = connection.write_tls(&mut socket);
    Err(io::Error::new(io::ErrorKind::InvalidData, error))
}

impl Socket {
    fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        (&mut &*self).read(buffer)
    }
}

impl Read for &Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = match self {
                Socket::Tcp(socket) => (&mut &*socket).read(buffer),
                #[cfg(unix)]
                Socket::Unix(socket) => (&mut &*socket).read(buffer),
            };
            match read {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => return done,
            }
        }
    }
}

impl Write for &Socket {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match self {
            Socket::Tcp(socket) => (&mut &*socket).write(octets),
            #[cfg(unix)]
            Socket::Unix(socket) => (&mut &*socket).write(octets),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether a read or write only came to the end of its time.
pub(super) fn timed_out(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// A thread that panicked while it held the lock has lost its connection; nobody else has.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
