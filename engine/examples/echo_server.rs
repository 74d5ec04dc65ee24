//! A server that echoes, over blocking sockets with one thread per connection:
//! `cargo run -p wsproof-engine --features http1 --example echo_server -- 127.0.0.1:9001`
//!
//! One thread that reads and writes in turn is enough while the peer takes what is written to it.
//! `wsproof echo` shows the same with both queues in flight at once.

use core::error::Error;
use core::mem;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::{env, thread};

use wsproof_engine::http1::{HeadLimits, RequestParser, write_refusal, write_response};
use wsproof_engine::{
    Action, ActionError, ActionQueue, BufferType, CloseStatus, Config, Incoming, OpeningError,
    Outgoing, Selection, Session,
};

type Result<T> = core::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let place = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9001".to_owned());
    let listener = TcpListener::bind(place)?;
    println!("listening on ws://{}", listener.local_addr()?);
    for stream in listener.incoming() {
        let stream = stream?;
        thread::spawn(move || serve(stream).unwrap_or_else(|error| eprintln!("{error}")));
    }
    Ok(())
}

fn serve(mut stream: TcpStream) -> Result<()> {
    let mut session = Session::<()>::create_server(Config::server())?;
    let early = open(&mut session, &mut stream)?;
    // What came behind the request is read before the stream.
    let mut input = io::Cursor::new(early).chain(stream.try_clone()?);
    let mut message = Vec::new();
    loop {
        match session.get_action(ActionQueue::All) {
            Ok(Action::NoAction) => session.receive(None, ())?,
            Ok(Action::SendToNetwork(ticket, _)) => {
                let octets = session.slices(ticket)?.concat();
                stream.write_all(&octets)?;
                session.complete_action(ticket, octets.len())?;
            }
            Ok(Action::IndicateSendComplete(ticket, sent)) => {
                session.complete_action(ticket, 0)?;
                if sent == BufferType::Close {
                    // A server ends the stream first, and reads on: a reset would destroy the Close.
                    stream.shutdown(Shutdown::Write)?;
                    return Ok(io::copy(&mut stream, &mut io::sink()).map(drop)?);
                }
            }
            Ok(Action::ReceiveFromNetwork(ticket)) => {
                let read = input.read(session.buffer_mut(ticket)?)?;
                session.complete_action(ticket, read)?;
                if read == 0 {
                    return Ok(());
                }
            }
            Ok(Action::IndicateReceiveComplete(ticket, received)) => {
                let incoming = session.incoming(ticket)?;
                let mut whole = || {
                    message.extend_from_slice(incoming.data());
                    mem::take(&mut message)
                };
                let answer = match received {
                    Some(BufferType::Utf8Message) => Some(Outgoing::Utf8Message(whole())),
                    Some(BufferType::BinaryMessage) => Some(Outgoing::BinaryMessage(whole())),
                    Some(BufferType::Utf8Fragment | BufferType::BinaryFragment) => {
                        message.extend_from_slice(incoming.data());
                        None
                    }
                    Some(BufferType::Close) => match incoming {
                        Incoming::Close { code, .. } => {
                            Some(Outgoing::Close(Some(CloseStatus::new(code))))
                        }
                        Incoming::Data(_) => None,
                    },
                    // Pongs need no answer, and pings have theirs.
                    Some(BufferType::PingPong | BufferType::UnsolicitedPong) | None => None,
                    Some(BufferType::Custom(_)) => None,
                };
                session.complete_action(ticket, 0)?;
                answer.map_or(Ok(()), |answer| session.send(answer, ()))?;
            }
            // Reception is over; what is left is to say why.
            Err(ActionError::Fault(fault)) => {
                session.send(Outgoing::Close(Some(CloseStatus::new(fault.close_code()))), ())?;
            }
            Err(ActionError::Misuse(misuse)) => return Err(misuse.into()),
        }
    }
}

/// Reads the request and answers it; the octets that came behind it.
fn open(session: &mut Session<()>, stream: &mut TcpStream) -> Result<Vec<u8>> {
    let mut parser = RequestParser::new(HeadLimits::default());
    let mut buffer = [0; 4096];
    let refusal = loop {
        let read = stream.read(&mut buffer)?;
        if read == 0 {
            return Err("the stream ended inside the request".into());
        }
        match parser.push(&buffer[..read]) {
            Ok(None) => {}
            Ok(Some((head, rest))) => {
                match session.begin_server_handshake(&Selection::default(), head.headers()) {
                    Ok(headers) => {
                        stream.write_all(&write_response(&headers, &[])?)?;
                        return Ok(rest.to_vec());
                    }
                    Err(OpeningError::Handshake(error)) => break error.into(),
                    Err(OpeningError::Misuse(misuse)) => return Err(misuse.into()),
                }
            }
            Err(error) => break error.into(),
        }
    };
    stream.write_all(&write_refusal(&refusal))?;
    Err("the request was refused".into())
}
