//! The engine beside other implementations, on the same octets and in one run.
//!
//! ```text
//! scripts/bench                      every table, half a minute
//! scripts/bench receive 125          the cells whose names have both words
//! scripts/bench --write-results      every table with more rounds, written to RESULTS.md
//! ```
//!
//! Everything happens in memory and in one thread: a transport hands out the octets of a stream, at
//! most so many at a time, and takes what is sent. Each contender of a cell does the same work in
//! turn, round after round, so that whatever else the machine does falls on all of them. Each counts
//! what it delivered, and the counts are compared.

mod cell;
#[path = "../../common/mod.rs"]
#[expect(dead_code, reason = "each benchmark uses its own part")]
mod common;
mod limits;
mod measure;
mod ours;
mod peers;
mod plan;
mod report;
mod results;
mod transport;

use std::path::PathBuf;

fn main() {
    let mut words = Vec::new();
    let (mut json, mut page): (Option<PathBuf>, Option<PathBuf>) = (None, None);
    let mut about = String::from("without a word about when and where");
    let mut rounds = measure::ROUNDS;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => json = arguments.next().map(PathBuf::from),
            "--page" => page = arguments.next().map(PathBuf::from),
            "--about" => about = arguments.next().expect("--about wants a text"),
            "--rounds" => {
                let number = arguments.next().and_then(|number| number.parse().ok());
                rounds = number.expect("--rounds wants a number");
            }
            "--bench" => {}
            _ => words.push(argument),
        }
    }
    let cells = plan::cells();
    let chosen = cells.into_iter().filter(|cell| words.iter().all(|word| cell.is_named(word)));
    let mut results = Vec::new();
    let mut table = report::Table::default();
    for cell in chosen {
        let result = measure::run(cell, rounds);
        print!("{}", table.line(&result));
        results.push(result);
    }
    if let Some(path) = json {
        std::fs::write(path, report::json(&results)).expect("a place for the results");
    }
    if let Some(path) = page {
        let page = results::page(&results, rounds, &about);
        std::fs::write(path, page).expect("a place for the page");
    }
}
