//! The others, each used as its documentation tells.

pub(crate) mod actix;
pub(crate) mod fastwebsockets;
pub(crate) mod nexus;
pub(crate) mod sans_io;
pub(crate) mod sockudo;
pub(crate) mod soketto;
pub(crate) mod tokio_websockets;
pub(crate) mod tungstenite;
#[cfg(feature = "wslay")]
pub(crate) mod wslay;
