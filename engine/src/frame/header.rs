//! Frame headers, read with every check the header alone allows and written in the shortest form
//! (RFC 6455 §5.2).
//!
//! ```text
//!   octet 0            1              2 …                   … last four
//!   FIN RSV1-3 opcode  MASK length-7  [16 or 64 bit length] [masking key]
//! ```
//!
//! Checks run in the order of the octets and each as soon as its octet is there, so a fault is found
//! at the same octet wherever the input was cut (law 2).

use super::opcode::OpCode;
use crate::error::Violation;

/// The longest header: two octets, eight of length, four of masking key.
pub(crate) const LONGEST: usize = 14;
/// The longest payload of a control frame (§5.5).
pub(crate) const LONGEST_CONTROL: u64 = 125;

pub(crate) const FIN: u8 = 0x80;
const RESERVED_BITS: u8 = 0x70;
pub(crate) const RSV1: u8 = 0x40;
pub(crate) const MASKED: u8 = 0x80;

/// A header as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// FIN, RSV1 to RSV3 and the opcode.
    pub(crate) first: u8,
    /// The payload's length in octets, below 2^63.
    pub(crate) length: u64,
    /// The masking key; all zero changes nothing, which is also right for an unmasked frame.
    pub(crate) key: [u8; 4],
    /// Octets of this header: 2 to 14.
    pub(crate) size: usize,
    /// It opens a message that the extension the engine speaks has compressed (RFC 7692 §6).
    pub(crate) compressed: bool,
}

impl Header {
    pub(crate) const fn fin(&self) -> bool {
        self.first & FIN != 0
    }

    pub(crate) const fn opcode(&self) -> OpCode {
        OpCode::of(self.first)
    }

    /// Whether an extension of the application's is at work: a reserved bit or a reserved opcode.
    pub(crate) const fn is_custom(&self) -> bool {
        (self.first & RESERVED_BITS != 0 && !self.compressed) || self.opcode().is_reserved()
    }
}

/// Which masks the receiver accepts (§5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MaskRule {
    /// A server's rule: every frame is masked.
    Required,
    /// A server's rule when masking is switched off.
    Optional,
    /// A client's rule: no frame is masked.
    Forbidden,
}

/// What the receiver knows when a header arrives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub(crate) mask: MaskRule,
    /// An extension was negotiated, so reserved bits and opcodes have a meaning to the application.
    pub(crate) extensions: bool,
    /// permessage-deflate was negotiated and is the engine's business, and RSV1 with it.
    pub(crate) deflate: bool,
    /// A fragmented message is open.
    pub(crate) in_message: bool,
    /// How many more octets the message may have before it exceeds the limit. A message whose first
    /// frame is compressed is not measured here.
    pub(crate) room: u64,
}

/// Reads one header from the start of `bytes`.
///
/// `Ok(None)` asks for more octets. An error comes with the index of the octet that decides it.
#[inline]
pub(crate) fn read(bytes: &[u8], rules: &Rules) -> Result<Option<Header>, (Violation, usize)> {
    let &[first, ref rest @ ..] = bytes else { return Ok(None) };
    check_first(first, rules).map_err(|violation| (violation, 0))?;
    let &[second, ref rest @ ..] = rest else { return Ok(None) };
    check_second(first, second, rules).map_err(|violation| (violation, 1))?;

    let (length, length_size) = match second & !MASKED {
        126 => {
            let Some((&octets, _)) = rest.split_first_chunk::<2>() else { return Ok(None) };
            (u64::from(u16::from_be_bytes(octets)), 2)
        }
        127 => {
            check_long_length(rest)?;
            let Some((&octets, _)) = rest.split_first_chunk::<8>() else { return Ok(None) };
            (u64::from_be_bytes(octets), 8)
        }
        short => (u64::from(short), 0),
    };
    let last_of_length = 1 + length_size;
    if length_size == 2 && length < 126 {
        return Err((Violation::LengthNotMinimal, last_of_length));
    }
    let compressed = rules.deflate && first & RSV1 != 0;
    if !OpCode::of(first).is_control() && !compressed && length > rules.room {
        return Err((Violation::MessageTooBig, last_of_length));
    }
    let mut key = [0; 4];
    let mut size = 2 + length_size;
    if second & MASKED != 0 {
        let Some((&octets, _)) = rest.get(length_size..).and_then(<[u8]>::split_first_chunk) else {
            return Ok(None);
        };
        key = octets;
        size += 4;
    }
    Ok(Some(Header { first, length, key, size, compressed }))
}

