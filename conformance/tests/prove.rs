//! The proof of the cases holds, and would be seen not to.

use std::sync::LazyLock;
use std::{env, fs, thread};

use wsproof::cases_page::cases_page;
use wsproof::prove::{Gap, Proof, prove};
use wsproof::select::{Item, items};
use wsproof_model::Bug;
use wsproof_model::bug::Effect;

/// The proof of all cases.
fn everything() -> &'static Proof {
    static PROOF: LazyLock<Proof> = LazyLock::new(|| {
        let items: Vec<&'static Item> = items().iter().collect();
        prove(&items, thread::available_parallelism().map_or(2, usize::from))
    });
    &PROOF
}

#[test]
fn the_page_about_the_cases_is_true() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/CASES.md");
    let page = cases_page(everything());
    if fs::read_to_string(path).is_ok_and(|written| written == page) {
        return;
    }
    if env::var_os("WSPROOF_UPDATE_SNAPSHOTS").is_some() {
        fs::write(path, page).unwrap();
    } else {
        panic!("{path} is not what the catalogue says; set WSPROOF_UPDATE_SNAPSHOTS to write it");
    }
}

#[test]
fn every_case_is_proved_and_every_mistake_is_caught() {
    let gaps: Vec<_> = everything().gaps().iter().map(ToString::to_string).collect();
    assert!(gaps.is_empty(), "{}", gaps.join("\n"));
}

#[test]
fn gaps_are_found() {
    let close: Vec<_> =
        items().iter().filter(|item| item.case.id.starts_with("close/body/")).collect();
    let proof = prove(&close, 2);
    assert!(!proof.whole && proof.gaps().is_empty(), "{:?}", proof.gaps());

    // The same results, taken for everything there is: mistakes that only other cases catch.
    let whole = Proof { whole: true, ..proof.clone() };
    let fails = |bug: Bug| bug.effect() == Effect::Fails;
    let elsewhere = proof.bugs().find(|caught| caught.failed == 0 && fails(caught.bug)).unwrap();
    assert!(whole.gaps().contains(&Gap::Uncaught(elsewhere.bug)));

    let mut planted = proof;
    planted.rows[0].failed.clear();
    planted.rows[1].unsound = Some("planted".to_owned());
    let keys = [0, 1].map(|n| planted.rows[n].item.key.to_string());
    assert_eq!(
        planted.gaps(),
        [
            Gap::Unsound { key: keys[1].clone(), why: "planted".to_owned() },
            Gap::Unproved { key: keys[0].clone() },
        ]
    );
    for bug in Bug::ALL.iter().filter(|bug| bug.effect() == Effect::Nothing) {
        planted.rows[0].failed.push(*bug);
    }
    planted.whole = true;
    let surprises = planted.gaps().into_iter().filter(|gap| matches!(gap, Gap::Surprise { .. }));
    assert!(surprises.count() >= 2);
}
