//! What lies beside the license files and counts for or against them, verified again: revocations and releases. It refuses
//! to believe what does not hold, and is silent about it: anybody can put a file there, and nothing comes of it.

use gatefold_license::{Issuer, Release, Revocation};

use crate::{Found, OsMachineId, ShelfError, VendorShelf};

impl VendorShelf {
    /// Every kept revocation that opens on this computer and that one of the issuers signed; and what could not be read.
    ///
    /// # Errors
    /// As [`VendorShelf::revocations`].
    pub fn revocations_that_hold(
        &self,
        machine_id: &OsMachineId,
        issuers: &[Issuer],
    ) -> Result<Found<Revocation>, ShelfError> {
        let kept = self.revocations()?;
        // Exposed to open what was sealed to this computer.
        let open = |sealed: &[u8]| Revocation::open(sealed, self.root(), machine_id.expose(), issuers).ok();
        Ok(kept.filter_map(|kept| open(&kept.sealed)))
    }

    /// Every kept release that one of the issuers signed; and what could not be read.
    ///
    /// # Errors
    /// As [`VendorShelf::releases`].
    pub fn releases_that_hold(&self, issuers: &[Issuer]) -> Result<Found<Release>, ShelfError> {
        let kept = self.releases()?;
        Ok(kept.filter_map(|kept| Release::read(&kept.reply, issuers).ok()))
    }
}
