//! What appending and reading cost, at two sizes. Run by hand, alone, optimized:
//! `cargo test --release -p gatefold-ledger --test ledger -- --ignored measure --nocapture`.

use std::io;
use std::path::Path;
use std::time::Duration;

use gatefold_disclosure::Purpose;
use gatefold_ledger::{EntryId, Filter, Ledger, OutcomeClass};
use rusqlite::{Connection, params};

use crate::sample::{activation, answered, at, request, salt};

/// On a tmpfs, so that it is the processor's time that counts.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap()
}

/// The processor's time that this thread has had: other work on the computer does not count.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(stat.split_whitespace().next().unwrap().parse().unwrap())
}

/// What one call costs, and the most memory that this process held meanwhile.
struct Cost {
    what: &'static str,
    time: Duration,
    peak_kib: u64,
}

fn cost(what: &'static str, times: u32, mut work: impl FnMut()) -> Cost {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let start = cpu();
    for _ in 0..times {
        work();
    }
    let time = (cpu() - start) / times;
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    Cost { what, time, peak_kib: peak.trim().trim_end_matches(" kB").parse().unwrap() }
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

fn fill(path: &Path, size: i64) {
    let mut ledger = Ledger::open(path, at(0)).unwrap();
    let check_key = request(Purpose::CheckKey, "/check", &[]);
    let activations: Vec<_> = (0..1_000).map(|n| activation(&format!("desk-{n}"))).collect();
    for n in 1..=size {
        let sealed = if n % 100 == 7 { &check_key } else { &activations[n as usize % 1_000] };
        let recorded = ledger.append(sealed.clone(), at(n), salt(1)).unwrap();
        ledger.conclude(recorded.id(), &answered(), at(n), salt(2)).unwrap();
    }
    let start = cpu();
    while ledger.index_some(10_000).unwrap() > 0 {}
    println!("indexing {size} entries took {:?}", cpu() - start);
}

fn reading(ledger: &Ledger, size: i64) -> Vec<Cost> {
    let page = |what, filter: Filter| {
        cost(what, 200, || {
            ledger.page(&filter, 100).unwrap();
        })
    };
    let all = Filter::default;
    let search = |what, words: &str| page(what, Filter { search: Some(words.to_owned()), ..all() });
    let check_key = || Filter { purpose: Some(Purpose::CheckKey), ..all() };
    vec![
        page("newest page", all()),
        page("page in the middle", Filter { before: Some(EntryId(size / 2)), ..all() }),
        page("filter, many match", Filter { purpose: Some(Purpose::Activate), ..all() }),
        page("filter, few match", check_key()),
        page("filter, none match", Filter { outcome: Some(Some(OutcomeClass::NotSent)), ..all() }),
        search("search, all match", "sleeve"),
        search("search, a beginning that all match", "slee"),
        search("search, a long beginning that all match", "operatin"),
        search("search, a word longer than the index", "activation"),
        search("search, one in a thousand", "desk 77"),
        search("search, two words", "debian answered"),
        search("search, none match", "zzz"),
        page("search, few match, filtered", Filter { search: Some("key answ".to_owned()), ..check_key() }),
        cost("check of one", 1_000, || {
            ledger.check_entry(EntryId(size / 2)).unwrap();
        }),
        cost("one entry", 1_000, || {
            ledger.entry(EntryId(size / 2)).unwrap();
        }),
        cost("sent in the last hour", 200, || {
            ledger.counts_since(at(size - 60)).unwrap();
        }),
        cost("check of all", 1, || {
            assert!(ledger.check(None).unwrap().intact);
        }),
        cost("export of all", 1, || ledger.export_json(&mut io::sink(), at(0)).unwrap()),
    ]
}

#[test]
#[ignore = "a measurement, run by hand; takes minutes and gigabytes of memory"]
fn measure_reading() {
    let costs = [10_000, 1_000_000].map(|size| {
        let dir = folder();
        let path = dir.path().join("ledger");
        // In a process of its own, whose memory does not count here.
        fill_elsewhere(&path, size);
        reading(&Ledger::open(&path, at(0)).unwrap(), size)
    });
    let [small, large] = costs;
    for (small, large) in small.iter().zip(&large) {
        let (time, memory) = (
            large.time.as_secs_f64() / small.time.as_secs_f64(),
            large.peak_kib as f64 / small.peak_kib as f64,
        );
        println!(
            "{}: {:?}, {:?}, {time:.2} times; {} kB, {} kB, {memory:.2} times",
            small.what, small.time, large.time, small.peak_kib, large.peak_kib,
        );
    }
}

const FOLDER: &str = "GATEFOLD_TEST_FILL";

fn fill_elsewhere(path: &Path, size: i64) {
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["measure::fill_a_ledger", "--exact", "--ignored", "--nocapture"])
        .env(FOLDER, format!("{size} {}", path.display()))
        .status();
    assert!(status.unwrap().success());
}

/// Not a measurement of its own: what [`fill_elsewhere`] starts.
#[test]
#[ignore = "started by the measurement"]
fn fill_a_ledger() {
    let Ok(what) = std::env::var(FOLDER) else { return };
    let (size, path) = what.split_once(' ').unwrap();
    fill(Path::new(path), size.parse().unwrap());
}
