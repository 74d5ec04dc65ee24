//! What the tester writes in the opening handshake: heads that are correct but for what is said
//! otherwise (RFC 6455 §1.3, §4).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::digest::{base64, sha1, unbase64};
use crate::wscase::{self, Word, is_default};

/// Octets that are fixed, or made once.
pub type Octets = Cow<'static, [u8]>;

/// The `Sec-WebSocket-Key` of a [request](Head::request), and the key to which a response answers
/// where no request has come.
pub const KEY: &str = "AQIDBAUGBwgJCgsMDQ4PEA==";

/// The most octets of a head that a subject must take; cases about limits go far beyond.
pub const MODEST: usize = 8000;

/// What the subject speaks and serves besides echoing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Setting {
    /// The subprotocols it speaks, best first: a server selects the first that is offered, a client
    /// offers all.
    #[serde(deserialize_with = "wscase::list", skip_serializing_if = "is_default")]
    pub subprotocols: &'static [Word],
    /// Whether a client insists on one of them.
    #[serde(skip_serializing_if = "is_default")]
    pub insists: bool,
    /// The extensions that a client offers.
    #[serde(deserialize_with = "wscase::list", skip_serializing_if = "is_default")]
    pub extensions: &'static [Word],
    /// Whether it speaks permessage-deflate: a server accepts the first offer that it can, a client
    /// keeps to the answer.
    #[serde(skip_serializing_if = "is_default")]
    pub deflate: bool,
    /// The only path that a server serves; any path if nothing is said.
    #[serde(deserialize_with = "wscase::maybe_word")]
    pub path: Option<Word>,
    /// The only origin that a server admits; any or none if nothing is said.
    #[serde(deserialize_with = "wscase::maybe_word")]
    pub origin: Option<Word>,
}

/// The head of a request or of a response, or octets in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The first line.
    #[serde(with = "wscase::octets")]
    pub start: Octets,
    /// The field lines, each a name and a value.
    #[serde(default, with = "wscase::fields", skip_serializing_if = "is_default")]
    pub fields: Vec<(Octets, Value)>,
    /// What ends every line, and the head once more.
    #[serde(default = "crlf", with = "wscase::octets", skip_serializing_if = "is_crlf")]
    pub line_end: Octets,
    /// What follows the head in the same write.
    #[serde(default, with = "wscase::octets", skip_serializing_if = "is_empty")]
    pub behind: Octets,
    /// How many octets at the beginning are left out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub skip: usize,
    /// Where the octets that are written end, if not at the end.
    pub cut: Option<usize>,
}

const fn crlf() -> Octets {
    Cow::Borrowed(b"\r\n")
}

fn is_crlf(octets: &Octets) -> bool {
    *octets == crlf()
}

fn is_empty(octets: &Octets) -> bool {
    octets.is_empty()
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// As it is.
    Octets(Octets),
    /// What a server makes of the client's key.
    Accept(Accept),
}

/// What a server makes of the client's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Accept {
    /// The base64 of the SHA-1 digest of key and GUID.
    Right,
    /// The same with the case of its letters swapped.
    OtherCase,
    /// The same without padding.
    Unpadded,
    /// The digest in hex.
    Hex,
    /// The digest of the key's octets instead of its text.
    OfOctets,
    /// The digest of the key without the GUID.
    WithoutGuid,
    /// The digest of the key and the GUID in small letters.
    SmallGuid,
    /// The right one for another key.
    OfOtherKey,
    /// The right one, in quotes.
    Quoted,
    /// The right one, and something behind it.
    Followed,
    /// Something, and the right one behind it.
    Preceded,
    /// The right one, but for its last digit.
    LastDigit,
    /// The right one, with two of its octets in the other order.
    Exchanged,
    /// The right one, and another element of a list behind it.
    Listed,
    /// The right one, with a blank inside.
    Parted,
    /// The key itself.
    Key,
    /// The right one, with blanks around it.
    Blanks,
}

const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

