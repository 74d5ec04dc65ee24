//! Subjects behind a network, and what their users say of them.

use core::time::Duration;
use std::path::PathBuf;

use clap::Args;
use regex_automata::meta::Regex;

use super::words::folder;
use crate::address::Address;
use crate::cli::failure::Failure;
use crate::driver::{DialDriver, Server};
use crate::exec::{CommandLine, Ready};
use crate::net::{Identity, Patience, Trust};

#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Subjects behind a network")]
pub(in crate::cli) struct NetArgs {
    /// A server to test: ws://HOST:PORT/PATH, wss://… or unix:PATH; several make a report each
    #[arg(long = "server", value_name = "URL", value_parser = Address::parse,
          conflicts_with_all = ["driver", "library"])]
    pub(in crate::cli) servers: Vec<Address>,
    /// Where clients to test call, such as 127.0.0.1:9001; port 0 is any that is free
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["driver", "library", "servers"])]
    pub(in crate::cli) listen: Option<String>,
    /// The program to test, which is started without a shell, watched and ended: 'COMMAND {url} {port}';
    /// with {case}, a client that is started for each case
    #[arg(long, value_name = "COMMAND", value_parser = CommandLine::parse)]
    pub(in crate::cli) exec: Option<CommandLine>,
    /// The line, as a regular expression, with which the program says that it is ready; otherwise it
    /// is ready when it can be connected to
    #[arg(long, value_name = "REGEX", value_parser = regex, requires = "exec")]
    pub(in crate::cli) ready_line: Option<Regex>,
    /// How long the program may take to be ready, such as 10s, 500ms or 1m
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "10s")]
    pub(in crate::cli) ready_timeout: Duration,
    /// End when this many clients, 1 to 65535, have asked for their reports, with --listen; otherwise
    /// the run ends when it is told to, or with the program of --exec
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(in crate::cli) agents: Option<u16>,
    /// A spec file of the Autobahn test suite, fuzzingclient.json or fuzzingserver.json, that says
    /// what to test with which cases, and where to write Autobahn's files
    #[arg(long, value_name = "FILE", conflicts_with_all = ["driver", "library"])]
    pub(in crate::cli) autobahn_spec: Option<PathBuf>,
    /// Where to write the files that the Autobahn test suite writes
    #[arg(long, value_name = "FOLDER", value_parser = folder)]
    pub(in crate::cli) autobahn_dir: Option<PathBuf>,
    /// The name of the subject in reports [default: the program of --exec, its address, or what the
    /// client says]
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) name: Option<String>,
    /// A further field of the request that opens a connection; may be given several times
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header)]
    pub(in crate::cli) headers: Vec<(String, String)>,
    /// A subprotocol that the subject speaks, best first; may be given several times
    #[arg(long = "subprotocol", value_name = "NAME")]
    pub(in crate::cli) subprotocols: Vec<String>,
    /// The largest message that the subject takes, in octets; cases about limits need one [default:
    /// not known]
    #[arg(long, value_name = "OCTETS")]
    pub(in crate::cli) message_limit: Option<u64>,
    /// A PEM file with the certificates to trust, the server's own or an authority's [default: those
    /// of the system]
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) tls_ca: Option<PathBuf>,
    /// Take any certificate
    #[arg(long, conflicts_with = "tls_ca")]
    pub(in crate::cli) tls_insecure: bool,
    /// A PEM file with the certificate to show to clients, which then speak TLS
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(in crate::cli) tls_cert: Option<PathBuf>,
    /// A PEM file with its key
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(in crate::cli) tls_key: Option<PathBuf>,
    /// How long what must come is waited for, such as 5s, 500ms or 1m
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "5s")]
    pub(in crate::cli) timeout: Duration,
    /// Wait as the Autobahn test suite does, a second for whatever is waited for
    #[arg(long)]
    pub(in crate::cli) autobahn_timing: bool,
}

