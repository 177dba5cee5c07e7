//! What lies beside an installed file: its file key, sealed for this computer and vendor. It refuses anything that is
//! not exactly one key.

use std::fmt;

use aes_gcm::Aes256Gcm;

use crate::error::LicenseError;
use crate::key::FileKey;
use crate::root::RootKey;
use crate::seal::{self, NONCE_BYTES};

const LABEL: &str = "unlock";

/// The `unlock` file beside an installed license or machine file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlock(Vec<u8>);

impl Unlock {
    /// Seals a file key. The nonce must be random and never used again.
    pub fn seal(key: &FileKey, root: &RootKey, os_machine_id: &str, nonce: [u8; NONCE_BYTES]) -> Self {
        Self(seal::seal(LABEL, key.bytes(), root, os_machine_id, nonce))
    }

    /// The bytes to keep.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Opens the bytes of an `unlock` file.
    ///
    /// # Errors
    /// `SealMalformed`, `SealNewer`, `SealClosed`: as [`seal::open`] says.
    pub fn open(bytes: &[u8], root: &RootKey, os_machine_id: &str) -> Result<FileKey, LicenseError> {
        Opener::new(root, os_machine_id).open(bytes)
    }
}

/// Opens the `unlock` files of one vendor on this computer: what they are sealed with is derived once for all.
pub struct Opener(Aes256Gcm);

impl Opener {
    /// For this vendor and this computer.
    pub fn new(root: &RootKey, os_machine_id: &str) -> Self {
        Self(seal::cipher(LABEL, root, os_machine_id))
    }

    /// As [`Unlock::open`].
    ///
    /// # Errors
    /// As there.
    pub fn open(&self, bytes: &[u8]) -> Result<FileKey, LicenseError> {
        let key = seal::open_with(&self.0, LABEL, bytes)?;
        let key: &[u8; 32] = key.as_slice().try_into().map_err(|_| LicenseError::SealMalformed)?;
        Ok(FileKey::from_bytes(*key))
    }
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opener")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{MACHINE_ID, OTHER_ROOT, ROOT};

    fn root() -> RootKey {
        ROOT.parse().unwrap()
    }

    fn key() -> FileKey {
        FileKey::from_bytes(std::array::from_fn(|index| u8::try_from(index).unwrap()))
    }

    fn sealed() -> Vec<u8> {
        let nonce = std::array::from_fn(|index| u8::try_from(index).unwrap());
        Unlock::seal(&key(), &root(), MACHINE_ID, nonce).as_bytes().to_vec()
    }

    #[test]
    fn the_bytes_are_those_of_an_independent_implementation() {
        // Computed with Python's cryptography package from docs/formats/license-files.md.
        let expect = "47465345414c01000102030405060708090a0b20974e22a69a4d5a480d9048b2e1f98a\
                      5b4d303fb2df768fc2ba86cbea9395b2b7078ee7a953809e0bc09e6cf80b17f2";
        assert_eq!(hex::encode(sealed()), expect);
    }

    #[test]
    fn it_opens_here_for_this_vendor_and_nowhere_else() {
        fn check(bytes: &[u8], root: &str, machine_id: &str, expect: Result<(), &str>) {
            let opened = Unlock::open(bytes, &root.parse().unwrap(), machine_id);
            let opened = opened.map(|opened| assert_eq!(opened.bytes(), key().bytes()));
            assert_eq!(opened.map_err(|error| error.code()), expect);
        }
        check(&sealed(), ROOT, MACHINE_ID, Ok(()));
        check(&sealed(), ROOT, "another", Err("license.seal_closed"));
        check(&sealed(), ROOT, "", Err("license.seal_closed"));
        check(&sealed(), OTHER_ROOT, MACHINE_ID, Err("license.seal_closed"));
        let other_label = seal::seal("unlocked", key().bytes(), &root(), MACHINE_ID, [1; 12]);
        check(&other_label, ROOT, MACHINE_ID, Err("license.seal_closed"));
        let short = seal::seal(LABEL, &[1; 31], &root(), MACHINE_ID, [1; 12]);
        check(&short, ROOT, MACHINE_ID, Err("license.seal_malformed"));
        let mut newer = sealed();
        newer[6] = 2;
        check(&newer, ROOT, MACHINE_ID, Err("license.seal_newer"));
    }

    #[test]
    fn every_change_and_every_cut_is_noticed() {
        let sealed = sealed();
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(Unlock::open(&changed, &root(), MACHINE_ID).is_err(), "byte {place}");
            assert!(Unlock::open(&sealed[..place], &root(), MACHINE_ID).is_err(), "cut at {place}");
        }
        assert!(Unlock::open(&[&sealed[..], &[0]].concat(), &root(), MACHINE_ID).is_err());
    }
}