impl Accept {
    /// The octets for this key.
    pub fn of(self, key: &[u8]) -> Vec<u8> {
        let digest = |key: &[u8], guid: &str| sha1(&[key, guid.as_bytes()].concat());
        let right = base64(&digest(key, GUID));
        match self {
            Self::Right => right,
            Self::OtherCase => right
                .into_iter()
                .map(|octet| if octet.is_ascii_alphabetic() { octet ^ 0x20 } else { octet })
                .collect(),
            Self::Unpadded => right[..right.len() - 1].to_vec(),
            Self::Hex => {
                digest(key, GUID).map(|octet| format!("{octet:02x}")).concat().into_bytes()
            }
            Self::OfOctets => base64(&digest(&unbase64(key), GUID)),
            Self::WithoutGuid => base64(&digest(key, "")),
            Self::SmallGuid => base64(&digest(key, &GUID.to_ascii_lowercase())),
            Self::OfOtherKey => base64(&digest(b"dGhlIHNhbXBsZSBub25jZQ==", GUID)),
            Self::Quoted => [b"\"", &right[..], b"\""].concat(),
            Self::Followed => [&right[..], b"A"].concat(),
            Self::Preceded => [b"A", &right[..]].concat(),
            Self::Exchanged => {
                let mut wrong = right;
                let at = (1..wrong.len()).find(|at| wrong[*at] != wrong[0]).unwrap_or(0);
                wrong.swap(0, at);
                wrong
            }
            Self::Listed => [&right[..], b", A"].concat(),
            Self::Parted => [&right[..8], b" ", &right[8..]].concat(),
            Self::LastDigit => {
                let mut wrong = right;
                let last = wrong.len() - 2;
                wrong[last] = if wrong[last] == b'A' { b'E' } else { b'A' };
                wrong
            }
            Self::Key => key.to_vec(),
            Self::Blanks => [b" \t", &right[..], b"\t "].concat(),
        }
    }
}

impl Head {
    /// A correct request for `/`.
    pub fn request() -> Self {
        Self::new("GET / HTTP/1.1")
            .with("Host", "localhost")
            .with("Upgrade", "websocket")
            .with("Connection", "Upgrade")
            .with("Sec-WebSocket-Key", KEY)
            .with("Sec-WebSocket-Version", "13")
    }

    /// A correct response to the subject's request.
    pub fn response() -> Self {
        Self::new("HTTP/1.1 101 Switching Protocols")
            .with("Upgrade", "websocket")
            .with("Connection", "Upgrade")
            .with_accept(Accept::Right)
    }

    /// A head with this first line and no fields.
    pub fn new(start: impl IntoOctets) -> Self {
        Self {
            start: start.into_octets(),
            fields: Vec::new(),
            line_end: crlf(),
            behind: Cow::Borrowed(b""),
            skip: 0,
            cut: None,
        }
    }

    /// Octets in the place of a head.
    pub fn raw(octets: impl IntoOctets) -> Self {
        Self { line_end: Cow::Borrowed(b""), ..Self::new(octets) }
    }

    /// The same with this first line.
    #[must_use]
    pub fn start(self, start: impl IntoOctets) -> Self {
        Self { start: start.into_octets(), ..self }
    }

    /// The same with one more field line, the last one.
    #[must_use]
    pub fn with(mut self, name: impl IntoOctets, value: impl IntoOctets) -> Self {
        self.fields.push((name.into_octets(), Value::Octets(value.into_octets())));
        self
    }

    /// The same with one more `Sec-WebSocket-Accept`.
    #[must_use]
    pub fn with_accept(mut self, accept: Accept) -> Self {
        self.fields.push((Cow::Borrowed(b"Sec-WebSocket-Accept"), Value::Accept(accept)));
        self
    }

