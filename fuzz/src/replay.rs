//! Inputs once more, without a fuzzer.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use crate::target::Target;

/// The folder of this package.
#[must_use]
pub fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files in a folder and the folders in it, in order; none if there is no such folder.
///
/// # Errors
/// A folder that is there and cannot be read.
pub fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    if folder.is_file() {
        files.push(folder.to_owned());
    } else if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            files.extend(self::files(&entry?.path())?);
        }
    }
    files.sort();
    Ok(files)
}

/// The program a target is without libFuzzer: judges the files it is given, or those in folders,
/// and says what each stands for where there is something wrong.
#[must_use]
pub fn main(target: &Target) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    let mut count = 0;
    for argument in env::args_os().skip(1).filter(|argument| !is_option(argument)) {
        let files = match files(Path::new(&argument)) {
            Ok(files) if !files.is_empty() => files,
            Ok(_) => return refuse(&argument, "no such file or folder"),
            Err(error) => return refuse(&argument, &error.to_string()),
        };
        for file in files {
            let octets = match fs::read(&file) {
                Ok(octets) => octets,
                Err(error) => return refuse(file.as_os_str(), &error.to_string()),
            };
            count += 1;
            if let Err(finding) = (target.check)(&octets) {
                println!("{}: {finding}\n{}", file.display(), (target.show)(&octets));
                code = ExitCode::FAILURE;
            } else if env::args_os().any(|argument| argument == "--show") {
                println!("{}: as it should be\n{}", file.display(), (target.show)(&octets));
            }
        }
    }
    eprintln!("{}: {count} inputs replayed", target.name);
    code
}

fn is_option(argument: &std::ffi::OsStr) -> bool {
    argument == "--show"
}

fn refuse(path: &std::ffi::OsStr, why: &str) -> ExitCode {
    eprintln!("{}: {why}", path.display());
    ExitCode::from(2)
}
