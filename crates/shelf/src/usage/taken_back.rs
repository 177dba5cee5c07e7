//! What was taken back while that could not be written down where it counts, on a disk that is full or cannot be written. The name of
//! an empty file says it, which takes next to no room, until the client has written it down.
//!
//! It refuses to permit anything: whoever puts such a file there can only stop what is noted and sent.

use rustix::fs::{self, AtFlags, FileType};
use rustix::io::Errno;

use super::UsageItem;
use super::consent::CONSENT;
use crate::vendor_shelf::LOCK;
use crate::{Folder, ShelfError, VendorShelf};

const ALL: &str = "taken-back";
const EACH: [(Option<UsageItem>, &str); 4] = [
    (None, ALL),
    (Some(UsageItem::UsageFrequency), "taken-back-usage_frequency"),
    (Some(UsageItem::TitleVersion), "taken-back-title_version"),
    (Some(UsageItem::Daw), "taken-back-daw"),
];

impl VendorShelf {
    /// Keeps that this was taken back, all of it where no item is named. With all of it go the consent, and what was noted under it.
    ///
    /// # Errors
    /// What the disk says.
    pub fn take_back(&self, item: Option<UsageItem>) -> Result<(), ShelfError> {
        let (folder, lock) = self.locked(None)?;
        match folder.file(name_of(item)) {
            // The consent is there already, and needs no room for another name.
            Err(ShelfError::DiskFull) if item.is_none() => {
                fs::renameat(&folder.fd, CONSENT, &folder.fd, ALL)?;
            }
            made => drop(made?),
        }
        folder.sync()?;
        drop(lock);
        if item.is_none() {
            self.remove_consent()?;
        }
        Ok(())
    }

    /// What was taken back so; all of it where an item is `None`.
    ///
    /// # Errors
    /// What the disk says.
    pub fn taken_back(&self) -> Result<Vec<Option<UsageItem>>, ShelfError> {
        let Some(folder) = self.opened(None)? else { return Ok(Vec::new()) };
        let mut taken = Vec::new();
        for (item, name) in EACH {
            if is_there(&folder, name)? {
                taken.push(item);
            }
        }
        Ok(taken)
    }

    /// It is written down now.
    ///
    /// # Errors
    /// What the disk says.
    pub fn forget_taken_back(&self) -> Result<(), ShelfError> {
        if self.taken_back()?.is_empty() {
            return Ok(());
        }
        let Some(folder) = self.opened(None)? else { return Ok(()) };
        let _lock = folder.lock(LOCK)?;
        EACH.iter().try_for_each(|(_, name)| folder.remove_file(name).map(drop))?;
        folder.sync()
    }
}

fn name_of(item: Option<UsageItem>) -> &'static str {
    EACH.iter().find(|each| each.0 == item).map_or(ALL, |each| each.1)
}

/// A folder of that name is nobody's of ours.
fn is_there(folder: &Folder, name: &str) -> Result<bool, ShelfError> {
    match fs::statat(&folder.fd, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile),
        Err(Errno::NOENT) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
