//! The files of the log: the newest is appended to until it is full, the oldest is removed.
//!
//! Several processes write at once: each line is one write to a file opened for appending. It refuses to grow beyond
//! its size, which leaves room for what others write between a look and a write.

use std::fs::File;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use gatefold_shelf::{Folder, ShelfError};

const FILES: u64 = 4;
/// Four of them stay below 20 MB, with room for the lines of other processes.
const FILE_MAX_BYTES: u64 = 4_900_000;
const LOCK: &str = ".lock";

#[derive(Debug)]
pub(super) struct Ring {
    folder: Folder,
    file_max_bytes: u64,
    file: Option<File>,
}

impl Ring {
    pub(super) fn open(dir: &Path) -> Result<Self, ShelfError> {
        Ok(Self { folder: Folder::create(dir)?, file_max_bytes: FILE_MAX_BYTES, file: None })
    }

    pub(super) fn append(&mut self, line: &[u8]) -> Result<(), ShelfError> {
        let file = match self.file.take() {
            Some(file) if self.has_room(&file, line)? => file,
            _ => self.newest(line)?,
        };
        Ok(self.file.insert(file).write_all(line)?)
    }

    /// A file that another process removed has no room left.
    fn has_room(&self, file: &File, line: &[u8]) -> Result<bool, ShelfError> {
        let metadata = file.metadata()?;
        Ok(metadata.nlink() > 0 && metadata.len() + line.len() as u64 <= self.file_max_bytes)
    }

    /// The newest file if it has room, else the next one, for which the oldest makes place.
    fn newest(&self, line: &[u8]) -> Result<File, ShelfError> {
        let _lock = self.folder.lock(LOCK)?;
        let numbers: Vec<u64> = self.folder.names()?.iter().filter_map(|name| number(name)).collect();
        let newest = numbers.iter().copied().max().unwrap_or(1);
        let file = self.folder.file(&name(newest))?;
        if self.has_room(&file, line)? {
            return Ok(file);
        }
        let next = newest.saturating_add(1);
        for old in numbers.into_iter().filter(|number| number.saturating_add(FILES) <= next) {
            self.folder.remove(&name(old))?;
        }
        self.folder.file(&name(next))
    }
}

fn name(number: u64) -> String {
    format!("gatefold-{number}.log")
}

fn number(file: &str) -> Option<u64> {
    let number = file.strip_prefix("gatefold-")?.strip_suffix(".log")?.parse().ok()?;
    (name(number) == file).then_some(number)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn ring(dir: &Path) -> Ring {
        Ring { file_max_bytes: 100, ..Ring::open(dir).unwrap() }
    }

    fn lines(dir: &Path) -> Vec<String> {
        let mut names: Vec<_> = Folder::create(dir).unwrap().names().unwrap();
        names.sort_by_key(|file| number(file));
        let text = names.iter().map(|file| std::fs::read_to_string(dir.join(file)).unwrap());
        text.collect::<String>().lines().map(str::to_owned).collect()
    }

    #[test]
    fn four_real_files_stay_below_20_mb() {
        const { assert!(FILES * FILE_MAX_BYTES < 20_000_000) };
    }

    #[test]
    fn the_oldest_lines_make_place_for_the_newest() {
        let dir = tempfile::tempdir().unwrap();
        let mut ring = ring(dir.path());
        for n in 0..100 {
            ring.append(format!("line {n:04}\n").as_bytes()).unwrap();
            let sizes: Vec<u64> = ring
                .folder
                .names()
                .unwrap()
                .iter()
                .map(|file| dir.path().join(file).metadata().unwrap().len())
                .collect();
            assert!(sizes.len() <= 4 && sizes.iter().all(|size| *size <= 100), "{sizes:?}");
        }
        let kept = lines(dir.path());
        assert_eq!(kept.last().unwrap(), "line 0099");
        assert_eq!(kept.len(), 40);
        assert_eq!(kept[0], "line 0060");
    }

    #[test]
    fn files_are_0600() {
        let dir = tempfile::tempdir().unwrap();
        ring(dir.path()).append(b"x\n").unwrap();
        let mode = dir.path().join("gatefold-1.log").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o600);
    }

    #[test]
    fn several_processes_share_it_without_mixing_lines() {
        let dir = tempfile::tempdir().unwrap();
        let big = || Ring { file_max_bytes: 100_000, ..Ring::open(dir.path()).unwrap() };
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let mut ring = big();
                scope.spawn(move || {
                    for n in 0..200 {
                        ring.append(format!("{writer} {n} {}\n", "x".repeat(50)).as_bytes()).unwrap();
                    }
                });
            }
        });
        let mut kept = lines(dir.path());
        kept.sort();
        kept.dedup();
        assert_eq!(kept.len(), 800);
        assert!(kept.iter().all(|line| line.ends_with(&"x".repeat(50))));
    }

    #[test]
    fn a_writer_whose_file_was_removed_goes_on_in_the_newest() {
        let dir = tempfile::tempdir().unwrap();
        let (mut idle, mut busy) = (ring(dir.path()), ring(dir.path()));
        idle.append(b"idle\n").unwrap();
        for _ in 0..60 {
            busy.append(b"busy line\n").unwrap();
        }
        idle.append(b"back\n").unwrap();
        assert_eq!(lines(dir.path()).last().unwrap(), "back");
    }

    #[test]
    fn other_files_are_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let others = ["gatefold-01.log", "gatefold-x.log", "notes.txt", "gatefold-.log"];
        for other in others {
            std::fs::write(dir.path().join(other), "not ours").unwrap();
        }
        let mut ring = ring(dir.path());
        for _ in 0..60 {
            ring.append(b"busy line\n").unwrap();
        }
        for other in others {
            assert_eq!(std::fs::read_to_string(dir.path().join(other)).unwrap(), "not ours");
        }
    }
}
