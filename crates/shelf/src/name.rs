//! Names of files. They refuse ids that would lead out of the folder or could not be read back.

use gatefold_license::{RootKey, Verified};
use sha2::{Digest as _, Sha256};

use crate::ShelfError;

const ID_MAX_BYTES: usize = 64;

/// An id that can stand in a file name: letters, digits, `-` and `_`.
pub(crate) fn id(id: &str) -> Result<&str, ShelfError> {
    let usable = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let fits = (1..=ID_MAX_BYTES).contains(&id.len());
    if fits && id.bytes().all(usable) { Ok(id) } else { Err(ShelfError::NameUnusable) }
}

/// `ID-ROOT16`: the same id under another root is another folder.
pub(crate) fn vendor(vendor: &str, root: &RootKey) -> Result<String, ShelfError> {
    Ok(format!("{}-{}", id(vendor)?, hash(root.raw(), 16)))
}

/// The first `digits` hex digits of the SHA-256 of `bytes`.
pub(crate) fn hash(bytes: &[u8], digits: usize) -> String {
    let mut hex = hex::encode(Sha256::digest(bytes));
    hex.truncate(digits);
    hex
}

/// The name of an installed file, without its ending: `LICENSE.SEAT8.ISSUED.HASH12`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stem {
    pub(crate) license_id: String,
    /// Which computer's file it is: a home may be shared between several.
    pub(crate) seat: String,
    /// When the server made it, in seconds since 1970.
    pub(crate) issued_secs: i64,
    /// Of the file's bytes.
    hash: String,
}

impl Stem {
    pub(crate) fn of(verified: &Verified) -> Result<Self, ShelfError> {
        let identifier = verified.machine().map(|machine| machine.fingerprint.as_str());
        Ok(Self {
            license_id: id(verified.license_id())?.to_owned(),
            seat: seat(identifier),
            issued_secs: verified.issued().as_second(),
            hash: hash(verified.file(), 12),
        })
    }

    /// Reads a file name with the given ending back.
    pub(crate) fn read(name: &str, ending: &str) -> Option<Self> {
        let mut parts = name.strip_suffix(ending)?.split('.');
        let (license_id, seat, issued, hash) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let stem = Self {
            license_id: id(license_id).ok()?.to_owned(),
            seat: id(seat).ok()?.to_owned(),
            issued_secs: issued.parse().ok()?,
            hash: id(hash).ok()?.to_owned(),
        };
        // What is not written the same way again is not ours.
        (stem.with(ending) == name).then_some(stem)
    }

    pub(crate) fn with(&self, ending: &str) -> String {
        format!("{}.{}.{}.{}{ending}", self.license_id, self.seat, self.issued_secs, self.hash)
    }
}

/// The seat's part of a file name: a computer by its identifier, or the account.
pub(crate) fn seat(identifier: Option<&str>) -> String {
    identifier.map_or_else(|| "account".to_owned(), |identifier| hash(identifier.as_bytes(), 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stay_inside_the_folder() {
        fn check(text: &str, usable: bool) {
            assert_eq!(id(text).is_ok(), usable, "{text:?}");
        }
        check("0a5f6b3e-0003-4a5b-8c11-5e1ee7e033aa", true);
        check("sleeve", true);
        check(&"x".repeat(64), true);
        check(&"x".repeat(65), false);
        check("", false);
        check(".", false);
        check("..", false);
        check("../x", false);
        check("a/b", false);
        check("a.b", false);
        check("a\0b", false);
        check("ä", false);
    }

    #[test]
    fn the_hash_is_sha_256() {
        assert_eq!(hash(b"abc", 12), "ba7816bf8f01");
    }

    #[test]
    fn names_read_back_or_not_at_all() {
        fn check(name: &str, expect: bool) {
            let read = Stem::read(name, ".lic");
            assert_eq!(read.is_some(), expect, "{name}");
            assert!(read.is_none_or(|stem| stem.with(".lic") == name));
        }
        check("l-1.account.1772366400.ba7816bf8f01.lic", true);
        check("l-1.ba7816bf.-5.ba7816bf8f01.lic", true);
        check("l-1.account.1772366400.ba7816bf8f01.unlock", false);
        check("l-1.account.+1772366400.ba7816bf8f01.lic", false);
        check("l-1.account.1772366400.ba7816bf8f01.x.lic", false);
        check("l-1.account.ba7816bf8f01.lic", false);
        check("..1.2.3.lic", false);
        check("My license.lic", false);
        check(".lic", false);
    }
}
