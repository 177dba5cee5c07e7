//! The recent log: the newest of its files, as many of their last bytes as are looked through in a moment.

use gatefold_shelf::{Folder, ShelfError};

use crate::error::ClientError;
use crate::home::Home;

/// So much of the log is recent; cleaned and packed it stays far below what a bundle may have.
const RECENT_BYTES: usize = 8_000_000;
/// No file of the ring is larger.
const FILE_BYTES: u64 = 16 << 20;

/// The newest lines, oldest first; nothing where there is no log.
pub(in crate::diagnostics) fn log(home: &Home) -> Result<Vec<u8>, ClientError> {
    let Some(folder) = Folder::open(&home.logs())? else { return Ok(Vec::new()) };
    let mut files: Vec<(u64, String)> =
        folder.names()?.into_iter().filter_map(|name| Some((number(&name)?, name))).collect();
    files.sort_unstable();
    let mut newest = Vec::new();
    for (_, name) in files.iter().rev() {
        let bytes = match folder.read(name, FILE_BYTES) {
            // Whoever writes may have removed the oldest meanwhile.
            Ok(bytes) => bytes.unwrap_or_default(),
            Err(error @ ShelfError::TooLarge) => return Err(error.into()),
            Err(error) => return Err(error.into()),
        };
        newest.splice(0..0, bytes);
        if newest.len() > RECENT_BYTES {
            break;
        }
    }
    Ok(recent(newest))
}

/// The last lines that are whole.
fn recent(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.len() > RECENT_BYTES {
        let cut = bytes.len() - RECENT_BYTES;
        let line =
            bytes[cut..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| cut + end + 1);
        bytes.drain(..line);
    }
    bytes
}

fn number(file: &str) -> Option<u64> {
    file.strip_prefix("gatefold-")?.strip_suffix(".log")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_lines_of_all_files_are_read_in_their_order() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path());
        assert_eq!(log(&home).unwrap(), b"");
        std::fs::create_dir(home.logs()).unwrap();
        std::os::unix::fs::PermissionsExt::set_mode(
            &mut home.logs().metadata().unwrap().permissions(),
            0o700,
        );
        for (name, text) in [("gatefold-9.log", "nine\n"), ("gatefold-10.log", "ten\n"), ("notes", "no\n")] {
            std::fs::write(home.logs().join(name), text).unwrap();
        }
        assert_eq!(log(&home).unwrap(), b"nine\nten\n");
    }

    #[test]
    fn a_long_log_is_cut_at_a_line() {
        let line = [b"x".repeat(99), vec![b'\n']].concat();
        let cut = recent(line.repeat(100_000));
        assert!(cut.len() <= RECENT_BYTES && cut.len() > RECENT_BYTES - 200, "{}", cut.len());
        assert!(cut.chunks(100).all(|chunk| chunk == line));
    }
}
