//! See [`wsproof_fuzz::targets::deflate_roundtrip`].
#![cfg_attr(fuzzing, no_main)]

wsproof_fuzz::target!(deflate_roundtrip);
