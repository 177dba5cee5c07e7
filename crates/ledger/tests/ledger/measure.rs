//! What appending and reading cost, at two sizes. Run by hand, alone, optimized:
//! `cargo test --release -p gatefold-ledger --test ledger -- --ignored measure --nocapture`.

use std::io;
use std::time::{Duration, Instant};

use gatefold_disclosure::Purpose;
use gatefold_ledger::{EntryId, Filter, Ledger, OutcomeClass};
use rusqlite::{Connection, params};

use crate::sample::{activation, answered, at, request, salt};

/// On a tmpfs, so that it is the processor's time that counts.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap()
}

/// The user and system time that this process has had.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: u64 = fields[11..13].iter().map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}

fn each(times: u32, mut work: impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..times {
        work();
    }
    start.elapsed() / times
}

#[test]
#[ignore = "a measurement, run by hand"]
fn measure_append() {
    const TIMES: u32 = 20_000;
    let dir = folder();
    let mut ledger = Ledger::open(&dir.path().join("ledger"), at(0)).unwrap();
    let sealed = activation("studio-desk");
    let bytes = sealed.preview().bytes.clone();
    let start = cpu();
    for _ in 0..TIMES {
        ledger.append(sealed.clone(), at(1), salt(1)).unwrap();
    }
    let append = (cpu() - start) / TIMES;
    let start = cpu();
    for id in 1..=TIMES {
        ledger.conclude(EntryId(id.into()), &answered(), at(1), salt(2)).unwrap();
    }
    let conclude = (cpu() - start) / TIMES;

    let bare = Connection::open(dir.path().join("bare.db")).unwrap();
    bare.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE x (id INTEGER PRIMARY KEY, bytes BLOB)",
    )
    .unwrap();
    let start = cpu();
    for _ in 0..TIMES {
        bare.prepare_cached("INSERT INTO x (bytes) VALUES (?1)").unwrap().execute(params![bytes]).unwrap();
    }
    let floor = (cpu() - start) / TIMES;
    println!("append {append:?}, conclude {conclude:?}, bare insert of {} bytes {floor:?}", bytes.len());
    println!("append is {:.1} times the bare insert", append.as_secs_f64() / floor.as_secs_f64());
}

/// Copies the first entries' rows until there are so many; the chain over them is not a true one, which nothing that
/// is measured here looks at.
fn grow(ledger: &Ledger, path: &std::path::Path, to: i64) {
    let db = Connection::open(path.join("ledger.db")).unwrap();
    db.execute_batch("PRAGMA synchronous = OFF").unwrap();
    loop {
        let have: i64 = db.query_row("SELECT max(id) FROM line", [], |row| row.get(0)).unwrap();
        if have >= to {
            break;
        }
        let take = have.min(to - have);
        db.execute_batch(&format!(
            "BEGIN;
             INSERT INTO record SELECT seq + 2 * {have}, entry + {have}, at_ms + 60000 * {have}, vendor, purpose, carrier,
               size_bytes, outcome, prev, commitment, hash FROM record WHERE entry <= {take} ORDER BY seq;
             INSERT INTO body SELECT seq + 2 * {have}, salt, facts, bytes FROM body WHERE seq <= 2 * {take} ORDER BY seq;
             INSERT INTO line SELECT id + {have}, at_ms + 60000 * {have}, facet, entry_seq + 2 * {have},
               outcome_seq + 2 * {have}, NULL FROM line WHERE id <= {take} ORDER BY id;
             COMMIT"
        ))
        .unwrap();
    }
    let start = cpu();
    while ledger.index_some(10_000).unwrap() > 0 {}
    println!("  indexing {to} entries took {:?}", cpu() - start);
}

/// The most memory that this process held since it was last asked to forget.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
#[ignore = "a measurement, run by hand; takes minutes and gigabytes of memory"]
fn measure_reading() {
    let sizes = [10_000, 1_000_000].map(|size| {
        let dir = folder();
        let path = dir.path().join("ledger");
        let mut ledger = Ledger::open(&path, at(0)).unwrap();
        for n in 1..=1_000 {
            let sealed = match n % 100 {
                7 => request(Purpose::CheckKey, "/check", &[]),
                _ => activation(&format!("desk-{n}")),
            };
            let recorded = ledger.append(sealed, at(n), salt(1)).unwrap();
            ledger.conclude(recorded.id(), &answered(), at(n), salt(2)).unwrap();
        }
        println!("{size} entries");
        grow(&ledger, &path, size);
        drop(ledger);
        // A connection of its own, whose caches have seen nothing yet; the peak is counted from here.
        let ledger = Ledger::open(&path, at(0)).unwrap();
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        let page = |filter: Filter| {
            each(200, || {
                ledger.page(&filter, 100).unwrap();
            })
        };
        let search = |words: &str| page(Filter { search: Some(words.to_owned()), ..Filter::default() });
        let times = vec![
            ("newest page", page(Filter::default())),
            ("page in the middle", page(Filter { before: Some(EntryId(size / 2)), ..Filter::default() })),
            ("filter, many match", page(Filter { purpose: Some(Purpose::Activate), ..Filter::default() })),
            ("filter, few match", page(Filter { purpose: Some(Purpose::CheckKey), ..Filter::default() })),
            (
                "filter, none match",
                page(Filter { outcome: Some(Some(OutcomeClass::NotSent)), ..Filter::default() }),
            ),
            ("search, all match", search("sleeve")),
            ("search, a beginning that all match", search("slee")),
            ("search, a long beginning that all match", search("operatin")),
            ("search, a word longer than the index", search("activation")),
            ("search, one in a thousand", search("desk 77")),
            ("search, two words", search("studio answered")),
            ("search, none match", search("zzz")),
            (
                "search, few match, filtered",
                page(Filter {
                    purpose: Some(Purpose::CheckKey),
                    search: Some("key answ".to_owned()),
                    ..Filter::default()
                }),
            ),
            (
                "check of one",
                each(200, || {
                    ledger.check_entry(EntryId(size / 2)).unwrap();
                }),
            ),
            (
                "one entry",
                each(200, || {
                    ledger.entry(EntryId(size / 2)).unwrap();
                }),
            ),
            (
                "sent in the last hour",
                each(200, || {
                    ledger.counts_since(at(size - 60)).unwrap();
                }),
            ),
        ];
        let start = Instant::now();
        ledger.check(None).unwrap();
        println!("  check of all {:?}", start.elapsed());
        let start = Instant::now();
        ledger.export_json(&mut io::sink(), at(0)).unwrap();
        println!("  export {:?}", start.elapsed());
        println!("  at most {} kB for all of these", peak_kib());
        times
    });
    for ((what, small), (_, large)) in sizes[0].iter().zip(&sizes[1]) {
        println!("{what}: {small:?}, {large:?}, {:.2} times", large.as_secs_f64() / small.as_secs_f64());
    }
}
