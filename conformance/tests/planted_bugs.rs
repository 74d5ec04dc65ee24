//! The cases against the model: all pass on the right one, and every planted mistake is seen.

mod support;

use std::time::Instant;

use wsproof::play::{Cuts, play};
use wsproof_cases::judge::Verdict;
use wsproof_cases::{Case, Role, catalogue, judge};
use wsproof_model::bug::Effect;
use wsproof_model::{Bug, Bugs};

use support::{ModelLink, in_parallel};

const CUTS: [Cuts; 3] = [Cuts::Whole, Cuts::Bytewise, Cuts::Random(1)];

#[test]
fn every_case_passes_on_the_right_model_under_every_cut() {
    let runs: Vec<_> =
        catalogue().iter().flat_map(|case| Role::ALL.map(|role| (case, role))).collect();
    let count = runs.len();
    let begun = Instant::now();
    let wrong = in_parallel(runs, |(case, role)| {
        let transcripts =
            CUTS.map(|cuts| play(case, role, cuts, 7, &mut ModelLink::new(role, Bugs::NONE)));
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
fn every_planted_bug_is_seen() {
    let wrong = in_parallel(Bug::ALL.to_vec(), |bug| {
        let small: Vec<_> = catalogue().iter().filter(|case| !is_large(case)).collect();
        let mut found = count(&small, bug);
        if found.failed == 0 && bug.effect() == Effect::Fails {
            let large: Vec<_> = catalogue().iter().filter(|case| is_large(case)).collect();
            found.failed = count(&large, bug).failed;
        }
        let right = match bug.effect() {
            Effect::Fails => found.failed > 0,
            Effect::Lenient => found.failed == 0 && found.lenient > 0,
            Effect::Nothing => found.failed == 0 && found.lenient == 0,
        };
        println!("{bug}: {found:?}");
        (!right).then(|| format!("{bug}: {found:?}"))
    });
    let wrong: Vec<_> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How many runs a bug spoils.
#[derive(Debug, Default)]
struct Found {
    failed: u32,
    lenient: u32,
    example: Option<String>,
}

fn count(cases: &[&Case], bug: Bug) -> Found {
    let mut found = Found::default();
    for role in Role::ALL {
        for case in cases {
            let transcript = play(case, role, Cuts::Whole, 7, &mut ModelLink::new(role, bug));
            let judgement = judge(case, &transcript);
            match judgement.verdict {
                Verdict::Pass | Verdict::Info => continue,
                Verdict::Lenient => found.lenient += 1,
                _ => found.failed += 1,
            }
            let example = || format!("{} as {role}: {}", case.id, judgement.reason);
            found.example.get_or_insert_with(example);
        }
    }
    found
}

/// Cases of more than 256 KiB take longer than all others together.
const fn is_large(case: &Case) -> bool {
    case.needs.message > 256 * 1024
}
