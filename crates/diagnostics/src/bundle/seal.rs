//! A bundle for one reader: sealed with `age` to their key.

use std::io::Read as _;

use age::x25519::{Identity, Recipient};

use crate::DiagnosticsError;

/// What every sealed bundle begins with.
const BEGINS: &[u8] = b"age-encryption.org/v1\n";

/// Whether these bytes are a sealed bundle.
pub fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(BEGINS)
}

pub(super) fn recipient(recipient: &str) -> Result<Recipient, DiagnosticsError> {
    recipient.trim().parse().map_err(|_| DiagnosticsError::Recipient)
}

pub(super) fn seal(bytes: &[u8], recipient: &Recipient) -> Result<Vec<u8>, DiagnosticsError> {
    age::encrypt(recipient, bytes).map_err(|error| DiagnosticsError::Unwritten(error.to_string()))
}

/// Opens a sealed bundle, of which no more than `max_bytes` is read.
pub(crate) fn unseal(bytes: &[u8], identity: &str, max_bytes: u64) -> Result<Vec<u8>, DiagnosticsError> {
    let identity: Identity = identity.trim().parse().map_err(|_| DiagnosticsError::Identity)?;
    let opened = age::Decryptor::new(bytes).map_err(|_| DiagnosticsError::NotOpened)?;
    let reader = opened.decrypt(std::iter::once(&identity as &dyn age::Identity));
    let reader = reader.map_err(|_| DiagnosticsError::NotOpened)?;
    let mut zip = Vec::new();
    reader.take(max_bytes + 1).read_to_end(&mut zip).map_err(|_| DiagnosticsError::NotOpened)?;
    if zip.len() as u64 > max_bytes {
        return Err(DiagnosticsError::Excessive(format!("it has more than {max_bytes} bytes")));
    }
    Ok(zip)
}
