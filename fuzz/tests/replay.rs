//! Every seed and every regression, through the same oracles as under the fuzzer.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use wsproof_fuzz::oracle::judge;
use wsproof_fuzz::script::Script;
use wsproof_fuzz::{TARGETS, replay, seeds, stream};

#[test]
fn seeds_and_regressions_are_as_they_should_be() {
    let mut findings = Vec::new();
    let mut count = 0;
    for target in TARGETS {
        let folders = [format!("seeds/{}", target.seeds), format!("regressions/{}", target.name)];
        for folder in folders {
            for file in replay::files(&replay::package().join(folder)).unwrap() {
                count += 1;
                let octets = fs::read(&file).unwrap();
                if let Err(finding) = (target.check)(&octets) {
                    let show = (target.show)(&octets);
                    findings.push(format!(
                        "{} of {}: {finding}\n{show}",
                        file.display(),
                        target.name
                    ));
                }
            }
        }
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    assert!(count > 100, "{count} inputs are not what is committed");
    println!("{count} inputs");
}

#[test]
fn a_planted_model_without_a_mistake_is_never_found() {
    // Otherwise whatever is planted would be found at once.
    for target in TARGETS {
        for file in replay::files(&replay::package().join("seeds").join(target.seeds)).unwrap() {
            let Some(script) = (target.stream)(&fs::read(&file).unwrap()) else { break };
            let Script { setup, stream } = script;
            let seen = stream::read_by_model(None, setup, &stream);
            if let Err(finding) = judge(stream::ORACLES, &seen) {
                panic!("{}: {finding}", file.display());
            }
        }
    }
}

#[test]
fn committed_seeds_are_what_the_sources_make() {
    let package = replay::package();
    let made = seeds::all();
    let again = "run `cargo run -p wsproof-fuzz --example seeds`";
    for (path, octets) in &made {
        let found = fs::read(package.join(path)).unwrap_or_default();
        assert!(found == *octets, "{} is stale: {again}", path.display());
    }
    for folder in ["seeds", "dict"] {
        for file in replay::files(&package.join(folder)).unwrap() {
            let path = file.strip_prefix(package).unwrap();
            assert!(made.contains_key(path), "nobody makes {}: {again}", path.display());
        }
    }
}

#[test]
fn targets_files_and_manifest_agree() {
    let package = replay::package();
    let names: BTreeSet<_> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(names.len(), TARGETS.len(), "a name twice");
    let manifest = fs::read_to_string(package.join("Cargo.toml")).unwrap();
    let bins: BTreeSet<_> =
        manifest.split("[[bin]]").skip(1).filter_map(|bin| bin.split('"').nth(1)).collect();
    assert_eq!(bins, names, "left: [[bin]] in Cargo.toml, right: TARGETS");
    for target in TARGETS {
        let file = format!("fuzz_targets/{}.rs", target.name);
        let body = format!(
            "//! See [`wsproof_fuzz::targets::{name}`].\n#![cfg_attr(fuzzing, no_main)]\n\n\
             wsproof_fuzz::target!({name});\n",
            name = target.name
        );
        let found = fs::read_to_string(package.join(&file)).unwrap_or_default();
        assert_eq!(found, body, "{file}");
        assert!(manifest.contains(&format!("path = \"{file}\"")), "{file} is not in Cargo.toml");
        assert!(package.join("dict").join(target.dictionary).is_file(), "{}", target.dictionary);
        assert!(package.join("seeds").join(target.seeds).is_dir(), "{}", target.seeds);
    }
    let used = |folder| TARGETS.iter().any(|target| target.seeds == folder);
    assert!(seeds::FAMILIES.iter().all(|seeds| used(seeds.folder)), "seeds without a target");
    let files = replay::files(&package.join("fuzz_targets")).unwrap();
    assert_eq!(files.len(), TARGETS.len(), "a file without a target");
    for file in replay::files(&package.join("regressions")).unwrap() {
        let folder = file.strip_prefix(package.join("regressions")).unwrap();
        let target = folder.iter().next().and_then(|name| Path::new(name).to_str());
        assert!(target.is_some_and(|name| names.contains(name)), "{}", file.display());
    }
}
