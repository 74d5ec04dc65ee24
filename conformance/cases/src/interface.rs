//! Calls of the subject's own interface, for subjects that have that of the WebSocket Protocol
//! Component API: operations are queued, actions are taken and completed.
//!
//! A case with [`Step::Call`](crate::step::Step::Call) drives the interface in an order, or with
//! arguments, that an application may get wrong, and checks the answer and that nothing changed.
//! Whatever a case does not call itself is done by an application that echoes, whenever the subject
//! works.

use core::fmt;
use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::opening::Head;
use crate::payload::Payload;
use crate::wscase::is_default;

/// What a case wants of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interface {
    /// Whether the case begins behind the opening handshake; otherwise with a handle that was just
    /// created.
    pub opened: bool,
    /// Whether actions are completed that were completed before.
    pub stale: bool,
}

impl Interface {
    /// An open connection.
    pub const OPEN: Self = Self { opened: true, stale: false };
    /// A handle before the opening handshake.
    pub const CREATED: Self = Self { opened: false, stale: false };
    /// An open connection, whose actions can be named after they are over.
    pub const STALE: Self = Self { opened: true, stale: true };
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Call {
    /// Queues an operation to send.
    Send(Sending),
    /// Queues an operation to receive.
    Receive,
    /// Asks what to do next, does it as far as octets are to be written, and keeps the action.
    Take(Queue),
    /// Completes the action kept last with all its octets. Has no answer.
    Complete,
    /// Completes the action kept last with as many octets. Has no answer.
    CompleteWith(u64),
    /// Completes an action that was completed before once more. Has no answer.
    CompleteAgain,
    /// Completes the application's read with no octets. Has no answer.
    CancelRead,
    /// Gives the connection up. Has no answer.
    Abort,
    /// Begins a client's opening handshake with these offers.
    BeginClient {
        /// The subprotocols.
        subprotocols: Vec<Cow<'static, str>>,
        /// The extensions.
        extensions: Vec<Cow<'static, str>>,
    },
    /// Ends a client's opening handshake with the fields of this response.
    EndClient(Head),
    /// Begins a server's opening handshake with the fields of this request.
    BeginServer {
        /// The subprotocol that the application selects.
        #[serde(default)]
        subprotocol: Option<Cow<'static, str>>,
        /// The extensions that it selects.
        extensions: Vec<Cow<'static, str>>,
        /// The request.
        request: Head,
    },
    /// Ends a server's opening handshake.
    EndServer,
}

/// What is to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Sending {
    /// The last, or only, part of a message.
    Message(Kind, Payload),
    /// A part of a message that is not its last.
    Fragment(Kind, Payload),
    /// A Close; without a status code it has no body.
    Close {
        /// The status code.
        code: Option<u16>,
        /// The reason.
        #[serde(default, skip_serializing_if = "is_default")]
        reason: Payload,
    },
    /// A Ping.
    Ping,
    /// A Pong that nobody asked for.
    Pong,
    /// A frame whose first octet is this one, for extensions.
    Custom(u8, Payload),
}

/// Which operations are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Queue {
    /// Those to send.
    Send,
    /// Those to receive.
    Receive,
    /// Both.
    All,
}

/// What a call answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Answer {
    /// It is done, or queued.
    Accepted,
    /// An argument is wrong whatever the state.
    InvalidArgument,
    /// The state does not allow it.
    InvalidOperation,
    /// Header fields are wrong.
    InvalidFormat,
    /// A subprotocol was not offered.
    SubprotocolNotSupported,
    /// An extension was not offered.
    ExtensionsNotSupported,
    /// The version is another one.
    VersionNotSupported,
    /// There is something to do.
    Action(Action),
    /// The subject has no such call.
    Missing,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Action {
    /// Nothing.
    None,
    /// To write octets.
    SendToNetwork,
    /// To note that an operation to send is over.
    IndicateSendComplete,
    /// To read octets.
    ReceiveFromNetwork,
    /// To look at what was received.
    IndicateReceiveComplete,
}

