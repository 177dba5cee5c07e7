//! A body of 300 kB, straight through ledger and gate: whole, and cut half-way.

use std::path::Path;
use std::sync::{Arc, Mutex};

use gatefold_disclosure::{Payload, Sealed, Vendor};
use gatefold_egress::{Clerk, Gate, Network, SendError};
use gatefold_keygen::requests::{Credential, Server};
use gatefold_ledger::{Entry, EntryId, Ledger, LedgerError, Outcome, OutcomeClass, Recorded};
use gatefold_license::{Issuer, LicenseKey};
use gatefold_tests::{Fault, Tap, root_dir};
use jiff::Timestamp;

use crate::scene::text;

const KEY: &str = "SLEEVE-DEM0-LONG-LONG";

struct Notes(Arc<Mutex<Ledger>>);

impl Clerk for Notes {
    fn conclude(&self, recorded: Recorded, outcome: Outcome) -> Result<(), LedgerError> {
        self.0.lock().unwrap().conclude(recorded.id(), &outcome, Timestamp::now(), [9; 32])
    }

    fn forbids(&self, _: &Sealed) -> Option<SendError> {
        None
    }
}

/// A vendor whose server is the tap.
fn vendor(tap: &Tap) -> Vendor {
    let file = std::fs::read_to_string(root_dir().join("vendors/sleeve/vendor.toml")).unwrap();
    let host = "hosts = [\"https://license.sleeve.example\"]";
    assert!(file.contains(host));
    Vendor::parse(&file.replace(host, &format!("hosts = [\"{}\"]", tap.url()))).unwrap()
}

/// A name of 300 kB, with what JSON must escape and what it must not.
fn payload(vendor: &Vendor) -> Payload {
    let name = "Jörg's \"studio\" \\ ".repeat(300_000 / 20);
    let server = Server::first_of(vendor, &vendor.issuers()[0]).unwrap();
    let credential = Credential::LicenseKey(LicenseKey::new(KEY).unwrap());
    server.rename_machine(&credential, uuid::Uuid::from_u128(7), &name).unwrap()
}

/// Sends the payload `times` times and gives what the ledger has of each.
fn send(dir: &Path, tap: &Tap, times: usize) -> Vec<(Result<u16, SendError>, Entry)> {
    let vendor = vendor(tap);
    let payload = payload(&vendor);
    let ledger = Arc::new(Mutex::new(Ledger::open(dir, Timestamp::now()).unwrap()));
    let gate = Gate::new(Network::default(), Arc::new(Notes(Arc::clone(&ledger))));
    let issuer = Issuer::of_key(vendor.issuers()[0].public_key.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut all = Vec::new();
    for _ in 0..times {
        let sealed = payload.seal(&vendor).unwrap();
        let wire = sealed.expose_wire().to_vec();
        let recorded = ledger.lock().unwrap().append(sealed, Timestamp::now(), [8; 32]).unwrap();
        let id = recorded.id();
        let answer = runtime.block_on(gate.send(recorded, &issuer));
        let entry = ledger.lock().unwrap().entry(id).unwrap();
        let kept = text(entry.bytes.as_ref().unwrap());
        assert!(kept.len() > 300_000 && kept.contains("[secret License key]") && !kept.contains(KEY));
        assert_eq!(kept.replace("[secret License key]", KEY), text(&wire));
        assert_eq!(entry.line.request_bytes, wire.len() as u64);
        all.push((answer.map(|answer| answer.status()), entry));
    }
    all
}

fn wire(entry: &Entry) -> String {
    text(entry.bytes.as_ref().unwrap()).replace("[secret License key]", KEY)
}

#[test]
fn whole_and_again() {
    let (dir, tap) = (tempfile::tempdir().unwrap(), Tap::plain());
    let answer = Fault::Answer(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec());
    tap.faults([answer.clone(), answer]);
    let sent = send(&dir.path().join("ledger"), &tap, 2);
    let seen = tap.seen();
    assert_eq!(seen.len(), 2);
    for ((answer, entry), exchange) in sent.iter().zip(&seen) {
        assert_eq!((answer, entry.line.outcome), (&Ok(200), Some(OutcomeClass::Answered)));
        assert!(wire(entry).as_bytes() == exchange.request, "ledger and wire differ");
    }
    // The same bytes a second time are an entry of their own.
    assert_eq!((sent[0].1.line.id, sent[1].1.line.id), (EntryId(1), EntryId(2)));
    assert_eq!(sent[0].1.bytes, sent[1].1.bytes);
}

#[test]
fn cut_half_way() {
    let (dir, tap) = (tempfile::tempdir().unwrap(), Tap::plain());
    tap.faults([Fault::CutRequest(150_000)]);
    let sent = send(&dir.path().join("ledger"), &tap, 1);
    let (answer, entry) = &sent[0];
    assert_eq!((answer, entry.line.outcome), (&Err(SendError::CutOff), Some(OutcomeClass::Unknown)));
    let seen = tap.seen();
    assert_eq!((seen.len(), seen[0].request.len()), (1, 150_000));
    assert!(
        wire(entry).as_bytes().starts_with(&seen[0].request),
        "what arrived is the beginning of what is kept"
    );
}
