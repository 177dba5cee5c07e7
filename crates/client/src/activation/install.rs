//! What comes back is verified, then installed; never the other way round.

use std::path::PathBuf;

use gatefold_disclosure::log;
use gatefold_disclosure::vendor::Binding;
use gatefold_keygen::IssuedFile;
use gatefold_ledger::EntryId;
use gatefold_license::{
    Assessment, Expectation, FileKey, FileKind, LicenseKey, Standing, Unlock, Verified, assess, terms, verify,
};
use gatefold_shelf::os_machine_id;
use gatefold_store::{KeyHint, KnownLicense, Renewal};
use jiff::{SignedDuration, Timestamp};

use crate::app::Gatefold;
use crate::chance;
use crate::error::ClientError;
use crate::vendors::InForce;

/// A verified file with what it is worth here.
pub(crate) struct Issued {
    pub(crate) verified: Verified,
    pub(crate) assessment: Assessment,
    file_key: FileKey,
    /// The server's own time when it was asked for.
    asked_at: Timestamp,
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
    /// The seat that was asked for; none for a license bound to the account.
    pub(crate) machine_id: Option<&'a str>,
    /// When the server signed its answer to our own nonce, right before the file was asked for.
    pub(crate) asked_at: Timestamp,
    /// When the file of this seat that is here already was made; none where there is none.
    pub(crate) issued_here: Option<Timestamp>,
}

/// A file that was made longer before that, or after, was not made for this request; servers' clocks differ by less.
const MADE_FOR_IT: SignedDuration = SignedDuration::from_hours(1);

/// Verifies an issued file for this computer.
///
/// # Errors
/// The verification's; [`gatefold_keygen::Refusal::Contradictory`] for a file of another license or seat than asked for, or of another
/// time; [`ClientError::WouldNotCount`] for a genuine file that would not license this computer. A clock
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
    let verified = verify(file.certificate.as_bytes(), file.kind, vendor.issuers(), Some(&file_key))?;
    let seat = verified.machine().map(|machine| machine.id.as_str());
    if verified.license_id() != wanted.license_id || seat != wanted.machine_id {
        return Err(ClientError::contradictory("a file of another license or seat"));
    }
    if verified.issued().duration_since(wanted.asked_at).abs() > MADE_FOR_IT {
        return Err(ClientError::contradictory("a file that was not made just now"));
    }
    // Nothing in a file is ours, so an earlier one of the same hour may be played again. A time that the server itself says is
    // yet to come was a wrong clock's.
    let is_earlier = |kept: Timestamp| verified.issued() < kept && kept <= wanted.asked_at;
    if wanted.issued_here.is_some_and(is_earlier) {
        return Err(ClientError::contradictory("an earlier file than the one that is here"));
    }
    // What is kept of it and does not hold is told where licenses are listed.
    let sunset = gatefold.sunset_of(vendor).unwrap_or_default();
    let expectation = Expectation {
        account: None,
        product: Some(wanted.product),
        binding: match identifier {
            Some(_) => gatefold_license::Binding::Machine,
            None => gatefold_license::Binding::Account,
        },
        identifier: identifier.as_ref().map(gatefold_license::Identifier::as_str),
        max_file_days: None,
        sunset: sunset.as_ref(),
    };
    // At the time it was made: the server just made it, so where it has ended since then, it is the clock here that is
    // off, and that refuses nothing (design, section 5).
    let assessment =
        assess(&verified, &expectation, verified.issued(), None, None, &gatefold.releases_of(vendor)?);
    match assessment.standing {
        Standing::Active | Standing::Grace | Standing::ClockBehind => {
            Ok(Issued { verified, assessment, file_key, asked_at: wanted.asked_at })
        }
        _ => Err(ClientError::WouldNotCount(assessment.reason)),
    }
}

/// What an activation knows beside the file.
pub(crate) struct ByActivation<'a> {
    pub(crate) device_name: Option<&'a str>,
    pub(crate) entries: &'a [EntryId],
    pub(crate) user_id: Option<&'a str>,
}

impl Gatefold {
    /// Installs a verified file of a vendor agreed to; plug-ins see the old one or the new one, never half. Remembering
    /// the license is left to whoever finishes the intent: it is the same commit. A refresh leaves what its activation
    /// knew as it was.
    pub(crate) fn install(
        &mut self,
        vendor: &InForce,
        key: &LicenseKey,
        issued: &Issued,
        activation: Option<&ByActivation<'_>>,
    ) -> Result<Shelved, ClientError> {
        let unlock = Unlock::seal(
            &issued.file_key,
            vendor.root(),
            // Exposed to seal the file to this computer.
            os_machine_id()?.expose(),
            chance::bytes()?,
        );
        let random = u64::from_be_bytes(chance::bytes()?);
        let license = issued.verified.license().ok_or(gatefold_shelf::ShelfError::Incomplete)?;
        let known = self.known_license(vendor, &license.id)?;
        let license = KnownLicense {
            activation_entries: match (activation, &known) {
                (Some(activation), _) => activation.entries.iter().map(|entry| entry.0).collect(),
                (None, Some(known)) => known.activation_entries.clone(),
                (None, None) => Vec::new(),
            },
            user_id: match (activation, &known) {
                (Some(activation), _) => activation.user_id.map(str::to_owned),
                (None, known) => known.as_ref().and_then(|known| known.user_id.clone()),
            },
            device_name: match (activation, &known) {
                (Some(activation), _) => activation.device_name.map(str::to_owned),
                (None, known) => known.as_ref().and_then(|known| known.device_name.clone()),
            },
            first_file_at: known.map_or(issued.verified.issued(), |known| known.first_file_at),
            vendor: vendor.key(),
            license_id: license.id.clone(),
            product: license.product.clone(),
            terms: terms(license),
            expires_at: issued.assessment.expires_at,
            refresh_by: issued.assessment.refresh_by,
            machine_id: issued.verified.machine().map(|machine| machine.id.clone()),
            identifier: issued.verified.machine().map(|machine| machine.fingerprint.clone()),
            key_hint: KeyHint::of(key),
            seat_gone_at: None,
            release_asked_at: None,
            renewal: Renewal::default(),
        };
        let shelf = self.vendor_shelf(vendor)?;
        let path = shelf.install(&issued.verified, &unlock, random)?;
        // What was made after the time that the server just signed, and that this computer's clock has not reached either, was
        // made while the server's clock was ahead: it would tell of a time that nobody has.
        let now = issued.asked_at.max(self.clock.now()).saturating_add(MADE_FOR_IT).unwrap_or(Timestamp::MAX);
        shelf.remove_made_after(&license.license_id, license.identifier.as_deref(), now)?;
        fail::fail_point!("client.after-install");
        // By the one rule that the list goes by, which also sees what else lies on the shelf.
        let listed = self.library_with(vendor, Some(&issued.verified)).ok().and_then(|(installed, _)| {
            installed.into_iter().find(|installed| installed.license_id == license.license_id)
        });
        let assessment = listed.map_or_else(|| issued.assessment, |listed| listed.assessment);
        tracing::info!(
            name: "license.installed",
            license = log::pseudonym(&license.license_id),
            vendor = log::pseudonym(&license.vendor.id),
            standing = log::public(assessment.standing.as_str())
        );
        Ok(Shelved { path, assessment, license })
    }
}

/// The kind of file a vendor's licenses have.
pub(crate) fn file_kind(vendor: &InForce) -> FileKind {
    match vendor.vendor().binding() {
        Binding::Machine => FileKind::Machine,
        Binding::Account => FileKind::License,
    }
}
