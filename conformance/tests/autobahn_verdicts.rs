//! The judge against the original: for thirteen artificial testees the Autobahn pair that we compute
//! is the one that the Autobahn test suite itself computes, case by case and in both roles.

use std::thread;

use wsproof::play::{Cuts, Flow, Link, Observed, play};
use wsproof_cases::{Case, Role, autobahn, judge};
use wsproof_model::{Bugs, Endpoint, testees};

/// What the suite says; `data/README.md` describes the format.
const RECORDED: &str = include_str!("data/autobahn-verdicts.tsv");

/// Where we differ on purpose: testee, role of the subject, case, our pair, reason.
const EXCEPTIONS: &[(&str, Role, &str, &str, &str)] = &[];

/// More exceptions than this would not be exceptions.
const MAX_EXCEPTIONS: usize = 10;

#[test]
fn every_pair_is_the_recorded_one() {
    assert!(EXCEPTIONS.len() <= MAX_EXCEPTIONS);
    let recorded = recorded();
    let cases = autobahn::by_number();
    let numbers: Vec<_> = cases.iter().map(|case| case.autobahn.as_deref().unwrap()).collect();
    assert_eq!(numbers, recorded.iter().map(|row| row.number).collect::<Vec<_>>());

    let runs: Vec<_> = (0..testees::TESTEES.len())
        .flat_map(|testee| Role::ALL.map(|subject| (testee, subject)))
        .collect();
    let next = std::sync::Mutex::new(runs.iter());
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let (mut differences, mut compared) = (Vec::new(), 0);
    thread::scope(|scope| {
        let work = || {
            let mut found = (Vec::new(), 0);
            while let Some(&(testee, subject)) = { next.lock().unwrap().next() } {
                compare(testee, subject, &cases, &recorded, &mut found);
            }
            found
        };
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            let (found, count) = thread.join().unwrap();
            differences.extend(found);
            compared += count;
        }
    });
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

/// Testee, role of the subject, number, our pair, the recorded one.
type Difference = (&'static str, &'static str, &'static str, String, &'static str);

fn compare(
    testee: usize,
    subject: Role,
    cases: &[&'static Case],
    recorded: &[Row],
    (differences, count): &mut (Vec<Difference>, usize),
) {
    let (name, bugs) = testees::TESTEES[testee];
    for (case, row) in cases.iter().zip(recorded) {
        let mut link = ModelLink::new(subject, bugs);
        let transcript = play(case, subject, Cuts::Whole, 1, &mut link);
        let ours = judge(case, &transcript).autobahn.unwrap().to_string();
        let theirs = row.pair(name, subject);
        *count += 1;
        if ours != theirs {
            let number = case.autobahn.as_deref().unwrap();
            differences.push((name, subject.name(), number, ours, theirs));
        }
    }
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

/// The model behind a link.
struct ModelLink {
    endpoint: Endpoint,
    ended: bool,
}

impl ModelLink {
    fn new(role: Role, bugs: Bugs) -> Self {
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
