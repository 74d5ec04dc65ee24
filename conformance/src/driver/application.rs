//! An application in this process, on a connection that is open: what is the same of all of them.

use wsproof_cases::interface::{Answer, Call};

use super::outbox::Outbox;
use crate::play::{Fault, Flow, Link, Observed, Work};

/// An endpoint and the application that uses it, which together are a [`Link`].
pub(super) trait Application {
    /// Takes octets from the network, and does what there is to do with them.
    fn take(&mut self, octets: &[u8]);

    /// Does everything there is to do without more octets from the network.
    fn run(&mut self);

    /// Gives the connection up, and the read that waits with it, and ends the stream.
    fn end(&mut self);

    /// What it has written.
    fn out(&mut self) -> &mut Outbox;

    /// As [`Link::call`].
    fn call(&mut self, call: &Call) -> Answer {
        let _ = call;
        Answer::Missing
    }

    /// As [`Link::work`].
    fn work(&self) -> Option<Work> {
        None
    }

    /// As [`Link::fault`].
    fn fault(&self) -> Option<Fault> {
        None
    }
}

impl<A: Application> Link for A {
    fn feed(&mut self, octets: &[u8]) -> Flow {
        self.take(octets);
        self.out().flow()
    }

    fn settle(&mut self) -> Flow {
        self.run();
        self.out().flow()
    }

    fn call(&mut self, call: &Call) -> Answer {
        Application::call(self, call)
    }

    fn half_close(&mut self) -> Flow {
        self.run();
        if !self.out().is_ended() {
            self.end();
        }
        self.out().flow()
    }

    fn drain(&mut self, seen: &mut Vec<Observed>) {
        self.out().drain(seen);
    }

    fn work(&self) -> Option<Work> {
        Application::work(self)
    }

    fn fault(&self) -> Option<Fault> {
        Application::fault(self)
    }
}
