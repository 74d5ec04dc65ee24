//! The URLs of the fuzzing server, octet by octet.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

use serde_json::Value;
use wsproof_cases::opening::Head;

use crate::subject::{WSPROOF, head};

/// A listening run, and where it is.
pub(crate) struct Run {
    pub(crate) child: Child,
    address: String,
    /// What it writes to standard error behind its address.
    rest: Option<JoinHandle<io::Result<String>>>,
}

/// A test that fails leaves nothing behind.
impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn listen(folder: &std::path::Path, arguments: &[&str]) -> Run {
    spawn(Command::new(WSPROOF).current_dir(folder), arguments)
}

/// Starts a listening run by this command, which ends with the program.
pub(crate) fn spawn(command: &mut Command, arguments: &[&str]) -> Run {
    command.args(["run", "--listen", "127.0.0.1:0", "--progress", "lines"]);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    err.read_line(&mut line).unwrap();
    let rest = thread::spawn(move || {
        let mut rest = String::new();
        err.read_to_string(&mut rest).map(|_| rest)
    });
    let address = line.trim().rsplit("ws://").next().unwrap().to_owned();
    Run { child, address, rest: Some(rest) }
}

impl Run {
    /// Waits for its end: its exit code, and what it has written to standard error.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        (code, self.rest.take().unwrap().join().unwrap().unwrap())
    }

    /// A new connection to it.
    pub(crate) fn dial(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    /// The first line of the answer, and the first text behind it.
    pub(crate) fn call(&self, target: &str) -> (String, String) {
        let mut socket = self.dial();
        let request = Head::request()
            .start(format!("GET {target} HTTP/1.1"))
            .set("Sec-WebSocket-Key", "q3mVZ0wT5nR8cYb1LxUu+Q==");
        socket.write_all(&request.render(b"")).unwrap();
        let answer = String::from_utf8(head(&mut socket)).unwrap();
        let status = answer.lines().next().unwrap_or_default().to_owned();
        let mut start = [0; 2];
        if !status.contains(" 101 ") || socket.read_exact(&mut start).is_err() || start[0] != 0x81 {
            return (status, String::new());
        }
        let mut text = vec![0; usize::from(start[1])];
        socket.read_exact(&mut text).unwrap();
        (status, String::from_utf8(text).unwrap())
    }

    pub(crate) fn text(&self, target: &str) -> String {
        let (status, text) = self.call(target);
        assert!(status.contains(" 101 "), "{target}: {status}");
        text
    }

    /// Plays one case by ending the connection as soon as it is open.
    pub(crate) fn refuse_to_play(&self, target: &str) {
        let mut socket = self.dial();
        let request = Head::request()
            .start(format!("GET {target} HTTP/1.1"))
            .set("Sec-WebSocket-Key", "q3mVZ0wT5nR8cYb1LxUu+Q==");
        socket.write_all(&request.render(b"")).unwrap();
        head(&mut socket);
    }
}

#[test]
fn every_path_is_answered_as_the_fuzzing_server_answers_it() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["ab:1.*", "ab:7.9.*", "--autobahn-dir", "out", "--timeout", "500ms"];
    let mut run = listen(folder.path(), &arguments);
    assert_eq!(run.text("/getCaseCount"), "25");
    let info: Value = serde_json::from_str(&run.text("/getCaseInfo?case=1")).unwrap();
    assert_eq!(info["id"], "1.1.1");
    let info: Value = serde_json::from_str(&run.text("/getCaseInfo?casetuple=7.9.4")).unwrap();
    assert_eq!(info["id"], "7.9.4");

    run.refuse_to_play("/runCase?case=2&agent=An%20agent");
    run.refuse_to_play("/runCase?casetuple=7.9.1&agent=other");
    let status = run.text("/getCaseStatus?case=2&agent=An+agent");
    assert_eq!(status, r#"{"behavior":"FAILED","behaviorClose":"FAILED"}"#);

    for (target, wanted) in [
        ("/getCaseInfo", " 500 "),
        ("/getCaseInfo?case=0", " 500 "),
        ("/getCaseInfo?case=26", " 500 "),
        ("/runCase?case=x&agent=a", " 500 "),
        ("/runCase?case=1", " 500 "),
        ("/runCase?case=1&agent=%1b%5b2J", " 500 "),
        ("/updateReports", " 500 "),
        ("/nonsense", " 404 "),
    ] {
        let (status, _) = run.call(target);
        assert!(status.contains(wanted), "{target}: {status}");
    }

    assert_eq!(run.text("/updateReports?agent=An%20agent"), "");
    let index = std::fs::read(folder.path().join("out/index.json")).unwrap();
    let index: Value = serde_json::from_slice(&index).unwrap();
    assert_eq!(index["An agent"]["1.1.2"]["behavior"], "FAILED");
    assert_eq!(index["other"]["7.9.1"]["reportfile"], "other_case_7_9_1.json");
    assert!(folder.path().join("out/an_agent_case_1_1_2.json").exists());

    let (status, _) = run.call("/stopServer");
    assert!(status.contains(" 101 "), "{status}");
    // Most cases were not played.
    assert_eq!(run.child.wait().unwrap().code(), Some(3));
}

