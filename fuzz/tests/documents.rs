//! What the README says is what there is.

use std::fs;

use wsproof_fuzz::{replay, table};

#[test]
fn the_readme_has_the_table_of_the_targets() {
    let readme = fs::read_to_string(replay::package().join("README.md")).unwrap();
    assert!(readme.contains(&table()), "the table is now\n{}", table());
}
