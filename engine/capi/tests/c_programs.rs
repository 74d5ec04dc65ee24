//! C and C++ programs against the header and the library, where there are compilers.
//!
//! The library is the one this test was built with; Cargo puts it beside this program.
#![cfg(all(unix, not(miri)))]

use core::fmt::Write as _;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use wsproof_capi_abi::{NAMES, RESULTS, VALUES};

const C: (&str, &[&str]) = ("cc", &["-std=c11", "-x", "c"]);
const CPP: (&str, &[&str]) = ("c++", &["-std=c++17", "-x", "c++"]);
const WARNINGS: [&str; 5] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1"];

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where Cargo put the library and this program.
fn built() -> PathBuf {
    env::current_exe().unwrap().parent().unwrap().to_owned()
}

/// Whether there is such a tool; says so if there is none.
fn there_is(tool: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok();
    if !found {
        eprintln!("SKIPPED: there is no {tool} here");
    }
    found
}

/// Compiles a source; with a second argument for what is linked, a program, else nothing but checks.
fn compile(compiler: (&str, &[&str]), source: &Path, link: &[&str]) -> PathBuf {
    let program = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!(
        "{}-{}-{}",
        source.file_stem().unwrap().to_str().unwrap(),
        compiler.0,
        if link.is_empty() { "checked" } else { link[0].trim_start_matches('-') },
    ));
    let mut command = Command::new(compiler.0);
    command.args(compiler.1).args(WARNINGS).arg("-I").arg(here().join("include"));
    command.arg(source).args(["-x", "none"]);
    if link.is_empty() {
        command.arg("-c");
    } else {
        command.arg("-L").arg(built()).arg(format!("-Wl,-rpath,{}", built().display())).args(link);
    }
    let output = command.arg("-o").arg(&program).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{said}");
    program
}

/// What the static library needs beside itself.
const STATIC: [&str; 5] = ["-l:libwebsocket.a", "-lpthread", "-ldl", "-lm", "-lgcc_s"];
const SHARED: [&str; 1] = ["-lwebsocket"];

#[test]
fn programs_in_c_and_c_plus_plus_run() {
    for compiler in [C, CPP] {
        if !there_is(compiler.0) {
            continue;
        }
        for name in ["conversation", "hostile"] {
            let source = here().join("tests/c").join(name).with_extension("c");
            let static_library = cfg!(target_os = "linux").then_some(&STATIC[..]);
            for link in static_library.into_iter().chain([&SHARED[..]]) {
                let program = compile(compiler, &source, link);
                let output = Command::new(&program).output().unwrap();
                let said = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success(), "{}\n{said}", program.display());
                let expected = format!("{name}: all as it should be\n");
                assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
            }
        }
    }
}

#[test]
fn the_example_compiles() {
    if there_is(C.0) {
        compile(C, &here().join("examples/echo_server.c"), &SHARED);
    }
}

#[test]
fn the_header_says_what_the_library_means() {
    let mut source = String::from("#include <stddef.h>\n#include <websocket.h>\n");
    source.push_str(
        "#ifdef __cplusplus\n#define HOLDS(c) static_assert(c, #c)\n#else\n\
         #define HOLDS(c) _Static_assert(c, #c)\n#endif\n",
    );
    for (name, value) in VALUES {
        writeln!(source, "HOLDS((ULONG){name} == {value}u);").unwrap();
    }
    let header = fs::read_to_string(here().join("include/websocket.h")).unwrap();
    for (name, value) in RESULTS {
        writeln!(source, "HOLDS((ULONG){name} == {}u);", value.cast_unsigned()).unwrap();
    }
    let word = size_of::<usize>();
    for (what, octets) in [
        ("sizeof(ULONG)", 4),
        ("sizeof(USHORT)", 2),
        ("sizeof(BOOL)", 4),
        ("sizeof(HRESULT)", 4),
        ("sizeof(WEB_SOCKET_HANDLE)", word),
        ("sizeof(WEB_SOCKET_BUFFER_TYPE)", 4),
        ("sizeof(WEB_SOCKET_PROPERTY)", 3 * word),
        ("offsetof(WEB_SOCKET_PROPERTY, Type)", 0),
        ("offsetof(WEB_SOCKET_PROPERTY, pvValue)", word),
        ("offsetof(WEB_SOCKET_PROPERTY, ulValueSize)", 2 * word),
        ("sizeof(WEB_SOCKET_HTTP_HEADER)", 4 * word),
        ("offsetof(WEB_SOCKET_HTTP_HEADER, pcName)", 0),
        ("offsetof(WEB_SOCKET_HTTP_HEADER, ulNameLength)", word),
        ("offsetof(WEB_SOCKET_HTTP_HEADER, pcValue)", 2 * word),
        ("offsetof(WEB_SOCKET_HTTP_HEADER, ulValueLength)", 3 * word),
        ("sizeof(WEB_SOCKET_BUFFER)", word + 8),
        ("offsetof(WEB_SOCKET_BUFFER, Data.pbBuffer)", 0),
        ("offsetof(WEB_SOCKET_BUFFER, Data.ulBufferLength)", word),
        ("offsetof(WEB_SOCKET_BUFFER, CloseStatus.pbReason)", 0),
        ("offsetof(WEB_SOCKET_BUFFER, CloseStatus.ulReasonLength)", word),
        ("offsetof(WEB_SOCKET_BUFFER, CloseStatus.usStatus)", word + 4),
    ] {
        writeln!(source, "HOLDS({what} == {octets});").unwrap();
    }
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("header.c");
    fs::write(&file, source).unwrap();
    for compiler in [C, CPP] {
        if there_is(compiler.0) {
            compile(compiler, &file, &[]);
        }
    }
    // Nothing is declared that is not known here.
    let word = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric() && c != '_').next().map(str::to_owned)
    };
    let declared: BTreeSet<_> = header.split("WINAPI ").skip(1).filter_map(word).collect();
    let known: BTreeSet<_> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(declared, known);
    let defined = header.lines().filter_map(|line| line.strip_prefix("#define ")).filter_map(word);
    for name in defined.filter(|name| name.starts_with("WEB_SOCKET_") || name.starts_with("E_")) {
        let known = VALUES.iter().any(|(known, _)| *known == name)
            || RESULTS.iter().any(|(known, _)| *known == name);
        assert!(known, "{name} is only in the header");
    }
}

#[test]
fn the_library_exports_the_thirteen_names_and_no_others() {
    if !cfg!(target_os = "linux") || !there_is("nm") {
        return;
    }
    let library = built().join("libwebsocket.so");
    let output = Command::new("nm").args(["-D", "--defined-only"]).arg(library).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let symbols = String::from_utf8(output.stdout).unwrap();
    let symbols: Vec<&str> = symbols.lines().filter_map(|line| line.split(' ').nth(2)).collect();
    assert_eq!(symbols, NAMES);
}
