//! Where `WebSocketGetAction` says what to do.

use core::ffi::c_void;
use core::ptr;

use wsproof_capi_abi::{Buffer, WEB_SOCKET_NO_ACTION};
use wsproof_engine::Ticket;

use crate::hresult::Failure;
use crate::lent::Context;
use crate::memory::{self, Place, Places};

/// The places for the outputs. They say that there is nothing to do until something else is written,
/// so that a call that fails leaves that behind: programs go on with what they find.
pub(crate) struct Outputs {
    buffers: Places<Buffer>,
    count: Place<u32>,
    action: Place<u32>,
    buffer_type: Place<u32>,
    application_context: Option<Place<*mut c_void>>,
    action_context: Place<*mut c_void>,
}

impl Outputs {
    /// # Safety
    ///
    /// Each place is null, or good for writing one value for as long as the outputs are used; `count`
    /// can be read, and `buffers` is null or good for writing as many entries as it says.
    #[inline(always)]
    pub(crate) unsafe fn new(
        buffers: *mut Buffer,
        count: *mut u32,
        action: *mut u32,
        buffer_type: *mut u32,
        application_context: *mut *mut c_void,
        action_context: *mut *mut c_void,
    ) -> Result<Self, Failure> {
        // SAFETY: the caller vouches for this place and those that follow.
        let count_place = unsafe { Place::optional(count) };
        // SAFETY: as above.
        let action = unsafe { Place::optional(action) };
        // SAFETY: as above.
        let buffer_type = unsafe { Place::optional(buffer_type) };
        // SAFETY: as above.
        let action_context = unsafe { Place::optional(action_context) };
        let (Some(count_place), Some(action), Some(buffer_type), Some(action_context)) =
            (count_place, action, buffer_type, action_context)
        else {
            clear(count_place, 0);
            clear(action, WEB_SOCKET_NO_ACTION);
            clear(buffer_type, 0);
            clear(action_context, ptr::null_mut());
            return Err(Failure::INVALID_ARGUMENT);
        };
        // SAFETY: as above.
        let room = unsafe { memory::value(count) };
        count_place.set(0);
        action.set(WEB_SOCKET_NO_ACTION);
        buffer_type.set(0);
        action_context.set(ptr::null_mut());
        // SAFETY: as above.
        let buffers = unsafe { Places::new(buffers, room.unwrap_or(0)) }?;
        // SAFETY: as above.
        let application_context = unsafe { Place::optional(application_context) };
        Ok(Self {
            buffers,
            count: count_place,
            action,
            buffer_type,
            application_context,
            action_context,
        })
    }

    /// How many buffers there is room for.
    #[inline(always)]
    pub(crate) const fn room(&self) -> usize {
        self.buffers.count()
    }

    /// Writes an action and its application context, which for the automatic pong is left alone.
    #[inline(always)]
    pub(crate) fn set(
        &self,
        action: u32,
        buffer_type: u32,
        context: Option<Context>,
        ticket: Ticket,
    ) {
        self.action.set(action);
        self.buffer_type.set(buffer_type);
        self.action_context.set(ptr::without_provenance_mut(ticket.number().get()));
        if let (Some(place), Some(Context(context))) = (&self.application_context, context) {
            place.set(context);
        }
    }

    /// Writes what is to be sent, which may be in two parts. Other entries stay as they are.
    #[inline(always)]
    pub(crate) fn set_to_send(&self, [first, second]: [&[u8]; 2]) {
        self.set_entry(0, first.as_ptr().cast_mut(), length(first), 0);
        if second.is_empty() {
            self.count.set(1);
        } else {
            self.set_entry(1, second.as_ptr().cast_mut(), length(second), 0);
            self.count.set(2);
        }
    }

    /// Writes the one entry of the receive queue; the status is a Close's.
    #[inline(always)]
    pub(crate) fn set_received(&self, start: *mut u8, length: u32, status: u16) {
        self.set_entry(0, start, length, status);
        self.clear_from(1);
        self.count.set(1);
    }

    /// Clears entries that nothing is in: some programs look at all of them.
    #[inline(always)]
    pub(crate) fn clear_from(&self, first: usize) {
        // Programs have room for one or two.
        for index in first..2 {
            self.buffers.set_at(index, Buffer::NOTHING);
        }
        if self.room() > 2 {
            self.clear_others();
        }
    }

    #[cold]
    fn clear_others(&self) {
        for index in 2..self.room() {
            self.buffers.set_at(index, Buffer::NOTHING);
        }
    }

    /// Writes the Close to send after a fault of the peer.
    #[cold]
    pub(crate) fn set_close(&self, status: u16) {
        self.set_entry(0, ptr::null_mut(), 0, status);
    }

    #[inline(always)]
    fn set_entry(&self, index: usize, start: *mut u8, length: u32, status: u16) {
        self.buffers.set_at(index, Buffer::of_close(start, length, status));
    }
}

/// Says nothing where there is a place for it, though another place is missing.
#[cold]
fn clear<T: Copy>(place: Option<Place<T>>, nothing: T) {
    if let Some(place) = place {
        place.set(nothing);
    }
}

/// Lengths come from the caller's ULONGs, or from buffers of at most 2^31 octets.
#[expect(clippy::cast_possible_truncation, reason = "see above")]
pub(crate) const fn length(octets: &[u8]) -> u32 {
    debug_assert!(octets.len() <= u32::MAX as usize);
    octets.len() as u32
}
