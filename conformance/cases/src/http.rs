//! Strict reception of the opening handshake: heads that the subject sends (RFC 9112), and what they
//! break (RFC 6455 §4).
//!
//! Every case that opens a connection watches them, whatever it is about. Nothing here is shared
//! with what a subject reads: a tester accepts what a careful peer would write, and no more.

mod duties;

pub(crate) use duties::{answer_breaches, request_breaches};

use crate::breach::Breach;
use crate::deflate::{self, Element};
use crate::role::Role;

/// A head of HTTP/1.1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// All of it.
    pub octets: Vec<u8>,
    start: Vec<u8>,
    /// Names, and values without the blanks around them.
    fields: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Head {
    /// Reads a complete head; nothing if it is none.
    fn parse(octets: &[u8]) -> Option<Self> {
        let text = octets.strip_suffix(b"\r\n\r\n")?;
        let mut lines = lines(text);
        let start = lines.next()?.to_vec();
        let fields = lines.map(|line| {
            let colon = line.iter().position(|octet| *octet == b':')?;
            let name = &line[..colon];
            is_token(name).then(|| (name.to_vec(), line[colon + 1..].trim_ascii().to_vec()))
        });
        Some(Self { octets: octets.to_vec(), start, fields: fields.collect::<Option<_>>()? })
    }

    /// What the tester has asked for, as far as a reader could make sense of it: lines may be
    /// folded, end with a line feed only, or be none.
    pub fn asked(octets: &[u8]) -> Self {
        let mut head = Self { octets: octets.to_vec(), ..Self::default() };
        for line in lines(octets).skip_while(|line| line.is_empty()) {
            match (line, head.fields.last_mut()) {
                ([], _) => break,
                ([b' ' | b'\t', ..], Some((_, value))) => value.extend_from_slice(line),
                _ if head.start.is_empty() => head.start = line.to_vec(),
                _ => {
                    let colon = line.iter().position(|octet| *octet == b':');
                    let (name, value) = line.split_at(colon.unwrap_or(line.len()));
                    let value = value.strip_prefix(b":").unwrap_or(value).trim_ascii();
                    head.fields.push((name.trim_ascii().to_vec(), value.to_vec()));
                }
            }
        }
        for (_, value) in &mut head.fields {
            *value = value.trim_ascii().to_vec();
        }
        head
    }

    /// What the tester has asked for behind this, if it has.
    pub fn behind(&self) -> Option<Self> {
        let end = self.octets.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
        let rest = &self.octets[end..];
        (!rest.is_empty()).then(|| Self::asked(rest))
    }

    /// The values of all fields with this name, in any case.
    pub fn values<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h [u8]> {
        let named = |own: &[u8]| own.eq_ignore_ascii_case(name.as_bytes());
        self.fields.iter().filter(move |(own, _)| named(own)).map(|(_, value)| &value[..])
    }

    /// The value of the first field with this name.
    pub fn value(&self, name: &str) -> Option<&[u8]> {
        self.fields
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| &value[..])
    }

    /// The elements of the list that all fields with this name make together.
    pub fn elements<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h [u8]> {
        let elements = self.values(name).flat_map(|value| value.split(|octet| *octet == b','));
        elements.map(<[u8]>::trim_ascii).filter(|element| !element.is_empty())
    }

    /// The status code; 0 if this is no response.
    pub fn status(&self) -> u16 {
        match self.start[..] {
            [b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'0'..=b'9', b' ', a, b, c, b' ', ..]
                if [a, b, c].iter().all(u8::is_ascii_digit) && a != b'0' =>
            {
                [a, b, c].iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'))
            }
            _ => 0,
        }
    }

    /// The extensions that all its fields name together; nothing if they break the grammar.
    pub(crate) fn extensions(&self) -> Option<Vec<Element>> {
        let values: Vec<_> = self.values("Sec-WebSocket-Extensions").collect();
        deflate::list(&values.join(&b','))
    }

    fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// Whether a list has this element, in any case.
    fn lists(&self, name: &str, element: &str) -> bool {
        self.elements(name).any(|each| each.eq_ignore_ascii_case(element.as_bytes()))
    }

    /// The only value of a field.
    fn only<'h>(&'h self, name: &'h str) -> Option<&'h [u8]> {
        let mut values = self.values(name);
        let first = values.next();
        if values.next().is_some() { None } else { first }
    }
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|octet| *octet == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

fn is_token(text: &[u8]) -> bool {
    let fits = |octet: &u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(octet);
    !text.is_empty() && text.iter().all(fits)
}

/// What the reader has found.
#[derive(Debug)]
pub(crate) enum Part {
    /// A complete head.
    Head(Head),
    Breach(Breach),
    /// Frames follow.
    End,
}

/// Reads the heads of one subject.
#[derive(Debug)]
pub(crate) struct Reader {
    subject: Role,
    at: At,
    head: Vec<u8>,
    /// An answer that refuses has come.
    refused: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Head,
    /// That many octets of a body are missing; the second says whether the stream ends then.
    Body(u64, bool),
    /// A body whose end is that of the stream.
    UntilEnd,
    /// The stream has to end.
    End,
    /// A client waits for its answer.
    Waiting,
    Frames,
    /// What comes cannot be read.
    Lost,
}

