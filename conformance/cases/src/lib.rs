//! Conformance cases for the WebSocket protocol.
