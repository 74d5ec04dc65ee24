//! Tells scripts what there is: `cargo run -p wsproof-fuzz --example list -- targets | bugs | table`.

use std::env;
use std::process::ExitCode;

use wsproof_fuzz::{TARGETS, planted};
use wsproof_model::Bug;

fn main() -> ExitCode {
    match env::args().nth(1).as_deref() {
        Some("targets") => {
            for target in TARGETS {
                let (seeds, words) = (target.seeds, target.dictionary);
                println!("{}\t{seeds}\t{words}\t{}", target.name, target.longest);
            }
        }
        Some("bugs") => {
            for bug in Bug::ALL {
                let targets = planted::targets(*bug);
                if !targets.is_empty() {
                    println!("{bug}\t{}", targets.join(" "));
                }
            }
        }
        Some("table") => print!("{}", wsproof_fuzz::table()),
        _ => {
            eprintln!("targets, bugs or table?");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
