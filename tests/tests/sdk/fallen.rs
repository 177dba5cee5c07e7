//! A panic inside a plug-in's host: what is noted of it is a version and a place in the SDK's source, once, where that may be; and it
//! is in the user's next diagnostic bundle.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use gatefold_tests::files_under;
use serde_json::Value;

use crate::studio::{Loads, Studio};

const FAULT: &str = "a fault of the library";

fn notes(studio: &Studio) -> Vec<(PathBuf, Vec<u8>)> {
    files_under(&studio.folder().join("crashes")).into_iter().collect()
}

#[test]
fn a_panic_says_where_and_nothing_else() {
    let studio = Studio::with("free");
    let mut open = studio.loaded("free");
    for _ in 0..3 {
        assert_eq!(open.ask("panic"), FAULT);
    }
    open.end();
    let all = notes(&studio);
    assert_eq!(all.len(), 1, "each place has one file: {all:?}");
    let (path, bytes) = &all[0];
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o7777, 0o600);
    let note: Value = serde_json::from_slice(bytes).unwrap();
    let members: Vec<&String> = note.as_object().unwrap().keys().collect();
    assert_eq!(members, ["v", "version", "location"]);
    assert_eq!(note["version"], env!("CARGO_PKG_VERSION"));
    assert!(note["location"].as_str().unwrap().starts_with("src/ffi/opening.rs:"), "{note}");
    let cli = studio.cli();
    let parts = cli.json(["diagnostics", "parts"]);
    assert_eq!(parts["crashes"][0]["program"], "sdk");
    let bundle = studio.path().join("b.gatefold-diagnostics");
    let bundle = bundle.to_str().unwrap();
    cli.json(["diagnostics", "export", bundle, "--yes"]);
    let read = cli.json(["diagnostics", "read", bundle]);
    let words = read["entries"][0]["words"].as_str().unwrap();
    assert!(words.starts_with("sdk ") && words.contains("crashed at src/ffi/opening.rs:"), "{read:#}");
    assert_eq!(cli.json(["diagnostics", "clear", "--yes"])["removed"], 1);
    assert_eq!(notes(&studio), []);
}

#[test]
fn where_it_may_not_nothing_is_written() {
    let studio = Studio::with("free");
    let folder = studio.folder().join("crashes");
    // Others could put something there; or it is full; or it is not there, and is not made.
    let mut open = studio.loaded("free");
    fs::set_permissions(&folder, Permissions::from_mode(0o777)).unwrap();
    assert_eq!(open.ask("panic"), FAULT);
    assert_eq!(notes(&studio), []);
    fs::set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
    for number in 0..64 {
        fs::write(folder.join(format!("{number}.json")), "{}").unwrap();
    }
    assert_eq!(open.ask("panic"), FAULT);
    assert_eq!(notes(&studio).len(), 64);
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(open.ask("panic"), FAULT);
    assert!(!folder.exists());
    // A link leads nowhere.
    let elsewhere = studio.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &folder).unwrap();
    assert_eq!(open.ask("panic"), FAULT);
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    assert_eq!(open.check(), "active, licensed, 2");
    open.end();
}
