//! Autobahn|Testsuite's files, in its shape: `index.json` and one JSON file per case.
//!
//! With one role in the report the files lie directly in the folder; with two, those of the subject
//! as server lie in `servers/` and those of the subject as client in `clients/`, as the original's
//! two modes name them. Cases without an Autobahn number are left out, and so are those without a
//! result: the original then has no entry either.
//!
//! The original knows things that a report does not keep. In a case file `wasClean` follows the
//! closing verdict; `httpRequest`, `httpResponse`, the octet statistics and the local close code are
//! empty; events are told in one line each.

mod dump;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use self::dump::dump;
use super::text;
use super::view::{Render, RenderError, Rendered, View};
use crate::model::{
    AutobahnBehavior, AutobahnClose, AutobahnVerdict, CaseKey, CaseResult, Direction, Party,
    Report, Role, StreamEnd, Verdict, Wire, WireEntry,
};

pub(super) struct Autobahn;

impl Render for Autobahn {
    fn render(&self, view: View<'_>) -> Result<Rendered, RenderError> {
        let View::One { report, .. } = view else { return Err(RenderError { format: "autobahn" }) };
        let of_role = |role| {
            let of_role = report.cases.iter().filter(move |(key, _)| key.role() == role);
            of_role.filter_map(|(key, result)| Entry::of(key, result)).collect::<Vec<_>>()
        };
        let (servers, clients) = (of_role(Role::Server), of_role(Role::Client));
        let both = !servers.is_empty() && !clients.is_empty();
        let mut files = BTreeMap::new();
        if both {
            write(report, servers, "servers/", &mut files);
            write(report, clients, "clients/", &mut files);
        } else {
            write(report, [servers, clients].concat(), "", &mut files);
        }
        Ok(Rendered::Folder(files))
    }
}

/// A result that has a place in Autobahn's files.
#[derive(Clone)]
struct Entry<'r> {
    key: &'r CaseKey,
    result: &'r CaseResult,
    number: &'r str,
    pair: AutobahnVerdict,
}

impl<'r> Entry<'r> {
    fn of(key: &'r CaseKey, result: &'r CaseResult) -> Option<Self> {
        let number = result.alias.as_deref()?.strip_prefix("ab:")?;
        if !number.bytes().all(|octet| octet.is_ascii_digit() || octet == b'.') {
            return None;
        }
        let pair = result.autobahn.or_else(|| fallback(result))?;
        let ends = pair.behavior != AutobahnBehavior::NeverEnds;
        ends.then_some(Self { key, result, number, pair })
    }
}

/// The pair of a result whose runner did not give one.
fn fallback(result: &CaseResult) -> Option<AutobahnVerdict> {
    let (behavior, behavior_close) = match result.verdict {
        Verdict::Pass => (AutobahnBehavior::Ok, AutobahnClose::Ok),
        Verdict::Lenient => (AutobahnBehavior::NonStrict, AutobahnClose::Ok),
        Verdict::Info => (AutobahnBehavior::Informational, AutobahnClose::Informational),
        Verdict::Unsupported => (AutobahnBehavior::Unimplemented, AutobahnClose::Ok),
        Verdict::Fail | Verdict::Crash => (AutobahnBehavior::Failed, AutobahnClose::Failed),
        Verdict::Error | Verdict::NotRun => return None,
    };
    Some(AutobahnVerdict { behavior, behavior_close, remote_close_code: result.observed.close })
}

fn write(
    report: &Report,
    mut entries: Vec<Entry<'_>>,
    folder: &str,
    files: &mut BTreeMap<String, String>,
) {
    let agent = clean_agent(&report.subject.name);
    entries.sort_by_key(|entry| numbers(entry.number));
    let mut index = BTreeMap::new();
    for (rank, entry) in (1..).zip(&entries) {
        let file = format!("{agent}_case_{}.json", entry.number.replace('.', "_"));
        let duration = duration_ms(report, entry.key);
        index.insert(
            entry.number,
            json!({
                "behavior": entry.pair.behavior,
                "behaviorClose": entry.pair.behavior_close,
                "duration": duration,
                "remoteCloseCode": entry.pair.remote_close_code,
                "reportfile": file,
            }),
        );
        // Autobahn as client counts among all its cases, as server among the selected ones.
        let number = match entry.key.role() {
            Role::Server => index_among_all(entry.number).unwrap_or(rank),
            Role::Client => rank,
        };
        files.insert(format!("{folder}{file}"), dump(&case(report, entry, number, duration)));
    }
    let index = BTreeMap::from([(report.subject.name.as_str(), index)]);
    files.insert(format!("{folder}index.json"), dump(&json!(index)));
}