/// An action that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// These octets are to be written.
    Write(Vec<u8>),
    /// An operation to send is over.
    Sent,
    /// There is room for as many octets.
    Read(usize),
    /// An operation to receive is over.
    Received(Received),
}

/// What was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// Nothing, or a Pong.
    Nothing,
    /// A part of a message that is not its last.
    Fragment(Vec<u8>),
    /// The last, or only, part of a message.
    Message(Kind, Vec<u8>),
    /// A Close with this status code; 1005 stands for none.
    Close(u16),
}

impl Taken {
    /// Its kind.
    pub const fn action(&self) -> Action {
        match self {
            Self::Write(_) => Action::SendToNetwork,
            Self::Sent => Action::IndicateSendComplete,
            Self::Read(_) => Action::ReceiveFromNetwork,
            Self::Received(_) => Action::IndicateReceiveComplete,
        }
    }

    /// With how many octets it is completed.
    pub const fn octets(&self) -> usize {
        match self {
            Self::Write(octets) => octets.len(),
            Self::Sent | Self::Read(_) | Self::Received(_) => 0,
        }
    }
}

impl Call {
    /// Whether the interface answers it; the other calls have no result.
    pub const fn is_answered(&self) -> bool {
        !matches!(
            self,
            Self::Complete
                | Self::CompleteWith(_)
                | Self::CompleteAgain
                | Self::CancelRead
                | Self::Abort
        )
    }
}

impl Answer {
    /// The words used in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::InvalidArgument => "invalid argument",
            Self::InvalidOperation => "invalid operation",
            Self::InvalidFormat => "invalid format",
            Self::SubprotocolNotSupported => "subprotocol not supported",
            Self::ExtensionsNotSupported => "extensions not supported",
            Self::VersionNotSupported => "version not supported",
            Self::Action(Action::None) => "no action",
            Self::Action(Action::SendToNetwork) => "send to network",
            Self::Action(Action::IndicateSendComplete) => "indicate send complete",
            Self::Action(Action::ReceiveFromNetwork) => "receive from network",
            Self::Action(Action::IndicateReceiveComplete) => "indicate receive complete",
            Self::Missing => "no such call",
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send(sending) => write!(f, "send {sending}"),
            Self::Receive => f.write_str("receive"),
            Self::Take(Queue::Send) => f.write_str("get an action of the send queue"),
            Self::Take(Queue::Receive) => f.write_str("get an action of the receive queue"),
            Self::Take(Queue::All) => f.write_str("get an action of both queues"),
            Self::Complete => f.write_str("complete the action"),
            Self::CompleteWith(octets) => write!(f, "complete the action with {octets} octets"),
            Self::CompleteAgain => f.write_str("complete an action once more"),
            Self::CancelRead => f.write_str("complete the read with 0 octets"),
            Self::Abort => f.write_str("abort"),
            Self::BeginClient { .. } => f.write_str("begin a client's handshake"),
            Self::EndClient(_) => f.write_str("end a client's handshake"),
            Self::BeginServer { .. } => f.write_str("begin a server's handshake"),
            Self::EndServer => f.write_str("end a server's handshake"),
        }
    }
}

impl fmt::Display for Sending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(kind, payload) => write!(f, "{} message of {payload}", kind.name()),
            Self::Fragment(kind, payload) => write!(f, "{} fragment of {payload}", kind.name()),
            Self::Close { code: None, .. } => f.write_str("close"),
            Self::Close { code: Some(code), reason } if reason.length() == 0 => {
                write!(f, "close {code}")
            }
            Self::Close { code: Some(code), reason } => write!(f, "close {code} with {reason}"),
            Self::Ping => f.write_str("ping"),
            Self::Pong => f.write_str("pong"),
            Self::Custom(first, payload) => {
                write!(f, "custom frame 0x{first:02x} of {payload}")
            }
        }
    }
}
