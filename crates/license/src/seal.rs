//! Sealing for this computer and one vendor: AES-256-GCM under HKDF-SHA-256 of the OS machine id and the root key. It
//! keeps secrets out of greps, backups and copies to another computer. It does not stop a program running as you.
//!
//! Format: `GFSEAL`, version 1, nonce (12 bytes), ciphertext, tag (16 bytes).

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{AeadInOut, KeyInit, Nonce, Tag};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::LicenseError;
use crate::root::RootKey;

/// Random bytes that each sealing needs, fresh.
pub const NONCE_BYTES: usize = 12;

const MAGIC: &[u8; 6] = b"GFSEAL";
const VERSION: u8 = 1;
const HEAD_BYTES: usize = MAGIC.len() + 1;
const TAG_BYTES: usize = 16;

/// Seals `secret` for this computer and vendor. The label says what it is: it does not open under another.
///
/// The nonce must be random and never used again.
pub fn seal(
    label: &str,
    secret: &[u8],
    root: &RootKey,
    os_machine_id: &str,
    nonce: [u8; NONCE_BYTES],
) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(HEAD_BYTES + NONCE_BYTES + secret.len() + TAG_BYTES);
    sealed.extend_from_slice(MAGIC);
    sealed.push(VERSION);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(secret);
    let (head, text) = sealed.split_at_mut(HEAD_BYTES + NONCE_BYTES);
    let tag = cipher(label, root, os_machine_id).encrypt_inout_detached(
        &nonce.into(),
        &associated(head, label),
        text.into(),
    );
    // GCM refuses only messages of more than 64 GiB.
    let Ok(tag) = tag else { unreachable!() };
    sealed.extend_from_slice(&tag);
    sealed
}

/// Opens what [`seal`] made.
///
/// # Errors
/// `SealMalformed` if it is none, `SealNewer` for a later version, `SealClosed` if it was sealed on another computer,
/// for another vendor, under another label, or changed since.
pub fn open(
    label: &str,
    sealed: &[u8],
    root: &RootKey,
    os_machine_id: &str,
) -> Result<Zeroizing<Vec<u8>>, LicenseError> {
    open_with(&cipher(label, root, os_machine_id), label, sealed)
}

/// [`open`] under a key that was derived before.
pub(crate) fn open_with(
    cipher: &Aes256Gcm,
    label: &str,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, LicenseError> {
    let malformed = LicenseError::SealMalformed;
    let (head, rest) = sealed.split_at_checked(HEAD_BYTES).ok_or(malformed)?;
    let version = head.strip_prefix(MAGIC).ok_or(malformed)?;
    if version != [VERSION] {
        return Err(LicenseError::SealNewer);
    }
    let (nonce, rest) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(malformed)?;
    let (text, tag) = rest.split_last_chunk::<TAG_BYTES>().ok_or(malformed)?;
    let mut secret = Zeroizing::new(text.to_vec());
    cipher
        .decrypt_inout_detached(
            &Nonce::<Aes256Gcm>::from(*nonce),
            &associated(head, label),
            secret.as_mut_slice().into(),
            &Tag::<Aes256Gcm>::from(*tag),
        )
        .map_err(|_| LicenseError::SealClosed)?;
    Ok(secret)
}

/// HKDF (RFC 5869): salt = the root key's 32 bytes, secret = the OS machine id's text, info = the label.
pub(crate) fn cipher(label: &str, root: &RootKey, os_machine_id: &str) -> Aes256Gcm {
    let mut key = Zeroizing::new([0; 32]);
    let hkdf = Hkdf::<Sha256>::new(Some(root.raw()), os_machine_id.as_bytes());
    let info = [b"gatefold seal 1 ", label.as_bytes()];
    // HKDF-SHA-256 refuses only outputs of more than 8160 bytes.
    let Ok(()) = hkdf.expand_multi_info(&info, &mut *key) else { unreachable!() };
    Aes256Gcm::new((&*key).into())
}

/// Magic, version and label; the nonce is bound by GCM itself.
fn associated(head: &[u8], label: &str) -> Vec<u8> {
    [&head[..HEAD_BYTES], label.as_bytes()].concat()
}
