//! See [`wsproof_fuzz::targets::handshake_request_model`].
#![cfg_attr(fuzzing, no_main)]

wsproof_fuzz::target!(handshake_request_model);
