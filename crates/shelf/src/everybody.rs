//! Writing the shelf of all users: root's alone to write, everybody's to read. It refuses a place that somebody else could
//! change, on whatever way there, and to take an older vendor file for a newer one.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use gatefold_license::{IssuerList, Unlock, Verified, Vouched};
use rustix::process::geteuid;

use crate::{Folder, Shelf, ShelfError, VENDORS, VendorShelf};

const FOLDER_FOR_ALL: u32 = 0o755;
const FILE_FOR_ALL: u32 = 0o644;
/// Group and others may write.
const OTHERS_WRITE: u32 = 0o022;

impl Shelf {
    /// Installs a verified file, with its unlock and the vendor file that names its issuers, where every user of this computer
    /// can read it. Touches the disk.
    ///
    /// # Errors
    /// [`ShelfError::RootNeeded`]; [`ShelfError::NotRootsAlone`] for a folder on the way that is not root's, or that others may
    /// write; those of [`VendorShelf::put_vendor`] and [`VendorShelf::install`].
    pub fn install_for_all(
        &self,
        id: &str,
        vendor: &Vouched,
        verified: &Verified,
        unlock: &Unlock,
        random: u64,
    ) -> Result<PathBuf, ShelfError> {
        if !geteuid().is_root() {
            return Err(ShelfError::RootNeeded);
        }
        let shelf = self.vendor(id, vendor.root())?;
        require_roots(shelf.path())?;
        if !has_newer(&shelf, vendor) {
            shelf.put_vendor(vendor, random)?;
        }
        let installed = shelf.install(verified, unlock, random)?;
        open_to_all(&[self.path(), &self.path().join(VENDORS)], false)?;
        let licenses = installed.parent().unwrap_or(shelf.path());
        open_to_all(&[shelf.path(), licenses], true)?;
        // Who looked in between could not read it yet.
        shelf.mark_changed();
        Ok(installed)
    }
}

/// Every folder on the way, as far as there are any, is root's and nobody else may write it: who can rename one can put
/// another in its place.
fn require_roots(path: &Path) -> Result<(), ShelfError> {
    for folder in path.ancestors() {
        let Ok(found) = folder.symlink_metadata() else { continue };
        if !found.is_dir() {
            return Err(if found.is_symlink() { ShelfError::Link } else { ShelfError::WrongType });
        }
        if found.uid() != 0 || found.mode() & OTHERS_WRITE != 0 {
            return Err(ShelfError::NotRootsAlone(folder.to_owned()));
        }
    }
    Ok(())
}

/// Whether the one that lies there is newer, and holds.
fn has_newer(shelf: &VendorShelf, vendor: &Vouched) -> bool {
    let version = |toml: &[u8], minisig: &str| {
        IssuerList::open(toml, minisig, vendor.root()).map(|list| list.version()).unwrap_or_default()
    };
    let kept = shelf.vendor().ok().flatten().map(|kept| version(&kept.toml, &kept.minisig));
    kept.is_some_and(|kept| kept > version(vendor.bytes(), vendor.minisig()))
}

/// Lets everybody read these folders, and the files in them.
fn open_to_all(folders: &[&Path], and_files: bool) -> Result<(), ShelfError> {
    for path in folders {
        let Some(folder) = Folder::open(path)? else { continue };
        chmod(path, FOLDER_FOR_ALL)?;
        for name in folder.names()?.iter().filter(|_| and_files) {
            let file = path.join(name);
            // Root's own folder: nobody puts a link there meanwhile.
            if file.symlink_metadata().is_ok_and(|found| found.is_file()) {
                chmod(&file, FILE_FOR_ALL)?;
            }
        }
    }
    Ok(())
}

fn chmod(path: &Path, mode: u32) -> Result<(), ShelfError> {
    Ok(std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))?)
}
