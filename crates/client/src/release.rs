//! Giving this computer's seat back. The server first, then the file: a lost answer leaves the license working, and
//! asking again is harmless, because deleting twice is deleting once (protocol reference 5.3).

use gatefold_disclosure::{Payload, Preview};
use gatefold_ledger::EntryId;
use gatefold_store::{IntentKind, NewIntent, SecretName, Step};

use crate::activation::credential_for;
use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::library::Installed;
use crate::refresh::uuid_of;

/// A release that is ready.
pub struct ReleasePlan {
    license: Installed,
    /// The request that frees the seat; none for a license without seats.
    request: Option<(Payload, Preview)>,
}

/// What was released.
#[derive(Clone, Debug)]
pub struct Released {
    /// The product's name.
    pub product: String,
    /// The license.
    pub license_id: String,
    /// The seat that is free again; none for a license without seats.
    pub machine_id: Option<String>,
    /// The entry of the request, if one was needed.
    pub entries: Vec<EntryId>,
}

impl ReleasePlan {
    /// The exact bytes of the request; none if the license has no seats, and only the file is removed.
    pub fn request(&self) -> Option<&Preview> {
        self.request.as_ref().map(|(_, preview)| preview)
    }

    /// What is released.
    pub fn license(&self) -> &Installed {
        &self.license
    }
}

impl Gatefold {
    /// Prepares a release; nothing leaves. `id` is the activation's, or the license's where there are no seats.
    ///
    /// # Errors
    /// [`ClientError::NotInstalled`]; a missing key.
    pub fn plan_release(&self, id: &str) -> Result<ReleasePlan, ClientError> {
        let license = self.installed_by_id(id)?;
        let vendor = &license.vendor;
        let request = match &license.machine_id {
            None => None,
            Some(machine) => {
                let (_, credential) =
                    credential_for(self, vendor, &license.license_id, Some(&license.verified))?;
                let payload = vendor.server(self)?.0.delete_machine(&credential, uuid_of(machine)?)?;
                let preview = payload.preview(vendor.vendor())?;
                Some((payload, preview))
            }
        };
        Ok(ReleasePlan { license, request })
    }

    /// Frees the seat and removes the license file.
    ///
    /// # Errors
    /// What the server refuses with; why nothing is known. Then the license stays installed.
    pub async fn release(&mut self, plan: ReleasePlan) -> Result<Released, ClientError> {
        let ReleasePlan { license, request } = plan;
        let vendor = &license.vendor;
        let mut entries = Vec::new();
        let mut intent = self.store.begin(
            NewIntent {
                id: chance::uuid()?,
                kind: IntentKind::Release,
                vendor: vendor.key(),
                license_id: license.license_id.clone(),
                machine_id: license.machine_id.as_deref().map(uuid_of).transpose()?,
                product: license.product_id.clone(),
            },
            self.clock.now(),
        )?;
        if let Some((payload, _)) = request {
            self.store.advance(&mut intent, Step::Sent)?;
            let sent = self.send(vendor, &payload).await?;
            entries.push(sent.entry);
            let gone = sent.answer.and_then(|answer| Ok(answer.deleted()?));
            if let Err(error) = gone {
                // Nothing was removed here, so there is nothing to resolve: the user may ask again.
                self.store.finish(intent)?;
                return Err(error);
            }
            self.store.advance(&mut intent, Step::Confirmed)?;
        }
        fail::fail_point!("client.between-release-and-removal");
        self.remove_license(&license)?;
        self.store.finish(intent)?;
        Ok(Released {
            product: license.product,
            license_id: license.license_id,
            machine_id: license.machine_id,
            entries,
        })
    }

    fn remove_license(&self, license: &Installed) -> Result<(), ClientError> {
        let vendor = license.vendor.key();
        let fingerprint = license.verified.machine().map(|machine| machine.fingerprint.as_str());
        self.vendor_shelf(&license.vendor)?.remove(&license.license_id, fingerprint)?;
        self.store.forget_license(&vendor, &license.license_id)?;
        self.secrets.remove(SecretName::LicenseKey { vendor: &vendor, license_id: &license.license_id })?;
        Ok(())
    }
}
