//! What the echo programs share: the command line, and the loop of a client.

use std::env;

/// Which end of the connection the program is.
pub enum End {
    /// A server at this address.
    Listen(String),
    /// A client of the server at this URL, under this name.
    Connect(String, String),
}

impl End {
    /// `--listen HOST:PORT`, or `--connect URL NAME`.
    pub fn from_args() -> Self {
        let args: Vec<String> = env::args().skip(1).collect();
        match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["--listen", address] => Self::Listen((*address).to_owned()),
            ["--connect", url, agent] => {
                Self::Connect(url.trim_end_matches('/').to_owned(), (*agent).to_owned())
            }
            _ => panic!("usage: --listen HOST:PORT | --connect URL NAME"),
        }
    }
}

/// Where a client asks for the number of cases.
pub fn case_count(url: &str) -> String {
    format!("{url}/getCaseCount")
}

/// Where a client finds a case, from 1 on.
pub fn case(url: &str, number: u32, agent: &str) -> String {
    format!("{url}/runCase?case={number}&agent={agent}")
}

/// Where a client says that it is done.
pub fn reports(url: &str, agent: &str) -> String {
    format!("{url}/updateReports?agent={agent}")
}
