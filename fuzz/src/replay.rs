//! Inputs once more, without a fuzzer.

use core::fmt::Display;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use wsproof_cases::wscase;
use wsproof_model::artifact::{self, Artifact};

use crate::script::Script;
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

/// What the program does with inputs besides judging them.
#[derive(Debug, Default)]
struct Options {
    /// Shows those with which nothing is wrong, too.
    show: bool,
    /// Keeps the only one as a conformance case in this file.
    save: Option<PathBuf>,
    /// Files and folders.
    paths: Vec<PathBuf>,
}

impl Options {
    fn read(arguments: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut options = Self::default();
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            match argument.to_str() {
                Some("--show") => options.show = true,
                Some("--save") => {
                    let file = arguments.next().ok_or("--save wants the name of a file")?;
                    options.save = Some(file.into());
                }
                _ => options.paths.push(argument.into()),
            }
        }
        Ok(options)
    }
}

/// The program a target is without libFuzzer: judges the files it is given, or those in folders,
/// and says what each stands for where there is something wrong. `--show` says so of all, `--save
/// NAME.wscase` keeps a stream as a case.
#[must_use]
pub fn main(target: &Target) -> ExitCode {
    match replay(target, env::args_os().skip(1)) {
        Ok(code) => code,
        Err(why) => {
            eprintln!("{}: {why}", target.name);
            ExitCode::from(2)
        }
    }
}

fn replay(target: &Target, arguments: impl Iterator<Item = OsString>) -> Result<ExitCode, String> {
    let options = Options::read(arguments)?;
    let of = |path: &Path, why: &dyn Display| format!("{}: {why}", path.display());
    let mut code = ExitCode::SUCCESS;
    let mut replayed = Vec::new();
    for path in &options.paths {
        let files = files(path).map_err(|error| of(path, &error))?;
        if files.is_empty() {
            return Err(of(path, &"no such file or folder"));
        }
        for file in files {
            let octets = fs::read(&file).map_err(|error| of(&file, &error))?;
            if let Err(finding) = (target.check)(&octets) {
                println!("{}: {finding}\n{}", file.display(), (target.show)(&octets));
                code = ExitCode::FAILURE;
            } else if options.show {
                println!("{}: as it should be\n{}", file.display(), (target.show)(&octets));
            }
            replayed.push((file, octets));
        }
    }
    eprintln!("{}: {} inputs replayed", target.name, replayed.len());
    if let Some(case) = options.save {
        let [(file, octets)] = &replayed[..] else {
            return Err(String::from("--save wants a single input"));
        };
        let text = saved(target, file, octets).ok_or("no input of it is a stream")?;
        fs::write(&case, text).map_err(|error| of(&case, &error))?;
        eprintln!("saved; `wsproof run {}` plays it", case.display());
    }
    Ok(code)
}

/// The conformance case that an input is, as text, if it stands for a stream.
fn saved(target: &Target, file: &Path, octets: &[u8]) -> Option<String> {
    let Script { setup, stream } = (target.stream)(octets)?;
    let input = setup.join(&stream);
    let artifact = Artifact::split(&input, setup.agreed().is_some())?;
    Some(wscase::write(&artifact::saved(file, artifact)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets::TARGETS;

    #[test]
    fn what_stands_for_a_stream_can_be_saved_as_a_case() {
        let folder = env::temp_dir().join(format!("wsproof-fuzz-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (input, case) = (folder.join("crash-1F"), folder.join("found.wscase"));
        fs::write(&input, [1; 64]).unwrap();
        let mut saved = Vec::new();
        for target in TARGETS {
            let arguments = [&input, Path::new("--save"), &case].map(OsString::from);
            let replayed = replay(target, arguments.into_iter());
            if replayed.is_ok() {
                let text = fs::read_to_string(&case).unwrap();
                let case = wscase::read(&text).unwrap().case;
                assert_eq!(case.id, "fuzzing/crash-1f");
                saved.push((target.name, case.needs.deflate.is_some()));
            }
        }
        fs::remove_dir_all(&folder).unwrap();
        let streams = ["frame_stream_model", "frame_stream_cuts", "frame_script_model"];
        let streams = streams.into_iter().map(|name| (name, false));
        let streams: Vec<_> = streams.chain([("deflate_stream_model", true)]).collect();
        assert_eq!(saved, streams);
        let nothing = replay(&TARGETS[0], ["--save"].into_iter().map(OsString::from));
        assert!(nothing.is_err());
    }
}
