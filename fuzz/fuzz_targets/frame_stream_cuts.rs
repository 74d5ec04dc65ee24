//! See [`wsproof_fuzz::targets::frame_stream_cuts`].
#![cfg_attr(fuzzing, no_main)]

wsproof_fuzz::target!(frame_stream_cuts);
