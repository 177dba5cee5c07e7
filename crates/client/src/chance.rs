//! Randomness, handed down from here: salts, nonces, ids. Without it nothing is sent.

use uuid::Uuid;

use crate::error::ClientError;

pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], ClientError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| ClientError::NoRandomness)?;
    Ok(bytes)
}

/// A number that a server can echo without loss: JSON numbers are exact to 2^53 (RFC 8259, section 6).
pub(crate) fn nonce() -> Result<u64, ClientError> {
    Ok(u64::from_be_bytes(bytes()?) >> 11)
}

pub(crate) fn uuid() -> Result<Uuid, ClientError> {
    Ok(uuid::Builder::from_random_bytes(bytes()?).into_uuid())
}
