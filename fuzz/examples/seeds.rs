//! Writes every seed and every dictionary, and removes those that are no longer made:
//! `cargo run -p wsproof-fuzz --example seeds`.

use std::fs;
use std::io::Result;

use wsproof_fuzz::{replay, seeds};

fn main() -> Result<()> {
    let package = replay::package();
    let made = seeds::all();
    for folder in ["seeds", "dict"] {
        for file in replay::files(&package.join(folder))? {
            if !made.keys().any(|path| package.join(path) == file) {
                fs::remove_file(file)?;
            }
        }
    }
    for (path, octets) in &made {
        let path = package.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        if fs::read(&path).ok().as_ref() != Some(octets) {
            fs::write(path, octets)?;
        }
    }
    println!("{} files", made.len());
    Ok(())
}
