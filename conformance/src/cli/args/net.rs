//! Subjects behind a network, and what their users say of them.

use core::time::Duration;
use std::path::PathBuf;

use clap::Args;

use crate::address::Address;
use crate::cli::failure::Failure;
use crate::driver::{DialDriver, Server};
use crate::net::{Patience, Trust};

#[derive(Args, Debug)]
#[command(next_help_heading = "Subjects behind a network")]
pub(in crate::cli) struct NetArgs {
    /// A server to test: ws://HOST:PORT/PATH, wss://… or unix:PATH; several make a report each
    #[arg(long = "server", value_name = "URL", value_parser = Address::parse,
          conflicts_with_all = ["driver", "library"])]
    pub(in crate::cli) servers: Vec<Address>,
    /// The name of the subject in reports [default: its address]
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) name: Option<String>,
    /// A further field of the request that opens a connection
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header)]
    pub(in crate::cli) headers: Vec<(String, String)>,
    /// A subprotocol that the subject speaks, best first
    #[arg(long = "subprotocol", value_name = "NAME")]
    pub(in crate::cli) subprotocols: Vec<String>,
    /// The largest message that the subject takes, in octets, if it is set to one
    #[arg(long, value_name = "OCTETS")]
    pub(in crate::cli) message_limit: Option<u64>,
    /// A PEM file with the certificates to trust [default: those of the system]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) tls_ca: Option<PathBuf>,
    /// Take any certificate
    #[arg(long, conflicts_with = "tls_ca")]
    pub(in crate::cli) tls_insecure: bool,
    /// How long what must come is waited for, such as 5s or 500ms
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "5s")]
    pub(in crate::cli) timeout: Duration,
    /// Wait as the Autobahn test suite does, a second for whatever is waited for
    #[arg(long)]
    pub(in crate::cli) autobahn_timing: bool,
}

impl NetArgs {
    /// A driver for each server.
    pub(in crate::cli) fn servers(&self) -> Result<Vec<DialDriver>, Failure> {
        self.servers.iter().map(|address| self.server(address)).collect()
    }

    fn server(&self, address: &Address) -> Result<DialDriver, Failure> {
        Ok(DialDriver::new(Server {
            address: address.clone(),
            name: self.name.clone(),
            trust: self.trust()?,
            headers: self.headers.clone(),
            subprotocols: self.subprotocols.clone(),
            message_limit: self.message_limit,
            patience: self.patience(),
        }))
    }

    fn trust(&self) -> Result<Trust, Failure> {
        if self.tls_insecure {
            return Ok(Trust::anything());
        }
        Trust::of(self.tls_ca.as_deref()).map_err(|error| Failure::usage(format!("--tls-ca {error}")))
    }

    pub(in crate::cli) fn patience(&self) -> Patience {
        if self.autobahn_timing { Patience::autobahn() } else { Patience::new(self.timeout) }
    }
}

/// A field line, as it would stand in a request.
fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("a header is written as NAME: VALUE")?;
    let is_token = |octet: u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&octet);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err("the name of a header is letters, digits and hyphens".to_owned());
    }
    if value.bytes().any(|octet| octet < b' ' && octet != b'\t') {
        return Err("the value of a header has no line ends".to_owned());
    }
    Ok((name.to_owned(), value.trim().to_owned()))
}

/// A time with its unit.
fn time(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u32 = digits.parse().map_err(|_| "a time is written as 5s or 500ms".to_owned())?;
    let time = match &text[digits.len()..] {
        "ms" => Duration::from_millis(number.into()),
        "" | "s" => Duration::from_secs(number.into()),
        "m" | "min" => Duration::from_secs(60 * u64::from(number)),
        unit => return Err(format!("{unit} is no unit of time; there are ms, s and m")),
    };
    if time.is_zero() { Err("no time at all is too short".to_owned()) } else { Ok(time) }
}
