//! Echoes with tungstenite.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use tungstenite::{Message, WebSocket};
use wsproof_subjects::{End, case, case_count, reports};

fn main() {
    match End::from_args() {
        End::Listen(address) => {
            let listener = TcpListener::bind(address).expect("the address is free");
            for stream in listener.incoming().flatten() {
                thread::spawn(move || {
                    let _ = stream.set_nodelay(true);
                    if let Ok(socket) = tungstenite::accept(stream) {
                        echo(socket);
                    }
                });
            }
        }
        End::Connect(url, agent) => {
            let (mut socket, _) = tungstenite::connect(case_count(&url)).expect("a server");
            let answer = socket.read().expect("an answer");
            let count: u32 = answer.to_text().unwrap().parse().expect("a number");
            echo(socket);
            for number in 1..=count {
                if let Ok((socket, _)) = tungstenite::connect(case(&url, number, &agent)) {
                    echo(socket);
                }
            }
            let (socket, _) = tungstenite::connect(reports(&url, &agent)).expect("a server");
            echo(socket);
        }
    }
}

fn echo<S: Read + Write>(mut socket: WebSocket<S>) {
    // An error is the end of the connection, too.
    while let Ok(message) = socket.read() {
        if matches!(message, Message::Text(_) | Message::Binary(_)) && socket.send(message).is_err()
        {
            break;
        }
    }
}
