//! Options from `wsproof.toml` and from the environment.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::tempdir;

use crate::command::{Called, call, finish, wsproof};

const FILE: &str = r#"
[profile.default]
seed = 7
role = "server"

[profile.ci]
strict = true
cuts = ["whole", "random"]
filters = ["ab:1.1.*", "ab:2.1"]

[profile.nightly]
inherits = "ci"
seed = 8
"#;

fn run(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Called {
    let mut command = wsproof(folder, &[&["run"], arguments].concat());
    finish(command.envs(environment.iter().copied()))
}

#[test]
fn what_is_said_nearer_wins() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("wsproof.toml"), FILE).unwrap();
    let shown = |arguments: &[&str], environment: &[(&str, &str)]| {
        let arguments = [arguments, &["--show-config"]].concat();
        run(folder.path(), &arguments, environment).code(0).out
    };
    let has = |shown: &str, key: &str, value: &str, origin: &str| {
        let row = shown.lines().find(|row| row.starts_with(&format!("{key} = "))).unwrap();
        let parts = row.split_once("  # ").unwrap();
        assert_eq!((parts.0.trim(), parts.1), (&*format!("{key} = {value}"), origin), "{shown}");
    };
    let plain = shown(&[], &[]);
    has(&plain, "seed", "\"7\"", "profile default");
    has(&plain, "strict", "false", "default");
    has(&plain, "cuts", "[\"whole\", \"bytewise\", \"random\"]", "default");
    let nightly = shown(&["--profile", "nightly", "--cuts", "bytewise"], &[]);
    has(&nightly, "seed", "\"8\"", "profile nightly");
    has(&nightly, "role", "\"server\"", "profile default");
    has(&nightly, "strict", "true", "profile ci");
    has(&nightly, "cuts", "[\"bytewise\"]", "command line");
    has(&nightly, "filters", "[\"ab:1.1.*\", \"ab:2.1\"]", "profile ci");
    let environment = [("WSPROOF_PROFILE", "ci"), ("WSPROOF_SEED", "9"), ("WSPROOF_STRICT", "0")];
    let env = shown(&["--role", "client"], &environment);
    has(&env, "seed", "\"9\"", "environment, WSPROOF_SEED");
    has(&env, "strict", "false", "environment, WSPROOF_STRICT");
    has(&env, "role", "\"client\"", "command line");
    has(&env, "cuts", "[\"whole\", \"random\"]", "profile ci");
}

#[test]
fn a_profile_has_an_effect() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("wsproof.toml"), FILE).unwrap();
    let all = run(folder.path(), &["--profile", "ci"], &[]).code(0);
    assert!(all.err.contains("seed 7 · cuts whole, random"), "{}", all.err);
    assert!(all.out.starts_with("  9 pass"), "one role, two filters: {}", all.out);
    let narrow = run(folder.path(), &["--profile", "ci", "ab:2.1"], &[]).code(0);
    assert!(narrow.out.starts_with("  1 pass"), "{}", narrow.out);
}

#[test]
fn what_means_nothing_is_refused_with_its_place() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("wsproof.toml");
    for (text, why) in [
        ("[profile.default]\nsed = 1", "unknown key profile.default.sed; did you mean seed?"),
        ("[profiles.default]\nseed = 1", "unknown key profiles; did you mean profile?"),
        ("[profile.default]\nseed = 1.5", "profile.default.seed is no value"),
        ("[profile.default]\nstrict = \"perhaps\"", "strict is true or false (profile default)"),
        ("[profile.default]\nseed = \"x\"", "--seed comes from: profile default"),
        ("[profile.default]\ninherits = \"default\"", "profile.default inherits from itself"),
        ("[profile.default]\ninherits = \"other\"", "there is no profile \"other\""),
        ("[profile.default]\nseed = 1\nseed = 2", "wsproof.toml: line 3: "),
        ("profile = 1", "[profile.NAME]"),
    ] {
        fs::write(&path, text).unwrap();
        let called = run(folder.path(), &["ab:1.1.1"], &[]);
        assert!(called.err.contains(why), "{text}: {}", called.err);
        called.code(2);
    }
    fs::write(&path, FILE).unwrap();
    let called = run(folder.path(), &["--profile", "cd"], &[]).code(2);
    assert!(called.err.contains("there are ci, default, nightly"), "{}", called.err);
    run(folder.path(), &["--config", "nowhere.toml"], &[]).code(2);
    let called = run(folder.path(), &["ab:1.1.1"], &[("WSPROOF_SEED", "x")]).code(2);
    assert!(called.err.contains("--seed comes from: environment, WSPROOF_SEED"), "{}", called.err);
}

#[test]
fn the_schema_knows_every_option() {
    let schema: Value = serde_json::from_str(&call(&["schema", "config"]).code(0).out).unwrap();
    let profile = &schema["properties"]["profile"]["additionalProperties"]["properties"];
    assert_eq!(profile["strict"]["type"], "boolean");
    assert_eq!(profile["role"]["enum"], serde_json::json!(["both", "client", "server"]));
    for key in ["filters", "seed", "cuts", "fail-fast", "expect", "inherits"] {
        assert!(profile[key].is_object(), "{key}: {profile}");
    }
    assert!(profile["show-config"].is_null());
}
