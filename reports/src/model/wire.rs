//! What went over the wire in one case: bounded, one entry per frame or event.

use core::fmt::Write as _;
use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// The wire log of one case, in the order things happened.
///
/// It is bounded: the first [`Wire::HEAD`] and the last [`Wire::TAIL`] entries are kept, and of
/// each entry at most [`WireEntry::SHOWN`] octets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Wire {
    /// The way the octets were cut, such as `whole`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cuts: Option<String>,
    /// The entries that were kept.
    pub entries: Vec<WireEntry>,
    /// How many entries were left out between the first and the last ones.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub omitted: u64,
}

impl Wire {
    /// How many entries are kept from the beginning.
    pub const HEAD: usize = 48;
    /// How many entries are kept from the end.
    pub const TAIL: usize = 16;

    /// Collects entries, numbers them and keeps the log bounded. The first entry
    /// with a guilty octet is kept even when it would have been left out.
    #[must_use]
    pub fn collect(cuts: Option<String>, entries: impl IntoIterator<Item = WireEntry>) -> Self {
        let (mut kept, mut omitted) = (Vec::new(), 0);
        let mut tail = VecDeque::with_capacity(Self::TAIL);
        let mut guilty_rescued = false;
        for (at, mut entry) in (0..).zip(entries) {
            entry.at = at;
            if kept.len() < Self::HEAD {
                kept.push(entry);
                continue;
            }
            let pushed_out = if tail.len() == Self::TAIL { tail.pop_front() } else { None };
            tail.push_back(entry);
            match pushed_out {
                Some(out) if out.guilty.is_some() && !guilty_rescued => {
                    guilty_rescued = true;
                    kept.push(out);
                }
                Some(_) => omitted += 1,
                None => {}
            }
        }
        kept.extend(tail);
        Self { cuts, entries: kept, omitted }
    }
}

/// Which way an entry went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Octets from the tester to the subject.
    ToSubject,
    /// Octets from the subject to the tester.
    FromSubject,
    /// No octets: a settling, a timer, an end of stream, a remark.
    #[default]
    Event,
}

impl Direction {
    /// A sign for plain text.
    #[must_use]
    pub fn arrow(self) -> &'static str {
        match self {
            Self::ToSubject => "-->",
            Self::FromSubject => "<--",
            Self::Event => "---",
        }
    }
}

/// One frame, one run of octets that is no frame, or one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WireEntry {
    /// Position in the whole log, from 0; numbers of omitted entries are not used again.
    pub at: u64,
    /// Which way it went.
    pub direction: Direction,
    /// How many times in a row it went like this; the other fields describe the first.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub times: u32,
    /// Stream offset of the first octet in its direction; 0 is the first after the opening
    /// handshake, for the handshake itself it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// Octets on the wire, shown or not.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub length: u64,
    /// The octets shown, as lower-case hexadecimal digits without spaces.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hex: String,
    /// Index in the entry of the first octet shown.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub shown_from: u64,
    /// Index in the entry of the octet that decided the verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guilty: Option<u64>,
    /// The frame header and the unmasked payload's beginning, when the octets are one frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoded: Option<DecodedFrame>,
    /// A remark for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Default for WireEntry {
    /// An event without a word.
    fn default() -> Self {
        Self {
            at: 0,
            direction: Direction::Event,
            times: 1,
            offset: None,
            length: 0,
            hex: String::new(),
            shown_from: 0,
            guilty: None,
            decoded: None,
            note: None,
        }
    }
}

impl WireEntry {
    /// Octets shown of one entry.
    pub const SHOWN: usize = 160;

    /// An entry for octets on the wire. Of long ones the beginning is shown; when the guilty octet
    /// lies behind it, the octets around that one.
    #[must_use]
    pub fn octets(
        direction: Direction,
        offset: Option<u64>,
        octets: &[u8],
        guilty: Option<u64>,
    ) -> Self {
        let at = guilty.and_then(|g| usize::try_from(g).ok()).filter(|&g| g < octets.len());
        let from = match at {
            Some(g) if g >= Self::SHOWN => g - Self::SHOWN / 2,
            _ => 0,
        };
        let shown = &octets[from..octets.len().min(from + Self::SHOWN)];
        Self {
            direction,
            offset,
            length: octets.len() as u64,
            hex: hex(shown),
            shown_from: from as u64,
            guilty,
            ..Self::default()
        }
    }

    /// An entry without octets.
    #[must_use]
    pub fn event(note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..Self::default() }
    }
}

/// A frame header and the beginning of its payload, as read by the tester, deviations included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DecodedFrame {
    /// Final fragment of a message.
    pub fin: bool,
    /// Reserved bits: 4 = RSV1, 2 = RSV2, 1 = RSV3.
    #[serde(default, skip_serializing_if = "is_zero_u8")]
    pub rsv: u8,
    /// Opcode, 0 to 15.
    pub opcode: u8,
    /// Mask bit.
    pub masked: bool,
    /// Masking key, eight hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask_key: Option<String>,
    /// Announced payload length in octets.
    pub length: u64,
    /// Bits the length was written with: 7, 16 or 64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length_bits: Option<u8>,
    /// Octets of the header, mask included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_octets: Option<u8>,
    /// Status code in the body of a Close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close: Option<u16>,
    /// The beginning of the unmasked payload as text, control characters escaped, for text frames
    /// and close reasons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl DecodedFrame {
    /// The name of the opcode in RFC 6455 §5.2.
    #[must_use]
    pub fn opcode_name(&self) -> &'static str {
        match self.opcode {
            0 => "continuation",
            1 => "text",
            2 => "binary",
            8 => "close",
            9 => "ping",
            10 => "pong",
            _ => "reserved",
        }
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::with_capacity(octets.len() * 2), |mut text, octet| {
        let _ = write!(text, "{octet:02x}");
        text
    })
}

fn one() -> u32 {
    1
}

fn is_one(n: &u32) -> bool {
    *n == 1
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

fn is_zero_u8(n: &u8) -> bool {
    *n == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_logs_keep_their_ends_and_the_guilty_entry() {
        let entries = (0..1000).map(|n| WireEntry {
            guilty: (n == 500).then_some(0),
            ..WireEntry::event(n.to_string())
        });
        let wire = Wire::collect(None, entries);
        assert_eq!(wire.entries.len(), Wire::HEAD + Wire::TAIL + 1);
        assert_eq!(wire.omitted, 1000 - 65);
        let kept: Vec<u64> = wire.entries.iter().map(|entry| entry.at).collect();
        assert_eq!((kept[0], kept[47], kept[48], kept[49], kept[64]), (0, 47, 500, 984, 999));
    }

    #[test]
    fn the_guilty_octet_is_always_shown() {
        let octets: Vec<u8> = (0..=255).cycle().take(1000).collect();
        let entry = WireEntry::octets(Direction::ToSubject, Some(7), &octets, Some(900));
        assert_eq!((entry.length, entry.shown_from), (1000, 820));
        assert_eq!(&entry.hex[160..162], format!("{:02x}", octets[900]));
        let start = WireEntry::octets(Direction::ToSubject, Some(7), &octets, Some(3));
        assert_eq!((start.shown_from, start.hex.len()), (0, 320));
        assert_eq!(WireEntry::octets(Direction::Event, None, &[], Some(9)).hex, "");
    }
}
