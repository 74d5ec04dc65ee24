//! What a subject can make the harness do is bounded by the case, whatever the subject does and for
//! how long: in calls of the link, in frames that are kept, and in text of the report. A link to a
//! subject behind a network bounds time and octets besides.

use wsproof::play::{Cuts, Flow, Link, Observed, play};
use wsproof_cases::judge::{Observed as Shown, Reason, judge};
use wsproof_cases::step::effort;
use wsproof_cases::tester::Tester;
use wsproof_cases::{Role, catalogue};

/// Something no subject should do, for ever.
#[derive(Clone, Copy, Debug)]
enum Habit {
    /// Sends as much as it can whenever it is looked at.
    Floods(&'static [u8]),
    /// Sends one octet of this, again and again, whenever it is looked at.
    Dribbles(&'static [u8]),
    /// Says nothing.
    Rests,
}

const HABITS: [Habit; 7] = [
    Habit::Floods(b"\x82\x02ab"),
    Habit::Floods(b"\x89\x00"),
    Habit::Floods(b"\x81\x01\xff"),
    Habit::Floods(b"\xff"),
    Habit::Dribbles(b"\x89\x00"),
    Habit::Dribbles(b"\x01\x01a\x00\x00"),
    Habit::Rests,
];

/// What a flood brings at a time.
const WAVE: usize = 1 << 12;

/// A subject with such a habit, which counts how often it is called.
struct Hostile {
    habit: Habit,
    calls: u64,
    at: usize,
}

impl Link for Hostile {
    fn feed(&mut self, _: &[u8]) -> Flow {
        self.calls += 1;
        Flow::Open
    }

    fn settle(&mut self) -> Flow {
        self.calls += 1;
        Flow::Open
    }

    fn half_close(&mut self) -> Flow {
        Flow::Closed
    }

    fn drain(&mut self, seen: &mut Vec<Observed>) {
        self.calls += 1;
        match self.habit {
            Habit::Floods(frame) => {
                seen.push(Observed::Octets(frame.repeat(WAVE / frame.len())));
            }
            Habit::Dribbles(octets) => {
                seen.push(Observed::Octets(vec![octets[self.at % octets.len()]]));
                self.at += 1;
            }
            Habit::Rests => {}
        }
    }
}

#[test]
fn calls_and_frames_are_bounded_by_the_case() {
    let mut floods = 0;
    // Every family, and a part of its members.
    for case in catalogue().iter().step_by(97) {
        let case = &case.at(wsproof_cases::case::Tier::Default);
        let effort = effort(&case.script);
        for habit in HABITS {
            let mut link = Hostile { habit, calls: 0, at: 0 };
            let transcript = play(case, Role::Server, Cuts::Whole, 1, &mut link);
            let told = format!("{} with one that {habit:?}", case.id);
            // Twice for each reaction, and for each piece and each pause of the script.
            let calls = 3 * 100_000 + effort / 8 + 10_000;
            assert!(link.calls <= calls, "{told}: {} calls, {calls} at most", link.calls);
            let frames = Tester::FRAMES + effort / Tester::OCTETS_A_FRAME;
            let received = transcript.frames_received();
            assert!(received <= frames, "{told}: {received} frames, {frames} at most");
            let judgement = judge(case, &transcript);
            assert!(judgement.observed.events.len() <= Shown::SHOWN, "{told}");
            floods += u32::from(judgement.reason == Reason::Flooded);
        }
    }
    assert!(floods > 0, "no flood was told");
}
