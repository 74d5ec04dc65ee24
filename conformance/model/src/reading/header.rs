//! What the octets of a frame header give away (RFC 6455 §5.2), and which of it a planted mistake
//! does not see.

use wsproof_cases::Role;
use wsproof_cases::step::Kind;
use wsproof_cases::wire::Opcode;

use super::{Message, Reading};
use crate::bug::Bug;
use crate::careless;
use crate::fault::Violation;

impl Reading {
    /// What is wrong with the octets of the header so far, and which octet says so.
    pub(super) fn header_violation(&self) -> Option<(Violation, u64)> {
        let broken = |violation, broken: bool, at| {
            (broken && !self.forgives(violation)).then_some((violation, at))
        };
        let first = self.header[0];
        let opcode = Opcode(first & 0xf);
        let control = opcode.is_control();
        let continues = opcode == Opcode::CONTINUATION;
        let begins = matches!(opcode, Opcode::TEXT | Opcode::BINARY);
        let in_message = self.message.is_some();
        let fin = first & 0x80 != 0;
        let reserved_bits = careless::reserved_bits(opcode, in_message, self.bugs);
        let skipped = careless::skips(opcode, in_message, self.bugs);
        let open = control && !fin && !careless::takes_open(opcode, self.bugs);
        let (whole, first_of_many) =
            (Bug::AcceptsWholeMessagesInside, Bug::AcceptsFirstFramesInside);
        let empty = self.message.as_ref().is_some_and(|message| message.payload.is_empty());
        let inside = in_message
            && !self.bugs.has(if fin { whole } else { first_of_many })
            && !(empty && self.bugs.has(Bug::RestartsEmptyMessages));
        // RFC 7692 §6.1: the bit stands on the first frame of a message, nowhere else.
        let agreed = self.inflating.is_some();
        let compressed = agreed && begins && first & 0x40 != 0;
        let inside_compressed = self.message.as_ref().is_some_and(|message| message.compressed);
        let allowed = match opcode {
            _ if !agreed => 0,
            _ if begins => 0x40,
            _ if control && self.bugs.has(Bug::AcceptsCompressedControls) => 0x40,
            _ if control && inside_compressed && self.bugs.has(Bug::AcceptsCompressedInside) => {
                0x40
            }
            Opcode::CONTINUATION if self.bugs.has(Bug::AcceptsCompressedContinuations) => 0x40,
            _ => 0,
        };
        let other = if agreed && self.bugs.has(Bug::AcceptsOtherBits) { 0x30 } else { 0 };
        let reserved_bits = reserved_bits & !allowed & !other;
        let plain = agreed && begins && !compressed && self.bugs.has(Bug::RefusesPlain);
        let found = broken(Violation::ReservedBits, first & reserved_bits != 0 || plain, 0)
            .or_else(|| broken(Violation::ReservedOpcode, opcode.is_reserved() && !skipped, 0))
            .or_else(|| broken(Violation::ControlFragmented, open, 0))
            .or_else(|| broken(Violation::NothingToContinue, continues && !in_message, 0))
            .or_else(|| broken(Violation::MessageInterrupted, begins && inside, 0));
        let Some(&second) = self.header.get(1) else { return found };

        let masked = second & 0x80 != 0;
        let short = second & 0x7f;
        let from_client = self.role == Role::Server;
        let one = opcode == Opcode::CLOSE && short == 1;
        let too_long = short > 125 && !careless::takes_long(opcode, self.bugs);
        let unmasked = from_client && !masked && !careless::unmasked(opcode, short, self.bugs);
        let wrong_mask = !from_client && masked && !careless::masked(opcode, short, self.bugs);
        let refuses_empty =
            if control { Bug::RefusesEmptyControls } else { Bug::RefusesEmptyFrames };
        let refused = short == 0 && self.bugs.has(refuses_empty)
            || short == 0 && opcode == Opcode::CLOSE && self.bugs.has(Bug::RefusesEmptyCloses)
            || control && in_message && self.bugs.has(Bug::RefusesControlsInside)
            || short == 127 && self.bugs.has(Bug::RefusesLength127)
            || careless::refuses(opcode, fin, short, in_message, self.bugs)
            || !control && self.has_many_frames();
        let found = found
            .or_else(|| broken(Violation::Unmasked, unmasked, 1))
            .or_else(|| broken(Violation::Masked, wrong_mask, 1))
            .or_else(|| broken(Violation::ControlTooLong, control && too_long, 1))
            .or_else(|| broken(Violation::CloseBodyOfOne, one, 1))
            .or_else(|| refused.then_some((Violation::ReservedBits, 1)));

        let long = &self.header[2..];
        let (length, last) = match short {
            126 => {
                let Some(octets) = long.first_chunk() else { return found };
                (u64::from(u16::from_be_bytes(*octets)), 3)
            }
            127 => {
                let top_bit = long.first().is_some_and(|octet| octet & 0x80 != 0);
                let small =
                    long.len() >= 6 && long[..6] == [0; 6] && !self.bugs.has(Bug::AcceptsLong64);
                let found = found
                    .or_else(|| broken(Violation::LengthTopBit, top_bit, 2))
                    .or_else(|| broken(Violation::LengthNotShortest, small, 7));
                let (None, Some(octets)) = (found, long.first_chunk()) else { return found };
                (u64::from_be_bytes(*octets), 9)
            }
            short => (u64::from(short), 1),
        };
        let small = short == 126 && length < 126 && !careless::takes_small(length, self.bugs);
        let refused = !control && careless::refuses_length(short, length, self.bugs);
        let counted = |message: &Message| message.payload.len() - message.uncounted;
        let so_far = self.message.as_ref().map_or(0, |message| counted(message) as u64);
        let so_far = if self.bugs.has(Bug::LimitsFramesApart) { 0 } else { so_far };
        let size = so_far.saturating_add(length);
        let negative = short == 126 && length > 0x7fff && self.bugs.has(Bug::SignsLength16);
        let unsigned = length <= 0x7fff_ffff || !self.bugs.has(Bug::SignsLength32);
        let reached = size == self.limits.message && self.bugs.has(Bug::LimitsOneTooFew);
        let most = self.limits.message;
        let most = if self.bugs.has(Bug::LimitsOneTooMany) { most.saturating_add(1) } else { most };
        let unlimited = self.any && self.bugs.has(Bug::LimitsFirstMessage);
        let large = size > most && !unlimited && !self.bugs.has(Bug::LimitsLate);
        let compressed = compressed
            || continues && inside_compressed
            || agreed && self.bugs.has(Bug::LimitsCompressedOnly);
        let compressed = compressed && !self.bugs.has(Bug::LimitsCompressed);
        let too_big = !control && !compressed && (large || negative || reached);
        found
            .or_else(|| broken(Violation::LengthNotShortest, small, last))
            .or_else(|| broken(Violation::TooBig, too_big, last))
            .or_else(|| broken(Violation::LengthTopBit, !unsigned, last))
            .or_else(|| refused.then_some((Violation::LengthNotShortest, last)))
    }

