//! A log, seen line by line: counts, failures, and its newest lines. It never holds more, however long the log is.

use std::collections::{BTreeMap, VecDeque};

use memchr::memmem;
use serde_json::Value;

use super::contents::shown;
use super::visible::line;
use crate::formats::LogLine;

/// How many lines are read.
pub(super) const MAX_LINES: u64 = 10_000_000;
/// How many of the newest are kept.
const KEPT: usize = 500;
/// How many codes are told apart.
const MAX_CODES: usize = 200;
/// A longer line is counted and not read.
const MAX_LINE_BYTES: usize = 256 << 10;

/// A failure that the log tells of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Failure {
    /// How often.
    pub(crate) count: u64,
    /// When, at last.
    pub(crate) last_at: String,
}

/// What was seen of a log.
#[derive(Clone, Debug, Default)]
pub(crate) struct LogSeen {
    /// Lines that were read.
    pub(crate) lines: u64,
    /// Lines that are none of a log.
    pub(crate) unreadable: u64,
    /// Whether there are more lines than are read.
    pub(crate) cut: bool,
    /// By code.
    pub(crate) failures: BTreeMap<String, Failure>,
    /// The newest lines, as they stand.
    newest: VecDeque<Vec<u8>>,
}

impl LogSeen {
    /// Sees one line, without its end. Only lines that tell of a failure are taken apart.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        if self.lines >= MAX_LINES {
            self.cut = true;
            return;
        }
        self.lines += 1;
        if bytes.len() > MAX_LINE_BYTES || !bytes.starts_with(b"{") {
            self.unreadable += 1;
            return;
        }
        if memmem::find(bytes, b"WARN").is_some() || memmem::find(bytes, b"ERROR").is_some() {
            match read(bytes) {
                Some(event) => self.note(&event),
                None => self.unreadable += 1,
            }
        }
        // The oldest makes room, and lends its own.
        let mut line =
            if self.newest.len() == KEPT { self.newest.pop_front() } else { None }.unwrap_or_default();
        line.clear();
        line.extend_from_slice(bytes);
        self.newest.push_back(line);
    }

    fn note(&mut self, event: &LogLine) {
        if let Some(code) = event.code().filter(|_| event.level == "WARN" || event.level == "ERROR") {
            let known = self.failures.contains_key(code) || self.failures.len() < MAX_CODES;
            let code = if known { code.to_owned() } else { "other".to_owned() };
            let failure = self.failures.entry(code).or_default();
            failure.count += 1;
            failure.last_at.clone_from(&event.at);
        }
    }

    /// The newest events, the newest last.
    pub(crate) fn newest(&self) -> Vec<LogLine> {
        self.newest.iter().filter_map(|line| read(line)).collect()
    }
}

fn read(bytes: &[u8]) -> Option<LogLine> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    serde_json::from_value(shown(value)).ok()
}

/// What an event says, in one line.
pub(crate) fn told(event: &LogLine) -> String {
    let mut said = event.name.clone();
    for (name, value) in event.fields.iter().chain(&event.pseudonyms) {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        said.push_str(&format!(" {name}={value}"));
    }
    line(&said)
}
