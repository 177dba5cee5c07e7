//! Much of everything: a ledger of as many entries as wanted, a vendor with as many products.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use gatefold_disclosure::{Item, Json, Method, Payload, Purpose, Sealed, Vendor};
use gatefold_ledger::{Ledger, Outcome, OutcomeClass};
use jiff::{Timestamp, ToSpan};
use minisign::KeyPair;

use crate::programs::root_dir;

/// 2026-11-22 at noon, and so many seconds.
///
/// # Panics
/// Never: it is a date.
pub fn at(seconds: i64) -> Timestamp {
    "2026-11-22T12:00:00Z".parse::<Timestamp>().unwrap() + seconds.seconds()
}

/// The vendor that the requests go to.
///
/// # Panics
/// Never: it is ours.
pub fn vendor() -> Vendor {
    Vendor::parse(include_str!("../../vendors/sleeve/vendor.toml")).unwrap()
}

/// An activation that names a computer: one secret, two items.
pub fn activation(vendor: &Vendor, device_name: &str) -> Sealed {
    let items = [(Item::DeviceName, device_name), (Item::Os, "Debian GNU/Linux 12")];
    request(vendor, Purpose::Activate, "/machines", &items)
}

/// A check of a key.
pub fn check(vendor: &Vendor) -> Sealed {
    request(vendor, Purpose::CheckKey, "/check", &[])
}

fn request(vendor: &Vendor, purpose: Purpose, path: &'static str, items: &[(Item, &str)]) -> Sealed {
    let key = vendor.declare(purpose, Item::LicenseKey, "SLEEVE-7H3K-QQQQ-9999").unwrap();
    let fields = items.iter().map(|(item, value)| {
        let value = vendor.declare(purpose, *item, *value).unwrap();
        (item.id(), Json::text(value))
    });
    let payload = Payload {
        purpose,
        method: Method::Post,
        origin: vendor.issuers()[0].hosts[0].clone(),
        target: vec![path.into()],
        headers: vec![("authorization", vec!["License ".into(), key.into()])],
        body: Some(("application/json", Json::object(fields.collect::<Vec<_>>()))),
    };
    payload.seal(vendor).unwrap()
}

/// Appends and concludes, as a request that was answered.
///
/// # Panics
/// When the ledger refuses.
pub fn send(ledger: &mut Ledger, sealed: Sealed, second: i64) {
    let mut salt = [1; 32];
    salt[..8].copy_from_slice(&second.to_le_bytes());
    let recorded = ledger.append(sealed, at(second), salt).unwrap();
    let outcome = Outcome {
        class: OutcomeClass::Answered,
        peer: Some("192.0.2.7:443".to_owned()),
        peers: vec!["192.0.2.7:443".to_owned()],
        network: None,
        status: Some(201),
        code: None,
        response_len_bytes: Some(812),
    };
    ledger.conclude(recorded.id(), &outcome, at(second), salt).unwrap();
}

/// Every so many entries of [`fill`] one is a check of a key; all others are activations.
pub const RARE: i64 = 100;

/// A ledger of so many entries, made as any user's would be, by appending and concluding; its search index is up to date.
///
/// # Panics
/// When the ledger refuses.
pub fn fill(ledger: &mut Ledger, entries: i64) {
    let vendor = vendor();
    for id in 1..=entries {
        let sealed = match id % RARE {
            0 => check(&vendor),
            _ => activation(&vendor, &format!("studio-{id:07}")),
        };
        send(ledger, sealed, id);
    }
    // In small steps, as searches do it.
    while ledger.index_some(500).unwrap() > 0 {}
}

const FIRST: &[&str] = &[
    "Amber", "Blue", "Cold", "Copper", "Dusty", "Early", "Faded", "Glass", "Hollow", "Iron", "Late",
    "Little", "Long", "Lunar", "Narrow", "Night", "Open", "Pale", "Quiet", "Rapid", "Silver", "Slow",
    "Velvet", "Warm", "Wide",
];
const SECOND: &[&str] = &[
    "Arcade", "Bloom", "Canyon", "Drift", "Echo", "Fountain", "Garden", "Harbor", "Lantern", "Meadow",
    "Mirror", "Orbit", "Parade", "Quarry", "Ribbon", "Signal", "Static", "Thread", "Timber", "Weather",
];
const KINDS: &[&str] = &[
    "Reverb",
    "Delay",
    "Compressor",
    "Equalizer",
    "Drum machine",
    "Sampler",
    "Electric piano",
    "Tape echo",
    "Chorus",
    "String machine",
    "Bass synthesizer",
    "Vinyl saturation",
];

/// A vendor's file with so many products, 500 at most, signed by a root of its own that nobody keeps; in a folder.
///
/// # Panics
/// When it cannot be written.
pub fn catalog(dir: &Path, products: usize) -> PathBuf {
    let root = KeyPair::generate_unencrypted_keypair().unwrap();
    let text = std::fs::read_to_string(root_dir().join("vendors/sleeve/vendor.toml")).unwrap();
    let (before, rest) = text.split_once("[[product]]").unwrap();
    let after = &rest[rest.find("[license_key]").unwrap()..];
    let before = before
        .replace("id = \"sleeve\"", "id = \"crates\"")
        .replace("\"Sleeve Audio\"", "\"Crate Diggers\"")
        .lines()
        .map(|line| match line.starts_with("root_key") {
            true => format!("root_key = \"{}\"\n", root.pk.to_base64()),
            false => format!("{line}\n"),
        })
        .collect::<String>();
    let mut all = String::new();
    for n in 0..products {
        let (first, second) = (n % FIRST.len(), n / FIRST.len());
        // Each pair once, and neighbors of different kinds.
        let (first, second) = (FIRST[first], SECOND[(second + 3 * first) % SECOND.len()]);
        let code = format!("{first}-{second}").to_lowercase();
        let (kind, version) = (KINDS[n % KINDS.len()], format!("{}.{}.{}", 1 + n % 4, n % 10, n % 7));
        // The file declares what a trial sends, so something can be tried.
        let trial = if n == 0 { "trial_days = 14\n" } else { "" };
        let _ = write!(
            all,
            "[[product]]\nid = \"5e1ee7e0-33aa-4a5b-8c11-{n:012x}\"\ncode = \"{code}\"\nname = \"{first} {second}\"\n\
             kind = \"{kind}\"\nversion = \"{version}\"\nprofile = \"forever\"\n{trial}\n"
        );
    }
    let text = before + &all + after;
    let path = dir.join("vendor.toml");
    std::fs::write(&path, &text).unwrap();
    let signature = minisign::sign(None, &root.sk, text.as_bytes(), Some("for a test"), None).unwrap();
    std::fs::write(dir.join("vendor.toml.minisig"), signature.into_string()).unwrap();
    path
}
