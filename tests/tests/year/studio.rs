//! A studio: one computer, a vendor with a product of each profile, and a clock for both.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gatefold_tests::{Cli, Ran, Sandbox, SandboxOptions, Tap, body_of, root_dir};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const DAY: SignedDuration = SignedDuration::from_hours(24);

pub(crate) fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

/// The products, and how long their files last.
pub(crate) const FOREVER: &str = "Halo Plate";
pub(crate) const SETTLED: &str = "Paper Moon";
pub(crate) const LEASED: &str = "Ninth Groove";
pub(crate) const SUBSCRIPTION: &str = "Low Tide";
/// Of the secrets.
pub(crate) const PASSPHRASE: &str = "passphrase";

pub(crate) struct Studio {
    pub(crate) sandbox: Sandbox,
    pub(crate) tap: Tap,
    dir: TempDir,
    now: Cell<Timestamp>,
}

impl Studio {
    /// Opens at a time, with nothing activated.
    pub(crate) fn opens(time: &str) -> Self {
        let sleeve = vendor_text("sleeve");
        let (before, moon) = sleeve.split_once("name = \"Paper Moon\"").unwrap();
        let moon = moon.replacen("profile = \"forever\"", "profile = \"settled\"", 1);
        Self::playing(time, &format!("{before}name = \"Paper Moon\"{moon}"))
    }

    /// The same with another vendor.
    pub(crate) fn playing(time: &str, vendor: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let manifest = dir.path().join("manifest.toml");
        std::fs::write(&manifest, vendor).unwrap();
        let clock_file = dir.path().join("now");
        std::fs::write(&clock_file, time).unwrap();
        let tap = Tap::plain();
        let sandbox = Sandbox::with(&SandboxOptions {
            manifest: Some(manifest),
            clock_file: Some(clock_file),
            public_url: Some(tap.url()),
            ..SandboxOptions::default()
        });
        tap.forward_to(&sandbox.address());
        Self { sandbox, tap, dir, now: Cell::new(at(time)) }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now.get()
    }

    /// Time goes to there, for everybody.
    pub(crate) fn comes(&self, now: Timestamp) {
        self.now.set(now);
        std::fs::write(self.dir.path().join("now"), now.to_string()).unwrap();
    }

    /// The computer, its clock right.
    pub(crate) fn cli(&self) -> Cli {
        self.by_clock(self.now())
    }

    /// The computer, its clock at some other time.
    pub(crate) fn by_clock(&self, time: Timestamp) -> Cli {
        self.in_home(&self.home(), time)
    }

    /// The same with another home.
    pub(crate) fn in_home(&self, home: &Path, time: Timestamp) -> Cli {
        Cli::new(home)
            .vendor(&self.sandbox.vendor_file())
            .env("GATEFOLD_PASSPHRASE", PASSPHRASE)
            .env("GATEFOLD_TEST_NOW", time.to_string())
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// A license of a product that can be activated.
    pub(crate) fn license(&self, product: &str) -> Value {
        let licenses = self.sandbox.ready["licenses"].as_array().unwrap();
        let usable = |license: &&Value| {
            license["product"] == product
                && ["free", "one_seat", "key_only"].iter().any(|state| license["state"] == *state)
        };
        licenses.iter().find(usable).unwrap_or_else(|| panic!("no license of {product}")).clone()
    }

    pub(crate) fn activate(&self, product: &str) -> Ran {
        let key = self.license(product)["key"].as_str().unwrap().to_owned();
        let ran = self.cli().run(["license", "activate", &key, "--yes"]);
        assert_eq!(ran.code(), Some(0), "{ran:?}");
        ran
    }

    pub(crate) fn refresh(&self, cli: &Cli, product: &str) -> Ran {
        let id = self.license(product)["license_id"].as_str().unwrap().to_owned();
        let ran = cli.run(["license", "refresh", &id, "--yes"]);
        assert_eq!(ran.code(), Some(0), "{ran:?}");
        ran
    }

    /// What each request for a file asked for, in seconds; none is for ever.
    pub(crate) fn asked_to_last(&self) -> Vec<Option<u64>> {
        let requests = self.sandbox.recorded();
        let of_file = |request: &&Vec<u8>| String::from_utf8_lossy(request).contains("/actions/check-out");
        requests.iter().filter(of_file).map(|request| body_of(request)["meta"]["ttl"].as_u64()).collect()
    }
}

/// A vendor's file as it is written.
pub(crate) fn vendor_text(id: &str) -> String {
    std::fs::read_to_string(root_dir().join(format!("vendors/{id}/vendor.toml"))).unwrap()
}

/// The licenses as the list has them, by product.
pub(crate) fn list(cli: &Cli) -> BTreeMap<String, Value> {
    let list = cli.json(["license", "list"]);
    let entries = list["entries"].as_array().unwrap().iter();
    entries.map(|entry| (entry["product"].as_str().unwrap().to_owned(), entry.clone())).collect()
}

/// The list as people read it, its lines joined.
pub(crate) fn read(cli: &Cli) -> String {
    let ran = cli.run(["license", "list"]);
    assert_eq!(ran.code(), Some(0), "{ran:?}");
    ran.text().split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(crate) fn standing(entry: &Value) -> &str {
    entry["standing"].as_str().unwrap()
}

pub(crate) fn days_left(entry: &Value) -> Option<u64> {
    entry["days_left"].as_u64()
}