    fn has_many_frames(&self) -> bool {
        let many = |message: &Message| message.frames >= 64;
        self.bugs.has(Bug::RefusesManyFrames) && self.message.as_ref().is_some_and(many)
    }

    /// Whether a planted mistake makes the reader blind for a rule.
    pub(super) fn forgives(&self, violation: Violation) -> bool {
        if self.forgives_in_this_state(violation) {
            return true;
        }
        let later = self.any && self.bugs.has(Bug::AcceptsAnythingLater);
        let anything = later || self.message.is_some() && self.bugs.has(Bug::AcceptsAnythingInside);
        match violation {
            Violation::ControlFragmented if later => return true,
            Violation::ControlTooLong
            | Violation::CloseBodyOfOne
            | Violation::CloseCode
            | Violation::CloseReason
                if anything =>
            {
                return true;
            }
            _ => {}
        }
        let bug = match violation {
            Violation::ReservedBits => Bug::AcceptsReservedBits,
            Violation::ReservedOpcode => Bug::SkipsReservedOpcodes,
            Violation::ControlFragmented => Bug::AcceptsFragmentedControl,
            Violation::ControlTooLong if self.bugs.has(Bug::ReadsShortControlLengths) => {
                return true;
            }
            Violation::ControlTooLong => Bug::AcceptsLongControl,
            Violation::NothingToContinue if self.bugs.has(Bug::LetsMessagesGoOn) => {
                return self.before.is_some();
            }
            Violation::NothingToContinue if self.bugs.has(Bug::TakesLonelyForBinary) => {
                return true;
            }
            Violation::NothingToContinue => Bug::SkipsLonelyContinuations,
            Violation::MessageInterrupted if self.bugs.has(Bug::JoinsMessages) => return true,
            Violation::MessageInterrupted => Bug::RestartsMessages,
            Violation::CloseBodyOfOne => Bug::AcceptsCloseBodyOfOne,
            Violation::CloseCode => Bug::AcceptsAnyCloseCode,
            Violation::CloseReason if self.bugs.has(Bug::EchoesCloseUnread) => return true,
            Violation::CloseReason => Bug::AcceptsAnyCloseReason,
            Violation::Unmasked => Bug::AcceptsUnmasked,
            Violation::Masked => Bug::AcceptsMasked,
            Violation::LengthNotShortest => Bug::AcceptsLongLengths,
            Violation::LengthTopBit => Bug::AcceptsTopBit,
            Violation::Text
            | Violation::TextCut
            | Violation::TooBig
            | Violation::DataCorrupt
            | Violation::DataUnfinished => return false,
        };
        self.bugs.has(bug)
    }

    /// Whether a planted mistake makes the reader blind for a rule in the state that it is in.
    fn forgives_in_this_state(&self, violation: Violation) -> bool {
        let agreed = self.inflating.is_some();
        let message = self.message.as_ref();
        let binary = message.is_some_and(|message| message.kind == Kind::Binary);
        let mixed = message.is_some_and(|message| message.mixed);
        let blind = |state: bool, bug: Bug| state && self.bugs.has(bug);
        match violation {
            Violation::ReservedBits => blind(mixed, Bug::IgnoresBitsOfLaterFrames),
            Violation::ReservedOpcode => blind(agreed, Bug::SkipsOpcodesAgreed),
            Violation::ControlFragmented => blind(agreed, Bug::AcceptsOpenAgreed),
            Violation::NothingToContinue => blind(agreed, Bug::SkipsLonelyAgreed),
            Violation::MessageInterrupted => blind(mixed, Bug::RestartsBehindControls),
            Violation::CloseCode => blind(agreed, Bug::AcceptsCodesAgreed),
            Violation::Unmasked => {
                blind(agreed, Bug::AcceptsUnmaskedAgreed)
                    || blind(binary, Bug::AcceptsUnmaskedInBinaries)
            }
            Violation::Masked => blind(agreed, Bug::AcceptsMaskedAgreed),
            Violation::LengthTopBit => blind(self.any, Bug::AcceptsTopBitLater),
            _ => false,
        }
    }
}
