//! See [`wsproof_fuzz::targets::deflate_stream_model`].
#![cfg_attr(fuzzing, no_main)]

wsproof_fuzz::target!(deflate_stream_model);
