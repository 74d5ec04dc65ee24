//! Where to echo, and how.

use core::time::Duration;
use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use super::net::time;
use crate::address::{Address, Place};
use crate::cli::failure::Failure;
use crate::echo::Settings;
use crate::net::{Identity, Trust};

pub(super) const EXAMPLES: &str = "\
Examples:
  wsproof echo --listen 127.0.0.1:9001                  a server; port 0 takes any that is free
  wsproof echo --listen unix:/run/echo.sock
  wsproof echo --listen [::1]:9001 --tls-cert chain.pem --tls-key key.pem
  wsproof echo --connect ws://127.0.0.1:9001            the client loop of Autobahn's fuzzing server
  wsproof echo --connect ws://127.0.0.1:9001/x --once   one connection, to its end

A server says where it listens on standard output (`listening on ws://127.0.0.1:9001`) and ends with
0 when it is interrupted. A client ends with 0 after its last connection, with 3 if there is no
server, and with 130 when it is interrupted. An interrupt closes every connection with 1001 and gives
its peer two seconds to answer; a second one ends at once.";

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("end").required(true).args(["listen", "connect"]))]
pub(in crate::cli) struct EchoArgs {
    /// Be a server at HOST:PORT or unix:PATH
    #[arg(long, value_name = "PLACE")]
    pub(in crate::cli) listen: Option<String>,
    /// Be a client of ws://HOST:PORT, wss://HOST:PORT or unix:PATH
    #[arg(long, value_name = "URL", value_parser = Address::parse)]
    pub(in crate::cli) connect: Option<Address>,
    /// The name under which a fuzzing server reports on the client
    #[arg(long, value_name = "NAME", default_value = concat!("wsproof-", env!("CARGO_PKG_VERSION")))]
    pub(in crate::cli) agent: String,
    /// Connect once, to the URL as it is, instead of running the cases of a fuzzing server
    #[arg(long, requires = "connect")]
    pub(in crate::cli) once: bool,
    /// The certificate chain of a server that speaks TLS, in PEM
    #[arg(long, value_name = "FILE", requires_all = ["tls_key", "listen"])]
    tls_cert: Option<PathBuf>,
    /// Its private key, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// A PEM file with the certificates a client trusts, the server's own or an authority's [default:
    /// those of the system]
    #[arg(long, value_name = "FILE", requires = "connect")]
    tls_ca: Option<PathBuf>,
    /// Let a client take any certificate
    #[arg(long, requires = "connect", conflicts_with = "tls_ca")]
    tls_insecure: bool,
    /// A subprotocol to speak, best first; may be given several times
    #[arg(long = "subprotocol", value_name = "NAME")]
    subprotocols: Vec<String>,
    /// Let a client go on without a subprotocol where it offered some
    #[arg(long, requires = "connect")]
    subprotocol_optional: bool,
    /// The only path that a server serves
    #[arg(long, value_name = "PATH", requires = "listen")]
    path: Option<String>,
    /// The only origin that a server admits, or the origin of a client
    #[arg(long, value_name = "ORIGIN")]
    origin: Option<String>,
    /// Whether to offer and accept permessage-deflate
    #[arg(long, value_enum, default_value_t, value_name = "WHETHER")]
    deflate: Switch,
    /// The largest message to take, in octets; a larger one is refused with 1009
    #[arg(long, value_name = "OCTETS", default_value_t = Settings::default().message_limit)]
    message_limit: u64,
    /// How many octets of echoes may wait to be written before reading pauses
    #[arg(long, value_name = "OCTETS", default_value_t = Settings::default().backlog)]
    backlog: usize,
    /// How many connections a server has at a time, 1 to 1000000; more wait to be accepted
    #[arg(long, value_name = "N", default_value_t = Settings::default().max_connections as u64,
          value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    max_connections: u64,
    /// How many cases of a fuzzing server a client runs at a time, 1 to 1024
    #[arg(short, long, value_name = "N", default_value_t = 1, requires = "connect",
          value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: u16,
    /// How long a handshake may take, and how long a peer may take nothing of what is written, such
    /// as 10s or 500ms
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "10s")]
    timeout: Duration,
    /// Tell of every connection on standard error
    #[arg(short, long)]
    verbose: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Switch {
    #[default]
    On,
    Off,
}

impl EchoArgs {
    pub(in crate::cli) fn settings(&self) -> Settings {
        Settings {
            subprotocols: self.subprotocols.clone(),
            insists: !self.subprotocol_optional,
            path: self.path.clone(),
            origin: self.origin.clone(),
            deflate: self.deflate == Switch::On,
            message_limit: self.message_limit,
            backlog: self.backlog,
            max_connections: usize::try_from(self.max_connections).unwrap_or(usize::MAX),
            jobs: self.jobs.into(),
            timeout: self.timeout,
            verbose: self.verbose,
        }
    }

    /// What a server that speaks TLS shows.
    pub(in crate::cli) fn identity(&self) -> Result<Option<Identity>, Failure> {
        let (Some(certificate), Some(key)) = (&self.tls_cert, &self.tls_key) else {
            return Ok(None);
        };
        Identity::of(certificate, key).map(Some).map_err(Failure::usage)
    }

    /// Whom a client trusts, if it speaks TLS.
    pub(in crate::cli) fn trust(&self) -> Result<Option<Trust>, Failure> {
        match &self.connect {
            Some(Address { place: Place::Tcp { secure: true, .. }, .. }) if self.tls_insecure => {
                Ok(Some(Trust::anything()))
            }
            Some(Address { place: Place::Tcp { secure: true, .. }, .. }) => {
                Trust::of(self.tls_ca.as_deref()).map(Some).map_err(Failure::usage)
            }
            _ => Ok(None),
        }
    }
}
