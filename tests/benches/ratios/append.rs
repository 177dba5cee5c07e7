//! One append: its syncs, and its computing beside a bare insert of the same bytes.

use std::path::{Path, PathBuf};

use gatefold_disclosure::Sealed;
use gatefold_ledger::Ledger;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::child;
use crate::measure::{Measure, Report, Turns, cpu};
use gatefold_tests::sample::{activation, at, vendor};

/// Appends of the watched child; too few for SQLite to write its log back, which is left aside.
const WATCHED: usize = 20;
const TURNS: usize = 40;
/// Appends a turn: SQLite writes its log back several times in each, and in each about as often.
const BATCH: usize = 1_000;

pub(crate) fn measure(report: &mut Report) {
    if let Some(syncs) = syncs() {
        report.add(&syncs);
    }
    report.add(&computing());
}

/// One append is one sync: counted by strace, on the disk that the build is on.
fn syncs() -> Option<Measure> {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let calls = child::traced("append.syncs", &["append", dir.path().to_str().unwrap()])?;
    let value = calls.len() as f64 / WATCHED as f64;
    Some(Measure { name: "append.syncs".to_owned(), value, floor: 1.0, limit: 1.0, unit: "syncs" })
}

/// The watched child.
pub(crate) fn child(dir: &Path) {
    let mut ledger = Ledger::open(&dir.join("ledger"), at(0)).unwrap();
    let sealed = activation(&vendor(), "studio-desk");
    // The first append begins the log, which is synced once for many.
    append_all(&mut ledger, vec![sealed.clone()]);
    child::begin();
    append_all(&mut ledger, vec![sealed; WATCHED]);
    child::end();
}

/// Processor time, on a tmpfs, where a sync costs nothing.
fn computing() -> Measure {
    let dir = on_tmpfs();
    let mut ledger = Ledger::open(&dir.path().join("ledger"), at(0)).unwrap();
    let sealed = activation(&vendor(), "studio-desk");
    let bytes = sealed.preview().bytes.clone();
    let bare = bare_database(&dir.path().join("bare.db"));
    let turns = Turns::take(
        TURNS,
        |_| {
            let all = vec![sealed.clone(); BATCH];
            cpu(|| append_all(&mut ledger, all))
        },
        |_| cpu(|| (0..BATCH).for_each(|_| insert(&bare, &bytes))),
    );
    let (value, floor) = turns.least(BATCH);
    Measure { name: "append.cpu".to_owned(), value, floor, limit: 5.0, unit: "µs" }
}

fn append_all(ledger: &mut Ledger, all: Vec<Sealed>) {
    for sealed in all {
        ledger.append(sealed, at(1), [1; 32]).unwrap();
    }
}

/// A database as durable as ours, with one column of bytes.
pub(crate) fn bare_database(path: &Path) -> Connection {
    let db = Connection::open(path).unwrap();
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE bare (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;",
    )
    .unwrap();
    db
}

/// One durable commit.
pub(crate) fn insert(db: &Connection, bytes: &[u8]) {
    db.prepare_cached("INSERT INTO bare (bytes) VALUES (?1)").unwrap().execute([bytes]).unwrap();
}

/// A folder in memory, where there is one.
pub(crate) fn on_tmpfs() -> TempDir {
    let shared = PathBuf::from("/dev/shm");
    let parent = if shared.is_dir() { shared } else { std::env::temp_dir() };
    tempfile::tempdir_in(parent).unwrap()
}
