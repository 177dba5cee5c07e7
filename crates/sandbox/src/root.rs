//! The key that signs the vendor file: the worthless demo root, or one that somebody tries their own plug-in with.
//!
//! It refuses a key under a password: nobody is asked for one here, and a real root key is not handed to a server for trying out.

use std::io::{Cursor, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use minisign::{KeyPair, PublicKey, PublicKeyBox, SecretKey, SecretKeyBox};

use crate::error::SandboxError;

const DEMO_ROOT_KEY: &str = include_str!("../../../vendors/demo-root.key");
const DEMO_ROOT_PUB: &str = include_str!("../../../vendors/demo-root.pub");

/// A root key, both halves.
pub(crate) struct Root {
    secret: SecretKey,
    public: PublicKey,
    comment: &'static str,
}

impl Root {
    /// That of a file; made there (mode 0600, no password) if there is none. Without a file, the demo root.
    pub(crate) fn open(file: Option<&Path>) -> Result<Self, SandboxError> {
        let Some(path) = file else { return Self::of_demo().map_err(signing) };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => made(path)?,
            Err(error) => return Err(SandboxError::file(path)(error)),
        };
        let secret = SecretKeyBox::from_string(&text).and_then(SecretKeyBox::into_unencrypted_secret_key);
        let secret = secret.map_err(|_| {
            SandboxError::Signing(format!(
                "{} is no minisign secret key without a password (minisign -G -W makes one)",
                path.display()
            ))
        })?;
        let public = PublicKey::from_secret_key(&secret).map_err(signing)?;
        Ok(Self { secret, public, comment: "signature of a vendor file of the Gatefold sandbox" })
    }

    fn of_demo() -> minisign::Result<Self> {
        Ok(Self {
            secret: SecretKeyBox::from_string(DEMO_ROOT_KEY)?.into_unencrypted_secret_key()?,
            public: PublicKeyBox::from_string(DEMO_ROOT_PUB)?.into_public_key()?,
            comment: "signature by the WORTHLESS demo root of the Gatefold sandbox",
        })
    }

    /// The line of the public half, as it is compiled into a plug-in.
    pub(crate) fn line(&self) -> String {
        self.public.to_base64()
    }

    /// The text of a detached signature.
    pub(crate) fn sign(&self, text: &str, trusted_comment: &str) -> Result<String, SandboxError> {
        let by = (Some(&self.public), &self.secret);
        let signature =
            minisign::sign(by.0, by.1, Cursor::new(text), Some(trusted_comment), Some(self.comment));
        signature.map(|signature| signature.into_string()).map_err(signing)
    }
}

/// Makes a key for trying out. What is written is the secret half.
fn made(path: &Path) -> Result<String, SandboxError> {
    let secret =
        KeyPair::generate_unencrypted_keypair().and_then(|pair| pair.sk.to_box(None)).map_err(signing)?;
    let text = secret.into_string();
    let mut options = std::fs::OpenOptions::new();
    let file = options.write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(SandboxError::file(path))?;
    Ok(text)
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it over")]
fn signing(error: minisign::PError) -> SandboxError {
    SandboxError::Signing(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use gatefold_license::RootKey;

    #[test]
    fn a_signature_holds_under_its_root_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("root.key");
        let demo = Root::open(None).unwrap();
        assert_eq!(demo.line(), DEMO_ROOT_PUB.lines().last().unwrap());
        let made = Root::open(Some(&path)).unwrap();
        // The same one at the next start.
        assert_eq!(Root::open(Some(&path)).unwrap().line(), made.line());
        assert_ne!(made.line(), demo.line());
        let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
        for (root, other) in [(&demo, &made), (&made, &demo)] {
            let signature = root.sign("text", "a comment").unwrap();
            let [key, another]: [RootKey; 2] = [root, other].map(|root| root.line().parse().unwrap());
            assert_eq!(key.verify(b"text", &signature).unwrap(), "a comment");
            assert!(key.verify(b"texts", &signature).is_err());
            assert!(another.verify(b"text", &signature).is_err());
        }
    }

    #[test]
    fn what_is_no_key_or_has_a_password_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("root.key");
        let check = |text: &str| {
            std::fs::write(&path, text).unwrap();
            let error = Root::open(Some(&path)).err().unwrap();
            assert_eq!(error.code(), "sandbox.signing");
            assert!(error.to_string().contains("without a password"), "{error}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        };
        check("");
        check("not a key");
        check(DEMO_ROOT_PUB);
        let pair = KeyPair::generate_encrypted_keypair(Some("secret".to_owned())).unwrap();
        check(&pair.sk.to_box(None).unwrap().into_string());
        let nowhere = Root::open(Some(&folder.path().join("nowhere/root.key"))).err().unwrap();
        assert_eq!(nowhere.code(), "sandbox.file");
    }
}
