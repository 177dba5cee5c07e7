//! A shelf for each standing, which the real command filled from a real server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use gatefold_tests::{ACCOUNT, Studio, Usage, copy_folder, vendor_text};
use serde_json::Value;

use crate::compiled::compile;
use crate::standings::{STANDINGS, Standing};

/// What the sample plug-ins are, to their server.
pub(crate) const PRODUCT: &str = "5e1ee7e0-33aa-4a5b-8c11-0a5f6b3e0101";

/// All of them, made once for the tests that run at a time.
pub(crate) struct Shelves(tempfile::TempDir);

impl Shelves {
    pub(crate) fn all() -> Arc<Self> {
        static MADE: Mutex<Weak<Shelves>> = Mutex::new(Weak::new());
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        made.upgrade().unwrap_or_else(|| {
            let shelves = Arc::new(Self::made());
            *made = Arc::downgrade(&shelves);
            shelves
        })
    }

    fn made() -> Self {
        let shelves = Self(tempfile::tempdir().unwrap());
        let probe = shelves.0.path().join("probe");
        compile(&probe, &["tests/tests/sdk/c/probe.c"], &[]);
        for standing in &STANDINGS {
            let data = shelves.data(standing);
            fs::create_dir(&data).unwrap();
            (standing.shelve)(&data.join("gatefold"));
            let said = asked(&probe, &data);
            assert!(said.starts_with(&format!("{} ", standing.stands)), "{}: {said}", standing.name);
        }
        shelves
    }

    /// `XDG_DATA_HOME` of one of them.
    pub(crate) fn data(&self, standing: &Standing) -> PathBuf {
        self.0.path().join(standing.name)
    }
}

/// What a plug-in of the sample plug-ins' product is told there, in a host that is none: whatever it hears elsewhere comes of this.
fn asked(probe: &Path, data: &Path) -> String {
    let word = data.join("word");
    fs::write(&word, "check\n").unwrap();
    let text = vendor_text("sleeve");
    let output = Command::new(probe)
        .args(["sleeve", &value(&text, "root_key = "), ACCOUNT, PRODUCT, "1", "0"])
        .env("XDG_DATA_HOME", data)
        .stdin(fs::File::open(&word).unwrap())
        .output()
        .unwrap();
    fs::remove_file(word).unwrap();
    String::from_utf8(output.stdout).unwrap().lines().nth(1).unwrap_or_default().to_owned()
}

/// What the user of this `XDG_DATA_HOME` agrees to share with the vendor of the sample plug-ins.
pub(crate) fn usage(data: &Path) -> Usage {
    Usage::of(data, "sleeve", &value(&vendor_text("sleeve"), "root_key = "))
}

/// What a line of a vendor file says.
fn value(text: &str, start: &str) -> String {
    text.lines().find_map(|line| line.strip_prefix(start)).unwrap().trim_matches('"').to_owned()
}

/// A license of the plug-ins' product that has no end and a free seat.
fn license(studio: &Studio) -> Value {
    let licenses = studio.sandbox.ready["licenses"].as_array().unwrap();
    let is_it =
        |one: &&Value| one["product_id"] == PRODUCT && one["state"] == "free" && one["kind"] == "perpetual";
    licenses.iter().find(is_it).unwrap_or_else(|| panic!("{licenses:#?}")).clone()
}

/// Activates it.
fn with_license(studio: Studio) -> (Studio, Value) {
    let license = license(&studio);
    studio.activate(license["key"].as_str().unwrap());
    (studio, license)
}

pub(crate) fn licensed(to: &Path) {
    copy_folder(&with_license(Studio::new()).0.shelf(), to);
}

pub(crate) fn never(to: &Path) {
    copy_folder(&Studio::new().shelf(), to);
}

/// It ended two years ago.
pub(crate) fn lapsed(to: &Path) {
    let studio = Studio::of("sleeve", Some("2024-06-01T12:00:00Z"));
    let license = license(&studio);
    studio.sandbox.ends_at(license["license_id"].as_str().unwrap(), "2024-09-01T12:00:00Z");
    studio.activate(license["key"].as_str().unwrap());
    copy_folder(&studio.shelf(), to);
}

pub(crate) fn elsewhere(to: &Path) {
    copy_folder(&with_license(Studio::elsewhere()).0.shelf(), to);
}

/// A file of the account, from a vendor file by which nothing is bound to a computer.
pub(crate) fn wrong_kind(to: &Path) {
    let text = vendor_text("tidewater");
    let products = &text[text.find("[[product]]").unwrap()..];
    let text = text
        .replacen("id = \"tidewater\"", "id = \"sleeve\"", 1)
        .replace(&value(&text, "account = "), ACCOUNT)
        .replacen(&value(products, "id = "), PRODUCT, 1);
    copy_folder(&with_license(Studio::of_manifest(&text)).0.shelf(), to);
}

pub(crate) fn tampered(to: &Path) {
    let (studio, _) = with_license(Studio::new());
    let file = studio.file();
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] = if bytes[middle] == b'A' { b'B' } else { b'A' };
    fs::write(&file, bytes).unwrap();
    copy_folder(&studio.shelf(), to);
}

pub(crate) fn revoked(to: &Path) {
    let (studio, license) = with_license(Studio::new());
    studio.suspend(&license);
    studio.cli().run(["license", "refresh", license["license_id"].as_str().unwrap(), "--yes"]);
    copy_folder(&studio.shelf(), to);
}