    /// The same with another value in the line of this name.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl IntoOctets) -> Self {
        *self.value_mut(name) = Value::Octets(value.into_octets());
        self
    }

    /// The same with another `Sec-WebSocket-Accept`.
    #[must_use]
    pub fn set_accept(mut self, accept: Accept) -> Self {
        *self.value_mut("Sec-WebSocket-Accept") = Value::Accept(accept);
        self
    }

    /// The same without the line of this name.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(own, _)| **own != *name.as_bytes());
        self
    }

    /// The same with another name in the line of this name.
    #[must_use]
    pub fn rename(mut self, name: &str, other: impl IntoOctets) -> Self {
        let other = other.into_octets();
        for (own, _) in &mut self.fields {
            if **own == *name.as_bytes() {
                *own = other.clone();
            }
        }
        self
    }

    /// The same with every name changed.
    #[must_use]
    pub fn names(mut self, change: fn(&[u8]) -> Vec<u8>) -> Self {
        for (name, _) in &mut self.fields {
            *name = change(name).into();
        }
        self
    }

    /// The same with its lines in this order.
    #[must_use]
    pub fn ordered(mut self, order: &[usize]) -> Self {
        self.fields = order.iter().map(|&at| self.fields[at].clone()).collect();
        self
    }

    /// The same with lines that end like this.
    #[must_use]
    pub fn line_end(self, line_end: impl IntoOctets) -> Self {
        Self { line_end: line_end.into_octets(), ..self }
    }

    /// The same with octets that follow in the same write.
    #[must_use]
    pub fn behind(self, behind: impl IntoOctets) -> Self {
        Self { behind: behind.into_octets(), ..self }
    }

    /// The same with a last field line that makes it so many octets long, if it is not longer.
    #[must_use]
    pub fn filled(self, octets: usize) -> Self {
        let head = self.with("X-Fill", "");
        let missing = octets.saturating_sub(head.render(KEY.as_bytes()).len());
        head.set("X-Fill", "f".repeat(missing))
    }

    /// Only the first octets of the same head.
    #[must_use]
    pub fn cut(self, octets: usize) -> Self {
        Self { cut: Some(octets), ..self }
    }

    /// The octets that are written if the client's key is this one.
    pub fn render(&self, key: &[u8]) -> Vec<u8> {
        let mut octets = [&self.start[..], &self.line_end].concat();
        for (name, value) in &self.fields {
            octets.extend_from_slice(name);
            octets.extend_from_slice(b": ");
            match value {
                Value::Octets(value) => octets.extend_from_slice(value),
                Value::Accept(accept) => octets.extend(accept.of(key)),
            }
            octets.extend_from_slice(&self.line_end);
        }
        octets.extend_from_slice(&self.line_end);
        octets.extend_from_slice(&self.behind);
        octets.truncate(self.cut.unwrap_or(usize::MAX));
        octets.drain(..self.skip.min(octets.len()));
        octets
    }

    /// The field lines, if the client's key is this one.
    pub fn lines(&self, key: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
        let value = |value: &Value| match value {
            Value::Octets(octets) => octets.to_vec(),
            Value::Accept(accept) => accept.of(key),
        };
        self.fields.iter().map(|(name, own)| (name.to_vec(), value(own))).collect()
    }

    fn value_mut(&mut self, name: &str) -> &mut Value {
        let line = self.fields.iter_mut().find(|(own, _)| **own == *name.as_bytes());
        &mut line.expect("the head has the line that is changed").1
    }
}

/// What octets can be made of, in a catalogue.
pub trait IntoOctets {
    /// The octets.
    fn into_octets(self) -> Octets;
}

impl IntoOctets for &'static str {
    fn into_octets(self) -> Octets {
        Cow::Borrowed(self.as_bytes())
    }
}

impl IntoOctets for String {
    fn into_octets(self) -> Octets {
        Cow::Owned(self.into_bytes())
    }
}

impl IntoOctets for &'static [u8] {
    fn into_octets(self) -> Octets {
        Cow::Borrowed(self)
    }
}

impl<const N: usize> IntoOctets for &'static [u8; N] {
    fn into_octets(self) -> Octets {
        Cow::Borrowed(self)
    }
}

impl IntoOctets for Vec<u8> {
    fn into_octets(self) -> Octets {
        Cow::Owned(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard() {
        let accept = Accept::Right.of(b"dGhlIHNhbXBsZSBub25jZQ==");
        assert_eq!(accept, b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn every_deviation_differs_from_the_right_answer() {
        use Accept::*;
        let wrong = [
            OtherCase,
            Unpadded,
            Hex,
            OfOctets,
            WithoutGuid,
            SmallGuid,
            OfOtherKey,
            Quoted,
            Followed,
            LastDigit,
            Key,
        ];
        for accept in wrong {
            assert_ne!(accept.of(KEY.as_bytes()), Right.of(KEY.as_bytes()), "{accept:?}");
        }
    }

    #[test]
    fn a_head_is_written_as_it_says() {
        let head = Head::new("A").with("b", "c").with("d", "e").behind("f");
        assert_eq!(head.render(b""), b"A\r\nb: c\r\nd: e\r\n\r\nf");
        assert_eq!(head.clone().ordered(&[1, 0]).cut(7).render(b""), b"A\r\nd: e");
        assert_eq!(head.without("b").set("d", "g").render(b""), b"A\r\nd: g\r\n\r\nf");
        assert_eq!(Head::raw("x\0").render(b""), b"x\0");
    }
}
