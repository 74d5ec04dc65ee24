//! Incremental UTF-8: each octet is checked as it arrives, code points may be cut anywhere
//! (RFC 6455 §8.1, RFC 3629 §4).

/// Checks a text message piece by piece.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Utf8 {
    /// The octets of a code point that is not complete; `open <= 3`.
    head: [u8; 3],
    open: usize,
}

impl Utf8 {
    /// Checks the next octets.
    ///
    /// # Errors
    ///
    /// The index of the first octet with which the text cannot go on.
    #[inline]
    pub(crate) fn check(&mut self, bytes: &[u8]) -> Result<(), usize> {
        if self.is_complete() && bytes.len() < LONG && core::str::from_utf8(bytes).is_ok() {
            return Ok(());
        }
        self.check_any(bytes)
    }

    /// The same of text that is long, or not whole, or wrong.
    #[inline(never)]
    fn check_any(&mut self, bytes: &[u8]) -> Result<(), usize> {
        let finished = self.finish_open(bytes)?;
        let rest = bytes.get(finished..).unwrap_or_default();
        let good = checked_prefix(rest);
        self.check_closely(rest.get(good..).unwrap_or_default())
            .map_err(|index| finished + good + index)
    }

    /// Checks octets at whose start no code point is open, up to the first that cannot be.
    fn check_closely(&mut self, rest: &[u8]) -> Result<(), usize> {
        let Err(error) = core::str::from_utf8(rest) else { return Ok(()) };
        let at = error.valid_up_to();
        let tail = rest.get(at..).unwrap_or_default();
        match error.error_len() {
            None => {
                self.open = tail.len().min(self.head.len());
                for (slot, octet) in self.head.iter_mut().zip(tail) {
                    *slot = *octet;
                }
                Ok(())
            }
            // `good` octets in front of the impossible one belong to the sequence; an octet that
            // can start nothing is impossible itself.
            Some(good) => Err(at + if next_range(&[], tail).is_some() { good } else { 0 }),
        }
    }

    /// Whether the text may end here.
    pub(crate) const fn is_complete(self) -> bool {
        self.open == 0
    }

    /// Feeds octets to the open code point until it is complete; returns how many it took.
    fn finish_open(&mut self, bytes: &[u8]) -> Result<usize, usize> {
        let mut taken = 0;
        while self.open > 0 {
            let Some(octet) = bytes.get(taken) else { break };
            let head = self.head.get(..self.open).unwrap_or_default();
            let Some((low, high)) = next_range(head, &[]) else { return Err(taken) };
            if !(low..=high).contains(octet) {
                return Err(taken);
            }
            taken += 1;
            if self.open + 1 == sequence_length(self.head) {
                self.open = 0;
            } else {
                if let Some(slot) = self.head.get_mut(self.open) {
                    *slot = *octet;
                }
                self.open += 1;
            }
        }
        Ok(taken)
    }
}

/// Shorter text is checked faster by the standard library.
const LONG: usize = 24;
/// Shorter text is padded, since vectors are not used on less.
const VECTORS: usize = 64;

/// How many octets from the start are known to be UTF-8. Of long text it is all but a code point cut
/// off at the end, or nothing if there is a mistake, which then has to be looked for.
fn checked_prefix(text: &[u8]) -> usize {
    if text.len() < LONG {
        return 0;
    }
    // A code point has at most three octets behind its first.
    let is_first = |octet: &u8| *octet & 0xc0 != 0x80;
    let behind = text.iter().rev().take(3).position(is_first).map_or(0, |index| index + 1);
    let prefix = text.split_at_checked(text.len() - behind).unwrap_or_default().0;
    let mut padded = [0; VECTORS];
    let checked = match padded.get_mut(..prefix.len()) {
        Some(start) => {
            start.copy_from_slice(prefix);
            simdutf8::basic::from_utf8(&padded)
        }
        None => simdutf8::basic::from_utf8(prefix),
    };
    if checked.is_ok() { prefix.len() } else { 0 }
}

/// The octets that may follow `head` (then the first octet of `tail`) inside one code point, as
/// RFC 3629 §4 lists them; `None` when the first octet can start nothing that is longer than one.
fn next_range(head: &[u8], tail: &[u8]) -> Option<(u8, u8)> {
    let first = *head.first().or_else(|| tail.first())?;
    if head.len() > 1 {
        return Some((0x80, 0xbf));
    }
    match first {
        0xc2..=0xdf | 0xe1..=0xec | 0xee | 0xef | 0xf1..=0xf3 => Some((0x80, 0xbf)),
        0xe0 => Some((0xa0, 0xbf)),
        0xed => Some((0x80, 0x9f)),
        0xf0 => Some((0x90, 0xbf)),
        0xf4 => Some((0x80, 0x8f)),
        _ => None,
    }
}

/// How long the code point is that starts with `head`'s first octet.
const fn sequence_length(head: [u8; 3]) -> usize {
    match head {
        [0xf0..=0xff, ..] => 4,
        [0xe0..=0xef, ..] => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition: the first index at which no completion is valid.
    fn first_impossible(bytes: &[u8]) -> Option<usize> {
        (1..=bytes.len()).find_map(|end| match core::str::from_utf8(&bytes[..end]) {
            Err(error) if error.error_len().is_some() => Some(end - 1),
            _ => None,
        })
    }

    fn in_pieces(bytes: &[u8], cut: usize) -> (Option<usize>, bool) {
        let mut text = Utf8::default();
        let (a, b) = bytes.split_at(cut);
        if let Err(index) = text.check(a) {
            return (Some(index), false);
        }
        match text.check(b) {
            Err(index) => (Some(cut + index), false),
            Ok(()) => (None, text.is_complete()),
        }
    }

    #[test]
    fn every_lead_and_second_octet_at_every_cut() {
        let thirds = [0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xff];
        for lead in 0..=255 {
            for second in 0..=255 {
                for third in thirds {
                    let bytes = [b'a', lead, second, third, 0x80, b'z'];
                    let expected = first_impossible(&bytes);
                    for cut in 0..=bytes.len() {
                        let (found, _) = in_pieces(&bytes, cut);
                        assert_eq!(found, expected, "{bytes:02x?} cut at {cut}");
                    }
                }
            }
        }
    }

    #[test]
    fn long_text_is_checked_as_short_text_is() {
        let text = "Grüße, κόσμε! 世界 🦀 and plain words. ".repeat(4).into_bytes();
        for cut in 0..=text.len() {
            assert_eq!(in_pieces(&text, cut), (None, true), "cut at {cut}");
            let whole = core::str::from_utf8(&text[..cut]).is_ok();
            assert_eq!(in_pieces(&text[..cut], 0), (None, whole), "ends at {cut}");
            for octet in [0x00, 0x80, 0xbf, 0xc0, 0xe0, 0xed, 0xf0, 0xf4, 0xff] {
                let mut text = text.clone();
                text.insert(cut, octet);
                let expected = first_impossible(&text);
                for first in [0, cut.saturating_sub(2), cut, text.len() - 40, text.len()] {
                    assert_eq!(in_pieces(&text, first).0, expected, "{octet:#x} at {cut}, {first}");
                }
            }
        }
    }

    #[test]
    fn an_open_code_point_is_remembered_over_single_octets() {
        let text = "κόσμε\u{10ffff}\u{ffff}";
        for end in 0..=text.len() {
            let mut utf8 = Utf8::default();
            for octet in &text.as_bytes()[..end] {
                assert_eq!(utf8.check(&[*octet]), Ok(()));
            }
            assert_eq!(utf8.is_complete(), text.is_char_boundary(end), "{end}");
        }
    }
}
