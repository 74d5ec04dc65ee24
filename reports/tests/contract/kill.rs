//! A process that is killed while it writes a report leaves the old one or the new one.
#![cfg(unix)]

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

use wsproof_reports::read::read_report_file;
use wsproof_reports::write::write_report;

use crate::made::rich;

const PATH: &str = "WSPROOF_TEST_REWRITES";
const KILLS: u64 = 200;

/// The other process: rewrites one report for ever, with one octet on standard output before each
/// write. It is a test so that it lives in this binary, and does nothing when run as one.
#[test]
fn rewriter() {
    let Some(path) = std::env::var_os(PATH) else { return };
    let mut report = rich();
    // Long enough for a kill to hit the middle of a write.
    let title = "x".repeat(1000);
    for n in 0..50 {
        let mut case = crate::made::wrong_code();
        case.title = Some(title.clone());
        report.cases.insert(format!("server/many/{n}").parse().unwrap(), case);
    }
    for seed in 0.. {
        report.settings.seed = seed;
        let report = wsproof_reports::model::Report::new(
            report.suite.clone(),
            report.subject.clone(),
            report.settings.clone(),
            true,
            report.cases.clone(),
            None,
        );
        print_octet();
        write_report(Path::new(&path), &report).unwrap();
    }
}

fn print_octet() {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    out.write_all(b"w").and_then(|()| out.flush()).unwrap();
}

#[test]
fn two_hundred_kills_tear_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut seeds = std::collections::BTreeSet::new();
    for kill in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::rewriter", "--nocapture", "--test-threads=1"])
            .env(PATH, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = child.stdout.take().unwrap();
        // The header of the test harness ends before the first octet of ours; then the child is
        // somewhere in its second to fourth write.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let writes = 2 + random % 3;
        let mut octet = [0];
        let mut seen = 0;
        let mut line_start = false;
        while seen < writes {
            out.read_exact(&mut octet).unwrap();
            line_start |= octet == *b".";
            seen += u64::from(line_start && octet == *b"w");
        }
        // A few rounds of work of our own spread the kill over the child's write.
        let mut rounds = random >> 40;
        while rounds > 0 {
            rounds = core::hint::black_box(rounds - 1);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let report = read_report_file(&path).unwrap_or_else(|error| panic!("kill {kill}: {error}"));
        assert_eq!(report.cases.len(), 64);
        seeds.insert(report.settings.seed);
    }
    assert!(seeds.len() > 1, "the kills never hit another write");
}
