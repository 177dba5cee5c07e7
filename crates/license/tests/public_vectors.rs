//! Public known-answer vectors of the protocol. They are no part of this repository: `GATEFOLD_VECTORS` names their
//! folder, or it lies beside the checkout. Without them these tests say so and pass.

#![allow(clippy::unwrap_used, missing_docs)]

use std::io::Write as _;
use std::path::{Path, PathBuf};

use gatefold_license::{
    FileKey, FileKind, Issuer, LicenseError, LicenseKey, ServerKey, SignedReply, Verified, verify,
    verify_reply,
};
use serde_json::Value;

/// The public key of RFC 8032, section 7.1, test 1.
const FOREIGN: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors");
    let folder = std::env::var_os("GATEFOLD_VECTORS").map_or_else(beside, PathBuf::from);
    if folder.join("manifest.json").is_file() {
        return Some(folder);
    }
    let words =
        format!("SKIPPED: no vectors in {} (GATEFOLD_VECTORS names their folder)\n", folder.display());
    // Not eprintln, which a passing test keeps to itself.
    std::io::stderr().write_all(words.as_bytes()).unwrap();
    None
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// One file of the manifest.
struct Vector {
    name: String,
    bytes: Vec<u8>,
    kind: FileKind,
    issuer: Issuer,
    key: Option<FileKey>,
    expect: Value,
}

impl Vector {
    fn verify(&self, bytes: &[u8], key: &FileKey) -> Result<Verified, LicenseError> {
        verify(bytes, self.kind, std::slice::from_ref(&self.issuer), Some(key))
    }
}

fn vectors() -> Vec<Vector> {
    let Some(folder) = folder() else { return Vec::new() };
    let manifest = json(&folder.join("manifest.json"));
    let vectors = manifest["files"].as_array().unwrap().iter().map(|entry| {
        let text = |member: &str| entry[member].as_str().unwrap().to_owned();
        let public_key = manifest["public_keys"][text("key")].as_str().unwrap();
        let key = entry["secret"].as_array().map(|secret| {
            let part = |index: usize| secret.get(index).map_or("", |part| part.as_str().unwrap());
            FileKey::for_machine(&LicenseKey::new(part(0)).unwrap(), part(1))
        });
        Vector {
            bytes: std::fs::read(folder.join(text("file"))).unwrap(),
            name: text("file"),
            kind: if text("kind") == "machine" { FileKind::Machine } else { FileKind::License },
            issuer: Issuer::of_key(public_key.parse().unwrap()),
            key,
            expect: entry["expect"].clone(),
        }
    });
    let vectors: Vec<Vector> = vectors.collect();
    assert!(!vectors.is_empty());
    vectors
}

#[test]
fn every_file_with_a_public_key_says_what_is_known_of_it() {
    for vector in vectors() {
        let Some(key) = &vector.key else { continue };
        let verified =
            vector.verify(&vector.bytes, key).unwrap_or_else(|error| panic!("{}: {error}", vector.name));
        let time = |member: &str| vector.expect[member].as_str().map(|time| time.parse().unwrap());
        assert_eq!(Some(verified.issued()), time("issued"), "{}", vector.name);
        assert_eq!(verified.expiry(), time("expiry"), "{}", vector.name);
        assert_eq!(verified.ttl_secs(), vector.expect["ttl"].as_u64(), "{}", vector.name);
        assert!(verified.license().is_some(), "{}", vector.name);
        assert_eq!(verified.machine().is_some(), vector.kind == FileKind::Machine, "{}", vector.name);
        let includes =
            |kind: &str| vector.expect["included"].as_array().unwrap().iter().any(|name| name == kind);
        assert_eq!(verified.entitlements().is_empty(), !includes("entitlements"), "{}", vector.name);
    }
}

#[test]
fn a_file_whose_key_is_secret_is_genuine_and_stays_closed() {
    let some_key = FileKey::for_license(&LicenseKey::new("NOT-THE-KEY").unwrap());
    for vector in vectors() {
        // Decryption comes after the signature: getting as far as its failure means that the signature held.
        let refused = vector.verify(&vector.bytes, &some_key).map(drop);
        assert_eq!(refused, Err(LicenseError::DecryptionFailed), "{}", vector.name);
        let foreign = [Issuer::of_key(FOREIGN.parse().unwrap())];
        let refused = verify(&vector.bytes, vector.kind, &foreign, Some(&some_key)).map(drop);
        assert_eq!(refused, Err(LicenseError::SignatureInvalid), "{}", vector.name);
    }
}

#[test]
fn the_signed_message_holds_and_a_changed_one_does_not() {
    let Some(folder) = folder() else { return };
    let headers = json(&folder.join("keygen-go-webhook.headers.json"));
    let body = std::fs::read(folder.join("keygen-go-webhook-body.json")).unwrap();
    let text = |member: &str| headers[member].as_str().unwrap();
    let key: ServerKey = text("public_key").parse().unwrap();
    let reply = SignedReply {
        method: text("method"),
        target: text("request_target"),
        host: text("host"),
        date: text("date"),
        body: &body,
        header: text("keygen-signature"),
    };
    let account = text("keygen-signature").split('"').nth(1).unwrap();
    let date = verify_reply(&key, Some(account), &reply).map(|date| date.to_string());
    assert_eq!(date.as_deref(), Ok("2022-06-06T16:13:37Z"));
    let changed = [&body[..], b" "].concat();
    let refused = verify_reply(&key, Some(account), &SignedReply { body: &changed, ..reply });
    assert_eq!(refused, Err(LicenseError::ReplySignatureInvalid));
}
