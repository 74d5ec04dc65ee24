//! UTF-8 in pieces: where a text stops being possible (RFC 3629, RFC 6455 §8.1).

/// Checks octets that arrive in any pieces.
#[derive(Clone, Copy, Debug, Default)]
pub struct Utf8 {
    open: [u8; 4],
    len: usize,
}

impl Utf8 {
    /// Takes the next octets.
    ///
    /// # Errors
    /// The index in `octets` of the first octet after which no text can begin like this. What is
    /// fed after that is looked at as a text of its own.
    pub fn feed(&mut self, octets: &[u8]) -> Result<(), usize> {
        let mut at = 0;
        while self.len > 0 && at < octets.len() {
            self.open[self.len] = octets[at];
            self.len += 1;
            match first_impossible(&self.open[..self.len]) {
                Ok(0) => self.len = 0,
                Ok(_) => {}
                Err(_) => {
                    self.len = 0;
                    return Err(at);
                }
            }
            at += 1;
        }
        let rest = &octets[at..];
        let open = first_impossible(rest).map_err(|bad| at + bad)?;
        if self.len == 0 {
            self.open[..open].copy_from_slice(&rest[rest.len() - open..]);
            self.len = open;
        }
        Ok(())
    }

    /// How many octets of an unfinished code point came last; a text may end only at 0.
    pub const fn open(&self) -> usize {
        self.len
    }
}

/// How many octets at the end belong to an unfinished code point, or where the first octet is after
/// which no text can go on like this.
fn first_impossible(octets: &[u8]) -> Result<usize, usize> {
    let Err(error) = core::str::from_utf8(octets) else { return Ok(0) };
    let at = error.valid_up_to();
    match error.error_len() {
        None => Ok(octets.len() - at),
        // An octet that begins no code point is itself the impossible one; after one that does, it
        // is the first that does not belong.
        Some(n) if matches!(octets[at], 0xc2..=0xf4) => Err(at + n),
        Some(_) => Err(at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All prefixes of all code points, made by encoding them.
    fn prefixes() -> std::collections::HashSet<Vec<u8>> {
        let mut all = std::collections::HashSet::new();
        let mut room = [0; 4];
        for code_point in '\0'..=char::MAX {
            let octets = code_point.encode_utf8(&mut room).as_bytes();
            for n in 1..=octets.len() {
                all.insert(octets[..n].to_vec());
            }
        }
        all
    }

    #[test]
    fn every_sequence_up_to_three_octets_agrees_with_the_encoder() {
        let prefixes = prefixes();
        for value in 0u32..1 << 24 {
            let octets = &value.to_be_bytes()[1..];
            if octets[0] < 0xc0 && value % 97 != 0 {
                continue;
            }
            let mut open = Vec::new();
            let wanted = octets.iter().position(|&octet| {
                open.push(octet);
                if !prefixes.contains(&open) {
                    return true;
                }
                if core::str::from_utf8(&open).is_ok() {
                    open.clear();
                }
                false
            });
            let mut whole = Utf8::default();
            let got = whole.feed(octets);
            assert_eq!(got.err(), wanted, "{octets:02x?}");
            let mut single = Utf8::default();
            let got = (0..3).find(|&i| single.feed(&octets[i..=i]).is_err());
            assert_eq!(got, wanted, "{octets:02x?} octet by octet");
            if wanted.is_none() {
                assert_eq!((whole.open(), single.open()), (open.len(), open.len()));
            }
        }
    }

    #[test]
    fn fourth_octets() {
        let mut check = Utf8::default();
        assert_eq!(check.feed(b"ok \xf0\x9f\x98"), Ok(()));
        assert_eq!(check.open(), 3);
        assert_eq!(check.feed(b"\x80 and \xf4\x90\x80"), Err(7));
        assert_eq!(check.open(), 0);
        assert_eq!(Utf8::default().feed(b"\xf0\x9f\x98x"), Err(3));
        for octet in [0xf0, 0x9f, 0x98] {
            assert_eq!(check.feed(&[octet]), Ok(()));
        }
        assert_eq!((check.feed(b"x"), check.feed(b"x")), (Err(0), Ok(())));
    }
}
