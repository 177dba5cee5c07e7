//! The server's signing key, and license keys that are themselves signed. It refuses keys of low order, under which
//! almost any signature would hold.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};

use crate::error::LicenseError;
use crate::key::LicenseKey;

/// The Ed25519 public key of a licensing server: 64 hex digits in a vendor file (protocol reference 2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ServerKey(VerifyingKey);

impl ServerKey {
    /// Takes the key's 32 bytes.
    ///
    /// # Errors
    /// `ServerKeyMalformed` if they are no point of the curve, or one of low order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, LicenseError> {
        match VerifyingKey::from_bytes(bytes) {
            Ok(key) if !key.is_weak() => Ok(Self(key)),
            _ => Err(LicenseError::ServerKeyMalformed),
        }
    }

    /// The key's 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Whether `signature` (64 raw bytes) is this key's over `message` (RFC 8032).
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.0.verify(message, &signature).is_ok())
    }
}

impl FromStr for ServerKey {
    type Err = LicenseError;

    fn from_str(text: &str) -> Result<Self, LicenseError> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| LicenseError::ServerKeyMalformed)?;
        Self::from_bytes(&bytes)
    }
}

impl fmt::Display for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.as_bytes()))
    }
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerKey({self})")
    }
}

/// What a signed license key carries: `key/DATASET.SIGNATURE`, scheme `ED25519_SIGN` (protocol reference 6.4).
pub struct SignedKey {
    dataset: Vec<u8>,
}

/// URL-safe base64, padded or not: servers differ. Stray bits at the end are refused.
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl SignedKey {
    /// Checks a license key of this form.
    ///
    /// # Errors
    /// `KeyUnsigned` if the key is not of this form, `KeySignatureInvalid` if another server key signed it.
    pub fn verify(key: &LicenseKey, server: &ServerKey) -> Result<Self, LicenseError> {
        // Exposed to check the signature that is part of the key.
        let (signed, signature) = key.expose().split_once('.').ok_or(LicenseError::KeyUnsigned)?;
        let dataset = signed.strip_prefix("key/").ok_or(LicenseError::KeyUnsigned)?;
        let signature = BASE64_URL.decode(signature).map_err(|_| LicenseError::KeyUnsigned)?;
        if !server.signed(signed.as_bytes(), &signature) {
            return Err(LicenseError::KeySignatureInvalid);
        }
        let dataset = BASE64_URL.decode(dataset).map_err(|_| LicenseError::KeyUnsigned)?;
        Ok(Self { dataset })
    }

    /// The data that the server signed into the key. It never changes, so it says nothing about today.
    pub fn dataset(&self) -> &[u8] {
        &self.dataset
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{SERVER_SEED, public_key, sign};

    fn server_key() -> ServerKey {
        ServerKey::from_bytes(&public_key(&SERVER_SEED)).unwrap()
    }

    #[test]
    fn a_server_key_is_64_hex_digits_of_a_usable_point() {
        fn check(input: &str, good: bool) {
            assert_eq!(input.parse::<ServerKey>().is_ok(), good, "{input:?}");
        }
        // RFC 8032, section 7.1, test 1.
        check("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", true);
        check("D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A", true);
        check(&server_key().to_string(), true);
        check("", false);
        check("d75a98", false);
        check("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a00", false);
        check("x75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", false);
        // Not on the curve.
        check("0200000000000000000000000000000000000000000000000000000000000000", false);
        // The neutral element and the other points of low order would accept forged signatures.
        check("0100000000000000000000000000000000000000000000000000000000000000", false);
        check("0000000000000000000000000000000000000000000000000000000000000000", false);
        check("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false);
    }

    #[test]
    fn rfc_8032_signatures_hold() {
        let key: ServerKey =
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c".parse().unwrap();
        let signature = hex::decode(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        )
        .unwrap();
        assert!(key.signed(b"\x72", &signature));
        assert!(!key.signed(b"\x73", &signature));
        assert!(!key.signed(b"\x72", &signature[..63]));
    }

    #[test]
    fn a_signed_key_yields_its_data_only_under_its_own_server_key() {
        let dataset = br#"{"license":{"id":"invented"}}"#;
        let body = format!("key/{}", BASE64_URL.encode(dataset));
        let signature = BASE64_URL.encode(sign(&SERVER_SEED, body.as_bytes()));
        let check = |text: &str, expect: Result<&[u8], &str>| {
            let key = LicenseKey::new(text).unwrap();
            let verified = SignedKey::verify(&key, &server_key());
            assert_eq!(
                verified.as_ref().map(SignedKey::dataset).map_err(LicenseError::code),
                expect,
                "{text}"
            );
        };
        check(&format!("{body}.{signature}"), Ok(dataset));
        check(&format!("{body}.{}", signature.trim_end_matches('=')), Ok(dataset));
        check(&format!("{body}A.{signature}"), Err("license.key_signature_invalid"));
        check(&format!("{}.{signature}", body.replace("key/", "")), Err("license.key_unsigned"));
        check(&format!("{body}.{signature}.{signature}"), Err("license.key_unsigned"));
        check(&body, Err("license.key_unsigned"));
        check("PLAIN-KEY-0001", Err("license.key_unsigned"));
        let foreign = BASE64_URL.encode(sign(&[9; 32], body.as_bytes()));
        check(&format!("{body}.{foreign}"), Err("license.key_signature_invalid"));
    }
}
