//! See [`wsproof_fuzz::targets::capi_calls`].
#![cfg_attr(fuzzing, no_main)]

wsproof_fuzz::target!(capi_calls);
