//! Who depends on whom: the table of the README is the truth, and the laws no table may change.
//!
//! Read from `cargo metadata --no-deps` and the lock file, so that nothing is built or downloaded.
//! The lock file knows neither features nor platforms, so what is reached through it is never too
//! little.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

/// The accused.
const ENGINE: &str = "wsproof-engine";
/// The accusers, which share no code with it.
const ACCUSERS: [&str; 3] = ["wsproof-cases", "wsproof-model", "wsproof-reports"];
/// The crates that know no other of ours.
const LEAVES: [&str; 4] = ["wsproof-capi-abi", "wsproof-cases", ENGINE, "wsproof-reports"];
/// The crates that no other may use.
const ROOTS: [&str; 2] = ["wsproof", "wsproof-fuzz"];

/// The crates that may have unsafe code, the border to C, and so bring lints of their own.
const UNSAFE: [&str; 2] = ["wsproof-capi", "wsproof-capi-abi"];

/// Runtimes, executors and serialisers: beginnings of names the engine must not reach.
const FOREIGN_TO_THE_ENGINE: [&str; 12] = [
    "async-", "compio", "embassy", "futures", "glommio", "mio", "monoio", "pollster", "polling",
    "serde", "smol", "tokio",
];
/// Parts of the standard library through which a machine would become a service. Addresses, which
/// `core::net` has without sockets, are none.
const SERVICES: [&str; 7] =
    ["core::time", "std::env", "std::fs", "std::net", "std::process", "std::thread", "std::time"];

#[test]
fn the_crates_and_their_edges_are_those_of_the_readme() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let documented = crate_table(&readme);
    assert_eq!(crates(), documented, "left: the manifests, right: the table of the README");
}

#[test]
fn accuser_and_accused_share_nothing() {
    let crates = crates();
    for (name, Crate { uses, .. }) in &crates {
        let leaf = LEAVES.contains(&name.as_str());
        assert!(!leaf || uses.is_empty(), "{name} uses {uses:?}, and may use no crate of ours");
        let root = uses.iter().find(|used| ROOTS.contains(&used.as_str()));
        assert!(root.is_none(), "{name} uses {root:?}, which no crate may use");
    }
    let lock = Lock::read();
    for accuser in ACCUSERS {
        let reached = lock.reached(&[accuser]);
        assert!(!reached.contains(ENGINE), "{accuser} reaches the engine");
    }
}

#[test]
fn the_engine_needs_no_runtime_and_no_serialiser() {
    let direct = packages()
        .iter()
        .filter(|package| package["name"] == ENGINE)
        .flat_map(|package| package["dependencies"].as_array().unwrap())
        .filter(|dependency| dependency["kind"] != "dev")
        .map(|dependency| text(&dependency["name"]).to_owned())
        .collect::<Vec<_>>();
    let direct = direct.iter().map(String::as_str).collect::<Vec<_>>();
    assert!(!direct.is_empty(), "the engine has no dependency: the search itself is wrong");
    let reached = Lock::read().reached(&direct);
    let foreign = foreign_to_the_engine(&reached);
    assert!(foreign.is_empty(), "the engine reaches {foreign:?}");
}

#[test]
fn the_sources_of_the_engine_name_no_service() {
    let mut sources = Vec::new();
    collect_sources(&root().join("engine/src"), &mut sources);
    assert!(sources.len() > 10, "the search itself is wrong: {sources:?}");
    for path in sources {
        let named = services(&fs::read_to_string(&path).unwrap());
        assert!(named.is_empty(), "{} names {named:?}", path.display());
    }
}

#[test]
fn unsafe_code_is_forbidden_or_explained() {
    for (name, Crate { folder, .. }) in crates() {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        let lints = match UNSAFE.contains(&name.as_str()) {
            true => "\nundocumented_unsafe_blocks = \"deny\"\n",
            false => "\n[lints]\nworkspace = true\n",
        };
        assert!(manifest.contains(lints), "the manifest of {name} lacks{lints}");
    }
}

/// The searches above find what they search for.
#[test]
fn planted_mistakes_are_found() {
    for (source, named) in [
        ("use std::net::TcpStream;", &["std::net"][..]),
        ("use core::time;", &["core::time"]),
        ("fn now() { ::std :: time :: Instant::now() }", &["std::time"]),
        ("use std::{fmt, io::{self, time}, net::{IpAddr}, thread};", &["std::net", "std::thread"]),
        ("use std::\n    {\n    fs as disk };", &["std::fs"]),
        ("use core::net::Ipv4Addr;", &[]),
        ("// Unlike std::net, this waits for nothing.", &[]),
        ("let time = my_std::time; let net = substd::net;", &[]),
    ] {
        assert_eq!(services(source), named, "{source}");
    }
    let reached = ["libc", "mio", "serde_core", "tokio-util", "typenum"].map(str::to_owned);
    let foreign = ["mio", "serde_core", "tokio-util"];
    assert_eq!(foreign_to_the_engine(&BTreeSet::from(reached)), foreign);

    let lock = "[[package]]\nname = \"a\"\nversion = \"1\"\ndependencies = [\n \"b 1.0.0\",\n]\n\n\
                [[package]]\nname = \"b\"\ndependencies = [\n \"c\",\n]\n\n\
                [[package]]\nname = \"c\"\n\n[[package]]\nname = \"d\"\n";
    let reached = Lock::parse(lock).reached(&["a"]);
    assert_eq!(reached, BTreeSet::from(["a", "b", "c"].map(str::to_owned)));
}