/// A client that was made for the other suite finds its numbers first.
#[test]
fn cases_of_the_fuzzing_server_come_first() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = listen(folder.path(), &["close/code/*"]);
    let id = |case| -> Value {
        let text = run.text(&format!("/getCaseInfo?case={case}"));
        serde_json::from_str::<Value>(&text).unwrap()["id"].clone()
    };
    let count = run.text("/getCaseCount");
    assert_eq!(id("1"), "7.7.1");
    assert!(id(&count).as_str().unwrap().starts_with("close/code/"));
    run.call("/stopServer");
    run.child.wait().unwrap();
}

#[test]
fn it_ends_when_all_agents_have_their_reports() {
    let folder = tempfile::tempdir().unwrap();
    let run = |n| listen(folder.path(), &["ab:1.1.1", "--agents", n, "--timeout", "500ms"]);
    let mut two = run("2");
    for agent in ["a", "b"] {
        two.refuse_to_play(&format!("/runCase?case=1&agent={agent}"));
        two.text(&format!("/getCaseStatus?case=1&agent={agent}"));
        two.text(&format!("/updateReports?agent={agent}"));
    }
    assert_eq!(two.child.wait().unwrap().code(), Some(100));

    let mut asked = run("9");
    asked.refuse_to_play("/runCase?case=1&agent=a");
    asked.text("/getCaseStatus?case=1&agent=a");
    asked.text("/updateReports?agent=a&shutdownOnComplete=true");
    assert_eq!(asked.child.wait().unwrap().code(), Some(100));
}

/// Two clients of one name are one agent, and what one has found is lost to the other.
#[test]
fn an_agent_that_plays_a_case_twice_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let run = listen(folder.path(), &["ab:1.1.*", "--timeout", "500ms"]);
    for target in [
        "/runCase?case=1&agent=twin",
        "/runCase?case=1&agent=other",
        "/runCase?case=2&agent=twin",
        "/runCase?case=1&agent=twin",
        "/runCase?case=2&agent=twin",
    ] {
        run.refuse_to_play(target);
        run.text(&target.replace("runCase", "getCaseStatus"));
    }
    run.call("/stopServer");
    let (_, text) = run.end();
    let told: Vec<_> = text.lines().filter(|line| line.contains(" before: ")).collect();
    let [line] = told[..] else { panic!("{text}") };
    assert!(line.starts_with("  twin has played client/framing/text/length-0 before"), "{text}");
    assert!(line.contains("names of their own"), "{text}");
}

#[test]
fn a_client_that_comes_again_draws_another_key() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["opening/response/plain", "opening/response/again", "--report", "report.json"];
    let mut run = listen(folder.path(), &arguments);
    run.refuse_to_play("/runCase?case=2&agent=once");
    run.refuse_to_play("/runCase?case=1&agent=twice");
    run.text("/getCaseStatus?case=1&agent=twice");
    run.refuse_to_play("/runCase?case=2&agent=twice");
    for agent in ["once", "twice"] {
        run.text(&format!("/getCaseStatus?case=2&agent={agent}"));
    }
    run.call("/stopServer");
    run.child.wait().unwrap();
    let result = |agent: &str| -> Value {
        let report = std::fs::read(folder.path().join(format!("report-{agent}.json"))).unwrap();
        let report: Value = serde_json::from_slice(&report).unwrap();
        report["cases"]["client/opening/response/again"].clone()
    };
    assert_eq!(result("once")["verdict"], "unsupported");
    assert_eq!(result("twice")["observed"]["breaches"][0], "sent-repeated-key");
}
