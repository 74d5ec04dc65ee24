//! Calling the binary.

use std::path::Path;
use std::process::{Command, Output};

/// What a call left behind.
#[derive(Debug)]
pub(crate) struct Called {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The binary in a folder, without anything the environment could say.
pub(crate) fn wsproof(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wsproof"));
    command.current_dir(folder).args(arguments);
    let ours = std::env::vars_os().map(|(name, _)| name);
    ours.filter(|name| name.to_string_lossy().starts_with("WSPROOF_")).for_each(|name| {
        command.env_remove(name);
    });
    for name in [
        "CI",
        "CLICOLOR_FORCE",
        "GITHUB_ACTIONS",
        "GITHUB_STEP_SUMMARY",
        "NO_COLOR",
        "SOURCE_DATE_EPOCH",
    ] {
        command.env_remove(name);
    }
    command
}

/// Calls it in an empty folder.
pub(crate) fn call(arguments: &[&str]) -> Called {
    let folder = tempfile::tempdir().unwrap();
    finish(&mut wsproof(folder.path(), arguments))
}

/// Runs a command to its end.
pub(crate) fn finish(command: &mut Command) -> Called {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |octets| String::from_utf8(octets).unwrap();
    Called { code: status.code().expect("no signal"), out: text(stdout), err: text(stderr) }
}

impl Called {
    /// Fails unless the call ended with this code.
    #[track_caller]
    pub(crate) fn code(self, wanted: i32) -> Self {
        assert_eq!(self.code, wanted, "out:\n{}\nerr:\n{}", self.out, self.err);
        self
    }
}
