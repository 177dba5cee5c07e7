//! License files and their unlocks: installed whole, read with suspicion.
//!
//! The `.lic` is the last thing placed and the first removed, so one that a reader sees has its `.unlock` beside it. It
//! refuses anything that is not a `Verified`, and a file that would keep the license key in clear.

use std::path::{Path, PathBuf};

use gatefold_license::{Algorithm, Unlock, Verified};
use jiff::Timestamp;

use crate::crash::crash_point;
use crate::name::{self, Stem};
use crate::vendor_shelf::{LOCK, MAX_BYTES, READ_TRIES};
use crate::{Folder, Found, ShelfError, Unreadable, VendorShelf};

pub(crate) const LICENSES: &str = "licenses";
const FILE: &str = ".lic";
const UNLOCK: &str = ".unlock";
/// More than a license file with its unlock has.
const ROOM_BYTES: u64 = 16 * 1024;

/// An installed file, as kept: verified again by whoever reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstalledFile {
    /// The `.lic` file.
    pub path: PathBuf,
    /// The license its file name gives; what counts is inside.
    pub license_id: String,
    /// The signed file.
    pub file: Vec<u8>,
    /// Its sealed file key.
    pub unlock: Vec<u8>,
}

impl VendorShelf {
    /// Installs a verified file with its unlock, then removes those it takes the place of: same license, same computer,
    /// not issued later. A crash leaves the old one, the new one, or both. `random` makes temporary names unique.
    ///
    /// # Errors
    /// [`ShelfError::FileInClear`], [`ShelfError::Incomplete`], [`ShelfError::NameUnusable`]; else what the disk says.
    pub fn install(&self, verified: &Verified, unlock: &Unlock, random: u64) -> Result<PathBuf, ShelfError> {
        if verified.algorithm() != Algorithm::Aes256GcmEd25519 {
            return Err(ShelfError::FileInClear);
        }
        if verified.license().is_none() {
            return Err(ShelfError::Incomplete);
        }
        let stem = Stem::of(verified)?;
        let (folder, lock) = self.locked(Some(LICENSES))?;
        folder.sweep_staged(&lock, |_| true)?;

        let staged = folder.stage(&stem.with(UNLOCK), unlock.as_bytes(), random)?;
        crash_point!("shelf.before-unlock-rename");
        staged.place()?;
        crash_point!("shelf.after-unlock-rename");
        let staged = folder.stage(&stem.with(FILE), verified.file(), random)?;
        crash_point!("shelf.before-license-rename");
        staged.place()?;
        folder.sync()?;
        crash_point!("shelf.after-license-rename");

        remove_files(&folder, |old| {
            old != &stem
                && old.license_id == stem.license_id
                && old.seat == stem.seat
                && old.issued_secs <= stem.issued_secs
        })?;
        sweep_unlocks(&folder)?;
        Ok(folder.path().join(stem.with(FILE)))
    }

