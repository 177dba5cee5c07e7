//! Which license is meant by an id, and what proves the right to it here.

use std::collections::BTreeSet;

use gatefold_license::LicenseKey;

use super::list::SeatList;
use crate::activation::key_of;
use crate::app::Gatefold;
use crate::error::ClientError;
use crate::library::Installed;
use crate::vendors::InForce;

impl Gatefold {
    /// The vendor of a license that something is known of here, and whose sign-in opens it, if one does.
    pub(super) fn license_of(
        &self,
        license_id: &str,
    ) -> Result<Option<(InForce, Option<String>)>, ClientError> {
        let (licenses, open) = (self.store.licenses()?, self.store.open_intents()?);
        let (owned, lists) = (self.store.owned()?, self.store.seat_lists()?);
        for vendor in self.vendors()? {
            let key = vendor.key();
            let is_it = |of: &_, id: &str| *of == key && id == license_id;
            let by_seat = licenses.iter().filter(|row| is_it(&row.vendor, &row.license_id));
            let by_intent =
                open.iter().map(|open| &open.what).filter(|row| is_it(&row.vendor, &row.license_id));
            let by_list = lists.iter().filter(|row| is_it(&row.vendor, &row.license_id));
            let users: Vec<Option<&String>> = by_seat
                .map(|row| row.user_id.as_ref())
                .chain(by_intent.map(|row| row.user_id.as_ref()))
                .chain(by_list.map(|row| row.user_id.as_ref()))
                .collect();
            let is_owned = || owned.iter().any(|row| is_it(&row.vendor, &row.license_id));
            if !users.is_empty() || is_owned() || self.installed_of(&vendor, license_id)?.is_some() {
                return Ok(Some((vendor, users.into_iter().flatten().next().cloned())));
            }
        }
        Ok(None)
    }

    /// The ids of the licenses of which something is known here: also of those of an account, of those whose seats were read, and of
    /// files that cannot be used.
    ///
    /// # Errors
    /// The store's and the shelf's.
    pub fn license_ids(&self) -> Result<BTreeSet<String>, ClientError> {
        let (installed, unreadable) = self.library()?;
        let mut ids: BTreeSet<String> = installed.into_iter().map(|license| license.license_id).collect();
        ids.extend(unreadable.iter().filter_map(|file| file.license_id().map(str::to_owned)));
        ids.extend(self.store.licenses()?.into_iter().map(|row| row.license_id));
        ids.extend(self.store.open_intents()?.into_iter().map(|open| open.what.license_id));
        ids.extend(self.store.owned()?.into_iter().map(|row| row.license_id));
        ids.extend(self.store.seat_lists()?.into_iter().map(|row| row.license_id));
        Ok(ids)
    }

    /// The key of a license by its whole id; none where nothing is known of it here.
    ///
    /// # Errors
    /// [`ClientError::KeyMissing`]; the store's, the keyring's and the shelf's.
    pub fn key_kept(&self, license_id: &str) -> Result<Option<LicenseKey>, ClientError> {
        let found = self.license_of(license_id)?;
        found.map(|(vendor, _)| self.key_here(&vendor, license_id)).transpose()
    }

    fn installed_of(&self, vendor: &InForce, license_id: &str) -> Result<Option<Installed>, ClientError> {
        let installed = self.installed_at(vendor)?;
        Ok(installed.into_iter().find(|license| license.license_id == license_id))
    }

    /// Whether the key of a listed license is kept here: else whoever works on its seats names it.
    pub fn keeps_key_of(&self, list: &SeatList) -> bool {
        self.key_here(&list.vendor, &list.license_id).is_ok()
    }

    /// The key of a license, as far as it is at hand.
    pub(super) fn key_here(&self, vendor: &InForce, license_id: &str) -> Result<LicenseKey, ClientError> {
        let installed = self.installed_of(vendor, license_id)?;
        key_of(self, vendor, license_id, installed.as_ref().map(|license| &license.verified))
    }
}
