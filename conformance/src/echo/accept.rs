//! The server: accepts connections and gives each its threads.

use core::mem;
use core::time::Duration;
use std::io;
use std::net::TcpListener;
#[cfg(unix)]
use std::os::unix::net::UnixListener;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use wsproof_engine::Role;

use super::connections::Connections;
use super::exchange::{Exchange, STACK, linger};
use super::opening::{self, NotOpened};
use super::queues::{Came, Queues};
use super::settings::Settings;
use super::stream::{Socket, Stream, lock};
use crate::driver::echo::Echo;
use crate::net::Identity;

/// How long to wait for a connection to end before the next try when accepting fails, as it does
/// while the process has no file descriptor left.
const SHORTAGE: Duration = Duration::from_millis(100);

/// A place where connections are accepted.
pub struct Listener {
    listening: Listening,
    tls: Option<Identity>,
}

enum Listening {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener, String),
}

impl Listener {
    /// Listens at `HOST:PORT`, where port 0 is any that is free, or at `unix:PATH`.
    ///
    /// # Errors
    ///
    /// What the operating system says: the port is taken, the path exists.
    pub fn bind(place: &str) -> io::Result<Self> {
        let listening = match place.strip_prefix("unix:") {
            None => Listening::Tcp(TcpListener::bind(place)?),
            #[cfg(unix)]
            Some(path) => Listening::Unix(UnixListener::bind(path)?, path.to_owned()),
            #[cfg(not(unix))]
            Some(_) => return Err(io::ErrorKind::Unsupported.into()),
        };
        Ok(Self { listening, tls: None })
    }

    /// Speaks TLS to every client.
    #[must_use]
    pub fn secure(self, identity: Identity) -> Self {
        Self { tls: Some(identity), ..self }
    }

    /// Where clients find it, such as `ws://127.0.0.1:9001`.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn address(&self) -> io::Result<String> {
        Ok(match &self.listening {
            Listening::Tcp(listener) => {
                let scheme = if self.tls.is_some() { "wss" } else { "ws" };
                format!("{scheme}://{}", listener.local_addr()?)
            }
            #[cfg(unix)]
            Listening::Unix(_, path) => format!("unix:{path}"),
        })
    }

    /// The next connection, and who is at its other end.
    fn accept(&self) -> io::Result<(Socket, String)> {
        Ok(match &self.listening {
            Listening::Tcp(listener) => {
                let (socket, peer) = listener.accept()?;
                (Socket::Tcp(socket), peer.to_string())
            }
            #[cfg(unix)]
            Listening::Unix(listener, path) => {
                (Socket::Unix(listener.accept()?.0), format!("unix:{path}"))
            }
        })
    }
}

/// Accepts connections for ever, but those that come while the application goes away. What goes wrong
/// with one of them, or with accepting, is told and concerns nothing else.
pub fn serve(listener: &Listener, settings: &Settings, connections: &Connections) -> ! {
    let settings = Arc::new(settings.clone());
    let places = Arc::new(Places::new(settings.max_connections));
    let (mut number, mut short) = (0_u64, false);
    loop {
        let place = places.take();
        let (socket, peer) = match listener.accept() {
            Ok(accepted) => accepted,
            Err(error) if is_of_the_peer(&error) => continue,
            Err(error) => {
                drop(place);
                // Told once for each shortage.
                if !mem::replace(&mut short, true) {
                    eprintln!("cannot accept: {error}");
                }
                places.wait_for_an_end(SHORTAGE);
                continue;
            }
        };
        if connections.are_leaving() {
            continue;
        }
        short = false;
        number += 1;
        let name = format!("#{number} {peer}");
        let (tls, settings) = (listener.tls.clone(), Arc::clone(&settings));
        let connections = connections.clone();
        let spawned = thread::Builder::new().stack_size(STACK).spawn(move || {
            let came = connection(socket, tls.as_ref(), &settings, &connections);
            if settings.verbose {
                eprintln!("{name} {}", told(&came));
            }
            drop(place);
        });
        if let Err(error) = spawned {
            eprintln!("cannot serve: {error}");
            places.wait_for_an_end(SHORTAGE);
        }
    }
}

/// Whether a connection ended before it was accepted, which says nothing of the next one.
fn is_of_the_peer(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::Interrupted)
}

fn connection(
    socket: Socket,
    tls: Option<&Identity>,
    settings: &Settings,
    connections: &Connections,
) -> Result<(String, Came), NotOpened> {
    let mut stream = Stream::new(socket);
    stream.set_write_timeout(settings.timeout)?;
    if let Some(tls) = tls {
        stream.secure(tls.accept()?.into());
        stream.handshake(settings.timeout)?;
    }
    let opened = match opening::accept(&stream, settings, connections) {
        Ok(opened) => opened,
        Err(error) => {
            if matches!(error, NotOpened::Refused(..)) {
                stream.end();
                let now = Instant::now();
                linger(&stream, || Some(now));
            }
            return Err(error);
        }
    };
    let echo = Echo::new(Role::Server);
    let queues = Queues::new(opened.session, echo, settings.backlog, false);
    let came = Exchange::run(&stream, Role::Server, queues, &opened.rest, opened.begun)?;
    Ok((opened.resource, came))
}

fn told(came: &Result<(String, Came), NotOpened>) -> String {
    match came {
        Ok((resource, came)) => format!("{resource} {came}"),
        Err(error) => error.to_string(),
    }
}

/// How many connections there may be at a time.
struct Places {
    free: Mutex<usize>,
    freed: Condvar,
}

/// Held by a connection as long as it lasts.
struct Place(Arc<Places>);

impl Places {
    const fn new(free: usize) -> Self {
        Self { free: Mutex::new(free), freed: Condvar::new() }
    }

    /// Waits for a place.
    fn take(self: &Arc<Self>) -> Place {
        let free = self.freed.wait_while(lock(&self.free), |free| *free == 0);
        *free.unwrap_or_else(PoisonError::into_inner) -= 1;
        Place(Arc::clone(self))
    }

    fn wait_for_an_end(&self, at_most: Duration) {
        drop(self.freed.wait_timeout(lock(&self.free), at_most));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        *lock(&self.0.free) += 1;
        self.0.freed.notify_one();
    }
}
