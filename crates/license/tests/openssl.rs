//! Both ways against the OpenSSL command line: what we accept it accepts, and what it signs we accept. Without openssl
//! these tests say so and pass.

#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../src/testing.rs"]
#[allow(dead_code)]
mod testing;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatefold_license::{
    FileKind, Issuer, LicenseError, ServerKey, SignedReply, signature, verify, verify_reply,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use testing::{SERVER_SEED, armored, file, license_document, machine_document, public_key, sign};

/// DER of Ed25519 keys (RFC 8410, section 10) up to their 32 bytes.
const PRIVATE_DER: &str = "302e020100300506032b657004220420";
const PUBLIC_DER: &str = "302a300506032b6570032100";

struct OpenSsl(TempDir);

impl OpenSsl {
    fn found() -> Option<Self> {
        // Release 3.0 is the first whose pkeyutl signs raw messages.
        let version = Command::new("openssl").arg("version").output().ok();
        let version = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        if version.is_some_and(|version| version.starts_with("OpenSSL 3")) {
            return Some(Self(TempDir::new().unwrap()));
        }
        // Not eprintln, which a passing test keeps to itself.
        std::io::stderr().write_all(b"SKIPPED: no openssl 3 on this computer to compare with\n").unwrap();
        None
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn run(&self, arguments: &[&str], paths: &[(&str, &Path)]) -> Option<Vec<u8>> {
        let mut command = Command::new("openssl");
        command.args(["pkeyutl", "-rawin", "-keyform", "DER"]).args(arguments);
        for (name, path) in paths {
            command.arg(name).arg(path);
        }
        let output = command.output().unwrap();
        output.status.success().then_some(output.stdout)
    }

    fn sign(&self, seed: &[u8; 32], message: &[u8]) -> Vec<u8> {
        let key = self.put("key.der", &[&hex::decode(PRIVATE_DER).unwrap()[..], seed].concat());
        self.run(&["-sign"], &[("-inkey", &key), ("-in", &self.put("message", message))]).unwrap()
    }

    fn holds(&self, public: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
        let key = self.put("key.der", &[&hex::decode(PUBLIC_DER).unwrap()[..], public].concat());
        let (message, signature) = (self.put("message", message), self.put("signature", signature));
        let paths = [("-inkey", &*key), ("-in", &*message), ("-sigfile", &*signature)];
        self.run(&["-verify", "-pubin"], &paths).is_some()
    }
}

fn issuer() -> Issuer {
    Issuer::of_key(ServerKey::from_bytes(&public_key(&SERVER_SEED)).unwrap())
}

#[test]
fn what_openssl_signs_verifies_here() {
    let Some(openssl) = OpenSsl::found() else { return };
    let check = |kind: FileKind, document: &Value, seed: &[u8; 32], expect: Result<(), LicenseError>| {
        let enc = STANDARD.encode(document.to_string());
        let sig = STANDARD.encode(openssl.sign(seed, format!("{kind}/{enc}").as_bytes()));
        let bytes = armored(&kind.to_string(), &json!({"enc": enc, "sig": sig, "alg": "base64+ed25519"}));
        assert_eq!(verify(&bytes, kind, &[issuer()], None).map(drop), expect);
    };
    check(FileKind::License, &license_document(), &SERVER_SEED, Ok(()));
    check(FileKind::Machine, &machine_document(), &SERVER_SEED, Ok(()));
    check(FileKind::Machine, &machine_document(), &[8; 32], Err(LicenseError::SignatureInvalid));
}

#[test]
fn what_verifies_here_verifies_with_openssl() {
    let Some(openssl) = OpenSsl::found() else { return };
    let public = public_key(&SERVER_SEED);
    for (kind, document) in [(FileKind::License, license_document()), (FileKind::Machine, machine_document())]
    {
        let bytes = file(&kind.to_string(), &document, None);
        assert!(verify(&bytes, kind, &[issuer()], None).is_ok());
        let body: String =
            str::from_utf8(&bytes).unwrap().lines().filter(|line| !line.starts_with('-')).collect();
        let envelope: Value = serde_json::from_slice(&STANDARD.decode(body).unwrap()).unwrap();
        let message = format!("{kind}/{}", envelope["enc"].as_str().unwrap());
        let signature = STANDARD.decode(envelope["sig"].as_str().unwrap()).unwrap();
        assert!(openssl.holds(&public, message.as_bytes(), &signature));
        assert!(!openssl.holds(&public, &message.as_bytes()[1..], &signature));
    }
}

#[test]
fn both_agree_on_every_changed_bit_of_a_signature() {
    let Some(openssl) = OpenSsl::found() else { return };
    let (public, message) = (public_key(&SERVER_SEED), b"key/aW52ZW50ZWQ=");
    let good = sign(&SERVER_SEED, message);
    for byte in (0..64).step_by(3) {
        let mut signature = good;
        signature[byte] ^= 0x80;
        let text =
            format!("key/aW52ZW50ZWQ=.{}", base64::engine::general_purpose::URL_SAFE.encode(signature));
        let key = gatefold_license::LicenseKey::new(&text).unwrap();
        let ours = gatefold_license::SignedKey::verify(&key, &issuer().public_key).is_ok();
        assert_eq!((ours, openssl.holds(&public, message, &signature)), (false, false), "byte {byte}");
    }
}

#[test]
fn a_reply_signed_by_openssl_holds() {
    let Some(openssl) = OpenSsl::found() else { return };
    let mut reply = SignedReply {
        method: "POST",
        target: "/v1/licenses/actions/validate-key",
        host: "license.sleeve.example",
        date: "Wed, 04 Mar 2026 05:06:07 GMT",
        body: b"{}",
        header: "",
    };
    let signature = openssl.sign(&SERVER_SEED, signature::signing_text(&reply).unwrap().as_bytes());
    let header = format!(
        "algorithm=\"ed25519\", signature=\"{}\", headers=\"(request-target) host date digest\"",
        STANDARD.encode(signature)
    );
    reply.header = &header;
    assert!(verify_reply(&issuer().public_key, None, &reply).is_ok());
    reply.body = b"{ }";
    assert_eq!(verify_reply(&issuer().public_key, None, &reply), Err(LicenseError::ReplySignatureInvalid));
}
