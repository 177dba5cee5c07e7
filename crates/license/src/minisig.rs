//! A detached minisign signature (minisign 0.12, "Signature format"): who signed, what of the file, and a comment that is signed
//! along. It refuses the legacy kind, as minisign itself does unless asked, and whatever is not of the format.
//!
//! The curve and the hash are the libraries that verify license files, too: one kind of arithmetic, and a fast one, because
//! every plug-in verifies a vendor file when it starts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blake2::{Blake2b512, Digest as _};
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};

use crate::error::LicenseError;

/// Of the hash of the file; what signs the file itself is legacy.
const HASHED: &[u8] = b"ED";
const LEGACY: &[u8] = b"Ed";
const TRUSTED: &str = "trusted comment: ";
/// Algorithm, key id and signature.
const ID_BYTES: usize = 8;
const SIGNATURE_BYTES: usize = 64;

/// A public key with the id by which signatures name it.
#[derive(Clone, Copy)]
pub(crate) struct SigningKey {
    id: [u8; ID_BYTES],
    key: VerifyingKey,
}

impl SigningKey {
    /// Of the decoded line of a public key. A key of low order would accept forged signatures and is none.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        // A key says that it is of Ed25519, and what of a file it signs its signatures say.
        let rest = bytes.strip_prefix(LEGACY).or_else(|| bytes.strip_prefix(HASHED))?;
        let (id, key) = rest.split_first_chunk()?;
        let key = VerifyingKey::from_bytes(key.try_into().ok()?).ok().filter(|key| !key.is_weak())?;
        Some(Self { id: *id, key })
    }

    /// The raw bytes of the Ed25519 key.
    pub(crate) fn raw(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// The trusted comment of a signature of this key's over these bytes.
    ///
    /// # Errors
    /// Those of [`crate::RootKey::verify`].
    pub(crate) fn verify<'a>(&self, bytes: &[u8], text: &'a str) -> Result<&'a str, LicenseError> {
        let minisig = self.verify_file(bytes, text)?;
        let commented = [&minisig.signature.to_bytes(), minisig.comment.as_bytes()].concat();
        if !self.signed(&commented, &minisig.global) {
            return Err(LicenseError::RootSignatureInvalid);
        }
        Ok(minisig.comment)
    }

    /// That the file is of this key, and nothing of the comment.
    ///
    /// # Errors
    /// Those of [`crate::RootKey::verify_without_comment`].
    pub(crate) fn verify_without_comment(&self, bytes: &[u8], text: &str) -> Result<(), LicenseError> {
        self.verify_file(bytes, text).map(drop)
    }

    /// The signature over the file holds; that over the comment was not looked at.
    fn verify_file<'a>(&self, bytes: &[u8], text: &'a str) -> Result<Minisig<'a>, LicenseError> {
        let minisig = Minisig::parse(text).ok_or(LicenseError::RootSignatureMalformed)?;
        if minisig.key_id != self.id {
            return Err(LicenseError::RootForeign);
        }
        if minisig.is_legacy {
            return Err(LicenseError::RootSignatureLegacy);
        }
        if !self.signed(&Blake2b512::digest(bytes), &minisig.signature) {
            return Err(LicenseError::RootSignatureInvalid);
        }
        Ok(minisig)
    }

    fn signed(&self, message: &[u8], signature: &Signature) -> bool {
        self.key.verify(message, signature).is_ok()
    }
}

struct Minisig<'a> {
    key_id: [u8; ID_BYTES],
    is_legacy: bool,
    /// Over the file's hash.
    signature: Signature,
    comment: &'a str,
    /// Over the signature and the comment.
    global: Signature,
}

impl<'a> Minisig<'a> {
    /// Four lines: a comment that nobody signed, the signature, the trusted comment, and the signature over both.
    fn parse(text: &'a str) -> Option<Self> {
        let mut lines = text.lines().skip(1);
        let first = STANDARD.decode(lines.next()?).ok()?;
        let comment = lines.next()?.strip_prefix(TRUSTED)?;
        let global = signature(&STANDARD.decode(lines.next()?).ok()?)?;
        let (algorithm, rest) = first.split_at_checked(HASHED.len())?;
        let is_legacy = algorithm == LEGACY;
        if !is_legacy && algorithm != HASHED {
            return None;
        }
        let (key_id, rest) = rest.split_first_chunk()?;
        Some(Self { key_id: *key_id, is_legacy, signature: signature(rest)?, comment, global })
    }
}

fn signature(bytes: &[u8]) -> Option<Signature> {
    let bytes: &[u8; SIGNATURE_BYTES] = bytes.try_into().ok()?;
    Some(Signature::from_bytes(bytes))
}
