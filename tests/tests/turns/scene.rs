//! A vendor with one server and then another, a studio, and a clock for all of them.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gatefold_tests::{Cli, Ran, Sandbox, SandboxOptions, signed, vendor_text};
use serde_json::Value;
use tempfile::TempDir;
use toml_edit::{DocumentMut, Table, value};

/// The first day on which the new server speaks for the vendor, and the old one no longer.
pub(crate) const MOVE: &str = "2026-12-01";
pub(crate) const BEFORE: &str = "2026-11-20T12:00:00Z";
pub(crate) const AFTER: &str = "2026-12-03T12:00:00Z";
/// The account of the demo vendor, and the one it has at the new server.
const ACCOUNT: &str = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0001";
const NEW_ACCOUNT: &str = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0002";

pub(crate) struct Scene {
    pub(crate) old: Sandbox,
    pub(crate) dir: TempDir,
    now: Cell<&'static str>,
    /// Of the vendor files that are published.
    version: Cell<i64>,
}

impl Scene {
    /// The old server alone, before the move.
    pub(crate) fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("now"), BEFORE).unwrap();
        let clock_file = Some(dir.path().join("now"));
        let old = Sandbox::with(&SandboxOptions { clock_file, ..SandboxOptions::default() });
        let version = Cell::new(old.ready["vendor_version"].as_i64().unwrap());
        Self { old, dir, now: Cell::new(BEFORE), version }
    }

    /// Time goes to there, for everybody.
    pub(crate) fn comes(&self, now: &'static str) {
        self.now.set(now);
        std::fs::write(self.dir.path().join("now"), now).unwrap();
    }

    /// Another server with the licenses and seats that the old one has now, and a key and an account of its own.
    pub(crate) fn new_server(&self) -> Sandbox {
        let manifest = self.dir.path().join("manifest.toml");
        std::fs::write(&manifest, vendor_text("sleeve").replace(ACCOUNT, NEW_ACCOUNT)).unwrap();
        Sandbox::with(&SandboxOptions {
            manifest: Some(manifest),
            moved_from: Some(self.old.data_dir()),
            clock_file: Some(self.dir.path().join("now")),
            ..SandboxOptions::default()
        })
    }

    /// The studio's computer.
    pub(crate) fn cli(&self) -> Cli {
        self.cli_at("home")
    }

    /// One with a home of its own.
    pub(crate) fn cli_at(&self, home: &str) -> Cli {
        Cli::new(&self.dir.path().join(home))
            .env("GATEFOLD_PASSPHRASE", "passphrase")
            .env("GATEFOLD_TEST_NOW", self.now.get())
    }

    /// The next version of the vendor file, signed by the root, with these issuers.
    pub(crate) fn publish(&self, issuers: impl IntoIterator<Item = Table>) -> PathBuf {
        self.version.set(self.version.get() + 1);
        let mut file = document(&self.old.vendor_file());
        file["version"] = value(self.version.get());
        let tables = file["issuer"].as_array_of_tables_mut().unwrap();
        tables.clear();
        issuers.into_iter().for_each(|issuer| tables.push(issuer));
        let path = self.dir.path().join(format!("vendor-{}.toml", self.version.get()));
        std::fs::write(&path, file.to_string()).unwrap();
        std::fs::write(format!("{}.minisig", path.display()), signed(file.to_string())).unwrap();
        path
    }
}

fn document(file: &Path) -> DocumentMut {
    std::fs::read_to_string(file).unwrap().parse().unwrap()
}

/// A sandbox as a vendor file names it.
pub(crate) fn issuer(sandbox: &Sandbox) -> Table {
    let file = document(&sandbox.vendor_file());
    file["issuer"].as_array_of_tables().unwrap().get(0).unwrap().clone()
}

/// The same, with the day before which it counts, or from which on.
pub(crate) fn with(mut issuer: Table, member: &str, day: &str) -> Table {
    issuer[member] = value(day);
    issuer
}

pub(crate) fn add(cli: &Cli, file: &Path) {
    cli.json(["vendor", "add", file.to_str().unwrap(), "--yes"]);
}

/// The licenses as the list has them, by license id.
pub(crate) fn list(cli: &Cli) -> BTreeMap<String, Value> {
    let list = cli.json(["license", "list"]);
    let entries = list["entries"].as_array().unwrap().iter();
    entries.map(|entry| (entry["license_id"].as_str().unwrap().to_owned(), entry.clone())).collect()
}

/// What people read, its lines joined.
pub(crate) fn read(ran: &Ran) -> String {
    format!("{} {}", ran.text(), ran.stderr).split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(crate) fn id_of(license: &Value) -> String {
    license["license_id"].as_str().unwrap().to_owned()
}
