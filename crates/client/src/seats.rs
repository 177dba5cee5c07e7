//! The seats of this computer, as far as they are remembered. Several computers may share a home, and a home may come to
//! another computer: it refuses to take another's seat for this one's.

use std::collections::HashSet;

use gatefold_disclosure::log;
use gatefold_license::{Identifier, RootKey};
use gatefold_shelf::os_machine_id;
use gatefold_store::{IntentKind, KnownLicense, NewIntent, OpenIntent, SecretName, VendorKey};
use uuid::Uuid;

use crate::app::Gatefold;
use crate::error::ClientError;
use crate::library::Installed;
use crate::vendors::InForce;

impl Gatefold {
    /// This computer's seat of a license that has no file here.
    pub(crate) fn seat_left(
        &self,
        vendor: &InForce,
        license_id: &str,
    ) -> Result<Option<String>, ClientError> {
        let left = self.unfinished_of(vendor)?.into_iter();
        let mut its = left.filter(|open| open.license_id == license_id && !open.seat_is_gone);
        Ok(its.find_map(|open| open.machine_id))
    }

    /// The seats that this computer holds of a vendor's licenses without their files: lost, spoilt, or of a kind that the
    /// vendor does not use any more. They are taken all the same.
    ///
    /// # Errors
    /// The store's and the shelf's.
    pub(crate) fn lost_seats_of(&self, vendor: &InForce) -> Result<Vec<KnownLicense>, ClientError> {
        let known = self.seats_noted_of(vendor)?;
        if known.is_empty() {
            return Ok(known);
        }
        Ok(without(known, &self.installed_at(vendor)?))
    }

    /// The same, where what is installed was just read.
    pub(crate) fn lost_seats_among(
        &self,
        vendor: &InForce,
        installed: &[Installed],
    ) -> Result<Vec<KnownLicense>, ClientError> {
        Ok(without(self.seats_noted_of(vendor)?, installed))
    }

    /// The seats of this computer that were noted.
    fn seats_noted_of(&self, vendor: &InForce) -> Result<Vec<KnownLicense>, ClientError> {
        let mut known = self.known_licenses_of(vendor)?;
        known.retain(|known| known.machine_id.is_some());
        if !known.is_empty() {
            let here = identifier_towards(&vendor.key()).ok();
            known.retain(|known| is_by(here.as_ref(), known.identifier.as_deref()));
        }
        Ok(known)
    }

    /// Whether this computer has a file or a note of another seat of the license than this one, as where the vendor called
    /// that one gone and this one was taken in its place.
    ///
    /// # Errors
    /// The store's and the shelf's.
    pub(crate) fn has_another_seat(
        &self,
        vendor: &InForce,
        license_id: &str,
        seat: Option<&str>,
    ) -> Result<bool, ClientError> {
        let is_another = |other: Option<&str>| other.is_some_and(|other| Some(other) != seat);
        let known = self.known_license(vendor, license_id)?;
        if is_another(known.as_ref().and_then(|known| known.machine_id.as_deref())) {
            return Ok(true);
        }
        let installed = self.installed_at(vendor)?;
        let its = installed.iter().filter(|license| license.license_id == license_id);
        Ok(its.into_iter().any(|license| is_another(license.machine_id.as_deref())))
    }

    /// Forgets a license whose seat is free, and with it its key, unless more than this unfinished activation needs it.
    pub(crate) fn remove_license(
        &self,
        vendor: &InForce,
        license_id: &str,
        fingerprint: Option<&str>,
        unfinished: Option<&OpenIntent>,
    ) -> Result<(), ClientError> {
        let key = vendor.key();
        self.vendor_shelf(vendor)?.remove(license_id, fingerprint)?;
        self.store.forget_license(&key, license_id, fingerprint)?;
        tracing::info!(name: "license.removed", license = log::pseudonym(license_id), vendor = log::pseudonym(&key.id));
        let but: Vec<_> = unfinished.iter().map(|open| open.intent().what.id).collect();
        self.drop_unused_key(&key, license_id, &but)
    }

    /// Forgets a license's key once nothing here needs it: no seat that is remembered, on whichever computer, and no
    /// activation that is open, but for those of these ids.
    ///
    /// # Errors
    /// The store's and the keyring's.
    pub(crate) fn drop_unused_key(
        &self,
        vendor: &VendorKey,
        license_id: &str,
        but: &[Uuid],
    ) -> Result<(), ClientError> {
        let is_known = |known: &KnownLicense| known.vendor == *vendor && known.license_id == license_id;
        let needs_it = |what: &NewIntent| {
            what.kind == IntentKind::Activate
                && what.vendor == *vendor
                && what.license_id == license_id
                && !but.contains(&what.id)
        };
        let is_needed = self.store.licenses()?.iter().any(is_known)
            || self.store.open_intents()?.iter().any(|open| needs_it(&open.what));
        if !is_needed {
            self.secrets.remove(SecretName::LicenseKey { vendor, license_id })?;
        }
        Ok(())
    }
}

/// This computer's identifier towards a vendor of whom the key alone is known.
pub(crate) fn identifier_towards(vendor: &VendorKey) -> Result<Identifier, ClientError> {
    // Exposed to be hashed under the vendor's key; the id itself goes nowhere.
    Ok(Identifier::derive(&RootKey::of_raw(&vendor.root)?, os_machine_id()?.expose()))
}

/// Whether a seat that was noted with this identifier is this computer's. What an older version noted without one is
/// taken for its own.
pub(crate) fn is_here(vendor: &VendorKey, identifier: Option<&str>) -> bool {
    identifier.is_none() || is_by(identifier_towards(vendor).ok().as_ref(), identifier)
}

fn is_by(here: Option<&Identifier>, identifier: Option<&str>) -> bool {
    identifier.is_none_or(|noted| here.is_some_and(|here| here.as_str() == noted))
}

/// The seats of which no file is installed.
fn without(mut known: Vec<KnownLicense>, installed: &[Installed]) -> Vec<KnownLicense> {
    let seats: HashSet<_> = installed
        .iter()
        .map(|license| (license.license_id.as_str(), license.machine_id.as_deref()))
        .collect();
    known.retain(|known| !seats.contains(&(known.license_id.as_str(), known.machine_id.as_deref())));
    known
}

/// By which identifier an intent's license is remembered.
pub(crate) fn identifier_of(what: &NewIntent) -> Option<String> {
    let here = || what.machine_id.and_then(|_| identifier_towards(&what.vendor).ok());
    what.identifier.clone().or_else(|| here().map(|here| here.to_string()))
}
