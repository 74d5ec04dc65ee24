//! Load and hostility for minutes, with figures: `scripts/soak` runs these one after the other.
//!
//! Every figure is asserted, too: what a process holds while it has done ten times as much is what
//! it held before. `SOAK_SCALE` divides the amounts, and `SOAK_UNDER` names a command under which
//! the programs run, such as valgrind, which then judges them by its exit code.
#![cfg(target_os = "linux")]

mod load;
mod program;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use load::{Client, amount};
use program::{Program, mib};

/// What a process may hold beyond what it held before: an allocator keeps some.
const SLACK: u64 = 4 << 20;

/// Asserts that a program held about as much in the last round as in the first. A tool that it runs
/// under holds more and more by itself.
fn are_flat(peaks: &[u64], slack: u64) {
    if let ([first, .., last], "") = (peaks, &*program::under()) {
        let grown = last.saturating_sub(*first);
        assert!(grown <= slack, "grown by {} from the first round to the last", mib(grown));
    }
}

fn echo() -> Program {
    Program::start(&["echo", "--listen", "127.0.0.1:0"])
}

/// Eight connections at a time, and frames of every form of the length.
#[test]
#[ignore = "takes minutes; scripts/soak runs it"]
fn messages() {
    let server = echo();
    let million = amount(1_000_000);
    let mut peaks = Vec::new();
    for round in 1..=5 {
        server.forget_peak();
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| Client::open(&server.place).exchange(million / 8));
            }
        });
        peaks.push(server.peak());
        println!("messages: {} in all, peak memory {}", round * million, mib(server.peak()));
    }
    are_flat(&peaks, SLACK);
    server.end();
}

#[test]
#[ignore = "takes minutes; scripts/soak runs it"]
fn connections_one_after_the_other() {
    let server = echo();
    let (mut peaks, count) = (Vec::new(), amount(2000));
    for round in 1..=5 {
        server.forget_peak();
        for _ in 0..count {
            let mut client = Client::open(&server.place);
            client.exchange(1);
            client.close();
        }
        peaks.push(server.peak());
        println!("connections: {} in all, peak memory {}", round * count, mib(server.peak()));
    }
    are_flat(&peaks, SLACK);
    server.is_at_rest();
    server.end();
}

#[test]
#[ignore = "takes minutes; scripts/soak runs it"]
fn connections_at_the_same_time() {
    let server = echo();
    let mut clients: Vec<_> = (0..amount(1000)).map(|_| Client::open(&server.place)).collect();
    for _ in 0..2 {
        clients.iter_mut().rev().for_each(|client| client.exchange(10));
    }
    println!("connections: {} at a time, peak memory {}", clients.len(), mib(server.peak()));
    server.interrupt();
    clients.iter_mut().for_each(Client::expect_going_away);
    server.wait();
}

/// Clients that call a listening run in numbers, and those that leave in its midst.
#[test]
#[ignore = "takes minutes; scripts/soak runs it"]
fn clients_of_a_listening_run() {
    let run = ["run", "ab:1.1.1", "--listen", "127.0.0.1:0", "--progress", "lines"];
    let run = Program::start(&[&run[..], &["--timeout", "20s"]].concat());
    let call = |target: &str| {
        let mut client = Client::call(&run.place, target);
        client.take_text_and_close();
    };
    let idle: Vec<_> = (0..amount(1000)).map(|_| TcpStream::connect(&run.place).unwrap()).collect();
    call("/getCaseCount");
    println!("listening run: {} idle clients, peak memory {}", idle.len(), mib(run.peak()));
    drop(idle);
    let (mut peaks, count) = (Vec::new(), amount(2000));
    for round in 1..=5 {
        run.forget_peak();
        for n in 0..count {
            match n % 4 {
                0 => drop(TcpStream::connect(&run.place).unwrap()),
                1 => drop(Client::call(&run.place, "/runCase?case=1&agent=leaves")),
                2 => drop(TcpStream::connect(&run.place).unwrap().write_all(&[0xff; 100])),
                _ => call("/getCaseCount"),
            }
        }
        peaks.push(run.peak());
        println!("listening run: {} clients, peak memory {}", round * count, mib(run.peak()));
    }
    are_flat(&peaks, 2 * SLACK);
    run.is_at_rest();
    call("/updateReports?agent=leaves&shutdownOnComplete=true");
    assert_eq!(run.wait(), 100, "the agent has failed its case");
}

/// A run against a server that sends without end and takes nothing: twenty times as many cases need
/// no more memory, and four at a time no more than four times as much.
#[test]
#[ignore = "takes minutes; scripts/soak runs it"]
fn a_run_against_a_flood() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let flood = b"\x82\x02ab".repeat(16 * 1024);
        for mut socket in listener.incoming().flatten() {
            let flood = flood.clone();
            thread::spawn(move || {
                load::accept(&mut socket);
                while socket.write_all(&flood).is_ok() {}
                let _ = socket.read(&mut [0]);
            });
        }
    });
    let run = |filter: &str, jobs: &str| {
        let run = ["run", filter, "--server", &url, "--jobs", jobs, "--timeout", "2s"];
        let run = Program::spawn(&[&run[..], &["--progress", "none", "--quiet"]].concat());
        let peak = run.wait_with_peak(100);
        println!("run against a flood: {filter}, {jobs} at a time, peak memory {}", mib(peak));
        peak
    };
    let (few, many) = (run("framing/text/length-12*", "1"), run("framing/*", "1"));
    assert!(many <= few + few / 2 + SLACK, "{} instead of {}", mib(many), mib(few));
    let four = run("framing/*", "4");
    assert!(four <= 4 * many, "{} for four, {} for one", mib(four), mib(many));
}
