//! The catalogue through a library with the thirteen functions, against the same through `Session`.
//!
//! The library is named by `WSPROOF_LIBRARY`, since no test builds a library for C: see
//! `scripts/capi-test conformance`.

mod support;

use std::env;
use std::path::PathBuf;

use wsproof::driver::{LibraryDriver, SessionDriver};
use wsproof::play::{Cuts, Driver, play};
use wsproof_capi_abi::NAMES;
use wsproof_capi_abi::library::LoadError;
use wsproof_cases::{Case, Role, catalogue, judge};

use support::in_parallel;

const CUTS: [Cuts; 3] = [Cuts::Whole, Cuts::Bytewise, Cuts::Random(1)];
const SEED: u64 = 7;

fn library() -> Option<LibraryDriver> {
    let Some(path) = env::var_os("WSPROOF_LIBRARY") else {
        eprintln!("SKIPPED: WSPROOF_LIBRARY names no library");
        return None;
    };
    Some(LibraryDriver::open(&PathBuf::from(path)).expect("the library has all functions"))
}

#[test]
fn every_case_has_the_verdict_it_has_through_the_session() {
    let Some(library) = library() else { return };
    let lacks = |case: &&Case| library.lacks(&case.needs).is_some();
    let missing: Vec<_> = catalogue().iter().filter(lacks).map(|case| &case.id).collect();
    assert!(missing.is_empty(), "not supported: {missing:?}");
    let roles = |case: &'static Case| {
        Role::ALL.into_iter().filter(|role| case.plays.allows(*role)).map(move |role| (case, role))
    };
    let runs: Vec<_> = catalogue().iter().flat_map(roles).collect();
    println!("{} runs of {} cases", runs.len(), catalogue().len());
    let wrong = in_parallel(runs, |(case, role)| {
        let mut session = SessionDriver::new(SEED);
        let mut library = library.clone();
        let differs = |cuts| {
            let [ours, theirs] = [&mut library as &mut dyn Driver, &mut session].map(|driver| {
                let mut link = driver.open(case, role).expect("the subject opens");
                play(case, role, cuts, SEED, &mut *link)
            });
            let same =
                judge(case, &ours) == judge(case, &theirs) && ours.outline() == theirs.outline();
            (!same).then(|| format!("{} as {role}, {cuts:?}: {:?}", case.id, judge(case, &ours)))
        };
        CUTS.into_iter().find_map(differs)
    });
    let wrong: Vec<_> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
