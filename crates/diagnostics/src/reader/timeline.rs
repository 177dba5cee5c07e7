//! What happened when: log, ledger, crashes, in one order.

use super::contents::Contents;
use super::log::told;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// When, as it was written; empty where that is not known.
    pub at: String,
    /// The file that says so.
    pub file: String,
    /// What, in one line.
    pub what: String,
    /// Whether it went wrong.
    pub failed: bool,
}

/// The newest events, the newest last.
pub(crate) fn timeline(contents: &Contents, most: usize) -> Vec<Event> {
    let mut events: Vec<Event> = contents
        .log
        .newest()
        .iter()
        .map(|line| Event {
            at: line.at.clone(),
            file: "log.jsonl".to_owned(),
            what: told(line),
            failed: matches!(line.level.as_str(), "WARN" | "ERROR"),
        })
        .collect();
    events.extend(contents.ledger.iter().flat_map(|ledger| &ledger.entries).map(|entry| {
        let (code, status) =
            (entry.code.as_deref().unwrap_or_default(), entry.status.map(|status| status.to_string()));
        let parts = [&entry.purpose, &entry.vendor, &entry.outcome, &status.unwrap_or_default(), code];
        let what: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Event {
            at: entry.at.clone(),
            file: "ledger-index.json".to_owned(),
            what: format!("{}. {}", entry.id, what.join(" ")),
            failed: !code.is_empty(),
        }
    }));
    events.extend(contents.crashes.iter().map(|(file, crash)| Event {
        at: crash.at.clone().unwrap_or_default(),
        file: file.clone(),
        what: format!("{} {} crashed at {}", crash.program, crash.version, crash.location),
        failed: true,
    }));
    // Times of this format sort as texts.
    events.sort();
    events.split_off(events.len().saturating_sub(most))
}
