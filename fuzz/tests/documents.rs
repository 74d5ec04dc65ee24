//! What the README says is what there is.

use std::fs;

use wsproof_fuzz::{TARGETS, replay, table};

#[test]
fn the_readme_has_the_table_of_the_targets() {
    let readme = fs::read_to_string(replay::package().join("README.md")).unwrap();
    assert!(readme.contains(&table()), "the table is now\n{}", table());
    for target in TARGETS {
        let rows =
            readme.lines().filter(|line| line.starts_with(&format!("| `{}` |", target.name)));
        assert_eq!(rows.count(), 2, "what {} does, and how fast it is", target.name);
    }
}
