//! Idempotent through anything (decision 0025): seeded cases, each one command or two of the user's against a server that
//! drops, delays, doubles, cuts, resets, refuses and lies, by a program that dies at any of its named points. Then the user
//! goes on as a user would. What the server holds is what the user sees, nothing is lost, nothing is doubled.
//!
//! `GATEFOLD_FAULT_SEED=N` plays case N alone and tells its story; `GATEFOLD_FAULT_CASES=20000` plays so many.

mod act;
mod case;
mod fault;
mod heal;
mod home;
mod late;
mod menu;
mod numbers;
mod server;
mod stage;
mod story;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use case::Case;
use menu::Menu;
use stage::Stage;
use story::Story;

/// How many cases the test command plays.
const CASES: u64 = 2_000;

/// So many failures tell enough.
const ENOUGH: usize = 5;

/// Several to a processor: who waits for a silent server needs none.
const WORKERS_PER_PROCESSOR: usize = 3;

fn number(name: &str) -> Option<u64> {
    Some(std::env::var(name).ok()?.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

#[test]
fn whatever_happens_the_servers_seats_are_those_that_the_user_sees() {
    let menu = Menu::whole();
    if let Some(seed) = number("GATEFOLD_FAULT_SEED") {
        let mut story = Story::of(seed);
        let played = play(&mut Stage::start(), &menu, seed, &mut story);
        story.tell();
        assert!(played.is_ok(), "case {seed} failed");
        return;
    }
    let cases = number("GATEFOLD_FAULT_CASES").unwrap_or(CASES);
    let met = all(&menu, cases);
    if cases >= menu.len() {
        menu.assert_all_met(&met);
    }
}

/// Plays cases 0 to `cases`, several at a time; what was met. After a few failures it ends.
fn all(menu: &Menu, cases: u64) -> BTreeSet<usize> {
    let next = AtomicU64::new(0);
    let (met, failed) = (Mutex::new(BTreeSet::new()), Mutex::new(Vec::new()));
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
                    match play(&mut stage, menu, seed, &mut story) {
                        Ok(true) => drop(met.lock().unwrap().insert(menu.position(seed))),
                        Ok(false) => {}
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
    assert!(failed.is_empty(), "cases {failed:?} failed; one alone: GATEFOLD_FAULT_SEED=N");
    met.into_inner().unwrap()
}

/// Plays one case; whether what it is about happened.
fn play(stage: &mut Stage, menu: &Menu, seed: u64, story: &mut Story) -> thread::Result<bool> {
    let played = catch_unwind(AssertUnwindSafe(|| Case::of(menu, seed).play(stage, story)));
    played.inspect_err(|why| {
        let why = why.downcast_ref::<String>().map(String::as_str).or(why.downcast_ref().copied());
        story.add(format!("and that is wrong: {}", why.unwrap_or_default()));
    })
}
