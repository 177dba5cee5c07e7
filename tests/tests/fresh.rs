//! What is derived from the code equals what is committed (invariant I10). `cargo xtask privacy`, `cargo xtask notices` and
//! `cargo xtask header` write it anew.

use std::process::Command;

use gatefold_tests::{fonts, header, notices, page, privacy_md, root_dir};

const NOTICES: &str = "src-tauri/notices.txt";

#[test]
fn privacy_md_is_what_the_code_says() {
    check(
        "PRIVACY.md",
        &privacy_md(),
        "run `cargo xtask privacy`, and read the difference as a privacy review",
    );
}

#[test]
fn the_notices_are_what_lock_file_and_bundle_say() {
    check(NOTICES, &notices(), "run `cargo xtask notices`");
}

#[test]
fn the_header_is_what_the_functions_say() {
    check("crates/plugin-sdk/include/gatefold.h", &header(), "run `cargo xtask header`");
}

/// `committed` and derived, compared; a difference is named by its first line, for the documents are long.
fn check(path: &str, derived: &str, advice: &str) {
    let path = root_dir().join(path);
    if std::env::var_os("GATEFOLD_WRITE_FRESH").is_some() {
        std::fs::write(&path, derived).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let at = committed.lines().zip(derived.lines()).take_while(|(ours, theirs)| ours == theirs).count();
    let line = |text: &str| text.lines().nth(at).unwrap_or_default().to_owned();
    assert!(
        committed == derived,
        "{}, line {}: {advice}\ncommitted: {}\nderived:   {}",
        path.display(),
        at + 1,
        line(&committed),
        line(derived)
    );
}

/// Each crate as `cargo tree` names it, each package of the page, each font: a line with its version and license.
#[test]
fn every_work_that_is_shipped_is_named_with_its_license() {
    let committed = std::fs::read_to_string(root_dir().join(NOTICES)).unwrap();
    let lines: Vec<String> =
        committed.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--package", "gatefold-app", "--package", "gatefold-cli"])
        .args(["--edges", "normal,no-proc-macro", "--target", "x86_64-unknown-linux-gnu"])
        .args(["--prefix", "none", "--format", "{p} {l}"])
        .current_dir(root_dir())
        .output()
        .unwrap();
    let crates = String::from_utf8(output.stdout).unwrap().replace(" (*)", "").replace(" / ", "/");
    let crates = crates.lines().filter(|line| !line.starts_with("gatefold-") && line.contains(" v"));
    let crates: Vec<String> = crates.map(|line| line.replacen(" v", " ", 1).replace('/', " OR ")).collect();
    assert!(crates.len() > 300, "{}", crates.len());
    let bundled: Vec<String> = page()
        .iter()
        .chain(&fonts())
        .map(|work| format!("{} {} {}", work.name, work.version, work.license))
        .collect();
    assert!(bundled.len() > 15, "{bundled:?}");
    for work in crates.iter().chain(&bundled) {
        assert!(lines.contains(work), "not named with its license: {work}");
    }
}
