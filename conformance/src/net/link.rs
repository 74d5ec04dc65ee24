//! The subject's end of a connection over a network.

use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use wsproof_cases::opening::Head;
use wsproof_cases::tester::Due;
use wsproof_cases::transcript::Trouble;

use super::patience::Patience;
use super::stream::{Bounds, Ended, Exchanged, Stream, Until};
use crate::exec::Program;
use crate::play::{Far, Flow, Link, Observed};

/// A subject behind a stream.
#[derive(Debug)]
pub struct NetLink {
    stream: Stream,
    head: Head,
    patience: Patience,
    /// Whether this subject answers fences, as far as anybody has seen.
    fences: Arc<AtomicBool>,
    begun: Instant,
    /// How long the subject took to let us in, or for its first octets.
    opened_in: Option<Duration>,
    /// The program that is the subject, if the harness has started it, and which of its lives.
    program: Option<(Arc<Program>, u64)>,
    inbox: Vec<u8>,
    fed: u64,
    read: u64,
    trouble: Told<Trouble>,
    end: Told<()>,
    /// Whether the end of our side is followed by a wait for the end of the subject's, so that a
    /// client reads our last octets and not a reset.
    lingers: bool,
}

/// Something that is told once.
#[derive(Clone, Copy, Debug)]
enum Told<T> {
    Not,
    Now(T),
    Done,
}

impl NetLink {
    /// The most octets that a subject may send: as many times what it was sent, and
    /// [`GIFT`](Self::GIFT).
    pub const ALLOWANCE: u64 = 8;
    /// How long after the end of a stream a program may take to break down for it.
    const LAST_BREATH: Duration = Duration::from_millis(20);
    /// The most octets that are read while a link lingers.
    const LINGERED: usize = 256 * 1024;
    /// The octets that a subject may send whatever it was sent.
    pub const GIFT: u64 = 1024 * 1024;

    /// A link over this stream, on which `head` opens the connection. What has come already is in
    /// `inbox`. `fences` is shared by all links to one subject.
    pub fn new(
        stream: Stream,
        head: Head,
        inbox: Vec<u8>,
        patience: Patience,
        fences: Arc<AtomicBool>,
    ) -> Self {
        Self {
            stream,
            head,
            patience,
            fences,
            begun: Instant::now(),
            opened_in: None,
            program: None,
            inbox,
            fed: 0,
            read: 0,
            trouble: Told::Not,
            end: Told::Not,
            lingers: false,
        }
    }

    /// The same link to a subject that took this long to let us in.
    #[must_use]
    pub fn opened_in(self, time: Duration) -> Self {
        Self { opened_in: Some(time), ..self }
    }

    /// The same link to a subject that is this life of the program: if that ends, the subject has
    /// broken down.
    #[must_use]
    pub fn watching(self, program: Arc<Program>, life: u64) -> Self {
        Self { program: Some((program, life)), ..self }
    }

    /// The same link, ended as a server should end it.
    #[must_use]
    pub fn lingering(self) -> Self {
        Self { lingers: true, ..self }
    }

    fn flow(&self) -> Flow {
        let lost = !matches!(self.trouble, Told::Not);
        if lost || self.stream.is_deaf() || self.stream.ended().is_some() {
            Flow::Closed
        } else {
            Flow::Open
        }
    }

    /// How far an exchange may go that waits for so long while nothing moves.
    fn bounds(&self, patience: Duration) -> Bounds {
        let held = self.read + self.inbox.len() as u64;
        let room = self.allowed().saturating_sub(held);
        Bounds {
            patience,
            deadline: self.begun + self.patience.case,
            room: usize::try_from(room).unwrap_or(usize::MAX),
        }
    }

    /// The most octets that the subject may have sent by now.
    const fn allowed(&self) -> u64 {
        Self::GIFT + Self::ALLOWANCE * self.fed
    }

    /// How long is waited for this.
    fn time_for(&self, due: Due) -> Duration {
        match due {
            Due::Nothing => Duration::ZERO,
            Due::Silence if self.takes_fences() => {
                self.patience.quiet(self.opened_in.unwrap_or(self.patience.quiet.1))
            }
            Due::Silence | Due::Doubt => self.patience.quiet.1,
            Due::Fence => self.patience.fence,
            Due::Answer => self.patience.answer,
        }
    }

    fn takes_fences(&self) -> bool {
        self.patience.fences && self.fences.load(Ordering::Relaxed)
    }

    fn lose(&mut self, trouble: Trouble) {
        if matches!(self.trouble, Told::Not) {
            self.trouble = Told::Now(trouble);
        }
    }
}

