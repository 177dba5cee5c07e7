//! A file's verification and standing beside the bare Ed25519 verification of the bytes that its signature covers.
//!
//! Keys are read and derived before, on both sides.

use std::hint::black_box;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use gatefold_license::{
    Binding, Expectation, FileKey, FileKind, Issuer, LicenseKey, ServerKey, assess, verify,
};
use gatefold_tests::{root_dir, skipped};
use jiff::Timestamp;
use keygen_rs::config::{KeygenConfig, set_config};
use keygen_rs::machine_file::MachineFile;
use serde_json::Value;

use crate::measure::{Measure, Report, Turns, cpu};
use crate::scene::Scene;

const TURNS: usize = 400;
const BATCH: usize = 20;

pub(crate) fn measure(scene: &Scene, report: &mut Report) {
    let sample = of_sandbox(scene);
    report.add(&sample.measure("license.sandbox", 1.4));
    report.add(&sample.beside_peer());
    match largest_vector() {
        Some(sample) => report.add(&sample.measure("license.vector", 1.8)),
        None => skipped("license.vector", "GATEFOLD_VECTORS names no folder of public vectors"),
    }
}

/// A file, and what it takes to verify it.
struct Sample {
    bytes: Vec<u8>,
    kind: FileKind,
    /// The server's key, 64 hex digits.
    server: String,
    key: LicenseKey,
    identifier: Option<String>,
}

/// The machine file that the sandbox issued and the client installed.
fn of_sandbox(scene: &Scene) -> Sample {
    Sample {
        bytes: std::fs::read(&scene.first.activated.license_file).unwrap(),
        kind: FileKind::Machine,
        server: scene.vendor.vendor().issuers()[0].public_key.clone(),
        key: LicenseKey::new(&scene.first.key).unwrap(),
        identifier: Some(scene.vendor.identifier().unwrap().to_string()),
    }
}

/// Of the public vectors that can be opened, the largest.
fn largest_vector() -> Option<Sample> {
    let folder = std::env::var_os("GATEFOLD_VECTORS")
        .map_or_else(|| root_dir().join("../shared/vectors"), PathBuf::from);
    let manifest = std::fs::read(folder.join("manifest.json")).ok()?;
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let samples = manifest["files"].as_array().unwrap().iter().filter_map(|entry| {
        let secret = entry["secret"].as_array()?;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Some(Sample {
            bytes: std::fs::read(folder.join(text(&entry["file"]))).unwrap(),
            kind: if entry["kind"] == "machine" { FileKind::Machine } else { FileKind::License },
            server: text(&manifest["public_keys"][text(&entry["key"])]),
            key: LicenseKey::new(&text(&secret[0])).unwrap(),
            identifier: secret.get(1).map(text),
        })
    });
    samples.max_by_key(|sample| sample.bytes.len())
}

impl Sample {
    fn measure(&self, name: &str, limit: f64) -> Measure {
        let whole = self.whole();
        let bare = Bare::of(&self.server.parse().unwrap(), self.kind, &self.bytes);
        let bare = || bare.verify();
        let (value, floor) = Turns::take(
            TURNS,
            |_| cpu(|| (0..BATCH).for_each(|_| whole())),
            |_| cpu(|| (0..BATCH).for_each(|_| bare())),
        )
        .least(BATCH);
        Measure { name: format!("{name} {} bytes", self.bytes.len()), value, floor, limit, unit: "µs" }
    }

    /// Verifies it and says what it is worth.
    fn whole(&self) -> impl Fn() {
        let issuers = [Issuer::of_key(self.server.parse().unwrap())];
        let file_key = match &self.identifier {
            Some(identifier) => FileKey::for_machine(&self.key, identifier),
            None => FileKey::for_license(&self.key),
        };
        let now = Timestamp::now();
        move || {
            let expectation = Expectation {
                account: None,
                product: None,
                binding: if self.kind == FileKind::Machine { Binding::Machine } else { Binding::Account },
                identifier: self.identifier.as_deref(),
                max_file_days: None,
                sunset: None,
            };
            let verified = verify(black_box(&self.bytes), self.kind, &issuers, Some(&file_key)).unwrap();
            black_box(assess(&verified, &expectation, now, None, None, &[]));
        }
    }
}

impl Sample {
    /// `keygen-rs`, which nobody here wrote, on the same machine file. It checks the signature alone: a file without an end is none
    /// that it opens, as it asks for an `expiry`. Ours opens it, reads its document and judges it.
    fn beside_peer(&self) -> Measure {
        let settings =
            KeygenConfig::license_key(String::new(), String::new(), String::new(), self.server.clone());
        set_config(settings).unwrap();
        let time = "2026-01-01T00:00:00Z";
        let file = serde_json::json!({
            "id": "", "certificate": std::str::from_utf8(&self.bytes).unwrap(), "issued": time,
            "expiry": time.replace("2026", "2999"), "ttl": 0,
        });
        let file: MachineFile = serde_json::from_value(file).unwrap();
        let whole = self.whole();
        let (value, floor) = Turns::take(
            TURNS,
            |_| cpu(|| (0..BATCH).for_each(|_| whole())),
            |_| cpu(|| (0..BATCH).for_each(|_| black_box(&file).verify().unwrap())),
        )
        .least(BATCH);
        Measure { name: "license.peer keygen-rs".to_owned(), value, floor, limit: 1.5, unit: "µs" }
    }
}

/// Key, signed bytes and signature, taken out of a file beforehand (protocol reference 6.2).
pub(crate) struct Bare {
    key: VerifyingKey,
    message: Vec<u8>,
    signature: Signature,
}

impl Bare {
    pub(crate) fn of(server: &ServerKey, kind: FileKind, file: &[u8]) -> Self {
        let text = std::str::from_utf8(file).unwrap();
        let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
        let envelope: Value = serde_json::from_slice(&STANDARD.decode(body).unwrap()).unwrap();
        let signature = STANDARD.decode(envelope["sig"].as_str().unwrap()).unwrap();
        Self {
            key: VerifyingKey::from_bytes(server.as_bytes()).unwrap(),
            message: format!("{kind}/{}", envelope["enc"].as_str().unwrap()).into_bytes(),
            signature: Signature::from_slice(&signature).unwrap(),
        }
    }

    pub(crate) fn verify(&self) {
        self.key.verify(black_box(&self.message), &self.signature).unwrap();
    }
}
