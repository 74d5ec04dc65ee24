//! Header fields: the borrowed ones a peer sent, the owned ones to send, and how to look things up.
//!
//! Every look-up passes over the fields once, so the work is linear in their octets.

use core::fmt;
use core::hash::{Hash, Hasher};

use super::HandshakeError;
use super::accept_key::{Accept, Key};
use super::effort;

/// The names of the header fields the handshake reads and writes, in the spelling it writes.
pub(crate) mod field {
    pub(crate) const ACCEPT: &str = "Sec-WebSocket-Accept";
    pub(crate) const CONNECTION: &str = "Connection";
    pub(crate) const EXTENSIONS: &str = "Sec-WebSocket-Extensions";
    pub(crate) const HOST: &str = "Host";
    pub(crate) const KEY: &str = "Sec-WebSocket-Key";
    pub(crate) const PROTOCOL: &str = "Sec-WebSocket-Protocol";
    pub(crate) const UPGRADE: &str = "Upgrade";
    pub(crate) const VERSION: &str = "Sec-WebSocket-Version";
}

/// One header field line: a name without its colon, and a value.
///
/// Both are octets, because HTTP leaves their encoding open. Names compare without ASCII case, and
/// blanks around a value are not part of it.
#[derive(Clone, Copy)]
pub struct Header<'a> {
    name: &'a [u8],
    value: &'a [u8],
    /// Known to be well-formed: whoever made it has looked at each octet.
    checked: bool,
}

impl PartialEq for Header<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.name, self.value) == (other.name, other.value)
    }
}

impl Eq for Header<'_> {}

impl Hash for Header<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.name, self.value).hash(state);
    }
}

impl<'a> Header<'a> {
    /// A header field of two pieces that are strings or octets.
    ///
    /// ```
    /// use wsproof_engine::handshake::Header;
    ///
    /// let header = Header::new("Upgrade", b"websocket");
    /// assert_eq!(header.value(), b"websocket");
    /// ```
    #[must_use]
    pub fn new<N, V>(name: &'a N, value: &'a V) -> Self
    where
        N: AsRef<[u8]> + ?Sized,
        V: AsRef<[u8]> + ?Sized,
    {
        Self { name: name.as_ref(), value: value.as_ref(), checked: false }
    }

    /// A header field that is known to be [well-formed](Self::is_well_formed).
    #[cfg(feature = "http1")]
    pub(crate) const fn checked(name: &'a [u8], value: &'a [u8]) -> Self {
        Self { name, value, checked: true }
    }

    /// The name as given.
    #[must_use]
    pub const fn name(&self) -> &'a [u8] {
        self.name
    }

    /// The value as given, blanks around it included.
    #[must_use]
    pub const fn value(&self) -> &'a [u8] {
        self.value
    }

    pub(crate) fn is_named(&self, name: &str) -> bool {
        is_same(self.name, name)
    }

    /// RFC 9110 §5.1, §5.5: a name is a token, and no value holds CR, LF or NUL.
    pub(crate) fn is_well_formed(&self) -> bool {
        // Without an early end: so many octets are looked at together.
        let ends_field = |octet: &u8| matches!(octet, b'\r' | b'\n' | 0);
        self.checked
            || (is_token(self.name)
                && !self.value.iter().fold(false, |seen, octet| seen | ends_field(octet)))
    }
}

impl fmt::Debug for Header<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name.escape_ascii(), self.value.escape_ascii())
    }
}

/// The header fields a handshake wants sent, in sending order.
///
/// The caller adds them to its request or response; where it has a field of the same name, the one
/// from this list replaces it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderList {
    fields: Vec<(&'static str, Value)>,
}

/// A value to send; those every handshake has lie in no memory of their own.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Fixed(&'static str),
    Key(Key),
    Accept(Accept),
    Text(String),
}

