//! What must be so once a consent was taken back, however the upload and the withdrawal met.

use std::collections::BTreeSet;
use std::path::Path;

use gatefold_ledger::{Filter, Ledger, OutcomeClass};
use serde_json::{Value, json};

use crate::case::{Case, Met, Went};
use crate::collector::Arrived;
use crate::seeded::Story;
use crate::stage::{NOTED, PRODUCT, Scene};

/// An upload as the ledger has it.
struct Entry {
    id: i64,
    outcome: Option<OutcomeClass>,
    bytes: Vec<u8>,
}

impl Entry {
    fn may_have_left(&self) -> bool {
        self.outcome != Some(OutcomeClass::NotSent)
    }
}

impl Scene<'_> {
    pub(crate) fn is_true(&self, case: &Case, met: Met, went: &Went, story: &mut Story) {
        let arrived = self.uploads();
        for upload in &arrived {
            assert_eq!((upload.late_bytes, upload.is_late), (0, false), "it left after the record");
        }
        // A start notes what a process left that died; it sends nothing.
        let status = self.cli.json(["usage", "status"]);
        let entries = self.entries();
        self.ledger_is_true(&entries, &arrived, &status);
        self.status_is_true(&entries, went, &status);
        assert_eq!(met == Met::NotBegun, entries.is_empty(), "nothing begins after the record");
        assert_eq!(self.sends(), "usage.not_shared");
        assert_eq!(self.uploads().len(), arrived.len(), "nor now");
        sent_once(&arrived, NOTED + u64::from(went.wrote));
        self.collector.mends();
        if case.erases {
            self.erases(&arrived, story);
        } else {
            self.collector.give_late();
        }
        if case.again {
            self.begins_from_zero(&arrived);
        }
    }

    /// Everything but erasures that came to the collector.
    fn uploads(&self) -> Vec<Arrived> {
        let mut arrived = self.collector.arrived();
        arrived.retain(|arrived| !arrived.is_erasure());
        arrived
    }

    fn entries(&self) -> Vec<Entry> {
        let ledger = Ledger::open_to_read(&self.home.join("ledger")).unwrap();
        let filter = Filter { purpose: Some(gatefold_disclosure::Purpose::Usage), ..Filter::default() };
        let lines = ledger.page(&filter, 100).unwrap();
        let entry = |line: gatefold_ledger::Line| Entry {
            id: line.id.0,
            outcome: line.outcome,
            bytes: ledger.raw(line.id).unwrap(),
        };
        lines.into_iter().map(entry).collect()
    }

    /// What arrived has an entry that says so, byte for byte; and the record of the withdrawal names each that may have left.
    fn ledger_is_true(&self, entries: &[Entry], arrived: &[Arrived], status: &Value) {
        let mut noted: Vec<&Entry> = entries.iter().filter(|entry| entry.may_have_left()).collect();
        for upload in arrived.iter().filter(|arrived| !arrived.bytes.is_empty()) {
            let at = noted.iter().position(|entry| entry.bytes.starts_with(&upload.bytes));
            noted.remove(at.expect("an entry of what arrived"));
        }
        let records = status["records"].as_array().unwrap();
        let withdrawn: Vec<&Value> = records.iter().filter(|kept| kept["event"] == "withdrawn").collect();
        let [record] = &withdrawn[..] else {
            panic!("one withdrawal, one record, and not {}", withdrawn.len())
        };
        let named = record["record"]["events"][0]["more"]["sent_before"].as_array().unwrap();
        let named: BTreeSet<i64> = named.iter().map(|gone| gone["entry"].as_i64().unwrap()).collect();
        for entry in entries.iter().filter(|entry| entry.may_have_left()) {
            assert!(
                named.contains(&entry.id),
                "entry {} may have left, and the record names {named:?}",
                entry.id
            );
        }
    }

    fn status_is_true(&self, entries: &[Entry], went: &Went, status: &Value) {
        assert_eq!((&status["state"], &status["items"]), (&json!("withdrawn"), &json!([])));
        assert_eq!((&status["pending"], &status["weekly_since"]), (&json!([]), &json!(null)));
        assert!(!self.consent().exists(), "plug-ins note nothing more");
        if !went.wrote {
            assert!(is_empty(&self.spool()), "and nothing lies in the spool");
        }
        let uploads = status["uploads"].as_array().unwrap();
        let may_have_left: Vec<&Entry> = entries.iter().filter(|entry| entry.may_have_left()).collect();
        assert_eq!(uploads.len(), may_have_left.len(), "{uploads:?}");
        for (upload, entry) in uploads.iter().zip(&may_have_left) {
            let state = upload["state"].as_str().unwrap();
            let fits = match entry.outcome {
                Some(OutcomeClass::Answered) => ["sent", "partly", "refused"].contains(&state),
                _ => state == "unknown",
            };
            assert!(fits, "{upload} and {:?}", entry.outcome);
        }
        if let Some(said) = went.said.as_ref().filter(|said| said["error"].is_null()) {
            assert_eq!(uploads.last().map(|upload| &upload["batch_id"]), Some(&said["batch_id"]), "{said}");
        }
    }

    /// The code of an upload that is tried.
    fn sends(&self) -> String {
        self.cli.failure(["usage", "send", "--yes"]).1["code"].as_str().unwrap().to_owned()
    }

    /// Also what arrives after it was erased is gone.
    fn erases(&self, arrived: &[Arrived], story: &mut Story) {
        let stopped = self.cli.json(["usage", "withdraw", "--erase", "--yes"]);
        story.add(format!("erased: {stopped}"));
        self.collector.give_late();
        let collected = self.collected();
        for batch in arrived.iter().filter_map(batch_of) {
            assert!(!collected.contains(&batch), "{batch} is still there");
        }
        assert_eq!(self.cli.json(["usage", "status"])["to_erase"], 0);
    }

    /// Another yes begins from zero.
    fn begins_from_zero(&self, before: &[Arrived]) {
        self.cli.json(["usage", "grant", "--yes"]);
        let consent: Value = serde_json::from_slice(&std::fs::read(self.consent()).unwrap()).unwrap();
        write_session(&self.spool(), &consent, self.now);
        let shown = self.cli.json(["usage", "preview"]);
        let counts = shown["counts"].as_array().unwrap();
        assert_eq!((counts.len(), &counts[0]["sessions"]), (1, &json!(1)), "{shown}");
        let batch = self.cli.json(["usage", "send", "--yes"])["batch_id"].as_str().unwrap().to_owned();
        assert!(!before.iter().filter_map(batch_of).any(|earlier| earlier == batch));
        assert!(self.collected().contains(&batch));
    }
}

