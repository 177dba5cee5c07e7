//! What the files of a bundle say, each text in them made fit to be shown as it is read.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::log::LogSeen;
use super::visible::{line, visible};
use crate::formats::{App, Crash, LedgerIndex, Licenses, Machine, Part, Reachability, Sdk, Settings};

/// The files of a bundle. A file that cannot be read is not there, and is named.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contents {
    pub(crate) app: Option<App>,
    pub(crate) machine: Option<Machine>,
    pub(crate) licenses: Option<Licenses>,
    pub(crate) ledger: Option<LedgerIndex>,
    pub(crate) settings: Option<Settings>,
    pub(crate) sdk: Option<Sdk>,
    pub(crate) reachability: Option<Reachability>,
    pub(crate) crashes: BTreeMap<String, Crash>,
    pub(crate) note: Option<String>,
    pub(crate) log: LogSeen,
    /// Files that are not what their name says.
    pub(crate) unreadable: Vec<String>,
}

impl Contents {
    /// Reads a file by its name. A name that is none of ours is left alone.
    pub(crate) fn take_whole(&mut self, name: &str, bytes: &[u8]) {
        let Some(part) = Part::of_file(name) else { return };
        if part == Part::Log {
            bytes.split(|byte| *byte == b'\n').for_each(|line| self.log.take(line));
            return;
        }
        if !self.take(part, name, bytes) {
            self.unreadable.push(line(name));
        }
    }

    fn take(&mut self, part: Part, name: &str, bytes: &[u8]) -> bool {
        match part {
            Part::App => read(bytes, &mut self.app),
            Part::Machine => read(bytes, &mut self.machine),
            Part::Licenses => read(bytes, &mut self.licenses),
            Part::LedgerIndex => read(bytes, &mut self.ledger),
            Part::Settings => read(bytes, &mut self.settings),
            Part::Sdk => read(bytes, &mut self.sdk),
            Part::Reachability => read(bytes, &mut self.reachability),
            Part::Crash => {
                let mut crash = None;
                read(bytes, &mut crash)
                    && self.crashes.insert(name.to_owned(), crash.unwrap_or_default()).is_none()
            }
            Part::Note => {
                self.note = std::str::from_utf8(bytes).ok().map(visible);
                self.note.is_some()
            }
            Part::Log => true,
        }
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8], file: &mut Option<T>) -> bool {
    let value = serde_json::from_slice::<Value>(bytes).ok();
    *file = value.and_then(|value| serde_json::from_value(shown(value)).ok());
    file.is_some()
}

/// The same with each text, and each name of a member, made visible.
pub(super) fn shown(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(line(&text)),
        Value::Array(items) => Value::Array(items.into_iter().map(shown).collect()),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (line(&name), shown(value))).collect())
        }
        plain => plain,
    }
}
