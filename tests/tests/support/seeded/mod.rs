//! Cases by number, several at a time, each in what its worker has for all of its cases. A case that fails tells its story, and can be
//! played alone by its number.

#![allow(dead_code, reason = "each target uses its part")]

mod numbers;
mod story;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

pub(crate) use numbers::Numbers;
pub(crate) use story::Story;

/// So many failures tell enough.
const ENOUGH: usize = 5;
/// Several to a processor: who waits needs none.
const WORKERS_PER_PROCESSOR: usize = 3;

/// How cases are played.
pub(crate) struct Player<'a, S, M> {
    /// Of the variables: `…_SEED=N` plays case N alone and tells its story, `…_CASES=N` so many.
    pub(crate) named: &'static str,
    /// What a worker has.
    pub(crate) stage: fn() -> S,
    /// Plays a case; what it came to.
    pub(crate) play: &'a (dyn Fn(&mut S, u64, &mut Story) -> M + Sync),
}

impl<S, M: Send> Player<'_, S, M> {
    /// Plays the one that was named, or else so many as were, or `cases`. What each came to, by its number; none of one alone.
    pub(crate) fn play(&self, cases: u64) -> Option<Vec<(u64, M)>> {
        if let Some(seed) = self.number("SEED") {
            let mut story = Story::of(seed);
            let played = self.one(&mut (self.stage)(), seed, &mut story);
            story.tell();
            assert!(played.is_ok(), "case {seed} failed");
            return None;
        }
        Some(self.all(self.number("CASES").unwrap_or(cases)))
    }

    fn number(&self, what: &str) -> Option<u64> {
        let name = format!("{}_{what}", self.named);
        Some(std::env::var(&name).ok()?.parse().unwrap_or_else(|_| panic!("{name} is no number")))
    }

    /// Plays cases 0 to `cases`, several at a time. After a few failures it ends.
    fn all(&self, cases: u64) -> Vec<(u64, M)> {
        let next = AtomicU64::new(0);
        let (met, failed) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
        let workers = WORKERS_PER_PROCESSOR * thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| {
                    let mut stage = (self.stage)();
                    while failed.lock().unwrap().len() < ENOUGH {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= cases {
                            break;
                        }
                        let mut story = Story::of(seed);
                        match self.one(&mut stage, seed, &mut story) {
                            Ok(so) => met.lock().unwrap().push((seed, so)),
                            Err(_) => {
                                failed.lock().unwrap().push(seed);
                                story.tell();
                                // What it left may spoil the next.
                                stage = (self.stage)();
                            }
                        }
                    }
                });
            }
        });
        let failed = failed.into_inner().unwrap();
        assert!(failed.is_empty(), "cases {failed:?} failed; one alone: {}_SEED=N", self.named);
        met.into_inner().unwrap()
    }

    fn one(&self, stage: &mut S, seed: u64, story: &mut Story) -> thread::Result<M> {
        let played = catch_unwind(AssertUnwindSafe(|| (self.play)(stage, seed, story)));
        played.inspect_err(|why| {
            let why = why.downcast_ref::<String>().map(String::as_str).or(why.downcast_ref().copied());
            story.add(format!("and that is wrong: {}", why.unwrap_or_default()));
        })
    }
}