/// Of what came whole each number came once, and no session twice.
fn sent_once(arrived: &[Arrived], noted: u64) {
    let whole: Vec<&Arrived> = arrived.iter().filter(|arrived| arrived.is_whole()).collect();
    let numbers: BTreeSet<String> = whole.iter().filter_map(|upload| batch_of(upload)).collect();
    assert_eq!(numbers.len(), whole.len(), "an upload arrived twice");
    let sessions: u64 = whole.iter().map(|upload| sessions_of(upload)).sum();
    assert!(sessions <= noted, "{sessions} arrived of {noted}");
}

fn body_of(upload: &Arrived) -> Option<Value> {
    let head_len = upload.bytes.windows(4).position(|part| part == b"\r\n\r\n")?;
    serde_json::from_slice(&upload.bytes[head_len + 4..]).ok()
}

fn batch_of(upload: &Arrived) -> Option<String> {
    let body = body_of(upload)?;
    let value = &body["resourceMetrics"][0]["resource"]["attributes"][0]["value"]["stringValue"];
    Some(value.as_str()?.to_owned())
}

fn sessions_of(upload: &Arrived) -> u64 {
    let body = body_of(upload).unwrap();
    let metrics = body["resourceMetrics"][0]["scopeMetrics"][0]["metrics"].as_array().unwrap();
    let points = metrics.iter().filter_map(|metric| metric["sum"]["dataPoints"].as_array()).flatten();
    points.map(|point| point["asInt"].as_str().unwrap().parse::<u64>().unwrap()).sum()
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).map_or(true, |mut files| files.next().is_none())
}

/// A session of now, under the consent that is there. By the clock of the test machine it is not granted yet.
fn write_session(spool: &Path, consent: &Value, now: jiff::Timestamp) {
    let grants = consent["grants"].as_array().unwrap();
    let item = |grant: &Value| match grant["item"].as_str().unwrap() {
        "title_version" => json!({ "item": "title_version", "grant": grant["id"], "value": "2.1.0" }),
        "daw" => json!({ "item": "daw", "grant": grant["id"], "value": "Ardour" }),
        other => json!({ "item": other, "grant": grant["id"] }),
    };
    let items: Vec<Value> = grants.iter().map(item).collect();
    let day = now.to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
    let record = json!({ "v": 1, "product": PRODUCT, "day": day, "items": items });
    std::fs::write(spool.join("00000000000000bb.json"), record.to_string()).unwrap();
}
