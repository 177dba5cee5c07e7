//! License files through `license verify`: not genuine is a verdict, exit 1, and says why.

use std::path::Path;

use gatefold_client::verify_file;
use gatefold_tests::{Cli, root_dir};
use serde_json::Value;

use crate::studio::make_pipe;

/// A file, and what it takes to verify it.
struct Genuine {
    bytes: Vec<u8>,
    public_key: String,
    license_key: String,
    identifier: String,
}

impl Genuine {
    /// One of the vectors, which were made with OpenSSL.
    fn vector(name: &str) -> Self {
        let dir = root_dir().join("crates/license/tests/vectors");
        let facts: Value = serde_json::from_slice(&std::fs::read(dir.join("facts.json")).unwrap()).unwrap();
        let fact = |name: &str| facts[name].as_str().unwrap().to_owned();
        Self {
            bytes: std::fs::read(dir.join(name)).unwrap(),
            public_key: fact("public_key"),
            license_key: fact("license_key"),
            identifier: fact("fingerprint"),
        }
    }

    /// The reason, in this very process; none if it is genuine.
    fn reason(&self, file: &Path, bytes: &[u8]) -> Option<String> {
        std::fs::write(file, bytes).unwrap();
        let at = "2026-11-22T00:00:00Z".parse().unwrap();
        let verdict =
            verify_file(file, &self.public_key, &self.license_key, Some(&self.identifier), at).unwrap();
        (!verdict.valid).then_some(verdict.reason)
    }

    /// The object of the program, its exit code checked.
    fn verdict(&self, file: &Path) -> Value {
        let keys = ["--public-key", &self.public_key, "--license-key", &self.license_key];
        let words =
            [&["license", "verify", file.to_str().unwrap(), "--identifier", &self.identifier], &keys[..]];
        let words = words.concat();
        let cli = Cli::new(Path::new("/nonexistent")).under(["timeout", "10"]);
        let ran = cli.run(words.iter().chain(&["--json"]));
        let object = ran.json();
        let valid = object["valid"] == true;
        assert_eq!(ran.code(), Some(i32::from(!valid)), "{ran:?}");
        assert_eq!(object.get("error"), None, "{ran:?}");
        let said = cli.run(&words);
        if !valid {
            let reason = object["reason"].as_str().unwrap();
            assert!(said.text().contains(reason) && said.text().lines().count() == 2, "{said:?}");
            assert!(!said.stderr.trim().is_empty(), "a way out: {said:?}");
            assert_eq!(object["standing"], Value::Null, "{object}");
        }
        object
    }
}

const VECTORS: &[&str] = &["machine-aes.lic", "machine-base64.lic", "license-aes.lic", "license-base64.lic"];

#[test]
fn a_cut_file_is_never_genuine() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("cut.lic");
    for name in VECTORS {
        let genuine = Genuine::vector(name);
        let whole = genuine.bytes.trim_ascii_end().len();
        // Every byte of the shorter ones, a sample of the longer.
        let step = if whole < 4000 { 1 } else { 13 };
        for len in (0..whole).step_by(step) {
            let reason = genuine.reason(&file, &genuine.bytes[..len]);
            assert_eq!(reason.as_deref(), Some("license.file_malformed"), "{name}: {len} of {whole}");
        }
        // Line ends are not missed.
        assert_eq!(genuine.reason(&file, &genuine.bytes[..whole]), None, "{name}");
    }
    for len in [0, 1, 27, 100, 1000] {
        let genuine = Genuine::vector("license-aes.lic");
        std::fs::write(&file, &genuine.bytes[..len]).unwrap();
        assert_eq!(genuine.verdict(&file)["reason"], "license.file_malformed", "{len}");
    }
}

#[test]
fn a_corrupt_file_is_never_genuine() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("corrupt.lic");
    let mut reasons = std::collections::BTreeSet::new();
    for name in VECTORS {
        let genuine = Genuine::vector(name);
        for (position, bit) in (0..genuine.bytes.len()).step_by(3).zip((0..8).cycle()) {
            let mut bytes = genuine.bytes.clone();
            bytes[position] ^= 1 << bit;
            let reason = genuine.reason(&file, &bytes);
            assert!(reason.is_some(), "{name}: bit {bit} of byte {position}");
            reasons.extend(reason);
        }
    }
    for expect in ["license.file_malformed", "license.signature_invalid"] {
        assert!(reasons.contains(expect), "{reasons:?}");
    }
}