impl NetArgs {
    /// Whether the subject is behind a network.
    pub(in crate::cli) const fn is_far(&self) -> bool {
        !self.servers.is_empty() || self.listen.is_some()
    }

    /// An option that means nothing to a subject in process, if one is given.
    pub(in crate::cli) fn far_option(&self) -> Option<&'static str> {
        let given = [
            ("--agents", self.agents.is_some()),
            ("--header", !self.headers.is_empty()),
            ("--subprotocol", !self.subprotocols.is_empty()),
            ("--message-limit", self.message_limit.is_some()),
            ("--tls-ca", self.tls_ca.is_some()),
            ("--tls-insecure", self.tls_insecure),
            ("--tls-cert", self.tls_cert.is_some()),
            ("--autobahn-timing", self.autobahn_timing),
        ];
        given.into_iter().find_map(|(option, is_given)| is_given.then_some(option))
    }

    /// The words of a command line that reach a server, or the clients, as they are reached now.
    pub(in crate::cli) fn reach(&self, server: Option<&Address>) -> Vec<String> {
        let mut words = Vec::new();
        let mut say = |option: &str, value: String| words.extend([option.to_owned(), value]);
        match (server, &self.listen) {
            (Some(address), _) => say("--server", address.to_string()),
            (None, Some(address)) => say("--listen", address.clone()),
            (None, None) => return words,
        }
        if let Some(line) = &self.exec {
            say("--exec", line.to_string());
        }
        for (name, value) in &self.headers {
            say("--header", format!("{name}: {value}"));
        }
        for name in &self.subprotocols {
            say("--subprotocol", name.clone());
        }
        if let Some(limit) = self.message_limit {
            say("--message-limit", limit.to_string());
        }
        for (option, file) in [
            ("--tls-ca", &self.tls_ca),
            ("--tls-cert", &self.tls_cert),
            ("--tls-key", &self.tls_key),
        ] {
            if let Some(file) = file {
                say(option, file.display().to_string());
            }
        }
        if self.tls_insecure {
            words.push("--tls-insecure".to_owned());
        }
        words
    }

    /// A driver for a server.
    pub(in crate::cli) fn dial(&self, address: &Address) -> Result<DialDriver, Failure> {
        Ok(DialDriver::new(Server {
            address: address.clone(),
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
        let trust = Trust::of(self.tls_ca.as_deref());
        trust.map_err(|error| Failure::usage(format!("--tls-ca {error}")))
    }

    /// What is shown to clients.
    pub(in crate::cli) fn identity(&self) -> Result<Option<Identity>, Failure> {
        let (Some(certificate), Some(key)) = (&self.tls_cert, &self.tls_key) else {
            return Ok(None);
        };
        let identity = Identity::of(certificate, key);
        identity.map(Some).map_err(|error| Failure::usage(format!("--tls-cert: {error}")))
    }

    /// How long the subject is waited for.
    pub(in crate::cli) fn patience(&self) -> Patience {
        if self.autobahn_timing { Patience::autobahn() } else { Patience::new(self.timeout) }
    }

    /// How the program says that it is ready.
    pub(in crate::cli) fn ready(&self) -> Ready {
        self.ready_line.clone().map_or(Ready::Connection, Ready::Line)
    }
}

fn regex(text: &str) -> Result<Regex, String> {
    Regex::new(text).map_err(|error| match error.syntax_error() {
        Some(why) => why.to_string(),
        None => error.to_string(),
    })
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
pub(super) fn time(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u32 = digits.parse().map_err(|_| "a time is written as 5s or 500ms".to_owned())?;
    let time = match &text[digits.len()..] {
        "ms" => Duration::from_millis(number.into()),
        "" | "s" => Duration::from_secs(number.into()),
        "m" => Duration::from_secs(60 * u64::from(number)),
        unit => return Err(format!("{unit} is no unit of time; there are ms, s and m")),
    };
    if time.is_zero() { Err("no time at all is too short".to_owned()) } else { Ok(time) }
}
