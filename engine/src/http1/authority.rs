//! Where a request goes: `host [ ":" port ]` (RFC 9110 §7.2) and the target (RFC 9112 §3.2).

use alloc::borrow::Cow;
use core::net::Ipv6Addr;

/// Reads `host [ ":" port ]` without user information. The host is not empty, the port is at most
/// 65535 and may be empty behind its colon (RFC 3986 §3.2).
pub(super) fn parse_authority(octets: &[u8]) -> Option<&str> {
    let text = core::str::from_utf8(octets).ok()?;
    let (is_host, port) = if let Some(literal) = text.strip_prefix('[') {
        let (address, port) = literal.split_once(']')?;
        // IPvFuture, the other form in brackets, has no version that could be used.
        (
            address.parse::<Ipv6Addr>().is_ok(),
            if port.is_empty() { Some("") } else { port.strip_prefix(':') },
        )
    } else {
        let (name, port) = text.split_once(':').unwrap_or((text, ""));
        (is_registered_name(name), Some(port))
    };
    let port = port?;
    let is_port = port.is_empty()
        || (port.bytes().all(|digit| digit.is_ascii_digit()) && port.parse::<u16>().is_ok());
    (is_host && is_port).then_some(text)
}

/// RFC 3986 §3.2.2: unreserved characters, sub-delimiters and percent-encoded octets.
fn is_registered_name(name: &str) -> bool {
    let mut octets = name.bytes();
    while let Some(octet) = octets.next() {
        let fits = match octet {
            b'%' => [octets.next(), octets.next()]
                .iter()
                .all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit())),
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' => true,
            b'*' | b'+' | b',' | b';' | b'=' => true,
            _ => octet.is_ascii_alphanumeric(),
        };
        if !fits {
            return false;
        }
    }
    !name.is_empty()
}

/// A request target in origin-form or absolute-form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Target<'a> {
    /// The host and port of the absolute form.
    pub(super) authority: Option<&'a str>,
    /// Path and query, as written. Empty, or starting with `?`, only in the absolute form.
    path: &'a str,
}

impl<'a> Target<'a> {
    /// RFC 6455 §3, §4.1: no fragment, and nothing that has to be percent-encoded first.
    pub(super) fn parse(octets: &'a [u8]) -> Option<Self> {
        if !octets.iter().all(|octet| octet.is_ascii_graphic() && *octet != b'#') {
            return None;
        }
        let text = core::str::from_utf8(octets).ok()?;
        if text.starts_with('/') {
            return Some(Self { authority: None, path: text });
        }
        let (scheme, rest) = text.split_once("://")?;
        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            return None;
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end)?;
        Some(Self { authority: Some(parse_authority(authority.as_bytes())?), path })
    }

    /// RFC 6455 §3: the resource name starts with `/`, also where the target leaves it out.
    pub(super) fn resource_name(self) -> Cow<'a, str> {
        if self.path.starts_with('/') {
            Cow::Borrowed(self.path)
        } else {
            Cow::Owned(["/", self.path].concat())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports() {
        let good = [
            "h",
            "h:1",
            "h:65535",
            "h:",
            "example.com:80",
            "127.0.0.1",
            "[::1]",
            "[::1]:9001",
            "[::1]:",
            "a_b",
            "xn--bcher-kva.example",
            "a%20b",
            "h,i",
        ];
        for text in good {
            assert_eq!(parse_authority(text.as_bytes()), Some(text));
        }
        let bad = [
            "",
            ":80",
            "a, b",
            "h:x",
            "h:-1",
            "h:+1",
            "h:65536",
            "h:1:2",
            "[::1",
            "::1",
            "[::1]x",
            "[]",
            "[1.2.3.4]",
            "[v1.a]",
            "u@h",
            "u:p@h",
            "h/",
            "h%2",
            "h%zz",
            "h i",
            "h\t",
            "b\u{fc}cher",
        ];
        for text in bad {
            assert_eq!(parse_authority(text.as_bytes()), None, "{text}");
        }
        assert_eq!(parse_authority(b"h\xff"), None);
    }

    #[test]
    fn targets_and_their_resource_names() {
        let good = [
            ("/", None, "/"),
            ("/chat?x=1", None, "/chat?x=1"),
            ("//", None, "//"),
            ("/%zz", None, "/%zz"),
            ("/http://h", None, "/http://h"),
            ("http://h:9001/chat", Some("h:9001"), "/chat"),
            ("HTTPS://h", Some("h"), "/"),
            ("http://h?x", Some("h"), "/?x"),
            ("http://[::1]:1/?a/b", Some("[::1]:1"), "/?a/b"),
        ];
        for (text, authority, resource) in good {
            let target = Target::parse(text.as_bytes()).unwrap();
            assert_eq!(
                (target.authority, &*target.resource_name()),
                (authority, resource),
                "{text}"
            );
        }
        let bad = [
            "",
            "chat",
            "*",
            "h:80",
            "ws://h/",
            "wss://h/",
            "http:/h",
            "http:///x",
            "http://u:p@h/",
            "/a#b",
            "http://h/#",
            "/a b",
            "/\t",
            "/caf\u{e9}",
            "://h",
            "?x",
        ];
        for text in bad {
            assert_eq!(Target::parse(text.as_bytes()), None, "{text}");
        }
    }
}
