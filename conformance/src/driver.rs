//! The ways to reach a subject. Adding one is a file and a line in [`DRIVERS`].

mod application;
mod await_client;
mod dial;
pub(crate) mod echo;
mod interface;
mod library;
mod model;
mod opening;
mod outbox;
mod session;
mod typed;

pub use await_client::AwaitDriver;
pub use dial::{DialDriver, Server};
pub use library::LibraryDriver;
pub use model::ModelDriver;
pub use session::SessionDriver;
pub use typed::TypedDriver;

use wsproof_model::Bugs;

use crate::play::Driver;

/// What a driver may be told.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The number the subject's masking keys are made from.
    pub seed: u64,
    /// Mistakes to plant, for subjects that can have them.
    pub bugs: Bugs,
}

/// A driver by name.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The word on the command line.
    pub name: &'static str,
    /// What it reaches, in one line.
    pub about: &'static str,
    /// The subject as reports name it.
    pub subject: &'static str,
    /// The version of the subject.
    pub version: &'static str,
    /// Whether [`Options::bugs`] has an effect.
    pub plants_bugs: bool,
    /// Makes the driver. Each worker thread has its own.
    pub make: fn(&Options) -> Box<dyn Driver + Send>,
}

/// What [`LibraryDriver`] is to reports; the name and version of a subject are the library's file.
pub const LIBRARY: Entry = Entry {
    name: "library",
    about: "a library with the thirteen functions of websocket.h, in process",
    subject: "library",
    version: "",
    plants_bugs: false,
    make: |_| unreachable!("a library is loaded before it is driven"),
};

/// What [`DialDriver`] is to reports; the name of a subject is what its user says.
pub const SERVER: Entry = Entry {
    name: "dial",
    about: "a server that listens somewhere, over TCP, TLS or a Unix socket",
    subject: "server",
    version: "",
    plants_bugs: false,
    make: |_| unreachable!("a server is dialled, not made"),
};

/// What [`AwaitDriver`] is to reports; the name of a subject is the agent's.
pub const CLIENT: Entry = Entry {
    name: "listen",
    about: "a client that calls, over TCP or TLS",
    subject: "client",
    version: "",
    plants_bugs: false,
    make: |_| Box::new(AwaitDriver::default()),
};

/// The model: the one subject that takes mistakes.
pub const MODEL: Entry = Entry {
    name: "model",
    about: "the model that is obviously right, or wrong as told by --bug, in process",
    subject: "wsproof-model",
    version: env!("CARGO_PKG_VERSION"),
    plants_bugs: true,
    make: |options| Box::new(ModelDriver::new(options.bugs)),
};

/// All drivers that need no file; the first is the default.
pub const DRIVERS: &[Entry] = &[
    Entry {
        name: "session",
        about: "the engine through get_action and complete_action, in process",
        subject: "wsproof-engine",
        version: env!("CARGO_PKG_VERSION"),
        plants_bugs: false,
        make: |options| Box::new(SessionDriver::new(options.seed)),
    },
    Entry {
        name: "typed",
        about: "the engine through its typed connection, in process",
        subject: "wsproof-engine",
        version: env!("CARGO_PKG_VERSION"),
        plants_bugs: false,
        make: |options| Box::new(TypedDriver::new(options.seed)),
    },
    MODEL,
];
