//! Puts many mutants into one build, each behind a switch, so that nothing is built per mutant.
//!
//! Standard input holds an [`Order`] as JSON, standard output gets an [`Outcome`]: where each mutant
//! was put. Mutants are those of `cargo mutants --list --json`. A mutant that cannot be switched
//! where it stands has no place; it has to be built alone, unless no compiler takes it.
//!
//! `a + b` becomes `(if on(7) { a - b } else { a + b })`, the body of a function begins with
//! `if on(8) { return 0; }`, the guard of an arm or its lack becomes a condition, and what returns
//! `impl Iterator` is cut short and followed by what is returned instead. A switch is read at run
//! time, so constant functions become ordinary ones, but for those that constants call.

mod find;
mod source;
mod write;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{fs, io};

use serde::{Deserialize, Serialize};

use find::Finder;
use source::Source;
use write::Writer;

/// What the root of a crate says of its mutants. It is asked in tests that count allocations, too,
/// and so it makes none, as `std::env::var` would.
const SWITCH: &str = "
/// Whether the mutant of this number is switched on.
pub(crate) fn mutant(number: u32) -> bool {
    static ON: std::sync::OnceLock<Option<u32>> = std::sync::OnceLock::new();
    *ON.get_or_init(mutant_that_is_on) == Some(number)
}

/// That of the environment.
fn mutant_that_is_on() -> Option<u32> {
    let mut file = std::fs::File::open(\"/proc/self/environ\").ok()?;
    let (mut octets, mut filled) = ([0; 1 << 16], 0);
    loop {
        match std::io::Read::read(&mut file, &mut octets[filled..]).ok()? {
            0 => break,
            read => filled += read,
        }
    }
    assert!(filled < octets.len(), \"the environment is too long to be read\");
    let mut variables = octets[..filled].split(|octet| *octet == 0);
    let number = variables.find_map(|variable| variable.strip_prefix(b\"WSPROOF_MUTANT=\"))?;
    core::str::from_utf8(number).ok()?.parse().ok()
}
";

/// What is to be done.
#[derive(Deserialize)]
struct Order {
    /// The folder of the sources as they are.
    from: PathBuf,
    /// The folder of the copy in which they are written.
    to: PathBuf,
    /// Every file of Rust, relative to both.
    files: Vec<String>,
    /// The roots of the crates that have mutants.
    roots: BTreeSet<String>,
    /// The mutants to be switched.
    mutants: Vec<Mutant>,
    /// Names of the functions that constants call.
    constant: BTreeSet<String>,
}

/// A mutant.
#[derive(Clone, Deserialize)]
struct Mutant {
    /// The number that switches it.
    number: u32,
    file: String,
    genre: String,
    replacement: String,
    span: Span,
}

/// What was done.
#[derive(Serialize, Default)]
struct Outcome {
    places: Vec<Place>,
    /// Mutants that no compiler takes: `||` in a chain of `let`, and `<` behind a cast.
    senseless: Vec<u32>,
}

/// What a mutant replaces.
#[derive(Clone, Copy, Deserialize)]
struct Span {
    start: Position,
    end: Position,
}

/// A position in a file, lines and columns counted from 1.
#[derive(Clone, Copy, Deserialize)]
struct Position {
    line: usize,
    column: usize,
}

/// Where a mutant was put.
#[derive(Serialize)]
struct Place {
    number: u32,
    file: String,
    /// The octets of the written file that are there because of it.
    begin: usize,
    end: usize,
    /// Whether they return another value at the head of a function: if that does not compile, the
    /// mutant does not either.
    returns: bool,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let order: Order = serde_json::from_reader(io::stdin().lock())?;
    let mut outcome = Outcome::default();
    for file in &order.files {
        let source = Source::new(fs::read_to_string(order.from.join(file))?);
        let mutants = order.mutants.iter().filter(|mutant| mutant.file == *file);
        let (edits, mut senseless) = Finder::new(&source, mutants, &order.constant).find()?;
        outcome.senseless.append(&mut senseless);
        let mut writer = Writer::new(file, &source, &edits);
        let mut text = writer.write();
        if order.roots.contains(file) {
            text.push_str(SWITCH);
        }
        let path = order.to.join(file);
        // A file that stays as it is need not be built again.
        if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            fs::write(&path, text)?;
        }
        outcome.places.append(&mut writer.places);
    }
    serde_json::to_writer(io::stdout().lock(), &outcome)?;
    Ok(())
}
