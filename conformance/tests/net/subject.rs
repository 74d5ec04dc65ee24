//! What the tests share: small peers, and runs of the binary.

use core::time::Duration;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread;

use serde_json::Value;
use wsproof::address::Address;
use wsproof::driver::{DialDriver, SERVER, Server};
use wsproof::net::{Patience, Trust};
use wsproof::run::{Settings, Worker};
use wsproof::select::find;
use wsproof_cases::opening::Head;
use wsproof_cases::{Role, http};
use wsproof_reports::model::{CaseResult, WireKept};

/// A server that does this with each connection, in a thread of its own.
pub(crate) fn server(serve: impl Fn(TcpStream) + Copy + Send + 'static) -> Address {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for socket in listener.incoming().flatten() {
            thread::spawn(move || serve(socket));
        }
    });
    Address::parse(&format!("ws://{address}")).unwrap()
}

/// Reads the head of a request or a response, and nothing behind it.
pub(crate) fn head(socket: &mut TcpStream) -> Vec<u8> {
    let mut head = Vec::new();
    let mut octet = [0];
    while !head.ends_with(b"\r\n\r\n") && socket.read(&mut octet).is_ok_and(|n| n == 1) {
        head.push(octet[0]);
    }
    head
}

/// Opens a connection as a server should.
pub(crate) fn open(socket: &mut TcpStream) {
    let request = http::Head::asked(&head(socket));
    let key = request.value("Sec-WebSocket-Key").unwrap_or_default();
    socket.write_all(&Head::response().render(key)).unwrap();
}

/// Reads until the other side ends the stream.
pub(crate) fn read_to_end(socket: &mut TcpStream) {
    let mut room = [0; 4096];
    while socket.read(&mut room).is_ok_and(|n| n > 0) {}
}

/// Short enough for a test, long enough for a thread to be woken on a machine with other work.
pub(crate) const SHORT: Duration = Duration::from_millis(400);

/// Plays a case with a server, without much patience.
pub(crate) fn play(id: &str, address: &Address) -> CaseResult {
    play_for(id, address, Patience { case: 3 * SHORT, ..Patience::new(SHORT) })
}

/// Plays a case with a server that decides it, however slow the machine is.
pub(crate) fn play_to_the_end(id: &str, address: &Address) -> CaseResult {
    play_for(id, address, Patience::new(Duration::from_secs(600)))
}

fn play_for(id: &str, address: &Address, patience: Patience) -> CaseResult {
    let driver = DialDriver::new(Server {
        address: address.clone(),
        trust: Trust::anything(),
        headers: Vec::new(),
        subprotocols: Vec::new(),
        message_limit: None,
        patience,
    });
    let settings = Settings {
        server: Some(driver),
        transport: "tcp",
        wire: WireKept::None,
        ..Settings::new(&SERVER)
    };
    Worker::new(&settings).result(find(id, Some(Role::Server)).unwrap())
}

/// The binary.
pub(crate) const WSPROOF: &str = env!("CARGO_BIN_EXE_wsproof");

/// Runs the binary, and reads the report it writes.
pub(crate) fn report(arguments: &[&str], code: i32) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    let arguments = [&["run", "--progress", "none"], arguments].concat();
    let out = run(folder.path(), &[&arguments[..], &["--report", "report.json"]].concat());
    let report = std::fs::read(path).map(|octets| serde_json::from_slice(&octets).unwrap());
    assert_eq!(
        out.0,
        code,
        "{}\n{}",
        out.1,
        report.as_ref().map_or_else(|_| String::new(), course)
    );
    report.unwrap()
}

/// The first failure in full: what comes only now and then must be understood at once.
fn course(report: &Value) -> String {
    let bad = |result: &&Value| result["verdict"] == "fail" || result["verdict"] == "crash";
    let first = report["cases"].as_object().unwrap().values().find(bad);
    first.map_or_else(String::new, |result| {
        format!("{}: {:#}\n{:#}", result["reason"], result["observed"], result["wire"])
    })
}

/// Runs the binary in a folder: its exit code, and what it writes.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(WSPROOF);
    command.current_dir(folder).args(arguments);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("WSPROOF_") {
            command.env_remove(name);
        }
    }
    command.env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY");
    let out = command.output().unwrap();
    let text = [out.stdout, out.stderr].concat();
    (out.status.code().unwrap_or(-1), String::from_utf8_lossy(&text).into_owned())
}
