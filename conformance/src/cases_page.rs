//! The page about all cases: `CASES.md`.
//!
//! Nothing on it is written by hand. What a case sends is what the tester writes when the right
//! model is the subject, with the masking key zero; what catches what is taken from the
//! [proof](crate::prove).

use core::fmt::Write as _;
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use wsproof_cases::case::{Case, Ending, Grade, Tier};
use wsproof_cases::catalogue;
use wsproof_cases::known_bugs::{Status, known_bugs};
use wsproof_cases::requirements::{Covered, requirements};
use wsproof_model::Bug;
use wsproof_reports::model::{DecodedFrame, Direction, WireEntry};

use crate::driver::MODEL;
use crate::prove::Proof;
use crate::run::{Cut, Settings, Worker, wire_log};
use crate::select::{Item, LevelLimit, Request, items, select};

/// The page, made from the proof of all cases.
pub fn cases_page(proof: &Proof) -> String {
    let mut page = String::new();
    figures(proof, &mut page);
    matrix(&mut page);
    known(&mut page);
    cases(proof, &mut page);
    page
}

/// Writes a line; a string takes everything.
macro_rules! line {
    ($page:expr, $($what:tt)*) => { let _ = writeln!($page, $($what)*); };
}

fn figures(proof: &Proof, page: &mut String) {
    let due = || requirements().iter().filter(|row| row.is_due());
    let is_test = |covered: &Covered| matches!(covered, Covered::Test { .. });
    let is_excuse = |covered: &Covered| matches!(covered, Covered::Excused(_));
    let by_case = due().filter(|row| row.covered.iter().any(has_cases)).count();
    let others = || due().filter(|row| !row.covered.iter().any(has_cases));
    let by_test = others().filter(|row| row.covered.iter().any(is_test)).count();
    let excused = others().filter(|row| row.covered.iter().any(is_excuse)).count();
    let known = |wanted| known_bugs().iter().filter(|bug| bug.status() == wanted).count();
    line!(
        page,
        "# Cases\n\nThis page is generated: with `WSPROOF_UPDATE_SNAPSHOTS` set, the test `prove` \
         of the package\n`wsproof` writes it anew.\n"
    );
    line!(page, "- {} cases, {} results in both roles", catalogue().len(), items().len());
    line!(page, "- {} planted mistakes, {} gaps", Bug::ALL.len(), proof.gaps().len());
    line!(
        page,
        "- {} requirements that show on the wire or at the interface: {by_case} with cases, \
         {by_test} with tests of their own only, {excused} excused, {} open",
        due().count(),
        due().count() - by_case - by_test - excused
    );
    line!(
        page,
        "- {} known bugs of other implementations: {} caught, {} not applicable, {} open\n",
        known_bugs().len(),
        known(Status::Caught),
        known(Status::NotApplicable),
        known(Status::Open)
    );
}

/// Whether there are cases that look at a requirement.
fn has_cases(covered: &Covered) -> bool {
    matches!(covered, Covered::By(filters) if !ids(filters).is_empty())
}

fn matrix(page: &mut String) {
    line!(page, "## Requirements\n\n| Requirement | Level | Statement | Looked at by |");
    line!(page, "|---|---|---|---|");
    for row in requirements().iter().filter(|row| row.is_due()) {
        let covered: Vec<_> = row.covered.iter().map(coverage).collect();
        line!(page, "| {} | {} | {} | {} |", row.id, row.level, row.what, covered.join("; "));
    }
    let no: Vec<_> = requirements().iter().filter(|row| !row.is_due()).map(|row| row.id).collect();
    line!(page, "\nNo test can look at: {}.\n", no.join(", "));
}

fn coverage(covered: &Covered) -> String {
    match covered {
        Covered::By(filters) => {
            let count = ids(filters).len();
            let filters: Vec<_> = filters.iter().map(|filter| format!("`{filter}`")).collect();
            format!("{} ({count} cases)", filters.join(" "))
        }
        Covered::Test { file, function } => format!("`{function}` in `{file}`"),
        Covered::Excused(reason) => format!("nothing: {reason}"),
    }
}

/// The cases that a requirement's filters select.
fn ids(filters: &[&str]) -> BTreeSet<&'static str> {
    let select = |filter: &&str| {
        let filters = [(*filter).to_owned()];
        let (level, tier) = (LevelLimit::All, Tier::Full);
        let request = Request { filters: &filters, skips: &[], role: None, level, tier };
        select(&request).unwrap_or_default()
    };
    filters.iter().flat_map(select).map(|item| &*item.case.id).collect()
}

fn known(page: &mut String) {
    line!(page, "## Known bugs\n\n| Bug | Behaviour | What goes wrong | Caught by |");
    line!(page, "|---|---|---|---|");
    for bug in known_bugs() {
        let status = match bug.status() {
            Status::Caught => "the evidence in the table",
            Status::NotApplicable => "not applicable",
            Status::Open => "**open**",
        };
        line!(page, "| {} | {} | {} | {status} |", bug.id, bug.signature, bug.what);
    }
    line!(page, "\nThe table is `conformance/cases/data/known-bugs.txt`.\n");
}

fn cases(proof: &Proof, page: &mut String) {
    line!(page, "## Cases\n");
    for case in catalogue() {
        let item = items().iter().rfind(|item| item.case.id == case.id);
        let clauses: Vec<_> = case.clauses.iter().map(ToString::to_string).collect();
        let alias = item.and_then(|item| item.alias.as_deref()).unwrap_or("");
        line!(page, "### {}\n\n{}\n", case.id, case.title);
        line!(page, "{} · {} {alias}\n", case.level.name().to_uppercase(), clauses.join(" "));
        item.map(sent).unwrap_or_default().iter().for_each(|sent| {
            line!(page, "- sends {sent}");
        });
        line!(page, "- accepts {}", accepted(case));
        if let Some(item) = item {
            line!(page, "- looks at {}", looks_at(item));
        }
        line!(page, "- caught {}\n", caught(proof, case));
    }
}

