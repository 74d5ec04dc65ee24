//! A listening run that is called by too many, by nobody's client, and with nothing left to accept
//! them; and a run that has nothing left to call with.

use core::time::Duration;
use std::fs;
use std::io::{Read as _, Write as _};
use std::process::Command;

use serde_json::Value;

use crate::clients::{listen, spawn};
use crate::subject::{WSPROOF, open, read_to_end, server};

/// The program under a limit of file descriptors.
#[cfg(unix)]
fn with_descriptors(most: u32) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -n {most}; exec \"$0\" \"$@\""), WSPROOF]);
    command
}

#[test]
fn what_is_no_request_for_a_case_is_answered_and_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = listen(folder.path(), &["framing/text/length-0", "--timeout", "400ms"]);
    let long = |start: &str| [start.as_bytes(), &vec![b'a'; 1 << 20]].concat();
    let many = format!("GET /runCase?{} HTTP/1.1\r\n\r\n", "case=1&".repeat(8000));
    let attacks = [
        Vec::new(),
        b"\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(),
        b"\0".repeat(100),
        b"GET\r\n\r\n".to_vec(),
        b"GET /runCase?case=18446744073709551616&agent=a HTTP/1.1\r\nUpgrade: x\r\n\r\n".to_vec(),
        b"GET /runCase?case=NaN&agent=%00%ff%zz HTTP/1.1\r\nUpgrade: x\r\n\r\n".to_vec(),
        b"GET /runCase?casetuple=../../x&agent=../x HTTP/1.1\r\nUpgrade: x\r\n\r\n".to_vec(),
        b"GET /getCaseCount HTTP/1.1\r\nUpgrade: websocket\r\n\r\n\xff\xff\xff\xff".to_vec(),
        many.into_bytes(),
        long("GET /"),
        long("GET /runCase?case=1&agent="),
        long("GET / HTTP/1.1\r\nX: "),
    ];
    for octets in &attacks {
        let mut socket = run.dial();
        socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        // It need not take everything.
        let _ = socket.write_all(octets);
        let _ = socket.shutdown(std::net::Shutdown::Write);
        read_to_end(&mut socket);
    }
    assert_eq!(run.text("/getCaseCount"), "1");
    run.refuse_to_play("/runCase?case=1&agent=right");
    run.text("/getCaseStatus?case=1&agent=right");
    run.text("/updateReports?agent=right&shutdownOnComplete=true");
    assert_eq!(run.child.wait().unwrap().code(), Some(100));
}

#[test]
fn names_of_agents_are_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = listen(folder.path(), &["ab:1.1.1", "--timeout", "400ms"]);
    let (status, _) = run.call(&format!("/runCase?case=1&agent={}", "a".repeat(129)));
    assert!(status.contains(" 500 "), "{status}");
    let names: Vec<_> = (0..256).map(|agent| format!("number{agent}")).collect();
    std::thread::scope(|scope| {
        let run = &run;
        for name in &names {
            scope.spawn(move || run.text(&format!("/updateReports?agent={name}")));
        }
    });
    let (status, _) = run.call("/updateReports?agent=one-too-many");
    assert!(status.contains(" 503 "), "{status}");
    run.text("/updateReports?agent=number0&shutdownOnComplete=true");
    // Nobody has played anything.
    assert_eq!(run.child.wait().unwrap().code(), Some(3));
}

/// Names that differ may be written alike in the name of a file.
#[test]
fn each_agent_has_a_report_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let report = ["ab:1.1.1", "--report", "report.json", "--timeout", "400ms"];
    let mut run = listen(folder.path(), &report);
    for agent in ["a%20b", "a-b", "a%2Fb"] {
        run.refuse_to_play(&format!("/runCase?case=1&agent={agent}"));
        run.text(&format!("/getCaseStatus?case=1&agent={agent}"));
    }
    run.text("/updateReports?agent=a-b&shutdownOnComplete=true");
    assert_eq!(run.child.wait().unwrap().code(), Some(100));
    let name = |file: &str| {
        let report = fs::read(folder.path().join(file)).unwrap();
        let report: Value = serde_json::from_slice(&report).unwrap();
        report["subject"]["name"].as_str().unwrap().to_owned()
    };
    let mut names = ["report-a-b.json", "report-a-b-2.json", "report-a-b-3.json"].map(name);
    names.sort();
    assert_eq!(names, ["a b", "a-b", "a/b"]);
}

#[cfg(unix)]
#[test]
fn clients_wait_while_there_is_no_descriptor_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["ab:1.1.1", "--report", "report.json", "--timeout", "60s"];
    let mut run = spawn(with_descriptors(32).current_dir(folder.path()), &arguments);
    // More than it can accept; those that wait are with the operating system.
    let crowd: Vec<_> = (0..64).map(|_| run.dial()).collect();
    let mut waits = run.dial();
    write!(waits, "GET /getCaseCount HTTP/1.1\r\n\r\n").unwrap();
    waits.set_nonblocking(true).unwrap();
    assert!(waits.read(&mut [0]).is_err(), "there is no descriptor for it yet");
    waits.set_nonblocking(false).unwrap();
    drop(crowd);
    let mut answer = String::new();
    waits.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 426 "), "{answer}");

    run.refuse_to_play("/runCase?case=1&agent=a");
    run.text("/getCaseStatus?case=1&agent=a");
    run.text("/updateReports?agent=a&shutdownOnComplete=true");
    assert_eq!(run.child.wait().unwrap().code(), Some(100));
    let report = fs::read(folder.path().join("report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(report["summary"]["fail"], 1);
}

/// A shortage of ours is never the subject's failure.
#[cfg(unix)]
#[test]
fn a_run_that_has_no_descriptor_left_blames_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let silent = server(|mut socket| {
        open(&mut socket);
        read_to_end(&mut socket);
    });
    let mut run = with_descriptors(12);
    run.current_dir(folder.path()).args(["run", "framing/text/*", "--jobs", "16"]);
    run.args(["--server", &silent.to_string(), "--timeout", "400ms", "--progress", "none"]);
    let out = run.args(["--report", "report.json"]).output().unwrap();
    assert_eq!(out.status.code(), Some(3), "{}", String::from_utf8_lossy(&out.stderr));
    let report = fs::read(folder.path().join("report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let summary = &report["summary"];
    assert!(summary["error"].as_u64() > Some(0) && summary["crash"] == 0, "{summary}");
    let results = report["cases"].as_object().unwrap().values();
    let text =
        results.filter(|result| result["verdict"] == "error").map(|result| &result["observed"]);
    for observed in text {
        assert!(observed["text"].as_str().unwrap().contains("Too many open files"), "{observed}");
    }
}
