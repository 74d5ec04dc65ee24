//! The one loop that plays a case.
//!
//! [`play`] runs a case's script through a [`Tester`] against a [`Link`], the connection to the
//! subject that a [`Driver`] has opened, and returns the transcript. There is no clock: whenever
//! the script or the tester waits, the loop lets the subject work until it rests, and then lets one
//! round of virtual time pass. The tester reacts only while the subject rests, so what it does
//! follows from what the subject said and from nothing else.
//!
//! A subject in the same process can be seen to rest. One behind a network cannot: there the loop
//! says what is [due](Due), and the [`Link`] waits for it. Where something must come, it has all the
//! time a link gives; where silence may be right, the tester's fence, a Ping of its own, says when
//! the subject has done with what was written before.

use std::borrow::Cow;

use wsproof_cases::Role;
use wsproof_cases::case::{Case, Needs};
use wsproof_cases::interface::{Answer, Call};
use wsproof_cases::opening::Head;
use wsproof_cases::random::Random;
use wsproof_cases::step::Step;
use wsproof_cases::tester::{Ask, Due, Tester, Timer, Wire};
use wsproof_cases::transcript::{Transcript, Trouble};

use crate::net::adapted;

/// An implementation of the protocol as the runner sees it.
pub trait Driver {
    /// The name of the driver, one lower-case word.
    fn name(&self) -> &'static str;

    /// What the subject lacks of what a case needs, as a fragment of a sentence; nothing if it offers
    /// everything.
    fn lacks(&self, needs: &Needs) -> Option<&'static str>;

    /// Opens a connection on which the subject plays `role`, ready for the first frame. The case is
    /// there for what it says about the opening, not for a subject to adapt to it.
    ///
    /// # Errors
    /// The harness itself could not open it, which says nothing about the subject.
    fn open(&mut self, case: &Case, role: Role) -> Result<Box<dyn Link + '_>, Broken>;
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

/// How the tester's octets are cut into pieces. A piece never spans a pause of the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cuts {
    /// As the script writes them, in pieces of at most [`PIECE`] octets.
    Whole,
    /// Each octet alone, but for most of the payload of large writes: after [`SINGLE_OCTETS`]
    /// octets of a case, only the first [`SINGLE_HEADER`] octets of each piece of [`ODD`] are.
    Bytewise,
    /// At random places, the same for the same seed.
    Random(u64),
}

/// The largest piece that is fed at once, in octets.
pub const PIECE: usize = 64 * 1024;
/// How many octets of a case are fed one by one under [`Cuts::Bytewise`].
pub const SINGLE_OCTETS: usize = 128 * 1024;
/// How many octets at the beginning of a write are fed one by one even after that: any header.
pub const SINGLE_HEADER: usize = 16;
/// The size of the other pieces under [`Cuts::Bytewise`]: no multiple of anything.
pub const ODD: usize = 4093;

/// How often the subject may make the tester react in one run, far more than any case needs. It
/// ends the run against a subject that never rests.
const REACTIONS: u32 = 100_000;

/// Plays `case` against a subject in this role and says what happened. `seed` makes the tester's
/// masking keys; equal arguments and an equal subject give an equal transcript.
pub fn play(case: &Case, role: Role, cuts: Cuts, seed: u64, link: &mut dyn Link) -> Transcript {
    let far = link.far();
    let case = &*match &far {
        Some(far) if role == Role::Server => adapted(case, &far.head),
        _ => Cow::Borrowed(case),
    };
    let is_far = far.is_some();
    // An extension is agreed on in the opening handshake, wherever the subject is.
    let plain = || match role {
        Role::Server => Head::request(),
        Role::Client => Head::response(),
    };
    let head = far.map(|far| far.head).or_else(|| case.needs.deflate.map(|_| plain()));
    let tester = Tester::new(case, role, seed);
    let mut table = Table {
        tester: if head.is_some() { tester.opening_with() } else { tester },
        far: is_far,
        cutter: Cutter::new(cuts, link),
        seen: Vec::new(),
        reactions: 0,
    };
    if case.needs.opening.is_some() || head.is_some() {
        // A client speaks first.
        table.rest();
    }
    if !table.open(case, head) || table.script(&case.script) != Done::Stop {
        table.tester.wait(Timer::Deadline, case.patience);
    }
    table.rest();
    while !table.is_over() && table.tester.pass(&mut table.cutter).is_some() {
        table.rest();
    }
    table.tester.give_up();
    table.leave();
    table.tester.finish()
}

