//! The two streams a command writes to, and whether they are coloured.

use std::env;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::path::Path;

use wsproof_reports::exit_code::ExitCode;

use super::args::Color;
use super::failure::Failure;

/// Standard output and standard error. A stream that cannot be written to any more is left alone:
/// the run still has a report to write. That somebody has closed a pager is no failure; that a disk
/// is full is one.
pub(super) struct Output {
    out_closed: bool,
    /// A file goes to standard output, and whatever else is told to standard error.
    gives_way: bool,
    /// Why not everything could be written to standard output.
    lost: Option<io::Error>,
    /// Whether standard output is coloured.
    pub(super) color: bool,
    /// Whether standard error is.
    pub(super) error_color: bool,
}

impl Output {
    pub(super) fn new(color: Color) -> Self {
        Self {
            out_closed: false,
            gives_way: false,
            lost: None,
            color: is_colored(color, io::stdout().is_terminal()),
            error_color: is_colored(color, io::stderr().is_terminal()),
        }
    }

    /// Leaves standard output to the one of these files that is called `-`, if any is. `taken` says
    /// that it carries something for programs already.
    pub(super) fn give_way<'p>(
        &mut self,
        files: impl Iterator<Item = &'p Path>,
        taken: bool,
    ) -> Result<(), Failure> {
        let wanted = files.filter(|path| is_standard(path)).count();
        if wanted + usize::from(taken) > 1 && wanted > 0 {
            let why = "- is standard output, which carries one thing; name a file for the others";
            return Err(Failure::usage(why));
        }
        if wanted > 0 {
            self.gives_way = true;
            self.color = self.error_color;
        }
        Ok(())
    }

    /// Writes text for people, or whatever the command is for.
    pub(super) fn write(&mut self, text: &str) {
        if self.gives_way {
            let _ = io::stderr().lock().write_all(text.as_bytes());
        } else {
            self.write_file(text);
        }
    }

    /// Writes a file to standard output.
    pub(super) fn write_file(&mut self, text: &str) {
        if !self.out_closed {
            let mut out = io::stdout().lock();
            let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            self.note_loss(written);
        }
    }

    /// Takes how writing to standard output went.
    pub(super) fn note_loss(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.out_closed = true;
            self.lost = Some(error).filter(|error| error.kind() != ErrorKind::BrokenPipe);
        }
    }

    /// The exit code of a command that ends with this one, once it is known what was written.
    pub(super) fn conclude(&self, code: ExitCode) -> ExitCode {
        let Some(error) = &self.lost else { return code };
        self.complain(&format!("standard output: {error}"));
        ExitCode::strongest([code, ExitCode::CouldNotTest])
    }

    /// Writes such a line.
    pub(super) fn line(&mut self, text: &str) {
        self.write(&format!("{text}\n"));
    }

    /// Writes a line to standard error.
    #[expect(clippy::unused_self, reason = "the other stream of the same pair")]
    pub(super) fn note(&self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Says what went wrong. Files and programs may have a part in the text: it is cut where nobody
    /// would read on, and commands nothing to a terminal.
    pub(super) fn complain(&self, text: &str) {
        const SHOWN: usize = 3000;

        let error = if self.error_color { "\x1b[1;31merror:\x1b[0m" } else { "error:" };
        let mut shown = String::new();
        for c in text.chars().take(SHOWN) {
            match c {
                '\n' | '\t' => shown.push(c),
                c if c.is_control() => shown.extend(c.escape_default()),
                c => shown.push(c),
            }
        }
        let dots = if text.chars().nth(SHOWN).is_some() { "…" } else { "" };
        self.note(&format!("{error} {shown}{dots}"));
    }

    /// Text in an attribute of the terminal, if standard output is coloured.
    pub(super) fn paint(&self, attribute: &str, text: &str) -> String {
        if self.color { format!("\x1b[{attribute}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Whether a file is standard output.
pub(super) fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

/// `NO_COLOR` and `CLICOLOR_FORCE` count when they are set and not empty.
fn is_colored(color: Color, terminal: bool) -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) => false,
        Color::Auto if is_set("CLICOLOR_FORCE") => true,
        Color::Auto => terminal && env::var_os("TERM").is_none_or(|term| term != "dumb"),
    }
}
