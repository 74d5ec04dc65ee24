//! What the fuzz targets of wsproof feed, and how they know that an answer is wrong.
//!
//! ```text
//!   octets ──► target ──► driver ──► engine ──► what was seen ──► oracles ──► finding
//!  (libFuzzer,    (what the octets   (both faces,   (events, octets       (a model of the RFCs,
//!   seeds,         stand for)         any cut)       written, memory,      laws of the engine)
//!   regressions)                                     actions)
//! ```
//!
//! A [`Target`] takes any octets and judges what comes of them; the files in `fuzz_targets/` only
//! hand it libFuzzer's. Everything else is an ordinary library: `cargo test` replays every seed and
//! every regression through the same functions, without libFuzzer, on any tool chain.
//!
//! # Adding to it
//!
//! - **A target** is a file in `src/targets/` and its line in [`TARGETS`]; a test names the file in
//!   `fuzz_targets/` and the lines in `Cargo.toml` that cargo needs besides.
//! - **An oracle** is a type and its line in the list beside what it judges, such as
//!   [`stream::ORACLES`].
//! - **A regression** is a file in `regressions/<target>/`, as the fuzzer wrote it.
//! - **A seed** comes from the catalogue or from a table in `src/seeds/`; the example `seeds`
//!   writes them all.

pub mod agreement;
pub mod calls;
pub mod edge;
pub mod heads;
mod opened;
pub mod oracle;
pub mod planted;
pub mod replay;
pub mod roundtrip;
pub mod script;
pub mod seeds;
pub mod stream;
mod target;
pub mod targets;
mod told;

pub use oracle::{Finding, Oracle};
pub use target::{Keep, Target};
pub use targets::{TARGETS, table};

/// The body of a file in `fuzz_targets/`: under cargo-fuzz the entry point of libFuzzer, otherwise
/// a program that replays the files it is given.
#[macro_export]
macro_rules! target {
    ($name:ident) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|octets: &[u8]| -> libfuzzer_sys::Corpus {
            match $crate::targets::$name::TARGET.fuzz(octets) {
                $crate::Keep::Yes => libfuzzer_sys::Corpus::Keep,
                $crate::Keep::No => libfuzzer_sys::Corpus::Reject,
            }
        });

        #[cfg(not(fuzzing))]
        fn main() -> std::process::ExitCode {
            $crate::replay::main(&$crate::targets::$name::TARGET)
        }
    };
}
