//! What plug-ins read too: installed files, unlock, the vendor's issuers, kept revocations, the OS machine id; and the two things
//! that they write, a note of their use where the user agreed to it, and where in its own code the SDK fell over.
//!
//! It refuses to open a socket, to install what was not verified, and to follow a link or read a file of another user.
//! What a license is worth does not lie there in clear: see `docs/formats/shelf.md`.

mod crash;
mod crashes;
mod error;
mod everybody;
mod folder;
mod held;
mod installed;
mod listed;
mod lock;
mod machine_id;
mod name;
mod usage;
mod vendor_shelf;
mod watch;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use gatefold_license::RootKey;

pub use crashes::SdkCrash;
pub use error::{CODES, ShelfError};
pub use folder::{Folder, Staged};
pub use installed::{InstalledFile, is_of_seat};
pub use lock::{Lock, PATIENCE};
pub use machine_id::{OsMachineId, os_machine_id};
pub use usage::{
    MAX_GRANT_DAYS, MAX_SPOOLED, MAX_SPOOLED_BYTES, SpoolRecord, Spooled, SpooledItem, UsageConsent,
    UsageGrant, UsageItem, UsageLock, usage_lock,
};
pub use vendor_shelf::{Found, KeptRelease, SealedRevocation, SignedToml, Unreadable, VendorShelf};
pub use watch::Watch;

/// The folder of all vendors' folders.
const VENDORS: &str = "vendors";
/// Root's alone to write.
const MACHINE_WIDE: &str =
    if cfg!(target_os = "macos") { "/Library/Application Support/Gatefold" } else { "/var/lib/gatefold" };

/// The place where everything installed lies, one folder a vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    dir: PathBuf,
}

impl Shelf {
    /// The shelf in a folder of the caller's choice. Touches no disk.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// The user's shelf, where plug-ins look: `gatefold` in `XDG_DATA_HOME`, else in `~/.local/share` (XDG Base
    /// Directory 0.8); on macOS `~/Library/Application Support/Gatefold`, which nobody has tried. Touches no disk.
    ///
    /// # Errors
    /// [`ShelfError::NoHome`] when no variable names an absolute folder.
    pub fn user() -> Result<Self, ShelfError> {
        user_dir(|variable| std::env::var_os(variable)).map(Self::at)
    }

    /// The shelf of all users of this computer, where plug-ins look after the user's: `/var/lib/gatefold` (FHS 3.0); on
    /// macOS `/Library/Application Support/Gatefold`, which nobody has tried. No variable moves it. Touches no disk.
    pub fn machine_wide() -> Self {
        Self::at(MACHINE_WIDE)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.dir
    }

    /// Whether it is a folder of ours, and not a link to where somebody else may look, or nothing yet.
    ///
    /// # Errors
    /// As [`Folder::open`].
    pub fn is_ours(&self) -> Result<(), ShelfError> {
        Folder::open(&self.dir)?;
        Folder::open(&self.dir.join(VENDORS))?;
        Ok(())
    }

    /// The part of the vendor `id` under the key `root`. Touches no disk.
    ///
    /// # Errors
    /// [`ShelfError::NameUnusable`] for an id that cannot name a folder.
    pub fn vendor(&self, id: &str, root: &RootKey) -> Result<VendorShelf, ShelfError> {
        VendorShelf::new(&self.dir.join(VENDORS), id, root)
    }

    /// The folders that hold license files of other vendors than these, as where it is not remembered any more who was added.
    ///
    /// # Errors
    /// What the disk says.
    pub fn strangers(&self, known: &[VendorShelf]) -> Result<Vec<PathBuf>, ShelfError> {
        let vendors = self.dir.join(VENDORS);
        let Some(folder) = Folder::open(&vendors)? else { return Ok(Vec::new()) };
        let mut strangers: Vec<PathBuf> =
            folder.names()?.into_iter().map(|name| vendors.join(name)).collect();
        strangers.retain(|dir| known.iter().all(|known| known.path() != dir) && installed::is_used(dir));
        Ok(strangers)
    }

    /// Removes the unfinished files that a crash left, whichever vendor's they are.
    ///
    /// # Errors
    /// What the disk says.
    pub fn tidy(&self) -> Result<(), ShelfError> {
        let vendors = self.dir.join(VENDORS);
        let Some(folder) = Folder::open(&vendors)? else { return Ok(()) };
        let mut tidied = Ok(());
        for name in folder.names()? {
            // What is wrong with one vendor's folder is in no other's way.
            tidied = tidied.and(vendor_shelf::tidy(&vendors.join(name)));
        }
        tidied
    }
}

fn user_dir(variable: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, ShelfError> {
    // The XDG specification has relative paths ignored.
    let absolute = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || absolute("HOME").ok_or(ShelfError::NoHome);
    if cfg!(target_os = "macos") {
        return Ok(home()?.join("Library/Application Support/Gatefold"));
    }
    match absolute("XDG_DATA_HOME") {
        Some(data) => Ok(data.join("gatefold")),
        None => Ok(home()?.join(".local/share/gatefold")),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_users_shelf_follows_xdg() {
        fn check(data: Option<&str>, home: Option<&str>, expect: Result<&str, ShelfError>) {
            let got = user_dir(|name| match name {
                "XDG_DATA_HOME" => data.map(OsString::from),
                "HOME" => home.map(OsString::from),
                _ => None,
            });
            assert_eq!(got, expect.map(PathBuf::from), "{data:?} {home:?}");
        }
        check(Some("/d"), Some("/h"), Ok("/d/gatefold"));
        check(None, Some("/h"), Ok("/h/.local/share/gatefold"));
        check(Some(""), Some("/h"), Ok("/h/.local/share/gatefold"));
        check(Some("d"), Some("/h"), Ok("/h/.local/share/gatefold"));
        check(Some("/d"), None, Ok("/d/gatefold"));
        check(None, Some("h"), Err(ShelfError::NoHome));
        check(None, None, Err(ShelfError::NoHome));
    }
}