#[inline]
fn check_first(first: u8, rules: &Rules) -> Result<(), Violation> {
    let opcode = OpCode::of(first);
    if first & RESERVED_BITS != 0 && !may_reserve(first, rules) {
        return Err(Violation::ReservedBits);
    }
    if opcode.is_reserved() && !rules.extensions {
        return Err(Violation::ReservedOpcode);
    }
    if opcode.is_control() {
        return if first & FIN == 0 { Err(Violation::ControlFragmented) } else { Ok(()) };
    }
    match (opcode == OpCode::CONTINUATION, rules.in_message) {
        (true, false) => Err(Violation::ContinuationWithoutStart),
        (false, true) => Err(Violation::MessageInterrupted),
        _ => Ok(()),
    }
}

/// Whether an extension may have set the reserved bits of a frame: the one that opens a message, or
/// one whose opcode the extension itself defines (RFC 6455 §5.2, RFC 7692 §6).
fn may_reserve(first: u8, rules: &Rules) -> bool {
    let opcode = OpCode::of(first);
    let opens_message = matches!(opcode, OpCode::TEXT | OpCode::BINARY);
    if rules.deflate && first & RSV1 != 0 {
        // Ambiguous: another extension may come on top of compression, but then the payload is in
        // a form the engine cannot inflate.
        opens_message && first & RESERVED_BITS == RSV1
    } else {
        rules.extensions && (opens_message || opcode.is_reserved())
    }
}

#[inline]
fn check_second(first: u8, second: u8, rules: &Rules) -> Result<(), Violation> {
    match (rules.mask, second & MASKED != 0) {
        (MaskRule::Required, false) => return Err(Violation::MaskMissing),
        (MaskRule::Forbidden, true) => return Err(Violation::MaskForbidden),
        _ => {}
    }
    let opcode = OpCode::of(first);
    let length = u64::from(second & !MASKED);
    if opcode.is_control() && length > LONGEST_CONTROL {
        return Err(Violation::ControlTooLong);
    }
    if opcode == OpCode::CLOSE && length == 1 {
        return Err(Violation::CloseBodyTooShort);
    }
    Ok(())
}

/// The 64-bit form, as far as it has arrived: the top bit is clear, and the value does not fit into
/// 16 bits. The latter is decided by the sixth octet at the latest.
fn check_long_length(length: &[u8]) -> Result<(), (Violation, usize)> {
    if length.first().is_some_and(|octet| octet & 0x80 != 0) {
        return Err((Violation::LengthTopBit, 2));
    }
    match length.first_chunk::<6>() {
        Some([0, 0, 0, 0, 0, 0]) => Err((Violation::LengthNotMinimal, 7)),
        _ => Ok(()),
    }
}

/// A header ready to be sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written {
    /// The header and zeros behind it.
    octets: [u8; WIDTH],
    /// `size <= LONGEST`
    size: usize,
}

/// Two machine words, into which every header fits.
const WIDTH: usize = 16;

impl Written {
    #[inline]
    pub(crate) fn as_slice(&self) -> &[u8] {
        self.octets.get(..self.size).unwrap_or_default()
    }

    /// Copies the header to the start of `area`, which has room for two machine words; answers with
    /// its length. What is behind it there is overwritten, too.
    #[inline(always)]
    pub(crate) fn copy_to(&self, area: &mut [u8]) -> usize {
        // Cannot be shorter: no send buffer is.
        let Some(start) = area.first_chunk_mut() else { return 0 };
        *start = self.octets;
        self.size
    }
}

