//! What a worker has for all its cases: a sandbox, what stands before its collector, and two homes in which usage is shared, which are
//! copied: one whose user sends by hand, and one that sends by itself.

use std::path::{Path, PathBuf};

use gatefold_tests::{Cli, Sandbox, SandboxOptions, Usage, copy_folder, vendor};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::collector::Collector;

/// The first product of the demo vendor.
pub(crate) const PRODUCT: &str = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101";
/// How many sessions are noted in a home: so many are counted already, and so many lie in the spool.
pub(crate) const NOTED: u64 = 4;

pub(crate) struct Stage {
    sandbox: Sandbox,
    pub(crate) collector: Collector,
    by_hand: PathBuf,
    by_itself: PathBuf,
    /// The week in which they were noted is over.
    pub(crate) now: Timestamp,
    dir: TempDir,
}

/// Where a case is played.
pub(crate) struct Scene<'a> {
    pub(crate) collector: &'a Collector,
    pub(crate) cli: Cli,
    pub(crate) home: PathBuf,
    pub(crate) now: Timestamp,
    sandbox: &'a Sandbox,
}

impl Stage {
    pub(crate) fn start() -> Self {
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        let collector = Collector::listen();
        let sandbox = Sandbox::with(&SandboxOptions {
            public_url: Some(collector.url()),
            within: Some(dir.path().to_owned()),
            ..SandboxOptions::default()
        });
        collector.forward_to(&sandbox.address());
        let [by_hand, by_itself] = ["by-hand", "by-itself"].map(|name| dir.path().join(name));
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let monday = today + (7 - i64::from(today.weekday().to_monday_zero_offset())).days();
        let now = monday.to_zoned(TimeZone::UTC).unwrap().timestamp() + SignedDuration::from_hours(9);
        let stage = Self { sandbox, collector, by_hand, by_itself, now, dir };
        stage.share(&stage.by_hand, false);
        stage.share(&stage.by_itself, true);
        stage
    }

    fn share(&self, home: &Path, by_itself: bool) {
        let (cli, file) = (Cli::new(home), self.sandbox.vendor_file());
        cli.json(["vendor", "add", file.to_str().unwrap(), "--yes"]);
        cli.json(["usage", "grant", "--yes"]);
        if by_itself {
            cli.json(["usage", "weekly", "on", "--yes"]);
        }
        note(home, NOTED / 2);
        cli.json(["usage", "preview"]);
        note(home, NOTED / 2);
    }

    /// A copy of one of the two.
    pub(crate) fn before(&self, by_itself: bool) -> Scene<'_> {
        let home = self.dir.path().join("home");
        if home.exists() {
            std::fs::remove_dir_all(&home).unwrap();
        }
        // The copies have one number, which an earlier case may have had erased.
        let db = Connection::open(self.sandbox.data_dir().join("sandbox.db")).unwrap();
        db.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
        db.execute_batch("DELETE FROM usage_batches").unwrap();
        copy_folder(if by_itself { &self.by_itself } else { &self.by_hand }, &home);
        let cli = Cli::new(&home)
            .env("GATEFOLD_TEST_NOW", self.now.to_string())
            .env("GATEFOLD_TEST_TIMEOUT_SECS", "2");
        Scene { collector: &self.collector, cli, home, now: self.now, sandbox: &self.sandbox }
    }
}

impl Scene<'_> {
    /// The ledger as it is, whoever writes it.
    pub(crate) fn ledger(&self) -> Connection {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(self.home.join("ledger/ledger.db"), flags).unwrap();
        db.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
        db
    }

    pub(crate) fn spool(&self) -> PathBuf {
        usage(&self.home).spool()
    }

    pub(crate) fn consent(&self) -> PathBuf {
        usage(&self.home).consent()
    }

    /// The uploads that the vendor's collector holds, and has not erased.
    pub(crate) fn collected(&self) -> Vec<String> {
        let db = Connection::open(self.sandbox.data_dir().join("sandbox.db")).unwrap();
        let mut rows = db.prepare("SELECT id FROM usage_batches WHERE body IS NOT NULL").unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }
}

/// Consent and spool in a home.
pub(crate) fn usage(home: &Path) -> Usage {
    Usage::on(&home.join("shelf"), "sleeve", vendor("sleeve").root_key())
}

/// Sessions, as a plug-in notes them.
pub(crate) fn note(home: &Path, sessions: u64) {
    (0..sessions).for_each(|_| usage(home).note(PRODUCT, "2.1.0", "Ardour"));
}