impl Reader {
    /// The most octets of a head.
    const LIMIT: usize = 64 * 1024;

    pub(crate) const fn new(subject: Role) -> Self {
        Self { subject, at: At::Head, head: Vec::new(), refused: false }
    }

    /// Reads on; nothing if more octets are needed.
    pub(crate) fn read(&mut self, octets: &mut &[u8]) -> Option<Part> {
        loop {
            match self.at {
                At::Frames => return Some(Part::End),
                At::Body(0, false) => self.at = At::Head,
                At::Body(0, true) => self.at = At::End,
                _ => {}
            }
            if octets.is_empty() {
                return None;
            }
            match self.at {
                At::Head => {
                    if let Some(part) = self.head(octets) {
                        return Some(part);
                    }
                }
                At::Body(left, ends) => {
                    let n = left.min(octets.len() as u64);
                    *octets = &octets[n as usize..];
                    self.at = At::Body(left - n, ends);
                }
                At::End => return self.lose(octets, Breach::AnswerFollowed),
                At::UntilEnd | At::Lost | At::Frames => *octets = &[],
                At::Waiting => return self.lose(octets, Breach::SentBeforeAnswer),
            }
        }
    }

    /// Whether the stream must not end here.
    pub(crate) fn is_mid_message(&self) -> bool {
        match self.at {
            At::Head => !self.head.is_empty(),
            At::Body(left, _) => left > 0,
            _ => false,
        }
    }

    /// Whether the subject has announced the end of its stream, or never finished its answer.
    pub(crate) fn owes_end(&self) -> bool {
        self.subject == Role::Server
            && (matches!(self.at, At::End | At::UntilEnd) || self.is_mid_message())
    }

    /// Reads a head as far as the octets go.
    fn head(&mut self, octets: &mut &[u8]) -> Option<Part> {
        while let Some((&octet, rest)) = octets.split_first() {
            *octets = rest;
            let after_cr = self.head.last() == Some(&b'\r');
            self.head.push(octet);
            let breaks = after_cr != (octet == b'\n');
            let control = octet < b' ' && !b"\t\r\n".contains(&octet) || octet == 0x7f;
            let start: &[u8] = if self.subject == Role::Server { b"HTTP/" } else { b"" };
            let foreign = self.head.iter().zip(start).any(|(is, due)| is != due);
            if breaks || control || foreign || self.head.len() > Self::LIMIT {
                return self.lose(octets, self.malformed());
            }
            if self.head.ends_with(b"\r\n\r\n") {
                let octets_of_head = core::mem::take(&mut self.head);
                let Some(head) = Head::parse(&octets_of_head) else {
                    return self.lose(octets, self.malformed());
                };
                return self.complete(head, octets);
            }
        }
        None
    }

    fn complete(&mut self, head: Head, octets: &mut &[u8]) -> Option<Part> {
        if self.subject == Role::Client {
            self.at = At::Waiting;
            return Some(Part::Head(head));
        }
        let status = head.status();
        match status {
            0..100 => return self.lose(octets, self.malformed()),
            101 => self.at = At::Frames,
            // Interim responses announce another.
            100..200 => return self.read(octets),
            _ => {
                self.refused = true;
                self.at = body(&head);
            }
        }
        Some(Part::Head(head))
    }

    const fn malformed(&self) -> Breach {
        match self.subject {
            Role::Client => Breach::RequestMalformed,
            Role::Server if self.refused => Breach::AnswerFollowed,
            Role::Server => Breach::AnswerMalformed,
        }
    }

    fn lose(&mut self, octets: &mut &[u8], breach: Breach) -> Option<Part> {
        *octets = &[];
        self.at = At::Lost;
        Some(Part::Breach(breach))
    }
}

/// What follows the head of an answer that refuses (RFC 9112 §6.3).
fn body(head: &Head) -> At {
    let closes = head.lists("Connection", "close") || head.start.starts_with(b"HTTP/1.0");
    let length = head.only("Content-Length").and_then(|text| core::str::from_utf8(text).ok());
    match length.and_then(|text| text.parse().ok()) {
        _ if matches!(head.status(), 204 | 304) => At::Body(0, closes),
        _ if head.has("Transfer-Encoding") => At::UntilEnd,
        Some(length) => At::Body(length, closes),
        None => At::UntilEnd,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_follow_each_other() {
        let head = Head::asked(b"GET /1 HTTP/1.1\r\nA: 1\r\n\r\nGET /2 HTTP/1.1\r\nA: 2\r\n\r\n");
        assert_eq!(head.value("A"), Some(&b"1"[..]));
        let next = head.behind().unwrap();
        assert_eq!(next.value("A"), Some(&b"2"[..]));
        assert_eq!(next.behind(), None);
    }
}
