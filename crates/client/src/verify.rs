//! Verifying a file by itself, with nothing but what is given: for support, for vendors, for the curious. Sends nothing.

use std::path::Path;

use gatefold_license::{
    Algorithm, Assessment, Binding, Expectation, FileKey, FileKind, Issuer, LicenseKey, MAX_FILE_BYTES,
    ServerKey, Verified, assess, outline, verify,
};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::activation::key_of;
use crate::app::Gatefold;
use crate::clock::written;
use crate::error::ClientError;
use crate::given::{Unread, read_given};
use crate::vendors::InForce;

/// What a file is worth (the contract's `license verify`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Genuine: signature, label and algorithm hold, and it decrypts.
    pub valid: bool,
    /// What it would be worth at the time asked about; none if it is not genuine.
    pub standing: Option<&'static str>,
    /// Why, as a stable code.
    pub reason: String,
    /// When it was made.
    pub issued: Option<String>,
    /// When the right ends.
    pub expires_at: Option<String>,
    /// When the file ends.
    pub refresh_by: Option<String>,
    /// Features.
    pub entitlements: Vec<String>,
    /// It was asked about a time before the file was made.
    #[serde(skip)]
    pub is_before_issue: bool,
}

/// A time that was typed: a day begins in UTC.
///
/// # Errors
/// [`ClientError::TimeMalformed`].
pub fn time_typed(text: &str) -> Result<Timestamp, ClientError> {
    let day = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok();
    let time = text.parse().ok().or_else(|| day().map(|day| day.timestamp()));
    time.ok_or_else(|| ClientError::TimeMalformed(text.to_owned()))
}

/// Verifies a file with the server's public key, the license key and, for a machine file, the identifier. Touches the
/// disk.
///
/// # Errors
/// [`ClientError::FileUnreadable`]; arguments that are none: a key or an identifier that cannot be one. A file that is
/// not genuine is a verdict, and so is one that is too large.
pub fn verify_file(
    path: &Path,
    public_key: &str,
    license_key: &str,
    identifier: Option<&str>,
    at: Timestamp,
) -> Result<Verdict, ClientError> {
    let bytes = match given(path)? {
        Ok(bytes) => bytes,
        Err(verdict) => return Ok(verdict),
    };
    // In groups of eight it is shown, and so it is typed.
    let server: ServerKey = public_key.split_whitespace().collect::<String>().parse()?;
    verdict_on(&bytes, &[Issuer::of_key(server)], license_key, identifier, at)
}

impl Gatefold {
    /// Verifies the installed file of a license, also one that cannot be used, with what is known of it here: its
    /// vendor's server keys, its license key and this computer's identifier. One that can be used is worth what the library
    /// says, by releases, revocations and whether its vendor is gone, too; now, or at the time that is asked about. Touches the disk.
    ///
    /// # Errors
    /// [`ClientError::NotInstalled`]; [`ClientError::KeyMissing`]; as [`verify_file`].
    pub fn verify_installed(&self, license_id: &str, at: Option<Timestamp>) -> Result<Verdict, ClientError> {
        let now = self.clock.now();
        for vendor in self.vendors()? {
            let (installed, unreadable) = self.library_as_of(&vendor, at)?;
            if let Some(license) = installed.iter().find(|license| license.license_id == license_id) {
                return Ok(Verdict::of(&license.verified, &license.assessment, at.unwrap_or(now)));
            }
            let Some(bad) = unreadable.iter().find(|file| file.license_id() == Some(license_id)) else {
                continue;
            };
            let key = key_of(self, &vendor, license_id, None)?;
            // Exposed to open the file that it is for.
            return verify_of(&bad.path, &vendor, key.expose(), None, at.unwrap_or(now));
        }
        Err(ClientError::NotInstalled(gatefold_disclosure::quote(license_id)))
    }
}

