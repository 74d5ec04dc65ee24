//! The judge against the original: for thirteen artificial testees the Autobahn pair that we compute
//! is the one that the Autobahn test suite itself computes, case by case and in both roles.

mod support;

use wsproof::driver::ModelDriver;
use wsproof::play::{Cuts, Driver, Flow, Link, Observed, play};
use wsproof_cases::payload::{Blob, BlobMaker};
use wsproof_cases::{Case, Role, autobahn, judge};
use wsproof_model::testees;

use support::in_parallel;

/// What the suite says; `data/README.md` describes the format.
const RECORDED: &str = include_str!("data/autobahn-verdicts.tsv");

/// What the suite writes; `data/README.md` describes the format.
const OCTETS: &str = include_str!("data/autobahn-octets.tsv");

/// Where we differ on purpose: testee, role of the subject, case, our pair, reason.
const EXCEPTIONS: &[(&str, Role, &str, &str, &str)] = &[];

/// More exceptions than this would not be exceptions.
const MAX_EXCEPTIONS: usize = 10;

#[test]
fn every_pair_is_the_recorded_one() {
    assert!(EXCEPTIONS.len() <= MAX_EXCEPTIONS);
    let recorded = recorded();
    let cases = recorded_cases();
    let numbers: Vec<_> = cases.iter().map(|case| case.autobahn.as_deref().unwrap()).collect();
    assert_eq!(numbers, recorded.iter().map(|row| row.number).collect::<Vec<_>>());

    let runs: Vec<_> = (0..testees::TESTEES.len())
        .flat_map(|testee| Role::ALL.map(|subject| (testee, subject)))
        .collect();
    let found = in_parallel(runs, |(testee, subject)| compare(testee, subject, &cases, &recorded));
    let compared: usize = found.iter().map(|(_, count)| count).sum();
    let mut differences: Vec<_> = found.into_iter().flat_map(|(found, _)| found).collect();
    differences.sort();

    let excused = |d: &Difference| {
        EXCEPTIONS.iter().any(|(testee, subject, number, ours, _)| {
            (*testee, subject.name(), *number, *ours) == (d.0, d.1, d.2, &*d.3)
        })
    };
    let (excused, unexcused): (Vec<_>, Vec<_>) = differences.into_iter().partition(excused);
    println!("{compared} pairs compared, {} exceptions", excused.len());
    for (testee, subject, number, ours, theirs) in &unexcused {
        println!("{testee} as {subject}, {number}: we say {ours}, the suite says {theirs}");
    }
    assert!(unexcused.is_empty(), "{} pairs differ", unexcused.len());
    assert_eq!(excused.len(), EXCEPTIONS.len(), "an exception is not needed any more");
    assert_eq!(compared, 13 * 301 * 2);
}

/// The cases of which there is a record: those of the groups 12 and 13 begin with an extension that
/// the testees do not have.
fn recorded_cases() -> Vec<&'static Case> {
    autobahn::by_number().into_iter().filter(|case| case.needs.deflate.is_none()).collect()
}

/// The octets that the tester writes as server to a subject that stays silent, deadline included.
#[test]
fn the_tester_writes_the_recorded_octets() {
    let mut lines = OCTETS.lines().skip(1);
    for case in recorded_cases() {
        let mut silent = Recorder::default();
        play(case, Role::Client, Cuts::Whole, 1, &mut silent);
        let Blob { length, digest, .. } = silent.0.finish();
        let number = case.autobahn.as_deref().unwrap();
        assert_eq!(Some(&*format!("{number}\t{length}\t{digest:016x}")), lines.next());
    }
    assert_eq!(lines.next(), None);
}

/// A subject that only counts.
#[derive(Default)]
struct Recorder(BlobMaker);

impl Link for Recorder {
    fn feed(&mut self, octets: &[u8]) -> Flow {
        self.0.add(octets);
        Flow::Open
    }

    fn settle(&mut self) -> Flow {
        Flow::Open
    }

    fn half_close(&mut self) -> Flow {
        Flow::Open
    }

    fn drain(&mut self, _: &mut Vec<Observed>) {}
}

/// Testee, role of the subject, number, our pair, the recorded one.
type Difference = (&'static str, &'static str, &'static str, String, &'static str);

fn compare(
    testee: usize,
    subject: Role,
    cases: &[&'static Case],
    recorded: &[Row],
) -> (Vec<Difference>, usize) {
    let mut differences = Vec::new();
    let (name, bugs) = testees::TESTEES[testee];
    let mut driver = ModelDriver::new(bugs);
    for (case, row) in cases.iter().zip(recorded) {
        let mut link = driver.open(case, subject, 0).unwrap();
        let transcript = play(case, subject, Cuts::Whole, 1, &mut *link);
        let ours = judge(case, &transcript).autobahn.unwrap().to_string();
        let theirs = row.pair(name, subject);
        if ours != theirs {
            let number = case.autobahn.as_deref().unwrap();
            differences.push((name, subject.name(), number, ours, theirs));
        }
    }
    (differences, cases.len())
}

struct Row {
    number: &'static str,
    pairs: Vec<(&'static str, &'static str)>,
}

impl Row {
    /// The pair for a subject in this role; the tester has the other one.
    fn pair(&self, testee: &str, subject: Role) -> &'static str {
        let field = self.pairs.iter().find(|(name, _)| *name == testee).unwrap().1;
        match (field.split_once(" / "), subject) {
            (None, _) => field,
            (Some((as_client, _)), Role::Server) => as_client,
            (Some((_, as_server)), Role::Client) => as_server,
        }
    }
}

fn recorded() -> Vec<Row> {
    let mut lines = RECORDED.lines();
    let testees: Vec<_> = lines.next().unwrap().split('\t').skip(1).collect();
    assert_eq!(testees, testees::TESTEES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    lines
        .map(|line| {
            let (number, fields) = line.split_once('\t').unwrap();
            let pairs: Vec<_> = testees.iter().copied().zip(fields.split('\t')).collect();
            assert_eq!(pairs.len(), 13, "{number}");
            Row { number, pairs }
        })
        .collect()
}
