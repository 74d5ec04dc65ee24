//! The typed face: the same machine, with actions as tokens that the compiler counts.

use alloc::boxed::Box;

use crate::buffer::{Areas, Bytes};
use crate::buffer_type::Outgoing;
use crate::config::Config;
use crate::entropy::Entropy;
use crate::error::{Fault, Misuse, Violation};
use crate::handshake::Agreed;
use crate::machine::Machine;
use crate::machine::close::State;
use crate::machine::link::Link;
use crate::machine::receive::{self, Receiver};
use crate::machine::send::{self, Refused, Sender};
use crate::token::{Deliver, Pong, Read, SendComplete, Write};

/// An open connection whose actions are tokens.
///
/// What [`Session`](crate::Session) checks at run time is a type here: an action borrows its half of
/// the connection, `complete(self)` consumes it, and what it showed cannot be kept. A payload `P`
/// carries whatever the application wants back with it.
///
/// The actions and their order are the interface's, one to one: the automatic pong belongs to the
/// receive half. Two manners of the interface are left to [`Session`](crate::Session), because
/// ownership offers better: a write may be completed in parts and goes on, and a read that finds
/// the end of the stream says so. A token that is dropped is offered again.
///
/// ```
/// use wsproof_engine::{Config, Connection, Outgoing, SendAction};
/// # use wsproof_engine::{Header, Selection, handshake::ServerHandshake};
/// # let request = [
/// #     Header::new("Host", "localhost"),
/// #     Header::new("Connection", "Upgrade"),
/// #     Header::new("Upgrade", "websocket"),
/// #     Header::new("Sec-WebSocket-Version", "13"),
/// #     Header::new("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
/// # ];
/// # let (handshake, _) = ServerHandshake::begin(&Selection::default(), &request)?;
/// let mut connection = Connection::open(&Config::server(), &handshake.end());
/// connection.send(Outgoing::Utf8Message(b"Hello".to_vec()))?;
///
/// let mut wire: Vec<u8> = Vec::new();
/// let (mut sender, _) = connection.split();
/// while let Some(action) = sender.get_action()? {
///     match action {
///         SendAction::SendToNetwork(write) => {
///             // A transport that takes three octets at a time.
///             let octets = write.slices()?.concat();
///             let written = octets.len().min(3);
///             wire.extend(&octets[..written]);
///             write.complete(written)?;
///         }
///         SendAction::IndicateSendComplete(done) => {
///             let (outgoing, _) = done.complete();
///             assert_eq!(outgoing.into_payload().as_deref(), Some(&b"Hello"[..]));
///         }
///     }
/// }
/// assert_eq!(wire, b"\x81\x05Hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Misuse that does not compile
///
/// An action is completed once:
///
/// ```compile_fail,E0382
/// fn twice(pong: wsproof_engine::Pong<'_>) {
///     pong.complete();
///     pong.complete();
/// }
/// ```
///
/// Each half has one action open:
///
/// ```compile_fail,E0499
/// # use wsproof_engine::{Fault, ReceiveHalf};
/// fn two_at_once(half: &mut ReceiveHalf<'_>) -> Result<(), Fault> {
///     let first = half.get_action()?;
///     let second = half.get_action()?;
///     drop(first);
///     Ok(())
/// }
/// ```
///
/// What was received is gone once its action is completed:
///
/// ```compile_fail,E0505
/// fn keep(result: wsproof_engine::Deliver<'_>) {
///     let incoming = result.incoming();
///     result.complete();
///     println!("{incoming:?}");
/// }
/// ```
///
/// A connection exists only after its opening handshake:
///
/// ```compile_fail,E0061
/// # use wsproof_engine::{Config, Connection};
/// let connection: Connection = Connection::open(&Config::client());
/// ```
#[derive(Debug)]
pub struct Connection<P = Bytes> {
    machine: Machine<(), P, Bytes>,
}

impl<P: AsRef<[u8]>> Connection<P> {
    /// A connection whose opening handshake ended with `agreed`, in the role of `config`.
    ///
    /// Octets that arrived behind the head go into the first [`Read`]. An answer to
    /// permessage-deflate that does not fit the offer fails the connection before it is open: its
    /// first and only result is [`Violation::ExtensionAnswerUnfit`].
    #[must_use]
    pub fn open(config: &Config, agreed: &Agreed) -> Self {
        Self::over(Machine::new(config, None), agreed)
    }

    /// Like [`open`](Self::open), with masking keys from `entropy`; the duty of RFC 6455 §5.3 is
    /// then the caller's.
    #[must_use]
    pub fn open_with_entropy(
        config: &Config,
        agreed: &Agreed,
        entropy: Box<dyn Entropy + Send>,
    ) -> Self {
        Self::over(Machine::new(config, Some(entropy)), agreed)
    }

