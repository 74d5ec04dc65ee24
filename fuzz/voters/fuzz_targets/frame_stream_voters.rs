//! See [`wsproof_voters`].
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|octets: &[u8]| -> libfuzzer_sys::Corpus {
    match wsproof_voters::TARGET.fuzz(octets) {
        wsproof_fuzz::Keep::Yes => libfuzzer_sys::Corpus::Keep,
        wsproof_fuzz::Keep::No => libfuzzer_sys::Corpus::Reject,
    }
});

#[cfg(not(fuzzing))]
fn main() -> std::process::ExitCode {
    wsproof_fuzz::replay::main(&wsproof_voters::TARGET)
}