/// How a script, or a part of it, went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    All,
    /// The rest has become pointless.
    Skip,
    /// So has the deadline.
    Stop,
}

/// Tester and subject, face to face.
struct Table<'c, 'l> {
    tester: Tester<'c>,
    cutter: Cutter<'l>,
    /// The subject's rest cannot be seen.
    far: bool,
    seen: Vec<Observed>,
    reactions: u32,
}

impl Table<'_, '_> {
    fn script(&mut self, steps: &[Step]) -> Done {
        for step in steps {
            if let Step::Times(times, steps) = step {
                for _ in 0..*times {
                    match self.script(steps) {
                        Done::All => {}
                        other => return other,
                    }
                }
                continue;
            }
            match self.tester.step(step, &mut self.cutter) {
                Ask::Call => self.call(step),
                Ask::GoOn => {
                    self.take();
                }
                Ask::Stop => return Done::Stop,
                Ask::Rest => {
                    self.rest_until_answered();
                    if !self.tester.is_answered() {
                        return Done::Skip;
                    }
                }
                Ask::Round => self.round(),
                Ask::HalfClose => {
                    self.cutter.half_close();
                    self.rest();
                }
            }
        }
        Done::All
    }

    /// Calls the subject's interface, behind everything that was written.
    fn call(&mut self, step: &Step) {
        let Step::Call(call) = step else { return };
        self.cutter.flush();
        let answer = self.cutter.link.call(call);
        if call.is_answered() || answer == Answer::Missing {
            self.tester.answered(answer, &mut self.cutter);
        }
        self.take();
    }

    /// Opens the connection where a case begins behind that. Says whether the script may begin.
    fn open(&mut self, case: &Case, head: Option<Head>) -> bool {
        match head {
            Some(head) if case.needs.opening.is_none() => {
                // What is no part of the case is not cut.
                let cuts = core::mem::replace(&mut self.cutter.cuts, Cuts::Whole);
                if self.tester.open_with(&head, &mut self.cutter) == Ask::Rest {
                    self.rest_until_answered();
                }
                self.cutter.flush();
                self.cutter.cuts = cuts;
                self.tester.is_open() && !self.tester.is_declined(&mut self.cutter)
            }
            _ => true,
        }
    }

    /// Lets one round pass. If something else than the pause ends first, it ends the connection.
    fn round(&mut self) {
        self.tester.wait(Timer::Pause, 1);
        self.rest();
        if !self.is_over() {
            self.tester.pass(&mut self.cutter);
        }
    }

    /// Lets the subject work and the tester react until neither has anything to do.
    fn rest(&mut self) {
        self.rest_until(|_| false);
    }

    /// The same, but nobody waits for a subject far away once what was asked for is there.
    fn rest_until_answered(&mut self) {
        self.rest_until(|tester| tester.is_answered());
    }

    fn rest_until(&mut self, is_done: fn(&Tester<'_>) -> bool) {
        let mut fenced = false;
        loop {
            if self.far && is_done(&self.tester) {
                return self.cutter.flush();
            }
            if !fenced && !self.tester.fences_late() {
                fenced = self.fence();
            }
            self.cutter.flush();
            if !self.far {
                self.cutter.link.settle();
            } else if !self.tester.has_news() {
                // What came before would ask for a reaction, not for more time.
                self.cutter.link.settle_for(self.tester.due());
            }
            let came = self.take();
            let reacted = self.tester.react(&mut self.cutter);
            if self.is_over() {
                return;
            }
            if reacted {
                self.reactions += 1;
            }
            let passed = fenced && self.tester.due() == Due::Silence;
            if passed || !(reacted || (came && self.far)) {
                if fenced || !self.fence() {
                    self.tester.leave_fences();
                    return;
                }
                fenced = true;
            }
        }
    }

    /// Puts up a fence if that says when the subject rests.
    fn fence(&mut self) -> bool {
        self.far
            && self.tester.due() == Due::Silence
            && self.cutter.link.far().is_some_and(|far| far.fences)
            && self.tester.fence(&mut self.cutter)
    }

    /// Takes what the subject did, and says whether it did anything; the tester reacts later.
    fn take(&mut self) -> bool {
        self.cutter.link.drain(&mut self.seen);
        let any = !self.seen.is_empty();
        for observed in self.seen.drain(..) {
            match observed {
                Observed::Octets(octets) => self.tester.receive(&octets),
                Observed::End => self.tester.receive_end(),
                Observed::Reset => self.tester.receive_reset(),
                Observed::Trouble(trouble) => self.tester.receive_trouble(trouble),
                Observed::Crash(how) => self.tester.receive_crash(how),
            }
        }
        any
    }

    fn is_over(&self) -> bool {
        self.tester.is_over() || self.reactions >= REACTIONS
    }

    /// Ends the connection for the subject, too, which must not break it.
    fn leave(&mut self) {
        self.cutter.half_close();
        self.cutter.link.settle_for(self.tester.due());
        self.take();
        self.tester.react(&mut self.cutter);
    }
}

/// Cuts what the tester writes and feeds the pieces to the subject.
struct Cutter<'l> {
    link: &'l mut dyn Link,
    cuts: Cuts,
    random: Random,
    pending: Vec<u8>,
    singles: usize,
    flow: Flow,
}

