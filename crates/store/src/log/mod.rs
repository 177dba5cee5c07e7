//! The log: typed events as JSON lines, in a ring of files.
//!
//! It refuses events of other crates, events without a name of their own, and every event with a field that was not
//! typed at the source: a format string never gets in. What is refused is counted, never kept.

mod pseudonym;
mod ring;

use std::fmt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use gatefold_disclosure::log::{Class, classify};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

use self::pseudonym::Pseudonyms;
use self::ring::Ring;
use crate::StoreError;

/// Our crates' modules all begin with this.
const OUR_TARGETS: &str = "gatefold";
/// Longer values are cut: a log is for events, not for contents.
const VALUE_MAX_BYTES: usize = 1024;

/// A `tracing` layer that keeps the log of one home: `logs/gatefold-N.log`, at most 20 MB together.
pub struct LogRing {
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
    pseudonyms: Pseudonyms,
    open: Mutex<Open>,
}

struct Open {
    ring: Ring,
    /// Events that were refused, or could not be written, since the last line.
    left_out: u64,
}

#[derive(Serialize)]
struct Line<'a> {
    at: String,
    level: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Map::is_empty")]
    fields: Map<String, Value>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pseudonyms: Map<String, Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    secrets: Vec<&'static str>,
    #[serde(skip_serializing_if = "is_zero")]
    left_out: u64,
}

impl LogRing {
    /// The log of `home`. `now` is asked for the time of each event.
    ///
    /// # Errors
    /// What the disk says; [`StoreError::NoRandomness`].
    pub fn open(
        home: &Path,
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Result<Self, StoreError> {
        let ring = Ring::open(&home.join("logs"))?;
        let pseudonyms = Pseudonyms::open(home)?;
        Ok(Self { now: Box::new(now), pseudonyms, open: Mutex::new(Open { ring, left_out: 0 }) })
    }

    fn line(&self, event: &Event<'_>, left_out: u64) -> Option<Vec<u8>> {
        let metadata = event.metadata();
        if !is_a_name(metadata.name()) {
            return None;
        }
        let mut fields = Fields { pseudonyms: &self.pseudonyms, typed: Some(Typed::default()) };
        event.record(&mut fields);
        let typed = fields.typed?;
        let line = Line {
            at: format!("{:.3}", (self.now)()),
            level: metadata.level().as_str(),
            name: metadata.name(),
            fields: typed.public,
            pseudonyms: typed.pseudonyms,
            secrets: typed.secrets,
            left_out,
        };
        let mut bytes = serde_json::to_vec(&line).ok()?;
        bytes.push(b'\n');
        Some(bytes)
    }
}

impl<S: Subscriber> Layer<S> for LogRing {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        if !event.metadata().target().starts_with(OUR_TARGETS) {
            return;
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let line = self.line(event, open.left_out);
        // A log that cannot be written must not stop the work it tells of.
        open.left_out = match line.map(|line| open.ring.append(&line)) {
            Some(Ok(())) => 0,
            _ => open.left_out + 1,
        };
    }
}

impl fmt::Debug for LogRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogRing").finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Typed {
    public: Map<String, Value>,
    pseudonyms: Map<String, Value>,
    secrets: Vec<&'static str>,
}

/// Collects the fields of one event; `None` as soon as one of them is untyped.
struct Fields<'a> {
    pseudonyms: &'a Pseudonyms,
    typed: Option<Typed>,
}

impl Visit for Fields<'_> {
    /// Numbers, booleans and plain strings end here too: none of them carries a mark.
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let Some(typed) = &mut self.typed else { return };
        let name = field.name();
        match classify(&format!("{value:?}")) {
            Some((Class::Public, value)) => {
                let cut = &value[..value.floor_char_boundary(VALUE_MAX_BYTES)];
                typed.public.insert(name.to_owned(), cut.into());
            }
            Some((Class::Pseudonym, value)) => {
                typed.pseudonyms.insert(name.to_owned(), self.pseudonyms.of(value).into());
            }
            Some((Class::Secret, _)) => typed.secrets.push(name),
            None => self.typed = None,
        }
    }
}

/// `area.what`, as we name events; the default name would be a path of the source.
fn is_a_name(name: &str) -> bool {
    name.contains('.') && name.bytes().all(|byte| byte.is_ascii_lowercase() || b".-_".contains(&byte))
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests {
    use gatefold_disclosure::log;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    /// What the ring holds after `events`, a value a line.
    fn logged(events: impl FnOnce()) -> Vec<Value> {
        let home = tempfile::tempdir().unwrap();
        let at = "2026-11-22T10:00:00.12345Z".parse().unwrap();
        let ring = LogRing::open(home.path(), move || at).unwrap();
        tracing::subscriber::with_default(tracing_subscriber::registry().with(ring), events);
        let text = std::fs::read_to_string(home.path().join("logs/gatefold-1.log")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn typed_events_get_in_each_field_as_its_class() {
        let lines = logged(|| {
            tracing::info!(
                name: "ledger.appended",
                id = log::public(17),
                license = log::pseudonym("license-1"),
                key = log::secret("hunter2"),
            );
            tracing::warn!(name: "store.swept", files = log::public(2));
        });
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["at"], "2026-11-22T10:00:00.123Z");
        assert_eq!(lines[0]["level"], "INFO");
        assert_eq!(lines[0]["name"], "ledger.appended");
        assert_eq!(lines[0]["fields"], serde_json::json!({"id": "17"}));
        assert_eq!(lines[0]["secrets"], serde_json::json!(["key"]));
        assert_ne!(lines[0]["pseudonyms"]["license"], "license-1");
        let warning =
            r#"{"at":"2026-11-22T10:00:00.123Z","level":"WARN","name":"store.swept","fields":{"files":"2"}}"#;
        assert_eq!(lines[1].to_string(), warning);
    }

    #[test]
    fn what_is_not_typed_is_counted_and_not_kept() {
        let lines = logged(|| {
            tracing::info!(name: "a.b", "hunter2 {}", 1);
            tracing::info!(name: "a.b", id = 17);
            tracing::info!(name: "a.b", text = "hunter2");
            tracing::info!(name: "a.b", text = ?"hunter2", id = log::public(1));
            tracing::info!(name: "a.b", id = log::public(1), text = %"hunter2");
            tracing::info!(name: "a.b", yes = true);
            tracing::info!(id = log::public("without a name"));
            tracing::info!(name: "Free text", id = log::public(1));
            tracing::info!(name: "a.b", target: "hyper::client", id = log::public("of others"));
            tracing::info!(name: "a.last", id = log::public(1));
            tracing::info!(name: "a.clean", id = log::public(1));
        });
        let names: Vec<_> = lines.iter().map(|line| line["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["a.last", "a.clean"]);
        assert_eq!(lines[0]["left_out"], 8, "others' events are not ours to count");
        assert_eq!(lines[1].get("left_out"), None);
    }

    #[test]
    fn values_are_cut_and_stay_on_their_line() {
        let lines = logged(|| {
            tracing::info!(name: "a.b", long = log::public("é".repeat(2000)), lines = log::public("a\nb\u{1b}"));
        });
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0]["fields"]["long"].as_str().unwrap().len(), 1024);
        assert_eq!(lines[0]["fields"]["lines"], "a\nb\u{1b}");
    }
}
