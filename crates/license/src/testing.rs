//! Makes files, keys and signatures for tests, with keys that are worthless.

use ed25519_dalek::{Signer as _, SigningKey};

use crate::ServerKey;

pub(crate) const SERVER_SEED: [u8; 32] = [7; 32];

pub(crate) fn server_key() -> ServerKey {
    ServerKey::from_bytes(SigningKey::from_bytes(&SERVER_SEED).verifying_key().as_bytes()).unwrap()
}

pub(crate) fn sign(seed: &[u8; 32], message: &[u8]) -> [u8; 64] {
    SigningKey::from_bytes(seed).sign(message).to_bytes()
}
