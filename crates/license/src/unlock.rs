//! What lies beside an installed file: its file key, sealed for this computer and vendor. It refuses anything that is
//! not exactly one key.

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
        let key = seal::open(LABEL, bytes, root, os_machine_id)?;
        let key: &[u8; 32] = key.as_slice().try_into().map_err(|_| LicenseError::SealMalformed)?;
        Ok(FileKey::from_bytes(*key))
    }
}
