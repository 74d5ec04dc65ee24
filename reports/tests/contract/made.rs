//! Reports made by hand.

use std::collections::BTreeMap;

use wsproof_reports::model::{
    AutobahnBehavior, AutobahnClose, AutobahnVerdict, CaseKey, CaseResult, CutDifference,
    DecodedFrame, Direction, Expected, Fault, Level, Observed, Party, Report, Role, RunInfo,
    Settings, StreamEnd, Subject, Suite, Verdict, Wire, WireEntry, Work,
};

pub(crate) type Cases = BTreeMap<CaseKey, CaseResult>;

pub(crate) fn key(text: &str) -> CaseKey {
    text.parse().unwrap()
}

pub(crate) fn result(verdict: Verdict) -> CaseResult {
    CaseResult::new(Level::Must, verdict)
}

pub(crate) fn report(cases: impl IntoIterator<Item = (&'static str, CaseResult)>) -> Report {
    of_cases(cases.into_iter().map(|(id, result)| (key(id), result)).collect())
}

pub(crate) fn of_cases(cases: Cases) -> Report {
    let suite = Suite {
        version: "2026.1".to_owned(),
        digest: None,
        selected: cases.len() as u64,
        total: cases.len() as u64,
    };
    let subject = Subject {
        name: "echo".to_owned(),
        version: Some("1.4.0".to_owned()),
        roles: vec![Role::Client, Role::Server],
        transport: "in-process".to_owned(),
        driver: "session".to_owned(),
        features: Vec::new(),
    };
    let settings = Settings {
        seed: 1,
        cuts: vec!["whole".to_owned(), "bytewise".to_owned(), "random".to_owned()],
        level: "all".to_owned(),
        tier: "default".to_owned(),
        ..Settings::default()
    };
    Report::new(suite, subject, settings, true, cases, None)
}

/// A small report in which every verdict and every optional field occurs.
pub(crate) fn rich() -> Report {
    let mut cases = Cases::new();
    let autobahn = |behavior, behavior_close, remote_close_code| {
        Some(AutobahnVerdict { behavior, behavior_close, remote_close_code })
    };
    let ok = autobahn(AutobahnBehavior::Ok, AutobahnClose::Ok, Some(1000));
    let work = Work { actions: 12, bytes_in: 31, bytes_out: 29, peak_buffer_bytes: 4096 };
    for (n, id) in [(1, "length-0"), (2, "length-125"), (10, "length-65536")] {
        let case = CaseResult {
            alias: Some(format!("ab:1.1.{n}")),
            title: Some(format!("A text message, number {n}")),
            rfc: vec!["6455#5.2".to_owned(), "6455#5.6".to_owned()],
            autobahn: ok,
            observed: Observed {
                close: Some(1000),
                by: Some(Party::Tester),
                end: Some(StreamEnd::Fin),
                frames_in: Some(2),
                work: Some(work),
                ..Observed::default()
            },
            ..result(Verdict::Pass)
        };
        cases.insert(key(&format!("server/framing/text/{id}")), case.clone());
        cases.insert(key(&format!("client/framing/text/{id}")), case);
    }
    cases.insert(key("server/close/code/reserved-1005"), wrong_code());
    cases.insert(
        key("server/text/utf8/split-late"),
        CaseResult {
            alias: Some("ab:6.4.1".to_owned()),
            level: Level::Should,
            rfc: vec!["6455#8.1".to_owned()],
            reason: Some("late-detection".to_owned()),
            autobahn: autobahn(AutobahnBehavior::NonStrict, AutobahnClose::Ok, Some(1007)),
            ..result(Verdict::Lenient)
        },
    );
    cases.insert(
        key("server/close/unspecified"),
        CaseResult {
            alias: Some("ab:7.1.6".to_owned()),
            level: Level::May,
            autobahn: autobahn(AutobahnBehavior::Informational, AutobahnClose::Informational, None),
            ..result(Verdict::Info)
        },
    );
    cases.insert(
        key("server/deflate/window/8"),
        CaseResult {
            alias: Some("ab:13.3.1".to_owned()),
            rfc: vec!["7692#7.1.2".to_owned()],
            tags: vec!["deflate".to_owned()],
            reason: Some("no-such-feature".to_owned()),
            autobahn: autobahn(AutobahnBehavior::Unimplemented, AutobahnClose::Ok, Some(1000)),
            ..result(Verdict::Unsupported)
        },
    );
    cases.insert(
        key("client/control/ping-flood"),
        CaseResult {
            title: Some(
                "A thousand pings at once <script>alert(1)</script> & \"quotes\"".to_owned(),
            ),
            level: Level::Practice,
            reason: Some("panicked".to_owned()),
            observed: Observed {
                text: Some(
                    "panicked: index out of bounds: the len is 16\u{2028}\u{1b}[31m".to_owned(),
                ),
                ..Observed::default()
            },
            attempts: 2,
            ..result(Verdict::Crash)
        },
    );
    cases.insert(
        key("client/framing/fragment/in-text"),
        CaseResult {
            reason: Some(CaseResult::CUTS_DIFFER.to_owned()),
            observed: Observed {
                cuts: Some(CutDifference {
                    base: "whole".to_owned(),
                    other: "bytewise".to_owned(),
                    at: 3,
                    base_entry: "close 1007".to_owned(),
                    other_entry: "close 1002".to_owned(),
                }),
                ..Observed::default()
            },
            ..result(Verdict::Fail)
        },
    );
    cases.insert(
        key("client/handshake/early-data"),
        CaseResult { reason: Some("driver-failed".to_owned()), ..result(Verdict::Error) },
    );
    cases.insert(key("client/handshake/slow"), result(Verdict::NotRun));
    let timings = cases.keys().cloned().zip((1..).map(|n| n * 137)).collect();
    let mut report = of_cases(cases);
    report.subject.features = vec!["permessage-deflate".to_owned()];
    report.run = Some(RunInfo {
        started: Some("2026-11-21T10:11:12.345Z".to_owned()),
        duration_ms: 2910,
        tool: "0.1.0".to_owned(),
        host: "linux-x86_64".to_owned(),
        jobs: Some(4),
        timings_us: timings,
    });
    report
}

/// A failure with everything a person needs to understand it.
pub(crate) fn wrong_code() -> CaseResult {
    let close = |direction, offset, octets: &[u8], guilty, code| WireEntry {
        decoded: Some(DecodedFrame {
            fin: true,
            opcode: 8,
            masked: direction == Direction::ToSubject,
            mask_key: (direction == Direction::ToSubject).then(|| "37fa213d".to_owned()),
            length: 2,
            length_bits: Some(7),
            header_octets: Some(if direction == Direction::ToSubject { 6 } else { 2 }),
            close: Some(code),
            ..DecodedFrame::default()
        }),
        ..WireEntry::octets(direction, Some(offset), octets, guilty)
    };
    let wire = Wire::collect(
        Some("whole".to_owned()),
        [
            WireEntry {
                note: Some("opening handshake, request".to_owned()),
                ..WireEntry::octets(
                    Direction::ToSubject,
                    None,
                    b"GET /chat HTTP/1.1\r\nHost: a\r\n",
                    None,
                )
            },
            close(
                Direction::ToSubject,
                0,
                &[0x88, 0x82, 0x37, 0xfa, 0x21, 0x3d, 0x34, 0x17],
                None,
                1005,
            ),
            WireEntry { times: 2, ..WireEntry::event("settled") },
            close(Direction::FromSubject, 0, &[0x88, 0x02, 0x03, 0xed], Some(2), 1005),
            WireEntry::event("the subject ended its stream"),
        ],
    );
    CaseResult {
        alias: Some("ab:7.9.4".to_owned()),
        title: Some("Close with the reserved code 1005".to_owned()),
        rfc: vec!["6455#7.4.1".to_owned()],
        reason: Some("close-code-forbidden".to_owned()),
        expected: Expected {
            close: vec![Some(1002), None],
            by: Some(Party::Tester),
            events: vec!["no message".to_owned()],
            text: Some("a Close with 1002, or none".to_owned()),
        },
        observed: Observed {
            close: Some(1005),
            by: Some(Party::Tester),
            end: Some(StreamEnd::Fin),
            frames_in: Some(1),
            events: vec!["close 1005".to_owned()],
            breaches: vec!["close-code-forbidden".to_owned()],
            text: Some("the subject echoed 1005".to_owned()),
            fault: Some(Fault {
                name: "close-code".to_owned(),
                clause: Some("6455#7.4.1".to_owned()),
                offset: Some(7),
                close: Some(1002),
            }),
            work: Some(Work { actions: 5, bytes_in: 8, bytes_out: 4, peak_buffer_bytes: 4096 }),
            ..Observed::default()
        },
        autobahn: Some(AutobahnVerdict {
            behavior: AutobahnBehavior::Failed,
            behavior_close: AutobahnClose::WrongCode,
            remote_close_code: Some(1005),
        }),
        wire: Some(wire),
        ..result(Verdict::Fail)
    }
}
