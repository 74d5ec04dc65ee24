//! The targets, one file each.

pub mod frame_stream_model;
