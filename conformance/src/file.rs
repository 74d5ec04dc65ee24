//! Reading files that anybody may have written: never more than is of use.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

/// The most octets of a file that people write: settings, known deviations, certificates.
const MOST: u64 = 16 << 20;

/// The octets of a file.
///
/// # Errors
/// It cannot be read, or is longer than this.
pub(crate) fn octets(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    File::open(path)?.take(most.saturating_add(1)).read_to_end(&mut octets)?;
    if octets.len() as u64 > most {
        let why = format!("it is longer than {} MiB", most >> 20);
        return Err(io::Error::new(ErrorKind::InvalidData, why));
    }
    Ok(octets)
}

/// The octets of a file that people write.
///
/// # Errors
/// It cannot be read, or is longer than any such file.
pub(crate) fn written(path: &Path) -> io::Result<Vec<u8>> {
    octets(path, MOST)
}

/// The text of a file that people write.
///
/// # Errors
/// It cannot be read, is longer than any such file, or is no UTF-8.
pub(crate) fn text(path: &Path) -> io::Result<String> {
    String::from_utf8(written(path)?)
        .map_err(|error| io::Error::new(ErrorKind::InvalidData, error.utf8_error()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_read_than_may_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, vec![b'a'; 2 << 20]).unwrap();
        assert_eq!(octets(&path, 2 << 20).unwrap().len(), 2 << 20);
        assert_eq!(
            octets(&path, (2 << 20) - 1).unwrap_err().to_string(),
            "it is longer than 1 MiB"
        );
        assert_eq!(text(&path).unwrap().len(), 2 << 20);
        std::fs::write(&path, [b'a', 0xff]).unwrap();
        assert!(text(&path).unwrap_err().to_string().contains("utf-8"));
        #[cfg(unix)]
        assert_eq!(
            text(Path::new("/dev/zero")).unwrap_err().to_string(),
            "it is longer than 16 MiB"
        );
    }
}
