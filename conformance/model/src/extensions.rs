//! `Sec-WebSocket-Extensions` (RFC 6455 §9.1).

use crate::head::{is_token, trim};

/// An extension with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// The name.
    pub name: Vec<u8>,
    /// Each parameter with its value, unquoted, if it has one.
    pub params: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

/// The extensions in the lines of the field; nothing if they break the grammar. No line at all is
/// an empty list, lines without an extension are a mistake.
pub(crate) fn read(lines: &[&[u8]]) -> Option<Vec<Extension>> {
    let elements: Vec<&[u8]> = lines.iter().flat_map(|line| split(line, b',')).collect();
    let elements: Vec<&[u8]> = elements.into_iter().filter(|element| !element.is_empty()).collect();
    if elements.is_empty() && !lines.is_empty() {
        return None;
    }
    elements.into_iter().map(extension).collect()
}

/// The extensions that a careless reader finds: it splits inside of quotes, too, and leaves out what
/// breaks the grammar.
pub(crate) fn pick(lines: &[&[u8]]) -> Vec<Extension> {
    let elements = lines.iter().flat_map(|line| line.split(|octet| *octet == b','));
    elements.filter_map(|element| extension(trim(element))).collect()
}

fn extension(text: &[u8]) -> Option<Extension> {
    let mut parts = split(text, b';').into_iter();
    let name = parts.next().filter(|name| is_token(name))?.to_vec();
    Some(Extension { name, params: parts.map(param).collect::<Option<_>>()? })
}

fn param(text: &[u8]) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
    let Some(equals) = text.iter().position(|octet| *octet == b'=') else {
        return is_token(text).then(|| (text.to_vec(), None));
    };
    let (name, value) = (trim(&text[..equals]), trim(&text[equals + 1..]));
    let value = match value.strip_prefix(b"\"") {
        Some(quoted) => unquote(quoted.strip_suffix(b"\"")?)?,
        None => value.to_vec(),
    };
    (is_token(name) && is_token(&value)).then(|| (name.to_vec(), Some(value)))
}

/// The inside of a quoted string: a backslash stands for the octet behind it.
fn unquote(quoted: &[u8]) -> Option<Vec<u8>> {
    let mut octets = quoted.iter();
    let mut value = Vec::new();
    while let Some(octet) = octets.next() {
        match octet {
            b'\\' => value.push(*octets.next()?),
            b'"' => return None,
            octet => value.push(*octet),
        }
    }
    Some(value)
}

/// Splits at a separator that does not stand in quotes, and trims the parts.
fn split(text: &[u8], separator: u8) -> Vec<&[u8]> {
    let mut quoted = false;
    let mut escaped = false;
    let parts = text.split(|octet| {
        let escape = quoted && *octet == b'\\' && !escaped;
        if *octet == b'"' && !escaped {
            quoted = !quoted;
        }
        escaped = escape;
        *octet == separator && !quoted
    });
    parts.map(trim).collect()
}
