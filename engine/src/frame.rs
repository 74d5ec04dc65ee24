//! Frames as RFC 6455 §5.2 lays them out: opcodes, headers, masks and close codes.

pub(crate) mod close_code;
pub(crate) mod header;
pub(crate) mod mask;
pub(crate) mod opcode;

pub use close_code::CloseCode;
pub use opcode::OpCode;