/// The agent's name as Autobahn uses it in file names.
fn clean_agent(name: &str) -> String {
    let spaced: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { ' ' })
        .collect();
    spaced.trim().replace(' ', "_")
}

fn numbers(number: &str) -> Vec<u32> {
    number.split('.').map(|part| part.parse().unwrap_or(u32::MAX)).collect()
}

fn duration_ms(report: &Report, key: &CaseKey) -> u64 {
    let us = report.run.as_ref().and_then(|run| run.timings_us.get(key)).copied().unwrap_or(0);
    us.saturating_add(500) / 1000
}

fn case(report: &Report, entry: &Entry<'_>, number: usize, duration: u64) -> Value {
    let Entry { key, result, pair, .. } = entry;
    let started = report.run.as_ref().and_then(|run| run.started.as_deref());
    let by_tester = result.observed.by == Some(Party::Tester);
    let dropped = result.observed.end == Some(StreamEnd::ByTester);
    let clean = matches!(pair.behavior_close, AutobahnClose::Ok | AutobahnClose::WrongCode);
    let codes: Vec<u16> = result.expected.close.iter().flatten().copied().collect();
    let told = text::explain(result);
    let expected = &result.expected;
    // These groups are judged while they run, without lists of events.
    let timed = matches!(numbers(entry.number).first(), Some(9 | 12 | 13));
    json!({
        "agent": report.subject.name,
        "behavior": pair.behavior,
        "behaviorClose": pair.behavior_close,
        "case": number,
        "closedByMe": by_tester,
        "createStats": true,
        "createWirelog": true,
        "description": html(result.title.as_deref().unwrap_or_else(|| key.id())),
        "droppedByMe": dropped,
        "duration": duration,
        "expectation": html(expected.text.as_deref().unwrap_or_default()),
        "expected": if timed || expected.events.is_empty() {
            json!({})
        } else {
            json!({ "OK": events(&expected.events) })
        },
        "expectedClose": {
            "closeCode": codes,
            "closedByMe": expected.by == Some(Party::Tester),
            "requireClean": !codes.is_empty(),
        },
        "failedByMe": dropped && !clean,
        "httpRequest": "?",
        "httpResponse": "?",
        "id": entry.number,
        "isServer": key.role() == Role::Client,
        "localCloseCode": Value::Null,
        "localCloseReason": Value::Null,
        "received": if timed { Vec::new() } else { events(&result.observed.events) },
        "remoteCloseCode": pair.remote_close_code,
        "remoteCloseReason": Value::Null,
        "reportCompressionRatio": matches!(numbers(entry.number).first(), Some(12 | 13)),
        "reportTime": timed,
        "result": if told.is_empty() { result.verdict.name().to_owned() } else { told },
        "resultClose": format!("close {}", text::close(result.observed.close)),
        "rxFrameStats": frames(result.wire.as_ref(), Direction::FromSubject),
        "rxOctetStats": {},
        "started": started.unwrap_or("1970-01-01T00:00:00.000Z"),
        "trafficStats": Value::Null,
        "txFrameStats": frames(result.wire.as_ref(), Direction::ToSubject),
        "txOctetStats": {},
        "wasClean": clean,
        "wasCloseHandshakeTimeout": false,
        "wasNotCleanReason": if clean { Value::Null } else { "see result".into() },
        "wasOpenHandshakeTimeout": false,
        "wasServerConnectionDropTimeout": pair.behavior_close == AutobahnClose::FailedByClient,
        "wirelog": wirelog(result.wire.as_ref()),
    })
}

/// Events in Autobahn's form. A report tells them as lines; the words in them give the kind.
fn events(lines: &[String]) -> Vec<Value> {
    let kind = |line: &String| {
        if line.contains("pong") {
            json!(["pong", line])
        } else if line.contains("message") {
            json!(["message", line, line.contains("binary")])
        } else {
            json!(["timeout", line])
        }
    };
    lines.iter().map(kind).collect()
}

