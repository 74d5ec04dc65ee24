//! See [`wsproof_fuzz::targets::frame_stream_model`].
#![cfg_attr(fuzzing, no_main)]

wsproof_fuzz::target!(frame_stream_model);
