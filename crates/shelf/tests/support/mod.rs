//! Invented files, really signed, and vendors with roots of their own.
#![allow(dead_code, unused_imports, clippy::unwrap_used)]

#[path = "../../../license/src/testing.rs"]
mod testing;

use std::io::Cursor;
use std::path::{Path, PathBuf};

use gatefold_license::{
    FileKey, FileKind, Issuer, LicenseKey, RootKey, ServerKey, Unlock, Verified, Vouched, verify,
};
use gatefold_shelf::{Shelf, VendorShelf};
use minisign::KeyPair;
use serde_json::{Value, json};

pub(crate) use testing::{FINGERPRINT, LICENSE};

pub(crate) const MACHINE_ID: &str = "3f1c9a7e5b2d4860a1b2c3d4e5f60718";
pub(crate) const OTHER_FINGERPRINT: &str =
    "gf1-2222222222222222222222222222222222222222222222222222222222222222";

/// A vendor with a root key made for the test.
pub(crate) struct Root {
    pair: KeyPair,
}

impl Root {
    pub(crate) fn new() -> Self {
        Self { pair: KeyPair::generate_unencrypted_keypair().unwrap() }
    }

    pub(crate) fn key(&self) -> RootKey {
        self.pair.pk.to_box().unwrap().into_string().parse().unwrap()
    }

    pub(crate) fn sign(&self, bytes: &[u8]) -> String {
        minisign::sign(None, &self.pair.sk, Cursor::new(bytes), None, None).unwrap().into_string()
    }

    pub(crate) fn vouched(&self, bytes: &[u8]) -> Vouched {
        self.key().vouch(bytes.to_vec(), self.sign(bytes)).unwrap()
    }

    pub(crate) fn shelf(&self, home: &Path) -> VendorShelf {
        Shelf::at(home).vendor("sleeve", &self.key()).unwrap()
    }

    pub(crate) fn unlock(&self) -> Unlock {
        let key = FileKey::for_machine(&LicenseKey::new(testing::KEY).unwrap(), FINGERPRINT);
        Unlock::seal(&key, &self.key(), MACHINE_ID, [9; 12])
    }
}

fn verified(kind: FileKind, document: &Value, secret: Option<(String, FileKey)>) -> Verified {
    let issuer = Issuer::of_key(ServerKey::from_bytes(&testing::public_key(&testing::SERVER_SEED)).unwrap());
    let bytes = testing::file(&kind.to_string(), document, secret.as_ref().map(|(text, _)| text.as_str()));
    verify(&bytes, kind, &[issuer], secret.as_ref().map(|(_, key)| key)).unwrap()
}

fn machine(document: &Value, fingerprint: &str) -> Verified {
    let key = LicenseKey::new(testing::KEY).unwrap();
    let secret = (format!("{}{fingerprint}", testing::KEY), FileKey::for_machine(&key, fingerprint));
    verified(FileKind::Machine, document, Some(secret))
}

/// A machine file of the computer `fingerprint`, issued at `issued`.
pub(crate) fn machine_file(fingerprint: &str, issued: &str) -> Verified {
    let mut document = testing::machine_document();
    document["data"]["attributes"]["fingerprint"] = json!(fingerprint);
    document["meta"]["issued"] = json!(issued);
    machine(&document, fingerprint)
}

/// A machine file that was asked for without its license.
pub(crate) fn incomplete_file() -> Verified {
    let mut document = testing::machine_document();
    document["included"] = json!([]);
    machine(&document, FINGERPRINT)
}

/// A machine file whose license id is `id`.
pub(crate) fn file_of_license(id: &str) -> Verified {
    let mut document = testing::machine_document();
    document["data"]["relationships"]["license"]["data"]["id"] = json!(id);
    document["included"][1]["id"] = json!(id);
    machine(&document, FINGERPRINT)
}

/// A license file of the account, sealed.
pub(crate) fn account_file() -> Verified {
    let key = LicenseKey::new(testing::KEY).unwrap();
    let secret = (testing::KEY.to_owned(), FileKey::for_license(&key));
    verified(FileKind::License, &testing::license_document(), Some(secret))
}

/// A license file that is not encrypted.
pub(crate) fn clear_file() -> Verified {
    verified(FileKind::License, &testing::license_document(), None)
}

/// Every file under `dir`, sorted, with paths from there; lock files aside.
pub(crate) fn tree(dir: &Path) -> Vec<String> {
    fn walk(dir: &Path, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, into) } else { into.push(path) }
        }
    }
    let mut files = Vec::new();
    walk(dir, &mut files);
    let mut names: Vec<String> = files
        .iter()
        .map(|path| path.strip_prefix(dir).unwrap().to_str().unwrap().to_owned())
        .filter(|name| !name.ends_with(".lock"))
        .collect();
    names.sort();
    names
}