impl<'l> Cutter<'l> {
    fn new(cuts: Cuts, link: &'l mut dyn Link) -> Self {
        let seed = if let Cuts::Random(seed) = cuts { seed } else { 0 };
        Self {
            link,
            cuts,
            random: Random::new(seed),
            pending: Vec::new(),
            singles: SINGLE_OCTETS,
            flow: Flow::Open,
        }
    }

    /// Feeds everything that was written.
    fn flush(&mut self) {
        let pending = core::mem::take(&mut self.pending);
        let mut rest = &pending[..];
        let mut fed = 0;
        while !rest.is_empty() && self.flow == Flow::Open {
            let n = self.next_size(fed).min(rest.len());
            let (piece, later) = rest.split_at(n);
            self.flow = self.link.feed(piece);
            fed += n;
            rest = later;
        }
        self.pending = pending;
        self.pending.clear();
    }

    /// Feeds everything that was written, and says that it was all.
    fn half_close(&mut self) {
        self.flush();
        self.link.half_close();
        self.flow = Flow::Closed;
    }

    /// The size of the next piece after `fed` octets of this write.
    const fn next_size(&mut self, fed: usize) -> usize {
        match self.cuts {
            Cuts::Whole => PIECE,
            Cuts::Bytewise if self.singles > 0 => {
                self.singles -= 1;
                1
            }
            Cuts::Bytewise if fed % ODD < SINGLE_HEADER => 1,
            Cuts::Bytewise => ODD - fed % ODD,
            // Small pieces are as frequent as large ones.
            Cuts::Random(_) => {
                let bits = self.random.below(PIECE.ilog2() as u64 + 1);
                1 + self.random.below(1 << bits) as usize
            }
        }
    }
}

