//! See [`wsproof_fuzz::targets::handshake_response_model`].
#![cfg_attr(fuzzing, no_main)]

wsproof_fuzz::target!(handshake_response_model);
