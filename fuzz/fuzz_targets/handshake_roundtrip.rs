//! See [`wsproof_fuzz::targets::handshake_roundtrip`].
#![cfg_attr(fuzzing, no_main)]

wsproof_fuzz::target!(handshake_roundtrip);
