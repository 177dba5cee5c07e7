//! A folder of ours: names are resolved inside it and nowhere else, files are read with suspicion and replaced whole.
//!
//! It refuses links, pipes, devices, files of another user and files larger than asked for. A reader sees the old
//! bytes or the new ones, never a mixture, also after a crash.

use std::fs::File;
use std::io::Write;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use rustix::buffer::spare_capacity;
use rustix::fs::{self, Access, AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::{Errno, fcntl_dupfd_cloexec, read, retry_on_intr};
use rustix::process::geteuid;

use crate::{Lock, ShelfError};

const FOLDER_MODE: Mode = Mode::RWXU;
const FOLDER_FLAGS: OFlags =
    OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
const FILE_MODE: Mode = Mode::RUSR.union(Mode::WUSR);
/// What every unfinished file's name begins with.
const STAGED_PREFIX: &str = ".new-";

/// An open folder that belongs to this user (or to root).
#[derive(Debug)]
pub struct Folder {
    pub(crate) fd: OwnedFd,
    path: PathBuf,
}

/// A file whose bytes are on disk under a temporary name. Dropping it throws it away.
#[derive(Debug)]
pub struct Staged<'a> {
    folder: &'a Folder,
    temporary: String,
    name: String,
    placed: bool,
}

impl Folder {
    /// Opens the folder at `path`, making it and its parents (mode 0700) where they are missing. An existing folder
    /// keeps its mode.
    ///
    /// # Errors
    /// [`ShelfError::Link`], [`ShelfError::WrongType`] and [`ShelfError::ForeignOwner`] for what is not ours; else
    /// what the disk says.
    pub fn create(path: &Path) -> Result<Self, ShelfError> {
        use std::os::unix::fs::DirBuilderExt as _;
        match Self::open(path)? {
            Some(folder) => Ok(folder),
            None => {
                std::fs::DirBuilder::new().recursive(true).mode(FOLDER_MODE.as_raw_mode()).create(path)?;
                Self::open(path)?.ok_or(ShelfError::Io(Errno::NOENT))
            }
        }
    }

    /// Opens the folder at `path`; `None` when there is none.
    ///
    /// # Errors
    /// As [`Folder::create`].
    pub fn open(path: &Path) -> Result<Option<Self>, ShelfError> {
        Self::of(fs::open(path, FOLDER_FLAGS, Mode::empty()), path.to_owned())
    }

    /// A folder in this one; `None` when there is none.
    ///
    /// # Errors
    /// As [`Folder::create`].
    pub(crate) fn inner(&self, name: &str) -> Result<Option<Self>, ShelfError> {
        Self::of(fs::openat(&self.fd, name, FOLDER_FLAGS, Mode::empty()), self.path.join(name))
    }

    fn of(opened: Result<OwnedFd, Errno>, path: PathBuf) -> Result<Option<Self>, ShelfError> {
        let fd = match opened {
            Err(Errno::NOENT) => return Ok(None),
            // With O_DIRECTORY a link is reported as "not a directory"; say which of the two it is.
            Err(Errno::NOTDIR) if path.is_symlink() => return Err(ShelfError::Link),
            opened => opened?,
        };
        require_own(&fs::fstat(&fd)?)?;
        Ok(Some(Self { fd, path }))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The bytes of the file `name`; `None` when there is none. Never waits for a pipe.
    ///
    /// # Errors
    /// [`ShelfError::TooLarge`] above `max_bytes`, [`ShelfError::Link`], [`ShelfError::WrongType`],
    /// [`ShelfError::ForeignOwner`]; else what the disk says.
    pub fn read(&self, name: &str, max_bytes: u64) -> Result<Option<Vec<u8>>, ShelfError> {
        let Some(fd) = self.opened(name)? else { return Ok(None) };
        let (file, stat) = own_file(fd)?;
        read_whole(file, &stat, max_bytes).map(Some)
    }

    /// [`Folder::read`] of a file that nobody but this user can have written, not even root: what it says is a word of theirs.
    pub(crate) fn read_own(&self, name: &str, max_bytes: u64) -> Result<Option<Vec<u8>>, ShelfError> {
        let Some(fd) = self.opened(name)? else { return Ok(None) };
        let (file, stat) = own_file(fd)?;
        require_alone(&stat)?;
        read_whole(file, &stat, max_bytes).map(Some)
    }

    /// That nobody but this user, and root, can put a file here.
    pub(crate) fn require_alone(&self) -> Result<(), ShelfError> {
        require_alone(&fs::fstat(&self.fd)?)
    }

    fn opened(&self, name: &str) -> Result<Option<OwnedFd>, ShelfError> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        match fs::openat(&self.fd, name, flags, Mode::empty()) {
            Err(Errno::NOENT) => Ok(None),
            opened => Ok(Some(opened?)),
        }
    }

