//! What two endpoints have sent and received.

use wsproof_cases::deflate;
use wsproof_engine::State;

/// What one end has sent, or the other has received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A whole message: the first octet of its first frame with FIN set, and its payload.
    Message(u8, Vec<u8>),
    /// A Close with its code and its reason.
    Close(u16, Vec<u8>),
}

/// Everything that happened between two endpoints.
#[derive(Debug)]
pub struct Seen {
    /// What each end has sent: client, server.
    pub sent: [Vec<Item>; 2],
    /// What each end has received: client, server.
    pub received: [Vec<Item>; 2],
    /// What each end has sent and received of these.
    pub pings: [Pings; 2],
    /// How each end stood when everything had arrived.
    pub states: [State; 2],
    /// What an endpoint did that none may.
    pub misdeeds: Vec<String>,
    /// What the endpoints were in the end, if that was asked for.
    pub ends: Vec<String>,
    /// The octets each end has written: client, server.
    pub written: [Vec<u8>; 2],
    /// What both keep to if permessage-deflate was agreed on.
    pub terms: Option<deflate::Agreement>,
    /// Of each message of client and server whether it has to be compressed.
    pub compressed: [Vec<bool>; 2],
    /// How hard client and server compress.
    pub levels: [u8; 2],
}

/// Pings and pongs of one end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pings {
    /// Pings it has sent.
    pub sent: usize,
    /// Pongs it has received, whatever they answer.
    pub answered: usize,
    /// Pongs it has sent that nobody asked for.
    pub unasked: usize,
}

/// What both ends have agreed on in the opening handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// Nothing.
    Plain,
    /// An extension that may use reserved bits and opcodes.
    Extension,
    /// permessage-deflate (RFC 7692).
    Deflate,
}
