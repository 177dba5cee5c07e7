//! A line of the log, as `docs/formats/logs.md` has it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogLine {
    /// When, RFC 3339.
    pub at: String,
    /// How grave.
    pub level: String,
    /// The event's own name.
    pub name: String,
    /// Public values.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub fields: Map<String, Value>,
    /// Values as pseudonyms of the log's own.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub pseudonyms: Map<String, Value>,
    /// Names of values that were never written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// How many events were refused since the line before.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl LogLine {
    /// Reads a line; none if it is not one.
    pub fn read(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok()
    }

    /// The code that this event tells of, if it tells of one.
    pub fn code(&self) -> Option<&str> {
        self.fields.get("code")?.as_str()
    }
}
