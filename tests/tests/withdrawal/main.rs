//! A withdrawal that holds, at every point of an upload: seeded cases with real processes. One sends, at a named point it pauses, dies or is
//! stopped by a signal; the vendor's collector takes, delays, refuses, resets, says nothing or gets it late; another process takes the consent
//! back, and may die on the way. Once the record of the withdrawal is on disk no byte of usage arrives at the collector's socket, nothing that
//! was counted arrives twice, and what the user is told is what happened.
//!
//! `GATEFOLD_WITHDRAWAL_SEED=N` plays case N alone and tells its story; `GATEFOLD_WITHDRAWAL_CASES=20000` plays so many.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod case;
mod collector;
#[path = "../support/seeded/mod.rs"]
mod seeded;
mod stage;
mod truth;
#[path = "../support/window.rs"]
mod window;

use std::collections::BTreeMap;

use case::{Case, Met};
use seeded::Player;
use stage::Stage;

/// How many cases the test command plays.
const CASES: u64 = 1_000;

#[test]
fn after_the_record_of_a_withdrawal_no_usage_leaves() {
    let player = Player {
        named: "GATEFOLD_WITHDRAWAL",
        stage: Stage::start,
        play: &|stage, seed, story| Case::of(seed).play(stage, story),
    };
    let Some(played) = player.play(CASES) else { return };
    let mut met: BTreeMap<Met, usize> = BTreeMap::new();
    played.iter().for_each(|(_, so)| *met.entry(*so).or_default() += 1);
    println!("{met:?}");
    if played.len() as u64 >= CASES {
        // A test in which it never comes to that shows nothing.
        for what in Met::ALL {
            assert!(
                met.get(&what).is_some_and(|count| *count >= 10),
                "{what:?} hardly came to pass: {met:?}"
            );
        }
    }
}
