//! One endpoint: the engine's session, and the manners of the C interface around it.

use core::num::NonZeroUsize;
use core::ptr;

use wsproof_capi_abi::{
    HttpHeader, WEB_SOCKET_ALL_ACTION_QUEUE, WEB_SOCKET_BINARY_MESSAGE_BUFFER_TYPE,
    WEB_SOCKET_INDICATE_RECEIVE_COMPLETE_ACTION, WEB_SOCKET_INDICATE_SEND_COMPLETE_ACTION,
    WEB_SOCKET_RECEIVE_ACTION_QUEUE, WEB_SOCKET_RECEIVE_FROM_NETWORK_ACTION,
    WEB_SOCKET_SEND_ACTION_QUEUE, WEB_SOCKET_SEND_TO_NETWORK_ACTION,
    WEB_SOCKET_UTF8_MESSAGE_BUFFER_TYPE,
};
use wsproof_engine::{
    Action, ActionError, ActionQueue, Agreed, BufferType, CloseCode, CloseStatus, Header, Incoming,
    Misuse, Offer, Outgoing, Selection, Session, Ticket,
};

use crate::headers::HeaderMemory;
use crate::hresult::{Failure, of_action_error, of_misuse, of_opening_error};
use crate::lent::{Context, Lent, LentMut, Part};
use crate::outputs::{Outputs, length};
use crate::property::Settings;

/// What a handle stands for.
#[derive(Debug)]
pub(crate) struct Endpoint {
    session: Session<Context, Lent, LentMut, Part>,
    /// The headers the handshake returned: until deletion, since programs read them after its end.
    headers: HeaderMemory,
    subprotocol_required: bool,
    offered_extensions: usize,
}

/// The body of an operation to send, in the caller's shape.
#[derive(Debug)]
pub(crate) enum Body {
    /// No `WEB_SOCKET_BUFFER` at all.
    Absent,
    /// Its `Data`, or its `CloseStatus` with a reason; `None` where the pointer is null but the
    /// length is not 0.
    Given { octets: Option<Lent>, status: u16 },
}

impl Endpoint {
    /// # Safety
    ///
    /// A block the settings name is the endpoint's alone until it is dropped.
    pub(crate) unsafe fn new(settings: &Settings) -> Result<Box<Self>, Failure> {
        // SAFETY: the caller vouches for the block.
        let (receive, send) = unsafe { settings.parts() }?;
        let session = Session::create_in(&settings.config, receive, send).map_err(of_misuse)?;
        Ok(Box::new(Self {
            session,
            headers: HeaderMemory::default(),
            subprotocol_required: settings.subprotocol_required,
            offered_extensions: 0,
        }))
    }

    pub(crate) fn begin_client_handshake(
        &mut self,
        offer: &Offer<'_>,
    ) -> Result<(*mut HttpHeader, u32), Failure> {
        let offer = Offer { subprotocol_required: self.subprotocol_required, ..*offer };
        let headers = self.session.begin_client_handshake(&offer).map_err(of_opening_error)?;
        self.offered_extensions = offer.extensions.len();
        Ok(self.headers.keep(&headers))
    }

