//! See [`wsproof_fuzz::targets::session_calls`].
#![cfg_attr(fuzzing, no_main)]

wsproof_fuzz::target!(session_calls);
