//! A user with plug-ins of one vendor, the vendor's collector, and a tap between them.

use std::time::{Duration, Instant};

use gatefold_tests::{Cli, Sandbox, SandboxOptions, Tap, Usage, vendor};
use serde_json::Value;
use tempfile::TempDir;

/// The first product of the demo vendor.
pub(crate) const PRODUCT: &str = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101";

pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
    pub(crate) tap: Tap,
    pub(crate) cli: Cli,
    pub(crate) usage: Usage,
    pub(crate) home: TempDir,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let tap = Tap::plain();
        let options = SandboxOptions { public_url: Some(tap.url()), ..SandboxOptions::default() };
        let sandbox = Sandbox::with(&options);
        tap.forward_to(&sandbox.address());
        let home = tempfile::tempdir().unwrap();
        let cli = Cli::new(home.path()).vendor(&sandbox.vendor_file());
        let usage = Usage::on(&home.path().join("shelf"), "sleeve", vendor("sleeve").root_key());
        Self { sandbox, tap, cli, usage, home }
    }

    /// Everything is shared.
    pub(crate) fn sharing() -> Self {
        let scene = Self::new();
        scene.cli.json(["usage", "grant", "--yes"]);
        scene
    }

    /// Everything is shared, and there is something to send.
    pub(crate) fn with_sessions(count: usize) -> Self {
        let scene = Self::sharing();
        scene.note(count);
        scene
    }

    pub(crate) fn note(&self, count: usize) {
        (0..count).for_each(|_| self.usage.note(PRODUCT, "2.1.0", "Ardour"));
    }

    pub(crate) fn status(&self) -> Value {
        self.cli.json(["usage", "status"])
    }

    pub(crate) fn state(&self) -> String {
        self.status()["state"].as_str().unwrap().to_owned()
    }

    /// How many requests reached the collector, or whoever stands before it.
    pub(crate) fn arrived(&self) -> usize {
        self.tap.seen().len()
    }

    /// How many sessions would be sent next.
    pub(crate) fn pending(&self) -> u64 {
        let status = self.status();
        status["pending"].as_array().unwrap().iter().map(|line| line["sessions"].as_u64().unwrap_or(0)).sum()
    }

    /// The code of a verb that fails.
    pub(crate) fn fails(&self, words: &[&str]) -> String {
        self.cli.failure(words).1["code"].as_str().unwrap().to_owned()
    }

    pub(crate) fn send(&self) -> Value {
        self.cli.json(["usage", "send", "--yes"])
    }

    /// Nothing of usage leaves, whatever is tried.
    pub(crate) fn sends_nothing(&self) {
        let before = self.arrived();
        let ran = self.cli.run(["usage", "send", "--yes"]);
        assert_ne!(ran.code(), Some(0), "{ran:?}");
        assert_eq!(self.arrived(), before, "{ran:?}");
    }

    /// How many times the ledger says that usage may have left.
    pub(crate) fn left(&self) -> usize {
        let entries = self.cli.json(["ledger", "list", "--optional"]);
        let entries = entries["entries"].as_array().unwrap();
        entries.iter().filter(|entry| entry["outcome"] != "not_sent").count()
    }

    /// Whether the ledger has an entry, whatever became of it.
    pub(crate) fn has_entry(&self) -> bool {
        self.lines() > 0
    }

    /// How many lines the ledger has, as it is just now.
    pub(crate) fn lines(&self) -> i64 {
        let ledger = rusqlite::Connection::open(self.home.path().join("ledger/ledger.db")).unwrap();
        let sql = "SELECT count(*) FROM line";
        ledger.query_row(sql, [], |row| row.get(0)).unwrap_or(0)
    }

    /// The ids of the uploads that the collector holds, and has not erased.
    pub(crate) fn collected(&self) -> Vec<String> {
        let db = rusqlite::Connection::open(self.sandbox.data_dir().join("sandbox.db")).unwrap();
        let mut rows =
            db.prepare("SELECT id FROM usage_batches WHERE body IS NOT NULL ORDER BY received").unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }
}

/// Waits until it is so.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A crash point that waits for so many milliseconds.
pub(crate) fn pausing(cli: &Cli, point: &str, millis: u32) -> Cli {
    cli.clone().env("FAILPOINTS", format!("{point}=sleep({millis})"))
}
