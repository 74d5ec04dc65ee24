//! The quick tier on the engine, through both of its faces, until the first failure.
//!
//! This is the suite that a user runs, made to be run very often: `scripts/mutants` asks it about
//! each planted fault. It says less than `engine.rs`, in a fraction of the time.

use core::ops::ControlFlow;
use std::thread;

use wsproof::driver::DRIVERS;
use wsproof::run::{Cut, Settings, Stop, run};
use wsproof::select::{Item, items};
use wsproof_cases::case::Tier;
use wsproof_reports::model::{Verdict, WireKept};

#[test]
fn every_case_of_the_quick_tier_passes() {
    let selected: Vec<&Item> =
        items().iter().filter(|item| item.case.least_tier() <= Tier::Quick).collect();
    assert!(selected.len() > 1000, "{} cases are not the tier", selected.len());
    for name in ["session", "typed"] {
        let driver = DRIVERS.iter().find(|driver| driver.name == name).expect("it is there");
        let settings = Settings {
            cuts: vec![Cut::Whole, Cut::Random],
            tier: Tier::Quick,
            jobs: thread::available_parallelism().map_or(2, usize::from),
            wire: WireKept::None,
            ..Settings::new(driver)
        };
        let mut wrong = None;
        run(&selected, &settings, true, &mut |finished| {
            let verdict = finished.result.verdict;
            if matches!(verdict, Verdict::Pass | Verdict::Info | Verdict::Unsupported) {
                return ControlFlow::Continue(());
            }
            wrong = Some(format!("{}: {verdict:?}", finished.item.key));
            ControlFlow::Break(Stop::Here)
        });
        assert_eq!(wrong, None, "with {name}");
    }
}
