//! See [`wsproof_fuzz::targets::frame_script_model`].
#![cfg_attr(fuzzing, no_main)]

wsproof_fuzz::target!(frame_script_model);