    /// The file `name`, open for reading and appending; made empty (mode 0600) when there is none.
    ///
    /// # Errors
    /// As [`Folder::read`].
    pub fn file(&self, name: &str) -> Result<File, ShelfError> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::APPEND | OFlags::NOFOLLOW | OFlags::NONBLOCK;
        own_file(fs::openat(&self.fd, name, flags | OFlags::CLOEXEC, FILE_MODE)?).map(|(file, _)| file)
    }

    /// Replaces the file `name` (mode 0600) whole and durably. `random` makes the temporary name unique.
    ///
    /// # Errors
    /// What the disk says; the old file then stands as before.
    pub fn write(&self, name: &str, bytes: &[u8], random: u64) -> Result<(), ShelfError> {
        self.stage(name, bytes, random)?.place()?;
        self.sync()
    }

    /// Puts the bytes on disk under a temporary name, for [`Staged::place`] to give them theirs.
    ///
    /// # Errors
    /// What the disk says.
    pub fn stage(&self, name: &str, bytes: &[u8], random: u64) -> Result<Staged<'_>, ShelfError> {
        let (staged, file) = self.begin(name, bytes, random)?;
        file.sync_all()?;
        Ok(staged)
    }

    /// [`Folder::stage`] that does not wait for the disk: after a power loss the file may be gone, or empty.
    pub(crate) fn stage_unsynced(
        &self,
        name: &str,
        bytes: &[u8],
        random: u64,
    ) -> Result<Staged<'_>, ShelfError> {
        self.begin(name, bytes, random).map(|(staged, _)| staged)
    }

    fn begin(&self, name: &str, bytes: &[u8], random: u64) -> Result<(Staged<'_>, File), ShelfError> {
        let temporary = format!("{STAGED_PREFIX}{random:016x}-{name}");
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = fs::openat(&self.fd, &temporary, flags, FILE_MODE)?;
        let staged = Staged { folder: self, temporary, name: name.to_owned(), placed: false };
        let mut file = File::from(fd);
        file.write_all(bytes)?;
        Ok((staged, file))
    }

    /// Removes the file `name`; whether there was one. It may come back after a power loss until [`Folder::sync`].
    ///
    /// # Errors
    /// What the disk says.
    pub fn remove(&self, name: &str) -> Result<bool, ShelfError> {
        match fs::unlinkat(&self.fd, name, AtFlags::empty()) {
            Err(Errno::NOENT) => Ok(false),
            done => Ok(done.map(|()| true)?),
        }
    }

    /// [`Folder::remove`] for a file that we may have placed. A folder of such a name is not ours: it stays, and is in
    /// nobody's way.
    pub(crate) fn remove_file(&self, name: &str) -> Result<bool, ShelfError> {
        match self.remove(name) {
            Err(ShelfError::WrongType) => Ok(false),
            done => done,
        }
    }

    /// Whether a file of `len_bytes` could be made here, as far as the system tells without making one.
    ///
    /// # Errors
    /// What making it would say: no permission, a file system that is read-only or full.
    pub(crate) fn could_take(&self, len_bytes: u64) -> Result<(), ShelfError> {
        fs::accessat(&self.fd, c".", Access::WRITE_OK | Access::EXEC_OK, AtFlags::empty())?;
        let disk = fs::fstatvfs(&self.fd)?;
        let free_bytes = disk.f_bavail.saturating_mul(disk.f_frsize);
        // Some file systems count no files.
        let has_names = disk.f_files == 0 || disk.f_favail > 0;
        if free_bytes < len_bytes || !has_names { Err(Errno::NOSPC.into()) } else { Ok(()) }
    }

    /// Removes every file in it, also what is unfinished.
    pub(crate) fn remove_all_files(&self) -> Result<(), ShelfError> {
        self.all_names()?.iter().try_for_each(|name| self.remove_file(name).map(drop))
    }

    /// Whether fewer files than so many lie in it, whatever their names; no more of them are looked at.
    pub(crate) fn holds_fewer_than(&self, count: usize) -> Result<bool, ShelfError> {
        // It lists itself and the folder above, too.
        Ok(Dir::read_from(self.fd.as_fd())?.take(count + 2).count() < count + 2)
    }

    /// Some of the names of what lies in it, as many at most, in no order; unfinished files are not among them. What it holds beyond
    /// them is not looked at.
    pub(crate) fn some_names(&self, most: usize) -> Result<Vec<String>, ShelfError> {
        let mut names = Vec::new();
        for entry in Dir::read_from(self.fd.as_fd())? {
            if names.len() == most {
                break;
            }
            // A name that is no text is of nobody who writes here; it is left alone.
            names.extend(
                entry?.file_name().to_str().ok().filter(|name| !name.starts_with('.')).map(str::to_owned),
            );
        }
        Ok(names)
    }

    /// Removes what somebody began to write more than `age` before `now`, and never placed: nobody is writing it any more.
    pub(crate) fn sweep_older(&self, now: Timestamp, age: SignedDuration) -> Result<(), ShelfError> {
        for name in self.all_names()?.iter().filter(|name| name.starts_with(STAGED_PREFIX)) {
            let written = fs::statat(&self.fd, name.as_str(), AtFlags::SYMLINK_NOFOLLOW).ok();
            let written = written.and_then(|stat| Timestamp::from_second(stat.st_mtime).ok());
            if written.is_some_and(|written| now.duration_since(written) > age) {
                self.remove_file(name)?;
            }
        }
        Ok(())
    }

    /// Waits until names given and removed are on disk.
    ///
    /// # Errors
    /// What the disk says.
    pub fn sync(&self) -> Result<(), ShelfError> {
        Ok(fs::fsync(&self.fd)?)
    }

    /// The names of what lies in it, sorted; unfinished files are not among them, nor names that are not UTF-8.
    ///
    /// # Errors
    /// What the disk says.
    pub fn names(&self) -> Result<Vec<String>, ShelfError> {
        Ok(without_hidden(self.all_names()?))
    }

    /// [`Folder::names`] of a folder that was just opened and that nobody else has, once: it is read through the one descriptor
    /// there is, whose place is still at the beginning, and not opened a second time.
    pub(crate) fn names_once(&self) -> Result<Vec<String>, ShelfError> {
        let same = fcntl_dupfd_cloexec(&self.fd, 0)?;
        Ok(without_hidden(names_in(Dir::new(same)?)?))
    }

    /// Removes what a crash left unfinished of the files `which` names. Only under a [`Lock`] that every writer of those
    /// files holds.
    ///
    /// # Errors
    /// What the disk says.
    pub fn sweep_staged(&self, _held: &Lock, which: impl Fn(&str) -> bool) -> Result<(), ShelfError> {
        for temporary in self.all_names()? {
            let name = temporary.strip_prefix(STAGED_PREFIX).and_then(|rest| rest.split_once('-'));
            if name.is_some_and(|(_random, name)| which(name)) {
                self.remove_file(&temporary)?;
            }
        }
        Ok(())
    }

    /// [`Folder::sweep_staged`] under the lock `lock`, if there is anything unfinished; who is writing is waited for.
    ///
    /// # Errors
    /// What the disk says.
    pub fn tidy(&self, lock: &str, which: impl Fn(&str) -> bool) -> Result<(), ShelfError> {
        if self.all_names()?.iter().any(|name| name.starts_with(STAGED_PREFIX)) {
            let held = self.lock(lock)?;
            self.sweep_staged(&held, which)?;
        }
        Ok(())
    }

    fn all_names(&self) -> Result<Vec<String>, ShelfError> {
        names_in(Dir::read_from(self.fd.as_fd())?)
    }
}

