//! The signed envelope inside the armor: `enc`, `sig`, `alg`. It refuses to open before its signature holds, and it
//! never lets the unsigned `alg` choose: the algorithm is the one expected or the file is refused.

use std::borrow::Cow;

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{AeadInOut, KeyInit, Nonce, Tag};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::FileKind;
use crate::error::LicenseError;
use crate::key::FileKey;
use crate::server_key::ServerKey;

/// The algorithms that are read; all of Keygen's others are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// `aes-256-gcm+ed25519`: opens with a [`FileKey`]; the only one that is installed.
    Aes256GcmEd25519,
    /// `base64+ed25519`: signed, readable by anybody.
    Base64Ed25519,
}

impl Algorithm {
    /// Its name in the envelope and in a check-out request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aes256GcmEd25519 => "aes-256-gcm+ed25519",
            Self::Base64Ed25519 => "base64+ed25519",
        }
    }
}

/// A base64 text: borrowed from the JSON unless an escape stands in it.
#[derive(Deserialize)]
struct Base64Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// The three members, none of them believed yet.
#[derive(Deserialize)]
pub(super) struct Envelope<'a> {
    #[serde(borrow)]
    enc: Base64Text<'a>,
    #[serde(borrow)]
    sig: Base64Text<'a>,
    #[serde(borrow)]
    alg: Base64Text<'a>,
}

impl<'a> Envelope<'a> {
    pub(super) fn read(json: &'a [u8]) -> Result<Self, LicenseError> {
        let malformed = LicenseError::FileMalformed("its envelope is not enc, sig and alg");
        let json = str::from_utf8(json).map_err(|_| malformed)?;
        // serde also takes a list of three for the object.
        if !json.starts_with('{') {
            return Err(malformed);
        }
        serde_json::from_str(json).map_err(|_| malformed)
    }

    pub(super) fn algorithm(&self) -> Result<Algorithm, LicenseError> {
        [Algorithm::Aes256GcmEd25519, Algorithm::Base64Ed25519]
            .into_iter()
            .find(|algorithm| algorithm.as_str() == self.alg.0)
            .ok_or(LicenseError::WrongAlgorithm)
    }

    /// The signed text (`machine/` or `license/` and `enc`) and the signature over it.
    pub(super) fn signed(&self, kind: FileKind) -> Result<Signed, LicenseError> {
        let signature = STANDARD
            .decode(self.sig.0.as_bytes())
            .map_err(|_| LicenseError::FileMalformed("its signature is not base64"))?;
        let prefix = match kind {
            FileKind::License => "license/",
            FileKind::Machine => "machine/",
        };
        let mut text = String::with_capacity(prefix.len() + self.enc.0.len());
        text.push_str(prefix);
        text.push_str(&self.enc.0);
        Ok(Signed { text, prefix_bytes: prefix.len(), signature })
    }
}

/// The text that a server signed, with the signature it came with.
pub(super) struct Signed {
    text: String,
    prefix_bytes: usize,
    signature: Vec<u8>,
}

impl Signed {
    /// Whether `key` made the signature.
    pub(super) fn holds(&self, key: &ServerKey) -> bool {
        key.signed(self.text.as_bytes(), &self.signature)
    }

    /// The document inside. Called only once a signature held.
    pub(super) fn open(&self, key: Option<&FileKey>) -> Result<Zeroizing<Vec<u8>>, LicenseError> {
        let enc = &self.text[self.prefix_bytes..];
        match key {
            Some(key) => decrypt(enc, key),
            None => decode(enc).map(Zeroizing::new),
        }
    }
}

/// `b64(ciphertext).b64(iv).b64(tag)`, no associated data (protocol reference 6.2).
fn decrypt(enc: &str, key: &FileKey) -> Result<Zeroizing<Vec<u8>>, LicenseError> {
    let malformed = LicenseError::FileMalformed("its ciphertext has not three parts");
    let (ciphertext, rest) = enc.split_once('.').ok_or(malformed)?;
    let (iv, tag) = rest.split_once('.').ok_or(malformed)?;
    let iv = Nonce::<Aes256Gcm>::try_from(decode(iv)?.as_slice()).map_err(|_| malformed)?;
    let tag = Tag::<Aes256Gcm>::try_from(decode(tag)?.as_slice()).map_err(|_| malformed)?;
    let mut text = Zeroizing::new(decode(ciphertext)?);
    Aes256Gcm::new(key.bytes().into())
        .decrypt_inout_detached(&iv, &[], text.as_mut_slice().into(), &tag)
        .map_err(|_| LicenseError::DecryptionFailed)?;
    Ok(text)
}

fn decode(base64: &str) -> Result<Vec<u8>, LicenseError> {
    STANDARD.decode(base64).map_err(|_| LicenseError::FileMalformed("its content is not base64"))
}
