//! The echo application over real sockets, looked at octet by octet.

mod client;
mod peer;
mod server;
mod tls;
mod wire;
