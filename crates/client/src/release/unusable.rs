//! Being rid of a license file that cannot be used here: it is damaged, or another computer's, or from before the system was
//! installed anew. Nothing is sent and no seat is given back. It refuses to touch a file that counts.

use std::path::PathBuf;

use gatefold_disclosure::log;

use crate::app::Gatefold;
use crate::error::ClientError;
use crate::vendors::InForce;

/// The files of a license that cannot be used here.
#[derive(Debug)]
pub struct Unusable {
    /// The vendor.
    pub vendor: InForce,
    /// The license.
    pub license_id: String,
    /// The product's name; none where nothing is remembered of it.
    pub product: Option<String>,
    /// Whether it is of a computer with another machine id, which may share this home.
    pub is_of_another_computer: bool,
    files: Vec<PathBuf>,
}

impl Gatefold {
    /// What lies here of a license and cannot be used; none where there is no such file.
    ///
    /// # Errors
    /// The store's and the shelf's.
    pub fn unusable(&self, license_id: &str) -> Result<Option<Unusable>, ClientError> {
        for vendor in self.vendors()? {
            let (_, mut unreadable) = self.library_of(&vendor)?;
            unreadable.retain(|file| file.license_id() == Some(license_id));
            let Some(first) = unreadable.first() else { continue };
            return Ok(Some(Unusable {
                product: first.was.as_ref().map(|was| was.product.clone()),
                is_of_another_computer: first.is_of_another_computer(),
                license_id: license_id.to_owned(),
                files: unreadable.into_iter().map(|file| file.path).collect(),
                vendor,
            }));
        }
        Ok(None)
    }

    /// Removes the files.
    ///
    /// # Errors
    /// [`gatefold_store::StoreError::LicenseBusy`] while another Gatefold is at work on the license; the shelf's.
    pub fn remove_unusable(&self, unusable: &Unusable) -> Result<(), ClientError> {
        let _held = self.hold_license(&unusable.vendor.key(), &unusable.license_id)?;
        let shelf = self.vendor_shelf(&unusable.vendor)?;
        for file in &unusable.files {
            shelf.remove_file(file)?;
        }
        tracing::info!(name: "license.unusable_removed", license = log::pseudonym(&unusable.license_id));
        Ok(())
    }
}
