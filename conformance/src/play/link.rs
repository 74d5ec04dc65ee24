//! What the loop knows of a subject: the driver that reaches it and the link to it.

use wsproof_cases::Role;
use wsproof_cases::case::{Case, Needs};
use wsproof_cases::interface::{Answer, Call};
use wsproof_cases::opening::Head;
use wsproof_cases::tester::Due;
use wsproof_cases::transcript::{Beginning, Trouble};

/// An implementation of the protocol as the runner sees it.
pub trait Driver {
    /// The name of the driver, one lower-case word.
    fn name(&self) -> &'static str;

    /// What the subject lacks of what a case needs, as a fragment of a sentence; nothing if it offers
    /// everything.
    fn lacks(&self, needs: &Needs) -> Option<&'static str>;

    /// Opens a connection on which the subject plays `role`, ready for the first frame. The case is
    /// there for what it says about the opening, not for a subject to adapt to it. The subject has
    /// had `earlier` connections in the same case; one that is given its randomness is given other.
    ///
    /// # Errors
    /// The harness itself could not open it, which says nothing about the subject.
    fn open(&mut self, case: &Case, role: Role, earlier: u32)
    -> Result<Box<dyn Link + '_>, Broken>;

    /// How the subject's connection before the next one began, if the driver knows. Otherwise a case
    /// that asks for that is played twice.
    fn before(&self) -> Option<Beginning> {
        None
    }
}

/// The subject's end of a connection.
///
/// A link never judges and never waits for the tester. What the subject does wrong is data: octets
/// that must not be, an end of the stream that should not come, a breakdown.
pub trait Link {
    /// Hands octets to the subject.
    fn feed(&mut self, octets: &[u8]) -> Flow;

    /// Lets the subject work until it rests: until it has taken everything fed and will write
    /// nothing more by itself.
    fn settle(&mut self) -> Flow;

    /// The same for a subject whose rest cannot be seen: waits until something comes, or for as
    /// long as what is due deserves it.
    fn settle_for(&mut self, due: Due) -> Flow {
        let _ = due;
        self.settle()
    }

    /// Whether the subject's rest cannot be seen, and how the tester opens the connection in front
    /// of a case that begins behind the opening handshake.
    fn far(&self) -> Option<Far> {
        None
    }

    /// Calls the subject's interface as its application. Calls without a result are accepted.
    fn call(&mut self, call: &Call) -> Answer {
        let _ = call;
        Answer::Missing
    }

    /// Tells the subject that no more octets will come.
    fn half_close(&mut self) -> Flow;

    /// Moves what the subject did since the last call to the end of `seen`, in order.
    fn drain(&mut self, seen: &mut Vec<Observed>);

    /// The work the subject has done so far, if it can tell.
    fn work(&self) -> Option<Work> {
        None
    }

    /// The fault that the subject says it has found in the tester's octets, if it can tell.
    fn fault(&self) -> Option<Fault> {
        None
    }
}

/// What a subject tells of itself. It is reported and never judged: what a subject does decides,
/// not what it says about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The work it has done.
    pub work: Option<Work>,
    /// The fault it has found.
    pub fault: Option<Fault>,
}

/// A fault in the tester's octets, in the subject's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The subject's name for it, in camel case as types are named.
    pub name: &'static str,
    /// The clause that it says was broken, such as `6455#5.2`.
    pub clause: Option<&'static str>,
    /// The octet that it says decides, counted from 0 at the first one after the opening handshake;
    /// none for faults of the opening handshake.
    pub offset: Option<u64>,
    /// The status code with which it wants the connection to be failed.
    pub close: Option<u16>,
}

/// What a link to a subject behind a network asks of the loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Far {
    /// The request or the response that opens the connection.
    pub head: Head,
    /// Whether fences may be put up.
    pub fences: bool,
}

/// Work a subject counts. The same input gives the same numbers on every machine, so reports may
/// be compared by them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Actions handed out and completed.
    pub actions: u64,
    /// Octets read from the network.
    pub octets_in: u64,
    /// Octets written to the network.
    pub octets_out: u64,
    /// The most octets the subject held at once of what it had read or was to write.
    pub peak_buffer: u64,
}

/// Whether the subject takes more octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// It does.
    Open,
    /// It does not; what is fed from now on is lost.
    Closed,
}

/// Something the subject did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observed {
    /// It wrote octets.
    Octets(Vec<u8>),
    /// It ended its stream.
    End,
    /// It ended its stream in disorder.
    Reset,
    /// There is no way to it any more.
    Trouble(Trouble),
    /// It broke down, as described.
    Crash(String),
}

/// The harness could not do its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken(pub String);

impl core::fmt::Display for Broken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for Broken {}
