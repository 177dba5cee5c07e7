//! Files that the user names on the command line or in a dialog. It refuses everything but a regular file, never waits
//! for a pipe, and never reads more than it was told to.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::error::ClientError;

/// Why a named file was not read.
#[derive(Debug)]
pub(crate) enum Unread {
    /// There is none.
    Missing,
    /// A folder, a pipe, a device.
    NotAFile,
    /// It has this many bytes, more than it may have.
    TooLarge(u64),
    /// What the disk says.
    Disk(io::ErrorKind),
}

/// For whoever says no more of it than that the file cannot be read.
impl From<Unread> for ClientError {
    fn from(unread: Unread) -> Self {
        Self::FileUnreadable(match unread {
            Unread::Missing => "there is none".to_owned(),
            Unread::NotAFile => "it is a folder, a pipe or a device".to_owned(),
            Unread::TooLarge(_) => "it is too large".to_owned(),
            Unread::Disk(kind) => kind.to_string(),
        })
    }
}

/// The bytes of a regular file of at most `max_bytes`. Touches the disk.
///
/// # Errors
/// Each [`Unread`] as it says.
pub(crate) fn read_given(path: &Path, max_bytes: u64) -> Result<Vec<u8>, Unread> {
    let (file, len) = open_regular(path)?;
    if len > max_bytes {
        return Err(Unread::TooLarge(len));
    }
    // One byte more than allowed tells a file that grew since.
    let bytes = first(file, max_bytes + 1)?;
    match bytes.len() as u64 {
        len if len > max_bytes => Err(Unread::TooLarge(len)),
        _ => Ok(bytes),
    }
}

/// The first bytes of a regular file of any size. Touches the disk.
///
/// # Errors
/// Each [`Unread`] but for the size.
pub(crate) fn beginning_of(path: &Path, bytes: u64) -> Result<Vec<u8>, Unread> {
    first(open_regular(path)?.0, bytes)
}

/// A regular file, and its length.
fn open_regular(path: &Path) -> Result<(File, u64), Unread> {
    let file = open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Unread::Missing,
        kind => Unread::Disk(kind),
    })?;
    let metadata = file.metadata().map_err(disk)?;
    if metadata.is_file() { Ok((file, metadata.len())) } else { Err(Unread::NotAFile) }
}

fn first(file: File, most: u64) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes).map_err(disk)?;
    Ok(bytes)
}

fn disk(error: io::Error) -> Unread {
    Unread::Disk(error.kind())
}

/// Opening a pipe that nobody writes to would wait for ever.
fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        let no_waiting = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, no_waiting);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_regular_file_of_the_right_size_is_read() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        std::fs::write(at("ten"), b"0123456789").unwrap();
        std::fs::create_dir(at("folder")).unwrap();
        std::os::unix::fs::symlink(at("ten"), at("link")).unwrap();
        let pipe = std::process::Command::new("mkfifo").arg(at("pipe")).status();
        assert!(pipe.unwrap().success());
        let check = |name: &str, max_bytes, expect: &str| {
            let got = match read_given(&at(name), max_bytes) {
                Ok(bytes) => format!("{} bytes", bytes.len()),
                Err(unread) => format!("{unread:?}"),
            };
            assert_eq!(got, expect, "{name} {max_bytes}");
        };
        check("ten", 10, "10 bytes");
        check("ten", 9, "TooLarge(10)");
        check("link", 10, "10 bytes");
        check("absent", 10, "Missing");
        check("folder", 10, "NotAFile");
        check("pipe", 10, "NotAFile");
        check("ten/more", 10, "Disk(NotADirectory)");
    }
}
