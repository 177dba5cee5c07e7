//! The command line's contract (design, section 9), case by case: one file a case under `cases/`.
//!
//! A case names a setup, the words, and what must come of them: exit code, stdout, stderr. Ids, times, paths, ports and
//! this computer's facts are normalized, nothing else is. `GATEFOLD_WRITE_FRESH=1` writes stdout and stderr anew, never
//! the exit code; `GATEFOLD_CASE=license-` runs the cases whose name begins so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that cannot go on stops"
)]

mod all;
mod bundles;
mod case;
mod changed;
mod closed;
mod device_name;
mod help;
mod leaving;
mod listing;
mod names;
mod normalize;
mod pages;
mod refreshing;
mod shape;
mod signing_in;
mod terminal;
mod unwritten;
mod widths;
mod world;

use std::sync::Mutex;

use case::Case;
use world::Worlds;

/// Cases at once; most of a case's time is waiting for the disk.
const AT_ONCE: usize = 4;

#[test]
fn every_case_gives_what_it_says() {
    let wanted = std::env::var("GATEFOLD_CASE").unwrap_or_default();
    let mut cases = Case::all();
    cases.retain(|case| case.name.starts_with(&wanted));
    assert!(!cases.is_empty(), "no case begins with {wanted:?}");
    let worlds = Worlds::default();
    let queue = Mutex::new(cases);
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(case) = queue.lock().unwrap().pop() else { break };
                    let found = case.run(&worlds);
                    wrong.lock().unwrap().extend(found);
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    assert!(wrong.is_empty(), "{} wrong:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

/// Every verb of the contract has a case that succeeds, one with `--json`, and one that fails.
#[test]
fn every_verb_has_its_cases() {
    let cases = Case::all();
    for verb in shape::VERBS {
        let of_verb: Vec<&Case> = cases.iter().filter(|case| case.verb() == *verb).collect();
        let has = |what: &str, test: &dyn Fn(&Case) -> bool| {
            assert!(of_verb.iter().any(|case| test(case)), "{verb}: no case {what}");
        };
        has("that succeeds in words", &|case| case.exit == 0 && !case.is_json());
        has("that succeeds with --json", &|case| case.exit == 0 && case.is_json());
        has("that fails", &|case| case.exit != 0);
    }
    for exit in 0..=3 {
        assert!(cases.iter().any(|case| case.exit == exit), "no case ends with {exit}");
    }
}