/// [`verify_file`] of a vendor whose file is at hand, which has its server keys; a file bound to a computer is taken for
/// this one's, if no other identifier is given.
///
/// # Errors
/// As there; this computer's identifier.
pub fn verify_of(
    path: &Path,
    vendor: &InForce,
    license_key: &str,
    identifier: Option<&str>,
    at: Timestamp,
) -> Result<Verdict, ClientError> {
    let own = vendor.identifier_if_bound()?;
    match given(path)? {
        Ok(bytes) => verdict_on(&bytes, vendor.issuers(), license_key, identifier.or(own.as_deref()), at),
        Err(verdict) => Ok(verdict),
    }
}

/// What is in the file, or what that it is no license file is worth.
fn given(path: &Path) -> Result<Result<Vec<u8>, Verdict>, ClientError> {
    match read_given(path, MAX_FILE_BYTES as u64) {
        Ok(bytes) => Ok(Ok(bytes)),
        Err(Unread::TooLarge(_)) => Ok(Err(Verdict::not_genuine("license.file_too_large"))),
        Err(unread) => Err(unread.into()),
    }
}

fn verdict_on(
    bytes: &[u8],
    issuers: &[Issuer],
    license_key: &str,
    identifier: Option<&str>,
    at: Timestamp,
) -> Result<Verdict, ClientError> {
    let key = LicenseKey::new(license_key)?;
    let outlined = match outline(bytes) {
        Ok(outlined) => outlined,
        Err(error) => return Ok(Verdict::not_genuine(error.code())),
    };
    let file_key = match (outlined.kind, identifier) {
        (FileKind::License, _) => FileKey::for_license(&key),
        // A machine file of another maker's client may have any fingerprint; ours is one of many shapes.
        (FileKind::Machine, identifier) => FileKey::for_machine(&key, identifier.unwrap_or_default()),
    };
    // Which of the two it is need not be believed: neither content can be read as the other.
    let opens_with = match outlined.algorithm {
        Algorithm::Aes256GcmEd25519 => Some(&file_key),
        Algorithm::Base64Ed25519 => None,
    };
    let verified = match verify(bytes, outlined.kind, issuers, opens_with) {
        Ok(verified) => verified,
        Err(error) => return Ok(Verdict::not_genuine(error.code())),
    };
    // A file that anybody can read opens with any key; it is still of one license.
    // Exposed to be compared with the key inside.
    if verified.license().is_some_and(|license| license.key.expose() != key.expose()) {
        return Ok(Verdict::not_genuine("license.decryption_failed"));
    }
    let expectation = Expectation {
        account: None,
        product: None,
        binding: match outlined.kind {
            FileKind::License => Binding::Account,
            FileKind::Machine => Binding::Machine,
        },
        identifier: identifier.filter(|_| outlined.kind == FileKind::Machine),
        max_file_days: None,
        sunset: None,
    };
    let assessment = assess(&verified, &expectation, at, None, None, &[]);
    Ok(Verdict::of(&verified, &assessment, at))
}

impl Verdict {
    fn of(verified: &Verified, assessment: &Assessment, at: Timestamp) -> Self {
        Self {
            valid: true,
            standing: Some(assessment.standing.as_str()),
            reason: assessment.reason.code().to_owned(),
            issued: Some(written(verified.issued())),
            expires_at: assessment.expires_at.map(written),
            refresh_by: assessment.refresh_by.map(written),
            // What a server wrote is shown as it is shown everywhere: plain, and of no more than 300 characters.
            entitlements: verified
                .entitlements()
                .iter()
                .map(|code| gatefold_disclosure::quote(code))
                .collect(),
            is_before_issue: at < verified.issued(),
        }
    }

    fn not_genuine(code: &str) -> Self {
        Self {
            valid: false,
            standing: None,
            reason: code.to_owned(),
            issued: None,
            expires_at: None,
            refresh_by: None,
            entitlements: Vec::new(),
            is_before_issue: false,
        }
    }
}
