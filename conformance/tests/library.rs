//! The catalogue through a library with the thirteen functions, against the same through `Session`.
//!
//! The library is named by `WSPROOF_LIBRARY`, since no test builds a library for C: see
//! `scripts/capi-test conformance`.

mod support;

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use wsproof::driver::{LibraryDriver, SessionDriver};
use wsproof::play::{Cuts, Driver, play};
use wsproof_capi_abi::NAMES;
use wsproof_capi_abi::library::LoadError;
use wsproof_cases::{Role, catalogue, judge};

use support::in_parallel;

const CUTS: [Cuts; 3] = [Cuts::Whole, Cuts::Bytewise, Cuts::Random(1)];
const SEED: u64 = 7;

fn library() -> Option<PathBuf> {
    let path = env::var_os("WSPROOF_LIBRARY");
    if path.is_none() {
        eprintln!("SKIPPED: WSPROOF_LIBRARY names no library");
    }
    path.map(PathBuf::from)
}

/// The cases that a library plays otherwise than the session does, and what it lacks of the others.
fn compare(library: &LibraryDriver, cuts: &[Cuts]) -> (Vec<String>, BTreeMap<&'static str, usize>) {
    let (mut runs, mut lacking) = (Vec::new(), BTreeMap::new());
    for case in catalogue() {
        match library.lacks(&case.needs) {
            Some(what) => *lacking.entry(what).or_default() += 1,
            None => {
                let roles = Role::ALL.into_iter().filter(|role| case.plays.allows(*role));
                runs.extend(roles.map(|role| (case, role)));
            }
        }
    }
    println!("{} runs of {} cases", runs.len(), catalogue().len());
    let wrong = in_parallel(runs, |(case, role)| {
        let mut session = SessionDriver::new(SEED);
        let mut library = library.clone();
        let differs = |cuts| {
            let [ours, theirs] = [&mut library as &mut dyn Driver, &mut session].map(|driver| {
                let mut link = driver.open(case, role, 0).expect("the subject opens");
                play(case, role, cuts, SEED, &mut *link)
            });
            let same =
                judge(case, &ours) == judge(case, &theirs) && ours.outline() == theirs.outline();
            (!same).then(|| format!("{} as {role}, {cuts:?}: {:?}", case.id, judge(case, &ours)))
        };
        cuts.iter().copied().find_map(differs)
    });
    (wrong.into_iter().flatten().collect(), lacking)
}

#[test]
fn every_case_has_the_verdict_it_has_through_the_session() {
    let Some(library) = library() else { return };
    let (wrong, lacking) = compare(&LibraryDriver::open(&library).expect("a library"), &CUTS);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(lacking.is_empty(), "{lacking:?}");
}

/// A library as Windows documents it says less, and has no properties of ours.
#[test]
fn a_plain_library_lacks_three_things_and_plays_the_rest() {
    let Some(library) = library() else { return };
    let capi = Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/capi");
    let plain = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plain.so");
    let mut compiler = Command::new("cc");
    compiler.args(["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-shared", "-fPIC"]);
    compiler.arg(format!("-DREAL={:?}", library.canonicalize().expect("a path")));
    compiler.arg("-I").arg(capi.join("include")).arg(capi.join("tests/c/plain.c"));
    let Ok(compiled) = compiler.args(["-ldl", "-o"]).arg(&plain).status() else {
        eprintln!("SKIPPED: there is no cc here");
        return;
    };
    assert!(compiled.success(), "{compiler:?}");
    let (wrong, lacking) = compare(&LibraryDriver::open(&plain).expect("a library"), &CUTS[..1]);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(lacking.len(), 3, "{lacking:?}");
}

#[test]
fn what_is_no_such_library_is_named() {
    let nowhere = LibraryDriver::open(&PathBuf::from("there/is/no/library")).unwrap_err();
    assert!(matches!(nowhere, LoadError::Load(_)), "{nowhere}");
    assert!(nowhere.to_string().starts_with("library cannot be loaded: "), "{nowhere}");
    // A library every process has, under a name that Linux knows.
    if cfg!(all(target_os = "linux", target_env = "gnu")) {
        let other = LibraryDriver::open(&PathBuf::from("libc.so.6")).unwrap_err();
        assert_eq!(other.to_string(), format!("library does not export {}", NAMES[0]));
    }
}
