//! Subprotocols: the grammar of `Sec-WebSocket-Protocol`, `1#token` in a request and one token in a
//! response (RFC 6455 §4.3, §11.3.4).

use super::HandshakeError;
use super::headers::{self, Header, Single, field};

/// The list of subprotocols in a request, all its `Sec-WebSocket-Protocol` lines together. Empty
/// when there is no such line.
pub(crate) fn listed<'a>(headers: &[Header<'a>]) -> Result<Vec<&'a str>, HandshakeError> {
    let mut list = Vec::new();
    let mut present = false;
    for line in headers::lines(headers, field::PROTOCOL) {
        present = true;
        for element in headers::elements(line) {
            list.push(headers::token(element).ok_or(HandshakeError::SubprotocolMalformed)?);
        }
    }
    if present && list.is_empty() {
        return Err(HandshakeError::SubprotocolListEmpty);
    }
    // RFC 6455 §4.1: they all differ. Ambiguous: only the client is bound, so a server could also
    // take the first of two equal names; refusing is what §4.2.1 asks for on any deviation.
    if has_repeated(&list) {
        return Err(HandshakeError::SubprotocolTwice);
    }
    Ok(list)
}

/// The subprotocol named by a response; `None` when it has no such field.
pub(crate) fn answered<'a>(headers: &[Header<'a>]) -> Result<Option<&'a [u8]>, HandshakeError> {
    match headers::single(headers, field::PROTOCOL) {
        Single::Absent => Ok(None),
        Single::Once(name) => Ok(Some(name)),
        Single::Repeated => Err(HandshakeError::SubprotocolRepeated),
    }
}

/// Whether a name occurs twice, in the time of a sort.
pub(crate) fn has_repeated(names: &[&str]) -> bool {
    let mut sorted = names.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| matches!(pair, [one, other] if one == other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_of_subprotocols() {
        let read = |value: &[u8]| match listed(&[Header::new(field::PROTOCOL, value)]) {
            Ok(list) => list.join(" "),
            Err(error) => error.name().to_owned(),
        };
        assert_eq!(read(b"x, chat"), "x chat");
        assert_eq!(read(b" ,x,\t, chat,"), "x chat");
        assert_eq!(read(b"chat, Chat"), "chat Chat");
        assert_eq!(read(b"chat, x, chat"), "SubprotocolTwice");
        assert_eq!(read(b""), "SubprotocolListEmpty");
        assert_eq!(read(b","), "SubprotocolListEmpty");
        let malformed: [&[u8]; 8] =
            [b"ch at", b"chat;v=1", b"a/b", b"(c)", b"@", b"caf\xc3\xa9", b"\"chat\"", b"a,b\0"];
        for value in malformed {
            assert_eq!(read(value), "SubprotocolMalformed", "{}", value.escape_ascii());
        }
    }
}
