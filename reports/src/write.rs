//! Writing files so that a reader sees the old content or the whole new one, never a part.

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::canonical;
use crate::model::Report;

/// Writes the canonical form of `report` to `path`, atomically.
///
/// # Errors
/// [`WriteError`] says at which step; the old file, if any, is then untouched.
pub fn write_report(path: &Path, report: &Report) -> Result<(), WriteError> {
    write_atomically(path, canonical::to_string(report).as_bytes())
}

/// Replaces the file at `path` by `content`.
///
/// The content goes to a new file in the same folder, is flushed to the disk, and takes the place
/// of the old file in one step; then the folder is flushed. If the process dies before that step,
/// the old file is as it was, and a file `.<name>.<process>-<n>.tmp` may stay behind. Missing
/// folders are created, a symbolic link stays one, and what is no file, such as `/dev/stdout`, is
/// written to as it is.
///
/// # Errors
/// [`WriteError`] says at which step; the old file, if any, is then untouched.
pub fn write_atomically(path: &Path, content: &[u8]) -> Result<(), WriteError> {
    replace(path, content, true)
}

/// The same without the flushes: never torn by a kill, but possibly lost when the power fails. For
/// folders of hundreds of files that can be made again.
pub(crate) fn write_unflushed(path: &Path, content: &[u8]) -> Result<(), WriteError> {
    replace(path, content, false)
}

/// Finds out whether [`write_atomically`] could write to `path` now, without touching what is there.
/// Missing folders are created.
///
/// # Errors
/// [`WriteError`] says at which step it could not.
pub fn can_write(path: &Path) -> Result<(), WriteError> {
    let fail = |source| WriteError { step: Step::Create, path: path.to_owned(), source };
    if path.is_dir() {
        return Err(fail(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")));
    }
    if is_device(path) {
        return OpenOptions::new().write(true).open(path).map(drop).map_err(fail);
    }
    let place = Place::beside(path)?;
    let filled = fill(&place.temporary, b"", false).map_err(fail);
    // One that stays behind harms nobody.
    let _ = fs::remove_file(&place.temporary);
    filled
}

fn replace(path: &Path, content: &[u8], flush: bool) -> Result<(), WriteError> {
    let fail = |step| move |source| WriteError { step, path: path.to_owned(), source };
    if is_device(path) {
        return fs::write(path, content).map_err(fail(Step::Create));
    }
    let Place { target, folder, temporary } = Place::beside(path)?;
    let done = fill(&temporary, content, flush)
        .map_err(fail(Step::Create))
        .and_then(|()| fs::rename(&temporary, &target).map_err(fail(Step::Rename)));
    if done.is_err() {
        // The first error is the one to tell; a file that stays behind harms nobody.
        let _ = fs::remove_file(&temporary);
        return done;
    }
    if flush { sync_folder(&folder).map_err(fail(Step::Sync)) } else { Ok(()) }
}

/// Whether a path names something that is neither a file nor a folder.
fn is_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// A file, and the new one beside it that is to take its place.
struct Place {
    target: PathBuf,
    folder: PathBuf,
    temporary: PathBuf,
}

impl Place {
    fn beside(path: &Path) -> Result<Self, WriteError> {
        static COUNTER: AtomicU64 = AtomicU64::new(0);

        let fail = |step| move |source| WriteError { step, path: path.to_owned(), source };
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let name = target.file_name().ok_or_else(|| {
            fail(Step::Create)(io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))
        })?;
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        fs::create_dir_all(&folder).map_err(fail(Step::Folder))?;
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let mut temporary_name = std::ffi::OsString::from(".");
        temporary_name.push(name);
        temporary_name.push(format!(".{}-{count}.tmp", std::process::id()));
        let temporary = folder.join(temporary_name);
        Ok(Self { target, folder, temporary })
    }
}

fn fill(temporary: &Path, content: &[u8], flush: bool) -> io::Result<()> {
    // A process that died may have had the same number and left its file behind.
    let _ = fs::remove_file(temporary);
    let mut file = OpenOptions::new().write(true).create_new(true).open(temporary)?;
    file.write_all(content)?;
    if flush { file.sync_all() } else { Ok(()) }
}

/// Makes the new name durable. Only Unix lets a folder be opened for that.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// A file that could not be written.
#[derive(Debug)]
pub struct WriteError {
    step: Step,
    path: PathBuf,
    source: io::Error,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Folder,
    Create,
    Rename,
    Sync,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.step {
            Step::Folder => "create the folder of",
            Step::Create => "write",
            Step::Rename => "replace",
            Step::Sync => "flush the folder of",
        };
        write!(f, "cannot {what} {}: {}", self.path.display(), self.source)
    }
}

impl core::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_content_is_replaced_and_nothing_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/folder/report.json");
        write_atomically(&path, b"one").unwrap();
        write_atomically(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_links_and_devices_stay_devices() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_atomically(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        write_atomically(Path::new("/dev/null"), b"gone").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[test]
    fn errors_name_step_and_path_and_leave_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("taken");
        fs::create_dir_all(taken.join("inside")).unwrap();
        let error = write_atomically(&taken, b"x").unwrap_err().to_string();
        assert!(error.starts_with("cannot replace ") && error.contains("taken"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

        fs::write(folder.path().join("file"), "").unwrap();
        let error = write_atomically(&folder.path().join("file/x"), b"x").unwrap_err().to_string();
        assert!(error.starts_with("cannot create the folder of "), "{error}");
        let error = write_atomically(Path::new(""), b"x").unwrap_err().to_string();
        assert!(error.contains("names no file"), "{error}");
    }
}
