//! The license key, and the file key made from it. They refuse to be printed, and wipe themselves.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::LicenseError;

/// The longest license key: a signed key with an unusually large dataset.
pub const MAX_KEY_BYTES: usize = 4096;

/// A license key as the vendor gave it, white space around it aside.
#[derive(Clone, PartialEq, Eq)]
pub struct LicenseKey(Zeroizing<String>);

impl LicenseKey {
    /// Takes a key as typed or pasted: white space around it is dropped and nothing else is changed.
    ///
    /// # Errors
    /// `KeyEmpty`, `KeyTooLong` over [`MAX_KEY_BYTES`], `KeyMalformed` with a control character inside.
    pub fn new(text: &str) -> Result<Self, LicenseError> {
        let key = text.trim();
        if key.is_empty() {
            return Err(LicenseError::KeyEmpty);
        }
        if key.len() > MAX_KEY_BYTES {
            return Err(LicenseError::KeyTooLong(key.len()));
        }
        if key.chars().any(char::is_control) {
            return Err(LicenseError::KeyMalformed);
        }
        Ok(Self(Zeroizing::new(key.to_owned())))
    }

    /// The key itself. Every call carries a comment that says why the place may see it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LicenseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// The AES-256 key of an encrypted file (protocol reference 6.2).
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct FileKey([u8; 32]);

impl FileKey {
    /// The key of a license file: SHA-256 of the license key.
    pub fn for_license(key: &LicenseKey) -> Self {
        Self::for_machine(key, "")
    }

    /// The key of a machine file: SHA-256 of the license key and the fingerprint, one after the other.
    pub fn for_machine(key: &LicenseKey, fingerprint: &str) -> Self {
        let mut hash = Sha256::new();
        // Exposed to be hashed.
        hash.update(key.expose());
        hash.update(fingerprint);
        Self(hash.finalize().into())
    }

    pub(crate) const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_trimmed_and_otherwise_left_alone() {
        fn check(input: &str, expect: Result<&str, &str>) {
            let key = LicenseKey::new(input);
            assert_eq!(key.as_ref().map(LicenseKey::expose).map_err(LicenseError::code), expect, "{input:?}");
        }
        check("AB-12", Ok("AB-12"));
        check(" \t AB-12\r\n", Ok("AB-12"));
        check("\u{a0}AB-12\u{2003}", Ok("AB-12"));
        check("ab 12 ÄÖ", Ok("ab 12 ÄÖ"));
        check("", Err("license.key_empty"));
        check(" \n\t ", Err("license.key_empty"));
        check("AB\n12", Err("license.key_malformed"));
        check("AB\u{1b}[31m12", Err("license.key_malformed"));
        check("AB\0", Err("license.key_malformed"));
        check(&"k".repeat(MAX_KEY_BYTES), Ok(&"k".repeat(MAX_KEY_BYTES)));
        check(&"k".repeat(MAX_KEY_BYTES + 1), Err("license.key_too_long"));
    }

    #[test]
    fn keys_are_not_printed() {
        let key = LicenseKey::new("PLANTED-KEY").unwrap();
        assert_eq!(format!("{key:?} {:?}", FileKey::for_license(&key)), "[secret] [secret]");
    }

    #[test]
    fn the_file_key_is_the_hash_of_key_and_fingerprint() {
        let key = LicenseKey::new("abc").unwrap();
        // FIPS 180-2, appendix B.1: SHA-256 of "abc".
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hex::encode(FileKey::for_license(&key).bytes()), abc);
        let ab = LicenseKey::new("ab").unwrap();
        assert_eq!(hex::encode(FileKey::for_machine(&ab, "c").bytes()), abc);
        assert_ne!(FileKey::for_machine(&key, "d").bytes(), FileKey::for_license(&key).bytes());
    }
}
