//! What the tests of crashes, bad disks and traces share: the server asked directly, and its record held against the
//! ledger's.

#![allow(dead_code, reason = "each target uses its part")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use gatefold_ledger::{Carrier, Entry, Filter, Ledger, OutcomeClass};
use gatefold_tests::Sandbox;
use serde_json::Value;
use tempfile::TempDir;

/// The account of the demo vendors.
pub(crate) const EMAIL: &str = "demo@example.com";
/// Its password.
pub(crate) const PASSWORD: &str = "demo-password";
/// What the sandbox's own back end holds.
const VENDOR_TOKEN: &str = "admin-demo-worthless-v3";
/// Requests of the tests themselves carry this name.
const OURS: &str = "gatefold-tests";

/// A folder in memory, where there is one: syncs cost nothing there.
pub(crate) fn fast_dir() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// A license of the sandbox, and how to ask about it.
#[derive(Clone, Debug)]
pub(crate) struct Right {
    address: String,
    account: String,
    /// The license key.
    pub(crate) key: String,
    /// The license's id.
    pub(crate) license_id: String,
}

impl Right {
    /// The first license in this state.
    pub(crate) fn of(sandbox: &Sandbox, state: &str) -> Self {
        let license = sandbox.license(state);
        let text = |name: &str| license[name].as_str().unwrap().to_owned();
        let vendor: toml::Table = std::fs::read_to_string(sandbox.vendor_file()).unwrap().parse().unwrap();
        let account = vendor["issuer"][0]["account"].as_str().unwrap().to_owned();
        Self { address: sandbox.address(), account, key: text("key"), license_id: text("license_id") }
    }

    /// The machines that hold a seat of it, as the server tells anybody who has the key.
    pub(crate) fn machines(&self) -> Vec<Value> {
        let path = format!("machines?license={}", self.license_id);
        let (mut status, mut body) = self.ask("GET", &path, &format!("License {}", self.key), "");
        if status == 403 {
            // A suspended license may not ask; its vendor may.
            (status, body) = self.ask("GET", &path, &format!("Bearer {VENDOR_TOKEN}"), "");
        }
        assert_eq!(status, 200, "{body}");
        body["data"].as_array().unwrap().clone()
    }

