//! `wsproof list`.

use serde_json::Value;

use crate::command::call;

#[test]
fn every_format_lists_the_same() {
    let text = call(&["list", "close/code/*"]).code(0).out;
    let ids = call(&["list", "close/code/*", "--format", "ids"]).code(0).out;
    let json = call(&["list", "close/code/*", "--format", "json"]).code(0).out;
    let json: Vec<Value> = serde_json::from_str(&json).unwrap();
    let names: Vec<_> = ids.lines().collect();
    assert!(names.len() > 10 && names.contains(&"close/code/reserved-1005"));
    let first = |line: &str| line.split(' ').next().unwrap().to_owned();
    assert_eq!(text.lines().map(first).collect::<Vec<_>>(), names);
    assert_eq!(json.iter().map(|case| case["id"].as_str().unwrap()).collect::<Vec<_>>(), names);
    assert_eq!(json[0]["roles"], serde_json::json!(["client", "server"]));
    let row = text.lines().find(|line| line.contains("reserved-1005")).unwrap();
    assert!(["MUST", "ab:7.9.4", "client,server"].iter().all(|word| row.contains(word)), "{row}");
}

#[test]
fn ids_are_filters_that_select_the_same() {
    let select = ["ab:7.9.*", "--skip", "client/close/code/reserved-1004"];
    let ids = call(&[&["list", "--format", "ids"][..], &select].concat()).code(0).out;
    let names: Vec<_> = ids.lines().collect();
    assert!(names.contains(&"server/close/code/reserved-1004"), "{ids}");
    let again = call(&[&["list", "--format", "ids"][..], &names].concat()).code(0).out;
    assert_eq!(again, ids);
    let run = call(&[&["run", "-q", "--min-cases", "17"][..], &names].concat()).code(0);
    assert!(run.out.starts_with("  17 pass"), "{}", run.out);
}

#[test]
fn nothing_is_an_error() {
    let called = call(&["list", "clothes/*"]).code(4);
    assert!(called.out.is_empty() && called.err.contains("\"clothes/*\" names no case"));
    call(&["list", "server/close/*", "--role", "client"]).code(4);
}

#[test]
fn mistakes_are_listed_with_what_they_do() {
    let text = call(&["list", "--bugs"]).code(0).out;
    assert!(text.lines().any(|line| line.starts_with("never-pongs ") && line.ends_with('.')));
}
