//! What the application may be told.

use core::time::Duration;

use wsproof_engine::deflate::Policy;
use wsproof_engine::{Config, Role};

/// Settings of the application, the same for every connection.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The subprotocols it speaks, best first: a server selects the first that is offered, a client
    /// offers all. Default: none.
    pub subprotocols: Vec<String>,
    /// Whether a client insists on one of them. Default: `true`.
    pub insists: bool,
    /// The only path that a server serves. Default: any.
    pub path: Option<String>,
    /// The only origin that a server admits, or the one that a client names. Default: any, or none.
    pub origin: Option<String>,
    /// Whether permessage-deflate is offered and accepted. Default: `true`.
    pub deflate: bool,
    /// The largest message that is taken, in octets; a larger one is refused with 1009. Default:
    /// 16 MiB.
    pub message_limit: u64,
    /// How many octets may wait to be written before reading pauses. Default: 32 MiB.
    ///
    /// One connection holds at most this, one message, and its room to grow by doubling.
    pub backlog: usize,
    /// How many connections a server has at a time; more wait to be accepted. Default: 4096.
    pub max_connections: usize,
    /// How many cases of a fuzzing server a client runs at a time. Default: 1.
    pub jobs: usize,
    /// How long the opening handshake may take, and how long a peer may take nothing of what is
    /// written. Default: 10 s.
    pub timeout: Duration,
    /// Whether every connection is told of on standard error. Default: `false`.
    pub verbose: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            subprotocols: Vec::new(),
            insists: true,
            path: None,
            origin: None,
            deflate: true,
            message_limit: 16 << 20,
            backlog: 32 << 20,
            max_connections: 4096,
            jobs: 1,
            timeout: Duration::from_secs(10),
            verbose: false,
        }
    }
}

/// Octets that one read of the network brings at most.
pub(super) const READ: usize = 16 << 10;

impl Settings {
    /// What the engine is told.
    pub(super) fn config(&self, role: Role) -> Config {
        let builder = Config::builder(role)
            .receive_buffer_size(READ)
            .max_message_size(self.message_limit)
            .growing_queues(true);
        let builder = if role == Role::Client { builder.send_buffer_size(READ) } else { builder };
        let builder = if self.deflate { builder.deflate(Policy::new()) } else { builder };
        match builder.build() {
            Ok(config) => config,
            Err(error) => unreachable!("settings of the application: {error}"),
        }
    }
}