    /// Their ids.
    pub(crate) fn machine_ids(&self) -> Vec<String> {
        self.machines().iter().map(|machine| machine["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Suspends or reinstates it, as its vendor would.
    pub(crate) fn set_suspended(&self, suspended: bool) {
        let verb = if suspended { "suspend" } else { "reinstate" };
        let path = format!("licenses/{}/actions/{verb}", self.license_id);
        let (status, body) = self.ask("POST", &path, &format!("Bearer {VENDOR_TOKEN}"), "");
        assert_eq!(status, 200, "{body}");
    }

    /// Frees every seat, as the vendor's support would.
    pub(crate) fn free_seats(&self) {
        for id in self.machine_ids() {
            let path = format!("machines/{id}");
            let (status, body) = self.ask("DELETE", &path, &format!("Bearer {VENDOR_TOKEN}"), "");
            assert_eq!(status, 204, "{body}");
        }
    }

    /// Takes a seat as somebody did before, who asked for it with this body.
    pub(crate) fn take_seat(&self, body: &Value) {
        let (status, answer) =
            self.ask("POST", "machines", &format!("License {}", self.key), &body.to_string());
        assert_eq!(status, 201, "{answer}");
    }

    /// What another computer sends to take a seat of it, by this id.
    pub(crate) fn seat_of_another(&self, id: &str) -> Value {
        serde_json::json!({"data": {
            "type": "machines",
            "id": id,
            "attributes": {"fingerprint": format!("gf1-{}", "e1".repeat(32)), "name": "laptop"},
            "relationships": {"license": {"data": {"type": "licenses", "id": self.license_id}}},
        }})
    }

    fn ask(&self, method: &str, path: &str, authorization: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!(
            "{method} /v1/accounts/{}/{path} HTTP/1.1\r\nhost: {}\r\nuser-agent: {OURS}\r\nauthorization: {authorization}\r\n\
             accept: application/vnd.api+json\r\ncontent-type: application/vnd.api+json\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n{body}",
            self.account,
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }
}

/// Forgets what the sandbox received so far.
pub(crate) fn forget_received(sandbox: &Sandbox) {
    let folder = sandbox.vendor_file().with_file_name("record");
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
}

/// The requests that the program under test made; those of the tests themselves left out.
pub(crate) fn received(sandbox: &Sandbox) -> Vec<Vec<u8>> {
    let ours = format!("user-agent: {OURS}\r\n");
    let mut all = sandbox.recorded();
    all.retain(|request| !contains(request, ours.as_bytes()));
    all
}

/// Every entry of a home's ledger, oldest first.
pub(crate) fn entries(home: &Path) -> Vec<Entry> {
    entries_of(&Ledger::open(&home.join("ledger"), jiff::Timestamp::now()).unwrap())
}

/// How many requests were noted since a time. What a server received tells less: a request of who died may arrive late, and each is
/// noted before it is sent.
pub(crate) fn noted_since(home: &Path, time: jiff::Timestamp) -> usize {
    let is_new = |entry: &Entry| entry.line.carrier == Carrier::Https && entry.line.at >= time;
    entries(home).iter().filter(|entry| is_new(entry)).count()
}

/// Every entry of a ledger that is open, oldest first.
pub(crate) fn entries_of(ledger: &Ledger) -> Vec<Entry> {
    let lines = ledger.page(&Filter::default(), 100_000).unwrap();
    lines.iter().map(|line| ledger.entry(line.id).unwrap()).collect()
}

/// Holds what the server received against the ledger: each request has an entry of its own with the same bytes, secrets
/// aside, and each entry that claims an answer has its request.
pub(crate) fn assert_all_noted(requests: &[Vec<u8>], entries: &[Entry], key: &str) {
    let mut unmatched: Vec<&Entry> =
        entries.iter().filter(|entry| entry.line.carrier == Carrier::Https).collect();
    // Of two equal entries the one that claims an answer is looked for first.
    unmatched.sort_by_key(|entry| entry.line.outcome != Some(OutcomeClass::Answered));
    // Of one that was cut the beginning is known: whatever else begins so is looked for first.
    let is_cut = |request: &&Vec<u8>| !contains(request, b"\r\n\r\n");
    let (cut, whole): (Vec<_>, Vec<_>) = requests.iter().partition(is_cut);
    for request in whole.iter().chain(&cut) {
        let kept = without_secrets(request, key);
        let found = unmatched.iter().position(|entry| match &entry.bytes {
            Some(bytes) if is_cut(request) => bytes.starts_with(&kept),
            Some(bytes) => *bytes == kept,
            // Erased by the user: the size is all that is left to compare.
            None => entry.erased_at.is_some() && entry.line.request_bytes == request.len() as u64,
        });
        let Some(found) = found else {
            panic!("a request without an entry of its own: {}", String::from_utf8_lossy(&kept))
        };
        let entry = unmatched.remove(found);
        assert_ne!(entry.line.outcome, Some(OutcomeClass::NotSent), "it did arrive: {:?}", entry.line);
    }
    for entry in unmatched {
        assert_ne!(entry.line.outcome, Some(OutcomeClass::Answered), "nobody was asked: {:?}", entry.line);
    }
}

/// The request as it may be kept: each secret named in its place.
fn without_secrets(request: &[u8], key: &str) -> Vec<u8> {
    let text = String::from_utf8(request.to_vec()).unwrap();
    let mut text = text.replace(key, "[secret License key]");
    for (member, name) in [("serial", "Serial number"), ("unlockCode", "Unlock code")] {
        let start = format!("\"{member}\":\"");
        if let Some((before, rest)) = text.split_once(&start) {
            let (_, after) = rest.split_once('"').unwrap();
            text = format!("{before}{start}[secret {name}]\"{after}");
        }
    }
    for (scheme, name) in [("Basic", "E-mail and password"), ("Bearer", "Sign-in token")] {
        let start = format!("\r\nauthorization: {scheme} ");
        if let Some((before, rest)) = text.split_once(&start) {
            let (_, after) = rest.split_once("\r\n").unwrap();
            text = format!("{before}{start}[secret {name}]\r\n{after}");
        }
    }
    text.into_bytes()
}

/// What a crash must not leave for ever: files under temporary names.
pub(crate) fn temporary_files(home: &Path) -> Vec<PathBuf> {
    let mut found = gatefold_tests::paths_under(home);
    found.retain(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with(".new-")
            || name.ends_with(".partial")
            || name.ends_with(".tmp")
            || name.ends_with("-journal")
    });
    found
}

/// Whether the bytes stand somewhere in the others.
pub(crate) fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
