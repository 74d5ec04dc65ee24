//! A sans-I/O WebSocket protocol engine.