/// A crate of ours.
#[derive(Debug, PartialEq, Eq)]
struct Crate {
    /// Relative to the root.
    folder: PathBuf,
    /// The crates of ours it names, for whatever purpose.
    uses: BTreeSet<String>,
}

/// Our crates as their manifests have them.
fn crates() -> BTreeMap<String, Crate> {
    let root = root().canonicalize().unwrap();
    let packages = packages();
    let ours: BTreeSet<_> = packages.iter().map(|package| text(&package["name"])).collect();
    let described = packages.iter().map(|package| {
        let dependencies = package["dependencies"].as_array().unwrap();
        let uses = dependencies.iter().map(|dependency| text(&dependency["name"]));
        let uses = uses.filter(|name| ours.contains(name)).map(str::to_owned).collect();
        let manifest = Path::new(text(&package["manifest_path"])).canonicalize().unwrap();
        let folder = manifest.parent().unwrap().strip_prefix(&root).unwrap().to_owned();
        (text(&package["name"]).to_owned(), Crate { folder, uses })
    });
    described.collect()
}

/// Our crates as the section of the README has them, in rows of the form
/// ``| `name` | `folder/` | `used`, `used` | … |``.
fn crate_table(readme: &str) -> BTreeMap<String, Crate> {
    let quoted = |cell: &str| -> Vec<String> {
        cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let section = readme.split("\n## ").find(|section| section.starts_with("The crates\n"));
    let section = section.expect("the README has a section on the crates");
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let described = rows.map(|row| {
        let cells: Vec<_> = row.split('|').map(quoted).collect();
        let folder = PathBuf::from(cells[2][0].trim_end_matches('/'));
        (cells[1][0].clone(), Crate { folder, uses: cells[3].iter().cloned().collect() })
    });
    described.collect()
}

fn packages() -> Vec<Value> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"])
        .arg(root().join("Cargo.toml"))
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// Everything the lock file names, each with what it names.
struct Lock(BTreeMap<String, Vec<String>>);

impl Lock {
    fn read() -> Self {
        Self::parse(&fs::read_to_string(root().join("Cargo.lock")).unwrap())
    }

    /// Versions are left out: of two versions of a package both are reached.
    fn parse(lock: &str) -> Self {
        let mut packages = BTreeMap::<String, Vec<String>>::new();
        for package in lock.split("[[package]]").skip(1) {
            let name = package.lines().find_map(|line| line.strip_prefix("name = ")).unwrap();
            let named = package.lines().filter_map(|line| line.strip_prefix(" \""));
            let named = named.map(|line| line.split([' ', '"']).next().unwrap().to_owned());
            packages.entry(name.trim_matches('"').to_owned()).or_default().extend(named);
        }
        Self(packages)
    }

    /// The packages themselves and all that is reached from them.
    fn reached(&self, from: &[&str]) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<_> = from.iter().map(|&name| name.to_owned()).collect();
        while let Some(name) = open.pop() {
            let named = self.0.get(&name).unwrap_or_else(|| panic!("{name} is not locked"));
            if reached.insert(name) {
                open.extend(named.iter().cloned());
            }
        }
        reached
    }
}

fn foreign_to_the_engine(reached: &BTreeSet<String>) -> Vec<&str> {
    let foreign = |name: &&str| FOREIGN_TO_THE_ENGINE.iter().any(|start| name.starts_with(start));
    reached.iter().map(String::as_str).filter(foreign).collect()
}

fn collect_sources(folder: &Path, sources: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_sources(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(path);
        }
    }
}

/// The parts in [`SERVICES`] that the code names by a path or an import; comments may.
fn services(source: &str) -> Vec<String> {
    let code: Vec<_> =
        source.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let code = code.join("\n");
    let tokens = tokens(&code);
    let mut named = Vec::new();
    for (i, library) in tokens.iter().enumerate() {
        let [":", ":", rest @ ..] = &tokens[i + 1..] else { continue };
        if ["core", "std"].contains(library) {
            let paths = heads(rest).into_iter().map(|head| format!("{library}::{head}"));
            named.extend(paths.filter(|path| SERVICES.contains(&path.as_str())));
        }
    }
    named
}

/// The first name of the path that begins here, or of each path of the group that does.
fn heads<'a>(tokens: &[&'a str]) -> Vec<&'a str> {
    let [first, rest @ ..] = tokens else { return Vec::new() };
    if *first != "{" {
        return vec![first];
    }
    let (mut depth, mut begins, mut heads) = (1, true, Vec::new());
    for &token in rest {
        if begins && depth == 1 {
            heads.push(token);
        }
        begins = token == ",";
        match token {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    heads
}

/// Names, and everything else character by character without white space.
fn tokens(code: &str) -> Vec<&str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match rest.find(|c| !is_name(c)) {
            Some(0) => first.len_utf8(),
            Some(length) => length,
            None => rest.len(),
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
