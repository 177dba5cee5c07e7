//! Locks of a folder: between processes, and let go by the system when their holder dies.
//!
//! They refuse to wait for ever: whoever holds one has a few files to write, and after [`PATIENCE`] is stuck, or stopped.

use std::fs::File;
use std::time::Duration;

use rustix::fs::{self, AtFlags, FlockOperation};
use rustix::io::Errno;

use crate::{Folder, ShelfError};

/// How long a lock is waited for.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(5);

/// Held until dropped: no other process holds the same lock of this folder.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Folder {
    /// The lock `name` of this folder, waited for as long as [`PATIENCE`] says.
    ///
    /// # Errors
    /// [`ShelfError::Busy`] if somebody else keeps it; else what the disk says.
    pub fn lock(&self, name: &str) -> Result<Lock, ShelfError> {
        self.lock_within(name, PATIENCE)
    }

    /// [`Folder::lock`] with a patience of one's own.
    ///
    /// # Errors
    /// As [`Folder::lock`].
    pub fn lock_within(&self, name: &str, patience: Duration) -> Result<Lock, ShelfError> {
        // flock knows no time limit. Pauses are counted, so that a clock which is set meanwhile changes nothing.
        let tries = patience.as_millis() / PAUSE.as_millis();
        for _ in 0..tries {
            match self.try_lock(name)? {
                Some(lock) => return Ok(lock),
                None => std::thread::sleep(PAUSE),
            }
        }
        self.try_lock(name)?.ok_or(ShelfError::Busy)
    }

    /// The lock `name` of this folder; `None` while somebody else holds it.
    ///
    /// # Errors
    /// What the disk says.
    pub fn try_lock(&self, name: &str) -> Result<Option<Lock>, ShelfError> {
        loop {
            let file = self.file(name)?;
            match fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Err(Errno::WOULDBLOCK) => return Ok(None),
                done => done?,
            }
            if self.is_named(&file, name)? {
                return Ok(Some(Lock { _file: file }));
            }
            // Its last holder removed it after it was opened here: others lock the next file of that name.
        }
    }

    /// Whether the open file still is the one of that name.
    fn is_named(&self, file: &File, name: &str) -> Result<bool, ShelfError> {
        let open = fs::fstat(file)?;
        match fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::NOENT) => Ok(false),
            named => Ok(named.map(|named| (named.st_dev, named.st_ino) == (open.st_dev, open.st_ino))?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::create(home.path()).unwrap();
        (home, folder)
    }

    #[test]
    fn a_lock_keeps_others_out_until_dropped() {
        let (_home, folder) = folder();
        let other = Folder::create(folder.path()).unwrap();
        let held = folder.lock(".lock").unwrap();
        assert!(other.try_lock(".lock").unwrap().is_none());
        assert!(other.try_lock(".else").unwrap().is_some());
        let brief = Duration::from_millis(20);
        assert_eq!(other.lock_within(".lock", brief).err(), Some(ShelfError::Busy));
        drop(held);
        assert!(other.try_lock(".lock").unwrap().is_some());
        assert!(other.lock_within(".lock", Duration::ZERO).is_ok());
    }

    /// Whoever waited for a lock whose file its holder removed must not believe that it keeps anybody out.
    #[test]
    fn a_lock_that_was_removed_is_no_lock() {
        let (_home, folder) = folder();
        let removed = folder.file(".lock").unwrap();
        folder.remove(".lock").unwrap();
        assert!(!folder.is_named(&removed, ".lock").unwrap());
        let held = folder.lock(".lock").unwrap();
        assert!(!folder.is_named(&removed, ".lock").unwrap());
        drop(held);
    }
}
