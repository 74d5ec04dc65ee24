//! The interface under its own names: queue operations, ask for actions, complete them.

mod handshake;
mod outstanding;

use core::num::NonZeroUsize;

use self::outstanding::{Outstanding, ReceiveSlot, SendSlot, Slot};
use crate::action::{Action, ActionError, ActionQueue, Completed, Ticket};
use crate::buffer::{Bytes, Owned};
use crate::buffer_type::{BufferType, Incoming, Outgoing};
use crate::config::Config;
use crate::error::Misuse;
use crate::machine::Machine;
use crate::machine::close::State;
use crate::machine::receive::{self, RefusedReceive};
use crate::machine::send::{self, Refused};
use crate::opening::Opening;

/// One endpoint with the interface of the WebSocket Protocol Component API.
///
/// `C` is the application's context, which comes back with its operation; `P` is what it lends for
/// sending, `B` what it may supply for receiving, and `S` the memory of the engine's own buffers,
/// if it lends that, too ([`create_in`](Self::create_in)).
///
/// # The loop
///
/// 1. Queue operations: [`send`](Self::send), [`receive`](Self::receive). A receive that waits is
///    what makes the engine read, answer pings and see a Close.
/// 2. Ask [`get_action`](Self::get_action) what to do next.
/// 3. Do it: write [`slices`](Self::slices), read into [`buffer_mut`](Self::buffer_mut), or look at
///    [`incoming`](Self::incoming).
/// 4. Report with [`complete_action`](Self::complete_action), and go back to 2 until there is
///    nothing to do.
///
/// ```
/// use wsproof_engine::{Action, ActionQueue, Config, Header, Outgoing, Session};
///
/// let mut server = Session::<&str>::create_server(Config::server())?;
/// # let request = [
/// #     Header::new("Host", "localhost"),
/// #     Header::new("Connection", "Upgrade"),
/// #     Header::new("Upgrade", "websocket"),
/// #     Header::new("Sec-WebSocket-Version", "13"),
/// #     Header::new("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
/// # ];
/// let response = server.begin_server_handshake(&Default::default(), &request)?;
/// assert_eq!(response.get("Sec-WebSocket-Accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
/// server.end_server_handshake()?;
///
/// let mut wire = Vec::new();
/// server.send(Outgoing::Utf8Message(b"Hello".to_vec()), "greeting")?; // 1
/// loop {
///     match server.get_action(ActionQueue::Send)? { // 2
///         Action::NoAction => break,
///         Action::SendToNetwork(ticket, _) => {
///             let slices = server.slices(ticket)?; // 3
///             wire.extend(slices.concat());
///             let written = slices.iter().map(|slice| slice.len()).sum();
///             server.complete_action(ticket, written)?; // 4
///         }
///         Action::IndicateSendComplete(ticket, _) => {
///             let completed = server.complete_action(ticket, 0)?;
///             assert_eq!(completed.context(), Some(&"greeting"));
///         }
///         action => unreachable!("{action:?} is of the receive queue"),
///     }
/// }
/// assert_eq!(wire, b"\x81\x05Hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Rules
///
/// - Each queue has at most one action outstanding; while it is, the queue answers
///   [`Action::NoAction`].
/// - Misuse is an error that changes nothing.
/// - A fault of the peer is returned by every call that covers the receive queue, after everything
///   in front of it. The engine sends nothing by itself: the application sends a Close with
///   [`Fault::close_code`](crate::Fault::close_code). The send queue works on.
/// - A received ping is answered with an action of the *receive* queue. A received Close is
///   indicated, not answered.
/// - Dropping a session deletes the handle, in any state.
#[derive(Debug)]
pub struct Session<C = (), P = Bytes, B = Bytes, S = Owned> {
    pub(crate) opening: Opening,
    pub(crate) machine: Machine<C, P, B, S>,
    sending: Outstanding<SendSlot>,
    receiving: Outstanding<ReceiveSlot>,
    /// The number of the last ticket: odd, starting at random, so that a ticket of another session
    /// does not fit by chance.
    epoch: NonZeroUsize,
}

impl<C, P, B> Session<C, P, B> {
    /// Octets this session ever occupies beside the payloads and buffers it is lent: itself, its
    /// block of buffers and its two queues, allocated at creation, and the codec of a policy for
    /// compression, allocated when the opening handshake ends with an agreement.
    #[must_use]
    pub const fn worst_case_bytes(config: &Config) -> usize {
        size_of::<Self>() + Machine::<C, P, B>::heap_bytes(config)
    }
}

