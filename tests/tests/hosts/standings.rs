//! The ways in which the license of the sample plug-ins can stand, each on a shelf that the real command filled from a real server;
//! and what each is worth, to a new instance and to one of a saved session.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use gatefold_tests::{ACCOUNT, Studio, copy_folder, vendor_text};
use serde_json::Value;

use crate::heard::Heard::{self, AsItCame, Effect};

/// What the sample plug-ins are, to their server.
const PRODUCT: &str = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101";
const LINK: &str = "gatefold://open/sleeve/5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101";

/// A row of the table.
pub(crate) struct Standing {
    pub(crate) name: &'static str,
    pub(crate) new: Heard,
    pub(crate) saved: Heard,
    /// What the plug-in says of itself where a host shows it, new and saved; the link comes after a colon.
    pub(crate) says: [&'static str; 2],
    /// How many records of use a run leaves: none where nobody agreed to any.
    pub(crate) records: usize,
    shelve: fn(&Path),
}

const NOT: [&str; 2] = ["Not licensed:"; 2];
const NO_MORE: [&str; 2] = ["Licensed no more:", "Plays on in this session; licensed no more:"];

pub(crate) const STANDINGS: [Standing; 7] = [
    Standing {
        name: "licensed",
        new: Effect,
        saved: Effect,
        says: ["Licensed"; 2],
        records: 0,
        shelve: licensed,
    },
    Standing { name: "never licensed", new: AsItCame, saved: AsItCame, says: NOT, records: 0, shelve: never },
    Standing { name: "lapsed", new: AsItCame, saved: Effect, says: NO_MORE, records: 0, shelve: lapsed },
    Standing {
        name: "wrong machine",
        new: AsItCame,
        saved: AsItCame,
        says: NOT,
        records: 0,
        shelve: elsewhere,
    },
    Standing {
        name: "wrong kind",
        new: AsItCame,
        saved: AsItCame,
        says: NOT,
        records: 0,
        shelve: wrong_kind,
    },
    Standing { name: "tampered", new: AsItCame, saved: AsItCame, says: NOT, records: 0, shelve: tampered },
    Standing { name: "revoked", new: AsItCame, saved: Effect, says: NO_MORE, records: 0, shelve: revoked },
];

/// The row of this name.
pub(crate) fn standing(name: &str) -> &'static Standing {
    STANDINGS.iter().find(|standing| standing.name == name).unwrap()
}

impl Standing {
    /// What it says in a line of its own, new or saved.
    pub(crate) fn line(&self, is_saved: bool) -> String {
        let words = self.says[usize::from(is_saved)];
        if words.ends_with(':') { format!("{words} {LINK}") } else { words.to_owned() }
    }
}

/// The shelf of each, made once for all tests that run at the time.
pub(crate) struct Shelves(tempfile::TempDir);

impl Shelves {
    pub(crate) fn all() -> Arc<Self> {
        static MADE: Mutex<Weak<Shelves>> = Mutex::new(Weak::new());
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        made.upgrade().unwrap_or_else(|| {
            let shelves = Arc::new(Self(tempfile::tempdir().unwrap()));
            STANDINGS.iter().for_each(|standing| (standing.shelve)(&shelves.of(standing)));
            *made = Arc::downgrade(&shelves);
            shelves
        })
    }

    pub(crate) fn of(&self, standing: &Standing) -> PathBuf {
        self.0.path().join(standing.name)
    }
}

/// The license of the plug-ins' product, of this kind.
fn license(studio: &Studio, kind: &str) -> Value {
    let licenses = studio.sandbox.ready["licenses"].as_array().unwrap();
    let is_it = |one: &&Value| one["product_id"] == PRODUCT && one["state"] == "free" && one["kind"] == kind;
    licenses.iter().find(is_it).unwrap_or_else(|| panic!("no {kind} license: {licenses:#?}")).clone()
}

/// Activates it.
fn with_license(studio: Studio) -> (Studio, Value) {
    let license = license(&studio, "perpetual");
    studio.activate(license["key"].as_str().unwrap());
    (studio, license)
}

fn shelve(studio: &Studio, to: &Path) {
    copy_folder(&studio.shelf(), to);
}

fn licensed(to: &Path) {
    shelve(&with_license(Studio::new()).0, to);
}

fn never(to: &Path) {
    shelve(&Studio::new(), to);
}

/// It ended two years ago.
fn lapsed(to: &Path) {
    let studio = Studio::of("sleeve", Some("2024-06-01T12:00:00Z"));
    let license = license(&studio, "perpetual");
    studio.sandbox.ends_at(license["license_id"].as_str().unwrap(), "2024-09-01T12:00:00Z");
    studio.activate(license["key"].as_str().unwrap());
    shelve(&studio, to);
}

fn elsewhere(to: &Path) {
    shelve(&with_license(Studio::elsewhere()).0, to);
}

/// A file of the account, from when the vendor bound none to a computer.
fn wrong_kind(to: &Path) {
    let text = vendor_text("tidewater");
    let of = |text: &str, start: &str| {
        text.lines().find_map(|line| line.strip_prefix(start)).unwrap().trim_matches('"').to_owned()
    };
    let text = text
        .replacen("id = \"tidewater\"", "id = \"sleeve\"", 1)
        .replace(&of(&text, "account = "), ACCOUNT)
        .replacen(&of(&text[text.find("[[product]]").unwrap()..], "id = "), PRODUCT, 1);
    let studio = Studio::of_manifest(&text);
    shelve(&with_license(studio).0, to);
}

fn tampered(to: &Path) {
    let (studio, _) = with_license(Studio::new());
    let file = studio.file();
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] = if bytes[middle] == b'A' { b'B' } else { b'A' };
    std::fs::write(&file, bytes).unwrap();
    shelve(&studio, to);
}

fn revoked(to: &Path) {
    let (studio, license) = with_license(Studio::new());
    studio.suspend(&license);
    studio.cli().run(["license", "refresh", license["license_id"].as_str().unwrap(), "--yes"]);
    shelve(&studio, to);
}
