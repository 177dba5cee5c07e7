//! Exports hold what the ledger holds, entry by entry, and are what they say they are.

use std::io::{self, Write};

use gatefold_ledger::{EntryId, FileNote, NetworkFacts, Outcome, OutcomeClass};
use serde_json::{Value, json};

use crate::sample::{Home, SECRET_KEY, activation, answered, at, salt};

fn home() -> Home {
    let mut home = Home::new();
    let recorded = home.ledger.append(activation("studio \"desk\""), at(0), salt(1)).unwrap();
    let network = NetworkFacts {
        name_looked_up: Some("license.sleeve.example".to_owned()),
        tls_version: Some("TLSv1.3".to_owned()),
        proxy: None,
    };
    let outcome = Outcome { network: Some(network), ..answered() };
    home.ledger.conclude(recorded.id(), &outcome, at(1), salt(2)).unwrap();
    let erased = home.send(activation("erased"), 2);
    home.ledger.erase(erased, at(3)).unwrap();
    let note = FileNote { vendor: None, name: "a.zip".to_owned(), size_bytes: 3, sha256: [1; 32] };
    home.ledger.append_file(note, at(4), salt(1)).unwrap();
    let lost = home.ledger.append(activation("lost"), at(5), salt(1)).unwrap();
    home.ledger.conclude(lost.id(), &Outcome::bare(OutcomeClass::NotSent), at(5), salt(2)).unwrap();
    drop(home.ledger.append(activation("running"), at(6), salt(1)).unwrap());
    home
}

fn json_of(home: &Home) -> Value {
    let mut out = Vec::new();
    home.ledger.export_json(&mut out, at(10)).unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn har_of(home: &Home) -> Value {
    let mut out = Vec::new();
    home.ledger.export_har(&mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn json_holds_every_entry_with_what_is_kept() {
    let home = home();
    let export = json_of(&home);
    assert_eq!((&export["v"], &export["exported_at"]), (&json!(1), &json!("2026-11-22T12:10:00.000Z")));
    let entries = export["entries"].as_array().unwrap();
    let column = |name: &str| entries.iter().map(|entry| entry[name].clone()).collect::<Vec<_>>();
    assert_eq!(column("id"), [1, 2, 3, 4, 5]);
    assert_eq!(column("outcome"), ["answered", "answered", "written", "not_sent", "pending"]);
    assert_eq!(column("kept"), ["whole", "erased", "whole", "whole", "whole"]);
    let raw = home.ledger.raw(EntryId(1)).unwrap();
    assert_eq!(entries[0]["request"], json!(String::from_utf8(raw).unwrap()));
    assert_eq!(entries[0]["items"], json!(["device_name", "os", "license_key"]));
    assert_eq!(entries[0]["network"]["tls_version"], "TLSv1.3");
    assert_eq!(entries[0]["marks"].as_array().unwrap().len(), 3);
    assert_eq!((&entries[1]["request"], &entries[1]["url"]), (&Value::Null, &Value::Null));
    assert_eq!(entries[2]["file"], json!({ "name": "a.zip", "sha256": "01".repeat(32) }));
    assert!(!export.to_string().contains(SECRET_KEY));
}

#[test]
fn a_har_holds_the_requests_as_they_were_stored() {
    let home = home();
    let har = har_of(&home);
    let log = &har["log"];
    assert_eq!((&log["version"], &log["creator"]["name"]), (&json!("1.2"), &json!("Gatefold")));
    assert_eq!(log["comment"], "2 entries without a kept request are left out");
    let entries = log["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 3);
    let (entry, request) = (&entries[0], &entries[0]["request"]);
    assert_eq!(
        (&entry["startedDateTime"], &entry["time"]),
        (&json!("2026-11-22T12:00:00.000Z"), &json!(60_000))
    );
    assert_eq!((&request["method"], &request["httpVersion"]), (&json!("POST"), &json!("HTTP/1.1")));
    assert_eq!(request["url"], "https://license.sleeve.example/machines?limit=1");
    assert_eq!(request["queryString"], json!([{ "name": "limit", "value": "1" }]));
    assert_eq!(entry["serverIPAddress"], "192.0.2.7");
    assert_eq!(entry["_peers"], json!(["198.51.100.9:443", "192.0.2.7:443"]));
    assert_eq!(entry["response"]["status"], 201);
    // The stored copy can be put together again from what the archive says.
    let mut rebuilt = "POST /machines?limit=1 HTTP/1.1\r\n".to_owned();
    for header in request["headers"].as_array().unwrap() {
        rebuilt +=
            &format!("{}: {}\r\n", header["name"].as_str().unwrap(), header["value"].as_str().unwrap());
    }
    rebuilt += "\r\n";
    // The sizes are the wire's: the copy has a name in the place of each secret.
    let size = |name: &str| request[name].as_u64().unwrap();
    let on_the_wire = home.ledger.entry(EntryId(1)).unwrap().line.request_bytes;
    assert_eq!(size("headersSize") + size("bodySize"), on_the_wire);
    assert_ne!(size("headersSize"), rebuilt.len() as u64, "the key is as long as its name");
    rebuilt += request["postData"]["text"].as_str().unwrap();
    assert_eq!(rebuilt.as_bytes(), home.ledger.raw(EntryId(1)).unwrap());
    assert!(rebuilt.contains("authorization: License [secret License key]"));
    assert_eq!(request["postData"]["mimeType"], "application/json");
    // What HAR 1.2 demands of every entry.
    for entry in entries {
        for name in ["startedDateTime", "time", "request", "response", "cache", "timings"] {
            assert!(!entry[name].is_null(), "{name}");
        }
        for name in ["send", "wait", "receive"] {
            assert!(entry["timings"][name].as_i64().unwrap() >= 0, "{name}");
        }
    }
}

#[test]
fn an_empty_ledger_exports_empty_lists() {
    let home = Home::new();
    assert_eq!(json_of(&home)["entries"], json!([]));
    assert_eq!(har_of(&home)["log"]["entries"], json!([]));
}

/// Takes so many bytes and no more.
struct Narrow(usize);

impl Write for Narrow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_place_that_takes_no_more_is_an_error() {
    let home = home();
    for room in [0, 10, 500] {
        assert_eq!(home.ledger.export_json(&mut Narrow(room), at(0)).unwrap_err().code(), "ledger.export");
        assert_eq!(home.ledger.export_har(&mut Narrow(room)).unwrap_err().code(), "ledger.export");
    }
}
