//! The cases against the model: all pass on the right one, and every planted mistake is seen.

mod support;

use std::collections::HashSet;
use std::time::Instant;

use wsproof::driver::ModelDriver;
use wsproof::play::{Cuts, Driver, play};
use wsproof_cases::judge::Verdict;
use wsproof_cases::step::effort;
use wsproof_cases::{Case, Role, Transcript, catalogue, judge};
use wsproof_model::bug::Effect;
use wsproof_model::{Bug, Bugs};

use support::in_parallel;

/// The bugs against which large cases are played, too.
const FOR_LARGE: [Bug; 7] = [
    Bug::CorruptsLargeMessages,
    Bug::CutsLargeMessages,
    Bug::PongsWithoutPayload,
    Bug::ReadsAfterClose,
    Bug::StopsAfterManyMessages,
    Bug::MissesEmptyFinals,
    Bug::AnswersCloseWith1002,
];
const CUTS: [Cuts; 3] = [Cuts::Whole, Cuts::Bytewise, Cuts::Random(1)];

#[test]
fn every_case_passes_on_the_right_model_under_every_cut() {
    let runs: Vec<_> = catalogue().iter().flat_map(roles).collect();
    let count = runs.len();
    let begun = Instant::now();
    let wrong = in_parallel(runs, |(case, role)| {
        let transcripts = CUTS.map(|cuts| play_model(case, role, cuts, Bugs::NONE));
        let judgements = transcripts.each_ref().map(|transcript| judge(case, transcript));
        for transcript in &transcripts[1..] {
            assert_eq!(transcript.outline(), transcripts[0].outline(), "{} as {role}", case.id);
        }
        let due = if case.is_informational() { Verdict::Info } else { Verdict::Pass };
        let bad = judgements.iter().find(|judgement| judgement.verdict != due)?;
        Some(format!("{} as {role}: {bad:?}", case.id))
    });
    let wrong: Vec<_> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{count} cases under three cuts in {:?}", begun.elapsed());
}

#[test]
fn every_planted_bug_is_seen_and_every_case_sees_one() {
    let (large, small): (Vec<_>, Vec<_>) = catalogue().iter().partition(|case| is_large(case));
    let found = in_parallel(Bug::ALL.to_vec(), |bug| {
        let mut found = spoiled(&small, bug);
        // A few bugs are enough to prove the cases that take long.
        if FOR_LARGE.contains(&bug) {
            found.failed.extend(spoiled(&large, bug).failed);
        }
        found
    });
    let mut wrong = Vec::new();
    for (bug, Spoiled { failed, lenient }) in Bug::ALL.iter().zip(&found) {
        println!("{bug}: {} fail, {lenient} pass leniently", failed.len());
        let as_due = match bug.effect() {
            Effect::Fails => !failed.is_empty(),
            Effect::Lenient => failed.is_empty() && *lenient > 0,
            Effect::Nothing | Effect::Unseen => failed.is_empty() && *lenient == 0,
        };
        if !as_due {
            let few: Vec<_> = failed.iter().take(8).collect();
            wrong.push(format!("{bug}, due {:?}: {lenient} lenient, fails {few:?}", bug.effect()));
        }
    }
    // Who does everything wrong proves nothing about a case.
    let pointed = found.into_iter().filter(|found| found.failed.len() < catalogue().len());
    let killed: HashSet<_> = pointed.flat_map(|found| found.failed).collect();
    for case in catalogue().iter().filter(|case| !case.is_informational()) {
        for role in Role::ALL.into_iter().filter(|role| case.plays.allows(*role)) {
            if !killed.contains(&(&*case.id, role)) {
                wrong.push(format!("no bug fails {} as {role}", case.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The case in every role in which a subject can be tested with it.
fn roles(case: &'static Case) -> impl Iterator<Item = (&'static Case, Role)> {
    let roles = Role::ALL.into_iter().filter(|role| case.plays.allows(*role));
    roles.map(move |role| (case, role))
}

fn play_model(case: &Case, role: Role, cuts: Cuts, bugs: Bugs) -> Transcript {
    let mut driver = ModelDriver::new(bugs);
    let mut link = driver.open(case, role).unwrap();
    play(case, role, cuts, 7, &mut *link)
}

/// What a bug spoils.
struct Spoiled {
    failed: Vec<(&'static str, Role)>,
    lenient: u32,
}

fn spoiled(cases: &[&'static Case], bug: Bug) -> Spoiled {
    let mut spoiled = Spoiled { failed: Vec::new(), lenient: 0 };
    for role in Role::ALL {
        for case in cases.iter().filter(|case| case.plays.allows(role)) {
            let transcript = play_model(case, role, Cuts::Whole, bug.into());
            match judge(case, &transcript).verdict {
                Verdict::Pass | Verdict::Info => {}
                Verdict::Lenient => spoiled.lenient += 1,
                _ => spoiled.failed.push((&*case.id, role)),
            }
        }
    }
    spoiled
}

/// Cases of more than a mebibyte take longer than all others together.
fn is_large(case: &Case) -> bool {
    effort(&case.script) > 1 << 20
}