fn names_in(dir: Dir) -> Result<Vec<String>, ShelfError> {
    let mut names = Vec::new();
    for entry in dir {
        if let Ok(name) = entry?.file_name().to_str()
            && !matches!(name, "." | "..")
        {
            names.push(name.to_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn without_hidden(mut names: Vec<String>) -> Vec<String> {
    names.retain(|name| !name.starts_with('.'));
    names
}

impl Staged<'_> {
    /// Gives the file its name in one step. The name is on disk after [`Folder::sync`], and not before that of any file
    /// placed earlier: file systems write the changes of a folder in their order.
    ///
    /// # Errors
    /// What the disk says.
    pub fn place(mut self) -> Result<(), ShelfError> {
        fs::renameat(&self.folder.fd, &self.temporary, &self.folder.fd, &self.name)?;
        self.placed = true;
        Ok(())
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        if !self.placed {
            // Nobody reads a temporary name; what cannot be removed now is swept later.
            let _ = fs::unlinkat(&self.folder.fd, &self.temporary, AtFlags::empty());
        }
    }
}

fn own_file(fd: OwnedFd) -> Result<(File, fs::Stat), ShelfError> {
    let stat = fs::fstat(&fd)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(ShelfError::WrongType);
    }
    require_own(&stat)?;
    Ok((File::from(fd), stat))
}

fn read_whole(file: File, stat: &fs::Stat, max_bytes: u64) -> Result<Vec<u8>, ShelfError> {
    // All at once: without a word about its size a file is read in many small pieces.
    let len = u64::try_from(stat.st_size).unwrap_or_default().min(max_bytes);
    let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or_default() + 1);
    // One byte more than allowed tells a file that grew since.
    while bytes.len() as u64 <= max_bytes {
        bytes.reserve(1);
        let count = retry_on_intr(|| read(&file, spare_capacity(&mut bytes)))?;
        // There was room for more, and no more than the file was said to have: it need not be asked for its end.
        let is_whole = i64::try_from(bytes.len()) == Ok(stat.st_size) && bytes.len() < bytes.capacity();
        if count == 0 || is_whole {
            break;
        }
    }
    if bytes.len() as u64 > max_bytes { Err(ShelfError::TooLarge) } else { Ok(bytes) }
}

/// Of this user, and nobody else may write to it.
fn require_alone(stat: &fs::Stat) -> Result<(), ShelfError> {
    if stat.st_uid != geteuid().as_raw() {
        return Err(ShelfError::ForeignOwner);
    }
    let others_write = Mode::from_raw_mode(stat.st_mode).intersects(Mode::WGRP | Mode::WOTH);
    if others_write { Err(ShelfError::WritableByOthers) } else { Ok(()) }
}

/// Root may own it too: an administrator's file is no stranger's.
fn require_own(stat: &fs::Stat) -> Result<(), ShelfError> {
    if stat.st_uid == geteuid().as_raw() || stat.st_uid == 0 { Ok(()) } else { Err(ShelfError::ForeignOwner) }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::create(&home.path().join("a/b")).unwrap();
        (home, folder)
    }

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn folders_are_0700_and_files_0600() {
        let (home, folder) = folder();
        folder.write("f", b"1", 1).unwrap();
        assert_eq!(mode(&home.path().join("a")), 0o700);
        assert_eq!(mode(folder.path()), 0o700);
        assert_eq!(mode(&folder.path().join("f")), 0o600);
    }

    #[test]
    fn a_file_is_replaced_whole() {
        let (_home, folder) = folder();
        assert_eq!(folder.read("f", 10), Ok(None));
        folder.write("f", b"a longer text", 1).unwrap();
        folder.write("f", b"short", 1).unwrap();
        assert_eq!(folder.read("f", 10), Ok(Some(b"short".to_vec())));
        assert_eq!(folder.names(), Ok(vec!["f".to_owned()]));
        assert_eq!(folder.remove("f"), Ok(true));
        assert_eq!(folder.remove("f"), Ok(false));
    }

    #[test]
    fn what_is_not_placed_is_gone() {
        let (_home, folder) = folder();
        folder.write("f", b"old", 1).unwrap();
        drop(folder.stage("f", b"new", 2).unwrap());
        assert_eq!(folder.read("f", 10), Ok(Some(b"old".to_vec())));
        assert_eq!(folder.all_names(), Ok(vec!["f".to_owned()]));
    }

    #[test]
    fn a_sweep_takes_only_what_is_unfinished() {
        let (_home, folder) = folder();
        folder.write("f", b"old", 1).unwrap();
        std::mem::forget(folder.stage("f", b"new", 2).unwrap());
        std::mem::forget(folder.stage("g-1", b"new", 2).unwrap());
        assert_eq!(folder.all_names().unwrap().len(), 3);
        let lock = folder.lock(".lock").unwrap();
        folder.sweep_staged(&lock, |name| name == "f").unwrap();
        assert_eq!(folder.all_names().unwrap(), [".lock", ".new-0000000000000002-g-1", "f"]);
        folder.sweep_staged(&lock, |_| true).unwrap();
        assert_eq!(folder.all_names().unwrap(), [".lock", "f"]);
    }

    #[test]
    fn reading_is_suspicious() {
        let (_home, folder) = folder();
        let at = |name: &str| folder.path().join(name);
        folder.write("ten", b"0123456789", 1).unwrap();
        symlink(at("ten"), at("link")).unwrap();
        symlink("/dev/zero", at("zero")).unwrap();
        std::fs::create_dir(at("dir")).unwrap();
        fs::mknodat(&folder.fd, "pipe", FileType::Fifo, FILE_MODE, 0).unwrap();
        let check = |name: &str, max_bytes: u64, expect: Result<usize, ShelfError>| {
            let got = folder.read(name, max_bytes).map(|bytes| bytes.unwrap().len());
            assert_eq!(got, expect, "{name} {max_bytes}");
        };
        check("ten", 10, Ok(10));
        check("ten", 9, Err(ShelfError::TooLarge));
        check("link", 10, Err(ShelfError::Link));
        check("zero", 10, Err(ShelfError::Link));
        check("dir", 10, Err(ShelfError::WrongType));
        check("pipe", 10, Err(ShelfError::WrongType));
    }

    #[test]
    fn a_folder_that_is_none_or_a_link_is_refused() {
        let (home, folder) = folder();
        let at = |name: &str| home.path().join(name);
        std::fs::write(at("file"), b"").unwrap();
        symlink(folder.path(), at("link")).unwrap();
        assert_eq!(Folder::create(&at("file")).err(), Some(ShelfError::WrongType));
        assert_eq!(Folder::create(&at("link")).err(), Some(ShelfError::Link));
        assert!(Folder::open(&at("absent")).unwrap().is_none());
    }

    #[test]
    fn another_users_file_is_refused() {
        let (_home, folder) = folder();
        if !geteuid().is_root() {
            eprintln!("SKIPPED: only root can give a file to another user");
            return;
        }
        folder.write("theirs", b"x", 1).unwrap();
        std::os::unix::fs::chown(folder.path().join("theirs"), Some(65534), None).unwrap();
        assert_eq!(folder.read("theirs", 10), Err(ShelfError::ForeignOwner));
        std::os::unix::fs::chown(folder.path(), Some(65534), None).unwrap();
        assert_eq!(Folder::open(folder.path()).err(), Some(ShelfError::ForeignOwner));
    }

    #[test]
    fn what_there_is_room_for_can_be_taken() {
        let (_home, folder) = folder();
        assert_eq!(folder.could_take(4096), Ok(()));
        assert_eq!(folder.could_take(u64::MAX), Err(ShelfError::DiskFull));
        assert_eq!(folder.all_names().unwrap(), Vec::<String>::new());
    }
}
