//! A frame reader without opinions.

use super::header::Header;
use super::mask::mask;

/// What the reader found next.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A header is complete.
    Header(Header),
    /// Octets of its payload, unmasked if the frame says it is masked; never empty.
    Payload(&'a [u8]),
    /// The frame is complete.
    End,
}

/// Reads frames from octets that arrive in any pieces.
///
/// Memory is bounded whatever a header announces: the reader holds at most one header and one
/// piece of payload.
#[derive(Debug, Default)]
pub struct Reader {
    header: [u8; Header::MAX],
    filled: usize,
    frame: Option<Open>,
    scratch: Vec<u8>,
}

#[derive(Debug)]
struct Open {
    header: Header,
    done: u64,
}

impl Reader {
    /// The largest piece of payload handed out at once, in octets.
    pub const PIECE: usize = 16 * 1024;

    /// Takes octets from the front of `input` until there is something to say; nothing means that
    /// `input` is used up.
    pub fn read<'s, 'i: 's>(&'s mut self, input: &mut &'i [u8]) -> Option<Piece<'s>> {
        let Some(open) = &mut self.frame else { return self.read_header(input) };
        let left = open.header.length - open.done;
        if left == 0 {
            self.frame = None;
            return Some(Piece::End);
        }
        let n = left.min(Self::PIECE as u64).min(input.len() as u64) as usize;
        let (octets, rest) = input.split_at(n);
        *input = rest;
        if n == 0 {
            return None;
        }
        let at = open.done;
        open.done += n as u64;
        let Some(key) = open.header.mask else { return Some(Piece::Payload(octets)) };
        self.scratch.clear();
        self.scratch.extend_from_slice(octets);
        mask(&mut self.scratch, key, at);
        Some(Piece::Payload(&self.scratch))
    }

    /// Whether the octets read so far end inside a frame.
    pub const fn is_mid_frame(&self) -> bool {
        self.filled > 0 || self.frame.is_some()
    }

    fn read_header<'s>(&mut self, input: &mut &[u8]) -> Option<Piece<'s>> {
        while let Some((&octet, rest)) = input.split_first() {
            self.header[self.filled] = octet;
            self.filled += 1;
            *input = rest;
            if let Some((header, _)) = Header::read(&self.header[..self.filled]) {
                self.filled = 0;
                self.frame = Some(Open { header, done: 0 });
                return Some(Piece::Header(header));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{LengthForm, Opcode};

    /// Header, payload, whether the end was seen.
    type Seen = Vec<(Header, Vec<u8>, bool)>;

    fn read(reader: &mut Reader, mut input: &[u8], seen: &mut Seen) {
        while let Some(piece) = reader.read(&mut input) {
            match piece {
                Piece::Header(header) => seen.push((header, Vec::new(), false)),
                Piece::Payload(octets) => seen.last_mut().unwrap().1.extend_from_slice(octets),
                Piece::End => seen.last_mut().unwrap().2 = true,
            }
        }
        assert!(input.is_empty());
    }

    #[test]
    fn deviating_frames_come_back_under_every_cut() {
        let mut wire = Vec::new();
        let mut wanted = Vec::new();
        for (rsv, opcode, key, form) in [
            (0, 1, None, LengthForm::Seven),
            (5, 2, Some([9, 8, 7, 6]), LengthForm::Sixteen),
            (7, 11, Some([0, 0, 0, 0]), LengthForm::SixtyFour),
            (0, 8, None, LengthForm::SixtyFour),
        ] {
            for length in [0u64, 1, 9] {
                let header =
                    Header { fin: rsv == 0, rsv, opcode: Opcode(opcode), mask: key, form, length };
                header.write(&mut wire);
                let plain: Vec<u8> = (0..length as u8).collect();
                let mut octets = plain.clone();
                mask(&mut octets, key.unwrap_or_default(), 0);
                wire.extend(octets);
                wanted.push((header, plain, true));
            }
        }
        for cut in 0..=wire.len() {
            let (mut reader, mut seen) = (Reader::default(), Vec::new());
            read(&mut reader, &wire[..cut], &mut seen);
            read(&mut reader, &wire[cut..], &mut seen);
            assert_eq!(seen, wanted);
            assert!(!reader.is_mid_frame());
        }
    }

    #[test]
    fn announced_lengths_take_no_memory() {
        let header = Header::new(Opcode::BINARY, u64::MAX);
        let mut wire = Vec::new();
        header.write(&mut wire);
        wire.extend([7; 3]);
        let (mut reader, mut seen) = (Reader::default(), Vec::new());
        read(&mut reader, &wire, &mut seen);
        assert_eq!(seen, [(header, vec![7; 3], false)]);
        assert!(reader.is_mid_frame());
    }
}
