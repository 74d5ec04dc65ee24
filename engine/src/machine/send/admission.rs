//! Which operation may be queued now (RFC 6455 §5.4, §5.5, §7.1.1).

use crate::buffer_type::{BufferType, CustomHeader, Outgoing};
use crate::error::Misuse;
use crate::frame::OpCode;
use crate::frame::header::{LONGEST_CONTROL, RSV1};
use crate::machine::close;

/// The kind of a message that goes on in further operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Binary,
    Custom,
}

/// What was queued before, as far as it matters to what may come next.
#[derive(Debug)]
pub(super) struct Admission {
    check_reason: bool,
    /// Messages may be compressed, so that RSV1 is the engine's own.
    pub(super) deflates: bool,
    /// The kind of the message whose last part has not been queued yet.
    pub(super) open_message: Option<Kind>,
    /// That message is compressed.
    pub(super) compressing: bool,
    pub(super) close_accepted: bool,
    pub(super) aborted: bool,
}

impl Admission {
    pub(super) const fn new(check_reason: bool) -> Self {
        Self {
            check_reason,
            deflates: false,
            open_message: None,
            compressing: false,
            close_accepted: false,
            aborted: false,
        }
    }

    /// Whether nothing stands against another whole message, which goes out as it is.
    pub(super) const fn is_plain(&self) -> bool {
        !self.aborted && !self.close_accepted && self.open_message.is_none() && !self.deflates
    }

    /// Checks an operation in the order the interface documents. Answers with its first octet, its
    /// close code, and the message that is open after it.
    #[expect(clippy::type_complexity, reason = "three facts that live for one line")]
    #[inline]
    pub(super) fn admit<P: AsRef<[u8]>>(
        &self,
        outgoing: &Outgoing<P>,
    ) -> Result<(u8, Option<[u8; 2]>, Option<Kind>), Misuse> {
        let (first, open_message) = self.place(outgoing.buffer_type())?;
        let code = match outgoing {
            Outgoing::Close(Some(status)) => {
                let reason = status.reason.as_ref().map(AsRef::as_ref).unwrap_or_default();
                close::write(status.code, reason, self.check_reason)?
            }
            Outgoing::Custom(header, payload) if header.opcode().is_control() => {
                if !header.fin() || payload.as_ref().len() as u64 > LONGEST_CONTROL {
                    return Err(Misuse::CustomControl);
                }
                None
            }
            _ => None,
        };
        Ok((first, code, open_message))
    }

    /// Whether an operation of this type is in order now, whatever its payload.
    pub(super) fn check(&self, buffer_type: BufferType) -> Result<(), Misuse> {
        self.place(buffer_type).map(|_| ())
    }

    /// The first octet of an operation's frame, and the message that is open after it.
    #[inline]
    fn place(&self, buffer_type: BufferType) -> Result<(u8, Option<Kind>), Misuse> {
        if self.aborted {
            return Err(Misuse::Aborted);
        }
        let control = match buffer_type {
            BufferType::PingPong | BufferType::UnsolicitedPong => true,
            BufferType::Custom(header) if matches!(header.opcode(), OpCode::CLOSE) => {
                return Err(Misuse::CustomHeader);
            }
            BufferType::Custom(header) => header.opcode().is_control(),
            _ => false,
        };
        if self.close_accepted && !control {
            return Err(Misuse::CloseSent);
        }
        match buffer_type {
            BufferType::Utf8Message => self.part(Kind::Text, OpCode::TEXT, true),
            BufferType::Utf8Fragment => self.part(Kind::Text, OpCode::TEXT, false),
            BufferType::BinaryMessage => self.part(Kind::Binary, OpCode::BINARY, true),
            BufferType::BinaryFragment => self.part(Kind::Binary, OpCode::BINARY, false),
            BufferType::Close => Ok((0x88, self.open_message)),
            BufferType::PingPong => Ok((0x89, self.open_message)),
            BufferType::UnsolicitedPong => Ok((0x8a, self.open_message)),
            BufferType::Custom(header) => self.custom_part(header),
        }
    }

    /// The first octet of a part, and the message that stays open behind it (§5.4).
    #[inline]
    fn part(&self, kind: Kind, opcode: OpCode, last: bool) -> Result<(u8, Option<Kind>), Misuse> {
        let opcode = match self.open_message {
            None => opcode,
            Some(open) if open == kind => OpCode::CONTINUATION,
            Some(_) => return Err(Misuse::MessageKindChanged),
        };
        Ok((if last { 0x80 } else { 0 } | opcode.bits(), (!last).then_some(kind)))
    }

    fn custom_part(&self, header: CustomHeader) -> Result<(u8, Option<Kind>), Misuse> {
        let (first, opcode) = (header.first_octet(), header.opcode());
        if opcode.is_control() {
            return Ok((first, self.open_message));
        }
        // RFC 7692 §6.1: RSV1 belongs to messages the engine compresses itself.
        if self.deflates && first & RSV1 != 0 {
            return Err(Misuse::CustomHeader);
        }
        let kind = match (opcode, self.open_message) {
            (OpCode::CONTINUATION, Some(open)) if !self.compressing => open,
            (OpCode::TEXT, None) => Kind::Text,
            (OpCode::BINARY, None) => Kind::Binary,
            (_, None) if opcode != OpCode::CONTINUATION => Kind::Custom,
            _ => return Err(Misuse::FragmentOrder),
        };
        Ok((first, (!header.fin()).then_some(kind)))
    }
}
