//! What the tests share.

use std::sync::Mutex;
use std::thread;

use wsproof::play::{Flow, Link, Observed};
use wsproof_cases::Role;
use wsproof_model::{Bugs, Endpoint};

/// The model behind a link.
pub(crate) struct ModelLink {
    endpoint: Endpoint,
    ended: bool,
}

impl ModelLink {
    pub(crate) fn new(role: Role, bugs: impl Into<Bugs>) -> Self {
        Self { endpoint: Endpoint::new(role, bugs), ended: false }
    }

    fn flow(&self) -> Flow {
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
        if self.endpoint.closed() && !self.ended {
            self.ended = true;
            seen.push(Observed::End);
        }
    }
}

/// Does the work on all processors; the results are in the order of the work.
pub(crate) fn in_parallel<W: Send, R: Send>(work: Vec<W>, run: impl Fn(W) -> R + Sync) -> Vec<R> {
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let work = Mutex::new(work.into_iter().enumerate());
    let mut results = thread::scope(|scope| {
        let worker = || {
            let mut results = Vec::new();
            while let Some((i, work)) = { work.lock().unwrap().next() } {
                results.push((i, run(work)));
            }
            results
        };
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, result)| result).collect()
}
