//! What comes back is verified, then installed; never the other way round.

use std::path::PathBuf;

use gatefold_disclosure::vendor::Binding;
use gatefold_keygen::{Credential, IssuedFile, Refusal};
use gatefold_ledger::EntryId;
use gatefold_license::{
    Assessment, Expectation, FileKey, FileKind, LicenseKey, Standing, Unlock, Verified, assess, terms, verify,
};
use gatefold_shelf::os_machine_id;
use gatefold_store::{KeyHint, KnownLicense, SecretName};
use uuid::Uuid;

use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::vendors::InForce;

/// A verified file with what it is worth here.
pub(crate) struct Issued {
    pub(crate) verified: Verified,
    pub(crate) assessment: Assessment,
    file_key: FileKey,
}

/// A file on the shelf, and what is to be remembered of its license.
pub(crate) struct Shelved {
    pub(crate) path: PathBuf,
    pub(crate) assessment: Assessment,
    pub(crate) license: KnownLicense,
}

/// Which license was asked for.
pub(crate) struct Wanted<'a> {
    pub(crate) license_id: &'a str,
    pub(crate) product: &'a str,
}

/// Verifies an issued file for this computer.
///
/// # Errors
/// The verification's; [`Refusal::Contradictory`] for a file of another license than asked for, or of a seat whose id is
/// none; [`ClientError::WouldNotCount`] for a genuine file that would not license this computer. A clock
/// that is behind is no such reason: it recovers.
pub(crate) fn verify_issued(
    gatefold: &Gatefold,
    vendor: &InForce,
    key: &LicenseKey,
    wanted: &Wanted<'_>,
    file: &IssuedFile,
) -> Result<Issued, ClientError> {
    let identifier = match vendor.vendor().binding() {
        Binding::Machine => Some(vendor.identifier()?),
        Binding::Account => None,
    };
    let file_key = match &identifier {
        Some(identifier) => FileKey::for_machine(key, identifier.as_str()),
        None => FileKey::for_license(key),
    };
    let verified = verify(file.certificate.as_bytes(), file.kind, &vendor.issuers()?, Some(&file_key))?;
    // Ids go into requests, file names and the terminal: what is no UUID is no id.
    let seat = verified.machine().map(|machine| machine.id.as_str());
    if verified.license_id() != wanted.license_id || seat.is_some_and(|id| id.parse::<Uuid>().is_err()) {
        return Err(Refusal::Contradictory { what: "a file of another license or seat".to_owned() }.into());
    }
    let expectation = Expectation {
        account: None,
        product: Some(wanted.product),
        binding: match identifier {
            Some(_) => gatefold_license::Binding::Machine,
            None => gatefold_license::Binding::Account,
        },
        identifier: identifier.as_ref().map(gatefold_license::Identifier::as_str),
        max_file_days: None,
    };
    let assessment = assess(&verified, &expectation, gatefold.clock.now(), None, None);
    match assessment.standing {
        Standing::Active | Standing::Grace | Standing::ClockBehind => {
            Ok(Issued { verified, assessment, file_key })
        }
        _ => Err(ClientError::WouldNotCount(assessment.reason)),
    }
}

impl Gatefold {
    /// Installs a verified file of a vendor agreed to; plug-ins see the old one or the new one, never half. Remembering
    /// the license, with the entries of its activation if this is one, is left to whoever finishes the intent: it is the
    /// same commit.
    pub(crate) fn install(
        &mut self,
        vendor: &InForce,
        key: &LicenseKey,
        issued: &Issued,
        device_name: Option<&str>,
        activation: Option<&[EntryId]>,
    ) -> Result<Shelved, ClientError> {
        let unlock = Unlock::seal(
            &issued.file_key,
            vendor.root(),
            // Exposed to seal the file to this computer.
            os_machine_id()?.expose(),
            chance::bytes()?,
        );
        let random = u64::from_be_bytes(chance::bytes()?);
        let path = self.vendor_shelf(vendor)?.install(&issued.verified, &unlock, random)?;
        fail::fail_point!("client.after-install");
        let license = issued.verified.license().ok_or(gatefold_shelf::ShelfError::Incomplete)?;
        let known = self.store.license(&vendor.key(), &license.id)?;
        let activation_entries = match (activation, &known) {
            (Some(entries), _) => entries.iter().map(|entry| entry.0).collect(),
            (None, known) => known.as_ref().map(|known| known.activation_entries.clone()).unwrap_or_default(),
        };
        let license = KnownLicense {
            activation_entries,
            first_file_at: known.map_or(issued.verified.issued(), |known| known.first_file_at),
            vendor: vendor.key(),
            license_id: license.id.clone(),
            product: license.product.clone(),
            terms: terms(license),
            expires_at: issued.assessment.expires_at,
            refresh_by: issued.assessment.refresh_by,
            machine_id: issued.verified.machine().map(|machine| machine.id.clone()),
            device_name: device_name.map(str::to_owned),
            key_hint: KeyHint::of(key),
        };
        Ok(Shelved { path, assessment: issued.assessment, license })
    }
}

/// The key of an installed license: from the keyring, or from the installed file itself, which this computer can open.
///
/// # Errors
/// [`ClientError::KeyMissing`], and the keyring's.
pub(crate) fn credential_for(
    gatefold: &Gatefold,
    vendor: &InForce,
    license_id: &str,
    installed: Option<&Verified>,
) -> Result<(LicenseKey, Credential), ClientError> {
    let name = SecretName::LicenseKey { vendor: &vendor.key(), license_id };
    let key = match gatefold.secrets.get(name)? {
        // Exposed to prove the license to its vendor.
        Some(secret) => LicenseKey::new(secret.expose())?,
        None => installed
            .and_then(Verified::license)
            .map(|license| license.key.clone())
            .ok_or_else(|| ClientError::KeyMissing(license_id.to_owned()))?,
    };
    Ok((key.clone(), Credential::LicenseKey(key)))
}

/// The kind of file a vendor's licenses have.
pub(crate) fn file_kind(vendor: &InForce) -> FileKind {
    match vendor.vendor().binding() {
        Binding::Machine => FileKind::Machine,
        Binding::Account => FileKind::License,
    }
}
