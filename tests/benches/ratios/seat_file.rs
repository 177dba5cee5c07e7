//! The sandbox's machine file, made out to another seat: an activation takes a new one each time, and accepts the file of no
//! other (protocol reference 6.2 and 6.3).

use aes_gcm::aead::{Aead as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatefold_tests::Signer;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const LABEL: &str = "MACHINE FILE";
const TAG_BYTES: usize = 16;

/// What the file says, and what seals it.
#[derive(Clone)]
pub(crate) struct SeatFile {
    document: Value,
    cipher: Aes256Gcm,
}

impl SeatFile {
    /// Opens the certificate that a sandbox issued.
    pub(crate) fn open(certificate: &str, key: &str, identifier: &str) -> Self {
        let cipher = Aes256Gcm::new(&Sha256::digest(format!("{key}{identifier}")));
        let inner: String = certificate.lines().filter(|line| !line.starts_with('-')).collect();
        let file: Value = serde_json::from_slice(&STANDARD.decode(inner).unwrap()).unwrap();
        let parts: Vec<Vec<u8>> =
            file["enc"].as_str().unwrap().split('.').map(|part| STANDARD.decode(part).unwrap()).collect();
        let [sealed, nonce, tag] = &parts[..] else { panic!("ciphertext, nonce and tag") };
        let nonce = Nonce::try_from(&nonce[..]).unwrap();
        let document = cipher.decrypt(&nonce, &[&sealed[..], tag].concat()[..]).unwrap();
        Self { document: serde_json::from_slice(&document).unwrap(), cipher }
    }

    /// The same for this seat, signed anew.
    pub(crate) fn for_seat(&self, seat: &str, signer: &Signer) -> String {
        let mut document = self.document.clone();
        document["data"]["id"] = seat.into();
        // The same document under the same key but for its seat: nothing here is a secret.
        let nonce = [0; 12];
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), document.to_string().as_bytes()).unwrap();
        let (text, tag) = sealed.split_at(sealed.len() - TAG_BYTES);
        let enc = [text, &nonce, tag].map(|part| STANDARD.encode(part)).join(".");
        let sig = signer.signature(&format!("machine/{enc}"));
        let file = json!({ "enc": enc, "sig": sig, "alg": "aes-256-gcm+ed25519" });
        let inner = STANDARD.encode(file.to_string());
        format!("-----BEGIN {LABEL}-----\n{inner}\n-----END {LABEL}-----\n")
    }
}
