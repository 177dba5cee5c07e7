//! A vendor's root key: the minisign key that signs the vendor file. It refuses legacy signatures, as minisign itself
//! does unless asked.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::VerifyingKey;
use minisign_verify::{Error as MinisignError, PublicKey, Signature};
use sha2::{Digest, Sha256};

use crate::error::LicenseError;

/// A minisign public key.
#[derive(Clone)]
pub struct RootKey {
    line: String,
    raw: [u8; 32],
    minisign: PublicKey,
}

impl RootKey {
    /// The 32 raw bytes of the Ed25519 key.
    pub const fn raw(&self) -> &[u8; 32] {
        &self.raw
    }

    /// Eight groups of four hex digits for people to compare: half of the SHA-256 of [`Self::raw`].
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.raw);
        let groups: Vec<String> = digest[..16].chunks(2).map(hex::encode).collect();
        groups.join(" ")
    }

    /// Checks a detached minisign signature over `bytes` and returns its trusted comment.
    ///
    /// # Errors
    /// `RootSignatureMalformed`, `RootSignatureLegacy`, `RootForeign` if the key id is another's,
    /// `RootSignatureInvalid` if bytes or trusted comment are not what was signed.
    pub fn verify(&self, bytes: &[u8], minisig_text: &str) -> Result<String, LicenseError> {
        let signature = Signature::decode(minisig_text).map_err(|_| LicenseError::RootSignatureMalformed)?;
        let allow_legacy = false;
        self.minisign.verify(bytes, &signature, allow_legacy).map_err(|error| match error {
            MinisignError::UnexpectedKeyId => LicenseError::RootForeign,
            MinisignError::UnexpectedAlgorithm => LicenseError::RootSignatureLegacy,
            _ => LicenseError::RootSignatureInvalid,
        })?;
        Ok(signature.trusted_comment().to_owned())
    }
}

impl FromStr for RootKey {
    type Err = LicenseError;

    /// Takes the base64 line alone, or the whole `.pub` file with its comment.
    fn from_str(text: &str) -> Result<Self, LicenseError> {
        let mut lines = text.trim().lines();
        let line = match (lines.next(), lines.next(), lines.next()) {
            (Some(line), None, None) => line,
            (Some(comment), Some(line), None) if comment.starts_with("untrusted comment:") => line,
            _ => return Err(LicenseError::RootKeyMalformed),
        };
        let line = line.trim_end();
        let bytes = STANDARD.decode(line).map_err(|_| LicenseError::RootKeyMalformed)?;
        let raw = bytes.last_chunk().copied().ok_or(LicenseError::RootKeyMalformed)?;
        // minisign's own reader settles length and algorithm; a key of low order would accept forged signatures.
        let minisign = PublicKey::from_base64(line).map_err(|_| LicenseError::RootKeyMalformed)?;
        if !VerifyingKey::from_bytes(&raw).is_ok_and(|key| !key.is_weak()) {
            return Err(LicenseError::RootKeyMalformed);
        }
        Ok(Self { line: line.to_owned(), raw, minisign })
    }
}

impl PartialEq for RootKey {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl Eq for RootKey {}

impl fmt::Display for RootKey {
    /// The base64 line, as minisign prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RootKey({self})")
    }
}
