//! The server's Ed25519 key: made at the first start, kept in the data folder, and used for answers and files
//! (protocol reference 2, 6.2). The lines that are signed are written here a second time on purpose: the client's own
//! writing of them must agree with it.

use std::fmt;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest as _, Sha256};

use crate::error::SandboxError;

const KEY_FILE: &str = "server.key";

/// Signs as the licensing server.
pub(crate) struct ServerSigner(SigningKey);

impl fmt::Debug for ServerSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerSigner")
    }
}

impl ServerSigner {
    /// The key of this data folder; made and written with mode 0600 if there is none.
    pub(crate) fn open(data_dir: &Path) -> Result<Self, SandboxError> {
        let path = data_dir.join(KEY_FILE);
        let mut seed = [0; 32];
        match std::fs::read_to_string(&path) {
            Ok(text) => hex::decode_to_slice(text.trim(), &mut seed)
                .map_err(|_| SandboxError::file(&path)(std::io::Error::other("it is not 64 hex digits")))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                random(&mut seed)?;
                let mut options = std::fs::OpenOptions::new();
                let file = options.write(true).create_new(true).mode(0o600).open(&path);
                file.and_then(|mut file| writeln!(file, "{}", hex::encode(seed)))
                    .map_err(SandboxError::file(&path))?;
            }
            Err(error) => return Err(SandboxError::file(&path)(error)),
        }
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// The public key, 64 hex digits.
    pub(crate) fn public_key(&self) -> String {
        hex::encode(self.0.verifying_key().as_bytes())
    }

    /// A signature in standard base64.
    pub(crate) fn sign(&self, message: &[u8]) -> String {
        STANDARD.encode(self.0.sign(message).to_bytes())
    }

    /// The header `keygen-signature` of an answer.
    pub(crate) fn answer_header(&self, account: &str, answer: &SignedAnswer<'_>) -> String {
        let SignedAnswer { method, target, host, date, digest } = answer;
        let method = method.to_ascii_lowercase();
        let lines =
            format!("(request-target): {method} {target}\nhost: {host}\ndate: {date}\ndigest: {digest}");
        let signature = self.sign(lines.as_bytes());
        format!(
            "keyid=\"{account}\", algorithm=\"ed25519\", signature=\"{signature}\", \
             headers=\"(request-target) host date digest\""
        )
    }
}

/// What the signature of an answer covers.
pub(crate) struct SignedAnswer<'a> {
    pub(crate) method: &'a str,
    pub(crate) target: &'a str,
    pub(crate) host: &'a str,
    pub(crate) date: &'a str,
    pub(crate) digest: &'a str,
}

/// The header `digest`.
pub(crate) fn digest(body: &[u8]) -> String {
    format!("sha-256={}", STANDARD.encode(Sha256::digest(body)))
}

/// Random bytes of the system.
pub(crate) fn random(bytes: &mut [u8]) -> Result<(), SandboxError> {
    getrandom::fill(bytes).map_err(|_| SandboxError::Randomness)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let first = ServerSigner::open(folder.path()).unwrap().public_key();
        assert_eq!(ServerSigner::open(folder.path()).unwrap().public_key(), first);
        let path = folder.path().join(KEY_FILE);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(&path, "rubbish").unwrap();
        assert_eq!(ServerSigner::open(folder.path()).unwrap_err().code(), "sandbox.file");
    }

    #[test]
    fn the_digest_of_nothing() {
        assert_eq!(digest(b""), "sha-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }
}
