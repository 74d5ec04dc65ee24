//! The cases against the engine, through both of its faces.

mod support;

use wsproof::driver::{ModelDriver, SessionDriver, TypedDriver};
use wsproof::play::{Cuts, Driver, Fault, Flow, Link, Observed, play};
use wsproof_cases::interface::{Answer, Call};
use wsproof_cases::judge::{Reason, Verdict};
use wsproof_cases::step::Step;
use wsproof_cases::transcript::Transcript;
use wsproof_cases::{Case, Role, catalogue, judge};
use wsproof_model::Bugs;

use support::in_parallel;

const CUTS: [Cuts; 3] = [Cuts::Whole, Cuts::Bytewise, Cuts::Random(1)];
const SEED: u64 = 7;

/// The case in every role in which a subject can be tested with it.
fn roles(case: &'static Case) -> impl Iterator<Item = (&'static Case, Role)> {
    let roles = Role::ALL.into_iter().filter(|role| case.plays.allows(*role));
    roles.map(move |role| (case, role))
}

/// What happened, and the fault that the subject says it has found.
fn play_on(
    driver: &mut dyn Driver,
    case: &Case,
    role: Role,
    cuts: Cuts,
) -> (Transcript, Option<Fault>) {
    let mut link = driver.open(case, role, 0).expect("the engine opens");
    let transcript = play(case, role, cuts, SEED, &mut *link);
    (transcript, link.fault())
}

#[test]
fn every_case_passes_through_both_faces_under_every_cut_with_the_faults_of_the_model() {
    let runs: Vec<_> = catalogue().iter().flat_map(roles).collect();
    let wrong = in_parallel(runs, |(case, role)| {
        let due = if case.is_informational() { Verdict::Info } else { Verdict::Pass };
        let mut first: Option<(Transcript, Option<Fault>)> = None;
        for face in [&mut SessionDriver::new(3) as &mut dyn Driver, &mut TypedDriver::new(3)] {
            // The typed face rules out at compile time what some cases call.
            if face.name() == "typed" && face.lacks(&case.needs).is_some() {
                continue;
            }
            for cuts in CUTS {
                let (transcript, fault) = play_on(face, case, role, cuts);
                let judgement = judge(case, &transcript);
                let run = format!("{} as {role}, {} {cuts:?}", case.id, face.name());
                // Of windows that are optional, the engine declines the smallest.
                if judgement.verdict != due && judgement.reason != Reason::Declined {
                    return Some(format!("{run}: {judgement:?}"));
                }
                let first = first.get_or_insert_with(|| (transcript.clone(), fault));
                // A session fails the handshake where a connection closes for an unfit answer.
                let unfit = fault.is_some_and(|fault| fault.name == "ExtensionAnswerUnfit");
                let same = first.0.outline() == transcript.outline() && first.1 == fault;
                if !same && !unfit {
                    return Some(format!("{run}: differs from the first run"));
                }
            }
        }
        let place = |fault: Option<Fault>| fault.map(|fault| (fault.offset, fault.close));
        let fault = first.and_then(|(_, fault)| fault);
        let (_, told) = play_on(&mut ModelDriver::new(Bugs::NONE), case, role, Cuts::Whole);
        // The model gives no reason for failing an opening handshake, which has no octets to count.
        let wrong = place(fault) != place(told) && fault.is_none_or(|f| f.offset.is_some());
        wrong.then(|| format!("{} as {role}: {fault:?}, and the model {told:?}", case.id))
    });
    let wrong: Vec<_> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Feeds octets in three pieces, cut in front of the octets at two places of the stream.
struct TwoCuts<'l> {
    link: &'l mut dyn Link,
    at: [usize; 2],
    fed: usize,
    held: Vec<u8>,
}

impl TwoCuts<'_> {
    fn flush(&mut self) -> Flow {
        let held = core::mem::take(&mut self.held);
        if held.is_empty() { Flow::Open } else { self.link.feed(&held) }
    }
}

impl Link for TwoCuts<'_> {
    fn feed(&mut self, octets: &[u8]) -> Flow {
        for octet in octets {
            if self.at.contains(&self.fed) {
                self.flush();
            }
            self.held.push(*octet);
            self.fed += 1;
        }
        Flow::Open
    }

    fn settle(&mut self) -> Flow {
        self.flush();
        self.link.settle()
    }

    fn call(&mut self, call: &Call) -> Answer {
        self.flush();
        self.link.call(call)
    }

    fn half_close(&mut self) -> Flow {
        self.flush();
        self.link.half_close()
    }

    fn drain(&mut self, seen: &mut Vec<Observed>) {
        self.link.drain(seen);
    }
}

/// Cases whose whole script is one write of a few octets.
fn is_small(case: &Case) -> bool {
    case.needs.message == 0 && !case.script.iter().any(|step| matches!(step, Step::Times(..)))
}

/// How many octets the tester writes in a run.
fn octets_written(case: &Case, role: Role) -> usize {
    let mut driver = SessionDriver::new(3);
    let mut link = driver.open(case, role, 0).expect("the engine opens");
    let mut counted = TwoCuts { link: &mut *link, at: [0; 2], fed: 0, held: Vec::new() };
    play(case, role, Cuts::Whole, SEED, &mut counted);
    counted.fed
}

#[test]
fn every_small_case_makes_the_same_transcript_under_every_two_cuts() {
    let runs: Vec<_> = catalogue().iter().filter(|case| is_small(case)).flat_map(roles).collect();
    let cases = runs.len();
    let counts = in_parallel(runs, |(case, role)| {
        let octets = octets_written(case, role);
        if octets > 80 {
            return 0;
        }
        let (whole, _) = play_on(&mut SessionDriver::new(3), case, role, Cuts::Whole);
        let mut splits = 0;
        for first in 1..octets {
            for second in first..octets {
                let mut driver = SessionDriver::new(3);
                let mut link = driver.open(case, role, 0).expect("the engine opens");
                let at = [first, second];
                let mut cut = TwoCuts { link: &mut *link, at, fed: 0, held: Vec::new() };
                let transcript = play(case, role, Cuts::Whole, SEED, &mut cut);
                assert_eq!(
                    transcript.outline(),
                    whole.outline(),
                    "{} as {role} cut at {at:?}",
                    case.id
                );
                splits += 1;
            }
        }
        splits
    });
    let small = counts.iter().filter(|splits| **splits > 0).count();
    println!("{} splits of {small} of {cases} runs", counts.iter().sum::<usize>());
    assert!(small > 300, "only {small} runs are small");
}
