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

mod again;
mod cutter;
mod link;

use std::borrow::Cow;

use wsproof_cases::Role;
use wsproof_cases::case::Case;
use wsproof_cases::interface::Answer;
use wsproof_cases::opening::Head;
use wsproof_cases::step::Step;
use wsproof_cases::tester::{Ask, Due, Tester, Timer};
use wsproof_cases::transcript::Transcript;

pub use self::again::connections;
use self::cutter::Cutter;
pub use self::cutter::{Cuts, ODD, PIECE, SINGLE_HEADER, SINGLE_OCTETS};
pub use self::link::{Account, Broken, Driver, Far, Fault, Flow, Link, Observed, Work};
use crate::net::adapted;

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

#[cfg(test)]
mod tests {
    use wsproof_cases::judge::{Reason, StreamEnd, Verdict};
    use wsproof_cases::transcript::{Entry, Trouble};
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
        assert_eq!(judgement.observed.end, StreamEnd::Never);
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
