//! Control frames, each looked at only as a whole (RFC 6455 §5.5).

use super::{Found, Frame, Parsed, Place, Receiver};
use crate::buffer_type::{BufferType, CustomHeader};
use crate::error::Fault;
use crate::frame::{OpCode, mask};
use crate::machine::close;

impl<C, B: AsRef<[u8]> + AsMut<[u8]>> Receiver<C, B> {
    /// Reads a control frame once all of it is there.
    pub(super) fn read_control(
        &mut self,
        area: &mut [u8],
        frame: Frame,
    ) -> Result<Option<Parsed>, Fault> {
        let length = usize::try_from(frame.header.length).unwrap_or(usize::MAX);
        let place = self.start..self.start.saturating_add(length);
        let arrived = area.get_mut(place.clone()).filter(|_| place.end <= self.end);
        let Some(payload) = arrived else {
            self.frame = Some(frame);
            return Ok(Some(Parsed::More));
        };
        mask::apply(payload, frame.header.key, 0);
        let offset = self.offset;
        self.consume(length);
        let (buffer_type, place) = match frame.header.opcode() {
            OpCode::PING => {
                self.mailbox.push(payload);
                return Ok(Some(Parsed::Ping));
            }
            OpCode::PONG => (BufferType::PingPong, Place::Area(place)),
            OpCode::CLOSE => {
                let body = close::read(payload, self.check_text)
                    .map_err(|(violation, index)| Fault::new(violation, offset + index as u64))?;
                self.close_received = true;
                self.mailbox.clear();
                self.pong = None;
                let reason = body.reason.map(|r| place.start + r.start..place.start + r.end);
                (BufferType::Close, Place::Close { code: body.code, reason })
            }
            _ => {
                let header = CustomHeader::of_first_octet(frame.header.first);
                (BufferType::Custom(header), Place::Area(place))
            }
        };
        self.result = Some(Found { buffer_type: Some(buffer_type), place });
        Ok(Some(Parsed::Found))
    }
}
