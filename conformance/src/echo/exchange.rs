//! Two threads over one open connection: one reads, one writes, neither waits for the other.

use core::time::Duration;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use wsproof_engine::Role;

use super::connections::Begun;
use super::desk::Desk;
use super::queues::{Came, Next, Queues};
use super::settings::READ;
use super::stream::{Stream, lock, timed_out};

/// What a thread's stack may hold. TLS and DEFLATE keep their state on the heap.
pub(super) const STACK: usize = 256 << 10;
/// How long a peer may take to end its stream once nothing is left to be said.
const GRACE: Duration = Duration::from_secs(2);

/// An open connection.
pub(super) struct Exchange<'s> {
    stream: &'s Stream,
    role: Role,
    desk: Arc<Desk>,
    /// When the writer was done.
    written: Mutex<Option<Instant>>,
}

impl<'s> Exchange<'s> {
    /// Exchanges messages until the connection has ended; `rest` came behind the handshake.
    pub(super) fn run(
        stream: &'s Stream,
        role: Role,
        queues: Queues,
        rest: &[u8],
        begun: Begun<'_>,
    ) -> io::Result<Came> {
        stream.set_read_timeout(None)?;
        let desk = Arc::new(Desk::new(queues));
        let kept = begun.keep(&desk);
        let exchange = Self { stream, role, desk, written: Mutex::new(None) };
        thread::scope(|scope| {
            thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || exchange.write())?;
            exchange.read(rest);
            linger(stream, || *lock(&exchange.written));
            io::Result::Ok(())
        })?;
        drop(kept);
        let came = lock(&exchange.desk.queues).came();
        Ok(came)
    }

    fn read(&self, rest: &[u8]) {
        let mut buffer = vec![0; READ];
        let mut over = self.take(rest);
        while !over {
            over = match self.stream.read(&mut buffer) {
                Ok(0) | Err(_) => self.end_of_stream(),
                Ok(read) => self.take(&buffer[..read]),
            };
        }
    }

    /// Hands octets to the engine and does what comes of them; whether it is over.
    fn take(&self, mut octets: &[u8]) -> bool {
        let mut queues = self.look(lock(&self.desk.queues));
        while queues.is_reading() && !octets.is_empty() {
            octets = queues.take(octets);
            queues = self.look(queues);
        }
        queues.is_over()
    }

    /// Goes on until the engine wants octets or it is over, and waits for room in between.
    fn look<'q>(&self, mut queues: MutexGuard<'q, Queues>) -> MutexGuard<'q, Queues> {
        loop {
            queues.look();
            self.desk.changed.notify_all();
            if queues.is_reading() || queues.is_over() {
                return queues;
            }
            queues = self.desk.changed.wait(queues).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn end_of_stream(&self) -> bool {
        lock(&self.desk.queues).end_of_stream();
        self.desk.changed.notify_all();
        true
    }

    fn write(&self) {
        let failed = self.write_all().is_err();
        let ended = lock(&self.desk.queues).stream_ended();
        if failed {
            // Wakes the reader, too.
            self.end_of_stream();
            self.stream.cut();
        } else if self.role == Role::Server || ended {
            self.stream.end();
        }
        *lock(&self.written) = Some(Instant::now());
    }

    fn write_all(&self) -> io::Result<()> {
        let mut head = Vec::new();
        let mut queues = lock(&self.desk.queues);
        loop {
            queues = match queues.next(&mut head) {
                Next::End => return Ok(()),
                Next::Wait => {
                    // The reader may wait for the room that there is now.
                    self.desk.changed.notify_all();
                    self.desk.changed.wait(queues).unwrap_or_else(PoisonError::into_inner)
                }
                Next::Write(ticket, lent) => {
                    drop(queues);
                    self.stream.write_all(&head)?;
                    let lent = lent.as_ref().map_or(&[][..], AsRef::as_ref);
                    self.stream.write_all(lent)?;
                    let mut queues = lock(&self.desk.queues);
                    queues.wrote(ticket, head.len() + lent.len());
                    self.desk.changed.notify_all();
                    queues
                }
            };
        }
    }
}

/// Reads what nobody will look at until the peer ends its stream: as long as the writer works, since
/// the peer may read only once it has written, and then for a while, since a socket that is closed
/// with octets unread resets the connection and destroys the Close on its way.
pub(super) fn linger(stream: &Stream, written: impl Fn() -> Option<Instant>) {
    let mut buffer = vec![0; READ];
    if stream.set_read_timeout(Some(GRACE / 4)).is_err() {
        return;
    }
    loop {
        match stream.discard(&mut buffer) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if timed_out(&error) => {}
            Err(_) => return,
        }
        if written().is_some_and(|written| written.elapsed() >= GRACE) {
            return stream.cut();
        }
    }
}
