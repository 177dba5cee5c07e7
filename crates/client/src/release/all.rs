//! Giving back everything at once, as before a computer is sold. Each license is still a release of its own: one that the
//! server refuses keeps none of the others. It refuses to leave out silently what cannot be given back.

use gatefold_store::{StoreError, VendorKey};

use super::{Asking, ReleasePlan};
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::library::Unreadable;
use crate::refresh::Unplanned;
use crate::vendors::InForce;

/// Everything that this computer can give back.
pub struct ReleaseOfAll {
    /// Each is run by [`Gatefold::release`].
    pub plans: Vec<ReleasePlan>,
    /// What cannot be given back, and why.
    pub unplanned: Vec<Unplanned>,
}

impl ReleaseOfAll {
    fn take(&mut self, license_id: &str, product: String, plan: Result<ReleasePlan, ClientError>) {
        match plan {
            Ok(plan) => self.plans.push(plan),
            Err(error) => {
                self.unplanned.push(Unplanned { license_id: license_id.to_owned(), product, error });
            }
        }
    }
}

impl Gatefold {
    /// Prepares the release of every license that is installed and of every seat that is held without a file, of one
    /// vendor or of all; nothing leaves.
    ///
    /// # Errors
    /// The store's, the shelf's, the keyring's. What concerns one license alone is among [`ReleaseOfAll::unplanned`].
    pub fn plan_release_of_all(&self, vendor: Option<&InForce>) -> Result<ReleaseOfAll, ClientError> {
        self.plan_of_all(vendor, Asking::Vendor)
    }

    /// Prepares to forget the same here without asking anybody: seats stay taken at their vendors.
    ///
    /// # Errors
    /// As [`Gatefold::plan_release_of_all`].
    pub fn plan_local_removal_of_all(&self, vendor: Option<&InForce>) -> Result<ReleaseOfAll, ClientError> {
        self.plan_of_all(vendor, Asking::Nobody)
    }

    fn plan_of_all(&self, vendor: Option<&InForce>, asking: Asking) -> Result<ReleaseOfAll, ClientError> {
        let is_meant = |key: &VendorKey| vendor.is_none_or(|vendor| vendor.key() == *key);
        self.secrets.unlocked()?;
        let mut all = ReleaseOfAll { plans: Vec::new(), unplanned: Vec::new() };
        // By the seat, too: one license's old file and an open seat may be two.
        let mut taken: Vec<(VendorKey, String, Option<String>)> = Vec::new();
        let (installed, unreadable) = match vendor {
            Some(vendor) => self.library_of(vendor)?,
            None => self.library()?,
        };
        all.unplanned.extend(self.unseen(unreadable)?);
        for license in installed {
            let (id, product) = (license.license_id.clone(), license.product.clone());
            taken.push((license.vendor.key(), id.clone(), license.machine_id.clone()));
            all.take(&id, product, self.plan_of_installed(license, asking));
        }
        for open in self.unfinished()?.into_iter().filter(|open| is_meant(&open.vendor)) {
            let Some(seat) = &open.machine_id else { continue };
            let its = (open.vendor.clone(), open.license_id.clone(), open.machine_id.clone());
            if taken.contains(&its) {
                continue;
            }
            all.take(&open.license_id, open.product, self.plan(seat, asking));
            taken.push(its);
        }
        Ok(all)
    }

    /// What may hold a seat and cannot be read. A file of another computer that shares the home is none of this one's.
    fn unseen(&self, unreadable: Vec<Unreadable>) -> Result<Vec<Unplanned>, ClientError> {
        let mut unseen: Vec<Unplanned> = unreadable
            .into_iter()
            .filter(|file| !file.is_of_another_computer())
            .map(|file| Unplanned {
                license_id: file.license_id().unwrap_or_default().to_owned(),
                product: file.was.map_or_else(String::new, |was| was.product),
                error: file.error,
            })
            .collect();
        if self.store.has_damaged_intents()? {
            let error = StoreError::IntentDamaged.into();
            unseen.push(Unplanned { license_id: String::new(), product: String::new(), error });
        }
        Ok(unseen)
    }
}