    fn over(mut machine: Machine<(), P, Bytes>, agreed: &Agreed) -> Self {
        if machine.agree(agreed).is_err() {
            machine.receiver.refuse(Violation::ExtensionAnswerUnfit);
        }
        Self { machine }
    }

    /// Queues an operation to send; see [`Session::send`](crate::Session::send).
    ///
    /// # Errors
    ///
    /// [`Refused`] hands the payload back.
    #[inline]
    pub fn send(&mut self, outgoing: Outgoing<P>) -> Result<(), Refused<(), P>> {
        self.machine.sender.queue(outgoing, ())
    }

    /// Asks for one more result; see [`Session::receive`](crate::Session::receive).
    ///
    /// # Errors
    ///
    /// [`Misuse::Aborted`]; [`Misuse::QueueFull`].
    #[inline]
    pub fn receive(&mut self) -> Result<(), Misuse> {
        self.machine.receiver.queue(None, ()).map_err(|refused| refused.misuse)
    }

    /// Both halves, each with its own actions.
    #[must_use]
    #[inline]
    pub fn split(&mut self) -> (SendHalf<'_, P>, ReceiveHalf<'_>) {
        let Machine { storage, sender, receiver, link, .. } = &mut self.machine;
        let Areas { receive, send, control } = storage.areas();
        (
            SendHalf { sender, area: send, link },
            ReceiveHalf { receiver, area: receive, control, link },
        )
    }

    /// Gives the connection up: no more network traffic; what is queued becomes ready to be
    /// indicated.
    pub fn abort(&mut self) {
        self.machine.abort();
    }

    /// Where the closing handshake stands.
    #[must_use]
    pub fn state(&self) -> State {
        self.machine.state()
    }
}

/// The half that sends.
#[derive(Debug)]
pub struct SendHalf<'c, P> {
    sender: &'c mut Sender<(), P>,
    area: &'c mut [u8],
    link: &'c Link,
}

/// What the send half asks for.
#[derive(Debug)]
#[must_use = "an action that is dropped is offered again"]
#[expect(clippy::exhaustive_enums, reason = "one match drives the half")]
pub enum SendAction<'a, P> {
    /// Octets to write.
    SendToNetwork(Write<'a, P>),
    /// An operation that is over.
    IndicateSendComplete(SendComplete<'a, P>),
}

impl<P: AsRef<[u8]>> SendHalf<'_, P> {
    /// What to do next, or `None`: nothing is queued, or a pong is on its way.
    ///
    /// # Errors
    ///
    /// [`Misuse::PayloadChanged`] when a payload's `AsRef` answers with less than it had.
    #[inline]
    pub fn get_action(&mut self) -> Result<Option<SendAction<'_, P>>, Misuse> {
        Ok(match self.sender.next(self.area, self.link)? {
            None => None,
            Some(send::Step::Write(_)) => {
                Some(SendAction::SendToNetwork(Write::new(self.sender, self.area, self.link)))
            }
            Some(send::Step::Complete(_)) => {
                self.link.set_frame_open(false);
                Some(SendAction::IndicateSendComplete(SendComplete::new(self.sender)))
            }
        })
    }
}

/// The half that receives.
#[derive(Debug)]
pub struct ReceiveHalf<'c> {
    receiver: &'c mut Receiver<(), Bytes>,
    area: &'c mut [u8],
    control: &'c mut [u8],
    link: &'c Link,
}

/// What the receive half asks for.
#[derive(Debug)]
#[must_use = "an action that is dropped is offered again"]
#[expect(clippy::exhaustive_enums, reason = "one match drives the half")]
pub enum ReceiveAction<'a> {
    /// The automatic answer to a ping, to be written.
    SendToNetwork(Pong<'a>),
    /// Memory to read into.
    ReceiveFromNetwork(Read<'a>),
    /// A result.
    IndicateReceiveComplete(Deliver<'a>),
}

impl ReceiveHalf<'_> {
    /// What to do next, or `None`: nothing was asked for and no pong is due.
    ///
    /// # Errors
    ///
    /// The peer's [`Fault`], at every call, once everything in front of it was delivered.
    #[inline]
    pub fn get_action(&mut self) -> Result<Option<ReceiveAction<'_>>, Fault> {
        Ok(match self.receiver.next(self.area, self.control, self.link) {
            receive::Step::Idle => None,
            receive::Step::Pong => Some(ReceiveAction::SendToNetwork(Pong::new(
                self.receiver,
                self.control,
                self.link,
            ))),
            receive::Step::Read => {
                Some(ReceiveAction::ReceiveFromNetwork(Read::new(self.receiver, self.area)))
            }
            receive::Step::Result(buffer_type) => Some(ReceiveAction::IndicateReceiveComplete(
                Deliver::new(self.receiver, self.area, buffer_type),
            )),
            receive::Step::Fault => return self.receiver.fault().map_or(Ok(None), Err),
        })
    }
}
