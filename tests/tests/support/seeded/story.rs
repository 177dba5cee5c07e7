//! What happened in a case, told line by line to whoever reads a failure.

use std::io::Write as _;

/// The story of one case.
pub(crate) struct Story {
    seed: u64,
    lines: Vec<String>,
}

impl Story {
    pub(crate) fn of(seed: u64) -> Self {
        Self { seed, lines: Vec::new() }
    }

    pub(crate) fn add(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    /// Not `eprintln`: the test runner would keep it to itself.
    pub(crate) fn tell(&self) {
        let lines = self.lines.join("\n  ");
        let _ = writeln!(std::io::stderr(), "\nCase {}:\n  {lines}\n", self.seed);
    }
}
