//! What a client draws when it connects, which nobody may foresee (RFC 6455 §4.1, §5.3).

use super::{Entry, Transcript};
use crate::breach::Breach;
use crate::http::Head;

/// The random part of the beginning of a client's connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beginning {
    /// Its `Sec-WebSocket-Key`, if the tester has seen the request.
    key: Option<Vec<u8>>,
    /// The masking keys of its first two frames, if there were as many.
    masks: Option<[[u8; 4]; 2]>,
}

impl Beginning {
    /// That of the connection that went like this.
    pub fn of(transcript: &Transcript) -> Self {
        let head = transcript.lines.iter().find_map(|line| match &line.entry {
            Entry::ReceivedHead(text) => Some(Head::asked(&text.head)),
            _ => None,
        });
        let key = head.and_then(|head| head.value("Sec-WebSocket-Key").map(<[u8]>::to_vec));
        let mut masks = transcript.lines.iter().flat_map(|line| {
            let mask = match &line.entry {
                Entry::Received { header, .. } => header.mask,
                _ => None,
            };
            mask.into_iter().cycle().take(line.times as usize)
        });
        let masks = masks.next().zip(masks.next()).map(|(first, second)| [first, second]);
        Self { key, masks }
    }

    /// The rules that a connection breaks which begins like this, and like an earlier one.
    pub fn breaches(&self, earlier: &Self) -> impl Iterator<Item = Breach> + use<> {
        let key = self.key.is_some() && self.key == earlier.key;
        let masks = self.masks.is_some() && self.masks == earlier.masks;
        let broken = [(key, Breach::RequestKeyRepeated), (masks, Breach::MasksRepeated)];
        broken.into_iter().filter(|(is_broken, _)| *is_broken).map(|(_, breach)| breach)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload::Blob;
    use crate::role::Role;
    use crate::wire::{Header, Opcode};

    fn beginning(key: &str, masks: &[[u8; 4]]) -> Beginning {
        let mut transcript = Transcript::new(Role::Client);
        let request = format!("GET / HTTP/1.1\r\nsec-websocket-key: {key}\r\n\r\n");
        transcript.push(Entry::ReceivedHead(request.as_bytes().into()));
        for mask in masks {
            let header = Header { mask: Some(*mask), ..Header::new(Opcode::PONG, 0) };
            transcript.push(Entry::Received { header, payload: Blob::from(&b""[..]) });
        }
        Beginning::of(&transcript)
    }

    #[test]
    fn what_comes_again_is_told_and_nothing_else() {
        let first = beginning("a", &[[1; 4], [2; 4], [3; 4]]);
        let told =
            |key, masks: &[[u8; 4]]| -> Vec<_> { beginning(key, masks).breaches(&first).collect() };
        assert_eq!(told("b", &[[2; 4], [1; 4]]), []);
        assert_eq!(told("b", &[[1; 4], [3; 4]]), []);
        assert_eq!(told("b", &[[1; 4]]), [], "one key says little");
        assert_eq!(told("a", &[]), [Breach::RequestKeyRepeated]);
        assert_eq!(told("b", &[[1; 4], [2; 4]]), [Breach::MasksRepeated]);
        assert_eq!(
            told("a", &[[1; 4], [2; 4]]),
            [Breach::RequestKeyRepeated, Breach::MasksRepeated]
        );
        // The same key in both frames is one line of a transcript.
        let constant = beginning("c", &[[7; 4], [7; 4]]);
        assert_eq!(constant.breaches(&constant.clone()).count(), 2);
        assert_eq!(Beginning::default().breaches(&Beginning::default()).count(), 0);
    }
}
