//! Withdrawals at any moment of a sending, by seeds: what a sender writes it writes before the record, or not at all.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use gatefold_disclosure::{Item, Purpose};
use gatefold_ledger::{Gone, Ledger, LedgerError, RecordEvent};

use crate::sample::{Home, at, salt, usage, vendor};

/// As many of them as a minute holds; `GATEFOLD_FAULT_CASES` says otherwise.
const CASES: u64 = 300;

/// Small numbers that look like chance.
fn drawn(seed: u64, of: u64) -> u64 {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (seed >> 7);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (x ^ (x >> 32)) % of
}

/// A sender that writes piece by piece, and looks at the intent before each; when it wrote last, if it wrote at all.
fn sends(mut ledger: Ledger, seed: u64, written_at: &AtomicU64, began: Instant) {
    thread::sleep(Duration::from_micros(drawn(seed, 3_000)));
    let mut recorded = match ledger.append(usage(&[(Item::Daw, "Ardour")]), at(2), salt(1)) {
        Ok(recorded) => recorded,
        Err(LedgerError::ConsentMissing { .. }) => return,
        Err(error) => panic!("seed {seed}: {error}"),
    };
    let hold = recorded.take_hold().unwrap();
    for piece in 0..1 + drawn(seed + 1, 12) {
        if hold.is_withdrawn() {
            return;
        }
        // Between look and write anything may come: the hold alone keeps the record waiting.
        thread::sleep(Duration::from_micros(drawn(seed + piece, 2_000)));
        let now = u64::try_from(began.elapsed().as_micros()).unwrap();
        written_at.fetch_max(now, Ordering::SeqCst);
    }
}

#[test]
fn after_the_record_nothing_is_written() {
    let cases =
        std::env::var("GATEFOLD_FAULT_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(CASES);
    let mut cut_off = 0;
    for seed in 0..cases {
        let mut home = Home::new();
        home.grant(&[Item::Daw], at(1));
        let (began, written_at) = (Instant::now(), Arc::new(AtomicU64::new(0)));
        let start = Arc::new(Barrier::new(3));
        let senders: Vec<_> = (0..2)
            .map(|nth| {
                let (ledger, written_at, start) = (home.again(), Arc::clone(&written_at), Arc::clone(&start));
                thread::spawn(move || {
                    start.wait();
                    sends(ledger, seed * 2 + nth, &written_at, began);
                })
            })
            .collect();
        start.wait();
        thread::sleep(Duration::from_micros(drawn(seed + 7, 5_000)));
        home.ledger.begin_withdrawal(&vendor(), Purpose::Usage, &[], at(3)).unwrap();
        let mut told = 0;
        let record = |gone: &[Gone]| {
            told = gone.len();
            (RecordEvent::Withdrawn, String::new())
        };
        assert!(home.ledger.finish_withdrawal(&vendor(), Purpose::Usage, at(3), record).unwrap());
        let recorded_at = u64::try_from(began.elapsed().as_micros()).unwrap();
        let before = written_at.load(Ordering::SeqCst);
        senders.into_iter().for_each(|sender| sender.join().unwrap());
        let after = written_at.load(Ordering::SeqCst);
        assert_eq!(before, after, "seed {seed}: written at {after} µs, recorded by {recorded_at} µs");
        // Whatever was written, the record names.
        let entries = home.ledger.page(&gatefold_ledger::Filter::default(), 10).unwrap().len();
        assert_eq!(told, entries, "seed {seed}");
        cut_off += u64::from(entries > 0);
    }
    assert!(cut_off > cases / 10 && cut_off < cases, "both happen: {cut_off} of {cases}");
}