    /// `room` is for how many extensions the caller has an array, if it has one.
    pub(crate) fn end_client_handshake(
        &mut self,
        response: &[Header<'_>],
        room: Option<u32>,
    ) -> Result<Agreed, Failure> {
        if room.is_some_and(|room| (room as usize) < self.offered_extensions) {
            return Err(Failure::INVALID_ARGUMENT);
        }
        self.session.end_client_handshake(response).map_err(of_opening_error)
    }

    pub(crate) fn begin_server_handshake(
        &mut self,
        selection: &Selection<'_>,
        request: &[Header<'_>],
    ) -> Result<(*mut HttpHeader, u32), Failure> {
        let begun = self.session.begin_server_handshake(selection, request);
        Ok(self.headers.keep(&begun.map_err(of_opening_error)?))
    }

    pub(crate) fn end_server_handshake(&mut self) -> Result<(), Failure> {
        self.session.end_server_handshake().map_err(of_misuse)
    }

    /// Queues an operation to send. State and order are judged before the body, as documented.
    #[inline(always)]
    pub(crate) fn send(
        &mut self,
        buffer_type: u32,
        body: Body,
        context: Context,
    ) -> Result<(), Failure> {
        // Whole messages have a way of their own, without looking at what else there is.
        match (buffer_type, body) {
            (WEB_SOCKET_UTF8_MESSAGE_BUFFER_TYPE, Body::Given { octets: Some(octets), .. }) => {
                self.queue(Outgoing::Utf8Message(octets), context)
            }
            (WEB_SOCKET_BINARY_MESSAGE_BUFFER_TYPE, Body::Given { octets: Some(octets), .. }) => {
                self.queue(Outgoing::BinaryMessage(octets), context)
            }
            (buffer_type, body) => self.send_other(buffer_type, body, context),
        }
    }

    #[inline(never)]
    fn send_other(
        &mut self,
        buffer_type: u32,
        body: Body,
        context: Context,
    ) -> Result<(), Failure> {
        let Ok(buffer_type) = BufferType::from_bits(buffer_type) else {
            // A ping is always in order, so this tells the state apart from the type.
            self.session.check_send(BufferType::PingPong).map_err(of_misuse)?;
            return Err(Failure::INVALID_ARGUMENT);
        };
        let Some(outgoing) = outgoing(buffer_type, body) else {
            self.session.check_send(buffer_type).map_err(of_misuse)?;
            return Err(Failure::INVALID_ARGUMENT);
        };
        self.queue(outgoing, context)
    }

    #[inline(always)]
    fn queue(&mut self, outgoing: Outgoing<Lent>, context: Context) -> Result<(), Failure> {
        self.session.send(outgoing, context).map_err(|refused| of_misuse(refused.misuse))
    }

    #[inline(always)]
    pub(crate) fn receive(
        &mut self,
        buffer: Option<LentMut>,
        context: Context,
    ) -> Result<(), Failure> {
        self.session.receive(buffer, context).map_err(|refused| of_misuse(refused.misuse))
    }

    /// Hands out the next action, if the caller has room for as many buffers as it needs. After a
    /// failure the outputs still say nothing, but for the Close to send if the peer is to blame.
    #[inline(always)]
    pub(crate) fn get_action(&mut self, queue: u32, out: &Outputs) -> Result<(), Failure> {
        let queue = match queue {
            WEB_SOCKET_SEND_ACTION_QUEUE => ActionQueue::Send,
            WEB_SOCKET_RECEIVE_ACTION_QUEUE => ActionQueue::Receive,
            WEB_SOCKET_ALL_ACTION_QUEUE => ActionQueue::All,
            _ => return Err(Failure::INVALID_ARGUMENT),
        };
        match self.session.get_action(queue) {
            Ok(action) => self.hand_out(action, out).map_err(of_misuse),
            Err(error) => {
                if let ActionError::Fault(fault) = error {
                    out.set_close(fault.close_code().number());
                }
                Err(of_action_error(error))
            }
        }
    }

    /// Each arm asks the session by itself and before it writes anything, so that what the session
    /// has just found out is not looked up again.
    #[inline(always)]
    fn hand_out(&mut self, action: Action, out: &Outputs) -> Result<(), Misuse> {
        match action {
            Action::NoAction => out.clear_from(0),
            Action::SendToNetwork(ticket, buffer_type) => {
                if out.room() < 2 {
                    self.confine(ticket, out.room())?;
                }
                let slices = self.session.slices(ticket)?;
                let context = self.session.context(ticket)?.copied();
                out.set(WEB_SOCKET_SEND_TO_NETWORK_ACTION, buffer_type.bits(), context, ticket);
                out.set_to_send(slices);
            }
            Action::IndicateSendComplete(ticket, buffer_type) => {
                let context = self.session.context(ticket)?.copied();
                let bits = buffer_type.bits();
                out.set(WEB_SOCKET_INDICATE_SEND_COMPLETE_ACTION, bits, context, ticket);
            }
            Action::ReceiveFromNetwork(ticket) => {
                self.require_room(ticket, out.room())?;
                let context = self.session.context(ticket)?.copied();
                let buffer = self.session.buffer_mut(ticket)?;
                // The pointer is written through, so it has to come from a mutable slice.
                let (start, length) = (buffer.as_mut_ptr(), length(buffer));
                out.set(WEB_SOCKET_RECEIVE_FROM_NETWORK_ACTION, 0, context, ticket);
                out.set_received(start, length, 0);
            }
            Action::IndicateReceiveComplete(ticket, buffer_type) => {
                self.require_room(ticket, out.room())?;
                let context = self.session.context(ticket)?.copied();
                let (octets, status) = match buffer_type {
                    None => (None, 0),
                    Some(_) => match self.session.incoming(ticket)? {
                        Incoming::Data(octets) => (Some(octets), 0),
                        Incoming::Close { code, reason } => (reason, code.number()),
                    },
                };
                let bits = buffer_type.map_or(0, BufferType::bits);
                out.set(WEB_SOCKET_INDICATE_RECEIVE_COMPLETE_ACTION, bits, context, ticket);
                let start = octets.map_or(ptr::null_mut(), |octets| octets.as_ptr().cast_mut());
                out.set_received(start, octets.map_or(0, length), status);
            }
        }
        Ok(())
    }

    /// Makes do with one entry for what is to be sent.
    #[cold]
    fn confine(&mut self, ticket: Ticket, room: usize) -> Result<(), Misuse> {
        self.require_room(ticket, room)?;
        self.session.confine(ticket)
    }

    #[inline(always)]
    fn require_room(&mut self, ticket: Ticket, room: usize) -> Result<(), Misuse> {
        if room > 0 { Ok(()) } else { self.take_back(ticket) }
    }

    /// Takes back an action for which there is no entry.
    #[cold]
    fn take_back(&mut self, ticket: Ticket) -> Result<(), Misuse> {
        self.session.decline(ticket)?;
        Err(Misuse::EmptyBuffer)
    }

    /// Completes an action. One that is not outstanding is ignored.
    #[inline(always)]
    pub(crate) fn complete_action(&mut self, number: NonZeroUsize, octets: u32) {
        let ticket = self.session.ticket(number);
        if let Err(Misuse::TooManyOctets) = self.session.complete_action(ticket, octets as usize) {
            self.overrun(ticket);
        }
    }

    /// The caller wrote behind the buffer it was given: nothing can be trusted any more.
    #[cold]
    fn overrun(&mut self, ticket: Ticket) {
        self.session.abort();
        let _ = self.session.complete_action(ticket, 0);
    }

    pub(crate) fn abort(&mut self) {
        self.session.abort();
    }
}

/// The operation a type and a body make, or `None` for a body of another shape.
fn outgoing(buffer_type: BufferType, body: Body) -> Option<Outgoing<Lent>> {
    let (octets, status) = match body {
        Body::Absent => (None, None),
        Body::Given { octets, status } => (Some(octets?), Some(status)),
    };
    let data = |octets: Option<Lent>| octets.unwrap_or_else(Lent::nothing);
    Some(match buffer_type {
        BufferType::Utf8Message => Outgoing::Utf8Message(data(octets)),
        BufferType::Utf8Fragment => Outgoing::Utf8Fragment(data(octets)),
        BufferType::BinaryMessage => Outgoing::BinaryMessage(data(octets)),
        BufferType::BinaryFragment => Outgoing::BinaryFragment(data(octets)),
        BufferType::Custom(header) => Outgoing::Custom(header, data(octets)),
        BufferType::Close => Outgoing::Close(
            status.map(|status| CloseStatus::with_reason(CloseCode::new(status), data(octets))),
        ),
        BufferType::PingPong | BufferType::UnsolicitedPong if octets.is_some() => return None,
        BufferType::PingPong => Outgoing::PingPong,
        BufferType::UnsolicitedPong => Outgoing::UnsolicitedPong,
    })
}
