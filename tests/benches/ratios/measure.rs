//! A measure, and how its two sides are taken.
//!
//! Value and floor are taken in turns (A B A B …), so that a slow moment of the machine hits both. Pure computation, the
//! same in every turn, is summed up by its least time: noise only ever adds. What looks at another place in every turn,
//! or waits for a disk, is summed up by its median: the warmest page and the luckiest sync are nobody's usual day.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};
use serde_json::json;

/// What something costs, and what its floor costs.
pub(crate) struct Measure {
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) floor: f64,
    /// The ratio that it should not exceed.
    pub(crate) limit: f64,
    pub(crate) unit: &'static str,
}

/// Prints measures as they come: one JSON object a line, or a table.
pub(crate) struct Report {
    json: bool,
    /// Whether the table has its head.
    begun: bool,
}

impl Report {
    pub(crate) fn new(json: bool) -> Self {
        Self { json, begun: false }
    }

    pub(crate) fn add(&mut self, measure: &Measure) {
        let Measure { name, value, floor, limit, unit } = measure;
        let ratio = value / floor;
        if self.json {
            let round = |number: f64| (number * 1_000.0).round() / 1_000.0;
            let line = json!({
                "name": name, "value": round(*value), "floor": round(*floor), "ratio": round(ratio),
                "limit": limit, "unit": unit,
            });
            println!("{line}");
            return;
        }
        if !self.begun {
            println!(
                "{:<34}{:>12}{:>12}  {:<6}{:>7}{:>7}",
                "measure", "value", "floor", "", "ratio", "limit"
            );
            self.begun = true;
        }
        let mark = if ratio > *limit { "  ABOVE" } else { "" };
        println!("{name:<34}{value:>12.2}{floor:>12.2}  {unit:<6}{ratio:>7.2}{limit:>7.2}{mark}");
    }
}

/// The times of both sides, turn by turn.
pub(crate) struct Turns {
    ours: Vec<Duration>,
    floor: Vec<Duration>,
}

impl Turns {
    /// Takes both sides in turns; each is told the number of the turn and says how long it took.
    pub(crate) fn take(
        turns: usize,
        mut ours: impl FnMut(usize) -> Duration,
        mut floor: impl FnMut(usize) -> Duration,
    ) -> Self {
        let mut taken = Self { ours: Vec::with_capacity(turns), floor: Vec::with_capacity(turns) };
        for turn in 0..turns {
            taken.ours.push(ours(turn));
            taken.floor.push(floor(turn));
        }
        taken
    }

    /// The least of each side, in microseconds, divided by how often the work was done in a turn.
    pub(crate) fn least(&self, times: usize) -> (f64, f64) {
        let least = |side: &[Duration]| micros(side.iter().min().copied().unwrap_or_default()) / times as f64;
        (least(&self.ours), least(&self.floor))
    }

    /// The median of each side, in microseconds.
    pub(crate) fn median(mut self) -> (f64, f64) {
        let median = |side: &mut [Duration]| {
            side.sort_unstable();
            micros(side.get(side.len() / 2).copied().unwrap_or_default())
        };
        (median(&mut self.ours), median(&mut self.floor))
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// How long some work takes by the clock.
pub(crate) fn clock(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// How long this thread computes for some work, in the program and in the kernel on its behalf.
pub(crate) fn cpu(work: impl FnOnce()) -> Duration {
    let start = thread_time();
    work();
    thread_time() - start
}

fn thread_time() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap()
}
