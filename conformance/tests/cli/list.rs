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

#[test]
fn tiers_hold_one_another_and_every_family_has_quick_cases() {
    let ids = |tier| call(&["list", "--format", "ids", "--tier", tier]).code(0).out;
    let [quick, all, full] = ["quick", "default", "full"].map(ids);
    let has = |tier: &str, id: &str| tier.lines().any(|line| line == id);
    assert!(quick.lines().all(|id| has(&all, id)) && all.lines().all(|id| has(&full, id)));
    assert!(quick.lines().count() < all.lines().count());
    assert_eq!(call(&["list", "--format", "ids"]).code(0).out, all, "what is said by default");
    let family = |id: &str| id.split('/').next().unwrap_or_default().to_owned();
    for id in full.lines() {
        let same = |other: &str| family(other) == family(id);
        assert!(quick.lines().any(same), "no quick case is like {id}");
    }
    call(&["list", "--tier", "endless"]).code(2);
    call(&["run", "-q", "--tier", "quick", "limits/binary/frame-of-16-mib"]).code(4);
}
