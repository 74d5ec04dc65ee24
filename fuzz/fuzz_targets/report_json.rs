//! See [`wsproof_fuzz::targets::report_json`].
#![cfg_attr(fuzzing, no_main)]

wsproof_fuzz::target!(report_json);
