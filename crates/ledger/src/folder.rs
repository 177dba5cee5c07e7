//! The ledger's folder and files. It refuses symlinks, other owners and anything but plain folders and files.

use std::fs::{self, DirBuilder, Metadata, OpenOptions, Permissions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{OFlags, StatVfsMountFlags, statvfs};

use crate::error::LedgerError;

/// The database.
pub(crate) const FILE: &str = "ledger.db";
/// Held shared by whoever may be sending.
pub(crate) const SENDERS_LOCK: &str = "senders.lock";
/// Held for a moment while the file is made or brought up to date, and while an anchor moves.
pub(crate) const SETUP_LOCK: &str = "setup.lock";
/// Keeps the folder out of backups (<https://bford.info/cachedir/>).
const BACKUP_TAG: &str = "CACHEDIR.TAG";
const BACKUP_TAG_TEXT: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
    # Gatefold's ledger is kept out of backups by the user's choice.\n";

/// Makes the folder 0700, or checks the one there is, and returns its real path.
pub(crate) fn prepare(dir: &Path) -> Result<PathBuf, LedgerError> {
    match DirBuilder::new().mode(0o700).create(dir) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.into()),
    }
    let found = fs::symlink_metadata(dir)?;
    if !found.is_dir() {
        return Err(LedgerError::WrongType("ledger's folder"));
    }
    own(&found, "ledger's folder")?;
    tighten(dir, &found, 0o700)?;
    let dir = fs::canonicalize(dir)?;
    for name in [FILE, "ledger.db-wal", "ledger.db-shm", SENDERS_LOCK, SETUP_LOCK, BACKUP_TAG] {
        check_file(&dir.join(name))?;
    }
    Ok(dir)
}

/// The real path of a folder that is there, as it is: nothing is made or tightened.
pub(crate) fn find(dir: &Path) -> Result<PathBuf, LedgerError> {
    let found = fs::symlink_metadata(dir)?;
    if !found.is_dir() {
        return Err(LedgerError::WrongType("ledger's folder"));
    }
    own(&found, "ledger's folder")?;
    let file = fs::symlink_metadata(dir.join(FILE))?;
    if !file.is_file() {
        return Err(LedgerError::WrongType("ledger's file"));
    }
    own(&file, "ledger's file")?;
    Ok(fs::canonicalize(dir)?)
}

/// Looks at a file without opening it: closing a descriptor of the database would drop SQLite's own locks on it.
pub(crate) fn check_file(path: &Path) -> Result<(), LedgerError> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if !found.is_file() {
        return Err(LedgerError::WrongType("ledger's file"));
    }
    own(&found, "ledger's file")?;
    tighten(path, &found, 0o600)
}

fn own(found: &Metadata, what: &'static str) -> Result<(), LedgerError> {
    if found.uid() == rustix::process::geteuid().as_raw() {
        Ok(())
    } else {
        Err(LedgerError::ForeignOwner(what))
    }
}

fn tighten(path: &Path, found: &Metadata, mode: u32) -> Result<(), LedgerError> {
    if found.permissions().mode() & 0o777 == mode {
        return Ok(());
    }
    Ok(fs::set_permissions(path, Permissions::from_mode(mode))?)
}

/// Why SQLite could not open or write, where the disk knows better than its result code.
pub(crate) fn diagnose(dir: &Path, error: LedgerError) -> LedgerError {
    let LedgerError::Database(_) = error else { return error };
    match statvfs(dir) {
        Ok(disk) if disk.f_flag.contains(StatVfsMountFlags::RDONLY) => LedgerError::ReadOnly,
        Ok(disk) if disk.f_bavail == 0 || (disk.f_files > 0 && disk.f_favail == 0) => LedgerError::DiskFull,
        _ => error,
    }
}

/// Writes a small file of ours beside the ledger, under a name that is free.
pub(crate) fn write_beside(dir: &Path, name: &str, bytes: &[u8]) -> Result<(), LedgerError> {
    // One that died within this very second may have come this far.
    if fs::read(dir.join(name)).is_ok_and(|kept| kept == bytes) {
        return Ok(());
    }
    let flags = OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .custom_flags(flags.bits().cast_signed())
        .open(dir.join(name))?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}

/// Whether backups take the folder along.
pub(crate) fn backup(dir: &Path) -> bool {
    // Half a tag, as a crash may leave it, keeps nothing out; a tag in other words is somebody else's.
    fs::read(dir.join(BACKUP_TAG)).map_or(true, |tag| tag != BACKUP_TAG_TEXT.as_bytes())
}

/// Lets backups take the folder along, or asks them not to.
pub(crate) fn set_backup(dir: &Path, on: bool) -> Result<(), LedgerError> {
    let tag = dir.join(BACKUP_TAG);
    if on {
        return match fs::remove_file(&tag) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        };
    }
    let flags = OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .custom_flags(flags.bits().cast_signed())
        .open(&tag)?;
    Ok(file.write_all(BACKUP_TAG_TEXT.as_bytes())?)
}
