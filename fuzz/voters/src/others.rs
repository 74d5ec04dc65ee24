//! How each implementation is asked.

use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};
use std::io::{self, Read, Write};

use futures_core::Stream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wsproof_cases::Role;
use wsproof_cases::step::Kind;

use crate::Told;

/// A peer that has sent a stream, keeps the connection open, and does not care what is written.
struct Peer<'a>(&'a [u8]);

impl Read for Peer<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            octets => Ok(octets),
        }
    }
}

impl Write for Peer<'_> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsyncRead for Peer<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.0.is_empty() {
            return Poll::Pending;
        }
        let (octets, rest) = self.0.split_at(self.0.len().min(buffer.remaining()));
        buffer.put_slice(octets);
        self.0 = rest;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Peer<'_> {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

pub(crate) fn tungstenite(role: Role, stream: &[u8]) -> Vec<Told> {
    use tungstenite::protocol::{Role as Part, WebSocket};
    use tungstenite::{Error, Message};

    let part = if role == Role::Client { Part::Client } else { Part::Server };
    let mut socket = WebSocket::from_raw_socket(Peer(stream), part, None);
    let mut told = Vec::new();
    loop {
        told.push(match socket.read() {
            Ok(Message::Text(text)) => Told::Message(Kind::Text, text.as_bytes().to_vec()),
            Ok(Message::Binary(octets)) => Told::Message(Kind::Binary, octets.to_vec()),
            Ok(Message::Ping(octets)) => Told::Ping(octets.to_vec()),
            Ok(Message::Pong(octets)) => Told::Pong(octets.to_vec()),
            Ok(Message::Close(frame)) => {
                told.push(Told::Close(frame.map_or(1005, |frame| frame.code.into())));
                return told;
            }
            Ok(Message::Frame(_)) => continue,
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => return told,
            Err(_) => {
                told.push(Told::Fault);
                return told;
            }
        });
    }
}

pub(crate) fn tokio_websockets(role: Role, stream: &[u8]) -> Vec<Told> {
    use tokio_websockets::{ClientBuilder, ServerBuilder};

    match role {
        Role::Client => poll(ClientBuilder::new().take_over(Peer(stream))),
        Role::Server => poll(ServerBuilder::new().serve(Peer(stream))),
    }
}

fn poll<S>(socket: S) -> Vec<Told>
where
    S: Stream<Item = Result<tokio_websockets::Message, tokio_websockets::Error>>,
{
    let mut socket = pin!(socket);
    let mut context = Context::from_waker(Waker::noop());
    let mut told = Vec::new();
    while let Poll::Ready(Some(item)) = socket.as_mut().poll_next(&mut context) {
        let Ok(message) = item else {
            told.push(Told::Fault);
            break;
        };
        let octets = message.as_payload().to_vec();
        told.push(if message.is_text() {
            Told::Message(Kind::Text, octets)
        } else if message.is_binary() {
            Told::Message(Kind::Binary, octets)
        } else if message.is_ping() {
            Told::Ping(octets)
        } else if message.is_pong() {
            Told::Pong(octets)
        } else {
            let code = message.as_close().map_or(1005, |(code, _)| code.into());
            told.push(Told::Close(code));
            break;
        });
    }
    told
}
