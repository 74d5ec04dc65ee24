//! Tells scripts what there is: `cargo run -p wsproof-fuzz --example list -- targets | bugs | table`.

use std::env;
use std::process::ExitCode;

use wsproof_fuzz::TARGETS;
use wsproof_model::Bug;

fn main() -> ExitCode {
    match env::args().nth(1).as_deref() {
        Some("targets") => {
            for target in TARGETS {
                let (seeds, words) = (target.seeds.folder, target.dictionary);
                println!("{}\t{seeds}\t{words}\t{}", target.name, target.longest);
            }
        }
        Some("bugs") => {
            for bug in Bug::ALL {
                if bug.is_of_reception() {
                    println!("{bug}\tframe_stream_model frame_script_model");
                } else if bug.is_of_handshake() {
                    println!("{bug}\thandshake_request_model handshake_response_model");
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
