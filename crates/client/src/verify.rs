//! Verifying a file by itself, with nothing but what is given: for support, for vendors, for the curious. Sends nothing.

use gatefold_license::{
    Binding, Expectation, FileKey, FileKind, Issuer, LicenseKey, ServerKey, assess, outline, verify,
};
use jiff::Timestamp;
use serde::Serialize;

use crate::clock::written;
use crate::error::ClientError;

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
}

/// Verifies a file with the server's public key, the license key and, for a machine file, the identifier.
///
/// # Errors
/// Only for arguments that are none: a key or an identifier that cannot be one. A file that is not genuine is a verdict.
pub fn verify_file(
    bytes: &[u8],
    public_key: &str,
    license_key: &str,
    identifier: Option<&str>,
    at: Timestamp,
) -> Result<Verdict, ClientError> {
    let server: ServerKey = public_key.parse()?;
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
    let verified = match verify(bytes, outlined.kind, &[Issuer::of_key(server)], Some(&file_key)) {
        Ok(verified) => verified,
        Err(error) => return Ok(Verdict::not_genuine(error.code())),
    };
    let expectation = Expectation {
        account: None,
        product: None,
        binding: match outlined.kind {
            FileKind::License => Binding::Account,
            FileKind::Machine => Binding::Machine,
        },
        identifier: identifier.filter(|_| outlined.kind == FileKind::Machine),
        max_file_days: None,
    };
    let assessment = assess(&verified, &expectation, at, None, None);
    Ok(Verdict {
        valid: true,
        standing: Some(assessment.standing.as_str()),
        reason: assessment.reason.code().to_owned(),
        issued: Some(written(verified.issued())),
        expires_at: assessment.expires_at.map(written),
        refresh_by: assessment.refresh_by.map(written),
        entitlements: verified.entitlements().to_vec(),
    })
}

impl Verdict {
    fn not_genuine(code: &str) -> Self {
        Self {
            valid: false,
            standing: None,
            reason: code.to_owned(),
            issued: None,
            expires_at: None,
            refresh_by: None,
            entitlements: Vec::new(),
        }
    }
}
