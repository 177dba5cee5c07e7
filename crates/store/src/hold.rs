//! One process at a time works on a license: it holds the license from before its first request until all is noted.
//!
//! Without it a refresh could install the file of a seat that somebody else gives back meanwhile. The system lets go when
//! the holder dies. It refuses to wait for ever: a request may take half a minute, and who waits is told why.

use std::time::Duration;

use gatefold_shelf::{Folder, Lock, PATIENCE, ShelfError};
use sha2::{Digest as _, Sha256};

use crate::{Store, StoreError, VendorKey};

/// Where holds are, in the store's folder.
pub(crate) const HOLDS: &str = "holds";

/// A license, or an account, that this process works on; nobody else does until it is dropped.
///
/// Locks are taken in one order: a license's hold, an account's, the journal's, the database's; those of shelf, secrets and logs come
/// last, and never two of them together. Whoever holds a later one and wants a hold only tries
/// ([`Store::try_hold_license`]).
#[derive(Debug)]
pub struct LicenseHold {
    folder: Folder,
    name: String,
    _lock: Lock,
}

impl Store {
    /// Holds a license, waiting for whoever works on it.
    ///
    /// # Errors
    /// [`StoreError::LicenseBusy`] if that takes longer than [`PATIENCE`]; else what the disk says.
    pub fn hold_license(&self, vendor: &VendorKey, license_id: &str) -> Result<LicenseHold, StoreError> {
        self.hold_within(vendor, license_id, PATIENCE)?.ok_or(StoreError::LicenseBusy)
    }

    /// [`Store::hold_license`] without waiting; `None` while somebody else works on it.
    ///
    /// # Errors
    /// What the disk says.
    pub fn try_hold_license(
        &self,
        vendor: &VendorKey,
        license_id: &str,
    ) -> Result<Option<LicenseHold>, StoreError> {
        self.hold_within(vendor, license_id, Duration::ZERO)
    }

    /// Holds what is kept of a vendor's account, waiting for whoever changes it: name, token and keys lie in two places. It
    /// is taken after a license's hold and never while a request is out, so it is free again at once.
    ///
    /// # Errors
    /// [`StoreError::AccountBusy`] if that takes longer than [`PATIENCE`]; else what the disk says.
    pub fn hold_account(&self, vendor: &VendorKey) -> Result<LicenseHold, StoreError> {
        // No license has an empty id.
        self.hold_within(vendor, "", PATIENCE)?.ok_or(StoreError::AccountBusy)
    }

    fn hold_within(
        &self,
        vendor: &VendorKey,
        license_id: &str,
        patience: Duration,
    ) -> Result<Option<LicenseHold>, StoreError> {
        let folder = Folder::create(&self.folder.path().join(HOLDS))?;
        let name = name(vendor, license_id);
        match folder.lock_within(&name, patience) {
            Ok(lock) => Ok(Some(LicenseHold { folder, name, _lock: lock })),
            Err(ShelfError::Busy) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl Drop for LicenseHold {
    fn drop(&mut self) {
        // While it is still held. What stays behind is empty, and the next holder uses it.
        let _ = self.folder.remove(&self.name);
    }
}

/// Ids are a vendor's and a server's words, and no names of files.
fn name(vendor: &VendorKey, license_id: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(vendor.root);
    hash.update(vendor.id.as_bytes());
    hash.update([0]);
    hash.update(license_id.as_bytes());
    hex::encode(&hash.finalize()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vendor(id: &str) -> VendorKey {
        VendorKey { id: id.into(), root: [7; 32] }
    }

    #[test]
    fn a_license_is_held_by_one_and_others_are_free() {
        let home = tempfile::tempdir().unwrap();
        let (ours, theirs) = (Store::open(home.path()).unwrap(), Store::open(home.path()).unwrap());
        let held = ours.hold_license(&vendor("sleeve"), "../1").unwrap();
        let brief = Duration::from_millis(20);
        assert!(theirs.hold_within(&vendor("sleeve"), "../1", brief).unwrap().is_none());
        assert!(theirs.try_hold_license(&vendor("sleeve"), "../1").unwrap().is_none());
        assert!(theirs.try_hold_license(&vendor("sleeve"), "2").unwrap().is_some());
        assert!(theirs.try_hold_license(&vendor("tidewater"), "../1").unwrap().is_some());
        drop(held);
        assert!(theirs.hold_license(&vendor("sleeve"), "../1").is_ok());
        assert_eq!(std::fs::read_dir(home.path().join(HOLDS)).unwrap().count(), 0, "a lock stays behind");
    }

    #[test]
    fn many_who_want_it_have_it_one_after_the_other() {
        let home = tempfile::tempdir().unwrap();
        let inside = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let store = Store::open(home.path()).unwrap();
                    for _ in 0..20 {
                        let held = store.hold_license(&vendor("sleeve"), "1").unwrap();
                        assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                        inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        drop(held);
                    }
                });
            }
        });
    }
}
