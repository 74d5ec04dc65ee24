//! See [`wsproof_fuzz::targets::frame_roundtrip`].
#![cfg_attr(fuzzing, no_main)]

wsproof_fuzz::target!(frame_roundtrip);