/// The requirements that a case looks at.
fn looks_at(item: &Item) -> String {
    let rows = requirements().iter().filter(|row| {
        let by = |covered: &Covered| match covered {
            Covered::By(filters) => filters.iter().any(|filter| names(filter, &item.case.id)),
            Covered::Test { .. } | Covered::Excused(_) => false,
        };
        row.covered.iter().any(by)
    });
    let rows: Vec<_> = rows.map(|row| row.id).collect();
    if rows.is_empty() { "no requirement of its own".to_owned() } else { rows.join(", ") }
}

/// Whether a filter names the case, in either role.
fn names(filter: &'static str, id: &str) -> bool {
    type Named = HashMap<&'static str, BTreeSet<&'static str>>;
    static NAMED: LazyLock<Named> = LazyLock::new(|| {
        let filters = requirements().iter().flat_map(|row| &row.covered);
        let filters = filters.filter_map(|covered| match covered {
            Covered::By(filters) => Some(filters),
            _ => None,
        });
        filters.flatten().map(|filter| (*filter, ids(&[filter]))).collect()
    });
    NAMED.get(filter).is_some_and(|ids| ids.contains(id))
}

/// How many entries of a case are shown, octets of each, and names of mistakes.
const ENTRIES: usize = 4;
const OCTETS: usize = 16;
const NAMES: usize = 8;

/// What the tester writes, frame by frame.
fn sent(item: &'static Item) -> Vec<String> {
    let settings = Settings::new(&MODEL);
    let Ok(played) = Worker::new(&settings).play(item, Cut::Whole) else { return Vec::new() };
    let log = wire_log(Cut::Whole, item.case, &played.transcript, &played.judgement);
    let to = |entry: &&WireEntry| {
        let calls = |note: &String| note.starts_with("the application calls");
        entry.direction == Direction::ToSubject || entry.note.as_ref().is_some_and(calls)
    };
    let entries: Vec<_> = log.entries.iter().filter(to).collect();
    let mut shown: Vec<_> = entries.iter().take(ENTRIES).map(|entry| entry_line(entry)).collect();
    if entries.len() > ENTRIES {
        shown.push(format!("{} more", entries.len() - ENTRIES));
    }
    shown
}

/// One entry, and what happens there.
fn entry_line(entry: &WireEntry) -> String {
    if let (true, Some(note)) = (entry.hex.is_empty(), &entry.note) {
        let times =
            if entry.times > 1 { format!(", {} times", entry.times) } else { String::new() };
        return format!("nothing: {note}{times}");
    }
    let pairs = entry.hex.as_bytes().chunks(2).take(OCTETS);
    let octets: Vec<_> = pairs.map(|pair| String::from_utf8_lossy(pair).into_owned()).collect();
    let more = if entry.length > octets.len() as u64 { " …" } else { "" };
    let mut text = format!("`{}{more}`", octets.join(" "));
    if let Some(decoded) = &entry.decoded {
        text.push(' ');
        text.push_str(&frame(decoded));
    }
    if let Some(note) = &entry.note {
        let _ = write!(text, ", {note}");
    }
    if entry.times > 1 {
        let _ = write!(text, ", {} times", entry.times);
    }
    text
}

fn frame(frame: &DecodedFrame) -> String {
    let name = match frame.opcode_name() {
        "reserved" => format!("opcode {}", frame.opcode),
        name => name.to_owned(),
    };
    let open = if frame.fin { "" } else { ", not final" };
    let rsv = if frame.rsv == 0 { String::new() } else { format!(", RSV {:03b}", frame.rsv) };
    format!("{name}{open}{rsv}, {} octets", frame.length)
}

fn accepted(case: &Case) -> String {
    let alternative = |alternative: &wsproof_cases::case::Alternative| {
        let event = |(times, event): &(u32, wsproof_cases::case::Event)| match times {
            1 => event.to_string(),
            times => format!("{times} times {event}"),
        };
        let events: Vec<_> = alternative.sees.iter().map(event).collect();
        let events = if events.is_empty() { "no event".to_owned() } else { events.join(", ") };
        let end =
            alternative.ends.as_ref().map_or_else(String::new, |e| format!(", {}", ending(e)));
        let grade = match alternative.grade {
            Grade::Strict => "",
            Grade::Lenient => " (lenient)",
            Grade::Informational => " (informational)",
        };
        format!("{events}{end}{grade}")
    };
    let alternatives: Vec<_> = case.accept.iter().map(alternative).collect();
    format!("{}; {}", alternatives.join(", or "), ending(&case.ending))
}

fn ending(ending: &Ending) -> String {
    let codes: Vec<_> = ending.codes.iter().map(u16::to_string).collect();
    let close = if codes.is_empty() {
        "no Close".to_owned()
    } else {
        format!("Close {}", codes.join(" or "))
    };
    format!("the {} ends it, {close}", ending.by.name())
}

/// The mistakes that fail a case in either role.
fn caught(proof: &Proof, case: &Case) -> String {
    let rows = proof.rows.iter().filter(|row| row.item.case.id == case.id);
    let bugs: BTreeSet<Bug> = rows.flat_map(|row| row.failed.iter().copied()).collect();
    let names: Vec<_> = bugs.iter().map(|bug| bug.name()).take(NAMES).collect();
    let more = bugs.len() - names.len();
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("by {} mistakes: {}{more}", bugs.len(), names.join(", "))
}