/// # Operations and actions
impl<C, P, B, S> Session<C, P, B, S>
where
    P: AsRef<[u8]>,
    B: AsRef<[u8]> + AsMut<[u8]>,
    S: AsRef<[u8]> + AsMut<[u8]>,
{
    fn over(opening: Opening, machine: Machine<C, P, B, S>) -> Self {
        let mut first = [0; size_of::<usize>()];
        machine.link.fill(&mut first);
        let epoch = usize::from_ne_bytes(first) | NonZeroUsize::MIN;
        let sending = Outstanding { epoch: None, slot: SendSlot::Complete };
        let receiving = Outstanding { epoch: None, slot: ReceiveSlot::Result };
        Self { opening, machine, sending, receiving, epoch }
    }

    /// Queues an operation to send; first queued, first sent. `context` comes back with it.
    ///
    /// The payload is lent: it comes back with the send completion, and a server's is written from
    /// where it lies.
    ///
    /// # Errors
    ///
    /// [`Refused`] hands everything back. In the order of the checks: [`Misuse::NotOpen`],
    /// [`Misuse::Aborted`], [`Misuse::CustomHeader`], [`Misuse::CloseSent`],
    /// [`Misuse::MessageKindChanged`] or [`Misuse::FragmentOrder`], the misuses of a Close body and
    /// of a custom control frame, and [`Misuse::QueueFull`].
    #[inline(always)]
    pub fn send(&mut self, outgoing: Outgoing<P>, context: C) -> Result<(), Refused<C, P>> {
        match self.require_open() {
            Ok(()) => self.machine.sender.queue(outgoing, context),
            Err(misuse) => Err(Refused { misuse, outgoing, context }),
        }
    }

    /// Whether [`send`](Self::send) would find an operation of this type in order now, whatever its
    /// payload: the checks in front of those that look at one.
    ///
    /// # Errors
    ///
    /// [`Misuse::NotOpen`], [`Misuse::Aborted`], [`Misuse::CustomHeader`], [`Misuse::CloseSent`],
    /// [`Misuse::MessageKindChanged`], [`Misuse::FragmentOrder`].
    pub fn check_send(&mut self, buffer_type: BufferType) -> Result<(), Misuse> {
        self.require_open()?;
        self.machine.sender.check(buffer_type)
    }

    /// Queues an operation to receive; results go to the operations in their order.
    ///
    /// With a buffer, payload octets are copied to its start and a longer message comes in parts;
    /// without one, results are borrowed from the engine. Pongs and Closes never use the buffer.
    /// After a received Close an operation only reads and discards, until the network ends.
    ///
    /// # Errors
    ///
    /// [`RefusedReceive`] hands everything back: [`Misuse::NotOpen`], [`Misuse::Aborted`],
    /// [`Misuse::EmptyBuffer`], [`Misuse::QueueFull`].
    #[inline(always)]
    pub fn receive(&mut self, buffer: Option<B>, context: C) -> Result<(), RefusedReceive<C, B>> {
        match self.require_open() {
            Ok(()) => self.machine.receiver.queue(buffer, context),
            Err(misuse) => Err(RefusedReceive { misuse, buffer, context }),
        }
    }

    /// Says what to do next for the queue, or for both.
    ///
    /// # Errors
    ///
    /// [`ActionError::Fault`] once everything in front of a fault of the peer was indicated, at
    /// every call that covers the receive queue; with [`ActionQueue::All`], after all actions of
    /// the send queue. [`Misuse::NotOpen`]; [`Misuse::PayloadChanged`].
    #[inline(always)]
    pub fn get_action(&mut self, queue: ActionQueue) -> Result<Action, ActionError> {
        self.require_open()?;
        if self.machine.receiver.owes_pong() && self.may_hand_out_pong(queue) {
            return Ok(self.hand_out_pong());
        }
        let Machine { storage, sender, receiver, link, .. } = &mut self.machine;
        if self.sending.is_none()
            && queue.covers_send()
            && let Some(step) = sender.next(storage.send_part(), link)?
        {
            return Ok(self.hand_out_send(step));
        }
        let receives = queue.covers_receive() && self.receiving.is_none();
        if !receives {
            return Ok(Action::NoAction);
        }
        match receiver.next_operation(move || storage.receive_part(), link) {
            receive::Step::Idle => Ok(Action::NoAction),
            receive::Step::Pong => Ok(self.hand_out_pong()),
            receive::Step::Read => {
                let ticket = self.next_ticket();
                self.receiving.begin(ticket, ReceiveSlot::Read);
                Ok(Action::ReceiveFromNetwork(ticket))
            }
            receive::Step::Result(buffer_type) => {
                let ticket = self.next_ticket();
                self.receiving.begin(ticket, ReceiveSlot::Result);
                Ok(Action::IndicateReceiveComplete(ticket, buffer_type))
            }
            receive::Step::Fault => {
                receiver.fault().map_or(Ok(Action::NoAction), |fault| Err(fault.into()))
            }
        }
    }

    /// Whether the pong that is owed may leave now.
    #[cold]
    fn may_hand_out_pong(&mut self, queue: ActionQueue) -> bool {
        let Machine { storage, receiver, link, .. } = &mut self.machine;
        queue.covers_receive()
            && self.receiving.is_none()
            && receiver.next_pong(storage.receive_part().1, link).is_some()
    }

    #[cold]
    fn hand_out_pong(&mut self) -> Action {
        self.machine.link.set_pong_on_its_way(true);
        let ticket = self.next_ticket();
        self.receiving.begin(ticket, ReceiveSlot::Pong);
        Action::SendToNetwork(ticket, BufferType::PingPong)
    }

    #[inline(always)]
    fn hand_out_send(&mut self, step: send::Step) -> Action {
        let ticket = self.next_ticket();
        match step {
            send::Step::Write(buffer_type) => {
                self.sending.begin(ticket, SendSlot::Write { confined: false });
                Action::SendToNetwork(ticket, buffer_type)
            }
            send::Step::Complete(buffer_type) => {
                self.sending.begin(ticket, SendSlot::Complete);
                Action::IndicateSendComplete(ticket, buffer_type)
            }
        }
    }

    #[inline]
    fn next_ticket(&mut self) -> Ticket {
        self.epoch = self.epoch.get().wrapping_add(2) | NonZeroUsize::MIN;
        self.ticket(self.epoch)
    }

    /// The ticket of this session with this [`number`](Ticket::number). Any number will do: one that
    /// no outstanding action has makes a ticket that is [`Misuse::StaleTicket`].
    #[must_use]
    #[inline]
    pub const fn ticket(&self, number: NonZeroUsize) -> Ticket {
        Ticket { session: self.machine.storage.address(), epoch: number }
    }

    /// The octets to write: one or two slices, of which the second may be empty. They are one whole
    /// frame, or the next part of one, and go out together before anything else.
    ///
    /// # Errors
    ///
    /// [`Misuse::StaleTicket`], [`Misuse::WrongAction`], [`Misuse::PayloadChanged`].
    #[inline(always)]
    pub fn slices(&self, ticket: Ticket) -> Result<[&[u8]; 2], Misuse> {
        let Machine { storage, sender, receiver, .. } = &self.machine;
        match self.slot(ticket)? {
            Slot::Send(SendSlot::Write { confined }) => {
                let [first, second] = sender.slices(storage.send())?;
                Ok(if confined { [first, &[]] } else { [first, second] })
            }
            Slot::Receive(ReceiveSlot::Pong) => Ok([receiver.pong(storage.control()), &[]]),
            _ => Err(Misuse::WrongAction),
        }
    }

    /// The memory to read into; never empty.
    ///
    /// # Errors
    ///
    /// [`Misuse::StaleTicket`], [`Misuse::WrongAction`].
    #[inline(always)]
    pub fn buffer_mut(&mut self, ticket: Ticket) -> Result<&mut [u8], Misuse> {
        match self.slot(ticket)? {
            Slot::Receive(ReceiveSlot::Read) => {
                Ok(self.machine.receiver.free(self.machine.storage.receive_part().0))
            }
            _ => Err(Misuse::WrongAction),
        }
    }

    /// What an indicated receive found.
    ///
    /// # Errors
    ///
    /// [`Misuse::StaleTicket`], [`Misuse::WrongAction`].
    #[inline(always)]
    pub fn incoming(&self, ticket: Ticket) -> Result<Incoming<'_>, Misuse> {
        match self.slot(ticket)? {
            Slot::Receive(ReceiveSlot::Result) => {
                Ok(self.machine.receiver.incoming(self.machine.storage.receive()))
            }
            _ => Err(Misuse::WrongAction),
        }
    }

    /// The context of the operation an action belongs to; `None` for the automatic pong, which
    /// belongs to none.
    ///
    /// # Errors
    ///
    /// [`Misuse::StaleTicket`].
    #[inline(always)]
    pub fn context(&self, ticket: Ticket) -> Result<Option<&C>, Misuse> {
        Ok(match self.slot(ticket)? {
            Slot::Send(_) => self.machine.sender.front(),
            Slot::Receive(ReceiveSlot::Pong) => None,
            Slot::Receive(_) => self.machine.receiver.front(),
        })
    }

    /// Takes an outstanding action back, as if it had not been asked for; it is offered again. For
    /// an application that has no room for what it was handed.
    ///
    /// # Errors
    ///
    /// [`Misuse::StaleTicket`].
    #[inline]
    pub fn decline(&mut self, ticket: Ticket) -> Result<(), Misuse> {
        let slot = self.slot(ticket)?;
        let Machine { sender, link, .. } = &self.machine;
        match slot {
            Slot::Send(_) => {
                link.set_frame_open(sender.inside_frame());
                self.sending.end();
            }
            Slot::Receive(slot) => {
                if slot == ReceiveSlot::Pong {
                    link.set_pong_on_its_way(false);
                }
                self.receiving.end();
            }
        }
        Ok(())
    }

    /// Confines a write to the first of its two slices; the second becomes an action of its own.
    /// For an application that can write only one at a time. Without effect on other actions, and once
    /// a pong was handed out beside the write, since a pong may not stand inside a frame.
    ///
    /// # Errors
    ///
    /// [`Misuse::StaleTicket`].
    pub fn confine(&mut self, ticket: Ticket) -> Result<(), Misuse> {
        if let Slot::Send(SendSlot::Write { .. }) = self.slot(ticket)?
            && self.machine.sender.offers_two_slices()
            && !self.machine.link.pong_on_its_way()
        {
            self.sending.slot = SendSlot::Write { confined: true };
            self.machine.link.set_frame_open(true);
        }
        Ok(())
    }

    /// Reports that an action was carried out, with the octets written or read.
    ///
    /// | action | `transferred` | effect |
    /// |---|---|---|
    /// | send to network | as many as the slices hold | the operation goes on or ends |
    /// | | any other number | the operation ends as [`Outcome::Cancelled`](crate::Outcome) |
    /// | send to network, the automatic pong | any number | the pong is done with |
    /// | receive from network | 1 to the buffer's length | the octets are read |
    /// | | 0 | the operation ends without data |
    /// | indications | ignored | what was lent is handed back |
    ///
    /// # Errors
    ///
    /// [`Misuse::StaleTicket`]; [`Misuse::TooManyOctets`] when a read reports more than the buffer
    /// holds, in which case the action stays outstanding.
    #[inline(always)]
    pub fn complete_action(
        &mut self,
        ticket: Ticket,
        transferred: usize,
    ) -> Result<Completed<C, P, B>, Misuse> {
        match self.slot(ticket)? {
            Slot::Send(SendSlot::Write { confined }) => {
                self.complete_write(transferred, confined);
                Ok(Completed::Network)
            }
            Slot::Receive(ReceiveSlot::Pong) => {
                self.machine.receiver.complete_pong();
                self.machine.link.set_pong_on_its_way(false);
                self.receiving.end();
                Ok(Completed::Network)
            }
            Slot::Receive(ReceiveSlot::Read) => {
                self.complete_read(transferred)?;
                Ok(Completed::Network)
            }
            Slot::Send(SendSlot::Complete) => {
                let (outgoing, context, outcome) =
                    self.machine.sender.complete().ok_or(Misuse::StaleTicket)?;
                self.sending.end();
                Ok(Completed::Send { outgoing, context, outcome })
            }
            Slot::Receive(ReceiveSlot::Result) => {
                let (buffer, context) =
                    self.machine.receiver.complete().ok_or(Misuse::StaleTicket)?;
                self.receiving.end();
                Ok(Completed::Receive { buffer, context })
            }
        }
    }

    #[inline(always)]
    fn complete_write(&mut self, written: usize, confined: bool) {
        let Machine { sender, link, .. } = &mut self.machine;
        link.set_frame_open(if confined {
            sender.complete_first_slice(written)
        } else {
            sender.complete_offer(written)
        });
        self.sending.end();
    }

    #[inline]
    fn complete_read(&mut self, read: usize) -> Result<(), Misuse> {
        let Machine { storage, receiver, .. } = &mut self.machine;
        if read > receiver.free(storage.receive_part().0).len() {
            return Err(Misuse::TooManyOctets);
        }
        if read == 0 {
            receiver.cancel();
        } else {
            receiver.supply(read);
        }
        self.receiving.end();
        Ok(())
    }

    /// Gives the connection up: no more network traffic, and every queued operation becomes ready
    /// to be indicated. An action that is outstanding is to be completed first.
    ///
    /// Has no effect before the opening handshake is over.
    pub fn abort(&mut self) {
        if self.opening.is_over() {
            self.machine.abort();
        }
    }

    /// Where the closing handshake stands; [`State::Open`] before it begins.
    #[must_use]
    pub fn state(&self) -> State {
        self.machine.state()
    }

    #[inline(always)]
    fn slot(&self, ticket: Ticket) -> Result<Slot, Misuse> {
        if ticket.session != self.machine.storage.address() {
            return Err(Misuse::StaleTicket);
        }
        match Some(ticket.epoch) {
            epoch if epoch == self.sending.epoch => Ok(Slot::Send(self.sending.slot)),
            epoch if epoch == self.receiving.epoch => Ok(Slot::Receive(self.receiving.slot)),
            _ => Err(Misuse::StaleTicket),
        }
    }
}