impl Wire for Cutter<'_> {
    fn write(&mut self, mut octets: &[u8]) {
        while !octets.is_empty() {
            let n = octets.len().min(PIECE - self.pending.len());
            let (now, later) = octets.split_at(n);
            self.pending.extend_from_slice(now);
            octets = later;
            if self.pending.len() == PIECE {
                self.flush();
            }
        }
    }

    fn boundary(&mut self) {
        // Only the script's own cuts know boundaries.
        if self.cuts == Cuts::Whole {
            self.flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use wsproof_cases::judge::{Reason, Verdict};
    use wsproof_cases::transcript::Entry;
    use wsproof_cases::wire::{Header, Opcode};
    use wsproof_cases::{catalogue, find, judge};

    use super::*;

    /// A subject that writes the same each time it is asked, and remembers what it got.
    #[derive(Default)]
    struct Puppet {
        fed: Vec<Vec<u8>>,
        says: Vec<Observed>,
        once: bool,
        half_closed: bool,
    }

    impl Link for Puppet {
        fn feed(&mut self, octets: &[u8]) -> Flow {
            assert!(!octets.is_empty() && octets.len() <= PIECE);
            self.fed.push(octets.to_vec());
            Flow::Open
        }

        fn settle(&mut self) -> Flow {
            Flow::Open
        }

        fn half_close(&mut self) -> Flow {
            self.half_closed = true;
            Flow::Closed
        }

        fn drain(&mut self, seen: &mut Vec<Observed>) {
            if self.once {
                seen.append(&mut self.says);
            } else {
                seen.extend_from_slice(&self.says);
            }
        }
    }

    fn frame(opcode: Opcode, payload: &[u8]) -> Observed {
        let mut octets = Vec::new();
        Header::new(opcode, payload.len() as u64).write(&mut octets);
        octets.extend_from_slice(payload);
        Observed::Octets(octets)
    }

    fn run(id: &str, says: Vec<Observed>, once: bool) -> (Transcript, Puppet) {
        let mut puppet = Puppet { says, once, ..Puppet::default() };
        let case = find(id).unwrap();
        (play(case, Role::Server, Cuts::Whole, 1, &mut puppet), puppet)
    }

    #[test]
    fn every_cut_feeds_the_same_octets() {
        for case in catalogue().iter().filter(|case| case.needs.message <= 64 * 1024) {
            for role in Role::ALL.into_iter().filter(|role| case.plays.allows(*role)) {
                let fed =
                    [Cuts::Whole, Cuts::Bytewise, Cuts::Random(1), Cuts::Random(2)].map(|cuts| {
                        let mut puppet = Puppet::default();
                        play(case, role, cuts, 9, &mut puppet);
                        puppet.fed
                    });
                assert!(fed[1..].iter().all(|other| other.concat() == fed[0].concat()));
                let small = fed[0].concat().len() < SINGLE_OCTETS;
                // The head that agrees on an extension is no part of the case.
                let head = usize::from(case.needs.deflate.is_some());
                let mut pieces = fed[1].iter().skip(head);
                assert!(!small || pieces.all(|piece| piece.len() == 1), "{}", case.id);
            }
        }
    }

    #[test]
    fn bytewise_feeds_headers_octet_by_octet_even_late() {
        let mut puppet = Puppet::default();
        play(
            find("limits/binary/frame-of-1-mib").unwrap(),
            Role::Client,
            Cuts::Bytewise,
            1,
            &mut puppet,
        );
        let sizes: Vec<_> = puppet.fed.iter().map(Vec::len).collect();
        assert!(sizes[..SINGLE_OCTETS].iter().all(|size| *size == 1));
        let rest = &sizes[SINGLE_OCTETS..];
        assert!(rest.contains(&(ODD - SINGLE_HEADER)) && rest.iter().all(|size| *size < ODD));
        assert!(sizes.len() < SINGLE_OCTETS + 8 * 1024);
    }

    #[test]
    fn a_silent_subject_is_left_at_the_deadline() {
        let (transcript, puppet) = run("framing/text/length-0", Vec::new(), true);
        assert!(transcript.closing.dropped_by_tester);
        assert!(puppet.half_closed);
        let judgement = judge(find("framing/text/length-0").unwrap(), &transcript);
        assert_eq!((judgement.verdict, judgement.reason), (Verdict::Fail, Reason::EventMissing));
    }

    #[test]
    fn a_subject_that_never_rests_does_not_hold_us_for_ever() {
        let pinging = vec![frame(Opcode::PING, b"")];
        let (transcript, _) = run("framing/text/length-0", pinging, false);
        assert_eq!(transcript.trouble(), Some(Trouble::Flooded));
        let judgement = judge(find("framing/text/length-0").unwrap(), &transcript);
        assert_eq!(judgement.reason, Reason::Flooded);
    }

    #[test]
    fn a_subject_that_closes_and_keeps_the_stream_leaves_nothing_to_wait_for() {
        let id = "text/fail-fast/frames";
        let (transcript, _) = run(id, vec![frame(Opcode::CLOSE, &[3, 239])], true);
        assert_eq!(transcript.lines.last().unwrap().entry, Entry::StillOpen);
        let judgement = judge(find(id).unwrap(), &transcript);
        assert_eq!(judgement.autobahn.unwrap().to_string(), "NEVER-ENDS|NEVER-ENDS|1007");
        assert_eq!(judgement.reason, Reason::NeverEnds);
    }

    #[test]
    fn a_breakdown_is_a_verdict_of_its_own() {
        let crash = Observed::Crash("a panic".to_owned());
        let (transcript, _) = run("framing/text/length-0", vec![crash], true);
        let judgement = judge(find("framing/text/length-0").unwrap(), &transcript);
        assert_eq!(judgement.verdict, Verdict::Crash);
        assert_eq!(transcript.crash(), Some("a panic"));
    }
}
