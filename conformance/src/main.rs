//! The `wsproof` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    wsproof::cli::main()
}