/// How many frames of each opcode are in the wire log.
fn frames(wire: Option<&Wire>, direction: Direction) -> BTreeMap<String, u64> {
    let mut count = BTreeMap::new();
    for entry in wire.iter().flat_map(|wire| &wire.entries) {
        if let Some(frame) = entry.decoded.as_ref().filter(|_| entry.direction == direction) {
            *count.entry(frame.opcode.to_string()).or_default() += u64::from(entry.times);
        }
    }
    count
}

fn wirelog(wire: Option<&Wire>) -> Vec<Value> {
    wire.iter().flat_map(|wire| &wire.entries).filter_map(row).collect()
}

fn row(entry: &WireEntry) -> Option<Value> {
    let cut: String = entry.hex.chars().take(128).collect();
    let shown = cut.len() as u64 / 2;
    let hex = if entry.length > shown { format!("{cut} ...") } else { cut };
    Some(match (entry.direction, &entry.decoded) {
        (Direction::Event, _) => return None,
        (Direction::FromSubject, None) => json!(["RO", [entry.length, hex]]),
        (Direction::ToSubject, None) => json!(["TO", [entry.length, hex], false]),
        (Direction::FromSubject, Some(f)) => {
            let payload = f.text.as_deref().unwrap_or_default();
            json!(["RF", [f.length, payload], f.opcode, f.fin, f.rsv, f.masked, f.mask_key])
        }
        (Direction::ToSubject, Some(f)) => {
            let payload = f.text.as_deref().unwrap_or_default();
            json!([
                "TF",
                [f.length, payload],
                f.opcode,
                f.fin,
                f.rsv,
                f.mask_key,
                Value::Null,
                Value::Null,
                false
            ])
        }
    })
}

/// Autobahn's texts are snippets of HTML.
fn html(text: &str) -> String {
    text::clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The place of a case among all of Autobahn's, from 1; that suite sorts its cases by number.
fn index_among_all(number: &str) -> Option<usize> {
    let (section, last) = number.rsplit_once('.')?;
    let last: usize = last.parse().ok()?;
    let mut before = 0;
    for &(name, count) in SECTIONS {
        if name == section {
            return (1..=count).contains(&last).then_some(before + last);
        }
        before += count;
    }
    None
}

/// Autobahn's sections in order, with the number of cases in each: 517 in all.
#[rustfmt::skip]
const SECTIONS: &[(&str, usize)] = &[
    ("1.1", 8), ("1.2", 8), ("2", 11), ("3", 7), ("4.1", 5), ("4.2", 5), ("5", 20),
    ("6.1", 3), ("6.2", 4), ("6.3", 2), ("6.4", 4), ("6.5", 5), ("6.6", 11), ("6.7", 4),
    ("6.8", 2), ("6.9", 4), ("6.10", 3), ("6.11", 5), ("6.12", 8), ("6.13", 5), ("6.14", 10),
    ("6.15", 1), ("6.16", 3), ("6.17", 5), ("6.18", 5), ("6.19", 5), ("6.20", 7), ("6.21", 8),
    ("6.22", 34), ("6.23", 7),
    ("7.1", 6), ("7.3", 6), ("7.5", 1), ("7.7", 13), ("7.9", 9), ("7.13", 2),
    ("9.1", 6), ("9.2", 6), ("9.3", 9), ("9.4", 9), ("9.5", 6), ("9.6", 6), ("9.7", 6), ("9.8", 6),
    ("10.1", 1),
    ("12.1", 18), ("12.2", 18), ("12.3", 18), ("12.4", 18), ("12.5", 18),
    ("13.1", 18), ("13.2", 18), ("13.3", 18), ("13.4", 18), ("13.5", 18), ("13.6", 18), ("13.7", 18),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_place_among_the_517() {
        assert_eq!(SECTIONS.iter().map(|(_, count)| count).sum::<usize>(), 517);
        let places = ["1.1.1", "1.2.1", "2.1", "5.6", "10.1.1", "13.7.18", "1.1.9", "8.1", "x"];
        let places = places.map(index_among_all);
        let none = None;
        let some = |n| Some(n);
        assert_eq!(
            places,
            [some(1), some(9), some(17), some(50), some(301), some(517), none, none, none]
        );
    }
}
