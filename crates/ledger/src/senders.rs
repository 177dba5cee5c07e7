//! Locks between processes: who may be sending, and who sets the file up. The kernel drops them with their holder,
//! so a crash leaves none behind.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;

use crate::error::LedgerError;

const STEP: Duration = Duration::from_millis(5);

/// A lock on a file of the ledger's folder, held until dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Shared with others of its kind.
    ///
    /// # Errors
    /// [`LedgerError::Locked`] after `patience`.
    pub(crate) fn shared(path: &Path, patience: Duration) -> Result<Self, LedgerError> {
        wait(path, FlockOperation::NonBlockingLockShared, patience)
    }

    /// Alone.
    ///
    /// # Errors
    /// [`LedgerError::Locked`] after `patience`.
    pub(crate) fn alone(path: &Path, patience: Duration) -> Result<Self, LedgerError> {
        wait(path, FlockOperation::NonBlockingLockExclusive, patience)
    }
}

fn wait(path: &Path, operation: FlockOperation, patience: Duration) -> Result<Lock, LedgerError> {
    let flags = OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(flags.bits().cast_signed())
        .open(path)?;
    let end = Instant::now() + patience;
    loop {
        match flock(&file, operation) {
            Ok(()) => return Ok(Lock { _file: file }),
            Err(Errno::WOULDBLOCK | Errno::INTR) if Instant::now() < end => std::thread::sleep(STEP),
            Err(Errno::WOULDBLOCK | Errno::INTR) => return Err(LedgerError::Locked),
            Err(error) => return Err(std::io::Error::from(error).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_share_and_recovery_waits() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let now = Duration::ZERO;
        let first = Lock::shared(&path, now).unwrap();
        let second = Lock::shared(&path, now).unwrap();
        assert_eq!(Lock::alone(&path, now).unwrap_err().code(), "ledger.locked");
        drop((first, second));
        let alone = Lock::alone(&path, now).unwrap();
        assert_eq!(Lock::shared(&path, now).unwrap_err().code(), "ledger.locked");
        drop(alone);
        Lock::shared(&path, now).unwrap();
    }
}
