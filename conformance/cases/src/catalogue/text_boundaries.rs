//! The boundaries of the UTF-8 grammar, octet by octet (RFC 3629 §4).

use super::{NOTHING, echo, invalid_text};
use crate::case::Case;
use crate::payload::Payload;
use crate::step::{Kind, text};

/// A row of the grammar: the first octets at its ends, the range of the second octet, and how many
/// octets a sequence has.
type Row = (&'static [u8], (u8, u8), usize);

const ROWS: [Row; 8] = [
    (&[0xc2, 0xdf], (0x80, 0xbf), 2),
    (&[0xe0], (0xa0, 0xbf), 3),
    (&[0xe1, 0xec], (0x80, 0xbf), 3),
    (&[0xed], (0x80, 0x9f), 3),
    (&[0xee, 0xef], (0x80, 0xbf), 3),
    (&[0xf0], (0x90, 0xbf), 4),
    (&[0xf1, 0xf3], (0x80, 0xbf), 4),
    (&[0xf4], (0x80, 0x8f), 4),
];
/// Second octets around the ends of every range.
const SECONDS: [u8; 8] = [0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0];
/// First octets that begin nothing.
const NEVER_FIRST: [u8; 15] =
    [0x80, 0x8f, 0x90, 0xbf, 0xc0, 0xc1, 0xf5, 0xf6, 0xf7, 0xf8, 0xfb, 0xfc, 0xfd, 0xfe, 0xff];
/// Octets that are no continuation.
const NO_CONTINUATION: [u8; 3] = [0x00, 0x7f, 0xc0];

pub(super) fn add(cases: &mut Vec<Case>) {
    for (firsts, (least, most), size) in ROWS {
        for &first in firsts {
            for second in SECONDS {
                let mut sequence = vec![first, second];
                sequence.resize(size, 0x80);
                cases.push(case(&sequence, (least..=most).contains(&second)));
            }
            for at in 2..size {
                for octet in NO_CONTINUATION {
                    let mut sequence = vec![first, least];
                    sequence.resize(size, 0xbf);
                    sequence[at] = octet;
                    cases.push(case(&sequence, false));
                }
            }
            for missing in 1..size {
                let mut sequence = vec![first, least];
                sequence.resize(size, 0xbf);
                sequence.truncate(size - missing);
                cases.push(case(&sequence, false));
            }
            let mut sequence = vec![first, most];
            sequence.resize(size, 0xbf);
            sequence.push(0x80);
            cases.push(case(&sequence, false));
        }
        // A code point that begins where another should go on.
        for missing in 1..size {
            let mut sequence = vec![firsts[0], least];
            sequence.resize(size, 0xbf);
            sequence.truncate(size - missing);
            sequence.extend("\u{e9}".bytes());
            cases.push(case(&sequence, false));
        }
    }
    for first in NEVER_FIRST {
        cases.push(case(&[first], false));
        cases.push(case(&[first, 0x80], false));
        cases.push(case(&[first, 0xbf], false));
    }
    // The byte order marks of another encoding.
    for mark in [b"\xfe\xff", b"\xff\xfe"] {
        cases.push(case(mark, false));
    }
    // As whole as such a sequence could be, for readers that count continuations.
    for (first, size) in [(0xf5, 4), (0xf6, 4), (0xf7, 4), (0xf8, 5), (0xfc, 6), (0xfe, 7)] {
        let mut sequence = vec![first];
        sequence.resize(size, 0x90);
        cases.push(case(&sequence, false));
    }
}

/// The sequence between two letters, so that what is lost or taken too much shows.
fn case(sequence: &[u8], valid: bool) -> Case {
    let octets = [b"x", sequence, b"y"].concat();
    let hex: String = sequence.iter().map(|octet| format!("{octet:02x}")).collect();
    let reaction = if valid { "to be echoed" } else { "to be refused" };
    let title = format!("A text with the octets {hex} between two letters, {reaction}.");
    let case = Case::new(format!("text/sequence/{hex}"), title)
        .clauses(&["3629#4", "6455#8.1"])
        .step(text(octets.clone()));
    if valid {
        echo(case, Kind::Text, Payload::octets(octets))
    } else {
        case.sees(NOTHING).ends(invalid_text())
    }
}

#[cfg(test)]
mod tests {
    use crate::case::By;

    #[test]
    fn the_rows_say_what_the_standard_library_says() {
        let mut cases = Vec::new();
        super::add(&mut cases);
        for case in cases {
            let crate::step::Step::Frame(frame) = &case.script[0] else { panic!("{}", case.id) };
            let valid = core::str::from_utf8(&frame.payload.to_vec()).is_ok();
            assert_eq!(case.ending.by == By::Tester, valid, "{}", case.id);
        }
    }
}
