//! C and C++ programs against the header and the library, where there are compilers.
//!
//! The library is the one this test was built with; Cargo puts it beside this program.
#![cfg(all(unix, not(miri)))]

mod common;

use core::fmt::Write as _;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{env, fs};

use common::{KEY, frame};

use wsproof_capi_abi::{NAMES, RESULTS, VALUES};

const C: (&str, &[&str]) = ("cc", &["-std=c11", "-x", "c"]);
const CPP: (&str, &[&str]) = ("c++", &["-std=c++17", "-x", "c++"]);
const FLAGS: [&str; 6] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1", "-pthread"];

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
    command.args(compiler.1).args(FLAGS).arg("-I").arg(here().join("include"));
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
        for name in ["conversation", "hostile", "threads"] {
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

/// The example while it runs.
struct EchoServer {
    process: Child,
    port: u16,
}

impl EchoServer {
    fn start(program: &Path) -> Self {
        let mut process = Command::new(program).arg("0").stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim_end().rsplit(':').next().unwrap().parse().unwrap();
        Self { process, port }
    }

    /// Sends octets behind a request, and returns everything the server writes behind its response.
    fn converse(&self, octets: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let request = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n\
                       Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        stream.write_all(&[request.as_bytes(), octets].concat()).unwrap();
        let mut answer = Vec::new();
        // The server ends the stream behind its Close.
        stream.read_to_end(&mut answer).unwrap();
        let head = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let text = String::from_utf8(answer[..head].to_vec()).unwrap();
        assert!(text.starts_with("HTTP/1.1 101 Switching Protocols\r\n"), "{text}");
        assert!(text.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), "{text}");
        answer.split_off(head)
    }
}

impl Drop for EchoServer {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[test]
fn the_example_echoes() {
    if !there_is(C.0) {
        return;
    }
    let server = EchoServer::start(&compile(C, &here().join("examples/echo_server.c"), &SHARED));
    let text = "one \u{20ac}".as_bytes();
    let big = vec![b'x'; 100_000];
    let close = frame(0x88, b"\x03\xe8bye", KEY);
    let input = [
        frame(0x81, text, KEY),
        frame(0x89, b"ping", KEY),
        frame(0x02, &big[..70_000], KEY),
        frame(0x80, &big[70_000..], KEY),
        close,
    ];
    let expected = [
        frame(0x81, text, None),
        frame(0x8a, b"ping", None),
        frame(0x82, &big, None),
        frame(0x88, b"\x03\xe8", None),
    ];
    assert!(server.converse(&input.concat()) == expected.concat(), "not an echo");
    for (broken, code) in [
        (frame(0x81, b"ab\xff", KEY), 1007u16),
        (frame(0x81, b"ab\xe2\x82", KEY), 1007),
        (frame(0x88, b"\x03\xe8\xff", KEY), 1007),
        (frame(0x83, b"", KEY), 1002),
        (frame(0x80, b"", KEY), 1002),
        (frame(0x81, b"no mask", None), 1002),
    ] {
        assert_eq!(server.converse(&broken), frame(0x88, &code.to_be_bytes(), None));
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
    let ours = |name: &&String| {
        ["WEB_SOCKET_", "WSPROOF_", "E_"].iter().any(|prefix| name.starts_with(prefix))
    };
    for name in defined.filter(|name| ours(&name)) {
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
