//! A whole run as the page RESULTS.md: where the engine is behind, then everything.

use core::fmt::Write;
use std::collections::BTreeMap;

use crate::cell::{Kind, Standing};
use crate::measure::{Measured, Row};
use crate::report::{tables, time};

/// Who the engine is to be ahead of in each cell, if they check what it checks.
const AHEAD_OF: [&str; 5] =
    ["tungstenite", "fastwebsockets", "tokio-websockets", "soketto", "wslay"];

/// `about` says when, where and with what was measured.
pub(crate) fn page(results: &[Measured], rounds: usize, about: &str) -> String {
    let mut out = format!(
        "# What `scripts/bench` measured\n\n\
         One run of {rounds} rounds, {about}.\n\
         Nanoseconds per message, medians. How it is measured, and what limits what, stands in\n\
         [README.md](README.md). `scripts/bench --write-results` writes this page.\n\n\
         The aim: against the fastest peer that checks what it receives, at most 1.3 times as long for\n\
         16 octets, 1.1 for 125 and 1.0 from 1 KiB on; 1.0 for fragments and for what a server sends;\n\
         1.3 for what a client sends below 1 KiB and 1.1 above; 1.1 for handshakes. Against the limit,\n\
         1.25 for what is received from 1 KiB on.\n"
    );
    behind_the_fastest(&mut out, results);
    behind_others(&mut out, results);
    behind_the_limit(&mut out, results);
    out.push_str("\n## All cells\n");
    out.push_str(&tables(results));
    idle(&mut out, results);
    allocations(&mut out, results);
    out
}

fn behind_the_fastest(out: &mut String, results: &[Measured]) {
    let mut lost: Vec<_> = results.iter().filter(|one| one.ratio() > one.aim.peer).collect();
    lost.sort_by(|a, b| (b.ratio() / b.aim.peer).total_cmp(&(a.ratio() / a.aim.peer)));
    let met = results.len() - lost.len();
    let _ = writeln!(
        out,
        "\n## Where the engine is behind its aim\n\n\
         {} of {} cells; the {met} others meet it. The column \"least\" compares the shortest rounds\n\
         instead of the medians.\n\n\
         | table | cell | Session | fastest peer | its time | ratio | least | aim |\n\
         |---|---|--:|---|--:|--:|--:|--:|",
        lost.len(),
        results.len(),
    );
    for one in lost {
        let (own, peer) = (time(one.own().median), one.fastest());
        let _ = writeln!(
            out,
            "| {} | {} | {own} | {} | {} | {:.2} | {:.2} | {:.1} |",
            one.kind.name(),
            one.name,
            peer.name,
            time(peer.median),
            one.ratio(),
            one.least_ratio(),
            one.aim.peer,
        );
    }
}

fn behind_others(out: &mut String, results: &[Measured]) {
    let mut cells = Vec::new();
    for one in results {
        let faster = |row: &&Row| {
            row.standing == Standing::Checks
                && AHEAD_OF.contains(&row.name)
                && row.median < one.own().median
        };
        let names: Vec<_> = one.rows.iter().filter(faster).map(|row| row.name).collect();
        if !names.is_empty() {
            cells.push(format!("{}, {} ({})", one.kind.name(), one.name, names.join(", ")));
        }
    }
    let names = AHEAD_OF.join(", ");
    let cells = if cells.is_empty() { "none".to_owned() } else { cells.join(";\n") };
    let _ = writeln!(out, "\nCells in which one of {names} is faster:\n{cells}.");
}

fn behind_the_limit(out: &mut String, results: &[Measured]) {
    let aimed: Vec<_> = results.iter().filter_map(|one| Some((one, one.aim.limit?))).collect();
    let mut over: Vec<_> = aimed.iter().filter(|(one, aim)| one.limit_ratio() > *aim).collect();
    over.sort_by(|a, b| b.0.limit_ratio().total_cmp(&a.0.limit_ratio()));
    let _ = writeln!(
        out,
        "\n## Where the engine is farther from the limit than it aims at\n\n\
         {} of {} cells.\n\n| cell | Session | limit | ratio |\n|---|--:|--:|--:|",
        over.len(),
        aimed.len(),
    );
    for (one, _) in over {
        let (own, ratio) = (one.own().median, one.limit_ratio());
        let (name, own, limit) = (&one.name, time(own), time(own / ratio));
        let _ = writeln!(out, "| {name} | {own} | {limit} | {ratio:.2} |");
    }
}

fn idle(out: &mut String, results: &[Measured]) {
    let Some(first) = results.iter().find(|one| one.kind == Kind::Receive) else { return };
    let limits = |row: &&Row| row.standing != Standing::Limit && row.name != "wslay";
    let mut rows: Vec<_> = first.rows.iter().filter(limits).collect();
    rows.sort_by_key(|row| row.idle);
    out.push_str(
        "\n### octets on the heap of an idle connection\n\n\
         With the buffers its documentation suggests, where a peer leaves them to its caller. Nobody\n\
         counted those of wslay, which is C.\n\n\
         | who | octets |\n|---|--:|\n",
    );
    for row in rows {
        let _ = writeln!(out, "| {} | {} |", row.name, row.idle);
    }
}

fn allocations(out: &mut String, results: &[Measured]) {
    let kinds = [Kind::Receive, Kind::Fragments, Kind::Send, Kind::Handshake];
    let mut names: Vec<&str> = Vec::new();
    let mut spans = BTreeMap::new();
    for one in results {
        for row in one.rows.iter().filter(|row| row.standing != Standing::Limit) {
            if !names.contains(&row.name) {
                names.push(row.name);
            }
            let span = spans.entry((row.name, one.kind.name())).or_insert((f64::INFINITY, 0.0));
            *span = (span.0.min(row.allocations), f64::max(span.1, row.allocations));
        }
    }
    let head = kinds.map(Kind::name).join(" | ");
    let _ = writeln!(
        out,
        "\n### allocations per message, least and most over the cells of a table\n\n\
         Those of wslay are made in C, where nobody counted.\n\n\
         | who | {head} |\n|---|--:|--:|--:|--:|",
    );
    for name in names.into_iter().filter(|name| *name != "wslay") {
        let span = |kind: Kind| match spans.get(&(name, kind.name())) {
            None => "–".to_owned(),
            Some((least, most)) if least == most => short(*least),
            Some((least, most)) => format!("{} to {}", short(*least), short(*most)),
        };
        let _ = writeln!(out, "| {name} | {} |", kinds.map(span).join(" | "));
    }
}

/// Two digits behind the point, if they say anything.
fn short(number: f64) -> String {
    format!("{number:.2}").trim_end_matches('0').trim_end_matches('.').to_owned()
}