    /// Whether a file could be installed now, as far as that can be told before there is one: asked before a seat is
    /// taken, which must not be found useless afterwards. Makes no file.
    ///
    /// # Errors
    /// [`ShelfError::WrongType`] for what stands in the way; else what the disk says.
    pub fn could_install(&self) -> Result<(), ShelfError> {
        self.could_put_vendor()?;
        for inner in [Some(LICENSES), None] {
            if let Some(folder) = self.opened(inner)? {
                drop(folder.file(LOCK)?);
                return folder.could_take(ROOM_BYTES);
            }
        }
        // Neither is there yet: they are made in the nearest folder that is. A link that leads there is the user's own.
        let outside = self.path().ancestors().skip(1).find_map(|path| path.canonicalize().ok());
        match outside.map(|path| Folder::open(&path)).transpose() {
            Ok(Some(Some(folder))) => folder.could_take(ROOM_BYTES),
            // What belongs to another user may well be writable.
            Ok(_) | Err(ShelfError::ForeignOwner) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Every installed file, in no order that means anything. Which of them count is for `license` to say.
    ///
    /// # Errors
    /// What the disk says of the folder; a single file that cannot be read is reported beside the others.
    pub fn installed(&self) -> Result<Found<InstalledFile>, ShelfError> {
        let mut all = Found { found: Vec::new(), unreadable: Vec::new() };
        let Some(folder) = self.opened(Some(LICENSES))? else { return Ok(all) };
        let mut names = folder.names_once()?;
        for _ in 0..READ_TRIES {
            all = read_all(&folder, &names);
            // A file replaced between two looks is gone, or has lost its unlock: the next look sees its successor.
            if !all.unreadable.iter().any(|file| file.error == ShelfError::UnlockMissing) {
                break;
            }
            names = folder.names()?;
        }
        Ok(all)
    }

    /// Where every installed file lies, whoever can open it. None of them is read.
    ///
    /// # Errors
    /// What the disk says of the folder.
    pub fn license_files(&self) -> Result<Vec<PathBuf>, ShelfError> {
        let Some(folder) = self.opened(Some(LICENSES))? else { return Ok(Vec::new()) };
        let mut names = folder.names()?;
        names.retain(|name| Stem::read(name, FILE).is_some());
        Ok(names.iter().map(|name| folder.path().join(name)).collect())
    }

    /// Removes the installed files of a license for one computer, or with `None` those bound to the account; how many.
    ///
    /// # Errors
    /// What the disk says.
    pub fn remove(&self, license_id: &str, identifier: Option<&str>) -> Result<usize, ShelfError> {
        if self.opened(Some(LICENSES))?.is_none() {
            return Ok(0);
        }
        let (folder, _lock) = self.locked(Some(LICENSES))?;
        let seat = name::seat(identifier);
        let removed = remove_files(&folder, |file| file.license_id == license_id && file.seat == seat)?;
        sweep_unlocks(&folder)?;
        folder.sync()?;
        Ok(removed)
    }

    /// Removes one license file, by its path, and what unlocks it; whether it was there.
    ///
    /// # Errors
    /// [`ShelfError::NameUnusable`] for what is no license file of this shelf; what the disk says.
    pub fn remove_file(&self, path: &Path) -> Result<bool, ShelfError> {
        if self.opened(Some(LICENSES))?.is_none() {
            return Ok(false);
        }
        let (folder, _lock) = self.locked(Some(LICENSES))?;
        let name =
            path.file_name().and_then(|name| name.to_str()).filter(|name| folder.path().join(name) == path);
        let name = name.filter(|name| Stem::read(name, FILE).is_some()).ok_or(ShelfError::NameUnusable)?;
        let removed = folder.remove_file(name)?;
        sweep_unlocks(&folder)?;
        folder.sync()?;
        Ok(removed)
    }

    /// Removes the installed files of a license for one computer, or with `None` those bound to the account, that say they were
    /// made after a time; how many. [`VendorShelf::install`] leaves them: by itself it cannot tell that a clock was ahead.
    ///
    /// # Errors
    /// What the disk says.
    pub fn remove_made_after(
        &self,
        license_id: &str,
        identifier: Option<&str>,
        time: Timestamp,
    ) -> Result<usize, ShelfError> {
        if self.opened(Some(LICENSES))?.is_none() {
            return Ok(0);
        }
        let (folder, _lock) = self.locked(Some(LICENSES))?;
        let seat = name::seat(identifier);
        let removed = remove_files(&folder, |file| {
            file.license_id == license_id && file.seat == seat && file.issued_secs > time.as_second()
        })?;
        sweep_unlocks(&folder)?;
        folder.sync()?;
        Ok(removed)
    }

    pub(crate) fn sweep_licenses(&self) -> Result<(), ShelfError> {
        if self.opened(Some(LICENSES))?.is_none() {
            return Ok(());
        }
        let (folder, lock) = self.locked(Some(LICENSES))?;
        folder.sweep_staged(&lock, |_| true)?;
        sweep_unlocks(&folder)
    }
}

/// Whether a license file is that of one computer, or with `None` bound to the account, by its name.
pub fn is_of_seat(path: &Path, identifier: Option<&str>) -> bool {
    let stem = path.file_name().and_then(|name| Stem::read(name.to_str()?, FILE));
    stem.is_some_and(|stem| stem.seat == name::seat(identifier))
}

/// Whether license files lie in a vendor's folder; none that can be seen is none.
pub(crate) fn is_used(dir: &Path) -> bool {
    let folder = Folder::open(&dir.join(LICENSES)).ok().flatten();
    let names = folder.and_then(|folder| folder.names().ok()).unwrap_or_default();
    names.iter().any(|name| name.ends_with(FILE))
}

fn read_all(folder: &Folder, names: &[String]) -> Found<InstalledFile> {
    let mut all = Found { found: Vec::new(), unreadable: Vec::new() };
    for name in names {
        let Some(stem) = Stem::read(name, FILE) else { continue };
        let path = folder.path().join(name);
        match read_one(folder, name, &stem) {
            Ok((file, unlock)) => {
                all.found.push(InstalledFile { path, license_id: stem.license_id, file, unlock });
            }
            Err(error) => all.unreadable.push(Unreadable { path, error }),
        }
    }
    all
}

fn read_one(folder: &Folder, name: &str, stem: &Stem) -> Result<(Vec<u8>, Vec<u8>), ShelfError> {
    // A file gone since the folder was listed counts as one without its unlock: look again.
    let file = folder.read(name, MAX_BYTES)?.ok_or(ShelfError::UnlockMissing)?;
    let unlock = folder.read(&stem.with(UNLOCK), MAX_BYTES)?.ok_or(ShelfError::UnlockMissing)?;
    Ok((file, unlock))
}

fn remove_files(folder: &Folder, which: impl Fn(&Stem) -> bool) -> Result<usize, ShelfError> {
    let mut removed = 0;
    for name in folder.names()? {
        if Stem::read(&name, FILE).is_some_and(|stem| which(&stem)) {
            removed += usize::from(folder.remove_file(&name)?);
        }
    }
    Ok(removed)
}

/// Removes every unlock whose file is gone or was never placed. Only under the folder's lock.
fn sweep_unlocks(folder: &Folder) -> Result<(), ShelfError> {
    let names = folder.names()?;
    for name in &names {
        if let Some(stem) = Stem::read(name, UNLOCK)
            && names.binary_search(&stem.with(FILE)).is_err()
        {
            folder.remove_file(name)?;
        }
    }
    Ok(())
}
