//! Programs that are started, and break down.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use crate::subject::{head, open, report, run, server};

/// The variable that makes of the test below a server on this port.
const PORT: &str = "NET_TEST_PORT";

/// Not a test but a program: a server that echoes short text messages and breaks down at others.
#[test]
#[ignore = "the other tests start it as a program of its own"]
fn server_that_breaks_down() {
    let Ok(port) = std::env::var(PORT) else { return };
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).unwrap();
    eprintln!("here I am");
    for mut socket in listener.incoming().flatten() {
        std::thread::spawn(move || {
            open(&mut socket);
            while echo(&mut socket).is_some() {}
        });
    }
}

/// Answers one frame, the way a careless server does.
fn echo(socket: &mut TcpStream) -> Option<()> {
    let mut start = [0; 6];
    socket.read_exact(&mut start).ok()?;
    let mut payload = vec![0; usize::from(start[1] & 127)];
    socket.read_exact(&mut payload).ok()?;
    payload.iter_mut().zip(start[2..].iter().cycle()).for_each(|(octet, key)| *octet ^= key);
    if start[0] == 0x82 {
        eprintln!("what is this?");
        std::process::exit(7);
    }
    let opcode = if start[0] == 0x89 { 0x8a } else { start[0] };
    let frame = [&[opcode, payload.len() as u8][..], &payload].concat();
    socket.write_all(&frame).ok()?;
    (opcode != 0x88).then_some(())
}

fn program() -> String {
    let own = std::env::current_exe().unwrap();
    let test = "--ignored --exact programs::server_that_breaks_down --nocapture";
    format!("env {PORT}={{port}} '{}' {test}", own.display())
}

#[test]
fn a_breakdown_is_the_case_s_and_the_next_one_finds_the_program_again() {
    let program = program();
    let cases = ["framing/text/length-125", "framing/binary/length-12*", "close/after-echo"];
    let server = ["--server", "ws://127.0.0.1:0", "--exec", &program, "--jobs", "1"];
    let report = report(&[&cases[..], &server].concat(), 100);
    let verdict = |id: &str| report["cases"][format!("server/{id}")]["verdict"].clone();
    for crashed in ["125", "126", "127", "128"] {
        assert_eq!(verdict(&format!("framing/binary/length-{crashed}")), "crash", "{crashed}");
    }
    assert_eq!(verdict("framing/text/length-125"), "pass");
    assert_eq!(verdict("close/after-echo"), "pass");
    let text = report["cases"]["server/framing/binary/length-125"]["observed"]["text"].to_string();
    assert!(text.contains("exit code 7") && text.contains("what is this?"), "{text}");
}

/// Whatever is played at the same time is not blamed.
#[test]
fn a_breakdown_is_told_from_its_victims() {
    let program = program();
    let cases = ["framing/text/length-?", "framing/binary/length-125"];
    let server = ["--server", "ws://127.0.0.1:0", "--exec", &program, "--jobs", "16"];
    let found = report(&[&cases[..], &server].concat(), 100);
    let crashed = |(key, result): (&String, &serde_json::Value)| {
        (result["verdict"] == "crash").then(|| key.clone())
    };
    let crashed: Vec<_> = found["cases"].as_object().unwrap().iter().filter_map(crashed).collect();
    assert_eq!(crashed, ["server/framing/binary/length-125"]);
}

#[test]
fn a_program_may_say_that_it_is_ready() {
    let program = program();
    let arguments = ["ab:1.1.1", "--server", "ws://127.0.0.1:0", "--exec", &program];
    report(&[&arguments[..], &["--ready-line", "^here .* am$"]].concat(), 0);
    let folder = tempfile::tempdir().unwrap();
    let never = ["--ready-line", "nothing like it", "--ready-timeout", "1s"];
    let (code, text) = run(folder.path(), &[&["run"], &arguments[..], &never].concat());
    assert!(
        code == 3 && text.contains("is not ready after 1s") && text.contains("here I am"),
        "{text}"
    );
}

/// What keeps wsproof from connecting is told, beside what the program says.
#[test]
fn a_program_that_listens_elsewhere_is_told_from_one_that_does_not_listen() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = program().replace("{port}", "0");
    let server = ["--server", "ws://127.0.0.1:0", "--exec", &elsewhere, "--ready-timeout", "1s"];
    let (code, text) = run(folder.path(), &[&["run", "ab:1.1.1"], &server[..]].concat());
    let wanted = "is not ready after 1s: Connection refused";
    assert!(code == 3 && text.contains(wanted) && text.contains("here I am"), "{text}");
}

