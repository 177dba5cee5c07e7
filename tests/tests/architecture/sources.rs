//! What the sources themselves must not hold: a second maker of a ticket, a bare secret, a panic, a print.

use std::path::{Path, PathBuf};

use gatefold_tests::root_dir;

/// A source file of a program, with everything from its first test module on left out.
struct Source {
    path: String,
    text: String,
    code: String,
}

fn sources() -> Vec<Source> {
    let root = root_dir();
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(root.join("crates")).unwrap() {
        walk(&entry.unwrap().path().join("src"), &mut paths);
    }
    assert!(paths.len() > 80, "the walk found {} files", paths.len());
    paths
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            // Tests stand last in a file (house rule), so the first test attribute ends its code.
            let code = text.split("\n#[cfg(test)]").next().unwrap().to_owned();
            Source { path: path.strip_prefix(&root).unwrap().display().to_string(), text, code }
        })
        .collect()
}

fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // Tests and what they share are no part of a program.
        if name == "tests" || name.ends_with("tests.rs") || name == "testing.rs" {
            continue;
        }
        if path.is_dir() {
            walk(&path, found);
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// Lines of code outside comments that hold `needle`, as `path:line`.
fn places(needle: &str, except: impl Fn(&str) -> bool) -> Vec<String> {
    let mut places = Vec::new();
    for source in sources().iter().filter(|source| !except(&source.path)) {
        for (number, line) in source.code.lines().enumerate() {
            if !is_comment(line) && line.contains(needle) {
                places.push(format!("{}:{}: {}", source.path, number + 1, line.trim()));
            }
        }
    }
    places
}

#[test]
fn only_append_makes_the_ticket_and_sending_takes_it_by_value() {
    let makers = places("Recorded {", |_| false);
    let outside: Vec<_> =
        makers.iter().filter(|place| !place.starts_with("crates/ledger/src/append.rs")).collect();
    assert!(outside.is_empty(), "{outside:?}");
    let append = std::fs::read_to_string(root_dir().join("crates/ledger/src/append.rs")).unwrap();
    let declaration = append.split("pub struct Recorded {").nth(1).unwrap().split('}').next().unwrap();
    assert!(!declaration.contains("pub "), "Recorded has public fields: {declaration}");
    let before = append.split("pub struct Recorded {").next().unwrap();
    let attributes = before.rsplit("///").next().unwrap();
    assert!(!attributes.contains("Clone") && !attributes.contains("Default"), "{attributes}");
    assert!(!append.contains("for Recorded"), "a trait could make or copy a Recorded");

    let gate = std::fs::read_to_string(root_dir().join("crates/egress/src/gate.rs")).unwrap();
    assert!(gate.contains("pub async fn send(&self, recorded: Recorded,"), "the gate's send changed");
    let transport = places("client.execute(", |_| false);
    assert_eq!(transport.len(), 1, "one place sends: {transport:?}");
}

#[test]
fn only_verification_makes_a_verified_license() {
    let makers = places("Verified {", |_| false);
    let makers: Vec<_> =
        makers.iter().filter(|place| !place.contains("impl") && !place.contains("struct")).collect();
    let elsewhere: Vec<_> =
        makers.iter().filter(|place| !place.starts_with("crates/license/src/file/verified.rs")).collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
    assert!(!makers.is_empty(), "the maker of Verified is not where this test looks");
}

#[test]
fn every_exposed_secret_says_why() {
    let mut silent = Vec::new();
    for source in sources() {
        let lines: Vec<&str> = source.code.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let exposes = line.contains(".expose()") && !is_comment(line);
            // The reason stands on the same line or above the statement, at most six lines up.
            let above = &lines[number.saturating_sub(6)..=number];
            if exposes && !above.iter().any(|line| line.contains("//")) {
                silent.push(format!("{}:{}: {}", source.path, number + 1, line.trim()));
            }
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn libraries_neither_print_nor_unwrap() {
    let programs = |path: &str| path.starts_with("crates/cli/") || path.starts_with("crates/sandbox/");
    for needle in ["println!(", "print!(", "eprintln!(", "eprint!(", "dbg!("] {
        assert_eq!(places(needle, programs), Vec::<String>::new(), "{needle}");
    }
    for needle in [".unwrap()", "todo!(", "unimplemented!("] {
        assert_eq!(places(needle, |_| false), Vec::<String>::new(), "{needle}");
    }
}

#[test]
fn no_unsafe_code_anywhere() {
    let root = std::fs::read_to_string(root_dir().join("Cargo.toml")).unwrap();
    assert!(root.contains("unsafe_code = \"forbid\""));
    for entry in std::fs::read_dir(root_dir().join("crates")).unwrap() {
        let manifest = entry.unwrap().path().join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest).unwrap();
        assert!(text.contains("[lints]\nworkspace = true"), "{}", manifest.display());
    }
    assert_eq!(places("unsafe {", |_| false), Vec::<String>::new());
}

#[test]
fn every_module_says_what_it_is_and_stays_short() {
    for source in sources() {
        assert!(source.text.starts_with("//!"), "{} has no module doc", source.path);
        let lines = source.code.lines().count();
        assert!(lines <= 400, "{} has {lines} lines without its tests", source.path);
    }
}

#[test]
fn every_invariant_names_a_test_that_exists() {
    let document = std::fs::read_to_string(root_dir().join("ARCHITECTURE.md")).unwrap();
    let mut named = 0;
    for path in document.split('`').skip(1).step_by(2) {
        if path.starts_with("tests/") || path.starts_with("crates/") || path == "deny.toml" {
            named += 1;
            let path = root_dir().join(path);
            // A test target is a file, or a folder of the same name.
            assert!(path.exists() || path.with_extension("").is_dir(), "{} does not exist", path.display());
        }
    }
    assert!(named > 15, "{named}");
}
