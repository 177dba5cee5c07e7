//! A bundle of a home, from collecting to reading.

use std::path::Path;

use gatefold_diagnostics::{Reason, Severity};

use super::*;
use crate::{Clock, Gatefold, Home, OpenOptions};

struct Scene {
    dir: tempfile::TempDir,
    home: Home,
    gatefold: Gatefold,
}

impl Scene {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(&dir.path().join("studio of ada"));
        let options = OpenOptions { home: home.clone(), passphrase: None, clock: Clock::system() };
        let gatefold = Gatefold::open(options).unwrap();
        Self { dir, home, gatefold }
    }

    fn draft(&self) -> BundleDraft {
        Bundling::new(self.home.clone(), Clock::system()).draft(Some(&self.gatefold)).unwrap()
    }

    fn log(&self, text: &str) {
        std::fs::create_dir_all(self.home.logs()).unwrap();
        std::fs::write(self.home.logs().join("gatefold-1.log"), text).unwrap();
    }
}

/// Every file of an archive, by its name.
fn unpacked(path: &Path) -> Vec<(String, String)> {
    let opened = open_bundle(path, None).unwrap();
    assert_eq!(opened.faults(), []);
    opened.names().iter().map(|name| (name.clone(), opened.text(name).unwrap())).collect()
}

#[test]
fn what_is_written_is_what_was_shown_and_tells_no_name() {
    let mut scene = Scene::new();
    let place = scene.home.place().display().to_string();
    scene.log(&format!("{{\"at\":\"2026-12-01T09:00:00.000Z\",\"level\":\"WARN\",\"name\":\"failure.told\",\"fields\":{{\"code\":\"disk.full\",\"path\":\"{place}/x\"}}}}\n"));
    let mut draft = scene.draft();
    draft.set_note(&format!("It lies in {place}."));
    assert!(draft.uncollected().is_empty(), "{:?}", draft.uncollected());
    let parts: Vec<Part> = draft.parts().iter().map(|part| part.part).collect();
    let expect = [
        Part::Note,
        Part::App,
        Part::Machine,
        Part::Licenses,
        Part::Sdk,
        Part::Settings,
        Part::LedgerIndex,
        Part::Log,
    ];
    assert_eq!(parts, expect, "reachability only where the user asks");
    let shown = draft.bundle().unwrap();
    let path = scene.dir.path().join(draft.file_name());
    let done = export_bundle(Some(&mut scene.gatefold), &draft, &path, &BundleOut::default()).unwrap();
    assert_eq!(done.size_bytes, path.metadata().unwrap().len());
    let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
    assert_eq!(mode & 0o7777, 0o600);
    let written = unpacked(&path);
    let as_shown: Vec<(String, String)> = shown
        .files()
        .iter()
        .map(|file| (file.name.clone(), reading::visible(std::str::from_utf8(&file.bytes).unwrap())))
        .collect();
    assert_eq!(written, as_shown);
    for (name, text) in &written {
        assert!(!text.contains(&place), "{name}: {text}");
    }
    assert!(draft.names().iter().any(|name| name.value == place), "{:?}", draft.names());
    // A second one under the same name is refused, and the first stays.
    let again = export_bundle(Some(&mut scene.gatefold), &draft, &path, &BundleOut::default());
    assert_eq!(again.unwrap_err().code(), "client.file_unwritable");
    assert_eq!(done.size_bytes, path.metadata().unwrap().len());
    let entry = scene.gatefold.ledger_entry(done.entry.unwrap()).unwrap();
    assert_eq!(entry.file.map(|file| file.sha256), Some(done.sha256));
}

#[test]
fn what_the_user_leaves_out_is_not_in_it() {
    let mut scene = Scene::new();
    scene.log("{\"name\":\"a.b\"}\n");
    let mut draft = scene.draft();
    assert!(draft.include_part(Part::Log, false));
    assert!(!draft.include_part(Part::Crash, false), "there is none");
    assert_eq!(draft.include("nothing.json", false).unwrap_err().code(), "diagnostics.no_such_part");
    let path = scene.dir.path().join("b.gatefold-diagnostics");
    export_bundle(Some(&mut scene.gatefold), &draft, &path, &BundleOut::default()).unwrap();
    let opened = open_bundle(&path, None).unwrap();
    assert!(!opened.names().iter().any(|name| name == "log.jsonl"));
    let told = opened.manifest().left_out.iter().find(|left| left.file == "log.jsonl").unwrap();
    assert_eq!(told.reason, Reason::Unticked);
    assert!(
        opened.findings().iter().all(|finding| finding.severity > Severity::Warning),
        "{:?}",
        opened.findings()
    );
}

#[test]
fn a_bundle_that_is_too_large_says_what_is_and_leaves_no_trace() {
    let mut scene = Scene::new();
    let draft = scene.draft();
    let path = scene.dir.path().join("b.gatefold-diagnostics");
    let small = BundleOut { max_bytes: 100, ..BundleOut::default() };
    let refused = export_bundle(Some(&mut scene.gatefold), &draft, &path, &small).unwrap_err();
    assert_eq!(refused.code(), "diagnostics.too_large");
    assert!(refused.advice().message.contains("most is"), "{:?}", refused.advice());
    assert!(!path.exists());
    assert_eq!(scene.gatefold.ledger_lines(&crate::Filter::default(), 10).unwrap(), []);
}

#[test]
fn a_home_that_cannot_be_opened_gives_a_bundle_all_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::at(&dir.path().join("home"));
    std::fs::create_dir_all(home.logs()).unwrap();
    let told = "{\"at\":\"2026-12-01T09:00:00.000Z\",\"level\":\"WARN\",\"name\":\"failure.told\",\"fields\":{\"code\":\"store.damaged\"}}\n";
    std::fs::write(home.logs().join("gatefold-1.log"), told).unwrap();
    let draft = Bundling::new(home, Clock::system()).draft(None).unwrap();
    let path = dir.path().join("b.gatefold-diagnostics");
    let done = export_bundle(None, &draft, &path, &BundleOut::default()).unwrap();
    assert_eq!(done.entry, None);
    let opened = open_bundle(&path, None).unwrap();
    assert!(opened.findings().iter().any(|finding| finding.code == "store.damaged"));
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn secrets_are_in_no_map() {
    let scene = Scene::new();
    let mut draft = scene.draft();
    draft.set_note("password=hunter2hunter2 and Bearer abcdef0123456789abcdef and ada@example.org");
    let names = draft.names();
    let value = |kind: &str| {
        let found = names.iter().find(|name| name.pseudonym.starts_with(kind));
        found.map(|name| name.value.clone()).unwrap_or_default()
    };
    assert_eq!(value("secret-"), "[secret]", "{names:?}");
    assert_eq!(value("email-"), "ada@example.org");
    assert!(names.iter().all(|name| !name.value.contains("abcdef0123")), "{names:?}");
}
