//! Every requirement is looked at, and no case loses its name.

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

use wsproof::select::{Item, LevelLimit, Request, SelectError, select};
use wsproof_cases::case::Tier;
use wsproof_cases::catalogue;
use wsproof_cases::requirements::{Covered, Requirement, requirements};

fn selected(filter: &str) -> Result<Vec<&'static Item>, SelectError> {
    let filters = [filter.to_owned()];
    let (level, tier) = (LevelLimit::All, Tier::Full);
    select(&Request { filters: &filters, skips: &[], role: None, level, tier })
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// What is wrong with one line of a requirement.
fn complaint(row: &Requirement, covered: &Covered) -> Vec<String> {
    match covered {
        Covered::By(filters) => filters
            .iter()
            .filter_map(|filter| match selected(filter) {
                Ok(items) if items.is_empty() => Some(format!("{}: no {filter}", row.id)),
                Ok(_) => None,
                Err(error) => Some(format!("{}: {error}", row.id)),
            })
            .collect(),
        Covered::Test { file, function } => {
            let text = fs::read_to_string(root().join(file)).unwrap_or_default();
            let found = text.contains(&format!("fn {function}("));
            if found { vec![] } else { vec![format!("{}: no {function} in {file}", row.id)] }
        }
        Covered::Excused(_) => vec![],
    }
}

#[test]
fn every_requirement_has_a_case_a_test_or_an_excuse() {
    let mut wrong = Vec::new();
    for row in requirements() {
        if row.is_due() && row.covered.is_empty() {
            wrong.push(format!("{}: nothing looks at it", row.id));
        }
        wrong.extend(row.covered.iter().flat_map(|covered| complaint(row, covered)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_wrong_with_a_row_is_told() {
    let row = requirements().iter().find(|row| row.is_due()).unwrap();
    let by = |filter| complaint(row, &Covered::By(vec![filter])).len();
    assert_eq!((by("clothes/*"), by("close/*"), by("client/close/*")), (1, 0, 0));
    let test = |file, function| complaint(row, &Covered::Test { file, function }).len();
    assert_eq!((test("README.md", "f"), test("nowhere.rs", "main")), (1, 1));
    assert_eq!(test("conformance/src/main.rs", "main"), 0);
}

/// With `WSPROOF_UPDATE_SNAPSHOTS` set, new ids are recorded; none is ever taken out.
#[test]
fn ids_are_permanent() {
    let list = root().join("conformance/cases/data/ids.txt");
    let text = fs::read_to_string(&list).unwrap();
    let listed: BTreeSet<_> = text.lines().collect();
    let ids: BTreeSet<_> = catalogue().iter().map(|case| &*case.id).collect();
    let lost: Vec<_> = listed.difference(&ids).collect();
    assert!(lost.is_empty(), "these cases have lost their names: {lost:#?}");
    if env::var_os("WSPROOF_UPDATE_SNAPSHOTS").is_some() {
        let all: Vec<_> = ids.into_iter().collect();
        return fs::write(&list, all.join("\n") + "\n").unwrap();
    }
    let new: Vec<_> = ids.difference(&listed).collect();
    assert!(new.is_empty(), "these cases are to be added to the list of ids: {new:#?}");
}
