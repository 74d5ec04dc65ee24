//! The echo application over real sockets, looked at octet by octet.

mod away;
mod client;
mod peer;
mod server;
mod tls;
mod wire;
