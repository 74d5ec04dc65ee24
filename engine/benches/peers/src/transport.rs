//! A network that is memory: octets to read, at most so many at a time, and a place for what is sent.

use core::cell::{Cell, RefCell};
use core::future::Future;
use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};
use std::io;
use std::rc::Rc;

use tokio::io::ReadBuf;

use crate::cell::{HANDSHAKES, Sending, Stream, Work};

/// What was sent is copied to the start of this many octets: as far as a cache reaches.
const SINK: usize = 1 << 21;

/// One end of it; copies share it.
#[derive(Clone)]
pub(crate) struct Transport(Rc<Inner>);

struct Inner {
    wire: &'static [u8],
    at: Cell<usize>,
    read: usize,
    sink: RefCell<Vec<u8>>,
    sent: Cell<usize>,
}

impl Transport {
    /// Hands out `wire` again and again, at most `read` octets at a time.
    pub(crate) fn new(wire: &'static [u8], read: usize) -> Self {
        let (at, sent) = (Cell::new(0), Cell::new(0));
        let sink = RefCell::default();
        Self(Rc::new(Inner { wire, at, read, sink, sent }))
    }

    /// Starts the stream again.
    pub(crate) fn rewind(&self) {
        self.0.at.set(0);
    }

    /// Reads as a socket does; 0 at the end of the stream.
    pub(crate) fn read_into(&self, buffer: &mut [u8]) -> usize {
        let rest = &self.0.wire[self.0.at.get()..];
        let taken = rest.len().min(buffer.len()).min(self.0.read);
        buffer[..taken].copy_from_slice(&rest[..taken]);
        self.0.at.set(self.0.at.get() + taken);
        taken
    }

    /// Takes what is sent, as a socket does.
    pub(crate) fn accept(&self, octets: &[u8]) {
        self.accept_all([octets, &[]]);
    }

    /// Takes two slices behind each other, as a socket does with a vector of them.
    #[inline(always)]
    pub(crate) fn accept_all(&self, slices: [&[u8]; 2]) {
        let mut sink = self.0.sink.borrow_mut();
        let octets = slices[0].len() + slices[1].len();
        // Not before it is needed: what an idle connection holds is counted.
        let room = SINK - sink.len();
        sink.reserve_exact(room);
        if sink.len() + octets > SINK {
            sink.clear();
        }
        slices.iter().for_each(|slice| sink.extend_from_slice(slice));
        self.0.sent.set(self.0.sent.get() + octets);
    }

    /// How many octets have been sent since the last call, which is where the next ones go first.
    pub(crate) fn take_sent(&self) -> u64 {
        self.0.sink.borrow_mut().clear();
        self.0.sent.replace(0) as u64
    }
}

impl io::Read for Transport {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(self.read_into(buffer))
    }
}

impl io::Write for Transport {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.accept(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl tokio::io::AsyncRead for Transport {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let taken = self.read_into(buffer.initialize_unfilled());
        buffer.advance(taken);
        Poll::Ready(Ok(()))
    }
}

impl tokio::io::AsyncWrite for Transport {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.accept(octets);
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut written = 0;
        for pair in slices.chunks(2) {
            let pair = [&*pair[0], pair.get(1).map_or(&[][..], |second| second)];
            self.accept_all(pair);
            written += pair[0].len() + pair[1].len();
        }
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl futures_util::io::AsyncRead for Transport {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(self.read_into(buffer)))
    }
}

impl futures_util::io::AsyncWrite for Transport {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.accept(octets);
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// A batch of a receiver of one message at a time: `next` answers with the octets of the next one.
pub(crate) fn receiving(
    stream: Stream,
    transport: Transport,
    mut next: impl FnMut() -> u64 + 'static,
) -> Work {
    Box::new(move || {
        transport.rewind();
        (0..stream.messages).map(|_| next()).sum()
    })
}

/// A batch of a sender, which counts what arrived: `send` sends the message once.
pub(crate) fn sending(
    sending: Sending,
    transport: Transport,
    mut send: impl FnMut(&Transport) + 'static,
) -> Work {
    Box::new(move || {
        (0..sending.messages).for_each(|_| send(&transport));
        transport.take_sent()
    })
}

/// A batch of opening handshakes, all with the same octets of the other side.
pub(crate) fn shaking(wire: Vec<u8>, mut shake: impl FnMut(&Transport) + 'static) -> Work {
    let transport = Transport::new(wire.leak(), usize::MAX);
    Box::new(move || {
        for _ in 0..HANDSHAKES {
            transport.rewind();
            shake(&transport);
        }
        transport.take_sent()
    })
}

/// Runs a future whose transport never lets it wait.
pub(crate) fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the transport always answers"),
    }
}