impl Value {
    fn as_str(&self) -> &str {
        match self {
            Self::Fixed(text) => text,
            Self::Key(key) => key.as_str(),
            Self::Accept(accept) => accept.as_str(),
            Self::Text(text) => text,
        }
    }

    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Fixed(text) => text.as_bytes(),
            Self::Key(key) => key.as_bytes(),
            Self::Accept(accept) => accept.as_bytes(),
            Self::Text(text) => text.as_bytes(),
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Value {}

impl HeaderList {
    pub(crate) fn push(&mut self, name: &'static str, value: Value) {
        if self.fields.capacity() == 0 {
            // As many as a handshake has at most.
            self.fields.reserve(6);
        }
        self.fields.push((name, value));
    }

    /// How many fields there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The fields as text: name, value.
    pub fn pairs(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// The fields as they would be received.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Header<'_>> {
        self.fields.iter().map(|(name, value)| Header::new(*name, value.as_bytes()))
    }

    /// The value of the field with this name, in any ASCII case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// How often a field that is no list stands in a head, with its value if that is once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Single<'a> {
    Absent,
    Once(&'a [u8]),
    Repeated,
}

/// The values of all lines with this name, in order, without the blanks around them.
pub(crate) fn lines<'a>(headers: &[Header<'a>], name: &str) -> impl Iterator<Item = &'a [u8]> {
    headers.iter().filter(move |header| header.is_named(name)).map(|header| trim(header.value))
}

/// Looks up a field that may stand in a head at most once.
pub(crate) fn single<'a>(headers: &[Header<'a>], name: &str) -> Single<'a> {
    let mut values = lines(headers, name);
    match (values.next(), values.next()) {
        (None, _) => Single::Absent,
        (Some(value), None) => Single::Once(value),
        (Some(_), Some(_)) => Single::Repeated,
    }
}

/// The elements of a comma-separated value, without blanks and without the empty ones.
///
/// Only for lists whose elements hold no quoted strings.
pub(crate) fn elements(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|&octet| octet == b',').map(trim).filter(|element| !element.is_empty())
}

