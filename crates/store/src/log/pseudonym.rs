//! Pseudonyms: the same value gets the same short name in every log of one home, and another one elsewhere.
//!
//! Without the salt, which never leaves the home, nobody tells a value from its pseudonym by trying values out.

use std::fmt;
use std::path::Path;

use gatefold_shelf::Folder;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::StoreError;

const FILE: &str = "log.salt";
const LOCK: &str = ".log.lock";
const SALT_BYTES: usize = 32;
const SHOWN_BYTES: usize = 6;

pub(super) struct Pseudonyms {
    salt: Zeroizing<Vec<u8>>,
}

impl Pseudonyms {
    /// Reads the salt of `home`, or makes it. A salt of another length is replaced: pseudonyms then start afresh.
    pub(super) fn open(home: &Path) -> Result<Self, StoreError> {
        let folder = Folder::create(home)?;
        let lock = folder.lock(LOCK)?;
        folder.sweep_staged(&lock, |name| name == FILE)?;
        if let Some(salt) = folder.read(FILE, SALT_BYTES as u64)?
            && salt.len() == SALT_BYTES
        {
            return Ok(Self { salt: Zeroizing::new(salt) });
        }
        let mut salt = Zeroizing::new(vec![0; SALT_BYTES]);
        getrandom::fill(&mut salt).map_err(|_| StoreError::NoRandomness)?;
        folder.write(FILE, &salt, getrandom::u64().map_err(|_| StoreError::NoRandomness)?)?;
        Ok(Self { salt })
    }

    pub(super) fn of(&self, value: &str) -> String {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.salt) else { return String::new() };
        mac.update(value.as_bytes());
        hex::encode(&mac.finalize().into_bytes()[..SHOWN_BYTES])
    }
}

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonyms([secret])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_stable_in_a_home_and_differ_between_homes() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let name = |home: &Path, value: &str| Pseudonyms::open(home).unwrap().of(value);
        let first = name(one.path(), "license-1");
        assert_eq!(first.len(), 2 * SHOWN_BYTES);
        assert_eq!(name(one.path(), "license-1"), first);
        assert_ne!(name(one.path(), "license-2"), first);
        assert_ne!(name(two.path(), "license-1"), first);
    }

    #[test]
    fn a_spoiled_salt_is_replaced() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join(FILE), b"short").unwrap();
        Pseudonyms::open(home.path()).unwrap();
        assert_eq!(std::fs::read(home.path().join(FILE)).unwrap().len(), SALT_BYTES);
    }
}
