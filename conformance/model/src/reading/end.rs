//! What it means that a frame is complete.

use wsproof_cases::step::Kind;
use wsproof_cases::utf8::Utf8;
use wsproof_cases::wire::{Header, Opcode};

use super::{Event, Message, Reading, checks_early};
use crate::bug::Bug;
use crate::careless;
use crate::fault::{Fault, Violation};
use crate::text;

impl Reading {
    pub(super) fn end_if_complete(&mut self, events: &mut Vec<Event>) -> Result<(), Fault> {
        let Some(frame) = self.frame.take_if(|frame| frame.done == frame.header.length) else {
            return Ok(());
        };
        let last = self.offset - 1;
        let fault = |violation| Err(Fault { violation, offset: last });
        match frame.header.opcode {
            _ if frame.skipped => {}
            Opcode::PING
                if self.bugs.has(Bug::ChecksPings)
                    && core::str::from_utf8(&frame.control).is_err() =>
            {
                return fault(Violation::Text);
            }
            Opcode::PING if self.message.is_some() && self.bugs.has(Bug::PongsNotInside) => {}
            Opcode::PING => events.push(Event::Ping(frame.control)),
            Opcode::PONG if self.bugs.has(Bug::RefusesUnsolicitedPongs) => {
                return fault(Violation::ReservedOpcode);
            }
            Opcode::PONG => events.push(Event::Pong(frame.control)),
            Opcode::CLOSE => {
                let cut = frame.reason.open() > 0
                    && !self.forgives(Violation::CloseReason)
                    && !self.bugs.has(Bug::AcceptsCutReasons);
                let long = frame.control.len() > 2 && self.bugs.has(Bug::RefusesCloseReasons);
                if cut || long {
                    return fault(Violation::CloseReason);
                }
                if self.message.is_none() || !self.bugs.has(Bug::IgnoresCloseInMessages) {
                    self.over = !self.bugs.has(Bug::ReadsAfterClose);
                    events.push(Event::Close { body: frame.control });
                }
            }
            _ => self.end_data_frame(&frame.header, events).or_else(fault)?,
        }
        Ok(())
    }

    fn end_data_frame(
        &mut self,
        header: &Header,
        events: &mut Vec<Event>,
    ) -> Result<(), Violation> {
        if let Some(message) = &self.message
            && message.kind == Kind::Text
            && self.bugs.has(Bug::ChecksFramesApart)
            && message.text.open() > 0
        {
            return Err(Violation::TextCut);
        }
        if let Some(message) = &mut self.message
            && message.kind == Kind::Text
            && !message.compressed
            && self.bugs.has(Bug::ChecksTextAtFrameEnd)
        {
            let from = core::mem::replace(&mut message.checked, message.payload.len());
            message.text.feed(&message.payload[from..]).map_err(|_| Violation::Text)?;
        }
        let limit = self.limits.message;
        if let Some(message) = &mut self.message
            && message.compressed
            && header.fin
            && header.length == 0
            && self.bugs.has(Bug::LosesRestsAtEmptyEnds)
        {
            message.payload.truncate(4096);
        }
        if let Some(message) = &mut self.message {
            if message.payload.len() as u64 > limit && self.bugs.has(Bug::LimitsLate) {
                return Err(Violation::TooBig);
            }
            if header.length == 0 && self.bugs.has(Bug::LimitsForgetAtEmpty) {
                message.uncounted = message.payload.len();
            }
            if header.length == 0 && self.bugs.has(Bug::ResetsTextAtEmptyFrames) {
                message.text = Utf8::default();
            }
        }
        let empty = header.length == 0 && self.bugs.has(Bug::EndsAtEmptyFrames);
        if !header.fin && !empty && !self.bugs.has(Bug::EndsMessagesEarly) {
            return Ok(());
        }
        let continues = header.opcode == Opcode::CONTINUATION;
        if continues && header.length == 0 && self.bugs.has(Bug::MissesEmptyFinals) {
            return Ok(());
        }
        if let (Some(Message { compressed: true, payload, .. }), Some(inflating)) =
            (&self.message, &mut self.inflating)
            && !inflating.end_message(payload.len(), self.bugs)?
        {
            self.message = None;
        }
        let Some(mut message) = self.message.take() else { return Ok(()) };
        self.framed += u32::from(continues);
        if continues && self.framed == 256 && self.bugs.has(Bug::LosesMessage256) {
            return Ok(());
        }
        if continues && self.bugs.has(Bug::LosesLastOctets) {
            message.payload.pop();
        }
        if message.kind == Kind::Text {
            let unseen = message.compressed
                && message.frames > 1
                && self.bugs.has(Bug::InflatesUncheckedFrames);
            if message.text.open() > 0
                && !unseen
                && !careless::lets_text_end(message.frames, self.bugs)
            {
                self.message = Some(message);
                return Err(Violation::TextCut);
            }
            let unchecked =
                self.bugs.has(Bug::NeverChecksText) || self.bugs.has(Bug::ReplacesInvalidText);
            if !unchecked && !checks_early(self.bugs) && !text::passes(&message.payload, self.bugs)
            {
                return Err(Violation::Text);
            }
        }
        if message.kind == Kind::Binary
            && self.bugs.has(Bug::ChecksBinaries)
            && core::str::from_utf8(&message.payload).is_err()
        {
            return Err(Violation::Text);
        }
        if continues {
            self.framed_kind = Some(message.kind);
        }
        if message.frames == 64 && self.bugs.has(Bug::LosesMessagesOf64Frames) {
            return Ok(());
        }
        self.any = true;
        self.before = Some((message.kind, message.payload.clone()));
        events.push(Event::Message(message.kind, message.payload));
        Ok(())
    }
}