/// A server that was there before is not judged in place of the one that was to be started.
#[test]
fn a_port_that_is_taken_is_not_taken_for_the_program_s() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = format!("ws://{}", listener.local_addr().unwrap());
    let server = ["--server", &taken, "--exec", "sleep 60"];
    let (code, text) = run(folder.path(), &[&["run", "ab:1.1.1"], &server[..]].concat());
    assert!(code == 3 && text.contains("somebody listens there already"), "{code}: {text}");
}

/// What a wrong path comes to is said once, behind all the failures that come of it.
#[test]
fn a_server_that_lets_nobody_in_is_told_from_one_that_does_everything_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let address = server(|mut socket| {
        head(&mut socket);
        let answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        socket.write_all(answer).unwrap();
    });
    let url = address.to_string();
    let (code, text) = run(folder.path(), &["run", "ab:1.1.*", "--server", &url]);
    let wanted = "no connection was opened: the server answered \"HTTP/1.1 404 Not Found\"";
    assert!(code == 100 && text.contains(wanted), "{code}: {text}");
}

#[test]
fn a_failure_is_replayed_as_it_was_played() {
    let folder = tempfile::tempdir().unwrap();
    let url = server(|_| {}).to_string();
    let options = ["--header", "Origin: http://here", "--subprotocol", "chat"];
    let server = ["--server", &url, "--message-limit", "1000"];
    let (_, text) = run(folder.path(), &[&["run", "ab:1.1.1"], &server[..], &options].concat());
    let wanted = format!(
        "--server {url} --header 'Origin: http://here' --subprotocol chat --message-limit 1000"
    );
    assert!(text.contains(&wanted), "{text}");
}

/// Each of several servers is named in front of what came of it.
#[test]
fn what_comes_of_several_servers_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let urls = [(); 2].map(|()| server(|_| {}).to_string());
    let servers = ["--server", &urls[0], "--server", &urls[1], "--progress", "none"];
    let (code, text) = run(folder.path(), &[&["run", "ab:1.1.1"], &servers[..]].concat());
    let at = |wanted: &str| text.find(&format!("  {wanted}\n"));
    assert!(at(&urls[0]).is_some() && at(&urls[0]) < at(&urls[1]), "{code}: {text}");
}

#[test]
fn what_cannot_be_tested_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("ws://{}", listener.local_addr().unwrap());
    drop(listener);
    for (arguments, code, wanted) in [
        (&["--server", &*nobody][..], 3, "cannot connect to ws://127.0.0.1:"),
        (&["--server", &*nobody], 3, "does the server run? --exec starts one"),
        (&["--listen", "127.0.0.1:0", "--exec", "true"], 3, "  1 case for clients that call ws"),
        (&["--server", "ws://127.0.0.1:0", "--exec", "/no/such/program"], 3, "/no/such/program"),
        (&["--server", "ws://127.0.0.1:0", "--exec", "false {port}"], 3, "exit code 1"),
        (&["--server", &*nobody, "--exec", "false {prot}"], 2, "there is no {prot}"),
        (&["--server", &*nobody, "--role", "client"], 2, "contradict"),
        (&["--server", "ws://127.0.0.1:0"], 2, "--exec"),
        (&["--server", &*nobody, "--exec", "true", "--ready-line", "("], 2, "unclosed group"),
        (&["--server", &*nobody, "--timeout", "0s"], 2, "no time at all"),
        (&["--server", &*nobody, "--header", "X: a\r\nHost: b"], 2, "no line ends"),
        (&["--tls-insecure"], 2, "--tls-insecure is about a subject behind a network"),
        (&["--header", "Origin: http://here"], 2, "--header is about"),
        (&["--exec", "true"], 2, "--exec needs --server"),
        (&["--listen", "127.0.0.1:0", "--exec", "true"], 3, "no client has called"),
        (&["--listen", "nowhere"], 2, "--listen nowhere"),
        (&["--listen", "nowhere:65536"], 2, "--listen nowhere:65536"),
        (
            &["--listen", "127.0.0.1:0", "--quiet", "--exec", "sh -c 'echo oh; exit 3'"],
            3,
            "no client has called, and sh ended with exit code 3; it plays by calling ws://127.0.0.1:",
        ),
        (&["--listen", "127.0.0.1:0", "--exec", "sh -c 'echo oh; exit 3'"], 3, "{url}\n    | oh\n"),
    ] {
        let (found, text) = run(folder.path(), &[&["run", "ab:1.1.1"], arguments].concat());
        assert!(found == code && text.contains(wanted), "{arguments:?}: {found}\n{text}");
    }
}