#[test]
fn what_is_no_license_file_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("other.lic");
    let genuine = Genuine::vector("machine-aes.lic");
    let text = String::from_utf8(genuine.bytes.clone()).unwrap();
    let check = |what: &str, bytes: &[u8], expect: &str| {
        std::fs::write(&file, bytes).unwrap();
        assert_eq!(genuine.verdict(&file)["reason"], expect, "{what}");
    };
    check("another label", text.replace("MACHINE", "LICENSE").as_bytes(), "license.signature_invalid");
    check("two of them", text.repeat(2).as_bytes(), "license.file_malformed");
    check(
        "a certificate",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "license.file_malformed",
    );
    check("a page", b"<!DOCTYPE html><html></html>", "license.file_malformed");
    check("no text", &[0xff, 0xfe, 0x00], "license.file_malformed");
    check(
        "UTF-16",
        &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>(),
        "license.file_malformed",
    );
    let armored = |inside: &str| {
        let body = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, inside);
        format!("-----BEGIN MACHINE FILE-----\n{body}\n-----END MACHINE FILE-----\n").into_bytes()
    };
    check("nothing inside", &armored(""), "license.file_malformed");
    check("a deep inside", &armored(&"[".repeat(100_000)), "license.file_malformed");
    check("a deep member", &armored(&format!("{{\"enc\":{}", "[".repeat(100_000))), "license.file_malformed");
    let foreign = r#"{"enc":"AAAA","sig":"AAAA","alg":"aes-256-gcm+rsa-pss-sha256"}"#;
    check("another algorithm", &armored(foreign), "license.wrong_algorithm");
    let unsigned = r#"{"enc":"AAAA.AAAA.AAAA","sig":"","alg":"aes-256-gcm+ed25519"}"#;
    check("no signature", &armored(unsigned), "license.signature_invalid");
    check("256 KiB and one", &vec![b'-'; 256 * 1024 + 1], "license.file_too_large");
    check("10 MiB", &vec![b'-'; 10 << 20], "license.file_too_large");
    check("itself", text.as_bytes(), "license.active");
}

#[test]
fn a_foreign_file_is_genuine_for_others() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("foreign.lic");
    let genuine = Genuine::vector("machine-aes.lic");
    std::fs::write(&file, &genuine.bytes).unwrap();
    let check = |what: &str, genuine: Genuine, expect: &str| {
        assert_eq!(genuine.verdict(&file)["reason"], expect, "{what}");
    };
    let vector = || Genuine::vector("machine-aes.lic");
    let server = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a".to_owned();
    check("another server", Genuine { public_key: server, ..vector() }, "license.signature_invalid");
    check(
        "another key",
        Genuine { license_key: "OTHER-KEY".into(), ..vector() },
        "license.decryption_failed",
    );
    let identifier = format!("gf1-{}", "1".repeat(64));
    check("another computer", Genuine { identifier, ..vector() }, "license.decryption_failed");
}

/// Anybody can read such a file, so the key it is asked about is compared with the one inside.
#[test]
fn a_file_in_clear_is_of_one_license() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("clear.lic");
    for name in ["machine-base64.lic", "license-base64.lic"] {
        let genuine = Genuine::vector(name);
        std::fs::write(&file, &genuine.bytes).unwrap();
        assert_eq!(genuine.verdict(&file)["valid"], true, "{name}");
        let other = Genuine { license_key: "OTHER-KEY".into(), ..genuine };
        assert_eq!(other.verdict(&file)["reason"], "license.decryption_failed", "{name}");
    }
}

/// No verdict is possible: an error with a way out.
#[test]
fn what_cannot_be_read_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let genuine = Genuine::vector("machine-aes.lic");
    let at = |name: &str| dir.path().join(name);
    std::fs::create_dir(at("folder")).unwrap();
    make_pipe(&at("pipe"));
    for path in [at("folder"), at("pipe"), at("absent"), "/dev/zero".into(), at("pipe/more")] {
        let cli = Cli::new(Path::new("/nonexistent")).under(["timeout", "10"]);
        let keys = ["--public-key", &genuine.public_key, "--license-key", &genuine.license_key];
        let words = [&["license", "verify", path.to_str().unwrap()], &keys[..]].concat();
        let (exit, error) = cli.failure(words);
        assert_eq!((exit, error["code"].as_str()), (1, Some("client.file_unreadable")), "{path:?}: {error}");
        assert!(!error["hint"].as_str().unwrap().is_empty(), "{error}");
    }
}
