//! A machine file that a sandbox issued, changed, sealed as before and signed anew by whoever is asked to: what a server could
//! give out and should not (protocol reference 6.2 and 6.3).

use aes_gcm::aead::{Aead as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::signer::Signer;

const LABEL: &str = "MACHINE FILE";
const TAG_BYTES: usize = 16;

/// What the file says, and what seals it.
#[derive(Clone)]
pub struct MachineFile {
    document: Value,
    cipher: Aes256Gcm,
}

impl MachineFile {
    /// Opens the certificate that a sandbox issued.
    ///
    /// # Panics
    /// If it does not open so.
    pub fn open(certificate: &str, key: &str, identifier: &str) -> Self {
        let cipher = Aes256Gcm::new(&Sha256::digest(format!("{key}{identifier}")));
        let file = envelope(certificate);
        let parts: Vec<Vec<u8>> =
            file["enc"].as_str().unwrap().split('.').map(|part| STANDARD.decode(part).unwrap()).collect();
        let [sealed, nonce, tag] = &parts[..] else { panic!("ciphertext, nonce and tag") };
        let nonce = Nonce::try_from(&nonce[..]).unwrap();
        let document = cipher.decrypt(&nonce, &[&sealed[..], tag].concat()[..]).unwrap();
        Self { document: serde_json::from_slice(&document).unwrap(), cipher }
    }

    /// The same, saying something else.
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut Value)) -> Self {
        let mut changed = self.clone();
        change(&mut changed.document);
        changed
    }

    /// The same for this seat.
    #[must_use]
    pub fn for_seat(&self, seat: &str) -> Self {
        self.with(|document| document["data"]["id"] = seat.into())
    }

    /// Sealed and signed.
    ///
    /// # Panics
    /// Never: what was opened can be sealed.
    pub fn signed(&self, signer: &Signer) -> String {
        // The same document under the same key but for what was changed: nothing here is a secret.
        let nonce = [0; 12];
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), self.document.to_string().as_bytes()).unwrap();
        let (text, tag) = sealed.split_at(sealed.len() - TAG_BYTES);
        let enc = [text, &nonce, tag].map(|part| STANDARD.encode(part)).join(".");
        certificate(&enc, "aes-256-gcm+ed25519", signer)
    }

    /// Signed, for everybody to read.
    pub fn in_clear(&self, signer: &Signer) -> String {
        certificate(&STANDARD.encode(self.document.to_string()), "base64+ed25519", signer)
    }
}

fn certificate(enc: &str, alg: &str, signer: &Signer) -> String {
    let sig = signer.signature(&format!("machine/{enc}"));
    armored(&json!({ "enc": enc, "sig": sig, "alg": alg }))
}

fn armored(envelope: &Value) -> String {
    format!("-----BEGIN {LABEL}-----\n{}\n-----END {LABEL}-----\n", STANDARD.encode(envelope.to_string()))
}

fn envelope(certificate: &str) -> Value {
    let inner: String = certificate.lines().filter(|line| !line.starts_with('-')).collect();
    serde_json::from_slice(&STANDARD.decode(inner).unwrap()).unwrap()
}

/// A machine file whose envelope, which nobody signs but in part, says something else.
///
/// # Panics
/// If it is none.
pub fn with_envelope(certificate: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut inner = envelope(certificate);
    change(&mut inner);
    armored(&inner)
}
