//! A withdrawal that holds, at every point of an upload: seeded cases with real processes. One sends, at a named point it pauses, dies or is
//! stopped by a signal; the vendor's collector takes, delays, refuses, resets, says nothing or gets it late; another process takes the consent
//! back, and may die on the way. Once the record of the withdrawal is on disk no byte of usage arrives at the collector's socket, nothing that
//! was counted arrives twice, and what the user is told is what happened.
//!
//! `GATEFOLD_WITHDRAWAL_SEED=N` plays case N alone and tells its story; `GATEFOLD_WITHDRAWAL_CASES=20000` plays so many.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod case;
mod collector;
#[allow(dead_code, reason = "the faults need more of it")]
#[path = "../faults/numbers.rs"]
mod numbers;
mod stage;
#[path = "../faults/story.rs"]
mod story;
mod truth;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use case::{Case, Met};
use gatefold_client::{Clock, Gatefold, Home, OpenOptions};
use stage::{HOME, Stage};
use story::Story;

/// How many cases the test command plays.
const CASES: u64 = 1_000;
/// So many failures tell enough.
const ENOUGH: usize = 5;
/// Several to a processor: who waits needs none.
const WORKERS_PER_PROCESSOR: usize = 3;

fn number(name: &str) -> Option<u64> {
    Some(std::env::var(name).ok()?.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

/// What the cases start beside the command: the window as far as it sends by itself. It looks once; without them at nothing.
#[test]
fn a_window_is_opened() {
    let Some(home) = std::env::var_os(HOME) else { return };
    let options = OpenOptions::of_environment(Home::at(home.as_ref()), Clock::system()).unwrap();
    let mut gatefold = Gatefold::open(options).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for vendor in gatefold.weekly_due().unwrap() {
        // What became of it, the record tells.
        let _ = runtime.block_on(gatefold.send_weekly(&vendor));
    }
}

#[test]
fn after_the_record_of_a_withdrawal_no_usage_leaves() {
    if let Some(seed) = number("GATEFOLD_WITHDRAWAL_SEED") {
        let mut story = Story::of(seed);
        let played = play(&mut Stage::start(), seed, &mut story);
        story.tell();
        assert!(played.is_ok(), "case {seed} failed");
        return;
    }
    let cases = number("GATEFOLD_WITHDRAWAL_CASES").unwrap_or(CASES);
    let met = all(cases);
    println!("{met:?}");
    if cases >= CASES {
        // A test in which it never comes to that shows nothing.
        for what in Met::ALL {
            assert!(
                met.get(&what).is_some_and(|count| *count >= 10),
                "{what:?} hardly came to pass: {met:?}"
            );
        }
    }
}

/// Plays cases 0 to `cases`, several at a time; what came to pass how often. After a few failures it ends.
fn all(cases: u64) -> BTreeMap<Met, usize> {
    let next = AtomicU64::new(0);
    let (met, failed) = (Mutex::new(BTreeMap::new()), Mutex::new(Vec::new()));
    let workers = WORKERS_PER_PROCESSOR * thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let mut stage = Stage::start();
                while failed.lock().unwrap().len() < ENOUGH {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= cases {
                        break;
                    }
                    let mut story = Story::of(seed);
                    match play(&mut stage, seed, &mut story) {
                        Ok(so) => *met.lock().unwrap().entry(so).or_default() += 1,
                        Err(_) => {
                            failed.lock().unwrap().push(seed);
                            story.tell();
                            // What it left may spoil the next.
                            stage = Stage::start();
                        }
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    assert!(failed.is_empty(), "cases {failed:?} failed; one alone: GATEFOLD_WITHDRAWAL_SEED=N");
    met.into_inner().unwrap()
}

/// Plays one case; how far the upload had come when the consent was taken back.
fn play(stage: &mut Stage, seed: u64, story: &mut Story) -> thread::Result<Met> {
    let played = catch_unwind(AssertUnwindSafe(|| Case::of(seed).play(stage, story)));
    played.inspect_err(|why| {
        let why = why.downcast_ref::<String>().map(String::as_str).or(why.downcast_ref().copied());
        story.add(format!("and that is wrong: {}", why.unwrap_or_default()));
    })
}