/// Whether the list field of this name, all its lines together, has `token` in any ASCII case.
pub(crate) fn lists_token(headers: &[Header<'_>], name: &str, token: &str) -> bool {
    // Mostly it is the only element.
    lines(headers, name)
        .any(|line| is_same(line, token) || elements(line).any(|element| is_same(element, token)))
}

/// RFC 9110 §5.5: octets that could end a field early make a head invalid as a whole.
pub(crate) fn require_well_formed(headers: &[Header<'_>]) -> Result<(), HandshakeError> {
    if headers.iter().all(Header::is_well_formed) {
        Ok(())
    } else {
        Err(HandshakeError::HeaderMalformed)
    }
}

/// Whether two names or tokens are the same in any ASCII case.
fn is_same(text: &[u8], name: &str) -> bool {
    // Mostly it is spelt as the standard spells it.
    text == name.as_bytes() || text.eq_ignore_ascii_case(name.as_bytes())
}

/// `value` without the spaces and tabs around it.
pub(crate) fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// `text` as a string if it is a token.
pub(crate) fn token(text: &[u8]) -> Option<&str> {
    effort::spend(text.len());
    if is_token(text) { core::str::from_utf8(text).ok() } else { None }
}

/// RFC 9110 §5.6.2: one or more `tchar`.
pub(crate) fn is_token(text: &[u8]) -> bool {
    // Without an early end, which takes less for what is mostly a token.
    !text.is_empty() && text.iter().fold(true, |so_far, octet| so_far & is_token_octet(*octet))
}

/// RFC 9110 §5.6.2: `tchar`, any visible ASCII character but the delimiters.
pub(crate) fn is_token_octet(octet: u8) -> bool {
    TOKEN_OCTETS.get(usize::from(octet)).copied().unwrap_or(false)
}

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
const TOKEN_OCTETS: [bool; 256] = {
    let mut table = [false; 256];
    let mut octet = 0u8;
    while octet < 128 {
        table[octet as usize] = octet.is_ascii_alphanumeric()
            || matches!(
                octet,
                b'!' | b'#'
                    | b'$'
                    | b'%'
                    | b'&'
                    | b'\''
                    | b'*'
                    | b'+'
                    | b'-'
                    | b'.'
                    | b'^'
                    | b'_'
                    | b'`'
                    | b'|'
                    | b'~'
            );
        octet += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_octet_is_a_visible_character_but_no_delimiter() {
        for octet in 0..=u8::MAX {
            let delimiter = b"\"(),/:;<=>?@[\\]{}".contains(&octet);
            assert_eq!(is_token_octet(octet), octet.is_ascii_graphic() && !delimiter, "{octet:#x}");
        }
        assert!(!is_token(b""));
    }

    #[cfg(feature = "http1")]
    #[test]
    fn whether_a_field_was_checked_is_no_part_of_it() {
        use core::hash::BuildHasher;
        use std::hash::RandomState;

        let state = RandomState::new();
        let hash = |header: Header<'_>| state.hash_one(header);
        let (given, checked) = (Header::new("a", "b"), Header::checked(b"a", b"b"));
        assert_eq!((given, hash(given)), (checked, hash(checked)));
        for other in [Header::new("a", "c"), Header::new("c", "b")] {
            assert_ne!(given, other);
            assert_ne!(hash(given), hash(other));
        }
    }

    #[test]
    fn lists_are_equal_when_their_fields_are() {
        let list = |value| {
            let mut list = HeaderList::default();
            list.push(field::VERSION, value);
            list
        };
        assert_eq!(list(Value::Fixed("13")), list(Value::Text("13".to_owned())));
        assert_ne!(list(Value::Fixed("13")), list(Value::Fixed("8")));
        assert_ne!(list(Value::Fixed("13")), HeaderList::default());
    }

    #[test]
    fn lines_of_one_name_are_found_in_order_and_trimmed() {
        let headers = [
            Header::new("connection", " \tkeep-alive \t"),
            Header::new("Connections", "no"),
            Header::new("CONNECTION", "Upgrade"),
            Header::new("Host", " \t "),
        ];
        let found: Vec<_> = lines(&headers, field::CONNECTION).collect();
        assert_eq!(found, [&b"keep-alive"[..], b"Upgrade"]);
        assert_eq!(single(&headers, field::CONNECTION), Single::Repeated);
        assert_eq!(single(&headers, field::HOST), Single::Once(b""));
        assert_eq!(single(&headers, field::KEY), Single::Absent);
    }

    #[test]
    fn a_token_is_a_whole_element_in_any_case() {
        let lists = |value: &str| {
            lists_token(&[Header::new("Connection", value)], field::CONNECTION, "Upgrade")
        };
        for value in
            ["Upgrade", "upgrade", "keep-alive, UPGRADE", ",,Upgrade,", "a,\t upgrade \t,b"]
        {
            assert!(lists(value), "{value}");
        }
        for value in ["", ",", "xupgrade", "notUpgrade", "Upgrade-Insecure-Requests", "up grade"] {
            assert!(!lists(value), "{value}");
        }
    }

    #[test]
    fn only_octets_that_end_a_field_are_forbidden_in_its_value() {
        assert!(Header::new("X-A", &[0xff, b'\t', b' ', 0x7f]).is_well_formed());
        assert!(Header::new("X-A", "").is_well_formed());
        for (name, value) in
            [("", "x"), ("X A", "x"), ("X:", "x"), ("X", "\r"), ("X", "\n"), ("X", "\0")]
        {
            assert!(!Header::new(name, value).is_well_formed(), "{name:?} {value:?}");
        }
    }

    #[test]
    fn a_list_keeps_order_and_finds_by_name() {
        let mut list = HeaderList::default();
        assert!(list.is_empty());
        list.push(field::UPGRADE, Value::Fixed("websocket"));
        list.push(field::KEY, Value::Text("k".to_owned()));
        assert_eq!(list.len(), 2);
        assert_eq!(list.get("sec-websocket-KEY"), Some("k"));
        assert_eq!(list.get("Host"), None);
        let names: Vec<_> = list.iter().map(|header| header.name()).collect();
        assert_eq!(names, [&b"Upgrade"[..], b"Sec-WebSocket-Key"]);
    }

    #[test]
    fn a_header_shows_octets_readably() {
        assert_eq!(format!("{:?}", Header::new("X-A", &[0xff, b'a'])), "X-A: \\xffa");
    }
}
