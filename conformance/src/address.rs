//! Where a peer is: `ws://host:port/path?query`, `wss://…` or `unix:PATH` (RFC 6455 §3).

use core::fmt;

/// The address of a WebSocket endpoint, and the resource to ask it for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// How it is reached.
    pub place: Place,
    /// Path and query; begins with `/`.
    pub target: String,
}

/// How an endpoint is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A TCP port.
    Tcp {
        /// A name or an address; IPv6 without brackets.
        host: String,
        /// 0 stands for one that is still to be chosen.
        port: u16,
        /// Whether TLS is spoken.
        secure: bool,
    },
    /// The path of a Unix domain socket.
    Unix(String),
}

/// Why an address cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// Neither `ws://`, `wss://` nor `unix:`.
    Scheme,
    /// No host, or octets that no host has.
    Host,
    /// No number from 0 to 65535.
    Port,
    /// A fragment, which RFC 6455 §3 rules out, or a blank or a control character.
    Target,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    ///
    /// The first part of it that is wrong.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if let Some(path) = text.strip_prefix("unix:") {
            let place = Place::Unix(path.to_owned());
            return if path.is_empty() {
                Err(AddressError::Host)
            } else {
                Ok(Self { place, target: "/".to_owned() })
            };
        }
        let (scheme, rest) = text.split_once("://").ok_or(AddressError::Scheme)?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "ws" => false,
            "wss" => true,
            _ => return Err(AddressError::Scheme),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        let (host, port) = split_port(authority)?;
        let port = match port {
            None if secure => 443,
            None => 80,
            Some(digits) => {
                let plain = digits.bytes().all(|octet| octet.is_ascii_digit());
                digits.parse().ok().filter(|_| plain).ok_or(AddressError::Port)?
            }
        };
        if host.is_empty() || !host.bytes().all(|octet| octet.is_ascii_graphic() && octet != b'@') {
            return Err(AddressError::Host);
        }
        // RFC 6455 §3: no fragments. A `#` has to be written %23.
        if !target.bytes().all(|octet| octet.is_ascii_graphic() && octet != b'#') {
            return Err(AddressError::Target);
        }
        let slash = if target.starts_with('/') { "" } else { "/" };
        let place = Place::Tcp { host: host.to_owned(), port, secure };
        Ok(Self { place, target: format!("{slash}{target}") })
    }

    /// The same place with another resource.
    #[must_use]
    pub fn with_target(&self, target: impl Into<String>) -> Self {
        Self { place: self.place.clone(), target: target.into() }
    }

    /// The value of the `Host` field: the port is left out where it is the scheme's own.
    #[must_use]
    pub fn authority(&self) -> String {
        match &self.place {
            Place::Unix(_) => "localhost".to_owned(),
            Place::Tcp { host, port, secure } => {
                let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
                match (port, secure) {
                    (80, false) | (443, true) => host,
                    _ => format!("{host}:{port}"),
                }
            }
        }
    }
}

/// Host, and port as it is written. RFC 3986 §3.2.2: only an address in brackets may hold colons.
fn split_port(authority: &str) -> Result<(&str, Option<&str>), AddressError> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, behind) = rest.split_once(']').ok_or(AddressError::Host)?;
        return match behind.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if behind.is_empty() => Ok((host, None)),
            None => Err(AddressError::Host),
        };
    }
    match authority.split_once(':') {
        None => Ok((authority, None)),
        Some((_, port)) if port.contains(':') => Err(AddressError::Host),
        Some((host, port)) => Ok((host, Some(port))),
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Unix(path) => write!(f, "unix:{path}"),
            Place::Tcp { secure, .. } => {
                let scheme = if *secure { "wss" } else { "ws" };
                write!(f, "{scheme}://{}{}", self.authority(), self.target)
            }
        }
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "not an address: ws://HOST[:PORT][/PATH], wss://… or unix:PATH",
            Self::Host => "address without a host",
            Self::Port => "address with a port that is not 0 to 65535",
            Self::Target => "address with a fragment, a blank or a control character (6455#3)",
        })
    }
}

impl core::error::Error for AddressError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written() {
        for (text, authority, target) in [
            ("ws://localhost", "localhost", "/"),
            ("ws://localhost:9001", "localhost:9001", "/"),
            ("wss://example.com:443/chat?a=b", "example.com", "/chat?a=b"),
            ("WS://h:80?x", "h", "/?x"),
            ("ws://[::1]:9001/a", "[::1]:9001", "/a"),
            ("unix:/run/x.sock", "localhost", "/"),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!(
                (address.authority().as_str(), address.target.as_str()),
                (authority, target)
            );
            assert_eq!(Address::parse(&address.to_string()), Ok(address), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for (text, error) in [
            ("localhost:9001", AddressError::Scheme),
            ("http://localhost", AddressError::Scheme),
            ("ws://", AddressError::Host),
            ("ws://a b", AddressError::Host),
            ("ws://user@h", AddressError::Host),
            ("ws://[::1", AddressError::Host),
            ("ws://::1/", AddressError::Host),
            ("unix:", AddressError::Host),
            ("ws://h:+1", AddressError::Port),
            ("ws://h:65536", AddressError::Port),
            ("ws://h:x", AddressError::Port),
            ("ws://h/a#b", AddressError::Target),
            ("ws://h/a b", AddressError::Target),
            ("ws://h/a\r\nX: y", AddressError::Target),
        ] {
            assert_eq!(Address::parse(text), Err(error), "{text}");
        }
    }
}