impl Link for NetLink {
    fn feed(&mut self, octets: &[u8]) -> Flow {
        if self.flow() == Flow::Open {
            self.fed += octets.len() as u64;
            self.stream.write(octets);
            let bounds = self.bounds(self.patience.answer);
            match self.stream.exchange(&mut self.inbox, Until::Flushed, bounds) {
                Exchanged::Done => {}
                Exchanged::Idle => self.lose(Trouble::Stalled),
                Exchanged::OutOfTime => self.lose(Trouble::OutOfTime),
                Exchanged::Full => self.lose(Trouble::Flooded),
            }
        }
        self.flow()
    }

    fn settle(&mut self) -> Flow {
        self.settle_for(Due::Silence)
    }

    fn settle_for(&mut self, due: Due) -> Flow {
        let left = self.patience.case.saturating_sub(self.begun.elapsed());
        if !self.inbox.is_empty() || due == Due::Nothing || matches!(self.end, Told::Done) {
            return self.flow();
        }
        if left.is_zero() {
            self.lose(Trouble::OutOfTime);
            return self.flow();
        }
        let time = self.time_for(due);
        let bounds = self.bounds(time.min(left));
        let came = self.stream.exchange(&mut self.inbox, Until::Read, bounds);
        if came != Exchanged::Done && due == Due::Fence {
            self.fences.store(false, Ordering::Relaxed);
        }
        self.flow()
    }

    fn far(&self) -> Option<Far> {
        Some(Far { head: self.head.clone(), fences: self.takes_fences() })
    }

    fn half_close(&mut self) -> Flow {
        // Whatever time the case has left, there is some for what is on its way.
        let bounds = self.bounds(self.patience.answer);
        let deadline = bounds.deadline.max(Instant::now() + self.patience.answer);
        let bounds = Bounds { deadline, ..bounds };
        self.stream.half_close(&mut self.inbox, bounds);
        let deadline = Instant::now() + self.patience.quiet.1;
        while self.lingers && self.stream.ended().is_none() && self.inbox.len() < Self::LINGERED {
            let left = deadline.saturating_duration_since(Instant::now());
            let bounds = Bounds { patience: left, deadline, room: Self::LINGERED };
            if self.stream.exchange(&mut self.inbox, Until::Read, bounds) != Exchanged::Done {
                break;
            }
        }
        Flow::Closed
    }

    fn drain(&mut self, seen: &mut Vec<Observed>) {
        if !self.inbox.is_empty() {
            if self.read == 0 {
                self.opened_in = self.opened_in.max(Some(self.begun.elapsed()));
            }
            self.read += self.inbox.len() as u64;
            seen.push(Observed::Octets(core::mem::take(&mut self.inbox)));
            if self.read > self.allowed() {
                self.lose(Trouble::Flooded);
            }
        }
        if let (Told::Not, Some(ended)) = (self.end, self.stream.ended()) {
            self.end = Told::Done;
            // A stream whose end comes alone may be the first sign of a breakdown.
            let grace = if seen.is_empty() { Self::LAST_BREATH } else { Duration::ZERO };
            let broken = self
                .program
                .as_ref()
                .and_then(|(program, life)| program.ended_within(*life, grace));
            seen.extend(broken.map(Observed::Crash));
            seen.push(match ended {
                Ended::Fin => Observed::End,
                Ended::Reset => Observed::Reset,
            });
        }
        if let Told::Now(trouble) = self.trouble {
            self.trouble = Told::Done;
            seen.push(Observed::Trouble(trouble));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_fence_that_is_not_answered_is_the_last_one() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let fences = Arc::new(AtomicBool::new(true));
        let link = |patience| {
            let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let socket = listener.accept().unwrap().0;
            let stream = Stream::accept(socket, None, Instant::now()).unwrap();
            let fences = Arc::clone(&fences);
            (client, NetLink::new(stream, Head::response(), Vec::new(), patience, fences))
        };
        let takes = |link: &NetLink| link.far().unwrap().fences;

        let (mut client, mut answered) = link(Patience::new(Duration::from_secs(600)));
        client.write_all(b"an answer").unwrap();
        assert_eq!(answered.settle_for(Due::Fence), Flow::Open);
        assert!(takes(&answered), "whatever comes may be the answer");
        assert!(answered.time_for(Due::Silence) <= answered.patience.quiet.1);

        let (_client, mut ignored) = link(Patience::new(Duration::from_millis(8)));
        assert_eq!(ignored.settle_for(Due::Fence), Flow::Open);
        // One subject is behind all links, and it is not asked again.
        for link in [&ignored, &answered] {
            assert!(!takes(link));
            assert_eq!(link.time_for(Due::Silence), link.patience.quiet.1, "the longest");
        }
    }
}
