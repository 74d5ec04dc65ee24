//! A WebSocket endpoint that is obviously right.
