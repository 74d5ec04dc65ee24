//! permessage-deflate (RFC 7692) as the tester knows it: its own codec, and what offers and answers
//! mean.
//!
//! ```text
//!   message ── Compressor ──► octets without the last four ── frames ──► subject
//!   subject ── frames ──► octets ── Inflater ──► message, and Facts about how it was made
//! ```
//!
//! Nothing here is shared with a subject, and nothing comes from a library. What the tester writes
//! goes into reports that are compared for years, so it must not change with a codec's version; and
//! an inflater for a tester tells what others keep to themselves: how far back a sender reaches,
//! which kinds of blocks it writes, and where exactly its data stops to make sense.

mod agreement;
mod code;
mod compress;
mod data;
mod inflate;
mod slices;

pub use agreement::{
    Agreement, Ask, Deflate, Element, NAME, Params, Terms, Unfit, agree, answer, list,
};
pub use compress::{Compressor, Zeros, zeros};
pub use data::Data;
pub use inflate::{Corrupt, Facts, Inflater};
pub use slices::Slices;
pub(crate) use slices::Stream;

/// The end of a flush: what a sender removes behind each message, and a receiver puts back
/// (RFC 7692 §7.2.1).
pub const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

/// The base-2 logarithm of the largest window.
pub const MOST_BITS: u8 = 15;

/// The longest match (RFC 1951 §3.2.5).
const LONGEST: usize = 258;

/// The shortest match.
const SHORTEST: usize = 3;

/// The symbol that ends a block.
const END_OF_BLOCK: usize = 256;

/// For each symbol from 257 on: the shortest length it stands for, and how many bits follow.
const LENGTHS: [(u16, u8); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];

/// For each symbol: the shortest distance it stands for, and how many bits follow.
const DISTANCES: [(u16, u8); 30] = [
    (1, 0),
    (2, 0),
    (3, 0),
    (4, 0),
    (5, 1),
    (7, 1),
    (9, 2),
    (13, 2),
    (17, 3),
    (25, 3),
    (33, 4),
    (49, 4),
    (65, 5),
    (97, 5),
    (129, 6),
    (193, 6),
    (257, 7),
    (385, 7),
    (513, 8),
    (769, 8),
    (1025, 9),
    (1537, 9),
    (2049, 10),
    (3073, 10),
    (4097, 11),
    (6145, 11),
    (8193, 12),
    (12289, 12),
    (16385, 13),
    (24577, 13),
];

/// The order in which the lengths of the code for code lengths are written (RFC 1951 §3.2.7).
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// The code lengths of literals, lengths and the end in a block of the fixed code
/// (RFC 1951 §3.2.6).
const FIXED_LITERALS: [u8; 288] = {
    let mut lengths = [8; 288];
    let mut symbol = 144;
    while symbol < 280 {
        lengths[symbol] = if symbol < 256 { 9 } else { 7 };
        symbol += 1;
    }
    lengths
};

/// The code lengths of distances in a block of the fixed code.
const FIXED_DISTANCES: [u8; 32] = [5; 32];