/// Writes the header of a frame whose first octet is `first`: shortest length form, masked if there
/// is a key. `length` is below 2^63, as every length of memory is.
///
/// The octets are put together in a register, the first of them lowest: what is written to memory
/// one by one cannot be read back at once.
#[inline(always)]
pub(crate) fn write(first: u8, length: u64, key: Option<[u8; 4]>) -> Written {
    let mask = if key.is_some() { MASKED } else { 0 };
    let start = |second: u8| u16::from_le_bytes([first, mask | second]);
    if let Ok(short @ 0..=125) = u8::try_from(length) {
        // All of it fits into one word.
        let key_behind = key.map_or(0, |key| u64::from(u32::from_le_bytes(key)) << 16);
        let octets = u64::from(start(short)) | key_behind;
        let size = if key.is_some() { 6 } else { 2 };
        return Written { octets: u128::from(octets).to_le_bytes(), size };
    }
    let (second, long, mut size) = match u16::try_from(length) {
        Ok(medium) => (126, u64::from(medium.swap_bytes()), 4),
        Err(_) => (127, length.swap_bytes(), 10),
    };
    let mut octets = u128::from(start(second)) | u128::from(long) << 16;
    if let Some(key) = key {
        octets |= u128::from(u32::from_le_bytes(key)) << (8 * size);
        size += 4;
    }
    Written { octets: octets.to_le_bytes(), size }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: Rules = Rules {
        mask: MaskRule::Optional,
        extensions: false,
        deflate: false,
        in_message: false,
        room: u64::MAX,
    };

    fn verdict(bytes: &[u8], rules: &Rules) -> Result<Option<Header>, (Violation, usize)> {
        // Whatever a prefix says, the whole must say as well.
        for cut in 0..bytes.len() {
            match read(&bytes[..cut], rules) {
                Ok(None) => {}
                early => return early,
            }
        }
        read(bytes, rules)
    }

    #[test]
    fn what_is_written_is_read() {
        for length in [0, 1, 125, 126, 127, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 1 << 40]
        {
            for key in [None, Some([1, 2, 3, 4])] {
                let written = write(0x82, length, key);
                let header = verdict(written.as_slice(), &SERVER).unwrap().unwrap();
                assert_eq!(header.length, length);
                assert_eq!(header.key, key.unwrap_or_default());
                assert_eq!(header.size, written.as_slice().len());
                assert!(header.fin() && header.opcode() == OpCode::BINARY && !header.is_custom());
            }
        }
    }

    #[test]
    fn a_fault_names_the_octet_that_decides_it() {
        let in_message = Rules { in_message: true, ..SERVER };
        let client = Rules { mask: MaskRule::Forbidden, ..SERVER };
        let strict = Rules { mask: MaskRule::Required, ..SERVER };
        let small = Rules { room: 10, ..SERVER };
        let table: &[(&[u8], &Rules, Violation, usize)] = &[
            (&[0xc1], &SERVER, Violation::ReservedBits, 0),
            (&[0xb9], &SERVER, Violation::ReservedBits, 0),
            (&[0x83], &SERVER, Violation::ReservedOpcode, 0),
            (&[0x8f], &SERVER, Violation::ReservedOpcode, 0),
            (&[0x09], &SERVER, Violation::ControlFragmented, 0),
            (&[0x80], &SERVER, Violation::ContinuationWithoutStart, 0),
            (&[0x81], &in_message, Violation::MessageInterrupted, 0),
            (&[0x81, 0x00], &strict, Violation::MaskMissing, 1),
            (&[0x81, 0x80], &client, Violation::MaskForbidden, 1),
            (&[0x89, 126], &SERVER, Violation::ControlTooLong, 1),
            (&[0x88, 1], &SERVER, Violation::CloseBodyTooShort, 1),
            (&[0x82, 126, 0, 125], &SERVER, Violation::LengthNotMinimal, 3),
            (&[0x82, 127, 0, 0, 0, 0, 0, 0], &SERVER, Violation::LengthNotMinimal, 7),
            (&[0x82, 127, 0x80], &SERVER, Violation::LengthTopBit, 2),
            (&[0x82, 11], &small, Violation::MessageTooBig, 1),
            (&[0x82, 126, 1, 0], &small, Violation::MessageTooBig, 3),
        ];
        for (bytes, rules, violation, index) in table {
            assert_eq!(verdict(bytes, rules), Err((*violation, *index)), "{bytes:02x?}");
            assert_eq!(read(&bytes[..bytes.len() - 1], rules), Ok(None), "{bytes:02x?}");
        }
    }

    #[test]
    fn an_extension_may_mark_the_frame_that_opens_a_message() {
        let extended = Rules { extensions: true, ..SERVER };
        assert!(verdict(&[0xc1, 0x00], &extended).unwrap().unwrap().is_custom());
        assert!(verdict(&[0xf3, 0x00], &extended).unwrap().unwrap().is_custom());
        let ping = verdict(&[0xc9, 0x00], &extended);
        assert_eq!(ping, Err((Violation::ReservedBits, 0)));
        let continuation = Rules { in_message: true, ..extended };
        assert_eq!(verdict(&[0xc0, 0], &continuation), Err((Violation::ReservedBits, 0)));
    }

    #[test]
    fn compression_takes_rsv1_and_leaves_the_rest() {
        let deflate = Rules { deflate: true, room: 10, ..SERVER };
        let both = Rules { extensions: true, ..deflate };
        let refused = Err((Violation::ReservedBits, 0));
        for rules in [deflate, both] {
            let compressed = verdict(&[0xc1, 100], &rules).unwrap().unwrap();
            assert!(compressed.compressed && !compressed.is_custom());
            assert_eq!(verdict(&[0x81, 100], &rules), Err((Violation::MessageTooBig, 1)));
            for first in [0xd1, 0xe2, 0xc3, 0xcb, 0xc9, 0xc8] {
                assert_eq!(verdict(&[first, 0], &rules), refused, "{first:#x}");
            }
            let continuation = Rules { in_message: true, ..rules };
            assert_eq!(verdict(&[0xc0, 0], &continuation), refused);
        }
        assert_eq!(verdict(&[0xa1, 0], &deflate), refused);
        assert_eq!(verdict(&[0x83, 0], &deflate), Err((Violation::ReservedOpcode, 0)));
        assert!(verdict(&[0xa1, 0], &both).unwrap().unwrap().is_custom());
        assert!(verdict(&[0x83, 0], &both).unwrap().unwrap().is_custom());
    }
}
